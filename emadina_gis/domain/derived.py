"""Columns that follow from others: computed by a formula, or joined from another table by a key.

Owns what is kept of them in a project, and how a person has arranged the columns of a table. How
they are worked out is the session's; values stand in the table like any other column's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class KeyReading(StrEnum):
    """How the texts of two key columns are compared.

    Attributes
    ----------
    EXACT
        As they are, without blanks around them.
    PLAIN
        Without case, accents and double blanks; digits of all scripts are the same.
    TITLE
        As land titles: "TF n° 3875 / c" is "T.3875/C".
    """

    EXACT = "exact"
    PLAIN = "plain"
    TITLE = "title"


class ManyRows(StrEnum):
    """What a joined column takes where several rows have the key.

    Attributes
    ----------
    REFUSED
        Nothing: the join is refused.
    SAME
        The value that all of them have, else none.
    """

    REFUSED = "refused"
    SAME = "same"
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True)
class ComputedColumn:
    """A column whose values a formula gives, worked out again when its inputs change."""

    name: str
    formula: str


@dataclass(frozen=True)
class JoinedColumn:
    """A column of another table, its name here, and what is taken of several rows."""

    field: str
    name: str
    many: ManyRows = ManyRows.REFUSED


@dataclass(frozen=True)
class LayerJoin:
    """A live join: columns of another layer of the project, found by a key.

    Attributes
    ----------
    layer_id : str
        The other layer (a plain table too).
    key, other_key : str
        Key columns here and there.
    """

    id: str
    layer_id: str
    key: str
    other_key: str
    columns: tuple[JoinedColumn, ...]
    reading: KeyReading = KeyReading.EXACT

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the joined columns here."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class ColumnView:
    """How a person has arranged the columns of a table.

    Attributes
    ----------
    order : tuple of str
        Columns that were moved, in order; others follow as they come.
    widths : tuple of (str, int)
        Widths in pixels at 100 %.
    freezes_first : bool
        Whether the first column stays in sight.
    """

    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    widths: tuple[tuple[str, int], ...] = ()
    freezes_first: bool = False

    def ordered(self, names: list[str]) -> list[str]:
        """Return the names in the person's order."""
        moved = [name for name in self.order if name in names]
        return [*moved, *(name for name in names if name not in moved)]

    def with_hidden(self, name: str, *, hidden: bool) -> ColumnView:
        """Return the view with a column hidden or shown."""
        others = tuple(other for other in self.hidden if other != name)
        return replace(self, hidden=(*others, name) if hidden else others)

    def with_width(self, name: str, width_px: int) -> ColumnView:
        """Return the view with another width of a column."""
        others = tuple(pair for pair in self.widths if pair[0] != name)
        return replace(self, widths=(*others, (name, width_px)))

    def without(self, name: str) -> ColumnView:
        """Return the view without a column that is gone."""
        return ColumnView(
            tuple(other for other in self.order if other != name),
            tuple(other for other in self.hidden if other != name),
            tuple(pair for pair in self.widths if pair[0] != name),
            self.freezes_first,
        )


@dataclass(frozen=True)
class Derivations:
    """Everything of a layer's table beyond its values: derived columns, edits and arrangement.

    Attributes
    ----------
    edited : tuple of str
        Columns in which values were written by hand.
    """

    computed: tuple[ComputedColumn, ...] = ()
    joins: tuple[LayerJoin, ...] = ()
    edited: tuple[str, ...] = ()
    view: ColumnView = field(default_factory=ColumnView)

    def formula_of(self, name: str) -> str:
        """Return the formula of a column, empty where it is not computed."""
        return next((one.formula for one in self.computed if one.name == name), "")

    def join_of(self, name: str) -> LayerJoin | None:
        """Return the join that brings a column, or None."""
        return next((join for join in self.joins if name in join.names), None)

    def is_derived(self, name: str) -> bool:
        """Whether the values of a column follow from others."""
        return bool(self.formula_of(name)) or self.join_of(name) is not None

    def with_edited(self, names: tuple[str, ...]) -> Derivations:
        """Return them with columns marked as edited by hand."""
        more = tuple(name for name in names if name not in self.edited)
        return replace(self, edited=(*self.edited, *more)) if more else self

    def with_formula(self, name: str, formula: str) -> Derivations:
        """Return them with the formula of a column; an empty one makes it a plain column."""
        others = tuple(one for one in self.computed if one.name != name)
        mine = (ComputedColumn(name, formula),) if formula else ()
        return replace(self, computed=(*others, *mine))

    def without_column(self, name: str) -> Derivations:
        """Return them without a column."""
        joins = tuple(_left(join, name) for join in self.joins)
        return Derivations(
            tuple(one for one in self.computed if one.name != name),
            tuple(join for join in joins if join.columns),
            tuple(other for other in self.edited if other != name),
            self.view.without(name),
        )


def _left(join: LayerJoin, name: str) -> LayerJoin:
    if name not in join.names:
        return join
    return replace(join, columns=tuple(one for one in join.columns if one.name != name))
