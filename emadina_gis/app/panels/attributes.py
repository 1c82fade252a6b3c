"""What the columns say of the selected rows of any layer: one row, or a summary of many.

Personal columns are not shown.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from emadina_gis.app.controls import hairline, plain_label
from emadina_gis.app.models.areas import area_text
from emadina_gis.app.models.columns import NamedColumn, missing_text, named_columns, value_text
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.progress import Context

MOST_VALUES = 3
#: A summary of more rows is made in the background.
MOST_AT_ONCE = 3_000
WAITING = "…"
SUMMED_UNITS = frozenset({"m2", "ha", "km2", "dwellings", "people", "places", "jobs"})


class _Line:
    """A column and its value, under a hairline; put into a grid once."""

    def __init__(self, grid: QGridLayout, index: int) -> None:
        self._label = plain_label("", "muted", wrap=True)
        self._value = plain_label("", wrap=True)
        self._value.trail()
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(self._label, 2 * index, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._value, 2 * index, 1)
        self._parts: tuple[QWidget, ...] = (self._label, self._value)
        if index:
            above = hairline()
            grid.addWidget(above, 2 * index - 1, 0, 1, 2)
            self._parts = (*self._parts, above)
        self._is_shown = True

    def show(self, title: str, text: str) -> None:
        """Show a column and its value."""
        self._label.setText(title)
        self._value.setText(text)
        self._set_shown(shown=True)

    def hide(self) -> None:
        """Show nothing: there are fewer columns."""
        self._label.clear()
        self._value.clear()
        self._set_shown(shown=False)

    def _set_shown(self, *, shown: bool) -> None:
        if shown != self._is_shown:
            self._is_shown = shown
            for part in self._parts:
                part.setVisible(shown)


class AttributesPage(QWidget):
    """Rows "column – value" of the selected rows; its lines are kept and filled anew."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._lines: list[_Line] = []
        self._newest = NewestWins(desk.jobs)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(5)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    def show_rows(self, layer: VectorLayer, rows: NDArray[np.intp]) -> None:
        """Show what the columns of a layer say of some rows: at once where there are few."""
        shown = [named for named in named_columns(self._desk, layer) if not named.is_outcome]
        while len(self._lines) < len(shown):
            self._lines.append(_Line(self._grid, len(self._lines)))
        for line in self._lines[len(shown) :]:
            line.hide()
        self._newest.cancel()
        if len(rows) <= MOST_AT_ONCE:
            self._say(shown, self._texts(shown, rows, NULL_CONTEXT))
        else:
            self._say(shown, [WAITING] * len(shown))
            self._newest.submit(
                lambda ctx: self._texts(shown, rows, ctx), done=partial(self._say, shown)
            )

    def _say(self, shown: list[NamedColumn], texts: list[str]) -> None:
        for line, named, text in zip(self._lines, shown, texts, strict=False):
            line.show(named.title, text)

    def _texts(self, shown: list[NamedColumn], rows: NDArray[np.intp], ctx: Context) -> list[str]:
        texts = []
        for named in shown:
            ctx.check()
            texts.append(self._text(named, rows))
        return texts

    def _text(self, named: NamedColumn, rows: NDArray[np.intp]) -> str:
        words = self._desk.words
        if len(rows) == 1:
            value = named.column.value(int(rows[0]))
            if value is None:
                return missing_text(named, int(rows[0]), words)
            if named.unit == "m2" and isinstance(value, int | float):
                return self._area(float(value), named.decimals)
            return value_text(value, named, words, with_unit=True)
        if named.is_number and named.grouped:
            return self._numbers(named, rows)
        return self._values(named, rows)

    def _numbers(self, named: NamedColumn, rows: NDArray[np.intp]) -> str:
        words = self._desk.words
        numbers = named.column.take(rows).numbers  # of these alone: a column may be a million
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

    def _values(self, named: NamedColumn, rows: NDArray[np.intp]) -> str:
        words = self._desk.words
        mine, values = named.column.take(rows).coded
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
