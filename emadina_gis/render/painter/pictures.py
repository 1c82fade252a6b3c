"""Pictures of single layers, kept from one drawing of a view to the next.

When one layer changes its colours, is hidden or fades, the others are not drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emadina_gis.render.parts import shift, uncovered

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.parts import Part
    from emadina_gis.render.scene import Drawn, DrawnLayer

#: Scenes of more layers than this are drawn without keeping pictures (memory).
MOST_LAYERS = 16
#: Layers of more rows keep their fill: where a few of them change colour only these are drawn.
FEWEST_KEPT = 4_000
MOST_CHANGED = 0.6


@dataclass(frozen=True, eq=False)
class _Kept:
    """A picture and what it shows; holding the objects keeps their identity meaningful."""

    image: QImage
    content: tuple[object, ...]
    view: tuple[Crs, Viewport, float]


class Moved(NamedTuple):
    """A picture of another view: its view, where it begins in this one, and what it lacks of it."""

    image: QImage
    viewport: Viewport
    at: tuple[int, int]
    parts: list[Part]


@dataclass(frozen=True, eq=False)
class KeptFill:
    """The filled polygons of a layer in a view, and the colour that each row has on it.

    Attributes
    ----------
    colors : ndarray of uint32, shape (n,)
        Colour of each row as one number.
    """

    image: QImage
    geometry: object
    view: tuple[object, ...]
    colors: NDArray[np.uint32]

    def changed(self, colors: NDArray[np.uint32]) -> NDArray[np.bool_] | None:
        """Return which rows have another colour now, None where most of them have."""
        other: NDArray[np.bool_] = colors != self.colors
        return other if np.count_nonzero(other) <= MOST_CHANGED * len(other) else None


class LayerPictures:
    """Layer id → picture of that layer alone, opaque or not, before its opacity is applied."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._fills: dict[str, KeptFill] = {}

    def fill_of(self, drawn: DrawnLayer, view: tuple[object, ...]) -> KeptFill | None:
        """Return the last fill of a layer where it shows the same polygons in the same view."""
        kept = self._fills.get(drawn.id)
        if kept is None or kept.view != view or kept.geometry is not drawn.layer.table.geometry:
            return None
        return kept

    def keep_fill(self, layer_id: str, fill: KeptFill) -> None:
        """Remember the fill of a layer."""
        self._fills[layer_id] = fill

    def find(self, drawn: Drawn, crs: Crs, viewport: Viewport, mm_per_px: float) -> QImage | None:
        """Return the picture of a layer if it would be drawn just the same."""
        kept = self._kept.get(drawn.id)
        if kept is None or kept.view != (crs, viewport, mm_per_px):
            return None
        return kept.image if _is_same(kept.content, _content(drawn)) else None

    def moved(self, drawn: Drawn, crs: Crs, viewport: Viewport, mm_per_px: float) -> Moved | None:
        """Return a picture of a layer in another view of the same scale, if there is one."""
        kept = self._kept.get(drawn.id)
        if kept is None or not _is_same(kept.content, _content(drawn)):
            return None
        held_crs, held, held_mm = kept.view
        if (held_crs, held_mm) != (crs, mm_per_px):
            return None
        at = shift(held, viewport)
        parts = None if at is None else uncovered(at, held, viewport)
        return None if at is None or parts is None else Moved(kept.image, held, at, parts)

    def keep(
        self, drawn: Drawn, crs: Crs, viewport: Viewport, mm_per_px: float, image: QImage
    ) -> None:
        """Remember the picture of a layer."""
        self._kept[drawn.id] = _Kept(image, _content(drawn), (crs, viewport, mm_per_px))

    def forget_others(self, layer_ids: set[str]) -> None:
        """Drop pictures of layers that are not in the scene any more."""
        for kept in (self._kept, self._fills):
            for layer_id in [name for name in kept if name not in layer_ids]:
                del kept[layer_id]


def _is_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(a is b for a, b in zip(one, other, strict=True))


def _content(drawn: Drawn) -> tuple[object, ...]:
    """Return the objects that decide how a layer looks; unchanged ones are the same objects."""
    from emadina_gis.render.scene import DrawnLayer

    if isinstance(drawn, DrawnLayer):
        return drawn.layer.table.geometry, drawn.classes, drawn.layer.style
    return drawn.data, drawn.layer.style, drawn.layer.crs
