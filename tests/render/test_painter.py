"""Pictures by QPainter: what is where, and snapshots."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from emadina_gis.domain.crs import MERCHICH_NORTH
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import RasterLayer, Title
from emadina_gis.domain.style import Dash, RasterStyle, Single, Style, Symbol
from emadina_gis.domain.viewport import Viewport
from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from emadina_gis.project import Project
from emadina_gis.render import painter as painter_room
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.painter import LayerPictures, Reuse, draw_scene, render_image
from emadina_gis.render.raster_tiles import RasterArray
from emadina_gis.render.scene import build_scene
from tests.render.comparer import check_snapshot, pixels
from tests.render.maps import MARKERS, VIEW, square, town
from tests.unit.render.scenes import BLUE, RED, layer, scene_of

WHITE = [255, 255, 255, 255]


def drawn(scene, view=VIEW, **more):
    return pixels(render_image(scene, view, **more))


def assert_same(first, second):
    """Composing a layer's picture rounds otherwise than drawing on the map."""
    assert np.abs(first.astype(int) - second.astype(int)).max() <= 3


def test_the_whole_town(qapp, shipped_fonts, tmp_path):
    check_snapshot(render_image(town(), VIEW), "town", tmp_path)


def test_at_150_percent_lines_keep_their_millimetres(qapp, tmp_path):
    view = Viewport(200.0, 150.0, 1 / 1.5, 600, 450)
    check_snapshot(render_image(town(), view, 144.0), "town-150", tmp_path)


def test_a_square_lies_where_its_coordinates_say(qapp):
    shown = drawn(square())
    assert shown[150, 200].tolist() == [0xD0, 0x20, 0x20, 255]
    assert shown[150, 98].tolist() == WHITE
    assert (shown[..., 1] < 100).sum() == pytest.approx(200 * 200, rel=0.01)


def test_holes_stay_open_and_overlaps_stay_filled(qapp):
    ring = shapely.Polygon(
        shapely.box(50, 50, 250, 250).exterior, [shapely.box(100, 100, 200, 200).exterior]
    )
    over = shapely.box(40, 180, 300, 220)
    style = Style(Single(Symbol(fill=RED, stroke=None)))
    shown = drawn(scene_of(layer("a", [ring, over], style=style)))
    assert shown[300 - 150, 150].tolist() == WHITE
    assert shown[300 - 210, 70].tolist()[0] == 0xD0
    assert shown[300 - 190, 150].tolist()[0] == 0xD0


def test_neighbours_leave_no_seam(qapp):
    shapes = [shapely.box(x, 0.3, x + 20, 299.7) for x in np.arange(0.37, 390, 20)]
    style = Style(Single(Symbol(fill=RED, stroke=None)))
    shown = drawn(scene_of(layer("a", shapes, style=style)))
    assert (shown[150, 5:380, 1] == 0x20).all()


def test_overlaps_within_a_layer_never_darken(qapp):
    shapes = [shapely.box(50, 50, 200, 200), shapely.box(100, 100, 250, 250)]
    style = Style(Single(Symbol(fill=RED, stroke=None, fill_opacity=0.5)))
    shown = drawn(scene_of(layer("a", shapes, style=style)))
    assert shown[300 - 150, 150].tolist() == shown[300 - 60, 60].tolist()


def test_opacity_of_a_layer_is_of_the_whole_layer(qapp):
    scene = scene_of(replace(square().vectors[0].layer, opacity=0.5))
    assert drawn(scene)[150, 200].tolist() == pytest.approx([231, 143, 143, 255], abs=2)


def test_a_huge_polygon_is_drawn_from_within(qapp):
    huge = shapely.Point(0, 0).buffer(3_000_000, 4096)
    style = Style(Single(Symbol(fill=RED, stroke=BLUE)))
    shown = drawn(scene_of(layer("a", [huge], style=style)))
    assert (shown[..., 0] == 0xD0).all()


def test_layers_above_cover_those_below(qapp):
    low, high = square(BLUE).vectors[0].layer, square(RED).vectors[0].layer
    scene = scene_of(replace(high, id="high"), low)
    assert drawn(scene)[150, 200].tolist()[:3] == [0xD0, 0x20, 0x20]


@pytest.mark.parametrize("marker", MARKERS)
def test_markers_have_their_size(qapp, marker):
    symbol = Symbol(fill=RED, stroke=None, stroke_mm=0.0, marker=marker, size_mm=20.0)
    style = Style(Single(symbol))
    shown = drawn(scene_of(layer("a", [shapely.Point(200, 150)], style=style)))
    rows, columns = np.nonzero(shown[..., 1] < 128)
    size = 20.0 / 25.4 * 96
    assert shown[150, 200, 0] == 0xD0
    assert np.ptp(rows) == pytest.approx(size, rel=0.15)
    assert np.ptp(columns) == pytest.approx(size, rel=0.15)


def test_line_widths_are_millimetres_and_casings_lie_under(qapp):
    symbol = Symbol(stroke=RED, stroke_mm=5.0, casing=BLUE)
    line = shapely.LineString([(-50, 150), (450, 150)])
    shown = drawn(scene_of(layer("a", [line], style=Style(Single(symbol)))))
    column = shown[:, 200, :3]
    assert (column == [0xD0, 0x20, 0x20]).all(axis=1).sum() == pytest.approx(18.9, abs=2)
    assert (column[:, 2].astype(int) > column[:, 0].astype(int) + 50).sum() == 2


def test_dashes_are_millimetres_too(qapp):
    symbol = Symbol(stroke=RED, stroke_mm=1.0, dash=Dash.DASHED)
    line = shapely.LineString([(0, 150), (400, 150)])
    shown = drawn(scene_of(layer("a", [line], style=Style(Single(symbol)))))
    row = shown[150, :, 1] < 128
    period = (1.6 + 0.9) / 25.4 * 96
    assert np.count_nonzero(np.diff(row.astype(int)) == 1) == pytest.approx(400 / period, abs=2)


def test_rasters_lie_under_vectors(qapp):
    extent = Extent(0, 0, 400, 300)
    raster = RasterLayer(
        "r", Title.plain("r"), "", MERCHICH_NORTH, extent, 2, 1,
        RasterStyle(((0.0, "#000000"), (1.0, "#ffffff")), interpolate=False),
    )  # fmt: skip
    top = square().vectors[0].layer
    project = Project("p", Title.plain("p"), MERCHICH_NORTH, (top, raster))
    data = {"r": RasterArray(np.array([[0.0, 1.0]]), extent)}
    shown = drawn(build_scene(project, cache=DerivedCache(), rasters=data))
    assert shown[10, 10].tolist() == [0, 0, 0, 255]
    assert shown[10, 390].tolist() == WHITE
    assert shown[150, 200, 0] == 0xD0


def test_fills_made_elsewhere_take_the_place_of_the_polygons(qapp):
    fill = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    fill.fill(0xFF00FF00)
    assert drawn(square(), reuse=Reuse({"a": fill}))[150, 200].tolist() == [0, 255, 0, 255]


def test_a_cancelled_drawing_stops(qapp):
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        render_image(town(), VIEW, ctx=ctx)


def test_pictures_are_the_same_from_another_thread(qapp):
    found = []
    thread = threading.Thread(target=lambda: found.append(drawn(town())))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(found[0], drawn(town()))


def test_vectors_on_a_device_look_like_the_picture(qapp):
    image = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    report = draw_scene(painter, town(), VIEW, mm_per_px=25.4 / 96)
    painter.end()
    assert report.as_pictures == ()
    apart = np.abs(pixels(image).astype(int) - drawn(town()).astype(int)).max(axis=2)
    assert (apart > 60).mean() < 0.02


def test_layers_of_very_many_features_are_filled_as_pictures_and_said(qapp, monkeypatch):
    monkeypatch.setattr(painter_room, "MOST_VECTOR_FEATURES", 10)
    image = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setClipRect(QRectF(0, 0, 400, 300))
    report = draw_scene(painter, town(), VIEW, mm_per_px=25.4 / 96)
    painter.end()
    assert report.as_pictures == ("zones",)
    apart = np.abs(pixels(image).astype(int) - drawn(town()).astype(int)).max(axis=2)
    assert (apart > 60).mean() < 0.02


def test_lines_and_points_of_few_vertices_are_drawn_without_a_picture_of_their_own(qapp):
    scene, pictures = town(), LayerPictures()
    assert_same(drawn(scene, reuse=Reuse(pictures=pictures)), drawn(scene))
    kept = {
        one.id for one in scene.layers if pictures.find(one, scene.crs, VIEW, 25.4 / 96) is not None
    }
    assert "zones" in kept
    faded = tuple(replace(one, layer=replace(one.layer, opacity=0.5)) for one in scene.layers)
    faint = replace(scene, layers=faded)
    assert_same(drawn(faint, reuse=Reuse(pictures=pictures)), drawn(faint))
    light = {one.id for one in scene.layers} - kept
    assert light
    for one in faint.layers:
        assert pictures.find(one, scene.crs, VIEW, 25.4 / 96) is not None


def test_only_layers_that_changed_are_drawn_again(qapp, monkeypatch):
    monkeypatch.setattr(painter_room, "_MOST_LIGHT", 0)
    scene, pictures = town(), LayerPictures()
    reuse = Reuse(pictures=pictures)
    plain = drawn(scene)
    assert_same(drawn(scene, reuse=reuse), plain)
    again = []
    real = painter_room._layer_image
    monkeypatch.setattr(painter_room, "_layer_image", lambda *a: again.append(a[2].id) or real(*a))
    assert_same(drawn(scene, reuse=reuse), plain)
    assert again == []
    *rest, top = scene.layers
    style = Style(Single(Symbol(fill=BLUE)))
    restyled = replace(top, layer=replace(top.layer, style=style))
    changed = replace(scene, layers=(*rest, restyled))
    assert_same(drawn(changed, reuse=reuse), drawn(changed))
    assert again.count("stops") == 1
    assert set(again) == {"stops"}
    moved = replace(VIEW, x=210.0)
    assert_same(drawn(scene, moved, reuse=reuse), drawn(scene, moved))
    drawn(replace(scene, layers=()), reuse=reuse)
    assert pictures.find(top, scene.crs, VIEW, 25.4 / 96) is None
