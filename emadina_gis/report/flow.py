"""Flow: blocks of text, pairs, swatches and table rows set one under the other in a column.

Measures with the same code that draws, so that nothing is cut; mirrors itself for Arabic. Knows
nothing of projects or of what the texts say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.report.layout import Box

if TYPE_CHECKING:
    from emadina_gis.report.pdf import Paper, Type

HAIRLINE = "#bdb8ae"
SOFT = "#6b675f"
ACCENT = "#0f5c5c"
AMBER = "#8a5a00"


@dataclass(frozen=True)
class Cell:
    """A cell of a table row: a text, maybe a smaller one under it, and how it stands."""

    text: str
    under: str = ""
    align: str = "start"
    weight: str = "regular"
    color: str = ""


@dataclass(frozen=True)
class Mark:
    """A text beside something drawn: a swatch of the legend."""

    draw: Callable[[Box], None]
    text: str


class Flow:
    """A column that fills from the top.

    Parameters
    ----------
    paper : Paper
        Where to draw.
    box : Box
        The column.
    kind : Type
        The body type; others are made from it.
    dry : bool
        Measure only.
    """

    def __init__(self, paper: Paper, box: Box, kind: Type, *, dry: bool = False) -> None:
        self.paper = paper
        self.box = box
        self.kind = kind
        self.dry = dry
        self.y = box.y

    @property
    def left(self) -> float:
        """Millimetres left under the cursor."""
        return self.box.bottom - self.y

    @property
    def unit(self) -> float:
        """Height of a line of body text in millimetres, the unit of all gaps."""
        return self.paper.text_height("Xg", self.kind, 1000.0)

    def sized(self, factor: float = 1.0, **changes: object) -> Type:
        """Return the body type at another size, with other attributes."""
        return replace(self.kind.sized(factor), **changes)  # type: ignore[arg-type]

    def place(self, start: float, width: float, height: float = 0.0) -> Box:
        """Return a box at a distance from the side where reading starts."""
        x = self.box.right - start - width if self.paper.rtl else self.box.x + start
        return Box(x, self.y, width, height)

    def space(self, lines: float = 0.5) -> None:
        """Leave a gap, in lines of body text."""
        self.y += lines * self.unit

    def text(self, text: str, kind: Type | None = None, *, indent: float = 0.0) -> None:
        """Set a paragraph."""
        if not text:
            return
        kind = kind or self.kind
        place = self.place(indent, self.box.width - indent)
        self.y += self._set(place, text, kind)

    def rule(self, color: str = HAIRLINE, mm: float = 0.12) -> None:
        """Draw a hairline across the column."""
        if not self.dry:
            self.paper.line(self.box.x, self.y, self.box.right, self.y, color=color, mm=mm)

    def heading(self, text: str) -> None:
        """Set the heading of a block, over a hairline."""
        self.text(text, self.sized(1.12, weight="semibold", color=ACCENT))
        self.space(0.12)
        self.rule()
        self.space(0.25)

    def pair(self, label: str, value: str, *, share: float = 0.34) -> None:
        """Set a label and its value on the same line, each wrapped in its share of the width."""
        gap = self.unit * 0.4
        first = self.box.width * share
        rest = self.box.width - first - gap
        lines = (
            self._set(self.place(0, first), label, self.sized(color=SOFT)),
            self._set(self.place(first + gap, rest), value, self.kind),
        )
        self.y += max(lines) + 0.08 * self.unit

    def row(self, cells: Sequence[Cell], shares: Sequence[float]) -> None:
        """Set a row of a table; `shares` are parts of the width."""
        gap = self.unit * 0.7
        start = 0.0
        tallest = 0.0
        for cell, share in zip(cells, shares, strict=True):
            width = self.box.width * share
            tallest = max(tallest, self._cell(cell, self.place(start, width - gap)))
            start += width
        self.y += tallest + 0.18 * self.unit

    def _cell(self, cell: Cell, place: Box) -> float:
        kind = self.sized(align=cell.align, weight=cell.weight, color=cell.color or self.kind.color)
        one_line = self.paper.fitted(cell.text, kind, place.width) if cell.align == "end" else kind
        height = self._set(place, cell.text, one_line)
        if cell.under:
            below = self.sized(0.8, align=cell.align, color=SOFT)
            below = self.paper.fitted(cell.under, below, place.width)
            height += self._set(Box(place.x, place.y + height, place.width, 0), cell.under, below)
        return height

    def marked(
        self, marks: Sequence[Mark], *, width: float, height: float, columns: int = 1
    ) -> None:
        """Set a row of texts, each beside a mark (the swatches of a legend), in equal columns."""
        gap = self.unit * 0.5
        cell = self.box.width / columns
        room = cell - width - 2 * gap
        needed = [self.paper.text_height(mark.text, self.kind, room) for mark in marks]
        tallest = max([height, *needed])
        for index, (mark, text_height) in enumerate(zip(marks, needed, strict=True)):
            swatch = self.place(index * cell, width)
            label = self.place(index * cell + width + gap, room)
            middle = self.y + tallest / 2
            if not self.dry:
                mark.draw(Box(swatch.x, middle - height / 2, width, height))
            self._set(
                Box(label.x, middle - text_height / 2, room, text_height), mark.text, self.kind
            )
        self.y += tallest + 0.12 * self.unit

    def _set(self, place: Box, text: str, kind: Type) -> float:
        if self.dry:
            return self.paper.text_height(text, kind, place.width)
        return self.paper.text(place, text, kind)


Block = Callable[[Flow], None]


def height_of(block: Block, paper: Paper, width: float, kind: Type) -> float:
    """Return the height in millimetres that a block takes in a width."""
    flow = Flow(paper, Box(0, 0, width, 1e6), kind, dry=True)
    block(flow)
    return flow.y


def set_block(block: Block, paper: Paper, box: Box, kind: Type) -> float:
    """Draw a block from the top of a box; return the millimetres it took."""
    flow = Flow(paper, box, kind)
    block(flow)
    return flow.y - box.y
