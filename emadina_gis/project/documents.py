"""Which planning documents a project has: its own, the shipped ones, the one under study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.errors import ZoningError
from emadina_gis.regulation import document_ids, load_document, parse_text

if TYPE_CHECKING:
    from emadina_gis.project.model import Project
    from emadina_gis.regulation import PlanningDocument


def document_in(project: Project, document_id: str) -> PlanningDocument:
    """Return a document by its identifier: the project's own, else the shipped one.

    The same object is returned for the same text.

    Raises
    ------
    ZoningError
        If it does not exist or cannot be understood.
    """
    stored = project.stored_document(document_id)
    if stored is None:
        return load_document(document_id)
    return parse_text(stored.id, stored.text)


def study_document_of(project: Project) -> PlanningDocument | None:
    """Return the document under study that bites on the same land, None where there is none."""
    return document_in(project, project.study_id) if project.study_id else None


def documents_offered(project: Project) -> tuple[str, ...]:
    """Return the identifiers of the documents to choose from: the project's own and the shipped."""
    own = {stored.id for stored in project.documents}
    return tuple(sorted(own | set(document_ids())))


def document_titles(project: Project, language: str) -> list[tuple[str, str]]:
    """Return (identifier, title) of the documents to choose from.

    A stored text that can no longer be understood has its identifier as its title.
    """
    return [(key, _title(project, key, language)) for key in documents_offered(project)]


def _title(project: Project, document_id: str, language: str) -> str:
    try:
        return document_in(project, document_id).identity.title.in_language(language)
    except ZoningError:
        return document_id
