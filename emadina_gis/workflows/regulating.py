"""Planning documents from and to files, and what is wrong with one for the land of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis import paths
from emadina_gis.domain.schema import Role
from emadina_gis.io.atomic import write_text
from emadina_gis.project import StoredDocument
from emadina_gis.regulation import (
    check_document,
    check_sectors,
    document_text,
    load_document,
    read_document,
    refuse_unsound,
)
from emadina_gis.simulation.from_table import sectors_from_table

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.errors import Problem
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument


DOCUMENT_ENDING = ".toml"
TEMPLATE = paths.resources() / "regulation" / "template" / "agency-plan.toml"


def document_named(name_or_file: str) -> PlanningDocument:
    """Return a shipped document by its identifier, or that of a TOML file.

    Raises
    ------
    ZoningError
        If there is none, or the file cannot be understood, has a gap or contradicts itself; with
        the place.
    """
    path = Path(name_or_file)
    if path.suffix != DOCUMENT_ENDING:
        return load_document(name_or_file)
    document = read_document(path)
    refuse_unsound(document)
    return document


def document_from_file(path: Path) -> StoredDocument:
    """Return the document of a TOML file, to be added to a project.

    Raises
    ------
    ZoningError
        As `document_named`.
    """
    document = document_named(str(path))
    return StoredDocument(document.id, path.read_text(encoding="utf-8"))


def write_document(document: PlanningDocument, path: Path) -> None:
    """Write a document as a TOML file that reads back equal.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_text(path, document_text(document))


def write_template(path: Path) -> None:
    """Write the commented template of a document, to be filled in by an agency.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_text(path, TEMPLATE.read_text(encoding="utf-8"))


def document_findings(project: Project, document: PlanningDocument) -> tuple[Problem, ...]:
    """Return the findings of a document, and where its sectors and the parcels' disagree."""
    layer = project.parcels
    own = check_document(document)
    if layer is None or layer.schema.column(Role.SECTOR) is None:
        return own
    return (*own, *check_sectors(document, sector_counts(layer, document)))


def sector_counts(layer: VectorLayer, document: PlanningDocument) -> dict[str, int]:
    """Return how many parcels are of each sector, by the document's code where it has one."""
    index, _problems = sectors_from_table(layer.table, layer.schema, document)
    known = np.bincount(index[index >= 0], minlength=len(document.sectors))
    counts = {code: int(n) for code, n in zip(document.sector_codes, known, strict=True) if n}
    column = layer.schema.column(Role.SECTOR)
    if column is None:
        return counts
    codes, values = layer.table.codes(column)
    strangers = codes[(index < 0) & (codes >= 0)]
    for code, count in enumerate(np.bincount(strangers, minlength=len(values))):
        if count:
            counts[str(values[code])] = int(count)
    return counts
