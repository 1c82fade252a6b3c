"""A small project and its sheet, shared by the tests of printed pages."""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import replace

from emadina_gis.domain.layer import Provenance, Title
from emadina_gis.domain.style import Categorized, Category, LabelStyle, Style, Symbol
from emadina_gis.project import Layout
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report.page_content import SheetContent, TitleLine
from emadina_gis.report.totals import balance
from emadina_gis.simulation.totals import summarise
from tests.builders import SECTORS, a_project

DATE = dt.date(2026, 3, 9)
COLORS = (
    "#c8d6b9", "#e6b8a2", "#b7c9e2", "#d9c27e", "#c7b0d9", "#a3c4bc", "#e29578", "#8fb996",
)  # fmt: skip


def small_project():
    """Return a project of a few parcels coloured and labelled by their sector."""
    made = a_project().with_parcels(30).with_streets().with_stops().with_layout().build()
    categories = tuple(Category(s, c) for s, c in zip(SECTORS, COLORS, strict=False))
    style = Style(Categorized("sector", categories, Symbol(stroke="#ffffff")), LabelStyle("sector"))
    layer = replace(
        made.parcels, style=style, provenance=Provenance("Essai", "2026", synthetic=True)
    )
    return made.with_layer(layer)


def sheet_of(project, outcome=None, **layout):
    """Return what a sheet of a project shows; `layout` changes its layout."""
    made = replace(Layout("a3", Title("Planche", "لوحة", "Sheet")), **layout)
    rows = () if outcome is None else balance(summarise(outcome).total, summarise(outcome).total)
    return SheetContent(
        layout=made,
        scene=build_scene(project, cache=DerivedCache()),
        titles=(TitleLine(Title("Plan d'essai", "تصميم تجريبي", "Trial plan"), 1.4, "bold"),),
        date=DATE,
        rows=rows,
        scenario="Densifier" if rows else "",
        project=project.title,
    )


def small_sheet():
    """Return a sheet of a few parcels."""
    return sheet_of(a_project().with_parcels(30).build())


def text_of(path):
    """Return the text of a PDF, spaces made single."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())
