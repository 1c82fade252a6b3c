"""What is typed and pasted: read as the column's type, or refused with the place."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.analysis.pasted import Target, cells_of, pasted_columns, without_heading
from emadina_gis.analysis.typed_values import plain_text, typed_value
from emadina_gis.domain.column import Column
from emadina_gis.errors import AnalysisError

NUMBER, WHOLE, TRUTH, TEXT, DAY, MOMENT = (
    Column((), kind)
    for kind in (pa.float64(), pa.int64(), pa.bool_(), pa.string(), pa.date32(),
                 pa.timestamp("us"))
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "column", "language", "value"),
    [
        ("1250,5", NUMBER, "fr", 1250.5),
        ("1\u202f250,5", NUMBER, "fr", 1250.5),
        ("1.250,5", NUMBER, "ar", 1250.5),
        ("1,250.5", NUMBER, "en", 1250.5),
        ("1,250", NUMBER, "en", 1250.0),
        ("٣٫٥", NUMBER, "ar", 3.5),
        ("−4", NUMBER, "fr", -4.0),
        ("\u20661\u202f250\u2069", WHOLE, "ar", 1250),
        ("  ", NUMBER, "fr", None),
        ("Oui", TRUTH, "fr", True),
        ("لا", TRUTH, "ar", False),
        ("0", TRUTH, "en", False),
        (" Rue 5 ", TEXT, "fr", "Rue 5"),
        ("3/11/2026", DAY, "fr", dt.date(2026, 11, 3)),
        ("2026-11-03", DAY, "en", dt.date(2026, 11, 3)),
        ("3/11/2026 18:05", MOMENT, "fr", dt.datetime(2026, 11, 3, 18, 5)),
    ],
)
def test_a_text_is_read_as_the_type_of_the_column(text, column, language, value):
    assert typed_value(text, column, language) == value


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("vaste", NUMBER, "cell.number"),
        ("1,2,3", NUMBER, "cell.number"),
        ("inf", NUMBER, "cell.number"),
        ("2,5", WHOLE, "cell.whole"),
        ("peut-être", TRUTH, "cell.truth"),
        ("31/02/2026", DAY, "cell.date"),
        ("3/11/26", DAY, "cell.date"),
        ("3/11/2026 25:00", MOMENT, "cell.date"),
    ],
)
def test_what_does_not_fit_is_refused(text, column, code):
    with pytest.raises(AnalysisError) as refused:
        typed_value(text, column, "fr")
    assert refused.value.code == code


@given(value=st.floats(allow_nan=False, allow_infinity=False),
       language=st.sampled_from(["fr", "ar", "en"]))  # fmt: skip
def test_a_number_that_is_shown_for_typing_is_read_back(value, language):
    assert typed_value(plain_text(value, language), NUMBER, language) == value


def test_words_shown_for_codes_are_read_as_the_codes():
    choices = {"Parcelle d'angle": "corner"}
    assert typed_value("parcelle d'ANGLE", TEXT, "fr", choices) == "corner"
    assert typed_value("autre", TEXT, "fr", choices) == "autre"


def test_a_block_is_taken_apart_as_spreadsheets_write_it():
    assert cells_of("a\tb\r\nc\t\r\n") == [["a", "b"], ["c", ""]]
    assert cells_of('"deux\nlignes"\t1\nx') == [["deux\nlignes", "1"], ["x", ""]]
    assert cells_of('12" de large') == [['12" de large']]


def test_headings_that_were_copied_along_are_not_values():
    assert without_heading([["Nom", "Taille"], ["x", "1"]], ["Nom", "Taille"]) == [["x", "1"]]
    assert without_heading([["x", "1"]], ["Nom", "Taille"]) == [["x", "1"]]


def test_one_bad_cell_refuses_the_block_and_says_where():
    targets = [Target("name", "Nom", TEXT), Target("size", "Taille", NUMBER)]
    good = pasted_columns([["x", "1,5"], ["y", ""]], targets, "fr")
    assert good == (("name", ["x", "y"]), ("size", [1.5, None]))
    with pytest.raises(AnalysisError) as refused:
        pasted_columns([["x", "1,5"], ["y", "?"]], targets, "fr")
    assert refused.value.code == "cell.paste"
    assert (refused.value.params["line"], refused.value.params["column"]) == (2, "Taille")
