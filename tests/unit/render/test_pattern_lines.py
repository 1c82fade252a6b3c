"""Lines and dots inside polygons: lengths, holes, neighbours, and what is never made."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.domain.geometry import chunk_from_shapely
from emadina_gis.domain.style import Pattern, PatternKind
from emadina_gis.render.pattern_lines import Ground, pattern_lines

GROUND = Ground(400.0, 300.0, (0.0, 0.0), 0.25)
SQUARE = shapely.box(20, 20, 120, 120)


def lines_in(shapes, pattern, ground=GROUND):
    return pattern_lines(chunk_from_shapely(np.array(shapes, dtype=object)), pattern, ground)


def lengths(lines):
    return np.hypot(*(lines[:, 2:] - lines[:, :2]).T)


@pytest.mark.parametrize("kind", [PatternKind.HATCH, PatternKind.GRID, PatternKind.CROSS_HATCH])
def test_lines_cover_an_area_by_their_spacing(kind):
    lines = lines_in([SQUARE], Pattern(kind, spacing_mm=1.0))
    directions = 1 if kind is PatternKind.HATCH else 2
    assert lengths(lines).sum() == pytest.approx(directions * 100 * 100 / 4.0, rel=0.05)


def test_lines_stay_inside_and_out_of_holes():
    shape = SQUARE.difference(shapely.box(50, 50, 90, 90))
    lines = lines_in([shape], Pattern(PatternKind.HATCH, 1.0))
    drawn = shapely.linestrings(lines.reshape(-1, 2, 2))
    assert shapely.covers(shape.buffer(1e-6), drawn).all()


def test_neighbours_have_one_pattern():
    left, right = shapely.box(0, 0, 60, 100), shapely.box(60, 0, 130, 100)
    apart = lines_in([left, right], Pattern(PatternKind.HATCH, 1.3))
    whole = lines_in([shapely.box(0, 0, 130, 100)], Pattern(PatternKind.HATCH, 1.3))
    assert lengths(apart).sum() == pytest.approx(lengths(whole).sum())
    merged = shapely.line_merge(shapely.multilinestrings(apart.reshape(-1, 2, 2).round(6)))
    assert len(shapely.get_parts(merged)) == len(whole)


def test_overlapping_features_are_both_filled():
    lines = lines_in([SQUARE, SQUARE], Pattern(PatternKind.HATCH, 1.0))
    once = lines_in([SQUARE], Pattern(PatternKind.HATCH, 1.0))
    assert len(lines) == 2 * len(once)


def test_dots_are_counted_by_area_and_stay_inside():
    lines = lines_in([SQUARE], Pattern(PatternKind.DOTS, 2.0))
    assert len(lines) == pytest.approx(100 * 100 / 64, rel=0.2)
    assert shapely.covers(SQUARE.buffer(0.1), shapely.points(lines[:, :2])).all()


def test_dots_of_a_dotted_hatch_never_touch():
    pattern = Pattern(PatternKind.DOTTED_HATCH, 1.5, 0.4)
    at = lines_in([SQUARE], pattern)[:, :2]
    tree = shapely.STRtree(shapely.points(at))
    near = tree.query(shapely.points(at), predicate="dwithin", distance=0.8 / 0.25)
    assert (near[0] == near[1]).all()


def test_the_pattern_moves_with_the_map():
    moved = Ground(400.0, 300.0, (3.1, -7.7), 0.25)
    here = lines_in([SQUARE], Pattern(PatternKind.GRID, 1.7))
    there = lines_in([shapely.box(23.1, 12.3, 123.1, 112.3)], Pattern(PatternKind.GRID, 1.7), moved)
    assert there == pytest.approx(here + np.array([3.1, -7.7, 3.1, -7.7]))


def test_nothing_is_made_far_outside_the_picture():
    wide = shapely.box(-1e6, -1e6, 1e6, 1e6)
    lines = lines_in([wide], Pattern(PatternKind.HATCH, 1.0))
    assert len(lines) < 200
    assert np.abs(lines).max() < 2_000


def test_features_without_geometry_have_none():
    assert len(lines_in([None, None], Pattern())) == 0
