"""Fewer vertices where they lie closer than the picture can show.

Owns which vertices stay. A boundary of a million vertices on a small picture costs Qt far more than
its looks are worth, and each path is drawn in one go, during which no other thread runs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk

#: A vertex goes where the one before it in its ring lies in the same cell of this size.
CELL_PX = 0.25
_FEWEST = 1_000
_WORTH = 0.8


def thinned(chunk: GeometryChunk, cell_px: float = CELL_PX) -> GeometryChunk:
    """Return a chunk on the picture without vertices that do not show.

    The first and the last vertex of each ring stay; none moves.

    Parameters
    ----------
    chunk : GeometryChunk
        Coordinates in pixels.
    cell_px : float
        No vertex that goes is farther than the diagonal of such a cell from one that stays.
    """
    if len(chunk.xy) < _FEWEST:
        return chunk
    stays = _stays(chunk, cell_px)
    kept = np.flatnonzero(stays)
    if len(kept) > _WORTH * len(stays):
        return chunk
    before = np.concatenate([[0], np.cumsum(stays)])
    offsets = before[chunk.coord_offsets].astype(chunk.coord_offsets.dtype)
    return replace(chunk, xy=chunk.xy[kept], coord_offsets=offsets, z=None)


def _stays(chunk: GeometryChunk, cell_px: float) -> NDArray[np.bool_]:
    cells = np.floor(chunk.xy / cell_px)
    stays = np.ones(len(cells), dtype=bool)
    stays[1:] = (cells[1:] != cells[:-1]).any(axis=1)
    rings = np.diff(chunk.coord_offsets) > 0
    stays[chunk.coord_offsets[:-1][rings]] = True
    stays[chunk.coord_offsets[1:][rings] - 1] = True
    return stays
