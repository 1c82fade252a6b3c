"""The functions of formulas: what each takes, what it gives, how it is computed on whole columns.

Owns no name in a language (`formula_words`) and no function that is not listed here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.analysis.formula_errors import formula_error
from emadina_gis.analysis.formula_units import PLAIN, unit_of
from emadina_gis.analysis.formula_values import (
    DATE,
    MICROSECONDS_PER_DAY,
    NUMBER,
    TEXT,
    TRUTH,
    Values,
    as_date,
    date_of_text,
    dates,
    microseconds_of,
    numbers,
    one_unit,
    same_kind,
    texts,
)

Work = Callable[[Sequence[Values]], Values]
#: Kinds of arguments: these, or "any", or "same" as the one before.
ANY, SAME, WHEN = "any", "same", "when"
LONGEST_RESULT = 100_000
#: Larger numbers have no decimals to round.
_EXACT = 2.0**52


@dataclass(frozen=True)
class Function:
    """A function of formulas.

    Attributes
    ----------
    takes : tuple of str
        Kinds of its arguments; the last is repeated up to `most`.
    least, most : int
        How many arguments it takes.
    gives : str
        Kind of what comes out; ``"same"`` is that of its values.
    work : callable or None
        None for measures of geometry and for today, which the evaluation knows.
    """

    takes: tuple[str, ...]
    least: int
    most: int
    gives: str
    work: Work | None = None

    def kind_of_argument(self, index: int) -> str:
        """Return the kind that the argument at a place must be of."""
        return self.takes[min(index, len(self.takes) - 1)]


def called(name: str, arguments: Sequence[Values], position: int) -> Values:
    """Return what a function of given values is worth.

    Raises
    ------
    FormulaError
        ``formula.argument-count``, ``formula.kinds``, ``formula.units``, ``formula.date``.
    """
    function = FUNCTIONS[name]
    checked = [
        _checked(function.kind_of_argument(index), values) for index, values in enumerate(arguments)
    ]
    assert function.work is not None
    return replace(function.work(checked), position=position)


def check_count(name: str, count: int, position: int) -> None:
    """Refuse too few or too many arguments."""
    function = FUNCTIONS[name]
    if not function.least <= count <= function.most:
        raise formula_error(
            "formula.argument-count", position, name=name, least=function.least,
            most=function.most, given=count,
        )  # fmt: skip


def _checked(kind: str, values: Values) -> Values:
    if kind == DATE:
        return as_date(values).expect(DATE)
    return values if kind in {ANY, SAME} else values.expect(TRUTH if kind == WHEN else kind)


# --- choices -------------------------------------------------------------------------------------


def _if(given: Sequence[Values]) -> Values:
    condition, yes, no = given
    yes, no = _alike(yes, no)
    chosen = np.asarray(condition.values, dtype=bool)
    known = condition.known & np.where(chosen, yes.known, no.known)
    return _chosen(chosen, yes, no, known)


def _coalesce(given: Sequence[Values]) -> Values:
    result = given[0]
    for other in given[1:]:
        result, following = _alike(result, other)
        known = np.asarray(result.known, dtype=bool)
        result = _chosen(known, result, following, known | following.known)
    return result


def _alike(first: Values, second: Values) -> tuple[Values, Values]:
    first, second = same_kind(first, second)
    if first.kind != NUMBER:
        return first, second
    in_unit = one_unit(first, second)
    return in_unit[0], in_unit[1]


def _chosen(chosen: Any, yes: Values, no: Values, known: Any) -> Values:
    if yes.kind == TEXT:
        mask = pa.array(np.atleast_1d(chosen))
        count = max(_size(yes.values), _size(no.values), len(mask))
        mask = mask if len(mask) == count else pa.array(np.broadcast_to(chosen, (count,)))
        found = texts(pc.if_else(mask, yes.values, no.values))
        return replace(found, known=found.known & known)
    return replace(yes, values=np.where(chosen, yes.values, no.values), known=known)


def _size(values: Any) -> int:
    return 1 if isinstance(values, pa.Scalar) else len(values)


# --- numbers -------------------------------------------------------------------------------------


def _on_numbers(compute: Callable[[Any], Any]) -> Work:
    def work(given: Sequence[Values]) -> Values:
        (inner,) = given
        return numbers(compute(np.asarray(inner.values)), inner.known, inner.unit)

    return work


def _round(given: Sequence[Values]) -> Values:
    inner = given[0]
    places = given[1] if len(given) > 1 else None
    digits = 0.0 if places is None else np.clip(np.rint(places.values), -15, 15)
    known = inner.known if places is None else inner.known & places.known
    scale = 10.0**digits
    with np.errstate(all="ignore"):
        values = np.asarray(inner.values) * scale
        whole = np.trunc(values + np.copysign(0.5, values))
    return numbers(np.where(np.abs(values) < _EXACT, whole, values) / scale, known, inner.unit)


def _sqrt(given: Sequence[Values]) -> Values:
    (inner,) = given
    with np.errstate(all="ignore"):
        return numbers(np.sqrt(np.asarray(inner.values)), inner.known, inner.unit.root())


def _extreme(of_numbers: Callable[[Any, Any], Any]) -> Work:
    def work(given: Sequence[Values]) -> Values:
        result = given[0].expect(NUMBER, DATE)
        for other in given[1:]:
            result, following = _alike(result, other)
            values = of_numbers(result.values, following.values)
            result = replace(result, values=values, known=result.known & following.known)
        return result

    return work


# --- texts ---------------------------------------------------------------------------------------


def _on_text(compute: Callable[[Any], Any]) -> Work:
    return lambda given: texts(compute(given[0].values))


def _characters(given: Sequence[Values]) -> Values:
    (inner,) = given
    counted = pc.fill_null(pc.utf8_length(inner.values), 0)
    return numbers(_numpy(counted), inner.known)


def _numpy(values: Any) -> Any:
    return (
        values.as_py() if isinstance(values, pa.Scalar) else values.to_numpy(zero_copy_only=False)
    )


def _slice(given: Sequence[Values], name: str) -> Values:
    """Return a part of texts; how long it is must be written as a number."""
    counts = [_written_count(values) for values in given[1:]]
    source = given[0].values
    if name == "right":
        kept = pc.utf8_slice_codeunits(source, -counts[0]) if counts[0] else _emptied(source)
        return texts(kept)
    start = max(counts[0] - 1, 0) if name == "middle" else 0
    length = counts[-1]
    if not length:
        return texts(_emptied(source))
    return texts(pc.utf8_slice_codeunits(source, start, start + length))


def _emptied(values: Any) -> Any:
    return pc.if_else(pc.is_valid(values), "", values)


def _written_count(values: Values) -> int:
    if np.ndim(values.values):
        raise formula_error("formula.constant", values.position)
    return int(np.clip(np.rint(values.values), 0, LONGEST_RESULT))


def _replace(given: Sequence[Values]) -> Values:
    old, new = (_written_text(values) for values in given[1:])
    if not old:
        return given[0]
    return texts(pc.replace_substring(given[0].values, old, new))


def _written_text(values: Values) -> str:
    if values.constant is None:
        raise formula_error("formula.constant", values.position)
    return values.constant


def _concat(given: Sequence[Values]) -> Values:
    parts = [_as_text(values).values for values in given]
    return texts(pc.binary_join_element_wise(*parts, ""))


def _text(given: Sequence[Values]) -> Values:
    return _as_text(given[0])


def _as_text(values: Values) -> Values:
    if values.kind == TEXT:
        return values
    known = np.atleast_1d(values.known)
    raw = np.atleast_1d(values.values)
    if values.kind == TRUTH:
        said = pc.cast(pa.array(raw), pa.string())
    elif values.kind == DATE:
        days = pa.array(raw // MICROSECONDS_PER_DAY).cast(pa.int32()).cast(pa.date32())
        said = days.cast(pa.string())
    else:
        whole = (np.abs(raw) < 2**53) & (raw == np.trunc(raw))
        integers = pa.array(np.where(whole, raw, 0).astype(np.int64)).cast(pa.string())
        said = pc.if_else(pa.array(whole), integers, pa.array(raw).cast(pa.string()))
    known, _ = np.broadcast_arrays(known, raw)
    made = pc.if_else(pa.array(known), said, pa.scalar(None, pa.string()))
    return texts(made[0] if not np.ndim(values.values) and not np.ndim(values.known) else made)


def _number(given: Sequence[Values]) -> Values:
    (inner,) = given
    if inner.kind == NUMBER:
        return inner
    inner.expect(TEXT)
    source = inner.values
    single = isinstance(source, pa.Scalar)
    array = pa.array([source.as_py()], pa.string()) if single else source
    plain = pc.replace_substring(pc.utf8_trim_whitespace(array), ",", ".")
    plain = pc.replace_substring_regex(plain, "[ \u00a0\u202f]", "")
    looks = pc.match_substring_regex(plain, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
    found = pc.if_else(looks, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    values = pc.fill_null(found, float("nan")).to_numpy(zero_copy_only=False)
    return numbers(values[0] if single else values, inner.known)


# --- dates ---------------------------------------------------------------------------------------


def _date(given: Sequence[Values]) -> Values:
    first = given[0]
    if len(given) == 1:
        return _date_of(first)
    if len(given) != 3:
        raise formula_error("formula.argument-count", first.position, name="date", least=1, most=3,
                            given=len(given))  # fmt: skip
    found = microseconds_of(*(_written_count(values.expect(NUMBER)) for values in given))
    if found is None:
        raise formula_error("formula.date", first.position, word="date")
    return dates(found, np.True_)


def _date_of(inner: Values) -> Values:
    if inner.kind == DATE or inner.constant is not None:
        return as_date(inner)
    inner.expect(TEXT)
    if isinstance(inner.values, pa.Scalar):
        found = date_of_text(inner.values.as_py() or "")
        return dates(found or 0, np.bool_(found is not None))
    distinct = inner.values.dictionary_encode()
    read = [date_of_text(text) for text in distinct.dictionary.to_pylist()]
    table = np.array([0 if day is None else day for day in read] + [0], dtype=np.int64)
    is_date = np.array([day is not None for day in read] + [False])
    codes = pc.fill_null(distinct.indices, len(read)).to_numpy(zero_copy_only=False)
    return dates(table[codes], is_date[codes])


def _part_of_date(unit: str) -> Work:
    def work(given: Sequence[Values]) -> Values:
        (inner,) = given
        days = np.asarray(inner.values).astype("datetime64[us]")
        if unit == "Y":
            values = days.astype("datetime64[Y]").astype(np.int64) + 1970
        else:
            whole = days.astype(f"datetime64[{'Y' if unit == 'M' else 'M'}]")
            fine = days.astype(f"datetime64[{unit}]")
            values = (fine - whole.astype(fine.dtype)).astype(np.int64) + 1
        return numbers(values, inner.known)

    return work


def day_of(today: dt.date) -> Values:
    """Return a day as a value."""
    return dates(microseconds_of(today.year, today.month, today.day) or 0, np.True_)


def measure_of(name: str, values: Any) -> Values:
    """Return a measure of geometry as a value."""
    unit = {"area": unit_of("m2"), "length": unit_of("m"), "perimeter": unit_of("m")}
    return numbers(values, np.True_, unit.get(name, PLAIN))


MEASURES: Final = ("area", "length", "perimeter", "x", "y")
FUNCTIONS: Final[dict[str, Function]] = {
    "if": Function((WHEN, ANY, SAME), 3, 3, SAME, _if),
    "coalesce": Function((ANY, SAME), 2, 20, SAME, _coalesce),
    "abs": Function((NUMBER,), 1, 1, NUMBER, _on_numbers(np.abs)),
    "round": Function((NUMBER,), 1, 2, NUMBER, _round),
    "floor": Function((NUMBER,), 1, 1, NUMBER, _on_numbers(np.floor)),
    "ceil": Function((NUMBER,), 1, 1, NUMBER, _on_numbers(np.ceil)),
    "sqrt": Function((NUMBER,), 1, 1, NUMBER, _sqrt),
    "min": Function((ANY, SAME), 2, 20, SAME, _extreme(np.minimum)),
    "max": Function((ANY, SAME), 2, 20, SAME, _extreme(np.maximum)),
    "lower": Function((TEXT,), 1, 1, TEXT, _on_text(pc.utf8_lower)),
    "upper": Function((TEXT,), 1, 1, TEXT, _on_text(pc.utf8_upper)),
    "trim": Function((TEXT,), 1, 1, TEXT, _on_text(pc.utf8_trim_whitespace)),
    "characters": Function((TEXT,), 1, 1, NUMBER, _characters),
    "left": Function((TEXT, NUMBER), 2, 2, TEXT, lambda given: _slice(given, "left")),
    "right": Function((TEXT, NUMBER), 2, 2, TEXT, lambda given: _slice(given, "right")),
    "middle": Function((TEXT, NUMBER), 3, 3, TEXT, lambda given: _slice(given, "middle")),
    "replace": Function((TEXT,), 3, 3, TEXT, _replace),
    "concat": Function((ANY,), 1, 20, TEXT, _concat),
    "text": Function((ANY,), 1, 1, TEXT, _text),
    "number": Function((ANY,), 1, 1, NUMBER, _number),
    "date": Function((ANY,), 1, 3, DATE, _date),
    "today": Function((), 0, 0, DATE),
    "year": Function((DATE,), 1, 1, NUMBER, _part_of_date("Y")),
    "month": Function((DATE,), 1, 1, NUMBER, _part_of_date("M")),
    "day": Function((DATE,), 1, 1, NUMBER, _part_of_date("D")),
    **{name: Function((), 0, 0, NUMBER) for name in MEASURES},
}
