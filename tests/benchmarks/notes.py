"""Parcel notes: one note in each format and language, and a series from a list of titles."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from pathlib import Path

import numpy as np

from emadina_gis.domain.schema import Role
from emadina_gis.report.note import land_of_titles
from emadina_gis.report.note_writing import write_note_parts
from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.noting import BOTH, NoteMaker, NoteRequest, NoteStyle, write_note
from emadina_gis.workflows.noting_series import SeriesRequest, write_series

NOTE_BAR_S = 1.0
SERIES_BAR_S = 300.0
SERIES, SAMPLE = 1000, 100
DATE = dt.date(2026, 3, 9)


def measure(bench, *, whole=False):
    """Time notes of the demo; the series is timed on a sample unless the whole is asked for."""
    project = open_demo(load_words("fr"))
    titles = titles_of(project, SERIES)
    with tempfile.TemporaryDirectory(prefix="emadina-bench-") as folder:
        measure_notes(bench, project, titles, Path(folder))
        for language in ("fr", "ar"):
            listed = titles if whole and language == "fr" else titles[:: SERIES // SAMPLE]
            measure_series(bench, project, listed, Path(folder), language)


def titles_of(project, count):
    """Return titles spread over the whole parcel layer."""
    parcels = project.parcels
    names = parcels.table.strings(parcels.schema.column(Role.PARCEL_ID))
    rows = np.linspace(0, len(names) - 1, count).astype(int)
    return [str(names[row]) for row in rows]


def measure_notes(bench, project, titles, folder):
    """Time the first note of a project, and notes once all is prepared."""
    words = load_words("fr")
    request = NoteRequest(folder / "first.pdf", (titles[0],), style=NoteStyle(date=DATE))
    bench.time(
        "notes",
        "first note of the demo, with outcome and plan",
        lambda: write_note(project, request, words),
        runs=3,
        bar_s=NOTE_BAR_S,
    )
    for languages, ending in ((("fr",), "pdf"), (("ar",), "pdf"), (BOTH, "pdf"), (("fr",), "docx")):
        maker = NoteMaker(project, NoteStyle(languages, date=DATE), words)
        lands, missing = land_of_titles(project, titles[1:2])
        bench.time(
            "notes",
            f"one more note, {'+'.join(languages)}, {ending}",
            lambda m=maker, e=ending, a=lands, b=missing: write_note_parts(
                m.parts(a, b), folder / f"more.{e}"
            ),
            runs=5,
            bar_s=NOTE_BAR_S,
        )


def measure_series(bench, project, titles, folder, language):
    """Time a series; a sample is told as the whole would take."""
    listed = folder / "list.csv"
    listed.write_text("Titre\n" + "\n".join(titles) + "\n", encoding="utf-8")
    style = NoteStyle((language,), date=DATE)
    request = SeriesRequest(listed, folder / language, style=style)
    for told in ("written", "kept"):
        start = time.perf_counter()
        result = write_series(project, request, load_words("fr"))
        seconds = (time.perf_counter() - start) * SERIES / len(titles)
        assert result.made + result.kept == len(set(titles))
        bench.record(
            "notes",
            f"series of {SERIES}, {language}, {told}",
            [seconds],
            bar_s=SERIES_BAR_S,
            note="" if len(titles) == SERIES else f"from {len(titles)}",
        )
