"""Envelopes on real shapes in the window: asked for, then columns, a reading, and gone when old."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from emadina_gis.app.models.columns import named_column, value_text
from emadina_gis.session.commands.scenarios import SetSectorValue


@pytest.fixture
def computed(qtbot, window):
    window.actions_.qt("real-shapes.compute").trigger()
    qtbot.waitUntil(lambda: window.desk.results.real is not None, timeout=20_000)
    return window


def test_columns_stand_beside_those_of_the_formulas(computed):
    desk = computed.desk
    layer = desk.project.parcels
    columns = desk.results.columns_of(layer)
    assert "net_floor_area_m2" in columns
    named = named_column(desk, layer, "real_gross_floor_area_m2")
    assert named.is_number
    assert "forme réelle" in named.title
    fronts = named_column(desk, layer, "real_fronts")
    assert not fronts.is_number
    assert value_text(None, fronts, desk.words) == "–"
    assert "Formes réelles" in desk.notices.text


def test_the_reading_of_a_parcel_tells_the_real_shape(qtbot, computed):
    computed.desk.view.select("parcels", [20])
    computed.inspector.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: computed.inspector.reading is not None)
    labels = [label.text() for label in computed.inspector.findChildren(QLabel)]
    assert any("forme réelle" in text for text in labels)


def test_a_change_makes_them_old(qtbot, computed):
    desk = computed.desk
    computed.add_scenario()
    qtbot.waitUntil(lambda: not desk.results.is_busy)
    desk.do(SetSectorValue(desk.view.active_scenario_id, "B4", "max_height_m", 14.5))
    qtbot.waitUntil(lambda: not desk.results.is_busy)
    assert desk.results.real is None
    assert named_column(desk, desk.project.parcels, "real_gross_floor_area_m2") is None
