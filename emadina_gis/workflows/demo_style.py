"""Styles of the demo: from the tables of its catalogue to style values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.domain.style import (
    OTHER_COLOR,
    Categorized,
    Category,
    Dash,
    Graduated,
    LabelStyle,
    Marker,
    Method,
    RasterStyle,
    Single,
    Style,
    Symbol,
    Symbology,
)
from emadina_gis.domain.title import Title

if TYPE_CHECKING:
    from collections.abc import Mapping

    Table = Mapping[str, Any]

_FAR = 1e9


def style_of(entry: Table) -> Style:
    """Return the style of a vector entry of the catalogue."""
    table = entry["style"]
    return Style(
        symbology=_symbology(table),
        label=_label(table) if "labels" in table else None,
        min_units_per_px=table.get("min_units_per_px", 0.0),
        max_units_per_px=table.get("max_units_per_px", _FAR),
    )


def raster_style(entry: Table) -> RasterStyle:
    """Return the style of a raster entry of the catalogue."""
    table = entry["style"]
    stops = tuple((float(stop["value"]), stop["color"]) for stop in table["stops"])
    return RasterStyle(stops, unit=table.get("unit", ""))


def _symbol(table: Table) -> Symbol:
    return Symbol(
        fill=table.get("fill"),
        stroke=table.get("stroke"),
        stroke_mm=table.get("stroke_mm", 0.15),
        dash=Dash(table.get("dash", "solid")),
        marker=Marker(table.get("marker", "circle")),
        size_mm=table.get("size_mm", 1.8),
        fill_opacity=table.get("fill_opacity", 1.0),
        casing=table.get("casing"),
    )


def _symbology(table: Table) -> Symbology:
    kind = table["kind"]
    if kind == "categories":
        categories = tuple(_category(value) for value in table["categories"])
        other = table.get("other", OTHER_COLOR)
        return Categorized(table["field"], categories, _symbol(table), other)
    if kind == "graduated":
        return Graduated(
            table["field"],
            tuple(float(value) for value in table["breaks"]),
            tuple(table["colors"]),
            Method(table.get("method", "manual")),
            _symbol(table),
            unit=table.get("unit", ""),
            decimals=table.get("decimals", 0),
        )
    return Single(_symbol(table))


def _category(table: Table) -> Category:
    title = Title(table["fr"], table["ar"], table["en"]) if "fr" in table else None
    return Category(table["value"], table["color"], title=title)


#: Parts of a label that an entry may state, each as ``labels_<part>``.
_LABEL_PARTS = (
    "size_mm", "color", "bold", "italic", "along_line", "letter_spacing", "priority",
    "min_units_per_px", "max_units_per_px",
)  # fmt: skip


def _label(table: Table) -> LabelStyle:
    stated = {part: table[f"labels_{part}"] for part in _LABEL_PARTS if f"labels_{part}" in table}
    return LabelStyle(table["labels"], table.get("labels_second", ""), **stated)
