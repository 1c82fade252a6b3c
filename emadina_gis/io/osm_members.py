"""What an OpenStreetMap file names and does not hold: ways and relations GDAL drops or shortens.

An extract often cuts off points at its edge. GDAL leaves out what has too few left and draws the
rest shorter, both unsaid. XML is gone through once more, streaming; of the packed form only the
doubt is said. Knows nothing of how the layers are made but which elements each holds.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import numpy as np

from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.io.ogr import OgrRead
    from emadina_gis.progress import Context

DRIVERS = frozenset({"OSM"})
_STEP_BYTES = 1024 * 1024
_LISTED = 10
_LEAST_POINTS = 2
_LARGEST = 2**63
_LINES, _AREAS = "lines", "multipolygons"
_ROUTES, _OTHERS = "multilinestrings", "other_relations"
_LAYER_OF_TYPE = {"multipolygon": _AREAS, "boundary": _AREAS, "multilinestring": _ROUTES}
_LAYER_OF_TYPE["route"] = _ROUTES
#: Keys that alone make no feature, and keys by which a closed way is an area.
_UNTOLD_KEYS = "created_by converted_by source time ele note todo fixme FIXME"
_UNTOLD = frozenset(_UNTOLD_KEYS.split())
_AREA_NAMES = (
    "aeroway amenity boundary building craft geological historic landuse leisure military natural "
    "office place shop sport tourism"
)
_AREA_KEYS = frozenset(_AREA_NAMES.split())
_AREA_TAGS = frozenset({("highway", "platform"), ("public_transport", "platform")})


@dataclass
class _Relation:
    """A relation: its layer's type and the ways and points it names."""

    number: int
    ways: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    layer: str = _OTHERS


@dataclass
class _Ways:
    """Ways one after the other, with the points each names."""

    numbers: array[int] = field(default_factory=lambda: array("q"))
    refs: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    layers: list[str] = field(default_factory=list)


class _Content:
    """The elements of a file, filled by a parser."""

    def __init__(self) -> None:
        self.nodes: array[int] = array("q")
        self.ways = _Ways()
        self.relations: list[_Relation] = []
        self._inside = ""
        self._tags: dict[str, str] = {}

    def start(self, name: str, stated: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if name == "nd" and self._inside == "way":
            self.ways.refs.append(_number(stated, "ref"))
        elif name == "tag" and self._inside in ("way", "relation"):
            self._tags[stated.get("k", "")] = stated.get("v", "")
        elif name == "member" and self._inside == "relation":
            self._add_member(stated)
        elif name in ("node", "way", "relation"):
            self._begin(name, stated)

    def _begin(self, name: str, stated: dict[str, str]) -> None:
        self._inside, self._tags = name, {}
        if name == "node":
            self.nodes.append(_number(stated, "id"))
        elif name == "way":
            self.ways.numbers.append(_number(stated, "id"))
        else:
            self.relations.append(_Relation(_number(stated, "id")))

    def _add_member(self, stated: dict[str, str]) -> None:
        relation, kind = self.relations[-1], stated.get("type")
        if kind == "way":
            relation.ways.append(_number(stated, "ref"))
        elif kind == "node":
            relation.nodes.append(_number(stated, "ref"))

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name != self._inside:
            return
        if name == "way":
            self._end_way()
        elif name == "relation":
            kind = self._tags.get("type", "")
            self.relations[-1].layer = _LAYER_OF_TYPE.get(kind, _OTHERS)
        self._inside = ""

    def _end_way(self) -> None:
        ways = self.ways
        begin = ways.ends[-1] if ways.ends else 0
        ways.ends.append(len(ways.refs))
        is_closed = len(ways.refs) > begin and ways.refs[begin] == ways.refs[-1]
        told = any(key not in _UNTOLD and not key.startswith("openGeoDB:") for key in self._tags)
        area = is_closed and _is_area(self._tags)
        ways.layers.append("" if not told else _AREAS if area else _LINES)


def _number(stated: dict[str, str], name: str) -> int:
    try:
        number = int(stated.get(name, ""))
    except ValueError:
        return 0
    return number if abs(number) < _LARGEST else 0


def _is_area(tags: dict[str, str]) -> bool:
    said = tags.get("area", "")
    if said in ("yes", "no"):
        return said == "yes"
    return not _AREA_KEYS.isdisjoint(tags) or not _AREA_TAGS.isdisjoint(tags.items())


def accounted(raw: OgrRead, path: Path, layer: str, where: str, ctx: Context) -> OgrRead:
    """Return rows with what the file names for this layer and does not hold, counted."""
    if layer not in (_LINES, _AREAS, _ROUTES, _OTHERS):
        return raw
    content = _content(path, ctx)
    if content is None:
        note = Problem("osm.unchecked", Severity.INFO, where)
        return replace(raw, problems=(*raw.problems, note))
    cut = [*_cut_ways(content, raw, layer), *_cut_relations(content, raw, layer)]
    lost = sorted({number for number, is_read in cut if not is_read})
    shorter = len({number for number, is_read in cut if is_read})
    problems = list(raw.problems)
    if shorter:
        problems.insert(0, Problem("osm.incomplete", Severity.WARNING, where, shorter))
    if lost:
        more = ", …" if len(lost) > _LISTED else ""
        params = {"ids": ", ".join(str(number) for number in lost[:_LISTED]) + more}
        problems.insert(0, Problem("osm.lost", Severity.ERROR, where, len(lost), params))
    return replace(raw, problems=tuple(problems), declared=raw.row_count + len(lost))


def _content(path: Path, ctx: Context) -> _Content | None:
    """Return the elements of an XML file, up to where it ends or breaks; None for others."""
    with path.open("rb") as file:
        if not file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            return None
        file.seek(0)
        content, parser = _Content(), expat.ParserCreate()
        parser.StartElementHandler = content.start
        parser.EndElementHandler = content.end
        try:
            while block := file.read(_STEP_BYTES):
                ctx.check()
                parser.Parse(block, False)
        except (expat.ExpatError, ValueError, LookupError):
            content.end("way")
    return content


def _ints(values: array[int]) -> NDArray[np.int64]:
    return np.frombuffer(values, dtype=np.int64) if values else np.zeros(0, dtype=np.int64)


def _found_points(content: _Content) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many points each way has in the file, and how many it names."""
    ends = np.concatenate([[0], _ints(content.ways.ends)])
    is_here = np.isin(_ints(content.ways.refs), _ints(content.nodes))
    found = np.concatenate([[0], np.cumsum(is_here)])
    return np.diff(found[ends]), np.diff(ends)


def _read_ids(raw: OgrRead, name: str) -> set[str]:
    column = raw.columns.get(name)
    return set() if column is None else {str(v) for v in column.arrow.to_pylist() if v is not None}


def _cut_ways(content: _Content, raw: OgrRead, layer: str) -> list[tuple[int, bool]]:
    """Return the ways of a layer that lack points, and whether each was read all the same."""
    found, named = _found_points(content)
    is_cut = (found < named) | (named < _LEAST_POINTS)
    is_cut &= np.array([of == layer for of in content.ways.layers], dtype=bool)
    read = _read_ids(raw, "osm_way_id" if layer == _AREAS else "osm_id")
    numbers = _ints(content.ways.numbers)[np.flatnonzero(is_cut)].tolist()
    return [(number, str(number) in read) for number in numbers]


def _cut_relations(content: _Content, raw: OgrRead, layer: str) -> list[tuple[int, bool]]:
    """Return the relations of a layer that lack members, and whether each was read."""
    asked = [relation for relation in content.relations if relation.layer == layer]
    if not asked:
        return []
    found, named = _found_points(content)
    whole = (found == named) & (named >= _LEAST_POINTS)
    ways = set(_ints(content.ways.numbers)[np.flatnonzero(whole)].tolist())
    nodes: Any = set(content.nodes) if layer == _OTHERS else frozenset()
    read = _read_ids(raw, "osm_id")
    return [
        (relation.number, str(relation.number) in read)
        for relation in asked
        if not ways.issuperset(relation.ways)
        or (layer == _OTHERS and not nodes.issuperset(relation.nodes))
        or not (relation.ways or relation.nodes)
    ]
