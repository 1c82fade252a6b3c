"""Charts on paper: bars from the left with their values as texts, in all languages alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.report.flow import (
    HAIRLINE,
    LEAST_PT,
    SHRINK,
    SOFT,
    Block,
    Flow,
    Mark,
    height_of,
    set_block,
    text_height,
)
from emadina_gis.report.layout import Box

if TYPE_CHECKING:
    from emadina_gis.report.page_charts import Bar, BarGroup, PaperChart
    from emadina_gis.report.pdf import Paper, Type
    from emadina_gis.words import Words

LABEL_SHARE = 0.3
LEAST_LABEL_MM = 8.0
GAP_MM = 1.2
#: Height of a bar and of the room under a group, in heights of a line of its type.
BAR_LINES = 0.82
GROUP_GAP_LINES = 0.35
RANGE_INK = "#4b4740"
RANGE_MM = 0.2
CAP_MM = 0.6


def draw_chart(paper: Paper, box: Box, chart: PaperChart, kind: Type, words: Words) -> int:
    """Draw a chart in a box, smaller where it would not fit; return how many groups were cut."""
    while _left(paper, box, chart, kind) and kind.size_pt > LEAST_PT:
        kind = replace(kind, size_pt=max(kind.size_pt * SHRINK, LEAST_PT))
    top = box.y + set_block(_head(chart), paper, box, kind)
    foot = height_of(_note(chart), paper, box.width, kind)
    room = Box(box.x, top, box.width, max(box.bottom - foot - top, 0.0))
    line = text_height(paper, "Xg", kind, 100.0)
    left = _left(paper, box, chart, kind)
    shown = len(chart.groups) - left
    y = _draw_groups(paper, room, chart, shown, kind)
    if left:
        more = words.plural("page.chart.more", left)
        y += paper.text(Box(box.x, y, box.width, line), more, replace(kind, color=SOFT))
    set_block(_note(chart), paper, Box(box.x, y, box.width, 0), kind)
    return left


def _left(paper: Paper, box: Box, chart: PaperChart, kind: Type) -> int:
    """Return how many groups have no room in a type."""
    around = sum(height_of(part(chart), paper, box.width, kind) for part in (_head, _note))
    line = text_height(paper, "Xg", kind, 100.0)
    return len(chart.groups) - _groups_in(chart, box.height - around, line)


def _head(chart: PaperChart) -> Block:
    def block(flow: Flow) -> None:
        flow.heading(f"{chart.title} ({chart.unit})" if chart.unit else chart.title)
        marks = [_key(flow, color, text) for color, text in chart.keys]
        if marks:
            size = flow.unit * 0.8
            flow.marked(marks, width=size, height=size, columns=len(marks))

    return block


def _key(flow: Flow, color: str, text: str) -> Mark:
    return Mark(lambda box: flow.paper.rect(box, fill=color), text)


def _note(chart: PaperChart) -> Block:
    def block(flow: Flow) -> None:
        if chart.note:
            flow.space(0.2)
            flow.text(chart.note, flow.sized(0.82, color=SOFT))

    return block


def _group_height(group: BarGroup, line: float) -> float:
    return line * (len(group.bars) + GROUP_GAP_LINES)


def _groups_in(chart: PaperChart, height: float, line: float) -> int:
    """Return how many groups have room; a line is kept to say how many have not."""
    heights = [_group_height(group, line) for group in chart.groups]
    if sum(heights) <= height + 0.01:
        return len(heights)
    used, count = line, 0
    for one in heights:
        used += one
        if used > height:
            break
        count += 1
    return count


def _draw_groups(paper: Paper, room: Box, chart: PaperChart, shown: int, kind: Type) -> float:
    line = text_height(paper, "Xg", kind, 100.0)
    label_mm = _label_width(paper, chart, room, kind)
    value_mm = max(
        (paper.text_width(bar.text, kind) for group in chart.groups for bar in group.bars),
        default=0.0,
    )
    axis = room.x + label_mm + GAP_MM
    length = max(room.right - axis - value_mm - 2 * GAP_MM, 1.0)
    per_mm = length / chart.most if chart.most else 0.0
    y = room.y
    for group in chart.groups[:shown]:
        label = paper.fitted(group.label, replace(kind, align="right"), label_mm)
        height = line * len(group.bars)
        middle = y + (height - text_height(paper, group.label, label, 1e3)) / 2
        paper.text(Box(room.x, middle, label_mm, line), group.label, label)
        for number, bar in enumerate(group.bars):
            place = Box(axis, y + number * line, length, line)
            _draw_bar(paper, bar, place, per_mm, kind)
        y += _group_height(group, line)
    paper.line(axis, room.y, axis, max(y - line * GROUP_GAP_LINES, room.y), color=HAIRLINE)
    return y


def _label_width(paper: Paper, chart: PaperChart, room: Box, kind: Type) -> float:
    widest = max((paper.text_width(group.label, kind) for group in chart.groups), default=0.0)
    return min(max(widest, LEAST_LABEL_MM), room.width * LABEL_SHARE)


def _draw_bar(paper: Paper, bar: Bar, place: Box, per_mm: float, kind: Type) -> None:
    value = max(bar.value or 0.0, 0.0)
    inset = place.height * (1 - BAR_LINES) / 2
    drawn = Box(place.x, place.y + inset, value * per_mm, place.height - 2 * inset)
    if drawn.width:
        paper.rect(drawn, fill=bar.color)
    end = drawn.right
    if bar.low is not None and bar.high is not None:
        low, high = place.x + bar.low * per_mm, place.x + bar.high * per_mm
        middle = place.y + place.height / 2
        paper.line(low, middle, high, middle, color=RANGE_INK, mm=RANGE_MM)
        for x in (low, high):
            paper.line(x, middle - CAP_MM, x, middle + CAP_MM, color=RANGE_INK, mm=RANGE_MM)
        end = max(end, high)
    text = replace(kind, align="left")
    top = place.y + (place.height - text_height(paper, bar.text, text, 1e3)) / 2
    paper.text(Box(end + GAP_MM, top, 100.0, place.height), bar.text, text)
