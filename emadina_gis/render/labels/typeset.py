"""Texts set into lines: cut at a width, shaped in the direction of each part, measured once.

Owns the block of a label, kept by its text and look; knows no place and paints nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetricsF

from emadina_gis.render.labels.lettering import TextLook, is_joined
from emadina_gis.words.numbers import FSI, LRI, PDI, RLI, directed_parts, without_isolates

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Distance of two lines, in heights of one.
LINE_GAP = 1.02
#: Diameter of a circle about the width of its text.
_CIRCLE_AROUND = 1.4
_KEPT = 8192
_BALANCE_STEP = 0.08


@dataclass(frozen=True)
class Run:
    """A part of a line in one direction; `x` is where it begins, from the line's left."""

    text: str
    is_rtl: bool
    x: float


@dataclass(frozen=True)
class SetLine:
    """A line of text, its parts from left to right."""

    runs: tuple[Run, ...]
    width: float

    @property
    def text(self) -> str:
        """What it says, in the order of reading."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Block:
    """The lines of a label, measured in pixels."""

    lines: tuple[SetLine, ...]
    width: float
    height: float
    ascent: float
    line_height: float

    def baselines(self) -> Iterator[tuple[SetLine, float, float]]:
        """Return each line with the left end of its baseline, from the middle of the block."""
        text_height = self.line_height * (1 + (len(self.lines) - 1) * LINE_GAP)
        y = -text_height / 2 + self.ascent
        for line in self.lines:
            yield line, -line.width / 2, y
            y += self.line_height * LINE_GAP


@lru_cache(maxsize=_KEPT)
def typeset(
    lines: tuple[str, ...], look: TextLook, wrap_px: float = 0.0, *, circled: bool = False
) -> Block:
    """Return texts as a block of lines; longer ones than `wrap_px` are cut between words."""
    cut = [part for line in lines for part in _wrapped(line, look, wrap_px)]
    made = tuple(_set_line(line, look) for line in cut)
    metrics = look.metrics()
    width = max((line.width for line in made), default=0.0)
    height = metrics.height() * (1 + (len(made) - 1) * LINE_GAP)
    if circled:
        width = height = max(width * _CIRCLE_AROUND, height)
    return Block(made, width, height, metrics.ascent(), metrics.height())


@lru_cache(maxsize=_KEPT)
def _advance(text: str, look: TextLook) -> float:
    if look.spacing and not is_joined(text):
        font = look.font()
        return max(0.0, QFontMetricsF(font).horizontalAdvance(text) - font.letterSpacing())
    return look.metrics().horizontalAdvance(text)


def _set_line(text: str, look: TextLook) -> SetLine:
    rtl = reads_rtl(text)
    parts = [part for part in directed_parts(text, rtl=rtl) if part[0]]
    runs: list[Run] = []
    x = 0.0
    for words, way in reversed(parts) if rtl else parts:
        runs.append(Run(words, way, x))
        x += _advance(words, look)
    return SetLine(tuple(runs), x)


def reads_rtl(text: str) -> bool:
    """Whether a line runs right to left: as its own words do, else as what stands in it does."""
    for source in (_outside_isolates(text), without_isolates(text)):
        for letter in source:
            kind = unicodedata.bidirectional(letter)
            if kind in {"L", "R", "AL"}:
                return kind != "L"
    return False


def _outside_isolates(text: str) -> str:
    depth, kept = 0, []
    for letter in text:
        if letter in {FSI, LRI, RLI}:
            depth += 1
        elif letter == PDI:
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(letter)
    return "".join(kept)


def _wrapped(text: str, look: TextLook, wrap_px: float) -> list[str]:
    """Return lines of about equal width, none wider than the limit unless one word is."""
    if wrap_px <= 0 or _width(text, look) <= wrap_px:
        return [text]
    words = _words(text)
    count = len(_filled(words, look, wrap_px))
    limit = max(_width(text, look) / count, *(_width(word, look) for word in words))
    while limit < wrap_px:
        lines = _filled(words, look, limit)
        if len(lines) <= count:
            return lines
        limit += _BALANCE_STEP * wrap_px
    return _filled(words, look, wrap_px)


def _width(text: str, look: TextLook) -> float:
    return _advance(without_isolates(text), look)


def _filled(words: list[str], look: TextLook, limit: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, look) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _words(text: str) -> list[str]:
    """Return the words of a text; what stands in an isolate is one."""
    words, depth = [""], 0
    for letter in text:
        if letter in {FSI, LRI, RLI}:
            depth += 1
        elif letter == PDI:
            depth -= 1
        if letter == " " and not depth:
            words.append("")
        else:
            words[-1] += letter
    return [word for word in words if word]
