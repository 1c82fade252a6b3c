"""The attribute table as a person works in it: choosing, editing, copying, filtering, joining."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from emadina_gis.analysis.row_filter import InRange, OneOf
from emadina_gis.analysis.row_order import SortKey
from emadina_gis.analysis.row_query import Scope
from emadina_gis.io.reader import INLINE
from emadina_gis.session import commands as c

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def table(qtbot, window):
    window.desk.view.activate_layer("parcels")
    window.open_bottom("table")
    qtbot.waitUntil(lambda: window.bottom.table.model.rowCount() == 30)
    return window.bottom.table


def click(table, line, field="parcel_id", keys=NONE, button=LEFT):
    index = table.model.index(line, table.model.place_of(field))
    table.view.scrollTo(index)
    centre = table.view.visualRect(index).center()
    QTest.mouseClick(table.view.viewport(), button, keys, centre)


def chosen(table):
    return table._desk.view.selected("parcels").tolist()


def editor_of(table):
    return table.view.viewport().findChildren(QLineEdit)[-1]


def edit(table, line, field):
    click(table, line, field)
    QTest.keyClick(table.view, Qt.Key.Key_F2)
    return editor_of(table)


def text_at(table, line, field):
    return table.model.data(table.model.index(line, table.model.place_of(field)))


# --- rows ---------------------------------------------------------------------------------


def test_rows_are_chosen_by_click_keys_and_from_the_map(qtbot, window, table):
    click(table, 3)
    assert chosen(table) == [3]
    click(table, 6, keys=SHIFT)
    assert chosen(table) == [3, 4, 5, 6]
    click(table, 1, keys=CONTROL)
    click(table, 4, keys=CONTROL)
    assert chosen(table) == [1, 3, 5, 6]
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    assert chosen(table) == [1, 3, 5, 6]  # arrows move the cell, not the selection
    QTest.keyClick(table.view, Qt.Key.Key_Space, SHIFT)
    assert chosen(table) == [5]
    QTest.keyClick(table.view, Qt.Key.Key_Down, SHIFT)
    assert chosen(table) == [5, 6]
    window.desk.view.select("parcels", [20, 21])
    assert [line for line in range(30) if table.model.is_chosen(line)] == [20, 21]
    spoken = table.model.data(table.model.index(20, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert "choisie" in spoken
    assert "2 choisies" in table.bar.state.text()


def test_a_heading_sorts_and_with_shift_adds_to_the_order(qtbot, table):
    table._on_sort_asked(table.model.place_of("sector"), False)
    table._on_sort_asked(table.model.place_of("existing_floor_area_m2"), True)
    table._on_sort_asked(table.model.place_of("existing_floor_area_m2"), True)
    assert table.query.order == (SortKey("sector"), SortKey("existing_floor_area_m2", True))
    assert table.model.rows[:3].tolist() == [29, 28, 27]  # B4 before D3, the largest first
    heading = table.model.headerData(table.model.place_of("sector"), Qt.Orientation.Horizontal)
    assert heading.startswith("▲1 ")


def test_filters_of_columns_and_formula_hold_together(qtbot, window, table):
    named = table.model.columns[table.model.place_of("sector")]
    table.column_menu.open_filter(named, QPoint(10, 10))
    popup = table.column_menu.filter
    qtbot.waitUntil(lambda: popup.values.count() == 2)
    place = next(n for n in range(2) if popup.values.item(n).text() == "D3  (15)")
    popup.values.item(place).setCheckState(Qt.CheckState.Checked)
    popup.apply()
    assert table.query.conditions == (OneOf("sector", ("D3",)),)
    qtbot.keyClicks(table.filter.line, "existing_floor_area_m2 > 100")
    qtbot.keyClick(table.filter.line, Qt.Key.Key_Return)
    assert table.model.rows.tolist() == [11, 12, 13, 14]
    named = table.model.columns[table.model.place_of("existing_floor_area_m2")]
    table.column_menu.open_filter(named, QPoint(10, 10))
    table.column_menu.filter.high.setText("x")
    table.column_menu.filter.apply()
    assert table.column_menu.filter.said.isVisible()
    table.column_menu.filter.high.setText("120")
    table.column_menu.filter.apply()
    assert InRange("existing_floor_area_m2", None, 120.0) in table.query.conditions
    assert table.model.rows.tolist() == [11, 12]
    assert "2 lignes sur 30" in table.bar.state.text()


def test_only_selected_rows_or_those_in_view_are_listed(qtbot, window, table):
    window.desk.view.select("parcels", [4, 9])
    table._on_scope(Scope.SELECTED)
    assert table.model.rows.tolist() == [4, 9]
    window.desk.view.select("parcels", [7])
    assert table.model.rows.tolist() == [7]
    table._on_scope(Scope.ALL)
    table.bar.first.setChecked(True)
    assert table.model.rows[:2].tolist() == [7, 0]
    table.bar.first.setChecked(False)
    table._on_scope(Scope.VIEW)
    viewport = window.desk.view.viewport
    near = replace(viewport, x=296_010.0, y=330_010.0, units_per_px=15.0 / viewport.width_px)
    window.desk.view.set_viewport(near)
    qtbot.waitUntil(lambda: table.model.rows.tolist() == [0])


def test_a_text_is_found_and_the_next_one(qtbot, table):
    QTest.keyClick(table.view, Qt.Key.Key_F, CONTROL)
    assert table.find_bar.isVisible()
    table.find_bar.line.setText("t.101")
    qtbot.waitUntil(lambda: table.find_bar.count.text() == "1 sur 10")
    assert table.view.currentIndex().row() == 10
    QTest.keyClick(table.find_bar.line, Qt.Key.Key_Return)
    assert table.view.currentIndex().row() == 11
    QTest.keyClick(table.find_bar.line, Qt.Key.Key_Escape)
    assert not table.find_bar.isVisible()


# --- cells ---------------------------------------------------------------------------------


def test_a_cell_is_edited_in_place_and_one_bad_value_stays_open(qtbot, window, table):
    before = window.desk.project
    line = edit(table, 2, "existing_floor_area_m2")
    line.setText("beaucoup")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert window.desk.project is before
    assert line.property("wrong") == "true"
    assert "beaucoup" in table.editing.said.text()
    line.setText("1 250,5")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text_at(table, 2, "existing_floor_area_m2") == "1\u202f250,5")
    assert not table.editing.line.isVisible()
    assert table.view.currentIndex().row() == 3
    assert window.desk.project.parcels.derived.edited == ("existing_floor_area_m2",)
    window.desk.store.undo()
    assert window.desk.project is before


def test_nothing_that_comes_from_elsewhere_closes_an_editor(qtbot, window, table):
    line = edit(table, 2, "existing_dwellings")
    line.setText("8")
    window.desk.store.execute(c.EditCells("parcels", [9], (("existing_dwellings", [5.0]),)))
    window.desk.results.changed.emit()
    assert editor_of(table) is line
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text_at(table, 9, "existing_dwellings") == "5")
    assert text_at(table, 2, "existing_dwellings") == "8"


def test_control_enter_fills_the_chosen_rows_in_one_step(qtbot, window, table):
    window.desk.view.select("parcels", [2, 3, 4])
    index = table.model.index(3, table.model.place_of("existing_dwellings"))
    table.view.setCurrentIndex(index)
    QTest.keyClick(table.view, Qt.Key.Key_F2)
    assert "3 lignes" in table.editing.said.text()
    editor_of(table).setText("7")
    QTest.keyClick(editor_of(table), Qt.Key.Key_Return, CONTROL)
    values = window.desk.project.parcels.table.numbers("existing_dwellings")
    assert values[1:6].tolist() == [0.0, 7.0, 7.0, 7.0, 0.0]
    window.desk.store.undo()
    assert not window.desk.store.can_undo


def test_what_follows_from_others_says_why_it_is_not_edited(qtbot, table):
    place = table.model.place_of("net_floor_area_m2")
    table.view.edit_cell(table.model.index(0, place))
    assert "scénario" in table.editing.said.text()


def test_rows_go_to_a_spreadsheet_and_a_block_comes_back(qtbot, window, table):
    window.desk.view.select("parcels", [0, 1])
    QTest.keyClick(table.view, Qt.Key.Key_C, CONTROL)
    lines = QGuiApplication.clipboard().text().splitlines()
    headings = lines[0].split("\t")
    assert len(lines) == 3
    assert "Personne" not in QGuiApplication.clipboard().text()
    floor = headings.index("existing_floor_area_m2")
    assert lines[2].split("\t")[floor] == "10"
    before = window.desk.project
    click(table, 5, "existing_floor_area_m2")
    QGuiApplication.clipboard().setText("11,5\t1\r\n12,5\t2\r\n")
    QTest.keyClick(table.view, Qt.Key.Key_V, CONTROL)
    made = window.desk.project.parcels.table
    assert made.numbers("existing_floor_area_m2")[5:7].tolist() == [11.5, 12.5]
    assert made.numbers("existing_dwellings")[5:7].tolist() == [1.0, 2.0]
    window.desk.store.undo()
    assert window.desk.project is before
    QGuiApplication.clipboard().setText("11,5\t1\nx\t2")
    QTest.keyClick(table.view, Qt.Key.Key_V, CONTROL)
    assert window.desk.project is before
    assert "Rien n'a été collé" in table.editing.said.text()


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_is_shown_is_exported(qtbot, window, table, tmp_path, ending):
    table.ask(replace(table.query, order=(SortKey("existing_floor_area_m2", True),)))
    table.columns.hide("depth_m")
    path = tmp_path / f"table{ending}"
    table.copy.export(path)
    qtbot.waitUntil(path.is_file)
    qtbot.waitUntil(lambda: not window.desk.jobs.is_busy)
    read = INLINE.read_layer(path).table
    assert read.row_count == 30
    first = next(name for name in read.names if "parcel" in name)
    assert read.column(first).value(0) == "T.1029/C"
    assert not {"depth_m", "owner"} & set(read.names)


def test_a_heading_has_its_menu_by_keys(qtbot, table):
    click(table, 0, "sector")
    QTest.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert table.column_menu.menu.isVisible()
    texts = [action.text() for action in table.column_menu.menu.actions()]
    assert "Filtrer cette colonne…" in texts
    table.column_menu.menu.close()


def test_a_personal_column_is_copied_only_once_it_is_shown(qtbot, window, table):
    window.panels.tables.open("columns")
    page = window.side.panel("table-columns")
    item = next(
        page.list.item(n)
        for n in range(page.list.count())
        if page.list.item(n).data(Qt.ItemDataRole.UserRole) == "owner"
    )
    assert item.checkState() == Qt.CheckState.Unchecked
    item.setCheckState(Qt.CheckState.Checked)
    assert text_at(table, 4, "owner") == "Personne 4"
    window.desk.view.select("parcels", [4])
    table.copy.copy()
    assert "Personne 4" in QGuiApplication.clipboard().text()
    assert window.desk.project.parcels.derived.view.hidden == ()  # kept nowhere


# --- columns ---------------------------------------------------------------------------------


def test_columns_are_named_moved_hidden_and_frozen(qtbot, window, table):
    window.panels.tables.open("columns", "sector")
    page = window.side.panel("table-columns")
    page.name.setText("Secteur du plan")
    page.name.editingFinished.emit()
    assert table.model.columns[table.model.place_of("sector")].title == "Secteur du plan"
    table.columns.move("sector", 0)
    assert table.model.columns[0].field == "sector"
    table.columns.hide("depth_m")
    assert table.model.place_of("depth_m") == -1
    table.view.heading.resizeSection(0, 200)
    qtbot.waitUntil(lambda: dict(window.desk.project.parcels.derived.view.widths) != {})
    action = next(
        a for a in _menu(table, "sector") if a.text() == "Garder la première colonne visible"
    )
    action.trigger()
    assert table.frozen.is_on
    window.desk.store.undo()
    assert not table.frozen.is_on


def _menu(table, field):
    place = table.model.place_of(field)
    table.column_menu.open(place, QPoint(20, 20))
    actions = table.column_menu.menu.actions()
    table.column_menu.menu.close()
    return actions


def test_a_computed_column_follows_and_its_error_is_told_in_place(qtbot, window, table):
    window.panels.tables.open("field")
    page = window.side.panel("table-field")
    qtbot.keyClicks(page.name, "taux")
    page.formula.set_text("existing_floor_area_m2 / nothing")
    qtbot.waitUntil(page.formula._error.isVisible)
    page.formula.set_text("existing_floor_area_m2 / area_m2")
    qtbot.waitUntil(lambda: "Nombres" in page.preview.text())
    page.apply()
    qtbot.waitUntil(lambda: "taux" in window.desk.project.parcels.table.columns)
    edited = edit(table, 0, "existing_floor_area_m2")
    edited.setText("361")
    QTest.keyClick(edited, Qt.Key.Key_Return)
    assert window.desk.project.parcels.table.numbers("taux")[0] == 1.0
    window.panels.tables.open("field", "taux")
    assert page.formula.text() == "existing_floor_area_m2 / area_m2"
    page.formula.set_text("taux + 1")
    page.apply()
    qtbot.waitUntil(lambda: "elle-même" in page.said.text())


def test_figures_of_a_column_and_a_bar_that_selects(qtbot, window, table):
    window.panels.tables.open("figures", "existing_floor_area_m2")
    page = window.side.panel("table-figures")
    qtbot.waitUntil(lambda: page.bars._bars != ())
    assert sum(bar.count for bar in page._bars) == 30
    page.bars.clicked.emit(0)
    qtbot.waitUntil(lambda: len(chosen(table)) == page._bars[0].count)
    page.target.rows_box.setCurrentIndex(2)
    page.target.changed.emit()
    qtbot.waitUntil(lambda: sum(bar.count for bar in page._bars) == len(chosen(table)))


def test_groups_add_up_and_select_their_rows(qtbot, window, table):
    window.panels.tables.open("groups", "sector")
    page = window.side.panel("table-groups")
    page.measures[0].column.setCurrentIndex(
        page.measures[0].column.findData("existing_floor_area_m2")
    )
    page.work_soon()
    qtbot.waitUntil(
        lambda: page.model.rowCount() == 2 and page.model.totals()[0][1] == "4\u202f350"
    )
    assert page.model.data(page.model.index(0, 0)) == "B4"
    page.view.selectRow(0)
    assert chosen(table) == list(range(15, 30))
    page.copy()
    assert QGuiApplication.clipboard().text().splitlines()[1] == "B4\t15\t3300"


def test_a_file_is_joined_after_a_look_at_what_meets(qtbot, window, table, tmp_path):
    rows = ["titre;valeur", "TF n° 1001 / c;12,5", "T.1002/C;13,5", "T.9999/C;1"]
    path = tmp_path / "valeurs.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    window.panels.tables.open("join")
    page = window.side.panel("table-join")
    page.read(path)
    qtbot.waitUntil(lambda: page.other.currentText() == "valeurs", timeout=20_000)
    page.key.setCurrentIndex(page.key.findData("parcel_id"))
    page.other_key.setCurrentIndex(page.other_key.findData("titre"))
    page._on_key()
    qtbot.waitUntil(lambda: "2 sur 30" in page.told.text())
    assert "T.9999/C" in page.told.text()
    item = next(
        page.columns.item(n)
        for n in range(page.columns.count())
        if page.columns.item(n).text() == "valeur"
    )
    item.setCheckState(Qt.CheckState.Checked)
    page.apply()
    values = window.desk.project.parcels.table.numbers("valeur")
    assert values[1:3].tolist() == [12.5, 13.5]
    assert np.isnan(values[[0, 3]]).all()
    assert window.desk.project.parcels.derived.join_of("valeur") is not None


def test_the_table_speaks_arabic_and_keeps_its_first_column_at_the_right(qtbot, window, table):
    window.desk.speech.set_language("ar")
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    table.columns.set_view(replace(table.layer.derived.view, freezes_first=True))
    assert table.bar.scope.itemText(0) == "كل السطور"
    qtbot.waitUntil(lambda: table.frozen._view.geometry().left() > table.view.width() // 2)
