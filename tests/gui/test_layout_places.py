"""The page editor's geometry: mirrored places, what is hit, zoom, what of a page is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emadina_gis.app.layouts.paper_paint import room_for_handles
from emadina_gis.app.layouts.paper_scale import PaperScale, fitted, tick_mm
from emadina_gis.app.layouts.preview import MOST_PIXELS, part_to_draw
from emadina_gis.app.layouts.seen_page import SeenPage, spanned
from emadina_gis.project.layout_snap import Handle, Rect
from tests.gui.layout_hands import a_layout

PAGE = Rect(0.0, 0.0, 297.0, 210.0)


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("keeps_side", [False, True])
def test_a_place_that_is_seen_is_stored_and_seen_again(rtl, keeps_side):
    seen = SeenPage(a_layout(), rtl)
    frame = replace(seen.layout.frame("one"), keeps_side=keeps_side)
    at = Rect(33.25, 40.0, 50.5, 25.0)
    assert seen.rect(seen.placed(frame, at)) == at


def test_an_arabic_page_is_mirrored_but_for_frames_that_keep_their_side():
    layout = a_layout()
    kept = replace(layout.frame("two"), keeps_side=True)
    seen = SeenPage(layout.with_frame(kept), rtl=True)
    assert seen.rects()["one"].x == 297.0 - 250.0
    assert seen.rects()["two"].x == 215.0
    assert seen.at(50.0, 25.0) == "one"


def test_the_topmost_frame_is_hit():
    layout = a_layout()
    above = replace(layout.frame("map"), id="above", x=20.0, y=20.0, width=30.0, height=30.0)
    seen = SeenPage(layout.with_frame(above))
    assert seen.at(25.0, 25.0) == "above"
    assert seen.at(12.0, 12.0) == "map"
    assert seen.at(295.0, 205.0) == ""


def test_a_rubber_band_leaves_locked_frames():
    layout = a_layout()
    seen = SeenPage(layout.with_frame(replace(layout.frame("map"), locked=True)))
    assert seen.touched(spanned((290.0, 205.0), (1.0, 1.0))) == ("one", "two", "three")


def test_the_place_under_the_pointer_stays_when_zooming():
    scale = PaperScale(2.0, 30.0, 40.0)
    at = (120.0, 90.0)
    assert scale.zoomed(1.7, at).to_paper(*at) == pytest.approx(scale.to_paper(*at))


def test_a_fitted_page_is_centred_and_whole():
    scale = fitted((800.0, 600.0), PAGE)
    assert scale.seen(800.0, 600.0, PAGE) == PAGE
    assert scale.left + PAGE.width * scale.px_per_mm + scale.left == pytest.approx(800.0)


def test_a_large_page_cannot_be_pushed_out_of_sight():
    scale = PaperScale(10.0, 5_000.0, -9_000.0).held((800.0, 600.0), PAGE)
    seen = scale.seen(800.0, 600.0, PAGE)
    assert seen.width > 0
    assert seen.height > 0


@pytest.mark.parametrize("px", [0.2, 0.5, 1.0, 2.0, 4.0, 12.0, 50.0])
def test_numbers_of_a_ruler_have_room(px):
    assert tick_mm(px) * px >= 42.0


def test_a_page_that_is_too_large_is_drawn_in_part():
    assert part_to_draw(Rect(10.0, 10.0, 50.0, 40.0), PAGE, 4.0) == PAGE
    part = part_to_draw(Rect(10.0, 10.0, 50.0, 40.0), PAGE, 40.0)
    assert part.x <= 10.0
    assert part.right >= 60.0
    assert part.width * part.height * 40.0**2 < MOST_PIXELS


def test_a_small_frame_has_its_corners_only():
    assert len(room_for_handles(Rect(0.0, 0.0, 100.0, 100.0), 2.0)) == 8
    small = room_for_handles(Rect(0.0, 0.0, 10.0, 100.0), 2.0)
    assert Handle.TOP not in small
    assert Handle.LEFT in small
    assert Handle.TOP_LEFT in small
