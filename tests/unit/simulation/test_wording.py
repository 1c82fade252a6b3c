"""Sentences about documents, outcomes and scenarios, in the three languages."""

from __future__ import annotations

import pytest

from emadina_gis.regulation import load_document
from emadina_gis.simulation import (
    SetRegime,
    SetSector,
    SetSectorValue,
    change_wording,
    default_parameters,
    wording,
)
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


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_everything_has_its_sentence(language):
    words = load_words(language)
    for change in CHANGES:
        assert change_wording.change_text(change, DOCUMENT, words)
    for coefficient in default_parameters(DOCUMENT).values.values():
        assert wording.coefficient_label(coefficient, words)
        assert wording.source_text(coefficient, words)


def test_changes_in_words():
    told = [change_wording.change_text(change, DOCUMENT, FRENCH) for change in CHANGES]
    assert "2 parcelles passent en" in told[0]
    assert "hors lotissement" in told[1]
    assert "1,50" in told[1]
