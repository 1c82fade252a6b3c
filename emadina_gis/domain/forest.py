"""Search trees over many geometries, each small enough to be built without a pause of the window.

GEOS builds a tree while it holds the interpreter; several of some ten thousand answer as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.progress import Context

_TREE_ROWS = 16_384


class Forest:
    """Geometries that can be asked which of them are near others."""

    def __init__(self, shapes: Shapes, ctx: Context) -> None:
        self._starts = list(range(0, len(shapes), _TREE_ROWS))
        self._trees = []
        for start in self._starts:
            ctx.check()
            self._trees.append(shapely.STRtree(shapes[start : start + _TREE_ROWS]))

    def query(self, asked: Shapes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return pairs (asked, ours) whose bounds meet."""
        found = [tree.query(asked) for tree in self._trees]
        none = np.zeros(0, dtype=np.intp)
        ours = [pair[1] + start for pair, start in zip(found, self._starts, strict=True)]
        return np.concatenate([none, *(pair[0] for pair in found)]), np.concatenate([none, *ours])
