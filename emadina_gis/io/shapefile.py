"""Shapefiles looked at before GDAL: sidecars, counts in the headers, encoding of the texts.

GDAL reads a damaged shapefile without a word; here each loss becomes a `Problem`, and what can be
mended is mended in a private copy, never beside the file. Knows nothing of pyogrio.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import encoding
from emadina_gis.io.archive import copy_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.io.description import EncodingChoice

SIDECARS = (".shx", ".dbf", ".prj", ".cpg", ".qpj")
_HEADER_BYTES = 100
_FILE_CODE = 9994
_SAMPLE_ROWS = 4000


@dataclass(frozen=True)
class Dbf:
    """Header of an attribute table."""

    path: Path
    declared: int
    present: int
    header_bytes: int
    row_bytes: int
    language_driver: int
    text_fields: tuple[tuple[int, int], ...]

    @property
    def is_readable(self) -> bool:
        """Whether the header makes sense."""
        return self.row_bytes > 1 and self.header_bytes > 32


@dataclass(frozen=True)
class Shapefile:
    """What lies on disk under the name of a shapefile.

    Attributes
    ----------
    declared, complete : int
        Records that the index announces, and those that lie wholly in the ``.shp``.
    """

    path: Path
    sidecars: dict[str, Path]
    declared: int
    complete: int
    has_index: bool
    dbf: Dbf | None
    problems: tuple[Problem, ...] = field(default=())


def sidecars_of(path: Path) -> dict[str, Path]:
    """Return the files beside `path` by lower-case suffix, found whatever their case."""
    stem = path.stem.casefold()
    found: dict[str, Path] = {}
    for other in sorted(path.parent.iterdir()):
        suffix = other.suffix.lower()
        if suffix in SIDECARS and other.stem.casefold() == stem and other.is_file():
            found.setdefault(suffix, other)
            if other.stem == path.stem:
                found[suffix] = other
    return found


def examined(path: Path) -> Shapefile:
    """Return what a shapefile holds and what is missing.

    Raises
    ------
    LayerReadError
        ``layer.empty-file`` or ``layer.not-geodata``.
    """
    size = path.stat().st_size
    if size == 0:
        raise LayerReadError("layer.empty-file", path=path.name)
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or struct.unpack(">i", header[:4])[0] != _FILE_CODE:
        raise LayerReadError("layer.not-geodata", path=path.name)
    sidecars = sidecars_of(path)
    index = _index(sidecars.get(".shx"))
    declared, complete = _counts(path, index, size, struct.unpack(">i", header[24:28])[0] * 2)
    dbf = read_dbf_header(sidecars[".dbf"]) if ".dbf" in sidecars else None
    result = Shapefile(path, sidecars, declared, complete, index is not None, dbf)
    return Shapefile(
        path, sidecars, declared, complete, index is not None, dbf, tuple(_found(result))
    )


def _index(path: Path | None) -> NDArray[np.int64] | None:
    """Return (offset, length) in bytes of each record, or None where the index is unusable."""
    if path is None or path.stat().st_size < _HEADER_BYTES:
        return None
    content = path.read_bytes()
    if struct.unpack(">i", content[:4])[0] != _FILE_CODE:
        return None
    whole = (len(content) - _HEADER_BYTES) // 8 * 8
    words = np.frombuffer(content, dtype=">i4", offset=_HEADER_BYTES, count=whole // 4)
    return words.reshape(-1, 2).astype(np.int64) * 2


def _counts(
    path: Path, index: NDArray[np.int64] | None, size: int, declared_bytes: int
) -> tuple[int, int]:
    if index is not None:
        ends = index[:, 0] + 8 + index[:, 1]
        return len(index), int((ends <= size).sum())
    records = walked(path)
    lost = 1 if declared_bytes > size else 0
    return len(records) + lost, len(records)


def walked(path: Path) -> list[tuple[int, int]]:
    """Return (offset, content length) in bytes of the whole records, met one after the other."""
    records: list[tuple[int, int]] = []
    size = path.stat().st_size
    position = _HEADER_BYTES
    with path.open("rb") as file:
        while position + 8 <= size:
            file.seek(position)
            _, words = struct.unpack(">ii", file.read(8))
            end = position + 8 + words * 2
            if words < 2 or end > size:
                break
            records.append((position, words * 2))
            position = end
    return records


def read_dbf_header(path: Path) -> Dbf:
    """Return the header of a DBF file; a header that makes no sense gives zeros."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            return Dbf(path, 0, 0, 0, 0, 0, ())
        declared, header_bytes, row_bytes = struct.unpack("<IHH", head[4:12])
        fields = file.read(max(header_bytes - 32, 0))
    present = max(size - header_bytes, 0) // row_bytes if row_bytes else 0
    return Dbf(
        path,
        declared,
        min(present, declared),
        header_bytes,
        row_bytes,
        head[29],
        tuple(_text_fields(fields, row_bytes)),
    )


def _text_fields(fields: bytes, row_bytes: int) -> list[tuple[int, int]]:
    """Return (start, end) within a row of each text field."""
    found = []
    start = 1
    for position in range(0, len(fields) - 31, 32):
        if fields[position] in {0x0D, 0x00}:
            break
        width = fields[position + 16]
        if fields[position + 11 : position + 12] == b"C" and start + width <= row_bytes:
            found.append((start, start + width))
        start += width
    return found


def dbf_samples(dbf: Dbf) -> list[bytes]:
    """Return distinct values of text fields that are not plain ASCII, and one that is."""
    if not dbf.present or not dbf.is_readable:
        return []
    rows = np.memmap(dbf.path, np.uint8, "r", dbf.header_bytes, shape=(dbf.present, dbf.row_bytes))
    samples: dict[bytes, None] = {b"-": None}
    step = max(len(rows) // (8 * _SAMPLE_ROWS), 1)
    block = np.asarray(rows[::step])
    for start, end in dbf.text_fields:
        values = np.ascontiguousarray(block[:, start:end])
        marked = values[(values >= 0x80).any(axis=1)][:_SAMPLE_ROWS]
        samples.update((bytes(value).rstrip(b" \0"), None) for value in marked)
    return list(samples)


def chosen_encoding(shapefile: Shapefile, asked: str = "") -> EncodingChoice:
    """Return the encoding of the attribute table, from .cpg, language driver and content."""
    if shapefile.dbf is None or not shapefile.dbf.is_readable:
        return encoding.choose("utf-8", [], asked)
    cpg = shapefile.sidecars.get(".cpg")
    declared = ""
    if cpg is not None:
        declared = encoding.from_cpg(cpg.read_bytes()[:64].decode("ascii", "replace"))
    declared = declared or encoding.from_language_driver(shapefile.dbf.language_driver)
    return encoding.choose(declared, dbf_samples(shapefile.dbf), asked)


def _found(shapefile: Shapefile) -> list[Problem]:
    problems = []
    if shapefile.complete < shapefile.declared:
        lost = shapefile.declared - shapefile.complete
        problems.append(
            Problem(
                "layer.truncated",
                Severity.ERROR,
                shapefile.path.name,
                lost,
                {"lost": lost, "declared": shapefile.declared},
            )
        )
    if not shapefile.has_index:
        problems.append(Problem("shapefile.no-index", Severity.INFO, shapefile.path.name))
    problems.extend(_attribute_problems(shapefile))
    return problems


def _attribute_problems(shapefile: Shapefile) -> list[Problem]:
    dbf, where = shapefile.dbf, shapefile.path.name
    if dbf is None:
        return [Problem("shapefile.no-attributes", Severity.WARNING, where)]
    if not dbf.is_readable:
        return [Problem("shapefile.attributes-unreadable", Severity.ERROR, where)]
    problems = []
    if dbf.present < dbf.declared:
        lost = dbf.declared - dbf.present
        params = {"lost": lost, "declared": dbf.declared}
        problems.append(Problem("shapefile.attributes-cut", Severity.ERROR, where, lost, params))
    if dbf.declared != shapefile.declared:
        params = {"shapes": shapefile.declared, "rows": dbf.declared}
        gap = abs(dbf.declared - shapefile.declared)
        problems.append(Problem("shapefile.counts-differ", Severity.WARNING, where, gap, params))
    return problems


def needs_copy(shapefile: Shapefile) -> bool:
    """Whether GDAL would lose something (or fail) on the files as they are."""
    dbf = shapefile.dbf
    short = dbf is not None and dbf.is_readable and dbf.present < shapefile.declared
    odd_names = any(
        path.stem != shapefile.path.stem or path.suffix not in {suffix, suffix.upper()}
        for suffix, path in shapefile.sidecars.items()
    )
    return short or odd_names or not shapefile.has_index


def mended_copy(shapefile: Shapefile, folder: Path) -> Path:
    """Copy a shapefile into a private folder with its index rebuilt and its rows completed.

    Rows missing at the end of the attribute table become rows without values, so that each shape
    keeps its place.
    """
    target = folder / (shapefile.path.stem + ".shp")
    copy_file(shapefile.path, target)
    for suffix, path in shapefile.sidecars.items():
        copy_file(path, target.with_suffix(suffix))
    if not shapefile.has_index:
        target.with_suffix(".shx").write_bytes(_rebuilt_index(shapefile.path))
    dbf = shapefile.dbf
    if dbf is not None and dbf.is_readable and dbf.present < shapefile.declared:
        _complete_rows(target.with_suffix(".dbf"), dbf, shapefile.declared)
    return target


def _rebuilt_index(path: Path) -> bytes:
    with path.open("rb") as file:
        header = bytearray(file.read(_HEADER_BYTES))
    records = np.array(walked(path), dtype=np.int64).reshape(-1, 2) // 2
    header[24:28] = struct.pack(">i", (_HEADER_BYTES + 8 * len(records)) // 2)
    return bytes(header) + records.astype(">i4").tobytes()


def _complete_rows(path: Path, dbf: Dbf, rows: int) -> None:
    with path.open("r+b") as file:
        file.truncate(dbf.header_bytes + dbf.present * dbf.row_bytes)
        file.seek(0, 2)
        missing = rows - dbf.present
        file.write(b" " * (dbf.row_bytes * missing))
        file.write(b"\x1a")
        file.seek(4)
        file.write(struct.pack("<I", rows))
