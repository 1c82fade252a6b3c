"""The black and white signs of plans: which layer gets which sign, and what a legend lists."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.analysis.plan_symbols import BLACK, WHITE
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.style import Categorized, Category, Dash, PatternKind, Style, Symbol
from emadina_gis.render.plan_signs import Nature, Sign, black_and_white, sign_of
from emadina_gis.words import load_words
from tests.unit.render.scenes import grid, layer, scene_of

LARGE_SCALE, SMALL_SCALE = 0.5, 2.6


@pytest.fixture(scope="module")
def words():
    return load_words("fr")


def areas(layer_id, count=4, **more):
    columns = more.pop("columns", {"n": np.arange(count)})
    roles = {role: name for name, role in more.pop("roles", {}).items()}
    return layer(layer_id, list(grid(count, 1)), columns, schema=Schema(roles), **more)


def equipment(indices, states=None):
    columns = {"indice": indices, "etat": states or ["EXISTANT"] * len(indices)}
    return areas("equipment", len(indices), columns=columns)


def roads(roles=None):
    lines = [shapely.LineString([(0, i * 10), (50, i * 10)]) for i in range(3)]
    columns = {"road_index": ["AC 01", "AC 02", None], "width": [12.0, 20.0, 30.0]}
    schema = Schema(roles if roles is not None else {Role.ROAD_WIDTH_M: "width"})
    return layer("roads", lines, columns, schema=schema)


@pytest.mark.parametrize(
    ("roles", "sign"),
    [
        ({"n": Role.SECTOR}, Sign.SECTORS),
        ({"n": Role.PARCEL_ID, "m": Role.SECTOR, "a": Role.AREA_M2}, Sign.PARCELS),
        ({"n": Role.PARCEL_ID, "m": Role.EXISTING_LEVELS}, Sign.BUILDINGS),
        ({"n": Role.COMMUNE, "m": Role.POPULATION}, Sign.PERIMETER),
        ({"n": Role.CONSTRAINT_INDEX, "m": Role.FALLBACK_SECTOR}, Sign.RESERVATIONS),
        ({"n": Role.CONSTRAINT_INDEX, "m": Role.CONSTRAINT_WIDTH_M}, Sign.SERVITUDES),
        ({"n": Role.CONSTRAINT_NATURE}, Sign.HERITAGE),
        ({"n": Role.NAME}, Sign.AREAS),
    ],
)
def test_roles_say_what_areas_are(roles, sign):
    columns = {name: np.arange(4) for name in "nma"}
    assert sign_of(areas("a", columns=columns, roles=roles)) is sign


def test_indices_say_what_is_equipment():
    assert sign_of(equipment(["E115", "M54", "V 240", "G255"])) is Sign.EQUIPMENT
    assert sign_of(equipment(["Lycée", "Stade", "E1", None])) is Sign.AREAS


def test_lines_with_a_width_are_roads():
    assert sign_of(roads()) is Sign.ROADS
    assert sign_of(roads({})) is Sign.LINES


def test_everything_is_black_and_white_and_sectors_lie_above_parcels(words):
    colored = Style(
        Categorized("n", tuple(Category(i, "#d02020") for i in range(4)), Symbol(stroke="#20a040"))
    )
    sectors = areas("sectors", roles={"n": Role.SECTOR}, style=colored)
    parcels = areas("parcels", roles={"n": Role.PARCEL_ID}, style=colored)
    made = black_and_white(scene_of(parcels, sectors, equipment(["E1", "V2"])), words, LARGE_SCALE)
    assert [drawn.id for drawn in made.vectors] == ["parcels", "equipment", "sectors"]
    for drawn in made.vectors:
        symbol = drawn.symbol
        assert {symbol.fill, symbol.stroke, symbol.casing} <= {None, BLACK, WHITE}
        assert {entry.color for entry in drawn.classes.legend} <= {BLACK, WHITE}


def test_sectors_have_a_thick_dashed_limit_and_a_bold_code(words):
    sectors = areas("sectors", roles={"n": Role.SECTOR})
    drawn = black_and_white(scene_of(sectors), words, LARGE_SCALE).vectors[0]
    assert drawn.symbol.dash is Dash.DASHED
    assert drawn.symbol.stroke_mm >= 0.5
    assert drawn.label is not None
    assert (drawn.label.field, drawn.label.bold) == ("n", True)


def test_perimeters_are_dash_dot_and_the_larger_lies_on_top(words):
    small = areas("small", 4, roles={"n": Role.COMMUNE})
    large = layer(
        "large", [shapely.box(0, 0, 500, 500)], {"n": [1]}, schema=Schema({Role.COMMUNE: "n"})
    )
    made = black_and_white(scene_of(large, small), words, LARGE_SCALE).vectors
    assert [drawn.id for drawn in made] == ["small", "large"]
    assert all(drawn.symbol.dash is Dash.DASH_DOT for drawn in made)
    assert made[0].symbol.stroke_mm < made[1].symbol.stroke_mm


def test_equipment_is_classed_by_index_and_state(words):
    made = equipment(
        ["E115", "M54", "V240", "PJP 3", "PB1"], ["EXISTANT", "A CREER", None, None, None]
    )
    drawn = black_and_white(scene_of(made), words, LARGE_SCALE).vectors[0]
    shown = {entry.value: entry for entry in drawn.classes.legend}
    assert set(shown) == {
        Nature.EXISTING, Nature.TO_CREATE, Nature.GREEN, Nature.PARK, Nature.STRIP,
    }  # fmt: skip
    assert all(entry.count == 1 for entry in shown.values())
    assert shown[Nature.EXISTING].pattern.kind is PatternKind.GRID
    assert shown[Nature.PARK].pattern.kind is PatternKind.DOTTED_HATCH
    assert shown[Nature.STRIP].pattern is None
    assert shown[Nature.GREEN].label == "Espace vert"


def test_roads_have_their_index_along_and_their_width_in_a_circle(words):
    drawn = black_and_white(scene_of(roads()), words, LARGE_SCALE).vectors[0]
    assert (drawn.label.field, drawn.label.along_line) == ("road_index", True)
    assert drawn.label.circled_field == "width"


def test_roads_of_small_scales_are_ribbons(words):
    scene = scene_of(roads())
    axis = black_and_white(scene, words, LARGE_SCALE).vectors[0].symbol
    ribbon = black_and_white(scene, words, SMALL_SCALE).vectors[0].symbol
    assert (axis.stroke, axis.casing) == (BLACK, None)
    assert (ribbon.stroke, ribbon.casing) == (WHITE, BLACK)


def test_what_a_style_hides_stays_hidden(words):
    hiding = Style(Categorized("n", (Category(0, "#d02020"), Category(1, "#d02020")), other=None))
    parcels = areas("parcels", roles={"n": Role.PARCEL_ID}, style=hiding)
    drawn = black_and_white(scene_of(parcels), words, LARGE_SCALE).vectors[0]
    assert (drawn.classes.colors[drawn.classes.codes, 3] > 0).tolist() == [True, True, False, False]
    assert drawn.classes.legend[0].count == 2


def test_an_empty_layer_is_drawn_as_nothing(words):
    empty = layer("empty", [], {"indice": []})
    assert black_and_white(scene_of(empty), words, LARGE_SCALE).vectors[0].classes.codes.size == 0
