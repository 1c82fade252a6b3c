"""The geometry panel: findings that lead to features, repairs that are decided, neighbours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt

from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.mending import Method
from emadina_gis.session.commands.layers import AddLayers, RemoveLayer, ReplaceTable
from emadina_gis.words import LANGUAGES
from emadina_gis.workflows.mending import MENDED
from tests.gui.small_project import SIDE_M, X0, Y0
from tests.stories.cut_texts import cut_texts


def damaged(layer):
    """Return the table with a bow-tie, a repeated corner, a spike and an overlap."""
    side = SIDE_M - 1
    x = X0 + np.arange(6) * SIDE_M
    tie = [(x[0], Y0), (x[0] + side, Y0 + side), (x[0] + side, Y0), (x[0], Y0 + side)]
    twice = [(x[1], Y0), (x[1] + side, Y0), (x[1] + side, Y0), (x[1] + side, Y0 + side),
             (x[1], Y0 + side)]  # fmt: skip
    spike = [(x[2], Y0), (x[2] + side, Y0), (x[2] + side, Y0 + 5), (x[2] + 30, Y0 + 5.001),
             (x[2] + side, Y0 + 5.002), (x[2] + side, Y0 + side), (x[2], Y0 + side)]  # fmt: skip
    wide = [(x[4], Y0), (x[5] + 2, Y0), (x[5] + 2, Y0 + side), (x[4], Y0 + side)]
    shapes = np.array([shapely.Polygon(points) for points in (tie, twice, spike, wide)])
    return layer.table.with_geometries(np.array([0, 1, 2, 4]), shapes)


@pytest.fixture
def panel(qtbot, window):
    desk = window.desk
    parcels = desk.project.parcels
    desk.do(ReplaceTable(parcels.id, damaged(parcels)))
    window.panels.open_geometry("parcels")
    made = window.side.panel("geometry")
    qtbot.waitUntil(lambda: made.examined is not None, timeout=20_000)
    return made


def listed(findings):
    return [findings.list.item(row).text() for row in range(findings.list.count())]


def ticks(table, *lines):
    for line in lines:
        table.item(line, 0).setCheckState(Qt.CheckState.Checked)


def test_it_checks_the_layer_it_was_opened_for(window, panel):
    assert panel.layers.currentData() == "parcels"
    assert panel.state.text() == "30 objets examinés"
    assert "Contours qui se croisent : 1" in listed(panel.findings)
    assert "Objets à sommets répétés : 1" in listed(panel.findings)


def test_a_finding_leads_to_its_features_one_after_the_other(qtbot, window, panel):
    texts = listed(panel.findings)
    row = texts.index("Contours à pointe parasite : 1")
    panel.findings.list.setCurrentRow(row)
    shown = window.desk.view.viewport
    panel.findings.list.itemActivated.emit(panel.findings.list.item(row))
    assert window.desk.view.selected("parcels").tolist() == [2]
    assert "T.1002/C" in panel.walk.label.text()
    qtbot.waitUntil(lambda: window.desk.view.viewport != shown, timeout=5_000)
    assert panel.walk.isVisible()
    panel.walk.next.click()
    assert window.desk.view.selected("parcels").tolist() == [2]
    panel.walk.all.click()
    assert window.desk.view.selected("parcels").tolist() == [2]


def test_what_is_safe_is_mended_in_one_step_that_is_undone(qtbot, window, panel):
    desk = window.desk
    before = desk.project
    assert panel.repairs.mend_safe.text().strip() == "Réparer ce qui est sûr (1)"
    panel.repairs.mend_safe.click()
    qtbot.waitUntil(lambda: desk.project is not before, timeout=20_000)
    layer = desk.project.parcels
    assert [p.code for p in layer.problems] == [MENDED]
    changed = [a is not b for a, b in zip(layer.table.geometry, before.parcels.table.geometry,
                                          strict=True)]  # fmt: skip
    assert changed == [True]
    assert window.desk.store.undo_label.said(desk.words) == "Réparation d'une géométrie"
    qtbot.waitUntil(lambda: panel.examined is not None, timeout=20_000)
    assert "Objets à sommets répétés : 1" not in listed(panel.findings)
    assert not panel.repairs.mend_safe.isVisible()
    desk.store.undo()
    assert desk.project is before
    qtbot.waitUntil(
        lambda: panel.examined is not None and panel.repairs.mend_safe.isVisible(), timeout=20_000
    )


def test_what_changes_the_area_is_decided_feature_by_feature(qtbot, window, panel):
    desk, table = window.desk, panel.repairs.table
    assert table.rowCount() == 2
    names = [table.item(line, 0).text() for line in range(2)]
    assert names == ["T.1000/C", "T.1002/C"]
    assert not panel.repairs.mend_checked.isEnabled()
    table.setCurrentCell(0, 0)
    assert panel.repairs.method.isVisible()
    assert "180,50" in table.item(0, 2).text()
    at = panel.repairs.method.findData(int(Method.REORDER))
    panel.repairs.method.setCurrentIndex(at)
    panel.repairs.method.activated.emit(at)
    assert "361,00" in table.item(0, 2).text()
    ticks(table, 0)
    assert panel.repairs.mend_checked.text() == "Réparer les cochés (1)"
    before = desk.project
    panel.repairs.mend_checked.click()
    qtbot.waitUntil(lambda: desk.project is not before, timeout=20_000)
    assert desk.project.parcels.table.areas[0] == pytest.approx(361)
    assert desk.project.parcels.table.areas[2] == pytest.approx(before.parcels.table.areas[2])


def test_all_can_be_ticked_and_none_again(panel):
    panel.repairs.check_all.click()
    assert panel.repairs.checked_ids().tolist() == [0, 2]
    panel.repairs.check_all.click()
    assert panel.repairs.checked_ids().tolist() == []


def test_a_line_leads_to_its_feature(window, panel):
    panel.repairs.table.cellActivated.emit(1, 0)
    assert window.desk.view.selected("parcels").tolist() == [2]


def test_neighbours_are_compared_with_the_limits_of_the_person(qtbot, window, panel):
    coverage = panel.coverage
    coverage.search.click()
    qtbot.waitUntil(lambda: coverage.check is not None, timeout=20_000)
    assert coverage.check.overlaps.ids.tolist() == [[4, 5]]
    assert coverage.check.left_out == 1
    texts = listed(coverage.findings)
    row = next(row for row, text in enumerate(texts) if text.startswith("Chevauchements : 1"))
    assert "38,00\u00a0m²" in texts[row]
    coverage.findings.list.setCurrentRow(row)
    coverage.findings.list.itemClicked.emit(coverage.findings.list.item(row))
    assert window.desk.view.selected("parcels").tolist() == [4, 5]
    assert "T.1004/C et T.1005/C : 38,00\u00a0m²" in panel.walk.label.text()
    coverage.overlap.setValue(50.0)
    coverage.search.click()
    qtbot.waitUntil(lambda: coverage.check.limits.overlap_m2 == 50.0, timeout=20_000)
    assert len(coverage.check.overlaps) == 0


def test_keys_walk_through_a_finding(qtbot, window, panel):
    panel.findings.list.setFocus()
    panel.findings.list.setCurrentRow(0)
    qtbot.keyClick(panel.findings.list, Qt.Key.Key_Return)
    assert panel.walk.isVisible()
    assert window.desk.view.selected_count == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_each_language(window, panel, language):
    window.desk.preferences.change(language=language)
    words = window.desk.words
    assert panel.state.text() == words.plural("geometry.checked", 30)
    panel.repairs.table.setCurrentCell(0, 0)
    assert words.text("geometry.step.rebuild") in panel.repairs.detail.text()
    window.grab()
    assert cut_texts(panel) == []


def test_a_sound_layer_is_said_to_be_sound(qtbot, window, panel):
    panel.layers.setCurrentIndex(panel.layers.findData("streets"))
    panel.layers.activated.emit(panel.layers.currentIndex())
    qtbot.waitUntil(lambda: panel.examined is not None, timeout=20_000)
    assert panel.state.text() == "2 objets examinés : rien à signaler."
    assert not panel.repairs.isVisible()
    assert not panel.coverage.isVisible()


def test_without_a_layer_it_says_what_to_do(qtbot, window, panel):
    for layer in window.desk.project.layers:
        window.desk.do(RemoveLayer(layer.id))
    assert panel.state.text() == window.desk.words.text("geometry.no-layer")
    assert not panel.layers.isVisible()


def test_an_unknown_system_is_said_and_neighbours_refused(qtbot, window, panel):
    parcels = window.desk.project.parcels
    lost = replace(parcels.table, crs=type(parcels.crs)(""))
    window.desk.do(AddLayers((VectorLayer("lost", Title.plain("Perdu"), lost),)))
    panel.open_layer("lost")
    qtbot.waitUntil(lambda: panel.examined is not None, timeout=20_000)
    assert window.desk.words.text("geometry.unmeasured") in panel.state.text()
    panel.coverage.search.click()
    qtbot.waitUntil(lambda: bool(panel.coverage.state.text()), timeout=5_000)
    qtbot.waitUntil(lambda: panel.coverage.search.isEnabled(), timeout=20_000)
    assert panel.coverage.check is None
    assert panel.coverage.state.text()


def test_the_menu_of_a_layer_and_the_palette_lead_here(qtbot, window):
    menu = window.layers.menu_of("streets")
    name = window.desk.words.text("layers.geometry")
    next(action for action in menu.actions() if action.text() == name).trigger()
    panel = window.side.panel("geometry")
    assert panel.layer_id == "streets"
    qtbot.waitUntil(lambda: panel.examined is not None, timeout=20_000)
    window.side.close_panel()
    window.actions_.qt("view.geometry").trigger()
    assert window.side.current == "geometry"
    qtbot.waitUntil(lambda: panel.examined is not None, timeout=20_000)
    menu.deleteLater()


def test_a_long_check_can_be_stopped(qtbot, window, panel):
    panel.again.click()
    panel.start()
    panel.stop()
    qtbot.waitUntil(lambda: not window.desk.jobs.is_busy, timeout=20_000)
    assert not panel.stop_button.isVisible()
