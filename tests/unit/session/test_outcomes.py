"""The cache of outcomes: what it depends on and what it does not."""

from __future__ import annotations

import pytest

from emadina_gis.errors import CommandError, MissingInput
from emadina_gis.session import commands as c
from emadina_gis.session.outcomes import OutcomeCache
from emadina_gis.session.store import Store
from tests.builders import a_full_project, a_project


class Counting:
    def __init__(self):
        self.calls = []

    def __call__(self, project, scenario_id, ctx):
        self.calls.append(scenario_id)
        return object()


@pytest.mark.parametrize(
    ("command", "is_new"),
    [
        (c.ChangeSector("s1", (3,), "C3"), True),
        (c.SetFieldValue("parcels", "sector", (1,), "C3"), True),
        (c.SetDocument("x"), True),
        (c.SetCoefficient("household_size", 3.6), True),
        (c.ChangeSector("s2", (3,), "C3"), False),
        (c.SetLayerVisible("parcels", visible=False), False),
        (c.SetLayerOpacity("parcels", 0.5), False),
        (c.RemoveLayer("streets"), False),
        (c.AddScenario("x"), False),
    ],
    ids=lambda item: type(item).__name__,
)
def test_only_what_matters_makes_it_new(command, is_new):
    compute = Counting()
    cache, store = OutcomeCache(compute), Store(a_full_project())
    first = cache.outcome(store.project, "s1")
    assert cache.outcome(store.project, "s1") is first
    store.execute(command)
    assert (cache.outcome(store.project, "s1") is not first) == is_new
    store.undo()
    assert cache.outcome(store.project, "s1") is first
    assert len(compute.calls) == 1 + is_new


def test_scenarios_have_outcomes_of_their_own_and_names_do():
    compute = Counting()
    cache, project = OutcomeCache(compute), a_full_project()
    assert cache.peek(project, "s1") is None
    assert cache.outcome(project, "s1") is not cache.outcome(project, "s2")
    assert cache.peek(project, "Scénario 1") is cache.peek(project, "s1")
    cache.clear()
    assert cache.peek(project, "s1") is None


def test_the_least_used_goes_first():
    cache, project = OutcomeCache(Counting(), size=2), a_full_project()
    reference = cache.outcome(project, "reference")
    cache.outcome(project, "s1")
    assert cache.outcome(project, "reference") is reference
    cache.outcome(project, "s2")
    assert cache.peek(project, "reference") is reference
    assert cache.peek(project, "s1") is None


def test_no_parcels_and_no_scenario_are_told():
    cache = OutcomeCache(Counting())
    with pytest.raises(MissingInput):
        cache.outcome(a_project().build(), "reference")
    with pytest.raises(CommandError):
        cache.outcome(a_full_project(), "nope")


def test_notes_leave_the_outcome_and_a_name_does_not():
    project = a_full_project()
    made = []
    cache = OutcomeCache(lambda *_: made.append(1) or object())
    known = cache.outcome(project, "s1")
    assert cache.outcome(c.SetNotes("s1", "à voir").apply(project), "s1") is known
    assert cache.outcome(c.SetAuthor("s1", "Agence").apply(project), "s1") is known
    assert cache.outcome(c.RenameScenario("s1", "Autre").apply(project), "s1") is not known
