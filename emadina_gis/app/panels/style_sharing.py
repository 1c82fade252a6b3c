"""The menu of a style: copied, pasted, kept in a file, taken from one, put back as at the opening.

The clipboard holds the text of a style file, so that a style goes by mail as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from emadina_gis.errors import EmadinaError
from emadina_gis.session.commands.styles import SetLayerStyle
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.styles import (
    ENDING,
    first_style,
    fitted_style,
    read_style,
    style_of_text,
    style_text,
    write_style,
)

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import Style


class StyleSharing(QObject):
    """What can be done with the whole style of a layer."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._parent = parent

    def menu_of(self, layer_id: str) -> QMenu:
        """Return the menu of the style of a layer."""
        menu = QMenu(self._parent)
        say = self._desk.speech.text
        menu.addAction(say("style.copy"), lambda: self.copy(layer_id))
        paste = menu.addAction(say("style.paste"), lambda: self.paste(layer_id))
        paste.setEnabled(bool(QGuiApplication.clipboard().text()))
        menu.addSeparator()
        menu.addAction(say("style.save"), lambda: self._ask_save(layer_id))
        menu.addAction(say("style.load"), lambda: self._ask_load(layer_id))
        menu.addSeparator()
        menu.addAction(say("style.reset"), lambda: self.reset(layer_id))
        return menu

    def copy(self, layer_id: str) -> None:
        """Put the style of a layer on the clipboard."""
        layer = self._layer(layer_id)
        if layer is not None:
            QGuiApplication.clipboard().setText(style_text(layer.style))
            self._desk.notices.done(self._told("style.copied", layer))

    def paste(self, layer_id: str) -> None:
        """Give a layer the style on the clipboard."""
        try:
            self._give(layer_id, style_of_text(QGuiApplication.clipboard().text()))
        except EmadinaError as error:
            self._desk.notices.error(error)

    def load(self, layer_id: str, path: Path) -> None:
        """Give a layer the style of a file."""
        try:
            self._give(layer_id, read_style(path))
        except EmadinaError as error:
            self._desk.notices.error(error)

    def save(self, layer_id: str, path: Path) -> None:
        """Write the style of a layer to a file."""
        layer = self._layer(layer_id)
        if layer is None:
            return
        try:
            write_style(path, layer.style)
        except EmadinaError as error:
            self._desk.notices.error(error)
            return
        self._desk.notices.done(Phrase("style.saved", {"file": path.name}))

    def reset(self, layer_id: str) -> None:
        """Give a layer the style that it is opened with."""
        layer = self._layer(layer_id)
        if layer is not None:
            self._desk.do(SetLayerStyle(layer_id, first_style(self._desk.project, layer)))

    def _give(self, layer_id: str, style: Style) -> None:
        layer = self._layer(layer_id)
        if layer is None:
            return
        fitted = fitted_style(style, layer, self._desk.results.columns_of(layer))
        if self._desk.do(SetLayerStyle(layer_id, fitted.style)) and fitted.left_out:
            listed = ", ".join(fitted.left_out)
            self._desk.notices.tell(Phrase("style.left-out", {"columns": listed}))

    def _layer(self, layer_id: str) -> VectorLayer | None:
        return self._desk.project.known_vector(layer_id)

    def _told(self, key: str, layer: VectorLayer) -> Phrase:
        return Phrase(key, {"layer": self._desk.speech.title(layer.title)})

    def _ask_save(self, layer_id: str) -> None:
        layer = self._layer(layer_id)
        if layer is None:
            return
        name = f"{self._desk.speech.title(layer.title)}{ENDING}"
        path, _ = QFileDialog.getSaveFileName(
            self._parent, self._desk.speech.text("style.save"), name, f"*{ENDING}"
        )
        if path:
            chosen = Path(path)
            self.save(layer_id, chosen if chosen.suffix else chosen.with_suffix(ENDING))

    def _ask_load(self, layer_id: str) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._parent, self._desk.speech.text("style.load"), "", f"*{ENDING}"
        )
        if path:
            self.load(layer_id, Path(path))
