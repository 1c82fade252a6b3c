"""Where a label might stand, best place first: beside points, inside areas or beside them.

Owns the candidates; `placing` decides which are free. Boxes are in pixels of the view.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.extent import Extent, is_finite, union_of
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.label_style import USUAL_PLACES, LabelPlace
from emadina_gis.domain.soundness import made_valid
from emadina_gis.render.anchors import anchors_of, level_middles, points_in_view
from emadina_gis.render.labels.batches import Batches
from emadina_gis.render.labels.placed import PlacedLabel
from emadina_gis.render.occupancy import Box, boxes_of
from emadina_gis.render.rings import cached_box

if TYPE_CHECKING:
    from emadina_gis.domain.style import LabelStyle
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.render.labels.survey import View
    from emadina_gis.render.labels.typeset import Block
    from emadina_gis.render.scene import DrawnLayer

#: So much of a text lies inside its area.
_WELL_INSIDE, _INSIDE = 0.97, 0.8
#: Names of layers of no more areas than this reach over limits where they must; so much of them
#: stays inside. Over parcels they would be read as the neighbour's.
_MOST_TERRITORIES = 2_000
_OVER_LIMITS = 0.5
#: Areas that cover a smaller share of the land that they lie in than this stand apart: the name of
#: one that is smaller than it is read as its own.
_MOST_OPEN = 0.25
#: How far above and below the middle of an area a text is tried too, in heights of it.
_SHIFTS = (-1.3, 1.3, -2.6, 2.6)
#: Room between a marker and its text, in millimetres.
_GAP_MM = 0.8
_LEADER_MM = 3.0
#: Vertical part of the free room: lines of text have room of their own above and below.
_FLAT = 0.3
#: (x, y) of the middle of a text from its point, in half widths and half heights; y down.
_SIDES = {
    LabelPlace.RIGHT: (1, 0), LabelPlace.LEFT: (-1, 0), LabelPlace.ABOVE: (0, -1),
    LabelPlace.BELOW: (0, 1), LabelPlace.ABOVE_RIGHT: (1, -1), LabelPlace.BELOW_RIGHT: (1, 1),
    LabelPlace.ABOVE_LEFT: (-1, -1), LabelPlace.BELOW_LEFT: (-1, 1), LabelPlace.OVER: (0, 0),
}  # fmt: skip
#: Of the radius of a marker, where a text stands at a corner.
_DIAGONAL = 0.7


@dataclass(frozen=True, eq=False)
class Feature:
    """The geometry of a row, in the map's CRS: its chunk and row within it."""

    chunk: GeometryChunk
    local: int
    batches: Batches
    index: int

    @property
    def kind(self) -> Kind:
        """What it is."""
        return Kind(int(self.chunk.kinds[self.local]))

    @property
    def shape(self) -> Any:
        """As shapely's."""
        return self.batches.shape(self.index)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        xmin, ymin, xmax, ymax = self.chunk.bounds[self.local].tolist()
        return xmin, ymin, xmax, ymax

    @property
    def position(self) -> tuple[float, float]:
        """Its first position."""
        x, y = self.chunk.xy[int(self.chunk.feature_coord_offsets[self.local])].tolist()
        return x, y

    def middle(self, cache: DerivedCache) -> tuple[float, float]:
        """Return a point well inside an area, kept with its chunk."""
        x, y = anchors_of(cache, self.chunk, np.array([self.local]))[0].tolist()
        return x, y


@dataclass(frozen=True, eq=False)
class Wanted:
    """A text of a row that looks for a place.

    Attributes
    ----------
    order : tuple
        Smaller ones come first.
    """

    drawn: DrawnLayer
    row: int
    lines: tuple[str, ...]
    style: LabelStyle
    block: Block
    order: tuple[float, ...]
    feature: Feature

    @property
    def key(self) -> tuple[str, tuple[str, ...], bool]:
        """What is the same for all pieces of a street."""
        return self.drawn.id, self.lines, self.style.circled

    def label(self, x: float, y: float, **more: Any) -> PlacedLabel:
        """Return the label at a place."""
        size = self.block.width, self.block.height
        return PlacedLabel(self.drawn.id, self.row, self.lines, self.style, x, y, *size, **more)


@dataclass(frozen=True, eq=False)
class Spot:
    """A place: the label there, and the boxes that it takes on the picture.

    Attributes
    ----------
    marker : (float, float), optional
        Where the marker of the label's own point is, in pixels.
    """

    label: PlacedLabel
    boxes: list[Box]
    marker: tuple[float, float] | None = None


def spot(view: View, label: PlacedLabel) -> Spot:
    """Return the place of a label whose text is not bent."""
    x, y = view.viewport.to_screen(label.x, label.y)
    room = view.lettering.px(label.style.clearance_mm)
    width, height = label.width_px + 2 * room, label.height_px + 2 * room * _FLAT
    boxes = boxes_of(x + label.dx_px, y + label.dy_px, width, height, label.angle)
    return Spot(label, boxes)


def beside_point(view: View, wanted: Wanted) -> Iterator[Spot]:
    """Return the places about a point, in the order of the style; the usual one mirrors."""
    x, y = wanted.feature.position
    room = max(_GAP_MM, wanted.style.clearance_mm)
    radius = view.lettering.px(wanted.drawn.symbol_at(wanted.row).size_mm / 2 + room)
    half = wanted.block.width / 2, wanted.block.height / 2
    mirrored = view.lettering.language == "ar" and not wanted.style.places
    for place in wanted.style.places or USUAL_PLACES:
        across, down = _SIDES[place]
        across = -across if mirrored else across
        reach = radius * (_DIAGONAL if across and down else 1.0)
        dx = across * (half[0] + reach)
        dy = down * (half[1] + (reach * _DIAGONAL if across else reach))
        dy = dy - down * half[1] * _FLAT if across and down else dy
        found = spot(view, wanted.label(x, y, dx_px=dx, dy_px=dy))
        yield Spot(found.label, found.boxes, view.viewport.to_screen(x, y))


def inside_area(view: View, wanted: Wanted) -> Iterator[Spot]:
    """Return the places inside an area: its middle, the middle of its part in view, wide levels."""
    units = view.viewport.units_per_px
    width, height = wanted.block.width * units, wanted.block.height * units
    xmin, ymin, xmax, ymax = wanted.feature.bounds
    if min((xmax - xmin) / width, (ymax - ymin) / height) < _INSIDE:
        return
    seen = _seen(view, wanted)
    if seen is None:
        return
    shape, middle = seen
    share = float(_shares_inside(shape, np.array([middle]), width, height)[0])
    if share >= _WELL_INSIDE:
        yield spot(view, wanted.label(*middle))
    points = np.concatenate([level_middles(shape, width), _above_and_below(middle, height)])
    shares = _shares_inside(shape, points, width, height)
    for index in np.flatnonzero(shares >= _WELL_INSIDE).tolist():
        yield spot(view, wanted.label(*points[index].tolist()))
    if _INSIDE <= share < _WELL_INSIDE:
        yield spot(view, wanted.label(*middle))


def may_reach_over(wanted: Wanted) -> bool:
    """Whether a name may stand over the limits of its area where it finds no room inside."""
    table = wanted.drawn.layer.table
    return wanted.feature.kind == Kind.POLYGON and table.row_count <= _MOST_TERRITORIES


def over_limits(view: View, wanted: Wanted) -> Iterator[Spot]:
    """Return the places about the middle of an area that reach over its limits, the best first."""
    units = view.viewport.units_per_px
    width, height = wanted.block.width * units, wanted.block.height * units
    seen = _seen(view, wanted)
    if seen is None:
        return
    shape, middle = seen
    points = np.concatenate([[middle], _above_and_below(middle, height / 2)])
    shares = _shares_inside(shape, points, width, height)
    for index in np.argsort(-shares, kind="stable").tolist():
        if shares[index] >= _OVER_LIMITS:
            yield spot(view, wanted.label(*points[index].tolist()))


def about_small_area(view: View, wanted: Wanted) -> Iterator[Spot]:
    """Return the places over and about an area that stands apart and is smaller than its name."""
    seen = _seen(view, wanted) if _stand_apart(view, wanted.drawn) else None
    if seen is None:
        return
    x, y = seen[1]
    _, ymin, _, ymax = wanted.feature.bounds
    units = view.viewport.units_per_px
    yield spot(view, wanted.label(x, y))
    room = wanted.block.height / 2 + view.lettering.px(_GAP_MM)
    for dy in ((y - ymin) / units + room, (y - ymax) / units - room):
        yield spot(view, wanted.label(x, y, dy_px=dy))


def _stand_apart(view: View, drawn: DrawnLayer) -> bool:
    """Whether the areas of a layer leave most of the land between them open."""
    cache = view.scene.cache
    chunks = [chunk for _, chunk in view.scene.chunks(drawn) if len(chunk)]
    boxes = (cached_box(cache, chunk) for chunk in chunks)
    around = union_of(box for box in boxes if is_finite(box))
    covered = sum(_covered(cache, chunk) for chunk in chunks)
    return around is not None and covered < _MOST_OPEN * around.width * around.height


def _covered(cache: DerivedCache, chunk: GeometryChunk) -> float:
    """Return how much land the areas of a chunk cover, computed once."""
    return cache.get(chunk, "covered", lambda: float(np.nansum(chunk.areas())))


def _above_and_below(middle: tuple[float, float], height: float) -> np.ndarray[Any, Any]:
    """Return points at some heights above and below a middle, the nearest first, shape (n, 2)."""
    x, y = middle
    return np.array([(x, y + shift * height) for shift in _SHIFTS])


def _seen(view: View, wanted: Wanted) -> tuple[Any, tuple[float, float]] | None:
    """Return what the view shows of an area and its middle; None where it shows too little."""
    extent = view.viewport.extent
    xmin, ymin, xmax, ymax = wanted.feature.bounds
    shape = made_valid(np.array([wanted.feature.shape], dtype=object))[0]
    x, y = wanted.feature.middle(view.scene.cache)
    if xmin >= extent.xmin and ymin >= extent.ymin and xmax <= extent.xmax and ymax <= extent.ymax:
        return shape, (x, y)
    across = wanted.block.width / 2 * view.viewport.units_per_px
    up = wanted.block.height / 2 * view.viewport.units_per_px
    if 2 * across >= extent.width or 2 * up >= extent.height:
        return None
    inner = Extent(extent.xmin + across, extent.ymin + up, extent.xmax - across, extent.ymax - up)
    if not inner.contains(x, y):
        x, y = points_in_view(np.array([shape], dtype=object), inner)[0].tolist()
    return (shapely.clip_by_rect(shape, *extent.as_tuple), (x, y)) if np.isfinite(x) else None


def _shares_inside(
    shape: Any, points: np.ndarray[Any, Any], width: float, height: float
) -> np.ndarray[Any, Any]:
    """Return which part of a text about each point lies inside an area, shape (n,)."""
    x, y = points[:, 0], points[:, 1]
    boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    inside = shapely.area(shapely.intersection(boxes, shape))
    return np.asarray(inside / max(width * height, 1e-12))


def beside_area(view: View, wanted: Wanted) -> Iterator[Spot]:
    """Return the places about a small area, each with the line that leads to it."""
    x, y = wanted.feature.middle(view.scene.cache)
    xmin, ymin, xmax, ymax = wanted.feature.bounds
    across_px = (xmax - xmin) / 2 / view.viewport.units_per_px
    up_px = (ymax - ymin) / 2 / view.viewport.units_per_px
    far = view.lettering.px(_LEADER_MM)
    half = wanted.block.width / 2, wanted.block.height / 2
    for place in USUAL_PLACES:
        across, down = _SIDES[place]
        dx = across * (across_px + far + half[0])
        dy = down * (up_px + far + half[1])
        label = wanted.label(x, y, dx_px=dx, dy_px=dy, leads_to=(x, y))
        found = spot(view, label)
        yield Spot(label, found.boxes + _along_leader(view, label))


def _along_leader(view: View, label: PlacedLabel) -> list[Box]:
    """Return small boxes along the line between a text and its area."""
    (x0, y0), (x1, y1) = leader_ends(label)
    x, y = view.viewport.to_screen(label.x, label.y)
    count = max(2, int(np.hypot(x1 - x0, y1 - y0) / 4.0))
    parts = [(index + 0.5) / (count + 1) for index in range(count)]
    middles = [(x + x0 + part * (x1 - x0), y + y0 + part * (y1 - y0)) for part in parts]
    return [(a - 1.0, b - 1.0, a + 1.0, b + 1.0) for a, b in middles]


def leader_ends(label: PlacedLabel) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where a leader begins and meets the text's box, in pixels from the label's place."""
    half_width, half_height = label.width_px / 2, label.height_px / 2
    x = min(max(0.0, label.dx_px - half_width), label.dx_px + half_width)
    y = min(max(0.0, label.dy_px - half_height), label.dy_px + half_height)
    return (0.0, 0.0), (x, y)
