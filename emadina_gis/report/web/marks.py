"""How one symbol draws on the page: lines, insides with their signs, markers; in its pixels.

Pictures go as data that only draws. What is measured on the ground is given as at one scale, and
said to be: the page makes it larger and smaller with the map.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.style import Dash, Marker
from emadina_gis.domain.svg_marker import colored_svg, safe_svg
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.errors import AnalysisError
from emadina_gis.render.marker_shapes import marker_outline
from emadina_gis.render.pattern_lines import DIRECTIONS, DOTTED, dot_step_mm
from emadina_gis.render.symbols import SWATCH_SCALE

if TYPE_CHECKING:
    from emadina_gis.domain.style import Pattern, Picture, Symbol

#: Metres in a pixel of the page at which sizes on the ground are given.
GROUND_M_PER_PX = SWATCH_SCALE * MM_PER_PX_AT_96_DPI / 1000.0
_DASHES = {Dash.DASHED: "6 4", Dash.DASH_DOT: "8 4 2 4", Dash.DOTTED: "2 3"}
_LEAST_WEIGHT = 0.6
_LEAST_RADIUS = 2.0
#: The longer side of a picture, so that it stays sharp on a fine screen.
_PICTURE_PX = 128.0


def strokes(symbol: Symbol, kind: str) -> dict[str, Any]:
    """Return how a symbol draws lines, markers and insides; keys of what it lacks are left out."""
    is_ground = bool(symbol.ground_scale)
    symbol = symbol.on_paper(1000.0 / SWATCH_SCALE)
    dashes = " ".join(f"{_px(mm):.4g}" for mm in symbol.dashes_mm)
    made: dict[str, Any] = {
        "filled": symbol.fill is not None,
        "fillOpacity": float(symbol.fill_opacity),
        "stroke": symbol.stroke if kind != "line" and symbol.stroke_mm > 0 else None,
        "weight": round(max(_px(symbol.stroke_mm), _LEAST_WEIGHT), 3),
        "dash": dashes or _DASHES.get(symbol.dash, ""),
        "radius": round(max(_px(symbol.size_mm) / 2, _LEAST_RADIUS), 3),
    }
    if is_ground:
        made["ground"] = True
    if kind == "line" and symbol.casing:
        wide = max(_px(symbol.stroke_mm), _LEAST_WEIGHT) + _px(symbol.casing_mm)
        made |= {"casing": symbol.casing, "casingWeight": round(wide, 3)}
    if kind == "point" and symbol.marker is not Marker.CIRCLE:
        made["marker"] = (2 * marker_outline(symbol.marker)[:-1]).round(3).tolist()
    return made | pattern_entry(symbol.pattern if kind == "polygon" else None)


def pattern_entry(pattern: Pattern | None) -> dict[str, Any]:
    """Return the signs inside areas: directions of lines in degrees, sizes in pixels."""
    if pattern is None:
        return {}
    spacing = _px(pattern.spacing_mm)
    entry: dict[str, Any] = {
        "angles": [angle + pattern.angle_deg for angle in DIRECTIONS[pattern.kind]],
        "spacing": round(max(spacing, 1.0), 3),
        "width": round(_px(pattern.width_mm), 3),
        "color": pattern.color,
    }
    if pattern.kind in DOTTED:
        entry["step"] = round(max(_px(dot_step_mm(pattern)), 1.0), 3)
    return {"pattern": entry}


@lru_cache(maxsize=64)
def picture_data(picture: Picture, color: str) -> str:
    """Return a drawn marker as a data address in a colour; empty where it is not safe.

    Pictures are given a size because a browser draws none without.
    """
    try:
        svg = colored_svg(safe_svg(picture.svg), color)
        _x, _y, width, height = (
            float(side)
            for side in svg.split('viewBox="', 1)[1].split('"')[0].replace(",", " ").split()
        )
    except (AnalysisError, ValueError, IndexError):
        return ""
    share = _PICTURE_PX / max(width, height, 1e-6)
    sized = f'<svg width="{width * share:.4g}" height="{height * share:.4g}" '
    text = svg.replace("<svg ", sized, 1)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode("ascii")


def _px(length_mm: float) -> float:
    return length_mm / MM_PER_PX_AT_96_DPI
