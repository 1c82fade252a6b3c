"""Fields of a layer with some of their values, and what each of them means."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.doctor.telling import apart
from emadina_gis.domain.schema import Role, Schema
from emadina_gis.io.diagnosis import MASKED

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.io.diagnosis import FieldDiagnosis, LayerDiagnosis

#: Fields shown before the person asks for all of them.
FIRST_SHOWN = 8


class FieldSection(QWidget):
    """One row per field: name, values, role; `schema_changed(Schema)` tells of another role."""

    schema_changed = Signal(object)

    def __init__(self, desk: Desk, layer: LayerDiagnosis, schema: Schema) -> None:
        super().__init__()
        self._desk = desk
        self._schema = schema
        self._layer = layer
        self.roles: dict[str, QPushButton] = {}
        self._content = column(self, spacing=8)
        meaning = [item for item in layer.fields if self._means_something(item)]
        rest = [item for item in layer.fields if item not in meaning]
        self._ordered = [*meaning, *rest]
        self._show(FIRST_SHOWN)

    def _means_something(self, item: FieldDiagnosis) -> bool:
        return item.role is not None or self._schema.role_of(item.name) is not None

    def _show(self, most: int) -> None:
        for item in self._ordered[len(self.roles) : most]:
            self._content.addWidget(self._row(item))
        hidden = len(self._ordered) - len(self.roles)
        if hidden > 0:
            words = self._desk.words
            more = QPushButton(words.plural("doctor.fields.more", hidden))
            more.setProperty("look", "link")
            more.clicked.connect(lambda: self._show_rest(more))
            self._content.addWidget(more)

    def _show_rest(self, more: QPushButton) -> None:
        more.hide()
        more.deleteLater()
        self._show(len(self._ordered))

    def _row(self, item: FieldDiagnosis) -> QWidget:
        words = self._desk.words
        widget = QWidget()
        lines = column(widget, spacing=0)
        head = row(spacing=8)
        head.addWidget(plain_label(words.isolated(item.name), "bold", wrap=True), 1)
        button = QPushButton()
        button.setProperty("look", "link")
        button.clicked.connect(lambda: self._offer(item, button))
        self.roles[item.name] = button
        self._say_role(item)
        head.addWidget(button)
        lines.addLayout(head)
        lines.addWidget(plain_label(self._values(item), "secondary", wrap=True))
        return widget

    def _values(self, item: FieldDiagnosis) -> str:
        words = self._desk.words
        facts = [words.text(f"doctor.type.{item.type}")]
        if item.sample == (MASKED,):
            facts.append(words.text("doctor.fields.personal"))
        else:
            facts += [apart(words.isolated(text)) for text in item.sample]
        if item.missing:
            facts.append(words.plural("doctor.fields.missing", item.missing))
        return " · ".join(facts)

    def _say_role(self, item: FieldDiagnosis) -> None:
        words, button = self._desk.words, self.roles[item.name]
        role = self._schema.role_of(item.name)
        guess = item.role
        hint = ""
        if role is not None:
            text = words.text(f"role.{role.value}")
            if guess is not None and guess.role is role:
                hint = self._reason(guess.reason)
        elif guess is not None:
            text = words.text("doctor.fields.maybe", role=words.text(f"role.{guess.role.value}"))
            hint = self._reason(guess.reason)
        else:
            text = words.text("doctor.fields.no-role")
        button.setText(text)
        button.setToolTip(hint)
        button.setAccessibleName(words.text("doctor.fields.role-of", field=item.name, role=text))

    def _reason(self, reason: str) -> str:
        key = f"role-guess.{reason}"
        return self._desk.words.text(key) if self._desk.words.has(key) else ""

    def _offer(self, item: FieldDiagnosis, button: QPushButton) -> None:
        menu = QMenu(self)
        words = self._desk.words
        menu.addAction(words.text("doctor.fields.no-role"), partial(self._take, item, None))
        menu.addSeparator()
        for role in Role:
            action = menu.addAction(
                words.text(f"role.{role.value}"), partial(self._take, item, role)
            )
            action.setCheckable(True)
            action.setChecked(self._schema.role_of(item.name) is role)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _take(self, item: FieldDiagnosis, role: Role | None) -> None:
        old = self._schema.role_of(item.name)
        schema = self._schema if old is None else self._schema.with_role(old, None)
        self._schema = schema if role is None else schema.with_role(role, item.name)
        for other in self._ordered:
            if other.name in self.roles:
                self._say_role(other)
        self.schema_changed.emit(self._schema)
