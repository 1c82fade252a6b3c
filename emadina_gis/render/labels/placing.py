"""Which labels a view shows and where: all layers together, by priority, none over another.

What stood in a view of the same scale keeps its place; then come raised rows, layers and classes
by priority, upper layers first, within a layer by its number or the size on the map. What found no
place is listed with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.labels.along import curve_boxes, is_near, slots_along
from emadina_gis.render.labels.batches import Batches
from emadina_gis.render.labels.placed import (
    PlacedLabel,
    Placement,
    Reason,
    Unplaced,
    as_one,
)
from emadina_gis.render.labels.spots import (
    Feature,
    Spot,
    Wanted,
    about_small_area,
    beside_area,
    beside_point,
    inside_area,
    may_reach_over,
    over_limits,
    spot,
)
from emadina_gis.render.labels.survey import (
    MOST_NAMED,
    Survey,
    View,
    rule_codes,
    style_of,
    surveyed,
)
from emadina_gis.render.labels.texts import has_texts, label_lines
from emadina_gis.render.labels.typeset import typeset
from emadina_gis.render.occupancy import Box, Occupancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.style import LabelStyle
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.labels.lettering import Lettering
    from emadina_gis.render.scene import DrawnLayer, Scene

MOST_LABELS = 500
#: Markers keep texts away where no more than these are in view.
_MOST_MARKERS = 1500
#: The same text beside two points so near to each other is written once (stops of two sides).
_SAME_POINT_MM = 10.0
#: A label of before counts as of this scale.
_SAME_SCALE = 1e-6
_CIRCLED_REPEAT_MM = 15.0


@dataclass
class _Run:
    """What one placing works on."""

    view: View
    texts: Occupancy
    markers: Occupancy
    placed: list[PlacedLabel] = field(default_factory=list)
    same: dict[tuple[object, ...], list[PlacedLabel]] = field(
        default_factory=lambda: defaultdict(list)
    )
    left_out: list[Unplaced] = field(default_factory=list)
    waiting: list[tuple[Wanted, Reason]] = field(default_factory=list)
    counts: Counter[tuple[str, Reason]] = field(default_factory=Counter)

    def take(self, found: Spot, pieces: Iterable[Wanted] = ()) -> None:
        """Give a label its place."""
        rows = tuple(piece.row for piece in pieces) or (found.label.row,)
        label = replace(found.label, rows=rows)
        self.texts.occupy(found.boxes)
        self.placed.append(label)
        self.same[label.layer_id, label.lines, label.style.circled].append(label)

    def leave(self, wanted: Iterable[Wanted], reason: Reason) -> None:
        """List rows without a place."""
        for one in wanted:
            self.count(one.drawn.id, reason)
            if self.counts[one.drawn.id, reason] <= MOST_NAMED:
                text = as_one(one.lines)
                self.left_out.append(Unplaced(one.drawn.id, one.row, text, reason))

    def count(self, layer_id: str, reason: Reason, rows: int = 1) -> None:
        """Count rows without a place."""
        if rows:
            self.counts[layer_id, reason] += rows


def place_labels(
    scene: Scene,
    viewport: Viewport,
    lettering: Lettering,
    ctx: Context = NULL_CONTEXT,
    before: Placement | None = None,
    covered: Sequence[Box] = (),
) -> Placement:
    """Return the labels of a view without overlaps, and what has no place.

    Parameters
    ----------
    before : Placement, optional
        Labels of a view of the same scale and language, whose texts are still the same: those
        still wholly in view stay where they are.
    covered : sequence of Box
        What lies over the picture, in its pixels: no label stands there.
    """
    view = View(scene, viewport, lettering, ctx)
    size = viewport.width_px, viewport.height_px
    run = _Run(view, Occupancy(*size), Occupancy(*size))
    run.texts.occupy(covered)
    layers = [
        drawn for drawn in scene.at(viewport.units_per_px).vectors if _is_labelled(drawn, viewport)
    ]
    inside = [drawn for drawn in layers if drawn.labels_at(viewport.units_per_px)]
    wanted = [
        one for index, drawn in enumerate(reversed(inside)) for one in _all(run, drawn, index)
    ]
    wanted.sort(key=lambda one: one.order)
    _occupy_markers(run)
    groups = _groups(wanted)
    kept = _keep(run, groups, before)
    for group in groups:
        ctx.check()
        if len(run.placed) >= MOST_LABELS and group[0].key not in kept:
            run.leave(group, Reason.CROWDED)
        elif group[0].feature.kind == Kind.LINE:
            _place_along(run, group)
        elif (group[0].key, group[0].row) not in kept:
            _place(run, group[0])
    _place_over_limits(run)
    counts = tuple((layer_id, reason, count) for (layer_id, reason), count in run.counts.items())
    outside = tuple(drawn.id for drawn in layers if drawn not in inside)
    return Placement(tuple(run.placed), tuple(run.left_out), counts, outside)


def _is_labelled(drawn: DrawnLayer, viewport: Viewport) -> bool:
    label = drawn.label
    return label is not None and drawn.shown_at(viewport.units_per_px) and has_texts(label)


def _style(drawn: DrawnLayer) -> LabelStyle:
    if drawn.label is None:
        raise ValueError(drawn.id)
    return drawn.label


def _all(run: _Run, drawn: DrawnLayer, index: int) -> Iterator[Wanted]:
    """Return what a layer wants to write: its texts and, of some, a second one in circles."""
    label = _style(drawn)
    yield from _wanted(run, drawn, label, float(index))
    if label.circled_field:
        yield from _wanted(run, drawn, _in_circles(label), index + 0.5)


def _in_circles(label: LabelStyle) -> LabelStyle:
    """Return the style of the second column of a layer, in circles."""
    return replace(
        label, field=label.circled_field, second_field="", template="", prefix="", suffix="",
        circled_field="", circled=True, along_line=False, halo=None, letter_spacing=0.0,
        repeat_mm=_CIRCLED_REPEAT_MM,
    )  # fmt: skip


def _wanted(run: _Run, drawn: DrawnLayer, label: LabelStyle, index: float) -> Iterator[Wanted]:
    """Return the texts of a layer, and count the rows that are not tried."""
    survey = surveyed(run.view, drawn, label)
    codes = rule_codes(drawn, label, survey.rows)
    styles = {code: style_of(label, code) for code in np.unique(codes).tolist()}
    _note_left_out(run, drawn, label, survey)
    texts = label_lines(drawn, survey.rows, run.view.lettering.language, label)
    batches = Batches(survey.places)
    for rank, (row, code, lines) in enumerate(
        zip(survey.rows.tolist(), codes.tolist(), texts, strict=True)
    ):
        if not lines:
            continue
        style, lettering = styles[code], run.view.lettering
        wrap_px = 0.0 if style.along_line else lettering.px(style.wrap_mm)
        block = typeset(lines, lettering.look(style), wrap_px, circled=style.circled)
        order = (-float(survey.raised[rank]), -float(style.priority), index, float(rank))
        feature = Feature(*survey.places[rank], batches, rank)
        yield Wanted(drawn, row, lines, style, block, order, feature)


def _note_left_out(run: _Run, drawn: DrawnLayer, label: LabelStyle, survey: Survey) -> None:
    for reason, rows in survey.left_out:
        run.count(drawn.id, reason, len(rows))
        first: NDArray[np.intp] = rows[:MOST_NAMED]
        texts = label_lines(drawn, first, run.view.lettering.language, label) if len(first) else []
        run.left_out += [
            Unplaced(drawn.id, row, as_one(lines), reason)
            for row, lines in zip(first.tolist(), texts, strict=True)
        ]


def _groups(wanted: list[Wanted]) -> list[list[Wanted]]:
    """Return what is placed together, in order: the pieces of a line with one name, else one."""
    groups: dict[tuple[object, ...], list[Wanted]] = {}
    for one in wanted:
        joined = one.feature.kind == Kind.LINE and not one.style.circled
        key = (*one.key, one.style.priority) if joined else (*one.key, one.row, "")
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _occupy_markers(run: _Run) -> None:
    """Keep texts away from the markers of points, where these are not too many."""
    view = run.view
    extent = view.viewport.extent
    found: list[Box] = []
    for drawn in view.scene.vectors:
        if not drawn.shown_at(view.viewport.units_per_px):
            continue
        sizes = np.array([symbol.size_mm for symbol in drawn.symbols])
        for start, chunk in view.scene.chunks(drawn):
            is_point = chunk.kinds == Kind.POINT
            if not is_point.any():
                continue
            xy = chunk.xy[chunk.feature_coord_offsets[:-1][is_point]]
            within = (xy >= (extent.xmin, extent.ymin)) & (xy <= (extent.xmax, extent.ymax))
            rows = start + np.flatnonzero(is_point)[within.all(axis=1)]
            shown = view.viewport.points_to_screen(xy[within.all(axis=1)])
            if len(found) + len(shown) > _MOST_MARKERS:
                return
            half = view.lettering.px(1.0) * sizes[drawn.classes.codes[rows], None] / 2
            boxes = np.hstack([shown - half, shown + half]).tolist()
            found += [(left, top, right, bottom) for left, top, right, bottom in boxes]
    run.markers.occupy(found)


# --- what stays ---------------------------------------------------------------------------------


def _keep(
    run: _Run, groups: list[list[Wanted]], before: Placement | None
) -> set[tuple[object, ...]]:
    """Place what stood in the view before; return the keys of rows that keep their label."""
    kept: set[tuple[object, ...]] = set()
    if before is None:
        return kept
    old: dict[tuple[object, ...], list[PlacedLabel]] = defaultdict(list)
    for label in before.labels:
        old[label.layer_id, label.lines, label.style.circled].append(label)
    for group in groups:
        for label in old.get(group[0].key, ()):
            if _still_fits(group, label) and _take_again(run, group, label):
                kept.add(group[0].key)
                kept.add((group[0].key, group[0].row))
    return kept


def _still_fits(group: list[Wanted], label: PlacedLabel) -> bool:
    """Whether a label of before is one of this group's, looking as it would now."""
    first = group[0]
    is_same = first.feature.kind == Kind.LINE or label.row == first.row
    same_size = (label.width_px, label.height_px) == (first.block.width, first.block.height)
    return is_same and same_size and label.style == first.style


def _take_again(run: _Run, group: list[Wanted], label: PlacedLabel) -> bool:
    boxes = curve_boxes(run.view, label) if label.curve else spot(run.view, label).boxes
    if not run.texts.holds(boxes) or run.texts.meets(boxes):
        return False
    run.take(Spot(label, boxes), group)
    return True


# --- what is new --------------------------------------------------------------------------------


def _place(run: _Run, wanted: Wanted) -> None:
    """Give a point or an area its label."""
    if wanted.feature.kind == Kind.POINT:
        if _stands_nearby(run, wanted):
            run.leave([wanted], Reason.REPEATED)
            return
        places, reason = list(beside_point(run.view, wanted)), Reason.EDGE
        found = _free(run, places)
    else:
        places, found = _try(run, inside_area(run.view, wanted))
        reason = Reason.TOO_SMALL if _is_whole(run.view, wanted) else Reason.EDGE
        if found is None and wanted.style.leader:
            more, found = _try(run, beside_area(run.view, wanted))
            places += more
    if found is not None:
        run.take(found)
        return
    reason = Reason.COLLISION if _any_inside(run, places) else reason
    if may_reach_over(wanted):
        run.waiting.append((wanted, reason))
    else:
        run.leave([wanted], reason)


def _place_over_limits(run: _Run) -> None:
    """Give areas whose name found no room inside one that reaches over their limits.

    Those of which the name lies mostly outside come last.
    """
    for places in (over_limits, about_small_area):
        waiting, run.waiting = run.waiting, []
        for wanted, reason in waiting:
            run.view.ctx.check()
            found = None
            if len(run.placed) < MOST_LABELS:
                found = _free(run, list(places(run.view, wanted)))
            if found is not None:
                run.take(found)
            else:
                run.waiting.append((wanted, reason))
    for wanted, reason in run.waiting:
        run.leave([wanted], reason)


def _is_whole(view: View, wanted: Wanted) -> bool:
    xmin, ymin, xmax, ymax = wanted.feature.bounds
    extent = view.viewport.extent
    across = xmin >= extent.xmin and xmax <= extent.xmax
    return bool(across and ymin >= extent.ymin and ymax <= extent.ymax)


def _stands_nearby(run: _Run, wanted: Wanted) -> bool:
    others = run.same.get(wanted.key, ())
    if not others:
        return False
    reach = run.view.lettering.px(_SAME_POINT_MM) * run.view.viewport.units_per_px
    x, y = wanted.feature.position
    return any(np.hypot(x - other.x, y - other.y) < reach for other in others)


def _try(run: _Run, places: Iterator[Spot]) -> tuple[list[Spot], Spot | None]:
    """Return the places looked at, and the first free one of them."""
    seen: list[Spot] = []
    for found in places:
        seen.append(found)
        if _is_free(run, found) and not _meets_marker(run, found):
            return seen, found
    return seen, _free(run, seen)


def _free(run: _Run, places: list[Spot]) -> Spot | None:
    """Return the first place that is free: of texts and markers, or of texts at least."""
    free = [found for found in places if _is_free(run, found)]
    clear = (found for found in free if not _meets_marker(run, found))
    return next(clear, free[0] if free else None)


def _is_free(run: _Run, found: Spot) -> bool:
    return run.texts.holds(found.boxes) and not run.texts.meets(found.boxes)


def _meets_marker(run: _Run, found: Spot) -> bool:
    """Whether a place covers a marker; its own does not count."""
    return run.markers.meets(found.boxes, but=found.marker)


def _any_inside(run: _Run, places: list[Spot]) -> bool:
    return any(run.texts.holds(found.boxes) for found in places)


def _place_along(run: _Run, group: list[Wanted]) -> None:
    """Write a name along its line, again at distances."""
    first = group[0]
    same = run.same[first.key]
    tried: list[Spot] = []
    for slot in slots_along(run.view, group):
        if len(run.placed) < MOST_LABELS:
            tried += _take_slot(run, group, slot)
    if any(first.row in label.rows for label in same):
        return
    if same:
        run.leave(group, Reason.REPEATED)
    elif tried:
        run.leave(group, Reason.COLLISION if _any_inside(run, tried) else Reason.EDGE)
    else:
        run.leave(group, Reason.OUT_OF_LINE)


def _take_slot(run: _Run, group: list[Wanted], slot: Iterator[Spot]) -> list[Spot]:
    """Take the best free place of a slot that is far from the name's others; return the seen."""
    seen: list[Spot] = []
    far: list[Spot] = []
    same = run.same[group[0].key]
    for found in slot:
        seen.append(found)
        if is_near(run.view, found.label, same):
            continue
        far.append(found)
        if _is_free(run, found) and not _meets_marker(run, found):
            break
    best = _free(run, far)
    if best is not None:
        run.take(best, group)
    return seen
