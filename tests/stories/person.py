"""A person at the window: sees texts, clicks what they name, types, drags and presses keys.

Finds everything by what can be read on the screen; waits as a person does. What a step changes is
looked at by the test, not here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from emadina_gis.app.panels.layer_legend import (
    BELOW_PX,
    LINE_GAP_PX,
    SWATCH_WIDTH_PX,
    LegendView,
)
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

    from emadina_gis.app.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
PATIENCE_MS = 20_000


def read(text: str) -> str:
    """Return a text as it is read: no direction marks, no hard spaces, no mnemonic."""
    plain = without_isolates(text).replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(plain.replace("&", "").split())


class Dialogs:
    """Stands in for the system's file dialogs: answers with the paths it was given."""

    def __init__(self) -> None:
        self.answers: list[list[Path]] = []
        self.asked: list[str] = []

    def answer(self, *paths: Path) -> None:
        """Choose these paths in the next dialog; none for Cancel."""
        self.answers.append(list(paths))

    def _next(self, title: str) -> list[str]:
        self.asked.append(read(title))
        return [str(path) for path in self.answers.pop(0)]

    def getOpenFileName(self, _parent: QWidget, title: str, *_rest: str) -> tuple[str, str]:
        """Choose one file."""
        return next(iter(self._next(title)), ""), ""

    def getOpenFileNames(self, _parent: QWidget, title: str, *_rest: str) -> tuple[list[str], str]:
        """Choose files."""
        return self._next(title), ""

    def getSaveFileName(self, _parent: QWidget, title: str, *_rest: str) -> tuple[str, str]:
        """Choose where to write."""
        return next(iter(self._next(title)), ""), ""

    def getExistingDirectory(self, _parent: QWidget, title: str, *_rest: str) -> str:
        """Choose a folder."""
        return next(iter(self._next(title)), "")


class Heartbeat:
    """Beats every few milliseconds and remembers the longest silence."""

    INTERVAL_MS = 10

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(self.INTERVAL_MS)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now

    @contextmanager
    def listening(self) -> Iterator[Heartbeat]:
        """Beat inside the block."""
        self.longest_s, self._last = 0.0, time.perf_counter()
        self._timer.start()
        yield self
        self._timer.stop()


class Person:
    """Somebody before a window."""

    def __init__(self, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window = window
        self.bot = qtbot
        self.dialogs = Dialogs()
        monkeypatch.setattr("emadina_gis.app.dialogs.choose.QFileDialog", self.dialogs)

    # --- waiting ------------------------------------------------------------------------------

    def waits(self, until: Callable[[], bool], *, patience_ms: int = PATIENCE_MS) -> None:
        """Wait until something is so."""
        self.bot.waitUntil(until, timeout=patience_ms)

    def waits_for_figures(self) -> None:
        """Wait until nothing is being computed or read any more."""
        desk = self.window.desk
        self.waits(lambda: not desk.results.is_busy and not desk.jobs.shown)

    def waits_for_the_picture(self) -> None:
        """Wait until the map shows the present view, labels included."""
        self.waits_for_figures()
        QApplication.processEvents()
        self.waits(lambda: not self.window.map.canvas.is_busy)

    def waits_to_read(self, text: str, where: QWidget | None = None) -> None:
        """Wait until a text can be read."""

        def can_be_read() -> None:
            told = self.reads(where)
            assert text in told, told

        self.bot.waitUntil(can_be_read, timeout=PATIENCE_MS)

    # --- seeing -------------------------------------------------------------------------------

    def reads(self, where: QWidget | None = None) -> str:
        """Return all that can be read in the window, or in a part of it."""
        QApplication.processEvents()
        place = where or self.window
        widgets = [place, *place.findChildren(QWidget)]
        said = (_said(widget) for widget in widgets if widget.isVisible())
        return " | ".join(read(text) for text in said if text)

    def notice(self) -> str:
        """Return the message under the top bar; empty where there is none."""
        notices = self.window.desk.notices
        return read(notices.text) if notices.isVisible() else ""

    def button(self, text: str, where: QWidget | None = None) -> QAbstractButton:
        """Return the button that says a text, on its face, as a hint or to a screen reader."""
        QApplication.processEvents()
        place = where or self.window
        shown = [b for b in place.findChildren(QAbstractButton) if b.isVisible()]
        for named in (_on_face, QWidget.accessibleName, _hint):
            for button in shown:
                if read(named(button)) == text:
                    return button
        faces = sorted({read(_on_face(b) or _hint(b)) for b in shown})
        raise AssertionError(f"no button says {text!r}: {faces}")

    def legend(self, layer_name: str) -> dict[str, str]:
        """Return text and colour of the classes under a layer, as they are seen."""
        row = self._layer_row(layer_name)
        view = row.findChild(LegendView)
        assert view is not None, f"{layer_name!r} shows no classes"
        image = view.grab().toImage()
        lines = view.text().split("\n")
        pitch = (view.sizeHint().height() - BELOW_PX + LINE_GAP_PX) / len(lines)
        ratio = image.devicePixelRatio()
        found = {}
        for index, line in enumerate(lines):
            middle = QPointF(SWATCH_WIDTH_PX / 2, (index + 0.5) * pitch - LINE_GAP_PX / 2) * ratio
            found[read(line)] = image.pixelColor(middle.toPoint()).name()
        return found

    def layers(self) -> list[str]:
        """Return the names in the layer list, from the top, once all are written."""
        listed = self.window.layers.list
        role = Qt.ItemDataRole.AccessibleTextRole

        def names() -> list[str | None]:
            return [listed.item(index).data(role) for index in range(listed.count())]

        self.waits(lambda: None not in names())
        return [read(str(name)) for name in names()]

    def picture(self) -> QImage:
        """Return what the map shows."""
        self.waits_for_the_picture()
        return self.window.map.canvas.picture()

    # --- doing --------------------------------------------------------------------------------

    def clicks(self, text: str, where: QWidget | None = None) -> None:
        """Click the button that says a text."""
        button = self.button(text, where)
        assert button.isEnabled(), f"{text!r} is disabled"
        self.bot.mouseClick(button, LEFT)

    def clicks_tab(self, text: str) -> None:
        """Click a tab by its text (without a count)."""
        for bar in self.window.findChildren(QTabBar):
            for index in range(bar.count() if bar.isVisible() else 0):
                if read(bar.tabText(index)).split(" (")[0] == text:
                    self.bot.mouseClick(bar, LEFT, pos=bar.tabRect(index).center())
                    return
        raise AssertionError(f"no tab {text!r}")

    def presses(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key where the focus is."""
        self.bot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def types(self, text: str, hint: str, where: QWidget | None = None) -> QLineEdit:
        """Type into the field that says a hint, and press Enter."""
        place = where or self.window
        for field in place.findChildren(QLineEdit):
            names = (field.placeholderText(), field.accessibleName())
            if field.isVisible() and hint in (read(name) for name in names):
                self.bot.mouseClick(field, LEFT)
                field.selectAll()
                self.bot.keyClicks(field, text)
                self.bot.keyClick(field, Qt.Key.Key_Escape if _completes(field) else Qt.Key.Key_End)
                self.bot.keyClick(field, Qt.Key.Key_Return)
                return field
        raise AssertionError(f"no field says {hint!r}")

    def chooses(self, text: str, label: str, where: QWidget | None = None) -> None:
        """Choose an entry in the list that has a label."""
        place = where or self.window
        boxes = [b for b in place.findChildren(QComboBox) if b.isVisible()]
        box = next(b for b in boxes if read(b.accessibleName()) == label)
        texts = [read(box.itemText(index)) for index in range(box.count())]
        index = next(i for i, said in enumerate(texts) if said == text or said.startswith(text))
        self.bot.mouseClick(box, LEFT, pos=QPoint(box.width() // 2, box.height() // 2))
        box.showPopup()
        view = box.view()
        self.waits(view.isVisible)
        view.scrollTo(box.model().index(index, 0))
        rect = view.visualRect(box.model().index(index, 0))
        self.bot.mouseMove(view.viewport(), rect.center())
        self.bot.mouseClick(view.viewport(), LEFT, pos=rect.center())
        self.waits(lambda: not view.isVisible())

    def chooses_in_menu(self, *texts: str) -> None:
        """Choose in the menu that is open, through its submenus."""
        self.waits(lambda: self._open_menu() is not None)
        for text in texts[:-1]:
            inner = _entry(self._menu(), text).menu()
            assert isinstance(inner, QMenu)
            menu = self._menu()
            menu.setActiveAction(inner.menuAction())
            inner.popup(menu.mapToGlobal(menu.actionGeometry(inner.menuAction()).topRight()))
            self.waits(inner.isVisible)
        menu = self._menu()
        action = _entry(menu, texts[-1])
        assert action.isEnabled(), f"{texts[-1]!r} is disabled"
        self.bot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    def chooses_from_all(self, *texts: str) -> None:
        """Choose in the menu of everything."""
        self.clicks("Menu")
        self.chooses_in_menu(*texts)

    def opens_menu_of_layer(self, name: str) -> None:
        """Open the menu of a layer."""
        self.clicks("Actions sur la couche", self._layer_row(name))

    def clicks_in_layer(self, name: str, button: str) -> None:
        """Click a button of a row in the layer list."""
        self.clicks(button, self._layer_row(name))

    def renames_layer(self, name: str, to: str) -> None:
        """Rename a layer with F2, a name and Enter."""
        self.activates_layer(name)
        self.bot.keyClick(self.window.layers.list, Qt.Key.Key_F2)
        editor = self._layer_row(name).findChild(QLineEdit)
        assert editor is not None, f"{name!r} is not being renamed"
        self.waits(editor.isVisible)
        editor.selectAll()
        self.bot.keyClicks(editor, to)
        self.bot.keyClick(editor, Qt.Key.Key_Return)

    def activates_layer(self, name: str) -> None:
        """Click the name of a layer."""
        listed = self.window.layers.list
        item = listed.item(self.layers().index(name))
        listed.scrollToItem(item)
        QApplication.processEvents()
        rect = listed.visualItemRect(item)
        self.bot.mouseClick(listed.viewport(), LEFT, pos=QPoint(rect.center().x(), rect.top() + 12))

    # --- the map ------------------------------------------------------------------------------

    def pixel_of(self, x: float, y: float) -> QPoint:
        """Return where a place of the map is on the screen."""
        across, down = self.window.map.canvas.viewport.to_screen(x, y)
        return QPoint(round(across), round(down))

    def clicks_on_map(self, x: float, y: float, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        """Click a place of the map."""
        self.bot.mouseClick(self.window.map.canvas, LEFT, modifier, self.pixel_of(x, y))

    def drags_on_map(self, start: QPoint, end: QPoint) -> None:
        """Press, drag and release on the map."""
        canvas = self.window.map.canvas
        self.bot.mousePress(canvas, LEFT, pos=start)
        for step in range(1, 6):
            self.bot.mouseMove(canvas, start + (end - start) * step / 5)
        self.bot.mouseRelease(canvas, LEFT, pos=end)

    def drops(self, *files: Path) -> None:
        """Drag files over the map and drop them."""
        area = self.window.map
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
        middle = area.rect().center()
        action, buttons = Qt.DropAction.CopyAction, LEFT
        entered = QDragEnterEvent(middle, action, data, buttons, NO_KEY)
        QApplication.sendEvent(area, entered)
        assert entered.isAccepted()
        assert "Déposez ici" in self.reads(area)
        QApplication.sendEvent(area, QDropEvent(QPointF(middle), action, data, buttons, NO_KEY))

    # --- inside -------------------------------------------------------------------------------

    def _layer_row(self, name: str) -> QWidget:
        listed = self.window.layers.list
        item = listed.item(self.layers().index(name))
        listed.scrollToItem(item)
        QApplication.processEvents()
        return listed.itemWidget(item)

    def _open_menu(self) -> QMenu | None:
        popup = QApplication.activePopupWidget()
        return popup if isinstance(popup, QMenu) else None

    def _menu(self) -> QMenu:
        menu = self._open_menu()
        assert menu is not None, "no menu is open"
        return menu


def _entry(menu: QMenu, text: str) -> QAction:
    said = [read(action.text()) for action in menu.actions()]
    found = next((a for a, s in zip(menu.actions(), said, strict=True) if s == text), None)
    assert found is not None, f"no entry {text!r}: {said}"
    return found


def _said(widget: QWidget) -> str:
    if isinstance(widget, QLabel):
        full = getattr(widget, "full", None)
        return str(full) if full is not None else widget.text()
    if isinstance(widget, QAbstractButton):
        return _on_face(widget)
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QTabBar):
        return " | ".join(widget.tabText(index) for index in range(widget.count()))
    return ""


def _on_face(button: QAbstractButton) -> str:
    return button.text()


def _hint(button: QAbstractButton) -> str:
    return button.toolTip().split("  (")[0]


def _completes(field: QLineEdit) -> bool:
    popup = getattr(field, "popup", None)
    return popup is not None and popup.popup().isVisible()
