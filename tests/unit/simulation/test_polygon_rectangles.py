"""Levels on real parcels equal the formulas on rectangles, however they are turned."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.regulation import load_document, sector_table
from emadina_gis.simulation.clipped import ClippedGround
from emadina_gis.simulation.clipping import Rings
from emadina_gis.simulation.cutting import CutGround
from emadina_gis.simulation.envelope import CONSTRAINTS, Plots, envelope_of, footprints
from emadina_gis.simulation.limits import limits_of_fronts
from emadina_gis.simulation.parcels import Fronts
from emadina_gis.simulation.rings import level_regions

DOCUMENT = load_document("ain-chock-2025")
TABLE = sector_table(DOCUMENT)
RULINGS = [case[0][0] for case in TABLE.cases if case]
STREETS = {
    Fronts.ONE: [0, -1, -1, -1],
    Fronts.CORNER: [0, 1, -1, -1],
    Fronts.THROUGH: [0, -1, 1, -1],
}


def turned(width, depth, angle, flip=False):
    """Corners of a rectangle whose front is its first edge."""
    corners = np.array([[0, 0], [width, 0], [width, depth], [0, depth]], dtype=float)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return corners @ turn.T


def ground(width, depth, fronts, road, side_road, angle, taken=0.0):
    corners = turned(width, depth, angle)
    rings = Rings(corners[:, 0].copy(), corners[:, 1].copy(), np.array([0, 4]))
    limits = limits_of_fronts(rings, np.array(STREETS[fronts], dtype=np.int8))
    roads = (np.array([road]), np.array([side_road]))
    slots = 1 if fronts is Fronts.ONE else 2
    return ClippedGround(
        rings, limits, fronts, roads[:slots], (np.array([taken]), np.zeros(1))[:slots], 6.0
    )


def drawn(site):
    """The same parcels, drawn."""
    corners = np.column_stack([site.rings.x, site.rings.y])
    offsets = np.asarray(site.rings.starts)
    shapes = np.array(
        [shapely.Polygon(corners[first:end]) for first, end in itertools.pairwise(offsets)]
    )
    convex = np.ones(len(site.rings), dtype=bool)
    return CutGround(
        shapes, site.limits, convex, site.fronts, site.road_m, site.taken_m, site.min_block_width_m
    )


def by_formula(envelope, width, depth, fronts, road, side_road):
    plots = Plots(
        fronts, np.array([width]), np.array([depth]), np.array([road]), np.array([side_road])
    )
    return [float(area[0]) for area in footprints(envelope, plots, 6.0)]


def by_polygon(envelope, site):
    return [float(region.area_m2[0]) for region in level_regions(envelope, site)]


lengths = st.integers(min_value=150, max_value=9000).map(lambda cm: cm / 100)
roads = st.integers(min_value=3, max_value=60).map(float)
angles = st.floats(min_value=0, max_value=2 * math.pi)


@given(
    ruling=st.sampled_from(RULINGS),
    width=lengths,
    depth=lengths,
    fronts=st.sampled_from(Fronts),
    road=roads,
    side_road=roads,
    angle=angles,
    relaxed=st.sampled_from(("", "", "", *CONSTRAINTS)),
)
def test_a_rectangle_equals_the_formulas(
    ruling, width, depth, fronts, road, side_road, angle, relaxed
):
    envelope = envelope_of(ruling, 3.0, relaxed=relaxed)
    expected = by_formula(envelope, width, depth, fronts, road, side_road)
    found = by_polygon(envelope, ground(width, depth, fronts, road, side_road, angle))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(
    ruling=st.sampled_from(RULINGS),
    width=lengths,
    depth=lengths,
    fronts=st.sampled_from(Fronts),
    road=roads,
    side_road=roads,
    angle=angles,
)
def test_a_drawn_rectangle_equals_the_formulas(
    ruling, width, depth, fronts, road, side_road, angle
):
    envelope = envelope_of(ruling, 3.0)
    expected = by_formula(envelope, width, depth, fronts, road, side_road)
    found = list(
        level_regions(envelope, drawn(ground(width, depth, fronts, road, side_road, angle)))
    )
    areas = [float(region.area_m2[0]) for region in found]
    assert areas == pytest.approx(expected, rel=1e-6, abs=1e-5)
    shapes = [float(shapely.area(region.shapes[0])) for region in found]
    assert shapes == pytest.approx(expected, rel=1e-5, abs=1e-3)
