"""Rasters in the window: drawn while they are read, styled by hand, told by a click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from emadina_gis.app import raster_feed
from emadina_gis.app.panels.raster_choices import kind_of, ramp_of, range_of
from emadina_gis.domain.layer import Title
from emadina_gis.domain.style import Stretch
from emadina_gis.io import raster_pyramid
from emadina_gis.session.commands.layers import AddLayers
from emadina_gis.workflows import raster_data
from emadina_gis.workflows.rasters import RasterTexts, raster_layer
from tests.gui.small_project import X0, Y0

LEFT = Qt.MouseButton.LeftButton
TEXTS = RasterTexts(Title("Relief", "التضاريس", "Relief"), layer_id="relief")


def write(path, values):
    import rasterio
    from rasterio import Affine

    height, width = values.shape
    with rasterio.open(
        path, "w", driver="GTiff", height=height, width=width, count=1, dtype=values.dtype,
        crs="EPSG:26191", tiled=True, blockxsize=64, blockysize=64,
        transform=Affine(400 / width, 0.0, X0 - 100, 0.0, -400 / height, Y0 + 250),
    ) as target:  # fmt: skip
        target.write(values, 1)
    return path


@pytest.fixture
def heights():
    return np.tile(np.linspace(10, 90, 400, dtype="float32"), (400, 1))


@pytest.fixture
def opened(window, tmp_path, qtbot):
    """Give what opens values as a layer and waits until it is drawn."""

    def open_values(values, name="relief.tif"):
        layer = raster_layer(write(tmp_path / name, values), TEXTS)
        window.desk.do(AddLayers((layer,)))
        window.map.canvas.zoom_to(layer.extent)
        qtbot.waitUntil(lambda: is_drawn(window), timeout=20_000)
        return layer

    return open_values


def is_drawn(window):
    canvas = window.map.canvas
    rasters = [drawn.data for drawn in canvas.scene.layers if drawn.id == "relief"]
    return bool(rasters) and not canvas.is_busy and rasters[0].is_final


def style(window):
    return window.desk.project.layer("relief").style


def panel_of(qtbot, window):
    window.open_style("relief")
    panel = window.side.panel("raster-style")
    qtbot.waitUntil(lambda: not window.desk.jobs.is_busy, timeout=20_000)
    return panel


def choose(box, data):
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def test_a_raster_is_drawn_where_it_lies_and_moves_with_the_map(window, opened, heights):
    layer = opened(heights)
    canvas = window.map.canvas
    picture = canvas.picture()
    left, right = (
        picture.pixelColor(round(x * canvas.devicePixelRatioF()), canvas.height() // 2)
        for x in (
            canvas.viewport.to_screen(layer.extent.xmin + 20, 0)[0],
            canvas.viewport.to_screen(layer.extent.xmax - 20, 0)[0],
        )
    )
    assert left.name() != right.name()
    assert abs(left.lightness() - right.lightness()) > 60


def test_a_huge_file_is_shown_at_once_refined_and_offered_overviews(
    qtbot, window, opened, heights, monkeypatch
):
    monkeypatch.setattr(raster_pyramid, "CHEAP_PX", 64 * 64 + 200)
    monkeypatch.setattr(raster_pyramid, "_PIECE_PX", 64)
    monkeypatch.setattr(raster_feed, "SLOW_PX", 1)
    monkeypatch.setattr(raster_data, "SLOW_PX", 1)
    read = raster_pyramid.Pyramid.read

    def slowly(self, files, step):
        QTest.qSleep(4)
        return read(self, files, step)

    monkeypatch.setattr(raster_pyramid.Pyramid, "read", slowly)
    opened(np.tile(heights, (6, 6)))
    notices = window.desk.notices
    assert "vues d'ensemble" in notices.text
    window.panels.rasters.build_overviews("relief")
    qtbot.waitUntil(lambda: "prêtes" in notices.text, timeout=30_000)
    qtbot.waitUntil(lambda: bool(window.scenes.rasters["relief"].pyramid.far), timeout=20_000)
    assert not list((window.desk.reader.cache.folder).glob("*.ovr"))


def test_the_histogram_sets_the_range_by_its_handles(qtbot, window, opened, heights):
    opened(heights)
    panel = panel_of(qtbot, window)
    histogram = panel.histogram
    qtbot.waitUntil(histogram.isVisible, timeout=20_000)
    low, high = range_of(style(window))
    start = QPoint(round(histogram.x_of(low)), 30)
    end = QPoint(round(histogram.x_of((low + high) / 2)), 30)
    qtbot.mousePress(histogram, LEFT, pos=start)
    qtbot.mouseMove(histogram, end)
    qtbot.mouseRelease(histogram, LEFT, pos=end)
    assert range_of(style(window)) == pytest.approx(((low + high) / 2, high), abs=1)
    assert style(window).stretch is Stretch.MANUAL


def test_the_range_is_found_in_the_file_or_in_the_view(qtbot, window, opened, heights):
    layer = opened(heights)
    panel = panel_of(qtbot, window)
    choose(panel.stretch, "min-max")
    qtbot.waitUntil(lambda: range_of(style(window)) == pytest.approx((10, 90)), timeout=20_000)
    half = layer.extent
    window.map.canvas.zoom_to(type(half)(half.xmin, half.ymin, half.xmin + 60, half.ymax - 340))
    choose(panel.scope, "view")
    qtbot.waitUntil(lambda: range_of(style(window))[1] < 60, timeout=20_000)
    assert style(window).stretch is Stretch.MIN_MAX


def test_classes_light_and_lines_are_one_undo_each(qtbot, window, opened, heights):
    opened(heights)
    panel = panel_of(qtbot, window)
    choose(panel.kind, "classes")
    assert kind_of(style(window)) == "classes"
    panel.count.setValue(3)
    assert len(style(window).stops) == 3
    choose(panel.kind, "ramp")
    qtbot.mouseClick(panel.light.has_relief, LEFT, pos=QPoint(8, 8))
    panel.light.azimuth.setValue(90)
    assert style(window).relief.azimuth_deg == 90
    qtbot.mouseClick(panel.light.has_contours, LEFT, pos=QPoint(8, 8))
    assert style(window).contours.interval == 5 or style(window).contours.interval == 10
    choose(panel.kind, "shade")
    assert style(window).relief.alone
    assert not panel.ramp.isVisible()
    choose(panel.kind, "ramp")
    assert style(window).relief is None
    choose(panel.ramp, panel.ramp.itemData(panel.ramp.count() - 1))
    assert ramp_of(style(window)) == panel.ramp.currentData()


def test_values_get_a_name_and_too_many_say_so(qtbot, window, opened, heights):
    codes = np.digitize(heights, [30, 60]).astype("uint8")
    opened(codes)
    panel = panel_of(qtbot, window)
    choose(panel.kind, "values")
    qtbot.waitUntil(lambda: kind_of(style(window)) == "values", timeout=20_000)
    field = panel.classes.names[1]
    qtbot.keyClicks(field, "Route")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert style(window).name_of(1.0).fr == "Route"
    panel.classes.recolor(1.0, "#abcdef")
    assert dict(style(window).stops)[1.0] == "#abcdef"


def test_decimal_values_are_no_classes(qtbot, window, opened, heights):
    opened(heights)
    panel = panel_of(qtbot, window)
    choose(panel.kind, "values")
    qtbot.waitUntil(lambda: "64" in panel.error.text(), timeout=20_000)
    assert kind_of(style(window)) == "ramp"


def test_a_click_tells_the_value_with_its_unit(qtbot, window, opened, heights):
    layer = opened(heights)
    panel = panel_of(qtbot, window)
    qtbot.keyClicks(panel.unit, "m")
    qtbot.keyClick(panel.unit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_drawn(window), timeout=20_000)
    canvas, readout = window.map.canvas, window.panels.readout
    at = canvas.viewport.to_screen(*layer.extent.center)
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(round(at[0]), round(at[1])))
    qtbot.waitUntil(readout.card.isVisible, timeout=20_000)
    assert "50" in readout.text.text()
    assert readout.text.text().endswith("m")
    canvas.pan_by(30, 0)
    assert not readout.card.isVisible()
