"""A table whose columns are not recognised as coordinates, placed by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from emadina_gis.app.doctor.layer_page import LayerPage
from emadina_gis.app.doctor.panel import DoctorPanel
from emadina_gis.io.reader import InlineReader

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from emadina_gis.app.main_window import MainWindow

TEXT = "borne;vers est;vers nord\nB1;296470,5;330502\nB2;296480;330512\nB3;296490;330522\n"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(window: MainWindow) -> DoctorPanel:
    """Give the doctor's panel of a window, reading in this process."""
    made = window.side.panel("import")
    assert isinstance(made, DoctorPanel)
    made.reading._reader = InlineReader()
    return made


def test_a_person_places_a_table_and_takes_it_back(
    qtbot: QtBot, window: MainWindow, panel: DoctorPanel, tmp_path: Path
) -> None:
    path = tmp_path / "bornes.csv"
    path.write_text(TEXT, encoding="utf-8")
    window.open_files([path])
    qtbot.waitUntil(lambda: not panel.reading.is_running)
    QApplication.processEvents()
    page = panel.page
    assert isinstance(page, LayerPage)
    assert page.places is not None
    assert (page.places.east.currentText(), page.places.north.currentText()) == (
        "vers est",
        "vers nord",
    )
    page.places.north.setCurrentIndex(0)
    assert not page.places.place_button.isEnabled()
    page.places.north.setCurrentIndex(1)
    qtbot.mouseClick(page.places.place_button, LEFT)
    qtbot.waitUntil(lambda: panel.page is not page)
    placed = panel.page
    assert isinstance(placed, LayerPage)
    assert placed.crs is not None
    assert placed.crs.offers[0][0].crs.id == "EPSG:26191"
    undo = next(b for b in placed.findChildren(QPushButton) if "Ne plus placer" in b.text())
    qtbot.mouseClick(undo, LEFT)
    assert isinstance(panel.page, LayerPage)
    assert panel.page.places is not None
    panel.page.places.place_button.click()
    qtbot.waitUntil(lambda: isinstance(panel.page, LayerPage) and panel.page.crs is not None)
    assert panel.page.crs is not None
    panel.page.crs.offers[0][1].click()
    qtbot.mouseClick(panel.add_button, LEFT)
    layer = window.desk.project.vector_layers[0]
    assert np.isfinite(layer.table.bounds).all()
    assert layer.crs.id == "EPSG:26191"
