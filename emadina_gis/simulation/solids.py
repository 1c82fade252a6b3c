"""``LevelSolids``: the volumes that levels may fill on real parcels, as ragged arrays.

What a scene draws, what a file writes and what a person measures: one body for each level of a
parcel, a polygon between two heights. It knows neither rules nor drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, chunk_from_shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from emadina_gis.domain.geometry import Shapes

    Floats = NDArray[np.float64]


class LevelSolid(NamedTuple):
    """One level of one parcel; heights in metres above the ground, the polygon in map units."""

    row: int
    level: int
    base_m: float
    top_m: float
    polygon: object


@dataclass(frozen=True, eq=False)
class LevelSolids:
    """Levels of parcels as upright bodies, by row of the parcel and then from the ground up.

    Where the largest footprint that the document allows is smaller than what the set-backs leave,
    the body is *one possible volume*: the level keeps what stands over it and is filled from the
    street towards the rear until its area is the largest allowed.

    Attributes
    ----------
    footprint : GeometryChunk
        m polygons, of one or more parts, in the map units of the parcels.
    row : ndarray of int64, shape (m,)
        Row of the parcel in its table.
    level : ndarray of int16, shape (m,)
        0 is the ground floor.
    base_m, top_m : ndarray of float64, shape (m,)
        Heights above the ground.
    area_m2 : ndarray of float64, shape (m,)
        Of the body's footprint.
    envelope_m2 : ndarray of float64, shape (m,)
        What the set-backs alone leave for the level; more than `area_m2` where it was reduced.
    """

    footprint: GeometryChunk
    row: NDArray[np.int64]
    level: NDArray[np.int16]
    base_m: Floats
    top_m: Floats
    area_m2: Floats
    envelope_m2: Floats

    def __len__(self) -> int:
        return len(self.row)

    def __iter__(self) -> Iterator[LevelSolid]:
        shapes = self.footprint.to_shapely()
        for index, shape in enumerate(shapes):
            yield LevelSolid(
                int(self.row[index]),
                int(self.level[index]),
                float(self.base_m[index]),
                float(self.top_m[index]),
                shape,
            )

    @property
    def reduced(self) -> NDArray[np.bool_]:
        """Whether each body is one possible volume among others, shape (m,)."""
        return np.asarray(self.area_m2 < self.envelope_m2 * (1 - 1e-9))

    @property
    def floor_area_m2(self) -> float:
        """Floor area of all bodies together."""
        return float(self.area_m2.sum())

    def of_row(self, row: int) -> LevelSolids:
        """Return the bodies of one parcel."""
        return self.take(np.flatnonzero(self.row == row))

    def take(self, bodies: NDArray[np.intp]) -> LevelSolids:
        """Return some of the bodies."""
        return LevelSolids(
            self.footprint.taken(bodies),
            self.row[bodies],
            self.level[bodies],
            self.base_m[bodies],
            self.top_m[bodies],
            self.area_m2[bodies],
            self.envelope_m2[bodies],
        )


def level_solids(
    polygons: Shapes,
    row: ArrayLike,
    level: ArrayLike,
    *,
    heights_m: tuple[ArrayLike, ArrayLike],
    areas_m2: tuple[ArrayLike, ArrayLike],
) -> LevelSolids:
    """Return bodies over shapely polygons; what is empty is left out.

    Parameters
    ----------
    polygons : array of shapely geometries, shape (m,)
    row, level : array-like of int, shape (m,)
    heights_m : pair of array-like, shape (m,)
        Base and top.
    areas_m2 : pair of array-like, shape (m,)
        Of the body, and of what the set-backs leave.
    """
    chunk = chunk_from_shapely(np.asarray(polygons, dtype=object))
    whole = LevelSolids(
        chunk,
        np.asarray(row, dtype=np.int64),
        np.asarray(level, dtype=np.int16),
        np.asarray(heights_m[0], dtype=np.float64),
        np.asarray(heights_m[1], dtype=np.float64),
        np.asarray(areas_m2[0], dtype=np.float64),
        np.asarray(areas_m2[1], dtype=np.float64),
    )
    bodies = np.flatnonzero(np.diff(chunk.feature_coord_offsets) > 0)
    order = np.lexsort((whole.level[bodies], whole.row[bodies]))
    return whole.take(bodies[order])
