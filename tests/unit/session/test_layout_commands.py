"""Frames under any sequence of commands: never lost, never unreal, never off the page."""

from __future__ import annotations

import math
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.layer import Title
from emadina_gis.errors import CommandError
from emadina_gis.project import Frame, PageFormat
from emadina_gis.project.layout_arrange import Align, Axis, Order
from emadina_gis.project.layout_rules import layout_faults, page_size_mm
from emadina_gis.project.layouts import (
    CheckBarContent,
    LegendContent,
    MapContent,
    ScaleBarContent,
    TextContent,
)
from emadina_gis.session import commands as c
from emadina_gis.session.store import Store
from tests.builders import a_project

PAGE = "composed"
ids = st.sampled_from(["map", "beside", "legend", "text", "held", "new"])
some = st.lists(ids, min_size=1, max_size=4, unique=True).map(tuple)
number = st.one_of(
    st.floats(-500, 1500), st.sampled_from([math.nan, math.inf, -math.inf, 1e300, -1e300, 0.0])
)
contents = st.one_of(
    st.builds(MapContent, follows=st.sampled_from(["", "map", "beside", "nope"])),
    st.builds(LegendContent, of_map=st.sampled_from(["", "map", "beside", "text"])),
    st.builds(CheckBarContent, length_mm=number),
    st.builds(TextContent, size_pt=number),
    st.builds(ScaleBarContent),
)
commands = st.one_of(
    st.builds(
        c.AddFrame, st.just(PAGE), st.builds(Frame, ids, number, number, number, number, contents)
    ),
    st.builds(c.RemoveFrames, st.just(PAGE), some),
    st.builds(
        lambda one: c.DuplicateFrames(PAGE, ((one, f"{one}-2"),)), ids
    ),
    st.builds(
        lambda one, x, y: c.MoveFrames(PAGE, ((one, x, y),)), ids, number, number
    ),
    st.builds(c.ResizeFrame, st.just(PAGE), ids, st.tuples(number, number, number, number)),
    st.builds(c.SetContent, st.just(PAGE), ids, contents),
    st.builds(c.SetFrameLook, st.just(PAGE), some, number, st.sampled_from(["", "#ffffff", "x"])),
    st.builds(c.AlignFrames, st.just(PAGE), some, st.sampled_from(Align)),
    st.builds(c.DistributeFrames, st.just(PAGE), some, st.sampled_from([Axis.X, Axis.Y])),
    st.builds(c.SameSize, st.just(PAGE), some, st.sampled_from(Axis), ids),
    st.builds(c.OrderFrames, st.just(PAGE), some, st.sampled_from(Order)),
    st.builds(
        c.SetPaper, st.just(PAGE), st.sampled_from(PageFormat), st.booleans(), st.booleans()
    ),
)  # fmt: skip


def a_store() -> Store:
    return Store(a_project().with_parcels(3).with_composed().build())


def number_of_frames(before: int, command: object) -> int:
    if isinstance(command, c.AddFrame):
        return before + 1
    if isinstance(command, c.DuplicateFrames):
        return before + len(command.names)
    return before - len(command.frame_ids) if isinstance(command, c.RemoveFrames) else before


@given(st.lists(commands, max_size=25))
def test_frames_are_never_lost_unreal_or_off_the_page(steps):
    store = a_store()
    for command in steps:
        before = store.project
        count = len(before.layout(PAGE).frames)
        try:
            store.execute(command)
        except CommandError:
            assert store.project is before
            continue
        layout = store.project.layout(PAGE)
        assert not list(layout_faults(layout))
        assert len(layout.frames) == number_of_frames(count, command)
        width, height = page_size_mm(layout)
        for frame in layout.frames:
            assert frame.width > 0
            assert frame.height > 0
            assert frame.x >= 0
            assert frame.right <= width + 0.01
            assert frame.bottom <= height + 0.01


@given(st.lists(commands, max_size=12))
def test_undo_gives_back_the_same_object(steps):
    store = a_store()
    seen = [store.project]
    for command in steps:
        store.seal()
        with suppress(CommandError):
            store.execute(command)
        if store.project is not seen[-1]:
            seen.append(store.project)
    for expected in reversed(seen[:-1]):
        store.undo()
        assert store.project is expected
    for expected in seen[1:]:
        store.redo()
        assert store.project is expected


def test_a_drag_is_one_step_and_another_frame_begins_the_next():
    store = a_store()
    start = store.project
    for x in (20.0, 30.0, 41.5):
        store.execute(c.MoveFrames(PAGE, (("text", x, 80.0),)))
    after = store.project
    store.execute(c.MoveFrames(PAGE, (("legend", 10.0, 10.0),)))
    store.undo()
    assert store.project is after
    store.undo()
    assert store.project is start


def test_what_belonged_to_a_removed_map_takes_the_main_one():
    made = c.RemoveFrames(PAGE, ("map",)).apply(a_store().project).layout(PAGE)
    assert made.frame("legend").content == LegendContent(of_map="")
    assert made.frame("beside").content == MapContent(follows="")


def test_a_map_that_becomes_a_text_is_forgotten_by_others():
    text = TextContent(Title.plain("x"))
    made = c.SetContent(PAGE, "map", text).apply(a_store().project).layout(PAGE)
    assert made.frame("beside").content == MapContent()
    assert made.main_map.id == "beside"


def test_copies_of_a_map_and_its_legend_belong_together():
    names = (("map", "m2"), ("legend", "l2"))
    made = c.DuplicateFrames(PAGE, names).apply(a_store().project).layout(PAGE)
    assert made.frame("l2").content == LegendContent(of_map="m2")
    assert made.frame("legend").content == LegendContent(of_map="map")
    assert (made.frame("m2").x, made.frame("m2").y) == (18.0, 18.0)


def test_a_content_that_needs_room_gets_it():
    made = c.SetContent(PAGE, "text", CheckBarContent(150.0)).apply(a_store().project)
    frame = made.layout(PAGE).frame("text")
    assert frame.width == 154.0
    assert frame.right <= 420.0


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.FRONT, ["beside", "text", "held", "map", "legend"]),
        (Order.BACK, ["map", "legend", "beside", "text", "held"]),
        (Order.FORWARD, ["beside", "map", "text", "legend", "held"]),
        (Order.BACKWARD, ["map", "legend", "beside", "text", "held"]),
    ],
)
def test_frames_are_raised_and_lowered(order, expected):
    made = c.OrderFrames(PAGE, ("map", "legend"), order).apply(a_store().project)
    assert [frame.id for frame in made.layout(PAGE).frames] == expected


def test_locked_frames_are_what_others_are_aligned_with():
    made = c.AlignFrames(PAGE, ("beside", "held"), Align.RIGHT).apply(a_store().project)
    layout = made.layout(PAGE)
    assert layout.frame("held").x == 320.0
    assert layout.frame("beside").right == 400.0


def test_spread_frames_have_equal_gaps():
    project = a_store().project
    for name, y in (("beside", 5.0), ("legend", 130.0), ("text", 240.0)):
        project = c.MoveFrames(PAGE, ((name, 320.0, y),)).apply(project)
    made = c.DistributeFrames(PAGE, ("beside", "legend", "text"), Axis.Y).apply(project)
    frames = [made.layout(PAGE).frame(name) for name in ("beside", "legend", "text")]
    first, second = (b.y - a.bottom for a, b in pairwise(frames))
    assert first == pytest.approx(second)
    assert frames[0].y == 5.0
    assert frames[2].bottom == 260.0
