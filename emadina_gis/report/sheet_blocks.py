"""The blocks of a sheet beside its map: title block, legend, tables, facts, sources, notes.

Each is set in a `Flow`; it measures and draws alike. Knows nothing of where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Marker, rgba
from emadina_gis.render.raster_legend import slices
from emadina_gis.render.symbols import MOST_OF_SWATCH, draw_symbol, fill_with_pattern
from emadina_gis.report.flow import AMBER, SOFT, Block, Flow, Mark, Pieces, text_height
from emadina_gis.report.layout import Box
from emadina_gis.report.page_content import TitleLine
from emadina_gis.report.page_tables import SECTION, TOTAL
from emadina_gis.report.pdf import UNITS_PER_MM
from emadina_gis.words import load_words
from emadina_gis.words.numbers import format_number, isolate_number

__all__ = [
    "LegendFit",
    "TitleLine",
    "centred_dots",
    "date_text",
    "dots",
    "draw_swatch",
    "fact_pieces",
    "legend_block",
    "north_text",
    "note_line",
    "paired_title_pieces",
    "ratio_text",
    "source_pieces",
    "source_texts",
    "table_pieces",
    "title_pieces",
]

if TYPE_CHECKING:
    import datetime as dt

    from emadina_gis.domain.layer import Layer
    from emadina_gis.domain.style import Symbol
    from emadina_gis.report.legend import LegendGroup, LegendItem
    from emadina_gis.report.page_plan import LegendPlan, SourcesPlan
    from emadina_gis.report.page_tables import PaperTable, TableRow
    from emadina_gis.report.pdf import Paper
    from emadina_gis.words import Words

#: Lines whose darkest channel is above this get a ground in the legend: paper is white.
PALE = 215
#: A pale line is seen by its edges: how wide it is in the legend, and its edges at least.
RIBBON_PART, SEEN_MM = 0.4, 0.22
#: Slices of a line of a ramp: the middle one has the colour of the value.
RAMP_SLICES = 5


def title_pieces(lines: tuple[TitleLine, ...], words: Words) -> Pieces:
    """Return the title block; under it, in each of its languages, that it is not official.

    For each level the Arabic line, then the French one, centred. A level reads English under them
    where the sheet is English; a line that reads the same in two languages is set once.
    """
    parts = [_title_part(line, words.language) for line in lines]
    return _titled(parts, lines, words)


def paired_title_pieces(lines: tuple[TitleLine, ...], words: Words) -> Pieces:
    """Return the title block for a low frame: French on the left, Arabic on the right."""
    is_english = words.language == "en"
    return _titled([_paired_part(line, is_english=is_english) for line in lines], lines, words)


def _titled(parts: list[Block], lines: tuple[TitleLine, ...], words: Words) -> Pieces:
    """Return levels over the note; the plainest levels are cut first, from the top."""
    order = sorted(range(len(lines)), key=lambda at: (lines[at].factor, at))
    note: Block = lambda flow: _unofficial(flow, words)  # noqa: E731 - a block is a function
    return Pieces((*parts, note), centred_dots, 1, tuple(order))


def _paired_part(line: TitleLine, *, is_english: bool) -> Block:
    def part(flow: Flow) -> None:
        left, right = flow.box.columns(2, flow.unit)
        kind = flow.sized(line.factor, weight=line.weight, align="center")
        tallest = 0.0
        for place, text, rtl in ((left, line.title.fr, False), (right, line.title.ar, True)):
            side = Flow(flow.paper, replace(place, y=flow.y), kind, dry=flow.dry)
            side.text(text, replace(kind, rtl=rtl))
            tallest = max(tallest, side.y - flow.y)
        flow.y += tallest
        if is_english and line.title.en not in {line.title.fr, line.title.ar}:
            flow.text(line.title.en, flow.sized(0.86, align="center", color=SOFT))
        flow.space(0.2)

    return part


def _title_part(line: TitleLine, language: str) -> Block:
    def part(flow: Flow) -> None:
        kind = flow.sized(line.factor, weight=line.weight, align="center")
        said: list[str] = []
        for text, rtl in ((line.title.ar, True), (line.title.fr, False)):
            if text and text not in said:
                flow.text(text, replace(kind, rtl=rtl))
                said.append(text)
        if language == "en" and line.title.en not in said:
            small = flow.sized(line.factor * 0.86, weight=line.weight, align="center")
            flow.text(line.title.en, replace(small, rtl=False, color=SOFT))
        flow.space(0.3)

    return part


def _unofficial(flow: Flow, words: Words) -> None:
    for language in ("ar", "fr", "en") if words.language == "en" else ("ar", "fr"):
        other = load_words(language)
        kind = flow.sized(0.9, weight="semibold", color=AMBER, align="center")
        flow.text(other.text("report.unofficial"), replace(kind, rtl=other.is_rtl))


def dots(count: int) -> Block:
    """Return what stands for parts that were cut: an ellipsis."""
    del count
    return lambda flow: flow.text("\u2026", flow.sized(color=SOFT))


def centred_dots(count: int) -> Block:
    """Return what stands for centred parts that were cut."""
    del count
    return lambda flow: flow.text("\u2026", flow.sized(color=SOFT, align="center"))


def note_line(flow: Flow, text: str) -> None:
    """Set a sentence that must be seen: amber, centred."""
    flow.text(text, flow.sized(0.95, weight="semibold", color=AMBER, align="center"))


@dataclass(frozen=True)
class LegendFit:
    """How a legend is made to fit: at most `most` swatches, in `columns` columns."""

    most: int
    columns: int = 1


def legend_block(flow: Flow, legend: LegendPlan, words: Words, fit: LegendFit) -> None:
    """Set the first classes of a legend, and say how many more are drawn and not listed."""
    flow.heading(legend.title)
    left = fit.most
    singles = [group for group in legend.groups if group.is_single]
    for group in legend.groups:
        if not group.is_single and left > 0:
            left -= _legend_group(flow, group, LegendFit(left, fit.columns))
            flow.space(0.15)
    shown = singles[: max(left, 0)]
    marks = [_mark(flow, group.items[0], group.title, group.opacity) for group in shown]
    _swatches(flow, marks, fit.columns)
    hidden = legend.count - min(fit.most, legend.count)
    if hidden:
        flow.text(words.plural("report.legend.more", hidden), flow.sized(color=SOFT))
    if legend.note:
        flow.space(0.2)
        flow.text(legend.note, flow.sized(0.88, color=SOFT))


def _legend_group(flow: Flow, group: LegendGroup, fit: LegendFit) -> int:
    flow.text(group.title, flow.sized(weight="semibold"))
    flow.space(0.1)
    shown = group.items[: fit.most]
    columns = 1 if any(item.shades for item in shown) else fit.columns  # a ramp is one strip
    _swatches(flow, [_mark(flow, i, i.text, group.opacity) for i in shown], columns)
    return len(shown)


def _mark(flow: Flow, item: LegendItem, text: str, opacity: float) -> Mark:
    if item.shades:
        pitch = text_height(flow.paper, text, flow.kind, flow.box.width) + flow.unit * 0.12
        return Mark(lambda box: _draw_shades(flow.paper, box, pitch, item.shades, opacity), text)
    return Mark(
        lambda box: draw_swatch(flow.paper, box, item.kind, item.symbol, opacity=opacity), text
    )


def _draw_shades(
    paper: Paper, box: Box, pitch: float, shades: tuple[str, ...], opacity: float
) -> None:
    """Draw a line of a ramp as slices, each down to the bottom, so that no seam is left."""
    top, bottom = box.y + (box.height - pitch) / 2, box.y + (box.height + pitch) / 2
    paper.painter.save()
    paper.painter.setOpacity(opacity)
    for index, color in enumerate(slices(shades, RAMP_SLICES)):
        upper = top + pitch * index / RAMP_SLICES
        lower = bottom if opacity >= 1.0 else upper + pitch / RAMP_SLICES
        paper.rect(Box(box.x, upper, box.width, lower - upper), fill=color)
    paper.painter.restore()


def _swatches(flow: Flow, marks: list[Mark], columns: int) -> None:
    width, height = flow.unit * 1.9, flow.unit * 0.82
    for start in range(0, len(marks), columns):
        row = marks[start : start + columns]
        flow.marked(row, width=width, height=height, columns=columns)


def draw_swatch(paper: Paper, box: Box, kind: Kind, symbol: Symbol, *, opacity: float) -> None:
    """Draw how a class looks: an area, a line or a marker."""
    paper.painter.save()
    paper.painter.setOpacity(opacity)
    if symbol.dashes_mm or (kind == Kind.POINT and _is_drawn_marker(symbol)):
        _symbol_swatch(paper, box, kind, symbol)
    elif kind == Kind.LINE:
        _line_swatch(paper, box, symbol)
    elif kind == Kind.POINT:
        radius = min(symbol.size_mm / 2, box.height / 2)
        x, y = box.x + box.width / 2, box.y + box.height / 2
        paper.circle(x, y, radius, fill=symbol.fill, stroke=symbol.stroke, mm=symbol.stroke_mm)
    else:
        paper.painter.setOpacity(opacity * (symbol.fill_opacity if symbol.fill else 1.0))
        paper.rect(box, fill=symbol.fill)
        paper.painter.setOpacity(opacity)
        if symbol.pattern is not None:
            mm_per_px = 1 / UNITS_PER_MM
            fill_with_pattern(paper.painter, paper.device_rect(box), symbol.pattern, mm_per_px)
        stroke = symbol.stroke if _is_seen(symbol) else "#a7a196"
        _outline(paper, box, stroke, symbol)
    paper.painter.restore()


def _is_drawn_marker(symbol: Symbol) -> bool:
    return symbol.picture is not None or symbol.marker is not Marker.CIRCLE


def _symbol_swatch(paper: Paper, box: Box, kind: Kind, symbol: Symbol) -> None:
    """Draw what paper has no shape for just as the map draws it."""
    rect, mm_per_px = paper.device_rect(box), 1 / UNITS_PER_MM
    draw_symbol(paper.painter, rect, symbol=symbol, kind=kind, mm_per_px=mm_per_px)


def _outline(paper: Paper, box: Box, color: str | None, symbol: Symbol) -> None:
    corners = [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]
    if color is not None:
        mm, dash = max(symbol.stroke_mm, 0.1), str(symbol.dash)
        paper.polyline([*corners, corners[0]], color=color, mm=mm, dash=dash)


def _is_seen(symbol: Symbol) -> bool:
    return symbol.stroke not in {None, "#ffffff", symbol.fill}


def _line_swatch(paper: Paper, box: Box, symbol: Symbol) -> None:
    y = box.y + box.height / 2
    ends = [(box.x, y), (box.right, y)]
    color = symbol.stroke or symbol.fill or "#22211f"
    if all(min(rgba(shown)[:3]) > PALE for shown in (color, symbol.casing or color)):
        paper.rect(box, fill="#e4ddd0")
    width = min(max(symbol.stroke_mm, 0.15), box.height * MOST_OF_SWATCH)
    if symbol.casing:
        is_ribbon = min(rgba(color)[:3]) > PALE
        width = max(width, box.height * RIBBON_PART) if is_ribbon else width
        least = 2 * SEEN_MM if is_ribbon else 0.0
        casing = min(width + max(symbol.casing_mm, least), box.height)
        paper.polyline(ends, color=symbol.casing, mm=casing)
    paper.polyline(ends, color=color, mm=width, dash=str(symbol.dash))


def table_pieces(table: PaperTable, words: Words) -> Pieces:
    """Return a table; rows that do not fit are counted, its total and its notes stay."""
    total = table.rows[-1:] if table.rows and table.rows[-1].kind == TOTAL else ()
    rows = table.rows[: len(table.rows) - len(total)]
    parts = [lambda flow: _table_head(flow, table)]
    parts += [_row_part(row, table.shares) for row in rows]
    foot = [_row_part(row, table.shares) for row in total]
    foot.append(lambda flow: _table_foot(flow, table))

    def said(count: int) -> Block:
        more = words.plural("page.table.more", count + table.left_out)
        return lambda flow: flow.text(more, flow.sized(color=SOFT))

    if table.left_out:
        parts.append(said(0))
        return Pieces((*parts, *foot), said, len(foot) + 1)
    return Pieces((*parts, *foot), said, len(foot))


def _table_head(flow: Flow, table: PaperTable) -> None:
    flow.heading(table.title)
    if table.before:
        flow.text(table.before, flow.sized(0.85, color=SOFT))
        flow.space(0.3)
    if table.heads:
        flow.row(table.heads, table.shares)
        if not table.rows or table.rows[0].kind != SECTION:
            flow.rule()
            flow.space(0.15)


def _row_part(row: TableRow, shares: tuple[float, ...]) -> Block:
    def part(flow: Flow) -> None:
        if row.kind == SECTION:
            flow.space(0.1)
            flow.rule()
            flow.space(0.12)
            flow.row(row.cells, (1.0,))
        else:
            flow.row(row.cells, shares)

    return part


def _table_foot(flow: Flow, table: PaperTable) -> None:
    if table.after:
        flow.text(table.after, flow.sized(0.82, color=SOFT))


def fact_pieces(pairs: tuple[tuple[str, str], ...]) -> Pieces:
    """Return labels and values, one pair to a line."""

    def part(label: str, value: str) -> Block:
        return lambda flow: flow.pair(label, value)

    return Pieces(tuple(part(label, value) for label, value in pairs), dots)


def ratio_text(scale: int, words: Words) -> str:
    """Return a scale as people write it, kept left to right."""
    return isolate_number(f"1/{format_number(scale, words.language)}", words.language)


def north_text(degrees: float, words: Words) -> str:
    """Return how true north stands to grid north."""
    side = "east" if degrees >= 0 else "west"
    number = format_number(abs(degrees), words.language, 2)
    amount = isolate_number(f"{number}{words.unit('degrees')}", words.language)
    return words.text(f"report.north.{side}", angle=amount)


def date_text(date: dt.date, words: Words) -> str:
    """Return a date as day/month/year, kept left to right."""
    return isolate_number(f"{date:%d/%m/%Y}", words.language)


def source_pieces(plan: SourcesPlan, words: Words, notes: tuple[str, ...] = ()) -> Pieces:
    """Return where the drawn layers come from, and that demo data is synthetic."""
    parts: list[Block] = [lambda flow: flow.heading(words.text("report.sources.title"))]
    parts += [_source_part(line) for line in plan.lines]
    kept: list[Block] = [_note_part(note) for note in notes]
    if plan.is_synthetic:
        said = words.text("report.sources.synthetic")
        kept.append(lambda flow: flow.text(said, flow.sized(0.92, weight="semibold", color=AMBER)))
    return Pieces((*parts, *kept), dots, len(kept))


def _source_part(line: str) -> Block:
    def part(flow: Flow) -> None:
        flow.text(line, flow.sized(0.88))
        flow.space(0.08)

    return part


def _note_part(note: str) -> Block:
    return lambda flow: note_line(flow, note)


def source_texts(layers: tuple[Layer, ...], words: Words) -> list[str]:
    """Return one line per source: the layers it gave, producer, year, licence."""
    by_source: dict[tuple[str, ...], list[str]] = {}
    for layer in layers:
        origin = layer.provenance
        credit = origin.credit.text(words.language) if origin.credit else origin.producer
        named = credit.rstrip(" .") or words.text("report.sources.unknown")
        synthetic = words.text("report.sources.synthetic_short") if origin.synthetic else ""
        key = tuple(part for part in (named, origin.year, origin.licence, synthetic) if part)
        by_source.setdefault(key, []).append(layer.title.text(words.language))
    comma = words.text("report.list_separator")
    return [
        words.text(
            "report.sources.line",
            layers=comma.join(words.isolated(name) for name in names),
            source=comma.join(words.isolated(part) for part in key),
        )
        for key, names in by_source.items()
    ]
