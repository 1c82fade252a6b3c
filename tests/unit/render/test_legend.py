"""Legends say what is drawn, in the three languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer, Title
from emadina_gis.domain.style import Graduated, RasterStyle, Single, Style, Symbol
from emadina_gis.project import Project
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.legend import legend_rows
from emadina_gis.render.raster_tiles import RasterArray
from emadina_gis.render.scene import build_scene
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.words.numbers import without_isolates
from tests.unit.render.scenes import BLUE, GREEN, RED, by_name, grid, layer, scene_of

FR = load_words("fr")


def test_only_classes_with_features_are_listed_under_the_name_of_the_layer():
    style = by_name(x=RED, y=BLUE, z=GREEN)
    scene = scene_of(layer("Zones", grid(3, 1), {"name": ["x", "z", None]}, style=style))
    rows = legend_rows(scene, FR)
    assert [row.text for row in rows] == ["Zones", "x", "z", "Donnée manquante"]
    assert [row.is_heading for row in rows] == [True, False, False, False]
    assert [row.color for row in rows[1:3]] == [RED, GREEN]


def test_a_single_symbol_is_one_row_with_the_name():
    line = layer("Tram", grid(1, 1), style=Style(Single(Symbol(fill=None, stroke=RED))))
    (row,) = legend_rows(scene_of(line), FR)
    assert (row.text, row.color, row.opacity) == ("Tram", RED, 0.0)


def test_opacity_of_the_layer_shows_in_the_swatch():
    faded = layer("a", grid(1, 1), opacity=0.5)
    assert legend_rows(scene_of(faded), FR)[0].opacity == 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_ranges_carry_their_unit(language):
    style = Style(Graduated("n", (0, 1000, 2500), (RED, BLUE), unit="m2"))
    scene = scene_of(layer("a", grid(2, 1), {"n": [10.0, 2000.0]}, style=style))
    words = load_words(language)
    texts = [without_isolates(row.text) for row in legend_rows(scene, words)[1:]]
    assert len(texts) == 2
    assert all(words.unit("m2") in text for text in texts)
    assert "1\u202f000" in texts[0]
    assert "1\u202f000" in texts[1]


def test_the_topmost_layer_comes_first_and_scale_ranges_count():
    near = layer("near", grid(1, 1), style=Style(max_units_per_px=1.0))
    scene = scene_of(near, layer("far", grid(1, 1)))
    assert [row.text for row in legend_rows(scene, FR)] == ["near", "far"]
    assert [row.text for row in legend_rows(scene, FR, 5.0)] == ["far"]


def test_a_raster_shows_its_ramp():
    extent = Extent(0, 0, 1, 1)
    style = RasterStyle(((0.0, RED), (50.0, BLUE)), unit="m")
    raster = RasterLayer("r", Title.plain("Relief"), "", MERCHICH_NORTH, extent, 1, 1, style)
    project = Project("p", Title.plain("p"), MERCHICH_NORTH, (raster,))
    data = {"r": RasterArray(np.zeros((1, 1)), extent)}
    rows = legend_rows(build_scene(project, cache=DerivedCache(), rasters=data), FR)
    assert [row.text for row in rows] == ["Relief", "50\u00a0m", "0\u00a0m"]
    assert rows[1].kind is Kind.POLYGON
    bare = replace(project, layers=(replace(raster, style=RasterStyle()),))
    (heading,) = legend_rows(build_scene(bare, cache=DerivedCache(), rasters=data), FR)
    assert heading.is_heading
