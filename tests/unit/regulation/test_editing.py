"""Documents changed by pure functions, written as TOML and compared."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.errors import ZoningError
from emadina_gis.regulation import (
    ANYWHERE,
    FLAGS,
    KINDS,
    USES,
    Citation,
    Condition,
    Text,
    check_document,
    document_ids,
    document_text,
    document_text_of,
    document_tree,
    load_document,
    new_sector,
    parse_text,
    renamed_sector,
    rule_of,
    rules_in,
    sector_scope,
    sector_table,
    sectors_in_error,
    with_id,
    with_identity,
    with_printed,
    with_rule,
    with_sector,
    with_zone,
    without_rule,
    without_sector,
    without_zone,
    zone_scope,
)
from emadina_gis.regulation.diff import Change, differences
from emadina_gis.regulation.printed import Statement
from emadina_gis.regulation.wording import finding_text
from emadina_gis.words import load_words

DOCUMENT = load_document("ain-chock-2025")
CITED = Citation("30", page="29", verified_by="a reader")

texts = st.text(max_size=12)
names = st.builds(Text, texts.filter(bool), texts, texts)
notes = st.one_of(st.just(Text()), names)
citations = st.builds(
    Citation,
    article=st.text(min_size=1, max_size=6),
    page=st.text(max_size=4),
    note=notes,
    flag=st.sampled_from(FLAGS),
    verified_by=st.text(max_size=8),
    source=notes,
)
conditions = st.builds(
    Condition,
    lot=st.sampled_from([None, True, False]),
    uses=st.lists(st.sampled_from(USES), unique=True, max_size=3).map(tuple),
    road_width_min_m=st.one_of(st.none(), st.floats(1, 60)),
)
scopes = st.sampled_from(["", "zone.B", "zone.ZR", "sector.B4", "sector.E2"])


@st.composite
def rules(draw):
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    whole = kind.unit in {"count", "flag"}
    between = (
        st.integers(int(kind.low), int(kind.high)) if whole else st.floats(kind.low, kind.high)
    )
    return {
        "kind": kind.name,
        "value": draw(between),
        "citation": draw(citations),
        "condition": draw(conditions),
    }


def same(one, other):
    return document_tree(one) == document_tree(other)


@pytest.mark.parametrize("document_id", document_ids())
def test_bundled_documents_are_written_and_read_back_equal(document_id):
    document = load_document(document_id)
    text = document_text(document)
    again = parse_text(document_id, text)
    assert same(again, document)
    assert document_text(again) == text
    assert differences(document, again) == ()


@pytest.mark.parametrize("document_id", document_ids())
def test_nothing_of_a_file_is_lost(document_id):
    """What the file says and the tree does not are values that a reader fills in by itself."""
    written = tomllib.loads(document_text(load_document(document_id)))
    for path, value in leaves(tomllib.loads(document_text_of(document_id))):
        assert found_in(written, path) == value, path


def leaves(tree, path=()):
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        if isinstance(value, dict | list) and value:
            yield from leaves(value, (*path, key))
        elif value != []:
            yield (*path, key), value


def found_in(tree, path):
    for key in path:
        tree = tree[key]
    return tree


@given(st.lists(st.tuples(scopes, rules()), max_size=3))
def test_any_edit_is_written_and_read_back_equal(edits):
    document = DOCUMENT
    for scope, rule in edits:
        document = with_rule(document, scope, **rule)
        held = [r for r in rules_in(document, scope) if r.condition == rule["condition"]]
        (kept,) = [r for r in held if r.kind == rule["kind"]]
        assert (kept.value, kept.citation) == (rule["value"], rule["citation"])
    again = parse_text(document.id, document_text(document))
    assert same(again, document)
    assert bool(differences(DOCUMENT, document)) is bool(edits)
    assert differences(document, again) == ()


@given(st.lists(st.tuples(scopes, rules()), max_size=3))
def test_any_document_can_be_checked_and_tabled(edits):
    document = DOCUMENT
    for scope, rule in edits:
        document = with_rule(document, scope, **rule)
    words = load_words("ar")
    for problem in check_document(document):
        assert all(finding_text(problem, document, words))
    wrong = sectors_in_error(document)
    table = sector_table(document)
    without = {s.code for s in document.sectors if s.no_number is not None}
    listed = np.array(document.sector_codes)[~table.has_number]
    assert set(listed) == wrong | without


@given(names, citations)
def test_any_sector_is_written_and_read_back_equal(title, citation):
    sector = replace(new_sector(DOCUMENT, "X1", "B4", title), no_number=citation)
    document = with_sector(DOCUMENT, sector)
    assert same(parse_text(document.id, document_text(document)), document)
    assert document.sector("X1").title == title


def test_a_rule_replaces_the_one_of_its_kind_and_condition():
    changed = with_rule(DOCUMENT, "sector.B4", kind="levels", value=5, citation=CITED)
    assert [rule.kind for rule in changed.sector("B4").rules] == [
        rule.kind for rule in DOCUMENT.sector("B4").rules
    ]
    rule = rule_of(changed, changed.sector("B4"), "levels")
    assert (rule.value, rule.citation, rule.place) == (5, CITED, "sector.B4.rules[2]")
    assert DOCUMENT.sector("B4").rules[2].value == 4
    (found,) = differences(DOCUMENT, changed)
    assert (found.change, found.scope, found.kind) == (Change.CHANGED, "sector.B4", "levels")
    assert (found.old, found.new) == (4, 5)
    assert found.new_citation == CITED


def test_a_rule_under_another_condition_is_added_last_and_taken_away_again():
    condition = Condition(uses=("hotel",))
    changed = with_rule(
        DOCUMENT, zone_scope("B"), kind="levels", value=9, citation=CITED, condition=condition
    )
    assert changed.zones["B"].rules[-1].condition == condition
    assert changed.sector("B3").zone is changed.zones["B"]
    back = without_rule(changed, zone_scope("B"), kind="levels", condition=condition)
    assert same(back, DOCUMENT)
    general = with_rule(DOCUMENT, "", kind="bonus_cap", value=0.1, citation=CITED)
    assert general.rules[5].value == 0.1


def test_sectors_come_go_and_change_their_code():
    added = with_sector(DOCUMENT, new_sector(DOCUMENT, "B6", "B5", Text("R+6", "ر", "G+6")))
    assert added.sector_codes[-1] == "B6"
    assert differences(DOCUMENT, added)[0].change is Change.ADDED
    assert same(without_sector(added, "B6"), DOCUMENT)
    renamed = renamed_sector(DOCUMENT, "C3", "C33")
    assert dict(renamed.sector("C3s2").mix) == {"C33": 0.6, "C2": 0.4}
    assert renamed.sector_codes.index("C33") == DOCUMENT.sector_codes.index("C3")


def test_zones_and_their_layout():
    wider = with_zone(DOCUMENT, replace(DOCUMENT.zones["E"], form="detached"))
    forms = {code: wider.sector(code).form for code in ("E2", "E3", "E4")}
    assert forms == {"E2": "detached", "E3": "detached", "E4": "band"}
    empty = with_zone(DOCUMENT, replace(DOCUMENT.zones["E"], code="F"))
    assert same(without_zone(empty, "F"), DOCUMENT)


def test_identity_printed_part_and_identifier():
    dates = {**DOCUMENT.identity.dates, "council_date": dt.date(2024, 6, 1)}
    identity = replace(DOCUMENT.identity, status="councils", dates=MappingProxyType(dates))
    changed = with_identity(DOCUMENT, identity)
    fields = {item.field for item in differences(DOCUMENT, changed)}
    assert fields == {"status", "council_date"}
    statements = (*DOCUMENT.printed.statements, Statement("9", kind="levels", value=3))
    printed = replace(DOCUMENT.printed, statements=statements)
    assert with_printed(DOCUMENT, printed).printed == printed
    copy = with_id(DOCUMENT, "mine")
    assert (copy.id, same(copy, DOCUMENT)) == ("mine", True)


RULE: dict[str, Any] = {"kind": "levels", "value": 5, "citation": CITED}
REFUSALS = {
    "ratio as a percentage": (
        lambda: with_rule(DOCUMENT, "sector.B4", **{**RULE, "kind": "coverage", "value": 35}),
        "zoning.rule-value",
        "sector.B4.rules[7].value",
    ),
    "no number": (
        lambda: with_rule(DOCUMENT, "sector.B4", **{**RULE, "value": float("nan")}),
        "zoning.rule-value",
        "sector.B4.rules[2].value",
    ),
    "infinite": (
        lambda: with_rule(DOCUMENT, "sector.B4", **{**RULE, "value": float("inf")}),
        "zoning.rule-value",
        "sector.B4.rules[2].value",
    ),
    "half a level": (
        lambda: with_rule(DOCUMENT, "sector.B4", **{**RULE, "value": 4.5}),
        "zoning.rule-value",
        "sector.B4.rules[2].value",
    ),
    "negative height": (
        lambda: with_rule(DOCUMENT, "zone.B", **{**RULE, "kind": "max_height_m", "value": -1}),
        "zoning.rule-value",
        "zone.B.rules[15].value",
    ),
    "unknown kind": (
        lambda: with_rule(DOCUMENT, "", **{**RULE, "kind": "cos"}),
        "zoning.wrong-kind",
        "general.rules",
    ),
    "nothing cited": (
        lambda: with_rule(DOCUMENT, "sector.B4", **{**RULE, "citation": Citation("")}),
        "zoning.wrong-citation",
        "sector.B4.rules[2].article",
    ),
    "unknown use": (
        lambda: with_rule(DOCUMENT, "sector.B4", **RULE, condition=Condition(uses=("farm",))),
        "zoning.wrong-use",
        "sector.B4.rules[7].when.use",
    ),
    "road of no width": (
        lambda: with_rule(
            DOCUMENT, "sector.B4", **RULE, condition=Condition(road_width_min_m=-1.0)
        ),
        "zoning.wrong-condition",
        "sector.B4.rules[7].when.road_width_min_m",
    ),
    "code with a dot": (
        lambda: with_sector(DOCUMENT, new_sector(DOCUMENT, "B.6", "B5", Text("x"))),
        "zoning.wrong-code",
        "sector.B.6",
    ),
    "no title": (
        lambda: with_sector(DOCUMENT, new_sector(DOCUMENT, "B6", "B5", Text())),
        "zoning.wrong-text",
        "sector.B6.title",
    ),
    "status": (
        lambda: with_identity(DOCUMENT, replace(DOCUMENT.identity, status="soon")),
        "zoning.wrong-status",
        "document.status",
    ),
    "code taken": (
        lambda: new_sector(DOCUMENT, "B4", "B5", Text("x")),
        "zoning.code-taken",
        None,
    ),
    "sector of a mix": (lambda: without_sector(DOCUMENT, "C3"), "zoning.sector-used", None),
    "zone with sectors": (lambda: without_zone(DOCUMENT, "C"), "zoning.zone-used", None),
    "no such zone": (lambda: rules_in(DOCUMENT, "zone.Q"), "zoning.no-zone", None),
    "no such sector": (lambda: rules_in(DOCUMENT, sector_scope("Q")), "zoning.no-sector", None),
    "no such scope": (lambda: rules_in(DOCUMENT, "street.Q"), "zoning.no-scope", None),
    "no such rule": (
        lambda: without_rule(DOCUMENT, "sector.B4", kind="court_m2", condition=ANYWHERE),
        "zoning.no-rule",
        None,
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_is_refused_with_its_place(name):
    change, code, place = REFUSALS[name]
    with pytest.raises(ZoningError) as caught:
        change()
    assert caught.value.code == code
    assert caught.value.params.get("place") == place
    for language in ("fr", "ar", "en"):
        assert all(load_words(language).error(caught.value))
