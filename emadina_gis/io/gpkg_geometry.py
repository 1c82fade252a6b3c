"""Geometries of a GeoPackage that GDAL gives up on without telling which: unreadable, not missing.

Read once more from the file itself, read-only, where rows came without geometry.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import shapely

from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.io.ogr import OgrRead

DRIVERS = frozenset({"GPKG"})
_MISSING, _UNREADABLE = "geometry.missing", "geometry.unreadable"
_HEADER_BYTES = 8
_EMPTY_FLAG = 0x10
#: Bytes of the extent in the header, by what its flags say.
_EXTENT_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def accounted(raw: OgrRead, path: Path, layer: str, where: str) -> OgrRead:
    """Return rows whose damaged geometries are called unreadable; nothing is read again else."""
    if raw.geometry is None:
        return raw
    kinds = [chunk.kinds for chunk in raw.geometry]
    rows = np.flatnonzero(np.concatenate(kinds) == 0) if kinds else np.zeros(0, dtype=np.intp)
    if not len(rows):
        return raw
    damaged = _damaged(path, layer, rows, raw.row_count)
    known = _count(raw, _UNREADABLE)
    if damaged <= known:
        return raw
    missing = _count(raw, _MISSING) - (damaged - known)
    others = [p for p in raw.problems if p.code not in (_MISSING, _UNREADABLE)]
    notes = [Problem(_UNREADABLE, Severity.ERROR, where, damaged)]
    if missing > 0:
        notes.append(Problem(_MISSING, Severity.WARNING, where, missing))
    return replace(raw, problems=(*notes, *others))


def _count(raw: OgrRead, code: str) -> int:
    return sum(problem.count for problem in raw.problems if problem.code == code)


def _damaged(path: Path, layer: str, rows: np.ndarray, row_count: int) -> int:
    """Return how many of the rows hold bytes that are no geometry; 0 where it cannot be told."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    wanted = set(rows.tolist())
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            column = database.execute(
                "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
            ).fetchone()
            if column is None:
                return 0
            table, geometry = _quoted(layer), _quoted(str(column[0]))
            (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            if count != row_count:
                return 0
            found = database.execute(f"SELECT {geometry} FROM {table} ORDER BY rowid")  # noqa: S608
            return sum(_is_damaged(blob) for row, (blob,) in enumerate(found) if row in wanted)
    except sqlite3.Error:
        return 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_damaged(blob: object) -> bool:
    """Whether a row that came without geometry states one: neither none nor an empty one."""
    if blob is None:
        return False
    if not isinstance(blob, bytes) or len(blob) <= _HEADER_BYTES or not blob.startswith(b"GP"):
        return True
    if blob[3] & _EMPTY_FLAG:
        return False
    begin = _HEADER_BYTES + _EXTENT_BYTES.get(blob[3] >> 1 & 7, 0)
    shape = shapely.from_wkb(blob[begin:], on_invalid="ignore")
    return shape is None or not shape.is_empty
