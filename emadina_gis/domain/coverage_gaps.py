"""Gaps between parcels: spaces that are narrower than a width from end to end.

The ground near the gaping borders is closed (grown, then shrunk by half the width); what that
fills is a gap, unless it opens as wide as the width: then it is the tip of a wider space.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.progress import Context

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

#: An opening of this share of the width is one towards a wider space.
_OPEN_SHARE = 0.8
#: Borders this near are the same, in metres.
_SAME_M = 1e-4


@dataclass(frozen=True, eq=False)
class Gaps:
    """Spaces between parcels, the largest first.

    Attributes
    ----------
    ids : ndarray of int64, shape (m,)
        Parcels around the gaps, one gap after the other.
    offsets : ndarray of int64, shape (n + 1,)
        Those around gap i are ``ids[offsets[i]:offsets[i + 1]]``.
    areas_m2, widths_m : ndarray, shape (n,)
        Area, and mean width.
    places : ndarray, shape (n, 2)
        A point inside.
    shapes : ndarray of object, shape (n,)
        On the plane they were found on.
    """

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]
    areas_m2: Floats
    widths_m: Floats
    places: Floats
    shapes: Shapes

    def __len__(self) -> int:
        return len(self.areas_m2)

    def ids_of(self, gap: int) -> NDArray[np.int64]:
        """Return the parcels around one gap."""
        return self.ids[self.offsets[gap] : self.offsets[gap + 1]]


def gaps_of_tile(
    shapes: Shapes, near: Rows, gaping: Shapes, limits: tuple[float, float], ctx: Context
) -> Gaps:
    """Return the gaps along some borders.

    Parameters
    ----------
    shapes : ndarray of object
        All areas, in metres.
    near : ndarray of int
        Those in and around the tile.
    gaping : ndarray of object
        Borders of the tile that do not match.
    limits : tuple of float
        Width in metres and least area in m².
    """
    width, least_m2 = limits
    mine = shapes[near]
    tree = shapely.STRtree(mine)
    close = np.unique(tree.query(gaping, predicate="dwithin", distance=2 * width)[1])
    ctx.check()
    ground = shapely.union_all(mine[close])
    half = width / 2
    closed = shapely.buffer(
        shapely.buffer(ground, half, join_style="mitre"), -half, join_style="mitre"
    )
    ctx.check()
    filled = shapely.get_parts(shapely.difference(closed, ground))
    filled = filled[shapely.area(filled) >= least_m2]
    filled = filled[shapely.dwithin(filled, shapely.union_all(gaping), width)]
    filled = filled[~_is_open(filled, ground, width)]
    return _described(filled, tree, near)


def _is_open(filled: Shapes, ground: object, width: float) -> NDArray[np.bool_]:
    """Whether each piece has a side, as wide as the width, that no parcel bounds."""
    if not len(filled):
        return np.zeros(0, dtype=bool)
    near = shapely.buffer(ground, _SAME_M)
    free = shapely.difference(shapely.boundary(filled), near)
    parts, owner = shapely.get_parts(shapely.line_merge(free), return_index=True)
    wide = shapely.length(parts) >= _OPEN_SHARE * width
    result = np.zeros(len(filled), dtype=bool)
    result[owner[wide]] = True
    return result


def _described(filled: Shapes, tree: shapely.STRtree, near: Rows) -> Gaps:
    gap, parcel = tree.query(filled, predicate="dwithin", distance=_SAME_M)
    return _gaps(filled, gap, near[parcel])


def _gaps(shapes: Shapes, gap: Rows, ids: Rows) -> Gaps:
    """Return gaps by their shapes and the pairs of gap and parcel, the largest gap first."""
    area = shapely.area(shapes)
    order = np.argsort(-area, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    pairs = np.unique(np.column_stack([rank[gap], ids]), axis=0)
    counts = np.bincount(pairs[:, 0], minlength=len(shapes))
    area, shapes = area[order], shapes[order]
    along = np.maximum(shapely.length(shapes), np.finfo(float).tiny)
    return Gaps(
        pairs[:, 1].astype(np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        area,
        2 * area / along,
        shapely.get_coordinates(shapely.point_on_surface(shapes)),
        shapes,
    )


def gaps_joined(found: list[Gaps]) -> Gaps:
    """Return the gaps of all tiles; what tiles that meet have both seen is one gap."""
    none = np.zeros(0, dtype=np.int64)
    pieces = np.concatenate([np.zeros(0, dtype=object), *(gaps.shapes for gaps in found)])
    counts = np.concatenate([none, *(np.diff(gaps.offsets) for gaps in found)])
    ids = np.concatenate([none, *(gaps.ids for gaps in found)])
    whole = shapely.get_parts(shapely.union_all(pieces))
    piece, part = shapely.STRtree(whole).query(shapely.point_on_surface(pieces), "intersects")
    of_piece = np.zeros(len(pieces), dtype=np.intp)
    of_piece[piece] = part
    return _gaps(whole, np.repeat(of_piece, counts), ids)
