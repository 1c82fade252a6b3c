"""What is said of a parcel on its real shape, in three languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.report.real_shape import real_rows
from emadina_gis.simulation import capacity
from emadina_gis.simulation.level_volumes import level_polygons
from emadina_gis.simulation.parcels import Regime
from emadina_gis.simulation.real_outcome import real_outcome
from emadina_gis.words import LANGUAGES, load_words
from tests.unit.simulation.polygons import DOCUMENT, footprints_of, streets

STREET = streets((-50, -10, 90, -10, 20))
LOTS = [shapely.box(x, 0, x + 12, 25) for x in (0, 12, 24)]


def found_on(shapes, roads, **more):
    footprints, inputs = footprints_of(shapes, roads, frontage_m=np.full(len(shapes), 12.0), **more)
    given = (
        inputs
        if inputs.road_width_m is not None
        else replace(inputs, road_width_m=np.full(len(shapes), 20.0))
    )
    return real_outcome(capacity(given, DOCUMENT), footprints)


def said(found, row, language="fr", **more):
    rows = real_rows(found, row, load_words(language), **more)
    return {entry.key: entry for entry in rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lot_is_read_in_every_language(language):
    rows = said(found_on(LOTS, STREET), 1, language)
    assert list(rows) == ["real_fronts", "real_gross_floor_area_m2", "real_difference_m2"]
    assert rows["real_gross_floor_area_m2"].number == pytest.approx(1092)
    assert all(entry.label and entry.value for entry in rows.values())


def test_the_front_and_its_road_are_told():
    text = said(found_on(LOTS, STREET), 1)["real_fronts"].value
    assert text == "12,0\u00a0m sur une voie de 20,0\u00a0m"


def test_fronts_that_the_table_does_not_know_are_to_be_confirmed():
    roads = streets((-50, -10, 90, -10, 20), (-6, -50, -6, 90, 12))
    row = said(found_on(LOTS, roads, fronts=np.zeros(3)), 0)["real_fronts"]
    assert row.flag == "assumed"
    assert "à confirmer" in row.value
    assert row.value.count("voie") == 2


def test_fronts_read_from_gaps_are_to_be_confirmed():
    far = streets((5000, 0, 5100, 0, 12))
    other = [shapely.box(x, -40, x + 12, -15) for x in (0, 12, 24)]
    row = said(found_on([*LOTS, *other], far), 1)["real_fronts"]
    assert row.flag == "assumed"
    assert "espace libre" in row.value


def test_a_parcel_without_a_front_says_why():
    inside = shapely.box(0, 0, 12, 25)
    ring = shapely.box(-20, -20, 40, 50).difference(inside)
    rows = said(found_on([inside, ring], STREET), 0)
    assert list(rows) == ["real_gross_floor_area_m2"]
    assert rows["real_gross_floor_area_m2"].flag == "unknown"
    assert "Aucune limite" in rows["real_gross_floor_area_m2"].value


def test_an_unknown_regime_is_told_as_in_the_reading():
    found = found_on(LOTS, STREET, regime=np.full(3, Regime.UNKNOWN))
    row = said(found, 1)["real_gross_floor_area_m2"]
    assert row.flag == "unknown"
    assert row.value == load_words("fr").text("report.reason.differs")


@pytest.mark.parametrize("language", LANGUAGES)
def test_land_taken_after_the_road_layer_is_to_be_confirmed(language):
    wide = streets((-50, -10, 90, -10, 26))
    row = said(found_on(LOTS, wide), 1, language)["real_alignment"]
    assert row.flag == "assumed"
    assert row.number == pytest.approx(36)
    told = found_on(LOTS, wide, plan_roads_m2=np.zeros(3))
    assert "real_alignment" not in said(told, 1, language)


def test_a_reduced_volume_is_one_among_others():
    for regime, word in ((Regime.RAW, "parmi d'autres"), (Regime.LOT, "tout ce que")):
        found = found_on(LOTS, STREET, regime=np.full(3, regime))
        levels = level_polygons(found.footprints, found.shaped, np.arange(3))
        assert word in said(found, 1, levels=levels)["real_reduced"].value
