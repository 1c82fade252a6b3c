"""Joining columns of another table by a key: the two keys, who meets whom, which columns.

Owns the page; what would meet is counted in the background before anything is joined. A file is
read as it is; joined for good it becomes a table of the project.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QWidget

from emadina_gis.app.controls import narrow_list, plain_label
from emadina_gis.app.models.columns import named_columns
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.table.target import offer_columns
from emadina_gis.domain.derived import KeyReading, LayerJoin, ManyRows
from emadina_gis.errors import EmadinaError
from emadina_gis.session.commands.derivations import AddFields, AddJoin
from emadina_gis.session.commands.layers import AddLayers
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.joining import (
    JoinAsked,
    JoinPreview,
    columns_of_other,
    joined_names,
    previewed,
    read_table,
    sensible_reading,
    values_joined,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.panels.table import TablePanel
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.derived import JoinedColumn
    from emadina_gis.domain.layer import FieldLabel, VectorLayer

SOON_MS = 80
FIELD = Qt.ItemDataRole.UserRole
TABLES = "*.csv *.xlsx *.ods *.dbf *.gpkg *.tsv *.txt"


class JoinPage(SidePage):
    """The other table, the keys, what meets, the columns; and whether the join is kept."""

    def __init__(self, desk: Desk, panel: TablePanel, choose: Choose) -> None:
        super().__init__(desk, "join.title")
        self._panel = panel
        self._choose = choose
        self._newest = NewestWins(desk.jobs)
        self._file: VectorLayer | None = None
        self.layer_name = plain_label("", "muted", wrap=True)
        self.other, self.key, self.other_key = narrow_list(), narrow_list(), narrow_list()
        self.reading, self.many = narrow_list(), narrow_list()
        self.told, self.warned = plain_label("", wrap=True), plain_label("", "amber", wrap=True)
        self.columns = QListWidget()
        self.live = QCheckBox()
        self.said = plain_label("", "error", wrap=True)
        self._lay_out()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._count)
        self.other.activated.connect(lambda _place: self._on_other())
        for box in (self.key, self.other_key):
            box.activated.connect(lambda _place: self._on_key())
        for box in (self.reading, self.many):
            box.activated.connect(lambda _place: self._soon.start())
        panel.rows_changed.connect(self._follow)
        desk.speech.changed.connect(self._say)
        self._say()

    def _lay_out(self) -> None:
        voice, speech = self._desk.voice, self._desk.speech
        self.content.addWidget(self.layer_name)
        self._labelled("join.other", self.other)
        self.content.addWidget(voice.button("join.file", self.ask, icon="file-plus"))
        self._labelled("join.key", self.key)
        self._labelled("join.other-key", self.other_key)
        self._labelled("join.reading", self.reading)
        for part in (self.told, self.warned):
            self.content.addWidget(part)
        self._labelled("join.many", self.many)
        self._labelled("join.columns", self.columns)
        self.columns.setMinimumHeight(self._desk.theme.px(150))
        speech.bind(self.live, "join.live", self.live.setText)
        self.live.setChecked(True)
        hint = voice.label("join.live-hint", "secondary")
        hint.setWordWrap(True)
        self.content.addWidget(self.live)
        self.content.addWidget(hint)
        self.foot.addWidget(self.said)
        self.apply_button = voice.button("join.apply", self.apply, look="accent")
        self.foot.addWidget(self.apply_button)

    def _labelled(self, key: str, field: QWidget) -> None:
        self.content.addWidget(self._desk.voice.label(key, "muted"))
        self.content.addWidget(field)
        self._desk.speech.bind(field, key, field.setAccessibleName)

    def start(self, _field: str) -> None:
        """Offer the other layers of the project."""
        self.said.setText("")
        self._follow()

    def _say(self) -> None:
        words = self._desk.words
        for box, values, root in (
            (self.reading, list(KeyReading), "join.reading-of"),
            (self.many, list(ManyRows), "join.many-of"),
        ):
            chosen = max(box.currentIndex(), 0)
            box.clear()
            for value in values:
                box.addItem(words.text(f"{root}.{value.value}"), value.value)
            box.setCurrentIndex(chosen)
        self._follow()

    # --- the other table ----------------------------------------------------------------------

    def _follow(self) -> None:
        layer = self._panel.layer
        if layer is None or not self.isVisible():
            return
        self.layer_name.setText(self._desk.speech.title(layer.title))
        chosen = str(self.other.currentData() or "")
        with QSignalBlocker(self.other):
            self.other.clear()
            for other in self._others(layer):
                self.other.addItem(self._desk.speech.title(other.title), other.id)
            self.other.setCurrentIndex(max(self.other.findData(chosen), 0))
        offer_columns(self.key, list(named_columns(self._desk, layer)))
        self._on_other(keep=str(self.other.currentData() or "") == chosen)

    def showEvent(self, event: object) -> None:
        """Offer what may have changed while the page was hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._follow()

    def _others(self, layer: VectorLayer) -> list[VectorLayer]:
        """Return the tables to join from: the other layers, and the file that was read."""
        listed = [one for one in self._desk.project.vector_layers if one.id != layer.id]
        return [*listed, self._file] if self._file is not None else listed

    def other_layer(self) -> VectorLayer | None:
        """Return the other table; None before there is one."""
        layer, wanted = self._panel.layer, str(self.other.currentData() or "")
        if layer is None:
            return None
        return next((one for one in self._others(layer) if one.id == wanted), None)

    def ask(self) -> None:
        """Ask for a file and read it."""
        say = self._desk.speech.text
        path = self._choose.file_to_open("join.file", f"{say('files.data')} ({TABLES})")
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a table in the background and take it as the other one."""
        reader = self._desk.reader
        self._desk.jobs.submit_shown(
            "job.reading",
            lambda ctx: read_table(path, reader, ctx),
            done=self._take_file,
            failed=self._refuse,
        )

    def _take_file(self, layer: VectorLayer) -> None:
        self._file = layer
        self._follow()
        self.other.setCurrentIndex(self.other.findData(layer.id))
        self._on_other()

    def _on_other(self, *, keep: bool = False) -> None:
        layer, other = self._panel.layer, self.other_layer()
        self.apply_button.setEnabled(other is not None)
        if layer is None or other is None:
            self.told.setText(self._desk.words.text("join.no-other"))
            return
        columns = self._other_columns(other)
        offer_columns(self.other_key, columns)
        if not keep or not self.columns.count():
            self._guess_keys(layer, columns)
            self._list(columns)
        self._on_key(keep=keep)

    def _other_columns(self, other: VectorLayer) -> list[NamedColumn]:
        return list(named_columns(self._desk, other))

    def _guess_keys(self, layer: VectorLayer, columns: list[NamedColumn]) -> None:
        """Choose the columns that play one role on both sides, else those of one name."""
        mine = list(named_columns(self._desk, layer))
        roles = {named.role: named.field for named in mine if named.role is not None}
        names = {named.field for named in mine}
        for named in columns:
            same = named.field if named.field in names else ""
            found = roles.get(named.role, "") if named.role is not None else ""
            if (found or same) and not named.is_outcome:
                self.key.setCurrentIndex(self.key.findData(found or same))
                self.other_key.setCurrentIndex(self.other_key.findData(named.field))
                return

    def _list(self, columns: list[NamedColumn]) -> None:
        self.columns.clear()
        for named in columns:
            item = QListWidgetItem(named.title)
            item.setData(FIELD, named.field)
            item.setToolTip(named.field)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.columns.addItem(item)

    def _on_key(self, *, keep: bool = False) -> None:
        ends = self._ends()
        if ends is not None and not keep:
            reading = sensible_reading(*ends)
            self.reading.setCurrentIndex(list(KeyReading).index(reading))
        self._soon.start()

    def _ends(self) -> tuple[Column, Column] | None:
        layer, other = self._panel.layer, self.other_layer()
        if layer is None or other is None:
            return None
        mine = layer.table.columns.get(str(self.key.currentData() or ""))
        theirs = other.table.columns.get(str(self.other_key.currentData() or ""))
        return None if mine is None or theirs is None else (mine, theirs)

    # --- what would meet ----------------------------------------------------------------------

    def asked(self) -> JoinAsked:
        """Return what is chosen."""
        items = [self.columns.item(place) for place in range(self.columns.count())]
        checked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        return JoinAsked(
            str(self.key.currentData() or ""),
            str(self.other_key.currentData() or ""),
            tuple(str(item.data(FIELD)) for item in checked),
            KeyReading(self.reading.currentData()),
            ManyRows(self.many.currentData()),
        )

    def _right(self, other: VectorLayer) -> Mapping[str, Column]:
        return columns_of_other(other, self._desk.results.columns_of(other))

    def _count(self) -> None:
        layer, other = self._panel.layer, self.other_layer()
        if layer is None or other is None or self._ends() is None:
            return
        asked, right = self.asked(), self._right(other)
        self._newest.submit(
            lambda ctx: previewed(layer.table, right, asked, ctx),
            done=self._show_preview,
            failed=self._refuse,
        )

    def _show_preview(self, found: JoinPreview) -> None:
        words = self._desk.words
        lines = [words.text("join.matched", count=found.matched, rows=found.rows)]
        if found.left_over:
            samples = _listed(found.left_samples)
            lines.append(words.text("join.left-over", count=found.left_over, samples=samples))
        if found.without_key:
            lines.append(words.text("join.without-key", count=found.without_key))
        if found.right_over:
            samples = _listed(found.right_samples)
            lines.append(words.text("join.right-over", count=found.right_over, samples=samples))
        self.told.setText("\n".join(lines))
        warning = ""
        if found.repeated:
            samples = _listed(found.repeated_samples)
            warning = words.text("join.repeated", count=found.repeated, samples=samples)
        self.warned.setText(warning)
        self.warned.setVisible(bool(warning))

    # --- joining ------------------------------------------------------------------------------

    def apply(self) -> None:
        """Join the chosen columns: kept as a join, or as plain columns."""
        layer, other = self._panel.layer, self.other_layer()
        self.said.setText("")
        if layer is None or other is None:
            return
        asked, right = self.asked(), self._right(other)
        if not asked.columns:
            self.said.setText(self._desk.words.text("join.nothing"))
            return
        columns = joined_names(asked, layer.table.names, right)
        outcome = any(name not in other.table.columns for name in asked.columns)
        if self.live.isChecked() and not outcome:
            self._keep_join(layer, other, asked, columns)
            return
        self._desk.jobs.submit_shown(
            "job.joining",
            lambda ctx: values_joined(layer.table, right, asked, columns, ctx),
            done=lambda made: self._add(layer, other, columns, made),
            failed=self._refuse,
        )

    def _keep_join(
        self,
        layer: VectorLayer,
        other: VectorLayer,
        asked: JoinAsked,
        columns: tuple[JoinedColumn, ...],
    ) -> None:
        if not self._desk.project.has_layer(other.id):
            if not self._desk.do(AddLayers((other,), len(self._desk.project.layers))):
                return
            self._file = None
        join = LayerJoin(
            uuid.uuid4().hex, other.id, asked.key, asked.other_key, columns, asked.reading
        )
        self._do(AddJoin(layer.id, join, self._labels(other, columns)))

    def _add(
        self,
        layer: VectorLayer,
        other: VectorLayer,
        columns: tuple[JoinedColumn, ...],
        made: dict[str, Column],
    ) -> None:
        self._do(AddFields(layer.id, tuple(made.items()), self._labels(other, columns)))

    def _labels(
        self, other: VectorLayer, columns: tuple[JoinedColumn, ...]
    ) -> tuple[tuple[str, FieldLabel], ...]:
        """Return the names of the joined columns; a count has no unit."""
        known = dict(other.fields)
        return tuple(
            (one.name, known[one.field])
            for one in columns
            if one.field in known and one.many is not ManyRows.COUNT
        )

    def _do(self, command: AddJoin | AddFields) -> None:
        try:
            self._desk.store.execute(command)
        except EmadinaError as error:
            self._refuse(error)
            return
        names = command.join.names if isinstance(command, AddJoin) else dict(command.columns)
        self._panel.show_column(next(iter(names), ""))

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.said.setText(" ".join(self._desk.words.error(error)))


def _listed(samples: tuple[str, ...]) -> str:
    return ", ".join(samples)
