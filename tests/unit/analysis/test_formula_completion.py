"""What is offered while a formula is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.analysis.formula_completion import (
    Completion,
    KnownColumn,
    OfferKind,
    Scope,
    completion,
)
from emadina_gis.analysis.formula_print import printed
from emadina_gis.analysis.formula_text import tree_of
from tests.unit.analysis.formula_trees import trees

SCOPE = Scope(
    (
        KnownColumn("sector", "Secteur", "text"),
        KnownColumn("area_m2", "Superficie", "number", "m2"),
        KnownColumn("Titre foncier", "Titre", "text"),
        KnownColumn("lot", "Issu d'un lotissement", "truth"),
    ),
    "fr",
    {"sector": (("B4", 120), ("L'Oasis", 7)), "lot": ((True, 9), (False, 3))},
)


def offered(text: str) -> list[str]:
    return [offer.insert.strip() for offer in completion(text, len(text), SCOPE).offers]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ["sector", "area_m2", "[Titre foncier]", "lot", "non", "si("]),
        ("superf", ["area_m2"]),
        ("SEC", ["sector"]),
        ("[tit", ["[Titre foncier]"]),
        ("sector ", ["=", "≠", "contient", "commence par", "dans (", "finit par"]),
        ("area_m2 ", [">", "<", "=", "≥", "≤", "entre"]),
        ("sector c", ["contient", "commence par", "comme"]),
        ("sector = ", ["'B4'", "'L''Oasis'", "sector", "[Titre foncier]"]),
        ("sector = 'l", ["'L''Oasis'"]),
        ("Secteur dans ('B4'; ", ["'B4'", "'L''Oasis'"]),
        ("sector non dans (", ["'B4'", "'L''Oasis'"]),
        ("lot = ", ["vrai", "faux"]),
        ("sector = 'B4' ", ["et", "ou"]),
        ("area_m2 > 3 e", ["et"]),
        ("sector est ", ["manquant", "non manquant", "connu"]),
        ("area_m2 entre 1 ", ["et"]),
        ("arrondi(area_m2 ", [">", "<"]),
        ("arr", ["arrondi("]),
        ("sector = 3 3 ", []),
        ("sector = \\ ", []),
    ],
)
def test_offers(text, first):
    assert offered(text)[: len(first) or None] == first


def test_values_come_with_their_counts_and_are_asked_for_once():
    found = completion("sector = ", 9, SCOPE)
    assert [offer.name for offer in found.offers[:2]] == ["B4", "L'Oasis"]
    assert [offer.count for offer in found.offers[:2]] == [120, 7]
    assert found.wants == ""
    asked = completion("[Titre foncier] contient '", 26, SCOPE)
    assert asked == Completion(25, (), "Titre foncier")


def test_what_is_typed_is_replaced_from_where_it_begins():
    text = "area_m2 > 3 et sup"
    found = completion(text, len(text), SCOPE)
    assert found.start == text.index("sup")
    assert found.offers[0].kind is OfferKind.COLUMN
    assert found.offers[0].insert == "area_m2 "


@given(trees, st.integers(0, 80))
def test_any_beginning_of_a_formula_can_be_completed(tree, cut):
    text = printed(tree)[:cut]
    found = completion(text, len(text), SCOPE)
    assert 0 <= found.start <= len(text)


@given(st.text(max_size=30))
def test_any_text_can_be_completed(text):
    assert completion(text, len(text), SCOPE).start <= len(text)


@pytest.mark.parametrize("begun", ["", "sector = ", "area_m2 ", "area_m2 > ", "sector est "])
def test_what_is_offered_makes_sense_where_it_is_offered(begun):
    for offer in completion(begun, len(begun), SCOPE).offers:
        if offer.kind is OfferKind.VALUE:
            tree_of(begun + offer.insert)
        assert offer.name
