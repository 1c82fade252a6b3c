"""Pixels of classes with symbols of their own: outlines, markers, drawings, opacity, ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage

from emadina_gis.domain.style import (
    Categorized,
    Category,
    Dash,
    FeatureOpacity,
    Marker,
    Picture,
    Rule,
    Rules,
    Single,
    Style,
    Symbol,
)
from emadina_gis.domain.svg_marker import safe_svg
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.painter import render_image
from tests.unit.render.scenes import layer, scene_of

VIEW = Viewport(100.0, 50.0, 1.0, 200, 100)
LEFT, RIGHT = shapely.box(20, 10, 80, 90), shapely.box(120, 10, 180, 90)
NAMES = {"name": ["a", "b"]}
SOLID = Symbol(None, "#000000", 1.0)


def pixels(scene, view=VIEW) -> np.ndarray:
    image = render_image(scene, view).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def by_class(a, b):
    pair = (Category("a", a.color or "#000000", symbol=a), Category("b", "#000000", symbol=b))
    return Style(Categorized("name", pair))


def dark(picture) -> int:
    return int((picture.sum(axis=2) < 300).sum())


def test_each_class_has_its_own_outline():
    style = by_class(SOLID, replace(SOLID, dash=Dash.DASHED, stroke="#ff0000"))
    shown = pixels(scene_of(layer("a", [LEFT, RIGHT], NAMES, style=style)))
    left, right = shown[:, :100], shown[:, 100:]
    assert dark(left) > 900
    red = (right[..., 0] > 200) & (right[..., 1] < 90)
    whole = dark(
        pixels(scene_of(layer("a", [RIGHT], {"name": ["a"]}, style=by_class(SOLID, SOLID))))
    )
    assert 0.4 * whole < red.sum() < 0.9 * whole
    assert (shown[50, 50] == 255).all()


def test_dashes_of_ones_own_are_as_long_as_they_say():
    line = shapely.LineString([(0, 50), (200, 50)])
    symbol = Symbol(None, "#000000", 1.0, dashes_mm=(10.0, 5.0))
    row = pixels(scene_of(layer("a", [line], style=Style(Single(symbol)))))[50].sum(axis=1) < 380
    runs = np.diff(np.flatnonzero(np.diff(row.astype(int))))
    per_mm = 96 / 25.4
    assert runs[0] == pytest.approx(5.0 * per_mm, abs=2)
    assert runs[1] == pytest.approx(10.0 * per_mm, abs=2)


def test_sizes_on_the_ground_are_as_wide_as_the_map_says():
    line = shapely.LineString([(0, 50), (200, 50)])
    symbol = Symbol(None, "#000000", 20.0, ground_scale=1000.0)
    scene = scene_of(layer("a", [line], style=Style(Single(symbol))))
    for view, expected in ((VIEW, 20), (replace(VIEW, units_per_px=0.5), 40)):
        column = pixels(scene, view)[:, 100].sum(axis=1) < 380
        assert column.sum() == pytest.approx(expected, abs=2)


def test_points_are_drawn_by_the_markers_of_their_classes():
    drawing = Picture("bar", safe_svg(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
        '<rect x="0" y="4" width="10" height="2"/></svg>'
    ))  # fmt: skip
    bar = Symbol("#0000ff", None, size_mm=10.0, picture=drawing)
    square = Symbol("#ff0000", None, size_mm=10.0, marker=Marker.SQUARE)
    points = [shapely.Point(50, 50), shapely.Point(150, 50)]
    shown = pixels(scene_of(layer("a", points, NAMES, style=by_class(bar, square))))
    blue = (shown[:, :100, 2] > 200) & (shown[:, :100, 0] < 90)
    assert np.flatnonzero(blue.any(axis=0)).size == pytest.approx(10 * 96 / 25.4, abs=2)
    assert np.flatnonzero(blue.any(axis=1)).size == pytest.approx(2 * 96 / 25.4, abs=2)
    red = (shown[:, 100:, 0] > 200) & (shown[:, 100:, 2] < 90)
    assert red.sum() == pytest.approx((0.88 * 10 * 96 / 25.4) ** 2, rel=0.1)


def test_a_drawing_that_is_not_safe_draws_nothing():
    evil = Picture("evil", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    symbol = Symbol("#0000ff", None, size_mm=10.0, picture=evil)
    shown = pixels(scene_of(layer("a", [shapely.Point(50, 50)], style=Style(Single(symbol)))))
    assert (shown == 255).all()


def test_each_feature_is_as_opaque_as_its_value():
    style = Style(
        Single(Symbol("#000000", "#000000", 0.5)), opacity=FeatureOpacity("x", 0.0, 1.0, least=0.0)
    )
    table = {"x": np.array([0.5, 1.0])}
    shown = pixels(scene_of(layer("a", [LEFT, RIGHT], table, style=style)))
    assert shown[50, 50, 0] == pytest.approx(127, abs=10)
    assert shown[50, 150, 0] == 0
    assert shown[50, 19:21, 0].min() > 30


def test_a_rule_is_drawn_at_its_scales_only():
    near = Rule("name = 'a'", Symbol("#000000", None), max_units_per_px=1.5)
    scene = scene_of(layer("a", [LEFT, RIGHT], NAMES, style=Style(Rules((near,)))))
    assert pixels(scene)[50, 50].sum() == 0
    assert (pixels(scene, replace(VIEW, units_per_px=2.0)) == 255).all()
