"""How words are shaped: which letters each of their glyphs stands for, as Qt sets them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, pairwise

from PySide6.QtGui import QFontDatabase, QGlyphRun, QRawFont, QTextLayout

from emadina_gis.report.pdf.lettering import Type, font_of
from emadina_gis.report.pdf_fonts import ShapedGlyph, ShapedWord

#: Blocks of Unicode with Arabic letters and their forms.
_LETTERS = ((0x600, 0x780), (0x8A0, 0x900), (0xFB50, 0xFE00), (0xFE70, 0xFEFD))
#: Shapes that are kept: the documents of a session say the same words again.
_KEPT_WORDS = 16_384


def shaped(words: Iterable[str]) -> list[ShapedWord]:
    """Return the glyphs of words in the order they are typed; those of two fonts are left out."""
    found = (_shaped(word) for word in words)
    return [word for word in found if word]


@lru_cache(maxsize=_KEPT_WORDS)
def _shaped(word: str) -> ShapedWord:
    layout = QTextLayout(word, font_of(Type(10.0, rtl=True)))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns(-1, -1, QTextLayout.GlyphRunRetrievalFlag.RetrieveAll)
    return tuple(_glyphs(word, runs[0])) if len(runs) == 1 else ()


def _glyphs(word: str, run: QGlyphRun) -> Iterator[ShapedGlyph]:
    raw = run.rawFont()
    encoded = _encoded(raw)
    starts = list(run.stringIndexes())
    ends = dict(pairwise([*dict.fromkeys(starts), len(word)]))
    clusters = groupby(zip(starts, run.glyphIndexes(), strict=True), key=lambda pair: pair[0])
    for start, pairs in clusters:
        glyphs = [glyph for _start, glyph in pairs]
        shares = _shares(word[start : ends[start]], len(glyphs))
        for glyph, letters in zip(glyphs, shares, strict=True):
            yield ShapedGlyph(letters, glyph in encoded)


def _shares(letters: str, count: int) -> list[str]:
    """Return the letters of each glyph of a group: marks belong to the glyphs behind the first."""
    if count == 1:
        return [letters]
    marks = [letter for letter in letters if unicodedata.combining(letter)]
    first = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if len(marks) == count - 1:
        return [first, *marks]
    return [first, "".join(marks), *[""] * (count - 2)]


def _encoded(raw: QRawFont) -> frozenset[int]:
    """Return the glyphs that a font names a letter or a form for; Qt knows these in a PDF."""
    return _encoded_in(raw.familyName(), raw.styleName())


@lru_cache(maxsize=8)
def _encoded_in(family: str, style: str) -> frozenset[int]:
    raw = QRawFont.fromFont(QFontDatabase.font(family, style, 10))
    letters = "".join(chr(code) for first, end in _LETTERS for code in range(first, end))
    return frozenset(raw.glyphIndexesForString(letters)) - {0}
