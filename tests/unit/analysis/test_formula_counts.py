"""The values that are offered: the most frequent first, missing ones left out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.analysis.formula_counts import frequent_values
from emadina_gis.domain.column import column_of


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1))
def test_counts_are_those_of_the_values(values):
    counted = frequent_values(column_of(values))
    assert dict(counted) == Counter(value for value in values if value is not None)
    assert [count for _, count in counted] == sorted((n for _, n in counted), reverse=True)


@pytest.mark.parametrize("values", [[1.5, 2.0, 2.0], [True, True, False], ["é", "é", "x"]])
def test_the_most_frequent_comes_first_and_no_more_than_wanted(values):
    assert frequent_values(column_of(values), 1) == (frequent_values(column_of(values))[0],)
