"""Texts of a page's drawing: each run as one array with kerning, from left to right.

Qt places every glyph by itself, so that readers guess where words end. Runs that stand beside each
other on one line become one text object, in the order they are seen; a script that runs right to
left is reversed, which readers undo. What is not written as Qt is known to write it stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from emadina_gis.report.pdf_fonts import SPACE, FontCodes

_OBJECT = re.compile(
    rb"q\n((?:/CSp cs\n[\d. ]+ scn\n)?/\w+ gs\n)BT\n/(F\d+) (\d+) Tf 1 0 0 -1 0 0 Tm\n"
    rb"((?:-?[\d.]+ -?[\d.]+ Td <[0-9A-F]{4}> Tj\n)+)ET\nQ\n"
)
_GLYPH = re.compile(rb"(-?[\d.]+) (-?[\d.]+) Td <([0-9A-F]{4})> Tj")
#: Bytes before a text object in which its colour is set.
_HEAD_BYTES = 160
#: Thousandths of the size between two letters that no reader takes for a space.
_WIDEST_GAP = 25
#: Thousandths that a letter without ink is wide: readers drop letters of no width.
_LEAST_WIDTH = 10
#: Sizes between the last letter of a word and the first of the next: farther is another text.
_NEAR_SIZES = 3.0
#: Says a space for what is drawn: a mark whose letter was said in its word.
_AS_SPACE = "/Span <</ActualText <FEFF0020>>> BDC\n"
_ARABIC_WORD = re.compile("[\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06fa-\u06ff\u0750-\u077f]+")


@dataclass(frozen=True)
class Glyph:
    """A glyph at its place, in units of the page; y grows downwards."""

    code: int
    x: float
    y: float


@dataclass(frozen=True)
class Run:
    """Glyphs of one font on one line, in the order Qt drew them: that in which they are typed."""

    font: str
    size: float
    glyphs: tuple[Glyph, ...]

    @property
    def codes(self) -> tuple[int, ...]:
        """Codes of the glyphs."""
        return tuple(glyph.code for glyph in self.glyphs)


@dataclass(frozen=True)
class TextObject:
    """A text object of the drawing: where it stands, how it is coloured, what it shows.

    Attributes
    ----------
    is_slanted : bool
        Whether it may run along a street: neither upright nor turned by a right angle.
    """

    start: int
    end: int
    head: bytes
    run: Run
    is_slanted: bool = False


@dataclass(frozen=True)
class PageTexts:
    """The text objects of a page; `left` counts those written in another way."""

    objects: tuple[TextObject, ...]
    left: int


def read_texts(content: bytes) -> PageTexts:
    """Return the text objects of a page's drawing."""
    found, left, at = [], 0, content.find(b"\nBT\n")
    seen, is_slanted = 0, False
    while at >= 0:
        turned = content.rfind(b" cm\n", seen, at)
        if turned >= 0:
            is_slanted = _is_slanted(content[content.rfind(b"\n", 0, turned) + 1 : turned])
        seen = at
        start = content.rfind(b"q\n", max(at - _HEAD_BYTES, 0), at)
        match = _OBJECT.match(content, start) if start >= 0 else None
        if match and match.start() < at < match.end():
            run = Run(match[2].decode(), float(match[3]), tuple(_glyphs(match[4])))
            found.append(TextObject(match.start(), match.end(), match[1], run, is_slanted))
            at = match.end() - 1
        else:
            left += 1
        at = content.find(b"\nBT\n", at + 1)
    return PageTexts(tuple(found), left)


def _is_slanted(matrix: bytes) -> bool:
    """Whether a matrix turns by anything but right angles."""
    numbers = matrix.split()
    return len(numbers) == 6 and all(float(number) for number in numbers[:4])


def _glyphs(body: bytes) -> Iterator[Glyph]:
    x = y = 0.0
    for dx, dy, code in _GLYPH.findall(body):
        x += float(dx)
        y += float(dy)
        yield Glyph(int(code, 16), x, -y)


def words_in(texts: Iterable[str]) -> set[str]:
    """Return the Arabic words of texts: letters that are shaped together."""
    return {word for text in texts for word in _ARABIC_WORD.findall(text)}


def written(content: bytes, texts: PageTexts, fonts: Mapping[str, FontCodes]) -> bytes:
    """Return the drawing of a page with its texts as runs."""
    parts, end = [], 0
    for together in _beside(texts.objects):
        parts += [content[end : together[0].start], _block(together, fonts)]
        end = together[-1].end
    parts.append(content[end:])
    return b"".join(parts)


def _beside(objects: Iterable[TextObject]) -> Iterator[list[TextObject]]:
    """Give text objects that follow each other on one line in one colour."""
    group: list[TextObject] = []
    for item in objects:
        if group and not _continues(group[-1], item):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _continues(before: TextObject, item: TextObject) -> bool:
    return (
        before.end == item.start
        and before.head == item.head
        and before.run.glyphs[0].y == item.run.glyphs[0].y
    )


def _block(together: list[TextObject], fonts: Mapping[str, FontCodes]) -> bytes:
    runs = sorted((item.run for item in together), key=lambda run: min(g.x for g in run.glyphs))
    shown = "".join(_show(run, fonts) for run in _joined(runs, fonts))
    if together[0].is_slanted:
        shown = _as_one(shown, runs, fonts)
    return b"q\n" + together[0].head + b"BT\n" + shown.encode("ascii") + b"ET\nQ\n"


def _as_one(shown: str, runs: list[Run], fonts: Mapping[str, FontCodes]) -> str:
    """Return slanted text with what it says: readers look for words on upright lines only.

    Not for scripts from the right, whose letters they would reverse.
    """
    text = "".join(
        fonts[run.font].letters.get(code, "")
        for run in runs
        if run.font in fonts
        for code in run.codes
    )
    if not text or any(unicodedata.bidirectional(letter) in {"R", "AL", "AN"} for letter in text):
        return shown
    said = text.encode("utf-16-be").hex().upper()
    return f"/Span <</ActualText <FEFF{said}>>> BDC\n{shown}EMC\n"


def _joined(runs: list[Run], fonts: Mapping[str, FontCodes]) -> Iterator[Run]:
    """Join words of a script without spaces of its own, which Qt takes from another font."""
    line: Run | None = None
    space: Run | None = None
    for run in runs:
        if line and space is None and _is_space(run, fonts):
            space = run
        elif line and space and _is_like(line, run, fonts):
            between = replace(space.glyphs[0], code=SPACE)
            line, space = replace(line, glyphs=(*run.glyphs, between, *line.glyphs)), None
        else:
            yield from (kept for kept in (line, space) if kept)
            line, space = run, None
    yield from (kept for kept in (line, space) if kept)


def _is_space(run: Run, fonts: Mapping[str, FontCodes]) -> bool:
    codes = fonts.get(run.font)
    return codes is not None and all(codes.letters.get(code) == " " for code in run.codes)


def _is_like(line: Run, run: Run, fonts: Mapping[str, FontCodes]) -> bool:
    codes = fonts.get(run.font)
    return (
        codes is not None
        and (run.font, run.size) == (line.font, line.size)
        and codes.is_rtl(run.codes)
        and codes.is_rtl(line.codes)
        and _left(run) - max(glyph.x for glyph in line.glyphs) < _NEAR_SIZES * run.size
    )


def _left(run: Run) -> float:
    return min(glyph.x for glyph in run.glyphs)


def _show(run: Run, fonts: Mapping[str, FontCodes]) -> str:
    codes = fonts.get(run.font)
    if codes is None or max(run.codes) >= len(codes.widths):
        return "".join(_alone(run, glyph) for glyph in run.glyphs)
    if not codes.is_rtl(run.codes):
        return "".join(_array(run, line, codes) for line in _lines(run.glyphs))
    seen = run.glyphs[::-1]
    base = next(glyph.y for glyph in seen if not codes.is_silent(glyph.code))
    seen = tuple(replace(g, y=base) if codes.is_silent(g.code) else g for g in seen)
    marks = [glyph for glyph in run.glyphs if codes.is_mark(glyph.code)]
    shown = "".join(_array(run, line, codes, rtl=True) for line in _lines(seen))
    return shown + "".join(f"{_AS_SPACE}{_alone(run, glyph)}EMC\n" for glyph in marks)


def _lines(glyphs: Iterable[Glyph]) -> Iterator[tuple[Glyph, ...]]:
    for _y, line in groupby(glyphs, key=lambda glyph: glyph.y):
        yield tuple(line)


def _font(run: Run, glyph: Glyph) -> str:
    return f"/{run.font} {run.size:g} Tf 1 0 0 -1 {glyph.x:.2f} {glyph.y:.2f} Tm\n"


def _alone(run: Run, glyph: Glyph) -> str:
    return f"{_font(run, glyph)}<{glyph.code:04X}> Tj\n"


def _array(run: Run, glyphs: tuple[Glyph, ...], codes: FontCodes, *, rtl: bool = False) -> str:
    """Return glyphs of a line as one array; the numbers between them are kerning."""
    inked = [glyph for glyph in glyphs if not codes.is_silent(glyph.code)]
    unit = run.size / 1000
    parts, pen, upcoming = ["[<"], inked[0].x, iter([*inked, None])
    beside = next(upcoming)
    for glyph, after in zip(glyphs, [*glyphs[1:], None], strict=True):
        extra = 0
        if codes.is_silent(glyph.code):
            extra = _LEAST_WIDTH
            if glyph.code == SPACE and beside:
                extra = max(round((beside.x - pen) / unit), extra)
        else:
            kern = round((pen - glyph.x) / unit)
            parts.append(f">{kern}<" if kern else "")
            pen -= kern * unit
            beside = next(upcoming)
            gap = round((beside.x - pen) / unit - codes.width(glyph.code)) if beside else 0
            if rtl and gap > _WIDEST_GAP and after is not None and after.code != SPACE:
                extra = gap
        shown = codes.shown(glyph.code, extra)
        parts += [f"{code:04X}" for code in shown]
        pen += sum(map(codes.width, shown)) * unit
    return _font(run, inked[0]) + "".join([*parts, ">] TJ\n"]).replace("<>", "")
