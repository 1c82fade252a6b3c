"""A layout on another paper, and what makes a layout unsound."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from emadina_gis.domain.title import Title
from emadina_gis.io.layout_templates import read_template
from emadina_gis.paths import resources
from emadina_gis.project.layout_fit import on_paper
from emadina_gis.project.layout_rules import layout_faults, page_size_mm
from emadina_gis.project.layouts import (
    CheckBarContent,
    Frame,
    Layout,
    MapContent,
    PageFormat,
    TextContent,
)
from emadina_gis.project.paper import column_scale

SHIPPED = {
    path.stem: read_template(path).layout
    for path in sorted((resources() / "templates" / "layouts").glob("*.toml"))
}
PAPERS = [(page, landscape) for page in PageFormat for landscape in (True, False)]


def overlap(one: Frame, other: Frame) -> float:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(min(across, down), 0.0)


def overlaps(layout: Layout) -> list[tuple[str, str]]:
    pairs = combinations(layout.frames, 2)
    return [(one.id, other.id) for one, other in pairs if overlap(one, other) > 0.05]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_frames_stand_apart_and_leave_the_margins_free(name):
    layout = SHIPPED[name]
    width, height = page_size_mm(layout)
    assert not overlaps(layout)
    for frame in layout.frames:
        assert min(frame.x, frame.y, width - frame.right, height - frame.bottom) >= 7.99


@pytest.mark.parametrize("name", SHIPPED)
def test_maps_leave_room_for_the_coordinates_written_outside(name):
    layout = SHIPPED[name]
    for frame in layout.maps:
        around = replace(
            frame, x=frame.x - 5, y=frame.y - 5, width=frame.width + 10, height=frame.height + 10
        )
        beside = [other for other in layout.frames if other is not frame]
        assert [other.id for other in beside if overlap(around, other) > 0.05] == []


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(("page", "landscape"), PAPERS)
def test_a_shipped_template_is_sound_on_every_paper(name, page, landscape):
    made = on_paper(SHIPPED[name], page, landscape=landscape, fitted=True)
    assert not list(layout_faults(made))
    assert [frame.id for frame in made.frames] == [frame.id for frame in SHIPPED[name].frames]


@pytest.mark.parametrize("name", ["standard", "thematic-a3", "auc-2000", "comparison-a3"])
def test_a_larger_paper_gives_the_room_to_the_maps(name):
    layout = SHIPPED[name]
    larger = {PageFormat.A3: PageFormat.A1, PageFormat.A1: PageFormat.A0}[layout.page]
    made = on_paper(layout, larger, landscape=True, fitted=True)
    assert not overlaps(made)
    old, new = layout.main_map, made.main_map
    assert old is not None
    assert new is not None
    before, after = page_size_mm(layout)[0], page_size_mm(made)[0]
    assert new.width / after > old.width / before
    margin = before - max(frame.right for frame in layout.frames)
    assert after - max(frame.right for frame in made.frames) == pytest.approx(margin, abs=0.02)


def test_what_stands_beside_the_map_grows_with_the_type():
    made = on_paper(SHIPPED["standard"], PageFormat.A1, landscape=True, fitted=True)
    growth = made.frame("legend").width / SHIPPED["standard"].frame("legend").width
    assert growth == pytest.approx(column_scale("A1"), abs=0.01)


def test_texts_and_check_bars_fit_a_smaller_paper():
    layout = Layout(
        "x",
        Title.plain("x"),
        PageFormat.A1,
        frames=(
            Frame("map", 20.0, 20.0, 500.0, 500.0, MapContent()),
            Frame("bar", 600.0, 20.0, 110.0, 12.0, CheckBarContent(100.0)),
            Frame("text", 600.0, 60.0, 100.0, 20.0, TextContent(Title.plain("x"), 15.0)),
        ),
    )
    made = on_paper(layout, PageFormat.A4, landscape=True, fitted=True)
    assert made.frame("bar").content == CheckBarContent(20.0)
    text = made.frame("text")
    # Smaller with its frame, and never larger than the type of the paper.
    assert text.content.size_pt == pytest.approx(15 * text.height / 20, abs=0.1)
    assert text.content.size_pt <= 15 * 0.84 / 1.5
    assert not list(layout_faults(made))


@pytest.mark.parametrize("name", ["auc-2000", "auc-10000", "series-2000"])
@pytest.mark.parametrize("page", [PageFormat.A0, PageFormat.A1])
@pytest.mark.parametrize("landscape", [True, False])
def test_what_lies_outside_of_a_folded_sheet_stays_there(name, page, landscape):
    made = on_paper(SHIPPED[name], page, landscape=landscape, fitted=True)
    width, height = page_size_mm(made)
    title = made.frame("title")
    assert title.x >= width - 210.0
    assert title.y >= height - 297.0
    assert not overlaps(made)


def test_frames_may_be_kept_where_they_stand():
    layout = SHIPPED["standard"]
    larger = on_paper(layout, PageFormat.A1, landscape=True, fitted=False)
    assert larger.frames == layout.frames
    smaller = on_paper(layout, PageFormat.A4, landscape=False, fitted=False)
    assert not list(layout_faults(smaller))
    assert on_paper(layout, PageFormat.A3, landscape=True, fitted=True) == layout


def test_a_layout_without_frames_only_changes_its_paper():
    layout = Layout("x", Title.plain("x"))
    made = on_paper(layout, PageFormat.A0, landscape=False, fitted=True)
    assert made == replace(layout, page=PageFormat.A0, landscape=False)
