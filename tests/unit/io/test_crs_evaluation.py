"""CRS on thousands of generated extents: right or unsure, never confidently wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyproj
import pytest
import shapely

from emadina_gis.domain.extent import Extent
from emadina_gis.io.crs_guess import guess_crs, read_declaration

CONFIDENT = 0.9
_PER_SYSTEM = 30
_SIZES_M = (20.0, 150_000.0)
#: Dry land of Morocco, well inside: none of the samples is at sea.
_LAND = shapely.polygons(
    [(-5.8, 35.5), (-2.3, 34.7), (-2.0, 32.5), (-5.3, 30.2), (-8.9, 28.6), (-8.9, 26.4),
     (-12.3, 26.2), (-12.4, 23.7), (-15.3, 23.7), (-12.9, 27.6), (-9.6, 29.7), (-9.3, 31.6),
     (-8.3, 33.0), (-6.7, 34.0)]
)  # fmt: skip
MOROCCO = {
    "EPSG:26191": (-9.3, 31.6, -2.0, 35.4),
    "EPSG:26192": (-10.5, 27.8, -4.0, 31.4),
    "EPSG:26194": (-14.0, 24.4, -9.0, 27.5),
    "EPSG:4326": (-15.0, 23.8, -2.0, 35.4),
    "EPSG:32629": (-11.5, 27.8, -6.1, 34.0),
    "EPSG:32630": (-5.9, 31.0, -2.2, 35.3),
    "EPSG:32628": (-15.0, 23.8, -12.4, 27.4),
    "EPSG:3857": (-15.0, 23.8, -2.0, 35.4),
}
ELSEWHERE = {
    "EPSG:2154": (-3.0, 43.0, 7.0, 50.0),
    "EPSG:27572": (-3.0, 43.0, 7.0, 50.0),
    "EPSG:32631": (0.0, 36.0, 6.0, 50.0),
    "EPSG:26986": (-73.0, 41.5, -70.0, 42.8),
    "EPSG:5070": (-120.0, 30.0, -70.0, 48.0),
    "EPSG:27700": (-5.0, 50.0, 1.0, 56.0),
    "EPSG:31370": (2.6, 49.6, 6.3, 51.4),
    "EPSG:22391": (8.0, 35.0, 11.0, 37.0),
    "EPSG:4326": (-120.0, -40.0, 150.0, 65.0),
    "EPSG:3857": (-120.0, -40.0, 150.0, 65.0),
}
CASABLANCA = Extent(-7.75, 33.45, -7.4, 33.68)


@dataclass(frozen=True)
class Sample:
    """Coordinates in a system, and where they truly are."""

    code: str
    extent: Extent
    truth: Extent

    @property
    def neighbourhood(self) -> Extent:
        """Extent of a project around the sample."""
        return self.truth.padded(0.2)


def _samples(code: str, box: tuple[float, float, float, float], *, land: bool) -> list[Sample]:
    rng = np.random.default_rng(int(code.split(":")[1]))
    found: list[Sample] = []
    while len(found) < _PER_SYSTEM:
        lon, lat = rng.uniform(box[0], box[2]), rng.uniform(box[1], box[3])
        if land and not shapely.contains_xy(_LAND, lon, lat):
            continue
        height = np.exp(rng.uniform(*np.log(_SIZES_M))) / 111_000
        width = height / np.cos(np.radians(lat))
        truth = Extent(lon, lat, lon + width, lat + height)
        found.append(Sample(code, _projected(code, truth), truth))
    return found


def _projected(code: str, truth: Extent) -> Extent:
    if pyproj.CRS(code).is_geographic:
        return truth
    lon = [truth.xmin, truth.xmax, truth.xmin, truth.xmax]
    lat = [truth.ymin, truth.ymin, truth.ymax, truth.ymax]
    x, y = pyproj.Proj(code)(lon, lat)
    return Extent(min(x), min(y), max(x), max(y))


def _places(sample: Sample) -> list[Extent | None]:
    return [None, CASABLANCA, sample.neighbourhood]


@pytest.mark.parametrize("code", sorted({*MOROCCO, *ELSEWHERE}))
def test_a_missing_declaration_is_guessed_right_or_not_confidently(code: str) -> None:
    groups = [(MOROCCO.get(code), True), (ELSEWHERE.get(code), False)]
    for box, land in groups:
        for sample in _samples(code, box, land=land) if box else []:
            for reference in _places(sample):
                best = next(iter(guess_crs(sample.extent, reference)), None)
                right = best is None or (best.crs.id, best.swapped) == (code, False)
                assert right or (best is not None and best.confidence < CONFIDENT), sample


@pytest.mark.parametrize("code", sorted(MOROCCO))
def test_with_the_project_in_view_moroccan_systems_are_found(code: str) -> None:
    for sample in _samples(code, MOROCCO[code], land=True):
        best = guess_crs(sample.extent, sample.neighbourhood)[0]
        assert (best.crs.id, best.swapped) == (code, False), sample
        assert best.confidence >= 0.7


@pytest.mark.parametrize("code", sorted({*MOROCCO, *ELSEWHERE}))
def test_a_true_declaration_is_kept(code: str) -> None:
    box, land = (MOROCCO[code], True) if code in MOROCCO else (ELSEWHERE[code], False)
    for sample in _samples(code, box, land=land):
        for reference in _places(sample):
            reading, _ = read_declaration(code, sample.extent, "a", reference)
            assert reading.crs.id == code
            if reference == sample.neighbourhood:
                assert reading.confidence >= CONFIDENT


@pytest.mark.parametrize("true", sorted(MOROCCO))
def test_a_false_declaration_is_never_believed_beside_the_project(true: str) -> None:
    believed: Counter[str] = Counter()
    for false in sorted({*MOROCCO, "EPSG:2154"} - {true}):
        for sample in _samples(true, MOROCCO[true], land=True)[:10]:
            reading, _ = read_declaration(false, sample.extent, "a", sample.neighbourhood)
            believed[false] += reading.crs.is_known and reading.confidence >= CONFIDENT
    assert not +believed


def test_swapped_axes_are_told() -> None:
    for sample in _samples("EPSG:4326", (-7.7, 32.6, -7.2, 33.2), land=False):
        turned = Extent(
            sample.extent.ymin, sample.extent.xmin, sample.extent.ymax, sample.extent.xmax
        )
        reading, problems = read_declaration("EPSG:4326", turned, "a")
        assert [problem.code for problem in problems] == ["crs.axes-swapped"]
        assert reading.confidence < 0.5
        assert reading.candidates[0].swapped


def test_swapped_metres_are_told_beside_the_project() -> None:
    for sample in _samples("EPSG:26191", (-7.8, 33.4, -7.2, 33.8), land=False):
        turned = Extent(
            sample.extent.ymin, sample.extent.xmin, sample.extent.ymax, sample.extent.xmax
        )
        best = guess_crs(turned, CASABLANCA)[0]
        assert (best.crs.id, best.swapped) in {("EPSG:26191", True), ("EPSG:26191", False)}
        assert best.confidence < CONFIDENT
