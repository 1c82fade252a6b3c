"""``Reach``: what makes the window usable by keys and by ear: regions, crosshair, ring, sentences.

Made once per window, after its parts; connects what each of them needs and owns nothing they show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QSplitter, QWidget

from emadina_gis.app.announcer import Announcer
from emadina_gis.app.canvas.keyboard import MapKeys
from emadina_gis.app.canvas.map_canvas import MapCanvas
from emadina_gis.app.focus_ring import FocusRing
from emadina_gis.app.panels.guide import GuidePanel
from emadina_gis.app.regions import Region, Regions, focus_of
from emadina_gis.app.small_window import SmallWindow
from emadina_gis.app.splitter_keys import SplitterKeys
from emadina_gis.app.tab_order import put_in_order
from emadina_gis.render.spatial_index import identify
from emadina_gis.session.shortcuts import chosen

if TYPE_CHECKING:
    from emadina_gis.app.main_window import MainWindow

#: Marks a splitter whose dividers are stops.
REACHED = "reached_by_keys"


class Reach(QObject):
    """Keys, focus and sentences of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._canvas_keys: dict[MapCanvas, MapKeys] = {}
        self.announcer = Announcer(window.desk, window)
        self.regions = Regions(window, self._regions)
        self.ring = FocusRing(window.desk.theme, window)
        self.small = SmallWindow(window)
        self.map_keys = self._keys_of(window.map.canvas)
        self._connect()

    def _connect(self) -> None:
        window, desk = self._window, self._window.desk
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)
        self.regions.entered.connect(self._on_entered)
        window.side.shown_changed.connect(self._on_panel)
        window.palette_.layer_chosen.connect(self._go_to_layer)
        for action_id, key in (("edit.undo", "announce.undone"), ("edit.redo", "announce.redone")):
            window.actions_.qt(action_id).triggered.connect(
                lambda _on, key=key: self._say_step(key)
            )
        window.before_step = self._order_stops
        desk.speech.changed.connect(self._say_again)
        desk.preferences.changed.connect(self._take_keys)
        self._take_keys()

    # --- what actions ask ---------------------------------------------------------------------

    def open_context_menu(self) -> None:
        """Open the menu of what has the keys, as the menu key does."""
        widget = focus_of(self._window)
        if widget is None:
            return
        at = widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        inside = at.center() if hasattr(at, "center") and at.isValid() else widget.rect().center()
        if not widget.rect().contains(inside):
            inside = widget.rect().center()
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Keyboard, inside, widget.mapToGlobal(inside)
        )
        QApplication.sendEvent(widget, event)

    def show_keys(self) -> None:
        """Show the page of all keys in the guide."""
        panel = self._window.open_side("guide")
        if isinstance(panel, GuidePanel):
            panel.show_keys()

    def _take_keys(self) -> None:
        self._window.actions_.choose_keys(chosen(self._window.desk.preferences.settings.shortcuts))

    def _go_to_layer(self, layer_id: str) -> None:
        """Give the keys to a layer in the list."""
        ids = [layer.id for layer in self._window.desk.project.layers]
        self._window.focus_layers()
        self._window.layers.list.setCurrentRow(ids.index(layer_id))

    # --- regions ------------------------------------------------------------------------------

    def _regions(self) -> tuple[Region, ...]:
        window = self._window
        head = (
            Region("region.top", window.top, window.top.search),
            Region("region.notice", window.desk.notices),
        )
        foot = Region("region.status", window.status, window.status.scale)
        if window.layouts.is_open:
            page = window.layouts.page
            bar = page.back_button.parentWidget() or page
            return (
                *head,
                Region("region.page-bar", bar, page.back_button),
                Region("region.page-lists", page.lists, page.lists.layouts),
                Region("region.page", page.middle, page.paper),
                Region("region.page-fields", page.fields),
                foot,
            )
        return (
            *head,
            Region("region.layers", window.layers, window.layers.list),
            Region("region.middle", window.views, self._middle()),
            Region("region.side", window.side),
            Region("region.bottom", window.bottom, window.bottom.tabs),
            foot,
        )

    def _middle(self) -> QWidget | None:
        covered = self._window.map.cover is not None
        return self._window.map.canvas if not covered else None

    def _on_entered(self, key: str) -> None:
        self.ring.show_keys()
        self.announcer.say_key(key)

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, MapCanvas):
            self._keys_of(now)

    def reach_splitters(self) -> None:
        """Let Tab stop at the dividers of what is laid out by now."""
        speech = self._window.desk.speech
        for splitter in self._window.findChildren(QSplitter):
            if not splitter.property(REACHED):
                splitter.setProperty(REACHED, True)
                keys = SplitterKeys(splitter, lambda: speech.text("region.split"))
                speech.changed.connect(keys.say)

    def _on_panel(self, name: str) -> None:
        """Name a panel after its heading; where one was left, give the keys to the map."""
        panel = self._window.side.panel(name)
        _name_after_heading(panel)
        if name != "inspector":
            self.announcer.say(panel.accessibleName())
        elif QApplication.focusWidget() in (None, self._window, self._window.side):
            self._window.map.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_step(self, key: str) -> None:
        store = self._window.desk.store
        label = store.redo_label if key == "announce.undone" else store.undo_label
        if label is not None:
            self.announcer.say_key(key, step=label.said(self._window.desk.words))

    def _say_again(self) -> None:
        for name in {self._window.side.current, "inspector"}:
            _name_after_heading(self._window.side.panel(name))

    def _order_stops(self) -> None:
        """Put what Tab stops at in the order it is seen."""
        self.reach_splitters()
        window = self._window
        regions = [region.widget for region in self._regions()]
        put_in_order(window, regions, (window.top, window.map.bar, window.status))

    # --- the crosshair ------------------------------------------------------------------------

    def _keys_of(self, canvas: MapCanvas) -> MapKeys:
        if canvas not in self._canvas_keys:
            keys = MapKeys(canvas)
            self._canvas_keys[canvas] = keys
            canvas.destroyed.connect(lambda: self._canvas_keys.pop(canvas, None))
            keys.shown_changed.connect(
                lambda shown: self.announcer.say_key(f"crosshair.{'shown' if shown else 'hidden'}")
            )
            keys.stood_still.connect(lambda x, y: self._say_place(canvas, x, y))
        return self._canvas_keys[canvas]

    def _say_place(self, canvas: MapCanvas, x: float, y: float) -> None:
        desk = self._window.desk
        hits = identify(canvas.scene, x, y, canvas.pick_tolerance, canvas.viewport.units_per_px)
        names = dict.fromkeys(
            desk.speech.title(desk.project.layer(hit.layer_id).title)
            for hit in hits
            if any(layer.id == hit.layer_id for layer in desk.project.layers)
        )
        what = ", ".join(names) or desk.speech.text("crosshair.nothing")
        east, north = (desk.words.number(value, 6 if abs(value) < 400 else 0) for value in (x, y))
        self.announcer.say_key("crosshair.at", what=what, x=east, y=north)


def _name_after_heading(panel: QWidget) -> None:
    """Give a panel the name that its heading shows; a long one takes two lines."""
    heading = next(
        (label for label in panel.findChildren(QLabel) if label.property("tone") == "heading"), None
    )
    if heading is not None and heading.text():
        heading.setWordWrap(True)
        panel.setAccessibleName(heading.text())
