"""Commands on the planning documents kept in the project."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CommandError
from emadina_gis.project import StoredDocument
from emadina_gis.regulation import document_ids, parse_text, refuse_unsound
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from emadina_gis.project import Project


@dataclass(frozen=True)
class AddDocument:
    """Keep a planning document in the project; it wins over the shipped one of its identifier.

    Attributes
    ----------
    text : str
        TOML text; refused with the place (`ZoningError`) where it cannot be understood, has a gap
        (unless it says itself that it is incomplete) or contradicts itself.
    """

    document_id: str
    text: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.regulation.add", {"document": self.document_id})

    def apply(self, project: Project) -> Project:
        """Return the project with one more document."""
        if project.stored_document(self.document_id) is not None:
            raise CommandError("command.document-taken", document=self.document_id)
        refuse_unsound(parse_text(self.document_id, self.text))
        added = StoredDocument(self.document_id, self.text)
        return replace(project, documents=(*project.documents, added))


@dataclass(frozen=True)
class EditDocument:
    """Give a document its new text; a shipped one becomes the project's own.

    Attributes
    ----------
    text : str
        TOML text (`regulation.document_text`); refused with the place where it is impossible. Gaps
        and contradictions may stand while it is edited: their sectors are given no number.
    about : str
        What is edited, such as ``"sector.B4/levels"``: edits of it in a row (a drag) are one step.
        Empty for a step of its own.
    """

    document_id: str
    text: str
    about: str = ""

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.regulation.edit", {"document": self.document_id})

    @property
    def merge_key(self) -> str | None:
        """Edits of the same thing in a row are one step."""
        return f"document:{self.document_id}:{self.about}" if self.about else None

    def apply(self, project: Project) -> Project:
        """Return the project with the document's text."""
        stored = project.stored_document(self.document_id)
        if stored is None and self.document_id not in document_ids():
            raise CommandError("command.no-document", document=self.document_id)
        if stored is not None and stored.text == self.text:
            return project
        parse_text(self.document_id, self.text)
        edited = StoredDocument(self.document_id, self.text)
        if stored is None:
            return replace(project, documents=(*project.documents, edited))
        documents = tuple(edited if old is stored else old for old in project.documents)
        return replace(project, documents=documents)


@dataclass(frozen=True)
class RemoveDocument:
    """Take a document out of the project; a shipped one of its identifier holds again."""

    document_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.regulation.remove", {"document": self.document_id})

    def apply(self, project: Project) -> Project:
        """Return the project without the document."""
        if project.stored_document(self.document_id) is None:
            raise CommandError("command.no-document", document=self.document_id)
        used = self.document_id in (project.document_id, project.study_id)
        if used and self.document_id not in document_ids():
            raise CommandError("command.document-used", document=self.document_id)
        kept = tuple(stored for stored in project.documents if stored.id != self.document_id)
        return replace(project, documents=kept)


@dataclass(frozen=True)
class SetStudyDocument:
    """Choose the document under study that bites on the same land (empty for none)."""

    document_id: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.regulation.study")

    def apply(self, project: Project) -> Project:
        """Return the project with its document under study."""
        if self.document_id == project.study_id:
            return project
        if self.document_id:
            _check_there(project, self.document_id)
            if self.document_id == project.document_id:
                raise CommandError("command.study-same", document=self.document_id)
        return replace(project, study_id=self.document_id)


def _check_there(project: Project, document_id: str) -> None:
    if project.stored_document(document_id) is None and document_id not in document_ids():
        raise CommandError("command.no-document", document=document_id)
