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
#: The work is done in so many windows: a stall is told by its median and its range.
WINDOWS = 3


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
    """Work in some windows, one after the other; record each step, and memory where it was most."""
    steps, peaks, settled = {}, [], []
    for number in range(WINDOWS):
        folder = data.parent / f"window-{number}"
        folder.mkdir()
        with started("responsive_probe", str(data), str(folder)) as probe:
            with PeakMemory(probe.pid) as memory:
                for line in probe.stdout:
                    told = json.loads(line) if line.startswith("{") else {}
                    if "settled" in told:
                        settled.append(sum(pss_bytes(pid) for pid in family(probe.pid)))
                    elif told:
                        steps.setdefault(told["step"], []).append(told)
            probe.wait(LONGEST_S)
        if len(settled) <= number:
            print(f"{label}: the work ended early, with status {probe.returncode}", flush=True)
        peaks.append(memory.peak_bytes)
    for step, runs in steps.items():
        record(bench, f"{label} {step}", runs)
    if any(peaks):
        what = f"{label}: memory (PSS) of all our processes, peak"
        say(what, max(peaks) / GIGABYTE, PEAK_BAR_GB, "GB")
    if settled:
        what = f"{label}: memory (PSS) settled"
        say(what, max(settled) / GIGABYTE, SETTLED_BAR_GB, "GB")


def record(bench, name, runs):
    """Record the rows of a step."""
    last = runs[-1]
    took = f"took {last['took_s']:.1f} s; the main thread worked {last['work_s'] * 1000:.0f} ms"
    bars = (("stall", "stall_s", STALL_BAR_S), ("p99.9", "p999_s", P999_BAR_S),
            ("lock", "lock_s", LOCK_BAR_S), ("Esc", "esc_s", ESC_BAR_S))  # fmt: skip
    for group, key, bar_s in bars:
        seconds = [told[key] for told in runs if told.get(key) is not None]
        if seconds:
            note = took if group == "stall" else ""
            bench.record(group, name, seconds, bar_s=bar_s, note=note)


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
