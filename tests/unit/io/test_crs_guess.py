"""Guesses of a CRS: the windows of the region, ranked, and declarations checked by numbers."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from emadina_gis.domain.crs import (
    MERCHICH_NORTH,
    UNKNOWN,
    WGS84,
    Crs,
    transform_points,
    transformation,
)
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import CrsMismatch
from emadina_gis.io.crs_guess import guess_crs, matched, offered, read_declaration

CASABLANCA = np.array([[-7.66, 33.50], [-7.52, 33.61]])
_TAB = (
    'PROJCS["unnamed",GEOGCS["unnamed",DATUM["Merchich",SPHEROID["Clarke 1880 (modified for '
    'Merchich)",6378249.2,293.46598]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
    'PROJECTION["Lambert_Conformal_Conic_1SP"],PARAMETER["latitude_of_origin",33.3000000000126],'
    'PARAMETER["central_meridian",-5.4],PARAMETER["scale_factor",0.999625769000252],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",300000.000001397],'
    'UNIT["metre",1]]'
)


def _extent_in(code):
    points = transform_points(CASABLANCA, WGS84, Crs(code))
    low, high = points.min(axis=0), points.max(axis=0)
    return Extent(*low, *high)


@pytest.mark.parametrize("code", ["EPSG:26191", "EPSG:4326", "EPSG:32629", "EPSG:3857"])
def test_casablanca_is_recognised_in_each_usual_system(code):
    best, *others = guess_crs(_extent_in(code))
    assert (best.crs.id, best.swapped) == (code, False)
    assert 0.75 <= best.confidence < 0.9
    assert all(other.confidence < best.confidence for other in others)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(-5.0, 29.7, "EPSG:26192"), (-12.5, 26.5, "EPSG:26194")],
)
def test_the_other_zones_are_found_where_the_project_lies_there(lon, lat, code):
    x, y = pyproj.Proj(code)(lon, lat)
    extent = Extent(x, y, x + 5000, y + 5000)
    near = Extent(lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5)
    assert guess_crs(extent, near)[0].crs.id == code


def test_what_cannot_be_brought_to_wgs_84_is_recognised_but_never_proposed():
    south = Crs("EPSG:26195")
    with pytest.raises(CrsMismatch):
        transformation(south, WGS84)
    x, y = pyproj.Proj("EPSG:26195")(-15.9, 22.9)
    extent = Extent(x, y, x + 5000, y + 5000)
    near = Extent(-16.4, 22.4, -15.4, 23.4)
    assert south not in {candidate.crs for candidate in guess_crs(extent, near)}
    assert south not in offered()
    assert read_declaration(south.proj.to_wkt("WKT1_ESRI"), extent, "a")[0].crs == south


def test_every_system_offered_can_be_used():
    assert len(offered()) > 8
    for crs in offered():
        assert transformation(crs, WGS84).accuracy_m is not None, crs


def test_swapped_degrees_are_told():
    best = guess_crs(Extent(33.50, -7.66, 33.61, -7.52))[0]
    assert (best.crs.id, best.swapped) == ("EPSG:4326", True)


def test_the_region_window_is_zone_one():
    assert guess_crs(Extent(190_000, 215_000, 360_000, 350_000))[0].crs == MERCHICH_NORTH


def test_a_french_plan_is_lambert_93_and_not_sure():
    best = guess_crs(Extent(700_000, 6_600_000, 710_000, 6_610_000))[0]
    assert best.crs.id == "EPSG:2154"
    assert best.confidence < 0.6


@pytest.mark.parametrize(
    "extent", [None, Extent(float("nan"), 0, 1, 1), Extent(0, 0, 1e9, 1e9), Extent(-5e7, 0, 1, 1)]
)
def test_what_makes_no_sense_has_no_guess(extent):
    assert guess_crs(extent) == []


def test_systems_are_matched_by_their_numbers():
    assert matched(Crs.parse(_TAB)) == MERCHICH_NORTH or Crs.parse(_TAB) == MERCHICH_NORTH
    reading, problems = read_declaration(_TAB, _extent_in("EPSG:26191"), "Titres")
    assert reading.crs == MERCHICH_NORTH
    assert {problem.code for problem in problems} <= {"crs.matched"}


def test_another_datum_shift_is_told_and_the_coordinates_stay():
    text = "+proj=lcc +lat_1=33.3 +lat_0=33.3 +lon_0=-5.4 +k_0=0.999625769 +x_0=500000 +y_0=300000"
    shifted = f"{text} +a=6378249.2 +b=6356515 +towgs84=26,133,50 +units=m +type=crs"
    reading, problems = read_declaration(shifted, _extent_in("EPSG:26191"), "a")
    assert reading.crs == MERCHICH_NORTH
    assert {problem.code for problem in problems} >= {"crs.other-shift"}


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("", "crs.missing"),
        ("nonsense", "crs.unusable"),
        ('LOCAL_CS["Lambert Maroc",UNIT["metre",1]]', "crs.unusable"),
        ("EPSG:4326", "crs.metres-in-degrees"),
    ],
)
def test_a_useless_declaration_leaves_the_crs_unknown(declared, code):
    reading, problems = read_declaration(declared, _extent_in("EPSG:26191"), "a")
    assert reading.crs == UNKNOWN
    assert [problem.code for problem in problems] == [code]
    assert reading.candidates[0].crs == MERCHICH_NORTH


def test_a_portal_that_says_metres_and_gives_degrees_is_not_believed():
    reading, problems = read_declaration("EPSG:3857", _extent_in("EPSG:4326"), "a")
    assert (reading.crs, reading.candidates[0].crs) == (UNKNOWN, WGS84)
    assert [problem.code for problem in problems] == ["crs.degrees-in-metres"]


def test_lambert_93_on_moroccan_metres_is_doubted_but_kept():
    reading, problems = read_declaration("EPSG:2154", _extent_in("EPSG:26191"), "a")
    assert reading.crs.id == "EPSG:2154"
    assert [problem.code for problem in problems] == ["crs.outside-area"]
    assert reading.candidates[0].crs == MERCHICH_NORTH


def test_a_good_declaration_has_no_finding():
    reading, problems = read_declaration("EPSG:26191", _extent_in("EPSG:26191"), "a")
    assert (reading.crs, reading.source, problems) == (MERCHICH_NORTH, "declared", ())


def test_longitude_first_is_wgs_84():
    assert read_declaration("OGC:CRS84", _extent_in("EPSG:4326"), "a")[0].crs == WGS84


def test_the_deprecated_zone_is_never_offered():
    assert "EPSG:26193" not in {crs.id for crs in offered()}
    assert offered()[0] == MERCHICH_NORTH


_LAMBERT = "+proj=lcc +lat_1=33.3 +lat_0=33.3 +lon_0=-5.4 +k_0=0.999625769 +x_0=500000 +y_0=300000"


def _merchich(name="unnamed", datum="Merchich", sphere=("Clarke 1880 (IGN)", 6378249.2, 293.46602)):
    shape = f'"{sphere[0]}",{sphere[1]},{sphere[2]}'
    return (
        f'PROJCS["{name}",GEOGCS["unnamed",DATUM["{datum}",SPHEROID[{shape}]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
        'PROJECTION["Lambert_Conformal_Conic_1SP"],PARAMETER["latitude_of_origin",33.3],'
        'PARAMETER["central_meridian",-5.4],PARAMETER["scale_factor",0.999625769],'
        'PARAMETER["false_easting",500000],PARAMETER["false_northing",300000],UNIT["metre",1]]'
    )


@pytest.mark.parametrize(
    "declared",
    [
        MERCHICH_NORTH.proj.to_wkt("WKT1_ESRI"),
        MERCHICH_NORTH.proj.to_wkt("WKT1_GDAL"),
        MERCHICH_NORTH.proj.to_wkt("WKT2_2019"),
        MERCHICH_NORTH.proj.to_json(),
        _merchich(),
        _merchich(datum="unknown"),
        _merchich(sphere=("Clarke 1880 (RGS)", 6378249.145, 293.465)),
        f"{_LAMBERT} +ellps=clrk80ign +units=m +no_defs",
        "+init=epsg:26191",
        "26191",
        "urn:ogc:def:crs:EPSG::26191",
        "urn:ogc:def:crs:EPSG:6.9:26191",
        "http://www.opengis.net/gml/srs/epsg.xml#26191",
        "http://www.opengis.net/def/crs/EPSG/0/26191",
        "https://spatialreference.org/ref/epsg/26191/",
        "EPSG:26191+5773",
    ],
)
def test_every_dialect_of_merchich_is_one_system(declared):
    reading, problems = read_declaration(declared, _extent_in("EPSG:26191"), "a")
    assert (reading.crs, reading.confidence) == (MERCHICH_NORTH, 1.0)
    assert {problem.code for problem in problems} <= {"crs.matched"}


@pytest.mark.parametrize("code", ["ESRI:102100", "ESRI:102113", "EPSG:3785", "EPSG:900913"])
def test_every_web_mercator_is_one_system(code):
    reading, _ = read_declaration(code, _extent_in("EPSG:3857"), "a")
    assert reading.crs.id == "EPSG:3857"


def test_gradians_are_not_degrees():
    declared = (
        'GEOGCS["grades",DATUM["Merchich",SPHEROID["Clarke 1880 (IGN)",6378249.2,293.46602]],'
        'PRIMEM["Greenwich",0],UNIT["grad",0.01570796326794897]]'
    )
    reading, _ = read_declaration(declared, Extent(-8.5, 37.2, -8.4, 37.3), "a")
    assert reading.crs.id == ""
    lon, lat = transform_points(np.array([[-8.45, 37.3]]), reading.crs, WGS84)[0]
    assert (lon, lat) == pytest.approx((-7.605, 33.57), abs=0.01)


def test_a_datum_without_a_name_is_not_that_of_another_country():
    declared = "+proj=utm +zone=29 +ellps=clrk80ign +type=crs"
    reading, problems = read_declaration(declared, _extent_in("EPSG:32629"), "a")
    assert reading.crs.id == ""
    assert {problem.code for problem in problems} >= {"crs.no-way"}


def test_no_shift_at_all_is_a_guess_in_disguise():
    declared = "+proj=utm +zone=29 +ellps=clrk80ign +towgs84=0,0,0 +type=crs"
    _, problems = read_declaration(declared, _extent_in("EPSG:32629"), "a")
    assert {problem.code for problem in problems} >= {"crs.null-shift"}


def test_a_grid_that_is_not_installed_is_told_with_the_accuracy():
    extent = Extent(530_000, 180_000, 531_000, 181_000)
    near = Extent(-0.3, 51.3, 0.1, 51.7)
    reading, problems = read_declaration("EPSG:27700", extent, "a", near)
    assert reading.confidence >= 0.9
    assert [problem.code for problem in problems] == ["crs.coarse-way"]


def test_an_old_system_is_said_to_be_old():
    _, problems = read_declaration("EPSG:26193", Extent(900_000, 400_000, 901_000, 401_000), "a")
    assert "crs.deprecated" in {problem.code for problem in problems}


@pytest.mark.parametrize("wrong", ["+lat_0=-4097290263713", "+k_0=-1", "+lat_1=1e300"])
def test_parameters_that_no_projection_can_have_are_no_way(wrong):
    declared = f"+proj=lcc +lat_1=33.3 {wrong} +lon_0=-5.4 +x_0=500000 +ellps=clrk80ign +type=crs"
    reading, problems = read_declaration(declared, _extent_in("EPSG:26191"), "a")
    assert {problem.code for problem in problems} & {"crs.no-way", "crs.unusable"}
    assert not reading.crs.id
