"""Layers to files: personal columns stay behind, losses are known before, rows are counted."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import EmptyInput, LayerWriteError
from emadina_gis.io.vector import read_layer
from emadina_gis.workflows.exporting import (
    FORMATS,
    ExportChoice,
    export_layer,
    export_losses,
    personal_columns,
)
from tests.deliveries import squares


@pytest.fixture
def layer():
    columns = {
        "titre": ["T.1/C", "T.2/C", None, "T.4/C"],
        "detenteur": ["a", "b", "c", "d"],
        "telephone": ["0600000000"] * 4,
        "secteur": ["B4", "B4", "D3", "D3"],
        "surface_de_plancher": [1.5, np.nan, 2.5, 3.5],
    }
    table = FeatureTable.from_columns(columns, squares(), crs=MERCHICH_NORTH)
    schema = Schema({Role.OWNER: "detenteur"})
    return VectorLayer("parcels", Title.plain("Parcelles"), table, schema=schema)


def codes(problems):
    return {problem.code for problem in problems}


def test_columns_are_personal_by_role_or_by_name(layer):
    assert personal_columns(layer) == ("detenteur", "telephone")


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_written_and_counted_without_persons(layer, tmp_path, suffix):
    before = codes(export_losses(layer, ExportChoice(suffix)))
    done = export_layer(layer, ExportChoice(suffix), tmp_path / f"sortie{suffix}", "Parcelles")
    assert done.rows == 4
    assert "export.personal-left-out" in before
    assert before <= codes(done.problems)
    if suffix != ".dxf":
        names = read_layer(done.path).table.names
        assert not {"detenteur", "telephone"} & set(names)


def test_persons_are_taken_when_asked_for(layer, tmp_path):
    choice = ExportChoice(".gpkg", with_personal=True)
    assert "export.personal-left-out" not in codes(export_losses(layer, choice))
    done = export_layer(layer, choice, tmp_path / "a.gpkg", "Parcelles")
    assert "telephone" in read_layer(done.path).table.names


def test_a_shapefile_says_its_names_before(layer):
    found = export_losses(layer, ExportChoice(".shp"))
    (renamed,) = [problem for problem in found if problem.code == "write.renamed"]
    assert "surface_de_plancher → surface_de" in renamed.params["names"]


def test_rows_and_system_are_those_asked_for(layer, tmp_path):
    choice = ExportChoice(".gpkg", Crs("EPSG:32629"), np.array([0, 2]))
    (moved,) = [p for p in export_losses(layer, choice) if p.code == "export.other-system"]
    assert moved.params == {"crs": "EPSG:32629", "accuracy": 7.0}
    done = export_layer(layer, choice, tmp_path / "a.gpkg", "Parcelles")
    table = read_layer(done.path).table
    assert table.crs.id == "EPSG:32629"
    assert table.strings("titre").tolist() == ["T.1/C", None]


def test_nothing_is_not_exported(layer):
    with pytest.raises(EmptyInput, match="nothing"):
        export_losses(layer, ExportChoice(".gpkg", ids=np.array([99])))
    with pytest.raises(LayerWriteError, match="unknown-format"):
        export_losses(layer, ExportChoice(".docx"))


def test_a_table_has_nothing_to_draw(layer):
    table = FeatureTable.from_columns({"a": [1, 2]})
    flat = VectorLayer("t", Title.plain("t"), table)
    with pytest.raises(LayerWriteError, match="no-geometry"):
        export_losses(flat, ExportChoice(".dxf"))
