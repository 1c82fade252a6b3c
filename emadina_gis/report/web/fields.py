"""Which columns a published layer shows, with labels in three languages; never personal ones.

Counts below ten households are suppressed; land titles leave with public layers only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.layer import Diffusion, FieldLabel, VectorLayer
from emadina_gis.domain.schema import PERSONAL_ROLES, Role, guessed_schema
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.words.units import UNIT_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.web.hits import HitTexts
    from emadina_gis.words import Words

MOST_FIELDS = 16
#: Counts of households or people below this are not published (loi 09-08).
FEWEST = 10
HIDDEN = -1
COUNTED_ROLES = frozenset(
    {
        Role.HOUSEHOLDS,
        Role.POPULATION,
        Role.EXISTING_POPULATION,
        Role.EXISTING_DWELLINGS,
    }
)
#: Columns of personal data by the words in their names, whatever their role.
PERSONAL_WORDS = ("proprietaire", "owner", "cin", "telephone", "phone", "email", "mail", "adresse")
_TEXT_LIMIT = 200


@dataclass
class WebFields:
    """Columns of a layer for the page.

    Attributes
    ----------
    fields : list of dict
        Key, titles in three languages, type, unit, decimals.
    values : dict
        Key → JSON-ready values of the published rows.
    search : str
        Key of the titles that may be searched; empty where they are masked.
    """

    fields: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    search: str = ""


def in_languages(say: Callable[[Words], str]) -> dict[str, str]:
    """Return a text in each language."""
    return {language: say(load_words(language)) for language in LANGUAGES}


def _labelled(key: str) -> dict[str, str]:
    return in_languages(lambda words: words.text(key))


def is_personal(layer: VectorLayer, name: str) -> bool:
    """Whether a column holds personal data, by its role or by its name."""
    roles = (layer.schema.role_of(name), guessed_schema([name]).role_of(name))
    if any(role in PERSONAL_ROLES for role in roles):
        return True
    parts = name.lower().replace("-", "_").split("_")
    return any(word in parts for word in PERSONAL_WORDS)


def layer_fields(layer: VectorLayer, rows: NDArray[np.intp]) -> WebFields:
    """Return the columns of a layer that the public may see, for some rows."""
    found = WebFields()
    labelled = dict(layer.fields)
    names = [n for n in layer.table.columns if n in labelled] or list(layer.table.columns)
    for name in names:
        if len(found.fields) >= MOST_FIELDS:
            break
        if not is_personal(layer, name) and not _is_masked(layer, name):
            _add_column(found, layer, name, rows)
    return found


def _is_masked(layer: VectorLayer, name: str) -> bool:
    is_title = layer.schema.role_of(name) is Role.PARCEL_ID
    return is_title and layer.diffusion is not Diffusion.PUBLIC


def _add_column(found: WebFields, layer: VectorLayer, name: str, rows: NDArray[np.intp]) -> None:
    column = layer.table.column(name)
    label = layer.field_label(name)
    entry: dict[str, Any] = {
        "key": name,
        "title": {language: label.title.text(language) for language in LANGUAGES},
    }
    role = layer.schema.role_of(name)
    if column.is_number and role is not Role.PARCEL_ID:
        entry |= {"type": "number", "decimals": label.decimals} | _unit(label.unit)
        if role in COUNTED_ROLES:
            entry["hidden"] = HIDDEN
        found.values[name] = numbers(column, rows, label.decimals, counted=role in COUNTED_ROLES)
    elif label.values:
        codes, values = column.coded
        said = [_said_by(label, str(value)) for value in values]
        entry |= {"type": "word", "values": said}
        found.values[name] = [code if code >= 0 else None for code in codes[rows].tolist()]
    else:
        entry["type"] = "text"
        found.values[name] = texts(column, rows)
        if role is Role.PARCEL_ID:
            found.search = name
    found.fields.append(entry)


def _said_by(label: FieldLabel, value: str) -> dict[str, str]:
    return {language: label.said(value, language) or value for language in LANGUAGES}


def _unit(unit: str) -> dict[str, Any]:
    if not unit:
        return {}
    labels = UNIT_LABELS.get(unit)
    return {"unit": labels or dict.fromkeys(LANGUAGES, unit)}


def numbers(
    column: Column, rows: NDArray[np.intp], decimals: int, *, counted: bool = False
) -> list[float | int | None]:
    """Return numbers for JSON: rounded, None where missing, `HIDDEN` for small counts."""
    values = column.numbers[rows]
    if counted:
        values = np.where((values > 0) & (values < FEWEST), HIDDEN, values)
    rounded = np.round(values, decimals)
    listed = rounded.tolist()
    if decimals == 0:
        return [None if v != v else int(v) for v in listed]  # noqa: PLR0124 - NaN
    return [None if v != v else v for v in listed]  # noqa: PLR0124


def texts(column: Column, rows: NDArray[np.intp]) -> list[str | None]:
    """Return texts for JSON, None where missing, very long ones cut."""
    listed = column.strings[rows].tolist()
    return [None if text is None else str(text)[:_TEXT_LIMIT] for text in listed]


#: Outcome columns of a parcel's popup: key, type and unit, in the order they are read.
_CAPACITY: tuple[tuple[str, str, int], ...] = (
    ("reference_area_m2", "m2", 0),
    ("max_height_m", "m", 2),
    ("max_levels", "", 0),
    ("max_footprint_m2", "m2", 0),
    ("gross_floor_area_m2", "m2", 0),
    ("net_floor_area_m2", "m2", 0),
)


def parcel_fields(
    layer: VectorLayer,
    rows: NDArray[np.intp],
    columns: Mapping[str, Column],
    document: PlanningDocument,
    *,
    hits: HitTexts | None = None,
) -> WebFields:
    """Return what the popup of a parcel says: the reading's figures, what bites it, what lacks."""
    found = WebFields()
    title = layer.schema.column(Role.PARCEL_ID)
    if title and title in layer.table.columns and not _is_masked(layer, title):
        _add_column(found, layer, title, rows)
        found.fields[-1]["title"] = _labelled("report.note.land")
    _add_words(found, "status", columns, rows, key="report.notice.{}", kind="notice")
    _add_text(found, "sector", "report.note.col_sector", columns["sector"], rows)
    _add_words(found, "status", columns, rows, key="report.status.{}", kind="status")
    for name, unit, decimals in _CAPACITY:
        label = _labelled(f"report.web.row.{name}")
        entry = {"key": name, "title": label, "type": "number", "decimals": decimals}
        found.fields.append(entry | _unit(unit))
        found.values[name] = numbers(columns[name], rows, decimals)
    _add_range(found, columns, rows)
    _add_words(found, "binding_rule", columns, rows, key="report.web.binding.{}", kind="binding")
    _add_text(found, "article", "report.web.article", columns["article"], rows)
    _add_forbidden(found, columns["sector"], rows, document)
    if hits is not None:
        _add_hits(found, hits, rows)
    return found


def _add_hits(found: WebFields, hits: HitTexts, rows: NDArray[np.intp]) -> None:
    """Add what bites each parcel, only where something does."""
    used, place = np.unique(hits.codes[rows], return_inverse=True)
    first = int(np.count_nonzero(used < 0))
    said = [hits.said[code] for code in used[first:].tolist()]
    listed = [code if code >= 0 else None for code in (place - first).tolist()]
    title = _labelled("hits.section")
    found.fields.append({"key": "hits", "title": title, "type": "word", "values": said})
    found.values["hits"] = listed


def _add_text(
    found: WebFields, name: str, label: str, column: Column, rows: NDArray[np.intp]
) -> None:
    title = _labelled(label)
    found.fields.append({"key": name, "title": title, "type": "text"})
    found.values[name] = texts(column, rows)


def _add_range(found: WebFields, columns: Mapping[str, Column], rows: NDArray[np.intp]) -> None:
    ends = ("net_floor_area_low_m2", "net_floor_area_high_m2")
    for name in ends:
        found.values[name] = numbers(columns[name], rows, 0)
    title = _labelled("report.web.row.net_range")
    entry = {"key": "net_range", "title": title, "type": "range", "low": ends[0], "high": ends[1]}
    found.fields.append(entry | _unit("m2"))


def _add_words(
    found: WebFields,
    name: str,
    columns: Mapping[str, Column],
    rows: NDArray[np.intp],
    *,
    key: str,
    kind: str,
) -> None:
    """Add a column of keys (status, rule) that the page turns into words."""
    codes, values = columns[name].coded
    known = [str(value).split("|")[0] for value in values]
    said = [_said(key.format(value)) for value in known]
    listed = [code if code >= 0 and said[code] else None for code in codes[rows].tolist()]
    entry: dict[str, Any] = {"key": f"{kind}_{name}", "type": "word", "values": said}
    if kind == "notice":
        entry["type"] = "notice"
    entry["title"] = _labelled(f"report.web.row.{kind}")
    found.fields.append(entry)
    found.values[entry["key"]] = listed


def _said(key: str) -> dict[str, str] | None:
    key = {"report.notice.regime_unknown": "report.web.regime_unknown"}.get(key, key)
    if not load_words("fr").has(key):
        return None
    return _labelled(key)


def _add_forbidden(
    found: WebFields, column: Column, rows: NDArray[np.intp], document: PlanningDocument
) -> None:
    """Add what the zone of each parcel forbids, with its article."""
    codes, values = column.coded
    said = [_forbidden(str(value).split("|")[0], document) for value in values]
    listed = [code if code >= 0 and said[code] else None for code in codes[rows].tolist()]
    title = _labelled("report.note.section_forbidden")
    found.fields.append({"key": "forbidden", "title": title, "type": "word", "values": said})
    found.values["forbidden"] = listed


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
