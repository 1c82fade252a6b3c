"""Every command: what it does, what it refuses, and that all of them are known here."""

from __future__ import annotations

import inspect
import string
from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84
from emadina_gis.domain.layer import Diffusion, FieldLabel, Source, Title
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.style import Categorized, LabelStyle, RasterStyle, Single, Style, Symbol
from emadina_gis.errors import CommandError
from emadina_gis.project import Bookmark, Layout
from emadina_gis.session import commands as c
from emadina_gis.session.command import Command
from emadina_gis.session.store import Store
from emadina_gis.simulation import changes
from emadina_gis.words import LANGUAGES, load_words
from tests.builders import a_full_project, a_project, parcel_table, street_table, vector_layer
from tests.unit.session.command_examples import CHANGES, GOOD, REFUSED

MODULES = (
    "cells",
    "derivations",
    "fields",
    "frames",
    "geometry",
    "labels",
    "land_changes",
    "layers",
    "layouts",
    "placing",
    "project",
    "regulation",
    "renaming",
    "scenarios",
    "sheets",
    "styles",
)
ALL = [getattr(c, name) for name in c.__all__]


def test_every_command_has_examples():
    for module_name in MODULES:
        module = inspect.importlib.import_module(f"emadina_gis.session.commands.{module_name}")
        found = {
            item
            for item in vars(module).values()
            if inspect.isclass(item) and item.__module__ == module.__name__
        }
        assert {item for item in found if hasattr(item, "apply")} <= set(ALL)
    assert {type(command) for command in GOOD} == set(ALL)
    assert {type(command) for command, _ in REFUSED} <= set(ALL)


@pytest.mark.parametrize("command", GOOD, ids=lambda command: type(command).__name__)
def test_a_command_changes_a_copy_and_is_pure(command):
    project = a_full_project()
    prints = [layer.table.fingerprint for layer in project.vector_layers]
    before = replace(project)
    once, twice = command.apply(project), command.apply(project)
    assert isinstance(command, Command)
    assert once is not project
    assert once == twice
    assert project == before
    assert [layer.table.fingerprint for layer in project.vector_layers] == prints


@pytest.mark.parametrize("command", GOOD, ids=lambda command: type(command).__name__)
def test_a_command_done_again_is_refused_or_changes_nothing_more(command):
    once = command.apply(a_full_project())
    try:
        again = command.apply(once)
    except CommandError:
        return
    assert again is once or again == once


@pytest.mark.parametrize(
    ("command", "code"),
    REFUSED,
    ids=lambda item: item if isinstance(item, str) else type(item).__name__,
)
def test_what_cannot_be_done_is_refused_and_said_in_three_languages(command, code):
    project = a_full_project()
    before = replace(project)
    with pytest.raises(CommandError) as refused:
        command.apply(project)
    assert refused.value.code == code
    assert project == before
    for language in LANGUAGES:
        what, following = load_words(language).error(refused.value)
        assert what
        assert following


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", GOOD, ids=lambda command: type(command).__name__)
def test_undo_can_say_each_command(command, language):
    said = command.label.said(load_words(language))
    assert said
    assert "{" not in said
    if language == "ar":
        assert not set(said.split("\u2068")[0]) & set(string.ascii_letters)


def test_added_layers_are_on_top_and_give_the_project_its_crs():
    empty = a_project().build()
    layers = (
        vector_layer("a", parcel_table(2, crs=UNKNOWN)),
        vector_layer("b", street_table(2)),
    )
    made = c.AddLayers(layers).apply(empty)
    assert [layer.id for layer in made.layers] == ["a", "b"]
    assert made.crs == MERCHICH_NORTH
    more = c.AddLayers((vector_layer("m", street_table(1)),), 1).apply(made)
    assert [layer.id for layer in more.layers] == ["a", "m", "b"]
    assert c.AddLayers(()).apply(made) is made


def test_layers_are_added_among_those_that_are_there():
    def layers(*names):
        return tuple(vector_layer(name, street_table(1)) for name in names)

    made = c.AddLayers(layers("a", "b")).apply(a_project().build())
    there = [layer.id for layer in made.layers]
    more = c.AddLayers(layers("x", "y", "z"), over=(0, 1, 99)).apply(made)
    assert [layer.id for layer in more.layers] == ["x", there[0], "y", *there[1:], "z"]


def test_the_parcel_layer_takes_its_role_with_it():
    made = c.RemoveLayer("parcels").apply(a_full_project())
    assert made.parcels_id == ""
    assert made.parcels is None
    assert c.RemoveLayer("stops").apply(a_full_project()).parcels is not None


@pytest.mark.parametrize(("index", "order"), [(0, "sptr"), (1, "tspr"), (9, "tprs"), (-3, "sptr")])
def test_a_layer_moves_to_its_place(index, order):
    project = a_full_project()
    ids = {"s": "streets", "p": "parcels", "t": "stops", "r": "relief"}
    order = {"sptr": "stpr", "tspr": "tspr", "tprs": "tprs"}[order]
    made = c.MoveLayer("streets", index).apply(project)
    assert [layer.id for layer in made.layers] == [ids[letter] for letter in order]


def test_what_is_there_already_makes_no_step():
    project = a_full_project()
    same = (
        c.SetLayerVisible("parcels", visible=True),
        c.SetLayerOpacity("parcels", 1.0),
        c.MoveLayer("stops", 0),
        c.RenameLayer("parcels", " Parcelles "),
        c.SetDiffusion("parcels", Diffusion.INTERNAL),
        c.AssignCrs("parcels", MERCHICH_NORTH),
        c.SetLayerStyle("parcels", Style()),
        c.SetRasterStyle("relief", RasterStyle()),
        c.SetLabels("parcels", None),
        c.SetLayerRoles("parcels", project.parcels.schema),
        c.ReplaceTable("parcels", project.parcels.table),
        c.SetFieldValue("parcels", "sector", (), "B4"),
        c.SetProjectCrs(MERCHICH_NORTH),
        c.SetDocument("ain-chock-2025"),
        c.SetParcelsLayer("parcels"),
        c.SetCoefficient("household_size", None),
        c.SetReference("reference"),
        c.RenameScenario("s1", "Scénario 1"),
        c.SetNotes("s1", ""),
        c.ChangeSector("s2", [0, 1], "B5"),
        c.SetLayout(project.layouts[0]),
        c.AddBookmark(project.bookmarks[0]),
    )
    for command in same:
        assert command.apply(project) is project, command


def test_values_are_written_in_chosen_rows_only_and_share_the_rest():
    project = a_full_project()
    made = c.SetFieldValue("parcels", "sector", (2, 4), "A6").apply(project)
    sectors = made.parcels.table.strings("sector")
    assert sectors[[2, 4]].tolist() == ["A6", "A6"]
    assert (
        sectors[[0, 1, 3]].tolist() == project.parcels.table.strings("sector")[[0, 1, 3]].tolist()
    )
    old, new = project.parcels.table, made.parcels.table
    assert all(old.columns[n] is new.columns[n] for n in old.names if n != "sector")
    missing = c.SetFieldValue("parcels", "area_m2", (0,), None).apply(project)
    assert np.isnan(missing.parcels.table.numbers("area_m2")[0])


def test_a_removed_field_takes_roles_style_and_labels_with_it():
    project = a_full_project()
    styled = c.SetLayerStyle(
        "parcels", Style(Categorized("sector", ()), LabelStyle("sector"))
    ).apply(project)
    made = c.RemoveField("parcels", "sector").apply(styled).parcels
    assert made.schema.column(Role.SECTOR) is None
    assert isinstance(made.style.symbology, Single)
    assert made.style.label is None
    kept = c.RemoveField("parcels", "block_id").apply(styled).parcels
    assert kept.style == styled.parcels.style


def test_a_new_field_brings_its_label():
    label = FieldLabel(Title.plain("Densité"), "percent", 1)
    made = c.AddField("parcels", "density", np.arange(9.0), label).apply(a_full_project())
    assert made.parcels.field_label("density") == label
    assert made.parcels.table.numbers("density")[3] == 3.0


def test_a_declared_crs_moves_nothing():
    project = c.AddLayers((vector_layer("x", parcel_table(2, crs=UNKNOWN)),)).apply(
        a_project().build()
    )
    made = c.AssignCrs("x", WGS84).apply(project)
    old, new = project.vector_layer("x").table, made.vector_layer("x").table
    assert new.crs == WGS84
    assert made.crs == WGS84
    assert all(a is b for a, b in zip(old.geometry, new.geometry, strict=True))
    assert c.AssignCrs("relief", WGS84).apply(a_full_project()).layer("relief").crs == WGS84


def test_a_refreshed_layer_keeps_its_source():
    table = parcel_table(3)
    source = Source("p.gpkg")
    made = c.ReplaceTable("parcels", table, (), source).apply(a_full_project())
    again = c.ReplaceTable("parcels", parcel_table(4)).apply(made)
    assert again.parcels.source == source
    assert again.parcels.table.row_count == 4


def test_scenarios_have_names_of_their_own_and_copies_stand_beside():
    project = a_full_project()
    made = c.CopyScenario("s1", "Copie").apply(project)
    assert [s.name for s in made.scenarios] == ["", "Scénario 1", "Copie", "Scénario 2"]
    assert made.scenario("Copie").changes == project.scenario("s1").changes
    assert made.scenario("Copie").id not in {"s1", "s2", "reference"}


def test_changes_are_added_in_order_and_values_replace_their_own_kind():
    project = a_full_project()
    for command in (
        c.ChangeSector("s1", np.array([3, 1, 3]), "C3"),
        c.SetSectorValue("s1", "D3", "floor_ratio", 0.9),
        c.SetRegime("s1", [4], lot=None),
        c.SetSectorValue("s1", "D3", "floor_ratio", 1.1),
        c.SetSectorValue("s1", "D3", "floor_ratio", 1.1),
    ):
        project = command.apply(project)
    assert project.scenario("s1").changes == (
        changes.SetSector((0,), "B5"),
        changes.SetSector((1, 3), "C3"),
        changes.SetRegime((4,), None),
        changes.SetSectorValue("D3", "floor_ratio", 1.1),
    )
    assert len(c.RemoveChange("s1", 1).apply(project).scenario("s1").changes) == 3


def test_a_branch_remembers_where_it_comes_from_and_who_made_it():
    project = c.SetNotes("s1", "à voir").apply(a_full_project())
    command = c.BranchScenario("s1", "Branche", "Agence")
    made = command.apply(project).scenario("Branche")
    assert made.changes == project.scenario("s1").changes
    assert (made.parent_id, made.author, made.notes) == ("s1", "Agence", "")
    assert (made.created, made.modified) == (command.when, "")
    assert [s.name for s in command.apply(project).scenarios][2] == "Branche"
    edit = c.AddChange("Branche", CHANGES[1])
    assert edit.apply(command.apply(project)).scenario("Branche").modified == edit.when


def test_every_change_is_taken_back_by_undo():
    store = Store(a_full_project())
    for change in CHANGES:
        before = store.project
        store.execute(c.AddChange("s2", change))
        assert store.project.scenario("s2").changes[-1] == change
        store.undo()
        assert store.project is before
        store.redo()
    assert store.project.scenario("s2").changes[1:] == CHANGES
    assert c.AddChange("s2", CHANGES[-1]).apply(store.project) is store.project


def test_sheets_and_bookmarks_replace_their_own_name():
    project = a_full_project()
    sheet = Layout("planche", Title.plain("P"), scale=5_000)
    assert c.SetLayout(sheet).apply(project).layouts == (sheet, *project.layouts[1:])
    assert len(c.SetLayout(replace(sheet, id="b")).apply(project).layouts) == 4
    moved = Bookmark("Centre", 1.0, 2.0, 3.0)
    assert c.AddBookmark(moved).apply(project).bookmarks == (moved, project.bookmarks[1])


def test_coefficients_are_sorted_and_given_back():
    project = c.SetCoefficient("net_to_gross", 0.8).apply(a_full_project())
    project = c.SetCoefficient("household_size", 3.6).apply(project)
    assert project.coefficients == (("household_size", 3.6), ("net_to_gross", 0.8))
    assert c.SetCoefficient("net_to_gross", None).apply(project).coefficients == (
        ("household_size", 3.6),
    )


def test_a_style_keeps_its_symbol_when_labels_change():
    style = Style(Single(Symbol("#123456")))
    project = c.SetLayerStyle("parcels", style).apply(a_full_project())
    made = c.SetLabels("parcels", LabelStyle("parcel_id")).apply(project).parcels
    assert made.style.symbology == style.symbology
    assert c.SetLabels("parcels", None).apply(project) is project


def test_roles_must_name_columns():
    schema = Schema({Role.SECTOR: "zone"})
    with pytest.raises(CommandError):
        c.SetLayerRoles("parcels", schema).apply(a_full_project())
