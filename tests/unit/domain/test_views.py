"""Extents, viewports, schemas, layers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.extent import Extent, extent_of_bounds, is_finite, union_of
from emadina_gis.domain.layer import FieldLabel, Title, renamed
from emadina_gis.domain.schema import PERSONAL_ROLES, Role, Schema, guessed_schema
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, Viewport, round_length
from tests.builders import parcel_table, raster_layer, vector_layer

metres = st.floats(-1e6, 1e6)
views = st.builds(
    Viewport, metres, metres, st.floats(1e-3, 1e4), st.integers(1, 4_000), st.integers(1, 3_000)
)
pixels = st.floats(-5_000, 5_000)


@given(views, pixels, pixels)
def test_screen_and_map_are_inverse(view, px, py):
    assert view.to_screen(*view.to_map(px, py)) == pytest.approx((px, py), abs=0.5)
    xy = np.array([view.to_map(px, py)])
    assert view.points_to_screen(xy)[0] == pytest.approx(view.to_screen(*xy[0]))


@given(views, pixels, pixels, st.floats(0.1, 10))
def test_zoom_keeps_the_point_under_the_cursor(view, px, py, factor):
    before = view.to_map(px, py)
    after = view.zoomed(factor, px, py)
    assert after.to_map(px, py) == pytest.approx(before, abs=1e-6 * view.units_per_px * 1e4 + 1e-6)


@given(views, pixels, pixels)
def test_a_drag_moves_the_map_with_the_hand(view, dx, dy):
    x, y = view.to_map(10, 10)
    moved = view.panned(dx, dy)
    assert moved.to_screen(x, y) == pytest.approx((10 + dx, 10 + dy), abs=0.5)


@given(views, st.floats(1, 1e5), st.floats(1, 1e5))
def test_a_fitted_extent_is_seen_whole(view, width, height):
    extent = Extent(0, 0, width, height)
    seen = view.fitted(extent).extent
    assert seen.xmin <= 0
    assert seen.ymax >= height
    assert seen.center == pytest.approx(extent.center, abs=1e-3)
    point = view.fitted(Extent(5, 5, 5, 5))
    assert point.units_per_px == view.units_per_px


@given(views, st.floats(100, 1e6))
def test_scales_go_both_ways(view, denominator):
    assert view.at_scale(denominator, 1.0).scale_denominator(1.0) == pytest.approx(denominator)


def test_scale_at_96_dots_per_inch():
    view = Viewport(0, 0, 1.0, 100, 100)
    assert view.scale_denominator(1.0) == pytest.approx(1_000 / MM_PER_PX_AT_96_DPI)
    assert view.resized(0, 50).width_px == 1
    assert view.zoomed(1e30).units_per_px > 0


@pytest.mark.parametrize(
    ("longest", "round_one"),
    [(0, 0), (-1, 0), (1, 1), (1.9, 1), (2, 2), (49, 20), (50, 50), (999, 500)],
)
def test_round_lengths(longest, round_one):
    assert round_length(longest) == pytest.approx(round_one)


extents = st.builds(lambda x, y, w, h: Extent(x, y, x + w, y + h), metres, metres,
                    st.floats(0, 1e5), st.floats(0, 1e5))  # fmt: skip


@given(extents, extents)
def test_a_union_holds_both(a, b):
    union = a.union(b)
    for extent in (a, b):
        assert union.contains(extent.xmin, extent.ymin)
        assert union.contains(extent.xmax, extent.ymax)
        assert union.intersects(extent)
    assert union_of([a, None, b]) == union
    assert a.intersects(b) == b.intersects(a)


def test_extents_leave_out_what_is_not_finite():
    bounds = np.array([[0, 0, 1, 1], [np.nan] * 4, [5, 5, np.inf, 6], [2, -3, 4, 0.5]])
    assert extent_of_bounds(bounds) == Extent(0, -3, 4, 1)
    assert extent_of_bounds(np.full((2, 4), np.nan)) is None
    assert union_of([]) is None
    assert not is_finite(Extent(0, 0, np.inf, 1))
    assert Extent(0, 0, 4, 2).scaled(0.5) == Extent(1, 0.5, 3, 1.5)
    assert Extent(0, 0, 4, 2).padded(1).as_tuple == (-1, -1, 5, 3)


def test_roles_are_guessed_from_names():
    names = ["Titre", "SECTEUR", "Superficie", "area_m2", "Largeur voie", "Propriétaire", "x"]
    schema = guessed_schema(names)
    assert schema.column(Role.PARCEL_ID) == "Titre"
    assert schema.column(Role.SECTOR) == "SECTEUR"
    assert schema.column(Role.AREA_M2) == "area_m2"
    assert schema.column(Role.ROAD_WIDTH_M) == "Largeur voie"
    assert schema.personal_columns() == {"Propriétaire"}
    assert schema.role_of("x") is None
    assert Role.OWNER in PERSONAL_ROLES


def test_a_schema_is_a_value():
    schema = Schema({Role.SECTOR: "s"})
    assert schema.with_role(Role.SECTOR, "t").column(Role.SECTOR) == "t"
    assert schema.with_role(Role.SECTOR, None) == Schema()
    assert hash(schema) == hash(Schema({Role.SECTOR: "s"}))
    assert dict(schema) == {Role.SECTOR: "s"}
    with pytest.raises(TypeError):
        schema.columns[Role.OWNER] = "x"


def test_layers_have_names_and_labels():
    layer = vector_layer("a", parcel_table(2))
    assert renamed(layer, "Lots").title == Title("Lots", "Lots", "Lots")
    assert renamed(raster_layer(), "Relief").title.text("ar") == "Relief"
    assert layer.field_label("sector") == FieldLabel(Title.plain("sector"))
    assert layer.extent.width > 0
    assert layer == vector_layer("a", parcel_table(2))
    assert layer != vector_layer("a", parcel_table(3))
