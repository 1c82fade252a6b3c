"""Classes with symbols of their own: what the map draws and the legends list."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.column import column_of
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.style import (
    Categorized,
    Category,
    Dash,
    FeatureOpacity,
    Graduated,
    Marker,
    Pattern,
    Rule,
    Rules,
    Single,
    Style,
    Symbol,
)
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.legend import legend_rows
from emadina_gis.render.scene import drawn_layer
from emadina_gis.report.legend import legend_of
from emadina_gis.report.web.looks import look_of
from emadina_gis.words import load_words
from tests.unit.render.scenes import grid, layer, scene_of

WORDS = load_words("fr")
HATCHED = Symbol(None, "#000000", 0.5, Dash.DASHED, pattern=Pattern())
NAMES = {"name": ["a", "b", "c", "a"]}


def by_class(**symbols):
    categories = tuple(
        Category(name, "#808080" if symbol is None else symbol.color, symbol=symbol)
        for name, symbol in symbols.items()
    )
    return Style(Categorized("name", categories, Symbol("#00ff00", "#ffffff", 0.2)))


def drawn_by(style, columns=NAMES, shapes=None):
    shapes = grid(4, 1) if shapes is None else shapes
    return scene_of(layer("a", shapes, columns, style=style)).vector("a")


def test_a_class_is_drawn_by_its_own_symbol_and_others_by_the_shared_one():
    drawn = drawn_by(by_class(a=HATCHED, b=None))
    own, shared = drawn.symbols[0], drawn.symbols[1]
    assert own == HATCHED
    assert shared == Symbol("#808080", "#ffffff", 0.2)
    assert drawn.classes.colors[0, 3] == 255  # it is drawn
    assert drawn.fill_colors[:2, 3].tolist() == [0, 255]  # but not filled


def test_lines_take_the_colour_of_their_own_symbol():
    lines = [shapely.LineString([(0, i), (9, i)]) for i in range(4)]
    drawn = drawn_by(by_class(a=Symbol(None, "#ff0000", 1.0), b=None), shapes=lines)
    assert drawn.line_colors[:2].tolist() == [[255, 0, 0, 255], [128, 128, 128, 255]]
    assert drawn.symbols[1].stroke == "#808080"


def test_classes_of_values_may_have_symbols_too():
    symbology = Graduated("x", (0.0, 5.0, 9.0), ("#111111", "#222222"), symbols=(None, HATCHED))
    drawn = drawn_by(Style(symbology), {"x": np.array([1.0, 6.0, 7.0, 2.0])})
    assert drawn.symbols[1] == HATCHED
    assert drawn.symbols[0].fill == "#111111"


def test_legends_on_screen_and_paper_show_the_same_symbols():
    scene = scene_of(layer("a", grid(4, 1), NAMES, style=by_class(a=HATCHED, b=None)))
    on_paper = legend_of(scene, Extent(0, 0, 40, 10), 1.0, WORDS)[0].items
    on_screen = [row for row in legend_rows(scene, WORDS) if not row.is_heading]
    assert [item.symbol for item in on_paper] == [row.symbol for row in on_screen]
    assert on_paper[0].symbol == HATCHED
    assert [item.count for item in on_paper] == [2, 1, 1]


def test_sizes_on_the_ground_grow_with_the_map():
    road = Symbol(None, "#333333", 12.0, ground_scale=1000.0, pattern=Pattern(spacing_mm=4.0))
    at_1000 = road.on_paper(1.0)
    assert at_1000.stroke_mm == pytest.approx(12.0)
    at_5000 = road.on_paper(0.2)
    assert at_5000.stroke_mm == pytest.approx(2.4)
    assert at_5000.pattern.spacing_mm == pytest.approx(0.8)
    assert at_5000.on_paper(7.0) == at_5000
    assert HATCHED.on_paper(0.2) is HATCHED


def test_opacity_follows_a_column_and_legends_stay_whole():
    style = Style(Single(Symbol("#102030")), opacity=FeatureOpacity("x", 0.0, 10.0, least=0.2))
    drawn = drawn_by(style, {"x": np.array([0.0, 5.0, 20.0, np.nan])})
    alpha = drawn.fill_colors[drawn.classes.codes, 3] / 255
    assert alpha == pytest.approx([0.2, 0.6, 1.0, 0.2], abs=0.04)
    assert drawn.classes.class_codes.tolist() == [0, 0, 0, 0]
    assert len(drawn.classes.legend) == 1
    scene = scene_of(layer("a", grid(4, 1), {"x": np.arange(4.0)}, style=style))
    assert legend_of(scene, Extent(0, 0, 40, 10), 1.0, WORDS)[0].items[0].count == 4


def test_opacity_is_turned_round_where_the_high_value_is_faint():
    style = Style(Single(Symbol("#102030")), opacity=FeatureOpacity("x", 10.0, 0.0, least=0.0))
    drawn = drawn_by(style, {"x": np.array([0.0, 10.0])}, grid(2, 1))
    assert (drawn.fill_colors[drawn.classes.codes, 3] > 2).tolist() == [True, False]


def test_rules_are_drawn_listed_and_limited_by_scale():
    near = Rule("name = 'a'", HATCHED, "les a", max_units_per_px=2.0)
    style = Style(Rules((near, Rule("", Symbol("#00ff00")))))
    scene = scene_of(layer("a", grid(4, 1), NAMES, style=style))
    extent = Extent(0, 0, 40, 10)
    close = legend_of(scene, extent, 1.0, WORDS)[0].items
    far = legend_of(scene, extent, 3.0, WORDS)[0].items
    assert [(item.text, item.count) for item in close] == [("les a", 2), ("Autres", 2)]
    assert [(item.text, item.count) for item in far] == [("Autres", 4)]
    visible = next(scene.visible(3.0))
    assert visible.symbols[visible.classes.codes[0]].fill == "#00ff00"


def test_a_broken_rule_is_a_problem_of_the_layer():
    style = Style(Rules((Rule("name >", HATCHED),)))
    scene = scene_of(layer("a", grid(4, 1), NAMES, style=style))
    assert [(p.code, p.where) for p in scene.problems] == [("style.broken-rule", "a")]


def test_classes_are_made_once_until_a_column_they_read_changes():
    style = Style(Rules((Rule("x > 1 and floor > 1", HATCHED),)))
    one = layer("a", grid(2, 1), {"x": np.array([1.0, 2.0])}, style=style)
    cache = DerivedCache()
    floor = column_of(np.array([2.0, 2.0]))
    first = drawn_layer(one, cache=cache, columns={"floor": floor})
    assert drawn_layer(one, cache=cache, columns={"floor": floor}).classes is first.classes
    other = column_of(np.array([0.0, 0.0]))
    assert drawn_layer(one, cache=cache, columns={"floor": other}).classes.codes.tolist() == [1, 1]
    again = drawn_layer(one, cache=cache, columns={"floor": floor})
    assert again.classes is first.classes


def test_the_web_page_gets_the_symbol_of_each_class():
    look = look_of(drawn_by(by_class(a=HATCHED, b=None))).entry
    assert look["own"]["0"]["dash"] == "6 4"
    assert look["own"]["0"]["filled"] is False
    assert look["colors"][0] == "#000000"
    assert "1" not in look["own"]


def test_rules_on_what_is_withheld_never_leave():
    style = Style(Rules((Rule("proprietaire = 'X'", HATCHED), Rule("", Symbol("#00ff00")))))
    drawn = drawn_by(style, {"proprietaire": ["X", "Y", "X", "Z"]})
    look = look_of(drawn)
    assert set(look.codes.tolist()) == {0}
    assert look.entry["own"] == {}


def test_markers_of_one_shape_and_size_can_be_drawn_together():
    points = list(shapely.points([(0, 0)] * 4))
    assert drawn_by(by_class(a=None, b=None), shapes=points).has_one_marker
    square = Symbol("#123456", marker=Marker.SQUARE)
    assert not drawn_by(by_class(a=square, b=None), shapes=points).has_one_marker
    on_ground = Style(Single(replace(square, ground_scale=1000.0)))
    assert not drawn_by(on_ground, shapes=points).has_one_marker
