"""The atlas panel: what is counted, what is refused, what is written, stopped and gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf

from emadina_gis.app.panels.atlas import FILES, SERIES, AtlasPanel
from emadina_gis.app.panels.atlas_fields import PATTERN
from emadina_gis.report.atlas_manifest import check_atlas

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from emadina_gis.app.main_window import MainWindow

WAIT_MS = 30_000


def _panel(window: MainWindow, qtbot: QtBot) -> AtlasPanel:
    panel = window.open_side("atlas")
    assert isinstance(panel, AtlasPanel)
    panel.open_layer(window.desk.project.parcels_id)
    _counted(panel, qtbot)
    return panel


def _counted(panel: AtlasPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(panel.write_button.isEnabled, timeout=WAIT_MS)


def _choose(panel: AtlasPanel, window: MainWindow, count: int) -> None:
    parcels = window.desk.project.parcels
    assert parcels is not None
    window.desk.view.select(parcels.id, parcels.table.ids[:count])
    panel.features.selected.setChecked(True)


def test_the_selection_is_counted_and_written(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = _panel(window, qtbot)
    _choose(panel, window, 3)
    _counted(panel, qtbot)
    assert panel.count.text() == "3 pages"
    fields = panel.features
    fields.name.setCurrentIndex(fields.name.findData(PATTERN))
    fields.name.activated.emit(fields.name.currentIndex())
    fields.pattern.setText("Secteur {sector}, {page}")
    fields.pattern.editingFinished.emit()
    _counted(panel, qtbot)
    path = tmp_path / "atlas.pdf"
    panel.write(path)
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.desk.jobs.shown, timeout=WAIT_MS)
    assert check_atlas(path) == ()
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        names = [str(item.title) for item in outline.root]
    assert [name.rpartition(", ")[2] for name in names] == ["1", "2", "3"]


def test_a_formula_that_cannot_be_read_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    panel = _panel(window, qtbot)
    panel.features.where.set_text("area_m2 >")
    panel.features.changed.emit()
    qtbot.waitUntil(lambda: panel.count.property("tone") == "error", timeout=WAIT_MS)
    assert not panel.write_button.isEnabled()
    panel.features.where.clear()
    panel.features.changed.emit()
    _counted(panel, qtbot)


def test_a_series_is_counted_and_written_as_files(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = _panel(window, qtbot)
    panel.kind.setCurrentIndex(panel.kind.findData(SERIES))
    panel.kind.activated.emit(panel.kind.currentIndex())
    panel.files.setCurrentIndex(panel.files.findData(FILES))
    panel.files.activated.emit(panel.files.currentIndex())
    _counted(panel, qtbot)
    assert panel.is_series
    assert panel.is_split
    assert panel.series.isVisible()
    assert not panel.features.isVisible()
    folder = tmp_path / "pages"
    panel.write(folder)
    qtbot.waitUntil(lambda: (folder / "pages.atlas.json").exists(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.desk.jobs.shown, timeout=WAIT_MS)
    assert check_atlas(folder) == ()


def test_the_panel_speaks_arabic(window: MainWindow, qtbot: QtBot) -> None:
    panel = _panel(window, qtbot)
    window.desk.speech.set_language("ar")
    _counted(panel, qtbot)
    assert panel.kind.currentText() == "صفحة لكل عنصر من طبقة"
    assert "صفح" in panel.count.text()
    window.desk.speech.set_language("fr")
