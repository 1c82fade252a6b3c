"""Writing: what is read back is what was written, what a format loses is listed, old files stay."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerWriteError, OutputError
from emadina_gis.io.atomic import remove_stale, replacing, write_bytes, write_text
from emadina_gis.io.losses import losses
from emadina_gis.io.vector import read_layer
from emadina_gis.io.write import WRITABLE, write_layer
from tests.unit.io.projects import parcels_table

SPATIAL = [suffix for suffix in WRITABLE if suffix not in {".csv", ".xlsx", ".dxf"}]


@pytest.fixture
def table():
    return parcels_table(50)


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _codes(problems):
    return {problem.code for problem in problems}


@pytest.mark.parametrize("suffix", SPATIAL)
def test_rows_geometry_and_texts_come_back(table, suffix, tmp_path):
    path = tmp_path / f"couche é{suffix}"
    write_layer(table, path, layer="parcelles")
    result = read_layer(path)
    assert result.table.row_count == table.row_count
    assert list(result.table.strings("titre")) == list(table.strings("titre"))
    back = result.table.to_crs(MERCHICH_NORTH)
    assert back.areas.sum() == pytest.approx(table.areas.sum(), rel=1e-4)
    assert np.isnan(back.bounds[1]).all()
    assert list(tmp_path.glob(".~*")) == []


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".fgb"])
def test_values_types_and_missing_ones_come_back_exactly(table, suffix, tmp_path):
    path = tmp_path / f"p{suffix}"
    problems = write_layer(table, path)
    back = read_layer(path).table
    assert back.crs == table.crs
    assert back.names == table.names
    for name in table.names:
        if suffix == ".fgb" and name == "décision":
            assert "write.date-as-text" in _codes(problems)
            continue
        if suffix == ".gpkg" and name == "relevé":
            assert "write.time-as-utc" in _codes(problems)
            continue
        before = table.column(name).arrow.to_pylist()
        assert back.column(name).arrow.to_pylist() == before, name
    assert [c.fingerprint for c in back.geometry] == [c.fingerprint for c in table.geometry]


def test_an_arabic_shapefile_declares_its_encoding(table, tmp_path):
    path = tmp_path / "p.shp"
    problems = write_layer(table, path)
    assert path.with_suffix(".cpg").read_text() == "UTF-8"
    assert {"write.renamed", "write.boolean-as-number", "write.datetime-as-text"} <= _codes(
        problems
    )
    result = read_layer(path)
    assert result.encoding.name == "UTF-8"
    assert result.table.crs == MERCHICH_NORTH
    arabic = result.table.names[1]
    assert result.table.strings(arabic)[0] == table.strings("الاسم")[0]


def test_truncated_names_stay_different(tmp_path):
    names = [f"population_{year}" for year in (2004, 2014, 2024)]
    table = FeatureTable.from_columns(
        {name: [1] for name in names}, np.array([shapely.Point(0, 0)]), crs=MERCHICH_NORTH
    )
    write_layer(table, tmp_path / "p.shp")
    back = read_layer(tmp_path / "p.shp").table
    assert len(set(back.names)) == 3
    assert all(len(name) <= 10 for name in back.names)


def test_what_a_shapefile_cannot_hold_is_listed_before_writing():
    table = FeatureTable.from_columns(
        {"n": pa.array([2**60, 1]), "t": ["é" * 200, "b"], "N": [1, 2]},
        np.array([shapely.Point(0, 0), shapely.Point(1, 1)]),
    )
    codes = _codes(losses(table, ".shp"))
    assert codes == {"write.integer-as-text", "write.text-cut", "write.renamed"}
    assert losses(table, ".parquet") == ()


def test_mixed_geometry_goes_into_a_geopackage_and_not_into_a_shapefile(tmp_path):
    shapes = np.array([shapely.Point(0, 0), shapely.box(0, 0, 1, 1), None], dtype=object)
    table = FeatureTable.from_columns({"a": [1, 2, 3]}, shapes, crs=MERCHICH_NORTH)
    with pytest.raises(LayerWriteError) as caught:
        write_layer(table, tmp_path / "p.shp")
    assert caught.value.code == "write.mixed-geometry"
    write_layer(table, tmp_path / "p.gpkg")
    assert read_layer(tmp_path / "p.gpkg").table.geometry[0].fingerprint == (
        table.geometry[0].fingerprint
    )
    assert _names(tmp_path) == ["p.gpkg"]


def test_geojson_is_in_longitude_and_latitude(table, tmp_path):
    path = tmp_path / "p.geojson"
    write_layer(table, path)
    tree = json.loads(path.read_text("utf-8"))
    assert "crs" not in tree
    assert read_layer(path).table.crs == WGS84
    with pytest.raises(LayerWriteError) as caught:
        write_layer(table.assign_crs(UNKNOWN), path)
    assert caught.value.code == "write.crs-needed"


def test_csv_has_points_as_columns_and_quotes_formulas(tmp_path):
    table = FeatureTable.from_columns(
        {"nom": ["=1+1", "عين", None], "n": pa.array([-1.5, None, 2e-7])},
        np.array([shapely.Point(1.25, 2), shapely.Point(3, 4), None], dtype=object),
        crs=MERCHICH_NORTH,
    )
    path = tmp_path / "p.csv"
    assert _codes(write_layer(table, path)) == {"write.formula-quoted", "write.crs-not-stored"}
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    assert rows[0] == ["nom", "n", "x", "y"]
    assert rows[1:] == [
        ["'=1+1", "-1.5", "1.25", "2.0"],
        ["عين", "", "3.0", "4.0"],
        ["", "2e-07", "", ""],
    ]


def test_polygons_in_csv_are_wkt_and_come_back(table, tmp_path):
    path = tmp_path / "p.csv"
    write_layer(table, path)
    back = read_layer(path, crs=MERCHICH_NORTH)
    assert back.table.areas.sum() == pytest.approx(table.areas.sum())
    assert list(back.table.column("étages").arrow.to_pylist()) == (
        table.column("étages").arrow.to_pylist()
    )


def test_a_workbook_never_holds_a_formula(tmp_path):
    import openpyxl

    table = FeatureTable.from_columns({"nom": ["=1+1", "عين\x07"], "n": pa.array([1, None])})
    path = tmp_path / "p.xlsx"
    assert _codes(write_layer(table, path)) == {"write.control-characters"}
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.data_type for cell in sheet["A"]] == ["s", "s", "s"]
    assert read_layer(path).table.column("n").arrow.to_pylist() == [1, None]


def test_a_drawing_comes_back_as_boundaries(table, tmp_path):
    path = tmp_path / "p.dxf"
    problems = write_layer(table, path)
    assert "write.dxf-crs" in _codes(problems)
    back = read_layer(path)
    assert set(back.geometry_types) == {"MultiPolygon", "Polygon"}
    assert back.crs.crs == MERCHICH_NORTH


@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
            ),
            st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
            st.one_of(st.none(), st.booleans()),
        ),
        max_size=12,
    )
)
def test_any_table_survives_a_geoparquet(rows):
    import tempfile

    columns = {
        "t": pa.array([row[0] for row in rows], pa.string()),
        "i": pa.array([row[1] for row in rows], pa.int64()),
        "f": pa.array([row[2] for row in rows], pa.float64()),
        "b": pa.array([row[3] for row in rows], pa.bool_()),
    }
    shapes = np.array([shapely.Point(i, i) for i in range(len(rows))], dtype=object)
    table = FeatureTable.from_columns(columns, shapes, crs=MERCHICH_NORTH)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.parquet"
        write_layer(table, path)
        back = read_layer(path).table
    for name in columns:
        assert back.column(name).arrow.to_pylist() == table.column(name).arrow.to_pylist()


# --- targets --------------------------------------------------------------------------------------


def test_an_input_is_never_a_target(table, tmp_path):
    path = tmp_path / "p.gpkg"
    write_layer(table, path)
    before = path.read_bytes()
    with pytest.raises(OutputError) as caught:
        write_layer(table, path, inputs=[path])
    assert caught.value.code == "output.is-input"
    with pytest.raises(OutputError) as caught:
        write_layer(table, path, overwrite=False)
    assert caught.value.code == "output.exists"
    assert path.read_bytes() == before


def test_an_unknown_ending_names_the_known_ones(table, tmp_path):
    with pytest.raises(LayerWriteError) as caught:
        write_layer(table, tmp_path / "p.dwg")
    assert ".gpkg" in caught.value.params["formats"]


def test_a_missing_folder_is_said(table, tmp_path):
    with pytest.raises(OutputError) as caught:
        write_layer(table, tmp_path / "none" / "p.gpkg")
    assert caught.value.code == "output.no-folder"


@pytest.mark.parametrize("suffix", WRITABLE)
def test_a_failed_write_keeps_the_old_file(table, suffix, tmp_path, monkeypatch):
    path = tmp_path / f"p{suffix}"
    write_layer(table, path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    monkeypatch.setattr("emadina_gis.io.write._verify", _raise_full)
    with pytest.raises(OutputError):
        write_layer(table, path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def _raise_full(*_):
    raise OSError(28, "No space left on device")


def test_a_replaced_shapefile_loses_its_old_indexes(table, tmp_path):
    path = tmp_path / "p.shp"
    write_layer(table, path)
    path.with_suffix(".sbn").write_bytes(b"old")
    write_layer(table.assign_crs(UNKNOWN), path)
    assert not path.with_suffix(".sbn").exists()
    assert not path.with_suffix(".prj").exists()


# --- whole files or none --------------------------------------------------------------------------


def _half_written(path):
    with replacing(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError


def test_bytes_are_replaced_whole(tmp_path):
    path = tmp_path / "a.bin"
    write_bytes(path, b"1" * 1_000_000)
    write_text(path, "é")
    assert path.read_bytes() == b"\xc3\xa9"
    assert _names(tmp_path) == ["a.bin"]


def test_an_error_inside_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(ZeroDivisionError):
        _half_written(path)
    assert path.read_text() == "old"
    assert _names(tmp_path) == ["a.txt"]


def test_a_folder_in_the_way_is_said(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError) as caught:
        write_text(tmp_path / "a.txt", "x")
    assert caught.value.code == "output.is-folder"


def test_leftovers_of_killed_processes_are_removed_after_a_day(tmp_path):
    old = tmp_path / ".~a-1.txt"
    old.write_text("x")
    new = tmp_path / ".~b-1.txt"
    new.write_text("x")
    os.utime(old, (0, 0))
    assert remove_stale(tmp_path) == 1
    assert new.exists()


def test_the_mode_of_the_old_file_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0o640)
    write_text(path, "y")
    assert path.stat().st_mode & 0o777 == 0o640
