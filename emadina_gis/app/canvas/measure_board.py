"""``MeasureBoard``: what is being measured and what was kept, shared by the tool and the panel.

Measurements that are kept stay on the map until they are cleared, in whatever system it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen, QPolygonF

from emadina_gis.app.canvas.speech_bubble import draw_bubble
from emadina_gis.app.models.measures import GON, short_text
from emadina_gis.domain.crs import transform_points
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from emadina_gis.app.canvas.gestures import MapView
    from emadina_gis.domain.measuring import Measurement

DOT_PX = 3.0
LINE_PX, CASING_PX = 2.0, 4.5
_TINT = 24


class MeasureBoard(QObject):
    """Measurements, and how they are said.

    Signals
    -------
    changed()
        Something else is measured, kept or said in another way.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: Measurement | None = None
        self.kept: tuple[Measurement, ...] = ()
        self.area_unit = "m2"
        self.angle_unit = GON
        self.snaps = True

    def run(self, measurement: Measurement | None) -> None:
        """Show what is being measured."""
        self.running = measurement
        self.changed.emit()

    def keep(self, measurement: Measurement) -> None:
        """Keep what was measured; a single point is no measurement."""
        self.running = None
        if len(measurement.points) > 1:
            self.kept = (*self.kept, measurement)
        self.changed.emit()

    def remove(self, measurement: Measurement) -> None:
        """Keep one measurement no longer."""
        self.kept = tuple(other for other in self.kept if other is not measurement)
        self.changed.emit()

    def clear(self) -> None:
        """Keep nothing."""
        self.kept = ()
        self.changed.emit()

    def say(
        self,
        *,
        area_unit: str | None = None,
        angle_unit: str | None = None,
        snaps: bool | None = None,
    ) -> None:
        """Say measurements in other units, or snap or not."""
        self.area_unit = self.area_unit if area_unit is None else area_unit
        self.angle_unit = self.angle_unit if angle_unit is None else angle_unit
        self.snaps = self.snaps if snaps is None else snaps
        self.changed.emit()

    def paint(self, view: MapView, painter: QPainter) -> None:
        """Draw what is kept, each with its length or area."""
        for measurement in self.kept:
            points = on_screen(measurement, view)
            if points is None:
                continue
            draw_shape(painter, view, points, is_area=measurement.is_area)
            if view.viewport.extent.contains(*view.viewport.to_map(points[-1].x(), points[-1].y())):
                text = short_text(measurement, self.area_unit, view.words)
                draw_bubble(painter, points[-1], text, view.colors, view.viewport)


def on_screen(measurement: Measurement, view: MapView) -> list[QPointF] | None:
    """Return the points of a measurement in a view; None where they have no place in it."""
    xy = measurement.points
    if measurement.crs != view.map_crs:
        try:
            xy = transform_points(xy, measurement.crs, view.map_crs)
        except CrsError:
            return None
    screen = view.viewport.points_to_screen(xy)
    if not len(screen) or not np.isfinite(screen).all() or (np.abs(screen) > 1e6).any():
        return None
    return [QPointF(x, y) for x, y in screen.tolist()]


def draw_shape(
    painter: QPainter, view: MapView, points: list[QPointF], *, is_area: bool
) -> None:  # fmt: skip
    """Draw a line or a polygon with its points, in the accent on a casing."""
    accent = QColor(view.colors.accent)
    for color, width in ((QColor(view.colors.casing), CASING_PX), (accent, LINE_PX)):
        painter.setPen(QPen(color, width, j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_area:
            painter.drawPolygon(QPolygonF(points))
        else:
            painter.drawPolyline(QPolygonF(points))
    if is_area:
        tint = QColor(accent)
        tint.setAlpha(_TINT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawPolygon(QPolygonF(points))
    painter.setPen(QPen(accent, LINE_PX))
    painter.setBrush(QColor(view.colors.casing))
    for point in points:
        painter.drawEllipse(point, DOT_PX, DOT_PX)
