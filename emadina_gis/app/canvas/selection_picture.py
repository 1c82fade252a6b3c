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
_POINT_PX = 3.0


def selection_picture(
    wanted: FrameRequest, rows: Rows, colors: CanvasColors, ctx: Context
) -> Frame:
    """Return the selection of a view as a transparent picture in device pixels."""
    shapes = _in_view(wanted, rows, ctx)
    extents = np.concatenate([np.zeros(0), *(_extents(chunk) for chunk in shapes)])
    if len(extents) and np.median(extents) < SMALLEST_OUTLINED_PX * wanted.ratio:
        return Frame(_ringed(wanted, shapes, colors, ctx), wanted)
    return Frame(_outlined(wanted, rows, colors, ctx), wanted)


def _in_view(wanted: FrameRequest, rows: Rows, ctx: Context) -> list[GeometryChunk]:
    """Return the selected rows in the view, on the picture."""
    view = wanted.viewport
    found: list[GeometryChunk] = []
    for drawn in wanted.scene.vectors:
        chosen = rows.get(drawn.id)
        if chosen is None or not drawn.shown_at(view.units_per_px):
            continue
        for chunk, local in wanted.scene.touched_chunks(drawn, chosen):
            ctx.check()
            taken = chunk.taken(near_rows(chunk, local, view.extent))
            found.append(taken.with_xy(view.points_to_screen(taken.xy)))
    return found


def _extents(chunk: GeometryChunk) -> NDArray[np.float64]:
    bounds = chunk.bounds
    return np.asarray(np.nan_to_num((bounds[:, 2:] - bounds[:, :2]).max(axis=1, initial=0.0)))


def _ringed(
    wanted: FrameRequest, shapes: list[GeometryChunk], colors: CanvasColors, ctx: Context
) -> QImage:
    view = wanted.viewport
    middles = [(chunk.bounds[:, :2] + chunk.bounds[:, 2:]) / 2 for chunk in shapes]
    mask = mask_of_points(np.concatenate(middles), view.width_px, view.height_px)
    ring = ring_around(mask | _filled(wanted, shapes, ctx), wanted.ratio)
    pixels = np.zeros((*mask.shape, 4), dtype=np.uint8)
    pixels[ring.casing] = rgba(colors.casing)
    pixels[ring.line] = rgba(colors.accent)
    return image_of(pixels)


def _filled(wanted: FrameRequest, shapes: list[GeometryChunk], ctx: Context) -> NDArray[np.bool_]:
    """Return the pixels of those shapes that a point does not stand for."""
    view = wanted.viewport
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.black)
        for chunk in shapes:
            large = chunk.taken(np.flatnonzero(_extents(chunk) > _POINT_PX))
            elements = path_elements(large.xy, large.coord_offsets)
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
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    made = outlines(wanted.scene, rows, view.extent, view.units_per_px, ctx, together=True)
    painter = QPainter(image)
    try:
        made.paint(painter, view, Brush(colors, *CROWDED_PX, wanted.ratio), ctx)
    finally:
        painter.end()
    return image
