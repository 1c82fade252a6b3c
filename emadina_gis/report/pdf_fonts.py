"""Fonts of a PDF: which letters each glyph stands for, so that words are found and copied.

Qt says so with presentation forms, a tabulator for the space, and nothing at all for variants of
letters. Here each glyph gets the letters a person typed. A glyph of several letters (lam-alif)
gets the one that stands leftmost; each other one follows as a glyph without ink, because readers
reverse Arabic glyph by glyph and would turn the letters of one glyph around.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from emadina_gis.errors import OutputError
from emadina_gis.report.pdf_truetype import TrueType

#: A subset of a font is named ABCDEF+Name.
SUBSET_LETTERS = 6
_RANGE = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]{4})> (?:\[([^\]]*)\]|<([0-9A-F]{4,8})>)")
_SINGLE = re.compile(r"^<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>$", re.MULTILINE)
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
)
_CMAP_FOOT = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
#: Entries that one block of a map may have.
_MAP_BLOCK = 100
#: Stands for a space among the codes of a font that has none.
SPACE = -1
_RTL = frozenset(("R", "AL"))
#: Kinds of letters that are kept: those of a few documents.
_KEPT_KINDS = 8192


class ShapedGlyph(NamedTuple):
    """A glyph of a shaped word: its letters, and whether the font names it by a letter or form."""

    letters: str
    is_named: bool


ShapedWord = tuple[ShapedGlyph, ...]
#: Shapes words; given by those who draw.
Shaper = Callable[[Iterable[str]], list[ShapedWord]]


@dataclass(frozen=True)
class AddedGlyph:
    """A glyph that a font gets: a copy of another one, or one without ink.

    Attributes
    ----------
    source : int or None
        Code of the glyph it is a copy of.
    width : int
        Advance in thousandths of the size.
    """

    source: int | None
    width: int
    letter: str


class _Kind(NamedTuple):
    """What the letters of a glyph are: a sign over or under a letter, letters from the right."""

    is_mark: bool
    is_rtl: bool
    seen: str


class _Facts(NamedTuple):
    """What is known of the codes of a font once their letters are.

    Attributes
    ----------
    plain : dict
        Digits and advance of the codes of one letter that stand for themselves.
    silent, rtl : frozenset of int
        Codes without ink; codes of letters from the right.
    """

    plain: dict[int, tuple[str, float]]
    silent: frozenset[int]
    rtl: frozenset[int]


@lru_cache(maxsize=_KEPT_KINDS)
def _kind_of(letters: str) -> _Kind:
    is_mark = bool(letters) and all(map(unicodedata.combining, letters))
    is_rtl = any(unicodedata.bidirectional(letter) in _RTL for letter in letters)
    return _Kind(is_mark, is_rtl, letters[::-1] if is_rtl or is_mark else letters)


@dataclass
class FontCodes:
    """The glyphs of one font in one PDF, by the codes Qt gave them.

    Attributes
    ----------
    widths : tuple of float
        Advance of each code, in thousandths of the size.
    letters : dict
        The letters of each code in the order they are typed; none where it is not known.
    used : set of int
        Codes that some text shows.
    added : dict
        Glyphs the font gets, with their codes.
    """

    widths: tuple[float, ...]
    letters: dict[int, str]
    used: set[int] = field(default_factory=set)
    added: dict[tuple[int, int, int], tuple[int, AddedGlyph]] = field(default_factory=dict)
    _added_widths: list[int] = field(default_factory=list)
    _facts: _Facts | None = None

    @property
    def unknown(self) -> set[int]:
        """Codes that are shown, whose letters are not known."""
        return {code for code in self.used if not self.letters.get(code)}

    @property
    def shows_missing(self) -> bool:
        """Whether the box is shown that stands for a letter the font has not."""
        return 0 in self.used

    def shown(self, code: int, extra: float = 0.0) -> list[int]:
        """Return the codes that show a glyph and say each of its letters, from left to right.

        Parameters
        ----------
        extra : float
            Thousandths that the last of them is wider: no reader shall see the end of a word
            there. For a code without ink, its width.
        """
        kind = self._kind(code)
        letters = " " if code == SPACE else kind.seen
        if code == SPACE or kind.is_mark:
            return [self._add(code, extra, place, letter) for place, letter in enumerate(letters)]
        if len(letters) < 2:
            wider = self.widths[code] + extra
            return [self._add(code, wider, 0, letters, copied=True) if extra else code]
        width = self.widths[code] / len(letters)
        last = len(letters) - 1
        return [
            self._add(code, width + extra * (place == last), place, letter, copied=place == 0)
            for place, letter in enumerate(letters)
        ]

    def width(self, code: int) -> float:
        """Return the advance of a code or of an added glyph, in thousandths of the size."""
        if 0 <= code < len(self.widths):
            return self.widths[code]
        return self._added_widths[code - len(self.widths)]

    def _add(
        self, code: int, width: float, place: int, letter: str, *, copied: bool = False
    ) -> int:
        key = (code, round(width), place)
        if key not in self.added:
            self._added_widths.append(round(width))
            glyph = AddedGlyph(code if copied else None, round(width), letter)
            self.added[key] = (len(self.widths) + len(self.added), glyph)
        return self.added[key][0]

    def words(self, runs: Iterable[Sequence[int]]) -> list[tuple[int, ...]]:
        """Return the words of runs that hold an unknown code."""
        found: dict[tuple[int, ...], None] = {}
        unknown = self.unknown
        for run in runs:
            if unknown.isdisjoint(run):
                continue
            for is_space, word in groupby(run, key=lambda code: self.letters.get(code) == " "):
                codes = tuple(word)
                if not is_space and not unknown.isdisjoint(codes):
                    found[codes] = None
        return list(found)

    def seen(self, code: int) -> str:
        """Return the letters of a code from left to right."""
        return self._kind(code).seen

    def is_mark(self, code: int) -> bool:
        """Whether a code is a sign over or under a letter."""
        return self._kind(code).is_mark

    def is_rtl(self, codes: Iterable[int]) -> bool:
        """Whether some codes are letters that run right to left."""
        return not self.facts.rtl.isdisjoint(codes)

    @property
    def facts(self) -> _Facts:
        """What the codes are, by their letters; found once, until more letters are known."""
        if self._facts is None:
            kinds = {code: self._kind(code) for code in {*self.letters, *self.used}}
            self._facts = _Facts(
                {
                    code: (f"{code:04X}", self.widths[code])
                    for code, kind in kinds.items()
                    if not kind.is_mark and len(kind.seen) < 2 and code < len(self.widths)
                },
                frozenset((SPACE, *(code for code, kind in kinds.items() if kind.is_mark))),
                frozenset(code for code, kind in kinds.items() if kind.is_rtl),
            )
        return self._facts

    def name(self, letters: Mapping[int, str]) -> None:
        """Take the letters of codes that were not known."""
        self.letters.update(letters)
        self._facts = None

    def _kind(self, code: int) -> _Kind:
        return _kind_of(self.letters.get(code, ""))


def fonts_of(pdf: Any) -> dict[str, FontCodes]:
    """Return the fonts of all pages by their names there, which Qt makes unlike."""
    found: dict[str, FontCodes] = {}
    for name, font in _each(pdf):
        if name not in found:
            found[name] = FontCodes(_widths(font), _letters(font))
    return found


def write_fonts(pdf: Any, fonts: dict[str, FontCodes]) -> None:
    """Write the letters of glyphs into a PDF, and the codes without ink."""
    for name, font in sorted(dict(_each(pdf)).items()):
        _make_anew(pdf, font)
        codes = fonts[name]
        if codes.widths:
            _write_codes(pdf, font, codes)
    name_subsets(pdf)


def _make_anew(pdf: Any, font: Any) -> None:
    """Make the parts of a font anew, in an order that is always the same: Qt's order varies."""
    import pikepdf

    holder = pikepdf.Dictionary(dict(font.DescendantFonts[0].items()))
    descriptor = pikepdf.Dictionary(dict(holder.FontDescriptor.items()))
    if "/CIDSet" in descriptor:  # optional, and wrong as soon as glyphs are added
        del descriptor["/CIDSet"]
    for key in _FILES:
        if key in descriptor:
            descriptor[key] = pdf.make_stream(descriptor[key].read_bytes())
    if "/FontFile2" in descriptor:
        descriptor.FontFile2.Length1 = len(descriptor.FontFile2.read_bytes())
    holder.FontDescriptor = pdf.make_indirect(descriptor)
    font.DescendantFonts = pikepdf.Array([pdf.make_indirect(holder)])


def learn(codes: FontCodes, words: Iterable[Sequence[int]], typed: Iterable[ShapedWord]) -> None:
    """Find the letters of unknown codes from the words that were drawn.

    A code is known once one reading only is left of the words it stands in.

    Parameters
    ----------
    words : iterable of sequence of int
        Codes of words, in the order they are typed.
    typed : iterable of ShapedWord
        Words that were drawn, among them those.
    """
    drawn = list(words)
    known: dict[int, list[ShapedWord]] = {}
    for shape in typed:
        known.setdefault(len(shape), []).append(shape)
    while True:
        left: dict[int, set[str]] = {}
        for word in drawn:
            alike = known.get(len(word), ())
            readings = [shape for shape in alike if _may_be(codes, word, shape)]
            for place, code in enumerate(word if readings else ()):
                if not codes.letters.get(code):
                    found = {shape[place].letters for shape in readings}
                    left[code] = left.get(code, found) & found
        sure = {code: min(found) for code, found in left.items() if len(found) == 1}
        if not any(sure.values()):
            return
        codes.name(sure)


def _may_be(codes: FontCodes, word: Sequence[int], shape: ShapedWord) -> bool:
    """Whether a word with an unknown code may be one of a shape of as many glyphs."""
    for code, glyph in zip(word, shape, strict=True):
        letters = codes.letters.get(code)
        if (glyph.letters != letters) if letters else glyph.is_named:
            return False
    return True


def _each(pdf: Any) -> Iterator[tuple[str, Any]]:
    for page in pdf.pages:
        resources = page.get("/Resources")
        listed = resources.get("/Font") if resources is not None else None
        for name, font in dict(listed).items() if listed is not None else ():
            if "/DescendantFonts" in font and "/ToUnicode" in font:
                yield name.lstrip("/"), font


def _widths(font: Any) -> tuple[float, ...]:
    """Return the advances of a font as Qt lists them: from code 0 on, in one piece."""
    listed = font.DescendantFonts[0].get("/W")
    if listed is None or len(listed) != 2 or int(listed[0]) != 0:
        return ()
    return tuple(float(width) for width in listed[1])


def _letters(font: Any) -> dict[int, str]:
    """Return the letters of each code as they are typed."""
    letters: dict[int, str] = {}
    text = font.ToUnicode.read_bytes().decode("latin-1")
    for first, last, several, single in _RANGE.findall(text):
        start = int(first, 16)
        if several:
            for offset, value in enumerate(several.split()):
                letters[start + offset] = _typed(bytes.fromhex(value.strip("<>")))
        else:
            for offset in range(int(last, 16) - start + 1):
                value = (int(single, 16) + offset).to_bytes(len(single) // 2, "big")
                letters[start + offset] = _typed(value)
    for code, value in _SINGLE.findall(text):
        letters[int(code, 16)] = _typed(bytes.fromhex(value))
    letters.pop(0, None)
    return {code: found for code, found in letters.items() if found}


def _typed(utf16: bytes) -> str:
    """Return letters without presentation forms; none where Qt knew none."""
    text = utf16.decode("utf-16-be", "replace")
    text = "".join(_plain(letter) for letter in text)
    return "" if any(_is_no_letter(letter) for letter in text) else text


def _plain(letter: str) -> str:
    if letter in "\t\u00a0":
        return " "
    if "\ufb00" <= letter <= "\ufdff" or "\ufe70" <= letter <= "\ufefc":
        return unicodedata.normalize("NFKC", letter).strip()
    return letter


def _is_no_letter(letter: str) -> bool:
    return letter < " " or letter == "\ufffd" or unicodedata.category(letter) in {"Co", "Cn", "Cs"}


def _write_codes(pdf: Any, font: Any, codes: FontCodes) -> None:
    font.ToUnicode = pdf.make_stream(_to_unicode(codes))
    if codes.added:
        _add_glyphs(pdf, font.DescendantFonts[0], codes)


def _add_glyphs(pdf: Any, holder: Any, codes: FontCodes) -> None:
    import pikepdf

    outlines = TrueType.read(holder.FontDescriptor.FontFile2.read_bytes())
    if outlines is None:
        raise OutputError("report.font-missing", font=str(holder.BaseFont))
    widths = [round(width) for width in codes.widths]
    for _code, glyph in codes.added.values():
        outlines.add(glyph.source, glyph.width)
        widths.append(glyph.width)
    data = outlines.written()
    holder.FontDescriptor.FontFile2 = pdf.make_stream(data, Length1=len(data))
    holder.W = pikepdf.Array([0, pikepdf.Array(widths)])


def _to_unicode(codes: FontCodes) -> bytes:
    entries = {code: codes.seen(code)[:1] for code in codes.letters}
    entries.update({code: glyph.letter for code, glyph in codes.added.values()})
    lines = [
        f"<{code:04X}> <{letters.encode('utf-16-be').hex().upper()}>"
        for code, letters in sorted(entries.items())
        if letters
    ]
    blocks = [lines[at : at + _MAP_BLOCK] for at in range(0, len(lines), _MAP_BLOCK)]
    body = "".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
    )
    return (_CMAP_HEAD + body + _CMAP_FOOT).encode("ascii")


def name_subsets(pdf: Any) -> None:
    """Name font subsets after their content: Qt numbers them in an order that varies."""
    import pikepdf

    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary):
            continue
        if item.get("/Type") == "/FontDescriptor":
            item.FontName = _subset_name(item, item)
        elif item.get("/Type") == "/Font" and "/DescendantFonts" in item:
            holder = item.DescendantFonts[0]
            name = _subset_name(holder.FontDescriptor, item)
            holder.BaseFont = name
            item.BaseFont = name


def _subset_name(descriptor: Any, named: Any) -> Any:
    import pikepdf

    plain = str(named.get("/FontName", named.get("/BaseFont"))).lstrip("/").rpartition("+")[2]
    files = [descriptor[key] for key in _FILES if key in descriptor]
    if not files:
        return pikepdf.Name(f"/{plain}")
    digest = hashlib.blake2b(files[0].read_bytes(), digest_size=SUBSET_LETTERS).digest()
    letters = "".join(chr(ord("A") + byte % 26) for byte in digest)
    return pikepdf.Name(f"/{letters}+{plain}")
