"""Flow: blocks of text, pairs, swatches and table rows set one under the other in a column.

Measures with the same code that draws, so that nothing is cut; mirrors itself for Arabic. Knows
nothing of projects or of what the texts say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from emadina_gis.report.layout import Box

if TYPE_CHECKING:
    from emadina_gis.report.pdf import Paper, Type

HAIRLINE = "#bdb8ae"
SOFT = "#6b675f"
ACCENT = "#0f5c5c"
AMBER = "#8a5a00"
#: No type on paper is smaller: what does not fit then is cut, and that is said.
LEAST_PT = 5.0
#: But for the range under a figure, which stands on one line where it can.
LEAST_UNDER_PT = 4.5
SHRINK = 0.95


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
        return text_height(self.paper, "Xg", self.kind, 1000.0)

    def sized(self, factor: float = 1.0, **changes: object) -> Type:
        """Return the body type at another size, with other attributes; never below `LEAST_PT`."""
        kind = self.kind.sized(factor)
        if kind.size_pt < LEAST_PT:
            kind = replace(kind, size_pt=min(LEAST_PT, self.kind.size_pt))
        return replace(kind, **changes)  # type: ignore[arg-type]

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
        is_figure = cell.align == "end"
        one_line = self._on_one_line(cell.text, kind, place, LEAST_PT) if is_figure else kind
        height = self._set(place, cell.text, one_line)
        if cell.under:
            below = self.sized(0.8, align=cell.align, color=SOFT)
            below = self._on_one_line(cell.under, below, place, LEAST_UNDER_PT)
            height += self._set(Box(place.x, place.y + height, place.width, 0), cell.under, below)
        return height

    def _on_one_line(self, text: str, kind: Type, place: Box, least_pt: float) -> Type:
        return self.paper.fitted(text, kind, place.width, min(least_pt, kind.size_pt))

    def marked(
        self, marks: Sequence[Mark], *, width: float, height: float, columns: int = 1
    ) -> None:
        """Set a row of texts, each beside a mark (the swatches of a legend), in equal columns."""
        gap = self.unit * 0.5
        cell = self.box.width / columns
        room = cell - width - 2 * gap
        needed = [text_height(self.paper, mark.text, self.kind, room) for mark in marks]
        tallest = max([height, *needed])
        for index, (mark, high) in enumerate(zip(marks, needed, strict=True)):
            swatch = self.place(index * cell, width)
            label = self.place(index * cell + width + gap, room)
            middle = self.y + tallest / 2
            if not self.dry:
                mark.draw(Box(swatch.x, middle - height / 2, width, height))
            self._set(Box(label.x, middle - high / 2, room, high), mark.text, self.kind)
        self.y += tallest + 0.12 * self.unit

    def _set(self, place: Box, text: str, kind: Type) -> float:
        if self.dry:
            return text_height(self.paper, text, kind, place.width)
        return self.paper.text(place, text, kind)


Block = Callable[[Flow], None]
_Heights = dict[tuple[str, "Type", float], float]
_HEIGHTS: WeakKeyDictionary[Paper, _Heights] = WeakKeyDictionary()


def text_height(paper: Paper, text: str, kind: Type, width_mm: float) -> float:
    """Return the height of a wrapped text in mm, measured once for each paper."""
    known = _HEIGHTS.setdefault(paper, {})
    key = (text, kind, round(width_mm, 3))
    if key not in known:
        known[key] = paper.text_height(text, kind, width_mm)
    return known[key]


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


@dataclass(frozen=True)
class Pieces:
    """A block in parts, which may be cut where it does not fit.

    Attributes
    ----------
    parts : tuple of Block
        From the top.
    said : callable
        Gives what is said in the place of so many parts.
    kept : int
        So many parts at the end are never cut.
    lightest : tuple of int
        Positions of the parts in the order in which they are cut; empty cuts from the end.
    """

    parts: tuple[Block, ...]
    said: Callable[[int], Block]
    kept: int = 0
    lightest: tuple[int, ...] = ()

    def height(self, paper: Paper, width: float, kind: Type) -> float:
        """Return the height of all parts in millimetres."""
        return height_of(self.whole, paper, width, kind)

    def whole(self, flow: Flow) -> None:
        """Set all parts."""
        for part in self.parts:
            part(flow)

    def without(self, count: int) -> Block:
        """Return the block with so many parts cut, and what is said of them in their place."""
        if not count:
            return self.whole
        end = len(self.parts) - self.kept
        gone = set((self.lightest or tuple(reversed(range(end))))[:count])

        def block(flow: Flow) -> None:
            for number, part in enumerate(self.parts):
                if number == end:
                    self.said(count)(flow)
                if number not in gone:
                    part(flow)
            if end == len(self.parts):
                self.said(count)(flow)

        return block


def fitted_kind(pieces: Pieces, paper: Paper, box: Box, kind: Type) -> Type:
    """Return the type made small enough for a block to fit, at least `LEAST_PT`."""
    while pieces.height(paper, box.width, kind) > box.height + 0.01:
        if kind.size_pt <= LEAST_PT:
            break
        kind = replace(kind, size_pt=max(kind.size_pt * SHRINK, LEAST_PT))
    return kind


def set_pieces(pieces: Pieces, paper: Paper, box: Box, kind: Type) -> int:
    """Draw a block in a box, in smaller type where it would not fit; return how many were cut."""
    kind = fitted_kind(pieces, paper, box, kind)
    most, cut = len(pieces.parts) - pieces.kept, 0
    while cut < most and not _fits(pieces.without(cut), paper, box, kind):
        cut += 1
    set_block(pieces.without(cut), paper, box, kind)
    return cut


def _fits(block: Block, paper: Paper, box: Box, kind: Type) -> bool:
    return height_of(block, paper, box.width, kind) <= box.height + 0.01
