"""One printing task in a process of its own; prints what it took as JSON.

Usage: ``python -m tests.benchmarks.printing_probe TASK COUNT FOLDER``.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from emadina_gis.io.write import write_layer
from emadina_gis.project import PageFormat
from emadina_gis.report.atlas import AtlasChoice
from emadina_gis.report.series import SeriesChoice
from emadina_gis.words import load_words
from emadina_gis.workflows.atlas import (
    AtlasRequest,
    SeriesRequest,
    print_atlas,
    print_series,
)
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.picturing import write_sheet_as
from emadina_gis.workflows.printing import SheetChoice, print_sheet

WORDS = load_words("fr")
CHOICE = SheetChoice(date=dt.date(2026, 3, 9))
PLOTTER_DPI = 600.0
SERIES_SCALE = 2000


def main():
    task, count, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    seconds, target, pages = TASKS[task](count, folder)
    told = {
        "seconds": seconds,
        "bytes": target.stat().st_size,
        "pages": pages,
        "peak_bytes": peak_bytes(),
    }
    print(json.dumps(told))


def peak_bytes():
    """Return the most memory that this process ever held; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def page(count, folder):
    """Print the first layout of the demo some times, after once to warm up."""
    project = open_demo(WORDS)
    layout, target = project.layouts[0].id, folder / "page.pdf"
    runs = [
        timed(lambda: print_sheet(project, layout, target, WORDS, choice=CHOICE))[0]
        for _ in range(count + 1)
    ]
    return runs[1:], target, 1


def atlas(count, folder):
    """Print a page for each of so many parcels, in the order of their sectors."""
    project = open_demo(WORDS)
    ids = project.parcels.table.ids
    step = max(len(ids) // count, 1)
    pages = AtlasChoice(ids=tuple(ids[::step][:count].tolist()), sort_by="sector")
    request = AtlasRequest(project.layouts[0].id, project.parcels_id, pages)
    target = folder / "atlas.pdf"
    seconds, written = timed(lambda: print_atlas(project, request, target, WORDS, choice=CHOICE))
    return [seconds], target, written.page_count


def series(_count, folder):
    """Print the sheets that cover the parcels of the demo."""
    project = open_demo(WORDS)
    request = SeriesRequest(project.layouts[0].id, SeriesChoice(SERIES_SCALE))
    target = folder / "series.pdf"
    seconds, written = timed(lambda: print_series(project, request, target, WORDS, choice=CHOICE))
    return [seconds], target, written.page_count


def plotter(folder, name):
    """Draw an A0 page as pixels."""
    project = open_demo(WORDS)
    layout = replace(project.layouts[0], page=PageFormat.A0)
    project = replace(project, layouts=(layout, *project.layouts[1:]))
    target = folder / name
    seconds, _written = timed(
        lambda: write_sheet_as(project, layout.id, target, WORDS, choice=CHOICE, dpi=PLOTTER_DPI)
    )
    return [seconds], target, 1


def parcels(_count, folder):
    """Write the parcels of the demo for another program."""
    target = folder / "parcels.gpkg"
    write_layer(open_demo(WORDS).parcels.table, target)
    return [0.0], target, 1


TASKS = {
    "page": page,
    "atlas": atlas,
    "series": series,
    "a0-png": lambda _count, folder: plotter(folder, "a0.png"),
    "a0-tif": lambda _count, folder: plotter(folder, "a0.tif"),
    "parcels": parcels,
}

if __name__ == "__main__":
    main()
