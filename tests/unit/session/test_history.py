"""The laws of undo, by random sequences of commands, and the budget of memory."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.layer import Title
from emadina_gis.errors import CommandError, ProjectError
from emadina_gis.project import Project
from emadina_gis.session import commands as c
from emadina_gis.session.command import Command
from emadina_gis.session.history import History
from emadina_gis.session.phrase import Phrase
from emadina_gis.session.store import Store
from tests.builders import a_full_project, a_project
from tests.unit.session.command_examples import GOOD, REFUSED

PHRASE = Phrase("command.layers.move")
attempts = st.sampled_from([*GOOD, *(command for command, _ in REFUSED)])
actions = st.lists(st.one_of(attempts, st.sampled_from(["undo", "redo", "save"])), max_size=40)


def prints(project: Project) -> tuple[str, ...]:
    return tuple(layer.table.fingerprint for layer in project.vector_layers)


class Model:
    """What a history should be: two piles of the very objects that were there."""

    def __init__(self, project: Project) -> None:
        self.past = [project]
        self.future: list[Project] = []
        self.saved = project
        self.key: str | None = None

    def undo(self) -> None:
        self.key = None
        if len(self.past) > 1:
            self.future.append(self.past.pop())

    def redo(self) -> None:
        self.key = None
        if self.future:
            self.past.append(self.future.pop())

    def save(self) -> None:
        self.key = None
        self.saved = self.past[-1]

    def step(self, after: Project, key: str | None) -> None:
        if after is self.past[-1]:
            return
        self.future.clear()
        if key is not None and key == self.key:
            self.past.pop()
        self.past.append(after)
        self.key = key

    def agrees(self, store: Store) -> None:
        assert store.project is self.past[-1]
        assert store.can_undo == (len(self.past) > 1)
        assert store.can_redo == bool(self.future)
        assert store.is_clean == (store.project is self.saved)


def attempt(store: Store, model: Model, command: Command) -> None:
    before = store.project
    try:
        store.execute(command)
    except CommandError:
        assert store.project is before
    else:
        model.step(store.project, command.merge_key)


@given(actions)
def test_undo_and_redo_give_back_the_very_same_objects(chosen):
    store = Store(a_full_project())
    model = Model(store.project)
    told = {"undo": store.undo, "redo": store.redo, "save": store.mark_saved}
    seen = {}
    for action in chosen:
        seen[id(store.project)] = (store.project, prints(store.project))
        if isinstance(action, str):
            told[action]()
            getattr(model, action)()
        else:
            attempt(store, model, action)
        model.agrees(store)
    while store.can_undo:
        store.undo()
        model.undo()
        assert store.project is model.past[-1]
    assert all(prints(project) == before for project, before in seen.values())


def wander(history: History, chosen: list) -> None:
    """Do what was chosen, as far as it can be done."""
    for action in chosen:
        if isinstance(action, str):
            with suppress(ProjectError):
                {"undo": history.undo, "redo": history.redo, "save": history.seal}[action]()
            continue
        with suppress(CommandError):
            after = action.apply(history.current)
            if after is not history.current:
                history.record(after, PHRASE, action.merge_key)


def chunk_bytes(project: Project) -> dict[int, int]:
    sizes = {}
    for layer in project.vector_layers:
        table = layer.table
        sizes[id(table.ids)] = table.ids.nbytes
        for column in table.columns.values():
            sizes.update((id(chunk), chunk.values.nbytes) for chunk in column.chunks)
        for chunk in table.geometry or ():
            sizes[id(chunk)] = sum(array.nbytes for array in chunk._arrays())
    return sizes


@given(actions)
def test_memory_is_that_of_the_distinct_chunks(chosen):
    history = History(a_full_project(), budget_bytes=10**12)
    wander(history, chosen)
    steps = [*history._done, *history._undone]
    kept = [history.current, *(s.before for s in steps), *(s.after for s in steps)]
    sizes = {}
    for project in kept:
        sizes.update(chunk_bytes(project))
    assert history._ledger.total_bytes == sum(sizes.values())
    beyond = sizes.keys() - chunk_bytes(history.current).keys()
    assert history.held_bytes == sum(sizes[key] for key in beyond)


def edit(project: Project, number: int) -> Project:
    layer = project.vector_layer("parcels")
    table = layer.table.with_column("area_m2", np.full(layer.table.row_count, float(number)))
    return project.with_layer(replace(layer, table=table))


def test_an_edit_costs_a_chunk_and_not_the_layer():
    project = a_project().with_parcels(20_000).build()
    history = History(project)
    whole = history._ledger.total_bytes
    changed = c.SetFieldValue("parcels", "area_m2", (5,), 1.0).apply(project)
    history.record(changed, PHRASE)
    assert 0 < history._ledger.total_bytes - whole <= 8192 * 9
    assert history.held_bytes <= 8192 * 9
    assert whole > 2_000_000


def test_the_oldest_steps_go_first_and_the_last_one_stays():
    project = a_project().with_parcels(1_000).build()
    history = History(project, budget_bytes=30_000)
    column = 8_000
    for number in range(12):
        history.record(edit(history.current, number), PHRASE)
    assert history.held_bytes <= 30_000
    assert 1 <= history.depth <= 30_000 // column + 1
    while history.undo_step:
        history.undo()
    assert history.current.vector_layer("parcels").table.numbers("area_m2")[0] > 5
    tiny = History(project, budget_bytes=0)
    tiny.record(edit(project, 1), PHRASE)
    tiny.record(edit(tiny.current, 2), PHRASE)
    assert tiny.depth == 1


def test_nothing_to_undo_or_redo():
    history = History(a_project().build())
    with pytest.raises(ProjectError):
        history.undo()
    with pytest.raises(ProjectError):
        history.redo()


def test_a_new_step_forgets_what_was_undone():
    store = Store(a_full_project())
    store.execute(c.SetLayerVisible("parcels", visible=False))
    store.undo()
    store.execute(c.RenameLayer("parcels", "Lots"))
    assert not store.can_redo
    assert store.undo_label == Phrase("command.layers.rename")


def test_a_drag_is_one_step_until_it_is_released():
    store = Store(a_full_project())
    start = store.project
    for opacity in (0.9, 0.8, 0.7):
        store.execute(c.SetLayerOpacity("parcels", opacity))
    store.seal()
    for opacity in (0.6, 0.5):
        store.execute(c.SetLayerOpacity("parcels", opacity))
    store.undo()
    assert store.project.layer("parcels").opacity == 0.7
    store.undo()
    assert store.project is start
    store.redo()
    store.execute(c.SetLayerOpacity("parcels", 0.1))
    store.undo()
    assert store.project.layer("parcels").opacity == 0.7


def test_what_was_saved_stays_reachable_under_a_drag():
    store = Store(a_full_project())
    store.execute(c.SetLayerOpacity("parcels", 0.9))
    store.mark_saved()
    store.execute(c.SetLayerOpacity("parcels", 0.8))
    assert not store.is_clean
    store.undo()
    assert store.is_clean


def test_labels_of_undo_and_redo():
    store = Store(a_full_project())
    assert store.undo_label is None
    assert store.redo_label is None
    store.undo()
    store.redo()
    store.execute(c.SetProjectTitle("x"))
    assert store.undo_label == Phrase("command.project.title")
    store.undo()
    assert store.redo_label == Phrase("command.project.title")


def test_watchers_hear_of_their_part_only():
    store = Store(a_full_project())
    layers, scenarios, commits = [], [], []
    store.watch(lambda p: p.layers, layers.append)
    unwatch = store.watch(lambda p: p.scenarios, scenarios.append)
    stop = store.on_commit(commits.append)
    store.execute(c.SetLayerVisible("parcels", visible=False))
    assert len(layers) == 1
    assert scenarios == []
    store.execute(c.AddScenario("x"))
    assert len(scenarios) == 1
    unwatch()
    stop()
    store.undo()
    assert len(scenarios) == 1
    assert len(commits) == 2
    assert commits[-1].scenarios[-1].name == "x"


def test_commits_are_told_of_undo_and_not_of_another_project():
    store = Store(a_full_project())
    commits, titles = [], []
    store.on_commit(commits.append)
    store.watch(lambda p: p.title, titles.append)
    store.execute(c.SetProjectTitle("a"))
    store.undo()
    store.redo()
    assert [p.title.fr for p in commits] == ["a", "Essai", "a"]
    other = a_project().build()
    store.replace_project(replace(other, title=Title.plain("b")))
    assert len(commits) == 3
    assert titles[-1].fr == "b"
    assert not store.can_undo
    assert store.is_clean
    store.mark_unsaved()
    assert not store.is_clean
    store.mark_saved(other)
    assert not store.is_clean


def test_all_listeners_hear_where_one_of_them_fails():
    store = Store(a_full_project())
    heard = []

    def broken(_part):
        raise ZeroDivisionError

    store.watch(lambda p: p.title, broken)
    store.watch(lambda p: p.title, heard.append)
    with pytest.raises(ZeroDivisionError):
        store.execute(c.SetProjectTitle("x"))
    assert len(heard) == 1
    assert store.project.title.fr == "x"


def test_a_watcher_may_change_the_project_itself():
    store = Store(a_full_project())
    seen = []
    store.watch(lambda p: p.scenarios, lambda s: store.execute(c.SetReference(s[-1].id)))
    store.watch(lambda p: p.reference_id, seen.append)
    store.execute(c.AddScenario("x", scenario_id="x1"))
    assert seen == ["x1"]
    store.undo()
    assert seen == ["x1", "reference"]


def test_a_phrase_is_a_value():
    assert Phrase("a", {"n": 1}) == Phrase("a", {"n": 1})
    assert hash(Phrase("a", {"n": 1})) == hash(Phrase("a", {"n": 1}))
