"""Patterns of areas with QPainter, dashed limits that neighbours share, and circled labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from emadina_gis.domain.geometry import Kind, chunk_from_shapely
from emadina_gis.domain.style import (
    Categorized,
    Category,
    Dash,
    LabelStyle,
    Pattern,
    PatternKind,
    Single,
    Style,
    Symbol,
)
from emadina_gis.io.project_codec import decode, encode
from emadina_gis.render.borders import common_lines
from emadina_gis.render.labels import Lettering, place_labels
from emadina_gis.render.painter import LayerPictures, Reuse, render_image
from emadina_gis.render.symbols import draw_swatch
from tests.builders import a_project
from tests.render.comparer import pixels
from tests.render.maps import VIEW, square
from tests.unit.render.scenes import layer, scene_of

INSIDE = (slice(110, 190), slice(160, 240))


def patterned(kind, **more):
    pattern = Pattern(kind, more.pop("spacing_mm", 2.0), 0.3, color="#000000")
    return Style(Single(Symbol(fill=None, stroke=None, pattern=pattern, **more)))


def dark(image):
    return (pixels(image)[..., :3] < 128).all(axis=2)


@pytest.mark.parametrize("kind", list(PatternKind))
def test_a_pattern_fills_the_area_and_nothing_else(qapp, kind):
    area = shapely.box(150, 100, 250, 200)
    shown = dark(render_image(scene_of(layer("a", [area], style=patterned(kind))), VIEW))
    inside = shown[INSIDE]
    assert 0.005 < inside.mean() < 0.6
    rows, columns = np.nonzero(shown)
    assert (rows.min(), columns.min()) >= (98, 148)
    assert rows.max() <= 202
    assert columns.max() <= 252


def test_a_class_has_a_pattern_of_its_own_or_the_layers(qapp):
    own = Pattern(PatternKind.GRID, 1.0, 0.3, color="#000000")
    shared = Pattern(PatternKind.HATCH, 4.0, 0.3, color="#000000")
    categories = (Category("a", "#ffffff", pattern=own), Category("b", "#ffffff"))
    style = Style(Categorized("name", categories, Symbol(stroke=None, pattern=shared)))
    areas = [shapely.box(20, 20, 120, 120), shapely.box(220, 20, 320, 120)]
    made = layer("l", areas, {"name": ["a", "b"]}, style=style)
    shown = dark(render_image(scene_of(made), VIEW))
    assert shown[:, :200].sum() > 2 * shown[:, 220:].sum() > 0


def test_kept_pictures_show_another_pattern_at_once(qapp):
    reuse = Reuse(pictures=LayerPictures())
    area = shapely.box(150, 100, 250, 200)
    plain = scene_of(layer("a", [area], style=patterned(PatternKind.HATCH)))
    other = scene_of(layer("a", [area], style=patterned(PatternKind.GRID)))
    first = pixels(render_image(plain, VIEW, reuse=reuse))
    second = pixels(render_image(other, VIEW, reuse=reuse))
    assert not np.array_equal(first, second)


def test_limits_that_neighbours_share_are_drawn_once(qapp):
    two = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 5)], dtype=object)
    lines = common_lines(chunk_from_shapely(two)).to_shapely()
    assert shapely.length(lines).sum() == pytest.approx(40 + 30 - 5)


def test_dashes_of_a_shared_limit_stay_dashes(qapp):
    symbol = Symbol(fill=None, stroke="#000000", stroke_mm=0.8, dash=Dash.DASHED)
    halves = [shapely.box(50, 50, 200, 250), shapely.box(200, 57, 350, 243)]
    made = scene_of(layer("a", halves, style=Style(Single(symbol))))
    line = dark(render_image(made, VIEW))[70:230, 200]
    assert 0.5 < line.mean() < 0.75


@pytest.mark.parametrize("kind", list(PatternKind))
def test_a_swatch_shows_the_pattern(qapp, kind):
    image = QImage(40, 30, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    symbol = patterned(kind, spacing_mm=1.2).symbol
    draw_swatch(
        painter,
        QRectF(5, 5, 30, 20),
        symbol=symbol,
        color=QColor("#ffffff"),
        kind=Kind.POLYGON,
        mm_per_px=25.4 / 96,
    )
    painter.end()
    shown = dark(image)
    assert shown[8:22, 8:32].any()
    assert not shown[:4].any()


def test_a_second_column_is_written_in_circles(qapp, shipped_fonts):
    road = shapely.LineString([(10, 150), (390, 150)])
    label = LabelStyle("index", along_line=True, circled_field="width")
    symbology = Single(Symbol(fill=None, stroke="#000000"))
    made = layer("r", [road], {"index": ["AC 103"], "width": [20.0]}, style=Style(symbology, label))
    placed = place_labels(scene_of(made), VIEW, Lettering(25.4 / 96)).labels
    by_text = {one.lines[0]: one for one in placed}
    assert set(by_text) == {"AC 103", "20"}
    circle = by_text["20"]
    assert circle.style.circled
    assert circle.width_px == circle.height_px


def test_patterns_are_saved_with_the_project(qapp):
    project = a_project().with_parcels(3).build()
    pattern = Pattern(PatternKind.DOTTED_HATCH, 1.25, 0.2, 15.0, "#102030")
    symbol = Symbol(pattern=pattern, casing_mm=0.3)
    category = Category("B4", "#ffffff", pattern=replace(pattern, kind=PatternKind.DOTS))
    label = LabelStyle("sector", circled_field="area_m2")
    style = Style(Categorized("sector", (category,), symbol), label)
    project = project.with_layer(replace(project.parcels, style=style))
    made = encode(project)
    assert decode(made.tree, lambda key: made.parts[key].make()).parcels.style == style


def test_an_older_project_has_no_patterns(qapp):
    symbol = square().vectors[0].symbol
    assert symbol.pattern is None
    assert symbol.casing_mm == 0.5
