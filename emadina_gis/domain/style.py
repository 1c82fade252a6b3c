"""Styles as data: symbology, labels and scale range of a layer, and the colours of rasters.

Knows nothing of Qt or OpenGL; how breaks are chosen is `analysis.classification`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.classes import (
    ClassEntry,
    DrawnClasses,
    ScaleBand,
    shaded,
    symbology_classes,
)
from emadina_gis.domain.label_style import LabelPlace, LabelRule, LabelStyle
from emadina_gis.domain.raster_style import (
    Contours,
    RasterStyle,
    Relief,
    Resampling,
    Stretch,
)
from emadina_gis.domain.symbol import (
    METRES_SCALE,
    OPAQUE,
    PLAIN_SYMBOL,
    Dash,
    Marker,
    Pattern,
    PatternKind,
    Picture,
    Symbol,
    rgba,
)
from emadina_gis.domain.symbology import (
    ALL_SCALES,
    MISSING_COLOR,
    OTHER_COLOR,
    PLAIN,
    Categorized,
    Category,
    FeatureOpacity,
    Graduated,
    Method,
    Rule,
    Rules,
    Single,
    Symbology,
)

if TYPE_CHECKING:
    from emadina_gis.domain.column import Column

__all__ = [
    "ALL_SCALES",
    "METRES_SCALE",
    "MISSING_COLOR",
    "OPAQUE",
    "OTHER_COLOR",
    "PLAIN",
    "PLAIN_SYMBOL",
    "Categorized",
    "Category",
    "ClassEntry",
    "Contours",
    "Dash",
    "DrawnClasses",
    "FeatureOpacity",
    "Graduated",
    "LabelPlace",
    "LabelRule",
    "LabelStyle",
    "Marker",
    "Method",
    "Pattern",
    "PatternKind",
    "Picture",
    "RasterStyle",
    "Relief",
    "Resampling",
    "Rule",
    "Rules",
    "ScaleBand",
    "Single",
    "Stretch",
    "Style",
    "Symbol",
    "Symbology",
    "drawn_classes",
    "rgba",
    "shaded",
    "symbology_field",
]


@dataclass(frozen=True)
class Style:
    """Symbology, labels, scale range and opacity by feature of a vector layer."""

    symbology: Symbology = PLAIN
    label: LabelStyle | None = None
    min_units_per_px: float = 0.0
    max_units_per_px: float = ALL_SCALES
    opacity: FeatureOpacity | None = None

    @property
    def symbol(self) -> Symbol:
        """The symbol shared by all classes."""
        return self.symbology.symbol

    def shown_at(self, units_per_px: float) -> bool:
        """Whether the layer is drawn at this scale."""
        return self.min_units_per_px <= units_per_px <= self.max_units_per_px


def drawn_classes(style: Style, column: Column | None, row_count: int) -> DrawnClasses:
    """Return the classes of a symbology of one column, see `symbology_classes`."""
    return symbology_classes(style.symbology, column, row_count)


def symbology_field(style: Style) -> str:
    """Return the column that the classes are of; empty for a single symbol and for rules."""
    symbology = style.symbology
    return symbology.field if isinstance(symbology, Categorized | Graduated) else ""
