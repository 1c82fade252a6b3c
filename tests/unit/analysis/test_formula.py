"""Formulas: what they mean, what they refuse, and that nothing else is reachable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.analysis.formula import formula, numbers_of, rows_where
from emadina_gis.analysis.formula_tokens import LONGEST_TEXT
from emadina_gis.analysis.formula_words import KEYWORDS, SHOWN
from emadina_gis.domain.column import column_of
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import AnalysisError


@pytest.fixture(scope="module")
def table() -> FeatureTable:
    return FeatureTable.from_columns(
        {
            "sector": ["B4", "B5", None, "D3", "b4"],
            "area_m2": [300.0, np.nan, 50.0, 620.0, 0.0],
            "lot": [True, None, False, True, False],
            "Titre foncier": ["T.1/C", "T.2/C", "T.3/C", "T.4/C", "l'Oasis"],
            "سكان": [1, 2, 3, 4, 5],
        }
    )


def refusal(attempt) -> AnalysisError | None:
    """Return the refusal of an attempt, None where it was accepted."""
    try:
        attempt()
    except AnalysisError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sector = 'B4'", [0]),
        ("sector ≠ 'B4'", [1, 3, 4]),
        ("not sector = 'B4'", [1, 3, 4]),
        ("sector in ('B4', 'D3')", [0, 3]),
        ("sector not in ('B4', 'D3')", [1, 4]),
        ("sector contains 'b'", [0, 1, 4]),
        ("sector is missing", [2]),
        ("sector is not missing and area_m2 is missing", [1]),
        ("area_m2 > 100", [0, 3]),
        ("area_m2 > 100 or sector is missing", [0, 2, 3]),
        ("area_m2 <= 50", [2, 4]),
        ("area_m2 / 2 >= 150 and area_m2 < 10 * 62", [0]),
        ("100 / area_m2 < 1", [0, 3]),
        ("100 / area_m2 > 1", [2]),
        ("−area_m2 < -400", [3]),
        ("lot", [0, 3]),
        ("not lot", [2, 4]),
        ("lot = false", [2, 4]),
        ("lot or area_m2 = 50", [0, 2, 3]),
        ("[Titre foncier] = 'l''Oasis'", [4]),
        ('[titre foncier] = "T.2/C"', [1]),
        ("AREA_M2 in (-1, 300, 0)", [0, 4]),
        ("سكان ≥ 4", [3, 4]),
        ("true", [0, 1, 2, 3, 4]),
        ("2 > 3", []),
        ("secteur_libre = 1 or true", None),
        ("sector = 'B4' et area_m2 > 100", [0]),
        ("non lot ou sector dans ('D3')", [2, 3, 4]),
        ("sector est manquant", [2]),
        ("sector contient '4' et lot = vrai", [0]),
        ("sector ضمن ('B4'، 'D3') و lot = نعم", [0, 3]),
        ("sector هو مفقود أو سكان = 1", [0, 2]),
        ("ليس lot", [2, 4]),
        ("sector < 'C'", [0, 1]),
    ],
)
def test_rows(table, text, rows):
    if rows is None:
        with pytest.raises(AnalysisError) as refused:
            rows_where(formula(text), table)
        assert refused.value.code == "formula.no-column"
    else:
        assert rows_where(formula(text), table).tolist() == rows


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "formula.empty", 1),
        ("   ", "formula.empty", 1),
        ("area_m2 >", "formula.unfinished", 10),
        ("area_m2 > > 3", "formula.unexpected", 11),
        ("(area_m2 > 3", "formula.unfinished", 13),
        ("area_m2 > 3)", "formula.unexpected", 12),
        ("area_m2 > 3 sector", "formula.unexpected", 13),
        ("area_m2 in (0,5)", "formula.comma", 14),
        ("max(area_m2, 0,5) > 1", "formula.comma", 15),
        ("area_m2 $ 3", "formula.character", 9),
        ("sector = 'B4", "formula.character", 10),
        ("sector in ()", "formula.unexpected", 12),
        ("nope = 3", "formula.no-column", 1),
        ("sector = 3", "formula.kinds", 10),
        ("area_m2 = '3'", "formula.kinds", 11),
        ("sector + 1 = 2", "formula.kinds", 1),
        ("not area_m2", "formula.kinds", 5),
        ("sector contains area_m2", "formula.kinds", 17),
        ("area_m2 and lot", "formula.kinds", 1),
        ("sector in (1)", "formula.kinds", 12),
        ("area_m2 + 1", "formula.not-a-condition", 9),
        ("sector", "formula.not-a-condition", 1),
    ],
)
def test_refusals_say_where(table, text, code, position):
    with pytest.raises(AnalysisError) as refused:
        rows_where(formula(text), table)
    assert refused.value.code == code
    assert refused.value.params["position"] == position


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "sector.__class__",
        "9**9**9",
        "lambda: 0",
        "open('/etc/passwd')",
        "sector[0]",
        "@pd.io.common.os",
        "`sector`",
        "{x for x in sector}",
        "sector; area_m2",
        "area_m2 := 3",
        "f'{sector}'",
        "sector if lot else sector",
        "eval('1')",
        "\\x00",
    ],
)
def test_nothing_of_python_is_reachable(table, text):
    with pytest.raises(AnalysisError):
        rows_where(formula(text), table)


def test_size_and_depth_are_limited(table):
    for text in ("1" * (LONGEST_TEXT + 1), "(" * 60 + "true" + ")" * 60, "not " * 60 + "true",
                 "- " * 60 + "1 = 1", " or ".join(["lot"] * 300)):  # fmt: skip
        with pytest.raises(AnalysisError) as refused:
            formula(text)
        assert refused.value.code in {"formula.too-long", "formula.too-deep"}


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_code(text):
    error = refusal(lambda: formula(text))
    if error is not None:
        assert error.code.startswith("formula.")
        assert 1 <= error.params["position"] <= len(text) + 1


words = st.sampled_from(
    ["sector", "area_m2", "lot", "and", "or", "not", "(", ")", "=", "<", "'B4'", "300", "in", ",",
     "is", "missing", "contains", "+", "-", "*", "/", "true"]
)  # fmt: skip


@given(st.lists(words, max_size=12))
def test_any_words_give_rows_or_a_code(table, chosen):
    found = []
    error = refusal(lambda: found.extend(rows_where(formula(" ".join(chosen)), table)))
    assert error is None or error.code.startswith("formula.")
    assert set(found) <= set(range(5))


def test_a_condition_and_its_negation_share_no_row_and_miss_only_unknown_ones(table):
    yes = rows_where(formula("area_m2 > 100 and lot"), table)
    no = rows_where(formula("not (area_m2 > 100 and lot)"), table)
    assert not set(yes) & set(no)
    assert set(range(5)) - set(yes) - set(no) == {1}


def test_numbers(table):
    doubled = numbers_of(formula("area_m2 * 2 + 1"), table)
    assert doubled[[0, 3]].tolist() == [601.0, 1241.0]
    assert np.isnan(doubled[1])
    assert numbers_of(formula("3"), table).tolist() == [3.0] * 5
    assert np.isnan(numbers_of(formula("1 / (area_m2 - area_m2)"), table)).all()
    with pytest.raises(AnalysisError):
        numbers_of(formula("lot"), table)


def test_outcome_columns_are_found_and_columns_are_listed(table):
    extra = {"gross": column_of([1.0, 2.0, 3.0, 4.0, 5.0])}
    assert rows_where(formula("gross > 3 and سكان < 5"), table, extra).tolist() == [3]
    assert formula("a + b > [c d] and a in (1) or not e is missing").columns == (
        "a", "b", "c d", "e",
    )  # fmt: skip


def test_every_language_offers_words_that_are_understood():
    for offered in SHOWN.values():
        assert all(KEYWORDS[word] == kind for kind, word in offered.items())
    assert len({frozenset(offered) for offered in SHOWN.values()}) == 1


def test_an_empty_table_has_no_rows():
    empty = FeatureTable.from_columns({"a": np.zeros(0)})
    assert rows_where(formula("a > 1 or true"), empty).tolist() == []
