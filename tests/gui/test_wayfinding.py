"""Measuring, places, bookmarks, views that come back, the overview: as a person does them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from emadina_gis.app.crs_entry import add_crs_entry
from emadina_gis.app.models.accuracy import accuracy_text
from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN, WGS84, Crs
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.table import FeatureTable
from emadina_gis.session.commands import AddLayers, SetLayerVisible, SetProjectCrs
from emadina_gis.words import load_words
from emadina_gis.words.numbers import without_isolates
from tests.gui.small_project import X0, Y0

LEFT = Qt.MouseButton.LeftButton
UTM29 = Crs("EPSG:32629")


def at(canvas, x, y):
    px, py = canvas.viewport.to_screen(x, y)
    return QPoint(round(px), round(py))


def click(canvas, x, y, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.mouseMove(canvas, at(canvas, x, y))
    QTest.mouseClick(canvas, LEFT, modifier, at(canvas, x, y))


@pytest.fixture
def ways(window):
    return window.panels.ways


# --- measuring ----------------------------------------------------------------------------------


def measure(window, *corners, area=False):
    window.measure(area=area)
    for corner in corners:
        click(window.map.canvas, *corner)
    QTest.keyClick(window.map.canvas, Qt.Key.Key_Return)
    return window.panels.ways.measuring.board.kept[-1]


def test_a_click_near_a_corner_measures_from_the_corner(window):
    near = 4 * window.map.canvas.viewport.units_per_px
    kept = measure(window, (X0 + near, Y0 + near), (X0 + 19.0, Y0 + near))
    assert kept.points.tolist() == [[X0, Y0], [X0 + 19.0, Y0]]
    assert kept.plane_length_m == pytest.approx(19.0)


def test_control_leaves_a_point_where_it_was_clicked(window):
    canvas, board = window.map.canvas, window.panels.ways.measuring.board
    window.measure(area=False)
    near = 4 * canvas.viewport.units_per_px
    click(canvas, X0 + near, Y0 + near, Qt.KeyboardModifier.ControlModifier)
    assert board.running.points[0].tolist() != [X0, Y0]


def test_measures_stay_on_the_map_until_they_are_cleared(window, ways):
    canvas = window.map.canvas
    measure(window, (X0, Y0), (X0 + 59.0, Y0))
    measure(window, (X0, Y0), (X0 + 59.0, Y0), (X0 + 59.0, Y0 + 59.0), area=True)
    window.actions_.qt("tool.select").trigger()
    assert len(ways.measuring.board.kept) == 2
    assert ways.veil.isVisible()
    window.actions_.qt("measures.clear").trigger()
    assert not ways.veil.isVisible()
    assert canvas.scene.layers


def test_backspace_takes_a_point_back_and_escape_forgets(window, ways):
    canvas, board = window.map.canvas, ways.measuring.board
    window.measure(area=False)
    for x in (0.0, 20.0, 40.0):
        click(canvas, X0 + x, Y0)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert len(board.running.points) == 2
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert board.running is None
    assert board.kept == ()


def test_the_panel_says_plane_ellipsoid_and_their_difference(window, ways):
    measure(window, (X0, Y0), (X0 + 119.0, Y0))
    panel = window.side.panel("measure")
    panel.show_now()
    texts = [
        without_isolates(panel._grid.itemAtPosition(row, place).widget().text())
        for row in range(panel._grid.rowCount())
        for place in (0, 1)
        if panel._grid.itemAtPosition(row, place) is not None
    ]
    assert "Longueur, plan" in texts
    assert "Longueur, sur l’ellipsoïde" in texts
    assert any("ppm" in text for text in texts)
    assert "Lambert Nord Maroc" in panel.name.text()


def test_a_distance_and_a_bearing_are_typed(qtbot, window, ways):
    window.measure(area=False)
    panel = window.open_side("measure")
    qtbot.keyClicks(panel.distance, "50")
    qtbot.keyClick(panel.distance, Qt.Key.Key_Return)
    assert panel.wrong.text() == "Cliquez d’abord le point de départ."
    click(window.map.canvas, X0, Y0)
    qtbot.keyClicks(panel.bearing, "100")
    qtbot.mouseClick(panel.add, LEFT)
    points = ways.measuring.board.running.points
    assert points[-1] == pytest.approx([X0 + 50.0, Y0])
    panel.unit.setCurrentIndex(panel.unit.findData("deg"))
    panel.unit.activated.emit(1)
    panel.bearing.setText("0°00′00″")
    qtbot.mouseClick(panel.add, LEFT)
    assert ways.measuring.board.running.points[-1] == pytest.approx([X0 + 50.0, Y0 + 50.0])


def test_a_measure_is_copied_for_a_spreadsheet(window, ways):
    measure(window, (X0, Y0), (X0 + 59.0, Y0), (X0 + 59.0, Y0 + 39.0))
    window.side.panel("measure").copy_shown()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Longueur, plan (Lambert Nord Maroc)\t98,00\u00a0m"
    assert [len(line.split("\t")) for line in lines[-2:]] == [7, 7]


def test_a_map_in_degrees_or_without_a_system_says_what_it_cannot_measure(qtbot, window, ways):
    panel = window.side.panel("measure")
    words = load_words("fr")
    for crs, key in ((WGS84, "measures.only-ellipsoid"), (UNKNOWN, "measures.only-plane")):
        window.desk.do(SetProjectCrs(crs))
        qtbot.waitUntil(lambda crs=crs: window.map.canvas.scene.crs == crs)
        x, y = window.map.canvas.viewport.x, window.map.canvas.viewport.y
        step = 60 * window.map.canvas.viewport.units_per_px
        measure(window, (x, y), (x + step, y + step))
        panel.show_now()
        shown = [panel._grid.itemAt(n).widget().text() for n in range(panel._grid.count())]
        assert words.text(key) in shown


# --- places -------------------------------------------------------------------------------------


def test_results_are_grouped_and_walked_by_keys(qtbot, window):
    search = window.top.search
    qtbot.keyClicks(search, "iris")
    qtbot.waitUntil(lambda: search.is_open)
    assert search.list.item(0).flags() == Qt.ItemFlag.NoItemFlags
    assert search.list.currentRow() == 1
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert search.list.currentRow() == 1
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not search.is_open


def test_a_place_that_was_found_is_marked_for_a_moment(qtbot, window, ways):
    search = window.top.search
    qtbot.keyClicks(search, "T.1012/C")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ways.veil.has("ping"))
    qtbot.waitUntil(lambda: not ways.veil.has("ping"), timeout=6_000)


def test_a_scale_is_typed_into_the_search_field(qtbot, window):
    search = window.top.search
    qtbot.keyClicks(search, "1:750")
    with qtbot.waitSignal(search.chosen):
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.map.canvas.scale_denominator == pytest.approx(750.0)


# --- bookmarks and views ------------------------------------------------------------------------


def test_a_bookmark_keeps_a_view_with_its_layers(qtbot, window):
    canvas = window.map.canvas
    canvas.set_scale(800.0)
    before = canvas.viewport
    window.actions_.qt("bookmarks.add").trigger()
    panel = window.side.panel("bookmarks")
    panel.name.clear()
    qtbot.keyClicks(panel.name, "Angle sud")
    panel.with_layers.setChecked(True)
    qtbot.keyClick(panel.name, Qt.Key.Key_Return)
    window.layers.list.setFocus()
    window.desk.do(SetLayerVisible("streets", visible=False))
    canvas.zoom_to_all()
    panel.choose("Angle sud")
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert canvas.viewport == before
    assert window.desk.project.layer("streets").visible
    window.desk.store.undo()
    assert not window.desk.project.layer("streets").visible


def test_bookmarks_are_put_in_order_and_removed_by_keys(qtbot, window, ways):
    panel = window.open_side("bookmarks")
    for name in ("A", "B"):
        ways.views.add_bookmark(name, with_layers=False)
    panel.choose("B")
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [bookmark.name for bookmark in window.desk.project.bookmarks] == ["B", "A"]
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert [bookmark.name for bookmark in window.desk.project.bookmarks] == ["A"]
    window.desk.store.undo()
    assert [panel.list.item(n).text() for n in range(panel.list.count())] == ["B", "A"]


def test_a_name_that_is_taken_is_refused_in_place(window, ways):
    panel = window.open_side("bookmarks")
    for name in ("A", "B"):
        ways.views.add_bookmark(name, with_layers=False)
    panel.list.item(1).setText("A")
    assert [bookmark.name for bookmark in window.desk.project.bookmarks] == ["A", "B"]
    assert panel.list.item(1).text() == "B"


def test_back_and_forward_between_views(window, ways):
    canvas = window.map.canvas
    ways.views.note_now()
    first = canvas.viewport
    canvas.set_scale(600.0)
    ways.views.note_now()
    second = canvas.viewport
    window.actions_.qt("ways.previous").trigger()
    assert canvas.viewport == first
    assert not window.actions_.qt("ways.previous").isEnabled()
    window.actions_.qt("ways.next").trigger()
    assert canvas.viewport == second
    QTest.mouseClick(canvas, Qt.MouseButton.BackButton)
    assert canvas.viewport == first


def test_another_system_keeps_place_and_scale_and_says_its_accuracy(qtbot, window):
    canvas = window.map.canvas
    canvas.set_scale(1_000.0)
    before = canvas.viewport
    window.panels._show_in(UTM29)
    qtbot.waitUntil(lambda: canvas.scene.crs == UTM29)
    assert canvas.scale_denominator == pytest.approx(1_000.0)
    assert canvas.viewport.x > 600_000
    qtbot.waitUntil(lambda: "± 7" in window.status.crs.text())
    assert "Lambert Nord Maroc → UTM 29 Nord" in window.status.crs.toolTip()
    window.desk.store.undo()
    qtbot.waitUntil(lambda: canvas.scene.crs == MERCHICH_NORTH)
    assert (canvas.viewport.x, canvas.viewport.y) == pytest.approx((before.x, before.y), abs=0.05)


# --- the line below and the overview ------------------------------------------------------------


def test_the_position_is_said_in_the_system_that_was_chosen(qtbot, window):
    status = window.status

    def says(start):
        return without_isolates(status.geographic.text()).startswith(start)

    status.show_pointer(X0, Y0)
    qtbot.waitUntil(lambda: "″N" in status.geographic.text())
    status._choose_system("EPSG:32629")
    qtbot.waitUntil(lambda: says("X 630"))
    status._choose_system("decimal")
    qtbot.waitUntil(lambda: says("33,"))
    status.hide_pointer()
    assert "degrés décimaux" in status.geographic.text()


def test_the_scale_steps_through_those_of_plans(qtbot, window):
    window.map.canvas.set_scale(1_234.0)
    qtbot.keyClick(window.status.scale, Qt.Key.Key_Down)
    assert window.map.canvas.scale_denominator == pytest.approx(2_000.0)
    qtbot.keyClick(window.status.scale, Qt.Key.Key_Up)
    assert window.map.canvas.scale_denominator == pytest.approx(1_000.0)


def test_the_overview_is_clicked_and_its_frame_dragged(qtbot, window, ways):
    canvas, overview = window.map.canvas, ways.overview
    canvas.set_scale(300.0)
    window.actions_.qt("ways.overview").trigger()
    qtbot.waitUntil(lambda: overview.is_made, timeout=5_000)
    view, _picture = overview._shown
    corner = QPoint(*(round(value) for value in view.to_screen(X0 + 20.0, Y0 + 20.0)))
    QTest.mouseClick(overview, LEFT, Qt.KeyboardModifier.NoModifier, corner)
    unit = view.units_per_px
    assert (canvas.viewport.x, canvas.viewport.y) == pytest.approx((X0 + 20, Y0 + 20), abs=unit)
    QTest.mousePress(overview, LEFT, Qt.KeyboardModifier.NoModifier, corner)
    QTest.mouseMove(overview, corner + QPoint(10, 0))
    QTest.mouseRelease(overview, LEFT, Qt.KeyboardModifier.NoModifier, corner + QPoint(10, 0))
    assert canvas.viewport.x == pytest.approx(X0 + 20 + 10 * unit, abs=unit)


def test_the_overview_is_drawn_once_for_a_scene(qtbot, window, ways):
    overview = ways.overview
    overview.toggle()
    qtbot.waitUntil(lambda: overview.is_made, timeout=5_000)
    _, picture = overview._shown
    window.map.canvas.set_scale(500.0)
    qtbot.wait(100)
    assert overview._shown[1] is picture
    assert np.ptp([picture.pixel(x, 60) for x in range(picture.width())]) > 0


def test_any_system_is_typed_at_the_end_of_the_menu(qtbot, window):
    menu = QMenu(window)
    entry = add_crs_entry(menu, window.desk, window.panels._show_in)
    qtbot.keyClicks(entry.field, "EPSG:99")
    qtbot.keyClick(entry.field, Qt.Key.Key_Return)
    assert entry.wrong.text()
    assert window.desk.project.crs == MERCHICH_NORTH
    entry.field.clear()
    qtbot.keyClicks(entry.field, "32629")
    qtbot.keyClick(entry.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.desk.project.crs == UTM29)


def test_rows_that_the_map_cannot_show_are_told(qtbot, window):
    table = FeatureTable.from_columns(
        {"n": [1, 2]},
        geometry=shapely.points([[-7.6, 33.5], [0.0, 95.0]]),
        crs=WGS84,
    )
    window.desk.do(AddLayers((VectorLayer("far", Title.plain("Loin"), table),)))
    problems = window.panels.problems()
    qtbot.waitUntil(
        lambda: any(
            item.problem.code == "scene.out-of-domain" and item.problem.count == 1
            for item in problems.found()
        ),
        timeout=8_000,
    )


def test_the_accuracy_names_a_grid_that_is_not_installed():
    paris = FeatureTable.from_columns(
        {"n": [1]}, geometry=shapely.points([[2.35, 48.85]]), crs=Crs("EPSG:4275")
    )
    text = accuracy_text(VectorLayer("ntf", Title.plain("NTF"), paris), WGS84, load_words("fr"))
    assert "± 2\u00a0m" in text
    assert text.endswith("grille fr_ign_ntf_r93.tif non installée")


def test_a_system_that_a_grid_alone_leads_to_says_so():
    paris = FeatureTable.from_columns(
        {"n": [1]}, geometry=shapely.points([[2.35, 48.85]]), crs=Crs("EPSG:4275")
    )
    layer = VectorLayer("ntf", Title.plain("NTF"), paris)
    text = accuracy_text(layer, Crs("EPSG:2154"), load_words("fr"))
    assert (
        text == "aucune transformation sans la grille fr_ign_gr3df97a.tif, qui n’est pas installée"
    )
