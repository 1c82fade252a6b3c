"""Living with a scenario: sliders show what a value gives, and leave one step when let go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from emadina_gis.app.colouring import GAINS, OWN
from emadina_gis.app.panels.balance import CardButton
from emadina_gis.app.panels.reading_view import FigureLink
from emadina_gis.simulation.changes import SetSectorValue

LEFT = Qt.MouseButton.LeftButton


def settled(qtbot, window):
    """Wait for outcomes and for the picture."""
    results = window.desk.results
    qtbot.waitUntil(lambda: not results.is_busy and results.active is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.map.canvas.is_busy, timeout=20_000)


def knob_of(slider):
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    rect = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    return rect.center()


@pytest.fixture
def scenario(qtbot, window):
    """Give a scenario of its own, shown, with a parcel of B4 selected."""
    window.top.scenarios.add()
    window.desk.view.select("parcels", [20])
    settled(qtbot, window)
    return window.desk.project.scenarios[-1].id


@pytest.fixture
def panel(qtbot, window, scenario):
    window.actions_.qt("view.values").trigger()
    made = window.side.panel("values")
    qtbot.waitUntil(lambda: bool(made.rows), timeout=5_000)
    return made


def changes_of(window, scenario_id):
    return window.desk.project.scenario(scenario_id).changes


def drag(qtbot, row, pixels, *, let_go=True):
    slider = row.slider
    start = knob_of(slider)
    qtbot.mousePress(slider, LEFT, pos=start)
    for part in (1, 2, 3):
        qtbot.mouseMove(slider, start + QPoint(round(pixels * part / 3), 0))
    if let_go:
        qtbot.mouseRelease(slider, LEFT, pos=start + QPoint(pixels, 0))


def test_the_panel_opens_on_the_sector_of_the_selection(panel, window):
    assert panel.code == "B4"
    assert panel.rows["levels"].field.value() == 4
    assert panel.rows["coverage.raw"].field.value() == pytest.approx(30)
    assert "art. 30" in panel.rows["coverage.raw"].facts.full
    window.desk.view.select("parcels", [2])
    assert panel.code == "D3"


def test_a_drag_previews_and_is_one_step_when_let_go(qtbot, window, panel, scenario):
    before = window.desk.results.active.summary.total.value("dwellings", "allowed")
    drag(qtbot, panel.rows["levels"], 40, let_go=False)
    qtbot.waitUntil(lambda: window.desk.results.is_preview, timeout=10_000)
    assert changes_of(window, scenario) == ()
    now = window.desk.results.active.summary.total.value("dwellings", "allowed")
    assert now > before
    steps = window.desk.store._history.depth
    slider = panel.rows["levels"].slider
    qtbot.mouseRelease(slider, LEFT, pos=knob_of(slider))
    settled(qtbot, window)
    assert not window.desk.results.is_preview
    assert window.desk.store._history.depth == steps + 1
    (change,) = changes_of(window, scenario)
    assert change == SetSectorValue("B4", "levels", panel.rows["levels"].field.value())
    window.desk.store.undo()
    settled(qtbot, window)
    assert changes_of(window, scenario) == ()
    assert panel.rows["levels"].field.value() == 4


def test_two_drags_are_two_steps(qtbot, window, panel, scenario):
    steps = window.desk.store._history.depth
    drag(qtbot, panel.rows["levels"], 20)
    drag(qtbot, panel.rows["levels"], 20)
    settled(qtbot, window)
    assert window.desk.store._history.depth == steps + 2
    assert len(changes_of(window, scenario)) == 1


def test_the_map_shows_the_newest_value_after_a_drag(qtbot, window, panel, scenario):
    drag(qtbot, panel.rows["levels"], 50, let_go=False)
    wished = panel.rows["levels"].field.value()

    def shown():
        values = window.desk.results.project.scenario(scenario).changes
        return bool(values) and values[-1].value == wished

    qtbot.waitUntil(shown, timeout=10_000)

    def drawn():
        parcels = window.map.canvas.scene.vector("parcels")
        assert parcels.layer.style.symbology.field == GAINS[0]
        return parcels.column(GAINS[0]).numbers[20] > 0

    qtbot.waitUntil(drawn, timeout=10_000)
    qtbot.waitUntil(lambda: not window.scenarios.live.is_lagging, timeout=10_000)
    qtbot.mouseRelease(panel.rows["levels"].slider, LEFT)
    settled(qtbot, window)


def test_totals_and_bars_follow_the_drag(qtbot, window, panel):
    before = window.bottom.balance.cards["allowed"].headline
    drag(qtbot, panel.rows["max_height_m"], 60, let_go=False)
    qtbot.waitUntil(lambda: window.desk.results.is_preview, timeout=10_000)
    assert window.bottom.balance.cards["allowed"].headline != before
    qtbot.mouseRelease(panel.rows["max_height_m"].slider, LEFT)


def test_dragging_back_leaves_no_change(qtbot, window, panel, scenario):
    slider = panel.rows["levels"].slider
    start = knob_of(slider)
    qtbot.mousePress(slider, LEFT, pos=start)
    qtbot.mouseMove(slider, start + QPoint(40, 0))
    qtbot.waitUntil(lambda: window.desk.results.is_preview, timeout=10_000)
    qtbot.mouseMove(slider, start)
    qtbot.mouseRelease(slider, LEFT, pos=start)
    settled(qtbot, window)
    assert not window.desk.results.is_preview
    assert panel.rows["levels"].field.value() == 4


def test_keys_and_typing_change_a_value_and_the_arrow_gives_it_back(qtbot, window, panel, scenario):
    row = panel.rows["levels"]
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    settled(qtbot, window)
    assert changes_of(window, scenario)[-1] == SetSectorValue("B4", "levels", 5.0)
    row = panel.rows["coverage.raw"]
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "45")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    settled(qtbot, window)
    assert changes_of(window, scenario)[-1] == SetSectorValue("B4", "coverage.raw", 0.45)
    assert row.reset.isEnabled()
    qtbot.mouseClick(panel.rows["coverage.raw"].reset, LEFT)
    settled(qtbot, window)
    assert changes_of(window, scenario) == (SetSectorValue("B4", "levels", 5.0),)
    assert panel.rows["coverage.raw"].field.value() == pytest.approx(30)


def test_more_levels_raise_the_height_beside_them(qtbot, window, panel):
    drag(qtbot, panel.rows["levels"], 60)
    settled(qtbot, window)
    levels = panel.rows["levels"].field.value()
    assert panel.rows["max_height_m"].field.value() == pytest.approx(17.5 + 3 * (levels - 4))


def test_the_reference_is_left_alone_until_there_is_a_scenario(qtbot, window):
    window.desk.view.select("parcels", [20])
    window.actions_.qt("view.values").trigger()
    panel = window.side.panel("values")
    assert not panel.rows["levels"].isEnabled()
    assert panel.add_scenario.isVisible()
    qtbot.mouseClick(panel.add_scenario, LEFT)
    settled(qtbot, window)
    assert panel.rows["levels"].isEnabled()
    assert not panel.add_scenario.isVisible()


def test_the_colours_come_back(qtbot, window, panel):
    drag(qtbot, panel.rows["levels"], 40)
    settled(qtbot, window)
    legend = window.scenarios.legend
    qtbot.waitUntil(legend.isVisible, timeout=5_000)
    assert window.scenarios.colouring.theme == GAINS[0]
    qtbot.waitUntil(lambda: "sans changement" in legend.classes.text(), timeout=5_000)
    qtbot.mouseClick(legend.close_button, LEFT)
    assert window.scenarios.colouring.theme == OWN
    settled(qtbot, window)
    qtbot.waitUntil(
        lambda: window.map.canvas.scene.vector("parcels").layer.style.symbology.field == "sector",
        timeout=5_000,
    )
    drag(qtbot, panel.rows["levels"], 20)
    assert window.scenarios.colouring.theme == OWN, "the person chose the colours"


def test_a_figure_of_a_parcel_opens_where_it_comes_from(qtbot, window):
    window.desk.view.select("parcels", [17])
    links = window.inspector.findChildren(FigureLink)
    net = next(link for link in links if "m²" in link.text() and "(" in link.text())
    qtbot.mouseClick(net, LEFT)
    assert window.side.current == "parcel-figure"
    panel = window.side.panel("parcel-figure")
    (origin,) = panel.view.origins
    said = origin.steps[-1].numbers
    assert "0,85 ×" in said
    assert any("art." in item.source for item in origin.inputs)
    assert any(item.doubtful for item in origin.inputs)
    window.escape()
    assert window.side.current == "inspector"


def test_a_figure_opens_by_the_keyboard_too(qtbot, window):
    window.desk.view.select("parcels", [17])
    link = window.inspector.findChildren(FigureLink)[0]
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Return)
    assert window.side.current == "parcel-figure"


def test_a_total_opens_with_its_numbers_put_in(qtbot, window):
    cards = window.bottom.balance.findChildren(CardButton)
    qtbot.mouseClick(cards[3], LEFT)
    panel = window.side.panel("figure")
    (origin,) = panel.origin.origins
    assert "0,12 ×" in origin.steps[-1].numbers or "0,6 ×" in origin.steps[-1].numbers


def test_the_layer_list_shows_the_classes_of_the_colouring(qtbot, window, panel):
    from emadina_gis.app.panels.layer_legend import LegendView

    drag(qtbot, panel.rows["levels"], 40)
    settled(qtbot, window)
    legend = window.layers.row_of("parcels").findChild(LegendView)
    qtbot.waitUntil(lambda: "sans changement" in legend.text(), timeout=5_000)
    window.scenarios.colouring.choose(OWN)
    qtbot.waitUntil(lambda: "sans changement" not in legend.text(), timeout=5_000)


def test_a_coefficient_is_dragged_too(qtbot, window, scenario):
    window.actions_.qt("view.coefficients").trigger()
    rows = window.side.panel("coefficients").rows
    before = window.desk.results.active.summary.total.value("dwellings", "allowed")
    slider = rows["dwelling_net_m2"].slider
    start = knob_of(slider)
    qtbot.mousePress(slider, LEFT, pos=start)
    qtbot.mouseMove(slider, start - QPoint(40, 0))
    qtbot.waitUntil(lambda: window.desk.results.is_preview, timeout=10_000)
    assert window.desk.project.coefficients == ()
    assert window.desk.results.active.summary.total.value("dwellings", "allowed") > before
    qtbot.mouseRelease(slider, LEFT, pos=start - QPoint(40, 0))
    settled(qtbot, window)
    assert dict(window.desk.project.coefficients).keys() == {"dwelling_net_m2"}
    assert not window.desk.results.is_preview
