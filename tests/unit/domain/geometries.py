"""Geometries with one fault each, for the tests of checking and mending."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.domain.table import FeatureTable

ORIGIN = np.array([295_000.0, 328_000.0])


def polygon(points: Any, *holes: Any) -> Any:
    """Return a polygon near Casablanca of points in metres."""
    return shapely.Polygon(
        np.asarray(points, dtype=float) + ORIGIN,
        [np.asarray(hole, dtype=float) + ORIGIN for hole in holes],
    )


def square(x: float = 0.0, y: float = 0.0, side: float = 10.0) -> Any:
    """Return a square by its south-western corner."""
    return polygon([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])


def bow_tie(x: float = 0.0) -> Any:
    """Return a square of 10 m whose last two corners are exchanged."""
    return polygon([(x, 0), (x + 10, 10), (x + 10, 0), (x, 10)])


def spiked() -> Any:
    """Return a square with a needle of 20 m and 2 mm."""
    return polygon([(0, 0), (10, 0), (10, 5), (30, 5.001), (10, 5.002), (10, 10), (0, 10)])


def repeating() -> Any:
    """Return a square with a corner written twice."""
    return polygon([(0, 0), (10, 0), (10, 0), (10, 10), (0, 10)])


def hole_outside() -> Any:
    """Return a square whose hole lies elsewhere."""
    return polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [(20, 2), (22, 2), (22, 4), (20, 4)])


def touching_itself() -> Any:
    """Return two triangles that meet in a point, as one ring."""
    return polygon([(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10)])


def flat() -> Any:
    """Return an outline without area."""
    return polygon([(0, 0), (10, 0), (20, 0)])


def sliver() -> Any:
    """Return a strip of 20 m by 10 cm."""
    return polygon([(0, 0), (20, 0), (20, 0.1), (0, 0.1)])


def with_tiny_part(side: float = 0.5) -> Any:
    """Return a square with a small one beside it."""
    return shapely.MultiPolygon([square(), square(50, 0, side)])


def same_direction() -> Any:
    """Return a square whose hole runs as its shell does."""
    return polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [(2, 2), (4, 2), (4, 4), (2, 4)])


def twisted() -> Any:
    """Return a square of 10 m with a twist of a few square millimetres at a corner."""
    return polygon([(0, 0), (10, 0), (10, 10), (-0.001, 9.999), (0, 10.0), (0, 10.001)])


def table_of(*shapes: Any, crs: Crs = MERCHICH_NORTH) -> FeatureTable:
    """Return a table of shapes with row ids from 100."""
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    ids = np.arange(100, 100 + len(shapes))
    return FeatureTable.from_columns({"n": np.arange(len(shapes))}, made, crs=crs, ids=ids)
