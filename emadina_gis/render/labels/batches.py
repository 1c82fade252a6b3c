"""Geometries of rows as shapely ones, made some dozens at a time when the first is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.domain.geometry import GeometryChunk

_BATCH = 64


class Batches:
    """Shapes of rows by their position in the order of looking for a place.

    Parameters
    ----------
    places : sequence of (GeometryChunk, int)
        Chunk and row within it.
    """

    def __init__(self, places: Sequence[tuple[GeometryChunk, int]]) -> None:
        self._places = places
        self._made: dict[int, Any] = {}

    def shape(self, index: int) -> Any:
        """Return a geometry."""
        if index not in self._made:
            self._make(index - index % _BATCH)
        return self._made[index]

    def _make(self, first: int) -> None:
        by_chunk: dict[int, tuple[GeometryChunk, list[int]]] = {}
        for index in range(first, min(first + _BATCH, len(self._places))):
            chunk = self._places[index][0]
            by_chunk.setdefault(id(chunk), (chunk, []))[1].append(index)
        for chunk, indexes in by_chunk.values():
            rows = np.array([self._places[index][1] for index in indexes], dtype=np.intp)
            self._made.update(zip(indexes, chunk.taken(rows).to_shapely(), strict=True))
