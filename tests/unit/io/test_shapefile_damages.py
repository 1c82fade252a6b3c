"""Damaged shapefiles: whatever the damage, rows read and rows told are the rows declared."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emadina_gis.errors import LayerReadError
from emadina_gis.io.description import ReadResult
from emadina_gis.io.vector import read_layer
from tests.unit.io.shapefiles import ShapefileParts, dbf_of, point, shapefile_of, square

COUNT = 40
WHOLE = shapefile_of([square(number) for number in range(COUNT)])
_REFUSALS = {"layer.not-geodata", "layer.empty-file", "layer.missing-file"}
RECORD = 8 + len(square(0))


def _codes(result: ReadResult) -> dict[str, int]:
    return {problem.code: problem.count for problem in result.problems if problem.code[:3] != "crs"}


def _kept(result: ReadResult) -> list[tuple[int, str]]:
    """Return (kind of geometry, name) of each row."""
    return list(zip(result.table.kinds.tolist(), result.table.strings("NOM"), strict=True))


def _is_balanced(result: ReadResult) -> bool:
    told = sum(problem.count for problem in result.problems)
    declared = result.declared_count
    return declared is None or result.table.row_count + told >= declared


def _changed(content: bytes, position: int, new: bytes) -> bytes:
    return content[:position] + new + content[position + len(new) :]


def _read(parts: ShapefileParts) -> ReadResult:
    with tempfile.TemporaryDirectory() as folder:
        return read_layer(parts.write(Path(folder)))


def test_a_whole_one_has_no_finding() -> None:
    result = _read(WHOLE)
    assert _codes(result) == {}
    assert _kept(result) == [(3, f"lot {number}") for number in range(1, COUNT + 1)]


@given(st.sampled_from(["shp", "shx", "dbf"]), st.floats(0, 1))
def test_truncated_at_any_byte(part: str, share: float) -> None:
    content = getattr(WHOLE, part)
    parts = ShapefileParts(WHOLE.shp, WHOLE.shx, WHOLE.dbf)
    setattr(parts, part, content[: int(share * len(content))])
    try:
        result = _read(parts)
    except LayerReadError as error:
        if part != "shp" or error.code not in _REFUSALS:
            pytest.fail(error.code)
        return
    assert _is_balanced(result)
    assert result.table.row_count == COUNT
    shapes = sum(1 for kind, _ in _kept(result) if kind == 3) if part != "dbf" else COUNT
    assert shapes == (_whole_records(len(parts.shp)) if part == "shp" else COUNT)


def _whole_records(size: int) -> int:
    return max(size - 100, 0) // RECORD


@given(st.integers(100, len(WHOLE.shp) - 5), st.binary(min_size=1, max_size=4))
def test_any_byte_of_the_records_changed(position: int, new: bytes) -> None:
    result = _read(ShapefileParts(_changed(WHOLE.shp, position, new), WHOLE.shx, WHOLE.dbf))
    assert _is_balanced(result)
    assert [name for _, name in _kept(result)] == [f"lot {n}" for n in range(1, COUNT + 1)]
    assert sum(1 for kind, _ in _kept(result) if kind == 0) <= 2


@given(st.integers(0, len(WHOLE.shx) - 5), st.binary(min_size=1, max_size=4))
def test_any_byte_of_the_index_changed(position: int, new: bytes) -> None:
    result = _read(ShapefileParts(WHOLE.shp, _changed(WHOLE.shx, position, new), WHOLE.dbf))
    assert _is_balanced(result)
    assert _kept(result) == [(3, f"lot {number}") for number in range(1, COUNT + 1)]


@given(st.integers(0, len(WHOLE.dbf) - 5), st.binary(min_size=1, max_size=4))
@example(position=32, new=b"\x01\xd4")
def test_any_byte_of_the_table_changed(position: int, new: bytes) -> None:
    try:
        result = _read(ShapefileParts(WHOLE.shp, WHOLE.shx, _changed(WHOLE.dbf, position, new)))
    except LayerReadError:
        pytest.fail("the shapes are whole")
    assert _is_balanced(result)
    assert (result.table.kinds == 3).sum() >= COUNT - 1


@given(st.data())
def test_without_an_index_the_records_after_a_damage_are_found(data: st.DataObject) -> None:
    hit = data.draw(st.integers(0, COUNT - 2))
    place = 100 + hit * RECORD + 4
    shp = _changed(WHOLE.shp, place, data.draw(st.binary(min_size=4, max_size=4)))
    result = _read(ShapefileParts(shp, b"", WHOLE.dbf))
    rows = _kept(result)
    assert len(rows) == COUNT
    assert all(row == (3, f"lot {n}") for n, row in enumerate(rows, 1) if n != hit + 1)
    assert _is_balanced(result)


def test_wrong_record_numbers_do_not_move_rows() -> None:
    shp = WHOLE.shp
    for number in range(COUNT):
        shp = _changed(shp, 100 + number * RECORD, struct.pack(">i", 7))
    for shx in (WHOLE.shx, b""):
        assert _kept(_read(ShapefileParts(shp, shx, WHOLE.dbf)))[5] == (3, "lot 6")


def test_a_wrong_length_in_the_header_changes_nothing() -> None:
    for length in (0, 50, 2**30, -5):
        parts = ShapefileParts(
            _changed(WHOLE.shp, 24, struct.pack(">i", length)), WHOLE.shx, WHOLE.dbf
        )
        assert len(_kept(_read(parts))) == COUNT


def test_a_header_that_is_lost_is_taken_from_the_index() -> None:
    result = _read(ShapefileParts(b"\0" * 100 + WHOLE.shp[100:], WHOLE.shx, WHOLE.dbf))
    assert _codes(result) == {"shapefile.header-mended": 1}
    assert len(_kept(result)) == COUNT


def test_an_index_that_points_to_the_wrong_records_is_mended() -> None:
    shx = _changed(WHOLE.shx, 100 + 8 * 3, struct.pack(">ii", 13, 10))
    result = _read(ShapefileParts(WHOLE.shp, shx, WHOLE.dbf))
    assert _codes(result) == {"shapefile.index-mended": 1}
    assert _kept(result)[3] == (3, "lot 4")


def test_a_damaged_record_costs_its_geometry_only() -> None:
    shp = _changed(WHOLE.shp, 100 + 4 * RECORD + 8 + 36, struct.pack("<i", 99))
    result = _read(ShapefileParts(shp, WHOLE.shx, WHOLE.dbf))
    assert _codes(result) == {"shapefile.damaged-records": 1, "geometry.missing": 1}
    assert _kept(result)[4] == (0, "lot 5")
    assert _kept(result)[5] == (3, "lot 6")


def test_deleted_rows_are_counted() -> None:
    head = 32 + 32 + 1
    dbf = _changed(WHOLE.dbf, head + 13 * 2, b"*")
    result = _read(ShapefileParts(WHOLE.shp, WHOLE.shx, dbf))
    assert _codes(result) == {"shapefile.deleted-rows": 1}
    assert result.table.row_count == COUNT - 1
    assert _kept(result)[2] == (3, "lot 4")


@pytest.mark.parametrize("rows", [COUNT - 5, COUNT + 5])
def test_a_table_of_another_length_is_told_and_nothing_is_left_out(rows: int) -> None:
    table = dbf_of([f"lot {number}".encode() for number in range(1, rows + 1)])
    result = _read(ShapefileParts(WHOLE.shp, WHOLE.shx, table))
    assert result.table.row_count == max(rows, COUNT)
    assert "shapefile.counts-differ" in _codes(result)
    assert (result.table.kinds == 3).sum() == COUNT


def test_a_count_that_is_too_low_does_not_hide_rows() -> None:
    dbf = _changed(WHOLE.dbf, 4, struct.pack("<I", 3))
    result = _read(ShapefileParts(WHOLE.shp, WHOLE.shx, dbf))
    assert _kept(result)[-1] == (3, f"lot {COUNT}")


def test_numbers_with_a_decimal_comma_are_numbers() -> None:
    table = dbf_of([b"    12,5", b"    -0,25", b"      3.5"], 9, b"SURF", b"N")
    result = _read(ShapefileParts(*_points(3), table))
    assert result.table.numbers("SURF").tolist() == [12.5, -0.25, 3.5]
    assert _codes(result) == {"shapefile.decimal-comma": 2}


def _points(count: int) -> tuple[bytes, bytes]:
    parts = shapefile_of([point(number) for number in range(count)], kind=1)
    return parts.shp, parts.shx


def test_numbers_that_outgrew_their_field_are_told() -> None:
    table = dbf_of([b"99999", b"*****", b"    7"], 5, b"SURF", b"N")
    result = _read(ShapefileParts(*_points(3), table))
    assert _codes(result) == {"shapefile.overflow": 1}


def test_asterisks_for_no_value_are_not_an_overflow() -> None:
    table = dbf_of([b"    9", b"*****", b"    7"], 5, b"SURF", b"N")
    assert _codes(_read(ShapefileParts(*_points(3), table))) == {}


def test_memos_are_told() -> None:
    table = dbf_of([b"         1"] * 3, 10, b"NOTE", b"M")
    assert "shapefile.memo" in _codes(_read(ShapefileParts(*_points(3), table)))


@pytest.mark.parametrize("name", ["LOTS.SHP", "Lots.Shp"])
def test_sidecars_are_found_whatever_their_case(tmp_path: Path, name: str) -> None:
    WHOLE.write(tmp_path, "x")
    (tmp_path / "x.shp").rename(tmp_path / name)
    (tmp_path / "x.shx").rename(tmp_path / "lots.ShX")
    (tmp_path / "x.dbf").rename(tmp_path / "LOTS.dBf")
    assert len(_kept(read_layer(tmp_path / name))) == COUNT
