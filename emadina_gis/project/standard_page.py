"""The standard page as frames: what a layout without frames of its own is composed from.

A landscape page has its column beside the map, a portrait one three columns under it. The heights
in a column are nominal: a page that is drawn gives each block what it needs and the legend the
rest. Knows nothing of drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.project.layouts import (
    FactsContent,
    Frame,
    Grid,
    LegendContent,
    MapContent,
    NorthContent,
    RevisionsContent,
    ScaleBarContent,
    SourcesContent,
    TableContent,
    TitleBlockContent,
)
from emadina_gis.project.paper import (
    FRAME_LABELS_MM,
    GAP_MM,
    MARGIN_MM,
    column_scale,
    paper_size_mm,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.project.layouts import Content, Layout

MAP, TITLE, LEGEND, TABLE = "map", "title", "legend", "table"
SCALE_BAR, NORTH, FACTS, SOURCES, REVISIONS = "scale-bar", "north", "facts", "sources", "revisions"
MAP_BORDER_MM = 0.35
COLUMN_MM = 104.0
BAND_MM = 140.0
GAP_IN_COLUMN_MM = 2.2
NORTH_MM = 10.0
LEAST_NORTH_MM = 8.0
#: Parts of the width of the columns under a portrait map, with and without a table.
_SHARES = (0.31, 0.29, 0.40)
_TWO_SHARES = (0.42, 0.58)
#: Nominal heights on A3 in millimetres; the legend takes what is left.
_HEIGHTS = {
    TITLE: 32.0,
    TABLE: 80.0,
    SCALE_BAR: 9.0,
    FACTS: 24.0,
    SOURCES: 19.0,
    REVISIONS: 14.0,
}
_LEAST_LEGEND_MM = 20.0
#: A title block is not wider, so that it lies outside when the sheet is folded to A4.
MOST_TITLE_MM = 198.0


@dataclass(frozen=True)
class _Column:
    """A column of the page: left, top, width, height in millimetres."""

    x: float
    y: float
    width: float
    height: float


def standard_frames(layout: Layout) -> tuple[Frame, ...]:
    """Return the frames of the standard page of a layout's paper.

    Where the sheet has fold marks, the title block stands in the corner that lies outside.
    """
    width, height = paper_size_mm(layout.page, landscape=layout.landscape)
    inner = _Column(MARGIN_MM, MARGIN_MM, width - 2 * MARGIN_MM, height - 2 * MARGIN_MM)
    scale = column_scale(layout.page)
    if layout.landscape:
        side = COLUMN_MM * scale
        around = replace(inner, width=inner.width - side - GAP_MM)
        column = replace(inner, x=around.x + around.width + GAP_MM, width=side)
        return (_map(layout, around), *_stack(column, _landscape_order(layout), scale))
    band = BAND_MM * scale
    around = replace(inner, height=inner.height - band - GAP_MM)
    below = replace(inner, y=inner.y + inner.height - band, height=band)
    return (_map(layout, around), *_under(layout, below, scale))


def _map(layout: Layout, around: _Column) -> Frame:
    grid = Grid.CROSSES if layout.with_grid else Grid.NONE
    room = FRAME_LABELS_MM
    return Frame(
        MAP,
        around.x + room,
        around.y + room,
        around.width - 2 * room,
        around.height - 2 * room,
        MapContent(grid=grid),
        border_mm=MAP_BORDER_MM,
    )


def _landscape_order(layout: Layout) -> tuple[str, ...]:
    table = (TABLE,) if layout.with_table else ()
    revisions = (REVISIONS,) if layout.revisions else ()
    rest = (LEGEND, *table, SCALE_BAR, FACTS, SOURCES, *revisions)
    return (*rest, TITLE) if layout.fold_marks else (TITLE, *rest)


def _under(layout: Layout, below: _Column, scale: float) -> list[Frame]:
    table = (TABLE,) if layout.with_table else ()
    revisions = (REVISIONS,) if layout.revisions else ()
    first: tuple[str, ...] = (TITLE, SCALE_BAR, FACTS, SOURCES)
    last: tuple[str, ...] = (*table, *revisions)
    if layout.fold_marks:
        first, last = (SCALE_BAR, FACTS, SOURCES), (*table, *revisions, TITLE)
    orders = [first, (LEGEND,), last] if last else [first, (LEGEND,)]
    shares = _SHARES[: len(orders)] if last else _TWO_SHARES
    room = below.width - GAP_MM * (len(orders) - 1)
    frames: list[Frame] = []
    x = below.x
    for share, order in zip(shares, orders, strict=True):
        frames += _stack(replace(below, x=x, width=room * share), order, scale)
        x += room * share + GAP_MM
    return frames


def _stack(column: _Column, order: Sequence[str], scale: float) -> list[Frame]:
    """Return the frames of a column from its top, the legend as high as there is room."""
    gap = GAP_IN_COLUMN_MM
    heights = {name: _HEIGHTS[name] * scale for name in order if name != LEGEND}
    if SCALE_BAR in heights:
        heights[SCALE_BAR] = max(heights[SCALE_BAR], LEAST_NORTH_MM)
    left = column.height - sum(heights.values()) - gap * (len(order) - 1)
    heights[LEGEND] = max(left, _LEAST_LEGEND_MM * scale)
    frames: list[Frame] = []
    y = column.y
    for name in order:
        place = replace(column, y=y, height=heights[name])
        frames += _frames_of(name, place, scale)
        y += heights[name] + gap
    return frames


def _frames_of(name: str, place: _Column, scale: float) -> list[Frame]:
    if name == TITLE and place.width > MOST_TITLE_MM:
        left = place.x + place.width - MOST_TITLE_MM
        place = replace(place, x=left, width=MOST_TITLE_MM)
    if name != SCALE_BAR:
        return [_frame(name, place, _content(name))]
    side = max(NORTH_MM * scale, LEAST_NORTH_MM)
    bar = replace(place, width=place.width - side - GAP_MM)
    arrow = replace(place, x=place.x + place.width - side, width=side)
    return [_frame(SCALE_BAR, bar, ScaleBarContent()), _frame(NORTH, arrow, NorthContent())]


def _frame(name: str, place: _Column, content: Content) -> Frame:
    return Frame(name, place.x, place.y, place.width, place.height, content)


def _content(name: str) -> Content:
    contents: dict[str, Content] = {
        TITLE: TitleBlockContent(),
        LEGEND: LegendContent(),
        TABLE: TableContent(),
        FACTS: FactsContent(),
        SOURCES: SourcesContent(),
        REVISIONS: RevisionsContent(),
    }
    return contents[name]
