"""Paper: a PDF file drawn in millimetres with the shipped fonts, checked before it gets its name.

Owns the one place of `report` that talks to Qt: text (shaped, both directions), lines, areas and
pictures on pages. A file is written under a temporary name, opened again and counted, because
QPdfWriter says nothing when the disk is full, and only then renamed. Knows nothing of projects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QPolygonF,
    QTextLayout,
    QTextOption,
)

from emadina_gis import paths
from emadina_gis.domain.viewport import MM_PER_INCH
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import replacing
from emadina_gis.report.free_end import end, new_page
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf_check import PdfMeta, WrittenPdf, finish_pdf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: What a sheet can be printed on; named here so that only this module knows Qt.
Printer = QPagedPaintDevice
RESOLUTION_DPI = 1200
UNITS_PER_MM = RESOLUTION_DPI / MM_PER_INCH
POINTS_PER_INCH = 72
FAMILIES = ["IBM Plex Sans", "IBM Plex Sans Arabic"]
INK = "#22211f"
_WEIGHTS = {
    "regular": QFont.Weight.Normal,
    "medium": QFont.Weight.Medium,
    "semibold": QFont.Weight.DemiBold,
    "bold": QFont.Weight.Bold,
}
_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dash-dot": Qt.PenStyle.DashDotLine,
    "dotted": Qt.PenStyle.DotLine,
}


@dataclass(frozen=True)
class Type:
    """How a text looks: size in points, weight, colour, and where it stands in its box.

    Attributes
    ----------
    align : str
        ``"start"`` and ``"end"`` follow the direction of the text; ``"center"``, ``"left"`` and
        ``"right"`` do not.
    rtl : bool or None
        Direction of the paragraph; None takes the paper's.
    """

    size_pt: float = 7.0
    weight: str = "regular"
    color: str = INK
    align: str = "start"
    rtl: bool | None = None
    leading: float = 1.0

    def sized(self, factor: float) -> Type:
        """Return the type at another size."""
        return replace(self, size_pt=self.size_pt * factor)


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
    """

    def __init__(self, writer: QPagedPaintDevice, painter: QPainter, *, rtl: bool) -> None:
        self._writer = writer
        self.painter = painter
        self.rtl = rtl
        self.page_count = 1

    def new_page(self, width_mm: float, height_mm: float) -> None:
        """Begin a page of a size."""
        self._writer.setPageSize(_page_size(width_mm, height_mm))
        new_page(self._writer)
        self.page_count += 1

    def text(self, box: Box, text: str, kind: Type) -> float:
        """Draw a text wrapped in the width of a box, from its top; return its height in mm."""
        laid, height = self._laid(text, kind, box.width)
        self.painter.setPen(QColor(kind.color))
        laid.draw(self.painter, QPointF(box.x * UNITS_PER_MM, box.y * UNITS_PER_MM))
        return height

    def text_height(self, text: str, kind: Type, width_mm: float) -> float:
        """Return the height in mm that a text takes when wrapped in a width."""
        return self._laid(text, kind, width_mm)[1]

    def text_width(self, text: str, kind: Type) -> float:
        """Return the width in mm of a text on one line."""
        laid, _height = self._laid(text, replace(kind, align="left"), 10_000.0)
        return (
            max((laid.lineAt(i).naturalTextWidth() for i in range(laid.lineCount())), default=0.0)
            / UNITS_PER_MM
        )

    def fitted(self, text: str, kind: Type, width_mm: float, smallest_pt: float = 4.0) -> Type:
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
        self, x0: float, y0: float, x1: float, y1: float, *, color: str = INK, mm: float = 0.15
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
        self.painter.setBrush(_brush(fill))
        self.painter.drawPolygon(self._polygon(points))

    def rect(
        self, box: Box, *, fill: str | None = None, stroke: str | None = None, mm: float = 0.15
    ) -> None:
        """Draw a rectangle."""
        self.painter.setPen(self._pen(stroke, mm))
        self.painter.setBrush(_brush(fill))
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
        self.painter.setBrush(_brush(fill))
        reach = radius * UNITS_PER_MM
        self.painter.drawEllipse(self._point(x, y), reach, reach)

    @contextmanager
    def clipped(self, box: Box) -> Iterator[QPainter]:
        """Give the painter with its origin at the box's corner and nothing drawn outside it."""
        with self._saved():
            self.painter.setClipRect(self.device_rect(box))
            self.painter.translate(box.x * UNITS_PER_MM, box.y * UNITS_PER_MM)
            yield self.painter

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
        laid = QTextLayout(text.replace("\n", "\u2028"), _font(kind), self._writer)
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
        option = QTextOption(_alignment(kind.align, rtl=rtl))
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        )
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        return option

    @staticmethod
    def _pen(color: str | None, mm: float, dash: str = "solid") -> QPen:
        if color is None:
            return QPen(Qt.PenStyle.NoPen)
        pen = QPen(QColor(color), mm * UNITS_PER_MM, _DASHES[dash])
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    @staticmethod
    def _point(x: float, y: float) -> QPointF:
        return QPointF(x * UNITS_PER_MM, y * UNITS_PER_MM)

    def _polygon(self, points: Sequence[tuple[float, float]]) -> QPolygonF:
        return QPolygonF([self._point(x, y) for x, y in points])


def write_pdf(
    path: Path,
    size_mm: tuple[float, float],
    draw: Callable[[Paper], None],
    meta: PdfMeta,
    *,
    rtl: bool,
) -> WrittenPdf:
    """Draw a PDF and put it at its place when it is whole.

    Parameters
    ----------
    path : Path
        Where the file goes; the old one stays until the new one is checked.
    size_mm : tuple of float
        Width and height of the first page.
    draw : callable
        Draws all pages.
    meta : PdfMeta
        Title, language and date written into the file.
    rtl : bool
        Direction of texts.

    Returns
    -------
    WrittenPdf
        What the file holds, read back from it.

    Raises
    ------
    OutputError
        If the file cannot be written or does not hold what was drawn.
    """
    prepare_qt()
    with replacing(path) as draft:
        pages = _draw_to(draft, size_mm, draw, meta=meta, rtl=rtl)
        written = finish_pdf(draft, meta, pages)
    return replace(written, path=path)


def print_pages(
    printer: QPagedPaintDevice,
    size_mm: tuple[float, float],
    draw: Callable[[Paper], None],
    *,
    rtl: bool,
) -> int:
    """Draw pages on a printer, as `write_pdf` draws them into a file; return how many.

    Raises
    ------
    OutputError
        With code ``report.cannot-print`` if the printer does not start.
    """
    prepare_qt()
    printer.setPageSize(_page_size(*size_mm))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(printer):
        raise OutputError("report.cannot-print")
    try:
        factor = printer.logicalDpiX() / RESOLUTION_DPI
        painter.scale(factor, factor)
        paper = Paper(printer, painter, rtl=rtl)
        draw(paper)
    finally:
        end(painter)
    return paper.page_count


def _draw_to(
    draft: Path,
    size_mm: tuple[float, float],
    draw: Callable[[Paper], None],
    *,
    meta: PdfMeta,
    rtl: bool,
) -> int:
    writer = QPdfWriter(str(draft))
    writer.setResolution(RESOLUTION_DPI)
    writer.setPageSize(_page_size(*size_mm))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setTitle(meta.title)
    painter = QPainter()
    if not painter.begin(writer):
        raise OutputError("report.cannot-write", path=str(draft.parent))
    try:
        paper = Paper(writer, painter, rtl=rtl)
        draw(paper)
    finally:
        end(painter)
    return paper.page_count


def prepare_qt() -> QGuiApplication:
    """Return the running Qt application with the shipped fonts, started unseen where none is."""
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication):
        application = QGuiApplication(["emadina-gis", "-platform", "offscreen"])
    known = set(QFontDatabase.families())
    if not known.issuperset(FAMILIES):
        for font in sorted((paths.resources() / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(font))
    return application


def _font(kind: Type) -> QFont:
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(max(1, round(kind.size_pt * RESOLUTION_DPI / POINTS_PER_INCH)))
    font.setWeight(_WEIGHTS[kind.weight])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # No fi ligature, so that words are found again in the file; Arabic joins by other features.
    font.setFeature(QFont.Tag("liga"), 0)
    return font


def _alignment(align: str, *, rtl: bool) -> Qt.AlignmentFlag:
    if align == "center":
        return Qt.AlignmentFlag.AlignHCenter
    to_right = align == "right" or (align == "end") != rtl if align != "left" else False
    side = Qt.AlignmentFlag.AlignRight if to_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute


def _brush(fill: str | None) -> QBrush:
    return QBrush(Qt.BrushStyle.NoBrush) if fill is None else QBrush(QColor(fill))


def _page_size(width_mm: float, height_mm: float) -> QPageSize:
    size = QSizeF(width_mm, height_mm)
    named = QPageSize.id(size, QPageSize.Unit.Millimeter, QPageSize.SizeMatchPolicy.ExactMatch)
    name = "" if named == QPageSize.PageSizeId.Custom else QPageSize.name(named)
    return QPageSize(size, QPageSize.Unit.Millimeter, name, QPageSize.SizeMatchPolicy.ExactMatch)


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """Return a point turned clockwise about the origin (y down)."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return x * cos - y * sin, x * sin + y * cos


@contextmanager
def painter_on(image: QImage) -> Iterator[QPainter]:
    """Give a painter on a picture and end it."""
    painter = QPainter(image)
    try:
        yield painter
    finally:
        painter.end()


def write_in_corner(painter: QPainter, text: str, *, dpi: float, rtl: bool) -> None:
    """Write a line at the foot of a picture on a light ground, on the side reading starts."""
    font = _font(Type(7.0, "medium"))
    font.setPixelSize(max(9, round(7.0 * dpi / POINTS_PER_INCH)))
    metrics = QFontMetricsF(font)
    pad = metrics.height() * 0.3
    width = metrics.horizontalAdvance(text) + 2 * pad
    height = metrics.height() + pad
    device = painter.device()
    x = device.width() - width if rtl else 0.0
    place = QRectF(x, device.height() - height, width, height)
    painter.fillRect(place, QColor(255, 255, 255, 215))
    painter.setFont(font)
    painter.setPen(QColor("#8a5a00"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
