"""Which choices a style has and how they become a command: the logic of the style panel.

Owns the current choices of a layer and the style made of them; knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.palettes import DEFAULT_RAMP, ramp
from emadina_gis.analysis.style_builder import Classes, categorized, graduated, restyled, single
from emadina_gis.app.models.style_classes import rules_of
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import (
    Categorized,
    Graduated,
    LabelStyle,
    Method,
    Rules,
    Single,
    Style,
    Symbol,
    Symbology,
)

if TYPE_CHECKING:
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.domain.layer import VectorLayer

SINGLE, CATEGORIES, GRADUATED, RULES = "single", "categories", "graduated", "rules"
KINDS = (SINGLE, CATEGORIES, GRADUATED, RULES)
DEFAULT_COLOR = "#3b76af"


@dataclass(frozen=True)
class StyleChoices:
    """What the person chose: kind of style, column, method, number of classes, ramp."""

    kind: str = SINGLE
    field: str = ""
    method: Method = Method.QUANTILE
    count: int = 5
    ramp_id: str = DEFAULT_RAMP


def choices_of(style: Style, before: StyleChoices) -> StyleChoices:
    """Return the choices that a style shows; what it does not say stays as it was."""
    symbology = style.symbology
    if isinstance(symbology, Single):
        return replace(before, kind=SINGLE)
    if isinstance(symbology, Rules):
        return replace(before, kind=RULES)
    if isinstance(symbology, Categorized):
        return replace(before, kind=CATEGORIES, field=symbology.field)
    ramp_id = symbology.ramp_id or before.ramp_id
    count = len(symbology.colors)
    return StyleChoices(GRADUATED, symbology.field, symbology.method, count, ramp_id)


def styled(layer: VectorLayer, choices: StyleChoices, named: NamedColumn | None) -> Style:
    """Return the layer's style with the symbology that was chosen.

    Raises
    ------
    AnalysisError
        Where the column cannot be classed.
    """
    if choices.kind == RULES:
        return replace(layer.style, symbology=rules_of(layer))
    if choices.kind == SINGLE or named is None:
        symbol = replace(layer.style.symbol, fill_opacity=layer.style.symbol.fill_opacity)
        return replace(layer.style, symbology=Single(symbol_with_color(layer, symbol)))
    return restyled(layer.style, _symbology(layer, choices, named))


def symbol_with_color(layer: VectorLayer, symbol: Symbol) -> Symbol:
    """Return a symbol that can be seen: one with a colour where its kind needs it."""
    if layer.table.main_kind == Kind.LINE:
        return symbol if symbol.stroke else replace(symbol, stroke=DEFAULT_COLOR)
    if symbol.fill or symbol.stroke:
        return symbol
    return single(DEFAULT_COLOR, symbol).symbol


def _symbology(layer: VectorLayer, choices: StyleChoices, named: NamedColumn) -> Symbology:
    role = layer.schema.role_of(named.field)
    if choices.kind == CATEGORIES:
        return categorized(named.column, named.field, role=role)
    before = layer.style.symbology
    if choices.method is Method.MANUAL and isinstance(before, Graduated):
        kept = before.field == choices.field and len(before.colors) == choices.count
        if kept and choices.ramp_id:
            return _by_hand(before, choices.ramp_id)
    method = Method.QUANTILE if choices.method is Method.MANUAL else choices.method
    classes = Classes(method, choices.count, choices.ramp_id)
    return graduated(named.column, named.field, classes, unit=named.unit)


def _by_hand(symbology: Graduated, ramp_id: str) -> Graduated:
    """Return classes that a person moves, with the bounds they have, in the colours of a ramp."""
    if ramp_id == symbology.ramp_id:
        return replace(symbology, method=Method.MANUAL)
    colors = ramp(ramp_id).colors(len(symbology.colors))
    return replace(symbology, method=Method.MANUAL, colors=colors, ramp_id=ramp_id, symbols=())


def recolored_symbol(style: Style, kind: Kind, color: str) -> Style:
    """Return a single style in another colour: that of the line, or of the inside."""
    part = "stroke" if kind == Kind.LINE else "fill"
    return with_symbol(style, **{part: color})


def with_symbol(style: Style, **parts: object) -> Style:
    """Return the style with another outline, width or size of the shared symbol."""
    symbol = replace(style.symbol, **parts)  # type: ignore[arg-type]
    return replace(style, symbology=replace(style.symbology, symbol=symbol))


def with_labels(style: Style, field: str) -> LabelStyle | None:
    """Return the label style for a column; None for no labels."""
    if not field:
        return None
    return replace(style.label or LabelStyle(""), field=field, template="")
