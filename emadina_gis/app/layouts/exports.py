"""From the editor onto paper and into files: PDF, its size told before, pictures, the printer.

Owns the questions; what is written is the workflows'.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from emadina_gis.app.sheet_choosing import shown_choice
from emadina_gis.report.presets import Preset, estimated_bytes
from emadina_gis.workflows.picturing import write_sheet_as

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.layouts.page import LayoutPage
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.progress import Context
    from emadina_gis.words import Words

#: Endings of pictures with their dots per inch; SVG has none.
PICTURES: tuple[tuple[str, int], ...] = ((".png", 300), (".tif", 600), (".jpg", 200))
SVG = ".svg"
PDF = ".pdf"
BYTES_PER_MB = 1_000_000


class LayoutExports(QObject):
    """What leaves the editor of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk
        self._page: LayoutPage | None = None

    def connect_to(self, page: LayoutPage) -> None:
        """Serve an editor."""
        self._page = page
        page.print_asked.connect(self.open_menu)

    def open_menu(self, place: QPoint) -> None:
        """Offer the ways out at a place of the screen."""
        self.menu().popup(place)

    def menu(self) -> QMenu:
        """Return a menu of the ways out; each PDF tells how large it will be."""
        menu, say = QMenu(self._page), self._desk.speech.text
        for preset in Preset:
            name = say(f"layout-editor.pdf.{preset}")
            size = self._size_of(preset)
            text = say("layout-editor.pdf-size", name=name, size=size) if size else name
            menu.addAction(text, partial(self._ask, PDF, preset))
        menu.addSeparator()
        for ending, dpi in PICTURES:
            text = say("layout-editor.picture", format=_format(ending), dpi=dpi)
            menu.addAction(text, partial(self._ask, ending, Preset.SCREEN, float(dpi)))
        menu.addAction(say("layout-editor.svg"), partial(self._ask, SVG, Preset.SCREEN))
        menu.addSeparator()
        menu.addAction(say("file.print"), self._print)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _size_of(self, preset: Preset) -> str:
        """Return how large the file will be; empty while the page was not drawn."""
        picture = None if self._page is None else self._page.paper.picture
        if picture is None or picture.layout.id != self._layout_id:
            return ""
        return size_text(estimated_bytes([picture.load], preset), self._desk.words)

    @property
    def _layout_id(self) -> str:
        return "" if self._page is None else self._page.editing.layout_id

    def _ask(self, ending: str, preset: Preset, dpi: float = 300.0) -> None:
        layout = self._desk.project.layout(self._layout_id)
        name = self._desk.speech.title(layout.title)
        path = self._window.choose.save_as("print.save-as", name, ending)
        if path is not None:
            self.write(path, preset, dpi)

    def write(self, path: Path, preset: Preset = Preset.SCREEN, dpi: float = 300.0) -> None:
        """Write the page in the background, in the format of the file's name."""
        project, words, layout_id = self._desk.project, self._desk.words, self._layout_id
        choice = shown_choice(self._desk)

        def work(ctx: Context) -> Path:
            write_sheet_as(
                project, layout_id, path, words, choice=choice, preset=preset, dpi=dpi, ctx=ctx
            )
            return path

        self._desk.jobs.submit_shown(
            "job.printing",
            work,
            done=self._window.outputs.tell_written,
            failed=self._desk.notices.error,
        )

    def _print(self) -> None:
        self._window.outputs.print_native(None, self._layout_id)


def size_text(count: int, words: Words) -> str:
    """Return about how large a file is, in megabytes; small ones in kilobytes."""
    if count >= BYTES_PER_MB:
        return words.text("layout-editor.megabytes", size=words.number(count / BYTES_PER_MB, 1))
    return words.text("layout-editor.kilobytes", size=words.number(max(round(count / 1000), 1)))


def _format(ending: str) -> str:
    return {".png": "PNG", ".tif": "TIFF", ".jpg": "JPEG"}[ending]
