"""Labels painted: halo, circle, leader, text; straight or bent; and as pictures for the screen.

Owns how a placed label looks; knows not why it stands where it does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPaintEngine, QPainter, QPainterPath, QPen

from emadina_gis.render.drawn_texts import note
from emadina_gis.render.labels.bending import bent
from emadina_gis.render.labels.lettering import Lettering, is_joined, text_outline
from emadina_gis.render.labels.spots import leader_ends
from emadina_gis.render.labels.typeset import Block, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.labels.placed import PlacedLabel, Placement

CIRCLE_MM = 0.12
_LEADER_MM = 0.15
_MARGIN_PX = 2.0
_NOTHING = QRectF(0.0, 0.0, 0.001, 0.001)
#: Unseen words are turned by whole steps: readers part words that are turned a little.
_UNSEEN_DEG = 15


def draw_labels(
    painter: QPainter, labels: Iterable[PlacedLabel], viewport: Viewport, lettering: Lettering
) -> None:
    """Draw placed labels in a view (the one they were placed for, or a moved one)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for label in labels:
        x, y = viewport.to_screen(label.x, label.y)
        painter.save()
        painter.translate(x, y)
        _draw(painter, label, lettering, _curve_about(label, viewport))
        painter.restore()


def _curve_about(label: PlacedLabel, viewport: Viewport) -> NDArray[np.float64] | None:
    """Return the middle line of a bent text in pixels from the label's place."""
    if not label.curve:
        return None
    at = np.array(viewport.to_screen(label.x, label.y))
    return np.asarray(viewport.points_to_screen(np.array(label.curve)) - at)


def block_of(label: PlacedLabel, lettering: Lettering) -> Block:
    """Return the lines of a placed label, set as they were when it was placed."""
    style = label.style
    wrap_px = 0.0 if style.along_line else lettering.px(style.wrap_mm)
    return typeset(label.lines, lettering.look(style), wrap_px, circled=style.circled)


def _draw(
    painter: QPainter,
    label: PlacedLabel,
    lettering: Lettering,
    curve: NDArray[np.float64] | None,
) -> None:
    """Draw a label about its place, where the painter's origin is."""
    if label.leads_to is not None:
        _draw_leader(painter, label, lettering)
    painter.translate(label.dx_px, label.dy_px)
    if curve is None:
        painter.rotate(-float(np.degrees(label.angle)))
        _draw_straight(painter, label, lettering)
    else:
        _draw_bent(painter, label, lettering, curve)


def _draw_leader(painter: QPainter, label: PlacedLabel, lettering: Lettering) -> None:
    (x0, y0), (x1, y1) = leader_ends(label)
    if label.style.halo:
        painter.setPen(QPen(QColor(label.style.halo), lettering.px(4 * _LEADER_MM)))
        painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))
    painter.setPen(QPen(QColor(label.style.color), lettering.px(_LEADER_MM)))
    painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))


@dataclass(frozen=True)
class _Words:
    """A part of a line with the left end of its baseline from the middle of the block."""

    text: str
    is_rtl: bool
    font: QFont
    at: QPointF


def _words(label: PlacedLabel, lettering: Lettering) -> Iterator[_Words]:
    look = lettering.look(label.style)
    for line, left, baseline in block_of(label, lettering).baselines():
        for run in line.runs:
            font = look.font(joined=is_joined(run.text))
            yield _Words(run.text, run.is_rtl, font, QPointF(left + run.x, baseline))


def _draw_straight(painter: QPainter, label: PlacedLabel, lettering: Lettering) -> None:
    if label.style.circled:
        _draw_circle(painter, label, lettering)
    words = list(_words(label, lettering))
    spaced = label.style.letter_spacing > 0 and _is_paper(painter)
    path = _outline(words) if label.style.halo or spaced else QPainterPath()
    if label.style.halo:
        _draw_halo(painter, label, lettering, path)
    if spaced:
        painter.fillPath(path, QColor(label.style.color))
        _write_unseen(painter, label, lettering)
    else:
        painter.setPen(QColor(label.style.color))
        _write(painter, words)


def _is_paper(painter: QPainter) -> bool:
    return painter.paintEngine().type() == QPaintEngine.Type.Pdf


def _write_unseen(painter: QPainter, label: PlacedLabel, lettering: Lettering) -> None:
    """Write the words of a label that was drawn as outlines, so that they are found in a file.

    They are clipped to nothing: transparent words lose letters where a file is rewritten.
    """
    painter.save()
    painter.setClipRect(_NOTHING, Qt.ClipOperation.IntersectClip)
    painter.setPen(QColor(label.style.color))
    level = replace(label, style=replace(label.style, letter_spacing=0.0))
    _write(painter, _words(level, lettering))
    painter.restore()


def _write(painter: QPainter, words: Iterable[_Words]) -> None:
    for part in words:
        note(part.text)
        way = Qt.LayoutDirection.RightToLeft if part.is_rtl else Qt.LayoutDirection.LeftToRight
        painter.setLayoutDirection(way)
        painter.setFont(part.font)
        painter.drawText(part.at, part.text)


def _outline(words: Iterable[_Words]) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for part in words:
        path.addPath(text_outline(part.font, part.at, part.text))
    return path


def _draw_halo(
    painter: QPainter, label: PlacedLabel, lettering: Lettering, path: QPainterPath
) -> None:
    width = lettering.px(label.style.halo_mm)
    pen = QPen(QColor(label.style.halo or ""), width, j=Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)


def _draw_bent(
    painter: QPainter, label: PlacedLabel, lettering: Lettering, curve: NDArray[np.float64]
) -> None:
    """Draw a text along a curve: its outlines bent, so that joined letters stay joined.

    On paper the words are written once more, unseen, so that they are found.
    """
    words = list(_words(label, lettering))
    path = bent(_outline(words), curve)
    if label.style.halo:
        _draw_halo(painter, label, lettering, path)
    painter.fillPath(path, QColor(label.style.color))
    if _is_paper(painter):
        painter.rotate(-round(float(np.degrees(label.angle)) / _UNSEEN_DEG) * _UNSEEN_DEG)
        _write_unseen(painter, label, lettering)


def _draw_circle(painter: QPainter, label: PlacedLabel, lettering: Lettering) -> None:
    painter.setPen(QPen(QColor(label.style.color), lettering.px(CIRCLE_MM)))
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(QPointF(), label.width_px / 2, label.height_px / 2)


@dataclass(frozen=True, eq=False)
class LabelSprite:
    """A label drawn once, to be shown wherever the view moves it.

    Attributes
    ----------
    rect : QRectF
        Where the picture lies about the label's place, in pixels.
    """

    x: float
    y: float
    rect: QRectF
    image: QImage


def sprites(
    placement: Placement, lettering: Lettering, viewport: Viewport
) -> tuple[LabelSprite, ...]:
    """Return pictures of labels; they keep their size while the map is zoomed."""
    return tuple(sprite(label, lettering, viewport) for label in placement.labels)


def sprite(label: PlacedLabel, lettering: Lettering, viewport: Viewport) -> LabelSprite:
    """Return the picture of a label at the scale of a view."""
    curve = _curve_about(label, viewport)
    rect = _rect_of(label, lettering, curve)
    size = rect.size().toSize()
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-rect.topLeft())
    _draw(painter, label, lettering, curve)
    painter.end()
    return LabelSprite(label.x, label.y, rect, image)


def _rect_of(label: PlacedLabel, lettering: Lettering, curve: NDArray[np.float64] | None) -> QRectF:
    """Return what a label covers about its place, in whole pixels."""
    width, height = label.width_px, label.height_px
    if curve is None:
        cos, sin = abs(np.cos(label.angle)), abs(np.sin(label.angle))
        half = np.array([width * cos + height * sin, width * sin + height * cos]) / 2
        points = np.vstack([-half, half]) + np.array([label.dx_px, label.dy_px])
    else:
        points = np.vstack([curve - height, curve + height])
    if label.leads_to is not None:
        points = np.vstack([points, [0.0, 0.0]])
    margin = lettering.px(label.style.halo_mm) + _MARGIN_PX
    low = np.floor(points.min(axis=0) - margin)
    high = np.ceil(points.max(axis=0) + margin)
    return QRectF(*low.tolist(), *(high - low).tolist())


def redrawn(label: PlacedLabel) -> PlacedLabel:
    """Return what decides the picture of a label: not where it lies, nor which rows it names."""
    return replace(label, layer_id="", row=0, rows=(), x=0.0, y=0.0)
