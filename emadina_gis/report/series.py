"""A tiled series: sheets of one scale that cover an extent, named, with an index sheet.

The grid has the size of the map frame less an overlap; tiles that hold nothing are left out. Pure
geometry and contents; knows nothing of files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.extent import Extent
from emadina_gis.errors import CommandError, EmptyInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: More sheets than this are refused: the scale is meant for a smaller extent.
MOST_SHEETS = 2_000
#: Paper that two neighbouring sheets share, in millimetres.
OVERLAP_MM = 10.0
_LETTERS = 26
#: Sides of a tile: name, columns to the east, rows to the south.
SIDES = (
    ("north-west", -1, -1), ("north", 0, -1), ("north-east", 1, -1), ("west", -1, 0),
    ("east", 1, 0), ("south-west", -1, 1), ("south", 0, 1), ("south-east", 1, 1),
)  # fmt: skip
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_KILOMETRE_M = 1000.0
_MOST_DECIMALS = 3

Used = Callable[[Sequence[Extent]], "NDArray[np.bool_]"]


class Naming(StrEnum):
    """How tiles are named."""

    #: Rows by letters from the north, columns by numbers from the west: A1, A2, B1.
    GRID = "grid"
    #: By the kilometres of the south-west corner: 296.5-329.0.
    KILOMETRIC = "kilometric"


@dataclass(frozen=True)
class SeriesChoice:
    """How a series is cut.

    Attributes
    ----------
    scale : int
        Denominator of every sheet.
    overlap_mm : float
        Paper that neighbouring sheets share.
    extent : Extent or None
        What is covered, in the project's CRS; None covers the layer.
    has_index : bool
        Whether the first page shows all sheets.
    """

    scale: int
    overlap_mm: float = OVERLAP_MM
    naming: Naming = Naming.GRID
    extent: Extent | None = None
    has_index: bool = True


@dataclass(frozen=True)
class SeriesTile:
    """A sheet of a series.

    Attributes
    ----------
    row, column : int
        From the north-west corner of the grid.
    cell : Extent
        Its part of the grid; the sheet shows half the overlap more on each side.
    neighbours : tuple of (str, str)
        Side and name of the sheets beside it.
    """

    name: str
    row: int
    column: int
    cell: Extent
    neighbours: tuple[tuple[str, str], ...] = field(default=())


def plan_series(
    whole: Extent,
    frame_mm: tuple[float, float],
    choice: SeriesChoice,
    *,
    unit_m: float = 1.0,
    used: Used | None = None,
) -> tuple[SeriesTile, ...]:
    """Return the sheets that cover an extent, from the north-west, row by row.

    Parameters
    ----------
    whole : Extent
        What is covered, in map units.
    frame_mm : tuple of float
        Width and height of the map on each sheet.
    used : callable, optional
        Says which of some cells hold anything; the others are left out.

    Raises
    ------
    CommandError
        With code ``series.overlap`` if the overlap leaves nothing of a sheet, ``series.too-many``
        above `MOST_SHEETS` sheets.
    EmptyInput
        With code ``series.nothing`` if every tile is empty.
    """
    across, down = _axes(whole, frame_mm, choice, unit_m)
    count = (len(across) - 1) * (len(down) - 1)
    if count > MOST_SHEETS:
        raise CommandError("series.too-many", count=count, most=MOST_SHEETS)
    places = [(row, column) for row in range(len(down) - 1) for column in range(len(across) - 1)]
    cells = [Extent(across[c], down[r + 1], across[c + 1], down[r]) for r, c in places]
    kept = np.ones(len(cells), dtype=bool) if used is None else used(cells)
    found = [(places[index], cells[index]) for index in np.flatnonzero(kept).tolist()]
    if not found:
        raise EmptyInput("series.nothing")
    decimals = _decimals([cell for _place, cell in found], unit_m)
    names = {place: _name(place, cell, choice.naming, (unit_m, decimals)) for place, cell in found}
    return tuple(
        SeriesTile(names[place], *place, cell, tuple(_beside(place, names)))
        for place, cell in found
    )


def _axes(
    whole: Extent, frame_mm: tuple[float, float], choice: SeriesChoice, unit_m: float
) -> tuple[list[float], list[float]]:
    """Return eastings of the grid from the west and northings from the north."""
    to_units = choice.scale / 1000 / unit_m
    step_x, step_y = ((side - choice.overlap_mm) * to_units for side in frame_mm)
    if min(step_x, step_y) <= 0:
        raise CommandError("series.overlap", overlap=choice.overlap_mm)
    if choice.naming is Naming.KILOMETRIC:
        step_x, step_y = _round_down(step_x * unit_m), _round_down(step_y * unit_m)
        step_x, step_y = step_x / unit_m, step_y / unit_m
        across = _multiples(whole.xmin, whole.xmax, step_x)
        down = _multiples(whole.ymin, whole.ymax, step_y)
    else:
        across = _centred(whole.xmin, whole.xmax, step_x)
        down = _centred(whole.ymin, whole.ymax, step_y)
    return across, down[::-1]


def _round_down(length_m: float) -> float:
    power = 10.0 ** math.floor(math.log10(length_m))
    return max(part * power for part in _ROUND if part * power <= length_m)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    return [index * step for index in range(first, last + 1)]


def _centred(low: float, high: float, step: float) -> list[float]:
    count = max(math.ceil((high - low) / step - 1e-9), 1)
    start = (low + high) / 2 - count * step / 2
    return [start + index * step for index in range(count + 1)]


def _name(place: tuple[int, int], cell: Extent, naming: Naming, written: tuple[float, int]) -> str:
    if naming is Naming.KILOMETRIC:
        unit_m, decimals = written
        x, y = (value * unit_m / _KILOMETRE_M for value in (cell.xmin, cell.ymin))
        return f"{x:.{decimals}f}-{y:.{decimals}f}"
    return f"{letters(place[0])}{place[1] + 1}"


def _decimals(cells: Sequence[Extent], unit_m: float) -> int:
    """Return how many decimals tell the kilometres of all corners, the same for all sheets."""
    corners = np.array([(cell.xmin, cell.ymin) for cell in cells]) * unit_m / _KILOMETRE_M
    for decimals in range(1, _MOST_DECIMALS):
        if np.allclose(corners, corners.round(decimals), rtol=0, atol=1e-6):
            return decimals
    return _MOST_DECIMALS


def letters(row: int) -> str:
    """Return the letters of a row: A to Z, then AA, AB and so on."""
    text = ""
    number = row + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        text = chr(ord("A") + rest) + text
    return text


def _beside(place: tuple[int, int], names: dict[tuple[int, int], str]) -> list[tuple[str, str]]:
    row, column = place
    found = [(side, names.get((row + south, column + east))) for side, east, south in SIDES]
    return [(side, name) for side, name in found if name is not None]
