"""The picture of a frame: which one, another one, none. The file is read in the background."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import translated
from emadina_gis.project.layout_rules import MOST_PICTURE_BYTES
from emadina_gis.project.layouts import PictureContent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emadina_gis.app.desk import Desk

PATTERNS = "*.png *.jpg *.jpeg *.svg"


def read_picture(path: Path) -> PictureContent:
    """Return a picture file as content of a frame.

    Raises
    ------
    EmadinaError
        If the file cannot be read, or is larger than a page may hold.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_PICTURE_BYTES else b""
    except OSError as exc:
        raise translated(exc, path) from exc
    if size > MOST_PICTURE_BYTES:
        most = MOST_PICTURE_BYTES // (1024 * 1024)
        raise OutputError("layout-editor.picture-too-large", name=path.name, most=most)
    return PictureContent(path.name, base64.b64encode(data).decode("ascii"))


class PictureField(QWidget):
    """Name of the picture, and buttons to choose and to take out."""

    def __init__(
        self,
        desk: Desk,
        ask: Callable[[], Path | None],
        read: Callable[[], PictureContent],
        write: Callable[[PictureContent], None],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._ask = ask
        self._read = read
        self._write = write
        self.name = plain_label("", "muted", wrap=True)
        self.choose_button = desk.voice.button(
            "layout-editor.choose-picture", self.choose, icon="image"
        )
        self.remove_button = desk.voice.tool("layout-editor.remove-picture", "x", self._remove)
        whole = column(self, spacing=4)
        line = row(spacing=4)
        line.addWidget(self.choose_button, 1)
        line.addWidget(self.remove_button)
        whole.addWidget(self.name)
        whole.addLayout(line)

    def show_value(self) -> None:
        """Show the picture that holds."""
        name = self._read().name
        self.name.setText(name or self._desk.speech.text("layout-editor.no-picture"))
        self.remove_button.setVisible(bool(self._read().data))

    def choose(self) -> None:
        """Ask for a file and take its picture."""
        path = self._ask()
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Take the picture of a file."""
        self._desk.jobs.submit(
            lambda _ctx: read_picture(path),
            done=self._write,
            failed=self._desk.notices.error,
        )

    def _remove(self) -> None:
        self._write(PictureContent())
