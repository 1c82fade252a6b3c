"""What is compared of a page that was read back: texts, classes, lengths, positions.

Each check takes the marks of a page and what was planned, and returns findings. Positions and
lengths are measured on the marks; nothing is taken from the code that drew them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.errors import Problem, Severity
from emadina_gis.report.map_frame import ScaleBar
from emadina_gis.report.page_plan import (
    CheckBarPlan,
    LegendPlan,
    MapPlan,
    PlacedFrame,
)
from emadina_gis.report.proof_text import key, marks_in, readings

if TYPE_CHECKING:
    from emadina_gis.domain.style import Symbol
    from emadina_gis.report.layout import Box
    from emadina_gis.report.legend import LegendItem
    from emadina_gis.report.page_plan import DrawnPage
    from emadina_gis.report.proof_marks import PageMarks, PathMark, Rect, TextMark

SMALLEST_PT = 4.5
SCALE_TOLERANCE = 0.005
PLACE_TOLERANCE_MM = 0.1
SIZE_TOLERANCE_MM = 0.4
EDGE_TOLERANCE_MM = 0.3
#: Coordinates are written this near to the frame of their map.
_MARGIN_MM = 8.0
_TURNED_MM = 0.01
_COLOR_STEPS = 3
_ALPHA_STEP = 0.03
_ROUND_PT = 0.05
#: Points that make an area, and the smallest area that is seen.
LEAST_RING = 3
LEAST_AREA_MM2 = 0.01
_KILOMETRE = ("km", "كلم", "كم")
_AMOUNT = re.compile(r"(\d[\d\s.,\u00a0\u202f]*)\s*([^\W\d]+)")


@dataclass(frozen=True)
class Proof:
    """A page that is checked.

    Attributes
    ----------
    number : int
        Of the page, from 1.
    grid_layer : str
        Name of the layer of the file that holds grids.
    """

    number: int
    marks: PageMarks
    drawn: DrawnPage
    language: str
    grid_layer: str

    def problem(self, code: str, count: int = 1, **params: Any) -> Problem:
        """Return a finding about the page."""
        said = {"page": self.number, **params}
        return Problem(f"proof.{code}", Severity.ERROR, str(self.number), count, said)

    @property
    def maps(self) -> list[tuple[PlacedFrame, MapPlan]]:
        """The maps with their frames."""
        frames = self.drawn.plan.frames
        return [(p, p.item) for p in frames if isinstance(p.item, MapPlan)]


def rect_of(box: Box) -> Rect:
    """Return left, top, right, bottom of a box."""
    return box.x, box.y, box.right, box.bottom


def wrong_size(proof: Proof) -> Iterator[Problem]:
    """Find a page that is not as large as planned."""
    page, found = proof.drawn.plan.page, proof.marks.size_mm
    if max(abs(page.width - found[0]), abs(page.height - found[1])) > SIZE_TOLERANCE_MM:
        wanted = f"{page.width:.0f} x {page.height:.0f}"
        yield proof.problem("page-size", wanted=wanted, found=f"{found[0]:.0f} x {found[1]:.0f}")


def outside(proof: Proof) -> Iterator[Problem]:
    """Find what lies outside the paper."""
    width, height = proof.marks.size_mm
    page = (0.0, 0.0, width, height)
    texts = [m for m in proof.marks.texts if not (_is_in(m.start, page) and _is_in(m.end, page))]
    paths = [m for m in proof.marks.paths if not _holds(page, _seen(m))]
    if texts or paths:
        text = texts[0].text if texts else ""
        yield proof.problem("outside", len(texts) + len(paths), text=text)


def _is_in(at: tuple[float, float], box: Rect) -> bool:
    reach = EDGE_TOLERANCE_MM
    return box[0] - reach <= at[0] <= box[2] + reach and box[1] - reach <= at[1] <= box[3] + reach


def _holds(outer: Rect, inner: Rect) -> bool:
    if inner[0] > inner[2] or inner[1] > inner[3]:
        return True  # clipped away
    return _is_in(inner[:2], outer) and _is_in(inner[2:], outer)


def _seen(mark: PathMark) -> Rect:
    bounds, clip = mark.bounds, mark.clip
    if clip is None:
        return bounds
    return (
        max(bounds[0], clip[0]), max(bounds[1], clip[1]),
        min(bounds[2], clip[2]), min(bounds[3], clip[3]),
    )  # fmt: skip


def too_small(proof: Proof) -> Iterator[Problem]:
    """Find texts that nobody can read on paper."""
    small = [m for m in proof.marks.texts if m.is_visible and m.size_pt < SMALLEST_PT - _ROUND_PT]
    if small:
        least = min(small, key=lambda mark: mark.size_pt)
        size = f"{least.size_pt:.1f}"
        yield proof.problem("text-small", len(small), text=least.text, size=size)


def private(proof: Proof, values: Iterable[str]) -> Iterator[Problem]:
    """Find personal data; what it is is not repeated."""
    written = {key(way) for mark in proof.marks.texts for way in readings(mark.text)}
    everything = "\n".join(sorted(written))
    found = sum(1 for value in values if len(key(value)) > 3 and key(value) in everything)
    if found:
        yield proof.problem("private", found)


# Classes ----------------------------------------------------------------------------------------


def classes(proof: Proof) -> Iterator[Problem]:
    """Compare the classes that maps draw with those that legends list."""
    by_id = {item.id: (placed, item) for placed, item in proof.maps}
    for placed in proof.drawn.plan.frames:
        if isinstance(placed.item, LegendPlan) and placed.item.of_map in by_id:
            yield from _legend(proof, placed, by_id[placed.item.of_map][1])


def _legend(proof: Proof, placed: PlacedFrame, of: MapPlan) -> Iterator[Problem]:
    assert isinstance(placed.item, LegendPlan)
    drawn = _marks_of_map(proof, of)
    listed = _marks_of_box(proof, placed)
    pictured = _pictured(proof, of)
    room = proof.drawn.listed.get(placed.frame.id, placed.item.count)
    is_whole = room >= placed.item.count
    for group in placed.item.groups:
        if group.layer_id in pictured:
            continue
        for item in group.items:
            said = item.text or group.title
            if not _is_drawn(item, group.opacity, drawn):
                yield proof.problem("class-not-drawn", name=said)
            if is_whole and not _is_drawn(item, group.opacity, listed):
                yield proof.problem("class-not-listed", name=said)
    if is_whole:
        yield from _unlisted(proof, drawn, listed)


def _marks_of_map(proof: Proof, of: MapPlan) -> list[PathMark]:
    """Return what is clipped to the frame of a map, in the layers of its data."""
    box = rect_of(of.frame.box)
    titles = {drawn.layer.title.text(proof.language) for drawn in of.scene.layers}
    return [
        mark
        for mark in proof.marks.paths
        if mark.layer in titles and mark.clip is not None and _same(mark.clip, box)
    ]


def _same(one: Rect, other: Rect) -> bool:
    return all(abs(a - b) <= EDGE_TOLERANCE_MM for a, b in zip(one, other, strict=True))


def _marks_of_box(proof: Proof, placed: PlacedFrame) -> list[PathMark]:
    box = rect_of(placed.box)
    maps = [rect_of(item.frame.box) for _, item in proof.maps]
    return [
        mark
        for mark in proof.marks.paths
        if _holds(box, mark.bounds)
        and not any(mark.clip is not None and _same(mark.clip, one) for one in maps)
    ]


def _pictured(proof: Proof, of: MapPlan) -> set[str]:
    """Return the ids of layers that are pictures in a map: their colours cannot be read."""
    layers = {mark.layer for mark in proof.marks.pictures}
    return {
        drawn.id for drawn in of.scene.layers if drawn.layer.title.text(proof.language) in layers
    }


def _is_drawn(item: LegendItem, opacity: float, marks: list[PathMark]) -> bool:
    symbol = item.symbol
    if symbol.pattern is not None:
        width, color = symbol.pattern.width_mm, symbol.pattern.color
        if not any(
            mark.stroke and _alike(mark.stroke, color) and abs(mark.width_mm - width) < 0.01
            for mark in marks
        ):
            return False
    if item.kind != Kind.LINE and symbol.fill:
        alpha = opacity * (symbol.fill_opacity if item.kind == Kind.POLYGON else 1.0)
        return any(_is_filled(mark, symbol.fill, alpha) for mark in marks)
    return _is_lined(symbol, marks)


def _is_filled(mark: PathMark, color: str, alpha: float) -> bool:
    return bool(mark.fill) and _alike(mark.fill, color) and abs(mark.alpha - alpha) <= _ALPHA_STEP


def _is_lined(symbol: Symbol, marks: list[PathMark]) -> bool:
    color = symbol.stroke or symbol.fill
    if color is None:
        return True
    return any(_alike(painted, color) for mark in marks for painted in (mark.stroke, mark.fill))


def _alike(one: str, other: str) -> bool:
    if not one or not other:
        return False
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return all(abs(a - b) <= _COLOR_STEPS for a, b in pairs)


def _unlisted(proof: Proof, drawn: list[PathMark], listed: list[PathMark]) -> Iterator[Problem]:
    shown = {mark.fill for mark in listed if mark.fill}
    shown |= {mark.stroke for mark in listed if mark.stroke}
    strange = {
        mark.fill
        for mark in drawn
        if mark.fill
        and not any(_alike(mark.fill, color) for color in shown)
        and _shows_in(mark, mark.clip)
    }
    for color in sorted(strange):
        yield proof.problem("class-unlisted", color=color)


def _shows_in(mark: PathMark, clip: Rect | None) -> bool:
    """Whether the area of a path reaches into what it is clipped to."""
    if clip is None:
        return True
    window = shapely.box(*clip)
    rings = [shapely.Polygon(part) for part in mark.parts if len(part) > LEAST_RING]
    sound = shapely.make_valid(np.array(rings, dtype=object))
    return bool((shapely.area(shapely.intersection(sound, window)) > LEAST_AREA_MM2).any())


# Lengths and positions --------------------------------------------------------------------------


def scale_bars(proof: Proof) -> Iterator[Problem]:
    """Measure scale bars against the ground that their maps show."""
    for placed in proof.drawn.plan.frames:
        if not isinstance(placed.item, ScaleBar):
            continue
        of = _map_of(proof, placed)
        said_m = _longest_said(marks_in(proof.marks.texts, rect_of(placed.box)))
        length = _width_of(_marks_of_box(proof, placed))
        if of is None or length is None or not said_m:
            yield proof.problem("scale-bar-unread")
            continue
        wanted = said_m / (of.frame.extent.width * of.frame.unit_m / of.frame.box.width)
        if abs(length / wanted - 1) > SCALE_TOLERANCE:
            yield proof.problem("scale-bar", found=f"{length:.2f}", wanted=f"{wanted:.2f}")


def _map_of(proof: Proof, placed: PlacedFrame) -> MapPlan | None:
    named = getattr(placed.frame.content, "of_map", "")
    maps = [item for _, item in proof.maps]
    own = [item for item in maps if item.id == named]
    assert isinstance(placed.item, ScaleBar)
    scale = placed.item.scale
    return next(iter(own or [item for item in maps if item.frame.scale == scale]), None)


def _longest_said(marks: list[TextMark]) -> float:
    """Return the longest length that texts name, in metres."""
    found = [0.0]
    for mark in marks:
        for way in readings(mark.text):
            for number, unit in _AMOUNT.findall(way):
                digits = re.sub(r"[^\d,.]", "", number).replace(",", ".")
                factor = 1000.0 if unit.casefold() in _KILOMETRE else 1.0
                found.append(float(digits or 0) * factor)
    return max(found)


def _width_of(marks: list[PathMark]) -> float | None:
    if not marks:
        return None
    bounds = [mark.bounds for mark in marks]
    return max(right for _, _, right, _ in bounds) - min(left for left, _, _, _ in bounds)


def check_bars(proof: Proof) -> Iterator[Problem]:
    """Measure check bars."""
    for placed in proof.drawn.plan.frames:
        if not isinstance(placed.item, CheckBarPlan):
            continue
        length, wanted = _width_of(_marks_of_box(proof, placed)), placed.item.length_mm
        if length is None or abs(length - wanted) > PLACE_TOLERANCE_MM:
            found = "-" if length is None else f"{length:.2f}"
            yield proof.problem("check-bar", found=found, wanted=f"{wanted:.2f}")


def grids(proof: Proof) -> Iterator[Problem]:
    """Compare where coordinates are written, and where crosses stand, with what they say."""
    for _placed, of in proof.maps:
        if of.grid is None:
            continue
        yield from _labels(proof, of)
        yield from _crosses(proof, of)


def georeferences(proof: Proof) -> Iterator[Problem]:
    """Compare the geographic frames of the file with the frames of its maps."""
    for box in proof.marks.viewports:
        offs = [_most_off(box, rect_of(of.frame.box)) for _, of in proof.maps]
        if offs and min(offs) > PLACE_TOLERANCE_MM:
            yield proof.problem("georeference", off=f"{min(offs):.2f}")


def _most_off(one: Rect, other: Rect) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _labels(proof: Proof, of: MapPlan) -> Iterator[Problem]:
    found = 0
    for mark in _beside(proof, of):
        digits = re.sub(r"\D", "", mark.text)
        value = float(digits)
        off = _distance(mark, of, value)
        if off is None:
            continue
        found += 1
        if off > PLACE_TOLERANCE_MM:
            yield proof.problem("grid-label", text=mark.text, off=f"{off:.2f}")
    wanted = {line.text for line in (*of.grid.eastings, *of.grid.northings)} if of.grid else set()
    if wanted and not found:
        yield proof.problem("grid-unread")


def _beside(proof: Proof, of: MapPlan) -> Iterator[TextMark]:
    """Return the numbers that stand close around a map."""
    box = rect_of(of.frame.box)
    reach = _MARGIN_MM
    wide = (box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach)
    for mark in proof.marks.texts:
        if mark.layer not in {proof.grid_layer, ""} or not re.fullmatch(r"[\d\s]+", mark.text):
            continue
        if _is_in(mark.center, wide) and not _is_in(mark.center, box):
            yield mark


def _distance(mark: TextMark, of: MapPlan, value: float) -> float | None:
    """Return how far the middle of a coordinate is from its place; None where it is none."""
    extent, box = of.frame.extent, of.frame.box
    is_turned = abs(mark.start[0] - mark.end[0]) < _TURNED_MM
    if is_turned:
        if not extent.ymin <= value <= extent.ymax:
            return None
        place = box.bottom - (value - extent.ymin) / extent.height * box.height
        return abs(mark.center[1] - place)
    if not extent.xmin <= value <= extent.xmax:
        return None
    place = box.x + (value - extent.xmin) / extent.width * box.width
    return abs(mark.center[0] - place)


def _crosses(proof: Proof, of: MapPlan) -> Iterator[Problem]:
    """Find grid lines whose place holds no straight stroke."""
    assert of.grid is not None
    extent, box = of.frame.extent, of.frame.box
    strokes = [m for m in proof.marks.paths if m.stroke and m.layer in {proof.grid_layer, ""}]
    upright = [b[0] for b in (m.bounds for m in strokes) if b[2] - b[0] < _TURNED_MM]
    level = [b[1] for b in (m.bounds for m in strokes) if b[3] - b[1] < _TURNED_MM]
    for line in of.grid.eastings:
        place = box.x + (line.value - extent.xmin) / extent.width * box.width
        yield from _at_place(proof, line.text, place, upright)
    for line in of.grid.northings:
        place = box.bottom - (line.value - extent.ymin) / extent.height * box.height
        yield from _at_place(proof, line.text, place, level)


def _at_place(proof: Proof, text: str, place: float, found: list[float]) -> Iterator[Problem]:
    off = min((abs(at - place) for at in found), default=float("inf"))
    if off > PLACE_TOLERANCE_MM:
        said = "-" if off == float("inf") else f"{off:.2f}"
        yield proof.problem("grid-line", text=text, off=said)
