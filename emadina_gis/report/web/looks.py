"""How a layer looks on the page, and its legend: the classes that are drawn, said in words.

A style on a column that is withheld becomes one symbol; rows that count a few only fall into a
class of their own, so that colours tell nothing that popups withhold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import (
    MISSING_COLOR,
    ClassEntry,
    Dash,
    Single,
    Style,
    Symbol,
    drawn_classes,
)
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.render.drawn_classes import columns_read
from emadina_gis.render.scene import DrawnLayer
from emadina_gis.render.symbols import SWATCH_SCALE
from emadina_gis.report.legend import entry_text
from emadina_gis.report.web.languages import in_languages, labelled
from emadina_gis.report.web.withheld import few, is_counted, is_withheld, masked_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column

#: Kinds of drawing on the page.
_KINDS = {Kind.POLYGON: "polygon", Kind.LINE: "line", Kind.POINT: "point"}
_DASHES = {Dash.DASHED: "6 4", Dash.DASH_DOT: "8 4 2 4", Dash.DOTTED: "2 3"}
_LEAST_WEIGHT = 0.6
_ALL_SCALES = 1e8


@dataclass(frozen=True, eq=False)
class Look:
    """Class of each row, and what the page needs to draw and to list the classes.

    Attributes
    ----------
    codes : ndarray of uint16, shape (n,)
    entry : dict
        Kind, colours by class, strokes, sizes, and the legend under ``entries``.
    """

    codes: NDArray[np.uint16]
    entry: dict[str, Any]


def look_of(drawn: DrawnLayer, unit_m: float) -> Look:
    """Return how a layer is drawn for the public.

    Parameters
    ----------
    unit_m : float
        Metres in a unit of the map, in which scales of layers are given.
    """
    look = _public_look(drawn)
    return Look(look.codes, {**look.entry, "scales": _scales(drawn, unit_m)})


def _public_look(drawn: DrawnLayer) -> Look:
    layer = drawn.layer
    read = {name: drawn.column(name) for name in columns_read(layer, drawn.columns)}
    known = {name: column for name, column in read.items() if column is not None}
    if any(is_withheld(layer, name, column) for name, column in known.items()):
        plain = _as_single(drawn)
        return Look(plain.classes.codes, {**_look(plain), "entries": _entries(plain)})
    look = Look(drawn.classes.class_codes, {**_look(drawn), "entries": _entries(drawn)})
    for name, column in known.items():
        if name in layer.table.columns and is_counted(layer, name, column):
            look = _without_few(look, column)
    return look


def _as_single(drawn: DrawnLayer) -> DrawnLayer:
    """Return the layer with one symbol for all rows."""
    style = Style(Single(drawn.symbol))
    layer = replace(drawn.layer, style=style)
    return DrawnLayer(layer, drawn_classes(style, None, layer.table.row_count), {})


def _without_few(look: Look, column: Column) -> Look:
    """Move the rows that count a few only into a class of their own."""
    hidden = few(column)
    if not hidden.any():
        return look
    entry = dict(look.entry)
    codes = np.where(hidden, len(entry["colors"]), look.codes).astype(np.uint16)
    entry["colors"] = [*entry["colors"], MISSING_COLOR]
    counts = np.bincount(codes, minlength=len(entry["colors"]))
    kept = [
        {**item, "count": int(counts[item["code"]])}
        for item in entry["entries"]
        if counts[item["code"]]
    ]
    last = {
        "code": len(entry["colors"]) - 1,
        "color": MISSING_COLOR,
        "count": int(hidden.sum()),
        "text": labelled("report.web.few"),
    }
    entry["entries"] = [*kept, last]
    return Look(codes, entry)


def _look(drawn: DrawnLayer) -> dict[str, Any]:
    kind = _KINDS[drawn.layer.table.main_kind]
    entries, shades = drawn.classes.entries, drawn.classes.shades
    colors = drawn.line_colors if kind == "line" else drawn.fill_colors
    outline_only = kind != "line" and not colors[:, 3].any()
    shown = drawn.classes.colors[shades - 1 :: shades]
    palette = np.where(colors[shades - 1 :: shades, 3:] > 0, colors[shades - 1 :: shades], shown)
    if outline_only:
        palette = np.where(shown[:, 3:] > 0, shown, 255)
    own = {
        str(code): _strokes(entry.symbol, kind)
        for code, entry in enumerate(entries)
        if entry.symbol is not None
    }
    return {
        "kind": kind,
        "colors": [_css(color) if color[3] or outline_only else None for color in palette.tolist()],
        "opacity": float(drawn.opacity),
        **_strokes(drawn.symbol, kind),
        "filled": not outline_only,
        **({"own": own} if own else {}),
    }


def _strokes(symbol: Symbol, kind: str) -> dict[str, Any]:
    """Return how a symbol draws lines, markers and insides, as the page has them."""
    symbol = symbol.on_paper(1000.0 / SWATCH_SCALE)
    dashes = " ".join(f"{mm / MM_PER_PX_AT_96_DPI:.4g}" for mm in symbol.dashes_mm)
    return {
        "filled": symbol.fill is not None,
        "fillOpacity": float(symbol.fill_opacity),
        "stroke": _outline(symbol) if kind != "line" else None,
        "weight": round(max(symbol.stroke_mm / MM_PER_PX_AT_96_DPI, _LEAST_WEIGHT), 3),
        "dash": dashes or _DASHES.get(symbol.dash, ""),
        "radius": round(max(symbol.size_mm / MM_PER_PX_AT_96_DPI / 2, 2.0), 3),
    }


def _scales(drawn: DrawnLayer, unit_m: float) -> list[float] | None:
    """Return between which metres a pixel the layer is drawn; None where at all of them."""
    style = drawn.layer.style
    if style.min_units_per_px <= 0 and style.max_units_per_px >= _ALL_SCALES:
        return None
    return [style.min_units_per_px * unit_m, style.max_units_per_px * unit_m]


def _outline(symbol: Symbol) -> str | None:
    return symbol.stroke if symbol.stroke_mm > 0 else None


def _css(color: list[int]) -> str:
    red, green, blue, _alpha = color
    return f"#{red:02x}{green:02x}{blue:02x}"


def _entries(drawn: DrawnLayer) -> list[dict[str, Any]]:
    """Return the legend of a layer: the classes that are drawn, in three languages."""
    return [
        {"code": code, "color": entry.color, "count": entry.count, "text": _text(drawn, entry)}
        for code, entry in enumerate(drawn.classes.entries)
        if entry.count and entry.color is not None
    ]


def _text(drawn: DrawnLayer, entry: ClassEntry) -> dict[str, str] | None:
    """Return what a class stands for; None for a single symbol, named by its layer."""
    if entry.kind == "all":
        return None
    return masked_in(in_languages(lambda words: entry_text(drawn, entry, words)))
