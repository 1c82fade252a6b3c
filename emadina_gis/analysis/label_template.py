"""Templates of labels: text with columns and formulas in braces, evaluated on some rows at once.

``{name}[ · {area_m2 / 10000:2} ha]|{sector}``: braces hold a column or a formula of
`analysis.formula`, with the decimals after a colon; what is in square brackets is left out where a
value in it is missing; a bar begins a new line. A label without any value is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.formula import Formula, formula, numbers_of
from emadina_gis.analysis.formula_text import ColumnName
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import AnalysisError
from emadina_gis.words.numbers import FSI, PDI

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.label_style import LabelStyle

NEW_LINE = "|"
_PIECES = re.compile(r"\{([^{}]*)\}|([\[\]])|([^{}\[\]]+)|(.)", re.DOTALL)
_DECIMALS = re.compile(r":\s*(\d)\s*$")
#: Returns the texts of a column's values: (name, column of the rows, decimals or -1).
TextsOf = Callable[[str, "Column", int], list[str]]
#: Returns the texts of computed numbers: (values, decimals or -1).
NumbersOf = Callable[["NDArray[np.float64]", int], list[str]]


@dataclass(frozen=True)
class Slot:
    """A value in a template.

    Attributes
    ----------
    decimals : int
        Digits after the decimal sign; -1 as the column says.
    group : int
        Number of the square brackets it stands in; 0 outside.
    """

    formula: Formula
    decimals: int
    group: int

    @property
    def column(self) -> str:
        """The column that is written as it stands; empty for a formula."""
        tree = self.formula.tree
        return tree.name if isinstance(tree, ColumnName) else ""


@dataclass(frozen=True)
class Template:
    """A template that was read: words (with their group) and values, in order."""

    parts: tuple[Slot | tuple[str, int], ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The values."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are read, each once."""
        return tuple(dict.fromkeys(name for slot in self.slots for name in slot.formula.columns))


@lru_cache(maxsize=256)
def template(text: str) -> Template:
    """Return the template of a text.

    Raises
    ------
    AnalysisError
        ``labels.brackets`` with the position, or what is wrong with a formula in it.
    """
    parts: list[Slot | tuple[str, int]] = []
    groups, inside = 0, 0
    for match in _PIECES.finditer(text):
        value, bracket, words, wrong = match.groups()
        misplaced = bracket is not None and (bracket == "[") == bool(inside)
        if wrong is not None or misplaced:
            raise AnalysisError("labels.brackets", position=match.start() + 1)
        if bracket is not None:
            groups += bracket == "["
            inside = groups if bracket == "[" else 0
        elif words is not None:
            parts.append((words, inside))
        else:
            parts.append(_slot(value, inside))
    if inside:
        raise AnalysisError("labels.brackets", position=len(text))
    return Template(tuple(parts))


def _slot(text: str, group: int) -> Slot:
    found = _DECIMALS.search(text)
    source = text[: found.start()] if found else text
    return Slot(formula(source), int(found[1]) if found else -1, group)


def label_columns(label: LabelStyle) -> frozenset[str]:
    """Return the columns whose values a label may write, and a template that cannot be read."""
    names = {label.field, label.second_field, label.circled_field}
    if label.template:
        try:
            names |= set(template(label.template).columns)
        except AnalysisError:
            names.add(label.template)
    return frozenset(names - {""})


def writes_any(label: LabelStyle, columns: Collection[str]) -> bool:
    """Whether a label may write a value of one of some columns, whatever the case of its name."""
    written = {name.casefold() for name in label_columns(label)}
    return any(name.casefold() in written for name in columns)


def without_column(label: LabelStyle | None, column: str) -> LabelStyle | None:
    """Return the labels of a layer that loses a column; None where they write it."""
    if label is None or writes_any(label, {column}):
        return None
    if label.priority_field == column:
        label = replace(label, priority_field="")
    return replace(label, class_field="", rules=()) if label.class_field == column else label


def filled(
    made: Template, columns: Mapping[str, Column], texts_of: TextsOf, numbers: NumbersOf
) -> list[str]:
    """Return the text of each row; values stand in isolates of their own direction.

    Parameters
    ----------
    columns : Mapping[str, Column]
        Columns of the rows by name, all of one length.
    texts_of, numbers : callable
        Write values of columns and computed numbers.

    Raises
    ------
    AnalysisError
        Where a column does not exist or a formula is no number.
    """
    slots = made.slots
    values = [_values(slot, columns, texts_of, numbers) for slot in slots]
    count = len(next(iter(columns.values()))) if columns else 0
    alone = len(made.parts) == 1
    return [_text(made, [column[row] for column in values], alone=alone) for row in range(count)]


def _values(
    slot: Slot, columns: Mapping[str, Column], texts_of: TextsOf, numbers: NumbersOf
) -> list[str]:
    if slot.column:
        name = _named(slot.column, columns)
        return texts_of(name, columns[name], slot.decimals)
    table = FeatureTable(columns, np.arange(len(next(iter(columns.values()))), dtype=np.int64))
    return numbers(numbers_of(slot.formula, table), slot.decimals)


def _named(name: str, columns: Mapping[str, Column]) -> str:
    if name in columns:
        return name
    alike = [own for own in columns if own.casefold() == name.casefold()]
    if len(alike) != 1:
        raise AnalysisError("formula.no-column", column=name, position=1)
    return alike[0]


def _text(made: Template, values: list[str], *, alone: bool) -> str:
    """Return the text of one row: empty where it has no value at all."""
    if not any(values):
        return ""
    if alone:
        return values[0]
    lacking = {
        slot.group
        for slot, value in zip(made.slots, values, strict=True)
        if slot.group and not value
    }
    rest = iter(values)
    said: list[str] = []
    for part in made.parts:
        if isinstance(part, Slot):
            value = next(rest)
            said.append(f"{FSI}{value}{PDI}" if value and part.group not in lacking else "")
        elif part[1] not in lacking:
            said.append(part[0])
    return "".join(said)
