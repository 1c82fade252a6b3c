"""The order of pages: accents, Arabic letters, numbers inside names, missing values last."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.domain.column import column_of
from emadina_gis.report.atlas_order import collation_key, ordered


def _sorted(names, language="fr"):
    return sorted(names, key=lambda name: collation_key(name, language))


def test_french_accents_count_only_between_words_alike():
    assert _sorted(["Zénith", "cote", "côté", "coté", "côte", "Élan", "Eau"]) == [
        "cote",
        "coté",
        "côte",
        "côté",
        "Eau",
        "Élan",
        "Zénith",
    ]


def test_ligatures_sort_as_two_letters():
    assert _sorted(["Ofpe", "Œuvre", "Oasis"]) == ["Oasis", "Œuvre", "Ofpe"]


def test_numbers_in_names_sort_by_value():
    assert _sorted(["Secteur 10", "Secteur 9", "Secteur 9 bis"]) == [
        "Secteur 9",
        "Secteur 9 bis",
        "Secteur 10",
    ]


def test_arabic_alefs_and_tatweel_sort_as_one():
    names = ["بن مسيك", "أنفا", "الفداء", "إفران", "آنفا", "عين الشق", "الحـــي", "الحي"]
    assert _sorted(names, "ar") == [
        "إفران",
        "الحـــي",
        "الحي",
        "الفداء",
        "آنفا",
        "أنفا",
        "بن مسيك",
        "عين الشق",
    ]


@pytest.mark.parametrize(("language", "first"), [("fr", "Anfa"), ("ar", "أنفا")])
def test_the_script_of_the_language_comes_first(language, first):
    assert _sorted(["أنفا", "Anfa"], language)[0] == first


@pytest.mark.parametrize("descending", [False, True])
def test_missing_values_come_last(descending):
    rows = np.arange(4)
    numbers = column_of([3.0, None, 10.0, 2.0])
    found = ordered(numbers, rows, "fr", descending=descending).tolist()
    assert found == ([2, 0, 3, 1] if descending else [3, 0, 2, 1])
    texts = column_of(["b", None, "c", "a"])
    found = ordered(texts, rows, "fr", descending=descending).tolist()
    assert found == ([2, 0, 3, 1] if descending else [3, 0, 2, 1])


def test_numbers_sort_as_numbers_and_not_as_text():
    rows = np.arange(3)
    assert ordered(column_of([100, 9, 20]), rows, "fr").tolist() == [1, 2, 0]
