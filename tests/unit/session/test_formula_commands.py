"""Formulas that a project keeps: one form, one of a name, undone and reopened as they were."""

from __future__ import annotations

import pytest

from emadina_gis.analysis.formula import FormulaError
from emadina_gis.errors import CommandError
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.session import commands as c
from tests.builders import a_full_project

KEPT = c.SaveFormula("parcels", " Petites ", "area_m2 < 0,5 ha et non lot")


def test_a_formula_is_kept_in_its_stored_form():
    project = KEPT.apply(a_full_project())
    kept = project.formulas[-1]
    assert (kept.name, kept.layer_id) == ("Petites", "parcels")
    assert kept.text == "area_m2 < 0.5 ha and not lot"
    assert KEPT.apply(project) is project


def test_one_of_a_name_is_replaced_and_can_be_taken_away():
    project = KEPT.apply(a_full_project())
    project = c.SaveFormula("parcels", "Petites", "area_m2 < 9").apply(project)
    assert [kept.name for kept in project.formulas] == ["Grandes", "Petites"]
    assert project.formulas[1].text == "area_m2 < 9"
    left = c.RemoveFormula("parcels", "Petites").apply(project)
    assert left.formulas == project.formulas[:1]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.SaveFormula("parcels", "  ", "a = 1"), "command.empty-name"),
        (c.SaveFormula("none", "x", "a = 1"), "project.no-layer"),
        (c.RemoveFormula("parcels", "x"), "command.no-formula"),
    ],
)
def test_refusals(command, code):
    with pytest.raises(CommandError) as refused:
        command.apply(a_full_project())
    assert refused.value.code == code


def test_what_cannot_be_read_is_not_kept():
    with pytest.raises(FormulaError):
        c.SaveFormula("parcels", "x", "a = = 1").apply(a_full_project())


def test_a_saved_project_keeps_its_formulas(tmp_path):
    project = KEPT.apply(a_full_project())
    save_project(project, tmp_path / "p.emadina")
    opened, _ = load_project(tmp_path / "p.emadina")
    assert opened.formulas == project.formulas
