"""The canvas on a million parcels: moving, the picture after, other colours, answers.

Each is done in a process of its own (`canvas_probe`) in a whole window, with software OpenGL where
there is no other; QGIS draws the same places beside it where it is installed (`qgis_canvas`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from tests.benchmarks import canvas_beside
from tests.benchmarks.canvas_probe import TASKS

LONGEST_S = 1_200
P95 = 0.95
#: Seconds; the bars hold for a million parcels.
MOVING_BAR_S = 0.033
PICTURE_BARS_S = {"whole extent": 0.35, "90 000 parcels": 0.12, "5 000 parcels": 0.03}
CHANGED_BAR_S = 0.05
FINAL_BAR_S = 0.15
ANSWER_BARS_S = {"identify": 0.01, "rectangle": 0.1}


def measure(bench, count, label, tasks=tuple(TASKS)):
    """Run the tasks, each in its own process, and record what they took."""
    pictures = {}
    for task in tasks:
        told = run(task, count)
        if told is None:
            continue
        for name, seconds in told.items():
            record(bench, label, task, name, seconds)
        if task == "resting":
            pictures = told
    if pictures:
        canvas_beside.measure(bench, count, label, pictures)


def run(task, count):
    """Return what a task took, or None where it failed: the others are measured all the same."""
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as home:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.canvas_probe", task, str(count)],
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
            env={**os.environ, "EMADINA_HOME": home},
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        print(f"canvas: {task} failed: {done.stderr.strip()[-400:]}", flush=True)
        return None
    return json.loads(lines[-1])


def record(bench, label, task, name, seconds):
    """Record a row: the p95 of many events, the median of a few pictures."""
    if (task in {"moving", "swiping"} and len(seconds) > 1) or name == "identify":
        note = f"p95 of {len(seconds)}; median {np.median(seconds) * 1000:.1f}"
        seconds, name = [float(np.quantile(seconds, P95))], f"{name}, p95"
        bench.record(label, f"canvas: {name}", seconds, bar_s=bar_of(task, name), note=note)
    else:
        bench.record(label, f"canvas: {name}", seconds, bar_s=bar_of(task, name))


def bar_of(task, name):
    """Return the bar of a row, or None."""
    if task == "moving":
        return MOVING_BAR_S
    if task == "resting":
        what, _, where = name.partition(", ")
        return PICTURE_BARS_S[where] if what.startswith("picture after") else None
    if task == "answering":
        return ANSWER_BARS_S.get(name.partition(",")[0])
    return FINAL_BAR_S if "final" in name else CHANGED_BAR_S
