"""Paper: pages drawn in millimetres from the top left corner, with text in both directions.

Each layer of a page goes on a sheet of its own, which `pdf_pages` puts together again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QPagedPaintDevice,
    QPageSize,
    QPainter,
    QPen,
    QPolygonF,
    QTextLayout,
    QTextOption,
)

from emadina_gis.render.drawn_texts import note
from emadina_gis.report.free_end import new_page
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf.lettering import (
    INK,
    UNITS_PER_MM,
    Type,
    alignment_of,
    font_of,
)
from emadina_gis.report.pdf_geo import GeoView
from emadina_gis.report.pdf_pages import Drawing, PageDrawing
from emadina_gis.words.numbers import numbers_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent

_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dash-dot": Qt.PenStyle.DashDotLine,
    "dotted": Qt.PenStyle.DotLine,
}

#: On black paper what differs more between its channels is a colour; texts of any ink are black.
COLOURED, BLACKEST_TEXT = 20, 0
#: Colours whose darkest channel is above this stay: a ground, a text on a dark one.
PALE = 200
#: Texts that are kept as they were laid out when they were measured.
_MOST_MEASURED = 256


class Paper:
    """Pages drawn in millimetres from the top left corner.

    Parameters
    ----------
    writer : QPagedPaintDevice
        The open PDF, or a printer.
    painter : QPainter
        Active on it; maps are drawn with it at `UNITS_PER_MM` units a millimetre.
    rtl : bool
        Whether texts run right to left where a `Type` does not say.
    drawing : Drawing or None
        Where pages, layers and texts of a PDF are noted; without it there are no layers.

    Attributes
    ----------
    is_black : bool
        Texts, and lines and areas of a colour, are drawn in black; what is given to `painter`
        itself is not.
    """

    def __init__(
        self,
        writer: QPagedPaintDevice,
        painter: QPainter,
        *,
        rtl: bool,
        drawing: Drawing | None = None,
    ) -> None:
        self._writer = writer
        self.painter = painter
        self.rtl = rtl
        self._drawing = Drawing() if drawing is None else drawing
        self._in_layer = drawing is None
        #: Texts that were measured and not drawn yet.
        self._measured: dict[tuple[str, Type, float, bool], tuple[QTextLayout, float]] = {}
        self.is_black = False

    @property
    def page_count(self) -> int:
        """Pages begun so far."""
        return len(self._drawing.pages)

    def new_page(self, width_mm: float, height_mm: float) -> None:
        """Begin a page of a size."""
        self._writer.setPageSize(page_size(width_mm, height_mm))
        new_page(self._writer)
        self._drawing.pages.append(PageDrawing())

    def text(self, box: Box, text: str, kind: Type) -> float:
        """Draw a text wrapped in the width of a box, from its top; return its height in mm."""
        note(text)
        key = (text, kind, box.width, self.rtl)
        known = key in self._measured
        laid, height = self._measured.pop(key) if known else self._laid(text, kind, box.width)
        self.painter.setPen(self._color(kind.color, BLACKEST_TEXT))
        laid.draw(self.painter, QPointF(box.x * UNITS_PER_MM, box.y * UNITS_PER_MM))
        return height

    def text_height(self, text: str, kind: Type, width_mm: float) -> float:
        """Return the height in mm that a text takes when wrapped in a width."""
        if len(self._measured) > _MOST_MEASURED:
            self._measured.clear()
        key = (text, kind, width_mm, self.rtl)
        self._measured[key] = laid = self._laid(text, kind, width_mm)
        return laid[1]

    def text_width(self, text: str, kind: Type) -> float:
        """Return the width in mm of a text on one line."""
        laid, _height = self._laid(text, replace(kind, align="left"), 10_000.0)
        return (
            max(
                (laid.lineAt(i).naturalTextWidth() for i in range(laid.lineCount())),
                default=0.0,
            )
            / UNITS_PER_MM
        )

    def fitted(self, text: str, kind: Type, width_mm: float, smallest_pt: float = 4.5) -> Type:
        """Return the type made small enough for a text to stand on one line of a width."""
        needed = self.text_width(text, kind)
        if needed <= width_mm:
            return kind
        return replace(kind, size_pt=max(kind.size_pt * width_mm / needed * 0.995, smallest_pt))

    def turned_text(self, x: float, y: float, text: str, kind: Type, *, degrees: float) -> None:
        """Draw one line of text centred on (x, y), turned clockwise."""
        width = self.text_width(text, kind)
        height = self.text_height(text, kind, width + 10)
        with self._saved():
            self.painter.translate(x * UNITS_PER_MM, y * UNITS_PER_MM)
            self.painter.rotate(degrees)
            box = Box(-width / 2 - 5, -height / 2, width + 10, height)
            self.text(box, text, replace(kind, align="center"))

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        color: str = INK,
        mm: float = 0.15,
    ) -> None:
        """Draw a straight line."""
        self.painter.setPen(self._pen(color, mm))
        self.painter.drawLine(self._point(x0, y0), self._point(x1, y1))

    def polyline(
        self,
        points: Sequence[tuple[float, float]],
        *,
        color: str = INK,
        mm: float = 0.15,
        dash: str = "solid",
    ) -> None:
        """Draw an open line through points."""
        self.painter.setPen(self._pen(color, mm, dash))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(self._polygon(points))

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: str | None = None,
        stroke: str | None = None,
        mm: float = 0.15,
    ) -> None:
        """Draw a closed area."""
        self.painter.setPen(self._pen(stroke, mm))
        self.painter.setBrush(self._brush(fill))
        self.painter.drawPolygon(self._polygon(points))

    def rect(
        self,
        box: Box,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        mm: float = 0.15,
    ) -> None:
        """Draw a rectangle."""
        self.painter.setPen(self._pen(stroke, mm))
        self.painter.setBrush(self._brush(fill))
        self.painter.drawRect(self.device_rect(box))

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        mm: float = 0.15,
    ) -> None:
        """Draw a circle about a point."""
        self.painter.setPen(self._pen(stroke, mm))
        self.painter.setBrush(self._brush(fill))
        reach = radius * UNITS_PER_MM
        self.painter.drawEllipse(self._point(x, y), reach, reach)

    @contextmanager
    def clipped(self, box: Box) -> Iterator[QPainter]:
        """Give the painter with its origin at the box's corner and nothing drawn outside it."""
        with self._saved():
            self.painter.setClipRect(self.device_rect(box))
            self.painter.translate(box.x * UNITS_PER_MM, box.y * UNITS_PER_MM)
            yield self.painter

    @contextmanager
    def layer(self, title: str) -> Iterator[None]:
        """Make what is drawn inside a layer that readers of the PDF can switch off.

        Layers of one name on several pages are one. Inside a layer nothing changes, and nothing
        does on a printer.
        """
        if self._in_layer or not title:
            yield
            return
        self._in_layer = True
        self._begin_sheet(title)
        try:
            yield
        finally:
            self._in_layer = False
            self._begin_sheet("")

    def _begin_sheet(self, title: str) -> None:
        """Go on drawing on another sheet of the same page."""
        new_page(self._writer)
        self._drawing.pages[-1].layers.append(title)

    def georeference(self, box: Box, extent: Extent, crs: Crs) -> None:
        """Say which map units a box of the page shows, for readers that measure."""
        self._drawing.pages[-1].views.append(GeoView(box, extent, crs))

    @staticmethod
    def device_rect(box: Box) -> QRectF:
        """Return a box in the painter's units."""
        return QRectF(
            box.x * UNITS_PER_MM,
            box.y * UNITS_PER_MM,
            box.width * UNITS_PER_MM,
            box.height * UNITS_PER_MM,
        )

    @contextmanager
    def _saved(self) -> Iterator[None]:
        self.painter.save()
        try:
            yield
        finally:
            self.painter.restore()

    def _laid(self, text: str, kind: Type, width_mm: float) -> tuple[QTextLayout, float]:
        ordered = numbers_in_order(text).replace("\n", "\u2028")
        laid = QTextLayout(ordered, font_of(kind), self._writer)
        laid.setTextOption(self._option(kind))
        laid.beginLayout()
        y = 0.0
        line = laid.createLine()
        while line.isValid():
            line.setLineWidth(max(width_mm, 0.1) * UNITS_PER_MM)
            line.setPosition(QPointF(0, y))
            y += line.height() * kind.leading
            line = laid.createLine()
        laid.endLayout()
        return laid, y / UNITS_PER_MM

    def _option(self, kind: Type) -> QTextOption:
        rtl = self.rtl if kind.rtl is None else kind.rtl
        option = QTextOption(alignment_of(kind.align, rtl=rtl))
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        )
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        return option

    def _color(self, name: str, least_chroma: int = COLOURED) -> QColor:
        """Return a colour as this paper draws it."""
        color = QColor(name)
        parts = (color.red(), color.green(), color.blue())
        is_pale = min(parts) > PALE
        if self.is_black and not is_pale and max(parts) - min(parts) >= least_chroma:
            return QColor("#000000")
        return color

    def _pen(self, color: str | None, mm: float, dash: str = "solid") -> QPen:
        if color is None:
            return QPen(Qt.PenStyle.NoPen)
        pen = QPen(self._color(color), mm * UNITS_PER_MM, _DASHES[dash])
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _brush(self, fill: str | None) -> QBrush:
        return QBrush(Qt.BrushStyle.NoBrush) if fill is None else QBrush(self._color(fill))

    @staticmethod
    def _point(x: float, y: float) -> QPointF:
        return QPointF(x * UNITS_PER_MM, y * UNITS_PER_MM)

    def _polygon(self, points: Sequence[tuple[float, float]]) -> QPolygonF:
        return QPolygonF([self._point(x, y) for x, y in points])


def page_size(width_mm: float, height_mm: float) -> QPageSize:
    """Return a size of paper as Qt knows it, by its name where it has one."""
    size = QSizeF(width_mm, height_mm)
    named = QPageSize.id(size, QPageSize.Unit.Millimeter, QPageSize.SizeMatchPolicy.ExactMatch)
    name = "" if named == QPageSize.PageSizeId.Custom else QPageSize.name(named)
    return QPageSize(size, QPageSize.Unit.Millimeter, name, QPageSize.SizeMatchPolicy.ExactMatch)


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """Return a point turned clockwise about the origin (y down)."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return x * cos - y * sin, x * sin + y * cos
