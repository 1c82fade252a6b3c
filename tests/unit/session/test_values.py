"""Giving a sector's value back to the document."""

from __future__ import annotations

from dataclasses import replace

from emadina_gis.domain.title import Title
from emadina_gis.project import empty_project
from emadina_gis.session.commands.scenarios import AddScenario, SetSectorValue
from emadina_gis.session.commands.values import ResetSectorValue
from emadina_gis.session.store import Store


def test_a_value_is_given_back_in_one_step_and_undo_brings_it_again():
    store = Store(replace(empty_project(Title("x", "x", "x")), document_id="ain-chock-2025"))
    store.execute(AddScenario("Essai", scenario_id="s"))
    store.execute(SetSectorValue("s", "B4", "levels", 6.0))
    store.execute(SetSectorValue("s", "B4", "coverage.raw", 0.5))
    before = store.project
    store.execute(ResetSectorValue("s", "B4", "levels"))
    (left,) = store.project.scenario("s").changes
    assert left.key == "coverage.raw"
    store.undo()
    assert store.project is before


def test_a_value_that_is_not_changed_leaves_no_step():
    store = Store(replace(empty_project(Title("x", "x", "x")), document_id="ain-chock-2025"))
    store.execute(AddScenario("Essai", scenario_id="s"))
    before = store.project
    store.execute(ResetSectorValue("s", "B4", "levels"))
    assert store.project is before
