"""What the shipped demo promises, checked on the files themselves."""

from __future__ import annotations

import datetime as dt
import json
import re

import numpy as np
import pytest
import shapely

from emadina_gis.domain.schema import Role
from layers.build.store import content_hash, file_hash, overall_hash

HOUSEHOLDS = 102_598
DWELLINGS = 120_623
PEOPLE = 374_579
AIN_CHOCK = "06.141.01.41"


def commune_shape(demo):
    codes = demo.values("arrondissements", "code")
    return demo.shapes("arrondissements")[codes.index(AIN_CHOCK)]


def test_every_layer_is_the_one_that_the_catalogue_describes(demo):
    for name in demo.vectors:
        entry, table = demo.entry(name), demo.table(name)
        assert table.num_rows == entry["rows"], name
        assert content_hash(table) == entry["sha256"], name
    relief = demo.entry("relief")
    assert file_hash(demo.folder / relief["file"]) == relief["sha256"]
    hashes = [entry["sha256"] for entry in demo.catalogue["layers"]]
    assert overall_hash(hashes) == demo.catalogue["sha256"]


def test_the_grid_of_the_relief_is_that_of_its_file(demo):
    from emadina_gis.io.raster import RasterSource

    entry = demo.entry("relief")
    found = RasterSource(demo.folder / entry["file"]).description
    grid = entry["grid"]
    assert (grid["width_px"], grid["height_px"]) == (found.width_px, found.height_px)
    extent = found.extent
    assert grid["extent"] == [extent.xmin, extent.ymin, extent.xmax, extent.ymax]


def test_the_demo_stays_small(demo):
    sizes = [path.stat().st_size for path in (demo.folder / "data").iterdir()]
    assert sum(sizes) < 15_000_000


def test_the_catalogue_speaks_three_languages_and_names_columns_that_exist(demo):
    for entry in demo.catalogue["layers"]:
        provenance = entry["provenance"]
        for words in (entry["title"], provenance["credit"], provenance["note"]):
            assert all(words[language].strip() for language in ("fr", "ar", "en")), entry["id"]
    for name in demo.vectors:
        entry = demo.entry(name)
        columns = set(demo.table(name).column_names)
        assert set(entry["roles"]) <= columns
        assert {Role(role) for role in entry["roles"].values()}
        assert columns - set(entry["fields"]) <= {"geometry", "code_2014"}
        assert set(entry["fields"]) <= columns
        look = entry["style"]
        assert {look.get("field"), look.get("labels")} - {None} <= columns


def test_only_the_census_layers_are_real(demo):
    real = {e["id"] for e in demo.catalogue["layers"] if not e["provenance"]["synthetic"]}
    assert real == {"communes", "arrondissements"}
    assert all(
        "HCP" in demo.entry(name)["provenance"]["producer"]
        and "CC BY 4.0" in demo.entry(name)["provenance"]["licence"]
        for name in real
    )


def test_every_layer_says_its_crs(demo):
    for name in demo.vectors:
        geo = json.loads(demo.table(name).schema.metadata[b"geo"])
        column = geo["columns"][geo["primary_column"]]
        assert column["encoding"] == "WKB"
        assert column["crs"]["id"] == {"authority": "EPSG", "code": 26191}


def test_coordinates_are_whole_millimetres_and_shapes_are_valid(demo):
    for name in demo.vectors:
        shapes = demo.shapes(name)
        xy = shapely.get_coordinates(shapes)
        assert np.abs(xy * 1000 - np.round(xy * 1000)).max() < 1e-3, name
        assert shapely.is_valid(shapes).all(), name
        assert not shapely.is_empty(shapes).any(), name


def test_arrondissements_agree_with_the_published_figures(demo):
    shapes = demo.shapes("arrondissements")
    assert len(shapes) == 17
    assert shapely.area(commune_shape(demo)) / 1e6 == pytest.approx(39.36, abs=0.005)
    bounds = shapely.bounds(commune_shape(demo))
    assert bounds[0] == pytest.approx(288_768, abs=15)
    assert bounds[2] == pytest.approx(298_724, abs=15)
    overlap = shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes))
    assert overlap < 1.0
    assert sum(demo.values("arrondissements", "population_2024")) == 3_218_036


def test_the_region_has_its_communes_and_its_people(demo):
    assert demo.table("communes").num_rows == 153
    assert sum(demo.values("communes", "population_2024")) == 7_688_967
    codes = demo.values("communes", "code")
    assert codes == sorted(set(codes))
    # HCP counts the stock of urban units only: elsewhere it stays empty, never zero.
    stock = demo.values("communes", "dwellings_2024")
    assert stock.count(None) == 110
    assert min(value for value in stock if value is not None) > 0


def test_titles_are_unique_and_look_like_titles(demo):
    titles = demo.values("parcels", "parcel_id")
    assert 38_000 < len(titles) < 43_000
    assert len(set(titles)) == len(titles)
    assert all(re.fullmatch(r"T\.\d{4,5}/C", title) for title in titles)
    assert titles == sorted(titles, key=lambda title: int(title[2:-2]))


def test_parcels_do_not_overlap_and_stay_in_the_commune(demo):
    lots = demo.shapes("parcels")
    first, second = shapely.STRtree(lots).query(lots[::7], predicate="intersects")
    first = first * 7
    apart = first != second
    shared = shapely.area(shapely.intersection(lots[first[apart]], lots[second[apart]]))
    assert shared.max() < 0.1
    outside = shapely.area(shapely.difference(lots, commune_shape(demo)))
    assert outside.max() < 2.0


def test_areas_and_fronts_are_those_of_the_geometry(demo):
    lots = demo.shapes("parcels")
    areas = np.array(demo.values("parcels", "area_m2"))
    assert np.abs(shapely.area(lots) - areas).max() <= 0.051
    front = np.array(demo.values("parcels", "frontage_m"), dtype=float)
    depth = np.array(demo.values("parcels", "depth_m"), dtype=float)
    known = np.isfinite(front)
    assert known.mean() > 0.99
    boxed = front[known] * depth[known] / areas[known]
    assert np.percentile(boxed, [5, 95]) == pytest.approx([1.0, 1.0], abs=0.12)
    fronts = demo.values("parcels", "fronts")
    side = demo.values("parcels", "side_road_width_m")
    assert {"one", "corner", "through"} <= set(fronts)
    assert all(
        (s is not None) == (f in {"corner", "through"}) for f, s in zip(fronts, side, strict=True)
    )


def test_the_plan_takes_no_more_than_the_parcel(demo):
    area = np.array(demo.values("parcels", "area_m2"))
    for column in ("plan_roads_m2", "equipment_m2", "servitude_m2"):
        taken = np.array(demo.values("parcels", column))
        assert taken.min() >= 0
        assert (taken <= area).all()
        assert (taken > 0).any()


def test_the_regime_is_known_for_most_lots_and_unknown_for_some(demo):
    regime = demo.values("parcels", "issu_lotissement")
    assert 0.05 < regime.count(None) / len(regime) < 0.15
    assert {True, False} <= set(regime)


def test_lots_fit_their_sectors(demo, document):
    sector = np.array(demo.values("parcels", "sector"))
    area = np.array(demo.values("parcels", "area_m2"))
    front = np.array(demo.values("parcels", "frontage_m"), dtype=float)
    for code, least_m2, least_m in (
        ("E2", 80, 7),
        ("E3", 150, 9),
        ("B4", 230, 11),
        ("D3", 550, 20),
        ("D4", 900, 24),
        ("C4s", 4200, 40),
    ):
        of_sector = sector == code
        assert np.nanpercentile(area[of_sector], 15) > least_m2, code
        assert np.nanpercentile(front[of_sector], 15) > least_m, code
    assert set(sector) <= set(document["sector"])


def test_every_sector_of_the_layers_is_in_the_regulation(demo, document):
    used = set(demo.values("sectors", "sector"))
    assert used <= set(document["sector"])
    assert len(used) >= 30
    fallback = set(demo.values("reservations", "fallback_sector")) - {None}
    assert fallback <= set(document["sector"])


def test_each_parcel_lies_in_the_sector_that_it_names(demo):
    zones = demo.shapes("sectors")
    inner = shapely.point_on_surface(demo.shapes("parcels"))
    parcel, zone = shapely.STRtree(zones).query(inner, predicate="within")
    assert np.array_equal(np.sort(parcel), np.arange(len(inner)))
    named = np.array(demo.values("parcels", "sector"))[parcel]
    assert (named == np.array(demo.values("sectors", "sector"))[zone]).all()
    gap = shapely.area(commune_shape(demo)) - shapely.area(zones).sum()
    assert abs(gap) < 5.0


def test_dwellings_and_people_reconcile_with_the_census(demo):
    home = demo.values("arrondissements", "code").index(AIN_CHOCK)
    assert demo.values("arrondissements", "households_2024")[home] == HOUSEHOLDS
    assert demo.values("arrondissements", "dwellings_2024")[home] == DWELLINGS
    assert demo.values("arrondissements", "population_municipal_2024")[home] == PEOPLE
    occupied = sum(demo.values("parcels", "existing_dwellings"))
    assert occupied == HOUSEHOLDS == sum(demo.values("buildings", "dwellings"))
    vacant = sum(demo.values("parcels", "vacant_dwellings"))
    assert occupied + vacant == DWELLINGS
    assert sum(demo.values("parcels", "existing_population")) == PEOPLE


def test_buildings_agree_with_their_parcels(demo):
    titles = demo.values("parcels", "parcel_id")
    place = {title: number for number, title in enumerate(titles)}
    lot = np.array([place[title] for title in demo.values("buildings", "parcel_id")])
    footprints, lots = demo.shapes("buildings"), demo.shapes("parcels")
    outside = shapely.area(shapely.difference(footprints, lots[lot]))
    assert outside.max() < 0.1
    floor = np.array(demo.values("buildings", "floor_area_m2"), dtype=float)
    total = np.zeros(len(titles))
    np.add.at(total, lot, floor)
    stated = np.array(demo.values("parcels", "existing_floor_area_m2"), dtype=float)
    unknown = np.isnan(stated)
    assert 0 < unknown.mean() < 0.05
    assert np.array_equal(np.isnan(total), unknown)
    assert np.abs(total[~unknown] - stated[~unknown]).max() < 0.06
    households = np.zeros(len(titles), dtype=int)
    np.add.at(households, lot, np.array(demo.values("buildings", "dwellings")))
    assert np.array_equal(households, demo.values("parcels", "existing_dwellings"))


def test_land_states_and_uses_are_those_of_the_engine(demo):
    states = set(demo.values("parcels", "land_state"))
    assert states == {"built", "free", "raw", "engaged", "blocked"}
    uses = set(demo.values("parcels", "use"))
    assert uses == {"housing", "office", "hotel", "commerce", "industry", "equipment"}
    raw = np.array(demo.values("parcels", "land_state")) == "raw"
    assert np.array(demo.values("parcels", "area_m2"))[raw].min() > 10_000


def test_reservations_are_of_each_kind_and_state(demo):
    codes = set(demo.values("reservations", "code"))
    assert {"AC", "CP", "PL", "PK", "V", "E", "P", "S", "M", "C", "SP", "G"} <= codes
    rows = demo.table("reservations").drop_columns(["geometry"]).to_pylist()
    assert {row["state"] for row in rows} == {"EXISTANT", "A CREER", "CADUQUE"}
    for row in rows:
        assert (row["expiry_date"] is None) == (row["state"] == "EXISTANT")
        if row["state"] == "CADUQUE":
            assert row["fallback_sector"]
            assert row["expiry_date"] < "2025"
    assert len({row["reservation_id"] for row in rows}) == len(rows)


def test_roads_have_widths_states_and_indices(demo):
    rows = demo.table("roads").drop_columns(["geometry"]).to_pylist()
    assert {row["state"] for row in rows} == {"EXISTANTE", "A ELARGIR", "A CREER"}
    for row in rows:
        assert row["width_m"] >= row["existing_width_m"]
        wanted = "A CREER" if row["existing_width_m"] == 0 else "A ELARGIR"
        assert row["state"] == (
            "EXISTANTE" if row["width_m"] == row["existing_width_m"] else wanted
        )
        assert (row["road_index"] is None) == (row["rank"] == "local")


def test_stops_lie_on_their_lines(demo):
    lines = dict(
        zip(demo.values("transit_lines", "line_id"), demo.shapes("transit_lines"), strict=True)
    )
    of_stop = np.array([lines[ref] for ref in demo.values("transit_stops", "line_id")])
    assert shapely.distance(demo.shapes("transit_stops"), of_stop).max() < 0.01


def test_names_of_streets_and_quarters_come_in_two_scripts(demo):
    for layer in ("roads", "sectors", "facilities", "transit_stops"):
        arabic = "".join(demo.values(layer, "name_ar"))
        assert re.search(r"[\u0621-\u064a]", arabic)
        assert all(demo.values(layer, "name_fr"))


def test_servitudes_and_heritage_are_those_of_the_nomenclature(demo):
    rows = demo.table("servitudes").drop_columns(["geometry"]).to_pylist()
    assert {row["code"] for row in rows} == {"CF", "HT", "EP", "OU", "CM", "CA", "EC", "ZNAE"}
    assert len({row["servitude_id"] for row in rows}) == len(rows)
    heritage = demo.values("heritage", "parcel_id")
    assert len(heritage) == 26
    place = {title: n for n, title in enumerate(demo.values("parcels", "parcel_id"))}
    lots = demo.shapes("parcels")[[place[title] for title in heritage]]
    assert shapely.equals(lots, demo.shapes("heritage")).all()
    assert {"FB3", "FB4", "LC"} == set(demo.values("roads", "front_rule")) - {None}


def test_what_the_plan_takes_agrees_with_the_overlay(demo):
    """The engine's own overlay, on the layers as they are mapped, finds the parcels' columns."""
    from emadina_gis.simulation.hits import find_hits
    from emadina_gis.words import load_words
    from emadina_gis.workflows.demo import open_demo
    from emadina_gis.workflows.hits import plan_of

    project = open_demo(load_words("fr"))
    index = plan_of(project)
    assert {source.layer_id for source in index.constraints.layers} == {
        "reservations", "servitudes", "heritage", "roads",
    }  # fmt: skip
    assert index.problems == ()
    table = project.parcels.table
    found = find_hits(table.shapes(), index.constraints, dt.date(2025, 6, 1))
    taken = {
        "plan_roads_m2": found.roads_m2,
        "equipment_m2": found.equipment_m2,
        "servitude_m2": found.servitude_m2,
    }
    for name, overlaid in taken.items():
        assert np.abs(table.numbers(name) - overlaid).max() < 1.0, name
    total = sum(taken.values())
    assert (total <= table.numbers("area_m2") + 0.1).all()
    assert found.remainder_m2 == pytest.approx(found.parcel_area_m2 - total, abs=1e-3)
