"""The signs of Moroccan development plans as symbols: thick dashes, dash-dots, hatching, dots.

Widths as on printed plans at 1:2 000 to 1:10 000. `render.plan_signs` chooses them for whole
scenes; the style panel offers them for one layer or class.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.symbol import Dash, Pattern, PatternKind, Symbol

BLACK = "#000000"
WHITE = "#ffffff"


class PlanSymbol(StrEnum):
    """A sign of the legend of plans."""

    SECTOR_LIMIT = "sector-limit"
    PERIMETER = "perimeter"
    INNER_PERIMETER = "inner-perimeter"
    EQUIPMENT = "equipment"
    EQUIPMENT_TO_CREATE = "equipment-to-create"
    GREEN_SPACE = "green-space"
    PARK = "park"
    ROAD_SURFACE = "road-surface"
    SERVITUDE = "servitude"
    HERITAGE = "heritage"
    RESERVATION = "reservation"
    BUILDING = "building"
    ROAD_AXIS = "road-axis"
    ROAD_RIBBON = "road-ribbon"
    POINT = "point"


@dataclass(frozen=True)
class PlanSign:
    """A sign and the kind of geometry it is for."""

    symbol: Symbol
    kind: Kind = Kind.POLYGON


def _area(stroke_mm: float, pattern: Pattern | None = None, *, fill: str | None = None) -> Symbol:
    return Symbol(fill=fill, stroke=BLACK, stroke_mm=stroke_mm, pattern=pattern)


def _ink(kind: PatternKind, spacing_mm: float, width_mm: float, angle_deg: float = 0.0) -> Pattern:
    return Pattern(kind, spacing_mm, width_mm, angle_deg, BLACK)


PLAN_SIGNS: dict[PlanSymbol, PlanSign] = {
    PlanSymbol.SECTOR_LIMIT: PlanSign(
        Symbol(fill=None, stroke=BLACK, stroke_mm=0.55, dash=Dash.DASHED)
    ),
    PlanSymbol.PERIMETER: PlanSign(
        Symbol(fill=None, stroke=BLACK, stroke_mm=0.9, dash=Dash.DASH_DOT, casing=WHITE)
    ),
    PlanSymbol.INNER_PERIMETER: PlanSign(
        Symbol(fill=None, stroke=BLACK, stroke_mm=0.5, dash=Dash.DASH_DOT, casing=WHITE)
    ),
    PlanSymbol.EQUIPMENT: PlanSign(_area(0.3, _ink(PatternKind.GRID, 1.8, 0.06), fill=WHITE)),
    PlanSymbol.EQUIPMENT_TO_CREATE: PlanSign(
        _area(0.3, _ink(PatternKind.GRID, 0.9, 0.09), fill=WHITE)
    ),
    PlanSymbol.GREEN_SPACE: PlanSign(_area(0.3, _ink(PatternKind.DOTS, 1.1, 0.22), fill=WHITE)),
    PlanSymbol.PARK: PlanSign(_area(0.3, _ink(PatternKind.DOTTED_HATCH, 1.6, 0.2), fill=WHITE)),
    PlanSymbol.ROAD_SURFACE: PlanSign(_area(0.3, _ink(PatternKind.HATCH, 1.0, 0.06), fill=WHITE)),
    PlanSymbol.SERVITUDE: PlanSign(
        Symbol(
            fill=None,
            stroke=BLACK,
            stroke_mm=0.2,
            dash=Dash.DOTTED,
            pattern=_ink(PatternKind.HATCH, 3.0, 0.06, 90.0),
        )
    ),
    PlanSymbol.HERITAGE: PlanSign(_area(0.35, _ink(PatternKind.CROSS_HATCH, 0.9, 0.06))),
    PlanSymbol.RESERVATION: PlanSign(
        Symbol(fill=None, stroke=BLACK, stroke_mm=0.4, dash=Dash.DASHED)
    ),
    PlanSymbol.BUILDING: PlanSign(_area(0.08, _ink(PatternKind.HATCH, 0.6, 0.05))),
    PlanSymbol.ROAD_AXIS: PlanSign(
        Symbol(fill=None, stroke=BLACK, stroke_mm=0.1, dash=Dash.DASH_DOT), Kind.LINE
    ),
    PlanSymbol.ROAD_RIBBON: PlanSign(
        Symbol(fill=None, stroke=WHITE, stroke_mm=0.8, casing=BLACK, casing_mm=0.24), Kind.LINE
    ),
    PlanSymbol.POINT: PlanSign(
        Symbol(fill=BLACK, stroke=WHITE, stroke_mm=0.15, size_mm=1.4), Kind.POINT
    ),
}


def signs_for(kind: Kind) -> dict[PlanSymbol, Symbol]:
    """Return the signs that features of a kind can be drawn with; limits also draw lines."""
    outlines = {PlanSymbol.SECTOR_LIMIT, PlanSymbol.PERIMETER, PlanSymbol.INNER_PERIMETER}
    return {
        name: sign.symbol
        for name, sign in PLAN_SIGNS.items()
        if sign.kind == kind or (kind == Kind.LINE and name in outlines)
    }
