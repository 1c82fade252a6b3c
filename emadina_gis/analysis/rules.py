"""Rule-based styles on whole columns: which rule each feature is drawn by, scale by scale.

Conditions are formulas of `analysis.formula`; a rule whose formula cannot be read or applied takes
no feature, and a problem says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.formula import Formula, formula, rows_where
from emadina_gis.domain.classes import ClassEntry, DrawnClasses, ScaleBand, made_classes
from emadina_gis.domain.symbology import ALL_SCALES, Categorized, Graduated, Rules
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import AnalysisError, Problem, Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.style import Style
    from emadina_gis.domain.symbology import Rule

NO_COLUMNS: Mapping[str, Column] = {}


@dataclass(frozen=True)
class BrokenRule:
    """A rule that cannot be applied.

    Attributes
    ----------
    index : int
        Its place, from 0.
    error : AnalysisError
        What is wrong with its formula, and where.
    """

    index: int
    error: AnalysisError


def rule_classes(
    symbology: Rules, table: FeatureTable, extra: Mapping[str, Column] = NO_COLUMNS
) -> DrawnClasses:
    """Return the rule of each feature as classes, and those of each range of scales.

    Parameters
    ----------
    table : FeatureTable
        Columns by name.
    extra : Mapping[str, Column]
        Further columns on the same rows, such as outcomes; only those that rules name are asked.
    """
    masks, broken = _masks(symbology, table, extra)
    whole = _classes(symbology, masks, table.row_count)
    scales = _scales(symbology)
    bands = tuple(
        ScaleBand(low, high, _classes(symbology, masks, table.row_count, active))
        for low, high, active in scales
        if len(scales) > 1 or not all(active)
    )
    return replace(whole, bands=bands, problems=tuple(_problem(found) for found in broken))


def broken_rules(
    symbology: Rules, table: FeatureTable, extra: Mapping[str, Column] = NO_COLUMNS
) -> tuple[BrokenRule, ...]:
    """Return the rules that cannot be applied to a table, without applying them to its rows."""
    names = dict.fromkeys((*extra, *table.columns))
    read = {_spelled(name, names) for rule in symbology.rules for name in _columns(rule)}
    none = np.zeros(0, dtype=np.intp)
    empty = {
        name: (extra[name] if name in extra else table.columns[name]).take(none)
        for name in sorted(read & names.keys())
    }
    bare = FeatureTable(empty, np.zeros(0, dtype=np.int64))
    return tuple(_masks(symbology, bare, NO_COLUMNS)[1])


def undrawn_rules(symbology: Rules) -> DrawnClasses:
    """Return the rules as classes of no feature: what can be told without waiting."""
    none = np.zeros(0, dtype=bool)
    return _classes(symbology, [None if rule.is_else else none for rule in symbology.rules], 0)


def style_columns(style: Style, names: Mapping[str, object]) -> tuple[str, ...]:
    """Return the columns that decide how features look, each once.

    Parameters
    ----------
    names : Mapping
        The columns there are, by name: formulas name them whatever their case.
    """
    found: list[str] = []
    symbology = style.symbology
    if isinstance(symbology, Categorized | Graduated):
        found.append(symbology.field)
    elif isinstance(symbology, Rules):
        found += [name for rule in symbology.rules for name in _columns(rule)]
    if style.opacity is not None:
        found.append(style.opacity.field)
    return tuple(dict.fromkeys(_spelled(name, names) for name in found))


def _columns(rule: Rule) -> tuple[str, ...]:
    try:
        return () if rule.is_else else formula(rule.condition).columns
    except AnalysisError:
        return ()


def _spelled(name: str, names: Mapping[str, object]) -> str:
    if name in names:
        return name
    alike = [known for known in names if known.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else name


def _named(symbology: Rules, table: FeatureTable, extra: Mapping[str, Column]) -> dict[str, Column]:
    names = dict.fromkeys((*extra, *table.columns))
    read = (_spelled(name, names) for rule in symbology.rules for name in _columns(rule))
    return {name: extra[name] for name in read if name in extra}


def _masks(
    symbology: Rules, table: FeatureTable, extra: Mapping[str, Column]
) -> tuple[list[NDArray[np.bool_] | None], list[BrokenRule]]:
    """Return which rows meet each rule (None for "all others"), and the rules that are broken."""
    named = _named(symbology, table, extra)
    masks: list[NDArray[np.bool_] | None] = []
    broken: list[BrokenRule] = []
    for index, rule in enumerate(symbology.rules):
        if rule.is_else:
            masks.append(None)
            continue
        mask = np.zeros(table.row_count, dtype=bool)
        try:
            source: Formula = formula(rule.condition)
            mask[rows_where(source, table, named)] = True
        except AnalysisError as error:
            broken.append(BrokenRule(index, error))
        masks.append(mask)
    return masks, broken


def _classes(
    symbology: Rules,
    masks: list[NDArray[np.bool_] | None],
    row_count: int,
    active: tuple[bool, ...] = (),
) -> DrawnClasses:
    """Return the first active rule that each row meets; the last class is "by none"."""
    counted = active or (True,) * len(masks)
    none = len(masks)
    codes = np.full(row_count, none, dtype=np.uint16)
    for index in range(none - 1, -1, -1):
        mask = masks[index]
        if counted[index] and mask is not None:
            codes[mask] = index
    others = [i for i, mask in enumerate(masks) if mask is None and counted[i]]
    if others:
        codes[codes == none] = others[0]
    counts = np.bincount(codes, minlength=none + 1).tolist()
    entries = tuple(
        ClassEntry(
            rule.symbol.color,
            counts[index],
            "rule",
            rule.condition.strip() or None,
            rule.label,
            title=rule.title,
            symbol=rule.symbol,
        )
        for index, rule in enumerate(symbology.rules)
    )
    return made_classes(codes, (*entries, ClassEntry(None, counts[none], "none")), symbology.symbol)


def _scales(symbology: Rules) -> list[tuple[float, float, tuple[bool, ...]]]:
    """Return (low, high, which rules count) for the ranges between the limits of rules."""
    limits = {0.0, ALL_SCALES}
    for rule in symbology.rules:
        limits |= {rule.min_units_per_px, rule.max_units_per_px}
    found: list[tuple[float, float, tuple[bool, ...]]] = []
    for low, high in pairwise(sorted(limits)):
        middle = (low + high) / 2
        active = tuple(rule.applies_at(middle) for rule in symbology.rules)
        if found and found[-1][2] == active:
            found[-1] = (found[-1][0], high, active)
        else:
            found.append((low, high, active))
    return found


def _problem(broken: BrokenRule) -> Problem:
    return Problem("style.broken-rule", Severity.WARNING, params={"rule": broken.index + 1})
