"""Pictures of single layers, kept from one drawing of a view to the next.

When one layer changes its colours, is hidden or fades, the others are not drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.scene import Drawn

#: Scenes of more layers than this are drawn without keeping pictures (memory).
MOST_LAYERS = 16


@dataclass(frozen=True, eq=False)
class _Kept:
    """A picture and what it shows; holding the objects keeps their identity meaningful."""

    image: QImage
    content: tuple[object, ...]
    view: tuple[object, ...]


class LayerPictures:
    """Layer id → picture of that layer alone, opaque or not, before its opacity is applied."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def find(self, drawn: Drawn, crs: Crs, viewport: Viewport, mm_per_px: float) -> QImage | None:
        """Return the picture of a layer if it would be drawn just the same."""
        kept = self._kept.get(drawn.id)
        if kept is None or kept.view != (crs, viewport, mm_per_px):
            return None
        same = all(a is b for a, b in zip(kept.content, _content(drawn), strict=True))
        return kept.image if same else None

    def keep(
        self, drawn: Drawn, crs: Crs, viewport: Viewport, mm_per_px: float, image: QImage
    ) -> None:
        """Remember the picture of a layer."""
        self._kept[drawn.id] = _Kept(image, _content(drawn), (crs, viewport, mm_per_px))

    def forget_others(self, layer_ids: set[str]) -> None:
        """Drop pictures of layers that are not in the scene any more."""
        for layer_id in [name for name in self._kept if name not in layer_ids]:
            del self._kept[layer_id]


def _content(drawn: Drawn) -> tuple[object, ...]:
    """Return the objects that decide how a layer looks; unchanged ones are the same objects."""
    from emadina_gis.render.scene import DrawnLayer

    if isinstance(drawn, DrawnLayer):
        return drawn.layer.table.geometry, drawn.classes, drawn.layer.style
    return drawn.data, drawn.layer.style, drawn.layer.crs
