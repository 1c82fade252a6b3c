"""Systems: codes, unknown ones, and transforms that never guess a datum."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from emadina_gis.domain.crs import (
    MERCHICH_NORTH,
    UNKNOWN,
    WGS84,
    Crs,
    accuracy_m,
    grid_convergence_deg,
    transform_extent,
    transform_points,
    transformation,
)
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import CrsError, CrsMismatch, MissingCrs

AIN_CHOCK = np.array([[296_470.12, 330_502.48]])


def test_dialects_of_a_system_are_one():
    wkt = MERCHICH_NORTH.proj.to_wkt("WKT1_ESRI")
    assert Crs.parse(wkt) == MERCHICH_NORTH
    assert Crs.parse(" epsg:26191 ") == MERCHICH_NORTH
    assert Crs.parse("26191") == MERCHICH_NORTH
    assert MERCHICH_NORTH.id == "EPSG:26191"
    assert MERCHICH_NORTH.is_projected
    assert MERCHICH_NORTH.is_metric
    assert MERCHICH_NORTH.unit_m == 1.0


def test_a_system_of_nobodys_keeps_its_text():
    local = Crs.parse(
        "+proj=lcc +lat_1=33 +lat_0=33 +lon_0=-5 +x_0=1 +y_0=2 +ellps=clrk80ign +units=m"
    )
    assert local.is_known
    assert local.id == ""
    assert local.is_projected
    assert Crs.parse(local.definition) == local


def test_unknown_is_said():
    assert Crs.parse("") == UNKNOWN
    assert not UNKNOWN.is_known
    assert not UNKNOWN.is_geographic
    assert not UNKNOWN.is_metric
    assert UNKNOWN.name == ""
    assert UNKNOWN.unit_m == 1.0
    with pytest.raises(MissingCrs):
        _ = UNKNOWN.proj
    with pytest.raises(MissingCrs):
        transform_points(AIN_CHOCK, UNKNOWN, WGS84)
    with pytest.raises(CrsError) as refused:
        Crs.parse("not a system" * 20)
    assert refused.value.code == "crs.unreadable"


def test_web_mercator_measures_nothing():
    assert not Crs.parse("EPSG:3857").is_metric
    assert WGS84.is_geographic
    assert WGS84.unit_m > 100_000
    assert not WGS84.is_metric


def test_merchich_to_wgs84_is_the_helmert_of_1166_and_no_ballpark():
    lon, lat = transform_points(AIN_CHOCK, MERCHICH_NORTH, WGS84)[0]
    assert lat == pytest.approx(33 + 33 / 60 + 12 / 3600, abs=3e-3)
    assert accuracy_m(MERCHICH_NORTH, WGS84) == 7.0
    assert accuracy_m(WGS84, WGS84) == 0.0
    assert accuracy_m(Crs("EPSG:32629"), WGS84) == 0.0
    assert accuracy_m(MERCHICH_NORTH, Crs("EPSG:4261")) == 0.0
    geographic = Crs.parse("EPSG:4261")
    merchich = transform_points(AIN_CHOCK, MERCHICH_NORTH, geographic)[0]
    shift_m = np.hypot((merchich[0] - lon) * 92_700, (merchich[1] - lat) * 111_000)
    assert 20 < shift_m < 400
    back = transform_points(np.array([[lon, lat]]), WGS84, MERCHICH_NORTH)
    assert np.allclose(back, AIN_CHOCK, atol=1e-3)


def test_no_safe_way_is_an_error():
    local = Crs.parse("+proj=tmerc +lat_0=0 +lon_0=-7 +a=6378249 +b=6356515 +units=m")
    with pytest.raises(CrsMismatch):
        transform_points(AIN_CHOCK, local, WGS84)


def test_the_same_system_moves_nothing():
    assert transform_points(AIN_CHOCK, WGS84, WGS84) is AIN_CHOCK
    extent = Extent(0, 0, 1, 1)
    assert transform_extent(extent, WGS84, WGS84) is extent


def test_an_extent_is_bent_along_its_border():
    extent = Extent(290_000, 320_000, 300_000, 330_000)
    degrees = transform_extent(extent, MERCHICH_NORTH, WGS84)
    assert -8 < degrees.xmin < degrees.xmax < -7
    back = transform_extent(degrees, WGS84, MERCHICH_NORTH)
    assert back.xmin <= extent.xmin + 1
    assert back.ymax >= extent.ymax - 1


def test_grid_north_leans_west_of_true_north_at_casablanca():
    angle = grid_convergence_deg(MERCHICH_NORTH, *AIN_CHOCK[0])
    assert 1.0 < abs(angle) < 2.0
    assert angle == pytest.approx(np.sin(np.radians(33.3)) * (7.59 - 5.4), abs=0.1)


def test_a_damaged_projection_has_no_way_instead_of_a_crash() -> None:
    text = (
        'PROJCS["Nord_Maroc",GEOGCS["GCS_Merchich",DATUM["D_Merchich",SPHEROID["Clarke_1880_IGN",'
        '6378249.2,293.466021293627]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        f'PROJECTION["Lambert_Confo{"<a>" * 400}"],PARAMETER["False_Easting",500000.0],'
        'UNIT["Meter",1.0]]'
    )
    with pytest.raises(CrsError):
        transformation(Crs(text), WGS84)


def test_a_text_that_is_no_unicode_is_no_system() -> None:
    with pytest.raises(CrsError):
        Crs.parse("EPSG\udce9\udcff:26191")


def test_an_operation_is_used_by_several_threads_at_once():
    """One object of PROJ for all threads crashes the process."""
    points = np.tile([[296_000.0, 330_000.0], [310_000.0, 345_000.0]], (20_000, 1))
    way = transformation(MERCHICH_NORTH, WGS84)
    expected = way.apply(points)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _n: way.apply(points), range(60)))
    assert all(np.array_equal(one, expected) for one in found)
