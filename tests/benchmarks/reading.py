"""Reading to a table with all checks, beside pyogrio's own reading in the same run."""

from __future__ import annotations

import gc
import statistics
import time

import pyogrio

from emadina_gis.io.vector import read_layer

RATIO_BAR = 1.6


def measure(bench, path, label, runs=5):
    """Time our reading and pyogrio's in turn on one file, and print the ratio pair by pair."""
    ours, peers = [], []
    for _ in range(runs + 1):
        mine, table = _timed(lambda: read_layer(path).table)
        theirs, frame = _timed(lambda: pyogrio.read_dataframe(path, use_arrow=True))
        assert table.row_count == len(frame)
        del table, frame
        ours.append(mine)
        peers.append(theirs)
    ratio = statistics.median(a / b for a, b in zip(ours[1:], peers[1:], strict=True))
    bench.record(label, "read with checks", ours[1:], note=f"{ratio:.2f}x pyogrio")
    bench.record(label, "pyogrio.read_dataframe(use_arrow=True)", peers[1:])
    verdict = "ok" if ratio <= RATIO_BAR else "OVER"
    print(f"{label}: ratio to pyogrio {ratio:.2f} (bar {RATIO_BAR}) {verdict}", flush=True)


def _timed(work):
    gc.collect()
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def write(layer, path):
    """Write the generated cadastre to a file, outside the measurement."""
    frame = layer.table.to_geodataframe()
    pyogrio.write_dataframe(frame, path, use_arrow=True, SPATIAL_INDEX="NO")
