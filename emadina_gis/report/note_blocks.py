"""The blocks of a note: what the PDF and the DOCX set, in one language, in one order.

Both papers set the same blocks, so that they cannot say different things. Knows nothing of paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from emadina_gis.project.agency import AgencyProfile
    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.words import Words


@dataclass(frozen=True)
class Letterhead:
    """The agency's own lines at the top, and the title of the document under them."""

    title: str
    subtitle: str
    profile: AgencyProfile | None = None
    number: str = ""


@dataclass(frozen=True)
class Heading:
    """The heading of a section."""

    text: str


@dataclass(frozen=True)
class Line:
    """A paragraph.

    Attributes
    ----------
    tone : str
        ``""``, ``"strong"``, ``"soft"`` or ``"warning"``.
    bullet : bool
        It is an item of a list.
    """

    text: str
    tone: str = ""
    bullet: bool = False


@dataclass(frozen=True)
class Table:
    """A table: heading cells, rows of cells, and which columns hold numbers.

    Attributes
    ----------
    head : tuple of str
        Empty for labels with their values.
    shares : tuple of float
        Part of the width of each column; they add up to 1.
    tones : tuple of str
        Of each row: ``""``, ``"main"`` or ``"doubt"``; empty for all plain.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()
    tones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extract:
    """The map extract around a piece of land."""

    page: NotePage


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page; `name` stands at its foot."""

    name: str


@dataclass(frozen=True)
class Signature:
    """Place and date, and who signs."""

    place: str
    signatory: str = ""


Block = Letterhead | Heading | Line | Table | Extract | NewPage | Signature


@dataclass(frozen=True, eq=False)
class NotePart:
    """A note in one language: a document has one part for each of its languages."""

    note: Note
    words: Words
    blocks: tuple[Block, ...]


def texts_of(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield all texts of blocks in reading order, without isolates; texts in the map left out."""
    for block in blocks:
        for text in _texts(block):
            if text:
                yield without_isolates(text)


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Letterhead):
        yield from (block.title, block.number, block.subtitle)
    elif isinstance(block, Heading | Line):
        yield block.text
    elif isinstance(block, Table):
        yield from block.head
        for row in block.rows:
            yield from row
    elif isinstance(block, Signature):
        yield from (block.place, block.signatory)
