"""The blocks of a sheet beside its map: title block, legend, balance, scale, sources, notes.

Each is a function from a `Flow`; it measures and draws alike. Knows nothing of where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import rgba
from emadina_gis.report.flow import ACCENT, AMBER, SOFT, Cell, Flow, Mark
from emadina_gis.report.totals import BalanceRow, amount_text
from emadina_gis.words.numbers import format_number, isolate_number

if TYPE_CHECKING:
    import datetime as dt

    from emadina_gis.domain.layer import Layer, Title
    from emadina_gis.domain.style import Symbol
    from emadina_gis.report.layout import Box
    from emadina_gis.report.legend import LegendGroup, LegendItem
    from emadina_gis.report.pdf import Paper
    from emadina_gis.words import Words

BALANCE_SHARES = (0.31, 0.23, 0.23, 0.23)
ALONE_SHARES = (0.5, 0.5)
#: Lines whose darkest channel is above this get a ground in the legend: paper is white.
PALE = 215


@dataclass(frozen=True)
class TitleLine:
    """A level of the title block, in three languages: Arabic stands above, French below."""

    title: Title
    factor: float = 1.0
    weight: str = "regular"


def title_block(flow: Flow, lines: tuple[TitleLine, ...], language: str) -> None:
    """Set the title block: for each level the Arabic line, then the French one, centred.

    A level reads English under them where the sheet is English; a line that reads the same in
    two languages is set once.
    """
    for line in lines:
        kind = flow.sized(line.factor, weight=line.weight, align="center")
        said: list[str] = []
        for text, rtl in ((line.title.ar, True), (line.title.fr, False)):
            if text and text not in said:
                flow.text(text, replace(kind, rtl=rtl))
                said.append(text)
        if language == "en" and line.title.en not in said:
            flow.text(line.title.en, replace(kind.sized(0.86), rtl=False, color=SOFT))
        flow.space(0.3)


def note_line(flow: Flow, text: str) -> None:
    """Set a sentence that must be seen: amber, centred."""
    flow.text(text, flow.sized(0.95, weight="semibold", color=AMBER, align="center"))


@dataclass(frozen=True)
class LegendFit:
    """How a legend is made to fit: at most `most` swatches, in `columns` columns."""

    most: int
    columns: int = 1


def legend_block(flow: Flow, groups: tuple[LegendGroup, ...], words: Words, fit: LegendFit) -> None:
    """Set the legend, and say how many classes are not listed where they do not fit."""
    flow.heading(words.text("report.legend.title"))
    left = fit.most
    singles = [group for group in groups if group.is_single]
    for group in groups:
        if not group.is_single:
            left = _legend_group(flow, group, words, LegendFit(left, fit.columns))
            flow.space(0.15)
    marks = [_mark(flow, group.items[0], group.title, group.opacity) for group in singles]
    _swatches(flow, marks, fit.columns)


def _legend_group(flow: Flow, group: LegendGroup, words: Words, fit: LegendFit) -> int:
    flow.text(group.title, flow.sized(weight="semibold"))
    flow.space(0.1)
    room = max(fit.most - 1, 0)
    shown = group.items if len(group.items) <= fit.most else group.items[:room]
    _swatches(flow, [_mark(flow, i, i.text, group.opacity) for i in shown], fit.columns)
    hidden = len(group.items) - len(shown)
    if hidden:
        flow.text(words.plural("report.legend.more", hidden), flow.sized(color=SOFT))
    return fit.most - len(shown)


def _mark(flow: Flow, item: LegendItem, text: str, opacity: float) -> Mark:
    return Mark(
        lambda box: draw_swatch(flow.paper, box, item.kind, item.symbol, opacity=opacity), text
    )


def _swatches(flow: Flow, marks: list[Mark], columns: int) -> None:
    width, height = flow.unit * 1.9, flow.unit * 0.82
    for start in range(0, len(marks), columns):
        row = marks[start : start + columns]
        flow.marked(row, width=width, height=height, columns=columns)


def draw_swatch(paper: Paper, box: Box, kind: Kind, symbol: Symbol, *, opacity: float) -> None:
    """Draw how a class looks: an area, a line or a marker."""
    paper.painter.save()
    paper.painter.setOpacity(opacity)
    if kind == Kind.LINE:
        _line_swatch(paper, box, symbol)
    elif kind == Kind.POINT:
        radius = min(symbol.size_mm / 2, box.height / 2)
        x, y = box.x + box.width / 2, box.y + box.height / 2
        paper.circle(x, y, radius, fill=symbol.fill, stroke=symbol.stroke, mm=symbol.stroke_mm)
    else:
        paper.painter.setOpacity(opacity * (symbol.fill_opacity if symbol.fill else 1.0))
        paper.rect(box, fill=symbol.fill)
        paper.painter.setOpacity(opacity)
        stroke = symbol.stroke if _is_seen(symbol) else "#a7a196"
        _outline(paper, box, stroke, symbol)
    paper.painter.restore()


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
    if symbol.casing:
        paper.polyline(ends, color=symbol.casing, mm=symbol.stroke_mm + 0.4)
    color = symbol.stroke or symbol.fill or "#22211f"
    if min(rgba(color)[:3]) > PALE:
        paper.rect(box, fill="#e4ddd0")
    paper.polyline(ends, color=color, mm=max(symbol.stroke_mm, 0.15), dash=str(symbol.dash))


def balance_block(
    flow: Flow,
    rows: tuple[BalanceRow, ...],
    words: Words,
    *,
    scenario: str,
    years: int,
    reference: str = "",
) -> None:
    """Set the four figures of each measure: reference, scenario beside it, difference.

    Without a name the first column is called the reference.
    """
    compared = any(row.scenario is not None for row in rows)
    shares = BALANCE_SHARES if compared else ALONE_SHARES
    flow.heading(words.text("report.balance.title"))
    flow.row(_balance_head(words, scenario if compared else "", reference), shares)
    measure = ""
    for row in rows:
        if row.measure != measure:
            measure = row.measure
            flow.space(0.1)
            flow.rule()
            flow.space(0.12)
            flow.text(words.text(f"report.measure.{measure}"), flow.sized(weight="semibold"))
        flow.row(_balance_cells(row, words, years), shares)
    flow.text(words.text("report.balance.note"), flow.sized(0.82, color=SOFT))


def _balance_head(words: Words, scenario: str, reference: str) -> list[Cell]:
    first = words.isolated(reference) if reference else words.text("report.balance.reference")
    names = [first]
    if scenario:
        names += [words.isolated(scenario), words.text("report.balance.difference")]
    return [Cell("")] + [Cell(name, align="end", weight="semibold", color=SOFT) for name in names]


def _balance_cells(row: BalanceRow, words: Words, years: int) -> list[Cell]:
    label = words.text(f"report.figure.{row.figure}", years=years)
    value, span = amount_text(row.reference, words)
    cells = [Cell(label), Cell(value, span, "end")]
    if row.scenario is not None:
        value, span = amount_text(row.scenario, words)
        difference = words.number(row.difference, signed=True)
        strong = "semibold" if row.difference and round(row.difference) else "regular"
        cells += [Cell(value, span, "end"), Cell(difference, "", "end", strong, ACCENT)]
    return cells


@dataclass(frozen=True)
class SheetFacts:
    """What a sheet says of itself beside its title.

    Attributes
    ----------
    true_north_deg : float
        Angle from grid north to true north, positive to the east.
    grid_m : float
        Distance between grid crosses; 0 where there are none.
    """

    scale: int
    crs_name: str
    date: dt.date
    document: str
    status: str
    true_north_deg: float | None = None
    grid_m: float = 0.0


def facts_block(flow: Flow, facts: SheetFacts, words: Words) -> None:
    """Set scale, coordinate system, north, grid, document, date."""
    ratio = isolate_number(f"1/{format_number(facts.scale, words.language)}", words.language)
    flow.pair(words.text("report.fact.scale"), ratio)
    flow.pair(words.text("report.fact.crs"), facts.crs_name)
    if facts.true_north_deg is not None:
        flow.pair(words.text("report.fact.north"), north_text(facts.true_north_deg, words))
    if facts.grid_m:
        flow.pair(words.text("report.fact.grid"), words.quantity(facts.grid_m, "m"))
    if facts.document:
        flow.pair(words.text("report.fact.document"), facts.document)
    if facts.status:
        flow.pair(words.text("report.fact.status"), facts.status)
    flow.pair(words.text("report.fact.date"), date_text(facts.date, words))


def north_text(degrees: float, words: Words) -> str:
    """Return how true north stands to grid north."""
    side = "east" if degrees >= 0 else "west"
    number = format_number(abs(degrees), words.language, 2)
    amount = isolate_number(f"{number}{words.unit('degrees')}", words.language)
    return words.text(f"report.north.{side}", angle=amount)


def date_text(date: dt.date, words: Words) -> str:
    """Return a date as day/month/year, kept left to right."""
    return isolate_number(f"{date:%d/%m/%Y}", words.language)


def sources_block(flow: Flow, layers: tuple[Layer, ...], words: Words) -> None:
    """Set where the drawn layers come from, their licences, and that demo data is synthetic."""
    flow.heading(words.text("report.sources.title"))
    kind = flow.sized(0.88)
    for text in source_texts(layers, words):
        flow.text(text, kind)
        flow.space(0.08)
    if any(layer.provenance.synthetic for layer in layers):
        said = words.text("report.sources.synthetic")
        flow.text(said, flow.sized(0.92, weight="semibold", color=AMBER))


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
