"""Planning documents as files: brought into the project, written out, and the template to fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emadina_gis.app.regulation.page import RegulationPage
from emadina_gis.project.documents import document_titles
from emadina_gis.session.commands.regulation import AddDocument, EditDocument
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.regulating import (
    DOCUMENT_ENDING,
    document_from_file,
    write_document,
    write_template,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.project import StoredDocument

TEMPLATE_NAME = "document"


class DocumentFiles(QObject):
    """Imports and exports planning documents of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._page: RegulationPage | None = None
        window.views.made.connect(self._on_made)

    def _on_made(self, page: object) -> None:
        if isinstance(page, RegulationPage):
            self._page = page
            page.import_asked.connect(self.ask_import)
            page.export_asked.connect(self.ask_export)
            page.template_asked.connect(self.ask_template)

    def ask_import(self) -> None:
        """Ask for the file of a document, and take it into the project."""
        path = self._window.choose.file_to_open("regulation.page.import", f"*{DOCUMENT_ENDING}")
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Take the document of a file into the project and open it; refused with its place."""
        desk = self._window.desk
        desk.jobs.submit_shown(
            "job.reading",
            lambda _ctx: document_from_file(path),
            done=self._take,
            failed=desk.notices.error,
        )

    def _take(self, stored: StoredDocument) -> None:
        desk = self._window.desk
        known = desk.project.stored_document(stored.id) is not None
        command = (EditDocument if known else AddDocument)(stored.id, stored.text)
        if desk.do(command) and self._page is not None:
            self._page.binder.open(stored.id)
            titles = dict(document_titles(desk.project, desk.words.language))
            title = titles.get(stored.id, stored.id)
            desk.notices.done(Phrase("regulation.page.imported", {"document": title}))

    def ask_export(self) -> None:
        """Ask where to write the open document, and write it."""
        document = self._page.binder.document if self._page is not None else None
        if document is not None:
            self._write(
                "regulation.page.export", document.id, lambda p: write_document(document, p)
            )

    def ask_template(self) -> None:
        """Ask where to write the template of a document, and write it."""
        self._write("regulation.page.template", TEMPLATE_NAME, write_template)

    def _write(self, key: str, name: str, write: Callable[[Path], None]) -> None:
        path = self._window.choose.save_as(key, name, DOCUMENT_ENDING)
        if path is None:
            return
        desk = self._window.desk

        def work(_ctx: object) -> Path:
            write(path)
            return path

        desk.jobs.submit_shown(
            "job.saving",
            work,
            done=lambda written: desk.notices.done(
                Phrase("output.written", {"name": written.name})
            ),
            failed=desk.notices.error,
        )
