"""Formulas on columns: "select by attribute" and filters, evaluated on whole columns at once.

Owns the meaning of the tree that `formula_text` makes. Three-valued: a comparison with a missing
value is neither true nor false, and a row is selected only where the formula is true. Knows no
code but its own operations: nothing of Python is reachable from a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.analysis.formula_text import (
    ColumnName,
    Literal,
    Membership,
    Missing,
    Negation,
    Node,
    Operation,
    formula_error,
    tree_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.table import FeatureTable

_NUMBER, _TEXT, _TRUTH = "number", "text", "truth"
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "−": np.subtract, "×": np.multiply, "÷": np.divide,
}  # fmt: skip
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "≠": np.not_equal,
    "<": np.less, "≤": np.less_equal, ">": np.greater, "≥": np.greater_equal,
}  # fmt: skip
_ARROW_ORDER = {
    "=": pc.equal, "≠": pc.not_equal,
    "<": pc.less, "≤": pc.less_equal, ">": pc.greater, "≥": pc.greater_equal,
}  # fmt: skip


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
        return tuple(dict.fromkeys(_names(self.tree)))


@dataclass(frozen=True, eq=False)
class _Values:
    """What a part of the tree is worth on each row: values and whether they are known."""

    kind: str
    values: Any
    known: Any


def formula(text: str) -> Formula:
    """Return the formula of a text.

    Raises
    ------
    AnalysisError
        Code ``formula.…`` with the position of what is not understood.
    """
    return Formula(text, tree_of(text))


def rows_where(
    source: Formula, table: FeatureTable, extra: Mapping[str, Column] | None = None
) -> NDArray[np.intp]:
    """Return the rows where a formula is true, shape (k,).

    Parameters
    ----------
    source : Formula
        A condition.
    table : FeatureTable
        Columns by name; case does not matter where a name is unambiguous.
    extra : Mapping[str, Column], optional
        Further columns on the same rows, such as outcomes.

    Raises
    ------
    AnalysisError
        ``formula.no-column``, ``formula.kinds``, ``formula.not-a-condition``.
    """
    reader = _Reader({**table.columns, **(extra or {})}, table.row_count)
    result = reader.value(source.tree)
    if result.kind != _TRUTH:
        raise formula_error("formula.not-a-condition", source.tree.position)
    return np.flatnonzero(np.broadcast_to(result.values & result.known, (table.row_count,)))


def numbers_of(
    source: Formula, table: FeatureTable, extra: Mapping[str, Column] | None = None
) -> NDArray[np.float64]:
    """Return what a numeric formula is worth on each row, NaN where unknown, shape (n,).

    Raises
    ------
    AnalysisError
        ``formula.no-column``, ``formula.kinds``, ``formula.not-a-number``.
    """
    reader = _Reader({**table.columns, **(extra or {})}, table.row_count)
    result = reader.value(source.tree)
    if result.kind != _NUMBER:
        raise formula_error("formula.not-a-number", source.tree.position)
    values = np.where(result.known, result.values, np.nan)
    return np.array(np.broadcast_to(values, (table.row_count,)), dtype=np.float64)


def _names(node: Node) -> list[str]:
    if isinstance(node, ColumnName):
        return [node.name]
    if isinstance(node, Operation):
        return [*_names(node.left), *_names(node.right)]
    return [] if isinstance(node, Literal) else _names(node.operand)


class _Reader:
    """Evaluates a tree on the columns of n rows."""

    def __init__(self, columns: Mapping[str, Column], row_count: int) -> None:
        self._columns = columns
        self._row_count = row_count

    def value(self, node: Node) -> _Values:
        """Return what a node is worth."""
        if isinstance(node, Literal):
            return _constant(node.value)
        if isinstance(node, ColumnName):
            return self._column(node)
        if isinstance(node, Missing):
            inner = self.value(node.operand)
            return _Values(_TRUTH, ~np.asarray(inner.known), np.True_)
        if isinstance(node, Negation):
            return self._negated(node)
        if isinstance(node, Membership):
            return self._member(node)
        return self._joined(node)

    def _column(self, node: ColumnName) -> _Values:
        column = self._columns.get(self._name(node))
        assert column is not None
        if column.is_boolean:
            truth = pc.fill_null(column.arrow, False).to_numpy()
            return _Values(_TRUTH, truth.astype(bool), column.arrow.is_valid().to_numpy())
        if column.is_number:
            numbers = column.numbers
            return _Values(_NUMBER, numbers, ~np.isnan(numbers))
        texts = column.arrow if column.is_text else column.arrow.cast(pa.string())
        return _Values(_TEXT, texts, texts.is_valid().to_numpy())

    def _name(self, node: ColumnName) -> str:
        if node.name in self._columns:
            return node.name
        alike = [name for name in self._columns if name.casefold() == node.name.casefold()]
        if len(alike) != 1:
            raise formula_error("formula.no-column", node.position, column=node.name)
        return alike[0]

    def _negated(self, node: Negation) -> _Values:
        inner = self.value(node.operand)
        if node.operator == "not":
            _check(inner, _TRUTH, node.position)
            return _Values(_TRUTH, ~np.asarray(inner.values), inner.known)
        _check(inner, _NUMBER, node.position)
        return _Values(_NUMBER, -np.asarray(inner.values), inner.known)

    def _member(self, node: Membership) -> _Values:
        inner = self.value(node.operand)
        for literal in node.values:
            _check(_constant(literal.value), inner.kind, literal.position)
        listed = [literal.value for literal in node.values]
        if inner.kind == _TEXT:
            found = pc.is_in(inner.values, value_set=pa.array(listed, pa.string()))
            return _Values(_TRUTH, _numpy_truth(found), inner.known)
        return _Values(_TRUTH, np.isin(inner.values, np.asarray(listed)), inner.known)

    def _joined(self, node: Operation) -> _Values:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in {"and", "or"}:
            _check(left, _TRUTH, node.left.position)
            _check(right, _TRUTH, node.right.position)
            return _both(left, right) if node.operator == "and" else _either(left, right)
        if node.operator in _ARITHMETIC:
            _check(left, _NUMBER, node.left.position)
            _check(right, _NUMBER, node.right.position)
            return _computed(node.operator, left, right)
        if node.operator == "contains":
            return self._contains(node, left, right)
        _check(right, left.kind, node.right.position)
        return _compared(node.operator, left, right)

    def _contains(self, node: Operation, left: _Values, right: _Values) -> _Values:
        _check(left, _TEXT, node.left.position)
        if not (isinstance(node.right, Literal) and isinstance(node.right.value, str)):
            raise formula_error("formula.kinds", node.right.position)
        found = pc.match_substring(left.values, node.right.value, ignore_case=True)
        return _Values(_TRUTH, _numpy_truth(found), left.known & right.known)


def _constant(value: object) -> _Values:
    if isinstance(value, bool):
        return _Values(_TRUTH, np.bool_(value), np.True_)
    if isinstance(value, str):
        return _Values(_TEXT, pa.scalar(value), np.True_)
    assert isinstance(value, int | float)
    return _Values(_NUMBER, np.float64(value), np.True_)


def _check(values: _Values, kind: str, position: int) -> None:
    if values.kind != kind:
        raise formula_error("formula.kinds", position)


def _computed(operator: str, left: _Values, right: _Values) -> _Values:
    with np.errstate(all="ignore"):
        values = np.asarray(_ARITHMETIC[operator](left.values, right.values))
    return _Values(_NUMBER, values, left.known & right.known & np.isfinite(values))


def _compared(operator: str, left: _Values, right: _Values) -> _Values:
    known = left.known & right.known
    if left.kind != _TEXT:
        return _Values(_TRUTH, np.asarray(_ORDER[operator](left.values, right.values)), known)
    return _Values(_TRUTH, _numpy_truth(_ARROW_ORDER[operator](left.values, right.values)), known)


def _numpy_truth(found: Any) -> NDArray[np.bool_]:
    if isinstance(found, pa.Scalar):
        return np.asarray(bool(found.as_py()))
    return np.asarray(pc.fill_null(found, False).to_numpy(), dtype=bool)


def _both(left: _Values, right: _Values) -> _Values:
    """Three-valued "and": false wins over unknown."""
    is_false = (left.known & ~left.values) | (right.known & ~right.values)
    known = is_false | (left.known & right.known)
    return _Values(_TRUTH, ~is_false, known)


def _either(left: _Values, right: _Values) -> _Values:
    """Three-valued "or": true wins over unknown."""
    is_true = (left.known & left.values) | (right.known & right.values)
    known = is_true | (left.known & right.known)
    return _Values(_TRUTH, is_true, known)
