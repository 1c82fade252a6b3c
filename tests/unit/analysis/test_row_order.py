"""Rows in order: against a reference written row by row, in each language, with gaps."""

from __future__ import annotations

from functools import cmp_to_key

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.analysis.row_filter import (
    InRange,
    IsMissing,
    OneOf,
    TextContains,
    rows_meeting,
)
from emadina_gis.analysis.row_order import SortKey, row_order
from emadina_gis.analysis.row_query import RowQuery, RowSource, Scope, rows_in, rows_shown
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.table import FeatureTable
from emadina_gis.words.collation import folded_text, text_order
from tests.builders import parcel_table

TEXTS = st.one_of(st.none(), st.text(alphabet="abÉé 12’شأا/", max_size=4))
NUMBERS = st.one_of(st.none(), st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
ROWS = st.lists(st.tuples(TEXTS, NUMBERS, st.sampled_from([None, True, False])), max_size=30)
NAMES = ("text", "number", "truth")
KEYS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=3, unique_by=lambda key: key[0]
)


def table_of(rows):
    columns = {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}
    if not rows:
        columns = {"text": np.zeros(0, object), "number": np.zeros(0), "truth": np.zeros(0, bool)}
    return FeatureTable.from_columns(columns)


def places(values):
    """Return the place of each text by comparing texts two by two."""
    import pyarrow as pa

    def compare(a, b):
        first = text_order(pa.array([a, b], pa.string()), "fr")[0].as_py()
        return 0 if a == b else (-1 if first == 0 else 1)

    distinct = sorted({value for value in values if value is not None}, key=cmp_to_key(compare))
    return {value: place for place, value in enumerate(distinct)}


def reference(rows, keys):
    """Return the order by sorting once for each key, the last first: as Python does it."""
    order = list(range(len(rows)))
    for name, descending in reversed(keys):
        column = [row[NAMES.index(name)] for row in rows]
        rank = places(column) if name == "text" else {value: value for value in column}
        known = [row for row in order if column[row] is not None]
        missing = [row for row in order if column[row] is None]
        known.sort(key=lambda row: -rank[column[row]] if descending else rank[column[row]])
        order = known + missing
    return order


@settings(deadline=None, max_examples=150)
@given(rows=ROWS, keys=KEYS)
def test_the_order_is_that_of_a_sort_row_by_row(rows, keys):
    table = table_of(rows)
    asked = [SortKey(name, descending) for name, descending in keys]
    found = row_order(table.columns, asked, len(rows), "fr")
    assert found.tolist() == reference(rows, keys)


@settings(deadline=None, max_examples=100)
@given(rows=ROWS, keys=KEYS, low=st.floats(-5, 5), chosen=st.sets(st.integers(0, 29)))
def test_a_filter_keeps_the_order_and_selected_rows_come_first(rows, keys, low, chosen):
    table = table_of(rows)
    selected = np.array(sorted(row for row in chosen if row < len(rows)), dtype=np.intp)
    source = RowSource(table, table.columns, selected)
    asked = tuple(SortKey(name, descending) for name, descending in keys)
    condition = InRange("number", low=low)
    query = RowQuery(conditions=(condition,), order=asked)
    kept = rows_meeting(table.columns, [condition], len(rows))
    whole = reference(rows, keys)
    expected = [row for row in whole if kept[row]]
    assert rows_shown(query, source).tolist() == expected
    first = RowQuery(conditions=(condition,), order=asked, selected_first=True)
    top = [row for row in expected if row in selected]
    below = [row for row in expected if row not in selected]
    assert rows_shown(first, source).tolist() == top + below


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("fr", ["3 rue", "12 rue", "éland", "Elbe", "œuf", "of", "Zoo", "أرض", "بيت"]),
        ("ar", ["3 rue", "أرض", "بيت", "تمر", "éland", "Zoo"]),
        ("fr", ["Lot 2", "lot 2 bis", "Lot 10", "T.5/C", "T.٧/C", "T.10/C"]),
    ],
)
def test_texts_stand_as_readers_expect(language, texts):
    table = FeatureTable.from_columns({"text": texts[::-1]})
    found = row_order(table.columns, [SortKey("text")], len(texts), language)
    assert [texts[::-1][row] for row in found] == texts


def test_finding_knows_no_case_accents_or_foreign_digits():
    assert folded_text("ÉQUIPEMENT n° ٥") == folded_text("equipement N° 5")
    assert folded_text("مَدْرَسَةٌ") == folded_text("مدرسة")


COLUMNS = table_of(
    [("Rue Élan", 1.0, True), (None, 2.5, None), ("école", None, False), ("Elan", 3.0, True)]
).columns


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        (TextContains("text", "elan"), [0, 3]),
        (TextContains("number", "2.5"), [1]),
        (InRange("number", 1.0, 2.5), [0, 1]),
        (InRange("number", high=1.0), [0]),
        (OneOf("text", ("école", None)), [1, 2]),
        (OneOf("truth", (True,)), [0, 3]),
        (IsMissing("number"), [2]),
        (IsMissing("truth", negated=True), [0, 2, 3]),
    ],
)
def test_a_condition_finds_its_rows_and_no_missing_ones(condition, rows):
    assert np.flatnonzero(rows_meeting(COLUMNS, [condition], 4)).tolist() == rows


def test_a_range_of_days_holds_the_whole_last_day():
    import datetime as dt

    moments = [dt.datetime(2026, 3, day, 18) for day in (1, 2, 3)]
    table = FeatureTable.from_columns({"moment": moments})
    asked = InRange("moment", dt.date(2026, 3, 1), dt.date(2026, 3, 2))
    assert np.flatnonzero(rows_meeting(table.columns, [asked], 3)).tolist() == [0, 1]


def test_scopes_are_the_selection_and_the_view():
    table = parcel_table(9)
    source = RowSource(table, table.columns, np.array([2, 5]), Extent(*table.bounds[4]))
    assert rows_shown(RowQuery(scope=Scope.SELECTED), source).tolist() == [2, 5]
    seen = rows_shown(RowQuery(scope=Scope.VIEW), source)
    assert 4 in seen
    assert seen.tolist() == rows_in(table, source.extent).tolist()


def test_a_heading_is_asked_again_and_again():
    query = RowQuery().sorted_by("a")
    assert query.order == (SortKey("a"),)
    assert query.sorted_by("a").order == (SortKey("a", True),)
    assert query.sorted_by("a").sorted_by("a").order == ()
    both = query.sorted_by("b", add=True)
    assert both.order == (SortKey("a"), SortKey("b"))
    assert both.sorted_by("b", add=True).order == (SortKey("a"), SortKey("b", True))
    assert both.sorted_by("b").order == (SortKey("b"),)
