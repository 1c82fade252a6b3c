"""What a person does in the window: click, type, choose; the store and the words answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from emadina_gis.app.panels.inspector import TAB_KEYS
from emadina_gis.simulation.parcels import Regime
from emadina_gis.words.numbers import without_isolates
from tests.gui.small_project import SIDE_M, X0, Y0

LEFT = Qt.MouseButton.LeftButton


def at(window, column, row):
    """Return the pixel of the middle of a parcel."""
    x, y = X0 + (column + 0.45) * SIDE_M, Y0 + (row + 0.45) * SIDE_M
    return QPoint(*(round(value) for value in window.map.canvas.viewport.to_screen(x, y)))


def click_parcel(qtbot, window, column, row, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mouseClick(window.map.canvas, LEFT, modifier, at(window, column, row))


def texts_of(widget):
    QApplication.processEvents()
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return without_isolates(" | ".join(labels))


def settled(qtbot, window):
    qtbot.waitUntil(lambda: not window.desk.results.is_busy, timeout=20_000)


def test_a_click_on_a_parcel_tells_what_it_may_carry_and_by_which_article(qtbot, window):
    click_parcel(qtbot, window, 2, 4)
    assert list(window.desk.view.selected("parcels")) == [26]
    assert window.inspector.heading.text() == "Parcelle T.1026/C"
    assert "Secteur B4" in window.inspector.subheading.text()
    told = texts_of(window.inspector)
    assert "Règle déterminante" in told
    assert "art." in told
    assert window.map.bar.isVisible()
    assert "1 parcelle sélectionnée" in window.map.bar.count.text()


def test_an_unknown_regime_shows_both_bounds_until_it_is_set_and_undo_brings_them_back(
    qtbot, window
):
    click_parcel(qtbot, window, 0, 0)
    settled(qtbot, window)
    assert window.inspector.reading.status == "regime_unknown"
    assert window.inspector.regime.buttons[Regime.UNKNOWN].isChecked()
    qtbot.mouseClick(window.inspector.regime.buttons[Regime.LOT], LEFT)
    qtbot.waitUntil(lambda: window.inspector.reading.status != "regime_unknown", timeout=10_000)
    assert window.inspector.regime.buttons[Regime.LOT].isChecked()
    qtbot.mouseClick(window.top.undo, LEFT)
    qtbot.waitUntil(lambda: window.inspector.reading.status == "regime_unknown", timeout=10_000)


def test_changing_the_sector_in_a_scenario_changes_the_balance_at_once(qtbot, window):
    qtbot.mouseClick(window.top.scenarios.add_button, LEFT)
    settled(qtbot, window)
    assert [s.name for s in window.desk.project.scenarios][1:] == ["Scénario"]
    click_parcel(qtbot, window, 1, 0)
    click_parcel(qtbot, window, 2, 0, Qt.KeyboardModifier.ControlModifier)
    assert len(window.desk.view.selected("parcels")) == 2
    qtbot.mouseClick(window.map.bar.buttons["sector"], LEFT)
    qtbot.keyClicks(window.inspector.chooser.filter, "B4")
    window.inspector.chooser.choose("B4")
    qtbot.mouseClick(window.inspector.chooser.apply_button, LEFT)
    settled(qtbot, window)
    scenario = window.desk.project.scenarios[1]
    assert scenario.changes[0].sector == "B4"
    assert sorted(scenario.changes[0].ids) == [1, 2]
    card = window.bottom.balance.cards["addition"]
    assert card.is_difference
    assert card.headline.startswith("+")
    assert any("D3" in bar.name for bar in window.bottom.balance.chart.bars)
    qtbot.mouseClick(window.top.undo, LEFT)
    settled(qtbot, window)
    assert not window.bottom.balance.cards["addition"].is_difference


def test_a_rectangle_selects_and_shift_click_toggles(qtbot, window):
    window.actions_.qt("tool.rectangle").trigger()
    canvas = window.map.canvas
    qtbot.mousePress(canvas, LEFT, pos=at(window, 0, 0))
    qtbot.mouseMove(canvas, at(window, 1, 1))
    qtbot.mouseRelease(canvas, LEFT, pos=at(window, 2, 1))
    assert list(window.desk.view.selected("parcels")) == [0, 1, 2, 6, 7, 8]
    click_parcel(qtbot, window, 0, 0, Qt.KeyboardModifier.ShiftModifier)
    assert list(window.desk.view.selected("parcels")) == [1, 2, 6, 7, 8]


def test_why_tells_which_change_makes_the_difference(qtbot, window):
    window.top.scenarios.add()
    settled(qtbot, window)
    window.desk.view.select("parcels", [1, 2, 3])
    window.inspector.open_chooser()
    window.inspector.chooser.choose("B4")
    window.inspector.chooser.apply()
    settled(qtbot, window)
    window.actions_.qt("file.compare").trigger()
    table = window.bottom.why.table
    qtbot.waitUntil(lambda: table.rowCount() > 0, timeout=20_000)
    assert "3 parcelles passent en B4" in table.item(0, 0).text()


def test_the_language_switches_while_running_and_arabic_runs_from_right_to_left(qtbot, window):
    click_parcel(qtbot, window, 2, 4)
    for language, title, heading in (
        ("ar", "الطبقات", "القطعة"),
        ("en", "Layers", "Parcel"),
        ("fr", "Couches", "Parcelle"),
    ):
        window.desk.preferences.change(language=language)
        assert title in texts_of(window.layers)
        assert heading in window.inspector.heading.text()
        rtl = window.layoutDirection() == Qt.LayoutDirection.RightToLeft
        assert rtl == (language == "ar")
    assert window.inspector.tabs.tabText(0) == window.desk.speech.text(TAB_KEYS[0])


def test_dark_and_light_change_the_style_sheet_and_the_map(qtbot, window, qapp):
    light = qapp.styleSheet()
    window.desk.preferences.change(theme="dark")
    qtbot.waitUntil(lambda: not window.desk.theme.is_painting and window.updatesEnabled())
    assert qapp.styleSheet() != light
    assert window.map.canvas.colors.background != "#f7f5f0"
    window.desk.preferences.change(theme="light")
    qtbot.waitUntil(lambda: qapp.styleSheet() == light and window.updatesEnabled())


def test_layers_hide_reorder_rename_and_undo(qtbot, window):
    store = window.desk.store
    row = window.layers.row_of("parcels")
    qtbot.mouseClick(row.eye, LEFT)
    assert not store.project.layer("parcels").visible
    window.layers.list.setCurrentRow(1)
    qtbot.keyClick(window.layers.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [layer.id for layer in store.project.layers] == ["parcels", "streets"]
    window.layers.start_rename("parcels")
    editor = window.layers.row_of("parcels").editor
    editor.selectAll()
    qtbot.keyClicks(editor, "Mes parcelles")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert store.project.layer("parcels").title.fr == "Mes parcelles"
    for _ in range(3):
        window.actions_.qt("edit.undo").trigger()
    assert [layer.id for layer in store.project.layers] == ["streets", "parcels"]
    assert store.project.layer("parcels").visible
    assert window.layers.row_of("parcels").title.full == "Parcelles"


def test_the_legend_lists_the_classes_that_are_drawn(window):
    told = texts_of(window.layers)
    assert "D3" in told
    assert "B4" in told


def test_the_style_panel_colours_by_an_outcome_at_once(qtbot, window):
    window.open_style("parcels")
    panel = window.side.panel("style")
    panel.kind.setCurrentIndex(panel.kind.findData("graduated"))
    panel.kind.activated.emit(panel.kind.currentIndex())
    panel.field.setCurrentIndex(panel.field.findData("net_floor_area_m2"))
    panel.field.activated.emit(panel.field.currentIndex())
    panel.method.setCurrentIndex(panel.method.findData("equal"))
    panel.method.activated.emit(panel.method.currentIndex())
    panel.count.setValue(3)
    symbology = window.desk.project.vector_layer("parcels").style.symbology
    assert symbology.field == "net_floor_area_m2"
    assert symbology.method == "equal"
    assert len(symbology.colors) == 3
    panel.recolor(0, "#123456")
    assert window.desk.project.vector_layer("parcels").style.symbology.colors[0] == "#123456"
    window.scenes.build()
    drawn = window.map.canvas.scene.vector("parcels")
    assert drawn.classes.legend


def test_the_style_panel_fills_areas_with_a_pattern(qtbot, window):
    window.open_style("parcels")
    panel = window.side.panel("style")
    before = window.desk.project.vector_layer("parcels").style
    panel.pattern.setCurrentIndex(panel.pattern.findData("grid"))
    panel.pattern.activated.emit(panel.pattern.currentIndex())
    symbol = window.desk.project.vector_layer("parcels").style.symbol
    assert symbol.pattern.kind == "grid"
    assert panel.pattern.currentText() == "Quadrillage"
    window.desk.store.undo()
    assert window.desk.project.vector_layer("parcels").style == before
    assert panel.pattern.currentData() == ""
    window.open_style("streets")
    assert not panel.pattern.isVisible()


def test_search_goes_to_a_title_a_street_and_coordinates(qtbot, window):
    search = window.top.search
    qtbot.keyClicks(search, "t.1007")
    qtbot.waitUntil(lambda: search.is_open)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert list(window.desk.view.selected("parcels")) == [7]
    search.clear()
    search.setText("القدس")  # QTest types Latin letters only
    qtbot.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: list(window.desk.view.selected("streets")) == [1])
    search.clear()
    qtbot.keyClicks(search, "296 050,5 330 020")
    with qtbot.waitSignal(search.chosen):
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.map.canvas.viewport.x == pytest.approx(296_050.5)


def test_the_table_sorts_filters_and_shares_the_selection(qtbot, window):
    window.desk.view.activate_layer("parcels")
    window.open_bottom("table")
    table = window.bottom.table
    fields = [column.field for column in table.model.columns]
    assert "owner" not in fields
    assert "net_floor_area_m2" in fields
    table.view.sortByColumn(fields.index("existing_floor_area_m2"), Qt.SortOrder.DescendingOrder)
    assert table.model.rows[0] == 29
    qtbot.keyClicks(table.filter.line, "existing_floor_area_m2 < 55")
    qtbot.keyClick(table.filter.line, Qt.Key.Key_Return)
    assert len(table.model.rows) == 6
    table.view.selectRow(0)
    assert list(window.desk.view.selected("parcels")) == [5]
    table.filter.set_text("nothing <")
    qtbot.keyClick(table.filter.line, Qt.Key.Key_Return)
    assert table.filter._error.isVisible()


def test_select_by_attribute(qtbot, window):
    window.desk.view.activate_layer("parcels")
    window.actions_.qt("edit.select-by").trigger()
    panel = window.side.panel("select")
    qtbot.keyClicks(panel.field.line, "sector = 'B4' et existing_floor_area_m2 > 250")
    panel.apply()
    qtbot.waitUntil(lambda: "4 objets" in panel.result.text())
    assert list(window.desk.view.selected("parcels")) == [26, 27, 28, 29]


def test_select_what_lies_along_a_street(qtbot, window):
    window.desk.view.activate_layer("parcels")
    window.desk.view.select("streets", [0])
    window.actions_.qt("edit.select-by").trigger()
    panel = window.side.panel("select")
    texts = [panel.near.what.itemText(at) for at in range(panel.near.what.count())]
    assert texts == ["N'importe où", "Voies : 1 objet sélectionné", "Voies : toute la couche"]
    assert not panel.near.distance.isEnabled()
    qtbot.keyClick(panel.near.what, Qt.Key.Key_Down)
    panel.near.distance.setValue(10)
    qtbot.mouseClick(panel.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "6 objets" in panel.result.text())
    assert list(window.desk.view.selected("parcels")) == [0, 1, 2, 3, 4, 5]
    qtbot.keyClicks(panel.field.line, "parcel_id = 'T.1002/C'")
    panel.apply()
    qtbot.waitUntil(lambda: list(window.desk.view.selected("parcels")) == [2])
    assert panel.near.what.currentText() == "Voies : 1 objet sélectionné"


def test_every_action_has_a_name_in_each_language_and_the_palette_runs_one(qtbot, window):
    window.actions_.qt("app.palette").trigger()
    assert window.palette_.isVisible()
    qtbot.keyClicks(window.palette_.field, "terrain")
    qtbot.keyClick(window.palette_.field, Qt.Key.Key_Return)
    assert window.bottom.current == "land"
    for action_id in window.actions_.ids:
        for language in ("fr", "ar", "en"):
            window.desk.speech.set_language(language)
            assert window.actions_.qt(action_id).text()
    window.desk.speech.set_language("fr")


def test_no_two_actions_share_a_shortcut(window):
    keys = [
        key.toString()
        for action_id in window.actions_.ids
        for key in window.actions_.qt(action_id).shortcuts()
    ]
    assert len(keys) == len(set(keys))


def test_panels_collapse_and_the_layout_is_remembered(qtbot, window):
    window.actions_.qt("view.layers").trigger()
    assert not window.layers.isVisible()
    window.remember()
    assert window.desk.preferences.recall("hidden") == ["layers"]
    window.actions_.qt("view.layers").trigger()
    assert window.layers.isVisible()


def test_the_scale_is_typed_in_the_status_bar(qtbot, window):
    window.status.scale.selectAll()
    qtbot.keyClicks(window.status.scale, "1:2 000")
    qtbot.keyClick(window.status.scale, Qt.Key.Key_Return)
    assert window.map.canvas.scale_denominator == pytest.approx(2_000)
    window.status.show_pointer(296_470.12, 330_502.48)
    assert "X 296" in without_isolates(window.status.position.text())
    assert "″N" in without_isolates(window.status.geographic.text())


def test_save_and_open_again_give_the_same_project(qtbot, window, tmp_path):
    path = tmp_path / "essai.emadina"
    window.files.save_as(path)
    qtbot.waitUntil(path.is_file, timeout=20_000)
    qtbot.waitUntil(lambda: window.desk.store.is_clean, timeout=5_000)
    saved = window.desk.project
    window.files.open(path)
    qtbot.waitUntil(lambda: window.desk.project is not saved, timeout=20_000)
    settled(qtbot, window)
    assert window.desk.project.layers[1].table == saved.layers[1].table
    assert window.desk.preferences.settings.recent_projects[0] == str(path)
    window.files.new()
    assert path in window.welcome.rows


def test_an_error_is_told_in_place_with_what_to_do(qtbot, window, tmp_path):
    path = tmp_path / "broken.emadina"
    path.write_bytes(b"not a project")
    window.files.open(path)
    qtbot.waitUntil(window.desk.notices.isVisible, timeout=20_000)
    assert len(window.desk.notices.text) > 20


def test_an_unexpected_error_writes_a_report_and_keeps_the_project(qtbot, window, expected_logs):
    from emadina_gis import paths
    from emadina_gis.app.application import BugHook

    expected_logs.expect("unexpected")
    before = window.desk.project
    error = ValueError("T.1007/C")
    BugHook(window).handle(ValueError, error, None)
    reports = list((paths.user_state() / "reports").glob("crash-*.txt"))
    assert len(reports) == 1
    assert "T.1007" not in reports[0].read_text(encoding="utf-8")
    assert "intact" in window.desk.notices.text
    assert window.desk.project is before


def test_the_welcome_page_is_shown_on_an_empty_project(qtbot, window):
    window.files.new()
    assert window.welcome.isVisible()
    assert window.welcome.demo.text().strip() == "Démonstration"


def test_every_side_panel_opens_and_closes_with_escape(qtbot, window):
    for name in ("settings", "about", "guide", "report", "problems", "style"):
        window.open_side(name)
        assert window.side.current == name
        window.actions_.qt("app.cancel").trigger()
        assert window.side.current == "inspector"


def test_the_report_is_shown_before_it_is_written(qtbot, window, tmp_path):
    panel = window.open_side("report")
    qtbot.keyClicks(panel.description, "La carte est vide")
    assert "La carte est vide" in panel.preview.toPlainText()
    target = tmp_path / "report.zip"
    panel.write(target)
    assert target.is_file()


def test_a_file_without_a_crs_waits_for_a_choice(qtbot, window, tmp_path):
    path = tmp_path / "points.geojson"
    text = (
        '{"type":"FeatureCollection","crs":null,"features":[{"type":"Feature","properties":'
        '{"a":1},"geometry":{"type":"Point","coordinates":[296050,330020]}}]}'
    )
    path.write_text(text, encoding="utf-8")
    window.open_files([Path(path)])
    panel = window.side.panel("import")
    qtbot.waitUntil(lambda: bool(panel.candidates), timeout=20_000)
    item = panel.candidates[0]
    assert item.needs_crs
    assert not panel.add_button.isEnabled()
    panel.open_layer(item.key)
    next(b for c, b in panel.page.crs.offers if c.crs.id == "EPSG:26191").click()
    qtbot.waitUntil(panel.add_button.isEnabled)
    qtbot.mouseClick(panel.add_button, LEFT)
    qtbot.waitUntil(lambda: len(window.desk.project.layers) == 3)
