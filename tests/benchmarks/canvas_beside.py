"""QGIS's pictures of the same places, where it is installed, and how many times ours are faster."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks import beside
from tests.benchmarks.cadastre import cadastre_layer
from tests.benchmarks.reading import write

FASTER_BARS = {"whole extent": 15.0, "90 000 parcels": 8.0, "5 000 parcels": 2.0}


def measure(bench, count, label, ours):
    """Time QGIS's pictures; `ours` has the seconds of ours by name: a view jumped to, as QGIS's."""
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        data = Path(folder) / "parcels.fgb"
        write(cadastre_layer(count), data)
        theirs = beside.timed("canvas", "qgis_canvas.py", data)
    for name, seconds in (theirs or {}).items():
        mine = statistics.median(ours[f"picture of a view jumped to, {name}"])
        times = statistics.median(seconds) / mine
        bar = FASTER_BARS[name]
        note = f"ours is {times:.1f}x faster (bar {bar:g}x) {'ok' if times >= bar else 'OVER'}"
        bench.record("QGIS", f"{label} picture, {name}", seconds, note=note)
