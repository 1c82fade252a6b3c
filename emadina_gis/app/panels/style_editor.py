"""Which choices a style has and how they become a command: the logic of the style panel.

Owns the current choices of a layer and the style made of them; knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.analysis.palettes import DEFAULT_RAMP
from emadina_gis.analysis.style_builder import Classes, categorized, graduated, restyled, single
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import (
    Categorized,
    Graduated,
    LabelStyle,
    Method,
    Pattern,
    PatternKind,
    Single,
    Style,
    Symbol,
    Symbology,
)

if TYPE_CHECKING:
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.domain.layer import VectorLayer

SINGLE, CATEGORIES, GRADUATED = "single", "categories", "graduated"
KINDS = (SINGLE, CATEGORIES, GRADUATED)
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
    if isinstance(symbology, Categorized):
        return replace(before, kind=CATEGORIES, field=symbology.field)
    method = before.method if symbology.method is Method.MANUAL else symbology.method
    count = len(symbology.colors)
    return replace(before, kind=GRADUATED, field=symbology.field, method=method, count=count)


def styled(layer: VectorLayer, choices: StyleChoices, named: NamedColumn | None) -> Style:
    """Return the layer's style with the symbology that was chosen.

    Raises
    ------
    AnalysisError
        Where the column cannot be classed.
    """
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
    classes = Classes(choices.method, choices.count, choices.ramp_id)
    return graduated(named.column, named.field, classes, unit=named.unit)


def recolored_class(style: Style, index: int, color: str) -> Style:
    """Return the style with one class in another colour."""
    symbology = style.symbology
    if isinstance(symbology, Categorized):
        listed = list(symbology.categories)
        listed[index] = replace(listed[index], color=color)
        return replace(style, symbology=replace(symbology, categories=tuple(listed)))
    if isinstance(symbology, Graduated):
        colors = list(symbology.colors)
        colors[index] = color
        return replace(style, symbology=replace(symbology, colors=tuple(colors)))
    return style


def recolored_symbol(style: Style, kind: Kind, color: str) -> Style:
    """Return a single style in another colour: that of the line, or of the inside."""
    part = "stroke" if kind == Kind.LINE else "fill"
    return with_symbol(style, **{part: color})


def with_symbol(style: Style, **parts: object) -> Style:
    """Return the style with another outline, width or size."""
    symbol = replace(style.symbol, **parts)  # type: ignore[arg-type]
    return replace(style, symbology=replace(style.symbology, symbol=symbol))


def pattern_of(style: Style) -> str:
    """Return the kind of the pattern of a style; empty for none."""
    return "" if style.symbol.pattern is None else style.symbol.pattern.kind.value


def with_pattern(style: Style, kind: str) -> Style:
    """Return the style with a pattern of a kind, spaced as before; without one for empty."""
    if not kind:
        return with_symbol(style, pattern=None)
    before = style.symbol.pattern or Pattern()
    return with_symbol(style, pattern=replace(before, kind=PatternKind(kind)))


def with_labels(style: Style, field: str) -> LabelStyle | None:
    """Return the label style for a column; None for no labels."""
    if not field:
        return None
    return replace(style.label, field=field) if style.label else LabelStyle(field)
