"""Shapefiles looked at before GDAL: sidecars, records, rows, encoding of the texts.

GDAL reads a damaged shapefile without a word; here each loss becomes a `Problem`, and what can be
mended is mended in a private copy, never beside the file: each record that is lost keeps its row,
without a geometry. Knows nothing of pyogrio.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import dbf as dbf_tables
from emadina_gis.io import encoding, encoding_names
from emadina_gis.io.archive import copy_file
from emadina_gis.io.dbf import Dbf, DbfFindings
from emadina_gis.io.dbf import read_header as read_dbf_header
from emadina_gis.io.shp_records import FILE_CODE, HEADER_BYTES, LOST, Records, records_of

if TYPE_CHECKING:
    from emadina_gis.io.description import EncodingChoice

SIDECARS = (".shx", ".dbf", ".prj", ".cpg", ".qpj")
_LARGE_BYTES = 2**31
_NULL_WORDS = 2


@dataclass(frozen=True, eq=False)
class Shapefile:
    """What lies on disk under the name of a shapefile.

    Attributes
    ----------
    declared : int
        Rows: records, and rows of the table that have no record.
    header : bytes
        Header of the ``.shp``, or of the index where that of the ``.shp`` is damaged.
    """

    path: Path
    sidecars: dict[str, Path]
    records: Records
    declared: int
    dbf: Dbf | None
    header: bytes = b""
    found: DbfFindings | None = None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def has_index(self) -> bool:
        """Whether the index could be read."""
        return self.records.has_index


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
    if path.stat().st_size == 0:
        raise LayerReadError("layer.empty-file", path=path.name)
    sidecars = sidecars_of(path)
    header = _header(path) or _header(sidecars.get(".shx"))
    if not header or path.stat().st_size < HEADER_BYTES:
        raise LayerReadError("layer.not-geodata", path=path.name)
    records = records_of(path, sidecars.get(".shx"))
    dbf = read_dbf_header(sidecars[".dbf"]) if ".dbf" in sidecars else None
    usable = dbf is not None and dbf.is_readable
    rows = _rows_of(dbf, len(records.offsets)) if dbf is not None and usable else 0
    declared = max(len(records.offsets), rows)
    found = dbf_tables.findings(dbf, rows) if dbf is not None and usable else None
    result = Shapefile(path, sidecars, records, declared, dbf, header, found)
    return replace(result, problems=tuple(_found(result)))


def _rows_of(dbf: Dbf, shapes: int) -> int:
    """Return the rows to read: those announced, or as many as shapes where the header is short."""
    return min(dbf.whole, max(dbf.declared, shapes))


def _header(path: Path | None) -> bytes:
    """Return the header of a ``.shp`` or ``.shx``; empty where it is none."""
    if path is None:
        return b""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    whole = len(header) == HEADER_BYTES and struct.unpack(">i", header[:4])[0] == FILE_CODE
    return header if whole else b""


def chosen_encoding(shapefile: Shapefile, asked: str = "") -> EncodingChoice:
    """Return the encoding of the attribute table, from .cpg, language driver and content."""
    return encoding_of(shapefile.dbf, shapefile.sidecars.get(".cpg"), asked)


def encoding_of(dbf: Dbf | None, cpg: Path | None, asked: str = "") -> EncodingChoice:
    """Return the encoding of a table."""
    if dbf is None or not dbf.is_readable:
        return encoding.choose("utf-8", [], asked)
    samples, declared, trust = _evidence(dbf, cpg)
    choice = encoding.choose(declared, samples, asked, trust)
    if choice.name == "UTF-8" and not all(_is_utf8(field.name) for field in dbf.fields):
        # A damaged name of a field would cost the whole file; decoded here it costs its letters.
        return replace(choice, name="UTF-8+cp1252")
    return choice


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def encoding_evidence(path: Path) -> tuple[list[bytes], str, float]:
    """Return the samples of a shapefile or DBF, what it declares and the trust in that."""
    sidecars = sidecars_of(path)
    dbf_path = path if path.suffix.lower() == ".dbf" else sidecars.get(".dbf")
    if dbf_path is None:
        return [], "", 0.0
    return _evidence(read_dbf_header(dbf_path), sidecars.get(".cpg"))


def _evidence(dbf: Dbf, cpg: Path | None) -> tuple[list[bytes], str, float]:
    declared, trust = "", encoding.STRONG
    if cpg is not None:
        declared = encoding_names.from_cpg(cpg.read_bytes()[:64].decode("ascii", "replace"))
    if not declared:
        declared = encoding_names.from_language_driver(dbf.language_driver)
        trust = encoding.WEAK if encoding_names.is_vague(dbf.language_driver) else encoding.STRONG
    return dbf_tables.samples(dbf), declared, trust


def _found(shapefile: Shapefile) -> list[Problem]:
    records, where = shapefile.records, shapefile.path.name
    problems = []
    declared = len(records.offsets)
    damaged = records.lost - records.beyond
    losses = {"layer.truncated": records.beyond, "shapefile.damaged-records": damaged}
    for code, lost in losses.items():
        if lost:
            params = {"lost": lost, "declared": declared}
            problems.append(Problem(code, Severity.ERROR, where, lost, params))
    if not shapefile.has_index:
        problems.append(Problem("shapefile.no-index", Severity.INFO, where))
    if records.index_errors:
        errors = records.index_errors
        problems.append(Problem("shapefile.index-mended", Severity.WARNING, where, errors))
    if not _header(shapefile.path):
        problems.append(Problem("shapefile.header-mended", Severity.WARNING, where))
    if shapefile.path.stat().st_size >= _LARGE_BYTES:
        problems.append(Problem("shapefile.large", Severity.INFO, where))
    problems.extend(_attribute_problems(shapefile))
    return problems


def _attribute_problems(shapefile: Shapefile) -> list[Problem]:
    dbf, where = shapefile.dbf, shapefile.path.name
    if dbf is None:
        return [Problem("shapefile.no-attributes", Severity.WARNING, where)]
    if not dbf.is_readable:
        return [Problem("shapefile.attributes-unreadable", Severity.ERROR, where)]
    return [*_count_problems(shapefile, dbf), *table_problems(dbf, shapefile.found, where)]


def _count_problems(shapefile: Shapefile, dbf: Dbf) -> list[Problem]:
    where, shapes = shapefile.path.name, len(shapefile.records.offsets)
    rows = _rows_of(dbf, shapes)
    problems = []
    cut = min(dbf.declared, max(shapes, 1)) - rows if dbf.whole < dbf.declared else 0
    if cut > 0:
        params = {"lost": cut, "declared": min(dbf.declared, max(shapes, rows))}
        problems.append(Problem("shapefile.attributes-cut", Severity.ERROR, where, cut, params))
    if dbf.declared != shapes:
        params = {"shapes": shapes, "rows": dbf.declared}
        gap = abs(rows - shapes) or 1
        problems.append(Problem("shapefile.counts-differ", Severity.WARNING, where, gap, params))
    return problems


def table_problems(dbf: Dbf, found: DbfFindings | None, where: str) -> list[Problem]:
    """Return what is said of the rows of a table."""
    if found is None:
        return []
    counts = {
        "shapefile.deleted-rows": (int(found.deleted.sum()), Severity.INFO),
        "shapefile.overflow": (found.overflowed, Severity.WARNING),
        "shapefile.decimal-comma": (found.with_comma, Severity.INFO),
        "shapefile.memo": (dbf_tables.memo_fields(dbf), Severity.WARNING),
    }
    return [
        Problem(code, severity, where, count) for code, (count, severity) in counts.items() if count
    ]


@dataclass(frozen=True, eq=False)
class Table:
    """A DBF without shapes."""

    dbf: Dbf
    found: DbfFindings | None
    declared: int
    problems: tuple[Problem, ...]

    @property
    def needs_copy(self) -> bool:
        """Whether GDAL would lose something on the file as it is."""
        if self.found is None:
            return False
        wrong = self.dbf.header_is_wrong or self.dbf.declared > self.dbf.whole
        return wrong or _numbers_need_copy(self.found)


def examined_table(path: Path) -> Table:
    """Return what a DBF without shapes holds."""
    dbf, where = read_dbf_header(path), path.name
    if not dbf.is_readable:
        return Table(dbf, None, dbf.declared, ())
    found = dbf_tables.findings(dbf, dbf.present)
    problems = table_problems(dbf, found, where)
    lost = dbf.declared - dbf.present
    if lost:
        params = {"lost": lost, "declared": dbf.declared}
        problems.insert(0, Problem("layer.truncated", Severity.ERROR, where, lost, params))
    return Table(dbf, found, dbf.declared, tuple(problems))


def mended_table(table: Table, target: Path) -> Path:
    """Write a copy of a DBF with its header and its numbers mended."""
    dbf_tables.write_mended(table.dbf, target, table.dbf.present, table.dbf.present)
    return target


def needs_copy(shapefile: Shapefile) -> bool:
    """Whether GDAL would lose something (or fail) on the files as they are."""
    odd_names = any(
        path.stem != shapefile.path.stem or path.suffix not in {suffix, suffix.upper()}
        for suffix, path in shapefile.sidecars.items()
    )
    records = shapefile.records
    damaged = not records.has_index or records.lost or records.index_errors
    return bool(odd_names or damaged or _header_lies(shapefile) or _table_needs_copy(shapefile))


def _header_lies(shapefile: Shapefile) -> bool:
    index = _header(shapefile.sidecars.get(".shx"))
    entries = HEADER_BYTES + 8 * len(shapefile.records.offsets)
    index_lies = bool(index) and _told_size(index) != entries
    size = shapefile.path.stat().st_size
    return index_lies or _told_size(shapefile.header) != size or not _header(shapefile.path)


def _told_size(header: bytes) -> int:
    """Return the size of a file in bytes as its header tells it."""
    return int(struct.unpack(">i", header[24:28])[0]) * 2


def _table_needs_copy(shapefile: Shapefile) -> bool:
    dbf = shapefile.dbf
    if dbf is None or not dbf.is_readable:
        return dbf is not None
    unequal = {len(shapefile.records.offsets), dbf.declared, dbf.present} != {shapefile.declared}
    return bool(unequal or dbf.header_is_wrong or _numbers_need_copy(shapefile.found))


def _numbers_need_copy(found: DbfFindings | None) -> bool:
    return found is not None and bool(found.with_comma or found.fractional)


def mended_copy(shapefile: Shapefile, folder: Path) -> Path:
    """Copy a shapefile into a private folder with its index, its lengths and its rows mended.

    Records that are lost become records without geometry, and rows missing in the attribute table
    rows without values, so that each shape keeps its place.
    """
    target = folder / (shapefile.path.stem + ".shp")
    copy_file(shapefile.path, target)
    for suffix, path in shapefile.sidecars.items():
        if suffix not in {".shx", ".dbf"}:
            copy_file(path, target.with_suffix(suffix))
    offsets, lengths = _with_null_records(shapefile, target)
    entries = np.column_stack([offsets, lengths]) // 2
    header = bytearray(shapefile.header)
    header[24:28] = struct.pack(">i", (HEADER_BYTES + entries.size * 4) // 2)
    target.with_suffix(".shx").write_bytes(bytes(header) + entries.astype(">i4").tobytes())
    dbf = shapefile.dbf
    if dbf is not None and dbf.is_readable:
        rows = _rows_of(dbf, len(shapefile.records.offsets))
        dbf_tables.write_mended(dbf, target.with_suffix(".dbf"), rows, shapefile.declared)
    return target


def _with_null_records(
    shapefile: Shapefile, target: Path
) -> tuple[np.typing.NDArray[np.int64], np.typing.NDArray[np.int64]]:
    """Append a record without geometry for each that is lost, and correct the header."""
    count = shapefile.declared
    offsets, lengths = np.full(count, LOST, np.int64), np.full(count, 4, np.int64)
    known = len(shapefile.records.offsets)
    offsets[:known], lengths[:known] = shapefile.records.offsets, shapefile.records.lengths
    lost = np.flatnonzero(offsets == LOST)
    with target.open("r+b") as file:
        end = file.seek(0, 2)
        end += file.write(b"\0" * (end % 2))
        for place in lost:
            offsets[place], lengths[place] = end, 2 * _NULL_WORDS
            end += file.write(struct.pack(">iii", int(place) + 1, _NULL_WORDS, 0))
        header = bytearray(shapefile.header)
        header[24:28] = struct.pack(">i", end // 2)
        file.seek(0)
        file.write(header)
    return offsets, lengths
