"""What parts of a formula are worth on a block of rows, and arithmetic on it.

Owns units of what comes out of arithmetic. Missing stays missing: a comparison with a missing value
is neither true nor false.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.analysis.formula_errors import FormulaError, formula_error, wanted
from emadina_gis.analysis.formula_tree import Literal
from emadina_gis.analysis.formula_units import PLAIN, Unit, name_of, unit_of

NUMBER, TEXT, TRUTH, DATE = "number", "text", "truth", "date"
MICROSECONDS_PER_DAY: Final = 86_400_000_000

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


@dataclass(frozen=True, eq=False)
class Values:
    """What a part of the tree is worth on each row, and whether it is known.

    Attributes
    ----------
    kind : str
        ``"number"``, ``"text"``, ``"truth"`` or ``"date"``.
    values : ndarray, Arrow array or scalar
        Numbers as float64, truth as bool, dates as int64 microseconds, texts in Arrow.
    known : ndarray of bool or bool
        False where the value is missing.
    position : int
        Where it stands in the text.
    constant : str or None
        The text that was written, where it is one.
    is_written : bool
        Whether it stands in the formula as a number.
    """

    kind: str
    values: Any
    known: Any
    unit: Unit = PLAIN
    position: int = 0
    constant: str | None = None
    is_written: bool = False

    def expect(self, *kinds: str) -> Values:
        """Return it; another kind than expected is refused."""
        if self.kind not in kinds:
            said = wanted(f"a-{kinds[0]}")
            found = wanted(f"a-{self.kind}")
            raise formula_error("formula.kinds", self.position, expected=said, found=found)
        return self


def constant(node: Literal) -> Values:
    """Return what a literal is worth on every row."""
    value = node.value
    if isinstance(value, bool):
        return Values(TRUTH, np.bool_(value), np.True_, position=node.position)
    if isinstance(value, str):
        return Values(TEXT, pa.scalar(value), np.True_, position=node.position, constant=value)
    unit = unit_of(node.unit)
    return Values(NUMBER, np.float64(value), np.True_, unit, node.position, is_written=True)


def numbers(values: Any, known: Any, unit: Unit = PLAIN) -> Values:
    """Return numbers; what is not finite is missing."""
    values = np.asarray(values, dtype=np.float64)
    return Values(NUMBER, np.where(np.isfinite(values), values, 0.0),
                  known & np.isfinite(values), unit)  # fmt: skip


def texts(values: Any) -> Values:
    """Return texts, missing where Arrow has none."""
    if isinstance(values, pa.Scalar):
        return Values(TEXT, values, np.bool_(values.is_valid))
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return Values(TEXT, values, values.is_valid().to_numpy(zero_copy_only=False))


def truths(values: Any, known: Any) -> Values:
    """Return truth values."""
    return Values(TRUTH, np.asarray(values, dtype=bool), known)


def dates(values: Any, known: Any) -> Values:
    """Return dates, in microseconds since 1970."""
    return Values(DATE, np.asarray(values, dtype=np.int64), known)


def numpy_truth(found: Any) -> Any:
    """Return Arrow's truth values as NumPy's, missing as false."""
    if isinstance(found, pa.Scalar):
        return np.asarray(bool(found.as_py()))
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), dtype=bool)


def one_unit(first: Values, *others: Values) -> tuple[Values, ...]:
    """Return numbers in the unit of the first of them that has one.

    Raises
    ------
    FormulaError
        ``formula.units`` where one is a length and another an area, ``formula.no-unit`` where a
        number is written with a unit and what it is compared with has none that is known.
    """
    every = (first, *others)
    leading = next((values for values in every if not values.unit.is_plain), None)
    if leading is None:
        return every
    if leading.is_written and any(v.unit.is_plain and not v.is_written for v in every):
        raise formula_error("formula.no-unit", leading.position, unit=name_of(leading.unit))
    return tuple(_in_unit(values, leading.unit) for values in every)


def _in_unit(values: Values, unit: Unit) -> Values:
    if values.unit == unit:
        return values
    if values.unit.is_plain:
        return replace(values, unit=unit)
    if values.unit.powers != unit.powers:
        raise formula_error("formula.units", values.position, first=_unit_error(unit),
                            second=_unit_error(values.unit))  # fmt: skip
    scaled = np.asarray(values.values) * (values.unit.factor / unit.factor)
    return replace(values, values=scaled, unit=unit)


def _unit_error(unit: Unit) -> str:
    return name_of(unit) or "?"


def computed(operator: str, left: Values, right: Values) -> Values:
    """Return a sum, difference, product or quotient."""
    if DATE in (left.kind, right.kind) and operator in "+−":
        return _moved_date(operator, left, right)
    left.expect(NUMBER)
    right.expect(NUMBER)
    if operator in "+−":
        left, right = one_unit(left, right)
        unit, factor = left.unit, 1.0
    else:
        unit = left.unit.times(right.unit, 1 if operator == "×" else -1)
        factor = unit.factor if unit.is_plain else 1.0
        unit = PLAIN if unit.is_plain else unit
    with np.errstate(all="ignore"):
        values = _ARITHMETIC[operator](left.values, right.values) * factor
    return numbers(values, left.known & right.known, unit)


def _moved_date(operator: str, left: Values, right: Values) -> Values:
    """Return a date some days later or earlier, or the days between two dates."""
    known = left.known & right.known
    left.expect(DATE)
    if right.kind == DATE and operator == "−":
        return numbers((left.values - right.values) / MICROSECONDS_PER_DAY, known)
    days = np.clip(right.expect(NUMBER).values, -4e6, 4e6)
    moved = np.rint(days * MICROSECONDS_PER_DAY).astype(np.int64)
    return dates(left.values + (moved if operator == "+" else -moved), known)


def compared(operator: str, left: Values, right: Values) -> Values:
    """Return whether two values of one kind are equal, or in that order."""
    left, right = same_kind(left, right)
    known = left.known & right.known
    if left.kind == TEXT:
        return truths(numpy_truth(_ARROW_ORDER[operator](left.values, right.values)), known)
    if left.kind == NUMBER:
        left, right = one_unit(left, right)
    return truths(_ORDER[operator](left.values, right.values), known)


def same_kind(left: Values, right: Values) -> tuple[Values, Values]:
    """Return two values of one kind; a text beside a date is read as a date."""
    if left.kind == DATE:
        right = as_date(right)
    elif right.kind == DATE:
        left = as_date(left)
    return left, right.expect(left.kind)


def as_date(values: Values) -> Values:
    """Return a date, or the date that a written text says (2024-03-31 or 31/03/2024)."""
    if values.kind == DATE or values.constant is None:
        return values
    found = date_of_text(values.constant)
    if found is None:
        raise formula_error("formula.date", values.position, word=values.constant)
    return Values(DATE, np.int64(found), np.True_, position=values.position)


def date_of_text(text: str) -> int | None:
    """Return the microseconds since 1970 of a written date, None where it is none."""
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    if len(parts[0]) < 4:
        parts.reverse()
    year, month, day = (int(part) for part in parts)
    return microseconds_of(year, month, day)


def microseconds_of(year: int, month: int, day: int) -> int | None:
    """Return the microseconds since 1970 of a day of the calendar, None where there is none."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    start = np.datetime64(f"{year:04d}-{month:02d}", "M").astype("datetime64[D]")
    found = start + np.timedelta64(day - 1, "D")
    if found.astype("datetime64[M]") != start.astype("datetime64[M]"):
        return None
    return int(found.astype(np.int64)) * MICROSECONDS_PER_DAY


def both(left: Values, right: Values) -> Values:
    """Three-valued "and": false wins over unknown."""
    left.expect(TRUTH)
    right.expect(TRUTH)
    is_false = (left.known & ~left.values) | (right.known & ~right.values)
    return truths(~is_false, is_false | (left.known & right.known))


def either(left: Values, right: Values) -> Values:
    """Three-valued "or": true wins over unknown."""
    left.expect(TRUTH)
    right.expect(TRUTH)
    is_true = (left.known & left.values) | (right.known & right.values)
    return truths(is_true, is_true | (left.known & right.known))


__all__ = [
    "DATE", "NUMBER", "TEXT", "TRUTH", "FormulaError", "Values", "as_date", "both", "compared",
    "computed", "constant", "date_of_text", "dates", "either", "microseconds_of", "numbers",
    "numpy_truth", "one_unit", "same_kind", "texts", "truths",
]  # fmt: skip
