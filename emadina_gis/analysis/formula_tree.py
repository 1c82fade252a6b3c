"""The tree of a formula: frozen nodes; where they stood does not count when two are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Literal:
    """A number with or without a unit, a text or a truth value."""

    value: float | str | bool
    position: int = field(default=0, compare=False)
    unit: str = ""


@dataclass(frozen=True)
class ColumnName:
    """A column of the table, by its name or by what it is called on the screen."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Negation:
    """``not`` of a condition, or the opposite of a number."""

    operator: str
    operand: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Operation:
    """Two operands and what joins them."""

    operator: str
    left: Node
    right: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Membership:
    """``x in (a, b, …)``."""

    operand: Node
    values: tuple[Literal, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Between:
    """``x between low and high``, the ends included."""

    operand: Node
    low: Node
    high: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Missing:
    """``x is missing``."""

    operand: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """A function of some values."""

    function: str
    arguments: tuple[Node, ...]
    position: int = field(default=0, compare=False)


Node = Literal | ColumnName | Negation | Operation | Membership | Between | Missing | Call


def children(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of."""
    if isinstance(node, Operation):
        return node.left, node.right
    if isinstance(node, Between):
        return node.operand, node.low, node.high
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Membership):
        return node.operand, *node.values
    return (node.operand,) if isinstance(node, Negation | Missing) else ()


def with_columns(node: Node, named: Callable[[ColumnName], str]) -> Node:
    """Return a tree whose columns have other names."""
    if isinstance(node, ColumnName):
        return replace(node, name=named(node))
    if isinstance(node, Literal):
        return node
    if isinstance(node, Operation):
        left, right = with_columns(node.left, named), with_columns(node.right, named)
        return replace(node, left=left, right=right)
    if isinstance(node, Call):
        return replace(node, arguments=tuple(with_columns(n, named) for n in node.arguments))
    operand = with_columns(node.operand, named)
    if isinstance(node, Between):
        low, high = with_columns(node.low, named), with_columns(node.high, named)
        return replace(node, operand=operand, low=low, high=high)
    return replace(node, operand=operand)


def column_names(node: Node) -> tuple[str, ...]:
    """Return the names of the columns that a tree reads, as written, each once."""
    return tuple(dict.fromkeys(_names(node)))


def _names(node: Node) -> list[str]:
    if isinstance(node, ColumnName):
        return [node.name]
    return [name for child in children(node) for name in _names(child)]
