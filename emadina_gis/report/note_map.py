"""The map extract of a note: the land with its corners, grid, scale, north and legend.

Drawn in millimetres into a box of a page, or into a picture for an editable document. The scale is
1/500, 1/1 000 or 1/2 000 wherever the land fits, with a grid line every 10 cm on paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import grid_convergence_deg
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Symbol
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.flow import SOFT, Flow, height_of
from emadina_gis.report.layout import GRID_STEP_MM, Box, extent_at
from emadina_gis.report.legend import LegendGroup, LegendItem, legend_of
from emadina_gis.report.map_frame import (
    MapFrame,
    draw_frame,
    draw_grid_plan,
    draw_north,
    draw_scale_bar,
    grid_plan,
    units_per_screen_px,
)
from emadina_gis.report.map_print import HIGHLIGHT, HIGHLIGHT_MM, print_map
from emadina_gis.report.page_maps import uncovered, without_persons
from emadina_gis.report.page_plan import LegendPlan
from emadina_gis.report.pdf import Type
from emadina_gis.report.sheet_blocks import LegendFit, legend_block
from emadina_gis.words.numbers import format_number, isolate_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.render.scene import Scene
    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.pdf import Paper
    from emadina_gis.words import Words

BODY = Type(8.0)
#: Width and height of an extract with what stands around it.
SIZE_MM = (180.0, 190.0)
#: A parcel takes at most this part of the extract, so that what is around it is seen.
MOST_OF_MAP = 0.55
#: Scales of the extract, the largest first; smaller ones only for land that none of them holds.
SCALES = (500, 1000, 2000, 5000, 10_000, 20_000, 25_000, 50_000, 100_000)
LABELS_MM = 5.0
UNDER_MM = 13.0
LEGEND = LegendFit(most=24, columns=3)
MOST_LEGEND_MM = 52.0
MOST_TRIES = 4
#: More corners than this are not numbered on the map: the table lists them.
MOST_NUMBERED = 40
CORNER_MM = 0.9


@dataclass(frozen=True, eq=False)
class ExtractPlan:
    """An extract ready to be drawn: its map and its legend."""

    frame: MapFrame
    legend: LegendPlan
    legend_mm: float


def plan_extract(paper: Paper, box: Box, note: Note, page: NotePage, words: Words) -> ExtractPlan:
    """Return where map and legend of an extract stand in a box, and at which scale.

    The legend lists what the map shows, and the map takes the room that the legend leaves: a map
    that has to be drawn smaller for it may show, and list, more.
    """
    plan, needed = _tried(paper, box, note, page, words, 0.0)
    for _again in range(MOST_TRIES):
        if needed <= plan.legend_mm:
            break
        plan, needed = _tried(paper, box, note, page, words, needed)
    return plan


def _tried(
    paper: Paper, box: Box, note: Note, page: NotePage, words: Words, legend_mm: float
) -> tuple[ExtractPlan, float]:
    """Return an extract that leaves some room for its legend, and the room that this needs."""
    frame = _framed(box, note, page, legend_mm)
    legend = _legend(note, frame, words)
    block = partial(_legend_block, legend=legend, words=words)
    needed = min(height_of(block, paper, box.width, BODY), MOST_LEGEND_MM)
    return ExtractPlan(frame, legend, legend_mm), needed


def _framed(box: Box, note: Note, page: NotePage, legend_mm: float) -> MapFrame:
    height = box.height - 2 * LABELS_MM - UNDER_MM - legend_mm
    inside = Box(box.x + LABELS_MM, box.y + LABELS_MM, box.width - 2 * LABELS_MM, height)
    return extract_frame(page, inside, unit_of(note))


def _legend_block(flow: Flow, legend: LegendPlan, words: Words) -> None:
    legend_block(flow, legend, words, LEGEND)


def unit_of(note: Note) -> float:
    """Return the metres in one map unit of a note's map."""
    crs = note.scene.crs
    return crs.unit_m if crs.is_known else 1.0


def extract_frame(page: NotePage, box: Box, unit_m: float) -> MapFrame:
    """Return the extract around a piece of land at 1/500, 1/1 000, 1/2 000 or smaller."""
    extent = Extent(*page.land.shape.bounds)
    needed = max(
        extent.width * unit_m * 1000 / (box.width * MOST_OF_MAP),
        extent.height * unit_m * 1000 / (box.height * MOST_OF_MAP),
    )
    scale = next((s for s in SCALES if s >= needed), SCALES[-1])
    return MapFrame(box, extent_at(extent.center, scale, box, unit_m), scale, unit_m)


def _legend(note: Note, frame: MapFrame, words: Words) -> LegendPlan:
    """Return the legend of what the map draws, the land itself first."""
    symbol = Symbol(fill=None, stroke=HIGHLIGHT, stroke_mm=HIGHLIGHT_MM)
    item = LegendItem(Kind.POLYGON, symbol, "")
    own = LegendGroup(words.text("note.doc.legend-land"), (item,))
    drawn = legend_of(_shown(note, frame), frame.extent, units_per_screen_px(frame), words)
    single = tuple(one for group in drawn for one in _singles(group, words))
    return LegendPlan("", (own, *single), words.text("report.legend.title"))


def _shown(note: Note, frame: MapFrame) -> Scene:
    """Return what is seen in an extract: nothing under what covers it whole, no persons' names."""
    return uncovered(without_persons(note.scene), frame.extent, units_per_screen_px(frame))


def _singles(group: LegendGroup, words: Words) -> Iterator[LegendGroup]:
    """Yield the classes of a layer, each named with its layer, to stand side by side."""
    if group.is_single:
        yield group
        return
    for item in group.items:
        named = words.text("note.doc.legend-entry", layer=group.title, entry=item.text)
        yield LegendGroup(named, (replace(item, text=""),), group.opacity)


def draw_extract(
    paper: Paper,
    box: Box,
    note: Note,
    page: NotePage,
    words: Words,
    ctx: Context = NULL_CONTEXT,
) -> MapFrame:
    """Draw the extract around a piece of land into a box; return its map."""
    plan = plan_extract(paper, box, note, page, words)
    frame, crs = plan.frame, note.scene.crs
    print_map(
        paper,
        _shown(note, frame),
        frame,
        language=words.language,
        highlight=(page.land.shape,),
        ctx=ctx,
    )
    _corners(paper, frame, page)
    if not crs.is_geographic:
        step_m = GRID_STEP_MM / 1000 * frame.scale
        grid = grid_plan(frame, words, step_m=step_m)
        draw_grid_plan(paper, frame.box, grid, BODY.sized(0.75))
    draw_frame(paper, frame)
    if crs.is_projected:
        paper.georeference(frame.box, frame.extent, crs)
    under = Box(frame.box.x, frame.box.bottom + LABELS_MM + 1, frame.box.width, UNDER_MM)
    _under_map(paper, under, frame, note, words)
    below = Box(box.x, box.bottom - plan.legend_mm, box.width, plan.legend_mm)
    _legend_block(Flow(paper, below, BODY), plan.legend, words)
    return frame


def _corners(paper: Paper, frame: MapFrame, page: NotePage) -> None:
    """Mark the corners, and number them as the table does where there is room."""
    count = sum(len(outline.names) for outline in page.land.outlines)
    middle = page.land.shape.centroid
    kind = replace(BODY.sized(0.72), color=HIGHLIGHT, weight="semibold")
    for outline in page.land.outlines:
        for name, (x, y) in zip(outline.names, outline.xy.tolist(), strict=True):
            at_x, at_y = frame.x_mm(x), frame.y_mm(y)
            radius = CORNER_MM / 2
            paper.circle(at_x, at_y, radius, fill="#ffffff", stroke=HIGHLIGHT, mm=0.2)
            if count <= MOST_NUMBERED:
                _numbered(paper, (at_x, at_y), (x - middle.x, middle.y - y), name, kind)


def _numbered(
    paper: Paper, at: tuple[float, float], away: tuple[float, float], name: str, kind: Type
) -> None:
    """Write a corner's name outside the land."""
    length = max((away[0] ** 2 + away[1] ** 2) ** 0.5, 1e-9)
    x, y = at[0] + 2.4 * away[0] / length, at[1] + 2.4 * away[1] / length
    paper.turned_text(x, y, name, kind, degrees=0)


def _under_map(paper: Paper, place: Box, frame: MapFrame, note: Note, words: Words) -> None:
    """Set scale bar, scale, grid step, system and north under the map; never mirrored."""
    crs = note.scene.crs
    bar = Box(place.x, place.y, 60, 5)
    draw_scale_bar(paper, bar, frame.scale, kind=BODY.sized(0.85), words=words)
    small = replace(BODY.sized(0.88), color=SOFT)
    text = Box(place.x + 68, place.y, place.width - 84, 5)
    for line in (scale_text(frame, note, words), system_text(note, words)):
        height = paper.text(text, line, small)
        text = Box(text.x, text.y + height + 0.3, text.width, 5)
    if crs.is_projected:
        angle = grid_convergence_deg(crs, *frame.extent.center)
        draw_north(paper, place.right - 5, place.y + 8, 8, true_north_deg=angle)


def scale_text(frame: MapFrame, note: Note, words: Words) -> str:
    """Return the scale of an extract and the step of its grid."""
    ratio = isolate_number(f"1/{format_number(frame.scale, words.language)}", words.language)
    scale = f"{words.text('report.fact.scale')} {ratio}"
    if note.scene.crs.is_geographic:
        return scale
    step = words.quantity(GRID_STEP_MM / 1000 * frame.scale, "m")
    return f"{scale} · {words.text('report.fact.grid')} {step}"


def system_text(note: Note, words: Words) -> str:
    """Return the name of the map's system of coordinates."""
    crs = note.scene.crs
    if crs.id == "EPSG:26191":
        return words.text("report.crs.zone_1")
    if not crs.is_known:
        return words.text("report.crs.unknown")
    return words.text("report.crs.named", name=crs.name, id=crs.id)
