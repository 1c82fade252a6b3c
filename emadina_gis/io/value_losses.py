"""Single values that a format cannot hold: made to fit, and counted field by field.

Knows nothing of names, geometry or files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.column import Column, column_of
from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from emadina_gis.io.losses import Limits

#: Characters that neither XML nor a workbook may hold.
_CONTROL = "[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_BLANK_EDGES = r"^\s|\s$"
#: Beyond this a number written with 15 digits is read as infinite.
_LARGEST_WRITTEN = 1.797693134862e308
#: Numbers of a DBF are written with 15 decimals in 24 characters.
_DBF_DECIMALS = 15
_DBF_LARGEST = 1e22
_DBF_PRECISION = 1e-12


def fitted_values(column: Column, name: str, limits: Limits, found: list[Problem]) -> Column:
    """Return a column whose values a format can hold; what changed is added to the findings."""
    if column.is_text:
        return _texts(column, name, limits, found)
    if pa.types.is_floating(column.type):
        return _numbers(column, name, limits, found)
    if pa.types.is_timestamp(column.type):
        _note_times(column, name, limits, found)
    return column


def _note(code: str, name: str, count: int, severity: Severity = Severity.WARNING) -> Problem:
    return Problem(code, severity, "", count, {"field": name})


def _count(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _texts(column: Column, name: str, limits: Limits, found: list[Problem]) -> Column:
    texts = column.arrow
    if not limits.empty_texts:
        empty = _count(pc.equal(texts, ""))
        found += [_note("write.empty-as-missing", name, empty, Severity.INFO)] * (empty > 0)
    if not limits.outer_blanks:
        outer = pc.match_substring_regex(texts, _BLANK_EDGES)
        count = _count(outer)
        found += [_note("write.blanks-cut", name, count, Severity.INFO)] * (count > 0)
    if limits.control_characters:
        return column
    bad = _count(pc.match_substring_regex(texts, _CONTROL))
    if not bad:
        return column
    found.append(_note("write.control-characters", name, bad))
    return column_of(pc.replace_substring_regex(texts, _CONTROL, ""))


def _numbers(column: Column, name: str, limits: Limits, found: list[Problem]) -> Column:
    values = column.numbers
    unfit = np.zeros(len(values), dtype=bool)
    if not limits.infinite:
        unfit |= np.abs(values) > _LARGEST_WRITTEN
    if limits.dbf_numbers:
        unfit |= ~np.isnan(values) & ~(np.abs(values) < _DBF_LARGEST)
        small = np.where(unfit | (np.abs(values) > 1), 0.0, values)
        rounded = np.abs(np.round(small, _DBF_DECIMALS) - small) > _DBF_PRECISION * np.abs(small)
        count = int(rounded.sum())
        found += [_note("write.numbers-rounded", name, count)] * (count > 0)
    if not unfit.any():
        return column
    found.append(_note("write.numbers-lost", name, int(unfit.sum()), Severity.ERROR))
    return column_of(pa.array(np.where(unfit, np.nan, values), from_pandas=True))


def _note_times(column: Column, name: str, limits: Limits, found: list[Problem]) -> None:
    times = column.arrow
    if not limits.microseconds:
        whole = pc.floor_temporal(times, unit="millisecond")
        count = _count(pc.not_equal(whole, times))
        found += [_note("write.time-rounded", name, count, Severity.INFO)] * (count > 0)
    if column.type.tz is not None and not limits.time_zones:
        found.append(_note("write.zone-dropped", name, 1))
