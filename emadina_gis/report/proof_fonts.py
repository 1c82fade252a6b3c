"""Fonts of a PDF as its reader sees them: codes to characters and widths, embedded or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_RANGE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(\[[^\]]*\]|<[0-9A-Fa-f]+>)")
_CHAR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_HEX = re.compile(r"<([0-9A-Fa-f]*)>")
_BLOCK = re.compile(r"begin(bfrange|bfchar)(.*?)end\1", re.DOTALL)
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_DEFAULT_WIDTH = 1000.0


@dataclass(frozen=True)
class Glyph:
    """A glyph that is shown.

    Attributes
    ----------
    text : str
        Characters that the font says it stands for; empty for none.
    width : float
        Advance in thousandths of the em.
    is_missing : bool
        It is the box that fonts show for what they do not have.
    """

    text: str
    width: float
    is_missing: bool
    is_space: bool = False


@dataclass(frozen=True)
class ReadFont:
    """A font of a page."""

    name: str
    is_embedded: bool
    code_bytes: int
    texts: Mapping[int, str] = field(default_factory=dict)
    widths: Mapping[int, float] = field(default_factory=dict)
    default_width: float = _DEFAULT_WIDTH

    def glyphs(self, data: bytes) -> Iterator[Glyph]:
        """Return the glyphs of a string that is shown."""
        for start in range(0, len(data), self.code_bytes):
            code = int.from_bytes(data[start : start + self.code_bytes], "big")
            text = self.texts.get(code, "")
            width = self.widths.get(code, self.default_width)
            missing = self.code_bytes > 1 and code == 0
            yield Glyph("" if text == "\0" else text, width, missing, text in {" ", "\u00a0"})


def read_font(font: Any) -> ReadFont:
    """Return a font dictionary of an open file as data."""
    holder = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    composite = "/DescendantFonts" in font
    return ReadFont(
        *_embedding(font),
        2 if composite else 1,
        characters_of(font),
        _composite_widths(holder) if composite else _simple_widths(font),
        float(holder.get("/DW", _DEFAULT_WIDTH)),
    )


def embedding_of(page: Any) -> Iterator[tuple[str, bool]]:
    """Return the names of the fonts of a pikepdf page, and whether each is embedded."""
    resources = page.get("/Resources")
    listed = resources.get("/Font") if resources is not None else None
    for font in dict(listed).values() if listed is not None else ():
        yield _embedding(font)


def _embedding(font: Any) -> tuple[str, bool]:
    holder = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = holder.get("/FontDescriptor")
    embedded = descriptor is not None and any(name in descriptor for name in _FILES)
    name = str(font.BaseFont).lstrip("/") if "/BaseFont" in font else str(font.Subtype)
    return name, embedded or str(font.Subtype) == "/Type3"


def characters_of(font: Any) -> dict[int, str]:
    """Return code → characters of a font; empty where it does not say."""
    return _characters(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else {}


def _characters(data: bytes) -> dict[int, str]:
    """Return code → characters of a ToUnicode map."""
    found: dict[int, str] = {}
    for kind, block in _BLOCK.findall(data.decode("latin-1")):
        if kind == "bfchar":
            found.update((int(code, 16), _said(text)) for code, text in _CHAR.findall(block))
            continue
        for first, last, target in _RANGE.findall(block):
            found.update(_range(int(first, 16), int(last, 16), target))
    return found


def _range(first: int, last: int, target: str) -> Iterator[tuple[int, str]]:
    listed = _HEX.findall(target)
    if target.startswith("["):
        yield from zip(range(first, last + 1), map(_said, listed), strict=False)
        return
    start = _said(listed[0])
    for code in range(first, last + 1):
        yield code, start[:-1] + chr(ord(start[-1]) + code - first) if start else ""


def _said(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", errors="replace") if digits else ""


def _composite_widths(holder: Any) -> dict[int, float]:
    """Return code → width of a /W array: ``c [w …]`` or ``first last w``."""
    found: dict[int, float] = {}
    items = list(holder.get("/W", ()))
    at = 0
    while at < len(items):
        first, second = int(items[at]), items[at + 1]
        if hasattr(second, "__len__"):
            found.update((first + i, float(width)) for i, width in enumerate(second))
            at += 2
        else:
            found.update(dict.fromkeys(range(first, int(second) + 1), float(items[at + 2])))
            at += 3
    return found


def _simple_widths(font: Any) -> dict[int, float]:
    first = int(font.get("/FirstChar", 0))
    return {first + index: float(width) for index, width in enumerate(font.get("/Widths", ()))}
