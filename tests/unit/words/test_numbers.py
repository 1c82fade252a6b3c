"""Numbers as planners of Morocco write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.words.numbers import (
    MINUS,
    NNBSP,
    directed_parts,
    format_number,
    isolate_number,
    isolate_text,
    title_number,
    without_isolates,
)


@pytest.mark.parametrize(
    ("value", "language", "decimals", "expected"),
    [
        (1_234.5, "fr", 1, f"1{NNBSP}234,5"),
        (1_234.5, "ar", 1, f"1{NNBSP}234,5"),
        (1_234.5, "en", 1, f"1{NNBSP}234.5"),
        (-9_876_543, "fr", 0, f"{MINUS}9{NNBSP}876{NNBSP}543"),
        (0.004, "fr", 2, "0,00"),
        (-0.004, "fr", 2, "0,00"),
        (999.5, "fr", 0, f"1{NNBSP}000"),
        (None, "fr", 0, "–"),
        (float("nan"), "ar", 2, "–"),
        (float("inf"), "en", 2, "–"),
        (12, "fr", 0, "12"),
    ],
)
def test_numbers(value, language, decimals, expected):
    assert format_number(value, language, decimals) == expected


def test_signs_are_shown_when_asked():
    assert format_number(5, "fr", signed=True) == "+5"
    assert format_number(0, "fr", signed=True) == "0"
    assert format_number(-5, "fr", signed=True) == f"{MINUS}5"


@given(st.floats(-1e12, 1e12), st.sampled_from(["fr", "ar", "en"]), st.integers(0, 4))
def test_a_number_reads_back(value, language, decimals):
    text = format_number(value, language, decimals)
    plain = text.replace(NNBSP, "").replace(MINUS, "-").replace(",", ".")
    assert float(plain) == pytest.approx(value, abs=0.5000001 * 10**-decimals + abs(value) * 1e-12)
    assert " " not in text


def test_numbers_and_titles_are_isolated_in_arabic_only():
    assert isolate_number("12", "fr") == "12"
    assert isolate_number("12", "ar") == "\u206612\u2069"
    assert isolate_text("Rue", "ar") == "\u2068Rue\u2069"
    assert title_number("T.18422/C", "ar") == "\u2066T.18422/C\u2069"
    assert without_isolates(title_number("T.18422/C", "ar")) == "T.18422/C"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("منطقة", [("منطقة", True)]),
        (
            "من \u20669\u2069 إلى \u206619\u2069",
            [
                ("من ", True),
                ("9", False),
                (" إلى ", True),
                ("19", False),
            ],
        ),
        ("\u2068Rue 5\u2069", [("Rue 5", False)]),
        ("\u2068شارع 5\u2069", [("شارع 5", True)]),
        ("\u206812\u2069", [("12", False)]),
        ("\u2067\u2066B4\u2069 · سفلي\u2069 x", [("B4", False), (" · سفلي", True), (" x", True)]),
        ("a\u2069b", [("a", True), ("b", True)]),
    ],
)
def test_parts_have_a_direction_of_their_own(text, parts):
    assert directed_parts(text, rtl=True) == parts
