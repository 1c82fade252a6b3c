"""Values of a raster as colours: ramps, classes, single values, bands; light and contour lines.

Knows where no pixel lies. Missing values are transparent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.style import OTHER_COLOR, Contours, RasterStyle, Relief, rgba

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float32]

GREYS = ("#f3f0e8", "#3c3a36")
_SHADES = 4096
#: How dark and how bright a slope may be, as a factor of what lies level.
_DARKEST, _BRIGHTEST = 0.25, 1.12
_LINE_OPACITY = 0.9


@dataclass(frozen=True, eq=False)
class Colorizer:
    """Turns values into RGBA, as a style says.

    Attributes
    ----------
    span : tuple of (float, float)
        Smallest and largest value: the range of a style without stops.
    px_per_mm : float
        For the width of contour lines.
    """

    style: RasterStyle
    span: tuple[float, float] = (0.0, 1.0)
    px_per_mm: float = 96 / 25.4

    def rgba(self, values: Values, known: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Return premultiplied RGBA, shape (lines, width, 4).

        Parameters
        ----------
        values : ndarray, shape (bands, lines, width)
            One band; or red, green, blue and perhaps alpha.
        """
        if len(values) >= 3:
            return premultiplied(self._of_bands(values, known))
        relief = self.style.relief
        if relief is not None and relief.alone:
            result = np.full((*known.shape, 4), 255, dtype=np.uint8)
        else:
            result = self._of_values(values[0])
        result[~known] = 0
        return result

    def lit(self, colors: NDArray[np.uint8], brightness: Values, relief: Relief) -> None:
        """Multiply colours by light, in place; what lies level keeps the colour of the legend."""
        if relief.alone:
            factor = np.clip(brightness, 0, 1)
        else:
            level = max(math.sin(math.radians(relief.altitude_deg)), 0.05)
            factor = np.clip(brightness / np.float32(level), _DARKEST, _BRIGHTEST)
        for band in range(3):
            shown = colors[..., band] * factor
            colors[..., band] = np.minimum(shown, colors[..., 3])

    def lines(
        self,
        colors: NDArray[np.uint8],
        values: Values,
        known: NDArray[np.bool_],
        contours: Contours,
    ) -> None:
        """Draw lines of equal value over colours, in place.

        How far a pixel is from a line is what its value misses over its slope (first order).

        Parameters
        ----------
        values : ndarray, shape (lines + 2, width)
            Values with one more line above and below.
        """
        down = (values[2:] - values[:-2]) / 2
        middle = values[1:-1]
        across = np.zeros_like(middle)
        across[:, 1:-1] = (middle[:, 2:] - middle[:, :-2]) / 2
        slope = np.hypot(across, down)
        number = np.round(middle / contours.interval)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.abs(middle - number * contours.interval) / slope
        # Where lines would touch, nothing could be read any more.
        apart = slope < contours.interval / 3
        width = np.full(middle.shape, max(contours.width_mm * self.px_per_mm, 0.8), np.float32)
        if contours.thick_every:
            width[number % contours.thick_every == 0] *= 2.2
        share = np.clip(width / 2 + 0.5 - np.nan_to_num(distance, nan=9.0, posinf=9.0), 0, 1)
        share = share * np.minimum(width, 1) * apart * known * (slope > 0) * _LINE_OPACITY
        color = rgba(contours.color)
        for band in range(3):
            part = colors[..., band]
            part[...] = np.round(part + (color[band] - part.astype(np.float32)) * share)

    def _of_values(self, values: Values) -> NDArray[np.uint8]:
        style = self.style
        stops = style.stops or _grey_stops(*self.span)
        if style.exact:
            return _of_single_values(values, stops)
        bounds = np.array([value for value, _ in stops])
        colors = np.array([rgba(color) for _, color in stops], dtype=np.uint8)
        if not style.interpolate:
            index = np.searchsorted(bounds, np.nan_to_num(values), side="right") - 1
            return np.asarray(colors[np.clip(index, 0, len(bounds) - 1)])
        low, high = float(bounds[0]), float(bounds[-1])
        shades = np.linspace(low, high, _SHADES)
        table = np.column_stack([np.interp(shades, bounds, colors[:, b]) for b in range(4)])
        scale = (_SHADES - 1) / (high - low) if high > low else 0.0
        place = np.clip((np.nan_to_num(values) - low) * scale + 0.5, 0, _SHADES - 1)
        return np.asarray(table.round().astype(np.uint8)[place.astype(np.intp)])

    def _of_bands(self, values: Values, known: NDArray[np.bool_]) -> NDArray[np.uint8]:
        result = np.zeros((*known.shape, 4), dtype=np.uint8)
        ranges = self.style.color_ranges or ((0.0, 255.0),) * 3
        for band, (low, high) in enumerate(ranges[:3]):
            if (low, high) == (0.0, 255.0) and bool(known.all()):
                result[..., band] = values[band] + np.float32(0.5)
                continue
            scale = 255.0 / (high - low) if high > low else 255.0
            shown = (np.nan_to_num(values[band]) - low) * np.float32(scale)
            result[..., band] = np.clip(np.round(shown), 0, 255)
        alpha = np.clip(np.nan_to_num(values[3]), 0, 255) if len(values) > 3 else 255
        result[..., 3] = np.where(known, alpha, 0)
        return result


def _of_single_values(values: Values, stops: tuple[tuple[float, str], ...]) -> NDArray[np.uint8]:
    """Return the colour of each value that has one; others are seen too."""
    ordered = sorted(stops)
    listed = np.array([value for value, _ in ordered], dtype=np.float32)
    colors = np.array([rgba(color) for _, color in ordered], dtype=np.uint8)
    index = np.clip(np.searchsorted(listed, values), 0, len(listed) - 1)
    result = colors[index]
    result[listed[index] != values] = rgba(OTHER_COLOR)
    return np.asarray(result)


def _grey_stops(low: float, high: float) -> tuple[tuple[float, str], ...]:
    return (low, GREYS[0]), (high if high > low else low + 1.0, GREYS[1])


def colored(values: NDArray[np.floating], style: RasterStyle) -> NDArray[np.uint8]:
    """Return RGBA of values, shape (h, w) or (h, w, 3 or 4), NaN where missing."""
    bands = np.moveaxis(np.atleast_3d(np.asarray(values, dtype=np.float32)), 2, 0)
    known: NDArray[np.bool_] = np.all(~np.isnan(bands[:3]), axis=0)
    found = bands[0][known]
    span = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    if len(bands) >= 3:  # these are bytes already, whatever the range of the file
        return Colorizer(RasterStyle())._of_bands(bands, known)  # noqa: SLF001 - one room
    return Colorizer(style, span).rgba(bands, known)


def premultiplied(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return RGBA with colours multiplied by alpha, shape as given."""
    alpha = colors[..., 3:].astype(np.uint16)
    if (alpha == 255).all():
        return colors
    result = colors.copy()
    result[..., :3] = (colors[..., :3] * alpha + 127) // 255
    return result
