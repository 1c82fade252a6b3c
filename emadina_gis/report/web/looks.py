"""How a layer looks on the page, and its legend: the classes that are drawn, said in words.

A style on a column that is withheld becomes one symbol; rows that count a few only fall into a
class of their own, so that colours tell nothing that popups withhold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.classes import OPACITY_STEPS
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import (
    MISSING_COLOR,
    ClassEntry,
    Single,
    Style,
    drawn_classes,
)
from emadina_gis.render.drawn_classes import columns_read
from emadina_gis.render.scene import DrawnLayer
from emadina_gis.report.legend import entry_text
from emadina_gis.report.web.languages import in_languages, labelled
from emadina_gis.report.web.marks import pattern_entry, picture_data, strokes
from emadina_gis.report.web.packing import packed_column
from emadina_gis.report.web.withheld import few, is_counted, is_withheld, masked_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column

#: Kinds of drawing on the page.
_KINDS = {Kind.POLYGON: "polygon", Kind.LINE: "line", Kind.POINT: "point"}
_ALL_SCALES = 1e8
#: What a class with a symbol of its own does not take from the shared one.
_SHARED: dict[str, Any] = {
    "pattern": None, "casing": None, "marker": None, "ground": False,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Look:
    """Class of each row, and what the page needs to draw and to list the classes.

    Attributes
    ----------
    codes : ndarray of uint16, shape (n,)
    entry : dict
        Kind, colours by class, strokes, sizes, and the legend under ``entries``.
    bands : tuple of ScaleCodes
        Classes of the rows at the scales at which other rules count.
    shades : ndarray of uint16, shape (n,), optional
        Opacity of each row in steps from `least` to 1, where each has its own.
    """

    codes: NDArray[np.uint16]
    entry: dict[str, Any]
    bands: tuple[ScaleCodes, ...] = ()
    shades: NDArray[np.uint16] | None = None
    least: float = 0.0

    def of_rows(self, rows: NDArray[np.intp]) -> dict[str, Any]:
        """Return the classes and opacities of some rows for the page."""
        found: dict[str, Any] = {"codes": packed_column(self.codes[rows])}
        if self.bands:
            found["bands"] = [band.of_rows(rows) for band in self.bands]
        if self.shades is not None:
            packed = packed_column(self.shades[rows])
            found["shade"] = {"codes": packed, "least": self.least, "steps": OPACITY_STEPS}
        return found


@dataclass(frozen=True, eq=False)
class ScaleCodes:
    """Class of each row between two scales, in metres a pixel."""

    low: float
    high: float
    codes: NDArray[np.uint16]

    def of_rows(self, rows: NDArray[np.intp]) -> dict[str, Any]:
        """Return the scales, the classes of some rows, and how many rows each class has."""
        counts = np.bincount(self.codes).tolist()
        return {
            "scales": [self.low, self.high],
            "codes": packed_column(self.codes[rows]),
            "counts": {str(code): count for code, count in enumerate(counts) if count},
        }


def look_of(drawn: DrawnLayer) -> Look:
    """Return how a layer is drawn for the public."""
    look = _public_look(drawn)
    return replace(look, entry={**look.entry, "scales": _scales(drawn)})


def _public_look(drawn: DrawnLayer) -> Look:
    layer = drawn.layer
    read = {name: drawn.column(name) for name in columns_read(layer, drawn.columns)}
    known = {name: column for name, column in read.items() if column is not None}
    if any(is_withheld(layer, name, column) for name, column in known.items()):
        plain = _as_single(drawn)
        return Look(plain.classes.codes, {**_look(plain), "entries": _entries(plain)})
    look = _own_look(drawn)
    for name, column in known.items():
        if name in layer.table.columns and is_counted(layer, name, column):
            look = _without_few(look, column)
    return look


def _own_look(drawn: DrawnLayer) -> Look:
    classes, opacity = drawn.classes, drawn.layer.style.opacity
    entry = {**_look(drawn), "entries": _entries(drawn)}
    bands = tuple(ScaleCodes(b.low, b.high, b.classes.class_codes) for b in classes.bands)
    if opacity is None or classes.shades == 1:
        return Look(classes.class_codes, entry, bands)
    shades = classes.codes % np.uint16(classes.shades)
    return Look(classes.class_codes, entry, bands, shades, opacity.least)


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
    place = np.uint16(len(entry["colors"]))
    codes = np.where(hidden, place, look.codes)
    bands = tuple(replace(b, codes=np.where(hidden, place, b.codes)) for b in look.bands)
    shades = None if look.shades is None else np.where(hidden, np.uint16(0), look.shades)
    entry["colors"] = [*entry["colors"], MISSING_COLOR]
    counts = np.bincount(codes, minlength=len(entry["colors"]))
    elsewhere = {int(code) for band in bands for code in np.unique(band.codes)}
    kept = [
        {**item, "count": int(counts[item["code"]])}
        for item in entry["entries"]
        if counts[item["code"]] or item["code"] in elsewhere
    ]
    last = {
        "code": len(entry["colors"]) - 1,
        "color": MISSING_COLOR,
        "count": int(hidden.sum()),
        "text": labelled("report.web.few"),
    }
    entry["entries"] = [*kept, last]
    return Look(codes, entry, bands, shades, look.least)


def _look(drawn: DrawnLayer) -> dict[str, Any]:
    kind = _KINDS[drawn.layer.table.main_kind]
    entries, shades = drawn.classes.entries, drawn.classes.shades
    colors = drawn.line_colors if kind == "line" else drawn.fill_colors
    outline_only = kind != "line" and not colors[:, 3].any()
    shown = drawn.classes.colors[shades - 1 :: shades]
    palette = np.where(colors[shades - 1 :: shades, 3:] > 0, colors[shades - 1 :: shades], shown)
    if outline_only:
        palette = np.where(shown[:, 3:] > 0, shown, 255)
    css = [_css(color) if color[3] or outline_only else None for color in palette.tolist()]
    own = {str(code): _own(entry, kind) for code, entry in enumerate(entries)}
    return {
        "kind": kind,
        "colors": css,
        "opacity": float(drawn.opacity),
        **strokes(drawn.symbol, kind),
        "filled": not outline_only,
        "own": {code: found for code, found in own.items() if found},
        "pictures": _pictures(drawn, css) if kind == "point" else {},
    }


def _own(entry: ClassEntry, kind: str) -> dict[str, Any]:
    """Return what a class draws in a way of its own."""
    if entry.symbol is not None:
        return {**_SHARED, **strokes(entry.symbol, kind)}
    return pattern_entry(entry.pattern) if kind == "polygon" else {}


def _pictures(drawn: DrawnLayer, css: list[str | None]) -> dict[str, str]:
    """Return the drawn markers by class, each in the colour of its class."""
    found = {
        str(code): picture_data(symbol.picture, color)
        for code, (entry, color) in enumerate(zip(drawn.classes.entries, css, strict=True))
        if color and (symbol := drawn.symbol_of(entry)).picture is not None
    }
    return {code: data for code, data in found.items() if data}


def _scales(drawn: DrawnLayer) -> list[float] | None:
    """Return between which metres a pixel the layer is drawn; None where at all of them."""
    style = drawn.layer.style
    if style.min_units_per_px <= 0 and style.max_units_per_px >= _ALL_SCALES:
        return None
    return [style.min_units_per_px, style.max_units_per_px]


def _css(color: list[int]) -> str:
    red, green, blue, _alpha = color
    return f"#{red:02x}{green:02x}{blue:02x}"


def _entries(drawn: DrawnLayer) -> list[dict[str, Any]]:
    """Return the legend of a layer: the classes drawn at any scale, in three languages."""
    bands = [band.classes.entries for band in drawn.classes.bands]
    is_line = drawn.layer.table.main_kind == Kind.LINE
    lines = drawn.line_colors[drawn.classes.shades - 1 :: drawn.classes.shades].tolist()
    return [
        {
            "code": code,
            "color": _css(lines[code]) if is_line else entry.color,
            "count": entry.count,
            "text": _text(drawn, entry),
        }
        for code, entry in enumerate(drawn.classes.entries)
        if entry.color is not None and (entry.count or any(one[code].count for one in bands))
    ]


def _text(drawn: DrawnLayer, entry: ClassEntry) -> dict[str, str] | None:
    """Return what a class stands for; None for a single symbol, named by its layer."""
    if entry.kind == "all":
        return None
    return masked_in(in_languages(lambda words: entry_text(drawn, entry, words)))
