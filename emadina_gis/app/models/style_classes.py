"""The classes of a style one by one: their symbols, and rules that are added, moved, changed.

Pure functions from style to style; place -1 stands for what all classes share. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.analysis.rules import undrawn_rules
from emadina_gis.app.models.columns import said_value
from emadina_gis.domain.classes import symbology_classes
from emadina_gis.domain.column import column_of
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import (
    Categorized,
    Graduated,
    Rule,
    Rules,
    Single,
    Symbol,
    symbology_field,
)
from emadina_gis.domain.title import Title
from emadina_gis.render.drawn_classes import known_classes
from emadina_gis.render.legend import entry_text
from emadina_gis.render.scene import DrawnLayer
from emadina_gis.words import load_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.classes import ClassEntry
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import Style
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.words import Words

ALL = -1


@dataclass(frozen=True)
class StyleRow:
    """A class as the panel lists it.

    Attributes
    ----------
    index : int
        Its place in the style.
    count : int or None
        Features in it; None where they are not counted yet.
    has_own : bool
        Whether its symbol is its own.
    """

    index: int
    symbol: Symbol
    text: str
    count: int | None
    has_own: bool


def style_rows(
    layer: VectorLayer, columns: Mapping[str, Column], cache: DerivedCache, words: Words
) -> tuple[StyleRow, ...]:
    """Return the classes that can be edited, in their order; none of a single symbol."""
    symbology = layer.style.symbology
    if isinstance(symbology, Single):
        return ()
    known = known_classes(layer, cache=cache, columns=columns)
    classes = _without_rows(layer, columns) if known is None else known
    drawn = DrawnLayer(layer, classes, columns)
    listed = classes.entries[: class_count(layer.style)]
    return tuple(
        StyleRow(
            index,
            drawn.symbol_of(entry),
            row_text(entry, layer, words),
            None if known is None else entry.count,
            has_own=entry.symbol is not None,
        )
        for index, entry in enumerate(listed)
    )


def _without_rows(layer: VectorLayer, columns: Mapping[str, Column]) -> Any:
    """Return the classes of no feature: what can be told without waiting."""
    none = np.zeros(0, dtype=np.intp)
    symbology = layer.style.symbology
    if isinstance(symbology, Rules):
        return undrawn_rules(symbology)
    field = symbology_field(layer.style)
    column = layer.table.columns.get(field)
    if column is None and field in columns:
        column = columns[field]
    return symbology_classes(symbology, None if column is None else column.take(none), 0)


def row_text(entry: ClassEntry, layer: VectorLayer, words: Words) -> str:
    """Return what a class stands for."""
    said = ""
    if entry.kind == "value" and not entry.label and entry.title is None:
        said = said_value(layer, symbology_field(layer.style), entry.value, words)
    return said or entry_text(entry, layer.style.symbology, words)


def class_count(style: Style) -> int:
    """Return how many classes a style names."""
    symbology = style.symbology
    if isinstance(symbology, Categorized):
        return len(symbology.categories)
    if isinstance(symbology, Graduated):
        return len(symbology.colors)
    return len(symbology.rules) if isinstance(symbology, Rules) else 0


def with_class_symbol(style: Style, index: int, symbol: Symbol) -> Style:
    """Return the style with a symbol of its own for one class, or another one for all."""
    symbology = style.symbology
    if index == ALL:
        return replace(style, symbology=replace(symbology, symbol=symbol))
    if isinstance(symbology, Categorized):
        categories = list(symbology.categories)
        color = symbol.color or categories[index].color
        categories[index] = replace(categories[index], symbol=symbol, color=color)
        return replace(style, symbology=replace(symbology, categories=tuple(categories)))
    if isinstance(symbology, Graduated):
        symbols = list(symbology.symbols or (None,) * len(symbology.colors))
        symbols[index] = symbol
        colors = list(symbology.colors)
        colors[index] = symbol.color or colors[index]
        return replace(
            style, symbology=replace(symbology, symbols=tuple(symbols), colors=tuple(colors))
        )
    if isinstance(symbology, Rules):
        return with_rule(style, index, replace(symbology.rules[index], symbol=symbol))
    return style


def without_class_symbol(style: Style, index: int) -> Style:
    """Return the style with one class in the shared symbol again, in its colour."""
    symbology = style.symbology
    if isinstance(symbology, Categorized):
        categories = list(symbology.categories)
        categories[index] = replace(categories[index], symbol=None)
        return replace(style, symbology=replace(symbology, categories=tuple(categories)))
    if isinstance(symbology, Graduated) and symbology.symbols:
        symbols = list(symbology.symbols)
        symbols[index] = None
        kept = tuple(symbols) if any(symbols) else ()
        return replace(style, symbology=replace(symbology, symbols=kept))
    return style


def recolored_class(style: Style, index: int, color: str, kind: Kind = Kind.POLYGON) -> Style:
    """Return the style with one class in another colour; its symbol stays shared if it was."""
    symbology = style.symbology
    part = "stroke" if kind == Kind.LINE else "fill"
    own = _own_symbol(style, index)
    if own is not None:
        painted: dict[str, Any] = {part: color}
        return with_class_symbol(style, index, replace(own, **painted))
    if isinstance(symbology, Categorized):
        listed = list(symbology.categories)
        listed[index] = replace(listed[index], color=color)
        return replace(style, symbology=replace(symbology, categories=tuple(listed)))
    if isinstance(symbology, Graduated):
        colors = list(symbology.colors)
        colors[index] = color
        changed = replace(symbology, colors=tuple(colors), ramp_id="")
        return replace(style, symbology=changed)
    return style


def _own_symbol(style: Style, index: int) -> Symbol | None:
    symbology = style.symbology
    if isinstance(symbology, Categorized):
        return symbology.categories[index].symbol
    if isinstance(symbology, Graduated):
        return symbology.symbol_of(index)
    return symbology.rules[index].symbol if isinstance(symbology, Rules) else None


def rules_of(layer: VectorLayer) -> Rules:
    """Return rules that draw what the style of a layer draws, and say the same in the legend."""
    style = layer.style
    symbology = style.symbology
    if isinstance(symbology, Rules):
        return symbology
    if isinstance(symbology, Single):
        return Rules((Rule("", style.symbol),), style.symbol)
    classes = symbology_classes(symbology, _no_values(layer, symbology.field), 0)
    drawn = DrawnLayer(layer, classes, {})
    if isinstance(symbology, Categorized):
        conditions = [_equals(symbology.field, c.value) for c in symbology.categories]
    else:
        conditions = [_between(symbology, index) for index in range(len(symbology.colors))]
    rules = tuple(
        Rule(condition, drawn.symbol_of(entry), title=_title(entry, layer))
        for condition, entry in zip(conditions, classes.entries, strict=False)
    )
    return Rules((*rules, Rule("", _faint(style.symbol))), style.symbol)


def _title(entry: ClassEntry, layer: VectorLayer) -> Title:
    """Return what a class stands for, in three languages."""
    return Title(*(row_text(entry, layer, load_words(name)) for name in ("fr", "ar", "en")))


def _no_values(layer: VectorLayer, field: str) -> Column:
    """Return the column of a field without its values; an empty one of an outcome."""
    column = layer.table.columns.get(field)
    none = np.zeros(0, dtype=np.intp)
    return column_of(none.astype(np.float64)) if column is None else column.take(none)


def _faint(symbol: Symbol) -> Symbol:
    return replace(symbol, fill=None, pattern=None) if symbol.fill else symbol


def _equals(field: str, value: object) -> str:
    if value is None:
        return f"[{field}] is missing"
    if isinstance(value, bool):
        return f"[{field}] = {str(value).lower()}"
    if isinstance(value, int | float):
        return f"[{field}] = {_number(float(value))}"
    quoted = str(value).replace("'", "''")
    return f"[{field}] = '{quoted}'"


def _between(symbology: Graduated, index: int) -> str:
    low, high = symbology.breaks[index : index + 2]
    first, last = index == 0, index == len(symbology.colors) - 1
    above = f"[{symbology.field}] > {_number(low)}"
    below = f"[{symbology.field}] <= {_number(high)}"
    if first and last:
        return f"not ([{symbology.field}] is missing)"
    return below if first else above if last else f"{above} and {below}"


def _number(value: float) -> str:
    """Return a number as short as it can be without becoming another."""
    short = f"{value:.12g}"
    return short if float(short) == value else repr(value)


def with_rule(style: Style, index: int, rule: Rule) -> Style:
    """Return the style with one rule changed."""
    assert isinstance(style.symbology, Rules)
    rules = list(style.symbology.rules)
    rules[index] = rule
    return _with_rules(style, rules)


def with_new_rule(style: Style, rule: Rule) -> Style:
    """Return the style with one more rule: before "all others", which stays last."""
    assert isinstance(style.symbology, Rules)
    rules = list(style.symbology.rules)
    place = next((i for i, one in enumerate(rules) if one.is_else), len(rules))
    rules.insert(len(rules) if rule.is_else else place, rule)
    return _with_rules(style, rules)


def without_rule(style: Style, index: int) -> Style:
    """Return the style without one rule."""
    assert isinstance(style.symbology, Rules)
    return _with_rules(style, [r for i, r in enumerate(style.symbology.rules) if i != index])


def moved_rule(style: Style, index: int, step: int) -> Style:
    """Return the style with one rule earlier or later."""
    assert isinstance(style.symbology, Rules)
    rules = list(style.symbology.rules)
    place = min(max(index + step, 0), len(rules) - 1)
    rules.insert(place, rules.pop(index))
    return _with_rules(style, rules)


def _with_rules(style: Style, rules: list[Rule]) -> Style:
    assert isinstance(style.symbology, Rules)
    return replace(style, symbology=replace(style.symbology, rules=tuple(rules)))
