"""Where names stand along lines: pieces of one name joined, at distances, straight or bent.

Owns the candidates of lines; `placing` decides which are free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.render.bends import Path, Stretch
from emadina_gis.render.labels.spots import Spot, Wanted, spot
from emadina_gis.render.occupancy import boxes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emadina_gis.render.labels.survey import View

#: Where a text is tried about the middle of its part of a line, in parts of that part.
_TRIED = (0.0, -0.08, 0.08, -0.16, 0.16, -0.24, 0.24, -0.32, 0.32, -0.4, 0.4)
_MOST_PARTS = 24
_MOST_SLOTS = 12
#: A name may stand nearer to the next one of the same line than is wished for.
_NEAR = 0.7
_FLAT = 0.3


def slots_along(view: View, pieces: Sequence[Wanted]) -> Iterator[Iterator[Spot]]:
    """Return the slots of a name along its joined pieces, each with places, the best first.

    The longest part comes first; each part is cut into slots of about the distance at which the
    name is repeated. A text in a circle stands once.
    """
    first = pieces[0]
    room = view.lettering.px(first.style.clearance_mm)
    least = first.block.width + 2 * room
    repeat = view.lettering.px(first.style.repeat_mm)
    once = repeat <= 0 or first.style.circled
    for path, joints in _paths(view, pieces):
        if path.length < least:
            return
        count = 1
        if not once:
            count = max(1, min(_MOST_SLOTS, int(path.length / max(repeat, least))))
        for index in range(count):
            yield _in_slot(view, first, _Slot(path, joints, (index + 0.5) / count, 1 / count))
        if once:
            return


@dataclass(frozen=True, eq=False)
class _Slot:
    """A part of a line where a name stands once.

    Attributes
    ----------
    joints : ndarray of float64
        Where pieces of the line meet, by the distance from its start: crossings, mostly.
    middle, part : float
        The slot's middle and length, as parts of the line.
    """

    path: Path
    joints: NDArray[np.float64]
    middle: float
    part: float


def _in_slot(view: View, wanted: Wanted, slot: _Slot) -> Iterator[Spot]:
    """Return the places of a slot: straight ones between crossings first, then on one, then bent.

    Of equal ones that near the middle comes first.
    """
    crossing: list[Stretch] = []
    bent: list[Stretch] = []
    width, height = wanted.block.width, wanted.block.height
    for shift in _TRIED:
        at = (slot.middle + shift * slot.part) * slot.path.length
        stretch = slot.path.stretch(at, width, height)
        if stretch is None:
            continue
        if not stretch.is_straight:
            bent.append(stretch)
        elif (np.abs(slot.joints - at) < width / 2).any():
            crossing.append(stretch)
        else:
            yield _standing(view, wanted, stretch)
    for stretch in (*crossing, *bent):
        yield _standing(view, wanted, stretch)


def _standing(view: View, wanted: Wanted, stretch: Stretch) -> Spot:
    x, y = view.viewport.to_map(*stretch.middle)
    if not wanted.style.along_line:
        return spot(view, wanted.label(x, y))
    if stretch.is_straight:
        return spot(view, wanted.label(x, y, angle=stretch.angle))
    curve = tuple(view.viewport.to_map(*point) for point in stretch.xy.tolist())
    label = wanted.label(x, y, angle=stretch.angle, curve=curve)
    return Spot(label, _bent_boxes(view, label, stretch.xy))


def _bent_boxes(view: View, label: Any, xy: np.ndarray[Any, Any]) -> list[Any]:
    """Return boxes that cover a bent text: one turned box for each step of its middle line."""
    room = view.lettering.px(label.style.clearance_mm)
    height = label.height_px + 2 * room * _FLAT
    steps = np.diff(xy, axis=0)
    long = np.hypot(*steps.T)
    ends = np.zeros(len(steps))
    ends[[0, -1]] = room
    middles = (xy[:-1] + xy[1:]) / 2
    angles = np.arctan2(-steps[:, 1], steps[:, 0])
    return [
        box
        for (x, y), width, angle in zip(
            middles.tolist(), (long + 2 * ends).tolist(), angles.tolist(), strict=True
        )
        for box in boxes_of(x, y, width, height, angle)
    ]


def curve_boxes(view: View, label: Any) -> list[Any]:
    """Return the boxes of a bent label that was placed before, in this view."""
    return _bent_boxes(view, label, view.viewport.points_to_screen(np.array(label.curve)))


def _paths(view: View, pieces: Sequence[Wanted]) -> list[tuple[Path, NDArray[np.float64]]]:
    """Return what the view shows of joined pieces, in pixels, the longest first, and its joints."""
    parts = shapely.get_parts(np.array([piece.feature.shape for piece in pieces], dtype=object))
    merged = parts
    if len(parts) > 1:
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    seen = shapely.get_parts(shapely.clip_by_rect(merged, *view.viewport.extent.as_tuple))
    lines = seen[shapely.get_type_id(seen) == shapely.GeometryType.LINESTRING]
    longest = np.argsort(-shapely.length(lines), kind="stable")[:_MOST_PARTS]
    ends = shapely.points(np.concatenate([_ends(parts, at) for at in (0, -1)]))
    units = view.viewport.units_per_px
    return [
        (
            Path(view.viewport.points_to_screen(shapely.get_coordinates(line))),
            _joints(line, ends, units),
        )
        for line in lines[longest]
    ]


def _ends(lines: Any, at: int) -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(shapely.get_point(lines, at)))


def _joints(line: Any, ends: Any, units_per_px: float) -> NDArray[np.float64]:
    """Return where ends of pieces lie on a line, in pixels from its start; not its own ends."""
    on_it = ends[shapely.distance(line, ends) < units_per_px]
    along = shapely.line_locate_point(line, on_it) / units_per_px
    length = float(shapely.length(line)) / units_per_px
    return np.asarray(along[(along > 1.0) & (along < length - 1.0)])


def is_near(view: View, label: Any, others: Sequence[Any]) -> bool:
    """Whether the same name stands so near that a second one is not wanted."""
    reach = view.lettering.px(label.style.repeat_mm) * _NEAR
    if not others:
        return False
    if reach <= 0:
        return True
    x, y = view.viewport.to_screen(label.x, label.y)
    at = [view.viewport.to_screen(other.x, other.y) for other in others]
    return any(np.hypot(x - a, y - b) < reach for a, b in at)
