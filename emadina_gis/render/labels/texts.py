"""What labels say: values of columns as they stand on a map, with units and in templates.

Owns which rows have nothing to say; knows no place and no Qt.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from emadina_gis.analysis.label_template import NEW_LINE, filled, template
from emadina_gis.errors import AnalysisError
from emadina_gis.words.numbers import FSI, PDI, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.style import LabelStyle
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.render.scene import DrawnLayer

Lines = tuple[str, ...]


def has_texts(label: LabelStyle) -> bool:
    """Whether a style names anything to write."""
    return bool(label.field or label.template)


def label_lines(
    drawn: DrawnLayer, rows: NDArray[np.intp], language: str, label: LabelStyle | None = None
) -> list[Lines]:
    """Return the lines of each row's label, upper first; none where values are missing."""
    wanted = label or drawn.label
    if wanted is None:
        raise ValueError(drawn.id)
    if wanted.template:
        return _templated(drawn, wanted, rows, language)
    texts: list[list[str]] = []
    for name in (wanted.second_field, wanted.field):
        column = drawn.column(name) if name else None
        if column is None:
            continue
        values = _texts_of(drawn, language, name, column.take(rows), wanted.decimals)
        texts.append(_with_unit(values, wanted) if name == wanted.field else values)
    lines = zip(*texts, strict=True) if texts else [()] * len(rows)
    return [tuple(dict.fromkeys(line for line in pair if line)) for pair in lines]


def _with_unit(values: Iterable[str], label: LabelStyle) -> list[str]:
    if not (label.prefix or label.suffix):
        return list(values)
    before, after = label.prefix, label.suffix
    return [f"{before}{FSI}{value}{PDI}{after}" if value else "" for value in values]


def _templated(
    drawn: DrawnLayer, label: LabelStyle, rows: NDArray[np.intp], language: str
) -> list[Lines]:
    """Return filled templates; nothing where a template names a column that is gone."""
    try:
        made = template(label.template)
        columns = _columns_of(drawn, made.columns, rows)
        texts = filled(
            made, columns, partial(_texts_of, drawn, language), partial(_numbers, language)
        )
    except AnalysisError:
        return [()] * len(rows)
    if not columns:
        return [()] * len(rows)
    return [tuple(line.strip() for line in text.split(NEW_LINE) if line.strip()) for text in texts]


def _columns_of(
    drawn: DrawnLayer, names: Iterable[str], rows: NDArray[np.intp]
) -> dict[str, Column]:
    """Return the columns that are named, of some rows; case does not matter."""
    wanted = {name.casefold() for name in names}
    found = [name for name in drawn.layer.table.names if name.casefold() in wanted]
    found += [name for name in drawn.columns if name.casefold() in wanted]
    columns = ((name, drawn.column(name)) for name in found)
    return {name: column.take(rows) for name, column in columns if column is not None}


def _texts_of(
    drawn: DrawnLayer, language: str, name: str, column: Column, decimals: int
) -> list[str]:
    """Return values as they stand on a map; empty where missing."""
    said = drawn.layer.field_label(name)
    if not column.is_number:
        texts = ["" if value is None else str(value).strip() for value in column.strings]
        return [said.said(text, language) or text for text in texts] if said.values else texts
    if decimals >= 0:
        return _numbers(language, column.numbers, decimals)
    return [_number_text(value, language, said.decimals) for value in column.numbers.tolist()]


def _numbers(language: str, values: NDArray[np.float64], decimals: int) -> list[str]:
    if decimals < 0:
        return [_number_text(value, language, 1) for value in values.tolist()]
    return [
        "" if np.isnan(value) else format_number(value, language, decimals)
        for value in values.tolist()
    ]


def _number_text(value: float, language: str, decimals: int) -> str:
    if np.isnan(value):
        return ""
    return format_number(value, language, 0 if value.is_integer() else max(decimals, 1))


def rows_with_text(
    drawn: DrawnLayer, label: LabelStyle, cache: DerivedCache
) -> NDArray[np.bool_] | None:
    """Return which rows have a value to write, shape (n,); None where any may have one."""
    if label.template:
        return None
    columns = [drawn.column(name) for name in (label.field, label.second_field) if name]
    masks = [
        cache.get(column, "has-text", partial(_says_something, column))
        for column in columns
        if column is not None
    ]
    return np.logical_or.reduce(masks) if masks else np.zeros(drawn.layer.table.row_count, bool)


def _says_something(column: Column) -> NDArray[np.bool_]:
    values = column.arrow
    there = values.is_valid()
    if column.is_text:
        there = pc.and_kleene(there, pc.greater(pc.utf8_length(values), 0))
    return np.asarray(pc.fill_null(there, False).to_numpy(), dtype=bool)
