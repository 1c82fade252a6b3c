"""What a scenario grants to a parcel or takes from it is said with the parcel's figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emadina_gis.regulation import load_document
from emadina_gis.report.reading import read_parcel
from emadina_gis.simulation.changes import Derogation, GrantBonus, ProtectLand
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.simulating import outcome_of
from tests.builders import DOCUMENT_ID, a_full_project

DOCUMENT = load_document(DOCUMENT_ID)
CHANGES = (
    Derogation((0,), (("levels", 3.0),), "n° 12/2026"),
    Derogation((0,), (("coverage.lot", 0.5),)),
    GrantBonus((0,), "height_line", 0.2),
    ProtectLand(((0, 40.0),)),
)


def reading(row, language="fr"):
    project = a_full_project()
    scenario = replace(project.scenario("s1"), changes=CHANGES)
    outcome = outcome_of(project, scenario).outcome
    return read_parcel(project, row, outcome, DOCUMENT, load_words(language))


def test_every_grant_is_a_notice():
    notices = reading(0).notices
    assert len(notices) == 4
    assert notices[0].startswith("Dérogation du scénario : Emprise")
    assert notices[1] == "Dérogation n° 12/2026 : Étages au-dessus du rez-de-chaussée = 3"
    assert "20\u00a0%" in notices[2]
    assert notices[3].startswith("40\u00a0m²")
    assert not any("érogation" in notice for notice in reading(3).notices)


def test_the_height_cites_its_letter():
    (line,) = [row for row in reading(0).capacity if "R+3" in row.value]
    assert line.citation == "dérogation n° 12/2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_notices_are_said_in_every_language(language):
    notices = reading(0, language).notices
    assert len(notices) == 4
    assert all(notice and "{" not in notice for notice in notices)
