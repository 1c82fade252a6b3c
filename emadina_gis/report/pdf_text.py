"""Texts of a page's drawing: each run as one array with kerning, from left to right.

Qt places every glyph by itself, so that readers guess where words end. Runs that stand beside each
other on one line become one text object, in the order they are seen; a script that runs right to
left is reversed, which readers undo. What is not written as Qt is known to write it stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import attrgetter, neg
from typing import NamedTuple

from emadina_gis.report.pdf_fonts import SPACE, FontCodes

_OBJECT = re.compile(
    rb"q\n((?:/CSp cs\n[\d.]++(?: [\d.]++)*+ scn\n)?/\w++ gs\n)"
    rb"BT\n/(F\d++) (\d++) Tf 1 0 0 -1 0 0 Tm\n"
    rb"((?:-?[\d.]++ -?[\d.]++ Td <[0-9A-F]{4}> Tj\n)++)ET\nQ\n"
)
#: Words of a line that shows a glyph.
_LINE_WORDS = 5
#: Thousandths of the size between two letters that no reader takes for a space.
_WIDEST_GAP = 25
#: Thousandths that a letter without ink is wide: readers drop letters of no width.
_LEAST_WIDTH = 10
#: Sizes between the last letter of a word and the first of the next: farther is another text.
_NEAR_SIZES = 3.0
#: Says a space for what is drawn: a mark whose letter was said in its word.
_AS_SPACE = "/Span <</ActualText <FEFF0020>>> BDC\n"
_ARABIC_WORD = re.compile("[\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06fa-\u06ff\u0750-\u077f]+")


class _Codes(dict[bytes, int]):
    """Codes by their hexadecimal digits in brackets."""

    def __missing__(self, digits: bytes) -> int:
        self[digits] = code = int(digits[1:-1], 16)
        return code


_CODE_OF = _Codes()


class Run(NamedTuple):
    """Glyphs of one font on one line, in the order Qt drew them: that in which they are typed.

    Attributes
    ----------
    codes : tuple of int
        Of the glyphs.
    xs, ys : tuple of float
        Their places in units of the page; y grows downwards.
    """

    font: str
    size: float
    codes: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]

    @property
    def left(self) -> float:
        """Where the leftmost glyph stands."""
        return min(self.xs)

    @property
    def glyphs(self) -> Iterator[Run]:
        """Each glyph by itself."""
        for code, x, y in zip(self.codes, self.xs, self.ys, strict=True):
            yield Run(self.font, self.size, (code,), (x,), (y,))


class TextObject(NamedTuple):
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
    found: list[TextObject] = []
    seen, is_slanted = 0, False
    for match in _OBJECT.finditer(content):
        start, end = match.span()
        turned = content.rfind(b" cm\n", seen, start)
        if turned >= 0:
            is_slanted = _is_slanted(content[content.rfind(b"\n", 0, turned) + 1 : turned])
        seen = end
        head, font, size, body = match.groups()
        found.append(TextObject(start, end, head, _run(font, size, body), is_slanted))
    return PageTexts(tuple(found), content.count(b"\nBT\n") - len(found))


def _is_slanted(matrix: bytes) -> bool:
    """Whether a matrix turns by anything but right angles."""
    numbers = matrix.split()
    return len(numbers) == 6 and all(float(number) for number in numbers[:4])


def _run(font: bytes, size: bytes, body: bytes) -> Run:
    """Return the run of lines like ``x y Td <code> Tj``, each place from the one before."""
    words = body.split()
    codes = tuple(map(_CODE_OF.__getitem__, words[3::_LINE_WORDS]))
    xs = tuple(accumulate(map(float, words[::_LINE_WORDS])))
    ys = tuple(map(neg, accumulate(map(float, words[1::_LINE_WORDS]))))
    return Run(font.decode("ascii"), float(size), codes, xs, ys)


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
        before.end == item.start and before.head == item.head and before.run.ys[0] == item.run.ys[0]
    )


def _block(together: list[TextObject], fonts: Mapping[str, FontCodes]) -> bytes:
    runs = sorted((item.run for item in together), key=attrgetter("left"))
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
            line, space = _as_one_run(run, space, line), None
        else:
            yield from (kept for kept in (line, space) if kept)
            line, space = run, None
    yield from (kept for kept in (line, space) if kept)


def _as_one_run(run: Run, space: Run, line: Run) -> Run:
    """Return two words of a script from the right, the second one seen last, as one run."""
    return line._replace(
        codes=(*run.codes, SPACE, *line.codes),
        xs=(*run.xs, space.xs[0], *line.xs),
        ys=(*run.ys, space.ys[0], *line.ys),
    )


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
        and run.left - max(line.xs) < _NEAR_SIZES * run.size
    )


def _show(run: Run, fonts: Mapping[str, FontCodes]) -> str:
    codes = fonts.get(run.font)
    if codes is None or max(run.codes) >= len(codes.widths):
        return "".join(map(_alone, run.glyphs))
    if not codes.is_rtl(run.codes):
        return "".join(_array(line, codes) for line in _lines(run))
    seen = run._replace(codes=run.codes[::-1], xs=run.xs[::-1], ys=run.ys[::-1])
    if codes.facts.silent.isdisjoint(run.codes):
        return "".join(_array(line, codes, rtl=True) for line in _lines(seen))
    marks = codes.facts.silent - {SPACE}
    return _marked(seen, codes) + "".join(
        f"{_AS_SPACE}{_alone(glyph)}EMC\n"
        for glyph in (() if marks.isdisjoint(run.codes) else run.glyphs)
        if glyph.codes[0] in marks
    )


def _marked(seen: Run, codes: FontCodes) -> str:
    """Return a run from the right with its marks on the line, where they are said unseen."""
    marks = codes.facts.silent
    silent = [code in marks for code in seen.codes]
    base = seen.ys[silent.index(False)]
    ys = tuple(base if mute else y for mute, y in zip(silent, seen.ys, strict=True))
    lines = _lines(seen._replace(ys=ys))
    return "".join(_array(line, codes, rtl=True) for line in lines)


def _lines(run: Run) -> Iterator[Run]:
    """Give the parts of a run that stand on one line."""
    start, count = 0, len(run.ys)
    if run.ys.count(run.ys[0]) == count:
        yield run
        return
    for _y, line in groupby(run.ys):
        end = start + len(list(line))
        part = slice(start, end)
        yield run._replace(codes=run.codes[part], xs=run.xs[part], ys=run.ys[part])
        start = end


def _font(run: Run, x: float) -> str:
    return f"/{run.font} {run.size:g} Tf 1 0 0 -1 {x:.2f} {run.ys[0]:.2f} Tm\n"


def _alone(glyph: Run) -> str:
    return f"{_font(glyph, glyph.xs[0])}<{glyph.codes[0]:04X}> Tj\n"


def _array(run: Run, codes: FontCodes, *, rtl: bool = False) -> str:
    """Return the glyphs of a line as one array; the numbers between them are kerning."""
    if codes.facts.plain.keys() >= set(run.codes):
        parts, start = _plain_parts(run, codes, rtl=rtl), run.xs[0]
    else:
        parts = _mixed_parts(run, codes, rtl=rtl)
        start = next(x for code, x in _glyphs(run) if code not in codes.facts.silent)
    return f"{_font(run, start)}[<{''.join(parts)}>] TJ\n".replace("<>", "")


def _plain_parts(run: Run, codes: FontCodes, *, rtl: bool) -> list[str]:
    """Return the array of a line whose glyphs are one letter each, with ink."""
    unit, pen, plain = run.size / 1000, run.xs[0], codes.facts.plain
    parts: list[str] = []
    for code, x, after in zip(run.codes, run.xs, (*run.xs[1:], None), strict=True):
        kern = round((pen - x) / unit)
        if kern:
            parts.append(f">{kern}<")
            pen -= kern * unit
        digits, width = plain[code]
        if rtl and after is not None:
            gap = round((after - pen) / unit - width)
            if gap > _WIDEST_GAP:
                digits, width = _shown(code, gap, codes)
        parts.append(digits)
        pen += width * unit
    return parts


def _mixed_parts(run: Run, codes: FontCodes, *, rtl: bool) -> list[str]:
    """Return the array of a line with glyphs of several letters, or without ink."""
    unit, silent = run.size / 1000, codes.facts.silent
    upcoming = iter([x for code, x in _glyphs(run) if code not in silent])
    beside = next(upcoming, None)
    pen, parts = beside or 0.0, list[str]()
    for (code, x), after in zip(_glyphs(run), (*run.codes[1:], SPACE), strict=True):
        extra = 0
        if code in silent:
            extra = _LEAST_WIDTH
            if code == SPACE and beside is not None:
                extra = max(round((beside - pen) / unit), extra)
        else:
            kern = round((pen - x) / unit)
            if kern:
                parts.append(f">{kern}<")
                pen -= kern * unit
            beside = next(upcoming, None)
            if rtl and beside is not None and after != SPACE:
                gap = round((beside - pen) / unit - codes.widths[code])
                extra = gap if gap > _WIDEST_GAP else 0
        digits, width = _shown(code, extra, codes)
        parts.append(digits)
        pen += width * unit
    return parts


def _glyphs(run: Run) -> Iterator[tuple[int, float]]:
    return zip(run.codes, run.xs, strict=True)


def _shown(code: int, extra: int, codes: FontCodes) -> tuple[str, float]:
    """Return the digits of the codes that show a glyph, and how far they move the pen."""
    plain = None if extra else codes.facts.plain.get(code)
    if plain is not None:
        return plain
    shown = codes.shown(code, extra)
    return "".join([f"{code:04X}" for code in shown]), sum(map(codes.width, shown))
