"""Vertices that no picture shows: they go, nothing else moves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely

from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.render.painter.thinning import CELL_PX, thinned


def circle(count, radius, middle=(50.0, 50.0)):
    angle = np.linspace(0.0, 2 * np.pi, count)
    xy = np.column_stack([np.cos(angle), np.sin(angle)]) * radius + middle
    xy[-1] = xy[0]
    return shapely.polygons(xy)


def test_a_boundary_too_fine_to_see_is_thinned_within_a_cell():
    fine = np.array([circle(50_000, 40.0), circle(8, 30.0, (200.0, 50.0))], dtype=object)
    chunk = chunk_from_shapely(fine)
    made = thinned(chunk)
    assert len(made.xy) < len(chunk.xy) / 20
    before, after = chunk.to_shapely(), made.to_shapely()
    assert shapely.hausdorff_distance(before[0], after[0]) < CELL_PX * 1.5
    assert after[1].equals(before[1])
    assert np.isin(made.xy, chunk.xy).all()


def test_rings_keep_their_ends_and_missing_rows_stay():
    tiny = circle(3_000, 0.01)
    chunk = chunk_from_shapely(np.array([None, tiny, circle(3_000, 20.0)], dtype=object))
    made = thinned(chunk)
    assert len(made) == 3
    ends = made.coord_offsets
    for first, last in pairwise(ends):
        if last > first:
            assert (made.xy[first] == made.xy[last - 1]).all()


def test_what_is_coarse_is_left_alone():
    chunk = chunk_from_shapely(np.array([circle(2_000, 2_000.0)], dtype=object))
    assert thinned(chunk) is chunk
    few = chunk_from_shapely(np.array([circle(50, 0.1)], dtype=object))
    assert thinned(few) is few
