"""Rows of a JSON file with the entries that were left out, lost their geometry or their digits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.io import json_check, json_features
from emadina_gis.io.json_text import SEQUENCE_SUFFIXES

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.io.json_check import Findings
    from emadina_gis.io.ogr import OgrRead
    from emadina_gis.io.tables import TableRead
    from emadina_gis.progress import Context

DRIVERS = json_check.DRIVERS
#: Larger files would not fit in memory as Python values.
_MOST_EXACT_BYTES = 128 * 1024**2
#: What reading says where geometries are amiss.
_HINTS = frozenset({"geometry.missing", "geometry.unreadable", "layer.reader-note"})


def accounted(
    raw: OgrRead, path: Path, layer: tuple[str, str, str], ctx: Context
) -> OgrRead | TableRead:
    """Return rows as they are told of; read anew where GDAL takes two fields or numbers for one.

    Parameters
    ----------
    layer : tuple of str
        The driver, the name of the layer and the name of the file as the person knows it.
    """
    driver, name, title = layer
    raw = _with_nested(raw, title)
    amiss = any(problem.code in _HINTS for problem in raw.problems)
    found = json_check.findings(path, title, driver, name, has_hints=amiss)
    if found is None:
        return _noted(raw, "json.unchecked", title) if json_check.is_large(path) else raw
    if _stopped_early(found, raw, path):
        return json_features.read_lines(path, title)
    if _is_inexact(found, raw, is_large=json_check.is_large(path)):
        if driver == "GeoJSON" and path.stat().st_size <= _MOST_EXACT_BYTES:
            return json_features.read(path, title, ctx)
        raw = _noted(raw, "json.inexact", title, Severity.WARNING)
    problems = (*found.problems(title), *raw.problems)
    return replace(raw, problems=problems, declared=max(found.declared, raw.row_count))


def _stopped_early(found: Findings, raw: OgrRead, path: Path) -> bool:
    """Whether GDAL took the first line of a sequence for the whole file."""
    is_sequence = path.suffix.lower() in SEQUENCE_SUFFIXES
    bad = len(found.faults.get("json.bad-lines", ()))
    is_short = raw.row_count + bad < found.declared
    return is_sequence and is_short and path.stat().st_size <= _MOST_EXACT_BYTES


def _is_inexact(found: Findings, raw: OgrRead, *, is_large: bool) -> bool:
    digits = json_check.has_inexact_integers(raw.columns)
    return found.has_clashing_names or (digits and (found.has_long_integers or not is_large))


def _with_nested(raw: OgrRead, title: str) -> OgrRead:
    nested = json_check.nested_fields(raw.columns)
    if not nested:
        return raw
    params = {"fields": ", ".join(nested[:10])}
    note = Problem("table.nested-as-text", Severity.INFO, title, len(nested), params)
    return replace(raw, problems=(*raw.problems, note))


def _noted(raw: OgrRead, code: str, title: str, severity: Severity = Severity.INFO) -> OgrRead:
    return replace(raw, problems=(*raw.problems, Problem(code, severity, title)))
