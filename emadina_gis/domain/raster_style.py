"""How a raster is drawn: a ramp, classes, values with names, colours, light and contour lines.

Knows no pixels; colours are ``#rrggbb``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from emadina_gis.domain.title import Title


class Stretch(StrEnum):
    """How the range of values that the colours of a raster span was found."""

    MANUAL = "manual"
    MIN_MAX = "min-max"
    PERCENT = "percent"
    DEVIATION = "deviation"


class Resampling(StrEnum):
    """What a place between pixels shows."""

    AUTO = "auto"
    NEAREST = "nearest"
    SMOOTH = "smooth"


@dataclass(frozen=True)
class Relief:
    """Light that falls on the values as on a terrain.

    Attributes
    ----------
    azimuth_deg : float
        Where the light comes from, clockwise from north.
    altitude_deg : float
        Height of the light above the horizon.
    exaggeration : float
        Factor of heights.
    alone : bool
        Shade in greys without the colours of the values.
    """

    azimuth_deg: float = 315.0
    altitude_deg: float = 45.0
    exaggeration: float = 1.0
    alone: bool = False


@dataclass(frozen=True)
class Contours:
    """Lines of equal value.

    Attributes
    ----------
    interval : float
        Difference of neighbouring lines, in the unit of the values.
    thick_every : int
        Each line of so many is thick; 0: none.
    """

    interval: float
    color: str = "#5d4a36"
    width_mm: float = 0.15
    thick_every: int = 5


@dataclass(frozen=True)
class RasterStyle:
    """A colour ramp over values, classes, or three bands as colours; nodata is transparent.

    Attributes
    ----------
    interpolate : bool
        Shades between the stops; else each stop begins a class.
    color_bands : tuple of int
        Bands shown as red, green and blue; empty: one band through `stops`.
    color_ranges : tuple of (float, float)
        Values that become none and all of each colour; empty: bytes as they are.
    exact : bool
        Each stop is one value (land cover); other values are grey.
    names : tuple of (float, Title)
        What values stand for.
    stretch : Stretch
        How the range of the stops was found.
    resampling : Resampling
        By default pixels of classes keep their edges, all else is smooth.
    """

    stops: tuple[tuple[float, str], ...] = ()
    band: int = 1
    interpolate: bool = True
    unit: str = ""
    color_bands: tuple[int, ...] = ()
    color_ranges: tuple[tuple[float, float], ...] = ()
    exact: bool = False
    names: tuple[tuple[float, Title], ...] = ()
    stretch: Stretch = Stretch.MANUAL
    relief: Relief | None = None
    contours: Contours | None = None
    resampling: Resampling = Resampling.AUTO

    @property
    def is_continuous(self) -> bool:
        """Whether values between those of neighbouring pixels are drawn, and means of many."""
        if self.exact or self.resampling is Resampling.NEAREST:
            return False
        return self.resampling is Resampling.SMOOTH or bool(self.color_bands) or self.interpolate

    def name_of(self, value: float) -> Title | None:
        """Return what a value stands for, if it was said."""
        return next((title for known, title in self.names if known == value), None)
