"""A page as SVG in millimetres: areas and lines as paths, texts as texts.

Texts of the page are written line by line, in the order they are typed and with the shipped fonts
named, so that a drawing program edits whole lines. Each has the length it has on paper: where the
fonts are not installed nothing runs over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgGenerator

from emadina_gis.errors import OutputError
from emadina_gis.render.drawn_texts import note
from emadina_gis.report.pdf.lettering import (
    RESOLUTION_DPI,
    UNITS_PER_MM,
    Type,
    font_of,
    prepare_qt,
)
from emadina_gis.report.pdf.paper import Paper

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QTextLine

    from emadina_gis.report.layout import Box

#: A text that Qt writes in the place of a line, until the line takes its place.
_MARK = "\ue0f0{}\ue0f1"
_MARKED = re.compile(r"<text [^>]*>\ue0f0(\d+)\ue0f1</text>")
_SIZE = re.compile(r'<svg width="[^"]*" height="[^"]*"\s+viewBox="[^"]*"')
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_ARABIC = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ufffe\uffff]")


@dataclass(frozen=True)
class _Line:
    """A line of text: its place is that of its mark."""

    text: str
    length: float
    rtl: bool


class SvgPaper(Paper):
    """Paper that keeps its lines of text; what else is drawn goes through Qt."""

    def __init__(self, writer: QSvgGenerator, painter: QPainter, *, rtl: bool) -> None:
        super().__init__(writer, painter, rtl=rtl)  # type: ignore[arg-type]
        self.lines: list[_Line] = []

    def text(self, box: Box, text: str, kind: Type) -> float:
        """Keep the lines of a text wrapped in the width of a box; return its height in mm."""
        note(text)
        laid, height = self._laid(text, kind, box.width)
        self.painter.setPen(QColor(kind.color))
        self.painter.setFont(font_of(kind))
        rtl = self.rtl if kind.rtl is None else kind.rtl
        whole = laid.text()
        for index in range(laid.lineCount()):
            line = laid.lineAt(index)
            said = whole[line.textStart() : line.textStart() + line.textLength()]
            self._keep(line, said.strip(" \u2028"), box, rtl=rtl)
        return height

    def _keep(self, line: QTextLine, said: str, box: Box, *, rtl: bool) -> None:
        if not said:
            return
        seen = line.naturalTextRect()
        x = box.x * UNITS_PER_MM + (seen.right() if rtl else seen.left())
        y = box.y * UNITS_PER_MM + line.y() + line.ascent()
        self.painter.drawText(QPointF(x, y), _MARK.format(len(self.lines)))
        self.lines.append(_Line(said, line.naturalTextWidth(), rtl))


def draw_svg(
    path: Path,
    size_mm: tuple[float, float],
    draw: Callable[[Paper], None],
    *,
    title: str,
    rtl: bool,
) -> str:
    """Draw a page into a file and return it as it is to be written.

    Raises
    ------
    OutputError
        With code ``report.cannot-write`` if the file cannot be opened.
    """
    prepare_qt()
    width, height = (round(side * UNITS_PER_MM) for side in size_mm)
    writer = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    writer.setFileName(str(path))
    writer.setResolution(RESOLUTION_DPI)
    writer.setSize(QSize(width, height))
    writer.setViewBox(QRectF(0, 0, width, height))
    writer.setTitle(title)
    writer.setDescription("emadina_gis")
    painter = QPainter()
    if not painter.begin(writer):
        raise OutputError("report.cannot-write", path=str(path.parent))
    try:
        paper = SvgPaper(writer, painter, rtl=rtl)
        draw(paper)
    finally:
        painter.end()
    return _finished(path.read_text(encoding="utf-8"), paper.lines, size_mm)


def _finished(svg: str, lines: list[_Line], size_mm: tuple[float, float]) -> str:
    """Return the file with its size in millimetres and whole lines of text."""
    width, height = size_mm
    units = tuple(round(side * UNITS_PER_MM) for side in size_mm)
    head = f'<svg width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {units[0]} {units[1]}"'
    svg = _SIZE.sub(lambda _found: head, svg, count=1)
    svg = _MARKED.sub(lambda found: _written(found, lines[int(found[1])]), svg)
    return _TEXT.sub(_directed, _CONTROL.sub("", svg))


def _written(found: re.Match[str], line: _Line) -> str:
    """Return a line in the place of its mark, with the colour and the font that Qt gave it."""
    opening = found[0].partition(">")[0]
    direction = ' direction="rtl" unicode-bidi="embed"' if line.rtl else ""
    length = f' textLength="{line.length:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f"{opening}{direction}{length}>{escape(line.text)}</text>"


def _directed(found: re.Match[str]) -> str:
    """Return a run that Qt wrote, with its direction where it is Arabic and has none."""
    head, text = found.groups()
    if "direction=" in head or not _ARABIC.search(text):
        return found[0]
    # Qt names the left end of a run; where a line runs to the left that is its end
    return f'<text {head} direction="rtl" text-anchor="end">{text}</text>'
