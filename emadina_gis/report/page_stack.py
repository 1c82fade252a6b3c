"""The columns of the standard page: each block as high as it needs, the legend the rest.

Type shrinks for a whole column where its blocks would not fit, so that a page has one size of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.project.layouts import MapContent
from emadina_gis.project.standard_page import GAP_IN_COLUMN_MM
from emadina_gis.report.flow import LEAST_PT, SHRINK
from emadina_gis.report.layout import Box
from emadina_gis.report.page_blocks import FEWEST_SWATCHES, legend_fit, pieces_of
from emadina_gis.report.page_plan import LegendPlan, TitlePlan
from emadina_gis.report.pdf import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.report.page_plan import PlacedFrame
    from emadina_gis.report.pdf import Paper
    from emadina_gis.words import Words

#: Type may shrink to this part of the body size before classes are left out of the legend.
LEGEND_SHRINK = 0.85
#: A block that must give way to the others keeps so much.
LEAST_ROW_MM = 8.0


@dataclass
class _Row:
    """Frames side by side in a column, and the height they take."""

    frames: list[PlacedFrame]
    height: float = 0.0

    @property
    def legend(self) -> LegendPlan | None:
        item = self.frames[0].item
        return item if isinstance(item, LegendPlan) else None


def stacked(
    frames: list[PlacedFrame], paper: Paper, words: Words, *, bottom: float
) -> list[PlacedFrame]:
    """Return the frames of a standard page at the heights that their blocks need.

    Columns reach down to `bottom`, in millimetres from the top of the page.
    """
    moved = {placed.frame.id: placed for placed in frames}
    for column in _columns([p for p in frames if not isinstance(p.frame.content, MapContent)]):
        for placed in _in_column(column, paper, words, bottom):
            moved[placed.frame.id] = placed
    return [moved[placed.frame.id] for placed in frames]


def _columns(frames: list[PlacedFrame]) -> list[list[PlacedFrame]]:
    """Return the frames by the column they stand in: those whose sides overlap."""
    columns: list[list[PlacedFrame]] = []
    for placed in sorted(frames, key=lambda p: -p.box.width):
        middle = placed.box.x + placed.box.width / 2
        for column in columns:
            if column[0].box.x <= middle <= column[0].box.right:
                column.append(placed)
                break
        else:
            columns.append([placed])
    return columns


def _in_column(
    frames: list[PlacedFrame], paper: Paper, words: Words, bottom: float
) -> Iterator[PlacedFrame]:
    wide = frames[0].box
    top = min(placed.box.y for placed in frames)
    room = bottom - top
    rows = _rows(frames)
    kind = _shared_kind(rows, paper, words, room=room, width=wide.width)
    used = sum(row.height for row in rows) + GAP_IN_COLUMN_MM * (len(rows) - 1)
    if used > room:
        tallest = max(rows, key=lambda row: row.height)
        tallest.height = max(tallest.height - (used - room), LEAST_ROW_MM)
    y = top
    for row in rows:
        height = row.height + (max(room - used, 0.0) if row.legend else 0.0)
        if row is rows[-1] and isinstance(row.frames[0].item, TitlePlan):
            y = max(y, bottom - height)  # the corner that lies outside when it is folded
        for placed in row.frames:
            box = Box(placed.box.x, y, placed.box.width, height)
            yield replace(placed, box=box, type_pt=kind.size_pt)
        y += height + GAP_IN_COLUMN_MM


def _rows(frames: list[PlacedFrame]) -> list[_Row]:
    rows: dict[float, _Row] = {}
    for placed in sorted(frames, key=lambda p: (p.box.y, p.box.x)):
        rows.setdefault(round(placed.box.y, 3), _Row([])).frames.append(placed)
    return list(rows.values())


def _shared_kind(
    rows: list[_Row], paper: Paper, words: Words, *, room: float, width: float
) -> Type:
    """Return the type in which a column fits, and note the height of each of its rows."""
    body = Type(rows[0].frames[0].type_pt)
    kind = body
    while True:
        for row in rows:
            row.height = 0.0 if row.legend else _height(row, paper, words, kind)
        left = room - sum(row.height for row in rows) - GAP_IN_COLUMN_MM * (len(rows) - 1)
        least = kind.size_pt <= LEAST_PT
        if least or _is_enough(rows, left, paper, words, kind=kind, body=body, width=width):
            return kind
        kind = replace(kind, size_pt=max(kind.size_pt * SHRINK, LEAST_PT))


def _height(row: _Row, paper: Paper, words: Words, kind: Type) -> float:
    heights = []
    for placed in row.frames:
        pieces = pieces_of(placed.item, words)
        if pieces is None:
            heights.append(placed.frame.height)
        else:
            heights.append(pieces.height(paper, placed.box.width, kind))
    return max(heights)


def _is_enough(  # noqa: PLR0913 - what is left of a column, in which type
    rows: list[_Row],
    left: float,
    paper: Paper,
    words: Words,
    *,
    kind: Type,
    body: Type,
    width: float,
) -> bool:
    legend = next((row.legend for row in rows if row.legend), None)
    if legend is None or left <= 0:
        return left >= 0
    fit = legend_fit(legend, words, paper, Box(0, 0, width, left), kind)
    may_cut = kind.size_pt <= LEGEND_SHRINK * body.size_pt
    wanted = min(legend.count, FEWEST_SWATCHES) if may_cut else legend.count
    return fit.most >= wanted
