"""Labels of the canvas: placed in a thread for the view that rests, shown wherever it moves.

Between views of one scale a label keeps its place, and a picture that was made is used again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from emadina_gis.app.canvas.frames import in_device_px
from emadina_gis.app.canvas.overlay import drawn_cards
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.render.labels import (
    SMALLEST_SCREEN_PX,
    LabelSprite,
    Lettering,
    Placement,
    place_labels,
    redrawn,
    sprite,
)
from emadina_gis.words import load_words

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPainter

    from emadina_gis.app.canvas.frames import FrameRequest
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.progress import Context
    from emadina_gis.render.labels import PlacedLabel
    from emadina_gis.render.occupancy import Box
    from emadina_gis.render.scene import Scene

#: Labels of a view magnified or reduced by more would be crowded, or far from what they name.
MOST_MAGNIFIED = 2.5
#: Views within this part of a scale are of one scale.
_SAME_SCALE = 1e-9
_MOST_PICTURES = 2000
#: What covers a larger part of the canvas hides the map for a while.
_MOST_COVERED = 0.4


@dataclass(frozen=True, eq=False)
class LabelSet:
    """Pictures of the labels of a view, and what has no place in it."""

    request: FrameRequest
    sprites: tuple[LabelSprite, ...] = ()
    placement: Placement = field(default_factory=Placement)

    @property
    def unplaced(self) -> tuple[tuple[str, int], ...]:
        """How many rows of each layer have no place."""
        return self.placement.unplaced


class LabelSource(PainterSource):
    """Places labels; `frame_made` carries a `LabelSet`."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        self._language = language
        self._covered: list[Box] = []
        self._last: tuple[Lettering, LabelSet] | None = None
        self._pictures: dict[tuple[PlacedLabel, Lettering, float], tuple[QRectF, QImage]] = {}
        super().__init__(parent, self._placed)

    def set_language(self, language: str) -> None:
        """Write numbers, and set labels beside points, the way of a language."""
        self._language = language

    def request(self, wanted: FrameRequest) -> None:
        """Ask for the labels of a view; none stands under what lies over the canvas."""
        canvas = self.parent()
        if isinstance(canvas, QWidget):
            over = [*covers_of(canvas), *self._cards(canvas, wanted)]
            self._covered = [_in_device(rect, wanted.ratio) for rect in over]
        super().request(wanted)

    def _cards(self, canvas: QWidget, wanted: FrameRequest) -> list[QRectF]:
        """Return the boxes that the canvas draws over its map, in logical pixels."""
        words, unit_m = load_words(self._language), wanted.scene.crs.unit_m
        view = in_device_px(wanted.viewport, 1 / wanted.ratio)
        metrics, synthetic = QFontMetricsF(canvas.font()), wanted.scene.has_synthetic
        return drawn_cards(view, unit_m, metrics, words, synthetic=synthetic)

    def _placed(self, wanted: FrameRequest, ctx: Context) -> LabelSet:
        smallest = SMALLEST_SCREEN_PX * wanted.ratio
        lettering = Lettering(wanted.mm_per_px, self._language, smallest)
        before = self._before(wanted, lettering)
        placement = place_labels(
            wanted.scene, wanted.viewport, lettering, ctx, before, self._covered
        )
        made = LabelSet(wanted, self._sprites(placement, lettering, wanted.viewport), placement)
        self._last = lettering, made
        return made

    def _before(self, wanted: FrameRequest, lettering: Lettering) -> Placement | None:
        """Return the labels that keep their places: those of the last view of this scale."""
        if self._last is None or self._last[0] != lettering:
            return None
        last = self._last[1]
        units, now = last.request.viewport.units_per_px, wanted.viewport.units_per_px
        if abs(units - now) > _SAME_SCALE * now:
            return None
        return still_valid(last.placement, last.request.scene, wanted.scene)

    def _sprites(
        self, placement: Placement, lettering: Lettering, viewport: Viewport
    ) -> tuple[LabelSprite, ...]:
        if len(self._pictures) > _MOST_PICTURES:
            self._pictures.clear()
        return tuple(self._sprite(label, lettering, viewport) for label in placement.labels)

    def _sprite(self, label: PlacedLabel, lettering: Lettering, viewport: Viewport) -> LabelSprite:
        scale = viewport.units_per_px if label.curve else 0.0
        key = redrawn(label), lettering, scale
        known = self._pictures.get(key)
        if known is not None:
            return LabelSprite(label.x, label.y, *known)
        made = sprite(label, lettering, viewport)
        self._pictures[key] = made.rect, made.image
        return made


def covers_of(canvas: QWidget) -> list[QRectF]:
    """Return what lies over a canvas, in its logical pixels: tools and bars of areas around."""
    found: list[QRect] = []
    node: QWidget = canvas
    while not node.isWindow() and (above := node.parentWidget()) is not None:
        corner = canvas.mapFrom(above, QPoint())
        widgets = [child for child in above.children() if isinstance(child, QWidget)]
        found += [
            widget.geometry().translated(corner)
            for widget in widgets[widgets.index(node) + 1 :]
            if widget.isVisible() and not widget.isWindow()
        ]
        node = above
    whole = canvas.rect()
    rects = [rect.intersected(whole) for rect in found]
    most = _MOST_COVERED * whole.width() * whole.height()
    return [QRectF(r) for r in rects if r.isValid() and r.width() * r.height() < most]


def _in_device(rect: QRectF, ratio: float) -> Box:
    left, top = rect.left() * ratio, rect.top() * ratio
    return left, top, left + rect.width() * ratio, top + rect.height() * ratio


def still_valid(placement: Placement, old: Scene, new: Scene) -> Placement | None:
    """Return the labels of one scene that hold in another; None where labels themselves changed.

    Labels of a layer whose rows changed do not hold; a layer in another style of labels, shown or
    hidden, changes what all others may take.
    """
    if old is new:
        return placement
    if old.crs != new.crs or _labelled(old) != _labelled(new):
        return None
    tables = {drawn.id: drawn.layer.table for drawn in old.vectors}
    same = {drawn.id for drawn in new.vectors if tables.get(drawn.id) is drawn.layer.table}
    return Placement(tuple(label for label in placement.labels if label.layer_id in same))


def _labelled(scene: Scene) -> list[object]:
    return [(drawn.id, drawn.label) for drawn in scene.vectors if drawn.label is not None]


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
    for one in labels.sprites:
        x, y = device.to_screen(one.x, one.y)
        at = QPointF(round(x + one.rect.left()), round(y + one.rect.top()))
        painter.drawImage(QRectF(at, one.rect.size()), one.image)
    painter.restore()
