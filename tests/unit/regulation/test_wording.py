"""What documents, their findings and their differences are called, in the three languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emadina_gis.regulation import (
    GROUPS,
    KINDS,
    NATURES,
    STATUSES,
    USES,
    Citation,
    Condition,
    Text,
    check_document,
    cite,
    load_document,
    new_sector,
    with_identity,
    with_rule,
    with_sector,
    without_rule,
    without_sector,
    wording,
)
from emadina_gis.regulation.diff import differences
from emadina_gis.regulation.kinds import DATES
from emadina_gis.words import load_words

DOCUMENT = load_document("ain-chock-2025")
FRENCH = load_words("fr")


def test_the_documents_own_labels_come_first():
    assert wording.kind_label(DOCUMENT, "coverage", FRENCH).endswith("(CUS)")
    assert wording.kind_label(DOCUMENT, "floor_ratio", FRENCH).endswith("(COS)")
    assert wording.kind_label(DOCUMENT, "levels", FRENCH)


def test_citations_name_their_page_where_it_is_known():
    with_page = cite(DOCUMENT, "C3", "coverage")
    without = cite(DOCUMENT, "B4", "coverage", Condition(lot=False))
    assert wording.citation_text(with_page, FRENCH) == "art. 37 · p. 33"
    assert wording.citation_text(without, FRENCH) == "art. 30"
    assert wording.citation_text(None, FRENCH) == ""
    assert wording.citation_text(Citation("", source=Text("fiche")), FRENCH) == "fiche"
    assert wording.doubts_of(without, FRENCH) == []
    flagged = cite(DOCUMENT, "B4s", "coverage", Condition(lot=False))
    assert len(wording.doubts_of(flagged, FRENCH)) == 2
    assert wording.verification_text(flagged, FRENCH) == ""
    assert wording.verification_text(without, FRENCH)
    assert wording.verification_text(Citation("1", verified_by="N. Alami"), FRENCH) == "N. Alami"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("coverage", 0.35, "35 %"),
        ("corbel_road_share", 1 / 12, "8,3 %"),
        ("floor_ratio", 1.2, "1,20"),
        ("levels", 4, "4"),
        ("max_height_m", 17.5, "17,50 m"),
        ("min_plot_m2", 5000, "5\u202f000 m²"),
        ("limit_from_slab", 1, "oui"),
    ],
)
def test_values_carry_their_unit(kind, value, expected):
    assert wording.value_text(kind, value, FRENCH).replace("\u00a0", " ") == expected


def test_conditions_are_said():
    assert wording.condition_text(Condition(), FRENCH) == ""
    said = wording.condition_text(Condition(False, ("hotel",), 12.0), FRENCH)
    assert said.replace("\u00a0", " ") == "hors lotissement · Hôtel · voie d'au moins 12 m"


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_forms_have_all_their_words(language):
    words = load_words(language)
    assert all(wording.kind_label(DOCUMENT, kind, words) for kind in KINDS)
    assert all(wording.group_label(group, words) for group in GROUPS)
    assert all(wording.use_label(use, words) for use in USES)
    assert all(wording.status_label(status, words) for status in STATUSES)
    assert all(wording.date_label(name, words) for name in DATES)
    assert all(words.text(f"regulation.nature.{nature}") for nature in NATURES)
    assert {kind.group for kind in KINDS.values()} == set(GROUPS)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_findings_name_kinds_and_topics_in_words(language):
    words = load_words(language)
    for problem in check_document(DOCUMENT):
        what, following = wording.finding_text(problem, DOCUMENT, words)
        assert what
        assert following
        keys = [str(problem.params.get(name, "")) for name in ("kind", "topic")]
        assert not any("_" in key and key in what for key in keys)


def test_a_finding_says_in_which_case():
    said = [wording.finding_text(p, DOCUMENT, FRENCH)[0] for p in check_document(DOCUMENT)]
    expected = (
        "« Étages au-dessus du rez-de-chaussée (Hauteur maximale 23,50 m) » : "
        "l'article 10 dit 7, l'article 24 dit 6."
    )
    assert expected in [text.replace("\u00a0", " ") for text in said]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_difference_is_said(language):
    words = load_words(language)
    changed = _changed()
    found = differences(DOCUMENT, changed)
    said = [wording.difference_text(item, DOCUMENT, changed, words) for item in found]
    assert all(said)
    assert len(set(said)) == len(said)
    if language == "fr":
        assert (
            "Secteur B4 : Étages au-dessus du rez-de-chaussée, 4 (art. 28-34) → 5 (art. 30)" in said
        )
        assert "Retrait · Secteur PU3 : secteur, projet urbain 3" in said


def _changed():
    document = with_rule(
        DOCUMENT, "sector.B4", kind="levels", value=5, citation=Citation("30", verified_by="x")
    )
    document = without_rule(document, "zone.E", kind="green_share", condition=Condition(lot=False))
    document = without_sector(document, "PU3")
    document = with_sector(document, new_sector(document, "B6", "B5", Text("six", "ستة", "six")))
    return with_identity(document, replace(document.identity, decree="2.26.1", status="lapsed"))
