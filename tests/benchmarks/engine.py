"""Capacity and totals, scenario edits, and comparison on a generated cadastre."""

from __future__ import annotations

import numpy as np

from emadina_gis.regulation import load_document
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.from_table import inputs_from_table
from emadina_gis.simulation.scenario import Scenario, SetSectorValue, apply_scenario
from emadina_gis.simulation.totals import summarise

MILLION_CAPACITY_BAR_S = 0.3


def measure(bench, layer, label):
    """Time the engine on a layer."""
    document = load_document("ain-chock-2025")
    million = layer.table.row_count >= 1_000_000
    bar = MILLION_CAPACITY_BAR_S if million else None
    read = bench.time(label, "inputs from the table", lambda: _inputs(layer, document), runs=3)
    outcome = bench.time(
        label, "capacity of every parcel", lambda: capacity(read, document), bar_s=bar
    )
    bench.time(
        label, "totals (four figures, by sector, commune, class)", lambda: summarise(outcome)
    )
    scenario = Scenario("b", "b", (SetSectorValue("D3", "levels", 2.0),))

    def edit():
        applied = apply_scenario(scenario, read, document)
        return summarise(capacity(applied.inputs, document, overrides=applied.overrides))

    found = bench.time(label, "one sector's value changed, to totals", edit)
    assert np.isfinite(found.total.value("net_floor_area_m2", "allowed"))


def _inputs(layer, document):
    return inputs_from_table(layer.table, layer.schema, document).inputs
