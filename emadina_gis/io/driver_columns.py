"""Columns that a driver adds to every layer, left out where the file fills none of them.

Knows nothing of geometry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column

_KML = (
    "id Name description timestamp begin end altitudeMode tessellate extrude visibility drawOrder "
    "icon snippet"
)
_LINKS = "link1_href link1_text link1_type link2_href link2_text link2_type"
_GPX = (
    "ele time magvar geoidheight name cmt desc src sym type fix sat hdop vdop pdop number "
    f"ageofdgpsdata dgpsid url urlname {_LINKS}"
)
_ADDED = {
    "LIBKML": frozenset(_KML.split()),
    "KML": frozenset(_KML.split()),
    "GPX": frozenset(_GPX.split()),
}
#: What drivers write where a file says nothing.
_DEFAULTS = (-1.0, 0.0)


def without_unfilled(columns: dict[str, Column], driver: str) -> dict[str, Column]:
    """Return columns without those the driver added and the file does not fill."""
    added = _ADDED.get(driver, frozenset())
    return {
        name: column
        for name, column in columns.items()
        if name not in added or not _is_unfilled(column)
    }


def _is_unfilled(column: Column) -> bool:
    if column.missing_count == len(column):
        return True
    if not column.is_number:
        return False
    numbers = column.numbers
    return bool((np.isnan(numbers) | np.isin(numbers, _DEFAULTS)).all()) and _is_switch(numbers)


def _is_switch(numbers: np.ndarray) -> bool:
    """Whether numbers are one and the same default all along."""
    return len(np.unique(numbers[~np.isnan(numbers)])) <= 1
