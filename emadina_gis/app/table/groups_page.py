"""Rows put together by one or two columns, with sums and other figures of further columns.

Owns the page; groups are made in the background. A group that is chosen selects its rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QTableView, QVBoxLayout, QWidget

from emadina_gis.analysis.row_groups import Figure, Groups, Measure, grouped
from emadina_gis.app.controls import clear, column, narrow_list, plain_label, row
from emadina_gis.app.models.groups import GroupsModel, GroupTitles, groups_arrays, groups_text
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.app.table.target import TableTarget, offer_columns
from emadina_gis.domain.schema import Role
from emadina_gis.session.jobs import NewestWins
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.table_export import export_rows

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.app.models.columns import NamedColumn
    from emadina_gis.app.panels.table import TablePanel

SOON_MS = 60
ROW_PX = 26


class MeasureRow(QWidget):
    """A figure of a column, with a way to take it away."""

    def __init__(self, page: GroupsPage, desk: Desk) -> None:
        super().__init__()
        self.figure, self.column = narrow_list(), narrow_list()
        line = row(self, spacing=4)
        line.addWidget(self.figure, 2)
        line.addWidget(self.column, 3)
        line.addWidget(desk.voice.tool("groups.less", "x", lambda: page.take_away(self)))
        for figure in Figure:
            self.figure.addItem("", figure.value)
        for box, key in ((self.figure, "groups.figure"), (self.column, "figures.column")):
            desk.speech.bind(box, key, box.setAccessibleName)
            box.activated.connect(lambda _place: page.work_soon())
        self.say(desk)

    def say(self, desk: Desk) -> None:
        """Name the figures in the language of the moment."""
        for place, figure in enumerate(Figure):
            self.figure.setItemText(place, desk.words.text(f"groups.figure-of.{figure.value}"))

    @property
    def measure(self) -> Measure | None:
        """The figure chosen; None before there is a column."""
        field = str(self.column.currentData() or "")
        return Measure(field, Figure(self.figure.currentData())) if field else None


class GroupsPage(SidePage):
    """By which columns, which figures, and the groups; they can be copied and exported."""

    def __init__(self, desk: Desk, panel: TablePanel, choose: Choose) -> None:
        super().__init__(desk, "groups.title")
        self._choose = choose
        self.target = TableTarget(desk, panel, self)
        self._newest = NewestWins(desk.jobs)
        self._groups: Groups | None = None
        self.by, self.then_by = narrow_list(), narrow_list()
        self.measures: list[MeasureRow] = []
        self._lines: QVBoxLayout = column(spacing=6)
        self.model = GroupsModel(desk.words)
        self.view = QTableView()
        self.told = plain_label("", "secondary", wrap=True)
        self._lay_out()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._work)
        for box in (self.by, self.then_by):
            box.activated.connect(lambda _place: self.work_soon())
        self.target.changed.connect(self.work_soon)
        desk.speech.changed.connect(self._say)
        self.view.selectionModel().selectionChanged.connect(lambda *_changed: self._select())

    def _lay_out(self) -> None:
        voice, speech = self._desk.voice, self._desk.speech
        self.content.addWidget(voice.label("groups.keys", "muted"))
        keys = row(spacing=6)
        for key, box in (("groups.by", self.by), ("groups.then-by", self.then_by)):
            keys.addWidget(box, 1)
            speech.bind(box, key, box.setAccessibleName, box.setToolTip)
        self.content.addLayout(keys)
        measured = row()
        measured.addWidget(voice.label("groups.measures", "muted"), 1)
        measured.addWidget(voice.tool("groups.more", "plus", self.add_measure))
        self.content.addLayout(measured)
        self.content.addLayout(self._lines)
        self.content.addWidget(self.target.rows_box)
        self.content.addWidget(self.told)
        self.content.addWidget(self.view, 1)
        view = self.view
        view.setModel(self.model)
        view.setObjectName("narrow")
        view.setMinimumHeight(self._desk.theme.px(240))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSortingEnabled(True)
        view.horizontalHeader().setSortIndicator(-1, view.horizontalHeader().sortIndicatorOrder())
        view.setAlternatingRowColors(True)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self._desk.theme.px(ROW_PX))
        speech.bind(view, "groups.title", view.setAccessibleName)
        line = row(spacing=6)
        line.addWidget(voice.button("groups.copy", self.copy, icon="copy"), 1)
        line.addWidget(voice.button("groups.save", self.ask, icon="file-spreadsheet"), 1)
        self.foot.addLayout(line)

    def start(self, field: str) -> None:
        """Group by a column; by the first one that repeats its values where none is named."""
        self._offer(field)
        if not self.measures:
            self.add_measure()
        self._work()

    def showEvent(self, event: object) -> None:
        """Make the groups that were let be while the page was hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.work_soon()

    def _say(self) -> None:
        for measure in self.measures:
            measure.say(self._desk)
        self.work_soon()

    # --- what is asked ------------------------------------------------------------------------

    def _offer(self, field: str = "") -> None:
        columns = self.target.columns()
        first = field or str(self.by.currentData() or "") or _first_kind(columns)
        offer_columns(self.by, columns, first)
        chosen = str(self.then_by.currentData() or "")
        self.then_by.clear()
        self.then_by.addItem(self._desk.words.text("groups.none"), "")
        for named in columns:
            self.then_by.addItem(named.title, named.field)
        self.then_by.setCurrentIndex(max(self.then_by.findData(chosen), 0))
        numbers = [named for named in columns if named.is_number and named.grouped]
        for measure in self.measures:
            offer_columns(measure.column, numbers)

    def add_measure(self) -> None:
        """Add a figure."""
        made = MeasureRow(self, self._desk)
        self.measures.append(made)
        self._lines.addWidget(made)
        self._offer()
        self.work_soon()

    def take_away(self, measure: MeasureRow) -> None:
        """Take a figure away."""
        self.measures.remove(measure)
        clear(self._lines)
        kept = [(one.figure.currentIndex(), str(one.column.currentData())) for one in self.measures]
        self.measures = []
        for figure, field in kept:
            self.add_measure()
            self.measures[-1].figure.setCurrentIndex(figure)
            _choose(self.measures[-1].column, field)
        self.work_soon()

    def work_soon(self) -> None:
        """Make the groups again in a moment."""
        self._soon.start()

    def _keys(self) -> list[str]:
        fields = (str(box.currentData() or "") for box in (self.by, self.then_by))
        return list(dict.fromkeys(field for field in fields if field))

    def _work(self) -> None:
        layer = self.target.panel.layer
        if layer is None or not self.isVisible():
            return
        self._offer()
        named = {one.field: one for one in self.target.columns()}
        keys = [key for key in self._keys() if key in named]
        measures = [m.measure for m in self.measures if m.measure and m.measure.field in named]
        if not keys:
            return
        source = self.target.panel.rows.source_of(layer)
        rows = self.target.rows()
        language = self._desk.words.language

        def work(ctx: object) -> Groups:
            every = source.every_row if rows is None else rows
            return grouped(source.columns, keys, measures, every, language, ctx)  # type: ignore[arg-type]

        titles = GroupTitles(
            tuple(named[key] for key in keys), tuple(named[m.field] for m in measures)
        )
        self._newest.submit(work, done=lambda groups: self._show(groups, titles))

    def _show(self, groups: Groups, titles: GroupTitles) -> None:
        self._groups = groups
        self.model.show(groups, titles, self._desk.words)
        self.view.resizeColumnsToContents()
        words = self._desk.words
        text = words.plural("groups.count", len(groups))
        totals = [f"{title} = {value}" for title, value in self.model.totals()]
        self.told.setText("\n".join([text, *totals]))

    # --- what comes of it ---------------------------------------------------------------------

    def _select(self) -> None:
        """Select the rows of the chosen groups on the map."""
        groups, layer = self._groups, self.target.panel.layer
        lines = [index.row() for index in self.view.selectionModel().selectedRows()]
        if groups is None or layer is None or not lines:
            return
        rows = groups.rows_of(self.model.groups_on(lines))
        self._desk.view.select(layer.id, layer.table.ids[rows])

    def copy(self) -> None:
        """Put the groups on the clipboard as a spreadsheet takes them."""
        if self._groups is not None:
            QGuiApplication.clipboard().setText(groups_text(self.model))
            self._desk.notices.done(Phrase("table.copied", count=len(self._groups)))

    def ask(self) -> None:
        """Ask for a file and write the groups into it."""
        path = self._choose.save_as("groups.title", self._desk.words.text("groups.title"), ".xlsx")
        if path is None or self._groups is None:
            return
        arrays, headings = groups_arrays(self.model)
        title, rtl = self._desk.words.text("groups.title"), self._desk.words.is_rtl
        count = len(self._groups)
        self._desk.jobs.submit_shown(
            "job.exporting",
            lambda ctx: export_rows(arrays, headings, path, title, rtl=rtl, ctx=ctx),
            done=lambda written: self._desk.notices.done(
                Phrase("export.done", {"name": written.name}, count)
            ),
            failed=self._desk.notices.error,
        )


def _first_kind(columns: list[NamedColumn]) -> str:
    """Return a column that names kinds of things: what one groups by."""
    kinds = [one for one in columns if one.role is not None and not one.is_number]
    sectors = [one for one in kinds if one.role is Role.SECTOR]
    return next((one.field for one in (*sectors, *kinds, *columns)), "")


def _choose(box: QComboBox, field: str) -> None:
    box.setCurrentIndex(max(box.findData(field), 0))
