"""The map canvas: what it shows, how gestures move it, what it says."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emadina_gis.app.canvas import (
    MapCanvas,
    MeasureArea,
    MeasureLength,
    Navigate,
    SelectRectangle,
)
from emadina_gis.app.canvas.frames import FrameRequest
from emadina_gis.app.canvas.gl_source import GlSource
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Provenance
from emadina_gis.domain.style import LabelStyle, Single, Style, Symbol
from emadina_gis.domain.viewport import Viewport
from emadina_gis.words import load_words
from tests.render.comparer import pixels
from tests.unit.render.scenes import BLUE, RED, by_name, grid, layer, scene_of

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
ACCENT = (0x0F, 0x76, 0x6E)


@pytest.fixture(params=["gl", "painter"])
def canvas(request, qtbot):
    widget = MapCanvas(words=load_words("fr"), use_gl=request.param == "gl")
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.set_scene(scene_of(layer("a", [shapely.box(0, 0, 100, 100)])))
    widget.set_viewport(Viewport(50.0, 50.0, 1.0, 400, 300))
    with qtbot.waitSignal(widget.frame_drawn):
        widget.show()
    yield widget
    widget.close()


def at(canvas, x, y):
    """Return the position of a map point in the canvas."""
    return QPoint(*(round(v) for v in canvas.viewport.to_screen(x, y)))


def settle(qtbot, canvas):
    qtbot.waitUntil(lambda: not canvas.is_busy, timeout=5000)
    QApplication.processEvents()


def shown(canvas):
    return pixels(canvas.picture())


def color_at(canvas, x, y):
    px, py = canvas.viewport.to_screen(x, y)
    return tuple(shown(canvas)[int(py), int(px), :3].tolist())


def move(canvas, point, *, held=LEFT):
    """Move the mouse with a button held; QTest cannot say which one is."""
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(point), canvas.mapToGlobal(QPointF(point)),
        Qt.MouseButton.NoButton, held, NONE,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def drag(canvas, start, end, button=LEFT, modifiers=NONE):
    QTest.mousePress(canvas, button, modifiers, start)
    move(canvas, (start + end) / 2, held=button)
    move(canvas, end, held=button)
    QTest.mouseRelease(canvas, button, modifiers, end)


def wheel(canvas, point, notches):
    event = QWheelEvent(
        QPointF(point), canvas.mapToGlobal(QPointF(point)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_the_map_is_where_its_coordinates_say(canvas):
    assert color_at(canvas, 50, 50) == (0x20, 0xA0, 0x40)
    assert color_at(canvas, 140, 50) == (0xF7, 0xF5, 0xF0)


def test_another_scene_replaces_the_picture(canvas, qtbot):
    style = Style(Single(Symbol(fill=RED, stroke=None)))
    with qtbot.waitSignal(canvas.frame_drawn):
        canvas.set_scene(scene_of(layer("b", [shapely.box(0, 0, 100, 100)], style=style)))
    assert color_at(canvas, 50, 50) == (0xD0, 0x20, 0x20)


def test_dragging_moves_the_map_at_once(canvas):
    drag(canvas, QPoint(200, 150), QPoint(260, 110))
    assert (canvas.viewport.x, canvas.viewport.y) == (-10.0, 10.0)
    assert color_at(canvas, 50, 50) == (0x20, 0xA0, 0x40)


def test_the_middle_button_and_space_pan_with_any_tool(canvas):
    canvas.set_tool(SelectRectangle())
    drag(canvas, QPoint(200, 150), QPoint(210, 150), Qt.MouseButton.MiddleButton)
    assert canvas.viewport.x == 40.0
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, QPoint(200, 150), QPoint(210, 150))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.viewport.x == 30.0


def test_the_wheel_zooms_to_the_cursor(canvas, qtbot):
    place = at(canvas, 90, 20)
    before = canvas.viewport.to_map(place.x(), place.y())
    wheel(canvas, place, 2)
    settle(qtbot, canvas)
    qtbot.waitUntil(lambda: canvas.viewport.units_per_px == pytest.approx(1 / 1.44))
    assert canvas.viewport.to_map(place.x(), place.y()) == pytest.approx(before)


def test_wheel_steps_add_up_while_the_view_moves(canvas, qtbot):
    for _ in range(3):
        wheel(canvas, QPoint(200, 150), 1)
    qtbot.waitUntil(lambda: canvas.viewport.units_per_px == pytest.approx(1 / 1.2**3))


def test_the_picture_of_where_a_zoom_ends_is_asked_for_at_once_and_ends_it(canvas, qtbot):
    with qtbot.waitSignal(canvas.frame_drawn):
        wheel(canvas, QPoint(200, 150), 1)
        assert canvas.viewport.units_per_px > 1 / 1.2
        assert canvas.is_busy
    assert canvas.viewport.units_per_px == pytest.approx(1 / 1.2)
    assert not canvas.is_busy


def test_a_zoom_that_is_given_up_on_its_way_leaves_the_picture_of_where_it_is(canvas, qtbot):
    wheel(canvas, QPoint(200, 150), 5)
    on_the_way = canvas.viewport
    canvas.set_viewport(on_the_way)
    settle(qtbot, canvas)
    assert canvas.viewport == on_the_way
    left = round(canvas.viewport.to_screen(0.0, 50.0)[0])
    colors = shown(canvas)[150, left - 8 : left + 9]
    assert (colors[0] != colors[-1]).any()
    qtbot.wait(200)
    assert canvas.viewport == on_the_way


def test_a_double_click_zooms_in(canvas, qtbot):
    QTest.mouseDClick(canvas, LEFT, NONE, QPoint(200, 150))
    qtbot.waitUntil(lambda: canvas.viewport.units_per_px == pytest.approx(0.5))


def test_keys_move_the_map(canvas, qtbot):
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.viewport.x == 110.0
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.viewport.y == 110.0
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: canvas.viewport.units_per_px == pytest.approx(1 / 1.5))
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    qtbot.waitUntil(lambda: canvas.viewport.units_per_px == pytest.approx(1.0))
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    assert (canvas.viewport.x, canvas.viewport.y) == (50.0, 50.0)


def test_a_click_says_where(canvas, qtbot):
    with qtbot.waitSignal(canvas.clicked) as heard:
        QTest.mouseClick(canvas, LEFT, Qt.KeyboardModifier.ControlModifier, at(canvas, 70, 30))
    x, y, modifiers = heard.args
    assert (x, y) == pytest.approx((70, 30))
    assert modifiers == Qt.KeyboardModifier.ControlModifier


def test_a_drag_is_no_click(canvas, qtbot):
    with qtbot.assertNotEmitted(canvas.clicked):
        drag(canvas, QPoint(200, 150), QPoint(230, 150))


def test_a_rectangle_is_told_in_map_units(canvas, qtbot):
    canvas.set_tool(SelectRectangle())
    with qtbot.waitSignal(canvas.rectangle_selected) as heard:
        drag(canvas, at(canvas, 80, 20), at(canvas, 20, 60))
    assert heard.args[0] == Extent(20, 20, 80, 60)


def test_shift_and_drag_draws_a_rectangle_with_the_everyday_tool(canvas, qtbot):
    with qtbot.waitSignal(canvas.rectangle_selected):
        drag(
            canvas, at(canvas, 20, 20), at(canvas, 80, 60), LEFT, Qt.KeyboardModifier.ShiftModifier
        )
    assert canvas.viewport.x == 50.0


def test_escape_forgets_what_was_begun(canvas, qtbot):
    canvas.set_tool(SelectRectangle())
    QTest.mousePress(canvas, LEFT, NONE, QPoint(100, 100))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(canvas.rectangle_selected):
        QTest.mouseRelease(canvas, LEFT, NONE, QPoint(200, 200))


def test_the_selection_is_a_line_without_a_fill(canvas):
    canvas.set_selection({"a": np.array([0])})
    assert color_at(canvas, 50, 50) == (0x20, 0xA0, 0x40)
    picture = shown(canvas)[..., :3].reshape(-1, 3)
    accent = (np.abs(picture.astype(int) - ACCENT).max(axis=1) < 12).sum()
    assert accent == pytest.approx(2 * 400, rel=0.2)
    canvas.set_selection({})
    picture = shown(canvas)[..., :3].reshape(-1, 3)
    assert (np.abs(picture.astype(int) - ACCENT).max(axis=1) < 12).sum() == 0


def test_selected_points_carry_a_ring_and_the_line_follows_the_view(canvas, qtbot):
    canvas.set_scene(scene_of(layer("p", [shapely.Point(50, 50)])))
    canvas.set_selection({"p": np.array([0])})
    settle(qtbot, canvas)
    canvas.pan_by(30, 0)
    picture = shown(canvas)[..., :3].astype(int)
    rows, columns = np.nonzero(np.abs(picture - ACCENT).max(axis=2) < 30)
    assert columns.mean() == pytest.approx(canvas.viewport.to_screen(50, 50)[0], abs=1)
    assert np.ptp(rows) == pytest.approx(16, abs=2)


def test_a_crowded_selection_is_drawn_in_a_thread_and_follows(canvas, qtbot):
    canvas.set_scene(scene_of(layer("a", grid(60, 40, size=4.0, gap=2.0))))
    canvas.set_viewport(Viewport(180.0, 120.0, 1.0, 400, 300))
    settle(qtbot, canvas)
    canvas.set_selection({"a": np.arange(2400)})

    def accented():
        picture = shown(canvas)[..., :3].astype(int)
        return (np.abs(picture - ACCENT).max(axis=2) < 40).sum()

    qtbot.waitUntil(lambda: accented() > 800, timeout=5000)
    assert accented() < 6000  # a ring around all of them, no fill
    canvas.pan_by(20, 0)
    assert accented() > 800
    canvas.zoom_by(3)
    qtbot.waitUntil(lambda: canvas.viewport.units_per_px == pytest.approx(1 / 3))
    settle(qtbot, canvas)
    qtbot.waitUntil(lambda: accented() > 8000, timeout=5000)
    canvas.set_selection({})
    assert accented() == 0


def test_the_highlight_marks_a_row_and_goes(canvas):
    before = shown(canvas)
    canvas.highlight("a", 0)
    assert (shown(canvas) != before).any()
    canvas.highlight(None)
    np.testing.assert_array_equal(shown(canvas), before)


def test_zoom_to_an_extent_shows_all_of_it(canvas):
    canvas.zoom_to(Extent(1000, 1000, 1400, 1200))
    view = canvas.viewport.extent
    assert view.contains(1000, 1000)
    assert view.contains(1400, 1200)


def test_zoom_to_a_point_keeps_surroundings(canvas):
    canvas.zoom_to(Extent(1000, 1000, 1000, 1000))
    assert canvas.viewport.extent.width >= 20


def test_scale_goes_both_ways(canvas):
    canvas.set_scale(5000)
    assert canvas.scale_denominator == pytest.approx(5000)


def test_a_zoom_asked_for_before_it_is_shown_fits_the_final_size(qtbot):
    widget = MapCanvas(use_gl=False)
    qtbot.addWidget(widget)
    widget.set_scene(scene_of(layer("a", [shapely.box(0, 0, 100, 100)])))
    widget.zoom_to(Extent(0, 0, 400, 300), margin=1.0)
    widget.resize(800, 600)
    with qtbot.waitSignal(widget.frame_drawn):
        widget.show()
    assert widget.viewport.units_per_px == pytest.approx(0.5)
    widget.close()


def test_resizing_keeps_centre_and_scale(canvas, qtbot):
    with qtbot.waitSignal(canvas.frame_drawn):
        canvas.resize(500, 360)
    assert (canvas.viewport.x, canvas.viewport.units_per_px) == (50.0, 1.0)
    assert (canvas.viewport.width_px, canvas.viewport.height_px) == (500, 360)


@pytest.mark.parametrize(
    ("tool", "expected"), [(MeasureLength, (80.0, None)), (MeasureArea, (200.0, 1600.0))]
)
def test_measuring(canvas, qtbot, tool, expected):
    canvas.set_tool(tool())
    heard = []
    canvas.measured.connect(heard.append)
    corners = [(0, 0), (40, 0), (40, 40)] + ([(0, 40)] if tool is MeasureArea else [])
    for corner in corners:
        QTest.mouseClick(canvas, LEFT, NONE, at(canvas, *corner))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    length, area = expected
    if area is not None:
        length = 160.0
    assert heard[-1].length_m == pytest.approx(length)
    assert heard[-1].area_m2 == (None if area is None else pytest.approx(area))
    assert shown(canvas).any()


def test_a_point_is_taken_back_with_backspace(canvas):
    tool = MeasureLength()
    canvas.set_tool(tool)
    for corner in ((0, 0), (40, 0), (40, 40)):
        QTest.mouseClick(canvas, LEFT, NONE, at(canvas, *corner))
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert tool.measurement(canvas.map_crs).length_m == pytest.approx(40.0)


def test_the_cursor_is_followed(canvas, qtbot):
    with qtbot.waitSignal(canvas.cursor_moved) as heard:
        move(canvas, at(canvas, 60, 40), held=Qt.MouseButton.NoButton)
    assert heard.args == pytest.approx([60, 40])


def test_synthetic_data_is_said_on_the_map(canvas, qtbot):
    before = shown(canvas)[270:, 200:].copy()
    made = layer("a", [shapely.box(0, 0, 100, 100)], provenance=Provenance(synthetic=True))
    canvas.set_scene(scene_of(made))
    settle(qtbot, canvas)
    assert (shown(canvas)[270:, 200:] != before).any()


def test_the_scale_bar_changes_sides_with_the_language(canvas):
    def inked(picture):
        columns = np.flatnonzero((picture[275:, :, :3].max(axis=2) < 90).any(axis=0))
        return columns.min(), columns.max()

    assert inked(shown(canvas))[1] < 200
    canvas.set_words(load_words("ar"))
    assert inked(shown(canvas))[0] > 200
    assert canvas.accessibleName() == "الخريطة"


def test_the_dark_window_has_a_dark_ground(canvas, qtbot):
    with qtbot.waitSignal(canvas.frame_drawn):
        canvas.set_theme("dark")
    assert max(color_at(canvas, 140, 50)) < 80


def test_labels_appear_when_the_view_rests(canvas, qtbot):
    named = Style(Single(Symbol(fill=RED, stroke=None)), LabelStyle("name", size_mm=6))
    canvas.set_scene(scene_of(layer("a", grid(1, 1, 100.0), {"name": ["B4"]}, style=named)))

    def is_lettered():
        area = shown(canvas)[130:170, 180:220, :3]
        return (area.max(axis=2) < 90).any()

    qtbot.waitUntil(is_lettered, timeout=5000)


def test_an_empty_scene_is_calm(canvas, qtbot):
    with qtbot.waitSignal(canvas.frame_drawn):
        canvas.set_scene(scene_of())
    canvas.zoom_to_all()
    assert set(shown(canvas)[..., 0].ravel().tolist()) == {0xF7}


def test_the_platform_decides_where_frames_come_from(qtbot):
    best = PainterSource if QApplication.platformName() == "offscreen" else GlSource
    for wanted, kind in ((True, best), (False, PainterSource)):
        widget = MapCanvas(use_gl=wanted)
        qtbot.addWidget(widget)
        assert isinstance(widget._pictures.source, kind)
        widget.shut_down()


def test_many_scenes_in_a_row_end_with_the_last(canvas, qtbot):
    for color in (RED, BLUE) * 5:
        style = by_name(x=color)
        canvas.set_scene(
            scene_of(layer("a", [shapely.box(0, 0, 100, 100)], {"name": ["x"]}, style=style))
        )
        QApplication.processEvents()
    qtbot.waitUntil(lambda: color_at(canvas, 50, 50) == (0x20, 0x40, 0xD0), timeout=5000)


def test_the_everyday_tool_is_there_from_the_start(canvas):
    assert isinstance(canvas.tool, Navigate)


def test_a_source_that_was_closed_takes_no_more_requests(qapp):
    source = PainterSource()
    source.close()
    source.request(FrameRequest(scene_of(), Viewport(0.0, 0.0, 1.0, 40, 30), 1.0, "#ffffff"))
    assert not source.is_busy
    source.close()
