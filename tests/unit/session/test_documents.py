"""Documents kept in a project: which one holds, their commands, undo, and what is computed anew."""

from __future__ import annotations

import json

import pytest

from emadina_gis.errors import ZoningError
from emadina_gis.io import project_codec as codec
from emadina_gis.project import StoredDocument
from emadina_gis.project.documents import document_in, documents_offered, study_document_of
from emadina_gis.regulation import (
    Citation,
    Condition,
    check_document,
    document_text,
    document_text_of,
    load_document,
    renamed_sector,
    with_rule,
    without_rule,
)
from emadina_gis.session import commands as c
from emadina_gis.session.outcomes import OutcomeCache
from emadina_gis.session.store import Store
from emadina_gis.workflows.regulating import document_findings
from emadina_gis.workflows.simulating import document_of, outcome_of
from tests.builders import DOCUMENT_ID, a_full_project, a_project

DOCUMENT = load_document(DOCUMENT_ID)


def text_with(levels):
    document = with_rule(
        DOCUMENT, "sector.B4", kind="levels", value=levels, citation=Citation("30")
    )
    return document_text(document)


def test_a_projects_own_document_wins_over_the_shipped_one():
    store = Store(a_full_project())
    assert document_of(store.project) is DOCUMENT
    store.execute(c.EditDocument(DOCUMENT_ID, text_with(3)))
    own = document_of(store.project)
    assert own.sector("B4").rules[2].value == 3
    assert document_of(store.project) is own
    assert load_document(DOCUMENT_ID) is DOCUMENT
    store.execute(c.RemoveDocument(DOCUMENT_ID))
    assert document_of(store.project) is DOCUMENT
    store.undo()
    assert document_of(store.project) is own


def test_a_drag_is_one_step_and_undo_gives_the_same_object_back():
    store = Store(a_full_project())
    before = store.project
    for levels in (3, 2, 1, 4, 3):
        store.execute(c.EditDocument(DOCUMENT_ID, text_with(levels), about="sector.B4/levels"))
    assert document_of(store.project).sector("B4").rules[2].value == 3
    store.execute(c.EditDocument(DOCUMENT_ID, text_with(2), about="sector.B5/levels"))
    store.undo()
    assert document_of(store.project).sector("B4").rules[2].value == 3
    store.undo()
    assert store.project.documents is before.documents
    assert not store.can_undo


def test_an_outcome_follows_the_text_of_its_document():
    def compute(project, scenario_id, ctx):
        return outcome_of(project, project.scenario(scenario_id), ctx)

    cache, store = OutcomeCache(compute), Store(a_full_project())
    first = cache.outcome(store.project, "reference")
    store.execute(c.EditDocument("own", text_with(2)))
    assert cache.outcome(store.project, "reference") is first
    store.execute(c.EditDocument(DOCUMENT_ID, text_with(2)))
    lower = cache.outcome(store.project, "reference")
    assert lower is not first
    assert lower.summary.outcome.max_levels[0] == 3
    assert first.summary.outcome.max_levels[0] == 5
    store.undo()
    assert cache.outcome(store.project, "reference") is first
    store.redo()
    assert cache.outcome(store.project, "reference") is lower


def test_two_documents_bite_on_the_same_land():
    store = Store(a_full_project())
    assert study_document_of(store.project) is None
    store.execute(c.AddDocument("study", text_with(3)))
    store.execute(c.SetStudyDocument("study"))
    study = study_document_of(store.project)
    assert study is not None
    assert (study.id, study.sector("B4").rules[2].value) == ("study", 3)
    assert document_of(store.project) is DOCUMENT
    assert {"own", "study", DOCUMENT_ID} <= set(documents_offered(store.project))
    store.execute(c.SetStudyDocument(""))
    assert study_document_of(store.project) is None


def test_a_text_that_cannot_be_understood_is_refused_and_nothing_changes():
    store = Store(a_full_project())
    before = store.project
    broken = document_text_of(DOCUMENT_ID).replace("value = 17.5", "value = -17.5", 1)
    for command, code in (
        (c.AddDocument("new", broken), "zoning.rule-value"),
        (c.EditDocument("own", broken), "zoning.rule-value"),
        (c.EditDocument("own", "a = ["), "zoning.file"),
    ):
        with pytest.raises(ZoningError) as caught:
            store.execute(command)
        assert caught.value.code == code
    assert store.project is before


def test_a_document_with_a_gap_or_a_contradiction_is_not_taken_in_but_may_be_edited():
    gap = document_text(without_rule(DOCUMENT, "sector.B4", kind="levels"))
    contradiction = document_text(
        with_rule(
            DOCUMENT,
            "sector.B4",
            kind="coverage",
            value=0.5,
            citation=Citation("30"),
            condition=Condition(uses=("housing",)),
        )
    )
    store = Store(a_full_project())
    for text, place in ((gap, "sector.B4"), (contradiction, "sector.B4.rules[7]")):
        with pytest.raises(ZoningError) as caught:
            store.execute(c.AddDocument("new", text))
        assert caught.value.code.startswith("zoning.unsound-")
        assert caught.value.params["place"] == place
    store.execute(c.EditDocument(DOCUMENT_ID, gap))
    found = outcome_of(store.project, store.project.reference).summary.outcome
    assert (found.status[0], found.reason[0]) == ("no_rule", "rule_missing")
    assert found.status[1] != "no_rule"


def test_the_document_in_use_stays_unless_a_shipped_one_takes_its_place():
    store = Store(a_full_project())
    store.execute(c.SetDocument("own"))
    with pytest.raises(Exception, match="document-used"):
        store.execute(c.RemoveDocument("own"))
    with pytest.raises(ZoningError, match="no-document"):
        document_in(store.project, "nowhere")


def test_documents_are_saved_with_the_project():
    project = c.SetStudyDocument("own").apply(a_full_project())
    tree = json.loads(json.dumps(codec.encode(project).tree))
    assert tree["documents"][0]["id"] == "own"
    parts = codec.encode(project).parts
    again = codec.decode(tree, lambda key: parts[key].make())
    assert again.documents == (StoredDocument("own", document_text_of(DOCUMENT_ID)),)
    assert again.study_id == "own"
    assert document_in(again, "own") is document_in(project, "own")


def test_a_project_of_before_opens_without_documents():
    project = a_project().with_parcels(3).build()
    encoded = codec.encode(project)
    old = {k: v for k, v in encoded.tree.items() if k not in {"documents", "study_id"}}
    again = codec.decode(old, lambda key: encoded.parts[key].make())
    assert (again.documents, again.study_id) == ((), "")
    assert document_of(again) is DOCUMENT


def test_sectors_of_the_parcels_are_held_against_the_document():
    project = a_project().with_parcels(9).build()
    renamed = renamed_sector(DOCUMENT, "B4", "B44")
    found = [p for p in document_findings(project, renamed) if p.code.startswith("zoning.sector-w")]
    assert ("zoning.sector-without-document", "B4", 1) in {
        (p.code, p.where, p.count) for p in found
    }
    unused = {p.where for p in found if p.code == "zoning.sector-without-land"}
    assert "B44" in unused
    assert "E2" not in unused
    assert document_findings(a_project().build(), DOCUMENT) == check_document(DOCUMENT)
