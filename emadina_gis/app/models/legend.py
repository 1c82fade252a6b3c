"""The legend of a layer in the panel: the classes that the map draws, with their swatch and text.

Reads the same classes as the map; all of the layer, not only what is inside the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from emadina_gis.app.models.columns import said_value
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import RasterLayer, VectorLayer
from emadina_gis.domain.style import RasterStyle, Single, Symbol, symbology_field
from emadina_gis.render.drawn_classes import columns_read
from emadina_gis.render.raster_legend import raster_entries
from emadina_gis.render.scene import DrawnLayer, drawn_layer, is_classified
from emadina_gis.report.legend import entry_text
from emadina_gis.simulation.scenario_outcome import OutcomeColumns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import Layer
    from emadina_gis.domain.style import ClassEntry
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.words import Words

_PATCH = Symbol(stroke=None)


@dataclass(frozen=True)
class Item:
    """One class: how its swatch looks, and what it stands for."""

    kind: Kind
    symbol: Symbol
    color: str | None
    text: str
    count: int = 0
    #: Colours from the upper border to the lower one, where the lines are one ramp.
    shades: tuple[str, ...] = ()

    @property
    def qcolor(self) -> QColor:
        """Colour of the swatch."""
        if self.color is None:
            return QColor(0, 0, 0, 0)
        color = QColor(self.color)
        color.setAlphaF(self.symbol.fill_opacity if self.kind == Kind.POLYGON else 1.0)
        return color


def legend_items(
    layer: Layer, columns: Mapping[str, Column], cache: DerivedCache, words: Words
) -> tuple[Item, ...]:
    """Return the classes of a layer that have features, in the order of its style."""
    if isinstance(layer, RasterLayer):
        return raster_items(layer.style, words)
    if not layer.table.has_geometry:
        return ()
    drawn = drawn_layer(layer, cache=cache, columns=columns)
    return tuple(_item(drawn, entry, words) for entry in drawn.classes.legend)


def legend_is_ready(layer: Layer, columns: Mapping[str, Column], cache: DerivedCache) -> bool:
    """Whether `legend_items` has nothing to compute."""
    if isinstance(layer, RasterLayer) or not layer.table.has_geometry:
        return True
    if isinstance(columns, OutcomeColumns):
        read = columns_read(layer, columns)
        if not all(columns.is_made(name) for name in read if name in columns):
            return False
    return is_classified(layer, cache=cache, columns=columns)


def symbol_item(layer: VectorLayer) -> Item:
    """Return the swatch of a layer with a single symbol."""
    symbol = layer.style.symbol
    kind = layer.table.main_kind
    return Item(kind, symbol, _own_color(symbol, kind), "", layer.table.row_count)


def has_one_symbol(layer: Layer) -> bool:
    """Whether a layer has no classes to list."""
    return isinstance(layer, VectorLayer) and isinstance(layer.style.symbology, Single)


def _item(drawn: DrawnLayer, entry: ClassEntry, words: Words) -> Item:
    kind = drawn.layer.table.main_kind
    symbol = drawn.symbol_of(entry)
    return Item(kind, symbol, _own_color(symbol, kind), _text(drawn, entry, words), entry.count)


def _text(drawn: DrawnLayer, entry: ClassEntry, words: Words) -> str:
    field = symbology_field(drawn.layer.style)
    said = ""
    if entry.kind == "value" and not entry.label:
        said = said_value(drawn.layer, field, entry.value, words)
    return said or entry_text(drawn, entry, words)


def _own_color(symbol: Symbol, kind: Kind) -> str | None:
    """Return the colour of a line, or of the inside; None where it is not filled."""
    return symbol.stroke or symbol.fill if kind == Kind.LINE else symbol.fill


def raster_items(style: RasterStyle, words: Words) -> tuple[Item, ...]:
    """Return the lines of the legend of a raster."""
    return tuple(
        Item(Kind.POLYGON, _PATCH, entry.color, entry.text, shades=entry.shades)
        for entry in raster_entries(style, words)
    )
