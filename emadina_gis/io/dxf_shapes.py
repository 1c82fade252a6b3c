"""Coordinates of single DXF entities: curves stroked within a tolerance, areas with their holes.

Takes ezdxf entities and gives arrays of x, y, z in world coordinates (OCS is applied); the
tolerance is in drawing units. Knows nothing of rows, units or layers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
_UP = (0.0, 0.0, 1.0)
_SPLINE_FRAME = 16
_BULGE = 4
_WIDTH_OF_LETTER = 0.7
_LEFT, _RIGHT = 0, 2
_BASELINE, _BOTTOM, _MIDDLE, _TOP = range(4)
_IGNORE_HOLES = 2
#: A curve is not stroked finer than this share of its size, nor than numbers can tell apart.
_FINEST_SHARE = 1e-7
_PRECISION = 1e-12
LARGEST_COORDINATE = 1e15


def line_points(entity: Any, _: float) -> Points:
    """Return the two ends of a LINE."""
    start, end = entity.dxf.start, entity.dxf.end
    return np.array([start.xyz, end.xyz], dtype=np.float64)


def old_line_points(entity: Any, _: float) -> Points:
    """Return the two ends of a 3DLINE of the first releases, which the library keeps as tags."""
    tags = entity.base_class
    return np.array([tags.get_first_value(10), tags.get_first_value(11)], dtype=np.float64)


def light_polyline_points(entity: Any, tolerance: float) -> Points:
    """Return the corners of an LWPOLYLINE, its arcs stroked."""
    values = np.asarray(entity.lwpoints.values, dtype=np.float64)
    if values[:, _BULGE].any() or not _is_plain(entity):
        return _deduplicated(_stroked(entity, tolerance))
    points = np.empty((len(values), 3))
    points[:, :2] = values[:, :2]
    points[:, 2] = float(entity.dxf.get("elevation", 0.0))
    return points


def polyline_points(entity: Any, tolerance: float) -> Points:
    """Return the corners of a POLYLINE, its arcs stroked, without the frame of its curve."""
    frame = [v for v in entity.vertices if v.dxf.get("flags", 0) & _SPLINE_FRAME]
    if entity.has_arc and not frame:
        return _deduplicated(_stroked(entity, tolerance))
    kept = [v.dxf.location for v in entity.vertices if not v.dxf.get("flags", 0) & _SPLINE_FRAME]
    if entity.is_2d_polyline:
        elevation = float(entity.dxf.get("elevation", (0, 0, 0))[2])
        kept = [(v.x, v.y, v.z or elevation) for v in kept]
    if not _is_plain(entity) and entity.is_2d_polyline:
        kept = [vertex.xyz for vertex in entity.ocs().points_to_wcs(kept)]
    return np.array([tuple(v) for v in kept], dtype=np.float64).reshape(-1, 3)


def curve_points(entity: Any, tolerance: float) -> Points:
    """Return an ARC, CIRCLE, ELLIPSE, SPLINE or HELIX as lines."""
    return _deduplicated(_stroked(entity, tolerance))


def corner_points(entity: Any, _: float) -> Points:
    """Return the corners of a SOLID, TRACE or 3DFACE in the order of its outline."""
    corners = np.array([vertex.xyz for vertex in entity.wcs_vertices()], dtype=np.float64)
    return _deduplicated(corners.reshape(-1, 3))


def _is_plain(entity: Any) -> bool:
    return not entity.dxf.hasattr("extrusion") or entity.dxf.extrusion.isclose(_UP)


def _stroked(entity: Any, tolerance: float) -> Points:
    from ezdxf.path import make_path

    return _flattened(make_path(entity), tolerance)


def _flattened(path: Any, tolerance: float) -> Points:
    """Return a path as lines, no finer than its size and the precision of numbers allow."""
    frame = np.array([vertex.xyz for vertex in path.control_vertices()]).reshape(-1, 3)
    if not len(frame):
        return frame
    reach = float(np.abs(frame).max())
    if not reach < LARGEST_COORDINATE:
        raise ValueError
    span = float(np.ptp(frame, axis=0).max())
    distance = max(tolerance, span * _FINEST_SHARE, reach * _PRECISION)
    points = [vertex.xyz for vertex in path.flattening(distance)]
    return np.array(points, dtype=np.float64).reshape(-1, 3)


def _deduplicated(points: Points) -> Points:
    """Return points without one that repeats the point before it."""
    if len(points) < 2:
        return points
    moved = (np.diff(points, axis=0) != 0).any(axis=1)
    return np.asarray(points[np.append(True, moved)])


def hatch_area(entity: Any, tolerance: float) -> Any:
    """Return the area of a HATCH or MPOLYGON with its islands; None where it bounds nothing."""
    rings = [ring for ring in _rings(entity, tolerance) if len(ring) >= 3]
    if not rings:
        return None
    areas = shapely.make_valid(shapely.polygons([shapely.linearrings(ring) for ring in rings]))
    if int(entity.dxf.get("hatch_style", 0)) == _IGNORE_HOLES:
        return _as_area(shapely.union_all(areas))
    return _as_area(_even_odd(areas))


def _even_odd(areas: NDArray[np.object_]) -> Any:
    total = shapely.Polygon()
    for area in areas:
        total = total.symmetric_difference(area)
    return total


def _as_area(shape: Any) -> Any:
    """Return the polygons of what a union gave; None where there are none."""
    parts = shapely.get_parts(shape)
    parts = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
    if not len(parts):
        return None
    if len(parts) == 1 and parts[0].geom_type == "Polygon":
        return parts[0]
    return shapely.multipolygons(shapely.get_parts(parts))


def _rings(entity: Any, tolerance: float) -> Iterator[Points]:
    from ezdxf.path import from_hatch

    for path in from_hatch(entity):
        points = _deduplicated(_flattened(path, tolerance))
        yield points if points[:, 2].any() else np.ascontiguousarray(points[:, :2])


def text_corners(entity: Any) -> Points:
    """Return the points of a TEXT, ATTRIB or ATTDEF."""
    dxf = entity.dxf
    height = float(dxf.get("height", 0.0))
    across, up = int(dxf.get("halign", 0)), int(dxf.get("valign", 0))
    is_aligned = (across or up) and dxf.hasattr("align_point")
    anchor = dxf.align_point if is_aligned else dxf.insert
    length = _WIDTH_OF_LETTER * height * float(dxf.get("width", 1.0)) * len(str(dxf.text))
    shift = 0.5 * length * _side(across)
    lift = 0.5 * height * {_BASELINE: 1, _BOTTOM: 1, _MIDDLE: 0, _TOP: -1}.get(up, 1)
    lift = 0.0 if across == 4 else lift
    angle = np.radians(float(dxf.get("rotation", 0.0)))
    corners = _turned(anchor, angle, height, (shift, lift))
    if _is_plain(entity):
        return corners
    return np.array([p.xyz for p in entity.ocs().points_to_wcs(corners.tolist())])


def plain_corners(anchor: Points, height: float, turn: tuple[float, float], letters: int) -> Points:
    """Return the points of a text that begins at its anchor."""
    factor, degrees = turn
    middle = 0.5 * _WIDTH_OF_LETTER * height * factor * letters, 0.5 * height
    return _turned(anchor, math.radians(degrees), height, middle)


def _side(across: int) -> int:
    return {_LEFT: 1, _RIGHT: -1}.get(across, 0)


def paragraph_corners(entity: Any, text: str) -> Points:
    """Return the points of an MTEXT."""
    dxf = entity.dxf
    height = float(dxf.get("char_height", 0.0))
    place = int(dxf.get("attachment_point", 1)) - 1
    lines = text.split("\n")
    length = _WIDTH_OF_LETTER * height * max(map(len, lines))
    tall = height * (1.0 + 1.6 * (len(lines) - 1))
    shift = (0.5, 0.0, -0.5)[place % 3] * length
    lift = (-0.5, 0.0, 0.5)[min(max(place // 3, 0), 2)] * tall
    return _turned(dxf.insert, np.radians(entity.get_rotation()), height, (shift, lift))


def _turned(anchor: Any, angle: float, height: float, middle: tuple[float, float]) -> Points:
    cos, sin = math.cos(angle), math.sin(angle)
    x, y, z = float(anchor[0]), float(anchor[1]), float(anchor[2])
    across, up = middle
    centre = (x + across * cos - up * sin, y + across * sin + up * cos, z)
    top = (x - height * sin, y + height * cos, z)
    return np.array([(x, y, z), centre, (x + cos, y + sin, z), top, (x, y, z)])


#: Kinds of entities that give one ring or line, with the function that gives its points.
OUTLINES: dict[str, Callable[[Any, float], Points]] = {
    "LINE": line_points,
    "3DLINE": old_line_points,
    "LWPOLYLINE": light_polyline_points,
    "POLYLINE": polyline_points,
    "ARC": curve_points,
    "CIRCLE": curve_points,
    "ELLIPSE": curve_points,
    "SPLINE": curve_points,
    "HELIX": curve_points,
    "SOLID": corner_points,
    "TRACE": corner_points,
    "3DFACE": corner_points,
}


def is_marked_closed(entity: Any, kind: str, points: Points) -> bool:
    """Whether an entity says that it is closed, or cannot be otherwise."""
    if kind in {"CIRCLE", "SOLID", "TRACE", "3DFACE"}:
        return True
    if kind in {"LWPOLYLINE", "SPLINE"}:
        return bool(entity.closed)
    if kind == "POLYLINE":
        return bool(entity.is_closed)
    return kind == "ELLIPSE" and bool(np.allclose(points[0], points[-1], atol=1e-9))
