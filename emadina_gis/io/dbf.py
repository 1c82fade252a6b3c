"""DBF tables looked at before GDAL: header, fields, rows, and numbers that GDAL would drop."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEAD = 32
_FIELD = 32
_MOST_HEADER = 2**16
_END_OF_FIELDS = (0x0D, 0x00)
_DELETED = ord("*")
_OVERFLOW = ord("*")
_COMMA = ord(",")
_POINT = ord(".")
_BLANK = ord(" ")
_SAMPLE_ROWS = 4000
_BLOCK_BYTES = 16 * 1024**2
_KINDS = {bytes([code]) for code in b"CNFLDMGBPIOTYVWXQ@+0"}
_NUMBERS = b"NF"
_MEMOS = b"MGPB"


@dataclass(frozen=True)
class DbfField:
    """A field; `start` and `end` are within a row."""

    name: bytes
    kind: bytes
    start: int
    end: int
    decimals: int = 0


@dataclass(frozen=True)
class Dbf:
    """Header of an attribute table, as it must be read and as it says.

    Attributes
    ----------
    declared, whole : int
        Rows that the header announces, and rows that lie wholly in the file.
    header_is_wrong : bool
        Whether the lengths in the header deny its fields; those given here follow the fields.
    """

    path: Path
    declared: int
    whole: int
    header_bytes: int
    row_bytes: int
    language_driver: int
    fields: tuple[DbfField, ...] = ()
    header_is_wrong: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether the header makes sense."""
        return self.row_bytes > 1 and self.header_bytes > _HEAD and bool(self.fields)

    @property
    def present(self) -> int:
        """Rows that are announced and lie in the file."""
        return min(self.whole, self.declared)

    def rows(self, count: int | None = None) -> NDArray[np.uint8]:
        """Return the first rows as bytes, mapped and not read."""
        shape = (self.present if count is None else count, self.row_bytes)
        if not shape[0]:
            return np.zeros(shape, np.uint8)
        return np.memmap(self.path, np.uint8, "r", self.header_bytes, shape=shape)


@dataclass(frozen=True)
class DbfFindings:
    """What lies in the rows.

    Attributes
    ----------
    deleted : NDArray[bool]
        Rows marked as deleted.
    overflowed, with_comma : int
        Numbers replaced by asterisks in fields that other numbers fill (elsewhere GDAL writes
        asterisks for "no value"), and numbers with a decimal comma.
    fractional : frozenset of int
        Places of fields that are declared without decimals and hold some.
    """

    deleted: NDArray[np.bool_]
    overflowed: int
    with_comma: int
    fractional: frozenset[int] = frozenset()


def read_header(path: Path) -> Dbf:
    """Return the header of a DBF file; a header that makes no sense gives zeros."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if len(head) < _HEAD:
            return Dbf(path, 0, 0, 0, 0, 0)
        declared, header_bytes, row_bytes = struct.unpack("<IHH", head[4:12])
        plausible = _HEAD + _FIELD < header_bytes <= size
        fields = _fields(file.read((header_bytes if plausible else _MOST_HEADER) - _HEAD))
    least_header = _HEAD + _FIELD * len(fields) + 1
    needed = fields[-1].end if fields else 0
    wrong = bool(fields) and (not least_header - 1 <= header_bytes <= size or row_bytes != needed)
    if wrong:
        misfit = not least_header - 1 <= header_bytes <= size
        header_bytes = least_header if misfit else header_bytes
        row_bytes = max(row_bytes, needed) if row_bytes < needed + 2 else needed
    whole = max(size - header_bytes, 0) // row_bytes if row_bytes else 0
    return Dbf(path, declared, whole, header_bytes, row_bytes, head[29], tuple(fields), wrong)


def _fields(content: bytes) -> list[DbfField]:
    found: list[DbfField] = []
    start = 1
    for position in range(0, len(content) - _FIELD + 1, _FIELD):
        if content[position] == _END_OF_FIELDS[0] or (
            content[position] == _END_OF_FIELDS[1] and not content[position + 11]
        ):
            break
        kind = content[position + 11 : position + 12]
        width = content[position + 16]
        if kind == b"C":
            width += content[position + 17] << 8
        if kind not in _KINDS:
            break
        name = content[position : position + 11].split(b"\0")[0]
        found.append(DbfField(name, kind, start, start + width, content[position + 17]))
        start += width
    return found


def samples(dbf: Dbf) -> list[bytes]:
    """Return the distinct values of text fields that are not plain ASCII, and such field names."""
    if not dbf.is_readable:
        return []
    names = (field.name for field in dbf.fields)
    found: dict[bytes, None] = dict.fromkeys(name for name in names if not name.isascii())
    rows = dbf.rows()
    step = max(len(rows) // (8 * _SAMPLE_ROWS), 1)
    block = np.asarray(rows[::step])
    for field in dbf.fields:
        if field.kind != b"C" or field.end > dbf.row_bytes:
            continue
        values = np.ascontiguousarray(block[:, field.start : field.end])
        marked = values[(values >= 0x80).any(axis=1)][:_SAMPLE_ROWS]
        found.update((bytes(value).strip(b" \0"), None) for value in marked)
    return list(found)


def findings(dbf: Dbf, count: int) -> DbfFindings:
    """Return what lies in the first rows."""
    deleted: list[NDArray[np.bool_]] = []
    numbers = [(place, field) for place, field in enumerate(dbf.fields) if field.kind in _NUMBERS]
    fractional: set[int] = set()
    starred, filled = np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.bool_)
    with_comma = 0
    for block in _blocks(dbf, count):
        deleted.append(block[:, 0] == _DELETED)
        for place, (number, field) in enumerate(numbers):
            values = block[:, field.start : field.end]
            stars = (values == _OVERFLOW).any(axis=1)
            starred[place] += int(stars.sum())
            filled[place] |= bool(((values > _BLANK).all(axis=1) & ~stars).any())
            with_comma += int((values == _COMMA).any(axis=1).sum())
            if not field.decimals and ((values == _COMMA) | (values == _POINT)).any():
                fractional.add(number)
    whole = np.concatenate(deleted) if deleted else np.zeros(0, np.bool_)
    overflowed = int(starred[filled].sum())
    return DbfFindings(whole, overflowed, with_comma, frozenset(fractional))


def memo_fields(dbf: Dbf) -> int:
    """Return the number of fields whose texts lie in another file."""
    return sum(1 for field in dbf.fields if field.kind in _MEMOS)


def _blocks(dbf: Dbf, count: int) -> Iterator[NDArray[np.uint8]]:
    rows = dbf.rows(count)
    step = max(_BLOCK_BYTES // max(dbf.row_bytes, 1), 1)
    for start in range(0, count, step):
        yield np.asarray(rows[start : start + step])


def write_mended(dbf: Dbf, target: Path, kept: int, rows: int) -> None:
    """Write a table with its first `kept` rows, empty ones up to `rows`, and points in numbers.

    Fields that hold decimals declare them.
    """
    with dbf.path.open("rb") as source, target.open("wb") as file:
        header = bytearray(source.read(dbf.header_bytes).ljust(dbf.header_bytes, b"\0"))
        header[4:12] = struct.pack("<IHH", rows, dbf.header_bytes, dbf.row_bytes)
        header[dbf.header_bytes - 1] = _END_OF_FIELDS[0]
        for place in findings(dbf, kept).fractional:
            field = dbf.fields[place]
            header[_HEAD + _FIELD * place + 17] = max(min(field.end - field.start - 2, 15), 1)
        file.write(header)
        for block in _blocks(dbf, kept):
            file.write(_with_points(block, dbf).tobytes())
        file.write(b" " * (dbf.row_bytes * (rows - kept)))
        file.write(b"\x1a")


def _with_points(block: NDArray[np.uint8], dbf: Dbf) -> NDArray[np.uint8]:
    mended = block.copy()
    for field in dbf.fields:
        if field.kind in _NUMBERS:
            values = mended[:, field.start : field.end]
            alone = (values == _COMMA).sum(axis=1) == 1
            no_point = ~(values == _POINT).any(axis=1)
            values[(alone & no_point)[:, None] & (values == _COMMA)] = _POINT
    return mended
