"""Street sections: the lengths and heights of the worked cases, and cuts through real bodies."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.regulation import load_document
from emadina_gis.regulation.model import Condition
from emadina_gis.regulation.ruling import ruling_of
from emadina_gis.render.massing.section import (
    Across,
    CutBody,
    CutLine,
    at_width,
    cut_bodies,
    moved_across,
    section_of_levels,
    section_of_plot,
)

DOCUMENT = load_document("ain-chock-2025")


def section(sector, width, depth, road):
    found = DOCUMENT.sector(sector)
    case = Condition(uses=(found.zone.default_use,), road_width_min_m=road)
    ruling = ruling_of(DOCUMENT, found, case)
    return section_of_plot(ruling, width_m=width, depth_m=depth, road_m=road)


def spans(found):
    return [(round(body.from_m, 6), round(body.to_m, 6)) for body in found.levels]


def retreats(found):
    return [(retreat.level, round(retreat.retreat_m, 6)) for retreat in found.retreats]


def test_b4_on_a_wide_street_has_no_retreat():
    found = section("B4", 12, 25, 20)
    assert found.prospect_m == pytest.approx(24.0)
    assert spans(found) == [(0, 25), *[(0, 16.5)] * 4]
    assert found.retreats == ()
    assert [body.top_m for body in found.levels] == [5.5, 8.5, 11.5, 14.5, 17.5]
    assert sum(12 * (body.to_m - body.from_m) for body in found.levels) == pytest.approx(1092)


def test_b4_on_a_street_of_twelve_metres_steps_back_ten_centimetres():
    found = section("B4", 12, 25, 12)
    assert found.prospect_m == pytest.approx(14.4)
    assert retreats(found) == [(3, 0.1), (4, 3.1)]
    assert spans(found)[3:] == [(0.1, 16.5), (3.1, 16.5)]
    assert sum(12 * (body.to_m - body.from_m) for body in found.levels) == pytest.approx(1053.6)


def test_the_prospect_line_meets_every_stepped_facade():
    found = section("B4", 12, 25, 12)
    (x0, y0), (x1, y1), (x2, y2) = found.prospect_line()
    assert (x0, y0) == (-12.0, 0.0)
    assert (x1, y1) == (0.0, pytest.approx(14.4))
    assert x2 - x1 == pytest.approx(y2 - y1)
    for retreat in found.retreats:
        assert retreat.top_m - y1 == pytest.approx(retreat.retreat_m + found.setback_m - x1)


def test_b3s_stands_behind_its_set_back():
    found = section("B3s", 12, 30, 15)
    assert found.setback_m == 4
    assert found.prospect_m == pytest.approx(1.2 * 19)
    assert spans(found) == [(4, 30), *[(4, 20.5)] * 3]
    assert sum(12 * (body.to_m - body.from_m) for body in found.levels) == pytest.approx(906)


def test_c_has_no_prospect():
    found = section("C4s", 82, 100, 20)
    assert not found.has_prospect
    assert found.prospect_line() == ()
    assert spans(found)[0] == (4, 92)
    assert spans(found)[-1] == (4, 91.25)


@pytest.mark.parametrize(
    ("depth", "gross"), [(16.5, 332.6), (16.6, 274.4)]
)  # shallow lots reach the rear limit
def test_e2_a_little_deeper_than_the_band_loses_its_rear(depth, gross):
    found = section("E2", 8, depth, 10)
    cap = 0.84 * 8 * depth
    floors = [min(8 * (body.to_m - body.from_m), cap) for body in found.levels]
    assert sum(floors) == pytest.approx(gross, abs=0.1)


def test_without_a_width_there_is_no_prospect_line():
    found = section("B4", 12, 25, 20)
    unknown = replace(found, road_m=math.nan)
    assert not unknown.has_prospect
    assert unknown.prospect_line() == ()


def test_the_top_counts_what_stands_and_what_is_opposite():
    found = section("D3", 22, 30, 12)
    assert found.top_m == pytest.approx(8.5)
    across = Across(20.0, 17.5, "B4", (CutBody(-22, -12, 0.0, 23.0),), 12.0)
    assert replace(found, across=across).top_m == pytest.approx(23.0)


# --- cuts --------------------------------------------------------------------------------------

AT = np.array([295_000.0, 330_000.0])
LINE = CutLine(AT, np.array([0.0, 1.0]))


def box(x0, y0, x1, y1):
    east, north = AT
    return shapely.box(east + x0, north + y0, east + x1, north + y1)


def test_a_cut_measures_along_the_line():
    bodies = cut_bodies(LINE, [box(-5, 2, 5, 12)], (0.0, 8.5), (-1.0, 50.0), levels=[0])
    assert [(round(b.from_m, 6), round(b.to_m, 6)) for b in bodies] == [(2, 12)]
    assert bodies[0].level == 0


def test_a_court_is_seen_as_two_pieces():
    ring = shapely.Polygon(box(-5, 0, 5, 20).exterior, [box(-2, 8, 2, 12).exterior])
    assert [tuple(np.round(span, 6)) for span in LINE.spans(ring, -1, 50)] == [(0, 8), (12, 20)]


def test_what_the_line_misses_is_not_cut():
    assert cut_bodies(LINE, [box(3, 0, 8, 10)], (0.0, 5.0), (-1.0, 50.0)) == ()


def test_an_unknown_height_is_told():
    (body,) = cut_bodies(LINE, [box(-5, 0, 5, 10)], (0.0, math.nan), (-1.0, 50.0))
    assert not body.known
    assert body.top_m == 0.0


def test_the_other_side_moves_to_the_width_of_the_plan():
    (moved,) = moved_across([CutBody(-25.0, -15.0, 0.0, 9.0)], 15.0 - 12.0)
    assert (moved.from_m, moved.to_m) == (-22.0, -12.0)


def test_levels_from_the_map_get_the_lines_of_the_rules():
    by_rule = section("B4", 12, 25, 12)
    found = DOCUMENT.sector("B4")
    ruling = ruling_of(DOCUMENT, found, Condition(uses=("housing",), road_width_min_m=12))
    shapes = [box(-6, body.from_m, 6, body.to_m) for body in by_rule.levels]
    heights = [body.base_m for body in by_rule.levels], [body.top_m for body in by_rule.levels]
    bodies = cut_bodies(LINE, shapes, heights, (-0.5, 26.0), levels=range(5))
    on_map = section_of_levels(ruling, bodies, depth_m=25.0, road_m=12.0)
    assert spans(on_map) == spans(by_rule)
    assert on_map.retreats == by_rule.retreats
    assert on_map.prospect_line() == by_rule.prospect_line()


def test_the_other_side_stands_where_the_street_ends():
    found = replace(section("B4", 12, 25, 12), across=Across(20.0, 17.5, "B4", (), 13.4))
    assert found.opposite_m == 12.0
    assert replace(found, road_m=math.nan).opposite_m == 13.4
    assert replace(found, taken_m=3.0).opposite_m == 13.4


def test_what_stands_opposite_moves_with_its_side():
    body = CutBody(-23.4, -13.4, 0.0, 9.0)
    found = replace(section("B4", 12, 25, 12), across=Across(20.0, 17.5, "B4", (body,), 13.4))
    across = at_width(found).across
    assert across is not None
    assert across.existing[0].to_m == pytest.approx(-12.0)
    taken = at_width(replace(found, taken_m=3.0)).across
    assert taken is not None
    assert taken.existing[0].to_m == pytest.approx(-13.4)
