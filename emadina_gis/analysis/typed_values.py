"""What a person types or pastes into a cell, read as a value of the column's type.

An empty text is a missing value. Decimal signs are those of the language; a point is understood
everywhere, digits of all scripts too. What does not fit is refused, never guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pyarrow as pa

from emadina_gis.analysis.formula_words import keyword_of
from emadina_gis.errors import AnalysisError
from emadina_gis.words.collation import folded_text
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from emadina_gis.domain.column import Column

CellValue = str | float | int | bool | dt.date | dt.datetime | None
_SPACES = re.compile("[\\s\u00a0\u202f\u2009'’]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_CLOCK = re.compile(r"(.+?)[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?")
_LARGEST = 2**63


def typed_value(
    text: str, column: Column, language: str, choices: Mapping[str, str] | None = None
) -> CellValue:
    """Return the value of a text for a column, None where the text is empty.

    Parameters
    ----------
    choices : Mapping[str, str], optional
        Value by the words that are shown for it.

    Raises
    ------
    AnalysisError
        ``cell.number``, ``cell.whole``, ``cell.truth``, ``cell.date``.
    """
    clean = without_isolates(text).strip()
    if not clean:
        return None
    if choices and (said := _said(clean, choices)) is not None:
        clean = said
    return _reader_of(column.type, language)(clean)


def _said(text: str, choices: Mapping[str, str]) -> str | None:
    by_words = {folded_text(words): value for words, value in choices.items()}
    return by_words.get(folded_text(text))


def _reader_of(kind: pa.DataType, language: str) -> Callable[[str], CellValue]:
    if pa.types.is_boolean(kind):
        return _truth
    if pa.types.is_integer(kind):
        return lambda text: _whole(text, language)
    if pa.types.is_floating(kind):
        return lambda text: number_typed(text, language)
    if pa.types.is_date(kind):
        return _date
    if pa.types.is_timestamp(kind):
        return _moment
    return str


def number_typed(text: str, language: str) -> float:
    """Return a number as people of a language type it.

    In English a comma parts thousands; elsewhere it is the decimal sign.

    Raises
    ------
    AnalysisError
        ``cell.number``.
    """
    plain = _SPACES.sub("", _western(text))
    if language == "en":
        plain = re.sub(r",(?=\d{3}(?:[,.]|$))", "", plain)
    elif plain.count(",") == 1 and plain.count(".") and plain.rindex(",") > plain.rindex("."):
        plain = plain.replace(".", "")  # 1.250,5
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise AnalysisError("cell.number", value=text)
    return float(plain)


def _western(text: str) -> str:
    for signs, start in (("٠١٢٣٤٥٦٧٨٩", 0), ("۰۱۲۳۴۵۶۷۸۹", 0)):
        text = text.translate({ord(sign): str(n + start) for n, sign in enumerate(signs)})
    return text.replace("٫", ".").replace("٬", "").replace("−", "-")


def _whole(text: str, language: str) -> int:
    number = number_typed(text, language)
    if not number.is_integer() or abs(number) >= _LARGEST:
        raise AnalysisError("cell.whole", value=text)
    return int(number)


def _truth(text: str) -> bool:
    found = {"1": "true", "0": "false"}.get(_western(text)) or keyword_of(text)
    if found not in {"true", "false"}:
        raise AnalysisError("cell.truth", value=text)
    return found == "true"


def _date(text: str) -> dt.date:
    """Read ``2026-11-23`` or ``23/11/2026``: the day before the month, as in Morocco."""
    plain = _western(text)
    if match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(plain):
        day, month, year = (int(part) for part in match.groups())
    else:
        raise AnalysisError("cell.date", value=text)
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise AnalysisError("cell.date", value=text) from error


def _moment(text: str) -> dt.datetime:
    match = _CLOCK.fullmatch(_western(text))
    day = _date(match[1] if match else text)
    hour, minute, second = (int(part or 0) for part in match.groups()[1:]) if match else (0, 0, 0)
    try:
        return dt.datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - as written
    except ValueError as error:
        raise AnalysisError("cell.date", value=text) from error


def plain_text(value: object, language: str) -> str:
    """Return a value as it is typed and as spreadsheets read it: no grouping, no isolates.

    The decimal sign is that of the language; dates are written day first; missing is empty.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return _TRUTHS[language][value]
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int | float):
        return _plain_number(float(value), language) if isinstance(value, float) else str(value)
    return str(value)


_TRUTHS = {"fr": ("non", "oui"), "ar": ("لا", "نعم"), "en": ("no", "yes")}


def _plain_number(value: float, language: str) -> str:
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return text if language == "en" else text.replace(".", ",")
