"""``Binder``: which document is open on the page, and how it is changed; knows no widget.

Every change is a command that gives the document its new text; a shipped document becomes the
project's own then, and the shipped one stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.errors import EmadinaError, ZoningError
from emadina_gis.project.documents import document_in, documents_offered
from emadina_gis.regulation import PlanningDocument, document_text, load_document
from emadina_gis.regulation.loader import document_ids
from emadina_gis.session.commands.regulation import EditDocument, RemoveDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk


class Binder(QObject):
    """The document that is read and edited."""

    changed = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wanted = ""
        self.document: PlanningDocument | None = None
        self.trouble: EmadinaError | None = None
        desk.watch(self, lambda project: project.documents, lambda _kept: self.refresh())
        desk.watch(self, lambda project: project.document_id, lambda _id: self.refresh())

    @property
    def document_id(self) -> str:
        """Identifier of the open document; empty where the project has none."""
        offered = documents_offered(self._desk.project)
        if self._wanted in offered:
            return self._wanted
        return self._desk.project.document_id

    @property
    def is_own(self) -> bool:
        """Whether the project keeps a text of its own for the document."""
        return self._desk.project.stored_document(self.document_id) is not None

    @property
    def shipped(self) -> PlanningDocument | None:
        """The document as it was shipped, None where it comes from the project alone."""
        if self.document_id not in document_ids():
            return None
        return load_document(self.document_id)

    def open(self, document_id: str) -> None:
        """Open another document; the one in force stays in force."""
        self._wanted = document_id
        self.refresh()

    def refresh(self) -> None:
        """Read the document again."""
        before = self.document
        self.document, self.trouble = None, None
        if self.document_id:
            try:
                self.document = document_in(self._desk.project, self.document_id)
            except ZoningError as error:
                self.trouble = error
        if self.document is not before or self.document is None:
            self.changed.emit()

    def change(self, make: Callable[[PlanningDocument], PlanningDocument], about: str = "") -> bool:
        """Make a new version of the document; False where it is refused, and told."""
        if self.document is None:
            return False
        try:
            text = document_text(make(self.document))
            self._desk.store.execute(EditDocument(self.document_id, text, about))
        except EmadinaError as error:
            self.refused.emit(error)
            return False
        return True

    def take_back(self) -> None:
        """Forget the project's own text; the shipped document holds again."""
        self._desk.do(RemoveDocument(self.document_id))
