"""Rings and vertices of a chunk as flat arrays: lengths, areas, twice the same vertex, spikes.

All rings of a chunk are measured together. Lengths are metres where the system is known: on the
plane of a projected system, on the tangent plane at each feature for degrees. Knows nothing of
validity or repair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from emadina_gis.domain.crs import METRES_PER_DEGREE, WGS84, Crs, transformation
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.kept import kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]

#: Arms of a spike lie within this angle of each other.
SPIKE_DEG = 2.0
#: A spike is narrower than this at the end of its shorter arm.
SPIKE_WIDTH_M = 0.05
#: Vertices nearer than this are one vertex: below what any survey states.
NEAR_M = 0.001
#: Coordinates written to the millimetre are a millimetre apart only as nearly as this.
_ROUNDING_M = 1e-8


def row_slices(chunk: GeometryChunk, most_coords: int = 16_000) -> Iterator[slice]:
    """Yield runs of rows with about so many coordinates, at least one row each."""
    ends = chunk.feature_coord_offsets
    start = 0
    while start < len(chunk):
        end = int(np.searchsorted(ends, ends[start] + most_coords, side="right")) - 1
        end = min(max(end, start + 1), len(chunk))
        yield slice(start, end)
        start = end


@dataclass(frozen=True, eq=False)
class Rings:
    """The rings of a chunk; a line is a ring that is not closed.

    Attributes
    ----------
    chunk : GeometryChunk
    scale : ndarray, shape (n, 2)
        Metres in a unit of x and of y, per feature.
    """

    chunk: GeometryChunk
    scale: Floats

    @kept
    def part_owner(self) -> Rows:
        """Feature of each part, shape (parts,)."""
        return np.repeat(np.arange(len(self.chunk)), np.diff(self.chunk.part_offsets))

    @kept
    def part(self) -> Rows:
        """Part of each ring, shape (rings,)."""
        counts = np.diff(self.chunk.ring_offsets)
        return np.repeat(np.arange(len(counts)), counts)

    @kept
    def owner(self) -> Rows:
        """Feature of each ring, shape (rings,)."""
        return self.part_owner[self.part]

    @kept
    def of_coord(self) -> Rows:
        """Ring of each coordinate, shape (m,)."""
        counts = np.diff(self.chunk.coord_offsets)
        return np.repeat(np.arange(len(counts)), counts)

    @kept
    def is_shell(self) -> Flags:
        """Whether each ring is the first of its part, shape (rings,)."""
        result = np.zeros(len(self.part), dtype=bool)
        filled = np.diff(self.chunk.ring_offsets) > 0
        result[self.chunk.ring_offsets[:-1][filled]] = True
        return result

    @kept
    def is_areal(self) -> Flags:
        """Whether each ring bounds an area, shape (rings,)."""
        return np.asarray(self.chunk.kinds[self.owner] == Kind.POLYGON)

    @kept
    def is_end(self) -> Flags:
        """Whether each coordinate is the last of its ring, shape (m,)."""
        result = np.zeros(len(self.chunk.xy), dtype=bool)
        counts = np.diff(self.chunk.coord_offsets)
        result[self.chunk.coord_offsets[1:][counts > 0] - 1] = True
        return result

    @kept
    def places_m(self) -> Floats:
        """Coordinates in metres from the first of their ring, shape (m, 2)."""
        first = self.chunk.coord_offsets[:-1][self.of_coord]
        local = self.chunk.xy - self.chunk.xy[first]
        return np.asarray(local * self.scale[self.owner[self.of_coord]])

    @kept
    def steps_m(self) -> Floats:
        """From each coordinate to the next of its ring; NaN after the last, shape (m, 2)."""
        result = np.full_like(self.places_m, np.nan)
        result[:-1] = np.diff(self.places_m, axis=0)
        result[self.is_end] = np.nan
        return result

    @kept
    def lengths_m(self) -> Floats:
        """Length of each step, NaN after the last, shape (m,)."""
        return np.asarray(np.hypot(self.steps_m[:, 0], self.steps_m[:, 1]))

    @kept
    def is_open(self) -> Flags:
        """Whether each ring of an area has fewer than four coordinates or does not close."""
        offsets = self.chunk.coord_offsets
        counts = np.diff(offsets)
        result = self.is_areal & (counts < 4)
        rows = np.flatnonzero(self.is_areal & (counts > 0))
        first, last = self.chunk.xy[offsets[rows]], self.chunk.xy[offsets[rows + 1] - 1]
        result[rows] |= (first != last).any(axis=1)
        return result

    @kept
    def signed_areas_m2(self) -> Floats:
        """Area of each ring, positive counter-clockwise, 0 for lines, shape (rings,)."""
        places, steps = self.places_m, np.nan_to_num(self.steps_m)
        cross = (places[:, 0] * steps[:, 1] - places[:, 1] * steps[:, 0]) / 2
        return np.where(self.is_areal, self._sums(cross), 0.0)

    @kept
    def perimeters_m(self) -> Floats:
        """Length of each ring, shape (rings,)."""
        return self._sums(np.nan_to_num(self.lengths_m))

    def _sums(self, values: Floats) -> Floats:
        return _sums(self.of_coord, values, len(self.part))

    def by_part(self, values: Floats) -> Floats:
        """Return sums of ring values by part, shape (parts,)."""
        return _sums(self.part, values, len(self.part_owner))

    def by_feature(self, values: Floats) -> Floats:
        """Return sums of ring values by feature, shape (n,)."""
        return _sums(self.owner, values, len(self.chunk))

    @kept
    def net_areas_m2(self) -> Floats:
        """Area of each ring, holes negative, whatever their direction, shape (rings,)."""
        areas = np.abs(self.signed_areas_m2)
        return np.where(self.is_shell, areas, -areas)

    def repeated(self, near_m: float = 0.0) -> Flags:
        """Whether each coordinate is followed by the same, or one nearer than `near_m`."""
        with np.errstate(invalid="ignore"):
            return np.asarray((self.lengths_m == 0.0) | (self.lengths_m < near_m - _ROUNDING_M))

    def spikes(self) -> Flags:
        """Whether the outline of an area turns back on itself at each coordinate, shape (m,)."""
        before = self._before()
        inward, outward = -self.steps_m[before], self.steps_m
        reach, back = self.lengths_m[before], self.lengths_m
        with np.errstate(invalid="ignore", divide="ignore"):
            along = (inward * outward).sum(axis=1) / (reach * back)
            across = np.abs(inward[:, 0] * outward[:, 1] - inward[:, 1] * outward[:, 0])
            narrow = across / np.maximum(reach, back) < SPIKE_WIDTH_M
            turned = along > np.cos(np.radians(SPIKE_DEG))
        return np.asarray(turned & narrow & self.is_areal[self.of_coord] & ~self.is_end)

    def _before(self) -> Rows:
        """Return the coordinate before each one, around the ring."""
        before = np.arange(len(self.chunk.xy)) - 1
        counts = np.diff(self.chunk.coord_offsets)
        rows = np.flatnonzero(counts > 1)
        before[self.chunk.coord_offsets[rows]] = self.chunk.coord_offsets[rows + 1] - 2
        return np.maximum(before, 0)

    def first_by_feature(self, flags: Flags) -> tuple[Rows, Floats]:
        """Return the features with a flagged coordinate, and the first of these, (k, 2)."""
        at = np.flatnonzero(flags)
        rows, first = np.unique(self.owner[self.of_coord[at]], return_index=True)
        return rows, self.chunk.xy[at[first]]


def _sums(groups: Rows, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(groups, weights=values, minlength=count), dtype=np.float64)


def rings_of(chunk: GeometryChunk, crs: Crs) -> Rings:
    """Return the rings of a chunk with the metres of its system (units where it is unknown)."""
    return Rings(chunk, _scale(chunk, crs))


def _scale(chunk: GeometryChunk, crs: Crs) -> Floats:
    count = len(chunk)
    if crs.is_known and not crs.is_metric:
        latitude = _latitudes(chunk, crs)
        shrunk = np.maximum(np.cos(np.radians(np.nan_to_num(latitude))), 1e-6)
        if crs.is_geographic:
            return np.column_stack([METRES_PER_DEGREE * shrunk, np.full(count, METRES_PER_DEGREE)])
        return np.column_stack([crs.unit_m * shrunk, crs.unit_m * shrunk])
    return np.full((count, 2), crs.unit_m)


def _latitudes(chunk: GeometryChunk, crs: Crs) -> Floats:
    middle = (chunk.bounds[:, :2] + chunk.bounds[:, 2:]) / 2
    if not crs.is_geographic:
        middle = transformation(crs, WGS84).apply(middle)
    return np.clip(middle[:, 1], -90.0, 90.0)


def areas_m2(chunk: GeometryChunk, crs: Crs) -> Floats:
    """Return areas in square metres, NaN where the system is unknown, shape (n,).

    On the plane of a projected system in true lengths. Degrees and Web Mercator are brought to a
    cylindrical equal-area projection of their own ellipsoid first, which keeps areas.
    """
    if not crs.is_known:
        return np.full(len(chunk), np.nan)
    if crs.is_metric:
        return np.asarray(chunk.areas() * crs.unit_m**2)
    if not len(chunk.xy):
        return np.zeros(len(chunk))
    return np.asarray(chunk.with_xy(_equal_area(chunk.xy, crs)).areas())


def _equal_area(xy: Floats, crs: Crs) -> Floats:
    base = crs.proj.geodetic_crs or WGS84.proj
    geographic = pyproj.Transformer.from_crs(crs.proj, base, always_xy=True)
    lon, lat = geographic.transform(xy[:, 0], xy[:, 1])
    spheroid = base.get_geod() or pyproj.Geod(ellps="WGS84")
    middle = float(np.nanmedian(lon))
    shape = f"+a={spheroid.a} +b={spheroid.b}"
    plane = pyproj.Proj(f"+proj=cea +lon_0={middle} {shape} +units=m")
    x, y = plane(lon, lat)
    return np.column_stack([x, y])
