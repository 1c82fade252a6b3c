"""The style panel as a person uses it: classes, rules, dragged breaks, warnings, copies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from emadina_gis.analysis.plan_symbols import PLAN_SIGNS, PlanSymbol
from emadina_gis.domain.style import METRES_SCALE, Graduated, PatternKind, Rules, Single
from emadina_gis.session.commands.styles import SetLayerStyle


def style_of(window, layer_id="parcels"):
    return window.desk.project.vector_layer(layer_id).style


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def row_of(panel, text):
    items = [panel.list.topLevelItem(i) for i in range(panel.list.topLevelItemCount())]
    return next(item for item in items if item.text(0).startswith(text))


@pytest.fixture
def panel(window):
    window.open_style("parcels")
    return window.side.panel("style")


@pytest.fixture
def graduated(qtbot, window, panel):
    choose(panel.kind, "graduated")
    choose(panel.field, "existing_floor_area_m2")
    choose(panel.method, "equal")
    panel.count.setValue(3)
    qtbot.waitUntil(lambda: panel.breaks.histogram is not None, timeout=10_000)
    return panel


def test_a_class_gets_a_symbol_of_its_own_and_gives_it_back(window, panel):
    panel.list.setCurrentItem(row_of(panel, "D3"))
    choose(panel.symbol.sign, PlanSymbol.EQUIPMENT.value)
    categories = {c.value: c for c in style_of(window).symbology.categories}
    assert categories["D3"].symbol == PLAN_SIGNS[PlanSymbol.EQUIPMENT].symbol
    assert categories["B4"].symbol is None
    assert panel.shared.isVisible()
    window.scenes.build()
    assert any(item.symbol.pattern for item in window.layers.row_of("parcels").legend.items)
    panel.shared.click()
    assert all(c.symbol is None for c in style_of(window).symbology.categories)


def test_another_colour_alone_leaves_the_symbol_shared(window, panel):
    panel.list.setCurrentItem(row_of(panel, "B4"))
    panel.symbol.fill.picked.emit("#123456")
    changed = {c.value: c for c in style_of(window).symbology.categories}["B4"]
    assert (changed.color, changed.symbol) == ("#123456", None)


def test_sizes_are_given_on_paper_or_on_the_ground(window, panel):
    choose(panel.kind, "single")
    panel.line_width.setValue(0.5)
    choose(panel.symbol.unit, "metres")
    symbol = style_of(window).symbol
    assert (symbol.ground_scale, symbol.stroke_mm) == (METRES_SCALE, 1.0)
    assert panel.line_width.suffix().strip() == "m"
    choose(panel.symbol.unit, "paper")
    assert style_of(window).symbol.stroke_mm == 0.5


def test_dashes_of_ones_own_are_told_wrong_in_place(qtbot, window, panel):
    choose(panel.symbol.dash, "own")
    assert style_of(window).symbol.dashes_mm == (3.0, 1.0)
    panel.symbol.dashes.setText("4; 1; 0,5; 1")
    panel.symbol.dashes.editingFinished.emit()
    assert style_of(window).symbol.dashes_mm == (4.0, 1.0, 0.5, 1.0)
    panel.symbol.dashes.setText("4; x")
    panel.symbol.dashes.editingFinished.emit()
    assert panel.symbol.error.isVisible()
    assert style_of(window).symbol.dashes_mm == (4.0, 1.0, 0.5, 1.0)


def test_a_bound_is_dragged_with_one_command_at_the_end(qtbot, window, graduated):
    view, store = graduated.breaks.view, window.desk.store
    before = style_of(window)
    start = view.x_of(before.symbology.breaks[1])
    middle = view.height() // 2
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(start), middle))
    qtbot.mouseMove(view, QPoint(round(start) + 30, middle))
    assert view.is_dragging
    assert style_of(window) == before
    qtbot.waitUntil(lambda: drawn_breaks(window) != before.symbology.breaks, timeout=10_000)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(round(start) + 30, middle))
    after = style_of(window).symbology
    assert after.breaks[1] > before.symbology.breaks[1]
    assert after.method == "manual"
    assert graduated.method.currentData() == "manual"
    assert sum(view_counts(graduated)) == 30
    store.undo()
    assert style_of(window) == before


def drawn_breaks(window):
    return window.map.canvas.scene.vector("parcels").layer.style.symbology.breaks


def view_counts(panel):
    return panel.breaks.histogram.class_counts(panel.breaks.view.symbology.breaks)


def test_bounds_are_moved_added_and_taken_away_by_keys(qtbot, window, graduated):
    view = graduated.breaks.view
    first = style_of(window).symbology.breaks
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.active == 2
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert style_of(window).symbology.breaks[2] > first[2]
    qtbot.keyClick(view, Qt.Key.Key_Insert)
    assert len(style_of(window).symbology.colors) == 4
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert len(style_of(window).symbology.colors) == 2
    assert "\n" in view.accessibleDescription()


def test_a_bound_is_typed(window, graduated):
    graduated.breaks.bound.setValue(123.0)
    assert style_of(window).symbology.breaks[1] == 123.0


@pytest.mark.parametrize("method", ["quantile", "natural", "pretty", "deviation"])
def test_each_method_makes_classes(window, graduated, method):
    choose(graduated.method, method)
    symbology = style_of(window).symbology
    assert isinstance(symbology, Graduated)
    assert symbology.method == method
    assert len(symbology.colors) >= 2


def test_classes_become_rules_that_draw_the_same(qtbot, window, panel):
    window.scenes.build()
    before = window.map.canvas.scene.vector("parcels")
    colors = before.fill_colors[before.classes.codes].tolist()
    choose(panel.kind, "rules")
    assert isinstance(style_of(window).symbology, Rules)
    window.scenes.build()
    after = window.map.canvas.scene.vector("parcels")
    assert after.fill_colors[after.classes.codes].tolist() == colors
    qtbot.waitUntil(lambda: row_of(panel, "D3").text(1) == "15", timeout=10_000)


def test_a_rule_is_added_written_limited_and_moved(qtbot, window, panel):
    choose(panel.kind, "single")
    choose(panel.kind, "rules")
    panel.rules.add_button.click()
    form = panel.rules.form
    form.condition.set_text("existing_floor_area_m2 >")
    form.condition.line.editingFinished.emit()
    assert "formule" in form.condition._error.text().lower()
    form.condition.set_text("existing_floor_area_m2 > 200")
    form.condition.line.editingFinished.emit()
    form.label.setText("Déjà bâties")
    form.label.editingFinished.emit()
    form.farthest.setValue(5_000)
    rule = style_of(window).symbology.rules[0]
    assert (rule.condition, rule.label) == ("existing_floor_area_m2 > 200", "Déjà bâties")
    assert rule.max_units_per_px == pytest.approx(5_000 * 25.4 / 96 / 1000)
    choose(panel.symbol.pattern, PatternKind.HATCH.value)
    assert style_of(window).symbology.rules[0].symbol.pattern.kind == PatternKind.HATCH
    assert style_of(window).symbology.rules[1].symbol.pattern is None
    panel.rules.step(1)
    assert style_of(window).symbology.rules[1].label == "Déjà bâties"
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert len(style_of(window).symbology.rules) == 1


def test_opacity_by_a_column_is_chosen_and_undone(window, panel):
    choose(panel.opacity.field, "existing_floor_area_m2")
    opacity = style_of(window).opacity
    assert (opacity.low, opacity.high) == (0.0, 290.0)
    panel.opacity.least.setValue(40)
    assert style_of(window).opacity.least == 0.4
    choose(panel.opacity.field, "")
    assert style_of(window).opacity is None


def test_classes_that_look_alike_are_named_and_helped(window, graduated):
    faint = replace(style_of(window).symbology, colors=("#fff0e0", "#fff2e4", "#802010"))
    window.desk.do(SetLayerStyle("parcels", replace(style_of(window), symbology=faint)))
    assert graduated.check.isVisible()
    texts = [row.text for row in graduated._rows[:2]]
    assert all(text in graduated.check.text.text() for text in texts)
    graduated.check.button.click()
    assert not graduated.check.isVisible()
    assert style_of(window).symbology.breaks == faint.breaks


def test_a_style_goes_to_another_layer_by_the_clipboard(window, panel):
    choose(panel.kind, "single")
    choose(panel.symbol.sign, PlanSymbol.PERIMETER.value)
    panel.sharing.copy("parcels")
    window.open_style("streets")
    panel.sharing.paste("streets")
    pasted = style_of(window, "streets")
    assert isinstance(pasted.symbology, Single)
    assert pasted.symbol == PLAN_SIGNS[PlanSymbol.PERIMETER].symbol
    QGuiApplication.clipboard().setText("not a style")
    panel.sharing.paste("streets")
    assert style_of(window, "streets") == pasted
    assert "style" in window.desk.notices.text


def test_a_style_is_saved_opened_and_reset(window, panel, tmp_path):
    kept = style_of(window)
    path = tmp_path / "parcelles.emstyle"
    panel.sharing.save("parcels", path)
    panel.sharing.reset("parcels")
    assert isinstance(style_of(window).symbology, Single)
    panel.sharing.load("parcels", path)
    assert style_of(window) == kept


def test_a_style_that_needs_other_columns_is_refused(window, panel):
    before = style_of(window, "streets")
    panel.sharing.copy("parcels")
    panel.sharing.paste("streets")
    assert style_of(window, "streets") == before
    assert "sector" in window.desk.notices.text
