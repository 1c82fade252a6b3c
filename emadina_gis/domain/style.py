"""Styles as data, and the classes that are drawn: map, legend and table read the same ones.

Widths and sizes are millimetres on paper; the screen draws 96 px per 25.4 mm. Knows nothing of
Qt or OpenGL; how breaks are chosen is `analysis.classification`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.title import Title

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column

OPAQUE = 255
OTHER_COLOR = "#c9c5bd"
MISSING_COLOR = "#e4e1da"


class Dash(StrEnum):
    """Line patterns of plans."""

    SOLID = "solid"
    DASHED = "dashed"
    DASH_DOT = "dash-dot"
    DOTTED = "dotted"


class Marker(StrEnum):
    """Shapes of points."""

    CIRCLE = "circle"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    CROSS = "cross"


class Method(StrEnum):
    """How the breaks of a graduated style were chosen."""

    QUANTILE = "quantile"
    EQUAL = "equal"
    NATURAL = "natural"
    MANUAL = "manual"


class PatternKind(StrEnum):
    """Signs that fill areas of plans where colour does not."""

    HATCH = "hatch"
    CROSS_HATCH = "cross-hatch"
    GRID = "grid"
    DOTS = "dots"
    DOTTED_HATCH = "dotted-hatch"


@dataclass(frozen=True)
class Pattern:
    """Lines or dots inside areas, aligned to the map so that those of neighbours meet.

    Attributes
    ----------
    spacing_mm, width_mm : float
        Distance between lines (or dots), and width of a line (or dot), on paper.
    angle_deg : float
        Direction of the lines, counter-clockwise from the horizontal; added to that of the kind.
    """

    kind: PatternKind = PatternKind.HATCH
    spacing_mm: float = 1.5
    width_mm: float = 0.12
    angle_deg: float = 0.0
    color: str = "#22211f"


@dataclass(frozen=True)
class Symbol:
    """How a feature is drawn; None means not drawn.

    Attributes
    ----------
    fill, stroke : str or None
        Colours ``#rrggbb`` of the inside (or the marker) and of the outline (or the line).
    stroke_mm, size_mm : float
        Outline (or line) width, and marker size, in millimetres.
    casing : str or None
        Colour of a wider line under the line (roads, selection).
    casing_mm : float
        How much wider the casing is than the line.
    pattern : Pattern or None
        Drawn over the fill of polygons.
    """

    fill: str | None = "#b8c9c4"
    stroke: str | None = "#ffffff"
    stroke_mm: float = 0.15
    dash: Dash = Dash.SOLID
    marker: Marker = Marker.CIRCLE
    size_mm: float = 1.8
    fill_opacity: float = 1.0
    casing: str | None = None
    casing_mm: float = 0.5
    pattern: Pattern | None = None

    @property
    def color(self) -> str | None:
        """The colour that stands for the symbol: of its fill, else of what else is drawn."""
        return self.fill or self.stroke or (self.pattern.color if self.pattern else None)

    def with_fill(self, color: str | None) -> Symbol:
        """Return the symbol with another fill."""
        return replace(self, fill=color)


PLAIN_SYMBOL = Symbol()


@dataclass(frozen=True)
class Single:
    """One symbol for all features."""

    symbol: Symbol = PLAIN_SYMBOL


@dataclass(frozen=True)
class Category:
    """A value (None: missing) with its colour; a label or a title is shown in its place.

    A pattern takes the place of the symbol's.
    """

    value: str | float | bool | None
    color: str
    label: str = ""
    title: Title | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True)
class Categorized:
    """A colour for each distinct value of a field; other values get `other`."""

    field: str
    categories: tuple[Category, ...]
    symbol: Symbol = PLAIN_SYMBOL
    other: str | None = OTHER_COLOR


@dataclass(frozen=True)
class Graduated:
    """Classes of a numeric field.

    Attributes
    ----------
    breaks : tuple of float
        Ascending bounds; k colours need k + 1 bounds; classes are [b0, b1], (b1, b2], …
    """

    field: str
    breaks: tuple[float, ...]
    colors: tuple[str, ...]
    method: Method = Method.QUANTILE
    symbol: Symbol = PLAIN_SYMBOL
    missing: str | None = MISSING_COLOR
    unit: str = ""
    decimals: int = 0


Symbology = Single | Categorized | Graduated
PLAIN = Single()


@dataclass(frozen=True)
class LabelStyle:
    """Labels from a field; `second_field` is set above (Arabic over French).

    Attributes
    ----------
    circled_field : str
        Column that is written in circles of its own (widths of roads); empty for none.
    circled : bool
        The text stands in a circle.
    """

    field: str
    second_field: str = ""
    size_mm: float = 2.6
    color: str = "#2b2a27"
    halo: str | None = "#ffffff"
    bold: bool = False
    along_line: bool = False
    priority: int = 0
    min_units_per_px: float = 0.0
    max_units_per_px: float = 1e9
    circled_field: str = ""
    circled: bool = False


@dataclass(frozen=True)
class RasterStyle:
    """A colour ramp over values, classes, or three bands as colours; nodata is transparent.

    Attributes
    ----------
    color_bands : tuple of int
        Bands shown as red, green and blue; empty: one band through `stops`.
    color_ranges : tuple of (float, float)
        Values that become none and all of each colour; empty: bytes as they are.
    """

    stops: tuple[tuple[float, str], ...] = ()
    band: int = 1
    interpolate: bool = True
    unit: str = ""
    color_bands: tuple[int, ...] = ()
    color_ranges: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Style:
    """Symbology, labels and scale range of a vector layer."""

    symbology: Symbology = PLAIN
    label: LabelStyle | None = None
    min_units_per_px: float = 0.0
    max_units_per_px: float = 1e9

    @property
    def symbol(self) -> Symbol:
        """The symbol shared by all classes."""
        return self.symbology.symbol

    def shown_at(self, units_per_px: float) -> bool:
        """Whether the layer is drawn at this scale."""
        return self.min_units_per_px <= units_per_px <= self.max_units_per_px


@dataclass(frozen=True)
class ClassEntry:
    """A class that is drawn: its colour, how many features, and what it stands for.

    Attributes
    ----------
    kind : str
        ``"all"``, ``"value"``, ``"range"``, ``"other"`` or ``"missing"``.
    low, high : float or None
        Bounds of a range.
    pattern : Pattern or None
        Pattern of the class where it is not the symbol's.
    """

    color: str | None
    count: int
    kind: str = "all"
    value: Any = None
    label: str = ""
    low: float | None = None
    high: float | None = None
    title: Title | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True, eq=False)
class DrawnClasses:
    """What a style draws on a column.

    Attributes
    ----------
    codes : ndarray of uint16, shape (n,)
        Class of each feature, an index into `colors`.
    colors : ndarray of uint8, shape (k, 4)
        RGBA; alpha 0 where a class is not drawn.
    entries : tuple of ClassEntry
        One per class, in the same order: the legend.
    """

    codes: NDArray[np.uint16]
    colors: NDArray[np.uint8]
    entries: tuple[ClassEntry, ...]

    @property
    def legend(self) -> tuple[ClassEntry, ...]:
        """The entries that a legend shows: those with features and a colour."""
        return tuple(e for e in self.entries if e.count and e.color is not None)


def drawn_classes(style: Style, column: Column | None, row_count: int) -> DrawnClasses:
    """Return the class of each feature and the colours and legend of the classes.

    Parameters
    ----------
    style : Style
        What to draw.
    column : Column or None
        The column that the symbology names (a column of the table or an outcome); None for a
        single symbol or when the column does not exist: everything is then missing.
    row_count : int
        Number of features.
    """
    symbology = style.symbology
    if isinstance(symbology, Single):
        entry = ClassEntry(symbology.symbol.color, row_count)
        return _classes(np.zeros(row_count, dtype=np.uint16), (entry,), style.symbol)
    if column is None:
        entry = ClassEntry(MISSING_COLOR, row_count, "missing")
        return _classes(np.zeros(row_count, dtype=np.uint16), (entry,), style.symbol)
    if isinstance(symbology, Categorized):
        return _categorized(symbology, column)
    return _graduated(symbology, column)


def symbology_field(style: Style) -> str:
    """Return the column name that the symbology reads; empty for a single symbol."""
    return "" if isinstance(style.symbology, Single) else style.symbology.field


def _categorized(symbology: Categorized, column: Column) -> DrawnClasses:
    codes, values = column.coded
    wanted = [category.value for category in symbology.categories]
    other, missing = len(wanted), len(wanted) + 1
    place = {_key(value): index for index, value in enumerate(wanted)}
    lookup = np.array([*(place.get(_key(v), other) for v in values), missing], dtype=np.uint16)
    if None in wanted:
        lookup[-1] = wanted.index(None)
    drawn = lookup[codes]
    counts = np.bincount(drawn, minlength=missing + 1)
    entries = [
        ClassEntry(
            c.color,
            int(counts[i]),
            "missing" if c.value is None else "value",
            c.value,
            c.label,
            title=c.title,
            pattern=c.pattern,
        )
        for i, c in enumerate(symbology.categories)
    ]
    entries.append(ClassEntry(symbology.other, int(counts[other]), "other"))
    entries.append(ClassEntry(MISSING_COLOR, int(counts[missing]), "missing"))
    return _classes(drawn, tuple(entries), symbology.symbol)


def _key(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _graduated(symbology: Graduated, column: Column) -> DrawnClasses:
    numbers = column.numbers
    breaks = np.asarray(symbology.breaks, dtype=np.float64)
    missing = len(symbology.colors)
    # A class is the number of breaks below: a few comparisons, twenty times faster than a search.
    drawn = np.zeros(len(numbers), dtype=np.uint16)
    for limit in breaks[1:-1][: max(missing - 1, 0)].tolist():
        drawn += numbers > limit
    drawn[np.isnan(numbers)] = missing
    counts = [np.count_nonzero(drawn == number) for number in range(missing + 1)]
    entries = [
        ClassEntry(color, int(counts[i]), "range", low=float(breaks[i]), high=float(breaks[i + 1]))
        for i, color in enumerate(symbology.colors)
    ]
    entries.append(ClassEntry(symbology.missing, int(counts[missing]), "missing"))
    return _classes(drawn, tuple(entries), symbology.symbol)


def _classes(
    codes: NDArray[np.uint16], entries: tuple[ClassEntry, ...], symbol: Symbol
) -> DrawnClasses:
    alpha = round(OPAQUE * symbol.fill_opacity)
    colors = np.array([rgba(entry.color, alpha) for entry in entries], dtype=np.uint8)
    return DrawnClasses(codes, colors.reshape(-1, 4), entries)


def rgba(color: str | None, alpha: int = OPAQUE) -> tuple[int, int, int, int]:
    """Return (red, green, blue, alpha) of ``#rrggbb``; transparent for None."""
    if color is None:
        return 0, 0, 0, 0
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, alpha
