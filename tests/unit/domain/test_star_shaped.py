"""What arithmetic calls certainly valid is valid to GEOS too, whatever the ring."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.domain.star_shaped import certainly_valid

_COORDINATE = st.one_of(st.integers(0, 6).map(float), st.floats(0, 6))
_RINGS = st.lists(st.tuples(_COORDINATE, _COORDINATE), min_size=3, max_size=9)
_ORIGIN = (295_000.0, 330_000.0)


def _polygons(rings: list[list[tuple[float, float]]]) -> np.ndarray:
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


@given(st.lists(_RINGS, min_size=1, max_size=6), st.booleans())
def test_no_invalid_polygon_is_called_valid(
    rings: list[list[tuple[float, float]]], far: bool
) -> None:
    dx, dy = _ORIGIN if far else (0.0, 0.0)
    shapes = _polygons([[(x + dx, y + dy) for x, y in ring] for ring in rings])
    certain = certainly_valid(chunk_from_shapely(shapes))
    assert shapely.is_valid(shapes[certain]).all()


def test_parcels_are_certain_and_odd_ones_are_left_to_geos() -> None:
    square = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)]
    shapes = np.array(
        [
            shapely.Polygon(square),
            shapely.Polygon(square[::-1]),
            shapely.MultiPolygon([shapely.Polygon(square)]),
            shapely.Polygon([(0, 0), (9, 0), (9, 9), (5, 8.9), (0, 9)]),
            shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]),
            shapely.Polygon([(0, 0), (4, 0), (8, 0), (0, 0)]),
            shapely.Polygon(square, [[(2, 2), (3, 2), (3, 3)]]),
            shapely.Polygon([*square, *square]),
            shapely.Point(1, 2),
            None,
        ],
        dtype=object,
    )
    certain = certainly_valid(chunk_from_shapely(shapes))
    assert certain.tolist() == [True] * 4 + [False] * 6


def test_a_chunk_without_rows_is_no_trouble() -> None:
    assert not len(certainly_valid(chunk_from_shapely(np.zeros(0, dtype=object))))
