"""``SwipeHandle``: the line between two maps that lie one over the other, dragged or moved by keys.

Its value is the share of the width that the leading map has, in thousandths; it mirrors with the
layout. Knows no maps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractSlider, QWidget

from emadina_gis.app.canvas.colors import LIGHT, THEMES

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

WIDTH_PX = 36
WHOLE = 1000
STEP = 20
PAGE = 100
_KNOB_PX = 15.0
_ARROW_PX = 4.5


class SwipeHandle(QAbstractSlider):
    """A line with a knob; place it with `place`, listen to ``valueChanged``."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colors = LIGHT
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, WHOLE)
        self.setSingleStep(STEP)
        self.setPageStep(PAGE)
        self.setValue(WHOLE // 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.valueChanged.connect(lambda _value: self.follow())

    @property
    def is_mirrored(self) -> bool:
        """Whether the leading side is the right one."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def set_theme(self, theme: str) -> None:
        """Use the colours of the light or the dark window."""
        self._colors = THEMES[theme]
        self.update()

    def place(self, area: QRectF) -> None:
        """Stand over a part of the parent."""
        self._area = area
        self.follow()

    def follow(self) -> None:
        """Stand where the value is."""
        area = self._area
        middle = area.left() + self.offset_px
        self.setGeometry(
            round(middle - WIDTH_PX / 2), round(area.top()), WIDTH_PX, round(area.height())
        )

    @property
    def offset_px(self) -> int:
        """Pixels from the left of the area to the line."""
        share = self.value() / WHOLE
        return round(self._area.width() * (1 - share if self.is_mirrored else share))

    _area = QRectF(0, 0, 1, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.isSliderDown():
            return
        x = self.mapToParent(event.position()).x() - self._area.left()
        share = x / max(self._area.width(), 1.0)
        self.setValue(round(WHOLE * (1 - share if self.is_mirrored else share)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, height = WIDTH_PX / 2, float(self.height())
        for color, width in ((self._colors.casing, 4.0), (self._colors.accent, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawLine(QPointF(middle, 0), QPointF(middle, height))
        knob = QPointF(middle, height / 2)
        ring = 3.0 if self.hasFocus() else 1.5
        painter.setPen(QPen(QColor(self._colors.accent), ring))
        painter.setBrush(QColor(self._colors.casing))
        painter.drawEllipse(knob, _KNOB_PX, _KNOB_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colors.accent))
        for side in (-1, 1):
            painter.drawPolygon(_arrow(knob, side))
        painter.end()


def _arrow(knob: QPointF, side: int) -> QPolygonF:
    tip = QPointF(knob.x() + side * 2.2 * _ARROW_PX, knob.y())
    foot = knob.x() + side * 0.9 * _ARROW_PX
    return QPolygonF(
        [tip, QPointF(foot, knob.y() - _ARROW_PX), QPointF(foot, knob.y() + _ARROW_PX)]
    )
