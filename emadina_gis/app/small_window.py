"""A small window, or a large text: panels give way to the map, and come back one at a time.

Owns which panels were put away for want of room; those a person hides stay hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from emadina_gis.app.main_window import MainWindow

#: Below these there is no room for both sides, for one of them, for what is below the map.
NARROW_PX, SLIM_PX, LOW_PX = 860, 600, 430
#: Below these the status bar says less: first the second position, then the first.
ONE_POSITION_PX, NO_POSITION_PX = 1_100, 900
STATUS_PX, SCALE_PX, BOTTOM_PX = 30, 96, 236
#: Panels of a project that was opened are shown by then.
REVEALED_MS = 400
#: The most that what is below the map keeps of the height.
BOTTOM_PART = 0.38
#: Least width of the trailing panels, and the most of the window that larger texts give them.
SIDE_PX, SIDE_PART = 270, 0.4


class SmallWindow(QObject):
    """Puts panels away where the window is small, and back where it has grown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._away: set[str] = set()
        self._was = (False, False, False)
        window.installEventFilter(self)
        window.layers.installEventFilter(self)
        window.side.shown_changed.connect(self._on_panel)
        window.desk.theme.changed.connect(self.fit)
        window.files.opened.connect(lambda: QTimer.singleShot(REVEALED_MS, self, self._again))

    @property
    def is_narrow(self) -> bool:
        """Whether there is room for one side panel only."""
        return self._window.width() < self._window.desk.theme.px(NARROW_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.fit()
        elif watched is self._window.layers and event.type() == QEvent.Type.Show:
            self._on_layers()
        return False

    def fit(self) -> None:
        """Give each part its room; put panels away or back as the window becomes small or large."""
        self._fit_parts()
        px = self._window.desk.theme.px
        width, height = self._window.width(), self._window.height()
        now = (width < px(NARROW_PX), width < px(SLIM_PX), height < px(LOW_PX))
        if now == self._was:
            return
        self._was = now
        window = self._window
        self._put("layers", window.layers, away=now[0])
        self._put("inspector", window.side, away=now[1])
        self._put("bottom", window.bottom, away=now[2])

    def _again(self) -> None:
        self._was = (False, False, False)
        self.fit()

    def _fit_parts(self) -> None:
        window, px = self._window, self._window.desk.theme.px
        window.status.setFixedHeight(px(STATUS_PX))
        window.status.scale.setFixedWidth(px(SCALE_PX))
        window.bottom.setMinimumHeight(min(px(BOTTOM_PX), round(window.height() * BOTTOM_PART)))
        window.side.setMinimumWidth(min(px(SIDE_PX), round(window.width() * SIDE_PART)))
        for label, least in (
            (window.status.geographic, ONE_POSITION_PX),
            (window.status.position, NO_POSITION_PX),
        ):
            if label.isHidden() is not (window.width() < px(least)):
                label.setVisible(window.width() >= px(least))

    def _put(self, name: str, part: QWidget, *, away: bool) -> None:
        if away and not part.isHidden():
            self._away.add(name)
            part.hide()
        elif not away and name in self._away:
            self._away.discard(name)
            part.show()
        self._window.actions_.check(f"view.{name}", not part.isHidden())

    def _on_panel(self, name: str) -> None:
        """A panel that is asked for takes the room of the layers."""
        if self.is_narrow and name != "inspector" and not self._window.layers.isHidden():
            self._put("layers", self._window.layers, away=True)

    def _on_layers(self) -> None:
        """Layers that are asked for take the room of the panel."""
        if self.is_narrow and not self._window.side.isHidden():
            self._put("inspector", self._window.side, away=True)
