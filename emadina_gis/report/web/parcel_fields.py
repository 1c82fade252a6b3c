"""What the popup of a parcel says: the reading's figures, what bites it, what is forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.report.web.fields import WebFields, numbers, texts, unit_entry, words_of
from emadina_gis.report.web.languages import in_languages, labelled
from emadina_gis.report.web.packing import packed, packed_steps
from emadina_gis.words import load_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.web.hits import HitTexts
    from emadina_gis.words import Words

#: Outcome columns of a parcel's popup: key, unit and decimals, in the order they are read.
_CAPACITY: tuple[tuple[str, str, int], ...] = (
    ("reference_area_m2", "m2", 0),
    ("max_height_m", "m", 2),
    ("max_levels", "", 0),
    ("max_footprint_m2", "m2", 0),
    ("gross_floor_area_m2", "m2", 0),
    ("net_floor_area_m2", "m2", 0),
)


def parcel_fields(
    rows: NDArray[np.intp],
    columns: Mapping[str, Column],
    document: PlanningDocument,
    *,
    hits: HitTexts | None = None,
) -> WebFields:
    """Return the popup of some parcels."""
    found = WebFields()
    _add_words(found, columns["status"], rows, key="report.notice.{}", kind="notice")
    _add_text(found, "sector", "report.note.col_sector", columns["sector"], rows)
    _add_words(found, columns["status"], rows, key="report.status.{}", kind="status")
    for name, unit, decimals in _CAPACITY:
        label = labelled(f"report.web.row.{name}")
        entry = {"key": name, "title": label, "type": "number", "decimals": decimals}
        found.fields.append(entry | unit_entry(unit))
        found.values[name] = numbers(columns[name].numbers[rows], decimals)
    _add_range(found, columns, rows)
    _add_words(found, columns["binding_rule"], rows, key="report.web.binding.{}", kind="binding")
    _add_text(found, "article", "report.web.article", columns["article"], rows)
    _add_forbidden(found, columns["sector"], rows, document)
    if hits is not None:
        _add_hits(found, hits, rows)
    return found


def _add_hits(found: WebFields, hits: HitTexts, rows: NDArray[np.intp]) -> None:
    """Add what bites each parcel: for each hit its place among the rows, its name and figures."""
    place = np.searchsorted(rows, hits.row)
    place = np.minimum(place, max(len(rows) - 1, 0))
    kept = np.flatnonzero(rows[place] == hits.row) if len(rows) else np.zeros(0, dtype=np.intp)
    used, name = np.unique(hits.name[kept], return_inverse=True)
    title = labelled("hits.section")
    said = [hits.names[index] for index in used.tolist()]
    found.fields.append({"key": "hits", "title": title, "type": "hits", "values": said})
    found.values["hits"] = {
        "rows": packed_steps(place[kept]),
        "names": packed(name),
        "ways": packed(hits.way[kept]),
        "amounts": packed(hits.amount[kept]),
        "shares": packed(hits.share[kept]),
    }


def _add_text(
    found: WebFields, name: str, label: str, column: Column, rows: NDArray[np.intp]
) -> None:
    found.fields.append({"key": name, "title": labelled(label), "type": "text"})
    found.values[name] = texts(column, rows)


def _add_range(found: WebFields, columns: Mapping[str, Column], rows: NDArray[np.intp]) -> None:
    """Add the ends of the net floor area, as steps from the value between them."""
    ends = ("net_floor_area_low_m2", "net_floor_area_high_m2")
    middle = np.nan_to_num(np.round(columns["net_floor_area_m2"].numbers[rows]))
    for name in ends:
        found.values[name] = numbers(np.round(columns[name].numbers[rows]) - middle, 0)
    title = labelled("report.web.row.net_range")
    entry = {"key": "net_range", "title": title, "type": "range", "of": "net_floor_area_m2"}
    entry["ends"] = list(ends)
    found.fields.append(entry | unit_entry("m2"))


def _add_words(
    found: WebFields, column: Column, rows: NDArray[np.intp], *, key: str, kind: str
) -> None:
    """Add a column of keys (status, rule) that the page turns into words."""
    codes, values = column.coded
    said = [_said(key.format(str(value).split("|")[0])) for value in values]
    entry: dict[str, Any] = {
        "key": kind,
        "type": "word",
        "title": labelled(f"report.web.row.{kind}"),
    }
    if kind == "notice":
        entry["type"] = "notice"
    _add_said(found, entry, codes[rows], said)


def _add_said(
    found: WebFields,
    entry: dict[str, Any],
    codes: NDArray[np.int32],
    said: list[dict[str, str] | None],
) -> None:
    """Add a field of words: those that have any, each once."""
    kept = [place for place, text in enumerate(said) if text is not None]
    moved = np.full(len(said) + 1, -1, dtype=np.int64)
    moved[kept] = np.arange(len(kept))
    entry["values"] = [said[place] for place in kept]
    found.fields.append(entry)
    found.values[entry["key"]] = words_of(moved[codes])


def _said(key: str) -> dict[str, str] | None:
    key = {"report.notice.regime_unknown": "report.web.regime_unknown"}.get(key, key)
    if not load_words("fr").has(key):
        return None
    return labelled(key)


def _add_forbidden(
    found: WebFields, column: Column, rows: NDArray[np.intp], document: PlanningDocument
) -> None:
    """Add what the zone of each parcel forbids, with its article."""
    codes, values = column.coded
    title = labelled("report.note.section_forbidden")
    said = [_forbidden(str(value).split("|")[0], document) for value in values]
    _add_said(found, {"key": "forbidden", "title": title, "type": "word"}, codes[rows], said)


def _forbidden(sector: str, document: PlanningDocument) -> dict[str, str] | None:
    from emadina_gis.regulation.wording import citation_text

    if document.index_of(sector) < 0:
        return None
    forbidden = document.sector(sector).zone.forbidden
    if forbidden is None:
        return None

    def say(words: Words) -> str:
        text = forbidden.text.in_language(words.language)
        if not forbidden.listed:
            text = words.text("report.forbidden.see_article")
        return f"{text} ({citation_text(forbidden.citation, words)})"

    return in_languages(say)
