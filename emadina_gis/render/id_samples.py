"""Ids of a finished picture in memory: another style is looked up in them, without drawing.

Needs no OpenGL and no main thread; NumPy lets go of Python's lock meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.render.raster_tiles import premultiplied

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Sub-pixels of each pixel.
SAMPLES = 4
#: So many pixels are worked on at once: what is looked up stays in the processor's cache.
_BAND_PX = 131_072
_BGRA = [2, 1, 0, 3]
#: All bits of four bytes but the highest of each, once they were shifted right by one.
_HALVES = np.uint32(0x7F7F7F7F)


@dataclass(frozen=True, eq=False)
class IdSamples:
    """The ids of a layer in a view, four for each pixel.

    Attributes
    ----------
    ids : ndarray of uint32, shape (4, height * width)
        Row + 1; 0 is no feature.
    size : tuple of int
        (width, height) in pixels.
    """

    ids: NDArray[np.uint32]
    size: tuple[int, int]

    @staticmethod
    def empty(size: tuple[int, int]) -> IdSamples:
        """Return room for samples: what is in it is put there."""
        return IdSamples(np.empty((SAMPLES, size[0] * size[1]), np.uint32), size)

    def put(self, top: int, fine: NDArray[np.uint32]) -> None:
        """Take over some rows, from the picture that is twice as fine.

        Parameters
        ----------
        top : int
            The first row, in pixels.
        fine : ndarray of uint32, shape (2 * rows, 2 * width)
        """
        rows, width = len(fine) // 2, self.size[0]
        planes = self.ids.reshape(SAMPLES, -1, width)[:, top : top + rows]
        for sample in range(SAMPLES):
            planes[sample] = fine[sample // 2 :: 2, sample % 2 :: 2]

    def color(self, colors: NDArray[np.uint32], out: NDArray[np.uint32]) -> None:
        """Write the mean of the colours of each pixel's samples.

        Parameters
        ----------
        colors : ndarray of uint32, shape (n + 1,)
            Premultiplied colours by id, see `colors_by_id`.
        out : ndarray of uint32, shape (height * width,)
            Each byte is at most one less than the exact mean.
        """
        shades = np.empty((SAMPLES, min(_BAND_PX, out.size)), np.uint32)
        for first in range(0, out.size, _BAND_PX):
            band = out[first : first + _BAND_PX]
            held = shades[:, : band.size]
            for sample in range(SAMPLES):
                ids = self.ids[sample, first : first + _BAND_PX]
                np.take(colors, ids, out=held[sample], mode="clip")
            _take_means(held[0], held[1], band)
            _take_means(held[2], held[3], band)
            _take_means(held[0], held[2], band)
            band[:] = held[0]

    def color_roughly(self, colors: NDArray[np.uint32], out: NDArray[np.uint32]) -> None:
        """Write the colour of one sample of each pixel, at a fraction of the time."""
        np.take(colors, self.ids[0], out=out, mode="clip")


def colors_by_id(
    codes: NDArray[np.uint16], palette: NDArray[np.uint8], length: int = 0
) -> NDArray[np.uint32]:
    """Return premultiplied BGRA colours by id: none for 0, then that of each row's class.

    Parameters
    ----------
    codes : ndarray of uint16, shape (n,)
        Class of each row.
    palette : ndarray of uint8, shape (k, 4)
        RGBA of each class.
    length : int
        How many to return where it is more than n + 1; those beyond are none.
    """
    ready = np.ascontiguousarray(premultiplied(palette)[:, _BGRA]).view(np.uint32).reshape(-1)
    colors = np.zeros(max(length, len(codes) + 1), dtype=np.uint32)
    if len(ready):
        np.take(ready, codes, out=colors[1 : len(codes) + 1], mode="clip")
    return colors


def _take_means(
    first: NDArray[np.uint32], second: NDArray[np.uint32], room: NDArray[np.uint32]
) -> None:
    """Put the mean of each byte of two lists into the first: a & b + (a ^ b) / 2."""
    np.bitwise_xor(first, second, out=room)
    np.right_shift(room, 1, out=room)
    np.bitwise_and(room, _HALVES, out=room)
    np.bitwise_and(first, second, out=first)
    np.add(first, room, out=first)
