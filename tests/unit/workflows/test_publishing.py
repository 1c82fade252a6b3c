"""Publishing and annexes from a project and from the command line."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
import shapely

from emadina_gis.cli.main import run
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.layer import Diffusion, Title, VectorLayer
from emadina_gis.domain.schema import guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import CommandError, MissingInput
from emadina_gis.simulation.scenario import Scenario, SetSector
from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.publishing import WebChoice, publish_web, web_choice
from tests.builders import DOCUMENT_ID, ORIGIN, a_project
from tests.unit.report.web_page import all_texts, data_of, layer_of

DAY = dt.date(2026, 3, 9)
SECRET = "Ouvrage réservé de la défense"
#: What the page of the demo may weigh, so that a phone opens it.
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def demo():
    return open_demo(load_words("fr"))


def _reservation(diffusion):
    x, y = ORIGIN
    table = FeatureTable.from_columns(
        {
            "indice": np.array(["E77"], dtype=object),
            "nature": np.array([SECRET], dtype=object),
            "etat": np.array(["A CREER"], dtype=object),
        },
        np.array([shapely.box(x - 50, y - 50, x + 60, y + 60)]),
        crs=MERCHICH_NORTH,
    )
    schema = guessed_schema(table.names)
    return VectorLayer(
        "reserves", Title.plain("Réserves"), table, schema=schema, diffusion=diffusion,
        visible=False,
    )  # fmt: skip


@pytest.fixture
def project():
    made = a_project().with_parcels(12).with_document(DOCUMENT_ID).build()
    public = tuple(replace(layer, diffusion=Diffusion.PUBLIC) for layer in made.layers)
    scenario = Scenario("s", "Densifier", (SetSector(("T.18401/C", "T.18405/C"), "B4"),))
    return replace(made, layers=public, scenarios=(*made.scenarios, scenario))


def _page(project, tmp_path, **choice):
    made = WebChoice(date=DAY, **choice)
    written = publish_web(project, tmp_path, load_words("fr"), choice=made)
    return written, written.path.read_text(encoding="utf-8")


def test_popups_speak_of_public_layers_only(project, tmp_path):
    shown = replace(project, layers=(*project.layers, _reservation(Diffusion.PUBLIC)))
    _written, page = _page(shown, tmp_path / "a")
    assert SECRET in page
    for diffusion in (Diffusion.INTERNAL, Diffusion.RESTRICTED):
        hidden = replace(project, layers=(*project.layers, _reservation(diffusion)))
        _written, page = _page(hidden, tmp_path / str(diffusion))
        text = all_texts(page)
        assert SECRET not in text
        assert "E77" not in text


def test_a_scenario_stands_beside_the_reference(project, tmp_path):
    written, page = _page(project, tmp_path, compared_id="s")
    assert written.changed == 2
    assert [side["ar"] for side in data_of(page)["sides"]] == ["المرجع", "Densifier"]
    assert layer_of(page, "parcels")["after"]["rows"]
    assert "T.18401/C" not in all_texts(page)


def test_a_comparison_without_public_parcels_is_refused(project, tmp_path):
    with pytest.raises(MissingInput) as caught:
        _page(project, tmp_path / "out", compared_id="s", layers=frozenset())
    assert caught.value.code == "report.web-nothing-compared"
    assert not (tmp_path / "out").exists()


def test_the_same_choice_gives_the_same_page(project, tmp_path):
    pages = [_page(project, tmp_path / name, compared_id="s")[1] for name in "ab"]
    assert pages[0] == pages[1]


def test_a_coarser_step_makes_a_smaller_page(project, tmp_path):
    fine, coarse = (
        _page(project, tmp_path / str(step), precision_m=step)[0].size_bytes for step in (0.1, 1.0)
    )
    assert coarse < fine


def test_names_of_layers_and_scenarios_are_understood(project):
    choice = web_choice(project, compared="Densifier", layers=["parcels"], precision_m=0.5)
    assert choice == WebChoice("", "s", frozenset({"parcels"}), 0.5)
    with pytest.raises(CommandError):
        web_choice(project, layers=["nowhere"])


def test_the_page_of_the_demo_is_one_that_a_phone_opens(demo, tmp_path):
    written, page = _page(demo, tmp_path)
    assert written.size_bytes == written.path.stat().st_size < MOST_BYTES
    assert written.features > 40_000
    assert not re.search(r"T\.\d+/C", all_texts(page))
    assert any("synthétiques" in text for text in data_of(page)["notes"]["fr"])


@pytest.mark.parametrize(("language", "heading"), [("fr", "Indice"), ("ar", "الرمز")])
def test_the_command_writes_annexes(tmp_path, language, heading):
    path = tmp_path / "annexe.xlsx"
    assert run(["annexes", "demo", "-o", str(path), "--lang", language]) == 0
    book = openpyxl.load_workbook(path, read_only=True)
    assert len(book.sheetnames) == 3
    rows = book.worksheets[0].iter_rows(values_only=True)
    values = [row[0] for row in rows if row]
    assert heading in values
    assert values[-1] == "AC 319"


def test_the_command_refuses_a_layer_that_is_not_there(tmp_path, capsys):
    assert run(["web", "demo", "-o", str(tmp_path / "web"), "--layers", "x", "--lang", "fr"]) == 3
    assert not (tmp_path / "web").exists()
    assert "x" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["land", "demo"],
        ["simulate", "demo", "--scenario", "reference"],
        ["compare", "demo", "reference", "reference"],
    ],
)
def test_balances_are_written_as_workbooks(tmp_path, command):
    path = tmp_path / "a.xlsx"
    assert run([*command, "-o", str(path), "--lang", "fr"]) == 0
    page = openpyxl.load_workbook(path).worksheets[0]
    assert page.freeze_panes == "A2"
    assert any(isinstance(cell.value, float) for cell in page[2])
    headings = [cell.value for cell in page[1]]
    assert all(headings)
