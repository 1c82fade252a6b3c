"""Rows of a legend, made from the classes that are drawn and nothing else. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Graduated, Single, Symbol
from emadina_gis.render.raster_legend import raster_entries
from emadina_gis.words.numbers import in_direction, isolate_text
from emadina_gis.words.units import UNIT_LABELS

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import ClassEntry
    from emadina_gis.render.scene import Drawn, DrawnLayer, DrawnRaster, Scene
    from emadina_gis.words import Words


@dataclass(frozen=True)
class LegendRow:
    """A line of a legend.

    Attributes
    ----------
    text : str
        What it says, in the language asked for.
    color : str or None
        Colour of the swatch; None for the heading of a layer.
    symbol : Symbol or None
        How the swatch is drawn; None for a heading and for rasters.
    kind : Kind
        Patch, line or marker.
    opacity : float
        Opacity of the swatch's fill.
    """

    text: str
    color: str | None = None
    symbol: Symbol | None = None
    kind: Kind = Kind.POLYGON
    opacity: float = 1.0
    layer_id: str = ""
    #: Colours from the upper border to the lower one, where the lines are one ramp.
    shades: tuple[str, ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether it names a layer above its classes."""
        return self.color is None


def legend_rows(
    scene: Scene, words: Words, units_per_px: float | None = None
) -> tuple[LegendRow, ...]:
    """Return the legend of a scene, the topmost layer first.

    Parameters
    ----------
    units_per_px : float, optional
        Leaves out layers that are not drawn at this scale.
    """
    rows: list[LegendRow] = []
    for drawn in reversed(scene.layers):
        if units_per_px is None:
            rows += layer_rows(drawn, words)
        elif drawn.shown_at(units_per_px):
            rows += layer_rows(drawn.at(units_per_px), words)
    return tuple(rows)


def layer_rows(drawn: Drawn, words: Words) -> list[LegendRow]:
    """Return the legend of one layer: one row for a single symbol, else a heading and classes."""
    from emadina_gis.render.scene import DrawnRaster  # the scene imports nothing of this module

    if isinstance(drawn, DrawnRaster):
        return _raster_rows(drawn, words)
    kind = drawn.layer.table.main_kind
    title = drawn.layer.title.text(words.language)
    entries = drawn.classes.legend
    if isinstance(drawn.layer.style.symbology, Single):
        return [_single_row(drawn, title, kind)] if entries else []
    title = heading(drawn.layer, words)
    rows = [_class_row(drawn, entry, words, kind) for entry in entries]
    return [LegendRow(title, layer_id=drawn.id), *rows] if rows else []


def heading(layer: VectorLayer, words: Words) -> str:
    """Return the title of a layer, with the column that its classes of values are of."""
    title = isolate_text(layer.title.text(words.language), words.language)
    column = coloured_by(layer, words)
    return f"{title} · {column}" if column else title


def coloured_by(layer: VectorLayer, words: Words) -> str:
    """Return the name of the column that classes of values are of; empty for other styles."""
    symbology = layer.style.symbology
    if not isinstance(symbology, Graduated):
        return ""
    field = symbology.field
    if field in layer.table.columns:
        said = layer.field_label(field).title.text(words.language)
    else:
        key = f"outcome.column.{field}"
        said = words.text(key) if words.has(key) else field
    return isolate_text(said, words.language)


def _single_row(drawn: DrawnLayer, title: str, kind: Kind) -> LegendRow:
    return _row(drawn.symbol, drawn, title, kind)


def _class_row(drawn: DrawnLayer, entry: ClassEntry, words: Words, kind: Kind) -> LegendRow:
    text = entry_text(entry, drawn.layer.style.symbology, words)
    return _row(drawn.symbol_of(entry), drawn, text, kind)


def _row(symbol: Symbol, drawn: DrawnLayer, text: str, kind: Kind) -> LegendRow:
    first, second = symbol.fill, symbol.stroke
    if kind is Kind.LINE:
        first, second = second, first
    opacity = symbol.fill_opacity if symbol.fill or kind is Kind.LINE else 0.0
    color = first or second or symbol.color or "#000000"
    return LegendRow(text, color, symbol, kind, opacity * drawn.opacity, drawn.id)


def entry_text(entry: ClassEntry, symbology: object, words: Words) -> str:
    """Return what a class stands for, as a person reads it."""
    if entry.title is not None:
        return in_direction(entry.title.text(words.language), words.language)
    if entry.kind == "missing":
        return entry.label or words.text("render.legend.missing")
    if entry.kind == "other":
        return words.text("render.legend.other")
    if entry.kind == "range" and isinstance(symbology, Graduated):
        return _range_text(entry, symbology, words)
    if entry.label:
        return isolate_text(entry.label, words.language)
    if entry.kind == "rule" and entry.value is None:
        return words.text("render.legend.other")
    return _value_text(entry.value, words)


def _range_text(entry: ClassEntry, symbology: Graduated, words: Words) -> str:
    decimals = symbology.decimals
    if symbology.unit in UNIT_LABELS or not symbology.unit:
        return words.span(entry.low, entry.high, symbology.unit, decimals)
    return f"{words.span(entry.low, entry.high, '', decimals)}\u00a0{symbology.unit}"


def _value_text(value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words.text("render.legend.yes" if value else "render.legend.no")
    if isinstance(value, int | float):
        return words.number(value, 0 if float(value).is_integer() else 2)
    return isolate_text(str(value), words.language)


def _raster_rows(drawn: DrawnRaster, words: Words) -> list[LegendRow]:
    title = LegendRow(drawn.layer.title.text(words.language), layer_id=drawn.id)
    return [title] + [
        LegendRow(
            entry.text,
            entry.color,
            opacity=drawn.opacity,
            layer_id=drawn.id,
            shades=entry.shades,
        )
        for entry in raster_entries(drawn.layer.style, words)
    ]
