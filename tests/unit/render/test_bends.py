"""Stretches of lines for texts: upright, straight or gently bent, on the line."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.render.bends import Path

HEIGHT = 14.0


def circle(radius: float, turn: float = np.pi) -> Path:
    """Return an arc from the west over the north (y down), clockwise."""
    angle = np.linspace(np.pi, np.pi + turn, 400)
    return Path(radius * np.column_stack([np.cos(angle), np.sin(angle)]))


def test_a_straight_stretch_has_the_angle_of_its_line():
    stretch = Path(np.array([[0.0, 0.0], [200.0, -200.0]])).stretch(140.0, 80.0, HEIGHT)
    assert stretch is not None
    assert stretch.is_straight
    assert stretch.angle == pytest.approx(np.pi / 4)
    assert stretch.middle == pytest.approx((99.0, -99.0), abs=0.1)


@given(st.floats(0.0, 2 * np.pi))
def test_text_is_never_upside_down(way):
    far = 300.0 * np.array([np.cos(way), np.sin(way)])
    stretch = Path(np.array([[0.0, 0.0], far])).stretch(150.0, 80.0, HEIGHT)
    assert stretch is not None
    dx, dy = stretch.xy[-1] - stretch.xy[0]
    assert dx > -1e-3
    assert dx > 1e-3 or dy < 0


def test_a_gentle_bend_is_followed_and_read_from_left_to_right():
    path = circle(120.0)
    for line in (path, Path(path._xy[::-1])):
        stretch = line.stretch(line.length / 2, 100.0, HEIGHT)
        assert stretch is not None
        assert not stretch.is_straight
        assert stretch.xy[0, 0] < stretch.xy[-1, 0]
        off = np.abs(np.hypot(*stretch.xy.T) - 120.0)
        assert off.max() < 0.35 * HEIGHT


def test_too_short_too_bent_and_broken_lines_have_no_room():
    assert Path(np.array([[0.0, 0.0], [50.0, 0.0]])).stretch(25.0, 80.0, HEIGHT) is None
    tight = circle(20.0)
    assert tight.stretch(tight.length / 2, 50.0, HEIGHT) is None
    corner = Path(np.array([[0.0, 0.0], [60.0, 0.0], [60.0, 60.0]]))
    assert corner.stretch(60.0, 80.0, HEIGHT) is None


@given(st.floats(0.2, 0.8), st.integers(0, 40))
def test_a_stretch_stays_near_its_line(part, seed):
    rng = np.random.default_rng(seed)
    xy = np.column_stack([np.linspace(0, 500, 40), np.cumsum(rng.normal(0, 4, 40))])
    path = Path(xy)
    stretch = path.stretch(part * path.length, 90.0, HEIGHT)
    if stretch is not None:
        apart = shapely.distance(shapely.LineString(xy), shapely.points(stretch.xy))
        assert apart.max() < HEIGHT
