"""Capacity and totals, and a scenario's edit, on a generated cadastre; beside urbansim's pro forma.

The peer needs a Python that has the package ``urbansim`` (BSD): the one that runs this, or the one
that ``EMADINA_BENCH_URBANSIM`` names (its own environment, if the versions it wants differ).
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from emadina_gis.regulation import load_document
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.coefficients import default_parameters
from emadina_gis.simulation.from_table import inputs_from_table
from emadina_gis.simulation.outcome import simulate
from emadina_gis.simulation.scenario import BASELINE, Scenario, SetSectorValue

MILLION = 1_000_000
EVERYTHING_BAR_S = 0.12
ONE_VALUE_BAR_S = 0.033
PEER_TIMEOUT_S = 600
RUNS = 15


def measure(bench, layer, label):
    """Time the engine on a layer."""
    document = load_document("ain-chock-2025")
    million = layer.table.row_count >= MILLION
    read = bench.time(label, "inputs from the table", lambda: _inputs(layer, document), runs=3)
    outcome = bench.time(label, "capacity of every parcel", lambda: capacity(read, document))
    bench.time(
        label,
        "capacity and totals, parcels put in order first",
        lambda: simulate(_as_new(read), document, BASELINE),
    )
    everything = bench.time(
        label,
        "everything recomputed: capacity and totals",
        _with_other_coefficients(read, document),
        runs=RUNS,
        bar_s=EVERYTHING_BAR_S if million else None,
    )
    assert np.isfinite(everything.total.value("net_floor_area_m2", "allowed"))
    bench.time(
        label,
        "one sector's value changed, to totals",
        edits_of_a_value(read, document),
        runs=RUNS,
        bar_s=ONE_VALUE_BAR_S if million else None,
    )
    if million:
        _beside_urbansim(bench, outcome, label)


def _inputs(layer, document):
    return inputs_from_table(layer.table, layer.schema, document).inputs


def _as_new(read):
    """The same inputs, of which nothing is known: one column is another array."""
    return replace(read, area_m2=read.area_m2.copy())


def _with_other_coefficients(read, document):
    """Work that changes a coefficient which every figure depends on, each time to another value."""
    parameters = default_parameters(document)
    values = itertools.cycle(np.linspace(0.82, 0.88, 61).tolist())

    def recompute():
        changed = parameters.with_value("net_to_gross", next(values))
        return simulate(read, document, BASELINE, changed)

    return recompute


def edits_of_a_value(read, document):
    """Work that changes a value of one sector, each time to another, down to the totals."""
    reference = simulate(read, document, BASELINE)
    values = itertools.cycle(np.linspace(0.20, 0.60, 97).tolist())

    def edit():
        changes = (
            SetSectorValue("D3", "levels", 2.0),
            SetSectorValue("D3", "coverage", next(values)),
        )
        found = simulate(read, document, Scenario("b", "b", changes), reference=reference)
        assert found.total.value("net_floor_area_m2", "allowed") > 0
        return found

    return edit


def _beside_urbansim(bench, outcome, label):
    """Time the peer on the same parcels, with the heights and ratios that our engine finds."""
    python = os.environ.get("EMADINA_BENCH_URBANSIM") or sys.executable
    if python == sys.executable and importlib.util.find_spec("urbansim") is None:
        print("urbansim is not here (EMADINA_BENCH_URBANSIM names a Python): no peer", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        path = Path(folder) / "parcels.npz"
        area = outcome.inputs.area_m2
        ratio = outcome.gross_floor_area_m2 / area
        np.savez(path, area_m2=area, floor_ratio=ratio, height_m=outcome.max_height_m)
        told = _run_peer(python, path)
    if told is None:
        return
    ours = next(r for r in reversed(bench.rows) if r.name.startswith("everything")).median_s
    for form, seconds in told["seconds"].items():
        name = f"urbansim {told['version']} SqFtProForma.lookup, {form}"
        times = statistics.median(seconds) / ours
        bench.record(label, name, seconds, note=f"{times:.0f}x our everything")


def _run_peer(python, path):
    script = Path(__file__).with_name("proforma_peer.py")
    done = subprocess.run(
        [python, str(script), str(path)],
        capture_output=True,
        text=True,
        timeout=PEER_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()
        print(f"urbansim could not be run: {reason[-1] if reason else done.returncode}", flush=True)
        return None
    return json.loads(done.stdout)
