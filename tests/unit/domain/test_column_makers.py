"""Columns made of what an outcome holds are those that would be made of the values themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.column import code_column, column_of, number_column, text_column
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.style import Graduated, Style, Symbol, drawn_classes

WORDS = ("", "zone", "côte", "art", "zone")


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(np.nan)), max_size=40), st.integers(1, 9))
def test_a_column_of_numbers_is_kept_as_it_is(values, size):
    array = np.array(values, dtype=np.float64)
    plain, made = column_of(array.copy(), size=size), number_column(array, size=size)
    assert made.fingerprint == plain.fingerprint
    assert made.missing_count == plain.missing_count
    assert made.numbers is array
    assert np.array_equal(made.numbers, plain.numbers, equal_nan=True)


def test_a_number_column_cannot_be_written_behind_its_back():
    array = np.arange(5.0)
    number_column(array)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 3.0


@given(st.lists(st.integers(0, len(WORDS) - 1), max_size=40), st.integers(1, 9))
def test_a_column_of_codes_is_the_column_of_its_words(codes, size):
    array = np.array(codes, dtype=np.int8)
    words = np.array(WORDS, dtype=object)[array] if codes else np.zeros(0, dtype=object)
    plain, made = text_column(words, size=size), code_column(array, WORDS, size=size)
    assert made.fingerprint == plain.fingerprint
    assert made.strings.tolist() == plain.strings.tolist()
    first, second = made.coded, plain.coded
    assert first[0].tolist() == second[0].tolist()
    assert list(first[1]) == list(second[1])


@given(
    st.lists(st.one_of(st.integers(-3, 12).map(float), st.just(np.nan)), min_size=1, max_size=60),
    st.lists(st.integers(-2, 11).map(float), min_size=2, max_size=7, unique=True),
)
def test_a_class_is_the_interval_that_a_search_finds(values, breaks):
    breaks = sorted(breaks)
    colors = tuple(f"#0000{number:02x}" for number in range(len(breaks) - 1))
    symbology = Graduated("v", tuple(breaks), colors, symbol=Symbol())
    numbers = np.array(values)
    found = drawn_classes(Style(symbology), column_of(numbers), len(values))
    place = np.clip(np.searchsorted(breaks[1:-1], numbers, side="left"), 0, len(colors) - 1)
    wanted = np.where(np.isnan(numbers), len(colors), place)
    assert found.codes.tolist() == wanted.tolist()
    assert [entry.count for entry in found.entries] == np.bincount(
        wanted, minlength=len(colors) + 1
    ).tolist()


def test_few_rows_of_many_chunks_are_taken_in_the_order_asked():
    column = column_of(np.arange(5 * CHUNK_ROWS))
    rows = np.array([3 * CHUNK_ROWS, 2, 5 * CHUNK_ROWS - 1, 2])
    assert column.take(rows).arrow.to_pylist() == rows.tolist()
    assert len(column.take(rows[:0])) == 0
