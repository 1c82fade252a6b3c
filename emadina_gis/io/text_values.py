"""Texts of tables to typed columns and numbers: decimal commas, grouped thousands, Arabic digits.

A code stays text: leading zeros, plus signs, digits beyond 64 bits and ``1E4`` are no numbers.
Knows nothing of files, headers or coordinates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.domain.column import Column, column_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SPACES = "[ \u00a0\u202f\u2009'’]"
_INTEGER = r"^(-?[1-9]\d{0,18}|0)$"
_DECIMAL = r"^[+-]?(0|[1-9]\d*)?[.,]\d+$|^[+-]?(0|[1-9]\d*)[.,]$"
_EXPONENT = r"^[+-]?\d([.,]\d+)?[eE][+-]\d{1,3}$|^[+-]?\d[.,]\d+[eE]\d{1,3}$"
_SPACED = rf"^[+-]?[1-9]\d{{0,2}}({_SPACES}\d{{3}})+([.,]\d+)?$"
_DOTTED = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+$|^[+-]?[1-9]\d{0,2}(\.\d{3}){2,}$"
_COMMAED = r"^[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+$|^[+-]?[1-9]\d{0,2}(,\d{3}){2,}$"
#: ``1,250`` may be a thousand or one and a quarter.
_AMBIGUOUS = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$"
_UTC = rf"{_TIME[:-1]}Z$"
_TRUTH = r"^(true|false|TRUE|FALSE|True|False)$"
_FOREIGN = "[٠-٩۰-۹٫٬−]"
_DIGITS = {chr(0x660 + d): str(d) for d in range(10)} | {chr(0x6F0 + d): str(d) for d in range(10)}
_SIGNS = {"٫": ".", "٬": " ", "−": "-"}
_UNIT = r"\s*(m|M|mètres|م|متر)$"


def western(texts: pa.Array) -> pa.Array:
    """Return texts with Arabic digits, Arabic decimal signs and long minus signs made plain."""
    if not pc.any(pc.match_substring_regex(texts, _FOREIGN)).as_py():
        return texts
    for sign, plain in (_DIGITS | _SIGNS).items():
        texts = pc.replace_substring(texts, sign, plain)
    return texts


def trimmed(texts: pa.Array) -> pa.Array:
    """Return texts without blanks around them, missing where nothing is left."""
    clean = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(clean, ""), pa.scalar(None, pa.string()), clean)


def typed(values: Sequence[str], *, comma_is_decimal: bool = True) -> tuple[Column, bool]:
    """Return a column of numbers, dates or truth values where every value is one; else of text.

    The second value says whether the texts may be numbers of two meanings (``1,250``) and were
    left alone for that reason.

    Parameters
    ----------
    comma_is_decimal : bool
        Whether the file is of a kind whose commas are decimal signs (fields lie between ``;``).
    """
    array = pa.array(values, pa.string())
    clean = trimmed(array)
    kept = pc.if_else(pc.is_null(clean), clean, array)
    present = clean.drop_null()
    if not len(present):
        return column_of(kept), False
    if not comma_is_decimal and _may_be_thousands(present):
        return column_of(kept), True
    made = _numbers(clean, present) or _others(clean, present)
    return (column_of(kept) if made is None else made), False


def _may_be_thousands(present: pa.Array) -> bool:
    with_comma = present.filter(pc.match_substring(present, ","))
    return bool(len(with_comma)) and all_match(with_comma, _AMBIGUOUS) and _all_numbers(present)


def _all_numbers(present: pa.Array) -> bool:
    return all_match(present, f"{_INTEGER}|{_DECIMAL}")


def _numbers(clean: pa.Array, present: pa.Array) -> Column | None:
    whole, plain = western(clean), western(present)
    if all_match(plain, _INTEGER):
        return _integers(whole)
    forms = (_INTEGER, _DECIMAL, _EXPONENT, _SPACED, _DOTTED, _COMMAED)
    if not all_match(plain, "|".join(forms)):
        return None
    joined = _joined(whole)
    if all_match(joined.drop_null(), _INTEGER):
        return _integers(joined)
    return column_of(pc.replace_substring(joined, ",", ".").cast(pa.float64()))


def _integers(texts: pa.Array) -> Column | None:
    """Return whole numbers; None where one does not fit in 64 bits."""
    try:
        return column_of(texts.cast(pa.int64()))
    except pa.ArrowInvalid:
        return None


def _others(clean: pa.Array, present: pa.Array) -> Column | None:
    if all_match(present, _TRUTH):
        return column_of(clean.cast(pa.bool_()))
    return dates_of(clean)


def dates_of(texts: pa.Array) -> Column | None:
    """Return the dates or times that all texts are; None where one is something else."""
    present = texts.drop_null()
    kinds: tuple[tuple[str, pa.DataType], ...] = (
        (_DATE, pa.date32()),
        (_TIME, pa.timestamp("us")),
        (_UTC, pa.timestamp("us", tz="UTC")),
    )
    for pattern, kind in kinds if len(present) else ():
        if all_match(present, pattern):
            try:
                return column_of(texts.cast(kind))
            except pa.ArrowInvalid:
                return None
    return None


def all_match(values: pa.Array, pattern: str) -> bool:
    """Whether every value matches a pattern."""
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _joined(texts: pa.Array) -> pa.Array:
    """Return numbers with the signs between their thousands taken out."""
    spaced = pc.match_substring_regex(texts, _SPACED)
    texts = pc.if_else(spaced, pc.replace_substring_regex(texts, _SPACES, ""), texts)
    dotted = pc.match_substring_regex(texts, _DOTTED)
    texts = pc.if_else(dotted, pc.replace_substring(texts, ".", ""), texts)
    commaed = pc.match_substring_regex(texts, _COMMAED)
    return pc.if_else(commaed, pc.replace_substring(texts, ",", ""), texts)


def texts_of(column: Column) -> pa.Array:
    """Return the texts of a column as one array without blanks around them."""
    texts = column.arrow.combine_chunks()
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    return trimmed(texts if column.is_text else texts.cast(pa.string()))


def numbers_of(column: Column) -> NDArray[np.float64]:
    """Return numbers, NaN where there is none; texts may group thousands or name metres."""
    if not column.is_text:
        return column.numbers
    texts = western(texts_of(column))
    joined = _joined(pc.replace_substring_regex(texts, _UNIT, ""))
    return column_of(joined, pa.string()).numbers


def number_share(column: Column) -> float:
    """Return the share of the values there are that are numbers."""
    present = len(column) - column.missing_count
    return float(np.isfinite(numbers_of(column)).sum()) / present if present else 0.0


def cells(values: Sequence[Any]) -> Column:
    """Return the column of cells of a workbook, whose values have types of their own."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds <= {str}:
        return typed(["" if value is None else value for value in values])[0]
    if kinds <= {int, float}:
        return _cell_numbers(values, kinds)
    if len(kinds) == 1:
        try:
            return _without_midnight(column_of(pa.array(values)))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            pass
    return column_of(pa.array([None if v is None else cell_text(v) for v in values], pa.string()))


def _cell_numbers(values: Sequence[Any], kinds: set[type]) -> Column:
    if float not in kinds:
        try:
            return column_of(pa.array(values, pa.int64()))
        except (pa.ArrowInvalid, OverflowError):
            return column_of(pa.array([None if v is None else str(v) for v in values]))
    return column_of(pa.array([None if v is None else float(v) for v in values], pa.float64()))


def _without_midnight(column: Column) -> Column:
    """Return dates where every time of the day is midnight: workbooks know no other dates."""
    if not pa.types.is_timestamp(column.type) or column.type.tz is not None:
        return column
    days = column.arrow.cast(pa.date32(), safe=False)
    if pc.all(pc.equal(days.cast(column.type), column.arrow)).as_py():
        return column_of(days)
    return column


def cell_text(value: Any) -> str:
    """Return the text of a cell among texts: whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)
