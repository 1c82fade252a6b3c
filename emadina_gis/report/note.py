"""The parcel note ("fiche urbanistique indicative"): what it says, for paper, DOCX and JSON alike.

Owns its content and order: the land, its sectors (four cases), what it may carry, what is
forbidden, what hits it, its corners, and what the note is worth. How it is set is `note_pdf`'s and
`note_docx`'s. The date is given, never read from a clock.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.schema import Role
from emadina_gis.domain.soundness import made_valid
from emadina_gis.errors import EmptyInput, OutputError
from emadina_gis.io.atomic import write_text
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.corners import Corners, corners_of
from emadina_gis.report.plan_index import PlanIndex, plan_index
from emadina_gis.report.reading import read_parcel
from emadina_gis.report.reading_hits import (
    HitsReading,
    minimum_plot_m2,
    read_hits,
    study_notices,
    table_notices,
    with_hits,
)
from emadina_gis.report.situation import Situation, situation_of
from emadina_gis.report.titles import rows_of_titles
from emadina_gis.report.values import ParcelValues
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import shapely

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.reading import ParcelReading
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.words import Words

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Land:
    """A piece of land that a note is about.

    Attributes
    ----------
    name : str
        Land title, or the name of a corner list.
    shape : Polygon or MultiPolygon
        In the project's CRS.
    row : int or None
        Row of the parcel layer, None for land given by its corners.
    title_area_m2 : float or None
        Area written on the title, None where it is unknown.
    """

    name: str
    shape: shapely.Geometry
    corners: Corners
    row: int | None = None
    title_area_m2: float | None = None


@dataclass(frozen=True, eq=False)
class NotePage:
    """What a note says about one piece of land.

    Attributes
    ----------
    hits : HitsReading
        The geometric case, and what bites the land, in words.
    reading : ParcelReading or None
        What it may carry; None where it is no parcel of the project.
    """

    land: Land
    situation: Situation
    hits: HitsReading
    reading: ParcelReading | None

    @property
    def case_text(self) -> tuple[str, ...]:
        """The sentences of the geometric case."""
        return self.hits.case_text


@dataclass(frozen=True, eq=False)
class Note:
    """A note about one or several pieces of land."""

    pages: tuple[NotePage, ...]
    date: dt.date
    document: PlanningDocument | None
    data_date: str
    scene: Scene
    missing: tuple[str, ...] = ()
    is_synthetic: bool = False


def land_of_titles(
    project: Project, titles: Sequence[str]
) -> tuple[tuple[Land, ...], tuple[str, ...]]:
    """Return the land of titles, and the titles that the parcel layer does not have."""
    layer = project.parcels
    if layer is None:
        return (), tuple(titles)
    rows, missing = rows_of_titles(layer, titles)
    return tuple(land_of_row(project, int(row)) for row in rows), missing


def land_of_row(project: Project, row: int) -> Land:
    """Return the land of a row of the parcel layer."""
    layer = project.parcels
    assert layer is not None
    table = layer.table.take(_rows(row))
    if project.crs.is_known and table.crs.is_known:
        table = table.to_crs(project.crs)
    shape = made_valid(table.shapes())[0]
    title = layer.schema.column(Role.PARCEL_ID)
    area = layer.schema.column(Role.AREA_M2)
    written = None if title is None else layer.table.column(title).value(row)
    own = None if area is None else layer.table.column(area).value(row)
    name = str(row + 1) if written is None else str(written)
    return Land(name, shape, corners_of(shape), row, None if own is None else float(own))


def _rows(row: int) -> Any:
    import numpy as np

    return np.array([row], dtype=np.intp)


def land_of_corners(corners: Corners, name: str) -> Land:
    """Return the land that a corner list encloses."""
    return Land(name, corners.polygon, corners)


@dataclass(frozen=True, eq=False)
class NoteBasis:
    """What notes are made from, beside the land.

    Attributes
    ----------
    scene : Scene
        The map that extracts are cut from.
    date : date
        Printed on the note.
    document : PlanningDocument or None
        Whose rules and articles are named.
    outcome : Outcome or None
        What the parcels may carry; without it the note gives the sectors only.
    index : PlanIndex or None
        The project's constraints and sectors where they are read already.
    """

    scene: Scene
    date: dt.date
    document: PlanningDocument | None = None
    outcome: Outcome | None = None
    index: PlanIndex | None = None


def make_note(
    project: Project,
    lands: Sequence[Land],
    basis: NoteBasis,
    words: Words,
    *,
    missing: tuple[str, ...] = (),
    ctx: Context = NULL_CONTEXT,
) -> Note:
    """Return what a note says about pieces of land.

    Parameters
    ----------
    missing : tuple of str
        Titles that were asked for and are not there: the note says so.

    Raises
    ------
    EmptyInput
        With code ``report.note-without-land`` if there is no land to write about.
    """
    if not lands:
        raise EmptyInput("report.note-without-land", titles=", ".join(missing) or "–")
    plan = basis.index or plan_index(project, basis.document, ctx.part(0.0, 0.1))
    basis = replace(basis, index=plan)
    pages = []
    for index, land in enumerate(lands):
        ctx.report(index / len(lands), "report.phase.note")
        pages.append(_page(project, land, basis, words))
    parcels = project.parcels
    origin = parcels.provenance if parcels is not None else None
    return Note(
        tuple(pages),
        basis.date,
        basis.document,
        origin.year if origin else "",
        basis.scene,
        missing,
        bool(origin and origin.synthetic),
    )


def _page(project: Project, land: Land, basis: NoteBasis, words: Words) -> NotePage:
    document = basis.document
    situation = situation_of(project, land.shape, document, index=basis.index, on=basis.date)
    hits = read_hits(situation, document, words)
    more = list(study_notices(project, words))
    reading = None
    if basis.outcome is not None and document is not None and land.row is not None:
        reading = read_parcel(project, land.row, basis.outcome, document, words)
        values = ParcelValues(basis.outcome, land.row)
        more += table_notices(project, situation, values, words)
        reading = with_hits(reading, hits, *more)
        hits = reading.hits or hits
    return NotePage(land, situation, replace(hits, notices=_once(hits.notices, more)), reading)


def _once(first: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *more)))


def note_dict(note: Note, words: Words) -> dict[str, Any]:
    """Return a note as JSON-ready values: numbers in SI units, texts without isolates."""
    document = note.document
    return {
        "schema": SCHEMA,
        "kind": "note",
        "official": False,
        "language": words.language,
        "date": note.date.isoformat(),
        "data_year": note.data_date,
        "synthetic": note.is_synthetic,
        "document": None if document is None else _document_dict(document),
        "missing_titles": list(note.missing),
        "parcels": [_page_dict(page, document) for page in note.pages],
    }


def _document_dict(document: PlanningDocument) -> dict[str, Any]:
    identity = document.identity
    return {
        "id": document.id,
        "title": identity.title.fr,
        "status": identity.status,
        "decree": identity.decree,
        "bulletin": identity.bulletin,
        "bulletin_source": identity.bulletin_source,
        "dates": {key: value.isoformat() for key, value in identity.dates.items()},
    }


def _page_dict(page: NotePage, document: PlanningDocument | None) -> dict[str, Any]:
    land, situation = page.land, page.situation
    return {
        "name": land.name,
        "title_area_m2": land.title_area_m2,
        "gis_area_m2": round(situation.area_m2, 2),
        "case": int(situation.case),
        "sectors": [asdict(share) for share in situation.shares],
        "outside_m2": round(situation.outside_m2, 2),
        "hits": [_rounded(asdict(hit)) for hit in situation.hits],
        "remainder_m2": round(situation.remainder_m2, 2),
        "minimum_plot_m2": minimum_plot_m2(situation, document),
        "plan_roads_m2": round(situation.roads_m2, 2),
        "equipment_m2": round(situation.equipment_m2, 2),
        "servitude_m2": round(situation.servitude_m2, 2),
        "notices": _plain(page.hits.notices),
        "corners": [
            {"id": name, "x": round(float(x), 3), "y": round(float(y), 3)}
            for name, (x, y) in zip(land.corners.names, land.corners.xy.tolist(), strict=True)
        ],
        "reading": None if page.reading is None else reading_dict(page.reading),
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with areas and lengths to two decimals, shares to four."""
    return {
        key: round(value, 4 if key == "share" else 2) if isinstance(value, float) else value
        for key, value in values.items()
    }


def reading_dict(reading: ParcelReading) -> dict[str, Any]:
    """Return a reading as JSON-ready values, texts without isolates."""
    plain: dict[str, Any] = _plain(
        {
            "sector": reading.sector,
            "status": reading.status,
            "notices": reading.notices,
            "rows": [asdict(row) for row in reading.rows],
            "binding": None if reading.binding is None else asdict(reading.binding),
            "forbidden": [asdict(item) for item in reading.forbidden],
            "unknowns": reading.unknowns,
            "assumptions": reading.assumptions,
            "document": reading.document,
        }
    )
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return without_isolates(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def write_note(
    note: Note,
    path: Path,
    words: Words,
    *,
    json_path: Path | None = None,
    ctx: Context = NULL_CONTEXT,
) -> Path:
    """Write a note as PDF or DOCX, by the ending, and maybe its content as JSON.

    Raises
    ------
    OutputError
        If the ending is neither, or a file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".pdf":
        from emadina_gis.report.note_pdf import write_note_pdf

        write_note_pdf(note, path, words, ctx)
    elif ending == ".docx":
        from emadina_gis.report.note_docx import write_note_docx

        write_note_docx(note, path, words, ctx)
    else:
        raise OutputError("report.note-format", path=str(path))
    if json_path is not None:
        content: Mapping[str, Any] = note_dict(note, words)
        write_text(json_path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return path
