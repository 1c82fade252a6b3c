"""A page of four frames, and what a hand does on it: the tests of the page editor share them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from emadina_gis.domain.title import Title
from emadina_gis.project.layouts import Frame, Layout, MapContent, PageFormat, TextContent
from emadina_gis.session.commands.layouts import AddLayout

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def a_layout():
    said = TextContent(Title("Bonjour", "مرحبا", "Hello"), size_pt=14.0)
    return Layout(
        "test", Title.plain("Essai"), PageFormat.A4, landscape=True, scale=1_000,
        frames=(
            Frame("map", 10.0, 10.0, 180.0, 150.0, MapContent()),
            Frame("one", 210.0, 20.0, 40.0, 20.0, said),
            Frame("two", 215.0, 60.0, 40.0, 20.0, said),
            Frame("three", 222.0, 130.0, 40.0, 20.0, said),
        ),
    )  # fmt: skip


def open_editor(qtbot, window):
    """Open the editor on that page."""
    window.desk.store.execute(AddLayout(a_layout()))
    window.actions_.qt("layouts.open").trigger()
    page = window.layouts.page
    page.open("test")
    qtbot.waitUntil(page.isVisible)
    QApplication.processEvents()
    return page


def place(page, x, y):
    """Return where millimetres of the paper are in the view."""
    return QPoint(*(round(value) for value in page.paper.scale.to_view(x, y)))


def middle(page, name):
    rect = page.paper.places[name]
    return rect.x + rect.width / 2, rect.y + rect.height / 2


def click(qtbot, page, name, modifier=NONE):
    qtbot.mouseClick(page.paper.viewport(), LEFT, modifier, place(page, *middle(page, name)))
    QApplication.processEvents()


def drag(qtbot, page, start, end, modifier=NONE):
    """Press, move in steps, and let go."""
    view = page.paper.viewport()
    qtbot.mousePress(view, LEFT, modifier, place(page, *start))
    for part in (0.3, 0.7, 1.0):
        x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
        qtbot.mouseMove(view, place(page, x, y))
        QApplication.processEvents()
    qtbot.mouseRelease(view, LEFT, modifier, place(page, *end))


def frame(window, name):
    return window.desk.project.layout("test").frame(name)


def settled(qtbot, page):
    qtbot.waitUntil(
        lambda: not page.preview.is_busy and page.paper.picture is not None, timeout=20_000
    )
