"""Envelopes on real shapes: reading the parcels, every level's area, then what changed only."""

from __future__ import annotations

import os
import time

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.regulation import load_document
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.from_table import inputs_from_table
from emadina_gis.simulation.level_volumes import level_polygons
from emadina_gis.simulation.neighbours import roads_of
from emadina_gis.simulation.polygon_envelope import PolygonFootprints
from emadina_gis.simulation.real_outcome import real_outcome
from emadina_gis.simulation.real_parcels import real_parcels
from emadina_gis.simulation.scenario import Scenario, SetSectorValue, apply_scenario
from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.volumes import roads_layer

MILLION_BAR_S = 60.0
DRAWN = 2_000


def measure(bench, layer, label, streets=None):
    """Time the envelopes of a layer's parcels, once and again."""
    document = load_document("ain-chock-2025")
    inputs = inputs_from_table(layer.table, layer.schema, document).inputs
    roads = None if streets is None else _roads(streets)
    plain = capacity(inputs, document)
    load = f"load {os.getloadavg()[0]:.1f}"
    start = time.perf_counter()
    parcels = real_parcels(layer.table, inputs, roads)
    read = time.perf_counter()
    footprints = PolygonFootprints(parcels, inputs.plan_roads_m2)
    found = real_outcome(plain, footprints)
    assert np.isfinite(found.gross_totals_m2[0])
    done = time.perf_counter()
    million = layer.table.row_count >= 1_000_000
    bar = MILLION_BAR_S if million else None
    bench.record(label, "limits of parcels and their streets", [read - start], note=load)
    bench.record(label, "envelopes on real shapes, once", [done - start], bar_s=bar, note=load)
    again(bench, label, plain, footprints)
    edited(bench, label, inputs, footprints)
    moved(bench, label, layer, inputs, parcels)
    rows = np.arange(min(DRAWN, len(parcels)))
    bench.time(
        label, f"levels of {DRAWN} parcels, drawn", lambda: level_polygons(footprints, plain, rows)
    )


def again(bench, label, plain, footprints):
    """Time what is known already."""
    bench.time(label, "envelopes again", lambda: real_outcome(plain, footprints))


def edited(bench, label, inputs, footprints):
    """Time another height in one sector: only its parcels are worked out."""
    document = load_document("ain-chock-2025")
    scenario = Scenario("b", "b", (SetSectorValue("D3", "levels", 2.0),))
    applied = apply_scenario(scenario, inputs, document)
    plain = capacity(applied.inputs, document, overrides=applied.overrides)
    bench.time(
        label, "envelopes, one sector's value changed", lambda: real_outcome(plain, footprints)
    )


def moved(bench, label, layer, inputs, parcels):
    """Time one parcel cut short: only what lies about it is read again."""
    table = layer.table
    shape = table.shapes(np.array([0]))
    smaller = [shape[0].buffer(-0.5)]
    other = table.with_geometries(np.array([0]), smaller)
    bench.time(
        label,
        "limits again, one parcel changed",
        lambda: real_parcels(other, inputs, parcels.roads, known=parcels),
        runs=3,
    )


def demo_streets():
    """Return the street layer of the demo."""
    return roads_layer(open_demo(load_words("fr")))


def _roads(layer):
    table = layer.table
    lines = np.flatnonzero(table.kinds == Kind.LINE)
    return roads_of(table.shapes()[lines], table.numbers("width_m")[lines], table.crs.unit_m)
