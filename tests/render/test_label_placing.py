"""Placing labels: nothing overlaps, nothing is lost, nothing jumps; order, places, looks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emadina_gis.domain.style import LabelPlace, LabelRule, LabelStyle, Single, Style, Symbol
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.render.labels import MOST_NAMED, Lettering, Reason, place_labels
from emadina_gis.render.labels.along import curve_boxes
from emadina_gis.render.labels.spots import spot
from emadina_gis.render.labels.survey import MOST_CANDIDATES, View
from tests.render.maps import VIEW
from tests.unit.render.scenes import grid, layer, scene_of

SCREEN = Lettering(MM_PER_PX_AT_96_DPI)
ONCE = settings(max_examples=25, deadline=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip


def points_layer(layer_id, xy, names, **more):
    style = Style(Single(Symbol(size_mm=1.0)), LabelStyle("name", **more))
    return layer(layer_id, shapely.points(xy), {"name": names}, style=style)


def mixed_scene(seed):
    """Return points, a winding street in pieces and areas of all sizes, all labelled."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform((0, 0), (400, 300), (40, 2))
    walk = np.cumsum(rng.normal((12, 0), 9, (40, 2)), axis=0)
    pieces = [shapely.LineString(walk[i : i + 9]) for i in range(0, 32, 8)]
    street = Style(label=LabelStyle("name", along_line=True, priority=int(rng.integers(-1, 2))))
    corners = rng.uniform((0, 0), (380, 280), (15, 2))
    sides = rng.uniform(4, 160, (15, 2))
    areas = shapely.box(*corners.T, *(corners + sides).T)
    area = Style(label=LabelStyle("name", wrap_mm=12.0, leader=bool(rng.integers(2))))
    return scene_of(
        points_layer("points", xy, [f"Arrêt {i % 30}" for i in range(40)]),
        layer("streets", pieces, {"name": ["Rue du Port"] * 2 + ["شارع القدس"] * 2}, style=street),
        layer("areas", areas, {"name": [f"Secteur {i} nord" for i in range(15)]}, style=area),
    )


def boxes_of(label, view):
    boxes = curve_boxes(view, label) if label.curve else spot(view, label).boxes
    return shapely.box(*np.array(boxes).T)


@ONCE
@given(st.integers(0, 10_000))
def test_placed_labels_never_overlap_and_are_never_cut(qapp, seed):
    scene = mixed_scene(seed)
    placement = place_labels(scene, VIEW, SCREEN)
    view = View(scene, VIEW, SCREEN, None)
    made = [boxes_of(replace(label), view) for label in placement.labels]
    owner = np.repeat(np.arange(len(made)), [len(boxes) for boxes in made])
    boxes = np.concatenate(made)
    first, second = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    inside = shapely.intersection(boxes[first], boxes[second])
    assert not (shapely.area(inside)[owner[first] != owner[second]] > 1e-6).any()
    assert shapely.covers(shapely.box(0, 0, VIEW.width_px, VIEW.height_px), boxes).all()


@ONCE
@given(st.integers(0, 10_000))
def test_every_row_in_view_is_placed_or_listed(qapp, seed):
    scene = mixed_scene(seed)
    placement = place_labels(scene, VIEW, SCREEN)
    extent = shapely.box(*VIEW.extent.as_tuple)
    for drawn in scene.vectors:
        bounds = drawn.layer.table.bounds
        seen = shapely.intersects(shapely.box(*bounds.T), extent)
        placed = {r for one in placement.labels if one.layer_id == drawn.id for r in one.rows}
        listed = [one.row for one in placement.left_out if one.layer_id == drawn.id]
        assert len(listed) == len(set(listed))
        assert placed.isdisjoint(listed)
        assert placed | set(listed) == set(np.flatnonzero(seen).tolist())
    counted = Counter({(layer_id, why): n for layer_id, why, n in placement.counts})
    assert counted == Counter((one.layer_id, one.reason) for one in placement.left_out)


@ONCE
@given(st.integers(0, 10_000), st.floats(-60, 60), st.floats(-60, 60))
def test_labels_keep_their_places_while_the_view_moves(qapp, seed, dx, dy):
    scene = mixed_scene(seed)
    before = place_labels(scene, VIEW, SCREEN)
    moved = VIEW.panned(dx, dy)
    after = place_labels(scene, moved, SCREEN, before=before)
    view = View(scene, moved, SCREEN, None)
    window = shapely.box(0, 0, moved.width_px, moved.height_px)
    places = {(one.row, one.layer_id, one.x, one.y, one.dx_px, one.dy_px) for one in after.labels}
    for one in before.labels:
        named = shapely.points(moved.to_screen(one.x, one.y))
        if shapely.covers(window, [*boxes_of(one, view), named]).all():
            assert (one.row, one.layer_id, one.x, one.y, one.dx_px, one.dy_px) in places


def test_the_same_view_gives_the_same_places(qapp):
    scene = mixed_scene(5)
    first = place_labels(scene, VIEW, SCREEN)
    assert place_labels(scene, VIEW, SCREEN) == first
    again = place_labels(scene, VIEW, SCREEN, before=first)
    assert set(again.labels) == set(first.labels)


def test_large_numbers_come_first_or_small_ones(qapp):
    columns = {"name": ["Anfa", "Maârif"], "people": [10.0, 900.0]}
    same = [shapely.box(0, 0, 60, 20)] * 2
    for smallest_first, row in ((False, 1), (True, 0)):
        label = LabelStyle("name", priority_field="people", smallest_first=smallest_first)
        scene = scene_of(layer("a", same, columns, style=Style(label=label)))
        placement = place_labels(scene, VIEW, SCREEN)
        assert [one.row for one in placement.labels] == [row]
        assert placement.left_out[0].reason is Reason.COLLISION


def test_a_raised_row_comes_before_every_layer(qapp):
    same = [shapely.box(0, 0, 60, 20)]
    low = layer("low", same, {"n": ["bas"]}, style=Style(label=LabelStyle("n", raised=(0,))))
    high = layer("high", same, {"n": ["haut"]}, style=Style(label=LabelStyle("n", priority=5)))
    assert place_labels(scene_of(low, high), VIEW, SCREEN).labels[0].layer_id == "low"


def test_classes_have_letters_and_priorities_of_their_own_or_no_label(qapp):
    rules = (LabelRule("ville", size_mm=4.0, bold=True), LabelRule("douar", shown=False))
    label = LabelStyle("name", class_field="kind", rules=rules)
    columns = {"name": ["Casablanca", "Douar", "Bourg"], "kind": ["ville", "douar", None]}
    scene = scene_of(layer("a", grid(3, 1, 130.0), columns, style=Style(label=label)))
    found = {one.row: one.style for one in place_labels(scene, VIEW, SCREEN).labels}
    assert set(found) == {0, 2}
    assert (found[0].size_mm, found[0].bold) == (4.0, True)
    assert (found[2].size_mm, found[2].bold) == (label.size_mm, False)


def test_places_beside_a_point_are_tried_in_the_order_of_the_style(qapp):
    at = np.array([[200.0, 150.0]])
    order = (LabelPlace.ABOVE, LabelPlace.LEFT)
    scene = scene_of(points_layer("a", at, ["Gare"], places=order))
    (above,) = place_labels(scene, VIEW, SCREEN).labels
    assert above.dx_px == 0
    assert above.dy_px < 0
    cover = layer("b", [shapely.box(170, 155, 230, 185)], {"name": ["X"]},
                  style=Style(label=LabelStyle("name", priority=1)))  # fmt: skip
    scene = scene_of(points_layer("a", at, ["Gare"], places=order), cover)
    (left,) = (one for one in place_labels(scene, VIEW, SCREEN).labels if one.layer_id == "a")
    assert left.dx_px < 0
    assert left.dy_px == 0


def test_the_usual_place_is_mirrored_in_arabic(qapp):
    scene = scene_of(points_layer("a", np.array([[200.0, 150.0]]), ["Gare"]))
    (right,) = place_labels(scene, VIEW, SCREEN).labels
    (left,) = place_labels(scene, VIEW, replace(SCREEN, language="ar")).labels
    assert right.dx_px > 0
    assert left.dx_px == pytest.approx(-right.dx_px)


def test_a_small_area_gets_its_name_beside_it_with_a_line_only_when_asked(qapp):
    areas = [shapely.box(200, 150, 206, 156)]
    for leader in (False, True):
        style = Style(label=LabelStyle("name", leader=leader))
        scene = scene_of(layer("a", areas, {"name": ["Square de la Ligue"]}, style=style))
        placement = place_labels(scene, VIEW, SCREEN)
        assert [one.leads_to for one in placement.labels] == [(203.0, 153.0)] * leader
        assert [one.reason for one in placement.left_out] == [Reason.TOO_SMALL] * (not leader)


def narrow_areas(count):
    """Return areas of which the first is narrower than its name and the others lie far away."""
    shapes = [shapely.box(100, 100, 144, 200)]
    shapes += [shapely.box(x, -900, x + 1, -899) for x in range(5_000, 5_000 + count - 1)]
    names = {"name": ["Ben M'Sick Sud", *(["x"] * (count - 1))]}
    return scene_of(layer("areas", shapes, names, style=Style(label=LabelStyle("name"))))


def test_a_territory_s_name_reaches_over_its_limits_but_a_parcel_s_never_does(qapp):
    (label,) = place_labels(narrow_areas(2), VIEW, SCREEN).labels
    assert label.width_px > 60
    assert shapely.box(100, 100, 144, 200).contains(shapely.Point(label.x, label.y))
    assert place_labels(narrow_areas(2_500), VIEW, SCREEN).labels == ()


def parks_and_far(*shapes):
    """Return areas with long names, and one far away: they leave most of the land open."""
    far = shapely.box(9_000, 9_000, 9_001, 9_001)
    names = {"name": [*("Square de la Ligue Arabe" for _ in shapes), "x"]}
    style = Style(label=LabelStyle("name"))
    return scene_of(layer("parks", [*shapes, far], names, style=style))


def test_an_area_apart_that_is_smaller_than_its_name_has_it_over_itself(qapp):
    (label,) = place_labels(parks_and_far(shapely.box(200, 150, 225, 170)), VIEW, SCREEN).labels
    assert label.width_px > 60
    assert (label.x, label.y, label.dx_px, label.dy_px) == (212.5, 160.0, 0.0, 0.0)


def test_where_a_text_stands_over_a_small_area_its_name_goes_below_or_above(qapp):
    parks = [shapely.box(200, 150, 225, 170)] * 3
    placement = place_labels(parks_and_far(*parks), VIEW, SCREEN)
    over, below, above = sorted(placement.labels, key=lambda one: (one.dy_px != 0, -one.dy_px))
    assert over.dy_px == 0
    assert below.dy_px > over.height_px / 2 + 10
    assert above.dy_px < -over.height_px / 2 - 10


def test_areas_that_fill_the_land_have_no_name_that_is_read_as_a_neighbours(qapp):
    blocks = grid(5, 5, 20.0)
    style = Style(label=LabelStyle("name"))
    names = {"name": ["Square de la Ligue Arabe"] * 25}
    placement = place_labels(scene_of(layer("a", blocks, names, style=style)), VIEW, SCREEN)
    assert placement.labels == ()


def test_names_inside_their_areas_come_before_those_that_reach_over_limits(qapp):
    wide, narrow = shapely.box(150, 100, 290, 130), shapely.box(118, 80, 150, 300)
    style = Style(label=LabelStyle("name", priority_field="n"))
    names = {"name": ["Casablanca", "Derb Sultan"], "n": [1, 9]}
    placement = place_labels(scene_of(layer("a", [wide, narrow], names, style=style)), VIEW, SCREEN)
    assert placement.labels[0].lines == ("Casablanca",)


def test_a_name_gives_way_upwards_or_downwards_within_its_area(qapp):
    area = shapely.box(100, 50, 300, 250)
    first = layer("a", [area], {"name": ["C3"]}, style=Style(label=LabelStyle("name", priority=1)))
    second = layer("b", [area], {"name": ["Parc"]}, style=Style(label=LabelStyle("name")))
    high, low = place_labels(scene_of(first, second), VIEW, SCREEN).labels
    assert high.x == low.x
    assert abs(high.y - low.y) > 10


def test_long_names_are_cut_between_words_at_a_stated_width(qapp):
    name = "Établissement d'enseignement secondaire qualifiant"
    for wrap_mm in (0.0, 25.0):
        style = Style(label=LabelStyle("name", wrap_mm=wrap_mm))
        scene = scene_of(layer("a", [shapely.box(0, 0, 400, 300)], {"name": [name]}, style=style))
        (one,) = place_labels(scene, VIEW, SCREEN).labels
        lines = round(one.height_px / SCREEN.look(one.style).metrics().height())
        assert lines > 1 if wrap_mm else lines == 1
        assert not wrap_mm or one.width_px <= SCREEN.px(wrap_mm) + 1


def test_small_features_and_others_than_the_chosen_have_no_label(qapp):
    areas = shapely.box(np.array([0.0, 100.0, 200.0]), 0, np.array([80.0, 150.0, 280.0]), 60)
    style = Style(label=LabelStyle("name", smallest_mm=20.0))
    scene = scene_of(layer("a", areas, {"name": ["A", "B", "C"]}, style=style))
    placement = place_labels(scene, VIEW, SCREEN)
    assert sorted(one.row for one in placement.labels) == [0, 2]
    assert placement.counts == (("a", Reason.TOO_SMALL, 1),)
    style = Style(label=LabelStyle("name", only_rows=(2,)))
    scene = scene_of(layer("a", areas, {"name": ["A", "B", "C"]}, style=style))
    placement = place_labels(scene, VIEW, SCREEN)
    assert [one.row for one in placement.labels] == [2]
    assert placement.counts == ()


def test_labels_out_of_their_scales_are_told_by_layer(qapp):
    style = Style(label=LabelStyle("name", max_units_per_px=0.5))
    scene = scene_of(layer("a", grid(1, 1, 100.0), {"name": ["x"]}, style=style))
    assert place_labels(scene, VIEW, SCREEN).out_of_scale == ("a",)


def test_of_very_many_rows_few_are_shaped_and_all_are_counted(qapp):
    side = 80
    areas = grid(side, side, 5.0)
    style = Style(label=LabelStyle("n", size_mm=0.3))
    scene = scene_of(layer("a", areas, {"n": np.arange(side**2)}, style=style))
    placement = place_labels(scene, VIEW, Lettering(MM_PER_PX_AT_96_DPI))
    seen = 80 * 60
    assert len(placement.labels) + sum(count for *_, count in placement.counts) >= seen
    assert {why: n for _, why, n in placement.counts}[Reason.CROWDED] > seen - MOST_CANDIDATES
    assert Counter(one.reason for one in placement.left_out)[Reason.CROWDED] <= 2 * MOST_NAMED


def test_a_bilingual_street_follows_its_bend(qapp):
    angle = np.linspace(np.pi, 2 * np.pi, 200)
    bend = shapely.LineString(
        np.column_stack([200 + 150 * np.cos(angle), 20 - 150 * np.sin(angle)])
    )
    style = Style(label=LabelStyle("fr", "ar", along_line=True, repeat_mm=0.0))
    columns = {"fr": ["Boulevard de la Corniche"], "ar": ["شارع الكورنيش"]}
    scene = scene_of(layer("a", [bend], columns, style=style))
    (one,) = place_labels(scene, VIEW, SCREEN).labels
    assert one.lines == ("شارع الكورنيش", "Boulevard de la Corniche")
    assert len(one.curve) > 5
    assert one.curve[0][0] < one.curve[-1][0]


def test_a_name_is_repeated_at_its_distance_and_a_width_stands_once_in_its_circle(qapp):
    street = [shapely.LineString([(5, 150), (395, 150)])]
    columns = {"name": ["Rue du Port"], "width": [12.0]}
    label = LabelStyle("name", along_line=True, circled_field="width", repeat_mm=32.0)
    scene = scene_of(layer("a", street, columns, style=Style(label=label)))
    labels = place_labels(scene, VIEW, SCREEN).labels
    names = sorted(one.x for one in labels if not one.style.circled)
    assert len(names) == 3
    assert (np.diff(names) > SCREEN.px(0.7 * 32.0)).all()
    assert [one.lines for one in labels if one.style.circled] == [("12",)]


def test_names_keep_off_markers_where_they_can_and_stand_on_them_where_they_must(qapp):
    street = [shapely.LineString([(5, 150), (395, 150)])]
    style = Style(label=LabelStyle("name", along_line=True, repeat_mm=0.0))
    roads = layer("roads", street, {"name": ["Rue du Port"]}, style=style)
    for lamps, is_clear in (([200.0], True), (np.arange(5.0, 400.0, 15.0), False)):
        xy = shapely.points(np.asarray(lamps), 150.0)
        bare = layer("lamps", xy, style=Style(Single(Symbol(size_mm=1.0))))
        (one,) = place_labels(scene_of(bare, roads), VIEW, SCREEN).labels
        apart = np.abs(np.asarray(lamps) - one.x).min()
        assert bool(apart > one.width_px / 2) is is_clear
