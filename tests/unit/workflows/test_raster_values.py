"""What the values of a raster are like, and at one place of the map; its styles in files."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from affine import Affine

from emadina_gis.domain.crs import MERCHICH_NORTH, WGS84, transform_points
from emadina_gis.domain.style import Contours, RasterStyle, Relief, Resampling, Stretch
from emadina_gis.domain.title import Title
from emadina_gis.domain.viewport import Viewport
from emadina_gis.io.cache import open_cache
from emadina_gis.io.project_codec import decode, encode
from emadina_gis.project.model import empty_project
from emadina_gis.workflows.raster_data import build_overviews
from emadina_gis.workflows.raster_values import distinct_values, summary_of_layer, values_at
from emadina_gis.workflows.rasters import RasterTexts, raster_layer, rasters_of
from tests.unit.io.test_raster_kinds import X0, Y0, write


@pytest.fixture
def slope(tmp_path):
    values = np.tile(np.arange(300, dtype=np.float32), (200, 1))
    values[:20] = -9999
    return write(tmp_path / "slope.tif", values, nodata=-9999)


def layer_of(path, **options):
    return raster_layer(path, RasterTexts(Title.plain("Pente"), layer_id="s"), **options)


def test_a_view_has_its_own_range(slope):
    layer = layer_of(slope)
    whole = summary_of_layer(layer)
    assert whole.range_of(Stretch.MIN_MAX) == (0, 299)
    assert whole.known_share == pytest.approx(0.9)
    view = Viewport(X0 + 1000, Y0 - 1000, 10.0, 40, 30)
    part = summary_of_layer(layer, view, MERCHICH_NORTH)
    low, high = part.range_of(Stretch.MIN_MAX)
    assert 75 <= low <= 80
    assert 119 <= high <= 124
    assert summary_of_layer(layer, replace(view, x=0.0), MERCHICH_NORTH) is None


def test_all_values_of_a_map_of_classes_are_listed(tmp_path):
    classes = np.full((3000, 2100), 10, np.uint8)
    classes[2999, 2099] = 77  # one pixel among six million
    values, is_whole = distinct_values(layer_of(write(tmp_path / "a.tif", classes)))
    assert values == (10, 77)
    assert is_whole


def test_a_place_of_the_map_tells_value_unit_and_name(slope):
    style = RasterStyle(((0.0, "#000000"), (299.0, "#ffffff")), unit="m",
                        names=((150.0, Title.plain("seuil")),))  # fmt: skip
    layer = layer_of(slope, style=style)
    for crs in (MERCHICH_NORTH, WGS84):
        project = replace(empty_project(Title.plain("p")), layers=(layer,), crs=crs)
        place = np.array([[X0 + 1505.0, Y0 - 1000.0]])
        x, y = transform_points(place, MERCHICH_NORTH, crs)[0]
        (here,) = values_at(project, float(x), float(y))
        assert here.values == (150.0,)
        assert here.name == Title.plain("seuil")
        assert here.style.unit == "m"
    project = replace(project, crs=MERCHICH_NORTH)
    assert values_at(project, X0 + 5, Y0 - 5)[0].values == ()  # no data is told as such
    assert values_at(project, 0.0, 0.0) == ()


def test_a_turned_raster_is_read_where_it_is_drawn(tmp_path):
    turned = Affine.translation(X0, Y0) @ Affine.rotation(30) @ Affine.scale(10, -10)
    values = np.arange(600, dtype=np.float32).reshape(20, 30)
    layer = layer_of(write(tmp_path / "t.tif", values, transform=turned))
    project = replace(empty_project(Title.plain("p")), layers=(layer,), crs=MERCHICH_NORTH)
    x, y = turned @ (12.5, 7.5)
    assert values_at(project, x, y)[0].values == (values[7, 12],)


def test_what_is_printed_uses_the_overviews_of_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("EMADINA_HOME", str(tmp_path / "home"))
    values = np.tile(np.arange(2400, dtype=np.uint8), (1300, 1))
    layer = layer_of(write(tmp_path / "wide.tif", values))
    project = replace(empty_project(Title.plain("p")), layers=(layer,))
    assert not rasters_of(project)["s"].pyramid.far
    build_overviews(layer, open_cache(lambda: 100))
    assert list(rasters_of(project)["s"].pyramid.far) == [3]


def test_styles_are_saved_and_older_ones_are_read(slope):
    style = RasterStyle(
        ((1.0, "#000000"), (2.0, "#ffffff")), unit="m", exact=True, interpolate=False,
        names=((1.0, Title("a", "ب", "c")),), stretch=Stretch.PERCENT, relief=Relief(10, 20, 3),
        contours=Contours(5.0), resampling=Resampling.NEAREST,
    )  # fmt: skip
    project = replace(empty_project(Title.plain("p")), layers=(layer_of(slope, style=style),))
    tree = encode(project).tree
    assert decode(tree, lambda _key: b"").layers[0].style == style
    old = {"stops", "band", "interpolate", "unit", "color_bands", "color_ranges", "$"}
    saved = tree["layers"][0]["style"]
    for name in set(saved) - old:
        del saved[name]
    read = decode(tree, lambda _key: b"").layers[0].style
    plain = RasterStyle()
    assert (read.stops, read.unit, read.interpolate) == (style.stops, "m", False)
    untold = {field.name for field in fields(RasterStyle)} - old
    assert all(getattr(read, name) == getattr(plain, name) for name in untold)
