"""The language of formulas: three languages in, one form stored, read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given

from emadina_gis.analysis.formula import FormulaError, formula, stored_formula
from emadina_gis.analysis.formula_print import column_text, printed
from emadina_gis.analysis.formula_text import tree_of
from emadina_gis.analysis.formula_words import (
    FUNCTION_NAMES,
    KEYWORDS,
    SHOWN,
    function_of,
    keyword_of,
)
from emadina_gis.domain.folding import folded
from emadina_gis.words import LANGUAGES, load_words
from tests.unit.analysis.formula_trees import trees


@given(trees)
def test_what_is_printed_is_read_back_as_the_same_tree(tree):
    for language in LANGUAGES:
        assert tree_of(printed(tree, language)) == tree


@given(trees)
def test_the_stored_form_is_one(tree):
    stored = printed(tree)
    assert {stored_formula(printed(tree, language)) for language in LANGUAGES} == {stored}


@pytest.mark.parametrize(
    "written",
    [
        "sector = 'B4' and area_m2 > 0.5 and not lot",
        "sector = 'B4' et area_m2 > 0,5 et non lot",
        "sector = «B4» ET area_m2 > 0,5 ET PAS lot",
        "sector = 'B4' و area_m2 > ٠٫٥ و ليس lot",
    ],
)
def test_each_language_is_stored_alike(written):
    assert stored_formula(written) == "sector = 'B4' and area_m2 > 0.5 and not lot"


@pytest.mark.parametrize(
    ("written", "language", "shown"),
    [
        ("if(a > 1.5, round(a, 2), 0) between 1 and 2 km", "fr",
         "si(a > 1,5; arrondi(a; 2); 0) entre 1 et 2 km"),
        ("a starts with 'x' or a not in ('y', 'z')", "fr",
         "a commence par 'x' ou a non dans ('y'; 'z')"),
        ("a is not missing and area() >= 2 ha", "ar", "a هو ليس مفقود و مساحة() ≥ 2 ha"),
        ("[contains] contains 'a' or a is known", "en",
         "[contains] contains 'a' or a is not missing"),
        ("nom ressemble à 'jardin%'", "en", "nom like 'jardin%'"),
        ("ROUND(a * (0,5 + b); 1)", "en", "round(a * (0.5 + b), 1)"),
    ],
)  # fmt: skip
def test_a_formula_is_said_in_a_language(written, language, shown):
    assert formula(written).said(language) == shown
    assert tree_of(shown) == tree_of(written)


def test_a_comma_between_digits_is_decimal_unless_it_could_part_a_list():
    assert stored_formula("a > 1,5") == "a > 1.5"
    assert stored_formula("a in (1,5; 2)") == "a in (1.5, 2)"
    assert stored_formula("a in (1,2,3)") == "a in (1, 2, 3)"
    assert stored_formula("a in (1, 5)") == "a in (1, 5)"
    assert stored_formula("max((0,5); b)") == stored_formula("max((0,5), b)") == "max(0.5, b)"
    for doubtful in ("a in (1,5)", "max(0,5)", "max(a, 1,5)"):
        with pytest.raises(FormulaError) as refused:
            tree_of(doubtful)
        assert refused.value.code == "formula.comma"


def test_numbers_are_read_as_this_program_writes_them():
    assert stored_formula("a > 1\u202f250\u202f000,5") == "a > 1250000.5"


@pytest.mark.parametrize(
    ("text", "expected", "position"),
    [
        ("a = ", "value", 5),
        ("a b", "operator", 3),
        ("(a = 1", ")", 7),
        ("a in 3", "(", 6),
        ("a in (b)", "constant", 7),
        ("a is 3", "missing", 6),
        ("a between 1", "and", 12),
        ("a between 1 or 2", "and", 13),
        ("round(a 2)", ")", 9),
        ("and = 3", "value", 1),
        ("starts with = 3", "value", 1),
    ],
)
def test_an_error_tells_what_was_expected_where(text, expected, position):
    with pytest.raises(FormulaError) as refused:
        tree_of(text)
    assert (refused.value.expected, refused.value.params["position"]) == (expected, position)
    said = {language: load_words(language).error(refused.value)[0] for language in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)


def test_words_that_are_columns_go_between_brackets():
    assert column_text("area_m2") == "area_m2"
    assert column_text("Titre foncier") == "[Titre foncier]"
    assert column_text("contient") == "[contient]"
    assert column_text("الرسم العقاري") == "[الرسم العقاري]"
    assert tree_of("contient contient 'x'") == tree_of("[contient] contains 'x'")


def test_every_language_names_every_word_and_function_once():
    for language in LANGUAGES:
        kinds = [folded(word) for word in SHOWN[language].values()]
        functions = [folded(names[language]) for names in FUNCTION_NAMES.values()]
        assert len(set(kinds)) == len(kinds)
        assert len(set(functions)) == len(functions)
    for function, named in FUNCTION_NAMES.items():
        assert {function_of(name.upper()) for name in named.values()} == {function}
        assert not {folded(name) for name in named.values()} & {folded(word) for word in KEYWORDS}


def test_a_name_with_an_underscore_is_no_keyword():
    assert keyword_of("or") == "or"
    assert keyword_of("or_") is None
    assert keyword_of("in_") is None
