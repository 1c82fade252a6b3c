"""The panel of measurements: totals on plane and ellipsoid, sides, and typing the next point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from emadina_gis.app.controls import add_all, clear, column, plain_label, row
from emadina_gis.app.models import measures
from emadina_gis.app.models.measures import DEGREES, GON
from emadina_gis.app.panels.crs_chooser import crs_title
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.session.phrase import Phrase
from emadina_gis.words.numbers import in_direction

if TYPE_CHECKING:
    from emadina_gis.app.canvas.measure_board import MeasureBoard
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.measuring import Measurement

#: The panel follows the mouse so often.
FOLLOW_MS = 60
ROW_PX = 26
_MOST_ROWS = 6
_COLUMNS = ("side", "length", "bearing", "azimuth", "angle")
_FIRST_ANGLE = 2


class MeasurePanel(SidePage):
    """What is measured now, else the measurement that is chosen in the list of those kept.

    Signals
    -------
    point_typed(float, float)
        A distance in metres and a bearing in degrees from the last point.
    end_asked(), back_asked()
        End the measurement; take its last point back.
    """

    point_typed = Signal(float, float)
    end_asked = Signal()
    back_asked = Signal()

    def __init__(self, desk: Desk, board: MeasureBoard) -> None:
        super().__init__(desk, "measures.title")
        self._board = board
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FOLLOW_MS)
        self._timer.timeout.connect(self.show_now)
        self._make_parts()
        self._lay_out()
        board.changed.connect(self._on_board)
        desk.speech.changed.connect(self._retranslate)
        desk.watch(self, lambda project: project.crs, lambda _crs: self.show_now())
        self._retranslate()

    # --- making -------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        voice, say = self._desk.voice, self._desk.speech
        self.hint = voice.label("measures.none", "secondary")
        self.hint.setWordWrap(True)
        self.name = plain_label("", "section", wrap=True)
        self._totals = QWidget()
        self._grid = QGridLayout(self._totals)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.sides = QTableWidget(0, len(_COLUMNS))
        self.sides.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.sides.verticalHeader().hide()
        self.sides.setShowGrid(False)
        self.sides.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        say.bind(self.sides, "measures.show-sides", self.sides.setAccessibleName)
        header = self.sides.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.convergence = plain_label("", "secondary", wrap=True)
        self.list = QListWidget()
        say.bind(self.list, "measures.title", self.list.setAccessibleName)
        self.list.currentRowChanged.connect(lambda _row: self.show_now())
        self.copy = voice.button("measures.copy", self.copy_shown, icon="copy")
        self.remove = voice.tool("measures.remove", "trash-2", self._remove)
        self.clear = voice.button("measures.clear", self._board.clear, icon="x")
        self.back = voice.tool("measures.back", "undo-2", self.back_asked.emit)
        self.end = voice.button("measures.end", self.end_asked.emit, icon="check")
        self.snap = QCheckBox()
        say.bind(self.snap, "measures.snap", self.snap.setText)
        self.snap.setChecked(self._board.snaps)
        self.snap.toggled.connect(lambda on: self._board.say(snaps=on))
        self._make_fields()

    def _make_fields(self) -> None:
        voice, say = self._desk.voice, self._desk.speech
        self.distance, self.bearing = QLineEdit(), QLineEdit()
        for field, key in ((self.distance, "distance"), (self.bearing, "direction")):
            say.bind(field, f"measures.{key}", field.setPlaceholderText, field.setAccessibleName)
            field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            field.returnPressed.connect(self.type_point)
        self.unit = QComboBox()
        say.bind(self.unit, "measures.unit", self.unit.setAccessibleName)
        self.unit.activated.connect(self._on_unit)
        self.add = voice.button("measures.add-point", self.type_point, icon="plus")
        self.wrong = plain_label("", "amber", wrap=True)
        self.wrong.hide()

    def _lay_out(self) -> None:
        add_all(self.content, self.hint, self.name, self._totals)
        acting = row()
        add_all(acting, self.end, self.back)
        acting.addStretch(1)
        self.content.addLayout(acting)
        kept = row()
        add_all(kept, self.copy, self.remove)
        kept.addStretch(1)
        self.content.addLayout(kept)
        add_all(self.content, self.sides, self.convergence)
        self.content.addWidget(self._desk.voice.label("measures.type-in", "section"))
        typed = row()
        add_all(typed, self.distance, self.bearing, self.unit)
        self.content.addLayout(typed)
        add_all(self.content, self.wrong, self.add, self.snap)
        self.content.addWidget(self.list)
        self.content.addStretch(1)
        foot = column()
        foot.addWidget(self.clear)
        self.foot.addLayout(foot)

    # --- showing ------------------------------------------------------------------------------

    @property
    def shown(self) -> Measurement | None:
        """What the panel shows: the running measurement, else the chosen one, else the last."""
        running, kept = self._board.running, self._board.kept
        if running is not None and len(running.points) > 1:
            return running
        index = self.list.currentRow()
        if 0 <= index < len(kept):
            return kept[index]
        return kept[-1] if kept else None

    def _on_board(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def show_now(self) -> None:
        """Show what is measured as it is now."""
        self._timer.stop()
        self._show_list()
        found = self.shown
        running = self._board.running is not None
        self.hint.setVisible(not running and not self._board.kept)
        for part in (self.name, self._totals, self.sides, self.copy):
            part.setVisible(found is not None)
        self.remove.setVisible(found is not None and found is not self._board.running)
        for part in (self.end, self.back):
            part.setVisible(running)
        self.clear.setVisible(bool(self._board.kept))
        self.list.setVisible(len(self._board.kept) > 1)
        self._show_found(found)

    def _show_found(self, found: Measurement | None) -> None:
        clear(self._grid)
        self.convergence.hide()
        if found is None:
            return
        words, unit = self._desk.words, self._board.angle_unit
        self.name.setText(
            words.text(
                "measures.in-system",
                name=in_direction(self._name_of(found), words.language),
                system=crs_title(self._desk, found.crs) if found.crs.is_known
                else words.text("status.crs-unknown"),
            )
        )  # fmt: skip
        lines = measures.totals(found, "", self._board.area_unit, words)
        for index, line in enumerate(lines):
            value = plain_label(line.value, "bold" if index == 0 else "", wrap=True)
            value.trail()
            self._grid.addWidget(plain_label(line.what, "secondary", wrap=True), index, 0)
            self._grid.addWidget(value, index, 1)
        for index, remark in enumerate(measures.remarks(found, words), len(lines)):
            self._grid.addWidget(plain_label(remark, "amber", wrap=True), index, 0, 1, 2)
        self._show_sides(found, unit)
        told = measures.convergence_text(found, unit, words)
        self.convergence.setText(told)
        self.convergence.setVisible(bool(told))

    def _show_sides(self, found: Measurement, unit: str) -> None:
        sides = measures.sides(found, unit, self._desk.words, measures.table_angle)
        self.sides.setRowCount(len(sides))
        for index, side in enumerate(sides):
            values = (side.number, side.length, side.bearing, side.azimuth, side.angle)
            for place, text in enumerate(values):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                self.sides.setItem(index, place, item)
            self.sides.setRowHeight(index, self._desk.theme.px(ROW_PX))
        self.sides.setColumnHidden(2, found.grid_bearings_deg is None)
        self.sides.setColumnHidden(3, found.grid_bearings_deg is not None)
        self.sides.setColumnHidden(4, len(sides) < 2)
        rows = min(len(sides), _MOST_ROWS)
        height = self.sides.horizontalHeader().sizeHint().height() + 20
        self.sides.setFixedHeight(height + rows * self._desk.theme.px(ROW_PX))

    def _show_list(self) -> None:
        kept, words = self._board.kept, self._desk.words
        chosen = self.list.currentRow() if self.list.count() == len(kept) else len(kept) - 1
        self.list.blockSignals(True)
        self.list.clear()
        for found in kept:
            text = measures.short_text(found, self._board.area_unit, words)
            self.list.addItem(f"{self._name_of(found)} · {text}")
        self.list.setCurrentRow(chosen)
        self.list.blockSignals(False)
        self.list.setFixedHeight(8 + min(len(kept), _MOST_ROWS) * self._desk.theme.px(ROW_PX))

    def _name_of(self, found: Measurement) -> str:
        words = self._desk.words
        kind = "area" if found.is_area else "line"
        if found is self._board.running:
            return words.text(f"measures.running-{kind}")
        alike = [other for other in self._board.kept if other.is_area is found.is_area]
        number = next(n for n, other in enumerate(alike, 1) if other is found)
        return words.text(f"measures.{kind}-n", n=number)

    def _plane(self, found: Measurement) -> str:
        return crs_title(self._desk, found.crs) if found.crs.is_known else ""

    # --- doing --------------------------------------------------------------------------------

    def type_point(self) -> None:
        """Add the point at the distance and the bearing that are typed."""
        distance = measures.distance_of(self.distance.text())
        bearing = measures.bearing_of(self.bearing.text(), self._board.angle_unit)
        wrong = ""
        if self._board.running is None:
            wrong = "measures.first-point"
        elif distance is None:
            wrong = "measures.not-a-distance"
        elif bearing is None:
            wrong = "measures.not-a-direction"
        self.wrong.setText(self._desk.speech.text(wrong) if wrong else "")
        self.wrong.setVisible(bool(wrong))
        if distance is None or bearing is None or wrong:
            return
        self.point_typed.emit(distance, bearing)
        self.distance.selectAll()
        self.distance.setFocus()

    def copy_shown(self) -> None:
        """Put what is shown on the clipboard, for a spreadsheet."""
        found = self.shown
        if found is None:
            return
        units = (self._board.area_unit, self._board.angle_unit)
        text = measures.copied_text(found, self._plane(found), units, self._desk.words)
        QGuiApplication.clipboard().setText(text)
        self._desk.notices.done(Phrase("measures.copied"))

    def _remove(self) -> None:
        found = self.shown
        if found is not None:
            self._board.remove(found)

    def _on_unit(self) -> None:
        self._board.say(angle_unit=str(self.unit.currentData()))
        self._name_columns()

    def _retranslate(self) -> None:
        say = self._desk.speech.text
        self.unit.clear()
        for unit in (GON, DEGREES):
            self.unit.addItem(say(f"measures.unit-{unit}"), unit)
        self.unit.setCurrentIndex(self.unit.findData(self._board.angle_unit))
        self._name_columns()
        self.show_now()

    def _name_columns(self) -> None:
        say = self._desk.speech.text
        unit = say(f"measures.unit-short-{self._board.angle_unit}")
        names = [say(f"measures.column-{name}") for name in _COLUMNS]
        plain = self._board.angle_unit == DEGREES  # whose values say their unit
        named = [
            name
            if plain or index < _FIRST_ANGLE
            else say("measures.column-of", name=name, unit=unit)
            for index, name in enumerate(names)
        ]
        self.sides.setHorizontalHeaderLabels(named)
