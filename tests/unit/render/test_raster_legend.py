"""The legend of a raster: a ramp with its unit, classes, names, nothing for a photograph."""

from __future__ import annotations

from itertools import pairwise

import pytest

from emadina_gis.domain.style import RasterStyle, Relief, Resampling
from emadina_gis.domain.title import Title
from emadina_gis.render.raster_legend import raster_entries, slices
from emadina_gis.words import load_words

FR = load_words("fr")
HEIGHTS = RasterStyle(((0.0, "#000000"), (50.0, "#808080"), (100.0, "#ffffff")), unit="m")


def texts(style, words=FR):
    return [entry.text.replace("\u00a0", " ") for entry in raster_entries(style, words)]


def test_a_ramp_runs_from_high_to_low_without_gaps_and_names_its_unit():
    entries = raster_entries(HEIGHTS, FR)
    assert texts(HEIGHTS) == ["100 m", "50 m", "0 m"]
    for above, below in pairwise(entries):
        assert above.shades[-1] == below.shades[0]
    assert entries[0].color == "#ffffff"


def test_classes_say_what_lies_beyond_the_range_too():
    stops = ((0.0, "#000000"), (10.0, "#808080"), (20.0, "#ffffff"))
    style = RasterStyle(stops, interpolate=False, unit="m", resampling=Resampling.SMOOTH)
    assert texts(style) == ["jusqu'à 10 m", "10 à 20 m", "à partir de 20 m"]


def test_values_are_told_by_name_in_each_language():
    water = Title("Eau", "ماء", "Water")
    style = RasterStyle(((1.0, "#0000ff"), (2.0, "#00ff00")), interpolate=False, exact=True,
                        names=((1.0, water),))  # fmt: skip
    assert texts(style) == ["Eau", "2"]
    assert "Water" in texts(style, load_words("en"))[0]
    assert "ماء" in texts(style, load_words("ar"))[0]


def test_an_older_palette_lists_its_values():
    style = RasterStyle(((1.0, "#0000ff"), (2.0, "#00ff00")), interpolate=False)
    assert texts(style) == ["1", "2"]


@pytest.mark.parametrize(
    "style",
    [RasterStyle(color_bands=(1, 2, 3)), RasterStyle(HEIGHTS.stops, relief=Relief(alone=True))],
)
def test_what_has_no_values_to_read_has_no_legend(style):
    assert raster_entries(style, FR) == ()


def test_small_ranges_keep_the_decimals_they_need():
    style = RasterStyle(((0.001, "#000000"), (0.005, "#ffffff")))
    assert texts(style) == ["0,005", "0,001"]


def test_the_middle_slice_has_the_colour_of_the_value():
    assert slices(("#000000", "#646464", "#ffffff"), 5)[2] == "#646464"
