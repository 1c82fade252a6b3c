"""What a format cannot hold: found before writing, listed, and the table made to fit.

Nothing is lost silently: each renamed field, shortened text and changed type is a `Problem`.
Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.column import Column, column_of
from emadina_gis.errors import LayerWriteError, Problem, Severity
from emadina_gis.io.value_losses import fitted_values

if TYPE_CHECKING:
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.table import FeatureTable

#: Integers beyond this are not exact in a DBF, nor in a spreadsheet.
_LARGEST_EXACT = 2**53
_SHEET_ROWS = 1_048_575
_SHEET_CELL = 32_767
#: Characters that make a spreadsheet take a text for a formula.
FORMULA_START = r"^[=+\-@\t\r]"


@dataclass(frozen=True)
class Limits:
    """What a format allows.

    Attributes
    ----------
    name_bytes, text_bytes, fields : int
        Longest field name, longest text, most fields; 0 is no limit.
    reserved : frozenset of str
        Lower-case names that fields may not have.
    forbidden_letters : str
        Letters that names of fields may not hold.
    one_kind : bool
        Whether points, lines and polygons may not lie in one file.
    flat : bool
        Whether geometries without heights stay without.
    one_dimension : bool
        Whether all geometries have heights where any has.
    """

    name_bytes: int = 0
    text_bytes: int = 0
    fields: int = 0
    reserved: frozenset[str] = frozenset()
    forbidden_letters: str = ""
    unique_names: bool = False
    booleans: bool = True
    datetimes: bool = True
    dates: bool = True
    local_times: bool = True
    large_integers: bool = True
    integers: bool = True
    one_kind: bool = False
    empty_texts: bool = True
    outer_blanks: bool = True
    control_characters: bool = True
    infinite: bool = True
    dbf_numbers: bool = False
    microseconds: bool = True
    time_zones: bool = True
    one_dimension: bool = False
    flat: bool = True


_KML_NAMES = frozenset({"name", "description", "timestamp", "begin", "end", "icon", "id"})
LIMITS: dict[str, Limits] = {
    ".shp": Limits(
        name_bytes=10,
        text_bytes=254,
        fields=255,
        unique_names=True,
        booleans=False,
        datetimes=False,
        large_integers=False,
        one_kind=True,
        empty_texts=False,
        outer_blanks=False,
        dbf_numbers=True,
        one_dimension=True,
    ),
    ".gpkg": Limits(
        fields=1998,
        reserved=frozenset({"fid", "geom"}),
        unique_names=True,
        local_times=False,
        microseconds=False,
    ),
    ".geojson": Limits(
        reserved=frozenset({"id"}), unique_names=True, infinite=False, microseconds=False
    ),
    ".fgb": Limits(
        dates=False, unique_names=True, microseconds=False, time_zones=False, one_dimension=True
    ),
    ".kml": Limits(
        reserved=_KML_NAMES,
        forbidden_letters="\"'<>&",
        unique_names=True,
        control_characters=False,
        infinite=False,
        datetimes=False,
        dates=False,
        integers=False,
        flat=False,
        empty_texts=False,
    ),
    ".csv": Limits(empty_texts=False, outer_blanks=True, infinite=False),
    ".xlsx": Limits(
        text_bytes=_SHEET_CELL,
        large_integers=False,
        empty_texts=False,
        control_characters=False,
        infinite=False,
        microseconds=False,
        time_zones=False,
    ),
}


def losses(table: FeatureTable, suffix: str, where: str = "") -> tuple[Problem, ...]:
    """Return what writing the table in a format would lose, without writing it."""
    return fitted(table, suffix, where)[1]


def fitted(
    table: FeatureTable, suffix: str, where: str = ""
) -> tuple[FeatureTable, tuple[Problem, ...]]:
    """Return the table as a format can hold it, and what that loses.

    Raises
    ------
    LayerWriteError
        ``write.mixed-geometry``, ``write.too-many-fields`` or ``write.too-many-rows`` where the
        format cannot hold the table at all.
    """
    limits = LIMITS.get(suffix, Limits())
    _check_possible(table, limits, suffix)
    found: list[Problem] = []
    columns = {
        name: _fitted_column(column, name, limits, found) for name, column in table.columns.items()
    }
    renamed = _names(list(columns), limits)
    changed = {old: new for old, new in renamed.items() if old != new}
    if changed:
        listed = ", ".join(f"{old} → {new}" for old, new in list(changed.items())[:20])
        found.append(
            Problem("write.renamed", Severity.WARNING, where, len(changed), {"names": listed})
        )
    if flat := _flat_count_of(table, limits):
        found.append(Problem("write.heights-zero", Severity.WARNING, where, flat))
    made = {renamed[name]: column for name, column in columns.items()}
    problems = tuple(replace(problem, where=problem.where or where) for problem in found)
    return replace(table, columns=made), problems


def _check_possible(table: FeatureTable, limits: Limits, suffix: str) -> None:
    kinds = [int(kind) for kind in np.unique(table.kinds) if kind]
    if limits.one_kind and len(kinds) > 1:
        raise LayerWriteError("write.mixed-geometry", format=suffix)
    if limits.fields and len(table.columns) > limits.fields:
        raise LayerWriteError(
            "write.too-many-fields", format=suffix, count=len(table.columns), most=limits.fields
        )
    if suffix == ".xlsx" and table.row_count > _SHEET_ROWS:
        raise LayerWriteError("write.too-many-rows", format=suffix, most=_SHEET_ROWS)


def _flat_count_of(table: FeatureTable, limits: Limits) -> int:
    """Return how many geometries without heights get one."""
    chunks = table.geometry or ()
    has_heights = any(chunk.z is not None for chunk in chunks)
    if limits.flat and not (limits.one_dimension and has_heights):
        return 0
    return sum(_flat_count(chunk) for chunk in chunks)


def _flat_count(chunk: GeometryChunk) -> int:
    present = chunk.kinds != 0
    if chunk.z is None:
        return int(present.sum())
    owner = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
    return len(np.unique(owner[np.isnan(chunk.z)]))


def _fitted_column(column: Column, name: str, limits: Limits, found: list[Problem]) -> Column:
    column = fitted_values(column, name, limits, found)
    if column.is_boolean and not limits.booleans:
        found.append(_changed("write.boolean-as-number", name))
        return column_of(column.arrow.cast(pa.int64()))
    if pa.types.is_timestamp(column.type) and not limits.datetimes:
        found.append(_changed("write.datetime-as-text", name))
        return column_of(pc.strftime(column.arrow, format="%Y-%m-%dT%H:%M:%S"))
    if pa.types.is_date(column.type) and not limits.dates:
        found.append(_changed("write.date-as-text", name))
        return column_of(pc.strftime(column.arrow, format="%Y-%m-%d"))
    if pa.types.is_timestamp(column.type) and column.type.tz is None and not limits.local_times:
        found.append(_changed("write.time-as-utc", name))
        return column
    if pa.types.is_integer(column.type) and not limits.integers:
        found.append(_changed("write.integers-as-text", name))
        return column_of(column.arrow.cast(pa.string()))
    if pa.types.is_integer(column.type) and not limits.large_integers:
        return _exact_integers(column, name, found)
    if column.is_text and limits.text_bytes:
        return _short_texts(column, name, limits.text_bytes, found)
    return column


def _changed(code: str, name: str, count: int = 1) -> Problem:
    return Problem(code, Severity.WARNING, "", count, {"field": name})


def _exact_integers(column: Column, name: str, found: list[Problem]) -> Column:
    above = pc.greater(column.arrow, _LARGEST_EXACT)
    below = pc.less(column.arrow, -_LARGEST_EXACT)
    large = pc.sum(pc.or_(above, below)).as_py() or 0
    if not large:
        return column
    found.append(_changed("write.integer-as-text", name, large))
    return column_of(column.arrow.cast(pa.string()))


def _short_texts(column: Column, name: str, limit: int, found: list[Problem]) -> Column:
    long = pc.greater(pc.binary_length(column.arrow), limit)
    count = pc.sum(long).as_py() or 0
    if not count:
        return column
    found.append(
        Problem("write.text-cut", Severity.ERROR, "", count, {"field": name, "most": limit})
    )
    texts = [None if text is None else _cut(text, limit) for text in column.strings]
    return column_of(pa.array(texts, pa.string()))


def _names(names: list[str], limits: Limits) -> dict[str, str]:
    """Return the name that each field gets."""
    taken: set[str] = set(limits.reserved)
    result = {}
    for name in names:
        wanted = _cut(_allowed(name, limits), limits.name_bytes).strip() or "_"
        candidate, number = wanted, 1
        while _key(candidate, limits) in taken:
            ending = f"_{number}"
            room = limits.name_bytes - len(ending) if limits.name_bytes else 0
            candidate = f"{_cut(wanted, room)}{ending}"
            number += 1
        taken.add(_key(candidate, limits))
        result[name] = candidate
    return result


def _allowed(name: str, limits: Limits) -> str:
    return name.translate({ord(letter): "_" for letter in limits.forbidden_letters})


def _key(name: str, limits: Limits) -> str:
    is_plain = not limits.unique_names and name.lower() not in limits.reserved
    return name if is_plain else name.lower()


def _cut(name: str, limit: int) -> str:
    return name.encode()[:limit].decode("utf-8", "ignore") if limit else name
