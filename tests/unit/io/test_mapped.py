"""What was read comes back equal from its file, and a damaged file is refused, never trusted."""

from __future__ import annotations

import gc
import json
import os
import stat
import struct
import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emadina_gis.domain.column import Column, ColumnChunk, column_of
from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.geometry import GeometryChunk, chunks_from_shapely
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import array_file
from emadina_gis.io.description import ReadResult
from emadina_gis.io.mapped import map_reading, write_reading
from tests.unit.io.readings import READINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROWS = 30
_CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def reading() -> ReadResult:
    squares = shapely.box(np.arange(_ROWS), 0, np.arange(_ROWS) + 1, 1)
    squares[3] = None
    squares[4] = shapely.Point(1, 2)
    squares[5] = shapely.LineString([(0, 0), (1, 1)])
    names = [None if row % 7 == 0 else f"حي {row}" for row in range(_ROWS)]
    columns = {"name": column_of(names, size=10), "area": column_of(np.arange(30.0), size=7)}
    ids = np.arange(_ROWS, dtype=np.int64)
    table = FeatureTable(columns, ids, chunks_from_shapely(squares, 10), MERCHICH_NORTH)
    problem = Problem("geometry.missing", Severity.WARNING, "lots", 1, {"rows": (3,)})
    return ReadResult("lots", table, (problem,), format="GPKG", declared_count=30)


@pytest.fixture
def file(tmp_path: Path, reading: ReadResult) -> Path:
    path = tmp_path / "reading"
    write_reading(reading, path)
    return path


def _same(found: ReadResult, wanted: ReadResult) -> None:
    """Compare by what is in the arrays, not by fingerprints that came along."""
    for field in fields(ReadResult):
        if field.name != "table":
            assert getattr(found, field.name) == getattr(wanted, field.name)
    assert _unhashed(found.table).fingerprint == _unhashed(wanted.table).fingerprint


def _unhashed(table: FeatureTable) -> FeatureTable:
    columns = {
        name: Column(tuple(ColumnChunk(chunk.values) for chunk in column.chunks), column.type)
        for name, column in table.columns.items()
    }
    chunks = table.geometry
    if chunks is not None:
        chunks = tuple(chunk.with_xy(chunk.xy) for chunk in chunks)
    return replace(table, columns=columns, geometry=chunks)


# --- round trip ----------------------------------------------------------------------------------


@_CALM
@given(READINGS, st.booleans())
def test_any_reading_comes_back_equal(result: ReadResult, fingerprints: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reading"
        write_reading(result, path, fingerprints=fingerprints)
        found = map_reading(path)
        _same(found, result)
        assert found == result
        for mine, theirs in zip(
            found.table.geometry or (), result.table.geometry or (), strict=True
        ):
            np.testing.assert_array_equal(mine.bounds, theirs.bounds)
        del found
        gc.collect()


def test_slices_of_larger_arrays_come_back(tmp_path: Path, reading: ReadResult) -> None:
    texts = pa.array(["x" * 50, None, "é", "", None, "abc"])
    flags = pa.array([True, None, False, True, None, False])
    columns = {
        "t": Column((ColumnChunk(texts.slice(1, 2)), ColumnChunk(texts.slice(3))), pa.string()),
        "b": Column((ColumnChunk(flags.slice(1, 5)),), pa.bool_()),
    }
    table = FeatureTable(columns, np.arange(5, dtype=np.int64))
    write_reading(replace(reading, table=table), tmp_path / "slices")
    found = map_reading(tmp_path / "slices").table
    assert found == table
    assert found.column("t").arrow.to_pylist() == [None, "é", "", None, "abc"]


def test_fingerprints_and_bounds_are_kept_where_they_are_known(
    tmp_path: Path, reading: ReadResult
) -> None:
    path = tmp_path / "reading"
    write_reading(reading, path)
    chunk = (map_reading(path).table.geometry or ())[0]
    assert not {"bounds", "fingerprint"} & set(vars(chunk))
    assert reading.table.extent is not None
    write_reading(reading, path.with_suffix(".2"), fingerprints=True)
    found = map_reading(path.with_suffix(".2")).table
    assert {"bounds", "fingerprint"} <= set(vars((found.geometry or ())[0]))
    assert found.column("name").chunks[0].known_fingerprint
    _same(replace(reading, table=found), reading)


def test_the_arrays_are_the_pages_of_the_file(file: Path) -> None:
    found = map_reading(file)
    before = pa.total_allocated_bytes()
    again = map_reading(file)
    assert pa.total_allocated_bytes() == before
    chunk = (again.table.geometry or ())[0]
    assert not chunk.xy.flags.owndata
    assert not chunk.xy.flags.writeable
    assert chunk.xy.ctypes.data % array_file.ALIGNMENT == 0
    with pytest.raises(ValueError, match="read-only"):
        chunk.xy[0, 0] = 1.0
    assert found == again


@pytest.mark.skipif(os.name == "nt", reason="a mapped file cannot be removed on Windows")
def test_arrays_outlive_the_reading_and_the_file(file: Path, reading: ReadResult) -> None:
    chunk = (map_reading(file).table.geometry or ())[1]
    texts = map_reading(file).table.column("name").chunks[1].values
    file.unlink()
    gc.collect()
    np.testing.assert_array_equal(chunk.xy, (reading.table.geometry or ())[1].xy)
    assert texts.to_pylist() == reading.table.column("name").chunks[1].values.to_pylist()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_person_can_read_the_file(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


# --- damage --------------------------------------------------------------------------------------


def _refused_or_equal(path: Path, reading: ReadResult) -> bool:
    """Whether a file was refused; where it was not, what it gives is equal."""
    try:
        found = map_reading(path)
    except LayerReadError:
        return True
    _same(found, reading)
    return False


def _header_bytes(content: bytes) -> Iterator[int]:
    start, length = struct.unpack_from("<QQ", content, 8)
    yield from range(array_file.ALIGNMENT)
    yield from range(start, start + length)


def test_no_flipped_byte_of_the_header_is_believed(
    tmp_path: Path, file: Path, reading: ReadResult
) -> None:
    content = file.read_bytes()
    path = tmp_path / "damaged"
    believed = 0
    for place in _header_bytes(content):
        damaged = bytearray(content)
        damaged[place] ^= 0x5A
        path.write_bytes(damaged)
        believed += not _refused_or_equal(path, reading)
    assert believed <= array_file.ALIGNMENT - 56  # the padding of the prologue says nothing


def test_no_shortened_file_is_believed(tmp_path: Path, file: Path, reading: ReadResult) -> None:
    content = file.read_bytes()
    path = tmp_path / "short"
    for length in {*range(0, len(content), 7), len(content) - 1}:
        path.write_bytes(content[:length])
        assert _refused_or_equal(path, reading)
    path.write_bytes(content + b"\0")
    assert _refused_or_equal(path, reading)


def test_a_changed_byte_of_the_arrays_is_found_on_demand(
    tmp_path: Path, file: Path, reading: ReadResult
) -> None:
    content = file.read_bytes()
    end = struct.unpack_from("<Q", content, 8)[0]
    path = tmp_path / "damaged"
    _same(map_reading(file, verify=True), reading)
    for place in range(array_file.ALIGNMENT, end, 13):
        damaged = bytearray(content)
        damaged[place] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(LayerReadError):
            map_reading(path, verify=True)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, reading: ReadResult) -> None:
    assert _refused_or_equal(tmp_path / "nothing", reading)
    assert _refused_or_equal(tmp_path, reading)


def _forged(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Write another header, with a checksum that fits: as an attacker would."""
    content = file.read_bytes()
    start, length = struct.unpack_from("<QQ", content, 8)
    tree = json.loads(content[start : start + length])
    change(tree)
    header = json.dumps(tree).encode()
    file.write_bytes(content[:start] + header)
    with file.open("rb+") as opened:
        opened.write(array_file.prologue(start, header, 0))


def _set(*path_and_value: Any) -> Callable[[dict[str, Any]], None]:
    *path, last, value = path_and_value

    def change(tree: Any) -> None:
        for step in path:
            tree = tree[step]
        tree[last] = value

    return change


_CHUNK = ("table", "geometry", 0)
_TEXTS = ("table", "columns", 0, 2, 0)


@pytest.mark.parametrize(
    "change",
    [
        _set("table", "rows", 31),
        _set("table", "rows", -1),
        _set("table", "rows", 2**62),
        _set("table", "crs", 26191),
        _set("table", "columns", 0, 1, "float64"),
        _set("table", "columns", 0, 1, "object"),
        _set("table", "columns", 0, 1, "timestamp[years]"),
        _set("table", "columns", 1, 0, "name"),
        _set("table", "columns", [[]]),
        _set("table", "geometry", None),
        _set("table", []),
        _set("name", None),
        _set("problems", [{"code": 1}]),
        _set("problems", 0, "severity", "fatal"),
        _set("problems", 0, "params", {"rows": [3]}),
        _set("encoding", "confidence", "1"),
        _set("__class__", "os.system"),
        *(
            _set(*_CHUNK, place, value)
            for place in range(6)
            for value in (0, 1, 11, 2**40, -1, 1.5)
        ),
        *(_set(*_TEXTS, place, value) for place in range(3) for value in (0, 9, 11, 2**40, -3)),
    ],
)
def test_a_forged_header_is_refused(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    _forged(file, change)
    try:
        found = map_reading(file)
    except LayerReadError as error:
        assert error.code == "layer.exchange-damaged"  # noqa: PT017 a forgery may say the same
        return
    assert found.table.row_count == 30  # it says the same in other words


def test_a_header_nested_without_end_is_refused(file: Path, reading: ReadResult) -> None:
    content = file.read_bytes()
    start = struct.unpack_from("<Q", content, 8)[0]
    header = b"[" * 200_000
    file.write_bytes(
        array_file.prologue(start, header, 0).ljust(64, b"\0") + content[64:start] + header
    )
    assert _refused_or_equal(file, reading)


def test_offsets_that_lead_outside_are_refused(tmp_path: Path, reading: ReadResult) -> None:
    chunks = reading.table.geometry or ()
    for name in ("part_offsets", "ring_offsets", "coord_offsets"):
        for value in (-1, 10**6):
            wrong = getattr(chunks[0], name).copy()
            wrong[1] = value
            bad = replace(chunks[0], **{name: wrong})
            _assert_chunk_refused(tmp_path, reading, bad)


def test_kinds_that_do_not_fit_are_refused(tmp_path: Path, reading: ReadResult) -> None:
    chunk = (reading.table.geometry or ())[0]
    for row, kind in ((0, 1), (0, 2), (0, 9), (3, 3), (0, 0)):
        kinds = chunk.kinds.copy()
        kinds[row] = kind
        bad = replace(chunk, kinds=kinds)
        if (row, kind) in {(0, 2), (3, 3)}:  # a ring may be a line; a polygon may have no part
            continue
        _assert_chunk_refused(tmp_path, reading, bad)


def _assert_chunk_refused(folder: Path, reading: ReadResult, chunk: GeometryChunk) -> None:
    others = (reading.table.geometry or ())[1:]
    table = replace(reading.table, geometry=(chunk, *others))
    path = folder / "bad"
    write_reading(replace(reading, table=table), path)
    with pytest.raises(LayerReadError):
        map_reading(path)


def test_texts_that_are_no_texts_are_refused(tmp_path: Path, reading: ReadResult) -> None:
    raw = pa.array([b"\xff\xfe", b"ok"], pa.binary())
    texts = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    column = Column((ColumnChunk(texts),), pa.string())
    table = FeatureTable({"t": column}, np.arange(2, dtype=np.int64))
    write_reading(replace(reading, table=table), tmp_path / "texts")
    with pytest.raises(LayerReadError):
        map_reading(tmp_path / "texts")
