"""Each ready template, printed from the demo: nothing is left out for want of room."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from emadina_gis.errors import Severity
from emadina_gis.report.proof import proof
from emadina_gis.simulation.scenario import Scenario, SetSector
from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.layouts import SHIPPED, with_layout_named
from emadina_gis.workflows.printing import SheetChoice, print_sheet

DATE = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture(scope="module")
def demo():
    project = open_demo(load_words("fr"))
    rows = tuple(int(row) for row in project.parcels.table.ids[:200])
    made = Scenario("s1", "Bd Al Qods : D3 → B4", (SetSector(rows, "B4"),))
    return replace(project, scenarios=(*project.scenarios, made))


# Arabic sets the longest lines; French is printed where most stands on a page.
PRINTED = [*((name, "ar") for name in SHIPPED), ("standard", "fr"), ("council-a3", "fr")]


@pytest.mark.parametrize(("name", "language"), PRINTED)
def test_everything_of_a_ready_template_fits(tmp_path, demo, name, language):
    project, layout = with_layout_named(demo, name)
    target = tmp_path / "page.pdf"
    choice = SheetChoice(scenario_id="s1", date=DATE)
    written = print_sheet(project, layout.id, target, load_words(language), choice=choice)
    worse = [p for p in written.problems if p.severity is not Severity.INFO]
    assert [(p.code, p.where) for p in worse] == []
    assert proof(target, written.pages, load_words(language)) == ()
    assert len(written.scales) == 1
    if layout.scale:
        assert written.scales == (layout.scale,)
    assert target.stat().st_size < 6_000_000
