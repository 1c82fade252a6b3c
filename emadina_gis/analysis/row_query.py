"""What a table shows of a layer: a formula, conditions, a scope and an order, as one value.

Owns how they go together: filters first, then the order; selected rows on top keep theirs. Knows
no widget; runs on a thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.formula import Formula, formula, rows_where
from emadina_gis.analysis.row_filter import Condition, rows_meeting
from emadina_gis.analysis.row_order import SortKey, row_order
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.table import FeatureTable


class Scope(StrEnum):
    """Which rows a table is about."""

    ALL = "all"
    SELECTED = "selected"
    VIEW = "view"


@dataclass(frozen=True)
class RowQuery:
    """What is asked of the rows.

    Attributes
    ----------
    formula : str
        A condition of the formula language; empty for none.
    conditions : tuple of Condition
        All of them hold.
    order : tuple of SortKey
        The first decides first; empty leaves the rows as they come.
    selected_first : bool
        Selected rows above the others.
    """

    formula: str = ""
    conditions: tuple[Condition, ...] = ()
    order: tuple[SortKey, ...] = ()
    scope: Scope = Scope.ALL
    selected_first: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether every row is shown as it comes."""
        return self == RowQuery()

    @property
    def needs_selection(self) -> bool:
        """Whether the answer depends on what is selected."""
        return self.selected_first or self.scope is Scope.SELECTED

    def with_condition(self, field: str, condition: Condition | None) -> RowQuery:
        """Return the query with the condition on a column replaced, or taken away."""
        kept = tuple(other for other in self.conditions if other.field != field)
        return replace(self, conditions=kept if condition is None else (*kept, condition))

    def sorted_by(self, field: str, *, add: bool = False) -> RowQuery:
        """Return the query ordered by a column: ascending, then descending, then not at all.

        Parameters
        ----------
        add : bool
            Keep the columns that decide before it.
        """
        old = next((key for key in self.order if key.field == field), None)
        others = tuple(key for key in self.order if key.field != field) if add else ()
        if old is None or (not add and len(self.order) > 1):
            return replace(self, order=(*others, SortKey(field)))
        if old.descending:
            return replace(self, order=others)
        turned = tuple(SortKey(field, True) if key is old else key for key in self.order)
        return replace(self, order=turned if add else (SortKey(field, True),))


@dataclass(frozen=True, eq=False)
class RowSource:
    """The rows that a query is asked of.

    Attributes
    ----------
    columns : Mapping[str, Column]
        Columns by name, those of the outcome too.
    selected : ndarray of int
        Rows (not ids) that are selected.
    extent : Extent or None
        Part of the map that is shown, in the CRS of the table.
    """

    table: FeatureTable
    columns: Mapping[str, Column]
    selected: NDArray[np.intp]
    extent: Extent | None = None
    language: str = "fr"

    @property
    def every_row(self) -> NDArray[np.intp]:
        """All rows as they come."""
        return np.arange(self.table.row_count, dtype=np.intp)


def rows_shown(query: RowQuery, source: RowSource, ctx: Context = NULL_CONTEXT) -> NDArray[np.intp]:
    """Return the rows to show, in order, shape (k,).

    Raises
    ------
    AnalysisError
        Where the formula cannot be read or applied.
    """
    count = source.table.row_count
    order = row_order(source.columns, query.order, count, source.language, ctx)
    ctx.check()
    kept = _kept(query, source, ctx)
    ctx.check()
    shown = order if kept is None else order[kept[order]]
    if query.selected_first:
        chosen = np.zeros(count, dtype=bool)
        chosen[source.selected] = True
        top = chosen[shown]
        shown = np.concatenate([shown[top], shown[~top]])
    return np.ascontiguousarray(shown, dtype=np.intp)


def _kept(query: RowQuery, source: RowSource, ctx: Context) -> NDArray[np.bool_] | None:
    """Return which rows are shown; None for all of them."""
    count = source.table.row_count
    kept = None
    if query.conditions:
        kept = rows_meeting(source.columns, query.conditions, count, ctx)
    for rows in _listed(query, source):
        ctx.check()
        mine = np.zeros(count, dtype=bool)
        mine[rows] = True
        kept = mine if kept is None else kept & mine
    return kept


def _listed(query: RowQuery, source: RowSource) -> list[NDArray[np.intp]]:
    found = []
    if query.formula.strip():
        asked = formula(query.formula)
        found.append(rows_where(asked, source.table, _further(asked, source)))
    if query.scope is Scope.SELECTED:
        found.append(source.selected)
    if query.scope is Scope.VIEW and source.extent is not None:
        found.append(rows_in(source.table, source.extent))
    return found


def _further(asked: Formula, source: RowSource) -> dict[str, Column]:
    """Return the columns beyond the table's that a formula reads: making them takes a while."""
    wanted = {name.casefold() for name in asked.columns}
    own = source.table.columns
    names = [name for name in source.columns if name.casefold() in wanted and name not in own]
    return {name: source.columns[name] for name in names}


def rows_in(table: FeatureTable, extent: Extent) -> NDArray[np.intp]:
    """Return the rows whose bounding box meets an extent, shape (k,)."""
    bounds = table.bounds
    west, south, east, north = bounds.T
    inside = (west <= extent.xmax) & (east >= extent.xmin)
    inside &= (south <= extent.ymax) & (north >= extent.ymin)
    return np.flatnonzero(inside)
