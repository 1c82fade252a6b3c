"""The filter of one column: a text to contain, a range, values to choose, missing or not.

Owns the popup; the values are counted in the background, over all rows of the layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from emadina_gis.analysis.column_figures import column_reading
from emadina_gis.analysis.row_filter import (
    Condition,
    InRange,
    IsMissing,
    OneOf,
    TextContains,
)
from emadina_gis.analysis.typed_values import plain_text, typed_value
from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.models.columns import value_text
from emadina_gis.domain.column import Column
from emadina_gis.errors import AnalysisError
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from emadina_gis.analysis.column_figures import ColumnReading
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.panels.table import TablePanel

WIDTH_PX = 270
LIST_PX = 190
VALUE = Qt.ItemDataRole.UserRole
#: Values that are offered, the most frequent first.
MOST_VALUES = 200


class ColumnFilter(QFrame):
    """A popup with the ways to filter that fit the column."""

    def __init__(self, desk: Desk, panel: TablePanel, named: NamedColumn) -> None:
        super().__init__(panel, Qt.WindowType.Popup)
        self._desk = desk
        self._panel = panel
        self._named = named
        self._newest = NewestWins(desk.jobs)
        self.setObjectName("card")
        self.setLayoutDirection(panel.layoutDirection())
        self.setFixedWidth(desk.theme.px(WIDTH_PX))
        self.text, self.low, self.high = QLineEdit(), QLineEdit(), QLineEdit()
        self.values = QListWidget()
        self.said = plain_label("", "error", wrap=True)
        self.said.hide()
        whole = column(self, spacing=8, margins=(12, 10, 12, 12))
        whole.addWidget(plain_label(named.title, "section", wrap=True))
        self._is_amount = (named.is_number and named.grouped) or _is_date(named)
        if self._is_amount:
            self._add_range(whole)
        else:
            self._add_values(whole)
        whole.addWidget(self.said)
        self._add_buttons(whole)
        self._show_present()

    def open_at(self, corner: QPoint) -> None:
        """Show the popup under a heading, inside the screen."""
        self.adjustSize()
        left = corner.x() - self.width() if self._desk.words.is_rtl else corner.x()
        screen = self._panel.screen().availableGeometry()
        top = min(corner.y(), screen.bottom() - self.sizeHint().height())
        self.move(max(left, screen.left()), max(top, screen.top()))
        self.show()
        (self.low if self._is_amount else self.text).setFocus()
        if not self._is_amount:
            self._count()

    # --- parts --------------------------------------------------------------------------------

    def _add_range(self, whole: QVBoxLayout) -> None:
        say = self._desk.words.text
        line = row(spacing=6)
        for field, key in ((self.low, "table.filter-from"), (self.high, "table.filter-to")):
            field.setPlaceholderText(say(key))
            field.setAccessibleName(say(key))
            field.returnPressed.connect(self.apply)
            line.addWidget(field)
        whole.addLayout(line)

    def _add_values(self, whole: QVBoxLayout) -> None:
        say = self._desk.words.text
        self.text.setPlaceholderText(say("table.filter-contains"))
        self.text.setAccessibleName(say("table.filter-contains"))
        self.text.setClearButtonEnabled(True)
        self.text.returnPressed.connect(self.apply)
        self.values.setAccessibleName(say("table.filter-values"))
        self.values.setFixedHeight(self._desk.theme.px(LIST_PX))
        if self._named.column.is_text:
            whole.addWidget(self.text)
        whole.addWidget(self.values)

    def _add_buttons(self, whole: QVBoxLayout) -> None:
        voice = self._desk.voice
        line = row(spacing=6)
        line.addWidget(voice.button("table.filter-missing", self._only_missing))
        line.addWidget(voice.button("table.filter-known", self._only_known))
        whole.addLayout(line)
        ends = row(spacing=6)
        ends.addWidget(voice.button("table.filter-none", self._take_away), 1)
        ends.addWidget(voice.button("table.filter-apply", self.apply, look="accent"), 1)
        whole.addLayout(ends)

    def _show_present(self) -> None:
        present = self._present()
        language = self._desk.words.language
        if isinstance(present, TextContains):
            self.text.setText(present.text)
        if isinstance(present, InRange):
            self.low.setText(plain_text(present.low, language))
            self.high.setText(plain_text(present.high, language))

    def _present(self) -> Condition | None:
        conditions = self._panel.query.conditions
        return next((c for c in conditions if c.field == self._named.field), None)

    # --- values -------------------------------------------------------------------------------

    def _count(self) -> None:
        column_ = self._named.column
        self._newest.submit(
            lambda ctx: column_reading(column_, as_classes=False, most=MOST_VALUES, ctx=ctx),
            done=self._list,
        )

    def _list(self, reading: ColumnReading) -> None:
        say, named = self._desk.words, self._named
        present = self._present()
        chosen = set(present.values) if isinstance(present, OneOf) else set()
        self.values.clear()
        items = [(bar.value, bar.count) for bar in reading.bars]
        items.sort(key=lambda pair: -pair[1])
        if reading.figures.missing:
            items.append((None, reading.figures.missing))
        for value, count in items:
            text = value_text(value, named, say) if value is not None else ""
            text = text or say.text("value.not-stated")
            item = QListWidgetItem(f"{text}  ({say.number(count)})")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked
            item.setCheckState(checked)
            item.setData(VALUE, (value,))
            self.values.addItem(item)
        if reading.others:
            more = QListWidgetItem(say.text("table.filter-more", count=reading.others))
            more.setFlags(Qt.ItemFlag.NoItemFlags)
            self.values.addItem(more)

    def _checked(self) -> tuple[object, ...]:
        items = (self.values.item(place) for place in range(self.values.count()))
        checked = Qt.CheckState.Checked
        return tuple(
            item.data(VALUE)[0]
            for item in items
            if item.data(VALUE) and item.checkState() == checked
        )

    # --- what it gives ------------------------------------------------------------------------

    def apply(self) -> None:
        """Filter by what is typed or chosen; nothing filters nothing."""
        try:
            condition = self._condition()
        except AnalysisError as error:
            self.said.setText(" ".join(self._desk.words.error(error)))
            self.said.show()
            self.adjustSize()
            return
        self._give(condition)

    def _condition(self) -> Condition | None:
        field = self._named.field
        if self._is_amount:
            low, high = self._end(self.low), self._end(self.high)
            both = low is None and high is None
            return None if both else InRange(field, low, high)  # type: ignore[arg-type]
        text = self.text.text().strip()
        if text:
            return TextContains(field, text)
        chosen = self._checked()
        return OneOf(field, chosen) if chosen else None  # type: ignore[arg-type]

    def _end(self, line: QLineEdit) -> object:
        column_ = _as_decimal(self._named)
        return typed_value(line.text(), column_, self._desk.words.language)

    def _only_missing(self) -> None:
        self._give(IsMissing(self._named.field))

    def _only_known(self) -> None:
        self._give(IsMissing(self._named.field, negated=True))

    def _take_away(self) -> None:
        self._give(None)

    def _give(self, condition: Condition | None) -> None:
        self.close()
        self._panel.ask(self._panel.query.with_condition(self._named.field, condition))


def _is_date(named: NamedColumn) -> bool:
    return bool(pa.types.is_temporal(named.column.type))


def _as_decimal(named: NamedColumn) -> Column:
    """Return a column of the kind that an end of a range is typed as: ends may have decimals."""
    if not named.is_number:
        return Column((), pa.date32())
    return Column((), pa.float64())
