"""Statistics of a column: figures and bars of all, shown or selected rows; a bar selects its rows.

Owns the page; figures are worked out in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from emadina_gis.analysis.column_figures import column_reading
from emadina_gis.analysis.row_filter import InRange, OneOf, rows_meeting
from emadina_gis.app.controls import clear, narrow_list, plain_label
from emadina_gis.app.models.columns import value_text
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.table.bars import ColumnBars
from emadina_gis.app.table.target import TableTarget, offer_columns
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from emadina_gis.analysis.column_figures import Bar, ColumnReading
    from emadina_gis.analysis.row_filter import Condition
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.panels.table import TablePanel

SOON_MS = 60
#: Figures in the unit of the column, by their name among `ColumnFigures`.
IN_UNIT = ("total", "mean", "median", "minimum", "maximum", "first_quartile", "third_quartile",
           "deviation")  # fmt: skip


class FiguresPage(SidePage):
    """A column, which rows, its figures and its bars."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__(desk, "figures.title")
        self.target = TableTarget(desk, panel, self)
        self._newest = NewestWins(desk.jobs)
        self._named: NamedColumn | None = None
        self._bars: tuple[Bar, ...] = ()
        self.column = narrow_list()
        self.layer_name = plain_label("", "muted", wrap=True)
        self.bars = ColumnBars(desk)
        self.bars.clicked.connect(self._on_bar)
        self.told = plain_label("", "secondary", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        desk.speech.bind(self.column, "figures.column", self.column.setAccessibleName)
        for widget in (self.layer_name, self.column, self.target.rows_box, self.bars, self.told):
            self.content.addWidget(widget)
        holder = QWidget()
        holder.setLayout(self._grid)
        self.content.addWidget(holder)
        self.content.addStretch(1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._work)
        self.column.activated.connect(lambda _place: self._soon.start())
        self.target.changed.connect(self._soon.start)

    def start(self, field: str) -> None:
        """Show the figures of a column; of the first one where none is named."""
        offer_columns(self.column, self.target.columns(), field)
        self._work()

    def showEvent(self, event: object) -> None:
        """Work out what was let be while the page was hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._soon.start()

    def _work(self) -> None:
        if not self.isVisible():
            return
        columns = self.target.columns()
        offer_columns(self.column, columns)
        layer = self.target.panel.layer
        field = str(self.column.currentData() or "")
        named = next((one for one in columns if one.field == field), None)
        if layer is None or named is None:
            return
        self.layer_name.setText(self._desk.speech.title(layer.title))
        rows = self.target.rows()
        amounts = named.is_number and named.grouped
        self._newest.submit(
            lambda ctx: column_reading(named.column, rows, as_classes=amounts, ctx=ctx),
            done=lambda reading: self._show(named, reading),
        )

    def _show(self, named: NamedColumn, reading: ColumnReading) -> None:
        self._named, self._bars = named, reading.bars
        upright = named.is_number and named.grouped
        texts = tuple(self._said(named, bar) for bar in reading.bars)
        ends = ("", "")
        if upright and reading.bars:
            ends = self._ends(named, reading.bars)
        self.bars.setVisible(bool(reading.bars))
        self.bars.show_bars(reading.bars, texts, upright=upright, ends=ends)
        others = ""
        if reading.others:
            others = self._desk.words.plural("figures.others", reading.others)
        self.told.setText(others)
        self.told.setVisible(bool(others))
        self._fill(named, reading)

    def _ends(self, named: NamedColumn, bars: tuple[Bar, ...]) -> tuple[str, str]:
        """Return what stands under the first and the last class; a wide last one is open."""
        words, last = self._desk.words, bars[-1]
        low = value_text(bars[0].low, named, words)
        if len(bars) > 2 and last.high - last.low > 1.5 * (bars[1].high - bars[1].low):
            start = value_text(last.low, named, words)
            return low, words.text("figures.and-more", low=start)
        return low, value_text(last.high, named, words)

    def _said(self, named: NamedColumn, bar: Bar) -> str:
        words = self._desk.words
        count = words.number(bar.count)
        if bar.value is not None:
            return f"{value_text(bar.value, named, words)} · {count}"
        low, high = (value_text(end, named, words) for end in (bar.low, bar.high))
        return words.text("figures.class", low=low, high=high, count=bar.count)

    def _fill(self, named: NamedColumn, reading: ColumnReading) -> None:
        clear(self._grid)
        words, figures = self._desk.words, reading.figures
        lines = [
            ("figures.count", words.number(figures.count)),
            ("figures.missing", words.number(figures.missing)),
            ("figures.distinct", words.number(figures.distinct)),
        ]
        for name in IN_UNIT:
            value = getattr(figures, name)
            if value is not None:
                decimals = max(named.decimals, 0 if abs(value) >= 1000 else 2)
                text = words.number(value, decimals)
                if named.unit:
                    text = words.quantity(value, named.unit, decimals)
                lines.append((f"figures.{name}", text))
        for line, (key, text) in enumerate(lines):
            value_label = plain_label(text)
            value_label.trail()
            self._grid.addWidget(plain_label(words.text(key), "muted", wrap=True), line, 0)
            self._grid.addWidget(value_label, line, 1)

    # --- a bar --------------------------------------------------------------------------------

    def _on_bar(self, number: int) -> None:
        """Select the rows of a bar, among those the figures are of."""
        named, layer = self._named, self.target.panel.layer
        if named is None or layer is None or not self._bars[number].count:
            return
        condition = self._condition(named, number)
        field, source, rows = named.field, named.column, self.target.rows()

        def work(ctx: object) -> np.ndarray:
            kept = rows_meeting({field: source}, [condition], len(source), ctx)  # type: ignore[arg-type]
            found = np.flatnonzero(kept)
            return found if rows is None else np.intersect1d(found, rows)

        table = layer.table
        self._newest.submit(work, done=lambda f: self._desk.view.select(layer.id, table.ids[f]))

    def _condition(self, named: NamedColumn, number: int) -> Condition:
        bar = self._bars[number]
        if bar.value is not None:
            return OneOf(named.field, (bar.value,))
        last = number == len(self._bars) - 1
        high = bar.high if last else float(np.nextafter(bar.high, -np.inf))
        return InRange(named.field, bar.low, high)
