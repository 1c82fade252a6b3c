"""Corner lists of a piece of land: a heading, then ``id;X;Y`` per corner, in the map's system.

Tolerates decimal commas, tabs, repeated last corners, blank lines and lines without numbers at
the end; owns nothing of files: it is given their text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.errors import LayerReadError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LEAST_CORNERS = 3
MOST_BYTES = 4_000_000
_NUMBER = re.compile(r"^[+-]?\d[\d\s\u00a0\u202f]*([.,]\d+)?$")


@dataclass(frozen=True, eq=False)
class Corners:
    """Named corners of one outline.

    Attributes
    ----------
    names : tuple of str
        As they are written (B1, B2, …).
    xy : ndarray of float64, shape (n, 2)
        Easting and northing in metres; the first corner is not repeated at the end.
    """

    names: tuple[str, ...]
    xy: NDArray[np.float64]

    @property
    def polygon(self) -> shapely.Polygon:
        """The outline through the corners, in their order."""
        return shapely.Polygon(self.xy)


def corners_from_text(text: str, where: str = "") -> Corners:
    """Return the corners of a list.

    Parameters
    ----------
    text : str
        Lines ``id;X;Y``; the first may be a heading.
    where : str
        Name of the list, said in errors.

    Raises
    ------
    LayerReadError
        With code ``report.corners-too-few`` where fewer than three corners are found, and
        ``report.corners-cross`` where the outline crosses itself.
    """
    names: list[str] = []
    places: list[tuple[float, float]] = []
    for line in text.lstrip("\ufeff").splitlines():
        cells = [cell.strip() for cell in re.split(r"[;\t]", line)]
        place = _place(cells)
        if place is not None and (not places or place != places[-1]):
            names.append(cells[0] or str(len(names) + 1))
            places.append(place)
    if len(places) > 1 and places[0] == places[-1]:
        names, places = names[:-1], places[:-1]
    if len(places) < LEAST_CORNERS:
        raise LayerReadError("report.corners-too-few", file=where, count=len(places))
    corners = Corners(tuple(names), np.array(places, dtype=np.float64))
    if not corners.polygon.is_valid or corners.polygon.area == 0:
        raise LayerReadError("report.corners-cross", file=where)
    return corners


def read_corners(path: Path) -> Corners:
    """Return the corners of a text file; raises as `corners_from_text`, or if it is no text.

    Raises
    ------
    LayerReadError
        With code ``report.corners-unreadable`` if the file cannot be read as text.
    """
    try:
        content = path.read_bytes()[:MOST_BYTES]
    except OSError as error:
        raise LayerReadError("report.corners-unreadable", file=str(path)) from error
    text = content.decode("utf-8-sig", errors="replace")
    if "\0" in text:
        raise LayerReadError("report.corners-unreadable", file=str(path))
    return corners_from_text(text, path.name)


def _place(cells: list[str]) -> tuple[float, float] | None:
    if len(cells) < 3 or not all(_NUMBER.match(cell) for cell in cells[1:3]):
        return None
    x, y = (float(re.sub(r"[\s\u00a0\u202f]", "", c).replace(",", ".")) for c in cells[1:3])
    return x, y


def corners_of(shape: shapely.Geometry) -> Corners:
    """Return the corners of a polygon's outline (of its largest part), numbered from 1."""
    parts = [part for part in shapely.get_parts(shape) if part.area]
    largest = max(parts, key=lambda part: part.area)
    xy = shapely.get_coordinates(largest.exterior)[:-1]
    return Corners(tuple(str(number) for number in range(1, len(xy) + 1)), xy)
