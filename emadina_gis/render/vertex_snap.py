"""The vertex nearest to a place: corners of parcels and ends of lines, to point at exactly.

Bounds of rows narrow the search; coordinates are those in the map's CRS. Knows no Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.extent import Extent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.render.scene import Scene


def nearest_vertex(
    scene: Scene, x: float, y: float, tolerance: float
) -> tuple[float, float] | None:
    """Return the nearest vertex of what is drawn, None where none is within the tolerance.

    Only geometry that is already in the map's CRS is looked at: nothing waits for a reprojection.
    """
    around = Extent(x - tolerance, y - tolerance, x + tolerance, y + tolerance)
    best, found = tolerance**2, None
    for drawn in scene.vectors:
        for _start, chunk in scene.known_chunks(drawn):
            near = None if chunk is None else _vertices_in(chunk, around)
            if near is None or not len(near):
                continue
            squares = ((near - (x, y)) ** 2).sum(axis=1)
            index = int(squares.argmin())
            if squares[index] <= best:
                best, found = float(squares[index]), near[index]
    return None if found is None else (float(found[0]), float(found[1]))


def _vertices_in(chunk: GeometryChunk, around: Extent) -> NDArray[np.float64]:
    xmin, ymin, xmax, ymax = chunk.bounds.T
    with np.errstate(invalid="ignore"):
        meets = (xmin <= around.xmax) & (xmax >= around.xmin)
        meets &= (ymin <= around.ymax) & (ymax >= around.ymin)
    rows = np.flatnonzero(meets)
    return chunk.taken(rows).xy if len(rows) else np.zeros((0, 2))
