"""Levels of an envelope: where each stands, what it covers, and that they add up."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given

from emadina_gis.simulation import Fronts, Regime
from emadina_gis.simulation.envelope import envelope_of, footprints, retreats_of
from emadina_gis.simulation.land import caps_of, reference_of
from emadina_gis.simulation.stacking import site_of
from tests.unit.simulation.test_capacity import (
    depths,
    fronts,
    one,
    regimes,
    roads,
    sectors,
    uses,
    widths,
)

LOT, RAW = Regime.LOT, Regime.RAW


def ruling_in(found):
    return found.table.cases[found.case[0]][0][0]


def envelope_in(found, relaxed=""):
    return envelope_of(ruling_in(found), found.parameters["storey_m"], relaxed)


def site_in(found):
    fronts = found.inputs.fronts
    kind = Fronts.ONE if fronts is None else Fronts(fronts[0])
    return site_of(found.inputs, np.array([0]), kind, road=ruling_in(found).needs_road)


def levels_in(found, relaxed="", *, lot=True):
    """What each level of the only parcel covers, under the cap of its regime."""
    site, ruling = site_in(found), ruling_in(found)
    reference = reference_of(site.land, ruling, lot=lot).area_m2
    one_front = site.plots.fronts is Fronts.ONE
    caps = caps_of(site.land, reference, ruling, lot=lot, one_front=one_front)
    levels = footprints(envelope_in(found, relaxed), site.plots, 6.0)
    limits = itertools.chain([caps.ground_m2], itertools.repeat(caps.upper_m2))
    return [float(np.minimum(a, cap).reshape(-1)[0]) for a, cap in zip(levels, limits)]  # noqa: B905


def test_levels_of_s4_are_five_and_eight_metres_high():
    found = one("S4", 10, 12, regime=LOT)
    assert [level.top_m for level in envelope_in(found).levels] == [5, 8]


def test_the_ten_centimetre_retreat_is_the_prospects():
    found = one("B4", 12, 25, 12, LOT)
    plots = site_in(found).plots
    assert retreats_of(envelope_in(found), plots)[3] == pytest.approx(0.1)
    assert retreats_of(envelope_in(found, "prospect"), plots)[3] == 0
    gained = levels_in(found, "prospect")[3] - levels_in(found)[3]
    assert gained == pytest.approx(1.2)


@given(sectors, widths, depths, roads, regimes, fronts, uses)
def test_levels_shrink_upwards_and_add_up(sector, w, d, road, regime, front, use):
    found = one(sector, w, d, road, regime, fronts=front, use=use)
    if found.status[0] == "nothing_fits" or sector == "C3s2":
        return
    areas = levels_in(found, lot=regime is not RAW)
    assert all(upper <= lower * (1 + 1e-12) for lower, upper in itertools.pairwise(areas))
    assert sum(areas) == pytest.approx(found.gross_floor_area_m2[0])
    assert areas[0] == pytest.approx(found.max_footprint_m2[0])
    assert len(areas) == found.max_levels[0]
