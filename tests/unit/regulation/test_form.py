"""The form of a sector: every rule that bites it once, and which one holds."""

from __future__ import annotations

import pytest

from emadina_gis.errors import ZoningError
from emadina_gis.regulation import Citation, Condition, load_document
from emadina_gis.regulation.edit import sector_scope, with_rule, zone_scope
from emadina_gis.regulation.form import kinds_to_add, rule_lines
from emadina_gis.regulation.kinds import GROUPS

CITED = Citation("1")


@pytest.fixture(scope="module")
def document():
    return load_document("ain-chock-2025")


def test_every_rule_of_every_sector_is_listed_once(document):
    for sector in document.sectors:
        lines = rule_lines(document, sector.code)
        listed = sorted((line.rule.kind, id(line.rule)) for line in lines)
        assert listed == sorted((rule.kind, id(rule)) for _s, rule in document.rules_of(sector))


def test_groups_stand_together_in_their_order(document):
    groups = [GROUPS.index(line.group) for line in rule_lines(document, "B4")]
    assert groups == sorted(groups)


def test_a_nearer_rule_of_the_same_case_replaces_a_wider_one(document):
    changed = with_rule(
        document, sector_scope("B4"), kind="band_depth_m", value=20.0, citation=CITED
    )
    lines = [line for line in rule_lines(changed, "B4") if line.rule.kind == "band_depth_m"]
    assert [(line.scope, line.is_replaced) for line in lines] == [
        (sector_scope("B4"), False),
        (zone_scope("B"), True),
    ]
    other_case = with_rule(
        document,
        sector_scope("B4"),
        kind="band_depth_m",
        value=20.0,
        citation=CITED,
        condition=Condition(lot=True),
    )
    lines = [line for line in rule_lines(other_case, "B4") if line.rule.kind == "band_depth_m"]
    assert not any(line.is_replaced for line in lines)


def test_only_kinds_the_sector_does_not_state_are_offered(document):
    own = {line.rule.kind for line in rule_lines(document, "B4") if line.scope == "sector.B4"}
    assert own
    assert not own & set(kinds_to_add(document, "B4"))


def test_an_unknown_sector_is_refused(document):
    with pytest.raises(ZoningError):
        rule_lines(document, "X9")
