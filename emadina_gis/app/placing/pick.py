"""Pointing at control points on a canvas: a click picks, a drag pans; marks with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from emadina_gis.app.canvas.gestures import CLICK_SLOP_PX, Gesture, MapView, Pan

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent

    from emadina_gis.app.canvas.colors import CanvasColors

Place = tuple[float, float]
#: A click takes a vertex this near to it.
SNAP_PX = 9.0
_ARM_PX = 9.0
_BADGE_PX = 8.5
_GAP_PX = 12.0
_AMBER = "#b45309"


@dataclass(frozen=True)
class Mark:
    """A control point on a canvas.

    Attributes
    ----------
    lands_at : tuple of (float, float) or None
        Where the transform brings the other end of the pair: a line leads there.
    """

    number: int
    place: Place
    used: bool = True
    is_whole: bool = True
    lands_at: Place | None = None


class PickPoint(Gesture):
    """Points at places; a vertex near the cursor is taken exactly."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self, picked: Callable[[Place], None], snap: Callable[[float, float, float], Place | None]
    ) -> None:
        self._picked = picked
        self._snap = snap
        self._pressed: QPointF | None = None
        self._pan = Pan()
        self._hover: Place | None = None
        self.marks: tuple[Mark, ...] = ()

    def press(self, view: MapView, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._pressed = event.position()
        return True

    def move(self, view: MapView, event: QMouseEvent) -> bool:
        if self._pressed is None:
            self._hover = self._near(view, event.position())
            view.refresh()
            return True
        if self._pan.is_dragging:
            return self._pan.move(view, event)
        moved = event.position() - self._pressed
        if moved.manhattanLength() > CLICK_SLOP_PX:
            self._pan.press(view, event)
            view.pan_by(moved.x(), moved.y())
        return True

    def release(self, view: MapView, event: QMouseEvent) -> bool:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return False
        if self._pan.is_dragging:
            return self._pan.release(view, event)
        at = event.position()
        self._picked(self._near(view, at) or view.viewport.to_map(at.x(), at.y()))
        return True

    def cancel(self, view: MapView) -> None:
        self._pressed = self._hover = None
        self._pan.cancel(view)
        view.refresh()

    def _near(self, view: MapView, at: QPointF) -> Place | None:
        x, y = view.viewport.to_map(at.x(), at.y())
        return self._snap(x, y, SNAP_PX * view.viewport.units_per_px)

    def paint(self, view: MapView, painter: QPainter) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self.marks:
            at = QPointF(*view.viewport.to_screen(*mark.place))
            if mark.lands_at is not None:
                end = QPointF(*view.viewport.to_screen(*mark.lands_at))
                painter.setPen(QPen(QColor(_AMBER), 2.0))
                painter.drawLine(at, end)
            _draw_mark(painter, at, mark, view.colors)
        if self._hover is not None:
            at = QPointF(*view.viewport.to_screen(*self._hover))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((view.colors.casing, 3.5), (view.colors.accent, 1.6)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawRect(QRectF(at.x() - 5, at.y() - 5, 10, 10))
        painter.restore()


def _draw_mark(painter: QPainter, at: QPointF, mark: Mark, colors: CanvasColors) -> None:
    """Draw a cross and, beside it, the number; amber waits for its other end."""
    ink = QColor(colors.accent if mark.is_whole else _AMBER)
    if not mark.used:
        ink = QColor("#8a857c")
    for color, width in ((QColor(colors.casing), 4.5), (ink, 2.0)):
        painter.setPen(QPen(color, width, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(at.x() - _ARM_PX, at.y()), QPointF(at.x() + _ARM_PX, at.y()))
        painter.drawLine(QPointF(at.x(), at.y() - _ARM_PX), QPointF(at.x(), at.y() + _ARM_PX))
    badge = at + QPointF(_GAP_PX, -_GAP_PX)
    painter.setPen(QPen(QColor(colors.casing), 1.5))
    painter.setBrush(ink)
    painter.drawEllipse(badge, _BADGE_PX, _BADGE_PX)
    painter.setPen(QColor("#ffffff"))
    font = QFont(painter.font())
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)
    box = QRectF(badge.x() - _BADGE_PX, badge.y() - _BADGE_PX, 2 * _BADGE_PX, 2 * _BADGE_PX)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(mark.number))
