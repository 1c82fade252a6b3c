"""From a layer to a mended one: findings, plan, command, undo, and what the layer remembers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.domain.crs import UNKNOWN
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.errors import CommandError, JobCancelled, Problem, Severity
from emadina_gis.progress import Context
from emadina_gis.session.store import Store
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.mending import (
    MENDED,
    MENDED_UNMEASURED,
    coverage_of,
    examine,
    findings_of,
    mended,
    mending,
    repair_plan,
)
from tests.builders import a_project
from tests.unit.domain import geometries as g


def a_layer(crs=None):
    shapes = (g.square(), g.repeating(), g.bow_tie(100), g.bow_tie(200), g.touching_itself())
    table = g.table_of(*shapes) if crs is None else g.table_of(*shapes, crs=crs)
    problems = (
        Problem("geometry.self-intersection", Severity.WARNING, "parcelles", 2),
        Problem("geometry.ring-self-intersection", Severity.WARNING, "parcelles", 1),
        Problem("text.replaced", Severity.WARNING, "parcelles", 7),
    )
    return VectorLayer("parcels", Title.plain("Parcelles"), table, problems=problems)


def counts(layer):
    return {problem.code: problem.count for problem in layer.problems}


def test_findings_and_plan_name_the_same_rows():
    layer = a_layer()
    examined = examine(layer)
    assert [found.code for found in examined.check.findings] == [
        found.code for found in findings_of(layer).findings
    ]
    assert examined.plan.ids.tolist() == repair_plan(layer).ids.tolist() == [101, 102, 103, 104]
    assert examined.plan.safe_ids.tolist() == [101, 104]


def test_one_command_mends_and_undo_gives_the_same_object_back():
    layer = a_layer()
    store = Store(a_project().with_layer(layer).build())
    before = store.project
    plan = repair_plan(layer)
    store.execute(mending(layer, plan))
    assert store.undo_label is not None
    assert store.undo_label.count == 4
    after = store.project.vector_layer("parcels")
    assert not any(after.table.valid_reasons())
    assert after.table.columns["n"] is layer.table.columns["n"]
    assert after.table.ids is layer.table.ids
    store.undo()
    assert store.project is before
    store.redo()
    assert store.project.vector_layer("parcels").table is after.table


def test_the_layer_remembers_what_was_mended():
    layer = a_layer()
    plan = repair_plan(layer)
    safe = mended(layer, plan.of(plan.safe_ids))
    assert counts(safe) == {"geometry.self-intersection": 2, "text.replaced": 7, MENDED: 2}
    rest = mended(safe, repair_plan(safe))
    assert counts(rest) == {"text.replaced": 7, MENDED: 4}
    note = rest.problems[-1]
    assert note.params["gained_m2"] == pytest.approx(100)
    assert note.params["lost_m2"] == pytest.approx(0, abs=0.01)


def test_a_geometry_that_is_gone_is_counted_as_missing():
    layer = VectorLayer("l", Title.plain("L"), g.table_of(g.flat(), g.square()))
    changed = mended(layer, repair_plan(layer))
    assert counts(changed) == {"geometry.missing": 1, MENDED: 1}
    assert changed.table.row_count == 2


def test_a_layer_that_has_changed_since_is_refused_and_stays():
    layer = a_layer()
    command = mending(layer, repair_plan(layer))
    moved = layer.table.with_geometries(np.array([0]), np.array([g.square(5)]))
    project = a_project().with_layer(replace(layer, table=moved)).build()
    with pytest.raises(CommandError) as refused:
        command.apply(project)
    assert refused.value.code == "command.geometry-changed"


def test_the_same_numbers_in_other_chunks_are_the_same_layer():
    layer = a_layer()
    command = mending(layer, repair_plan(layer))
    again = replace(layer, table=a_layer().table)
    project = command.apply(a_project().with_layer(again).build())
    assert project.vector_layer("parcels").table.geometry == command.after


def test_an_empty_plan_changes_nothing():
    layer = VectorLayer("l", Title.plain("L"), g.table_of(g.square()))
    project = a_project().with_layer(layer).build()
    assert mending(layer, repair_plan(layer)).apply(project) is project
    assert mended(layer, repair_plan(layer)).problems == ()


def test_without_a_crs_no_area_is_claimed():
    layer = a_layer(crs=UNKNOWN)
    note = mended(layer, repair_plan(layer)).problems[-1]
    assert (note.code, note.count, note.params) == (MENDED_UNMEASURED, 4, {})


def test_neighbours_of_a_layer_are_compared():
    layer = VectorLayer("l", Title.plain("L"), g.table_of(g.square(), g.square(9)))
    assert coverage_of(layer).overlaps.areas_m2 == pytest.approx([10])


def test_a_cancel_is_heard_while_mending():
    layer = a_layer()
    plan = repair_plan(layer)
    context = Context()
    context.cancel()
    for work in (examine, findings_of, repair_plan, coverage_of):
        with pytest.raises(JobCancelled):
            work(layer, context)
    with pytest.raises(JobCancelled):
        mending(layer, plan, context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_and_note_is_a_sentence(language):
    words = load_words(language)
    layer = a_layer()
    changed = mended(layer, repair_plan(layer))
    found = [finding.problem("x") for finding in findings_of(layer).findings]
    for problem in (*found, changed.problems[-1]):
        what, following = words.problem(problem)
        assert str(problem.count) in what
        assert following
