"""Joins by a key: no row is made, nothing is guessed, titles meet however they are written."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.analysis.key_join import joined_columns, matching
from emadina_gis.domain.column import column_of
from emadina_gis.domain.derived import JoinedColumn, KeyReading, ManyRows
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import AnalysisError
from emadina_gis.workflows.joining import JoinAsked, joined_names, previewed, sensible_reading

KEYS = st.lists(st.sampled_from(["a", "b", "c", " a ", None, ""]), min_size=1, max_size=12)


def clean(key):
    return (key or "").strip() or None


@settings(deadline=None, max_examples=150)
@given(left=KEYS, right=KEYS, many=st.sampled_from(list(ManyRows)))
def test_a_join_never_makes_rows_and_is_what_a_search_row_by_row_finds(left, right, many):
    values = [float(place) for place in range(len(right))]
    columns = {"value": column_of(np.array(values))}
    found = matching(texts(left), texts(right), KeyReading.EXACT)
    mine = [[v for k, v in zip(right, values, strict=True) if clean(k) == clean(key)] if clean(key)
            else [] for key in left]  # fmt: skip
    assert found.matched == sum(bool(values) for values in mine)
    wanted = [JoinedColumn("value", "joined", many)]
    if many is ManyRows.REFUSED and any(len(values) > 1 for values in mine):
        with pytest.raises(AnalysisError) as refused:
            joined_columns(found, columns, wanted)
        assert refused.value.code == "join.many-rows"
        return
    made = joined_columns(found, columns, wanted)["joined"]
    assert len(made) == len(left)
    expected = [figure(values, many) for values in mine]
    np.testing.assert_allclose(made.numbers, expected)


def texts(keys):
    import pyarrow as pa

    return column_of(pa.array(keys, pa.string()))


def figure(values, many):
    if many is ManyRows.COUNT:
        return len(values)
    if not values:
        return math.nan
    if many in {ManyRows.REFUSED, ManyRows.SAME}:
        return values[0] if len(set(values)) == 1 else math.nan
    known = {ManyRows.SUM: sum, ManyRows.MIN: min, ManyRows.MAX: max,
             ManyRows.MEAN: lambda items: sum(items) / len(items)}  # fmt: skip
    return known[many](values)


def test_titles_meet_however_they_are_written():
    left = texts(["T.3875/C", "T.12/C", None])
    right = texts(["TF n° 3875 / c", "R 12/C", "الرسم العقاري عدد 12/C"])
    assert matching(left, right, KeyReading.EXACT).matched == 0
    assert matching(left, right, KeyReading.TITLE).left.tolist() == [0, 2, -1]
    assert sensible_reading(left, right) is KeyReading.TITLE
    assert sensible_reading(left, column_of([1, 2])) is KeyReading.EXACT


def test_whole_numbers_meet_texts_and_accents_may_not_matter():
    numbers = column_of(np.array([12.0, 3.5, math.nan]))
    assert matching(numbers, texts(["3.5", "12"]), KeyReading.EXACT).left.tolist() == [1, 0, -1]
    plain = matching(texts(["Aïn  Chock"]), texts(["AIN CHOCK"]), KeyReading.PLAIN)
    assert plain.matched == 1


def test_what_several_rows_say_is_taken_only_where_they_agree():
    found = matching(texts(["a", "b"]), texts(["a", "a", "b", "b"]), KeyReading.EXACT)
    columns = {"use": texts(["villa", "villa", "villa", "bureau"])}
    made = joined_columns(found, columns, [JoinedColumn("use", "use", ManyRows.SAME)])
    assert [made["use"].value(row) for row in range(2)] == ["villa", None]


def test_a_preview_counts_both_sides_and_names_some():
    left = FeatureTable.from_columns({"key": ["a", "b", "x", None]})
    right = {"k": texts(["a", "a", "c"]), "size": column_of([1.0, 2.0, 3.0])}
    found = previewed(left, right, JoinAsked("key", "k", ("size",)))
    assert (found.rows, found.matched, found.left_over, found.without_key) == (4, 1, 2, 1)
    assert (found.right_over, found.repeated, found.is_one_to_many) == (1, 2, True)
    assert found.left_samples == ("b", "x")
    assert found.right_samples == ("c",)
    assert found.repeated_samples == ("a",)


def test_joined_columns_take_free_names_and_texts_are_never_summed():
    right = {"size": column_of([1.0]), "use": texts(["x"])}
    asked = JoinAsked("key", "k", ("size", "use"), many=ManyRows.SUM)
    assert joined_names(asked, ["size", "size_2"], right) == (
        JoinedColumn("size", "size_3", ManyRows.SUM),
        JoinedColumn("use", "use", ManyRows.SAME),
    )
