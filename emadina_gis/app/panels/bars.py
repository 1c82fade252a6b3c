"""Bars painted by hand: what stands in grey, what is added in the accent, with its figures.

Owns the painting of one chart; mirrors with the language (amounts, not time).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.app.theme import Theme

ROW_PX = 24
BAR_PX = 9
GAP_PX = 10
LONGEST_NAME_PX = 150
INKS = ("text", "secondary", "accent_text", "chart_base", "accent")
#: Texts of a bar that have a column each.
MEASURED = ("name", "text", "difference")


@dataclass(frozen=True)
class Bar:
    """One group: its name, the two parts of its bar, its figure and the difference."""

    name: str
    base: float
    added: float
    text: str
    difference: str = ""


class BarsChart(QWidget):
    """One bar per group on a common scale."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[Bar, ...] = ()
        #: Size of the text that was measured, and how wide the widest of each part is.
        self._measured: tuple[int, tuple[int, ...]] = (0, ())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def show_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show other bars; the accessible description says the same figures."""
        if bars == self._bars:
            return
        self._bars = bars
        self._measured = (0, ())
        self.setAccessibleDescription(
            "\n".join(f"{bar.name} {bar.text} {bar.difference}".rstrip() for bar in bars)
        )
        self.updateGeometry()
        self.update()

    def _on_theme(self) -> None:
        self.updateGeometry()  # the text may have another size
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, max(len(self._bars), 1) * self._row_px + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.sizeHint().height())

    @property
    def _row_px(self) -> int:
        return self._theme.px(ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars in sight: of many, few are."""
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(12))
        columns = self._columns()
        inks = {name: self._theme.color(name) for name in INKS}
        largest = max(bar.base + max(bar.added, 0.0) for bar in self._bars) or 1.0
        for index in self.rows_in(event.rect()):
            self._paint_row(painter, index, columns, inks, largest)
        painter.end()

    def rows_in(self, rect: QRect) -> range:
        """Return which bars lie in a part of the chart."""
        height = self._row_px
        first, last = max(rect.top(), 0) // height, max(rect.bottom(), 0) // height
        return range(min(first, len(self._bars)), min(last + 1, len(self._bars)))

    def _columns(self) -> _Columns:
        """Return where the parts of a bar stand; their texts are measured once."""
        font_px = self._theme.px(12)
        if self._measured[0] != font_px:
            advance = QFontMetrics(self._theme.font(12)).horizontalAdvance
            texts = ([getattr(bar, part) for bar in self._bars] for part in MEASURED)
            name_px, *rest_px = (max(map(advance, said)) for said in texts)
            self._measured = (font_px, (min(name_px, LONGEST_NAME_PX), *rest_px))
        return _Columns(self.width(), *self._measured[1])

    def _paint_row(
        self,
        painter: QPainter,
        index: int,
        columns: _Columns,
        inks: Mapping[str, QColor],
        largest: float,
    ) -> None:
        bar, height = self._bars[index], self._row_px
        top = index * height
        middle = Qt.AlignmentFlag.AlignVCenter
        near = Qt.AlignmentFlag.AlignLeading | middle
        far = Qt.AlignmentFlag.AlignTrailing | middle
        metrics = painter.fontMetrics()
        name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, columns.name_px)
        painter.setPen(inks["text"])
        self._text(painter, columns.name(top, height), near, name)
        painter.setPen(inks["secondary"])
        self._text(painter, columns.text(top, height), far, bar.text)
        if bar.difference:
            painter.setPen(inks["accent_text"])
            self._text(painter, columns.more(top, height), far, bar.difference)
        whole = columns.bar(top, height)
        base_px = whole.width() * bar.base / largest
        added_px = whole.width() * max(bar.added, 0.0) / largest
        start = QRectF(whole.left(), whole.top(), base_px, whole.height())
        rest = QRectF(whole.left() + base_px, whole.top(), added_px, whole.height())
        painter.fillRect(self._mirrored(start), inks["chart_base"])
        painter.fillRect(self._mirrored(rest), inks["accent"])

    def _text(
        self, painter: QPainter, rect: QRectF, alignment: Qt.AlignmentFlag, text: str
    ) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        sides = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        leading = bool(alignment & Qt.AlignmentFlag.AlignLeft)
        side = sides[int(leading is rtl)]
        flags = int((side | Qt.AlignmentFlag.AlignVCenter).value)
        painter.drawText(self._mirrored(rect), flags | int(Qt.TextFlag.TextSingleLine.value), text)

    def _mirrored(self, rect: QRectF) -> QRectF:
        if self.layoutDirection() != Qt.LayoutDirection.RightToLeft:
            return rect
        return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())


@dataclass(frozen=True)
class _Columns:
    """Where name, bar, figure and difference stand, left to right."""

    width: int
    name_px: int
    text_px: int
    more_px: int

    def name(self, top: int, height: int) -> QRectF:
        """Room of the name."""
        return QRectF(0, top, self.name_px, height)

    def bar(self, top: int, height: int) -> QRectF:
        """Room of the bar."""
        left = self.name_px + GAP_PX
        right = self.width - self.text_px - self.more_px - 2 * GAP_PX - 4
        return QRectF(left, top + (height - BAR_PX) / 2, max(right - left, 20), BAR_PX)

    def text(self, top: int, height: int) -> QRectF:
        """Room of the figure."""
        right = self.width - self.more_px - GAP_PX - 2
        return QRectF(right - self.text_px - 2, top, self.text_px + 2, height)

    def more(self, top: int, height: int) -> QRectF:
        """Room of the difference."""
        return QRectF(self.width - self.more_px - 2, top, self.more_px + 2, height)
