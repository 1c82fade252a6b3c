"""Symbologies as data: one symbol, categories, classes of numbers, or ordered rules.

What decides which class a feature is drawn with; `drawn_classes` says what is then drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from emadina_gis.domain.symbol import PLAIN_SYMBOL, Pattern, Symbol

if TYPE_CHECKING:
    from emadina_gis.domain.title import Title

OTHER_COLOR = "#c9c5bd"
MISSING_COLOR = "#e4e1da"
ALL_SCALES = 1e9


class Method(StrEnum):
    """How the breaks of a graduated style were chosen."""

    QUANTILE = "quantile"
    EQUAL = "equal"
    NATURAL = "natural"
    MANUAL = "manual"
    DEVIATION = "deviation"
    PRETTY = "pretty"


@dataclass(frozen=True)
class Single:
    """One symbol for all features."""

    symbol: Symbol = PLAIN_SYMBOL


@dataclass(frozen=True)
class Category:
    """A value (None: missing) with its colour; a label or a title is shown in its place.

    A pattern takes the place of the symbol's; a symbol of its own takes the place of all of it,
    and `color` is then the colour that stands for it.
    """

    value: str | float | bool | None
    color: str
    label: str = ""
    title: Title | None = None
    pattern: Pattern | None = None
    symbol: Symbol | None = None


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
    ramp_id : str
        Ramp that the colours were taken from; empty for colours of one's own.
    symbols : tuple of Symbol or None
        Symbol of its own of each class, which takes the place of the shared one; empty for none.
    """

    field: str
    breaks: tuple[float, ...]
    colors: tuple[str, ...]
    method: Method = Method.QUANTILE
    symbol: Symbol = PLAIN_SYMBOL
    missing: str | None = MISSING_COLOR
    unit: str = ""
    decimals: int = 0
    ramp_id: str = ""
    symbols: tuple[Symbol | None, ...] = ()

    def symbol_of(self, index: int) -> Symbol | None:
        """Return the symbol of its own of a class, if it has one."""
        return self.symbols[index] if index < len(self.symbols) else None


@dataclass(frozen=True)
class Rule:
    """A condition and how the features that meet it are drawn.

    Attributes
    ----------
    condition : str
        A formula (see `analysis.formula_text`); empty for "all others", whatever its place.
    label : str
        What the legend says; empty: the condition itself.
    min_units_per_px, max_units_per_px : float
        Scales at which the rule applies, in metres per pixel of 1/96 inch as those of `Style`; at
        others the next rule that is met does.
    """

    condition: str
    symbol: Symbol = PLAIN_SYMBOL
    label: str = ""
    title: Title | None = None
    min_units_per_px: float = 0.0
    max_units_per_px: float = ALL_SCALES

    @property
    def is_else(self) -> bool:
        """Whether it takes what no other rule takes."""
        return not self.condition.strip()

    def applies_at(self, units_per_px: float) -> bool:
        """Whether the rule counts at this scale."""
        return self.min_units_per_px <= units_per_px <= self.max_units_per_px


@dataclass(frozen=True)
class Rules:
    """Ordered rules: a feature is drawn by the first one that it meets; by none, not at all."""

    rules: tuple[Rule, ...]
    symbol: Symbol = PLAIN_SYMBOL


Symbology = Single | Categorized | Graduated | Rules
PLAIN = Single()


@dataclass(frozen=True)
class FeatureOpacity:
    """How opaque each feature is, from a numeric field, beside the opacity of the layer.

    Attributes
    ----------
    low, high : float
        Values that are drawn with `least` and with full opacity; between them in proportion. A
        high below the low turns it round.
    least : float
        Opacity in [0, 1] of the low value, and of features without a value.
    """

    field: str
    low: float = 0.0
    high: float = 1.0
    least: float = 0.15
