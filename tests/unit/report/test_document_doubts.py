"""What a reader is told of a document's gaps and of remarks that go with a result."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.regulation import document_tree, load_document, parse_document
from emadina_gis.report.note_text import document_pairs
from emadina_gis.report.reading import read_parcel
from emadina_gis.simulation import capacity
from emadina_gis.words import load_words
from tests.unit.report.conftest import inputs_of

FRENCH = load_words("fr")


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_an_incomplete_document_is_never_printed_as_a_complete_one(document, language):
    words = load_words(language)
    incomplete = load_document("ain-harrouda-incomplet")
    assert len(document_pairs(document, words)) == 2
    _title, status, missing = document_pairs(incomplete, words)
    assert words.text("regulation.status.unknown") in status[1]
    assert missing[0] == words.text("regulation.missing")
    assert incomplete.identity.missing.in_language(language) in missing[1]


def test_remarks_go_with_the_result_of_each_parcel(project, document, outcome):
    found = {}
    for row, sector in enumerate(project.parcels.table.strings("sector")[:9]):
        said = read_parcel(project, row, outcome, document, FRENCH).assumptions
        found[sector] = " ".join(said)
    assert "Façades sur 60\u00a0% au plus du front de l'îlot." in found["C4s"]
    assert "Façades" in found["PBC5"]
    assert "Façades" not in found["B4"]
    assert "interprétation" in found["E3"]
    assert "interprétation" not in found["E2"]


def test_a_sector_with_a_gap_is_read_without_a_number(project, document):
    tree = document_tree(document)
    rules = tree["sector"]["B4"]["rules"]
    tree["sector"]["B4"]["rules"] = [rule for rule in rules if rule["kind"] != "levels"]
    damaged = parse_document("damaged", tree)
    found = capacity(inputs_of(project.parcels.table, damaged), damaged)
    row = list(project.parcels.table.strings("sector")).index("B4")
    reading = read_parcel(project, row, found, damaged, FRENCH)
    assert (reading.status, reading.binding) == ("no_rule", None)
    assert "Règle manquante" in {item.value for item in reading.capacity}
    (notice,) = reading.notices
    assert "secteur B4 : il y manque Étages au-dessus du rez-de-chaussée" in notice
    assert np.isnan(found.net_floor_area_m2[row])


def test_what_an_incomplete_document_does_print_is_read_with_its_doubt(project):
    incomplete = load_document("ain-sebaa-incomplet")
    table = project.parcels.table
    found = capacity(inputs_of(table, incomplete), incomplete)
    row = list(table.strings("sector")).index("E2")
    rows = {
        item.key: item for item in read_parcel(project, row, found, incomplete, FRENCH).capacity
    }
    assert (rows["max_height_m"].value, rows["max_height_m"].flag) == (
        "11,50\u00a0m · R+2",
        "to_check",
    )
    assert rows["max_height_m"].citation == "Fiche de zone, à vérifier"
    assert rows["net_floor_area_m2"].number is None
