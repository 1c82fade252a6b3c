"""What a JSON file announces against what was read of it: every entity read, or named with why.

GDAL leaves out entries that are no features and gives others no geometry, without telling which.
The file is gone through once more and faults are listed by position. Knows nothing of drawing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io.json_stream import entries
from emadina_gis.io.json_text import SEQUENCE_SUFFIXES, parsed, parsed_lines
from emadina_gis.io.table_rows import listed_lines

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.column import Column

DRIVERS = frozenset({"GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON"})
#: Files up to this size are gone through as a whole; larger ones entity by entity …
ALWAYS_BYTES = 24 * 1024**2
#: … and those beyond this size not at all, which is said.
MOST_CHECKED_BYTES = 1024**3
_SAMPLE_ROWS = 200
_EXACT = 2.0**53
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_FEATURE_TYPES = frozenset({"Feature", *_DEPTHS})
_LEAST = {"LineString": 2, "Polygon": 4}
_ESRI_KEYS = ("rings", "paths", "points", "x", "curveRings", "curvePaths")


@dataclass
class Findings:
    """Entries of a file and the positions (from 1) of those with a fault, by its code.

    Attributes
    ----------
    has_clashing_names : bool
        Whether names of a feature differ in case only, which GDAL takes for one field.
    has_long_integers : bool
        Whether there are whole numbers that a decimal number cannot hold.
    """

    declared: int = 0
    has_clashing_names: bool = False
    has_long_integers: bool = False
    faults: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, code: str, position: int) -> None:
        """Note a fault; an empty code is none."""
        if code:
            self.faults[code].append(position)

    def problems(self, where: str) -> tuple[Problem, ...]:
        """Return one problem for each kind of fault."""
        return tuple(
            Problem(code, Severity.ERROR, where, len(places), {"places": listed_lines(places)})
            for code, places in self.faults.items()
        )


def is_large(path: Path) -> bool:
    """Whether a file is too large to be held as Python values besides its table."""
    return path.stat().st_size > ALWAYS_BYTES


def findings(
    path: Path, title: str, driver: str, layer: str, *, has_hints: bool = True
) -> Findings | None:
    """Return what a file announces and its faults; None where that cannot be told.

    Parameters
    ----------
    has_hints : bool
        Whether reading showed that geometries are amiss; of a large file they are looked into
        only then.
    """
    is_sequence = driver == "GeoJSONSeq" or path.suffix.lower() in SEQUENCE_SUFFIXES
    if is_large(path):
        return _of_stream(path, driver, is_sequence=is_sequence, is_deep=has_hints)
    try:
        if is_sequence:
            return _of_sequence(path, title)
        content = parsed(path, title)
    except LayerReadError:
        return None
    if driver == "TopoJSON":
        return _of_topology(content, layer)
    if driver == "ESRIJSON":
        return _of_entries(_list(content, "features"), _esri_fault)
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        listed = _list(content, "features")
        return replace(_of_entries(listed, feature_fault), has_clashing_names=_clash(listed))
    return None


def _of_stream(path: Path, driver: str, *, is_sequence: bool, is_deep: bool) -> Findings | None:
    """Go through a large file with one entity in memory at a time."""
    if path.stat().st_size > MOST_CHECKED_BYTES or driver == "TopoJSON":
        return None
    seen = _Seen()
    try:
        if is_sequence:
            return seen.told(_of_lines(seen, path))
        deep = feature_fault if is_deep else _entry_fault
        fault = _esri_fault if driver == "ESRIJSON" else deep
        return seen.told(_of_entries(seen.through(entries(path, "features")), fault))
    except (ValueError, RecursionError):
        return None


def _of_lines(seen: _Seen, path: Path) -> Findings:
    found = Findings()
    with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            text = line.strip().strip("\x1e").strip()
            if not text:
                continue
            found.declared += 1
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                found.add("json.bad-lines", number)
                continue
            seen.note(value)
            found.add(feature_fault(value), number)
    return found


@dataclass
class _Seen:
    """What is remembered of entities that went by."""

    names: set[str] = field(default_factory=set)
    has_long_integers: bool = False

    def through(self, found: Iterable[Any]) -> Iterator[Any]:
        """Give entities on, noting each."""
        for entry in found:
            self.note(entry)
            yield entry

    def note(self, entry: Any) -> None:
        """Remember the names of an entity and whether its numbers are long."""
        values = entry.get("properties") if isinstance(entry, dict) else None
        if not isinstance(values, dict):
            return
        self.names.update(values)
        if not self.has_long_integers:
            self.has_long_integers = any(
                isinstance(value, int) and abs(value) >= _EXACT for value in values.values()
            )

    def told(self, found: Findings) -> Findings:
        """Return findings with what was remembered."""
        clash = len({name.lower() for name in self.names}) < len(self.names)
        return replace(found, has_clashing_names=clash, has_long_integers=self.has_long_integers)


def _clash(found: list[Any]) -> bool:
    names: set[str] = set()
    for entry in found:
        properties = entry.get("properties") if isinstance(entry, dict) else None
        names.update(properties if isinstance(properties, dict) else ())
    return len({name.lower() for name in names}) < len(names)


def has_inexact_integers(columns: dict[str, Column]) -> bool:
    """Whether numbers are so large that whole ones among them lost their last digits."""
    return any(
        pa.types.is_floating(column.type) and bool((np.abs(column.numbers) >= _EXACT).any())
        for column in columns.values()
    )


def nested_fields(columns: dict[str, Column]) -> list[str]:
    """Return the columns whose texts are lists or records: a table has no place for them."""
    return [name for name, column in columns.items() if column.is_text and _is_nested(column)]


def _is_nested(column: Column) -> bool:
    sample = [text for text in column.arrow.slice(0, _SAMPLE_ROWS).to_pylist() if text]
    return any(text[0] in "[{" and text[-1] in "]}" for text in sample)


def _list(content: Any, key: str) -> list[Any]:
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, list) else []


def _of_sequence(path: Path, title: str) -> Findings:
    good, bad = parsed_lines(path, title)
    found = Findings(len(good) + len(bad))
    for line in bad:
        found.add("json.bad-lines", line.number)
    for number, value in good:
        found.add(feature_fault(value), number)
    return found


def _of_entries(listed: Iterable[Any], fault: Any) -> Findings:
    found = Findings()
    for position, entry in enumerate(listed, start=1):
        found.declared += 1
        found.add(fault(entry), position)
    return found


def feature_fault(entry: Any) -> str:
    """Return the code of what is wrong with a feature; empty where nothing is."""
    if _entry_fault(entry):
        return _entry_fault(entry)
    geometry = entry.get("geometry") if entry["type"] == "Feature" else entry
    return "" if geometry is None else geometry_fault(geometry)


def _entry_fault(entry: Any) -> str:
    is_feature = isinstance(entry, dict) and entry.get("type") in _FEATURE_TYPES
    return "" if is_feature else "json.no-feature"


def geometry_fault(geometry: Any) -> str:
    """Return the code of what is wrong with a geometry; empty where nothing is."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            return "json.bad-coordinates"
        return next((code for part in parts if (code := geometry_fault(part))), "")
    if kind not in _DEPTHS:
        return "json.unknown-geometry"
    return _coordinates_fault(geometry.get("coordinates"), _DEPTHS[kind], _LEAST.get(kind, 0))


def _coordinates_fault(value: Any, depth: int, least: int) -> str:
    if not isinstance(value, list):
        return "json.bad-coordinates"
    if not value:
        return ""
    if depth == 0:
        return "" if _is_position(value) else "json.bad-coordinates"
    if depth == 1 and len(value) < least:
        return "json.too-few-positions"
    faults = (_coordinates_fault(part, depth - 1, least) for part in value)
    return next((code for code in faults if code), "")


def _is_position(value: list[Any]) -> bool:
    first = value[:2]
    return len(first) == 2 and all(
        isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < 1e300
        for part in first
    )


def _esri_fault(entry: Any) -> str:
    if not isinstance(entry, dict) or not ("attributes" in entry or "geometry" in entry):
        return "json.no-feature"
    geometry = entry.get("geometry")
    if geometry is None:
        return ""
    if not isinstance(geometry, dict) or not any(key in geometry for key in _ESRI_KEYS):
        return "json.unknown-geometry"
    if "x" in geometry:
        return "" if _is_position([geometry["x"], geometry.get("y")]) else "json.bad-coordinates"
    value = next((geometry[key] for key in ("rings", "paths") if key in geometry), None)
    return "" if value is None else _coordinates_fault(value, 2, 0)


def _of_topology(content: Any, layer: str) -> Findings | None:
    objects = content.get("objects") if isinstance(content, dict) else None
    if not isinstance(objects, dict) or not isinstance(objects.get(layer), dict):
        return None
    listed = _list(objects[layer], "geometries")
    arcs = len(_list(content, "arcs"))
    return _of_entries(listed, lambda entry: _topology_fault(entry, arcs))


def _topology_fault(entry: Any, arcs: int) -> str:
    if not isinstance(entry, dict):
        return "json.no-feature"
    if entry.get("type") is None:
        return ""
    bad = any(not -arcs <= index < arcs for index in _indices(entry.get("arcs", [])))
    return "json.bad-arcs" if bad else ""


def _indices(value: Any) -> Iterable[int]:
    if isinstance(value, list):
        for part in value:
            yield from _indices(part)
    elif isinstance(value, int):
        yield value
