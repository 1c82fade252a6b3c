"""Changes of a scenario read from the entries of a file; a bad one is refused with its place."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import AnalysisError
from emadina_gis.simulation.changes import CHANGE_KINDS
from emadina_gis.simulation.drawn import Drawn

if TYPE_CHECKING:
    from emadina_gis.simulation.changes import Amounts, Change, Numbers, ParcelName

_LEAST_ID, _LARGEST_ID = -(2**63), 2**63 - 1


def change_from_dict(entry: Any, place: str) -> Change:
    """Return the change that an entry of a file describes.

    Raises
    ------
    AnalysisError
        ``scenario.unknown-change`` for a kind that this version does not have, ``scenario.file``
        for an entry that cannot be read; both name the place.
    """
    if not isinstance(entry, Mapping):
        raise AnalysisError("scenario.file", place=place)
    kind = entry.get("change")
    made = CHANGE_KINDS.get(kind) if isinstance(kind, str) else None
    if made is None:
        raise AnalysisError("scenario.unknown-change", place=place, kind=str(kind)[:80])
    values = {}
    for item in fields(made):
        where = f"{place}.{item.name}"
        if item.name in entry:
            values[item.name] = _read(item.name, entry[item.name], where)
        elif item.default is MISSING:
            raise AnalysisError("scenario.file", place=where)
    return made(**values)


def _read(name: str, value: Any, place: str) -> Any:
    try:
        read: Callable[[Any], Any] = _READERS.get(name, _text)
        return read(value)
    except (TypeError, ValueError, RecursionError) as exc:
        raise AnalysisError("scenario.file", place=place) from exc


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _length(value: Any) -> float:
    length = _number(value)
    if length < 0:
        raise ValueError(value)
    return length


def _day(value: Any) -> str:
    """Return a date as it is written, empty for none."""
    day = _text(value)
    return day and dt.date.fromisoformat(day).isoformat()


def _share(value: Any) -> float:
    share = _number(value)
    if not 0.0 <= share <= 1.0:
        raise ValueError(value)
    return share


def _name(value: Any) -> ParcelName:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(value)
    if isinstance(value, int) and not _LEAST_ID <= value <= _LARGEST_ID:
        raise ValueError(value)
    return value


def _parcels(values: Any) -> tuple[ParcelName, ...]:
    if not isinstance(values, list):
        raise TypeError(values)
    return tuple(_name(value) for value in values)


def _amounts(values: Any) -> Amounts:
    if not isinstance(values, list):
        raise TypeError(values)
    found = tuple((_name(name), _number(amount)) for name, amount in values)
    if any(amount < 0 for _name_, amount in found):
        raise ValueError(values)
    return found


def _numbers(values: Any) -> Numbers:
    if not isinstance(values, Mapping):
        raise TypeError(values)
    return tuple(sorted((_text(key), _number(value)) for key, value in values.items()))


def _drawn(value: Any) -> Drawn | None:
    return None if value is None else Drawn.from_dict(value)


def _lot(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError(value)
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "ids": _parcels,
        "taken": _amounts,
        "freed": _amounts,
        "widths": _amounts,
        "values": _numbers,
        "basis": _numbers,
        "area": _drawn,
        "stops": _drawn,
        "line": Drawn.from_dict,
        "width_m": _length,
        "radius_m": _length,
        "date": _day,
        "value": _number,
        "share": _share,
        "lot": _lot,
    }
)
