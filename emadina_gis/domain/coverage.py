"""A cadastre as a coverage: what overlaps, what gapes, which borders do not share their vertices.

The plane is worked through in tiles of neighbours. GEOS finds the borders that do not match; only
the parcels of these are then laid over each other. A gap is a space between parcels, narrower than
a stated width all along: a street, a court or the tip of a wider space is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.coverage_gaps import Gaps, gaps_joined, gaps_of_tile
from emadina_gis.domain.forest import Forest
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.plane import Plane, plane_of
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.table import FeatureTable

    Floats = NDArray[np.float64]
    Ids = NDArray[np.int64]
    Rows = NDArray[np.intp]

_TILE_ROWS = 1024
_STEP = 512
#: Pairs that are laid over each other; a layer with more is no cadastre.
MOST_PAIRS = 1_000_000


@dataclass(frozen=True)
class CoverageLimits:
    """From where on something is said.

    Attributes
    ----------
    overlap_m2 : float
        Least area that two parcels share.
    gap_width_m : float
        Spaces narrower than this are gaps; 0 looks for none.
    gap_m2 : float
        Least area of a gap.
    """

    overlap_m2: float = 0.01
    gap_width_m: float = 0.5
    gap_m2: float = 0.01


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Pairs of parcels that share ground, the largest first.

    Attributes
    ----------
    ids : ndarray of int64, shape (n, 2)
    areas_m2 : ndarray, shape (n,)
        Area of both.
    shares : ndarray, shape (n,)
        Of the smaller parcel.
    places : ndarray, shape (n, 2)
        A point inside of what is shared, in the table's CRS.
    """

    ids: Ids
    areas_m2: Floats
    shares: Floats
    places: Floats

    def __len__(self) -> int:
        return len(self.areas_m2)


@dataclass(frozen=True, eq=False)
class CoverageCheck:
    """What keeps a layer of areas from being a coverage.

    Attributes
    ----------
    overlaps : Overlaps
    gaps : Gaps
    unsnapped : ndarray of int64, shape (k,)
        Parcels that touch a neighbour without sharing its vertices, and overlap nobody.
    unsnapped_places : ndarray, shape (k, 2)
    compared : int
        Parcels that were compared.
    left_out : int
        Areas that are not valid; they must be mended first.
    is_cut : bool
        Whether there was too much to compare, and overlaps are missing.
    limits : CoverageLimits
    """

    overlaps: Overlaps
    gaps: Gaps
    unsnapped: Ids
    unsnapped_places: Floats
    compared: int
    left_out: int
    is_cut: bool
    limits: CoverageLimits


def check_coverage(
    table: FeatureTable, ctx: Context = NULL_CONTEXT, limits: CoverageLimits | None = None
) -> CoverageCheck:
    """Return where the areas of a table overlap, gape, or do not share vertices.

    Raises
    ------
    MissingCrs, NotMetric
        Where nothing can be measured: the CRS is unknown, or degrees over a large region.
    """
    wanted = limits or CoverageLimits()
    plane = plane_of(table, "coverage.not-metric")
    rows, shapes, left_out = _sound_areas(table, plane, ctx.part(0.0, 0.1))
    forest = Forest(shapes, ctx)
    flagged, loose, places, gaps = _by_tile(shapes, forest, wanted, ctx.part(0.1, 0.7))
    pairs, is_cut = _pairs(shapes, forest, np.flatnonzero(flagged))
    overlaps = _overlaps(shapes, pairs, wanted, ctx.part(0.7, 1.0))
    overlapping = np.unique(overlaps.ids)
    single = np.setdiff1d(np.flatnonzero(loose), overlapping)
    ids = table.ids[rows]
    return CoverageCheck(
        Overlaps(
            ids[overlaps.ids], overlaps.areas_m2, overlaps.shares, plane.back(overlaps.places)
        ),
        replace(gaps, ids=ids[gaps.ids], places=plane.back(gaps.places)),
        ids[single],
        plane.back(places[single]),
        len(rows),
        left_out,
        is_cut,
        wanted,
    )


def _sound_areas(table: FeatureTable, plane: Plane, ctx: Context) -> tuple[Rows, Shapes, int]:
    """Return rows and shapes, in metres, of the valid areas, and how many are not valid."""
    rows = np.flatnonzero(table.kinds == Kind.POLYGON)
    kept, shapes = [], []
    for start in range(0, len(rows), _TILE_ROWS):
        ctx.report(start / len(rows), "geometry.comparing")
        part = rows[start : start + _TILE_ROWS]
        found = plane.moved(table.shapes(part))
        valid = shapely.is_valid(found)
        kept.append(part[valid])
        shapes.append(found[valid])
    if not kept:
        return rows, np.zeros(0, dtype=object), 0
    sound = np.concatenate(kept)
    return sound, np.concatenate(shapes), len(rows) - len(sound)


def _tiles(bounds: Floats) -> Iterator[Rows]:
    """Yield rows that lie near each other: strips from west to east, cut from south to north."""
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    count = len(bounds)
    strips = max(1, round(np.sqrt(count / _TILE_ROWS)))
    by_x = np.argsort(middle[:, 0], kind="stable")
    for strip in np.array_split(by_x, strips):
        by_y = strip[np.argsort(middle[strip, 1], kind="stable")]
        yield from np.array_split(by_y, max(1, round(len(by_y) / _TILE_ROWS)))


def _by_tile(
    shapes: Shapes, forest: Forest, limits: CoverageLimits, ctx: Context
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Floats, Gaps]:
    """Return which shapes have borders that do not match, which loose ones, where, and gaps."""
    count = len(shapes)
    flagged, loose = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    places = np.full((count, 2), np.nan)
    gaps: list[Gaps] = []
    bounds = shapely.bounds(shapes)
    width = limits.gap_width_m
    done = 0
    for tile in _tiles(bounds) if count else ():
        ctx.report(done / count, "geometry.comparing")
        done += len(tile)
        around = _around(forest, bounds[tile], width)
        wide = _invalid_edges(shapes, tile, around, width)
        hits = tile[~shapely.is_empty(wide)]
        flagged[hits] = True
        if not len(hits):
            continue
        ctx.check()
        near = _around(forest, bounds[hits], width)
        edges = _invalid_edges(shapes, hits, near, 0.0)
        bad = ~shapely.is_empty(edges)
        loose[hits[bad]] = True
        places[hits[bad]] = shapely.get_coordinates(shapely.get_point(_first(edges[bad]), 0))
        if width > 0:
            gaping = wide[~shapely.is_empty(wide)]
            gaps.append(gaps_of_tile(shapes, near, gaping, (width, limits.gap_m2), ctx))
    return flagged, loose, places, gaps_joined(gaps)


def _first(lines: Shapes) -> Shapes:
    return shapely.get_geometry(lines, 0)


def _around(forest: Forest, bounds: Floats, reach: float) -> Rows:
    """Return the shapes in and near some of them, ascending."""
    west, south = bounds[:, :2].T - reach
    east, north = bounds[:, 2:].T + reach
    return np.unique(forest.query(shapely.box(west, south, east, north))[1])


def _invalid_edges(shapes: Shapes, wanted: Rows, around: Rows, width: float) -> Shapes:
    edges = shapely.coverage_invalid_edges(shapes[around], gap_width=width)
    return edges[np.searchsorted(around, wanted)]


def _pairs(shapes: Shapes, forest: Forest, flagged: Rows) -> tuple[NDArray[np.intp], bool]:
    """Return pairs of which one has borders that do not match, each once, shape (k, 2)."""
    found: list[NDArray[np.intp]] = []
    total = 0
    for start in range(0, len(flagged), _STEP // 2):
        part = flagged[start : start + _STEP // 2]
        ours, others = forest.query(shapes[part])
        pairs = np.column_stack([part[ours], others])
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        found.append(np.sort(pairs, axis=1))
        total += len(pairs)
        if total > 2 * MOST_PAIRS:
            break
    if not found:
        return np.zeros((0, 2), dtype=np.intp), False
    unique = np.unique(np.concatenate(found), axis=0)
    return unique, total > 2 * MOST_PAIRS


def _overlaps(
    shapes: Shapes, pairs: NDArray[np.intp], limits: CoverageLimits, ctx: Context
) -> Overlaps:
    bounds = shapely.bounds(shapes)
    low = np.maximum(bounds[pairs[:, 0], :2], bounds[pairs[:, 1], :2])
    high = np.minimum(bounds[pairs[:, 0], 2:], bounds[pairs[:, 1], 2:])
    pairs = pairs[np.clip(high - low, 0, None).prod(axis=1) >= limits.overlap_m2]
    kept, areas, places = [pairs[:0]], [np.zeros(0)], [np.zeros((0, 2))]
    for start in range(0, len(pairs), _STEP):
        ctx.report(start / len(pairs), "geometry.comparing")
        part = pairs[start : start + _STEP]
        shared = shapely.intersection(shapes[part[:, 0]], shapes[part[:, 1]])
        area = shapely.area(shared)
        large = area >= limits.overlap_m2
        kept.append(part[large])
        areas.append(area[large])
        places.append(shapely.get_coordinates(shapely.point_on_surface(shared[large])))
    ids, shared_m2 = np.concatenate(kept), np.concatenate(areas)
    smaller = shapely.area(shapes[ids]).reshape(-1, 2).min(axis=1)
    order = np.argsort(-shared_m2, kind="stable")
    share = shared_m2 / np.maximum(smaller, np.finfo(float).tiny)
    return Overlaps(ids[order], shared_m2[order], share[order], np.concatenate(places)[order])
