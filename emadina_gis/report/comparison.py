"""A printed comparison of two scenarios: two maps at one scale, the figures, and exactly why.

A page of frames like every other: the maps show the same land, what differs is outlined on both.
The date is given, never read from a clock. Knows nothing of how scenarios are computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.title import Title
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.layouts import (
    REFERENCE,
    FactsContent,
    Frame,
    Layout,
    LegendContent,
    MapContent,
    NorthContent,
    ScaleBarContent,
    SourcesContent,
    TableContent,
    TableKind,
    TextContent,
    TitleBlockContent,
)
from emadina_gis.project.paper import (
    FRAME_LABELS_MM,
    GAP_MM,
    MARGIN_MM,
    column_scale,
    paper_size_mm,
)
from emadina_gis.report.layout import Box
from emadina_gis.report.page_content import Reason, SheetContent
from emadina_gis.report.sheet import WrittenSheet, write_sheet

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from emadina_gis.domain.extent import Extent
    from emadina_gis.project import PageFormat
    from emadina_gis.project.layouts import Content
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.page_content import TitleLine
    from emadina_gis.report.totals import BalanceRow
    from emadina_gis.words import Words

__all__ = ["ComparisonContent", "Reason", "Side", "comparison_layout", "write_comparison"]

HEADER_MM = 24.0
NAME_MM = 7.0
NAME_PT = 9.5
MAP_SHARE = 0.52
COLUMN_SHARES = (0.34, 0.33, 0.33)
FIRST, SECOND = "map-first", "map-second"
MAP_BORDER_MM = 0.35
NORTH_MM = 10.0
FOOT_MM = 27.0
BAR_MM = 10.0
SOURCES_MM = 26.0


@dataclass(frozen=True)
class Side:
    """One of the two scenarios: its name and its map."""

    name: str
    scene: Scene


@dataclass(frozen=True)
class ComparisonContent:
    """What a printed comparison shows.

    Attributes
    ----------
    sides : tuple of two Side
        The first is what is compared with, the second what is compared.
    focus : Extent
        Land shown on both maps, in the project's CRS.
    rows : tuple of BalanceRow
        The four figures of both, never mixed.
    reasons : tuple of Reason
        They add up to the difference of possible dwellings.
    highlight : tuple of shapely geometries
        Outline of what differs.
    code : str
        Code by which the project's state is found again.
    """

    title: Title
    titles: tuple[TitleLine, ...]
    sides: tuple[Side, Side]
    focus: Extent
    date: dt.date
    page: PageFormat
    rows: tuple[BalanceRow, ...] = ()
    reasons: tuple[Reason, ...] = ()
    highlight: tuple[object, ...] = ()
    document: str = ""
    status: str = ""
    years: int = 10
    code: str = ""


def write_comparison(
    content: ComparisonContent, path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> WrittenSheet:
    """Write a comparison as a PDF of one page.

    Raises
    ------
    OutputError
        If the file cannot be written.
    JobCancelled
        If the work was cancelled; nothing is left behind.
    """
    return write_sheet(comparison_sheet(content, words), path, words, ctx)


def comparison_sheet(content: ComparisonContent, words: Words) -> SheetContent:
    """Return a comparison as the content of a sheet."""
    first, second = content.sides
    outlined = words.text("report.comparison.outline") if content.highlight else ""
    return SheetContent(
        layout=comparison_layout(content.title, content.page),
        scene=second.scene,
        titles=content.titles,
        date=content.date,
        focus=content.focus,
        rows=content.rows,
        reference=first.name,
        scenario=second.name,
        reasons=content.reasons,
        highlight=content.highlight,
        outlined=outlined,
        document=content.document,
        status=content.status,
        years=content.years,
        code=content.code,
        scenes={FIRST: first.scene, SECOND: second.scene},
    )


def comparison_layout(title: Title, page: PageFormat) -> Layout:
    """Return the page of a comparison as frames; Arabic pages are mirrored when drawn.

    Names of scenarios are no texts of the page, so that braces in them stay as they are.
    """
    width, height = paper_size_mm(page, landscape=True)
    scale = column_scale(page)
    inner = Box(0.0, 0.0, width, height).inset(MARGIN_MM)
    header, rest = inner.from_top(HEADER_MM * scale, GAP_MM)
    upper, lower = rest.from_top(rest.height * MAP_SHARE, GAP_MM)
    frames = [_frame("title", header, TitleBlockContent())]
    sides = zip(
        upper.columns(2, GAP_MM * 2), ("reference", "scenario"), (FIRST, SECOND), strict=True
    )
    for place, name, frame_id in sides:
        frames += _side(place, name, frame_id, scale)
    frames += _under(lower, scale)
    return Layout("comparison", title, page, frames=tuple(frames))


def _side(place: Box, name: str, frame_id: str, scale: float) -> list[Frame]:
    head, below = place.from_top(NAME_MM * scale)
    text = TextContent(Title.plain(f"{{{name}}}"), NAME_PT * scale, "semibold", align="center")
    content = MapContent(follows="" if frame_id == FIRST else FIRST)
    if frame_id == FIRST:
        content = MapContent(scenario=REFERENCE)
    inside = below.inset(FRAME_LABELS_MM)
    return [
        _frame(f"name-{frame_id}", head, text),
        _frame(frame_id, inside, content, border_mm=MAP_BORDER_MM),
    ]


def _under(lower: Box, scale: float) -> list[Frame]:
    room, x, columns = lower.width - GAP_MM * 2 * (len(COLUMN_SHARES) - 1), lower.x, []
    for share in COLUMN_SHARES:
        columns.append(Box(x, lower.y, room * share, lower.height))
        x += room * share + GAP_MM * 2
    why, sources = _with_foot(columns[1], SOURCES_MM * scale)
    rest, facts = _with_foot(columns[2], FOOT_MM * scale)
    legend, bar = _with_foot(rest, BAR_MM * scale)
    side = max(NORTH_MM * scale, 8.0)
    return [
        _frame("balance", columns[0], TableContent(TableKind.BALANCE)),
        _frame("why", why, TableContent(TableKind.COMPARISON)),
        _frame("sources", sources, SourcesContent()),
        _frame("legend", legend, LegendContent(of_map=SECOND)),
        _frame("scale-bar", Box(bar.x, bar.y, bar.width - side, bar.height), ScaleBarContent()),
        _frame("north", Box(bar.right - side, bar.y, side, bar.height), NorthContent()),
        _frame("facts", facts, FactsContent()),
    ]


def _with_foot(place: Box, height: float) -> tuple[Box, Box]:
    return place.from_top(place.height - height - GAP_MM, GAP_MM)


def _frame(frame_id: str, box: Box, content: Content, border_mm: float = 0.0) -> Frame:
    return Frame(frame_id, box.x, box.y, box.width, box.height, content, border_mm)
