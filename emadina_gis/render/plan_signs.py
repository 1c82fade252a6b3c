"""The black and white signs of development plans: a scene as a planche d'aménagement draws it.

What a layer is comes from the roles of its columns and from its indices (E115, AC 103), never from
its name: sectors get a thick dashed limit and a bold code, perimeters a thick dash-dot, equipment
a grid with its index, roads their index along the axis and their width in a circle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.plan_symbols import BLACK, PLAN_SIGNS, WHITE, PlanSymbol
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.role_names import plain_name
from emadina_gis.domain.schema import CONSTRAINT_ROLES, Role
from emadina_gis.domain.style import (
    Categorized,
    Category,
    ClassEntry,
    Dash,
    DrawnClasses,
    LabelStyle,
    Pattern,
    Single,
    Style,
    Symbol,
    drawn_classes,
    rgba,
)
from emadina_gis.render.scene import DrawnLayer, Scene

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.words import Words

#: Roads of scales smaller than this, in map metres per 1/96 inch, are a ribbon, not an axis.
RIBBON_FROM_UNITS_PER_PX = 5_000 * 25.4 / 96 / 1000
#: Names of columns with the index of a road or an equipment, as plain names.
INDEX_NAMES = frozenset({
    "index", "indice", "index_voie", "indice_voie", "code_voie", "road_index", "facility_id",
    "index_equipement", "indice_equipement", "equipment_index", "num_equipement", "ref_equipement",
})  # fmt: skip
#: An index of the plan: letters of its nature and a number, perhaps with a letter (E115, AC 103).
INDEX = re.compile(r"\s*([A-Za-z]{1,4})[\s\-_.]*\d+\s*[A-Za-z]?\s*")
#: This part of the values of a column must read as indices.
_MOSTLY = 0.6
_STATE_NAMES = frozenset({"state", "etat", "observation", "observations"})


class Sign(StrEnum):
    """What a layer is to a plan, in drawing order from bottom to top."""

    BUILDINGS = "buildings"
    PARCELS = "parcels"
    AREAS = "areas"
    SERVITUDES = "servitudes"
    EQUIPMENT = "equipment"
    RESERVATIONS = "reservations"
    HERITAGE = "heritage"
    ROADS = "roads"
    LINES = "lines"
    SECTORS = "sectors"
    PERIMETER = "perimeter"
    POINTS = "points"


class Nature(StrEnum):
    """Classes of equipment that plans fill with signs of their own."""

    EXISTING = "existing"
    TO_CREATE = "to-create"
    GREEN = "green"
    PARK = "park"
    STRIP = "strip"
    ROAD = "road"


#: Letters of an index → class; all others are equipment by their state.
NATURES: dict[str, Nature] = {
    "V": Nature.GREEN, "EV": Nature.GREEN, "PJP": Nature.PARK, "PB": Nature.STRIP,
    "AC": Nature.ROAD, "CP": Nature.ROAD,
}  # fmt: skip
_NATURE_SIGNS: dict[Nature, PlanSymbol] = {
    Nature.EXISTING: PlanSymbol.EQUIPMENT,
    Nature.TO_CREATE: PlanSymbol.EQUIPMENT_TO_CREATE,
    Nature.GREEN: PlanSymbol.GREEN_SPACE,
    Nature.PARK: PlanSymbol.PARK,
    Nature.ROAD: PlanSymbol.ROAD_SURFACE,
}
PATTERNS: dict[Nature, Pattern | None] = {
    nature: PLAN_SIGNS[_NATURE_SIGNS[nature]].symbol.pattern if nature in _NATURE_SIGNS else None
    for nature in Nature
}
_AREA = Symbol(fill=None, stroke=BLACK, stroke_mm=0.1)
_SYMBOLS: dict[Sign, Symbol] = {
    Sign.BUILDINGS: PLAN_SIGNS[PlanSymbol.BUILDING].symbol,
    Sign.PARCELS: replace(_AREA, stroke_mm=0.07),
    Sign.AREAS: replace(_AREA, stroke_mm=0.12),
    Sign.SERVITUDES: PLAN_SIGNS[PlanSymbol.SERVITUDE].symbol,
    Sign.EQUIPMENT: replace(PLAN_SIGNS[PlanSymbol.EQUIPMENT].symbol, pattern=None),
    Sign.RESERVATIONS: PLAN_SIGNS[PlanSymbol.RESERVATION].symbol,
    Sign.HERITAGE: PLAN_SIGNS[PlanSymbol.HERITAGE].symbol,
    Sign.ROADS: PLAN_SIGNS[PlanSymbol.ROAD_AXIS].symbol,
    Sign.LINES: Symbol(fill=None, stroke=BLACK, stroke_mm=0.35, dash=Dash.DOTTED, casing=WHITE),
    Sign.SECTORS: PLAN_SIGNS[PlanSymbol.SECTOR_LIMIT].symbol,
    Sign.PERIMETER: PLAN_SIGNS[PlanSymbol.PERIMETER].symbol,
    Sign.POINTS: PLAN_SIGNS[PlanSymbol.POINT].symbol,
}
#: The limit of the smaller of two territories, such as those of arrondissements in a commune.
_INNER = PLAN_SIGNS[PlanSymbol.INNER_PERIMETER].symbol
_RIBBON = PLAN_SIGNS[PlanSymbol.ROAD_RIBBON].symbol


@dataclass(frozen=True)
class _Plan:
    """What all layers of a scene are drawn with."""

    words: Words
    units_per_px: float
    has_equipment: bool
    inner_perimeters: frozenset[str]


def black_and_white(scene: Scene, words: Words, units_per_px: float) -> Scene:
    """Return a scene drawn by the signs of plans; pictures (rasters) are left out.

    Parameters
    ----------
    words : Words
        Names the classes of equipment.
    units_per_px : float
        Map units in a pixel of 1/96 inch: roads of large scales are an axis, of small ones a
        ribbon.
    """
    signs = [(sign_of(drawn.layer), drawn.at(units_per_px)) for drawn in scene.vectors]
    has_equipment = any(sign is Sign.EQUIPMENT for sign, _ in signs)
    perimeters = [drawn for sign, drawn in signs if sign is Sign.PERIMETER]
    inner = _inner_perimeters(scene, perimeters)
    plan = _Plan(words, units_per_px, has_equipment, inner)
    order = list(Sign)
    signs.sort(key=lambda pair: (order.index(pair[0]), pair[1].id not in inner))
    return replace(scene, layers=tuple(_drawn(sign, drawn, plan) for sign, drawn in signs))


def _inner_perimeters(scene: Scene, perimeters: list[DrawnLayer]) -> frozenset[str]:
    """Return the ids of the territories that are typically smaller than the largest ones."""
    sizes = {drawn.id: _typical_area(scene, drawn) for drawn in perimeters}
    return frozenset(name for name, size in sizes.items() if size < max(sizes.values()))


def _typical_area(scene: Scene, drawn: DrawnLayer) -> float:
    """Return the median area of a layer in the map's units; 0 without areas."""
    areas = [chunk.areas() for _start, chunk in scene.chunks(drawn)]
    return float(np.median(np.concatenate(areas))) if areas and len(areas[0]) else 0.0


def sign_of(layer: VectorLayer) -> Sign:
    """Return what a layer is to a plan."""
    kind = layer.table.main_kind
    if kind == Kind.POINT:
        return Sign.POINTS
    roles = frozenset(role for role, _ in layer.schema)
    if kind == Kind.LINE:
        if Role.ROAD_WIDTH_M in roles:
            return Sign.ROADS
        return Sign.SERVITUDES if roles & CONSTRAINT_ROLES else Sign.LINES
    return _sign_of_areas(layer, roles)


def _sign_of_areas(layer: VectorLayer, roles: frozenset[Role]) -> Sign:
    if Role.PARCEL_ID in roles:
        measured = roles & {Role.AREA_M2, Role.FRONTAGE_M, Role.DEPTH_M}
        is_building = Role.EXISTING_LEVELS in roles and not measured
        return Sign.BUILDINGS if is_building else Sign.PARCELS
    if Role.SECTOR in roles:
        return Sign.SECTORS
    if roles & CONSTRAINT_ROLES:
        return _sign_of_constraints(roles)
    if roles & {Role.COMMUNE, Role.POPULATION, Role.HOUSEHOLDS}:
        return Sign.PERIMETER
    return Sign.EQUIPMENT if _reads_as_indices(layer, index_column(layer)) else Sign.AREAS


def _sign_of_constraints(roles: frozenset[Role]) -> Sign:
    if roles & {Role.CONSTRAINT_EXPIRY, Role.FALLBACK_SECTOR}:
        return Sign.RESERVATIONS
    return Sign.SERVITUDES if Role.CONSTRAINT_WIDTH_M in roles else Sign.HERITAGE


def index_column(layer: VectorLayer) -> str:
    """Return the column with the index of each road or equipment; empty for none."""
    role = layer.schema.column(Role.CONSTRAINT_INDEX)
    if role is not None:
        return role
    named = (name for name in layer.table.columns if plain_name(name) in INDEX_NAMES)
    return next(named, "")


def _reads_as_indices(layer: VectorLayer, name: str) -> bool:
    if not name:
        return False
    codes, values = layer.table.column(name).coded
    reads = np.array([*(INDEX.fullmatch(str(v)) is not None for v in values), False])
    return bool(len(codes)) and bool(reads[codes].mean() >= _MOSTLY)


def _drawn(sign: Sign, drawn: DrawnLayer, plan: _Plan) -> DrawnLayer:
    label = _label(sign, drawn, plan)
    old = drawn.layer.style
    style = Style(Single(_SYMBOLS[sign]), label, old.min_units_per_px, old.max_units_per_px)
    if sign is Sign.ROADS and plan.units_per_px > RIBBON_FROM_UNITS_PER_PX:
        style = replace(style, symbology=Single(_RIBBON))
    if drawn.id in plan.inner_perimeters:
        style = replace(style, symbology=Single(_INNER))
    layer = replace(drawn.layer, style=style, opacity=1.0)
    if sign is Sign.EQUIPMENT or (sign is Sign.RESERVATIONS and not plan.has_equipment):
        return _by_nature(replace(drawn, layer=layer), _SYMBOLS[sign], plan.words)
    classes = _one_class(style, drawn)
    return replace(drawn, layer=layer, classes=classes)


def _one_class(style: Style, drawn: DrawnLayer) -> DrawnClasses:
    """Return one class; rows that their own style does not draw stay undrawn."""
    classes = drawn_classes(style, None, drawn.layer.table.row_count)
    hidden = drawn.classes.colors[drawn.classes.codes, 3] == 0
    if not hidden.any():
        return classes
    count = int(len(hidden) - np.count_nonzero(hidden))
    entries = (replace(classes.entries[0], count=count), ClassEntry(None, len(hidden) - count))
    colors = np.concatenate([classes.colors, np.zeros((1, 4), dtype=np.uint8)])
    return DrawnClasses(hidden.astype(np.uint16), colors, entries)


def _by_nature(drawn: DrawnLayer, symbol: Symbol, words: Words) -> DrawnLayer:
    """Return a layer of equipment with a class, and its sign, for each nature it holds."""
    natures = _natures(drawn.layer)
    shown = drawn.classes.colors[drawn.classes.codes, 3] > 0
    listed = list(Nature)
    codes = np.where(shown, natures, len(listed)).astype(np.uint16)
    counts = np.bincount(codes, minlength=len(listed) + 1).tolist()
    categories = tuple(
        Category(nature.value, WHITE, words.text(f"plan-sign.{nature}"), pattern=PATTERNS[nature])
        for nature in listed
    )
    entries = tuple(
        ClassEntry(c.color, counts[i], "value", c.value, c.label, pattern=c.pattern)
        for i, c in enumerate(categories)
    )
    colors = np.array([*(rgba(c.color) for c in categories), rgba(None)], dtype=np.uint8)
    symbology = Categorized(index_column(drawn.layer), categories, symbol)
    layer = replace(drawn.layer, style=replace(drawn.layer.style, symbology=symbology))
    classes = DrawnClasses(codes, colors, (*entries, ClassEntry(None, counts[-1], "other")))
    return replace(drawn, layer=layer, classes=classes)


def _natures(layer: VectorLayer) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the position in `Nature` of each row, from its index and its state."""
    listed = list(Nature)
    codes, values = layer.table.column(index_column(layer)).coded
    by_letters = [NATURES.get(_letters(str(value))) for value in values]
    known = np.array([-1 if n is None else listed.index(n) for n in by_letters] + [-1])[codes]
    existing, created = listed.index(Nature.EXISTING), listed.index(Nature.TO_CREATE)
    found: np.ndarray[tuple[int], np.dtype[np.intp]] = np.where(
        known >= 0, known, np.where(_is_to_create(layer), created, existing)
    ).astype(np.intp)
    return found


def _letters(index: str) -> str:
    match = INDEX.fullmatch(index)
    return match.group(1).upper() if match else ""


def _is_to_create(layer: VectorLayer) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    names = [layer.schema.column(Role.CONSTRAINT_STATE)]
    names += [name for name in layer.table.columns if plain_name(name) in _STATE_NAMES]
    name = next((name for name in names if name), None)
    if name is None:
        return np.zeros(layer.table.row_count, dtype=bool)
    codes, values = layer.table.column(name).coded
    return np.array([*(plain_name(str(v)).startswith("a_creer") for v in values), False])[codes]


def _label(sign: Sign, drawn: DrawnLayer, plan: _Plan) -> LabelStyle | None:
    layer = drawn.layer
    if sign is Sign.SECTORS:
        field = layer.schema.column(Role.SECTOR) or ""
        return LabelStyle(field, size_mm=4.2, color=BLACK, bold=True, priority=3)
    if sign is Sign.ROADS:
        return _road_label(layer)
    if sign is Sign.RESERVATIONS and plan.has_equipment:
        return None
    if sign in {Sign.EQUIPMENT, Sign.RESERVATIONS}:
        return LabelStyle(index_column(layer), size_mm=2.6, color=BLACK, bold=True, priority=2)
    old = drawn.label
    return None if old is None else replace(old, color=BLACK, halo=WHITE)


def _road_label(layer: VectorLayer) -> LabelStyle:
    """Return the index (or the name) along the axis, and the width in a circle."""
    width = layer.schema.column(Role.ROAD_WIDTH_M) or ""
    label = LabelStyle(width, size_mm=2.2, color=BLACK, circled=True, priority=1)
    named = index_column(layer) or layer.schema.column(Role.NAME)
    if not named:
        return label
    return replace(label, field=named, circled=False, along_line=True, circled_field=width)
