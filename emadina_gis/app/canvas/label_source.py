"""Labels of the canvas: placed in a thread for the view that rests, shown wherever it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF

from emadina_gis.app.canvas.frames import in_device_px
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.render.labels import (
    SMALLEST_SCREEN_PX,
    LabelSprite,
    Lettering,
    place_labels,
    sprites,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from emadina_gis.app.canvas.frames import FrameRequest
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.progress import Context

#: Labels of a view magnified or reduced by more would be crowded, or far from what they name.
MOST_MAGNIFIED = 2.5


@dataclass(frozen=True, eq=False)
class LabelSet:
    """Pictures of the labels of a view."""

    request: FrameRequest
    sprites: tuple[LabelSprite, ...] = ()
    unplaced: tuple[tuple[str, int], ...] = ()


class LabelSource(PainterSource):
    """Places labels; `frame_made` carries a `LabelSet`."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        self._language = language
        super().__init__(parent, self._placed)

    def set_language(self, language: str) -> None:
        """Write numbers, and set labels beside points, the way of a language."""
        self._language = language

    def _placed(self, wanted: FrameRequest, ctx: Context) -> LabelSet:
        smallest = SMALLEST_SCREEN_PX * wanted.ratio
        lettering = Lettering(wanted.mm_per_px, self._language, smallest)
        placement = place_labels(wanted.scene, wanted.viewport, lettering, ctx)
        return LabelSet(wanted, sprites(placement, lettering), placement.unplaced)


def paint_labels(painter: QPainter, labels: LabelSet, viewport: Viewport) -> None:
    """Draw label pictures in a view (logical pixels); they are left out when zoomed far away."""
    made = labels.request
    ratio = made.ratio
    device = in_device_px(viewport, ratio)
    magnified = made.viewport.units_per_px / device.units_per_px
    if not 1 / MOST_MAGNIFIED < magnified < MOST_MAGNIFIED:
        return
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    for sprite in labels.sprites:
        x, y = device.to_screen(sprite.x, sprite.y)
        at = QPointF(round(x + sprite.rect.left()), round(y + sprite.rect.top()))
        painter.drawImage(QRectF(at, sprite.rect.size()), sprite.image)
    painter.restore()
