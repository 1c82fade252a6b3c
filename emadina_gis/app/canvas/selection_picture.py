"""Pictures of crowded selections, made in a thread.

Neighbours are outlined as one. Where features are smaller than the line is wide, their groups are
ringed instead: lines of their own would cover the map like a fill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from emadina_gis.app.canvas.frames import Frame
from emadina_gis.app.canvas.selection import CROWDED_PX, Brush, Rows, near_rows, outlines
from emadina_gis.domain.style import rgba
from emadina_gis.render.masks import mask_of_points, ring_around
from emadina_gis.render.painter import image_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.app.canvas.frames import FrameRequest
    from emadina_gis.progress import Context

#: Features that are typically smaller, in logical pixels, are ringed in groups.
SMALLEST_OUTLINED_PX = 9.0


def selection_picture(
    wanted: FrameRequest, rows: Rows, colors: CanvasColors, ctx: Context
) -> Frame:
    """Return the selection of a view as a transparent picture in device pixels."""
    bounds = _bounds(wanted, rows, ctx)
    extents = (bounds[:, 2:] - bounds[:, :2]).max(axis=1) / wanted.viewport.units_per_px
    if len(bounds) and np.median(extents) < SMALLEST_OUTLINED_PX * wanted.ratio:
        return Frame(_ringed(wanted, bounds, colors), wanted)
    return Frame(_outlined(wanted, rows, colors, ctx), wanted)


def _bounds(wanted: FrameRequest, rows: Rows, ctx: Context) -> NDArray[np.float64]:
    """Return the bounds of selected rows in the view, shape (n, 4)."""
    found: list[NDArray[np.float64]] = [np.zeros((0, 4))]
    for drawn in wanted.scene.vectors:
        chosen = rows.get(drawn.id)
        if chosen is None or not drawn.shown_at(wanted.viewport.units_per_px):
            continue
        for chunk, local in wanted.scene.touched_chunks(drawn, chosen):
            ctx.check()
            found.append(chunk.bounds[near_rows(chunk, local, wanted.viewport.extent)])
    return np.concatenate(found)


def _ringed(wanted: FrameRequest, bounds: NDArray[np.float64], colors: CanvasColors) -> QImage:
    view = wanted.viewport
    corners = [(0, 1), (0, 3), (2, 1), (2, 3)]
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2
    points = np.concatenate([middles, *(bounds[:, pair] for pair in corners)])
    mask = mask_of_points(view.points_to_screen(points), view.width_px, view.height_px)
    ring = ring_around(mask, wanted.ratio)
    pixels = np.zeros((*mask.shape, 4), dtype=np.uint8)
    pixels[ring.casing] = rgba(colors.casing)
    pixels[ring.line] = rgba(colors.accent)
    return image_of(pixels)


def _outlined(wanted: FrameRequest, rows: Rows, colors: CanvasColors, ctx: Context) -> QImage:
    view = wanted.viewport
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    made = outlines(wanted.scene, rows, view.extent, view.units_per_px, ctx, together=True)
    painter = QPainter(image)
    try:
        made.paint(painter, view, Brush(colors, *CROWDED_PX, wanted.ratio), ctx)
    finally:
        painter.end()
    return image
