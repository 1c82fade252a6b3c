"""Two scenarios side by side, one over the other, and as a difference; and why they differ."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton

from emadina_gis.app.canvas.compare_area import Panes
from emadina_gis.app.colouring import GAINS, OWN
from emadina_gis.app.comparing import Mode
from emadina_gis.session.commands.scenarios import ChangeSector, SetSectorValue

LEFT = Qt.MouseButton.LeftButton


def settled(qtbot, window):
    results = window.desk.results
    qtbot.waitUntil(lambda: not results.is_busy and results.active is not None, timeout=20_000)
    qtbot.waitUntil(
        lambda: not any(canvas.is_busy for canvas in window.map.panes.canvases), timeout=20_000
    )


@pytest.fixture
def two(qtbot, window):
    """Give a window with two scenarios beside the reference, the first one shown."""
    names = []
    for sector, ids in (("B4", [1, 2, 3]), ("A6", [4, 5])):
        window.top.scenarios.add()
        scenario = window.desk.project.scenarios[-1]
        window.desk.do(ChangeSector(scenario.id, ids, sector))
        names.append(scenario.id)
    window.desk.view.activate_scenario(names[0])
    settled(qtbot, window)
    return names


def start(qtbot, window):
    window.actions_.qt("file.compare").trigger()
    settled(qtbot, window)
    return window.scenarios.comparing


def sectors_drawn(canvas):
    column = canvas.scene.vector("parcels").column("sector")
    return [column.value(row) for row in (1, 4)]


def test_maps_stand_side_by_side_with_their_names(qtbot, window, two):
    start(qtbot, window)
    main, other = window.map.panes.canvases
    assert other.isVisible()
    assert other.geometry().right() < main.geometry().left()
    assert main.width() == other.width()
    qtbot.waitUntil(lambda: bool(other.scene.layers), timeout=10_000)
    assert sectors_drawn(other) == ["D3", "D3"]
    assert sectors_drawn(main) == ["B4", "D3"]
    bar = window.scenarios.bar
    assert bar.first.currentText() == "Référence"
    assert bar.second.currentData() == two[0]


def test_both_maps_show_the_same_place(qtbot, window, two):
    start(qtbot, window)
    main, other = window.map.panes.canvases

    def place(canvas):
        view = canvas.viewport
        return view.x, view.y, view.units_per_px

    assert place(main) == place(other)
    main.pan_by(40, -25)
    assert place(main) == place(other)
    qtbot.keyClick(other, Qt.Key.Key_Right)
    assert place(main) == place(other)
    other.zoom_by(2.0)
    qtbot.waitUntil(lambda: place(main) == place(other), timeout=2_000)
    scale = main.viewport.units_per_px
    other.zoom_by(2.0)
    qtbot.waitUntil(lambda: main.viewport.units_per_px < 0.6 * scale, timeout=2_000)
    assert place(main) == place(other)


def test_a_click_on_either_map_selects(qtbot, window, two):
    start(qtbot, window)
    _main, other = window.map.panes.canvases
    x, y = 296_030.0, 330_010.0
    at = other.viewport.to_screen(x, y)
    qtbot.mouseClick(other, LEFT, pos=QPoint(round(at[0]), round(at[1])))
    assert list(window.desk.view.selected("parcels")) == [1]


def test_any_two_scenarios_are_compared(qtbot, window, two):
    comparing = start(qtbot, window)
    bar = window.scenarios.bar
    index = bar.first.findData(two[1])
    bar.first.setCurrentIndex(index)
    bar.first.activated.emit(index)
    settled(qtbot, window)
    qtbot.waitUntil(
        lambda: comparing.first is not None and comparing.first.scenario.id == two[1],
        timeout=10_000,
    )
    _main, other = window.map.panes.canvases
    qtbot.waitUntil(lambda: sectors_drawn(other) == ["D3", "A6"], timeout=10_000)
    why = window.bottom.why
    qtbot.waitUntil(lambda: why.table.rowCount() >= 2, timeout=20_000)
    texts = " ".join(why.table.item(row, 0).text() for row in range(why.table.rowCount()))
    assert "Sans" in texts
    assert "3 parcelles passent en B4" in texts


def test_choosing_the_same_scenario_twice_exchanges_them(qtbot, window, two):
    comparing = start(qtbot, window)
    comparing.choose_first(two[0])
    settled(qtbot, window)
    assert (comparing.first_id, comparing.second_id) == (two[0], window.desk.project.reference_id)
    comparing.choose_second(two[0])
    settled(qtbot, window)
    assert (comparing.first_id, comparing.second_id) == (window.desk.project.reference_id, two[0])


def test_the_swipe_is_dragged_and_moved_by_keys(qtbot, window, two):
    start(qtbot, window)
    qtbot.mouseClick(window.scenarios.bar.modes.buttons["swipe"], LEFT)
    settled(qtbot, window)
    panes = window.map.panes
    main, other = panes.canvases
    assert panes.panes is Panes.SWIPE
    assert main.geometry() == other.geometry()
    handle = panes.handle
    assert handle.isVisible()
    assert abs(other.mask().boundingRect().width() - main.width() / 2) <= 1
    before = handle.geometry().center().x()
    qtbot.mousePress(handle, LEFT, pos=QPoint(18, 100))
    qtbot.mouseMove(handle, QPoint(18 + 60, 100))
    qtbot.mouseRelease(handle, LEFT, pos=QPoint(18, 100))
    after = handle.geometry().center().x()
    assert abs(after - before - 60) <= 2
    assert abs(other.mask().boundingRect().right() - (after - main.x())) <= 2
    handle.setFocus()
    qtbot.keyClick(handle, Qt.Key.Key_Left)
    assert handle.geometry().center().x() < after
    qtbot.keyClick(handle, Qt.Key.Key_Home)
    assert not other.isVisible()
    qtbot.keyClick(handle, Qt.Key.Key_End)
    assert other.isVisible()


def test_in_arabic_the_first_scenario_stands_at_the_right(qtbot, window, two):
    window.desk.preferences.change(language="ar")
    start(qtbot, window)
    main, other = window.map.panes.canvases
    assert main.geometry().right() < other.geometry().left()
    qtbot.mouseClick(window.scenarios.bar.modes.buttons["swipe"], LEFT)
    settled(qtbot, window)
    assert other.mask().boundingRect().left() > 0
    handle = window.map.panes.handle
    handle.setFocus()
    before = handle.x()
    qtbot.keyClick(handle, Qt.Key.Key_Right)
    assert handle.x() > before
    window.desk.preferences.change(language="fr")


def test_the_difference_is_a_colouring_with_its_legend(qtbot, window, two):
    comparing = start(qtbot, window)
    qtbot.mouseClick(window.scenarios.bar.modes.buttons["difference"], LEFT)
    settled(qtbot, window)
    legend = window.scenarios.legend
    qtbot.waitUntil(lambda: "sans changement" in legend.classes.text(), timeout=10_000)
    assert window.map.panes.panes is Panes.ONE
    drawn = window.map.canvas.scene.vector("parcels")
    gain = drawn.column(GAINS[0]).numbers
    pair = comparing.pair
    expected = pair[1].outcome.central_net_m2 - pair[0].outcome.central_net_m2
    assert gain[[1, 2, 3]] == pytest.approx(expected[[1, 2, 3]])
    assert (gain[10:] == 0).all()
    window.escape()
    assert comparing.mode is Mode.OFF
    assert window.scenarios.colouring.theme == OWN


def test_totals_of_both_and_their_difference_stand_beside_the_reasons(qtbot, window, two):
    start(qtbot, window)
    why = window.bottom.why
    qtbot.waitUntil(lambda: why.table.rowCount() > 0, timeout=20_000)
    assert [why.totals.item(row, 0).text() for row in range(4)] == [
        "Existant", "Capacité théorique", "Ajout possible", "Attendu à 10 ans",
    ]  # fmt: skip
    assert why.totals.horizontalHeaderItem(1).text() == "Référence"
    assert why.totals.item(0, 3).text() == "0"
    assert why.totals.item(1, 3).text().startswith("+")


def test_a_reason_selects_its_parcels(qtbot, window, two):
    start(qtbot, window)
    why = window.bottom.why
    qtbot.waitUntil(lambda: why.table.rowCount() > 0, timeout=20_000)
    found = set()
    for row in range(why.table.rowCount()):
        rect = why.table.visualItemRect(why.table.item(row, 0))
        why.table.scrollToItem(why.table.item(row, 0))
        rect = why.table.visualItemRect(why.table.item(row, 0))
        qtbot.mouseClick(why.table.viewport(), LEFT, pos=rect.center())
        found |= set(window.desk.view.selected("parcels").tolist())
    assert found == {1, 2, 3}


def test_no_reason_is_told_by_a_dash(qtbot, window, two):
    window.desk.do(SetSectorValue(two[0], "B4", "coverage.raw", 0.5))
    start(qtbot, window)
    why = window.bottom.why
    qtbot.waitUntil(lambda: why.table.rowCount() > 0, timeout=20_000)
    for row in range(why.table.rowCount()):
        assert why.table.item(row, 2).text() not in {"", "–"}


def test_escape_and_the_cross_leave_one_map(qtbot, window, two):
    comparing = start(qtbot, window)
    qtbot.mouseClick(window.scenarios.bar.close_button, LEFT)
    assert comparing.mode is Mode.OFF
    _main, other = window.map.panes.canvases
    assert not other.isVisible()
    assert window.map.canvas.width() == window.map.width()


def test_the_page_of_a_scenario_takes_name_author_and_notes(qtbot, window, two):
    window.top.scenarios.page_asked.emit(two[0])
    page = window.side.panel("scenario")
    assert page.count.text() == "1 changement"
    page.name.setFocus()
    page.name.selectAll()
    qtbot.keyClicks(page.name, "Boulevard plus haut")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    qtbot.keyClicks(page.author, "Agence urbaine")
    qtbot.keyClick(page.author, Qt.Key.Key_Return)
    qtbot.keyClicks(page.notes, "Essai pour la commission.")
    scenario = window.desk.project.scenario(two[0])
    assert scenario.name == "Boulevard plus haut"
    assert scenario.author == "Agence urbaine"
    assert scenario.notes == "Essai pour la commission."
    settled(qtbot, window)
    buttons = page.findChildren(QToolButton)
    taking = [b for b in buttons if b.accessibleName() == "Retirer ce changement"]
    qtbot.mouseClick(taking[0], LEFT)
    assert window.desk.project.scenario(two[0]).changes == ()
    assert "Aucun changement" in page.count.text()


def test_a_branch_remembers_where_it_comes_from(qtbot, window, two):
    window.top.scenarios.branch(two[0])
    settled(qtbot, window)
    made = window.desk.project.scenario(window.desk.results.scenario_id)
    assert made.parent_id == two[0]
    assert made.changes == window.desk.project.scenario(two[0]).changes


def test_a_scenario_is_written_to_a_file_and_read_back(qtbot, window, two, tmp_path):
    files = window.scenarios.files
    files.write(two[0], tmp_path / "essai.json")
    qtbot.waitUntil(lambda: (tmp_path / "essai.json").exists(), timeout=10_000)
    settled(qtbot, window)
    count = len(window.desk.project.scenarios)
    files.read(tmp_path / "essai.json")
    qtbot.waitUntil(lambda: len(window.desk.project.scenarios) == count + 1, timeout=10_000)
    settled(qtbot, window)
    made = window.desk.project.scenarios[-1]
    assert window.desk.results.scenario_id == made.id
    assert made.changes == window.desk.project.scenario(two[0]).changes


def test_the_menu_of_a_tab_offers_all_of_it(window, two):
    menu = window.top.scenarios.menu_of(two[0])
    texts = [action.text() for action in menu.actions()]
    for wanted in ("Fiche du scénario…", "Créer une variante", "Exporter le scénario…",
                   "Importer un scénario…", "Prendre comme référence"):  # fmt: skip
        assert wanted in texts


def test_a_reason_is_chosen_by_the_keyboard_too(qtbot, window, two):
    start(qtbot, window)
    why = window.bottom.why
    qtbot.waitUntil(lambda: why.table.rowCount() > 0, timeout=20_000)
    why.table.setFocus()
    why.table.setCurrentCell(0, 0)
    qtbot.keyClick(why.table, Qt.Key.Key_Return)
    assert set(window.desk.view.selected("parcels").tolist()) <= {1, 2, 3}
    assert window.desk.view.selected_count > 0


def test_names_and_modes_fit_at_1366_pixels_in_french_and_arabic(qtbot, window, two):
    window.setGeometry(0, 0, 1366, 768)
    start(qtbot, window)
    bar = window.scenarios.bar
    for language in ("fr", "ar"):
        window.desk.preferences.change(language=language)
        settled(qtbot, window)
        assert bar.width() == window.map.width()
        for part in (bar.first, bar.second, bar.modes, bar.close_button):
            assert bar.rect().contains(part.geometry())
        assert bar.first.width() > 120
        for button in bar.modes.buttons.values():
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())
    window.desk.preferences.change(language="fr")


def test_the_parcels_that_differ_are_selected_and_shown(qtbot, window, two):
    start(qtbot, window)
    before = window.map.canvas.viewport
    qtbot.mouseClick(window.scenarios.bar.differing, LEFT)
    assert window.desk.view.selected("parcels").tolist() == [1, 2, 3]
    middle = 296_000 + 2.5 * 20
    qtbot.waitUntil(lambda: abs(window.map.canvas.viewport.x - middle) < 2, timeout=5_000)
    assert window.map.canvas.viewport != before
