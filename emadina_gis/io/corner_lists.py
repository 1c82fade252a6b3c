"""Lists of corners (``id;X;Y``, a row per corner) to polygons, where the rows are such a list.

Rows that merely share a word are points: a list is recognised by consecutive rows of one name, all
else equal, whose corners in order make simple outlines. Knows nothing of files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from emadina_gis.domain.column import Column, column_of
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.place_names import plain_name
from emadina_gis.io.table_rows import listed_lines
from emadina_gis.io.text_values import cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import Shapes

    Columns = dict[str, Column]

_LEAST_CORNERS = 3
#: This share of the runs must have three corners, and this share of those be simple outlines.
_LEAST_SHARE = 0.7
_SIMPLE_SHARE = 0.8
_MANY_CORNERS = 5
_SAMPLE_ROWS = 2000
_REPEATED_SHARE = 0.4
#: Outlines of a list lie beside each other: more than this share of common area speaks against it.
_MOST_OVERLAP = 0.1
_PARCEL_WORDS = re.compile(
    r"(^|_)(id|parcelle|parcel|parc|lot|lots|titre|tf|titre_foncier|polygone|polygon|poly|ilot|"
    r"propriete|bien|numero_parcelle|num_parcelle|no_parcelle|n_parcelle|secteur|zone|contour|"
    r"ring|batiment|bati|"
    r"قطعه|القطعه|رسم|الرسم|بقعه|البقعه|رقم_القطعه|الرسم_العقاري|رقم_الرسم)(_|$)"
)
_POINT_WORDS = re.compile(
    r"(^|_)(point|points|pt|pts|borne|bornes|sommet|sommets|corner|corners|vertex|ordre|order|"
    r"station|no|n|num|numero|rang|seq|sequence|نقطه|النقطه|علامه|ترتيب|الترتيب)(_|$)"
)


@dataclass(frozen=True)
class CornerLists:
    """Polygons made of corners.

    Attributes
    ----------
    columns : dict of str to Column
        One row for each list; values that differ from corner to corner are joined.
    """

    columns: Columns
    shapes: Shapes
    problems: tuple[Problem, ...]
    corner_count: int


@dataclass(frozen=True)
class _Runs:
    """Consecutive rows of one name: `starts` (with the end appended) and the run of each row."""

    starts: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.starts) - 1

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.diff(self.starts)


@dataclass(frozen=True)
class CornerTable:
    """A table of points and the names of its x and y columns."""

    columns: Columns
    fields: tuple[str, str]
    shapes: Shapes
    lines: Sequence[int]


def corner_lists(table: CornerTable, where: str) -> CornerLists | tuple[Problem, ...]:
    """Return the polygons of a table of corners; problems alone where it is none, or not surely."""
    others = [name for name in table.columns if name not in table.fields]
    for name in others:
        runs = _runs_of(table.columns[name])
        if runs is None or not _all_else_is_equal(table, name, others, runs):
            continue
        outlines = _outlines(table, runs)
        if not _are_outlines(outlines):
            continue
        if not _is_certain(table, name, others, runs, outlines):
            params = {"field": name}
            return (Problem("corners.maybe", Severity.WARNING, where, runs.count, params),)
        return _made(table, runs, outlines, where)
    return ()


def _runs_of(column: Column) -> _Runs | None:
    """Return the runs of equal values; None unless each value has one run and runs are long."""
    if len(column) < _LEAST_CORNERS or not _repeats(column):
        return None
    codes = column.coded[0]
    if (codes < 0).any():
        return None
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    if len(np.unique(codes)) != len(starts):
        return None
    runs = _Runs(np.append(starts, len(codes)).astype(np.int64))
    long_enough = (runs.sizes >= _LEAST_CORNERS).sum()
    return runs if long_enough >= max(1, _LEAST_SHARE * runs.count) else None


def _repeats(column: Column) -> bool:
    """Whether a good part of the first values are those of the row before."""
    head = column.arrow.slice(0, _SAMPLE_ROWS).to_pylist()
    repeated = sum(a == b for a, b in pairwise(head))
    return bool(repeated >= _REPEATED_SHARE * len(head))


def _all_else_is_equal(table: CornerTable, name: str, others: list[str], runs: _Runs) -> bool:
    """Whether other columns are equal within runs, but for marks and heights of corners."""
    allowed = 2
    for other in others:
        if other == name or _is_constant(table.columns[other], runs):
            continue
        if not (_POINT_WORDS.search(plain_name(other)) or _is_height(other)):
            allowed -= 2
        allowed -= 1
    return allowed >= 0


def _is_height(name: str) -> bool:
    return plain_name(name) in {"z", "alt", "altitude", "cote", "h", "elevation", "z_m"}


def _is_constant(column: Column, runs: _Runs) -> bool:
    codes = column.coded[0]
    change = codes[1:] != codes[:-1]
    change[runs.starts[1:-1] - 1] = False
    return not change.any()


@dataclass(frozen=True)
class _Outlines:
    """Corners of each run without the missing and the repeated ones, and what they make."""

    shapes: Shapes
    corners: NDArray[np.int64]
    missing: NDArray[np.int64]
    repeated: int
    closed: int

    @property
    def polygons(self) -> NDArray[np.int64]:
        rows: NDArray[np.int64] = np.flatnonzero(shapely.get_type_id(self.shapes) == 3)
        return rows


def _outlines(table: CornerTable, runs: _Runs) -> _Outlines:
    present = ~shapely.is_missing(table.shapes)
    owner = np.repeat(np.arange(runs.count), runs.sizes)[present]
    xy = shapely.get_coordinates(table.shapes[present])
    again = np.zeros(len(xy), dtype=bool)
    if len(xy):
        again[1:] = (owner[1:] == owner[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)
    owner, xy = owner[~again], xy[~again]
    closing = _closing(owner, xy)
    owner, xy = owner[~closing], xy[~closing]
    counts = np.bincount(owner, minlength=runs.count)
    return _Outlines(
        _shapes(owner, xy, counts),
        counts.astype(np.int64),
        np.flatnonzero(~present),
        int(again.sum()),
        int(closing.sum()),
    )


def _closing(owner: NDArray[np.int64], xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which corners are the first of their list once more, at its end."""
    result = np.zeros(len(owner), dtype=bool)
    if not len(owner):
        return result
    first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    last = np.append(first[1:], len(owner)) - 1
    result[last] = (last - first >= _LEAST_CORNERS) & (xy[first] == xy[last]).all(axis=1)
    return result


def _shapes(owner: NDArray[np.int64], xy: NDArray[np.float64], counts: NDArray[np.intp]) -> Shapes:
    """Return polygons; lines and points where a list has two corners or one."""
    shapes = np.full(len(counts), None, dtype=object)
    many = counts >= _LEAST_CORNERS
    rows = many[owner]
    place = np.cumsum(many) - 1
    if many.any():
        shapes[many] = shapely.polygons(shapely.linearrings(xy[rows], indices=place[owner[rows]]))
    two = np.flatnonzero(counts == 2)
    for run in two:
        shapes[run] = shapely.LineString(xy[owner == run])
    for run in np.flatnonzero(counts == 1):
        shapes[run] = shapely.Point(xy[owner == run][0])
    return shapes


def _are_outlines(outlines: _Outlines) -> bool:
    polygons = outlines.shapes[outlines.polygons]
    if not len(polygons):
        return False
    simple = shapely.is_valid(polygons)
    return bool(simple.sum() >= _SIMPLE_SHARE * len(polygons)) and _lie_apart(polygons[simple])


def _lie_apart(polygons: Shapes) -> bool:
    total = float(shapely.area(polygons).sum())
    if total <= 0:
        return False
    covered = float(shapely.area(shapely.union_all(polygons[:5000])))
    counted = float(shapely.area(polygons[:5000]).sum())
    return counted - covered <= _MOST_OVERLAP * counted


def _is_certain(
    table: CornerTable, name: str, others: list[str], runs: _Runs, outlines: _Outlines
) -> bool:
    """Whether more than the outlines speaks for lists: names, numbers, closing or many corners."""
    reasons = (
        _PARCEL_WORDS.search(plain_name(name)) is not None,
        any(_counts_corners(table.columns[other], runs) for other in others if other != name),
        outlines.closed >= 0.5 * runs.count,
        float(np.median(outlines.corners)) >= _MANY_CORNERS,
    )
    return any(reasons)


def _counts_corners(column: Column, runs: _Runs) -> bool:
    """Whether a column counts 1, 2, 3 … within each run."""
    if not column.is_number:
        return False
    numbers = column.numbers
    steps = np.diff(numbers)
    steps[runs.starts[1:-1] - 1] = 1
    return bool(len(steps) and (steps == 1).all() and (numbers[runs.starts[:-1]] <= 1).all())


def _made(table: CornerTable, runs: _Runs, outlines: _Outlines, where: str) -> CornerLists:
    columns = {
        name: _column(column, runs)
        for name, column in table.columns.items()
        if name not in table.fields
    }
    made = len(outlines.polygons)
    params = {"corners": int(runs.starts[-1]), "lists": runs.count}
    notes = [Problem("corners.polygons", Severity.INFO, where, made, params)]
    few = np.flatnonzero(outlines.corners < _LEAST_CORNERS)
    notes += _noted("corners.few", where, [table.lines[runs.starts[run]] for run in few])
    notes += _noted("corners.unread", where, [table.lines[row] for row in outlines.missing])
    if outlines.repeated:
        notes.append(Problem("corners.repeated", Severity.INFO, where, outlines.repeated))
    return CornerLists(columns, outlines.shapes, tuple(notes), int(runs.starts[-1]))


def _noted(code: str, where: str, lines: list[int]) -> list[Problem]:
    if not lines:
        return []
    params = {"lines": listed_lines(lines)}
    return [Problem(code, Severity.WARNING, where, len(lines), params)]


def _column(column: Column, runs: _Runs) -> Column:
    """Return one value for each run: the common one, else all of them in order."""
    if _is_constant(column, runs):
        return column.take(runs.starts[:-1].astype(np.intp))
    values = column.arrow.to_pylist()
    ends = zip(runs.starts, runs.starts[1:], strict=False)
    texts = ["; ".join("-" if v is None else cell_text(v) for v in values[a:b]) for a, b in ends]
    return column_of(pa.array(texts, pa.string()))
