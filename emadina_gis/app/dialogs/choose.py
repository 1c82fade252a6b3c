"""Choosing files and folders, and asking before work is lost: the only dialogs there are."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

PROJECT_FILTER = "*.emadina"
DATA_PATTERNS = (
    "*.gpkg *.shp *.zip *.geojson *.json *.fgb *.parquet *.kml *.kmz *.gml *.tab *.mif *.dxf *.csv "
    "*.xlsx *.tif *.tiff *.png *.jpg *.jpeg *.asc *.img *.jp2 *.hgt *.vrt"
)


class Unsaved(Enum):
    """What to do with work that no file holds."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Choose:
    """Asks the person for a place; remembers the folder."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        self._desk = desk
        self._parent = parent

    def project_to_open(self) -> Path | None:
        """Return a project file to open, None where the person changed their mind."""
        name = self._desk.speech.text("files.projects")
        text, _ = QFileDialog.getOpenFileName(
            self._parent,
            self._desk.speech.text("file.open"),
            self._folder(),
            f"{name} ({PROJECT_FILTER})",
        )
        return self._remembered(text)

    def data_files(self) -> list[Path]:
        """Return data files to add."""
        say = self._desk.speech.text
        filters = f"{say('files.data')} ({DATA_PATTERNS});;{say('files.all')} (*)"
        texts, _ = QFileDialog.getOpenFileNames(
            self._parent, say("file.add"), self._folder(), filters
        )
        if texts:
            self._remembered(texts[0])
        return [Path(text) for text in texts]

    def file_to_open(self, key: str, patterns: str) -> Path | None:
        """Return one file of a kind, None where the person changed their mind."""
        text, _ = QFileDialog.getOpenFileName(
            self._parent, self._desk.speech.text(key), self._folder(), patterns
        )
        return self._remembered(text)

    def save_as(self, key: str, name: str, ending: str) -> Path | None:
        """Return where to write a file of a kind; the ending is added where it is missing."""
        start = str(Path(self._folder()) / f"{_file_name(name)}{ending}")
        text, _ = QFileDialog.getSaveFileName(
            self._parent, self._desk.speech.text(key), start, f"*{ending}"
        )
        path = self._remembered(text)
        return path if path is None or path.suffix == ending else path.with_name(path.name + ending)

    def folder(self, key: str) -> Path | None:
        """Return a folder to write into."""
        text = QFileDialog.getExistingDirectory(
            self._parent, self._desk.speech.text(key), self._folder()
        )
        return self._remembered(text, is_folder=True)

    def unsaved(self, title: str) -> Unsaved:
        """Ask what to do with unsaved work."""
        say = self._desk.speech.text
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(say("unsaved.title"))
        box.setText(say("unsaved.question", title=title))
        box.setInformativeText(say("unsaved.hint"))
        save = box.addButton(say("unsaved.save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(say("unsaved.discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(say("dialog.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.exec()
        clicked = box.clickedButton()
        if clicked is save:
            return Unsaved.SAVE
        return Unsaved.DISCARD if clicked is discard else Unsaved.CANCEL

    def _folder(self) -> str:
        folder = self._desk.preferences.settings.last_folder
        return folder if folder and Path(folder).is_dir() else str(Path.home())

    def _remembered(self, text: str, *, is_folder: bool = False) -> Path | None:
        if not text:
            return None
        path = Path(text)
        self._desk.preferences.change(last_folder=str(path if is_folder else path.parent))
        return path


def _file_name(name: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -_." else "-" for c in name)
    return kept.strip(" .") or "emadina"
