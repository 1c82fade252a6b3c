"""Coordinates around the origin and degrees of two datums: said, and never confidently guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, Crs, transform_points
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.table import FeatureTable
from emadina_gis.io.crs_guess import NEAR_ORIGIN, guess_crs, read_declaration
from emadina_gis.io.crs_judgement import judged
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.io.write import write_layer

_MOST = 0.3
_DATA = Extent(-7.64, 33.52, -7.55, 33.60)
_MERCHICH_DEGREES = Crs("EPSG:4261")
_NEAR = st.floats(-20_000.0, 20_000.0)
_FEW_DEGREES = st.floats(-5.0, 5.0)


def _extent(x: tuple[float, float], y: tuple[float, float]) -> Extent:
    return Extent(min(x), min(y), max(x), max(y))


def _codes(extent: Extent, reference: Extent | None = None, declared: str = "") -> list[str]:
    return [problem.code for problem in read_declaration(declared, extent, "a", reference)[1]]


@pytest.mark.parametrize(
    "extent",
    [
        Extent(50, 50, 50, 100),
        Extent(0, -100, 80, 0),
        Extent(9, 136, 9, 136),
        Extent(-320_368, 0, 7970, 972_635),
        Extent(1, 1, 1, 1),
        Extent(0, 0, 80, 60),
        Extent(-0.12, -0.83, 1.08, 0.07),
    ],
)
def test_coordinates_around_the_origin_are_said_to_be_local(extent: Extent) -> None:
    assert all(one.confidence <= _MOST for one in guess_crs(extent))
    assert _codes(extent) == ["crs.missing", "crs.local"]


@given(st.tuples(_NEAR, _NEAR), st.tuples(_NEAR, _NEAR))
def test_no_metres_near_the_origin_are_guessed_confidently(
    x: tuple[float, float], y: tuple[float, float]
) -> None:
    extent = _extent(x, y)
    in_degrees = max(map(abs, (*x, *y))) <= 180.5
    for reference in (None, _DATA):
        found = guess_crs(extent, reference)
        assert in_degrees or all(one.confidence <= _MOST for one in found)
        assert in_degrees or {one.reason for one in found} <= {NEAR_ORIGIN}


@given(st.tuples(_FEW_DEGREES, _FEW_DEGREES), st.tuples(_FEW_DEGREES, _FEW_DEGREES))
def test_no_degrees_near_the_origin_are_guessed_confidently(
    x: tuple[float, float], y: tuple[float, float]
) -> None:
    extent = _extent(x, y)
    assert all(one.confidence <= _MOST for one in guess_crs(extent, _DATA))
    assert "crs.local" in _codes(extent)


def test_a_project_that_lies_there_is_believed() -> None:
    there = Extent(3.0, 4.0, 3.5, 4.5)
    assert guess_crs(there.padded(-0.1), there)[0].confidence > _MOST
    assert "crs.local" not in _codes(there.padded(-0.1), there)


def test_metres_of_a_drawing_declared_as_degrees_are_said_to_be_local() -> None:
    assert _codes(Extent(0, 0, 500, 400), declared="EPSG:4326") == [
        "crs.metres-in-degrees",
        "crs.local",
    ]


def test_a_drawing_of_its_own_coordinates_has_no_confident_guess() -> None:
    points = transform_points(np.array(_DATA.as_tuple).reshape(2, 2), WGS84, MERCHICH_NORTH)
    extent = Extent(*map(float, points.ravel()))
    assert judged("", extent, "a", None)[0].candidates[0].confidence > _MOST
    reading, problems = judged("", extent, "a", None, is_local=True)
    assert {(one.confidence <= _MOST, one.reason) for one in reading.candidates} == {
        (True, NEAR_ORIGIN)
    }
    assert [problem.code for problem in problems] == ["crs.missing"]


@pytest.mark.parametrize("count", [3, 12, 60])
def test_strays_at_the_origin_do_not_mislead_a_guess(tmp_path: Path, count: int) -> None:
    x = 296_000 + 30.0 * np.arange(count)
    lots = shapely.box(x, 330_000, x + 20, 330_020)
    strays = [shapely.Point(0, 0), shapely.LineString([(0, 0), (296_000, 330_000)])]
    shapes = np.array([strays[0], *lots], object)
    if count > 3:
        shapes[-1] = strays[1]
    table = FeatureTable.from_columns({"n": list(range(len(shapes)))}, shapes)
    path = tmp_path / "lots.gpkg"
    write_layer(table, path)
    (layer,) = describe(path).layers
    result = read_layer(path, layer.name)
    best = result.crs.candidates[0]
    assert (best.crs, best.reason) == (MERCHICH_NORTH, "lands-on-project")
    assert best.confidence > 0.7
    assert result.table.row_count == count + 1


def test_degrees_of_morocco_are_of_two_datums() -> None:
    best, second, *_ = guess_crs(_DATA)
    assert (best.crs.id, second.crs.id) == ("EPSG:4326", "EPSG:4261")
    assert best.confidence <= 0.8
    assert second.confidence >= 0.1
    reading, (missing, doubt) = read_declaration("", _DATA, "a")
    assert not reading.crs.is_known
    assert (missing.code, doubt.code) == ("crs.missing", "crs.two-datums")
    assert 320 <= float(doubt.params["metres"]) <= 330


def test_a_project_around_them_does_not_tell_the_datum() -> None:
    best = guess_crs(_DATA, Extent(-7.75, 33.45, -7.4, 33.68))[0]
    assert best.crs == WGS84
    assert best.confidence <= 0.8


@pytest.mark.parametrize("told", [WGS84, _MERCHICH_DEGREES])
def test_edges_that_meet_those_of_the_project_tell_the_datum(told: Crs) -> None:
    corners = np.array(_DATA.as_tuple).reshape(2, 2)
    reference = Extent(*map(float, transform_points(corners, told, WGS84).ravel()))
    best = guess_crs(_DATA, reference)[0]
    assert (best.crs, best.swapped) == (told, False)
    assert 0.8 <= best.confidence < 0.9
    assert _codes(_DATA, reference) == ["crs.missing"]
