"""Computed and joined columns follow what they are made of; undo gives back the very project."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.domain.column import column_of
from emadina_gis.domain.derived import Derivations, JoinedColumn, KeyReading, LayerJoin, ManyRows
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.layer import FieldLabel, Title
from emadina_gis.domain.schema import Role
from emadina_gis.domain.style import Categorized, Style
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import CommandError
from emadina_gis.io.project_codec import decode, encode
from emadina_gis.io.project_file import load_project, save_project
from emadina_gis.session import commands as c
from emadina_gis.session.derived import circles, failures
from emadina_gis.session.store import Store
from tests.builders import a_full_project, a_project, parcel_table, vector_layer

SECTOR_SUMS = LayerJoin(
    "sums", "parcels", "code", "sector",
    (JoinedColumn("area_m2", "area", ManyRows.SUM), JoinedColumn("use", "lots", ManyRows.COUNT)),
)  # fmt: skip


def with_sectors():
    """Return a store of a project with a table of sectors, joined to sums of the parcels."""
    table = FeatureTable.from_columns({"code": ["B4", "D3", "nowhere"]})
    store = Store(c.AddLayers((vector_layer("sectors", table),)).apply(a_full_project()))
    store.execute(c.AddJoin("sectors", SECTOR_SUMS))
    return store


def numbers(store, layer_id, name):
    return store.project.vector_layer(layer_id).table.numbers(name)


@settings(deadline=None, max_examples=60)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 8), st.one_of(st.none(), st.floats(0, 1e6))), max_size=6
    )
)
def test_whatever_is_edited_formulas_hold_and_undo_is_the_same_object(edits):
    store = Store(a_project().with_parcels(9).build())
    store.execute(c.SetFormula("parcels", "twice", "area_m2 * 2"))
    store.execute(c.SetFormula("parcels", "more", "twice + 1"))
    states = [store.project]
    for row, value in edits:
        store.execute(c.EditCells("parcels", [row], (("area_m2", [value]),)))
        if store.project is not states[-1]:
            states.append(store.project)
        np.testing.assert_allclose(
            numbers(store, "parcels", "more"), numbers(store, "parcels", "area_m2") * 2 + 1
        )
    for state in reversed(states[:-1]):
        store.undo()
        assert store.project is state


def test_an_edit_makes_its_own_chunk_anew_and_no_other():
    count = 3 * CHUNK_ROWS
    table = FeatureTable.from_columns({"a": np.arange(float(count)), "b": np.ones(count)})
    store = Store(c.AddLayers((vector_layer("t", table),)).apply(a_project().build()))
    store.execute(c.SetFormula("t", "c", "a + b"))
    before = store.project.vector_layer("t").table
    store.execute(c.EditCells("t", [CHUNK_ROWS + 5], (("a", [0.5]),)))
    after = store.project.vector_layer("t").table
    for name in ("a", "c"):
        same = [
            old is new
            for old, new in zip(
                before.columns[name].chunks, after.columns[name].chunks, strict=True
            )
        ]
        assert same == [True, False, True], name
    assert after.columns["b"] is before.columns["b"]
    assert after.numbers("c")[CHUNK_ROWS + 5] == 1.5


def test_edited_columns_are_said_and_the_source_stays():
    project = a_full_project()
    made = c.EditCells("parcels", [2], (("area_m2", [7.0]), ("sector", ["B4"]))).apply(project)
    assert made.parcels.derived.edited == ("area_m2", "sector")
    assert made.parcels.source == project.parcels.source
    same = c.EditCells("parcels", [2], (("area_m2", [7.0]),)).apply(made)
    assert same is made


def test_a_join_follows_the_other_table():
    store = with_sectors()
    parcels = store.project.parcels.table
    mine = parcels.strings("sector") == "B4"
    assert numbers(store, "sectors", "area")[0] == parcels.numbers("area_m2")[mine].sum()
    assert numbers(store, "sectors", "lots").tolist() == [mine.sum(), 1, 0]
    assert np.isnan(numbers(store, "sectors", "area")[2])
    store.execute(c.EditCells("parcels", [int(np.flatnonzero(mine)[0])], (("area_m2", [0.0]),)))
    assert numbers(store, "sectors", "area")[0] == 0.0
    store.execute(c.EditCells("sectors", [2], (("code", ["D3"]),)))
    assert numbers(store, "sectors", "lots").tolist() == [mine.sum(), 1, 1]


def test_values_that_are_frozen_follow_no_more():
    store = with_sectors()
    store.execute(c.FreezeField("sectors", "area"))
    before = numbers(store, "sectors", "area").copy()
    store.execute(c.EditCells("parcels", [0], (("area_m2", [1.0]),)))
    np.testing.assert_array_equal(numbers(store, "sectors", "area"), before)
    assert store.project.vector_layer("sectors").derived.joins[0].names == ("lots",)


def test_a_column_keeps_its_values_when_an_input_is_gone_and_says_so():
    store = with_sectors()
    before = numbers(store, "sectors", "area").copy()
    store.execute(c.RemoveLayer("parcels"))
    np.testing.assert_array_equal(numbers(store, "sectors", "area"), before)
    codes = {failure.error.code for failure in failures(store.project)}
    assert codes == {"derived.no-layer"}


def test_a_refreshed_layer_gets_its_computed_columns_back():
    store = Store(a_full_project())
    store.execute(c.SetFormula("parcels", "twice", "area_m2 * 2"))
    store.execute(c.ReplaceTable("parcels", parcel_table(12)))
    np.testing.assert_allclose(
        numbers(store, "parcels", "twice"), numbers(store, "parcels", "area_m2") * 2
    )
    other = parcel_table(4).without_column("area_m2")
    store.execute(c.ReplaceTable("parcels", other))
    assert np.isnan(numbers(store, "parcels", "twice")).all()
    assert [failure.column for failure in failures(store.project)] == ["twice"]


def test_a_circle_is_refused_across_layers():
    store = with_sectors()
    back = LayerJoin("back", "sectors", "sector", "code", (JoinedColumn("area", "sector_area"),))
    store.execute(c.AddJoin("parcels", back))
    with pytest.raises(CommandError) as refused:
        store.execute(c.SetFormula("parcels", "more", "more + sector_area"))
    assert refused.value.code == "command.circle"
    worse = replace(back, id="worse", columns=(JoinedColumn("area", "area_again"),))
    store.execute(c.AddJoin("parcels", worse))
    assert circles(store.project) == ()


def test_the_unit_of_an_input_counts_in_a_formula():
    store = Store(a_full_project())
    store.execute(c.SetFieldLabel("parcels", "area_m2", FieldLabel(Title.plain("S"), "m2")))
    store.execute(c.SetFormula("parcels", "sum", "if(area_m2 > 1 ha, 1, 0)"))
    before = numbers(store, "parcels", "sum").copy()
    store.execute(c.SetFieldLabel("parcels", "area_m2", FieldLabel(Title.plain("S"), "ha")))
    assert not np.allclose(numbers(store, "parcels", "sum"), before)


def test_everything_is_in_the_project_file_and_older_files_are_read(tmp_path):
    store = with_sectors()
    plain = LayerJoin(
        "t", "sectors", "sector", "code", (JoinedColumn("lots", "n"),), KeyReading.TITLE
    )
    store.execute(c.AddJoin("parcels", plain))
    store.execute(c.EditCells("parcels", [0], (("area_m2", [1.0]),)))
    view = replace(store.project.parcels.derived.view, hidden=("use",), freezes_first=True)
    store.execute(c.SetColumnView("parcels", view))
    save_project(store.project, tmp_path / "p.emadina")
    opened, problems = load_project(tmp_path / "p.emadina")
    assert problems == ()
    assert opened == store.project
    assert opened.parcels.derived == store.project.parcels.derived
    again = Store(opened)
    again.execute(c.EditCells("parcels", [0], (("area_m2", [2.0]),)))
    assert numbers(again, "sectors", "area")[0] == numbers(store, "sectors", "area")[0] + 1.0


def test_a_project_of_before_has_plain_columns():
    project = a_project().with_streets().build()
    tree = encode(project)
    for layer in tree.tree["layers"]:
        del layer["derived"]
    opened = decode(tree.tree, lambda key: tree.parts[key].make())
    assert opened.vector_layer("streets").derived == Derivations()


def test_a_renamed_column_takes_all_that_follows_with_it():
    store = with_sectors()
    store.execute(c.SetFormula("parcels", "twice", "area_m2 * 2"))
    store.execute(c.RenameField("parcels", "area_m2", "surface (m²)"))
    parcels = store.project.parcels
    assert parcels.schema.column(Role.AREA_M2) == "surface (m²)"
    assert parcels.derived.formula_of("twice") == "[surface (m²)] * 2"
    assert failures(store.project) == ()
    store.execute(c.EditCells("parcels", [0], (("surface (m²)", [5.0]),)))
    assert numbers(store, "parcels", "twice")[0] == 10.0
    assert 5.0 in numbers(store, "sectors", "area")


def test_a_column_that_the_style_needs_keeps_its_name():
    style = Style(Categorized("sector", ()))
    project = c.SetLayerStyle("parcels", style).apply(a_full_project())
    with pytest.raises(CommandError) as refused:
        c.RenameField("parcels", "sector", "secteur").apply(project)
    assert refused.value.code == "command.column-in-style"


def test_long_values_may_come_with_the_command():
    made = column_of(np.full(9, 4.0))
    project = c.SetFormula("parcels", "x", "area_m2", values=made).apply(a_full_project())
    assert project.parcels.table.columns["x"] is made
