"""The printed comparison: both maps at one scale, both names, and reasons that add up."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pikepdf
import pytest

from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError
from emadina_gis.project import PageFormat
from emadina_gis.project.layout_rules import layout_faults
from emadina_gis.report.comparison import FIRST, SECOND, comparison_layout
from emadina_gis.report.page_tables import reasons_table
from emadina_gis.report.totals import balance
from emadina_gis.session.commands.scenarios import AddScenario, ChangeSector
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows import comparing
from emadina_gis.workflows.printing import SheetChoice
from emadina_gis.workflows.simulating import scenario_outcome
from tests.gui.small_project import small_project

CHOICE = SheetChoice(date=dt.date(2026, 3, 9))
NAME = "Villas en B4 <boulevard>"


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture(scope="module")
def project():
    made = AddScenario(NAME, scenario_id="villas").apply(small_project())
    return ChangeSector("villas", range(10), "B4").apply(made)


def _printed(project, path, language, b="villas"):
    return comparing.print_comparison(
        project, project.reference_id, b, path, load_words(language), choice=CHOICE
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_is_one_a3_page_at_a_round_scale(tmp_path, project, language):
    path = tmp_path / "comparaison.pdf"
    written = _printed(project, path, language)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
        width, height = (float(value) for value in pdf.pages[0].mediabox[2:])
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)
    assert written.scales == (2_500,)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_it_names_both_and_says_why(tmp_path, project):
    path = tmp_path / "comparaison.pdf"
    _printed(project, path, "fr")
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    for said in (
        "Référence",
        NAME,
        "10 parcelles passent en B4",
        "Différence",
        "valeur officielle",
    ):
        assert said in text.replace("\u202f", " ")


def test_the_reasons_add_up_to_the_difference_of_the_figures(project):
    words = load_words("fr")
    a, b = (scenario_outcome(project, name) for name in (project.reference_id, "villas"))
    rows = balance(a.summary.total, b.summary.total)
    (row,) = (r for r in rows if (r.measure, r.figure) == ("dwellings", "addition"))
    reasons = tuple(comparing.reasons(project, a, b, words))
    assert reasons
    assert sum(reason.difference for reason in reasons) == pytest.approx(row.difference, abs=1e-9)


def test_the_rest_is_one_line_and_the_sum_stands_last():
    words = load_words("en")
    many = tuple(comparing.Reason(f"edit {n}", "B4", "", float(n)) for n in range(20))
    rows = reasons_table(many, words).rows
    assert rows[0].cells[0].text == "edit 19"
    assert rows[-2].cells[0].text.startswith("8 other")
    assert rows[-1].cells[3].text == words.number(190.0, signed=True)


def test_only_what_differs_is_outlined(project):
    a, b = (scenario_outcome(project, name) for name in (project.reference_id, "villas"))
    assert comparing.differing_rows(a, b).tolist() == list(range(10))
    assert comparing.differing_rows(a, a).tolist() == []


def test_the_same_scenario_twice_says_so_and_shows_all_parcels(tmp_path, project):
    path = tmp_path / "meme.pdf"
    _printed(project, path, "fr", b=project.reference_id)
    assert path.stat().st_size


def test_a_scenario_that_is_not_there_is_refused(tmp_path, project):
    with pytest.raises(CommandError):
        _printed(project, tmp_path / "x.pdf", "fr", b="nowhere")
    assert list(tmp_path.iterdir()) == []


def test_both_maps_show_the_same_land_at_one_size():
    layout = comparison_layout(Title.plain("x"), PageFormat.A3)
    first, second = layout.frame(FIRST), layout.frame(SECOND)
    assert (first.width, first.height, first.y) == (second.width, second.height, second.y)
    assert first.right < second.x
    assert second.content.follows == FIRST
    assert not list(layout_faults(layout))


def test_arabic_reads_from_the_right(tmp_path, project):
    pages = [
        _printed(project, tmp_path / f"{language}.pdf", language).pages[0]
        for language in ("fr", "ar")
    ]
    left, right = (page.plan.placed(FIRST).box for page in pages)
    assert left.x < 100 < right.x
    assert left.width == right.width
