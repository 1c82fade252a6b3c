"""The export panel: what a format loses is said before it writes; what is written is counted."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from tests.gui.small_project import open_small_project
from tests.stories.cut_texts import cut_texts

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 30_000


@pytest.fixture
def panel(qtbot, window):
    """Give the panel open on the parcels."""
    menu = window.layers.menu_of("parcels")
    said = window.desk.speech.text("layers.export")
    next(action for action in menu.actions() if action.text() == said).trigger()
    menu.deleteLater()
    made = window.side.panel("export")
    ready(qtbot, made)
    return made


def ready(qtbot, panel):
    qtbot.waitUntil(panel.write_button.isEnabled, timeout=PATIENCE_MS)


def take(qtbot, panel, suffix):
    """Choose a format."""
    index = panel.formats.findData(suffix)
    panel.formats.setCurrentIndex(index)
    panel.formats.activated.emit(index)
    ready(qtbot, panel)


def told(widget):
    QApplication.processEvents()
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def write(qtbot, window, panel, path):
    """Press the button, answer with a path, wait for the notice."""
    window.choose.save_as = lambda _key, _name, _ending: path
    qtbot.mouseClick(panel.write_button, LEFT)
    qtbot.waitUntil(lambda: path.name in window.desk.notices.text, timeout=PATIENCE_MS)


def test_a_geopackage_holds_all_but_what_is_personal(qtbot, window, panel, tmp_path):
    text = told(panel)
    assert "Colonne personnelle laissée de côté" in text
    assert "owner" in text
    path = tmp_path / "parcelles.gpkg"
    write(qtbot, window, panel, path)
    assert "30 lignes écrites et relues" in window.desk.notices.text
    found = pyogrio.read_info(path)
    assert found["features"] == 30
    assert "owner" not in list(found["fields"])
    assert "sector" in list(found["fields"])


def test_what_a_shapefile_loses_is_said_before_it_is_written(qtbot, window, panel, tmp_path):
    take(qtbot, panel, ".shp")
    text = told(panel)
    assert "issu_lotissement → issu_lotis" in text
    assert "UTF-8" in text
    path = tmp_path / "parcelles.shp"
    assert not path.exists()
    write(qtbot, window, panel, path)
    assert path.with_suffix(".cpg").read_text() == "UTF-8"
    assert path.with_suffix(".prj").exists()


def test_only_what_is_selected_is_written(qtbot, window, panel, tmp_path):
    window.desk.view.select("parcels", np.array([1, 2, 3]))
    QApplication.processEvents()
    assert panel.selected.isVisible()
    assert "3" in panel.selected.text()
    panel.selected.click()
    ready(qtbot, panel)
    path = tmp_path / "trois.geojson"
    take(qtbot, panel, ".geojson")
    assert "WGS" in told(panel) or "EPSG:4326" in told(panel)
    write(qtbot, window, panel, path)
    assert pyogrio.read_info(path)["features"] == 3


def test_a_drawing_names_its_layers_by_a_column(qtbot, window, panel, tmp_path):
    import ezdxf

    take(qtbot, panel, ".dxf")
    assert panel.by_column.isVisible()
    index = panel.by_column.findData("sector")
    panel.by_column.setCurrentIndex(index)
    panel.by_column.activated.emit(index)
    ready(qtbot, panel)
    path = tmp_path / "plan.dxf"
    write(qtbot, window, panel, path)
    names = {entity.dxf.layer for entity in ezdxf.readfile(path).modelspace()}
    assert {"D3", "B4"} <= names


def test_another_system_is_said_with_its_accuracy(qtbot, window, panel):
    index = panel.crs.findData("EPSG:32629")
    panel.crs.setCurrentIndex(index)
    panel.crs.activated.emit(index)
    ready(qtbot, panel)
    assert "EPSG:32629" in told(panel)
    assert "7" in told(panel)


def test_a_source_is_never_overwritten(qtbot, window, panel, tmp_path):
    from dataclasses import replace

    from emadina_gis.domain.layer import Source
    from emadina_gis.workflows.exporting import ExportChoice, export_layer

    path = tmp_path / "source.gpkg"
    layer = window.desk.project.vector_layer("parcels")
    export_layer(layer, ExportChoice(".gpkg"), path, "parcels")
    before = path.read_bytes()
    same = replace(layer, source=Source(str(path), "parcels"))
    with pytest.raises(Exception, match=r"output\.is-input"):
        export_layer(same, ExportChoice(".gpkg"), path, "parcels")
    assert path.read_bytes() == before


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_it_speaks_every_language(qtbot, window, panel, language):
    window.desk.preferences.change(language=language)
    ready(qtbot, panel)
    for suffix in (".shp", ".dxf", ".csv", ".kml"):
        take(qtbot, panel, suffix)
        assert window.desk.speech.text(f"export.{suffix[1:]}.for") in told(panel)
        assert panel._page.minimumSizeHint().width() <= 344
        assert cut_texts(panel) == []


def test_a_picture_has_nothing_to_export(qtbot, window, panel):
    panel.export("no such layer")
    assert not panel.write_button.isEnabled()
    assert "Choisissez une couche vectorielle" in told(panel)


def test_the_panel_offers_again_when_a_layer_of_that_name_comes_back(qtbot, window, panel):
    window.files.new()
    assert not panel.write_button.isEnabled()
    open_small_project(window, qtbot)
    window.side.open("export")
    ready(qtbot, panel)
    assert panel.formats.count() > 1
