"""The land panel: every part in every language, groups, reference beside, files, no document."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from emadina_gis.app.panels.land import VIEWS
from emadina_gis.session.commands import AddScenario, ChangeSector, SetCoefficient, SetDocument
from emadina_gis.simulation.land_chain import STEPS
from emadina_gis.simulation.land_states import STATES
from emadina_gis.words import LANGUAGES


@pytest.fixture
def land(qtbot, window):
    window.open_bottom("land")
    panel = window.bottom.land
    qtbot.waitUntil(lambda: panel.report is not None, timeout=20_000)
    return panel


def texts_of(table):
    return [
        [table.item(line, place).text() for place in range(table.columnCount())]
        for line in range(table.rowCount())
    ]


def shown(land):
    return land.reasons if land.reasons.isVisible() else land.table


def test_the_chart_goes_from_gross_to_net_and_says_what_each_step_means(land):
    keys = [row.key for row in land.chart.rows]
    assert keys == ["gross", *STEPS]
    assert land.chart.rows[0].end == 1
    assert land.chart.rows[-1].start == 0
    for above, below in zip(land.chart.rows[1:-2], land.chart.rows[2:-1], strict=True):
        assert below.end == pytest.approx(above.start)
    assert all(row.tip for row in land.chart.rows)
    assert all(row.name in land.chart.accessibleDescription() for row in land.chart.rows)


def test_a_row_of_the_chart_tells_its_definition_on_hover(qtbot, land):
    place = QPoint(40, land.chart.height() // len(land.chart.rows) + 6)
    event = QHelpEvent(QEvent.Type.ToolTip, place, land.chart.mapToGlobal(place))
    land.chart.event(event)
    qtbot.waitUntil(lambda: QToolTip.text() == land.chart.rows[1].tip, timeout=2_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_told_in_each_language(qtbot, window, land, language):
    window.desk.preferences.change(language=language)
    for name in VIEWS:
        land.show_view(name)
        assert land.lead.text().startswith(window.desk.words.text(f"land.lead.{name}"))
        assert land.views.item(VIEWS.index(name)).text()
        if name != "chain":
            assert all(cell for cells in texts_of(shown(land)) for cell in cells[:1])
    window.grab()


def test_states_are_told_with_reasons_and_by_group(land):
    land.show_view("states")
    rows = texts_of(land.reasons)
    assert len(rows) == len(STATES) + 1
    assert rows[1][1]
    land.show_by("sector")
    rows = texts_of(land.table)
    assert [cells[0] for cells in rows] == ["Ensemble", "B4", "D3"]
    assert land.table.columnCount() == len(STATES) + 2
    assert land.table.item(0, 2).toolTip()
    land.show_by("commune")
    assert land.table.rowCount() == 2
    land.show_view("chain")
    assert land.table.columnCount() == len(STEPS) + 2


def test_a_state_that_is_asked_for_is_selected(window, land):
    land.show_view("states")
    line = 1 + STATES.index("built")
    land.reasons.activated.emit(land.reasons.model().index(line, 0))
    selected = window.desk.view.selected(window.desk.project.parcels_id)
    assert len(selected) == land.report.budget.total.parcels_in("built") > 0
    land.reasons.activated.emit(land.reasons.model().index(0, 0))
    assert len(window.desk.view.selected(window.desk.project.parcels_id)) == len(selected)


def test_groups_are_offered_only_where_there_are_groups(land):
    for name in VIEWS:
        land.show_view(name)
        assert land.by.isVisible() == (name in {"chain", "states", "capacity"})


def test_a_scenario_is_told_beside_the_reference(qtbot, window, land):
    desk = window.desk
    ids = desk.project.parcels.table.ids[:10]
    desk.do(AddScenario("Essai", scenario_id="s"))
    desk.view.activate_scenario("s")
    desk.do(ChangeSector("s", ids, "PBC5"))
    qtbot.waitUntil(
        lambda: land.report is not None and land.report.reference is not None, timeout=20_000
    )
    changes = {row.key: row.change for row in land.chart.rows}
    assert changes["gross"] == ""
    assert changes["green"].startswith("+")
    assert changes["net"].startswith("\u2212")
    land.show_view("states")
    assert "référence" in land.lead.text()


def test_a_sector_that_a_scenario_empties_is_still_told(qtbot, window, land):
    desk = window.desk
    parcels = desk.project.parcels.table
    desk.do(AddScenario("Essai", scenario_id="s"))
    desk.view.activate_scenario("s")
    desk.do(ChangeSector("s", parcels.ids[parcels.strings("sector") == "D3"], "C3"))
    qtbot.waitUntil(
        lambda: land.report is not None and land.report.reference is not None, timeout=20_000
    )
    land.show_view("states")
    land.show_by("sector")
    cells = {row[0]: row[1] for row in texts_of(land.table)}
    assert set(cells) == {"Ensemble", "B4", "C3", "D3"}
    assert "+" in cells["C3"]
    assert "\u2212" in cells["D3"]


def test_years_of_reserve_follow_a_coefficient(qtbot, window, land):
    land.show_view("reserve")
    before = texts_of(land.table)[0][1]
    window.desk.do(SetCoefficient("household_growth_recent_pct", 5.0))
    qtbot.waitUntil(lambda: texts_of(land.table)[0][1] != before, timeout=20_000)
    assert land.notes.text()


def test_the_budget_and_its_parcels_are_written(qtbot, land, tmp_path):
    land.write_csv(tmp_path / "a.csv")
    land.write_csv(tmp_path / "b.csv", of_parcels=True)
    written = [tmp_path / "a.csv", tmp_path / "b.csv"]
    qtbot.waitUntil(lambda: all(path.is_file() for path in written), timeout=20_000)
    assert written[0].read_text(encoding="utf-8").startswith("side,by,code")
    assert len(written[1].read_text(encoding="utf-8").splitlines()) == 31


def test_without_a_document_it_says_what_is_missing(qtbot, window, land):
    window.desk.do(SetDocument(""))
    qtbot.waitUntil(lambda: land.report is None, timeout=20_000)
    assert land.lead.text() == window.desk.words.text("balance.no-document")
    assert not land.export.isEnabled()
    assert not land.chart.isVisible()
