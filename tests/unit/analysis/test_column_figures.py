"""Figures and groups of columns, beside NumPy and plain Python."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.analysis.column_figures import class_edges, column_reading
from emadina_gis.analysis.row_find import found_cells
from emadina_gis.analysis.row_groups import Figure, Measure, grouped
from emadina_gis.domain.column import column_of
from emadina_gis.domain.table import FeatureTable

NUMBERS = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6, width=32)), min_size=1, max_size=40)


@settings(deadline=None, max_examples=100)
@given(values=NUMBERS)
def test_figures_are_those_of_the_values_that_are_there(values):
    column = column_of(np.array([math.nan if v is None else v for v in values]))
    known = [v for v in values if v is not None]
    reading = column_reading(column)
    figures = reading.figures
    assert (figures.count, figures.known) == (len(values), len(known))
    assert figures.distinct == len(set(known))
    assert sum(bar.count for bar in reading.bars) == len(known)
    if known:
        assert figures.total == pytest.approx(math.fsum(known), abs=1e-3)
        assert figures.median == pytest.approx(statistics.median(known))
        assert figures.deviation == pytest.approx(statistics.pstdev(known), abs=1e-2)
        assert (figures.minimum, figures.maximum) == (min(known), max(known))
        assert reading.bars[0].low <= min(known)
        assert reading.bars[-1].high >= max(known)


def test_rows_without_a_value_have_no_figure_but_their_number():
    reading = column_reading(column_of(np.array([math.nan, math.nan])))
    assert reading.figures.missing == 2
    assert reading.figures.mean is None
    assert reading.bars == ()


def test_values_are_counted_the_most_frequent_first():
    column = column_of(["D3", "B4", "D3", None, "A6"])
    reading = column_reading(column, most=2)
    assert [(bar.value, bar.count) for bar in reading.bars] == [("D3", 2), ("A6", 1)]
    assert reading.others == 1
    assert column_reading(column, np.array([1, 3])).figures.missing == 1


def test_edges_of_classes_are_round():
    assert class_edges(0.0, 96.0, 100).tolist() == np.arange(0, 101, 10).tolist()
    assert class_edges(5.0, 5.0, 3).tolist() == [5.0, 5.0]


ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1, 2]),
              st.one_of(st.none(), st.integers(-9, 9))),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(rows=ROWS)
def test_groups_share_the_rows_and_their_sums_add_up(rows):
    table = FeatureTable.from_columns({
        "kind": pa.array([kind for kind, _, _ in rows], pa.string()),
        "level": [level for _, level, _ in rows],
        "size": np.array([math.nan if size is None else size for _, _, size in rows]),
    })  # fmt: skip
    measures = [Measure("size", figure) for figure in Figure]
    groups = grouped(table.columns, ["kind", "level"], measures, np.arange(len(rows)))
    assert groups.counts.sum() == len(rows)
    assert np.nansum(groups.values[0]) == sum(size or 0 for _, _, size in rows)
    for number in range(len(groups)):
        key = groups.keys[0].value(number), groups.keys[1].value(number)
        mine = [size for kind, level, size in rows if (kind, level) == key]
        known = [size for size in mine if size is not None]
        assert groups.counts[number] == len(mine)
        assert set(groups.rows_of(np.array([number]))) == {
            row for row, (kind, level, _) in enumerate(rows) if (kind, level) == key
        }
        found = [values[number] for values in groups.values]
        expected = (
            [sum(known), sum(known) / len(known), min(known), max(known), len(known)]
            if known else [math.nan] * 4 + [0]
        )  # fmt: skip
        np.testing.assert_allclose(found, expected)


def test_a_text_is_found_line_by_line():
    table = FeatureTable.from_columns({"name": ["École", "parc", "collège"], "n": [12.5, 3.0, 2.0]})
    columns = [(table.column("name"), None), (table.column("n"), None)]
    found = found_cells("COL", columns, np.array([2, 1, 0]), "fr")
    assert [found.cell(n) for n in range(len(found))] == [(0, 0), (2, 0)]
    assert found.after(0, 0) == 1
    assert found.after(2, 0) == 0
    decimal = found_cells("12,5", columns, np.array([2, 1, 0]), "fr")
    assert [decimal.cell(n) for n in range(len(decimal))] == [(2, 1)]
