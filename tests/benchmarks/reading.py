"""Reading to a table with all checks, beside pyogrio's own reading in the same run.

In process, through the worker process, and again from the cache until the picture is whole in a
window; with the memory of all our processes.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyogrio

from emadina_gis.io.reader import INLINE
from emadina_gis.io.worker.pool import WorkerReader
from tests.benchmarks.memory import PeakMemory

RATIO_BAR = 1.3
WORKER_RATIO_BAR = 1.6
WORKER_EXTRA_S = 1.0
REOPENING_BAR_S = 1.5
MEMORY_BAR_BYTES = 3e9
REOPENINGS = 5


def measure(bench, path, label, runs=5):
    """Time our readings and pyogrio's in turn on one file, and print the ratios pair by pair."""
    inline, worker, peers, cpu = [], [], [], []
    with WorkerReader(keep_spare=True) as through_worker:
        through_worker.warm()
        for _ in range(runs + 1):
            mine = _timed(lambda: INLINE.read_layer(path).table)
            theirs = _timed(lambda: pyogrio.read_dataframe(path, use_arrow=True))
            away = _timed(lambda: through_worker.read_layer(path).table)
            assert mine.rows == theirs.rows == away.rows
            inline.append(mine.seconds)
            peers.append(theirs.seconds)
            worker.append(away.seconds)
            cpu.append(mine.cpu_s / theirs.cpu_s)
    ratio, cpu_ratio = _ratio(inline, peers), statistics.median(cpu[1:])
    note = f"{ratio:.2f}x pyogrio, {cpu_ratio:.2f}x its CPU time"
    bench.record(label, "read with checks", inline[1:], note=note)
    bench.record(label, "pyogrio.read_dataframe(use_arrow=True)", peers[1:])
    _say(f"{label}: ratio to pyogrio", ratio, RATIO_BAR)
    bar_s = WORKER_RATIO_BAR * statistics.median(peers[1:]) + WORKER_EXTRA_S
    note = f"{_ratio(worker, peers):.2f}x pyogrio"
    bench.record(label, "read through the worker process", worker[1:], bar_s=bar_s, note=note)


def _ratio(ours, peers):
    return statistics.median(a / b for a, b in zip(ours[1:], peers[1:], strict=True))


def _say(what, value, bar, unit=""):
    verdict = "ok" if value <= bar else "OVER"
    print(f"{what} {value:.2f}{unit} (bar {bar}{unit}) {verdict}", flush=True)


class _Timed:
    """Seconds and rows of one piece of work; its result is let go of."""

    def __init__(self, seconds, cpu_s, rows):
        self.seconds = seconds
        self.cpu_s = cpu_s
        self.rows = rows


def _timed(work):
    gc.collect()
    start, cpu = time.perf_counter(), time.process_time()
    found = work()
    seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    return _Timed(seconds, cpu_s, getattr(found, "row_count", None) or len(found))


def measure_opening(bench, path, label):
    """Time a file dropped on a window: the first time, and again from the cache."""
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as home:
        command = [sys.executable, "-m", "tests.benchmarks.opening_probe"]
        probe = subprocess.Popen(
            [*command, str(path), str(REOPENINGS + 1)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "EMADINA_HOME": home},
        )
        with PeakMemory(probe.pid) as memory:
            lines, _ = probe.communicate(timeout=900)
    first, *again = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    bench.record(label, "dropped, first time, to whole picture", [first["drawn_s"]])
    seconds = [told["drawn_s"] for told in again]
    cpu_s = statistics.median(told["cpu_s"] for told in again)
    note = f"drop to whole picture in a running window; {cpu_s:.2f} s of CPU time"
    bench.record(label, "from the cache", seconds, bar_s=REOPENING_BAR_S, note=note)
    gaps = [told["gap_s"] for told in again]
    bench.record(label, "from the cache: longest stall of the main thread", gaps)
    if memory.peak_bytes:
        _say(f"{label}: peak memory (PSS) of all our processes", memory.peak_bytes / 1e9,
             MEMORY_BAR_BYTES / 1e9, " GB")  # fmt: skip


def write(layer, path):
    """Write the generated cadastre to a file, outside the measurement."""
    frame = layer.table.to_geodataframe()
    options = {"SPATIAL_INDEX": "NO"} if Path(path).suffix == ".fgb" else {}
    pyogrio.write_dataframe(frame, path, use_arrow=True, **options)
