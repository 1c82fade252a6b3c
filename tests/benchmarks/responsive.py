"""Never waits: stalls of the main thread, Esc, memory of all processes, 500 openings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.cadastre import cadastre_layer
from tests.benchmarks.memory import PeakMemory, family, pss_bytes
from tests.benchmarks.reading import write

STALL_BAR_S = 0.1
P999_BAR_S = 0.05
LOCK_BAR_S = 0.02
ESC_BAR_S = 0.2
PEAK_BAR_GB = 3.0
SETTLED_BAR_GB = 2.0
GROWTH_BAR_MB = 20.0
OPENINGS = 500
GROWS_FROM = 100
SMALL_LAYER = 5_000
MEGABYTE, GIGABYTE = 1e6, 1e9
LONGEST_S = 3_600


def measure(bench, count, label, *, openings=OPENINGS):
    """Work on a layer of so many parcels, and open a small one many times."""
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        data = Path(folder) / "parcels.fgb"
        write(cadastre_layer(count), data)
        work(bench, data, label)
        small = Path(folder) / "small.fgb"
        write(cadastre_layer(SMALL_LAYER), small)
        open_often(bench, small, openings)


def work(bench, data, label):
    """Record each step of the work, and the memory of all our processes."""
    settled = []
    with started("responsive_probe", str(data), str(data.parent)) as probe:
        with PeakMemory(probe.pid) as memory:
            for line in probe.stdout:
                told = json.loads(line) if line.startswith("{") else {}
                if "settled" in told:
                    settled.append(sum(pss_bytes(pid) for pid in family(probe.pid)))
                elif told:
                    record(bench, label, told)
        probe.wait(LONGEST_S)
    if not settled:
        print(f"{label}: the work ended early, with status {probe.returncode}", flush=True)
    if memory.peak_bytes:
        say(f"{label}: memory (PSS) of all our processes, peak",
            memory.peak_bytes / GIGABYTE, PEAK_BAR_GB, "GB")  # fmt: skip
    for held in settled:
        say(f"{label}: memory (PSS) settled", held / GIGABYTE, SETTLED_BAR_GB, "GB")


def record(bench, label, told):
    """Record the rows of a step."""
    name = f"{label} {told['step']}"
    took = f"took {told['took_s']:.1f} s; the main thread worked {told['work_s'] * 1000:.0f} ms"
    bench.record("stall", name, [told["stall_s"]], bar_s=STALL_BAR_S, note=took)
    bench.record("p99.9", name, [told["p999_s"]], bar_s=P999_BAR_S)
    bench.record("lock", name, [told["lock_s"]], bar_s=LOCK_BAR_S)
    if told.get("esc_s") is not None:
        bench.record("Esc", name, [told["esc_s"]], bar_s=ESC_BAR_S)


def open_often(bench, data, openings):
    """Open a small file again and again; say how much memory grows after the first hundred."""
    held, begun_s = {}, time.perf_counter()
    with started("openings_probe", str(data), str(openings)) as probe:
        for line in probe.stdout:
            if line.startswith("opened "):
                held[int(line.split()[1])] = sum(pss_bytes(pid) for pid in family(probe.pid))
        probe.wait(LONGEST_S)
    seconds = (time.perf_counter() - begun_s) / openings
    bench.record("memory", f"a layer of {SMALL_LAYER} opened {openings} times, each", [seconds])
    first, last = held.get(min(GROWS_FROM, openings // 5)), held.get(openings)
    if first and last:
        what = f"memory: growth from opening {GROWS_FROM} to {openings}"
        say(what, (last - first) / MEGABYTE, GROWTH_BAR_MB, "MB")


def started(module, *arguments):
    """Start a probe whose lines are read while it runs, with a home of its own."""
    home = Path(tempfile.mkdtemp(prefix="emadina-bench-home-"))
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "EMADINA_HOME": str(home)},
    )


def say(what, value, bar, unit):
    """Print a row that is no time."""
    verdict = "ok" if value <= bar else "OVER"
    print(f"{what} {value:.2f} {unit} (bar {bar:g} {unit}) {verdict}", flush=True)
