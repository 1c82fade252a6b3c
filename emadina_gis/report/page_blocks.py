"""The blocks of a plan's items that are set in a flow, and how a legend is made to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.report.flow import LEAST_PT, SHRINK, Block, Pieces, height_of, text_height
from emadina_gis.report.page_plan import FactsPlan, LegendPlan, SourcesPlan, TitlePlan
from emadina_gis.report.page_tables import PaperTable
from emadina_gis.report.sheet_blocks import (
    LegendFit,
    fact_pieces,
    legend_block,
    paired_title_pieces,
    source_pieces,
    table_pieces,
    title_pieces,
)

if TYPE_CHECKING:
    from emadina_gis.report.layout import Box
    from emadina_gis.report.page_plan import Item
    from emadina_gis.report.pdf import Paper, Type
    from emadina_gis.words import Words

MOST_LEGEND_COLUMNS = 3
FEWEST_SWATCHES = 4
#: A title block this wide may set both languages side by side.
PAIRED_MM = 90.0
#: What a swatch and the gaps about it take of a column, in heights of a line.
SWATCH_LINES = 3.0


def pieces_of(item: Item, words: Words, notes: tuple[str, ...] = ()) -> Pieces | None:
    """Return an item as a block in parts; None where it is drawn otherwise."""
    if isinstance(item, TitlePlan):
        return title_pieces(item.lines, words)
    if isinstance(item, FactsPlan):
        return fact_pieces(item.pairs)
    if isinstance(item, SourcesPlan):
        return source_pieces(item, words, notes)
    if isinstance(item, PaperTable):
        return table_pieces(item, words)
    return None


def title_in(item: TitlePlan, words: Words, paper: Paper, box: Box, kind: Type) -> Pieces:
    """Return the title block as it stands in a box: in pairs where levels would not fit."""
    stacked = title_pieces(item.lines, words)
    is_low = stacked.height(paper, box.width, kind) > box.height
    return paired_title_pieces(item.lines, words) if is_low and box.width > PAIRED_MM else stacked


def legend_in(legend: LegendPlan, words: Words, fit: LegendFit) -> Block:
    """Return a legend that lists as many classes as a fit allows."""
    return lambda flow: legend_block(flow, legend, words, fit)


def legend_fit(legend: LegendPlan, words: Words, paper: Paper, box: Box, kind: Type) -> LegendFit:
    """Return the fewest columns in which the whole legend fits, else as much of it as fits."""
    best = LegendFit(0)
    for columns in _columns(legend, paper, box, kind):
        fit = _most_in(legend, words, paper, box, kind=kind, columns=columns)
        best = max(best, fit, key=lambda fit: (fit.most, -fit.columns))
        if best.most >= legend.count:
            break
    return best


def _columns(legend: LegendPlan, paper: Paper, box: Box, kind: Type) -> range:
    """Return the numbers of columns to try: those in which no word is broken."""
    if legend.columns:
        return range(legend.columns, legend.columns + 1)
    texts = [item.text or group.title for group in legend.groups for item in group.items]
    longest = max((word for text in texts for word in text.split(" ")), key=len, default="")
    unit = text_height(paper, "Xg", kind, 1000.0)
    needed = paper.text_width(longest, kind) + unit * SWATCH_LINES
    return range(1, max(1, min(MOST_LEGEND_COLUMNS, int(box.width / needed))) + 1)


def _most_in(
    legend: LegendPlan, words: Words, paper: Paper, box: Box, *, kind: Type, columns: int
) -> LegendFit:
    def fits(most: int) -> bool:
        block = legend_in(legend, words, LegendFit(most, columns))
        return height_of(block, paper, box.width, kind) <= box.height + 0.01

    low, high = 0, legend.count
    if fits(high):
        return LegendFit(high, columns)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return LegendFit(low, columns)


def fitted_legend(
    legend: LegendPlan, words: Words, paper: Paper, box: Box, kind: Type
) -> tuple[LegendFit, Type]:
    """Return how a legend fits a box, in smaller type where it would not fit."""
    while True:
        fit = legend_fit(legend, words, paper, box, kind)
        if fit.most >= legend.count or kind.size_pt <= LEAST_PT:
            return fit, kind
        kind = kind.sized(max(SHRINK, LEAST_PT / kind.size_pt))
