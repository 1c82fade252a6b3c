"""What the style panel warns of: classes that cannot be told apart, and what would help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from emadina_gis.analysis.confusions import Confusion, Look, Remedy, confusions, look_of, remedy
from emadina_gis.analysis.palettes import luminance, qualitative, ramp
from emadina_gis.app.canvas.colors import DARK, LIGHT
from emadina_gis.app.models.style_classes import with_class_symbol
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import (
    Categorized,
    Dash,
    Graduated,
    Marker,
    Pattern,
    PatternKind,
)

if TYPE_CHECKING:
    from emadina_gis.app.models.style_classes import StyleRow
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import Style, Symbol
    from emadina_gis.words import Words

#: The grounds that a map is seen on: of the light theme and of the dark one.
GROUNDS = (LIGHT.background, DARK.background)
#: More classes than this are not compared two by two with a suggestion for each.
MOST_COMPARED = 40
#: Luminance below which signs on a fill are white.
_DARK = 0.18


@dataclass(frozen=True)
class Alike:
    """Two classes that look alike, how many more pairs do, and what would tell them apart.

    Attributes
    ----------
    rows : tuple of StyleRow
        The later one of each pair, which is given a sign of its own where colours do not do.
    """

    confusion: Confusion
    first: str
    second: str
    more: int
    remedy: Remedy
    rows: tuple[StyleRow, ...]


def warning_of(layer: VectorLayer, rows: tuple[StyleRow, ...]) -> Alike | None:
    """Return the nearest two classes that cannot be told apart; None where all can.

    Classes that no feature is in are left out.
    """
    drawn = [row for row in rows if row.count != 0][:MOST_COMPARED]
    is_line = layer.table.main_kind == Kind.LINE
    found = [(row, look_of(row.symbol, layer.opacity, is_line=is_line)) for row in drawn]
    seen = [(row, look) for row, look in found if look is not None]
    looks = tuple(look for _, look in seen)
    alike = _confusions(looks)
    if not alike:
        return None
    symbology = layer.style.symbology
    ordered = isinstance(symbology, Graduated)
    ramp_id = symbology.ramp_id if isinstance(symbology, Graduated) else ""
    nearest = alike[0]
    names = seen[nearest.first][0].text, seen[nearest.second][0].text
    helps = _remedy(looks, ramp_id, ordered)
    later = tuple(seen[place][0] for place in dict.fromkeys(one.second for one in alike))
    return Alike(nearest, *names, len(alike) - 1, helps, later)


@lru_cache(maxsize=64)
def _confusions(looks: tuple[Look, ...]) -> tuple[Confusion, ...]:
    return confusions(looks, GROUNDS)


@lru_cache(maxsize=64)
def _remedy(looks: tuple[Look, ...], ramp_id: str, is_ordered: bool) -> Remedy:
    return remedy(looks, GROUNDS, ramp_id=ramp_id, is_ordered=is_ordered)


def warning_text(found: Alike, words: Words) -> str:
    """Return the warning as a person reads it."""
    ground = "light" if found.confusion.ground == LIGHT.background else "dark"
    said = words.text(
        f"style.alike.{found.confusion.vision}",
        first=found.first,
        second=found.second,
        ground=words.text(f"style.ground.{ground}"),
    )
    return said if not found.more else f"{said} {words.plural('style.alike.more', found.more)}"


def remedy_text(found: Remedy, words: Words) -> str:
    """Return what a button that applies a remedy says."""
    if found.kind == "ramp":
        return words.text("style.remedy.ramp", ramp=words.text(f"palette.{found.value}"))
    if found.kind == "fewer":
        return words.plural("style.remedy.fewer", int(found.value))
    return words.text(f"style.remedy.{found.kind}")


def remedied(layer: VectorLayer, found: Alike) -> Style | None:
    """Return the style with a remedy applied; None for fewer classes, which need the values."""
    style, help_ = layer.style, found.remedy
    symbology = style.symbology
    if help_.kind == "ramp" and isinstance(symbology, Graduated):
        colors = ramp(str(help_.value)).colors(len(symbology.colors))
        recolored = replace(symbology, colors=colors, ramp_id=str(help_.value), symbols=())
        return replace(style, symbology=recolored)
    if help_.kind == "colors" and isinstance(symbology, Categorized):
        colors = qualitative(len(symbology.categories))
        pairs = zip(symbology.categories, colors, strict=True)
        categories = tuple(replace(c, color=color, symbol=None) for c, color in pairs)
        return replace(style, symbology=replace(symbology, categories=categories))
    if help_.kind == "fewer":
        return None
    for row in found.rows:
        marked = _with_sign(row.symbol, layer.table.main_kind, row.index)
        style = with_class_symbol(style, row.index, marked)
    return style


def _with_sign(symbol: Symbol, kind: Kind, number: int) -> Symbol:
    """Return a symbol with another sign: a pattern, a dash or a marker."""
    if kind == Kind.LINE:
        dashes = [dash for dash in Dash if dash is not symbol.dash]
        return replace(symbol, dash=dashes[number % len(dashes)], dashes_mm=())
    if kind == Kind.POINT:
        markers = [marker for marker in Marker if marker is not symbol.marker]
        return replace(symbol, marker=markers[number % len(markers)], picture=None)
    own = symbol.pattern
    kinds = [one for one in PatternKind if own is None or own.kind is not one]
    is_dark = symbol.fill is not None and luminance(symbol.fill) < _DARK
    ink = "#ffffff" if is_dark else "#22211f"
    return replace(symbol, pattern=Pattern(kinds[number % len(kinds)], color=ink))
