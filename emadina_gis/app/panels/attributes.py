"""What the columns say of the selected rows of any layer: one row, or a summary of many.

Personal columns are not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from emadina_gis.app.controls import Text, hairline, plain_label
from emadina_gis.app.models.areas import area_text
from emadina_gis.app.models.columns import NamedColumn, missing_text, named_columns, value_text
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.progress import Context

MOST_VALUES = 3
#: A summary of more rows is made in the background.
MOST_AT_ONCE = 3_000
WAITING = "…"
SUMMED_UNITS = frozenset({"m2", "ha", "km2", "dwellings", "people", "places", "jobs"})


class AttributesPage:
    """Rows "column – value" of the selected rows."""

    def __init__(self, desk: Desk, layer: VectorLayer, rows: NDArray[np.intp]) -> None:
        self._desk = desk
        self._layer = layer
        self._rows = rows

    def fill(self, content: QVBoxLayout) -> None:
        """Add the rows to a page."""
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        shown = [named for named in named_columns(self._desk, self._layer) if not named.is_outcome]
        values = []
        for index, named in enumerate(shown):
            if index:
                grid.addWidget(hairline(), 2 * index - 1, 0, 1, 2)
            label = plain_label(named.title, "muted", wrap=True)
            value = plain_label(WAITING, wrap=True)
            value.trail()
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, 2 * index, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, 2 * index, 1)
            values.append(value)
        content.addWidget(widget)
        self._say(shown, values)

    def _say(self, shown: list[NamedColumn], labels: list[Text]) -> None:
        """Fill in the values: at once where there are few rows."""

        def say(texts: list[str]) -> None:
            for label, text in zip(labels, texts, strict=True):
                if isValid(label):
                    label.setText(text)

        def work(ctx: Context) -> list[str]:
            texts = []
            for named in shown:
                ctx.check()
                texts.append(self._text(named))
            return texts

        if len(self._rows) <= MOST_AT_ONCE:
            say(work(NULL_CONTEXT))
        else:
            self._desk.jobs.submit(work, done=say)

    def _text(self, named: NamedColumn) -> str:
        words = self._desk.words
        if len(self._rows) == 1:
            value = named.column.value(int(self._rows[0]))
            if value is None:
                return missing_text(named, int(self._rows[0]), words)
            if named.unit == "m2" and isinstance(value, int | float):
                return self._area(float(value), named.decimals)
            return value_text(value, named, words, with_unit=True)
        if named.is_number and named.grouped:
            return self._numbers(named)
        return self._values(named)

    def _taken(self, named: NamedColumn) -> Column:
        """Return the values of the rows alone: the whole column may be a million."""
        return named.column.take(self._rows)

    def _numbers(self, named: NamedColumn) -> str:
        words = self._desk.words
        numbers = self._taken(named).numbers
        known = numbers[np.isfinite(numbers)]
        if not len(known):
            return words.text("value.not-stated")
        low, high = float(known.min()), float(known.max())
        span = words.span(low, high, named.unit, named.decimals)
        if low == high:
            span = value_text(low, named, words, with_unit=True)
        if named.unit not in SUMMED_UNITS:
            return span
        total = words.quantity(float(known.sum()), named.unit, named.decimals)
        if named.unit == "m2":
            total = self._area(float(known.sum()), named.decimals)
        return f"{words.text('attributes.total', total=total)}\n{span}"

    def _area(self, area_m2: float, decimals: int) -> str:
        unit = self._desk.preferences.settings.area_unit
        return area_text(area_m2, unit, self._desk.words, decimals)

    def _values(self, named: NamedColumn) -> str:
        words = self._desk.words
        mine, values = self._taken(named).coded
        counts = np.bincount(mine[mine >= 0], minlength=len(values))
        order = np.argsort(-counts, kind="stable")[:MOST_VALUES]
        texts = [
            f"{value_text(values[index], named, words)} ({words.number(int(counts[index]))})"
            for index in order.tolist()
            if counts[index]
        ]
        distinct = int((counts > 0).sum())
        if distinct > MOST_VALUES and counts.max() == 1:
            return words.plural("attributes.distinct", distinct)
        if distinct > MOST_VALUES:
            texts.append("…")
        return "\n".join(texts) or words.text("value.not-stated")
