from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.regulation import USES, Overrides
from emadina_gis.report.reading import read_parcel
from emadina_gis.simulation import capacity
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.words.numbers import without_isolates
from tests.unit.report.conftest import inputs_of


def _rows(reading):
    return {row.key: row for row in reading.rows}


def _set(project, row, **values):
    layer = project.parcels
    table = layer.table
    for name, value in values.items():
        table = table.with_values(name, np.array([row]), value)
    return project.with_layer(replace(layer, table=table))


def _read(project, document, language="fr", row=0, **values):
    project = _set(project, row, **values)
    outcome = capacity(inputs_of(project.parcels.table, document), document)
    return read_parcel(project, row, outcome, document, load_words(language))


B4 = {"sector": "B4", "road_width_m": 20.0, "area_m2": 300.0, "frontage_m": 12.0}


def test_a_worked_case_reads_as_it_is_computed(project, document):
    reading = _read(project, document, issu_lotissement=False, **B4)
    rows = _rows(reading)
    assert rows["gross_floor_area_m2"].number == pytest.approx(450.0)
    assert rows["net_floor_area_m2"].number == pytest.approx(382.5)
    assert rows["coverage"].value == "30\u00a0%"
    assert "30" in rows["coverage"].citation
    assert reading.binding.rule == "ground_coverage"
    assert "CUS" in reading.binding.sentence
    assert "30\u00a0%" in reading.binding.sentence
    assert reading.binding.citation.startswith("art. 30")
    assert reading.notices == ()


def test_height_is_told_with_its_levels(project, document):
    row = _rows(_read(project, document, issu_lotissement=True, **B4))["max_height_m"]
    assert row.value == "17,50\u00a0m · R+4"
    assert row.citation


def test_an_unknown_regime_is_said_first_with_both_bounds(project, document):
    reading = _read(project, document, issu_lotissement=None, **B4)
    rows = _rows(reading)
    assert reading.status == "regime_unknown"
    assert "les deux cas sont calculés" in reading.notices[0]
    assert rows["net_floor_area_m2"].number is None
    assert rows["net_floor_area_m2"].value == "360 à 983\u00a0m²"
    assert rows["gross_floor_area_m2"].flag == "unknown"
    assert "lotissement" in reading.unknowns[0]
    assert "issu de lotissement" in rows["coverage"].value
    assert reading.binding is None


def test_an_empty_value_stays_empty_with_its_reason(project, document):
    reading = _read(project, document, issu_lotissement=True, **{**B4, "road_width_m": np.nan})
    row = _rows(reading)["net_floor_area_m2"]
    assert reading.status == "missing_input"
    assert row.number is None
    assert row.value == "Largeur de voie inconnue"
    assert "Largeur de la voie : inconnue" in reading.unknowns


def test_outside_every_sector(project, document):
    reading = _read(project, document, sector="ZZ9")
    assert reading.status == "no_sector"
    assert "non couverte par un document d'urbanisme" in reading.notices[0]
    assert reading.binding is None
    assert reading.forbidden == ()


def test_forbidden_uses_come_with_their_article(project, document):
    reading = _read(project, document, sector="D3")
    assert reading.forbidden[0].zone == "D"
    assert "industrie" in reading.forbidden[0].text.lower()
    assert reading.forbidden[0].citation == "art. 43"
    assert not reading.forbidden[0].is_translation
    assert _read(project, document, "ar", sector="D3").forbidden[0].is_translation


def test_a_small_parcel_is_told_the_minimum_and_not_refused(project, document):
    row = _rows(_read(project, document, sector="D4", issu_lotissement=True))["min_plot_m2"]
    assert row.number == 1000
    assert "plus petite" in row.value


def test_a_changed_sector_is_shown_from_and_to(project, document):
    table = project.parcels.table
    inputs = inputs_of(table, document)
    moved = inputs.sector.copy()
    moved[2] = document.index_of("B4")
    outcome = capacity(replace(inputs, sector=moved), document)
    assert table.strings("sector")[2] == "D3"
    assert read_parcel(project, 2, outcome, document, load_words("fr")).sector == "D3 → B4"


def test_a_value_of_the_scenario_is_cited_as_such(project, document):
    project = _set(project, 0, issu_lotissement=False, **B4)
    overrides = Overrides().with_value("B4", "coverage", 0.5)
    outcome = capacity(inputs_of(project.parcels.table, document), document, overrides=overrides)
    row = _rows(read_parcel(project, 0, outcome, document, load_words("fr")))["coverage"]
    assert row.value == "50\u00a0%"
    assert row.citation == "valeur du scénario"


def test_unknown_existing_floor_area_leaves_no_residual(project, document):
    rows = _rows(_read(project, document, existing_floor_area_m2=np.nan))
    assert "residual_floor_area_m2" not in rows
    assert rows["existing_floor_area_m2"].value == "Non relevé"


def test_dwellings_and_people_have_a_range(project, document):
    rows = _rows(_read(project, document, issu_lotissement=True, **B4))
    assert rows["dwellings"].number == pytest.approx(928.2 * 0.8 / 90)
    assert "à" in rows["dwellings"].value
    assert "population" in rows


def test_columns_worked_out_before_are_used(project, document):
    project = _set(project, 0, issu_lotissement=True, **B4)
    outcome = capacity(inputs_of(project.parcels.table, document), document)
    more = {"dwellings": np.full(30, 4.0)}
    reading = read_parcel(project, 0, outcome, document, load_words("fr"), more=more)
    assert _rows(reading)["dwellings"].number == 4.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parcel_reads_in_every_language(project, outcome, document, language):
    words = load_words(language)
    for row in range(project.parcels.table.row_count):
        reading = read_parcel(project, row, outcome, document, words)
        assert reading.heading
        for line in reading.rows:
            assert line.label
            assert line.value
            assert "{" not in line.label + line.value + line.citation
            assert "nan" not in line.value.lower()


def test_arabic_isolates_numbers_not_their_units(project, document):
    row = _rows(_read(project, document, "ar", issu_lotissement=True, **B4))["reference_area_m2"]
    assert row.value == "\u2066300\u2069\u00a0م²"
    height = _rows(_read(project, document, "ar", issu_lotissement=True, **B4))["max_height_m"]
    assert without_isolates(height.value) == "17,50\u00a0م · سفلي + 4 طوابق"


def test_isolates_are_balanced(project, document):
    reading = _read(project, document, "ar", issu_lotissement=None, **B4)
    texts = [reading.heading, reading.sector, *reading.notices, *reading.unknowns]
    texts += [part for row in reading.rows for part in (row.label, row.value, row.citation)]
    for text in texts:
        depth = 0
        for char in text:
            depth += char in "\u2066\u2067\u2068"
            depth -= char == "\u2069"
            assert depth >= 0
        assert depth == 0, text


def test_nothing_is_told_with_the_article_that_bars_it(project, document):
    narrow = {"sector": "D4", "area_m2": 100.0, "frontage_m": 12.0, "issu_lotissement": True}
    (notice,) = _read(project, document, **narrow).notices
    assert without_isolates(notice).endswith("sur cette parcelle (art. 47).")
    (notice,) = _read(project, document, "ar", **narrow).notices
    assert "47" in notice


def test_more_than_two_basements_for_parking_are_told(project, document):
    tower = {"sector": "A6", "road_width_m": 40.0, "area_m2": 600.0, "frontage_m": 20.0}
    project = _set(project, 0, issu_lotissement=True, **tower)
    table = project.parcels.table

    def told(use):
        uses = np.full(table.row_count, USES.index(use))
        outcome = capacity(inputs_of(table, document, use=uses), document)
        assumptions = read_parcel(project, 0, outcome, document, load_words("fr")).assumptions
        return [line for line in map(without_isolates, assumptions) if "sous-sol" in line]

    (line,) = told("office")
    assert line.startswith("Le stationnement demande 3 niveaux de sous-sol")
    assert told("hotel") == []
