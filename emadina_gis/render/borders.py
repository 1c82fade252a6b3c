"""The border of many polygons together: the edges that no two of them share. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.geometry import GeometryChunk, Kind, chunk_from_shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.render.derived import DerivedCache


def ring_edges(chunk: GeometryChunk) -> NDArray[np.float64]:
    """Return the segments of all rings and lines, rows (x0, y0, x1, y1)."""
    if len(chunk.xy) < 2:
        return np.zeros((0, 4))
    within = np.ones(len(chunk.xy) - 1, dtype=bool)
    within[chunk.coord_offsets[1:-1][chunk.coord_offsets[1:-1] < len(chunk.xy)] - 1] = False
    return np.concatenate([chunk.xy[:-1], chunk.xy[1:]], axis=1)[within]


def unshared(edges: NDArray[np.float64], quantum: float) -> NDArray[np.float64]:
    """Return the segments that occur once, whichever way they run.

    Parameters
    ----------
    edges : ndarray of float64, shape (n, 4)
        Rows (x0, y0, x1, y1).
    quantum : float
        Ends this near to each other, in map units, are the same.
    """
    if not len(edges):
        return edges
    cells = np.round((edges - edges[0, [0, 1, 0, 1]]) / quantum).astype(np.int64)
    first, second = cells[:, :2], cells[:, 2:]
    swapped = (first[:, 0] > second[:, 0]) | (
        (first[:, 0] == second[:, 0]) & (first[:, 1] > second[:, 1])
    )
    cells[swapped] = cells[swapped][:, [2, 3, 0, 1]]
    order = np.lexsort(cells.T)
    ordered = cells[order]
    same = (ordered[1:] == ordered[:-1]).all(axis=1)
    alone = np.ones(len(edges), dtype=bool)
    alone[1:] &= ~same
    alone[:-1] &= ~same
    return edges[np.sort(order[alone])]


def common_lines(chunk: GeometryChunk) -> GeometryChunk:
    """Return the outlines of polygons as long lines: what neighbours share occurs once."""
    shapes = chunk.to_shapely()
    rings = shapely.boundary(shapes[chunk.kinds == Kind.POLYGON])
    merged = shapely.line_merge(shapely.union_all(rings))
    return chunk_from_shapely(shapely.get_parts(merged))


def cached_common_lines(cache: DerivedCache, chunk: GeometryChunk) -> GeometryChunk:
    """Return `common_lines`, computed once per chunk."""
    return cache.get(chunk, "common lines", lambda: common_lines(chunk))
