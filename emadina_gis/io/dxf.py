"""DXF drawings by ezdxf: boundaries become polygons, texts become points with their words.

Closed polylines, circles, hatches and solids give polygons; arcs and splines are stroked to
1 cm; blocks are taken apart. Every entity left out is counted. Knows nothing of GDAL.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.column import column_of
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io.geometry_audit import GeometryAudit
from emadina_gis.io.ogr import OgrRead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.progress import Context

#: Largest distance in drawing units between a curve and the lines that stand for it.
STROKE_TOLERANCE = 0.01
#: A polyline whose ends are nearer than this, in drawing units, was meant to be closed.
CLOSING_TOLERANCE = 0.05
_DEEPEST_BLOCK = 4
_MOST_ENTITIES = 2_000_000
_CURVES = frozenset({"LINE", "ARC", "ELLIPSE", "SPLINE", "LWPOLYLINE", "POLYLINE", "CIRCLE"})
_TEXTS = frozenset({"TEXT", "MTEXT", "ATTRIB", "ATTDEF"})
_CORNERS = frozenset({"3DFACE", "SOLID", "TRACE"})
_UNIT_METRES = {1: 0.0254, 2: 0.3048, 4: 0.001, 5: 0.01, 6: 1.0, 7: 1000.0}


@dataclass
class _Rows:
    """Entities as they are met."""

    shapes: list[Any] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    blocks: list[str | None] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    closed: int = 0

    def add(self, shape: Any, entity: Any, text: str | None, block: str | None) -> None:
        self.shapes.append(shape)
        self.layers.append(str(entity.dxf.get("layer", "0")))
        self.kinds.append(str(entity.dxftype()))
        self.texts.append(text)
        self.blocks.append(block)


def read(path: Path, title: str, ctx: Context) -> OgrRead:
    """Return the entities of a drawing with columns layer, entity, text and block.

    Raises
    ------
    LayerReadError
        ``layer.unreadable`` where ezdxf cannot make sense of the file.
    """
    document, repaired = _document(path, title)
    rows = _Rows()
    for number, entity in enumerate(document.modelspace()):
        if number % 500 == 0:
            ctx.check()
        if len(rows.shapes) > _MOST_ENTITIES:
            raise LayerReadError("layer.too-large", path=title)
        _take(entity, rows, None, 0)
    return _table(rows, document, title, repaired)


def _document(path: Path, title: str) -> tuple[Any, int]:
    from ezdxf import recover
    from ezdxf.lldxf.const import DXFError

    try:
        document, auditor = recover.readfile(path)
    except (OSError, DXFError, ValueError, IndexError, KeyError) as exc:
        raise LayerReadError("layer.unreadable", path=title, detail=str(exc)[:200]) from exc
    return document, len(auditor.errors)


def _take(entity: Any, rows: _Rows, block: str | None, depth: int) -> None:
    kind = entity.dxftype()
    if kind in _CURVES:
        _take_curve(entity, rows, block)
    elif kind in _TEXTS:
        text = entity.plain_text() if kind in {"TEXT", "MTEXT"} else str(entity.dxf.text)
        rows.add(_point(entity.dxf.insert), entity, text.strip() or None, block)
    elif kind == "POINT":
        rows.add(_point(entity.dxf.location), entity, None, block)
    elif kind in _CORNERS:
        _take_corners(entity, rows, block)
    elif kind == "HATCH":
        _take_hatch(entity, rows, block)
    elif kind == "INSERT" and depth < _DEEPEST_BLOCK:
        _take_block(entity, rows, depth)
    else:
        rows.skipped[kind] += 1


def _take_block(entity: Any, rows: _Rows, depth: int) -> None:
    name = str(entity.dxf.name)
    for attribute in entity.attribs:
        _take(attribute, rows, name, depth + 1)
    for part in entity.virtual_entities():
        if part.dxftype() != "ATTDEF":
            _take(part, rows, name, depth + 1)


def _take_curve(entity: Any, rows: _Rows, block: str | None) -> None:
    points = _stroked(entity)
    if points is None or len(points) < 2:
        rows.skipped[entity.dxftype()] += 1
        return
    if entity.dxftype() == "LINE" or len(points) < 3:
        rows.add(shapely.LineString(points), entity, None, block)
        return
    marked = bool(getattr(entity, "is_closed", False)) or bool(getattr(entity, "closed", False))
    gap = float(np.hypot(*(points[0] - points[-1])))
    is_boundary = marked or (gap <= CLOSING_TOLERANCE and len(points) > 3)
    if not is_boundary:
        rows.add(shapely.LineString(points), entity, None, block)
        return
    rows.closed += 0 if marked or gap == 0 else 1
    rows.add(_polygon(points), entity, None, block)


def _stroked(entity: Any) -> NDArray[np.float64] | None:
    from ezdxf.path import make_path

    try:
        path = make_path(entity)
        points = [(vertex.x, vertex.y) for vertex in path.flattening(STROKE_TOLERANCE)]
    except (TypeError, ValueError, ZeroDivisionError, AttributeError):
        return None
    return np.asarray(points, dtype=np.float64)


def _polygon(points: NDArray[np.float64]) -> Any:
    if np.hypot(*(points[0] - points[-1])) <= CLOSING_TOLERANCE:
        points = points[:-1]
    ring = np.vstack([points, points[:1]])
    return shapely.Polygon(ring) if len(ring) >= 4 else shapely.LineString(ring)


def _point(location: Any) -> Any:
    return shapely.Point(float(location[0]), float(location[1]))


def _take_corners(entity: Any, rows: _Rows, block: str | None) -> None:
    vertices = entity.wcs_vertices()
    corners = np.array([(vertex.x, vertex.y) for vertex in vertices], dtype=np.float64)
    rows.add(_polygon(corners), entity, None, block)


def _take_hatch(entity: Any, rows: _Rows, block: str | None) -> None:
    rings = [ring for ring in _hatch_rings(entity) if len(ring) >= 3]
    if not rings:
        rows.skipped["HATCH"] += 1
        return
    area = shapely.Polygon()
    for ring in rings:  # even-odd rule of hatches
        area = area.symmetric_difference(shapely.make_valid(shapely.Polygon(ring)))
    rows.add(area, entity, None, block)


def _hatch_rings(entity: Any) -> Iterator[list[tuple[float, float]]]:
    from ezdxf.path import from_hatch

    try:
        paths = list(from_hatch(entity))
    except (TypeError, ValueError, AttributeError):
        return
    for path in paths:
        yield [(vertex.x, vertex.y) for vertex in path.flattening(STROKE_TOLERANCE)]


def _table(rows: _Rows, document: Any, title: str, repaired: int) -> OgrRead:
    columns = {
        "layer": column_of(rows.layers),
        "entity": column_of(rows.kinds),
        "text": column_of(_texts(rows.texts)),
        "block": column_of(_texts(rows.blocks)),
    }
    shapes = np.empty(len(rows.shapes), dtype=object)
    shapes[:] = rows.shapes
    with GeometryAudit() as audit:
        chunks = tuple(
            audit.chunk_of_shapes(shapes[start : start + CHUNK_ROWS])
            for start in range(0, len(shapes), CHUNK_ROWS)
        )
        problems = (*audit.problems(title), *_notes(rows, document, title, repaired))
        types = audit.type_names
    return OgrRead(columns, chunks, len(shapes), "", str(document.encoding), types, problems)


def _texts(values: Iterable[str | None]) -> Any:
    import pyarrow as pa

    return pa.array(list(values), pa.string())


def _notes(rows: _Rows, document: Any, title: str, repaired: int) -> list[Problem]:
    notes = []
    if rows.closed:
        notes.append(Problem("dxf.closed", Severity.INFO, title, rows.closed))
    if repaired:
        notes.append(Problem("dxf.repaired", Severity.WARNING, title, repaired))
    for kind, count in sorted(rows.skipped.items()):
        notes.append(Problem("dxf.skipped", Severity.WARNING, title, count, {"kind": kind}))
    unit = int(document.header.get("$INSUNITS", 0))
    if unit in _UNIT_METRES and _UNIT_METRES[unit] != 1.0:
        params = {"metres": _UNIT_METRES[unit]}
        notes.append(Problem("dxf.unit", Severity.WARNING, title, 1, params))
    return notes
