"""Which sectors each parcel lies in, by overlay, with areas and what no plan covers.

Owns the overlay of parcels with a layer of sectors. It must not know constraints or documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.kept import kept
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.simulation.precedence import SLIVER_M2, is_sliver, polygonal, sound, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.table import FeatureTable

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

_BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Zones:
    """Sector polygons in a metric system, with their codes as a plan writes them."""

    crs: Crs
    shapes: Shapes
    sector: NDArray[np.int32]
    codes: tuple[str, ...]

    @kept
    def tree(self) -> shapely.STRtree:
        """Spatial index of the polygons."""
        return shapely.STRtree(self.shapes)


@dataclass(frozen=True, eq=False)
class SectorShares:
    """Which sectors n parcels lie in.

    Attributes
    ----------
    parcel, sector : ndarray of int, shape (s,)
        Position of the parcel and of the sector's code in `codes`; those of a parcel are together,
        the largest first.
    area_m2, share : ndarray of float64, shape (s,)
    outside_m2 : ndarray of float64, shape (n,)
        Land that no sector covers.
    """

    parcel: NDArray[np.intp]
    sector: NDArray[np.int32]
    area_m2: Floats
    share: Floats
    outside_m2: Floats
    codes: tuple[str, ...]

    def largest(self) -> NDArray[np.int32]:
        """Return the sector of the largest part of each parcel, -1 for none, shape (n,)."""
        result = np.full(len(self.outside_m2), -1, dtype=np.int32)
        parcels, first = np.unique(self.parcel, return_index=True)
        result[parcels] = self.sector[first]
        return result


def read_zones(table: FeatureTable, column: str, crs: Crs, ctx: Context = NULL_CONTEXT) -> Zones:
    """Return the sectors of a layer, in a metric system; rows without a code are left out.

    Raises
    ------
    CrsError
        If the layer cannot be transformed.
    """
    moved = table.to_crs(crs) if table.crs.is_known and crs.is_known else table
    codes, names = moved.codes(column)
    shapes = shapes_of(moved, np.arange(moved.row_count), ctx)
    kept = (codes >= 0) & ~shapely.is_missing(shapes) & (shapely.area(shapes) > 0)
    return Zones(
        crs, shapes[kept], codes[kept].astype(np.int32), tuple(str(name) for name in names)
    )


def shapes_of(table: FeatureTable, rows: NDArray[np.intp], ctx: Context = NULL_CONTEXT) -> Shapes:
    """Return valid shapes of rows, made in blocks between which a cancel is heard."""
    blocks = []
    for start in range(0, max(len(rows), 1), _BLOCK):
        ctx.check()
        blocks.append(sound(table.shapes(rows[start : start + _BLOCK])))
    return np.concatenate(blocks)


def sector_shares(shapes: Shapes, zones: Zones, ctx: Context = NULL_CONTEXT) -> SectorShares:
    """Return the sectors of parcels in the metric system of the zones.

    Parameters
    ----------
    shapes : ndarray of polygons, shape (n,)
        Invalid ones are repaired; None lies nowhere.
    """
    blocks = []
    for start in range(0, max(len(shapes), 1), _BLOCK):
        ctx.report(start / max(len(shapes), 1), "hits.phase.sectors")
        blocks.append(_block(sound(shapes[start : start + _BLOCK]), zones, start))
    parcel, sector, area, share, outside = (
        np.concatenate(part) for part in zip(*blocks, strict=True)
    )
    return SectorShares(parcel, sector, area, share, outside, zones.codes)


def _block(
    shapes: Shapes, zones: Zones, start: int
) -> tuple[NDArray[np.intp], NDArray[np.int32], Floats, Floats, Floats]:
    unit = zones.crs.unit_m
    whole = shapely.area(shapes)
    rows, found = zones.tree.query(shapes, predicate="intersects")
    pieces = polygonal(shapely.intersection(shapes[rows], zones.shapes[found]))
    area = shapely.area(pieces)
    covered = summed(rows, area, len(shapes))
    kept = ~is_sliver(pieces, area, whole[rows], unit)
    key = rows[kept] * len(zones.codes) + zones.sector[found[kept]]
    pairs, place = np.unique(key, return_inverse=True)
    parcel, sector = np.divmod(pairs, max(len(zones.codes), 1))
    whole_area = summed(place, area[kept], len(pairs))
    order = np.lexsort((-whole_area, parcel))
    parcel, sector, inside = parcel[order], sector[order], whole_area[order]
    outside = _outside(shapes, whole, covered, (rows, pieces), unit)
    return (
        parcel.astype(np.intp) + start,
        sector.astype(np.int32),
        inside * unit**2,
        inside / whole[parcel],
        outside * unit**2,
    )


def _outside(
    shapes: Shapes,
    whole: Floats,
    covered: Floats,
    cut: tuple[NDArray[np.intp], Shapes],
    unit_m: float,
) -> Floats:
    """Return the land outside all sectors; gaps as thin as a drawing's inaccuracy do not count."""
    outside = np.maximum(np.where(shapely.is_missing(shapes), 0.0, whole) - covered, 0.0)
    rows, pieces = cut
    touched_by_plan = covered > 0
    doubtful = touched_by_plan & (outside * unit_m**2 > np.minimum(SLIVER_M2, 0.5 * whole))
    outside[touched_by_plan & ~doubtful] = 0.0
    some = np.flatnonzero(doubtful)
    if not len(some):
        return outside
    inside = np.full(len(shapes), shapely.Polygon(), dtype=object)
    order = np.argsort(rows, kind="stable")
    touched, first = np.unique(rows[order], return_index=True)
    groups = np.split(pieces[order], first[1:])
    inside[touched] = [shapely.union_all(group) for group in groups]
    left = polygonal(shapely.difference(shapes[some], inside[some]))
    area = shapely.area(left)
    outside[some] = np.where(is_sliver(left, area, whole[some], unit_m), 0.0, area)
    return outside
