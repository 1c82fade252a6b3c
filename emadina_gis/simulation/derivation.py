"""A figure as arithmetic on numbers that can be shown: quantities, operations, steps.

What is computed again from the numbers as they are shown gives the figure as it is shown: `Step`
finds how many decimals that takes. It knows no parcels and no words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.kept import kept

if TYPE_CHECKING:
    from emadina_gis.regulation import Citation

#: Where a number comes from.
PARCEL, ASSUMED, RULE, SCENARIO, COEFFICIENT, STEP, GROUP, DRAWN = (
    "parcel", "assumed", "rule", "scenario", "coefficient", "step", "group", "drawn",
)  # fmt: skip
MOST_EXTRA = 8
_TINY = 1e-9


@dataclass(frozen=True)
class Quantity:
    """A number with its name, unit and origin.

    Attributes
    ----------
    key : str
        What it is, for words.
    origin : str
        `PARCEL`, `ASSUMED`, `RULE`, `SCENARIO`, `COEFFICIENT`, `STEP`, `GROUP` or `DRAWN`.
    kind : str
        Kind of rule, key of the coefficient, or name of the group.
    least : int
        Decimals with which it is shown at least.
    citation : Citation or None
        Where a rule is printed.
    levels : tuple of int
        First and last level that it is of.
    """

    key: str
    value: float
    unit: str = ""
    origin: str = STEP
    kind: str = ""
    least: int = 2
    citation: Citation | None = None
    levels: tuple[int, int] | None = None

    @property
    def name(self) -> tuple[object, ...]:
        """What tells the quantity from others: the same rule may give another value per level."""
        return self.key, self.kind, self.levels, round(self.value, 9)

    def decimals(self, extra: int = 0) -> int:
        """Return the decimals to show, without zeros at the end beyond none at all."""
        most = self.least + extra
        shown = round(self.value, most)
        fewer = (d for d in range(most) if abs(round(self.value, d) - shown) < _TINY)
        return next(fewer, most)

    def shown(self, extra: int = 0) -> float:
        """Return the number as it is shown."""
        return round(self.value, self.least + extra)


@dataclass(frozen=True)
class Operation:
    """``+``, ``-``, ``*``, ``/``, ``min``, ``max`` or ``ceil`` of some parts."""

    sign: str
    parts: tuple[Expression, ...]


Expression = Quantity | Operation


def plus(*parts: Expression) -> Expression:
    """Return a sum; the part itself where there is one."""
    return parts[0] if len(parts) == 1 else Operation("+", parts)


def minus(first: Expression, *others: Expression) -> Expression:
    """Return a difference; the first part itself where nothing is taken off."""
    return Operation("-", (first, *others)) if others else first


def times(*parts: Expression) -> Expression:
    """Return a product."""
    return parts[0] if len(parts) == 1 else Operation("*", parts)


def over(first: Expression, second: Expression) -> Expression:
    """Return a quotient."""
    return Operation("/", (first, second))


def least_of(*parts: Expression) -> Expression:
    """Return the least; the part itself where there is one."""
    return parts[0] if len(parts) == 1 else Operation("min", parts)


def most_of(*parts: Expression) -> Expression:
    """Return the most."""
    return Operation("max", parts)


def value_of(expression: Expression, extra: int | None = None) -> float:
    """Return what an expression gives, from exact numbers or from those that are shown.

    Parameters
    ----------
    extra : int, optional
        Round every quantity to its own decimals and this many more.
    """
    if isinstance(expression, Quantity):
        return expression.value if extra is None else expression.shown(extra)
    parts = [value_of(part, extra) for part in expression.parts]
    return _APPLY[expression.sign](parts)


def _minus(parts: list[float]) -> float:
    return parts[0] - sum(parts[1:])


def _ceil(parts: list[float]) -> float:
    return float(math.ceil(parts[0] * (1 - _TINY)))


_APPLY: dict[str, Callable[[list[float]], float]] = {
    "+": math.fsum,
    "-": _minus,
    "*": math.prod,
    "/": lambda parts: parts[0] / parts[1],
    "min": min,
    "max": max,
    "ceil": _ceil,
}


def quantities_of(expression: Expression) -> Iterator[Quantity]:
    """Yield the quantities of an expression, in the order in which they are written."""
    if isinstance(expression, Quantity):
        yield expression
        return
    for part in expression.parts:
        yield from quantities_of(part)


@dataclass(frozen=True)
class Step:
    """One line of arithmetic: what it gives, and how.

    Attributes
    ----------
    formula : str
        Key of the formula in words.
    """

    result: Quantity
    expression: Expression
    formula: str

    @kept
    def extra(self) -> int:
        """Decimals that inputs are shown with beyond their least, so that the result agrees."""
        return self.extra_for(self.result.least)

    def extra_for(self, decimals: int) -> int:
        """Return the same for a result that is shown with some decimals."""
        wanted = round(self.result.value, decimals)
        for extra in range(MOST_EXTRA):
            again = round(value_of(self.expression, extra), decimals)
            if abs(again - wanted) < _TINY:
                return extra
        return MOST_EXTRA

    @property
    def is_exact(self) -> bool:
        """Whether the expression gives the result, to the decimals that are shown."""
        again = value_of(self.expression)
        return abs(again - self.result.value) <= 0.5 * 10.0**-self.result.least + _TINY * abs(again)


@dataclass(frozen=True)
class ShownStep:
    """A step with the decimals beyond their least of its inputs, and those of its result."""

    step: Step
    extra: int
    decimals: int


@dataclass(frozen=True)
class Derivation:
    """How a figure comes about: steps, the last of which gives it.

    Attributes
    ----------
    lot : bool or None
        The regime it holds under; None where it makes no difference.
    sector : str
        Code of the sector whose rules are applied.
    """

    steps: tuple[Step, ...]
    lot: bool | None = None
    sector: str = ""

    @property
    def result(self) -> Quantity:
        """The figure."""
        return self.steps[-1].result

    @kept
    def shown(self) -> tuple[ShownStep, ...]:
        """How each step is shown: a result with as many decimals as later steps take of it."""
        needed: dict[tuple[object, ...], int] = {}
        found = []
        for step in reversed(self.steps):
            key = (step.result.key, step.result.levels)
            decimals = max(step.result.least, needed.get(key, 0))
            extra = step.extra_for(decimals)
            found.append(ShownStep(step, extra, step.result.decimals(decimals - step.result.least)))
            for item in quantities_of(step.expression):
                used = (item.key, item.levels)
                needed[used] = max(needed.get(used, 0), item.decimals(extra))
        return tuple(reversed(found))

    @property
    def inputs(self) -> tuple[Quantity, ...]:
        """Numbers that no step gives, each once, in the order in which they are used."""
        given = {(step.result.key, step.result.levels) for step in self.steps}
        found = {
            item.name: item
            for step in self.steps
            for item in quantities_of(step.expression)
            if (item.key, item.levels) not in given
        }
        return tuple(found.values())
