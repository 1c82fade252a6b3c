"""The view: selection algebra, watchers, and what a project no longer has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.viewport import Viewport
from emadina_gis.session import commands as c
from emadina_gis.session.view_state import SelectMode, Tool, ViewState
from tests.builders import a_full_project

ids = st.lists(st.integers(0, 30), max_size=12)
OPERATIONS = {
    SelectMode.REPLACE: lambda old, new: new,
    SelectMode.ADD: lambda old, new: old | new,
    SelectMode.REMOVE: lambda old, new: old - new,
    SelectMode.INTERSECT: lambda old, new: old & new,
    SelectMode.TOGGLE: lambda old, new: old ^ new,
}


@given(st.lists(st.tuples(st.sampled_from(list(SelectMode)), ids), max_size=8))
def test_selection_is_that_of_sets(steps):
    state, model = ViewState(), set()
    for mode, given_ids in steps:
        state.select("a", given_ids, mode=mode)
        model = OPERATIONS[mode](model, set(given_ids))
        assert state.selected("a").tolist() == sorted(model)
        assert state.selected_count == len(model)
        assert ("a" in state.view.selection) == bool(model)


def test_a_click_elsewhere_clears_the_other_layers():
    state = ViewState()
    state.select("a", [1, 2])
    state.select("b", [3], mode=SelectMode.ADD)
    assert state.selected_count == 3
    state.select("b", [4])
    assert state.selected("a").tolist() == []
    state.clear_selection()
    assert state.selected_count == 0


def test_the_selection_is_nobodys_to_write():
    state = ViewState()
    state.select("a", [1, 2])
    with pytest.raises(ValueError, match="read-only"):
        state.selected("a")[0] = 5


def test_watchers_hear_changes_only():
    state, heard = ViewState(), []
    unwatch = state.watch(lambda view: view.selection, heard.append)
    state.watch(lambda view: view.selection.get("a"), lambda ids: heard.append(len(ids)))
    state.select("a", [1, 2])
    state.select("a", [2, 1])
    state.set_tool(Tool.PAN)
    assert len(heard) == 2
    unwatch()
    unwatch()
    state.select("a", [5])
    assert heard[2:] == [1]


def test_each_part_changes_once():
    state, heard = ViewState(), []
    state.watch(lambda view: view, lambda view: heard.append(view))
    viewport = Viewport(0.0, 0.0, 1.0, 100, 80)
    for _ in range(2):
        state.set_viewport(viewport)
        state.set_tool(Tool.MEASURE)
        state.activate_layer("parcels")
        state.activate_scenario("s1")
        state.clear_selection()
    assert len(heard) == 4
    assert (state.viewport, state.tool) == (viewport, Tool.MEASURE)
    assert (state.active_layer_id, state.active_scenario_id) == ("parcels", "s1")


def test_what_the_project_lost_is_forgotten():
    project = a_full_project()
    state = ViewState()
    state.select("parcels", [1, 2, 99])
    state.select("streets", [0], mode=SelectMode.ADD)
    state.activate_layer("streets")
    state.activate_scenario("s2")
    for command in (c.RemoveLayer("streets"), c.RemoveScenario("s2")):
        project = command.apply(project)
    state.forget_missing(project)
    assert state.selected("parcels").tolist() == [1, 2]
    assert state.selected("streets").tolist() == []
    assert state.active_layer_id == ""
    assert state.active_scenario_id == "reference"
    view = state.view
    state.forget_missing(project)
    assert state.view is view
    state.select("parcels", [50])
    state.forget_missing(project)
    assert state.view.selection == {}


def test_what_was_selected_before_comes_back_as_far_as_it_is_there():
    project = a_full_project()
    state = ViewState()
    assert not state.can_reselect
    state.select("parcels", [1, 2, 99])
    state.clear_selection()
    state.reselect(project)
    assert state.selected("parcels").tolist() == [1, 2]
    state.select("streets", [0])
    state.reselect(project)
    assert dict(state.view.selection).keys() == {"parcels"}
    state.reselect(project)
    assert state.selected("streets").tolist() == [0]


def test_the_rest_of_a_layer_is_selected_by_inverting():
    state = ViewState()
    state.select("a", [1, 3])
    state.select("b", [7], mode=SelectMode.ADD)
    state.invert("a", [0, 3, 2, 1])
    assert state.selected("a").tolist() == [0, 2]
    assert state.selected("b").tolist() == [7]


def test_keeping_what_is_in_both_leaves_the_other_layers():
    state = ViewState()
    state.select("a", [1, 2, 3])
    state.select("b", [7], mode=SelectMode.ADD)
    state.select("a", [2, 3, 4], mode=SelectMode.INTERSECT)
    assert (state.selected("a").tolist(), state.selected_count) == ([2, 3], 2)


def test_ids_of_a_large_layer_are_fast_arrays():
    state = ViewState()
    state.select("a", np.arange(1_000_000)[::-1])
    assert state.selected("a").dtype == np.int64
