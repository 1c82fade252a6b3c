"""Paper: a page, an atlas, a plotter's picture, their memory; QGIS's layout export beside.

Each is made in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import beside
from tests.benchmarks.printing_probe import TASKS

PAGE_BAR_S = 1.0
ATLAS_BAR_S = 300.0
ATLAS_PAGES = 1_000
QUICK_PAGES = 100
MEMORY_BAR_GB = 1.5
SHEET_BAR_MB = 2.0
GIGABYTE = 1024**3
MEGABYTE = 1_000_000
LONGEST_S = 3_600


def measure(bench, quick=False):
    """Time a page, an atlas and an A0 picture, with their memory and size."""
    pages = QUICK_PAGES if quick else ATLAS_PAGES
    sheet = run("page", 5)
    note = f"{sheet['bytes'] / MEGABYTE:.2f} MB (bar {SHEET_BAR_MB:g})"
    bench.record("print", "an A3 page as vectors", sheet["seconds"], bar_s=PAGE_BAR_S, note=note)
    for name, task, bar_s in (
        (f"an atlas of {pages} A3 pages", "atlas", ATLAS_BAR_S * pages / ATLAS_PAGES),
        ("a series of tiles at 1/2 000", "series", None),
        ("A0 at 600 dots per inch (PNG)", "a0-png", None),
        ("A0 at 600 dots per inch (TIFF)", "a0-tif", None),
    ):
        told = run(task, pages)
        bench.record("print", name, told["seconds"], bar_s=bar_s, note=_told(told))
    _beside(bench)


def _told(told):
    peak = told["peak_bytes"] / GIGABYTE
    verdict = "ok" if peak <= MEMORY_BAR_GB else "OVER"
    pages = f"{told['pages']} pages, " if told["pages"] > 1 else ""
    size = f"{told['bytes'] / MEGABYTE:.1f} MB"
    return f"{pages}{size}, memory {peak:.2f} GB of {MEMORY_BAR_GB:g} {verdict}"


def run(task, count):
    """Do a task in another process; return what it took."""
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        command = [sys.executable, "-m", "tests.benchmarks.printing_probe", task, str(count)]
        done = subprocess.run(
            [*command, folder], capture_output=True, text=True, check=True, timeout=LONGEST_S
        )
    return json.loads(done.stdout.splitlines()[-1])


def _beside(bench):
    """Time QGIS's export of a like page where QGIS is installed."""
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        data, page = run_into("parcels", folder), Path(folder) / "page.pdf"
        seconds = beside.timed("print", "qgis_layout.py", data, page)
    if seconds is not None:
        bench.record("QGIS", "an A3 page as vectors", seconds)


def run_into(task, folder):
    """Do a task whose file is wanted; return where it is."""
    TASKS[task](1, Path(folder))
    return str(Path(folder) / "parcels.gpkg")
