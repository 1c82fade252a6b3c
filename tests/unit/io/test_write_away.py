"""Layers written in another process: the same files and the same findings, and nothing is left."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import JobCancelled, LayerWriteError, OutputError
from emadina_gis.io import write_away
from emadina_gis.io.vector import read_layer
from emadina_gis.io.worker import folders
from emadina_gis.io.write import write_layer
from emadina_gis.io.write_away import NotAway, write_layer_away
from emadina_gis.progress import Context

COUNT = 3_000


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Give the process a room of its own to write in."""
    monkeypatch.setenv("EMADINA_HOME", str(tmp_path / "home"))


@pytest.fixture
def table():
    side = np.arange(COUNT)
    x, y = 296_000.0 + 15.0 * (side % 60), 330_000.0 + 25.0 * (side // 60)
    columns = {
        "un_nom_qui_est_long": [f"T.{number}/C" for number in side],
        "value": np.where(side % 7, side / 3, np.nan),
    }
    return FeatureTable.from_columns(columns, shapely.box(x, y, x + 12, y + 20), crs=MERCHICH_NORTH)


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_the_file_and_the_findings_are_those_of_writing_here(table, tmp_path, suffix):
    here, away = tmp_path / f"here{suffix}", tmp_path / f"away{suffix}"
    said = write_layer(table, here, layer="lots")
    assert codes(write_layer_away(table, away, layer="lots")) == codes(said)
    beside = {path.suffix for path in tmp_path.glob("here.*")}
    assert {path.suffix for path in tmp_path.glob("away.*")} == beside
    first, second = read_layer(here).table, read_layer(away).table
    assert first.names == second.names
    assert [chunk.fingerprint for chunk in first.geometry] == [
        chunk.fingerprint for chunk in second.geometry
    ]


def test_the_layer_is_moved_into_another_system_there(table, tmp_path):
    write_layer_away(table, tmp_path / "utm.gpkg", crs=Crs("EPSG:32629"))
    assert read_layer(tmp_path / "utm.gpkg").table.crs.id == "EPSG:32629"


def test_a_refusal_names_the_target_and_leaves_it_as_it_was(table, tmp_path):
    target = tmp_path / "lots.kml"
    target.write_text("before")
    unplaced = FeatureTable(table.columns, table.ids, table.geometry)
    with pytest.raises(LayerWriteError) as refused:
        write_layer_away(unplaced, target)
    assert refused.value.code == "write.crs-needed"
    assert target.read_text() == "before"
    with pytest.raises(OutputError) as missing:
        write_layer_away(table, tmp_path / "nowhere" / "lots.gpkg")
    assert missing.value.code == "output.no-folder"


def test_a_cancel_leaves_neither_the_file_nor_the_room(table, tmp_path):
    class Impatient(Context):
        def report(self, fraction, phase=""):
            self.cancel()
            super().report(fraction, phase)

    with pytest.raises(JobCancelled):
        write_layer_away(table, tmp_path / "lots.gpkg", ctx=Impatient())
    assert not list(tmp_path.glob("*lots*"))
    assert not list(folders._room().iterdir())


def test_a_process_that_cannot_be_had_is_no_error_of_the_layer(table, tmp_path, monkeypatch):
    monkeypatch.setattr(write_away, "command", lambda: [str(tmp_path / "nothing")])
    with pytest.raises(NotAway):
        write_layer_away(table, tmp_path / "lots.gpkg")
