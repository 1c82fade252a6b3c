"""The classes of a layer, one under another: swatch and text, drawn in one widget.

Owns how they look. A widget per class would cost more than reading the layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip

from emadina_gis.app.controls import Text
from emadina_gis.app.swatches import laid_on_ground
from emadina_gis.render.symbols import draw_swatch, fill_shades

if TYPE_CHECKING:
    from emadina_gis.app.models.legend import Item

SWATCH_WIDTH_PX = 16
SWATCH_HEIGHT_PX = 12
MM_PER_PX = 25.4 / 96
SHARP = 2
GAP_PX = 8
INDENT_PX = SWATCH_WIDTH_PX + GAP_PX
LINE_GAP_PX = 3
BELOW_PX = 4
LEAST_TEXT_PX = 24


class Elided(Text):
    """A label that ends in an ellipsis where the room is small, and says all in its tooltip."""

    def __init__(self, text: str = "", tone: str = "") -> None:
        super().__init__()
        self.setMinimumWidth(LEAST_TEXT_PX)
        if tone:
            self.setProperty("tone", tone)
        self._full = ""
        self.set_full(text)

    @property
    def full(self) -> str:
        """The whole text."""
        return self._full

    def set_full(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self._elide()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._full) + 2
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_TEXT_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._elide()

    def _elide(self) -> None:
        shown = _elided(QFontMetrics(self.font()), self._full, self.width())
        if shown != self.text():
            super().setText(shown)
        tip = self._full if shown != self._full else ""
        if tip != self.toolTip():
            self.setToolTip(tip)


def _elided(metrics: QFontMetrics, text: str, width: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(width, LEAST_TEXT_PX))


class LegendView(Text):
    """The classes of a layer, and under them how many more there are.

    Its text, which a screen reader says, is that of all the lines. What is painted is made
    beforehand: a paint event does as little as possible.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("tone", "secondary")
        self._items: tuple[Item, ...] = ()
        self._lines: tuple[str, ...] = ()
        self._pictures: tuple[QPixmap, ...] = ()
        self._shown: tuple[str, ...] = ()
        self._line_px = SWATCH_HEIGHT_PX

    @property
    def items(self) -> tuple[Item, ...]:
        """The classes shown."""
        return self._items

    def show_items(self, items: tuple[Item, ...], more: str = "") -> None:
        """Show some classes, and a last line without swatch where there are more."""
        self._items = items
        self._lines = (*(item.text for item in items), *([more] if more else []))
        self._pictures = tuple(swatch_pixmap(item) for item in items)
        self.setText("\n".join(self._lines))
        self.setVisible(bool(self._lines))
        self._measure()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(line) for line in self._lines), default=0)
        count = len(self._lines)
        height = count * self._line_px + max(count - 1, 0) * LINE_GAP_PX
        return QSize(INDENT_PX + widest, height + (BELOW_PX if count else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(INDENT_PX + LEAST_TEXT_PX, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width, height, alignment = self.width(), self._line_px, self.alignment()
        first, last = event.rect().top(), event.rect().bottom()
        for index, text in enumerate(self._shown):
            top = index * (height + LINE_GAP_PX)
            if top > last or top + height < first:
                continue
            indent = 0
            if index < len(self._pictures):
                indent = INDENT_PX
                left = width - SWATCH_WIDTH_PX if rtl else 0
                down = top + (height - SWATCH_HEIGHT_PX) // 2
                if shades := self._items[index].shades:
                    above, high = top - LINE_GAP_PX / 2, height + LINE_GAP_PX
                    fill_shades(painter, QRectF(left, above, SWATCH_WIDTH_PX, high), shades)
                else:
                    painter.drawPixmap(left, down, self._pictures[index])
            room = QRect(0 if rtl else indent, top, width - indent, height)
            painter.drawText(room, alignment, text)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.hidden_text(event.pos().y()), self)
            return True
        return super().event(event)

    def hidden_text(self, y: int) -> str:
        """Return the whole text of the line at a height, where the room cuts it; else nothing."""
        index = y // (self._line_px + LINE_GAP_PX)
        if not 0 <= index < len(self._lines):
            return ""
        return "" if self._shown[index] == self._lines[index] else self._lines[index]

    def _measure(self) -> None:
        metrics = QFontMetrics(self.font())
        self._line_px = max(metrics.height(), SWATCH_HEIGHT_PX)
        beside, count = self.width() - INDENT_PX, len(self._items)
        self._shown = tuple(
            _elided(metrics, line, beside if index < count else self.width())
            for index, line in enumerate(self._lines)
        )
        self.update()


def swatch_pixmap(item: Item) -> QPixmap:
    """Return the swatch as a picture."""
    pixmap = QPixmap(SWATCH_WIDTH_PX * SHARP, SWATCH_HEIGHT_PX * SHARP)
    pixmap.setDevicePixelRatio(SHARP)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = QRectF(0, 0, SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX)
    rect = laid_on_ground(painter, whole, item.symbol, item.kind)
    draw_swatch(
        painter,
        rect.adjusted(0.5, 0.5, -0.5, -0.5),
        symbol=item.symbol,
        color=item.qcolor,
        kind=item.kind,
        mm_per_px=MM_PER_PX,
    )
    painter.end()
    return pixmap
