"""The file a layer comes from: where it lies, whether it is still there, and a way to show it.

Owns the looking, in the background: a share that is gone answers late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from emadina_gis.app.controls import column, plain_label
from emadina_gis.workflows.relinking import file_of

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import Layer


class FileRow(QWidget):
    """Path, state and button; `relink_asked` wants another file for the layer."""

    relink_asked = Signal(str)

    def __init__(self, desk: Desk, layer: Layer) -> None:
        super().__init__()
        words = desk.words
        self.path = file_of(layer)
        self.state = plain_label("", "amber", wrap=True)
        self.state.hide()
        self.button = desk.voice.button(
            "file.locate", lambda: self.relink_asked.emit(layer.id), icon="folder-open"
        )
        content = column(self, spacing=6)
        if self.path is None:
            self.button.hide()
            return
        shown = plain_label(words.isolated(str(self.path)), "secondary", wrap=True)
        for widget in (shown, self.state, self.button):
            content.addWidget(widget)
        path = self.path
        self._missing = words.text("file.missing")
        desk.jobs.submit(lambda _ctx: path.exists(), done=self._show)

    def _show(self, is_there: bool) -> None:
        if isValid(self):
            self.state.setText("" if is_there else self._missing)
            self.state.setVisible(not is_there)
