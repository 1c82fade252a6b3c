"""What a style draws: each feature one class, counts that add up, a legend of what is there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emadina_gis.domain.column import column_of
from emadina_gis.domain.style import (
    MISSING_COLOR,
    Categorized,
    Category,
    Graduated,
    Single,
    Style,
    Symbol,
    drawn_classes,
    rgba,
    symbology_field,
)


def test_one_symbol_draws_all():
    drawn = drawn_classes(Style(Single(Symbol("#102030", fill_opacity=0.5))), None, 3)
    assert drawn.codes.tolist() == [0, 0, 0]
    assert drawn.colors.tolist() == [[16, 32, 48, 128]]
    assert drawn.legend[0].count == 3
    line = drawn_classes(Style(Single(Symbol(None, "#0000ff"))), None, 2)
    assert line.colors[0].tolist() == [0, 0, 255, 255]


@given(hnp.arrays(np.float64, st.integers(0, 30), elements=st.floats(-50, 50) | st.just(np.nan)))
def test_graduated_classes_hold_their_values(values):
    style = Style(Graduated("x", (-50.0, -1.0, 2.5, 50.0), ("#111111", "#222222", "#333333")))
    drawn = drawn_classes(style, column_of(values), len(values))
    assert np.bincount(drawn.codes, minlength=4).tolist() == [e.count for e in drawn.entries]
    for value, code in zip(values, drawn.codes, strict=True):
        entry = drawn.entries[code]
        if np.isnan(value):
            assert entry.kind == "missing"
        else:
            assert entry.low <= value <= entry.high


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=20))
def test_categories_others_and_missing(values):
    import pyarrow as pa

    style = Style(
        Categorized("x", (Category("a", "#111111"), Category("z", "#222222")), other=None)
    )
    drawn = drawn_classes(style, column_of(pa.array(values, pa.string())), len(values))
    told = {e.kind if e.kind != "value" else e.value: e.count for e in drawn.entries}
    expected = {
        "a": values.count("a"), "z": 0, "missing": values.count(None),
        "other": values.count("b") + values.count("c"),
    }  # fmt: skip
    assert told == expected
    assert {e.kind for e in drawn.legend} <= {"value", "missing"}
    assert drawn.colors[2].tolist() == [0, 0, 0, 0]


def test_a_category_for_what_is_missing():
    style = Style(Categorized("x", (Category(None, "#123456"), Category("a", "#111111"))))
    drawn = drawn_classes(style, column_of(["a", None]), 2)
    assert drawn.codes.tolist() == [1, 0]


def test_numbers_and_truth_values_are_categories():
    whole = Style(Categorized("x", (Category(1, "#111111"), Category(2.0, "#222222"))))
    assert drawn_classes(whole, column_of([1, 2, 3]), 3).codes.tolist() == [0, 1, 2]
    truth = Style(Categorized("x", (Category(False, "#111111"), Category(True, "#222222"))))
    assert drawn_classes(truth, column_of([True, False]), 2).codes.tolist() == [1, 0]


@pytest.mark.parametrize(
    "symbology", [Categorized("x", ()), Graduated("x", (0.0, 1.0), ("#111111",))]
)
def test_a_column_that_is_gone_is_drawn_as_missing(symbology):
    drawn = drawn_classes(Style(symbology), None, 2)
    assert [e.kind for e in drawn.entries] == ["missing"]
    assert drawn.entries[0].color == MISSING_COLOR
    assert symbology_field(Style(symbology)) == "x"
    assert symbology_field(Style()) == ""


def test_colours_and_scales():
    assert rgba(None) == (0, 0, 0, 0)
    assert rgba("#ff8000", 7) == (255, 128, 0, 7)
    style = Style(min_units_per_px=1.0, max_units_per_px=4.0)
    assert [style.shown_at(u) for u in (0.5, 1.0, 4.0, 5.0)] == [False, True, True, False]
