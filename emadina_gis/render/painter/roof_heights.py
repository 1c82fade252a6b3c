"""Heights written on the roofs of several volumes: the highest of each parcel, none over another.

Drawn by QPainter on paper, in one language. Knows no session and no widgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from emadina_gis.render.drawn_texts import note
from emadina_gis.render.labels import FAMILIES
from emadina_gis.render.occupancy import Occupancy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.render.painter.massing_marks import MarkInk
    from emadina_gis.words import Words

    Floats = NDArray[np.float64]

#: Round a text, and the part of its ground that covers the roof.
PADDING_PX = 2.5
COVER = 0.82


def paint_roof_heights(
    painter: QPainter,
    rect: QRectF,
    scene: MassingScene,
    camera: Camera,
    how: tuple[Words, MarkInk],
) -> int:
    """Write heights on the roofs of what may be built; return how many found a place.

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
    words, ink = how
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(max(1, round(ink.text_px)))
    font.setFeature(QFont.Tag("tnum"), 1)
    metrics = QFontMetricsF(font)
    taken = Occupancy(rect.width(), rect.height())
    painter.save()
    painter.setFont(font)
    written = 0
    for height_m, roof in sorted(_roofs(scene), key=lambda pair: -pair[0]):
        x, y = camera.project(roof)[0, :2].tolist()
        text = words.quantity(height_m, "m", 2)
        size = metrics.horizontalAdvance(text) + 2 * PADDING_PX, metrics.height()
        if not np.isfinite([x, y]).all() or not taken.take(x, y, *size):
            continue
        written += 1
        _write(painter, QRectF(x - size[0] / 2, y - size[1] / 2, *size), text, ink)
    painter.restore()
    return written


def _roofs(scene: MassingScene) -> Iterator[tuple[float, Floats]]:
    """Yield the height of the highest roof of each parcel, and a point in its middle."""
    prisms = scene.allowed_prisms
    starts = prisms.footprint.feature_coord_offsets
    order = np.lexsort((prisms.top_m, prisms.owner))
    owners = prisms.owner[order]
    last = np.append(owners[1:] != owners[:-1], True) if len(order) else np.zeros(0, dtype=bool)
    for index in order[last].tolist():
        corners = prisms.footprint.xy[starts[index] : starts[index + 1]] - scene.origin
        middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
        top = float(prisms.top_m[index])
        yield top, np.array([[*middle, top]])


def _write(painter: QPainter, box: QRectF, text: str, ink: MarkInk) -> None:
    note(text)
    ground = QColor(ink.paper)
    ground.setAlphaF(COVER)
    painter.fillRect(box, ground)
    painter.setPen(QColor(ink.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
