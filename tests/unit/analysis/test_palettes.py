"""Colours can be told apart, also by colour-blind people, and are stable."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from emadina_gis.analysis import palettes as p
from emadina_gis.errors import AnalysisError

# Linear-light simulation of full dichromacy (Viénot, Brettel, Mollon 1999; red- and green-blind).
DICHROMATS = {
    "red": [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
    "green": [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}


def lab(color: str, eye: str) -> np.ndarray:
    linear = np.clip(np.array(DICHROMATS[eye]) @ np.array(p._linear(color)), 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ linear
        / np.array([0.9505, 1.0, 1.089])
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(a: str, b: str, eye: str) -> float:
    return float(np.linalg.norm(lab(a, eye) - lab(b, eye)))


@pytest.mark.parametrize("eye", DICHROMATS)
@pytest.mark.parametrize("ramp_id", p.RAMPS)
@pytest.mark.parametrize("count", [3, 5, 7])
def test_neighbours_of_a_ramp_differ_for_every_eye(ramp_id, count, eye):
    colors = p.ramp(ramp_id).colors(count)
    assert min(difference(a, b, eye) for a, b in pairwise(colors)) > 7


@pytest.mark.parametrize("ramp_id", [r.id for r in p.RAMPS.values() if r.kind == "sequential"])
def test_a_sequential_ramp_darkens_all_the_way(ramp_id):
    light = [p.luminance(c) for c in p.ramp(ramp_id).colors(9)]
    assert all(a > b for a, b in pairwise(light))
    dark = [p.luminance(c) for c in p.ramp(ramp_id).colors(9, dark=True)]
    assert dark == light[::-1]


def test_ten_categories_differ_for_every_eye():
    for eye, least in (("none", 18), ("red", 5), ("green", 5)):
        worst = min(difference(a, b, eye) for a, b in combinations(p.qualitative(10), 2))
        assert worst > least, eye


def test_more_categories_than_colours_still_differ():
    colors = p.qualitative(30)
    assert len(set(colors)) == 30


def test_sectors_of_a_zone_share_its_hue_and_differ():
    assert p.zone_of_sector("PBC5") == "PB"
    assert p.zone_of_sector("I5s7") == "I"
    assert p.zone_of_sector("") == ""
    known = [code for code in p._SECTOR_SHADES if code != "D1s2"]
    for a, b in combinations(known, 2):
        assert p.sector_color(a) != p.sector_color(b), (a, b)
    for a, b in (("B4", "B5"), ("D3", "D4"), ("E2", "E3"), ("B4", "E2"), ("C4s", "I3")):
        assert difference(p.sector_color(a), p.sector_color(b), "none") > 8, (a, b)


def test_unseen_codes_have_stable_colours():
    assert p.sector_color("B7") == p.sector_color("B7")
    assert p.sector_color("B7") != p.sector_color("B9")
    assert p.sector_color("X1") == p.sector_color(" X1 ")


def test_contrast_is_that_of_wcag():
    assert p.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_unknown_ramps_and_counts_are_refused():
    with pytest.raises(AnalysisError):
        p.ramp("nope")
    with pytest.raises(AnalysisError):
        p.ramp(p.DEFAULT_RAMP).colors(0)
    assert len(p.ramp(p.DEFAULT_RAMP).colors(1)) == 1


@pytest.mark.parametrize("ramp_id", ["brewer-ylorbr", "brewer-ylgnbu", "brewer-blues"])
def test_a_few_classes_are_neither_nearly_paper_nor_nearly_black(ramp_id):
    few, many = p.ramp(ramp_id).colors(5), p.ramp(ramp_id).colors(9)
    assert p.luminance(few[0]) < p.luminance(many[0])
    assert p.luminance(few[-1]) > p.luminance(many[-1])
    assert p.ramp(ramp_id).colors(5, dark=True) == few[::-1]
