"""What lies over a picture of volumes: heights, north, a length, and somebody to compare with.

Drawn by QPainter on screens and on paper, in one language. Knows no session and no widgets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from emadina_gis.domain.viewport import round_length
from emadina_gis.render.drawn_texts import note
from emadina_gis.render.labels import FAMILIES
from emadina_gis.render.occupancy import Occupancy

if TYPE_CHECKING:
    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.words import Words

PERSON_M = 1.75
#: A person drawn smaller than this is left out.
LEAST_PERSON_PX = 9.0
GAP_PX = 14.0
NORTH_PX = 17.0
LONGEST_BAR_PX = 110.0
#: Heights stand this far beside a volume, and are not written when it is seen from above.
LEADER_PX = 26.0
FLATTEST_HEIGHTS_DEG = 75.0


@dataclass(frozen=True)
class MarkInk:
    """Colours of the marks, and the height of their texts in units of the painter."""

    text: str = "#1c1a18"
    paper: str = "#ffffff"
    line: str = "#cfcac3"
    accent: str = "#0f6b64"
    person: str = "#a84a0a"
    text_px: float = 12.0


def paint_marks(
    painter: QPainter,
    rect: QRectF,
    scene: MassingScene,
    camera: Camera,
    how: tuple[Words, MarkInk],
) -> None:
    """Draw heights, north, a length and a person over a picture that fills a rectangle.

    Parameters
    ----------
    painter : QPainter
    rect : QRectF
        As wide and high as the camera's picture, at the painter's origin.
    scene : MassingScene
    camera : Camera
    how : tuple of (Words, MarkInk)
        Language and colours.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _Marks(*how).paint(painter, rect, scene, camera)
    painter.restore()


class _Marks:
    def __init__(self, words: Words, ink: MarkInk) -> None:
        self._words = words
        self._ink = ink
        self._scale = ink.text_px / 12.0

    def paint(self, painter: QPainter, rect: QRectF, scene: MassingScene, camera: Camera) -> None:
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPixelSize(max(1, round(self._ink.text_px)))
        font.setFeature(QFont.Tag("tnum"), 1)
        painter.setFont(font)
        gap, north = GAP_PX * self._scale, NORTH_PX * self._scale
        bottom = rect.bottom() - gap
        self._paint_bar(painter, QPointF(rect.left() + gap, bottom), camera)
        at = QPointF(rect.left() + gap + 1.9 * north, bottom - 3.4 * north)
        self._paint_north(painter, at, camera)
        self._paint_person(painter, scene, camera)
        self._paint_heights(painter, rect, scene, camera)

    def _paint_heights(
        self, painter: QPainter, rect: QRectF, scene: MassingScene, camera: Camera
    ) -> None:
        """Write the heights of levels beside them, the highest first; none covers another."""
        if not scene.marks or camera.elevation_deg > FLATTEST_HEIGHTS_DEG:
            return
        metrics = QFontMetricsF(painter.font())
        taken = Occupancy(rect.width(), rect.height())
        seen = [(mark.height_m, camera.project(mark.corners)[:, :2]) for mark in scene.marks]
        seen = [pair for pair in seen if np.isfinite(pair[1]).all()]
        right = max((corners[:, 0].max() for _, corners in seen), default=0.0)
        left = min((corners[:, 0].min() for _, corners in seen), default=0.0)
        leader = LEADER_PX * self._scale
        for height_m, corners in sorted(seen, key=lambda pair: -pair[0]):
            text = self._words.quantity(height_m, "m", 2)
            size = metrics.horizontalAdvance(text) + 10, metrics.height()
            on_right = right + leader + size[0] < rect.width() - GAP_PX
            edge = corners[np.argmax(corners[:, 0] if on_right else -corners[:, 0])]
            at = right + leader if on_right else left - leader - size[0]
            box = QRectF(at, edge[1] - size[1] / 2, *size)
            if taken.take(box.center().x(), box.center().y(), *size):
                self._label(painter, QPointF(*edge), box, text)

    def _label(self, painter: QPainter, at: QPointF, box: QRectF, text: str) -> None:
        near = box.left() if box.left() > at.x() else box.right()
        painter.setPen(QPen(QColor(self._ink.accent), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(at, QPointF(near, at.y()))
        ground = QColor(self._ink.paper)
        ground.setAlphaF(0.9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self._ink.accent))
        note(text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # --- lengths ------------------------------------------------------------------------------

    def _paint_bar(self, painter: QPainter, at: QPointF, camera: Camera) -> None:
        """Draw a round length, true where the view looks at."""
        length_m = round_length(LONGEST_BAR_PX * self._scale * camera.metres_per_px)
        width = length_m / camera.metres_per_px
        painter.setPen(QPen(QColor(self._ink.text), 1.6))
        painter.drawPolyline(QPolygonF([
            at + QPointF(0, -5), at, at + QPointF(width, 0), at + QPointF(width, -5),
        ]))  # fmt: skip
        unit, value = ("km", length_m / 1000) if length_m >= 1000 else ("m", length_m)
        text = self._words.quantity(value, unit, 0 if float(value).is_integer() else 1)
        note(text)
        painter.drawText(at + QPointF(6, -6), text)

    def _paint_north(self, painter: QPainter, at: QPointF, camera: Camera) -> None:
        """Draw a needle that lies on the ground as it is seen."""
        size = NORTH_PX * self._scale
        flat = max(abs(math.sin(math.radians(camera.elevation_deg))), 0.3)
        turn = math.radians(camera.azimuth_deg)
        along = QPointF(-math.sin(turn), -math.cos(turn) * flat) * size
        aside = QPointF(math.cos(turn), -math.sin(turn) * flat) * size * 0.32
        ground = QColor(self._ink.paper)
        ground.setAlphaF(0.85)
        painter.setPen(QPen(QColor(self._ink.line), 1.0))
        painter.setBrush(ground)
        painter.drawEllipse(at, size * 1.35, size * 1.35 * max(flat, 0.45))
        painter.setPen(QPen(QColor(self._ink.text), 1.0))
        for side, color in ((aside, self._ink.text), (-aside, self._ink.paper)):
            painter.setBrush(QColor(color))
            painter.drawPolygon(QPolygonF([at + along, at + side, at - along * 0.55]))
        metrics = QFontMetricsF(painter.font())
        name = self._words.text("massing.north")
        place = at + along * 1.55
        half = metrics.horizontalAdvance(name) / 2
        painter.setPen(QColor(self._ink.text))
        note(name)
        painter.drawText(place + QPointF(-half, metrics.ascent() / 2 - 1), name)

    # --- somebody -----------------------------------------------------------------------------

    def _paint_person(self, painter: QPainter, scene: MassingScene, camera: Camera) -> None:
        """Draw a person of 1.75 m beside the parcel, where they would be tall enough to be seen."""
        foot = _standing_place(scene)
        ends = camera.project(np.array([[*foot, 0.0], [*foot, PERSON_M]]))
        tall = float(ends[0, 1] - ends[1, 1])
        if not np.isfinite(ends).all() or tall < LEAST_PERSON_PX:
            return
        x, y = float(ends[0, 0]), float(ends[0, 1])
        path = QPainterPath()
        path.addEllipse(QPointF(x, y - 0.91 * tall), 0.085 * tall, 0.085 * tall)
        path.addRoundedRect(
            QRectF(x - 0.13 * tall, y - 0.8 * tall, 0.26 * tall, 0.42 * tall),
            0.09 * tall,
            0.09 * tall,
        )
        for side in (-1, 1):
            path.addRect(QRectF(x + side * 0.055 * tall - 0.045 * tall, y - 0.4 * tall,
                                0.09 * tall, 0.4 * tall))  # fmt: skip
        painter.setPen(QPen(QColor(self._ink.paper), 1.0))
        painter.setBrush(QColor(self._ink.person))
        painter.drawPath(path.simplified())


def _standing_place(scene: MassingScene) -> tuple[float, float]:
    """Return where somebody stands: on the street before the parcel, else south-east of it."""
    subject = scene.subject
    if subject.street_m is not None and subject.inwards_deg is not None:
        inwards = math.radians(subject.inwards_deg)
        away = np.asarray(subject.street_m) - 1.5 * np.array([math.sin(inwards), math.cos(inwards)])
        return float(away[0]), float(away[1])
    east, north = subject.extent_m
    return subject.middle[0] + east / 2 + 2.0, subject.middle[1] - north / 2 - 2.0
