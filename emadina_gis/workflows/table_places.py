"""A table without places, placed by two of its columns that the person names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.first_looks import first_look
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io.crs_judgement import judged
from emadina_gis.io.geometry_audit import GeometryAudit
from emadina_gis.io.place_columns import chosen_points, number_columns, unplaced_rows
from emadina_gis.workflows.diagnosis import reference_of

if TYPE_CHECKING:
    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.project import Project
    from emadina_gis.workflows.diagnosis import ImportCandidate

#: Note of a layer that lies by columns which a person chose.
PLACES_CHOSEN = "import.places-chosen"
PLACES_MISSING = "import.places-missing"
_MOST_ROWS = 1000


def place_columns_of(item: ImportCandidate) -> tuple[str, ...]:
    """Return the columns that can be coordinates; empty where the layer lies somewhere already."""
    layer = item.layer
    if not isinstance(layer, VectorLayer) or layer.table.has_geometry:
        return ()
    found = number_columns(dict(layer.table.columns))
    return found if len(found) > 1 else ()


def placed_by(
    item: ImportCandidate, x: str, y: str, project: Project | None = None
) -> ImportCandidate:
    """Return a table as points of two columns; its system is judged as that of any other file.

    Parameters
    ----------
    x, y : str
        Columns of the eastings (or longitudes) and of the northings (or latitudes).
    project : Project, optional
        Where it lies helps to rank the systems.

    Raises
    ------
    LayerReadError
        With code ``table.no-points`` where no row has both numbers.
    """
    layer = item.layer
    assert isinstance(layer, VectorLayer)
    table = layer.table
    found = chosen_points(dict(table.columns), x, y, item.name)
    assert found.shapes is not None
    empty = unplaced_rows(found.shapes)
    if len(empty) == table.row_count:
        raise LayerReadError("table.no-points", x=x, y=y)
    made, audit_problems = _with_shapes(table, found.shapes, item.name)
    reading, crs_problems = judged(found.crs, made.extent, item.name, reference_of(project))
    notes = [*found.problems, *_notes(item.name, (x, y), table.row_count, empty.tolist())]
    problems = (*item.problems, *notes, *audit_problems, *crs_problems)
    placed = replace(
        layer,
        table=made.assign_crs(reading.crs),
        style=first_look(made.main_kind, layer.title.fr, 0),
        problems=problems,
    )
    return replace(item, layer=placed, problems=problems, crs_candidates=reading.candidates)


def _with_shapes(
    table: FeatureTable, shapes: Shapes, where: str
) -> tuple[FeatureTable, tuple[Problem, ...]]:
    with GeometryAudit() as audit:
        chunks = audit.chunks_of_shapes(shapes)
        problems = audit.problems(where)
    return FeatureTable(table.columns, table.ids, chunks, table.crs), problems


def _notes(where: str, fields: tuple[str, str], rows: int, empty: list[int]) -> list[Problem]:
    params = {"fields": ", ".join(fields)}
    notes = [Problem(PLACES_CHOSEN, Severity.INFO, where, rows - len(empty), params)]
    if empty:
        told = {**params, "rows": tuple(empty[:_MOST_ROWS])}
        notes.append(Problem(PLACES_MISSING, Severity.WARNING, where, len(empty), told))
    return notes
