"""The catalogue: complete in three languages, with the same parameters in each; how it fills."""

from __future__ import annotations

import re
import string

import pytest

from emadina_gis import paths
from emadina_gis.errors import EmadinaError, Problem, Severity
from emadina_gis.words import LANGUAGES, Words, load_words, system_language
from emadina_gis.words.catalogue import read_entries
from emadina_gis.words.plurals import plural_category
from emadina_gis.words.units import UNIT_LABELS, hectares_ares_centiares

FILES = sorted((paths.resources() / "words").glob("*.toml"))
ENTRIES = [(path.stem, key, entry) for path in FILES for key, entry in read_entries(path).items()]
ARABIC_PLURALS = {"zero", "one", "two", "few", "many", "other"}
ARABIC_LETTER = re.compile("[\u0620-\u064a]")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def forms(value) -> dict[str, str]:
    return value if isinstance(value, dict) else {"": value}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_key_has_the_three_languages_and_the_same_parameters(path):
    wrong = []
    for key, entry in read_entries(path).items():
        if set(entry) != set(LANGUAGES):
            wrong.append((key, "languages"))
            continue
        used = {lang: set().union(*map(fields, forms(entry[lang]).values())) for lang in LANGUAGES}
        if len({frozenset(names) for names in used.values()}) != 1:
            wrong.append((key, used))
        kinds = {isinstance(entry[lang], dict) for lang in LANGUAGES}
        if len(kinds) != 1:
            wrong.append((key, "plural in some languages only"))
        elif isinstance(entry["ar"], dict):
            if set(entry["ar"]) != ARABIC_PLURALS:
                wrong.append((key, "Arabic plural forms"))
            if not ({"one", "other"} == set(entry["fr"]) == set(entry["en"])):
                wrong.append((key, "plural forms"))
    assert wrong == []


def test_no_key_is_given_twice():
    keys = [key for _, key, _ in ENTRIES]
    assert {key for key in keys if keys.count(key) > 1} == set()


def test_arabic_is_arabic():
    latin_only = [
        key
        for _, key, entry in ENTRIES
        for text in forms(entry["ar"]).values()
        if entry["ar"] not in (entry["fr"], entry["en"])  # the name of a thing, not a sentence
        and re.search("[A-Za-z]{4}", re.sub(r"\{[^}]*\}", "", text))
        and not ARABIC_LETTER.search(text)
    ]
    assert [key for key in latin_only if not key.startswith(("about.", "cli."))] == []


def test_an_error_that_says_what_to_do_says_what_happened():
    keys = {key for _, key, _ in ENTRIES}
    alone = [
        key
        for key in keys
        if key.startswith(("error.", "problem."))
        and key.endswith(".next")
        and key.removesuffix("next") + "what" not in keys
    ]
    assert alone == []


def words(language: str) -> Words:
    return Words(language, {
        "plain": {"fr": "Couche {name} : {n}", "ar": "طبقة {name}: {n}", "en": "Layer {name}: {n}"},
        "many": {
            "fr": {"one": "{n} parcelle", "other": "{n} parcelles"},
            "ar": {"zero": "لا شيء", "one": "قطعة", "two": "قطعتان", "few": "{n} قطع",
                   "many": "{n} قطعة", "other": "{n} قطعة"},
            "en": {"one": "{n} parcel", "other": "{n} parcels"},
        },
        "keyed": {"fr": "« {key} »", "ar": "{key}", "en": "{key}"},
        "error.x.what": {"fr": "Erreur {path}", "ar": "خطأ {path}", "en": "Error {path}"},
        "problem.y.what": {"fr": "{count} en {where}", "ar": "{count} {where}", "en": "{count}"},
        "words.span": {"fr": "{low} à {high}", "ar": "{low} إلى {high}", "en": "{low} to {high}"},
    })  # fmt: skip


def test_sentences_are_filled():
    assert words("fr").text("plain", name="B4", n=12_345) == "Couche B4 : 12\u202f345"
    assert words("en").text("plain", name="B4", n=0.5) == "Layer B4: 0.50"
    assert words("fr").text("keyed", key="cos") == "« cos »"
    arabic = words("ar").text("plain", name="B4", n=12_345)
    assert "\u2068B4\u2069" in arabic
    assert "\u206612\u202f345\u2069" in arabic


def test_a_text_isolated_before_is_not_isolated_twice():
    arabic = words("ar")
    once = arabic.isolated("B4")
    assert arabic.text("keyed", key=once) == once
    assert arabic.text("keyed", key=arabic.number(5)) == arabic.number(5)


@pytest.mark.parametrize(
    ("n", "expected"),
    [(0, "zero"), (1, "one"), (2, "two"), (3, "few"), (10, "few"), (11, "many"), (99, "many"),
     (100, "other"), (102, "other"), (103, "few"), (111, "many"), (1_000, "other"), (-1, "one")],
)  # fmt: skip
def test_arabic_plurals_are_those_of_cldr(n, expected):
    assert plural_category(n, "ar") == expected


def test_french_and_english_plurals():
    assert [words("fr").plural("many", n) for n in (0, 1, 2)] == [
        "0 parcelle", "1 parcelle", "2 parcelles",
    ]  # fmt: skip
    assert [words("en").plural("many", n) for n in (0, 1, 2)] == [
        "0 parcels", "1 parcel", "2 parcels",
    ]  # fmt: skip
    assert words("ar").plural("many", 2) == "قطعتان"


def test_errors_and_problems_are_said():
    assert words("fr").error(EmadinaError("x", path="a.shp")) == ("Erreur a.shp", "")
    problem = Problem("y", Severity.WARNING, "B4", 3)
    assert words("fr").problem(problem)[0] == "3 en B4"


def test_ranges_and_quantities():
    assert words("fr").span(796.0, 1_960.0, "m2") == "796 à 1\u202f960\u00a0m²"
    assert words("fr").quantity(None, "m2") == "–\u00a0m²"
    assert words("fr").span(1.0, None, "") == "1 à –"


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("fr", 0, "0 logement"),
        ("fr", 1, "1 logement"),
        ("fr", 2, "2 logements"),
        ("en", 1, "1 dwelling"),
        ("en", 0, "0 dwellings"),
        ("ar", 5, "\u20665\u2069 مساكن"),
        ("ar", 12, "\u206612\u2069 مسكنا"),
        ("ar", 100, "\u2066100\u2069 مسكن"),
    ],
)
def test_counted_things_agree_with_their_number(language, value, said):
    assert words(language).quantity(value, "dwellings").replace("\u00a0", " ") == said


@pytest.mark.parametrize("unit", UNIT_LABELS)
def test_units_are_in_three_languages(unit):
    assert set(UNIT_LABELS[unit]) == set(LANGUAGES)
    assert all(UNIT_LABELS[unit].values())


def test_land_titles_print_hectares_ares_and_centiares():
    assert hectares_ares_centiares(12_345.4) == (1, 23, 45)
    assert hectares_ares_centiares(99.6) == (0, 1, 0)


@pytest.mark.parametrize(
    ("variables", "language"),
    [({"LANG": "C.UTF-8"}, "fr"), ({"LANG": "ar_MA.UTF-8"}, "ar"), ({"LANG": "en_GB"}, "en"),
     ({"LANG": "de_DE"}, "fr"), ({"LANG": "en_US", "LC_ALL": "fr_MA"}, "fr"),
     ({"LANG": "en_US", "LC_MESSAGES": "ar_MA"}, "ar")],
)  # fmt: skip
def test_the_system_decides_the_language(monkeypatch, variables, language):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert system_language() == language


def test_unknown_languages_speak_french():
    assert load_words("xx").language == "fr"
    assert load_words("ar").is_rtl
    with pytest.raises(KeyError):
        load_words("fr").text("no.such.key")


def test_numbers_of_arrays_are_numbers():
    import numpy as np

    assert words("fr").text("keyed", key=np.int64(12_345)) == "« 12\u202f345 »"
    assert words("fr").text("keyed", key=np.float32(0.5)) == "« 0,50 »"
    assert words("fr").text("keyed", key=True) == "« True »"
