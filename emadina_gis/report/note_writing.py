"""Notes as files: PDF, DOCX and JSON, by the ending of the name."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import write_text
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.note_content import note_part
from emadina_gis.report.reading_hits import minimum_plot_m2
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.note_blocks import NotePart
    from emadina_gis.report.reading import ParcelReading
    from emadina_gis.words import Words

SCHEMA = 2
ENDINGS = (".pdf", ".docx")


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
    write_note_parts([note_part(note, words)], path, ctx)
    if json_path is not None:
        content = json.dumps(note_dict(note, words), ensure_ascii=False, indent=2)
        write_text(json_path, content + "\n")
    return path


def check_ending(path: Path) -> None:
    """Refuse the name of a file that is neither a PDF nor a DOCX.

    Raises
    ------
    OutputError
        With code ``report.note-format``.
    """
    if path.suffix.lower() not in ENDINGS:
        raise OutputError("report.note-format", path=str(path))


def write_note_parts(parts: Sequence[NotePart], path: Path, ctx: Context = NULL_CONTEXT) -> Path:
    """Write a note in one language or several as PDF or DOCX, by the ending.

    Raises
    ------
    OutputError
        If the ending is neither, or the file cannot be written.
    """
    check_ending(path)
    if path.suffix.lower() == ".pdf":
        from emadina_gis.report.note_pdf import write_note_pdf

        write_note_pdf(parts, path, ctx)
    else:
        from emadina_gis.report.note_docx import write_note_docx

        write_note_docx(parts, path, ctx)
    return path


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
        "state": note.code,
        "synthetic": note.is_synthetic,
        "scenario": note.scenario,
        "document": None if document is None else _document_dict(document),
        "study_document": None if note.study is None else _document_dict(note.study),
        "missing_titles": list(note.missing),
        "parcels": [_page_dict(page, document) for page in note.pages],
        "units": [_page_dict(page, document) for page in note.units],
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
        "members": list(land.members),
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
        "streets": [_rounded(asdict(street)) for street in page.streets],
        "notices": _plain(page.hits.notices),
        "corners": [
            {"id": name, "x": round(float(x), 3), "y": round(float(y), 3)}
            for outline in land.outlines
            for name, (x, y) in zip(outline.names, outline.xy.tolist(), strict=True)
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
