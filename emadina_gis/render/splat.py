"""A coarse picture of a large layer: each row a dot at its middle, dots of one pixel mixed.

Takes a few tens of milliseconds for a million rows, in steps of a chunk. Knows no Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.scene import DrawnLayer, Scene

_CHANNELS = 4
_OPAQUE = 255.0
#: How often gaps are filled, and by how many of the eight neighbours.
_CLOSINGS = 4
_NEIGHBOURS = 3


def splat(
    scene: Scene, drawn: DrawnLayer, viewport: Viewport, ctx: Context = NULL_CONTEXT
) -> NDArray[np.uint8]:
    """Return RGBA of a layer, premultiplied, shape (height, width, 4).

    Parameters
    ----------
    viewport : Viewport
        Which part, and the size in pixels.
    """
    colors = drawn.classes.colors.astype(np.float64)
    codes = drawn.classes.codes
    size = viewport.width_px * viewport.height_px
    mixed = np.zeros((_CHANNELS, size))
    hits = np.zeros(size)
    for start, chunk in scene.chunks(drawn):
        ctx.check()
        middles = (chunk.bounds[:, :2] + chunk.bounds[:, 2:]) / 2
        cells, rows = _cells(viewport.points_to_screen(middles), viewport)
        rgba = colors[np.clip(codes[start + rows], 0, len(colors) - 1)]
        alpha = rgba[:, 3] / _OPAQUE
        hits += np.bincount(cells, weights=(alpha > 0).astype(np.float64), minlength=size)
        for channel in range(_CHANNELS - 1):
            weights = rgba[:, channel] * alpha
            mixed[channel] += np.bincount(cells, weights=weights, minlength=size)
        mixed[3] += np.bincount(cells, weights=rgba[:, 3], minlength=size)
    picture = np.divide(mixed, hits, out=np.zeros_like(mixed), where=hits > 0)
    shape = _CHANNELS, viewport.height_px, viewport.width_px
    closed = _closed(picture.reshape(shape))
    return np.ascontiguousarray(np.moveaxis(np.rint(closed).astype(np.uint8), 0, 2))


def _closed(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the picture with small gaps between dots filled with the mean of their neighbours."""
    for _ in range(_CLOSINGS):
        padded = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
        near = [
            padded[:, y : y + picture.shape[1], x : x + picture.shape[2]]
            for y in range(3)
            for x in range(3)
        ]
        count = sum((part[3] > 0).astype(np.float64) for part in near)
        mean = sum(near) / np.maximum(count, 1.0)
        gaps = (picture[3] == 0) & (count >= _NEIGHBOURS)
        picture = np.where(gaps, mean, picture)
    return picture


def _cells(
    screen: NDArray[np.float64], viewport: Viewport
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pixel of each place in the picture, and which places those are."""
    x, y = screen.T
    with np.errstate(invalid="ignore"):
        inside = (x >= 0) & (x < viewport.width_px) & (y >= 0) & (y < viewport.height_px)
    rows = np.flatnonzero(inside)
    cells = y[rows].astype(np.intp) * viewport.width_px + x[rows].astype(np.intp)
    return cells, rows
