"""Splitters by keys: Tab stops at the handle, arrows move it, Home and End give all to one side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

STEP_PX = 24
FAR_PX = 100_000
_KEY = Qt.Key


class SplitterKeys(QObject):
    """Makes the handles of a splitter reachable; each says between what it stands."""

    def __init__(self, splitter: QSplitter, name: Callable[[], str]) -> None:
        super().__init__(splitter)
        self._splitter = splitter
        self._name = name
        for index, handle in enumerate(self.handles):
            before = splitter.widget(index)
            handle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            handle.installEventFilter(self)
            if before is not None:
                QWidget.setTabOrder(_last_stop(before), handle)
        self.say()

    @property
    def handles(self) -> list[QSplitterHandle]:
        """The handles between the parts."""
        return [self._splitter.handle(index) for index in range(1, self._splitter.count())]

    def say(self) -> None:
        """Name the handles in the language of the moment."""
        for handle in self.handles:
            handle.setAccessibleName(self._name())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = self._step_of(Qt.Key(event.key()))
            if step and watched in self.handles:
                self._move(self.handles.index(watched), step)
                return True
        return super().eventFilter(watched, event)

    def _step_of(self, key: Qt.Key) -> int:
        """Return how far the handle goes away from the beginning of the splitter, in pixels."""
        if self._splitter.orientation() == Qt.Orientation.Vertical:
            back, on = _KEY.Key_Up, _KEY.Key_Down
        elif self._splitter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            back, on = _KEY.Key_Right, _KEY.Key_Left
        else:
            back, on = _KEY.Key_Left, _KEY.Key_Right
        steps = {back: -STEP_PX, on: STEP_PX, _KEY.Key_Home: -FAR_PX, _KEY.Key_End: FAR_PX}
        return steps.get(key, 0)

    def _move(self, index: int, step: int) -> None:
        sizes = self._splitter.sizes()
        step = max(-sizes[index], min(step, sizes[index + 1]))
        sizes[index] += step
        sizes[index + 1] -= step
        self._splitter.setSizes(sizes)
        self._splitter.splitterMoved.emit(sum(sizes[: index + 1]), index + 1)


def _last_stop(widget: QWidget) -> QWidget:
    """Return the last widget of a part of the splitter, after which Tab comes to the handle."""
    last, following = widget, widget.nextInFocusChain()
    while following is not None and widget.isAncestorOf(following):
        last, following = following, following.nextInFocusChain()
    return last
