"""Coordinates and scales as people type and paste them."""

from __future__ import annotations

import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.typed_place import readings, typed_scale

CASABLANCA = Extent(280_000.0, 315_000.0, 320_000.0, 350_000.0)


@pytest.mark.parametrize(
    "text",
    [
        "296470.12 330502.48",
        "296470.12, 330502.48",
        "X 296 470,12 Y 330 502,48",
        "x=296470,12 ; y=330502,48",
        "296 470,12 330 502,48",
        "296470,12;330502,48",
        "٢٩٦٤٧٠٫١٢ ٣٣٠٥٠٢٫٤٨",
        "EPSG:26191 296470.12 330502.48",
        "296470.12 330502.48 epsg:26191",
    ],
)
def test_metres_of_the_map(text):
    first = readings(text, MERCHICH_NORTH, CASABLANCA)[0]
    assert (first.x, first.y) == pytest.approx((296_470.12, 330_502.48))
    assert first.crs == MERCHICH_NORTH
    assert not first.swapped


@pytest.mark.parametrize(
    "text",
    [
        "33.573110, -7.589843",
        "33,573110 -7,589843",
        "33.573110° -7.589843°",
        "lat: 33.573110 lon: -7.589843",
        "33°34'23.2\"N 7°35'23.43\"W",
        "33° 34′ 23,2″ N, 7° 35′ 23,43″ O",
        "N 33 34 23.2 O 7 35 23.43",
        "33:34:23.2 N 7:35:23.43 W",
        "33°34.3866' N 7°35.3905' W",
        "7.589843 W 33.573110 N",
        "33.573110 شمال 7.589843 غرب",
        "٣٣٫٥٧٣١١٠ ش ٧٫٥٨٩٨٤٣ غ",
        "https://www.google.com/maps/@33.573110,-7.589843,15z",
        "geo:33.573110,-7.589843",
        "-7.589843 33.573110",
        "EPSG:4326 33.573110 -7.589843",
    ],
)
def test_degrees_in_whatever_form(text):
    first = readings(text, MERCHICH_NORTH, CASABLANCA)[0]
    assert (first.x, first.y) == pytest.approx((-7.589843, 33.573110), abs=2e-6)
    assert first.crs.is_geographic


def test_the_other_order_is_noticed_by_where_it_lies():
    first = readings("330502 296470", MERCHICH_NORTH, CASABLANCA)[0]
    assert (first.x, first.y, first.swapped) == (296_470.0, 330_502.0, True)


def test_metres_of_another_zone_are_offered_after_those_of_the_map():
    south = [r.crs.id for r in readings("296470 330502", MERCHICH_NORTH, CASABLANCA)]
    assert south[0] == "EPSG:26191"
    assert "EPSG:26192" in south


def test_utm_metres_on_a_lambert_map_are_found_by_where_they_lie():
    first = readings("630898 3715660", MERCHICH_NORTH, CASABLANCA)[0]
    assert first.crs == Crs("EPSG:32629")


def test_a_map_without_a_system_takes_the_numbers_as_they_are():
    first = readings("12.5 -3", UNKNOWN)[0]
    assert (first.x, first.y, first.crs) == (12.5, -3.0, UNKNOWN)


@pytest.mark.parametrize(
    "text", ["Rue 14", "D3", "T.1207/C", "12345", "Avenue 2 Mars 100", "95 N 7 W", "33 75 N 7 35 W"]
)
def test_names_are_no_coordinates(text):
    assert readings(text, MERCHICH_NORTH, CASABLANCA) == ()


def test_a_place_of_degrees_goes_to_a_map_in_degrees():
    assert readings("33.5, -7.6", WGS84)[0].in_crs(WGS84) == (-7.6, 33.5)


@pytest.mark.parametrize(
    ("text", "scale"),
    [("1:2 000", 2000), ("1/5000", 5000), ("1 : ٢٠٠٠", 2000), ("2000", None), ("1:0", None)],
)
def test_a_scale_is_typed_with_its_one(text, scale):
    assert typed_scale(text) == scale
