"""The steps from gross to net land, painted by hand: each bar begins where the one above left off.

Owns the painting of one chart; mirrors with the language. Each row tells what it means on hover and
to screen readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

if TYPE_CHECKING:
    from emadina_gis.app.models.land import ChartRow
    from emadina_gis.app.theme import Theme

MOST_ROW_PX, LEAST_ROW_PX = 28, 17
BAR_PX = 10
GAP_PX = 12
NAME_PX = 170
#: What a bar is painted with: land, what is taken from it, what nobody knows, what is left.
_INKS = {"gross": "chart_base", "undecided": "amber", "net": "accent"}
_TAKEN = "line_strong"


class LandChart(QWidget):
    """One bar per step on the scale of gross land."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[ChartRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    @property
    def rows(self) -> tuple[ChartRow, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: tuple[ChartRow, ...]) -> None:
        """Show other steps; the accessible description says the same figures."""
        self._rows = rows
        self.setAccessibleDescription(
            "\n".join(f"{row.name} {row.value} {row.share} {row.change}".strip() for row in rows)
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, max(len(self._rows), 1) * self._theme.px(MOST_ROW_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(300, max(len(self._rows), 1) * self._theme.px(LEAST_ROW_PX))

    @property
    def _row_px(self) -> int:
        """Rows share the height there is, within what reads well."""
        fitting = self.height() // max(len(self._rows), 1)
        least, most = self._theme.px(LEAST_ROW_PX), self._theme.px(MOST_ROW_PX)
        return min(max(fitting, least), most)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = event.pos().y() // self._row_px
            if 0 <= line < len(self._rows):
                QToolTip.showText(event.globalPos(), self._rows[line].tip, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain, bold = self._theme.font(12), self._theme.font(12, bold=True)
        widths = self._widths(QFontMetrics(bold))
        for line, row in enumerate(self._rows):
            painter.setFont(bold if row.key in {"gross", "net"} else plain)
            self._paint_row(painter, row, line * self._row_px, widths)
        painter.end()

    def _widths(self, metrics: QFontMetrics) -> tuple[int, int, int, int]:
        """Return the widths of name, value, share and change."""
        columns = (
            [row.name for row in self._rows],
            [row.value for row in self._rows],
            [row.share for row in self._rows],
            [row.change for row in self._rows],
        )
        name, value, share, change = (
            max(metrics.horizontalAdvance(text) for text in texts) + 2 for texts in columns
        )
        return min(name, self._theme.px(NAME_PX)), value, share, change

    def _paint_row(
        self, painter: QPainter, row: ChartRow, top: int, widths: tuple[int, int, int, int]
    ) -> None:
        theme, height = self._theme, self._row_px
        name_px, value_px, share_px, change_px = widths
        right = self.width() - 2
        change = QRectF(right - change_px, top, change_px, height)
        share = QRectF(change.left() - (GAP_PX if change_px > 2 else 0) - share_px, top, share_px,
                       height)  # fmt: skip
        value = QRectF(share.left() - GAP_PX - value_px, top, value_px, height)
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, name_px)
        painter.setPen(theme.color("text"))
        self._text(painter, QRectF(0, top, name_px, height), name, leading=True)
        self._text(painter, value, row.value)
        painter.setPen(theme.color("secondary"))
        self._text(painter, share, row.share)
        painter.setPen(theme.color("accent_text"))
        self._text(painter, change, row.change)
        room = QRectF(name_px + GAP_PX, top, value.left() - name_px - 2 * GAP_PX, height)
        self._paint_bar(painter, row, room)

    def _paint_bar(self, painter: QPainter, row: ChartRow, room: QRectF) -> None:
        theme = self._theme
        top = room.top() + (room.height() - BAR_PX) / 2
        width = max(room.width(), 20.0)
        left, length = room.left() + width * row.start, width * (row.end - row.start)
        if row.key != "gross":
            painter.setPen(QPen(theme.color("line"), 1))
            edge = room.left() + width * row.end
            half = room.height() / 2
            line = self._mirrored(
                QRectF(edge, room.top() - half + BAR_PX / 2, 0, 2 * half - BAR_PX)
            )
            painter.drawLine(line.topLeft(), line.bottomLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRect(self._mirrored(QRectF(room.left(), top, width, BAR_PX)))
        painter.setBrush(theme.color(_INKS.get(row.key, _TAKEN)))
        shown = max(length, 1.0) if row.end > row.start else 0.0
        painter.drawRect(self._mirrored(QRectF(left, top, shown, BAR_PX)))

    def _text(self, painter: QPainter, rect: QRectF, text: str, *, leading: bool = False) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        right = leading is rtl
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        one_line = int(Qt.TextFlag.TextSingleLine.value)
        painter.drawText(self._mirrored(rect), int(flags.value) | one_line, text)

    def _mirrored(self, rect: QRectF) -> QRectF:
        if self.layoutDirection() != Qt.LayoutDirection.RightToLeft:
            return rect
        return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())
