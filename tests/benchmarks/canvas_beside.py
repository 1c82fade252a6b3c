"""QGIS's pictures of the same places, where it is installed, and how many times ours are faster."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.cadastre import cadastre
from tests.benchmarks.reading import write

FASTER_BARS = {"whole extent": 15.0, "90 000 parcels": 8.0, "5 000 parcels": 2.0}
LONGEST_S = 1_800


def measure(bench, count, label, ours):
    """Time QGIS's pictures; `ours` has the seconds of ours by name."""
    python = qgis_python()
    if python is None:
        print("canvas: QGIS is not installed: its pictures are not timed beside", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        data = Path(folder) / "parcels.fgb"
        write(cadastre(count), data)
        script = Path(__file__).with_name("qgis_canvas.py")
        done = subprocess.run(
            [python, str(script), str(data)],
            capture_output=True, text=True, check=False, timeout=LONGEST_S,
        )  # fmt: skip
    if done.returncode:
        print(f"canvas: QGIS failed: {done.stderr.strip()[-300:]}", flush=True)
        return
    for name, seconds in json.loads(done.stdout.splitlines()[-1]).items():
        mine = statistics.median(ours[f"picture after the hand stops, {name}"])
        times = statistics.median(seconds) / mine
        bar = FASTER_BARS[name]
        note = f"ours is {times:.1f}x faster (bar {bar:g}x) {'ok' if times >= bar else 'OVER'}"
        bench.record("QGIS", f"{label} picture, {name}", seconds, note=note)


def qgis_python():
    """Return the Python that has QGIS, or None."""
    python = shutil.which("python3", path="/usr/bin") or shutil.which("python3")
    if python is None:
        return None
    known = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
    return None if known.returncode else python
