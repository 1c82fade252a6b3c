"""Pictures of crowded selections, made in a thread.

Neighbours are outlined as one. Where features are smaller than the line is wide, their groups are
ringed instead: lines of their own would cover the map like a fill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from emadina_gis.app.canvas.frames import Frame
from emadina_gis.app.canvas.selection import (
    CROWDED_PX,
    Brush,
    Rows,
    chunks_near,
    near_rows,
    outlines,
)
from emadina_gis.domain.style import rgba
from emadina_gis.render.masks import mask_of_points, ring_around
from emadina_gis.render.painter import image_of
from emadina_gis.render.painter.paths import batch_cuts, path_elements, paths_of
from emadina_gis.render.painter.vector import BATCH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.app.canvas.frames import FrameRequest
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.progress import Context

#: Features that are typically smaller, in logical pixels, are ringed in groups.
SMALLEST_OUTLINED_PX = 9.0
#: Larger ones are filled before they are ringed; a few points stand for the others.
_POINTS_PX = 9.0
#: Where those points lie between the bounds of a feature.
_PLACES = ((0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))


@dataclass(frozen=True, eq=False)
class Seen:
    """Selected rows of a chunk in a view, with their bounds on the picture.

    Attributes
    ----------
    boxes : ndarray of float64, shape (k, 4)
        Left, top, right, bottom in pixels.
    """

    chunk: GeometryChunk
    rows: NDArray[np.intp]
    boxes: NDArray[np.float64]

    @property
    def sizes(self) -> NDArray[np.float64]:
        """Longer side of each row's bounds, in pixels."""
        return np.asarray(np.maximum(*(self.boxes[:, 2:] - self.boxes[:, :2]).T))


def seen_rows(wanted: FrameRequest, rows: Rows, ctx: Context) -> tuple[Seen, ...]:
    """Return the selected rows whose bounds lie in a view."""
    view = wanted.viewport
    left, top = view.to_map(0.0, 0.0)
    corner = np.array([left, top, left, top])
    scale = np.array([1.0, -1.0, 1.0, -1.0]) / view.units_per_px
    found: list[Seen] = []
    for drawn in wanted.scene.vectors:
        if not drawn.shown_at(view.units_per_px):
            continue
        for chunk, local in chunks_near(wanted.scene, drawn, rows.get(drawn.id), view.extent):
            ctx.check()
            near = near_rows(chunk, local, view.extent)
            boxes = (chunk.bounds[near] - corner) * scale
            found.append(Seen(chunk, near, boxes[:, [0, 3, 2, 1]]))
    return tuple(found)


def is_fine(wanted: FrameRequest, seen: tuple[Seen, ...]) -> bool:
    """Whether features are typically too small for lines of their own."""
    sizes = np.concatenate([np.zeros(0), *(part.sizes for part in seen)])
    return bool(len(sizes)) and float(np.median(sizes)) < SMALLEST_OUTLINED_PX * wanted.ratio


def selection_picture(
    wanted: FrameRequest, rows: Rows, colors: CanvasColors, ctx: Context
) -> Frame:
    """Return the selection of a view as a transparent picture in device pixels."""
    seen = seen_rows(wanted, rows, ctx)
    if is_fine(wanted, seen):
        return Frame(_ringed(wanted, seen, colors, ctx), wanted)
    return Frame(_outlined(wanted, rows, colors, ctx), wanted)


def quick_picture(
    wanted: FrameRequest, rows: Rows, colors: CanvasColors, ctx: Context
) -> Frame | None:
    """Return bare outlines, made at once, until the picture is there; None where that is quick."""
    seen = seen_rows(wanted, rows, ctx)
    if is_fine(wanted, seen):
        return None
    image = _empty(wanted)
    painter = QPainter(image)
    try:
        pen = QPen(QColor(colors.accent), 0)
        painter.setPen(pen)
        for part in seen:
            ctx.check()
            chunk = part.chunk.taken(part.rows)
            elements = path_elements(
                wanted.viewport.points_to_screen(chunk.xy).round(), chunk.coord_offsets
            )
            cuts = chunk.feature_coord_offsets[batch_cuts(np.zeros(len(chunk), np.uint8), BATCH)]
            for path in paths_of(elements, cuts):
                painter.drawPath(path)
    finally:
        painter.end()
    return Frame(image, wanted, finished=False)


def _empty(wanted: FrameRequest) -> QImage:
    view = wanted.viewport
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _ringed(
    wanted: FrameRequest, seen: tuple[Seen, ...], colors: CanvasColors, ctx: Context
) -> QImage:
    view = wanted.viewport
    mask = _filled(wanted, seen, ctx)
    for part in seen:
        ctx.check()
        low, high = part.boxes[:, :2], part.boxes[:, 2:]
        places = _PLACES if part.sizes.max(initial=0.0) > 2.0 else _PLACES[:1]
        points = np.concatenate([low + (high - low) * place for place in places])
        mask |= mask_of_points(points, view.width_px, view.height_px)
    ring = ring_around(mask, wanted.ratio)
    pixels = np.zeros((*mask.shape, 4), dtype=np.uint8)
    pixels[ring.casing] = rgba(colors.casing)
    pixels[ring.line] = rgba(colors.accent)
    return image_of(pixels)


def _filled(wanted: FrameRequest, seen: tuple[Seen, ...], ctx: Context) -> NDArray[np.bool_]:
    """Return the pixels of those features that points do not stand for."""
    view = wanted.viewport
    image = _empty(wanted)
    painter = QPainter(image)
    try:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.black)
        for part in seen:
            rows = part.rows[part.sizes > _POINTS_PX * wanted.ratio]
            if not len(rows):
                continue
            large = part.chunk.taken(rows)
            elements = path_elements(view.points_to_screen(large.xy), large.coord_offsets)
            cuts = large.feature_coord_offsets[batch_cuts(np.zeros(len(large), np.uint8), BATCH)]
            for path in paths_of(elements, cuts):
                painter.drawPath(path)
            ctx.check()
    finally:
        painter.end()
    bits = np.frombuffer(image.constBits(), dtype=np.uint8)
    opaque = bits.reshape(view.height_px, image.bytesPerLine() // 4, 4)[:, : view.width_px, 3] > 0
    return np.asarray(opaque)


def _outlined(wanted: FrameRequest, rows: Rows, colors: CanvasColors, ctx: Context) -> QImage:
    view = wanted.viewport
    image = _empty(wanted)
    made = outlines(wanted.scene, rows, view.extent, view.units_per_px, ctx, together=True)
    painter = QPainter(image)
    try:
        made.paint(painter, view, Brush(colors, *CROWDED_PX, wanted.ratio), ctx)
    finally:
        painter.end()
    return image
