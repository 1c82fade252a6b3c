"""Arcs in WKB become lines that stay within a centimetre of them; GDAL's own steps are 4 degrees.

Circular strings, compound curves, curve polygons and collections of them; heights and measures
are spread along each arc. Works on bytes alone, before any library reads them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Coords = NDArray[np.float64]

#: Largest distance between an arc and its lines, in units of the coordinates.
SAGITTA = 0.01
#: The same on the ground where coordinates look like degrees …
SAGITTA_DEG = 0.01 / 111_195.0
#: … and no step is smaller than this there: a drawing near its origin looks like degrees too.
_LEAST_STEP_DEG = 0.5
_MOST_STEP_DEG = 5.0
#: Steps of one arc; an arc with more is a thousand kilometres wide.
_MOST_STEPS = 4096
_MOST_DEPTH = 8
_POINT, _LINE, _POLYGON, _COLLECTION = 1, 2, 3, 7
_ARC, _COMPOUND, _CURVE_POLYGON, _MULTI_CURVE, _MULTI_SURFACE = 8, 9, 10, 11, 12
_CURVED = frozenset({_ARC, _COMPOUND, _CURVE_POLYGON, _MULTI_CURVE, _MULTI_SURFACE})
_MULTI = {4: 4, 5: 5, 6: 6, _COLLECTION: 7, _MULTI_CURVE: 5, _MULTI_SURFACE: 6}
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


def straightened(
    values: NDArray[np.object_], sagitta: float = SAGITTA
) -> tuple[NDArray[np.object_], int]:
    """Return WKB without curves, and in how many geometries there were arcs.

    Parameters
    ----------
    values : ndarray of object
        Bytes, or None for missing geometry; all others than curves stay the same objects. Curves
        that are cut off become empty bytes.
    sagitta : float
        Largest distance between an arc and its lines.
    """
    rows = [row for row, value in enumerate(values) if value is not None and _may_curve(value)]
    if not rows:
        return values, 0
    result, count = values.copy(), 0
    for row in rows:
        try:
            reader = _Reader(bytes(values[row]), sagitta)
            lines = reader.geometry(0)
        except (struct.error, ValueError):
            result[row] = b""
            continue
        if reader.has_curves:
            result[row] = lines
            count += reader.has_arcs
    return result, count


def _may_curve(value: bytes) -> bool:
    if len(value) < 5:
        return False
    code = struct.unpack_from("<I" if value[0] == 1 else ">I", value, 1)[0]
    base = _base(code)
    return base in _CURVED or base == _COLLECTION


def _base(code: int) -> int:
    return int(code & 0x1FFFFFFF) % 1000


@dataclass
class _Header:
    base: int
    has_z: bool
    has_m: bool

    @property
    def dimensions(self) -> int:
        return 2 + self.has_z + self.has_m

    def written(self, base: int) -> bytes:
        code = base + 1000 * self.has_z + 2000 * self.has_m
        return struct.pack("<BI", 1, code)


class _Reader:
    """Reads one geometry and writes it again with lines for curves."""

    def __init__(self, data: bytes, sagitta: float) -> None:
        self._data = data
        self._at = 0
        self._order = "<"
        self._sagitta = sagitta
        self.has_curves = False
        self.has_arcs = False

    def geometry(self, depth: int) -> bytes:
        """Return the next geometry as little-endian ISO WKB."""
        header = self._header(depth)
        if header.base in _MULTI:
            count = self._count()
            parts = [self.geometry(depth + 1) for _ in range(count)]
            self.has_curves |= header.base in _CURVED
            return header.written(_MULTI[header.base]) + struct.pack("<I", count) + b"".join(parts)
        if header.base == _POINT:
            return header.written(_POINT) + self._coords(header, 1).tobytes()
        if header.base in {_POLYGON, _CURVE_POLYGON}:
            rings = [self._ring(header, depth) for _ in range(self._count())]
            body = b"".join(_counted(ring) for ring in rings)
            return header.written(_POLYGON) + struct.pack("<I", len(rings)) + body
        return header.written(_LINE) + _counted(self._line(header, depth))

    def _header(self, depth: int) -> _Header:
        if depth > _MOST_DEPTH:
            raise ValueError
        self._order = "<" if self._data[self._at : self._at + 1] == b"\x01" else ">"
        (code,) = struct.unpack_from(f"{self._order}I", self._data, self._at + 1)
        self._at += 5
        if code & _EWKB_SRID:
            self._at += 4
        thousands = (code & 0x1FFFFFFF) // 1000
        has_z = bool(code & _EWKB_Z) or thousands in {1, 3}
        has_m = bool(code & _EWKB_M) or thousands in {2, 3}
        return _Header(_base(code), has_z, has_m)

    def _count(self) -> int:
        (count,) = struct.unpack_from(f"{self._order}I", self._data, self._at)
        self._at += 4
        if count > len(self._data) - self._at:
            raise ValueError
        return int(count)

    def _coords(self, header: _Header, count: int) -> Coords:
        numbers = count * header.dimensions
        if 8 * numbers > len(self._data) - self._at:
            raise ValueError
        found = np.frombuffer(self._data, f"{self._order}f8", numbers, self._at)
        self._at += 8 * numbers
        return found.astype("<f8").reshape(count, header.dimensions)

    def _ring(self, header: _Header, depth: int) -> Coords:
        if header.base == _POLYGON:
            return self._coords(header, self._count())
        self.has_curves = True
        return self._line(self._header(depth + 1), depth + 1)

    def _line(self, header: _Header, depth: int) -> Coords:
        """Return the vertices of a line, an arc, or a chain of both."""
        if header.base == _LINE:
            return self._coords(header, self._count())
        self.has_curves = True
        if header.base == _ARC:
            self.has_arcs = True
            return stroked(self._coords(header, self._count()), self._sagitta)
        if header.base != _COMPOUND:
            raise ValueError
        members = [self._line(self._header(depth + 1), depth + 1) for _ in range(self._count())]
        return _chained(members, header.dimensions)


def _counted(coords: Coords) -> bytes:
    return struct.pack("<I", len(coords)) + coords.tobytes()


def _chained(members: list[Coords], dimensions: int) -> Coords:
    """Return members one after the other; where one begins at the end of another, once."""
    filled = [member for member in members if len(member)]
    if not filled:
        return np.zeros((0, dimensions))
    kept = [filled[0]]
    for before, member in pairwise(filled):
        joins = (before[-1, :2] == member[0, :2]).all()
        kept.append(member[1:] if joins else member)
    return np.concatenate(kept)


def stroked(coords: Coords, sagitta: float = SAGITTA) -> Coords:
    """Return the vertices of lines along a circular string of three, five, seven… points."""
    starts = range(0, len(coords) - 2, 2)
    arcs = [_arc(coords[start : start + 3], sagitta)[1:] for start in starts]
    return np.concatenate([coords[:1], *arcs, coords[2 * len(arcs) + 1 :]])


def _arc(points: Coords, sagitta: float) -> Coords:
    """Return vertices from the first to the last of three points, through the second."""
    first, middle, last = points[:, :2]
    if not np.isfinite(points[:, :2]).all():
        return points
    center = (
        (middle - first) / 2 if (first == last).all() else _center(middle - first, last - first)
    )
    if center is None:
        return points
    center = center + first
    radius = float(np.hypot(*(first - center)))
    angles = np.arctan2(points[:, 1] - center[1], points[:, 0] - center[0])
    turns = _turns(first, middle, last, angles)
    step = _step_rad(radius, points[:, :2], sagitta)
    steps = [int(np.clip(np.ceil(abs(turn) / step), 1, _MOST_STEPS // 2)) for turn in turns]
    along = [
        _between(points[at], points[at + 1], (center, radius, angles[at], turns[at]), steps[at])
        for at in range(2)
    ]
    return np.concatenate([along[0], along[1], points[2:]])


def _center(second: Coords, third: Coords) -> Coords | None:
    """Return the centre of the circle through the origin and two points; None on a line."""
    cross = 2 * (second[0] * third[1] - second[1] * third[0])
    reach = float(np.hypot(*second) * np.hypot(*third))
    if abs(cross) <= 1e-12 * reach:
        return None
    a, b = float((second**2).sum()), float((third**2).sum())
    across = [third[1] * a - second[1] * b, second[0] * b - third[0] * a]
    return np.asarray(np.array(across) / cross, dtype=np.float64)


def _turns(first: Coords, middle: Coords, last: Coords, angles: Coords) -> Coords:
    """Return the angle from the first to the second point and on to the third, both one way."""
    if (first == last).all():
        return np.array([np.pi, np.pi])
    to_middle, to_last = middle - first, last - middle
    left = to_middle[0] * to_last[1] - to_middle[1] * to_last[0] > 0
    turns = np.diff(angles) % (2 * np.pi)
    return turns if left else turns - 2 * np.pi


def _step_rad(radius: float, xy: Coords, sagitta: float) -> float:
    degrees = bool((np.abs(xy[:, 0]) <= 180).all() and (np.abs(xy[:, 1]) <= 90).all())
    allowed = min(sagitta, SAGITTA_DEG) if degrees else sagitta
    step = 2 * np.arccos(max(1 - allowed / max(radius, allowed), -1.0))
    least = np.radians(_LEAST_STEP_DEG) if degrees else 1e-6
    return float(np.clip(step, least, np.radians(_MOST_STEP_DEG)))


def _between(
    start: Coords, end: Coords, circle: tuple[Coords, float, float, float], steps: int
) -> Coords:
    """Return the start and the vertices before the end; other ordinates run evenly."""
    center, radius, angle, turn = circle
    share = np.arange(steps)[:, None] / steps
    found: Coords = start + share * (end - start)
    around = angle + share[:, 0] * turn
    found[1:, 0] = center[0] + radius * np.cos(around[1:])
    found[1:, 1] = center[1] + radius * np.sin(around[1:])
    return found
