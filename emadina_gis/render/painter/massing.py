"""Volumes drawn by QPainter: for machines without OpenGL and for print. Small scenes.

Knows no OpenGL, no session and no widgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from emadina_gis.render.massing.faces import Face, PaintedFaces
from emadina_gis.render.massing.mesh import line_tones
from emadina_gis.render.massing.prisms import Tone

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.scene import MassingScene

    Floats = NDArray[np.float64]
    Palette = NDArray[np.float32]

#: Bodies drawn in one step.
STEP_BODIES = 60
_GROUND = (("roads", Tone.ROAD), ("parcels", Tone.PARCEL), ("selected", Tone.SELECTED))


def paint_massing(
    painter: QPainter, rect: QRectF, scene: MassingScene, camera: Camera, palette: Palette
) -> int:
    """Draw a scene into a rectangle; return how many bodies were too many to draw.

    Parameters
    ----------
    painter : QPainter
    rect : QRectF
        As wide and high as the camera's picture, anywhere.
    scene : MassingScene
    camera : Camera
    palette : ndarray of float32, shape (k, 4)
        Colours by `Tone`, not premultiplied, in [0, 1].
    """
    faces = PaintedFaces(scene, camera)
    for _ in paint_steps(painter, rect, (scene, camera), palette, faces):
        continue
    return faces.left_out


def paint_steps(
    painter: QPainter,
    rect: QRectF,
    view: tuple[MassingScene, Camera],
    palette: Palette,
    faces: PaintedFaces,
) -> Generator[None]:
    """Draw a scene into a rectangle in short steps; see `paint_massing`."""
    painter.save()
    try:
        yield from _painted(painter, rect, view, palette, faces)
    finally:
        painter.restore()  # a picture that is given up leaves the painter as it was


def _painted(
    painter: QPainter,
    rect: QRectF,
    view: tuple[MassingScene, Camera],
    palette: Palette,
    faces: PaintedFaces,
) -> Iterator[None]:
    scene, camera = view
    painter.setClipRect(rect)
    painter.translate(rect.topLeft())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, rect.width(), rect.height()), _color(palette[Tone.GROUND], 1.0))
    for name, tone in _GROUND:
        chunk = scene.plan.get(name)
        if chunk is not None and len(chunk.xy):
            _paint_ground(painter, (chunk, scene.origin), camera, (palette, tone))
            yield
    for number, body in enumerate(faces):
        for face in body:
            _paint_face(painter, face, palette)
        if number % STEP_BODIES == 0:
            yield


def _color(rgba: Floats | NDArray[np.float32], shade: float) -> QColor:
    red, green, blue = (min(max(float(value) * shade, 0.0), 1.0) for value in rgba[:3])
    return QColor.fromRgbF(red, green, blue, float(rgba[3]))


def _paint_ground(
    painter: QPainter,
    ground: tuple[GeometryChunk, Floats],
    camera: Camera,
    ink: tuple[Palette, Tone],
) -> None:
    (chunk, origin), (palette, tone) = ground, ink
    local = chunk.xy - origin
    seen = camera.project(np.column_stack([local, np.zeros(len(local))]))[:, :2]
    cuts = chunk.coord_offsets
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        ring = seen[first:last]
        if np.isfinite(ring).all():
            path.addPolygon(_polygon(ring))
    line = Tone.PARCEL_LINE if tone is Tone.PARCEL else None
    pen = Qt.PenStyle.NoPen if line is None else QPen(_color(palette[line], 1.0), 0.7)
    painter.setPen(pen)
    painter.setBrush(_color(palette[tone], 1.0))
    painter.drawPath(path)


def _paint_face(painter: QPainter, face: Face, palette: Palette) -> None:
    if not all(np.isfinite(ring).all() for ring in face.rings):
        return
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in face.rings:
        path.addPolygon(_polygon(ring))
        path.closeSubpath()
    edge = int(line_tones(np.array([face.tone], dtype=np.uint8))[0])
    painter.setPen(QPen(_color(palette[edge], 1.0), 0.8))
    painter.setBrush(_color(palette[face.tone], face.shade))
    painter.drawPath(path)


def _polygon(ring: Floats) -> QPolygonF:
    points: Sequence[QPointF] = [QPointF(x, y) for x, y in ring.tolist()]
    return QPolygonF(points)
