"""Distances of colours against published ones, and which classes look alike to whom."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.analysis.color_vision import Vision, ciede2000, hex_of, linear_rgb, seen_as
from emadina_gis.analysis.confusions import Look, confusions, remedy
from emadina_gis.analysis.palettes import DEFAULT_RAMP, qualitative, ramp

LIGHT, DARK = "#f7f5f0", "#23262a"

#: Sharma, Wu and Dalal (2005), table 1.
PUBLISHED = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("first", "second", "distance"), PUBLISHED)
def test_distances_are_the_published_ones(first, second, distance):
    a, b = np.array(first, dtype=float), np.array(second, dtype=float)
    assert ciede2000(a, b) == pytest.approx(distance, abs=1e-4)
    assert ciede2000(b, a) == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("vision", Vision)
def test_greys_look_the_same_to_everybody(vision):
    assert hex_of(seen_as(linear_rgb(["#808080", "#ffffff"]), vision)) == ("#808080", "#ffffff")


def test_red_and_green_of_one_lightness_are_confused_without_the_green_cones():
    looks = [Look("#b06a4a"), Look("#8a7c46"), Look("#1f3f8f")]
    found = confusions(looks, (LIGHT, DARK))
    assert [(one.first, one.second) for one in found] == [(0, 1)]
    assert found[0].vision in {Vision.DEUTERANOPIA, Vision.PROTANOPIA}
    assert not confusions([Look(look.color, sign=i) for i, look in enumerate(looks)], (LIGHT,))


def test_faint_colours_are_alike_on_the_ground_that_swallows_them():
    found = confusions([Look("#ffffff", 0.1), Look("#f0ead0", 0.1)], (LIGHT, DARK))
    assert len(found) == 1
    assert found[0].distance < 5


@pytest.mark.parametrize("count", [2, 5, 7, 9])
def test_the_default_ramp_is_told_apart_by_everybody(count):
    looks = [Look(color) for color in ramp(DEFAULT_RAMP).colors(count)]
    assert confusions(looks, (LIGHT, DARK)) == ()


def test_the_first_colours_for_names_are_told_apart_by_everybody():
    assert confusions([Look(color) for color in qualitative(8)], (LIGHT, DARK)) == ()


def test_a_remedy_is_checked_before_it_is_offered():
    poor = [Look(color) for color in ramp("lagoon").colors(9)]
    assert confusions(poor, (LIGHT,))
    helps = remedy(poor, (LIGHT,), ramp_id="lagoon", is_ordered=True)
    assert helps.kind == "ramp"
    better = [Look(color) for color in ramp(str(helps.value)).colors(9)]
    assert confusions(better, (LIGHT,)) == ()
    many = [Look(color) for color in ramp("slate").colors(12)]
    fewer = remedy(many, (LIGHT,), ramp_id="slate", is_ordered=True)
    assert fewer.kind in {"ramp", "fewer"}
    names = [Look(color) for color in qualitative(20)]
    assert remedy(names, (LIGHT,), is_ordered=False).kind == "pattern"
