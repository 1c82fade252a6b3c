"""Formulas on columns: conditions and computed values, evaluated on blocks of whole columns.

Owns the meaning of the tree that `formula_text` makes. Three-valued: a comparison with a missing
value is neither true nor false, and a row is selected only where the formula is true. Knows no
code but its own operations: nothing of Python and no query language is reachable from a formula.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.analysis.formula_errors import FormulaError, formula_error
from emadina_gis.analysis.formula_functions import (
    MEASURES,
    called,
    check_count,
    day_of,
    measure_of,
)
from emadina_gis.analysis.formula_geometry import measured
from emadina_gis.analysis.formula_matching import matches, same_texts
from emadina_gis.analysis.formula_print import printed
from emadina_gis.analysis.formula_text import TEXT_TESTS, tree_of
from emadina_gis.analysis.formula_tree import (
    Between,
    Call,
    ColumnName,
    Literal,
    Membership,
    Missing,
    Negation,
    Node,
    Operation,
    column_names,
    with_columns,
)
from emadina_gis.analysis.formula_units import PLAIN, Unit, name_of, unit_in_name, unit_of
from emadina_gis.analysis.formula_values import (
    DATE,
    NUMBER,
    TEXT,
    TRUTH,
    Values,
    as_date,
    both,
    compared,
    computed,
    constant,
    dates,
    either,
    numbers,
    one_unit,
    texts,
    truths,
)
from emadina_gis.domain.column import Column, ColumnChunk
from emadina_gis.domain.folding import folded
from emadina_gis.domain.geometry import CHUNK_ROWS
from emadina_gis.domain.kept import kept
from emadina_gis.errors import EmadinaError
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.table import FeatureTable

__all__ = ["Formula", "FormulaError", "Given", "Result", "evaluate", "formula", "kind_of",
           "numbers_of", "resolved", "rows_where", "stored_formula"]  # fmt: skip

#: Rows evaluated at once; between blocks a cancel is heeded and other threads run.
BLOCK_ROWS = 65_536


@dataclass(frozen=True)
class Formula:
    """A formula that was read and is ready to be applied.

    Attributes
    ----------
    text : str
        As it was written.
    """

    text: str
    tree: Node

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns it reads, as written, each once."""
        return column_names(self.tree)

    @kept
    def stored(self) -> str:
        """The one form in which it is saved, whatever language it was written in."""
        return printed(self.tree)

    def said(self, language: str) -> str:
        """Return it in the words of a language."""
        return printed(self.tree, language)


@dataclass(frozen=True)
class Given:
    """What a formula may know beside the columns.

    Attributes
    ----------
    units : Mapping[str, str]
        Unit by column, such as ``"m2"``.
    aliases : Mapping[str, str]
        Column by what it is called on the screen.
    today : datetime.date
        The day of ``today()``.
    """

    units: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    today: dt.date = field(default_factory=dt.date.today)


@dataclass(frozen=True, eq=False)
class Result:
    """What a formula is worth on each row.

    Attributes
    ----------
    kind : str
        ``"number"``, ``"text"``, ``"truth"`` or ``"date"``.
    column : Column
        Missing where a value that it needs is missing.
    unit : str
        Name of the unit; empty for plain numbers and other kinds.
    """

    kind: str
    column: Column
    unit: str = ""


def formula(text: str) -> Formula:
    """Return the formula of a text.

    Raises
    ------
    FormulaError
        Code ``formula.…`` with the position of what is not understood.
    """
    return Formula(text, tree_of(text))


def stored_formula(text: str) -> str:
    """Return the one form in which a formula is saved; raises `FormulaError`."""
    return formula(text).stored


def resolved(
    source: Formula,
    table: FeatureTable,
    extra: Mapping[str, Column] | None = None,
    *,
    given: Given | None = None,
) -> Formula:
    """Return a formula that names its columns as the table does: titles read in one language only.

    Raises
    ------
    FormulaError
        ``formula.no-column``.
    """
    tree = with_columns(source.tree, _Columns(table, extra, given or Given()).named)
    return Formula(printed(tree), tree)


def rows_where(
    source: Formula,
    table: FeatureTable,
    extra: Mapping[str, Column] | None = None,
    *,
    given: Given | None = None,
    ctx: Context = NULL_CONTEXT,
) -> NDArray[np.intp]:
    """Return the rows where a formula is true, shape (k,).

    Parameters
    ----------
    source : Formula
        A condition.
    table : FeatureTable
        Columns by name; case does not matter where a name is unambiguous.
    extra : Mapping[str, Column], optional
        Further columns on the same rows, such as outcomes; they come before the table's.

    Raises
    ------
    FormulaError
        ``formula.no-column``, ``formula.kinds``, ``formula.units``, ``formula.not-a-condition``…
    """
    found = [np.zeros(0, dtype=np.intp)]
    for start, count, result in _blocks(source, table, extra, given, ctx):
        if result.kind != TRUTH:
            raise formula_error("formula.not-a-condition", source.tree.position)
        is_true = np.broadcast_to(result.values & result.known, (count,))
        found.append(start + np.flatnonzero(is_true))
    return np.concatenate(found)


def numbers_of(
    source: Formula,
    table: FeatureTable,
    extra: Mapping[str, Column] | None = None,
    *,
    given: Given | None = None,
    ctx: Context = NULL_CONTEXT,
) -> NDArray[np.float64]:
    """Return what a numeric formula is worth on each row, NaN where unknown, shape (n,).

    Raises
    ------
    FormulaError
        As `rows_where`, and ``formula.not-a-number``.
    """
    found = [np.zeros(0)]
    for _, count, result in _blocks(source, table, extra, given, ctx):
        if result.kind != NUMBER:
            raise formula_error("formula.not-a-number", source.tree.position)
        values = np.where(result.known, result.values, np.nan)
        found.append(np.broadcast_to(values, (count,)))
    return np.concatenate(found)


def evaluate(
    source: Formula,
    table: FeatureTable,
    extra: Mapping[str, Column] | None = None,
    *,
    given: Given | None = None,
    ctx: Context = NULL_CONTEXT,
) -> Result:
    """Return what any formula is worth on each row, as a column with its kind and unit.

    Raises
    ------
    FormulaError
        As `rows_where`.
    """
    parts: list[pa.Array] = []
    kind, unit = NUMBER, PLAIN
    for _, count, result in _blocks(source, table, extra, given, ctx):
        kind, unit = result.kind, result.unit
        parts.append(_arrow(result, count))
    chunks = [piece for part in parts for piece in _chunked(part)] if table.row_count else []
    column = Column(tuple(ColumnChunk(chunk) for chunk in chunks), _ARROW_TYPES[kind])
    known = () if given is None else tuple(given.units.values())
    return Result(kind, column, name_of(unit, known))


def kind_of(
    source: Formula,
    table: FeatureTable,
    extra: Mapping[str, Column] | None = None,
    *,
    given: Given | None = None,
) -> tuple[str, str]:
    """Return the kind and the unit of what a formula gives, without computing it.

    Raises
    ------
    FormulaError
        As `rows_where`: what does not fit is found without looking at a row.
    """
    known = given or Given()
    reader = _Reader(_Columns(table, extra, known), 0, 0, NULL_CONTEXT)
    result = reader.value(source.tree)
    return result.kind, name_of(result.unit, tuple(known.units.values()))


_ARROW_TYPES = {
    NUMBER: pa.float64(), TEXT: pa.string(), TRUTH: pa.bool_(), DATE: pa.timestamp("us"),
}  # fmt: skip


def _arrow(result: Values, count: int) -> pa.Array:
    known = pa.array(np.broadcast_to(result.known, (count,)))
    if result.kind == TEXT:
        values = result.values
        if isinstance(values, pa.Scalar):
            values = pa.repeat(values, count)
    elif result.kind == NUMBER:
        numbers_ = np.asarray(result.values, dtype=np.float64)
        if not result.unit.is_plain and not name_of(result.unit):
            numbers_ = numbers_ * result.unit.factor
        values = pa.array(np.broadcast_to(numbers_, (count,)))
    else:
        values = pa.array(np.broadcast_to(result.values, (count,)))
    values = values.cast(_ARROW_TYPES[result.kind])
    return pc.if_else(known, values, pa.scalar(None, _ARROW_TYPES[result.kind]))


def _chunked(part: pa.Array) -> Iterator[pa.Array]:
    for start in range(0, len(part), CHUNK_ROWS):
        yield pa.concat_arrays([part.slice(start, CHUNK_ROWS)])


def _blocks(
    source: Formula,
    table: FeatureTable,
    extra: Mapping[str, Column] | None,
    given: Given | None,
    ctx: Context,
) -> Iterator[tuple[int, int, Values]]:
    """Return (first row, number of rows, values) for each block; one empty block of no rows."""
    columns = _Columns(table, extra, given or Given())
    for start in range(0, max(table.row_count, 1), BLOCK_ROWS):
        ctx.report(start / max(table.row_count, 1), "phase.reading")
        stop = min(start + BLOCK_ROWS, table.row_count)
        yield start, stop - start, _Reader(columns, start, stop, ctx).value(source.tree)


class _Columns:
    """Columns by name, and measures of geometry, made once for all blocks."""

    def __init__(
        self, table: FeatureTable, extra: Mapping[str, Column] | None, given: Given
    ) -> None:
        self.table = table
        self.given = given
        self._extra = extra or {}
        self._measures: dict[str, NDArray[np.float64]] = {}
        self._names: dict[str, str] = {}

    def named(self, node: ColumnName) -> str:
        """Return the name of a column that a formula names in some way."""
        if node.name not in self._names:
            self._names[node.name] = self._found(node)
        return self._names[node.name]

    def _found(self, node: ColumnName) -> str:
        every = list(dict.fromkeys((*self._extra, *self.table.columns)))
        if node.name in every:
            return node.name
        wanted = node.name.casefold()
        alike = [name for name in every if name.strip().casefold() == wanted]
        if not alike:
            said = folded(node.name)
            titled = {name for title, name in self.given.aliases.items() if folded(title) == said}
            alike = [name for name in every if name in titled]
        if len(alike) != 1:
            raise formula_error("formula.no-column", node.position, column=node.name)
        return alike[0]

    def column(self, name: str) -> Column:
        """Return the column of a name that was found."""
        return self._extra[name] if name in self._extra else self.table.columns[name]

    def unit(self, name: str) -> Unit:
        """Return the unit that a column is said to have, else the one in its name."""
        return unit_of(self.given.units.get(name) or unit_in_name(name))

    def measure(self, node: Call, ctx: Context) -> NDArray[np.float64]:
        """Return a measure of the geometry of all rows."""
        if node.function not in self._measures:
            try:
                self._measures[node.function] = measured(node.function, self.table, ctx)
            except EmadinaError as error:
                raise formula_error("formula.no-measure", node.position, why=error) from error
        return self._measures[node.function]


class _Reader:
    """Evaluates a tree on some rows."""

    def __init__(self, columns: _Columns, start: int, stop: int, ctx: Context) -> None:
        self._columns = columns
        self._start = start
        self._stop = stop
        self._ctx = ctx

    def value(self, node: Node) -> Values:
        """Return what a node is worth."""
        return replace(self._value(node), position=node.position)

    def _value(self, node: Node) -> Values:
        if isinstance(node, Literal):
            return constant(node)
        if isinstance(node, ColumnName):
            return self._column(node)
        if isinstance(node, Missing):
            return truths(~np.asarray(self.value(node.operand).known), np.True_)
        if isinstance(node, Negation):
            return self._negated(node)
        if isinstance(node, Membership):
            return self._member(node)
        if isinstance(node, Between):
            return self._between(node)
        return self._called(node) if isinstance(node, Call) else self._joined(node)

    def _column(self, node: ColumnName) -> Values:
        name = self._columns.named(node)
        column = self._columns.column(name)
        if column.is_number:
            values = column.numbers[self._start : self._stop]
            return numbers(values, np.True_, self._columns.unit(name))
        part = column.arrow.slice(self._start, self._stop - self._start).combine_chunks()
        if isinstance(part, pa.ChunkedArray):
            part = pa.concat_arrays(part.chunks) if part.num_chunks else pa.array([], column.type)
        known = part.is_valid().to_numpy(zero_copy_only=False)
        if column.is_boolean:
            truth = pc.fill_null(part, False).to_numpy(zero_copy_only=False)
            return truths(truth, known)
        if pa.types.is_temporal(column.type):
            moments = pc.fill_null(part.cast(pa.timestamp("us")).cast(pa.int64()), 0)
            return dates(moments.to_numpy(zero_copy_only=False), known)
        return texts(part if column.is_text else part.cast(pa.string()))

    def _negated(self, node: Negation) -> Values:
        inner = self.value(node.operand)
        if node.operator == "not":
            inner.expect(TRUTH)
            return truths(~np.asarray(inner.values), inner.known)
        inner.expect(NUMBER)
        return numbers(-np.asarray(inner.values), inner.known, inner.unit)

    def _member(self, node: Membership) -> Values:
        inner = self.value(node.operand)
        listed = [constant(literal) for literal in node.values]
        if inner.kind == DATE:
            listed = [as_date(values) for values in listed]
        for values in listed:
            values.expect(inner.kind)
        if inner.kind == TEXT:
            return same_texts(inner, [str(values.constant) for values in listed])
        if inner.kind == NUMBER:
            inner, *listed = one_unit(inner, *listed)
        among = np.array([values.values for values in listed])
        return truths(np.isin(inner.values, among), inner.known)

    def _between(self, node: Between) -> Values:
        inner = self.value(node.operand)
        low, high = self.value(node.low), self.value(node.high)
        return both(compared("≥", inner, low), compared("≤", inner, high))

    def _called(self, node: Call) -> Values:
        check_count(node.function, len(node.arguments), node.position)
        if node.function in MEASURES:
            values = self._columns.measure(node, self._ctx)
            return measure_of(node.function, values[self._start : self._stop])
        if node.function == "today":
            return day_of(self._columns.given.today)
        return called(node.function, [self.value(part) for part in node.arguments], node.position)

    def _joined(self, node: Operation) -> Values:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in {"and", "or"}:
            return both(left, right) if node.operator == "and" else either(left, right)
        if node.operator in TEXT_TESTS:
            return matches(node.operator, left, right)
        if node.operator in {"+", "−", "×", "÷"}:
            return computed(node.operator, left, right)
        return compared(node.operator, left, right)
