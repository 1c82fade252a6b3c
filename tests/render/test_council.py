"""The page for a council: figures of the engine, drawings as vectors, no land title on it."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
import shapely

from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.schema import Role
from emadina_gis.domain.style import LabelStyle
from emadina_gis.domain.title import Title
from emadina_gis.project.layouts import (
    Frame,
    Layout,
    MapContent,
    MassingContent,
    SectionContent,
    TableContent,
    TableKind,
    TextContent,
)
from emadina_gis.report.page_compose import compose
from emadina_gis.report.page_plan import SaidPlan, ViewPlan
from emadina_gis.report.sheet import write_sheet
from emadina_gis.simulation.scenario import Scenario, SetSector
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.changed_land import differing_rows
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.layouts import with_layout_named
from emadina_gis.workflows.printing import SheetChoice, print_sheet, sheet_content
from emadina_gis.workflows.simulating import scenario_outcome
from tests.render.sheets import text_of

DATE = dt.date(2026, 3, 9)
CHOICE = SheetChoice(scenario_id="s1", date=DATE)
FR = load_words("fr")
TITLE = Title.plain("Page")

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture(scope="module")
def demo():
    """Return the demo with the villas near a boulevard put in B4."""
    project = open_demo(FR)
    roads, parcels = project.vector_layer("roads").table, project.parcels.table
    named = roads.strings("name_fr") == "Boulevard des Oliviers"
    road = roads.shapes(np.flatnonzero(named))[0]
    villas = np.flatnonzero(parcels.strings("sector") == "D3")
    near = villas[shapely.distance(parcels.shapes(villas), road) <= 120]
    ids = tuple(int(one) for one in parcels.ids[near])
    made = Scenario("s1", "Villas : D3 → B4", (SetSector(ids, "B4"),))
    return replace(project, scenarios=(*project.scenarios, made))


def page_with(*frames, **layout):
    return Layout("page", TITLE, frames=frames, **layout)


def printed(project, layout, tmp_path, choice=CHOICE):
    project = replace(project, layouts=(layout,))
    target = tmp_path / "page.pdf"
    return target, print_sheet(project, layout.id, target, FR, choice=choice)


# --- land titles ---------------------------------------------------------------------------------


def _titled(demo):
    """Return the demo with its titles as labels at every scale, and some of them."""
    parcels = demo.parcels
    column = parcels.schema.column(Role.PARCEL_ID)
    style = replace(parcels.style, label=LabelStyle(column, size_mm=1.4, priority=9))
    found = demo.with_layer(replace(parcels, style=style))
    return found, column, set(parcels.table.strings(column).tolist())


def _told(text, titles):
    squeezed = text.replace(" ", "").replace("\u00a0", "")
    return {title for title in titles if title.replace(" ", "") in squeezed}


@needs_poppler
def test_a_page_that_masks_titles_writes_none(demo, tmp_path):
    project, column, titles = _titled(demo)
    center = tuple(project.parcels.table.bounds[0, :2].tolist())
    frames = (
        Frame("map", 20, 20, 200, 120, MapContent(scale=500, center=center)),
        Frame("rows", 20, 150, 200, 120, TableContent(TableKind.ATTRIBUTES, layer="parcels",
                                                      columns=(column, "sector"), most_rows=5)),
    )  # fmt: skip
    open_page, masked = page_with(*frames), page_with(*frames, masks_titles=True)
    assert len(_told(text_of(printed(project, open_page, tmp_path)[0]), titles)) > 5
    text = text_of(printed(project, masked, tmp_path)[0])
    assert _told(text, titles) == set()
    assert "E2" in text


@needs_poppler
def test_layers_of_internal_diffusion_give_no_names_there(demo, tmp_path):
    layer = demo.vector_layer("arrondissements")
    label = LabelStyle("name_fr", size_mm=3.0, priority=9)
    own = replace(layer, diffusion=Diffusion.INTERNAL, style=replace(layer.style, label=label))
    project = demo.with_layer(own)
    frame = Frame("map", 20, 20, 380, 250, MapContent(layers=("arrondissements",), scale=100_000))
    assert "Hay-Hassani" in text_of(printed(project, page_with(frame), tmp_path)[0])
    masked = page_with(frame, masks_titles=True)
    assert "Hay-Hassani" not in text_of(printed(project, masked, tmp_path)[0])


@needs_poppler
def test_a_title_in_the_name_of_a_scenario_is_masked_too(demo, tmp_path):
    made = replace(demo.scenario("s1"), name="T.18422/C en B4")
    others = tuple(one for one in demo.scenarios if one.id != "s1")
    project = replace(demo, scenarios=(*others, made))
    frame = Frame("text", 20, 20, 200, 20, TextContent(Title.plain("Nom : {scenario}")))
    assert "18422" in text_of(printed(project, page_with(frame), tmp_path)[0])
    text = text_of(printed(project, page_with(frame, masks_titles=True), tmp_path)[0])
    assert "18422" not in text
    assert "en B4" in text


# --- figures -------------------------------------------------------------------------------------


def _table(demo, content, choice=CHOICE):
    layout = page_with(Frame("figures", 20, 20, 120, 90, content))
    return sheet_content(demo, layout, FR, choice).tables["figures"]


def test_the_figures_are_those_of_the_engine(demo):
    before = scenario_outcome(demo, demo.reference_id)
    after = scenario_outcome(demo, "s1")
    table = _table(demo, TableContent(TableKind.COUNCIL))
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert len(rows) == 6
    old, new = before.summary.total, after.summary.total
    expected = [total.value("dwellings", "expected") for total in (old, new)]
    assert rows[0][1:] == [
        *(FR.number(value) for value in expected),
        FR.number(expected[1] - expected[0], signed=True),
    ]
    for row, name in ((2, "free_cession_m2"), (3, "to_acquire_m2"), (4, "parking_places")):
        assert rows[row][1:3] == [FR.number(old.other(name)), FR.number(new.other(name))]
    assert rows[5][2] == FR.number(len(differing_rows(before, after)))
    assert FR.text("council.no-price") in table.after


def test_land_to_acquire_costs_what_the_person_says(demo):
    table = _table(demo, TableContent(TableKind.COUNCIL, price_mad_m2=4_500))
    area_m2 = scenario_outcome(demo, "s1").summary.total.other("to_acquire_m2")
    assert FR.number(area_m2 * 4_500 / 1e6, 1) in table.after
    assert FR.text("council.no-price") not in table.after


def test_of_the_reference_alone_there_is_no_difference(demo):
    table = _table(demo, TableContent(TableKind.COUNCIL), SheetChoice(date=DATE))
    assert len(table.rows) == 5
    assert len(table.heads) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_procedure_is_left_to_fill_in_where_changes_do_not_tell_it(demo, language):
    words = load_words(language)
    frame = Frame("text", 20, 20, 90, 30, TextContent(Title.plain("{procedure} | {changes}")))
    content = sheet_content(demo, page_with(frame), words, CHOICE)
    said = compose(content, words).placed("text").item.text
    assert "…" in said
    assert "B4" in said
    assert words.text("council.procedure.derogation") != content.filled["procedure"]


# --- drawings ------------------------------------------------------------------------------------

DRAWINGS = (
    Frame("section", 20, 20, 180, 100, SectionContent()),
    Frame("volumes", 20, 130, 180, 100, MassingContent()),
)


def test_section_and_volumes_are_of_what_changes(demo):
    content = sheet_content(demo, page_with(*DRAWINGS), FR, CHOICE)
    section, volumes = (content.views[name] for name in ("section", "volumes"))
    assert section.sector == "B4"
    assert section.levels
    outcome = scenario_outcome(demo, "s1").outcome
    shown = np.unique(volumes.allowed_prisms.owner)
    changed = differing_rows(
        scenario_outcome(demo, demo.reference_id), scenario_outcome(demo, "s1")
    )
    assert set(shown.tolist()) <= set(changed.tolist())
    for row in shown.tolist():
        top = volumes.allowed_prisms.top_m[volumes.allowed_prisms.owner == row].max()
        assert top <= outcome.max_height_m[row] + 1e-6
    beyond = volumes.facts["parcels_beyond"]
    assert volumes.facts["parcels"] + beyond == len(changed)


@needs_poppler
def test_drawings_are_vectors_with_their_heights_as_texts(demo, tmp_path):
    target, written = printed(demo, page_with(*DRAWINGS), tmp_path)
    assert written.problems == ()
    text = text_of(target)
    assert "17,50 m" in text
    assert "RDC" in text
    with pikepdf.open(target) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        assert all(one.get("/Subtype") != "/Image" for one in streams)


def test_where_nothing_changes_both_say_so(demo):
    content = sheet_content(demo, page_with(*DRAWINGS), FR, SheetChoice(date=DATE))
    plan = compose(replace(content, layout=page_with(
        *DRAWINGS, Frame("text", 250, 20, 40, 10, TextContent(Title.plain("x")))
    )), FR)  # fmt: skip
    for name in ("section", "volumes"):
        item = plan.placed(name).item
        assert isinstance(item, SaidPlan)
    assert FR.text("page.said.section") == plan.placed("section").item.text
    assert {problem.code for problem in plan.problems} == {"page.nothing-to-show"}


def test_a_view_alone_is_a_page(demo):
    content = sheet_content(demo, page_with(DRAWINGS[0]), FR, CHOICE)
    assert isinstance(compose(content, FR).placed("section").item, ViewPlan)


# --- maps ----------------------------------------------------------------------------------------


def test_maps_look_at_what_changes_and_name_streets(demo):
    frames = (
        Frame("before", 20, 20, 150, 100, MapContent(scenario="reference", of_changes=True)),
        Frame("after", 200, 20, 150, 100, MapContent(follows="before", of_changes=True)),
    )
    before, after = compose(sheet_content(demo, page_with(*frames), FR, CHOICE), FR).maps
    assert before.frame.extent == after.frame.extent
    assert before.highlight
    whole = shapely.union_all(np.array(before.highlight, dtype=object)).bounds
    extent = before.frame.extent
    assert extent.xmin < whole[0] < whole[2] < extent.xmax
    assert extent.ymin < whole[1] < whole[3] < extent.ymax
    labels = {drawn.id: drawn.label for drawn in after.scene.vectors}
    assert labels["roads"].field == "name_fr"
    assert labels["roads"].max_units_per_px > 1e6


# --- texts and ink -------------------------------------------------------------------------------


def test_braces_in_the_name_of_a_scenario_are_no_placeholders(demo, tmp_path):
    made = replace(demo.scenario("s1"), name="{date} {page} {scale}")
    others = tuple(one for one in demo.scenarios if one.id != "s1")
    project = replace(demo, scenarios=(*others, made))
    frame = Frame("text", 20, 20, 200, 20, TextContent(Title.plain("{scenario}")))
    content = sheet_content(project, page_with(frame), FR, CHOICE)
    assert compose(content, FR).placed("text").item.text == FR.isolated("{date} {page} {scale}")


def test_the_life_of_the_document_fills_its_blanks(demo):
    text = TextContent(Title.plain("{ctl} · {ep} · {cc} · {decree} · {bulletin}"))
    content = sheet_content(demo, page_with(Frame("text", 20, 20, 200, 20, text)), FR, CHOICE)
    said = compose(content, FR).placed("text").item.text
    for date in ("21/11/2023", "11/03/2024", "09/04/2024", "24/02/2025", "2.25.303", "7392"):
        assert date in said
    unknown = compose(replace(content, filled={}), FR).placed("text").item.text
    assert re.sub(r"[…/–·\s]", "", unknown) == ""


def _inks(path):
    """Return the colours that a PDF sets for texts and lines, as they are written."""
    found = set()
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in {"scn", "SCN", "rg", "RG"} and len(operands) >= 3:
                    found.add(tuple(round(float(one), 2) for one in operands[:3]))
    return found


def test_sheets_of_plans_are_black(demo, tmp_path):
    project, layout = with_layout_named(demo, "auc-2000")
    content = sheet_content(project, layout, FR, CHOICE)
    target = tmp_path / "plan.pdf"
    write_sheet(content, target, FR)
    coloured = {ink for ink in _inks(target) if max(ink) - min(ink) > 0.08}
    assert coloured == set()


def test_what_is_selected_is_drawn_where_nothing_changes(demo):
    row = int(
        differing_rows(scenario_outcome(demo, demo.reference_id), scenario_outcome(demo, "s1"))[0]
    )
    chosen = SheetChoice(date=DATE, selected=(int(demo.parcels.table.ids[row]),))
    content = sheet_content(demo, page_with(*DRAWINGS), FR, chosen)
    assert content.views["section"].sector == "D3"
    assert content.views["volumes"].facts["parcels"] == 1
