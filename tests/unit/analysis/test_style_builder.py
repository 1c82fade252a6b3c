"""Styles made from columns are drawn as they say."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.analysis import style_builder as sb
from emadina_gis.domain.column import column_of
from emadina_gis.domain.schema import Role
from emadina_gis.domain.style import Graduated, LabelStyle, Style, Symbol, drawn_classes
from emadina_gis.errors import EmptyInput, MissingInput


def test_graduated_draws_each_class_with_a_count():
    column = column_of(np.append(np.arange(100.0), np.nan))
    made = sb.graduated(column, "x", sb.Classes(count=4), unit="m2")
    drawn = drawn_classes(Style(made), column, 101)
    assert [entry.count for entry in drawn.entries] == [25, 25, 25, 25, 1]
    assert drawn.entries[-1].kind == "missing"
    assert made.unit == "m2"
    assert made.decimals == 0


def test_graduated_refuses_texts_and_nothing():
    with pytest.raises(MissingInput):
        sb.graduated(column_of(["a"]), "x")
    with pytest.raises(EmptyInput):
        sb.graduated(column_of(np.array([np.nan, np.nan])), "x")


def test_sectors_are_in_the_order_and_colours_of_plans():
    column = column_of(["I3", "B5", "B4", "PBC4", None, "D3", "B4"])
    made = sb.categorized(column, "sector", role=Role.SECTOR)
    assert [c.value for c in made.categories] == ["B4", "B5", "D3", "PBC4", "I3"]
    drawn = drawn_classes(Style(made), column, 7)
    assert [e.count for e in drawn.entries] == [2, 1, 1, 1, 1, 0, 1]


def test_categories_sort_numbers_within_texts_and_keep_the_most_frequent():
    column = column_of(["Q10", "Q2", "Q2", "Q1", "Q1"])
    assert [c.value for c in sb.categorized(column, "q").categories] == ["Q1", "Q2", "Q10"]
    kept = sb.categorized(column, "q", most=2)
    assert [c.value for c in kept.categories] == ["Q1", "Q2"]
    drawn = drawn_classes(Style(kept), column, 5)
    assert drawn.entries[2].kind == "other"
    assert drawn.entries[2].count == 1


def test_categories_of_truth_values_numbers_and_mixed_texts():
    for values in ([True, False, None], [3.0, 1.0, 2.0], ["a1", "1a", "é", ""]):
        column = column_of(values)
        made = sb.categorized(column, "x")
        drawn = drawn_classes(Style(made), column, len(values))
        assert sum(e.count for e in drawn.entries) == len(values)


def test_no_values_no_categories():
    import pyarrow as pa

    with pytest.raises(EmptyInput):
        sb.categorized(column_of(pa.array([None, None], pa.string())), "x")


def test_a_measure_is_suggested_as_classes_and_a_code_as_categories():
    assert isinstance(sb.suggested(column_of(np.linspace(0, 1, 50)), "x"), Graduated)
    assert not isinstance(sb.suggested(column_of([1, 2, 3, 1]), "x"), Graduated)


def test_another_symbology_keeps_the_rest():
    style = Style(sb.single("#112233", Symbol(stroke="#445566")), LabelStyle("n"), 0.5, 9.0)
    changed = sb.restyled(style, sb.categorized(column_of(["a", "b"]), "x"))
    assert changed.symbol.stroke == "#445566"
    assert changed.label == style.label
    assert (changed.min_units_per_px, changed.max_units_per_px) == (0.5, 9.0)


def test_one_category_is_recoloured():
    made = sb.recolored(sb.categorized(column_of(["a", "b"]), "x"), "b", "#000000")
    assert made.categories[1].color == "#000000"
    assert made.categories[0].color != "#000000"


def test_a_raster_ramp_spans_its_values():
    style = sb.raster_ramp(10.0, 220.0, unit="m")
    assert style.stops[0][0] == 10.0
    assert style.stops[-1][0] == 220.0
    assert sb.raster_ramp(5.0, 5.0).stops[-1][0] == 6.0
    with pytest.raises(EmptyInput):
        sb.raster_ramp(np.nan, 1.0)


@pytest.mark.parametrize(
    ("bounds", "decimals"), [((0, 100, 200), 0), ((0.0, 0.25, 1.0), 2), ((1.0001, 1.0002), 4)]
)
def test_the_legend_has_as_many_decimals_as_it_needs(bounds, decimals):
    assert sb.legend_decimals(bounds) == decimals
