"""Volumes and sections of a small street: the worked cases on the map, and what stands beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import AnalysisError, MissingInput, NotMetric
from emadina_gis.render.massing.prisms import Tone
from emadina_gis.words import load_words
from emadina_gis.workflows.massing import (
    buildings_layer,
    gathered,
    massing_scene,
    row_at,
    rows_in_extent,
    rows_of_block,
    rows_of_ids,
    scene_of,
)
from emadina_gis.workflows.opening import new_project
from emadina_gis.workflows.simulating import scenario_outcome
from emadina_gis.workflows.street_section import street_section

X0, Y0 = 296_000.0, 330_000.0
WIDTH, DEPTH, ROAD = 12.0, 25.0, 12.0
COUNT = 4


def box(x0, y0, x1, y1):
    return shapely.box(X0 + x0, Y0 + y0, X0 + x1, Y0 + y1)


def table(columns, shapes):
    return FeatureTable.from_columns(columns, geometry=np.array(shapes), crs=MERCHICH_NORTH)


def parcels(sectors=("B4", "B4", "B4", "B4", "D3", "D3", "D3", "D3")):
    """Return four parcels north of a street of 12 m and four south of it, in two rows."""
    north = [box(i * WIDTH, 0, (i + 1) * WIDTH, DEPTH) for i in range(COUNT)]
    south = [box(i * WIDTH, -ROAD - DEPTH, (i + 1) * WIDTH, -ROAD) for i in range(COUNT)]
    count = 2 * COUNT
    columns = {
        "parcel_id": [f"T.{index}" for index in range(count)],
        "sector": list(sectors),
        "area_m2": np.full(count, WIDTH * DEPTH),
        "frontage_m": np.full(count, WIDTH),
        "road_width_m": np.full(count, ROAD),
        "issu_lotissement": [True] * count,
    }
    made = table(columns, north + south)
    title = Title.plain("Parcelles")
    return VectorLayer("parcels", title, made, schema=guessed_schema(made.names))


def street():
    line = shapely.LineString([[X0 - 50, Y0 - ROAD / 2], [X0 + 100, Y0 - ROAD / 2]])
    made = table({"width_m": [ROAD]}, [line])
    schema = Schema({Role.ROAD_WIDTH_M: "width_m"})
    return VectorLayer("streets", Title.plain("Voies"), made, schema=schema)


def buildings():
    """Return buildings of a given height, of two levels, of a floor area, and of nothing."""
    shapes = [box(1 + i * WIDTH, 1, 11 + i * WIDTH, 11) for i in range(3)]
    shapes.append(box(1, -ROAD - 11, 11, -ROAD - 1))
    nan = float("nan")
    columns = {
        "hauteur": [9.5, nan, nan, nan],
        "levels": [4.0, 2.0, nan, nan],
        "floor": [nan, nan, 250.0, nan],
    }
    made = table(columns, shapes)
    roles = {Role.EXISTING_LEVELS: "levels", Role.EXISTING_FLOOR_AREA_M2: "floor"}
    return VectorLayer("buildings", Title.plain("Bâti"), made, schema=Schema(roles))


def project(*layers):
    return replace(
        new_project(load_words("fr")),
        crs=MERCHICH_NORTH,
        layers=layers or (street(), buildings(), parcels()),
        document_id="ain-chock-2025",
        parcels_id="parcels",
    )


def outcome(of):
    return scenario_outcome(of, of.reference_id)


@pytest.fixture(scope="module")
def town():
    made = project()
    return made, outcome(made)


# --- volumes -----------------------------------------------------------------------------------


def test_the_volume_of_the_worked_case_has_its_floor_area(town):
    scene = massing_scene(*town, np.array([1]))
    assert scene.facts["floor_area_m2"] == pytest.approx(1053.6, rel=1e-6)
    assert scene.facts["highest_m"] == pytest.approx(17.5)
    assert len(scene.marks) == 5


def test_heights_say_how_they_were_found(town):
    facts = massing_scene(*town, np.arange(8)).facts
    names = ("given", "from_levels", "from_area", "unknown")
    assert [facts[f"buildings_{name}"] for name in names] == [1, 1, 1, 1]


def test_a_given_height_holds_over_levels_and_levels_over_area(town):
    existing = massing_scene(*town, np.arange(8)).existing_prisms
    assert sorted(existing.top_m.tolist()) == [0.0, 6.0, 9.0, 9.5]


def test_an_unknown_height_is_drawn_flat_in_a_tone_of_its_own(town):
    existing = massing_scene(*town, np.arange(8)).existing_prisms
    assert existing.tone[existing.top_m == 0].tolist() == [Tone.UNKNOWN]


def test_what_stands_on_a_parcel_belongs_to_it(town):
    existing = massing_scene(*town, np.array([0])).existing_prisms
    assert 0 in existing.owner.tolist()
    assert set(existing.owner.tolist()) <= {0, -1}


def test_the_view_looks_into_the_parcel_from_its_street(town):
    subject = massing_scene(*town, np.array([1])).subject
    assert subject.inwards_deg == pytest.approx(0.0, abs=1e-6)
    assert subject.road_width_m == ROAD


def test_without_buildings_or_streets_there_is_a_volume_all_the_same():
    bare = project(parcels())
    scene = massing_scene(bare, outcome(bare), np.array([1]))
    assert scene.facts["buildings_layer"] == 0
    assert not len(scene.existing_prisms)
    assert len(scene.allowed_prisms)


def test_a_chosen_parcel_is_told_apart_from_the_others(town):
    parts = gathered(*town, np.arange(4))
    tones = scene_of(parts, np.array([2])).allowed_prisms
    assert set(tones.owner[tones.tone == Tone.CHOSEN].tolist()) == {2}
    assert Tone.CHOSEN not in scene_of(parts, np.arange(4)).allowed_prisms.tone


def test_an_unknown_regime_is_counted():
    layer = parcels()
    unknown = layer.table.with_column("issu_lotissement", [None] * (2 * COUNT))
    of = project(street(), replace(layer, table=unknown))
    assert massing_scene(of, outcome(of), np.array([1])).facts["parcels_as_lot"] == 1


# --- which parcels -----------------------------------------------------------------------------


def test_a_block_is_what_touches_and_not_what_is_across_the_street(town):
    assert rows_of_block(town[0], np.array([1])).tolist() == [0, 1, 2, 3]
    assert rows_of_block(town[0], np.array([6])).tolist() == [4, 5, 6, 7]


def test_land_whose_box_alone_touches_is_of_another_block():
    corners = np.array([(60, -40), (70, -40), (70, 60), (-20, 60), (-20, 50), (60, 50)])
    bent = shapely.Polygon(corners + (np.array([X0, Y0])))
    layer = parcels()
    columns = {"sector": ["B4"] * (2 * COUNT + 1)}
    shapes = np.append(layer.table.shapes(), np.array([bent], dtype=object))
    made = table(columns, shapes)
    of = project(replace(layer, table=made, schema=guessed_schema(made.names)))
    assert rows_of_block(of, np.array([1])).tolist() == [0, 1, 2, 3]


def test_an_extent_gives_the_nearest_first(town):
    extent = Extent(X0, Y0, X0 + 4 * WIDTH, Y0 + DEPTH)
    rows = rows_in_extent(town[0], extent)
    assert set(rows.tolist()) == {0, 1, 2, 3}
    assert set(rows[:2].tolist()) == {1, 2}


def test_a_place_is_that_of_a_parcel(town):
    assert row_at(town[0], X0 + 13, Y0 + 5) == 1
    assert row_at(town[0], X0 + 13, Y0 - 5) is None


def test_ids_that_are_gone_are_left_out(town):
    ids = town[0].parcels.table.ids
    assert rows_of_ids(town[0], np.append(ids[:2], 987_654)).tolist() == [0, 1]


def test_the_parcels_are_not_taken_for_buildings(town):
    assert buildings_layer(town[0]).id == "buildings"
    assert buildings_layer(project(parcels())) is None


# --- sections ----------------------------------------------------------------------------------


def test_the_section_of_the_worked_case_is_that_of_the_formulas(town):
    section = street_section(*town, 1)
    assert section.road_m == ROAD
    assert section.depth_m == pytest.approx(DEPTH)
    spans = [(round(b.from_m, 4), round(b.to_m, 4)) for b in section.levels]
    assert spans == [(0, 25), (0, 16.5), (0, 16.5), (0.1, 16.5), (3.1, 16.5)]
    assert [round(r.retreat_m, 6) for r in section.retreats] == [0.1, 3.1]
    assert section.citations["prospect_factor"].article == "32"


def test_the_section_meets_what_is_opposite(town):
    section = street_section(*town, 0)
    across = section.across
    assert across is not None
    assert across.gap_m == pytest.approx(ROAD)
    assert across.sector == "D3"
    assert across.allowed_m == pytest.approx(8.5)
    (body,) = across.existing
    assert not body.known


def test_what_stands_on_the_parcel_is_cut(town):
    (body,) = street_section(*town, 0).existing
    assert (round(body.from_m, 6), round(body.to_m, 6), body.top_m) == (1, 11, 9.5)


def test_a_strip_for_roads_moves_the_alignment():
    layer = parcels()
    taken = np.zeros(2 * COUNT)
    taken[1] = 2.0 * WIDTH
    of_roads = replace(
        layer,
        table=layer.table.with_column("plan_roads_m2", taken),
        schema=layer.schema.with_role(Role.PLAN_ROADS_M2, "plan_roads_m2"),
    )
    of = project(street(), of_roads)
    section = street_section(of, outcome(of), 1)
    assert section.taken_m == pytest.approx(2.0)
    assert section.depth_m == pytest.approx(DEPTH - 2.0)
    assert section.opposite_m == pytest.approx(ROAD + 2.0)


def test_a_sector_without_numbers_is_refused_with_its_name():
    of = project(street(), parcels(("ZR", *["B4"] * 7)))
    with pytest.raises(AnalysisError, match=r"section\.no-ruling"):
        street_section(of, outcome(of), 0)


def test_a_parcel_without_a_street_is_refused():
    around = [box(-30, -30, 60, 0), box(-30, 30, 60, 60), box(-30, 0, 0, 30), box(30, 0, 60, 30)]
    shapes = [box(0, 0, 30, 30), *around]
    columns = {"sector": ["B4"] * 5, "road_width_m": [12.0] * 5, "issu_lotissement": [True] * 5}
    made = table(columns, shapes)
    layer = VectorLayer("parcels", Title.plain("P"), made, schema=guessed_schema(made.names))
    of = project(layer)
    with pytest.raises(AnalysisError, match=r"section\.no-front"):
        street_section(of, outcome(of), 0)


# --- what cannot be measured -------------------------------------------------------------------


def test_parcels_in_no_system_are_refused(town):
    layer = parcels()
    of = project(replace(layer, table=layer.table.assign_crs(Crs(""))))
    with pytest.raises(NotMetric, match=r"massing\.not-metric"):
        massing_scene(of, town[1], np.array([0]))


def test_without_parcels_there_is_nothing_to_show(town):
    of = replace(project(street()), parcels_id="")
    with pytest.raises(MissingInput, match=r"massing\.no-parcels"):
        massing_scene(of, town[1], np.array([0]))
