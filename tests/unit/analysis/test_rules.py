"""Rules of a style: the first that is met draws, scale by scale; a broken one says so."""

from __future__ import annotations

import numpy as np
import shapely

from emadina_gis.analysis.rules import broken_rules, rule_classes, style_columns
from emadina_gis.domain.column import column_of
from emadina_gis.domain.style import ALL_SCALES, FeatureOpacity, Rule, Rules, Style, Symbol
from emadina_gis.domain.table import FeatureTable

RED, BLUE, GREY = Symbol("#ff0000"), Symbol("#0000ff"), Symbol("#888888")


def table() -> FeatureTable:
    return FeatureTable.from_columns(
        {"Area": np.array([10.0, 60.0, 600.0, np.nan]), "use": ["a", "b", "a", None]},
        geometry=shapely.points([(0, 0)] * 4),
    )


def test_a_feature_is_drawn_by_the_first_rule_it_meets():
    rules = Rules((Rule("area > 50", RED), Rule("use = 'a'", BLUE), Rule("", GREY)))
    drawn = rule_classes(rules, table())
    assert drawn.codes.tolist() == [1, 0, 0, 2]
    assert [entry.count for entry in drawn.entries] == [2, 1, 1, 0]
    assert drawn.colors[drawn.codes[0]].tolist() == [0, 0, 255, 255]


def test_what_no_rule_takes_is_not_drawn():
    drawn = rule_classes(Rules((Rule("use = 'b'", RED),)), table())
    assert (drawn.colors[drawn.codes, 3] > 0).tolist() == [False, True, False, False]
    assert len(drawn.legend) == 1


def test_all_others_takes_the_rest_wherever_it_stands():
    drawn = rule_classes(Rules((Rule("", GREY), Rule("use = 'b'", RED))), table())
    assert drawn.codes.tolist() == [0, 1, 0, 0]


def test_a_rule_out_of_its_scales_leaves_its_features_to_the_next():
    near = Rule("use = 'a'", RED, max_units_per_px=2.0)
    drawn = rule_classes(Rules((near, Rule("", GREY))), table())
    assert drawn.at(1.0).codes.tolist() == [0, 1, 0, 1]
    assert drawn.at(5.0).codes.tolist() == [1, 1, 1, 1]
    assert [entry.count for entry in drawn.at(5.0).entries] == [0, 4, 0]
    assert drawn.at(5.0) is drawn.at(ALL_SCALES)


def test_rules_for_all_scales_have_no_bands():
    drawn = rule_classes(Rules((Rule("use = 'a'", RED),)), table())
    assert drawn.bands == ()
    assert drawn.at(3.0) is drawn


def test_a_broken_rule_takes_nothing_and_is_told_with_its_place():
    rules = Rules((Rule("area >", RED), Rule("nowhere = 1", BLUE), Rule("", GREY)))
    drawn = rule_classes(rules, table())
    assert drawn.codes.tolist() == [2, 2, 2, 2]
    assert [problem.params["rule"] for problem in drawn.problems] == [1, 2]
    broken = broken_rules(rules, table())
    assert [(one.index, one.error.code) for one in broken] == [
        (0, "formula.unfinished"),
        (1, "formula.no-column"),
    ]


def test_rules_read_outcome_columns_and_only_those_they_name():
    class Lazy(dict):
        def __getitem__(self, name):
            assert name == "floor"
            return super().__getitem__(name)

    extra = Lazy(floor=column_of(np.array([1.0, 2.0, 3.0, 4.0])), other=None)
    drawn = rule_classes(Rules((Rule("floor > 2", RED),)), table(), extra)
    assert drawn.codes.tolist() == [1, 1, 0, 0]


def test_the_columns_of_a_style_are_named_as_the_table_spells_them():
    rules = Rules((Rule("area > 1 and USE = 'a'", RED), Rule("area <")))
    style = Style(rules, opacity=FeatureOpacity("Area"))
    assert style_columns(style, {"Area": 0, "use": 0}) == ("Area", "use")
