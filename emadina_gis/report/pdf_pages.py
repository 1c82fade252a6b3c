"""Pages of a PDF put together from what was drawn, layer by layer.

Each layer of a page is drawn on a sheet of its own by Qt. Here the sheets of a page become one
again, each layer as an optional content group that a reader can switch off.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emadina_gis.report.pdf_fonts import (
    FontCodes,
    ShapedWord,
    Shaper,
    fonts_of,
    learn,
    write_fonts,
)
from emadina_gis.report.pdf_images import drawn_dpi
from emadina_gis.report.pdf_stream import shortened
from emadina_gis.report.pdf_text import PageTexts, read_texts, words_in, written

if TYPE_CHECKING:
    from emadina_gis.report.pdf_geo import GeoView
    from emadina_gis.report.presets import Fineness

_SHARED = ("/Font", "/XObject", "/ExtGState", "/Pattern", "/Shading", "/ColorSpace")
_FONT_SET = re.compile(rb"/(\w++) [\d.]++ Tf")
_PAINTING = (b"\nf", b"\nS\n", b"\nB", b"\nb", b" Do\n", b"ET\n", b" sh\n")


@dataclass
class PageDrawing:
    """What was drawn on a page.

    Attributes
    ----------
    layers : list of str
        Names of the layers on the sheets it was drawn on; empty where there is none.
    views : list of GeoView
        Where the page shows a map.
    """

    layers: list[str] = field(default_factory=lambda: [""])
    views: list[GeoView] = field(default_factory=list)


@dataclass
class Drawing:
    """What was drawn in a document: its pages, and every text."""

    pages: list[PageDrawing] = field(default_factory=lambda: [PageDrawing()])
    texts: set[str] = field(default_factory=set)

    @property
    def sheets(self) -> int:
        """Sheets that Qt wrote."""
        return sum(len(page.layers) for page in self.pages)


@dataclass(frozen=True)
class Rewriting:
    """What rewriting found.

    Attributes
    ----------
    texts_left : int
        Text objects that were left as Qt wrote them.
    letters_unknown : int
        Glyphs whose letters are not known.
    missing_letters : bool
        Whether a box stands for a letter that no font has.
    picture_dpi : dict
        The fewest pixels per inch that each picture is drawn with.
    """

    texts_left: int = 0
    letters_unknown: int = 0
    missing_letters: bool = False
    picture_dpi: dict[str, float] = field(default_factory=dict)


def rewrite_pages(pdf: Any, drawing: Drawing, fine: Fineness, shape: Shaper) -> Rewriting:
    """Rewrite the texts, coordinates and layers of a PDF that Qt wrote.

    The drawing of one page is held at a time: first all texts are read, for what their glyphs
    mean, then each page is written.
    """
    fonts = fonts_of(pdf)
    sheets: list[PageTexts] = []
    dpi: dict[str, float] = {}
    for page in pdf.pages:
        content = page.Contents.read_bytes()
        sheets.append(read_texts(content))
        for name, found in drawn_dpi(content).items():
            dpi[name] = min(dpi.get(name, found), found)
    _read_fonts(fonts, sheets, drawing.texts, shape)
    _put_together(pdf, drawing, _Writing(fonts, sheets, fine))
    write_fonts(pdf, fonts)
    return Rewriting(
        sum(sheet.left for sheet in sheets),
        sum(len(codes.unknown) for codes in fonts.values()),
        any(codes.shows_missing for codes in fonts.values()),
        dpi,
    )


@dataclass(frozen=True)
class _Writing:
    """What the sheets are written with."""

    fonts: dict[str, FontCodes]
    texts: list[PageTexts]
    fine: Fineness

    def sheet(self, index: int, page: Any) -> bytes:
        """Return the drawing of a sheet, rewritten; empty where nothing is drawn."""
        content = written(page.Contents.read_bytes(), self.texts[index], self.fonts)
        is_drawn = any(mark in content for mark in _PAINTING)
        return shortened(content, self.fine.step_mm) if is_drawn else b""


def _read_fonts(
    fonts: dict[str, FontCodes], sheets: list[PageTexts], texts: set[str], shape: Shaper
) -> None:
    """Find which codes are shown, and what the unknown ones among them mean."""
    shown: dict[str, dict[tuple[int, ...], None]] = {}
    for sheet in sheets:
        for item in sheet.objects:
            shown.setdefault(item.run.font, {})[item.run.codes] = None
    typed: list[ShapedWord] = []
    for name, runs in shown.items():
        codes = fonts.get(name)
        if codes is None:
            continue
        codes.used.update(*runs)
        if codes.unknown:
            typed = typed or shape(sorted(words_in(texts)))
            learn(codes, codes.words(runs), typed)


def _put_together(pdf: Any, drawing: Drawing, writing: _Writing) -> None:
    groups: dict[str, Any] = {}
    sheets = list(pdf.pages)
    first = 0
    for page in drawing.pages:
        target = sheets[first]
        packer = zlib.compressobj(writing.fine.level)
        packed, used = [], set[str]()
        for index, title in enumerate(page.layers, first):
            _share(target.Resources, sheets[index].Resources)
            content = writing.sheet(index, sheets[index])
            if content:
                used.update(name.decode() for name in set(_FONT_SET.findall(content)))
                head, foot = _layer(pdf, target.Resources, title, groups)
                packed += [packer.compress(head), packer.compress(content), packer.compress(foot)]
        _keep_fonts(target.Resources, used)
        _set_content(pdf, target, b"".join([*packed, packer.flush()]))
        first += len(page.layers)
    _drop_sheets(pdf, drawing)
    if groups:
        list_groups(pdf, list(groups.values()))


def _set_content(pdf: Any, page: Any, packed: bytes) -> None:
    import pikepdf

    page.Contents = pdf.make_stream(packed, Filter=pikepdf.Name.FlateDecode)


def _keep_fonts(resources: Any, used: set[str]) -> None:
    """Drop the fonts that a page names and does not use any more."""
    listed = resources.get("/Font", {})
    for name in list(listed.keys()):
        if name.lstrip("/") not in used:
            del listed[name]


def _drop_sheets(pdf: Any, drawing: Drawing) -> None:
    """Remove the sheets whose drawing is on the first one of their page."""
    kept, at = set(), 0
    for page in drawing.pages:
        kept.add(at)
        at += len(page.layers)
    for index in reversed(range(len(pdf.pages))):
        if index not in kept:
            del pdf.pages[index]


def _layer(pdf: Any, resources: Any, title: str, groups: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return what stands before and behind the drawing of a sheet, which is put in its layer."""
    import pikepdf

    if not title:
        return b"q\n", b"\nQ\n"
    if title not in groups:
        groups[title] = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String(title))
        )
    name = f"/L{list(groups).index(title) + 1}"
    if "/Properties" not in resources:
        resources.Properties = pikepdf.Dictionary()
    resources.Properties[name] = groups[title]
    return f"/OC {name} BDC\nq\n".encode("ascii"), b"\nQ\nEMC\n"


def _share(target: Any, other: Any) -> None:
    """Add the fonts, pictures and states of a sheet to those of another one."""
    import pikepdf

    if target.objgen == other.objgen and target.objgen != (0, 0):
        return
    for kind in _SHARED:
        if kind not in other:
            continue
        if kind not in target:
            target[kind] = pikepdf.Dictionary()
        for name, value in other[kind].items():
            if name not in target[kind]:
                target[kind][name] = value


def list_groups(pdf: Any, groups: list[Any]) -> None:
    """List the layers of a file, all of them shown."""
    import pikepdf

    usual = pikepdf.Dictionary(
        Name=pikepdf.String("emadina_gis"),
        Order=pikepdf.Array(groups),
        ON=pikepdf.Array(groups),
        ListMode=pikepdf.Name.AllPages,
    )
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array(groups), D=usual)
