"""How one geometry is mended: cleaned, and where it is still not valid, read anew by GEOS.

An outline that crosses itself can be read in more than one way; all of them are given with what
they differ by, and the choice is not made here. Knows nothing of tables or plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.cleaning import (
    closed,
    turned,
    without_repeated,
    without_spikes,
    without_tiny_parts,
)
from emadina_gis.domain.geometry import GeometryChunk, Kind, chunk_from_shapely, replaced_rows
from emadina_gis.domain.soundness import made_valid
from emadina_gis.domain.vertices import areas_m2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.geometry_check import Limits

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]


class Step(IntFlag):
    """What is done to a feature."""

    NOTHING = 0
    CLOSE = 1
    REPEATED = 2
    NEAR = 4
    SPIKES = 8
    REBUILD = 16
    TINY_PARTS = 32
    TURN = 64


class Method(IntEnum):
    """How an outline that is not valid is read.

    ``STRUCTURE`` takes what lies inside any shell and outside all holes; ``LINEWORK`` what an odd
    number of outlines surround; ``REORDER`` puts four corners in order around their middle.
    ``CLEANED`` needs no reading: taking vertices out was enough.
    """

    CLEANED = 0
    STRUCTURE = 1
    LINEWORK = 2
    REORDER = 3


@dataclass(frozen=True, eq=False)
class Readings:
    """The ways to read the invalid ones of some geometries.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        The invalid ones.
    by_method : Mapping[Method, GeometryChunk]
        Chunks of k rows.
    doubt : ndarray of float64, shape (k,)
        Area in which ``STRUCTURE`` and ``LINEWORK`` differ, in the unit of `measured_areas`.
    reordered : ndarray of bool, shape (k,)
        Where ``REORDER`` is a way at all; elsewhere it gives what ``STRUCTURE`` does.
    """

    rows: Rows
    by_method: Mapping[Method, GeometryChunk]
    doubt: Floats
    reordered: NDArray[np.bool_]


def measured_areas(chunk: GeometryChunk, crs: Crs) -> Floats:
    """Return areas in m², in squared map units where the CRS is unknown; shape (n,)."""
    return areas_m2(chunk, crs) if crs.is_known else chunk.areas()


def cleaned(
    chunk: GeometryChunk, steps: NDArray[np.uint8], crs: Crs, limits: Limits
) -> GeometryChunk:
    """Return the chunk with vertices, parts and directions set right where `steps` says so."""
    ways: tuple[tuple[Step, Callable[[GeometryChunk], GeometryChunk]], ...] = (
        (Step.CLOSE, lambda part: closed(part, crs)),
        (Step.REPEATED, lambda part: without_repeated(part, crs)),
        (Step.NEAR, lambda part: without_repeated(part, crs, limits.near_m)),
        (Step.SPIKES, lambda part: without_spikes(part, crs)),
        (Step.TINY_PARTS, lambda part: without_tiny_parts(part, crs, limits.tiny_m2)),
        (Step.TURN, lambda part: turned(part, crs)),
    )
    for step, mend in ways:
        rows = np.flatnonzero(steps & step)
        if len(rows):
            chunk = replaced_rows(chunk, rows, mend(chunk.taken(rows)))
    return chunk


def readings(chunk: GeometryChunk, crs: Crs, limits: Limits) -> Readings:
    """Return the ways to read the geometries of a chunk that are not valid."""
    shapes = chunk.to_shapely()
    rows = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    invalid = shapes[rows]
    structure, linework = made_valid(invalid, structure=True), made_valid(invalid)
    dimension = np.where(chunk.kinds[rows] == Kind.POLYGON, 2, 1)
    least = limits.zero_m2 / crs.unit_m**2 if crs.is_known else 0.0
    kept = [_of_dimension(found, dimension, least) for found in (structure, linework)]
    apart = shapely.symmetric_difference(*kept)
    ordered, can_order = _reordered(invalid, kept[0])
    by_method = dict(
        zip(
            (Method.STRUCTURE, Method.LINEWORK, Method.REORDER),
            (chunk_from_shapely(found) for found in (*kept, ordered)),
            strict=True,
        )
    )
    doubt = measured_areas(chunk_from_shapely(apart), crs)
    return Readings(rows, by_method, doubt, can_order)


def _of_dimension(shapes: Shapes, dimension: NDArray[np.intp], least: float) -> Shapes:
    """Return what has the dimension of each, as one geometry; areas up to `least` are left out."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    kept = (shapely.get_dimensions(parts) == dimension[owner]) & ~shapely.is_empty(parts)
    kept &= (dimension[owner] < 2) | (shapely.area(parts) > least)
    result = np.full(len(shapes), None, dtype=object)
    for make, wanted in ((shapely.multilinestrings, 1), (shapely.multipolygons, 2)):
        mine = kept & (dimension[owner] == wanted)
        if mine.any():
            make(parts[mine], indices=owner[mine], out=result)
    adjacent = ~shapely.is_valid(result) & ~shapely.is_missing(result)
    result[adjacent] = shapely.unary_union(result[adjacent][:, None], axis=1)
    return result


def _reordered(invalid: Shapes, otherwise: Shapes) -> tuple[Shapes, NDArray[np.bool_]]:
    """Return quadrilaterals whose corners were named in a wrong order, in the right one."""
    hulls = shapely.convex_hull(invalid)
    quadrilateral = shapely.get_num_coordinates(invalid) == 5
    quadrilateral &= shapely.get_type_id(invalid) == shapely.GeometryType.POLYGON
    quadrilateral &= shapely.get_type_id(hulls) == shapely.GeometryType.POLYGON
    quadrilateral &= shapely.get_num_coordinates(hulls) == 5
    return np.where(quadrilateral, hulls, otherwise), quadrilateral
