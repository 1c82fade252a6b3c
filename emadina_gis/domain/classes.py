"""The classes that are drawn: map, legend, print, web map and table read the same ones.

From a symbology and a column to the class of each feature; rules are `analysis.rules`'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.symbol import OPAQUE, Symbol, rgba
from emadina_gis.domain.symbology import (
    MISSING_COLOR,
    Categorized,
    FeatureOpacity,
    Graduated,
    Rules,
    Single,
    Symbology,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.symbol import Pattern
    from emadina_gis.domain.title import Title
    from emadina_gis.errors import Problem

#: Steps between transparent and opaque where each feature has an opacity of its own.
OPACITY_STEPS = 16


@dataclass(frozen=True)
class ClassEntry:
    """A class that is drawn: its colour, how many features, and what it stands for.

    Attributes
    ----------
    color : str or None
        The colour that stands for it; None where it is not drawn.
    kind : str
        ``"all"``, ``"value"``, ``"range"``, ``"rule"``, ``"other"`` or ``"missing"``.
    low, high : float or None
        Bounds of a range.
    pattern : Pattern or None
        Pattern of the class where it is not the symbol's.
    symbol : Symbol or None
        Symbol of its own, complete with its colours.
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
    symbol: Symbol | None = None


@dataclass(frozen=True, eq=False)
class DrawnClasses:
    """What a style draws on a column.

    Attributes
    ----------
    codes : ndarray of uint16, shape (n,)
        Colour of each feature, an index into `colors`.
    colors : ndarray of uint8, shape (k, 4)
        RGBA; alpha 0 where a class is not drawn.
    entries : tuple of ClassEntry
        The classes: the legend.
    shades : int
        Colours of each class, one after another: 1, or the steps of opacity where each feature has
        its own.
    bands : tuple of ScaleBand
        Classes by scale where rules count at some scales only; empty: the same at all.
    problems : tuple of Problem
        Rules that cannot be applied, and why.
    """

    codes: NDArray[np.uint16]
    colors: NDArray[np.uint8]
    entries: tuple[ClassEntry, ...]
    shades: int = 1
    bands: tuple[ScaleBand, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def legend(self) -> tuple[ClassEntry, ...]:
        """The entries that a legend shows: those with features and a colour."""
        return tuple(e for e in self.entries if e.count and e.color is not None)

    @property
    def class_codes(self) -> NDArray[np.uint16]:
        """Class of each feature, an index into `entries`, shape (n,)."""
        return self.codes if self.shades == 1 else self.codes // np.uint16(self.shades)

    def by_color(self, by_class: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what classes have, by colour."""
        return tuple(found for found in by_class for _ in range(self.shades))

    def at(self, units_per_px: float) -> DrawnClasses:
        """Return the classes at a scale."""
        for band in self.bands:
            if band.low <= units_per_px <= band.high:
                return band.classes
        return self


@dataclass(frozen=True, eq=False)
class ScaleBand:
    """Scales, in map units per pixel, at which the same rules count."""

    low: float
    high: float
    classes: DrawnClasses


def symbology_classes(symbology: Symbology, column: Column | None, row_count: int) -> DrawnClasses:
    """Return the class of each feature and the colours and legend of the classes.

    Parameters
    ----------
    column : Column or None
        The column that the symbology names (a column of the table or an outcome); None for a
        single symbol or when the column does not exist: everything is then missing.
    row_count : int
        Number of features.
    """
    if isinstance(symbology, Single):
        entry = ClassEntry(symbology.symbol.color, row_count)
        codes = np.zeros(row_count, dtype=np.uint16)
        return made_classes(codes, (entry,), symbology.symbol)
    if column is None or isinstance(symbology, Rules):
        entry = ClassEntry(MISSING_COLOR, row_count, "missing")
        codes = np.zeros(row_count, dtype=np.uint16)
        return made_classes(codes, (entry,), symbology.symbol)
    if isinstance(symbology, Categorized):
        return _categorized(symbology, column)
    return _graduated(symbology, column)


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
            c.color if c.symbol is None else c.symbol.color,
            int(counts[i]),
            "missing" if c.value is None else "value",
            c.value,
            c.label,
            title=c.title,
            pattern=c.pattern,
            symbol=c.symbol,
        )
        for i, c in enumerate(symbology.categories)
    ]
    entries.append(ClassEntry(symbology.other, int(counts[other]), "other"))
    entries.append(ClassEntry(MISSING_COLOR, int(counts[missing]), "missing"))
    return made_classes(drawn, tuple(entries), symbology.symbol)


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
    entries = [_range_entry(symbology, i, int(counts[i])) for i in range(len(symbology.colors))]
    entries.append(ClassEntry(symbology.missing, int(counts[missing]), "missing"))
    return made_classes(drawn, tuple(entries), symbology.symbol)


def _range_entry(symbology: Graduated, index: int, count: int) -> ClassEntry:
    own = symbology.symbol_of(index)
    low, high = symbology.breaks[index : index + 2]
    return ClassEntry(
        symbology.colors[index] if own is None else own.color,
        count,
        "range",
        low=float(low),
        high=float(high),
        symbol=own,
    )


def made_classes(
    codes: NDArray[np.uint16], entries: tuple[ClassEntry, ...], symbol: Symbol
) -> DrawnClasses:
    """Return classes in the colours of their entries; `symbol` is that of entries without one."""
    colors = np.array([_color(entry, symbol) for entry in entries], dtype=np.uint8)
    return DrawnClasses(codes, colors.reshape(-1, 4), entries)


def _color(entry: ClassEntry, shared: Symbol) -> tuple[int, int, int, int]:
    opacity = (entry.symbol or shared).fill_opacity
    return rgba(entry.color, round(OPAQUE * opacity))


def shaded(classes: DrawnClasses, opacity: FeatureOpacity, column: Column | None) -> DrawnClasses:
    """Return the classes with an opacity for each feature, in `OPACITY_STEPS` steps.

    A column that does not exist or holds no numbers leaves the classes as they are.
    """
    if column is None or not column.is_number:
        return classes
    steps = _opacity_steps(opacity, column.numbers)
    codes = classes.codes.astype(np.uint16) * np.uint16(OPACITY_STEPS) + steps
    shares = np.linspace(opacity.least, 1.0, OPACITY_STEPS)
    colors = np.repeat(classes.colors, OPACITY_STEPS, axis=0)
    alpha = np.outer(classes.colors[:, 3], shares).reshape(-1)
    colors[:, 3] = np.where(colors[:, 3] > 0, np.maximum(np.rint(alpha), 1), 0)
    bands = tuple(
        replace(band, classes=shaded(band.classes, opacity, column)) for band in classes.bands
    )
    return replace(classes, codes=codes, colors=colors, shades=OPACITY_STEPS, bands=bands)


def _opacity_steps(opacity: FeatureOpacity, numbers: NDArray[np.float64]) -> NDArray[np.uint16]:
    span = opacity.high - opacity.low
    share = (numbers - opacity.low) / span if span else (numbers >= opacity.low).astype(float)
    share = np.where(np.isnan(numbers), 0.0, np.clip(share, 0.0, 1.0))
    return np.asarray(np.rint(share * (OPACITY_STEPS - 1)), dtype=np.uint16)
