"""Corner lists of a piece of land: a heading, then ``id;X;Y`` per corner, in the map's system.

Tolerates decimal commas, tabs, repeated last corners, blank lines and lines without numbers at
the end; tells corners whose X and Y are exchanged or that lie far from the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.errors import LayerReadError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent

LEAST_CORNERS = 3
MOST_BYTES = 4_000_000
#: Grades in a full circle: surveyors of Morocco write bearings in them.
FULL_CIRCLE_GON = 400.0
#: Land further from the project than this, and than the project is wide, is somewhere else.
LEAST_REACH_M = 20_000.0
#: Land beside the parcels is at home within their own width, but no less and no more than these.
NEAR_M = (1_000.0, 10_000.0)
#: Corners closer than this are written with the same coordinates, in centimetres.
SAME_PLACE = 0.005
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

    @property
    def sides(self) -> NDArray[np.float64]:
        """Length of the side from each corner to the next, in map units, shape (n,)."""
        along = np.roll(self.xy, -1, axis=0) - self.xy
        return np.asarray(np.hypot(along[:, 0], along[:, 1]))

    @property
    def bearings_gon(self) -> NDArray[np.float64]:
        """Angle of each side from grid north, clockwise, in [0, 400) grades, shape (n,)."""
        along = np.roll(self.xy, -1, axis=0) - self.xy
        angle = np.arctan2(along[:, 0], along[:, 1]) * (FULL_CIRCLE_GON / (2 * np.pi))
        return np.asarray(np.mod(angle, FULL_CIRCLE_GON))

    @property
    def exchanged(self) -> Corners:
        """The same corners with X and Y exchanged."""
        return Corners(self.names, self.xy[:, ::-1].copy())


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
        With code ``report.corners-too-few`` where fewer than three corners are found,
        ``report.corners-line`` where a line among them cannot be read, and
        ``report.corners-cross`` where the outline crosses itself.
    """
    names: list[str] = []
    places: list[tuple[float, float]] = []
    unread = 0
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        cells = [cell.strip() for cell in re.split(r"[;\t]", line)]
        place = _place(cells)
        if place is None:
            unread = unread or number * bool(places and any(cells))
        elif unread:
            raise LayerReadError("report.corners-line", file=where or "–", line=unread)
        elif not places or place != places[-1]:
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
    return corners_from_text(corner_text(path), path.name)


def corner_text(path: Path) -> str:
    """Return the text of a corner file; raises as `read_corners`."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES)
    except OSError as error:
        raise LayerReadError("report.corners-unreadable", file=path.name) from error
    text = content.decode("utf-8-sig", errors="replace")
    if "\0" in text:
        raise LayerReadError("report.corners-unreadable", file=path.name)
    return text


def _place(cells: list[str]) -> tuple[float, float] | None:
    if len(cells) < 3 or not all(_NUMBER.match(cell) for cell in cells[1:3]):
        return None
    x, y = (float(re.sub(r"[\s\u00a0\u202f]", "", c).replace(",", ".")) for c in cells[1:3])
    return x, y


def check_place(
    corners: Corners, known: Extent | None, whole: Extent | None, where: str = ""
) -> None:
    """Refuse corners that lie far from a project; say so where only X and Y are exchanged.

    Parameters
    ----------
    known : Extent or None
        Where the project has parcels and sectors, in the system of the corners.
    whole : Extent or None
        What all of the project covers; None lets every place pass.

    Raises
    ------
    LayerReadError
        With code ``report.corners-exchanged`` or ``report.corners-far``.
    """
    x, y = corners.xy[0].tolist()
    told = {"file": where or "–", "x": f"{x:.2f}", "y": f"{y:.2f}"}
    near = 0.0 if known is None else min(max(known.width, known.height, NEAR_M[0]), NEAR_M[1])
    inside = known is not None and _is_within(corners, known, near)
    if known is not None and not inside and _is_within(corners.exchanged, known, near):
        raise LayerReadError("report.corners-exchanged", **told)
    if whole is None or inside:
        return
    reach = max(whole.width, whole.height, LEAST_REACH_M)
    if not _is_within(corners, whole, reach):
        raise LayerReadError("report.corners-far", **told)


def _is_within(corners: Corners, extent: Extent, reach: float) -> bool:
    low = np.array([extent.xmin - reach, extent.ymin - reach])
    high = np.array([extent.xmax + reach, extent.ymax + reach])
    return bool(((corners.xy >= low) & (corners.xy <= high)).all())


def corners_of(shape: shapely.Geometry) -> Corners:
    """Return the corners of a polygon's outline (of its largest part), numbered from 1."""
    return outlines_of(shape)[0]


def outlines_of(shape: shapely.Geometry) -> tuple[Corners, ...]:
    """Return all outlines of a polygon, the largest part first, each part followed by its holes.

    Corners are numbered through.
    """
    parts = sorted((part for part in shapely.get_parts(shape) if part.area), key=lambda p: -p.area)
    found: list[Corners] = []
    first = 1
    for ring in _rings(parts):
        xy = _apart(shapely.get_coordinates(ring)[:-1])
        found.append(Corners(tuple(str(first + n) for n in range(len(xy))), xy))
        first += len(xy)
    return tuple(found)


def _apart(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners without those that stand where the one before stands."""
    step = np.abs(xy - np.roll(xy, 1, axis=0)).max(axis=1)
    kept = step >= SAME_PLACE
    return xy[kept] if kept.sum() >= LEAST_CORNERS else xy


def _rings(parts: list[shapely.Polygon]) -> Iterator[shapely.LinearRing]:
    for part in parts:
        yield part.exterior
        yield from part.interiors
