"""All columns of the table: which are shown, in which order, and how one is named and written.

Owns the page; every change is a step of undo, but for personal columns, which are shown for now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QWidget,
)

from emadina_gis.app.controls import hairline, narrow_list, plain_label, row
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.table.units import offer_units, unit_of
from emadina_gis.domain.layer import FieldLabel
from emadina_gis.domain.title import Title
from emadina_gis.session.commands.derivations import SetFieldLabel
from emadina_gis.session.commands.renaming import RenameField

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.panels.table import TablePanel
    from emadina_gis.domain.layer import VectorLayer

FIELD = Qt.ItemDataRole.UserRole
MOST_DECIMALS = 6


class ColumnsPage(SidePage):
    """A list of columns, and the one chosen in it."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__(desk, "columns-page.title")
        self._panel = panel
        self.list = QListWidget()
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(desk.theme.px(220))
        desk.speech.bind(self, "columns-page.list", self.list.setAccessibleName)
        self.name, self.unit, self.decimals = QLineEdit(), narrow_list(), QSpinBox()
        stand_like_text(self.decimals).setRange(0, MOST_DECIMALS)
        self.in_data = QLineEdit()
        self.facts = plain_label("", "secondary", wrap=True)
        hint = desk.voice.label("columns-page.hint", "secondary")
        hint.setWordWrap(True)
        self.content.addWidget(hint)
        self.content.addWidget(self.list, 1)
        self.content.addLayout(self._moves())
        self.content.addWidget(hairline())
        self.content.addWidget(self._form())
        self.content.addWidget(self.facts)
        self._connect()

    def _moves(self) -> QHBoxLayout:
        line = row(spacing=6)
        voice = self._desk.voice
        self.up = voice.tool("columns-page.up", "arrow-up", lambda: self._move(-1))
        self.down = voice.tool("columns-page.down", "arrow-down", lambda: self._move(1))
        for part in (self.up, self.down):
            line.addWidget(part)
        line.addStretch(1)
        line.addWidget(voice.button("columns-page.all", self._show_all))
        return line

    def _form(self) -> QWidget:
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        voice, speech = self._desk.voice, self._desk.speech
        fields = (("columns-page.name", self.name), ("columns-page.in-data", self.in_data),
                  ("columns-page.unit", self.unit),
                  ("columns-page.decimals", self.decimals))  # fmt: skip
        for key, field in fields:
            form.addRow(voice.label(key, "muted"), field)
            speech.bind(field, key, field.setAccessibleName)
        self._details = holder
        return holder

    def _connect(self) -> None:
        self.list.itemChanged.connect(self._on_checked)
        self.list.currentItemChanged.connect(lambda _new, _old: self._describe())
        self.list.model().rowsMoved.connect(lambda *_moved: self._on_dragged())
        self.name.editingFinished.connect(self._keep)
        self.in_data.editingFinished.connect(self._rename)
        self.unit.activated.connect(lambda _place: self._keep())
        self.decimals.editingFinished.connect(self._keep)
        self._panel.rows_changed.connect(self._follow)
        self._desk.speech.changed.connect(self._follow)

    def start(self, field: str) -> None:
        """Show the columns, one of them chosen."""
        self._list(field)

    def showEvent(self, event: object) -> None:
        """List what may have changed while the page was hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._list(self.field)

    @property
    def field(self) -> str:
        """The chosen column; empty for none."""
        place = self.list.currentRow()
        return self._field_at(place) if place >= 0 else ""

    def _follow(self) -> None:
        if self.isVisible():
            self._list(self.field)

    # --- the list -----------------------------------------------------------------------------

    def _columns(self) -> list[NamedColumn]:
        """Return all columns, personal ones too, those not shown among the others."""
        layer = self._panel.layer
        if layer is None:
            return []
        shown = {named.field: named for named in self._panel.columns.of(layer, personal=True)}
        return list(shown.values())

    def _list(self, chosen: str) -> None:
        layer = self._panel.layer
        with QSignalBlocker(self.list):
            self.list.clear()
            for named in self._columns():
                item = QListWidgetItem(self._text(named))
                item.setData(FIELD, named.field)
                item.setToolTip(named.field)
                shown = layer is not None and self._is_shown(layer, named)
                item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
                self.list.addItem(item)
                if named.field == chosen:
                    self.list.setCurrentItem(item)
            if self.list.currentRow() < 0 and self.list.count():
                self.list.setCurrentRow(0)
        self._describe()

    def _text(self, named: NamedColumn) -> str:
        marks = [self._desk.words.text(key) for key in named.notes]
        return " · ".join([named.title, *marks])

    def _is_shown(self, layer: VectorLayer, named: NamedColumn) -> bool:
        if named.is_personal and not self._panel.columns.shows_personal(layer.id, named.field):
            return False
        return named.field not in layer.derived.view.hidden

    def _on_checked(self, item: QListWidgetItem) -> None:
        layer = self._panel.layer
        if layer is None:
            return
        field, shown = str(item.data(FIELD)), item.checkState() == Qt.CheckState.Checked
        if field in layer.schema.personal_columns():
            self._panel.columns.show_personal(layer.id, field, shown=shown)
            return
        self._panel.columns.set_view(layer.derived.view.with_hidden(field, hidden=not shown))

    def _show_all(self) -> None:
        layer = self._panel.layer
        if layer is not None:
            self._panel.columns.set_view(replace(layer.derived.view, hidden=()))

    def _on_dragged(self) -> None:
        self._keep_order([self._field_at(place) for place in range(self.list.count())])

    def _field_at(self, place: int) -> str:
        return str(self.list.item(place).data(FIELD))

    def _move(self, by: int) -> None:
        place = self.list.currentRow()
        if place < 0 or not 0 <= place + by < self.list.count():
            return
        order = [self._field_at(one) for one in range(self.list.count())]
        order.insert(place + by, order.pop(place))
        self._keep_order(order)

    def _keep_order(self, order: list[str]) -> None:
        layer = self._panel.layer
        if layer is not None:
            self._panel.columns.set_view(replace(layer.derived.view, order=tuple(order)))

    # --- one column ---------------------------------------------------------------------------

    def _named(self) -> NamedColumn | None:
        return next((named for named in self._columns() if named.field == self.field), None)

    def _describe(self) -> None:
        named = self._named()
        own = named is not None and not named.is_outcome
        self._details.setEnabled(own)
        if named is None:
            return
        blockers = [QSignalBlocker(part) for part in (self.name, self.unit, self.decimals)]
        self.name.setText(named.title)
        self.in_data.setText(named.field)
        offer_units(self.unit, named.unit, self._desk.words)
        self.unit.setEnabled(named.is_number)
        self.decimals.setValue(named.decimals)
        self.decimals.setEnabled(named.is_number)
        del blockers
        self.facts.setText(self._facts(named))

    def _facts(self, named: NamedColumn) -> str:
        words = self._desk.words
        lines = []
        if named.role is not None:
            role = words.text(f"role.{named.role.value}")
            lines.append(words.text("columns-page.role", role=role))
        lines += [words.text(key) for key in named.notes]
        if named.trouble:
            lines.append(named.trouble)
        if named.formula:
            lines.append(words.isolated(f"= {named.formula}"))
        return "\n".join(lines)

    def _rename(self) -> None:
        """Rename the column in the data; a name that is refused is given back."""
        named, layer = self._named(), self._panel.layer
        name = self.in_data.text().strip()
        if named is None or layer is None or name in {"", named.field}:
            return
        if self._desk.do(RenameField(layer.id, named.field, name)):
            self._list(name)
        else:
            self.in_data.setText(named.field)

    def _keep(self) -> None:
        """Name the column as it is typed; a name that stays empty is given back."""
        named, layer = self._named(), self._panel.layer
        if named is None or layer is None or named.is_outcome:
            return
        text = self.name.text().strip()
        if not text:
            self.name.setText(named.title)
            return
        old = layer.field_label(named.field)
        title = old.title if text == named.title else _renamed(old.title, text, self._desk)
        made = FieldLabel(title, unit_of(self.unit), self.decimals.value(), old.values)
        if made != old:
            self._desk.do(SetFieldLabel(layer.id, named.field, made))


def _renamed(old: Title, text: str, desk: Desk) -> Title:
    """Return a title with another text in the language of the moment, or in all where it is one."""
    if old.fr == old.ar == old.en:
        return Title.plain(text)
    return replace(old, **{desk.speech.language: text})
