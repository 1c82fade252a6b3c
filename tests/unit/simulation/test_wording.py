"""Sentences about documents, outcomes and scenarios, in the three languages."""

from __future__ import annotations

import pytest

from emadina_gis.regulation import Condition, cite, load_document
from emadina_gis.regulation import wording as document_words
from emadina_gis.simulation import (
    SetRegime,
    SetSector,
    SetSectorValue,
    codes,
    default_parameters,
    wording,
)
from emadina_gis.simulation.parcels import LAND_CLASSES
from emadina_gis.simulation.totals import EXTRAS, FIGURES, MEASURES
from emadina_gis.words import load_words

DOCUMENT = load_document("ain-chock-2025")
FRENCH = load_words("fr")
CHANGES = (
    SetSector((1, 2), "B5"),
    SetSectorValue("B4", "floor_ratio.raw", 1.5),
    SetSectorValue("B4", "levels", 5.0),
    SetRegime((1,), True),
    SetRegime((1,), False),
    SetRegime((1, 2, 3), None),
)


def test_the_documents_own_labels_come_first():
    assert document_words.kind_label(DOCUMENT, "coverage", FRENCH).endswith("(CUS)")
    assert document_words.kind_label(DOCUMENT, "floor_ratio", FRENCH).endswith("(COS)")
    assert document_words.kind_label(DOCUMENT, "levels", FRENCH)


def test_citations_name_their_page_where_it_is_known():
    with_page = cite(DOCUMENT, "C3", "coverage")
    without = cite(DOCUMENT, "B4", "coverage", Condition(lot=False))
    assert document_words.citation_text(with_page, FRENCH) == "art. 37, p. 33"
    assert document_words.citation_text(without, FRENCH) == "art. 30"
    assert document_words.doubts_of(without, FRENCH) == []
    flagged = cite(DOCUMENT, "B4s", "coverage", Condition(lot=False))
    assert len(document_words.doubts_of(flagged, FRENCH)) == 2
    assert document_words.verification_text(flagged, FRENCH) == ""
    assert document_words.verification_text(without, FRENCH)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_everything_has_its_sentence(language):
    words = load_words(language)
    for change in CHANGES:
        assert wording.change_text(change, DOCUMENT, words)
        assert wording.without_text(change, DOCUMENT, words)
    for status in codes.STATUSES:
        assert wording.status_text(status, words)
    for reason in codes.REASONS[1:]:
        assert wording.reason_text(reason, words)
    for figure in FIGURES:
        assert wording.figure_label(figure, words)
    for measure in (*MEASURES, *(name for name in EXTRAS if "jobs_" not in name)):
        assert wording.measure_label(measure, words)
    for name in (*LAND_CLASSES, "unknown"):
        assert wording.land_class_label(name, words)
    for coefficient in default_parameters(DOCUMENT).values.values():
        assert wording.coefficient_label(coefficient, words)
        assert wording.source_text(coefficient, words)
    for remark in ("below_min_plot", "below_min_frontage", "facade_share", "older_lots"):
        assert wording.remark_text(remark, words)
    for use in ("housing", "hotel"):
        assert document_words.use_label(use, words)
    assert document_words.life_of(DOCUMENT, words)
    assert "2.25.303" in document_words.decree_text(DOCUMENT, words)
    sector = DOCUMENT.sector("B4")
    assert "B4" in document_words.sector_title(sector, words)
    assert "B" in document_words.zone_title(sector, words)


def test_translations_of_forbidden_uses_say_they_are_unofficial():
    forbidden = DOCUMENT.zones["A"].forbidden
    assert "non officielle" not in document_words.forbidden_text(forbidden, FRENCH)
    assert "غير رسمية" in document_words.forbidden_text(forbidden, load_words("ar"))
    assert "unofficial" in document_words.forbidden_text(forbidden, load_words("en"))


def test_binding_in_words():
    assert wording.binding_text("", "", FRENCH) == ""
    assert wording.binding_text("envelope", "prospect", FRENCH) == "Gabarit (le prospect sur voie)"
    both = wording.binding_text("ground_coverage|floor_ratio", "ratio", FRENCH)
    assert "CUS" in both
    assert "COS" in both


def test_changes_in_words():
    told = [wording.change_text(change, DOCUMENT, FRENCH) for change in CHANGES]
    assert "2 parcelles passent en" in told[0]
    assert "hors lotissement" in told[1]
    assert "1,50" in told[1]
