"""Tables: columns, missing values, sharing, row ids, geometry."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emadina_gis.domain.column import arrow_array, column_of
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84
from emadina_gis.domain.geometry import CHUNK_ROWS, Kind
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import MissingCrs, SchemaError
from tests.builders import lots, parcel_table

ROOT = Path(__file__).resolve().parents[3]
texts = st.lists(st.none() | st.text(max_size=5), max_size=30)
numbers = hnp.arrays(
    np.float64, st.integers(0, 40), elements=st.floats(allow_infinity=False, width=32)
)


@given(texts)
def test_texts_come_back_as_they_were(values):
    column = column_of(pa.array(values, pa.string()), size=7)
    assert column.strings.tolist() == values
    assert column.missing_count == values.count(None)
    codes, distinct = column.coded
    assert distinct == sorted(set(values) - {None})
    assert [None if code < 0 else distinct[code] for code in codes.tolist()] == values


@given(numbers)
def test_numbers_come_back_and_nan_is_missing(values):
    for made in (column_of(values, size=7), column_of(pa.array(values), size=7)):
        assert np.array_equal(made.numbers, values, equal_nan=True)
        assert made.missing_count == int(np.isnan(values).sum())
        codes, distinct = made.coded
        assert (codes == -1).tolist() == np.isnan(values).tolist()
        assert not any(np.isnan(value) for value in distinct)


@given(texts, st.data())
def test_values_are_put_where_they_were_asked_and_nowhere_else(values, data):
    column = column_of(pa.array(values, pa.string()), size=5)
    rows = data.draw(st.lists(st.integers(0, max(len(values) - 1, 0)), unique=True, max_size=6))
    rows = [row for row in rows if row < len(values)]
    changed = column.with_values(
        np.array(rows, dtype=np.intp), pa.array(["!"] * len(rows), pa.string())
    )
    expected = ["!" if row in rows else value for row, value in enumerate(values)]
    assert changed.strings.tolist() == expected
    touched = {row // 5 for row in rows}
    for index, (old, new) in enumerate(zip(column.chunks, changed.chunks, strict=True)):
        assert (old is new) == (index not in touched)


@given(texts, texts)
def test_fingerprints_agree_with_equality(a, b):
    one, two = (column_of(pa.array(v, pa.string())) for v in (a, b))
    assert (one.fingerprint == two.fingerprint) == (a == b)


def test_fingerprints_see_types_and_what_lies_under_nulls_not():
    assert column_of([1, 2]).fingerprint != column_of([1.0, 2.0]).fingerprint
    masked = pa.Array.from_buffers(
        pa.float64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(np.array([1.0, 9.0]))]
    )
    assert column_of(masked).fingerprint == column_of([1.0, None]).fingerprint
    sliced = pa.array(["x", "a", None, "b"])[1:]
    assert column_of(sliced).fingerprint == column_of(["a", None, "b"]).fingerprint
    assert column_of([True, None]).fingerprint != column_of([False, None]).fingerprint


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([1, 2], pa.int8()), pa.int64()),
        (pa.array([1, 2], pa.uint64()), pa.float64()),
        (pa.array([1.5], pa.float32()), pa.float64()),
        (pa.array(["a", "b"]).dictionary_encode(), pa.string()),
        (pa.array(["a"], pa.large_string()), pa.string()),
        (pa.array([[1], None]), pa.string()),
        (pa.array([b"x"]), pa.string()),
        (pa.array([dt.time(1, 2)]), pa.string()),
        (pa.array([dt.date(2024, 1, 2)], pa.date64()), pa.date32()),
        (pa.array([dt.datetime(2024, 1, 2)], pa.timestamp("ns")), pa.timestamp("us")),
        (pa.chunked_array([[1], [2]]), pa.int64()),
        ([True, None], pa.bool_()),
    ],
)
def test_arrow_types_become_ours(values, kind):
    assert arrow_array(values).type == kind


def test_numbers_are_found_in_texts():
    column = column_of(["1", " 2,5 ", "x", "", None, "-3e2", "1 2"])
    assert np.array_equal(
        column.numbers, [1, 2.5, np.nan, np.nan, np.nan, -300, np.nan], equal_nan=True
    )


def test_truth_and_dates_as_numbers_and_texts():
    assert np.array_equal(column_of([True, None, False]).numbers, [1, np.nan, 0], equal_nan=True)
    dates = column_of([dt.date(2024, 1, 2), None])
    assert np.isnan(dates.numbers).all()
    assert dates.strings.tolist() == ["2024-01-02", None]
    assert dates.fingerprint != column_of([dt.date(2024, 1, 3), None]).fingerprint


def test_columns_must_be_of_one_length():
    with pytest.raises(SchemaError) as refused:
        FeatureTable.from_columns({"a": [1, 2], "b": [1]})
    assert refused.value.code == "table.lengths"
    with pytest.raises(SchemaError):
        FeatureTable.from_columns({"a": [1, 2]}, lots(3))
    with pytest.raises(SchemaError):
        parcel_table(2).column("nope")


def test_an_empty_table_is_a_table():
    for table in (
        FeatureTable.from_columns({}),
        FeatureTable.from_columns({"a": []}, np.array([], dtype=object), crs=MERCHICH_NORTH),
        parcel_table(4).take(np.zeros(0, dtype=np.intp)),
    ):
        assert table.row_count == 0
        assert table.extent is None
        assert table.main_kind is Kind.NONE
        assert table.bounds.shape == (0, 4)
        assert table.areas.tolist() == []
        assert len(table.shapes()) == 0
        assert table.fingerprint
        assert table.rows_of_ids(np.array([1])).tolist() == []
        assert table.to_crs(MERCHICH_NORTH).row_count == 0


def test_the_rows_of_a_selection_are_found_once_while_it_lives():
    table = parcel_table(12_000)
    selection = table.ids[1_000:].copy()
    selection.flags.writeable = False
    rows = table.rows_of_ids(selection)
    assert table.rows_of_ids(selection) is rows
    assert table.rows_of_ids(selection.copy()).tolist() == rows.tolist()
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 7  # another one who asks would find it
    selection = selection[5:]  # the ids go, and with them the rows
    assert table.rows_of_ids(selection).tolist() == list(range(1_005, 12_000))


def test_row_ids_survive_and_find_their_rows():
    table = parcel_table(50)
    taken = table.take(np.array([40, 3, 17]))
    assert taken.ids.tolist() == [40, 3, 17]
    assert taken.rows_of_ids(np.array([17, 99, 40, -5])).tolist() == [2, 0]
    assert taken.strings("parcel_id").tolist() == table.strings("parcel_id")[[40, 3, 17]].tolist()
    assert shapely.equals(taken.shapes(), table.shapes()[[40, 3, 17]]).all()


def test_an_edit_shares_all_other_chunks():
    table = parcel_table(2 * CHUNK_ROWS + 10)
    edited = table.with_values("area_m2", np.array([CHUNK_ROWS + 1]), 7.0)
    old, new = table.columns["area_m2"].chunks, edited.columns["area_m2"].chunks
    assert [a is b for a, b in zip(old, new, strict=True)] == [True, False, True]
    assert edited.columns["sector"] is table.columns["sector"]
    assert edited.geometry is table.geometry
    assert table.numbers("area_m2")[CHUNK_ROWS + 1] == 300.0
    moved = table.with_geometries(
        np.array([5, 2 * CHUNK_ROWS + 3]), np.array([shapely.box(0, 0, 1, 1)] * 2)
    )
    assert [a is b for a, b in zip(table.geometry, moved.geometry, strict=True)] == [
        False, True, False,
    ]  # fmt: skip
    assert moved.areas[[5, 2 * CHUNK_ROWS + 3]].tolist() == [1.0, 1.0]


def test_nobody_writes_into_a_table():
    table = parcel_table(3)
    for array in (table.ids, table.numbers("area_m2"), table.strings("sector"),
                  table.geometry[0].xy, table.geometry[0].bounds):  # fmt: skip
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
    with pytest.raises(TypeError):
        table.columns["x"] = None


def test_the_source_array_stays_the_callers():
    mine = np.array([1.0, 2.0])
    table = FeatureTable.from_columns({"a": mine}, ids=np.array([5, 6]))
    mine[0] = 9.0
    assert table.numbers("a").tolist() == [1.0, 2.0]
    assert table.ids.tolist() == [5, 6]


def test_values_by_scalar_list_and_missing():
    table = parcel_table(4)
    rows = np.array([0, 2])
    assert table.with_values("sector", rows, "A6").strings("sector")[rows].tolist() == ["A6"] * 2
    assert table.with_values("sector", rows, ["X", "Y"]).strings("sector")[2] == "Y"
    assert table.with_values("sector", rows, None).column("sector").missing_count == 2
    assert np.isnan(table.with_values("area_m2", rows, None).numbers("area_m2")[2])
    with pytest.raises(pa.ArrowInvalid):
        table.with_values("area_m2", rows, "large")


def test_columns_come_and_go():
    table = parcel_table(3).with_column("new", [1, 2, 3])
    assert table.names[-1] == "new"
    assert table.without_column("new") == parcel_table(3)
    assert hash(table.without_column("new")) == hash(parcel_table(3))
    assert table != parcel_table(3)
    assert table != 3
    assert table.row(1)["new"] == 2
    with pytest.raises(SchemaError):
        table.without_column("nope")


def test_a_crs_is_declared_or_transformed():
    table = parcel_table(3)
    assert table.assign_crs(UNKNOWN).geometry[0] is table.geometry[0]
    degrees = table.to_crs(WGS84)
    assert -8 < degrees.extent.xmin < -7
    assert 33 < degrees.extent.ymin < 34
    back = degrees.to_crs(MERCHICH_NORTH)
    assert np.allclose(back.bounds, table.bounds, atol=1e-3)
    assert table.to_crs(MERCHICH_NORTH) is table
    with pytest.raises(MissingCrs):
        table.assign_crs(UNKNOWN).to_crs(WGS84)


def test_invalid_geometry_is_explained():
    bowtie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    table = FeatureTable.from_columns({}, np.array([bowtie, None, shapely.box(0, 0, 1, 1)]))
    reasons = table.valid_reasons()
    assert "Self-intersection" in reasons[0]
    assert reasons[1:].tolist() == [None, None]


def test_a_frame_shares_nothing_writable():
    table = parcel_table(3)
    frame = table.to_geodataframe()
    frame.loc[0, "area_m2"] = 1.0
    assert table.numbers("area_m2")[0] == 300.0
    assert frame.crs.to_epsg() == 26191
    assert "geometry" not in FeatureTable.from_columns({"a": [1]}).to_geodataframe()


def test_geometry_needs_geometry():
    with pytest.raises(SchemaError):
        FeatureTable.from_columns({"a": [1]}).with_geometries(np.array([0]), lots(1))
    assert not FeatureTable.from_columns({"a": [1]}).has_geometry
    assert FeatureTable.from_columns({"a": [1]}).shapes(np.array([0])).tolist() == [None]


def test_pandas_is_not_loaded_by_reading_and_its_values_are_taken_all_the_same():
    code = (
        "import sys; from emadina_gis.domain.column import column_of;"
        "assert column_of(['a', None]).strings.tolist() == ['a', None];"
        "assert 'pandas' not in sys.modules; import pandas as pd;"
        "texts = column_of(pd.Series(['x', None]));"
        "times = column_of(pd.Series([pd.Timestamp('2025-01-02'), pd.NaT], dtype=object));"
        "print(texts.missing_count, times.missing_count, texts.arrow.to_pandas().tolist()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["1", "1", "x"]
