"""Which choices a raster's style shows, and the style made of them: the logic of its panel.

Knows no widget.
"""

from __future__ import annotations

from dataclasses import replace

from emadina_gis.analysis.palettes import DEFAULT_RAMP, RAMPS
from emadina_gis.analysis.raster_styles import in_classes, ramped
from emadina_gis.domain.style import RasterStyle, Relief, Stretch

RAMP, CLASSES, VALUES, SHADE = "ramp", "classes", "values", "shade"
KINDS = (RAMP, CLASSES, VALUES, SHADE)
OWN_COLORS = ""
DEFAULT_CLASSES = 5


def kind_of(style: RasterStyle) -> str:
    """Return how a style shows its band."""
    if style.relief is not None and style.relief.alone:
        return SHADE
    if style.exact:
        return VALUES
    return RAMP if style.interpolate else CLASSES


def class_count(style: RasterStyle) -> int:
    """Return how many classes a style has; the usual number where it has none."""
    return len(style.stops) if kind_of(style) == CLASSES else DEFAULT_CLASSES


def range_of(style: RasterStyle) -> tuple[float, float]:
    """Return the range of values that the colours span.

    The last of equal classes reaches as far as the others do.
    """
    values = [value for value, _color in style.stops]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if kind_of(style) == CLASSES and len(values) > 1:
        return low, high + (high - low) / (len(values) - 1)
    return low, high


def ramp_of(style: RasterStyle) -> str:
    """Return the ramp whose colours a style has; empty where they are its own."""
    colors = tuple(color.lower() for _value, color in style.stops)
    for ramp_id, ramp in RAMPS.items():
        if colors == tuple(color.lower() for color in ramp.colors(len(colors) or 7)):
            return ramp_id
    return OWN_COLORS


def restyled(style: RasterStyle, ramp_id: str, low: float, high: float) -> RasterStyle:
    """Return the style with the colours of a ramp, or its own, over a range of values."""
    if ramp_id != OWN_COLORS:
        count = class_count(style) if kind_of(style) == CLASSES else 0
        return ramped(style, ramp_id, low, high, count)
    old_low, old_high = range_of(style)
    factor = (high - low) / (old_high - old_low) if old_high > old_low else 0.0
    stops = tuple((low + (value - old_low) * factor, color) for value, color in style.stops)
    return replace(style, stops=stops)


def of_kind(style: RasterStyle, kind: str) -> RasterStyle:
    """Return the style as a ramp, classes or light alone; values need to be known first."""
    low, high = range_of(style)
    ramp_id = ramp_of(style) or DEFAULT_RAMP
    if kind == SHADE:
        light = style.relief or Relief()
        plain = (
            style if style.interpolate and not style.exact else ramped(style, ramp_id, low, high)
        )
        return replace(plain, relief=replace(light, alone=True))
    relief = None if style.relief is None or style.relief.alone else style.relief
    if kind == RAMP and style.interpolate and not style.exact:
        return replace(style, relief=relief)
    if kind == CLASSES and ramp_of(style) == OWN_COLORS and len(style.stops) > 1:
        return replace(in_classes(style, low, high, DEFAULT_CLASSES), relief=relief)
    count = DEFAULT_CLASSES if kind == CLASSES else 0
    return replace(ramped(style, ramp_id, low, high, count), relief=relief)


def stretched(style: RasterStyle, stretch: Stretch, span: tuple[float, float]) -> RasterStyle:
    """Return the style over the range that a stretch found."""
    return replace(restyled(style, ramp_of(style), *span), stretch=stretch)


def with_count(style: RasterStyle, count: int) -> RasterStyle:
    """Return the style with another number of classes, in the same colours."""
    low, high = range_of(style)
    ramp_id = ramp_of(style)
    if ramp_id == OWN_COLORS:
        return in_classes(style, low, high, count)
    return ramped(style, ramp_id, low, high, count)
