"""A hand on the canvas and an eye on the screen.

Events are Qt's own, sent to the canvas as the window system would. A picture is on the screen when
the canvas was painted and the window's backing store was flushed: that stands for ``frameSwapped``
of a canvas that is composed of pixels (a canvas with that signal is timed by it). Painting and
flushing happen in one event of the window; the eye's own event, posted while the canvas paints, is
the next to be delivered, and its time is the picture's.
"""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

#: Events of a hand come so often at most; the hand never waits for the picture before.
PACE_S = 0.033
LONGEST_S = 60.0
#: A gesture that no picture follows counts as so long.
MISSED_S = 2.0
#: A picture is final when nothing has changed for so long.
QUIET_S = 0.4
#: Every so many pixels are looked at.
STRIDE_PX = 5
#: The strip of the busy sign is not the picture.
TOP_PX = 8
_LOOK = QEvent.Type(QEvent.registerEventType())
_FIRST = Qt.EventPriority.HighEventPriority.value
_NONE, _LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
_PLAIN = Qt.KeyboardModifier.NoModifier


class Eye(QObject):
    """When pictures came to the screen, and what they show.

    Attributes
    ----------
    shown_s : float
        When the last picture was on the screen.
    count : int
        How many came.
    finished_s : float
        When the canvas said that a finished picture of the present view was there.
    """

    def __init__(self, canvas):
        super().__init__()
        self._canvas = canvas
        self.shown_s = self.finished_s = 0.0
        self.count = 0
        self._finished = False
        canvas.frame_drawn.connect(self._on_finished)
        self.watch(canvas)

    def watch(self, canvas):
        """Look at another canvas too."""
        swapped = getattr(canvas, "frameSwapped", None)
        if swapped is None:
            canvas.installEventFilter(self)
        else:
            swapped.connect(self._on_shown)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            QCoreApplication.postEvent(self, QEvent(_LOOK), _FIRST)
        return False

    def event(self, event):
        if event.type() == _LOOK:
            self._on_shown()
            return True
        return super().event(event)

    @property
    def awaits_finished(self):
        """Whether a finished picture is there that is not on the screen yet."""
        return self._finished

    def _on_finished(self):
        self._finished = True

    def _on_shown(self):
        self.shown_s = time.perf_counter()
        self.count += 1
        if self._finished:
            self._finished = False
            self.finished_s = self.shown_s

    def seen(self):
        """Return some pixels of what is on the screen, shape (h, w), one number each."""
        window = self._canvas.window()
        store = window.backingStore().paintDevice()
        picture = store if isinstance(store, QImage) else self._canvas.grab().toImage()
        corner = self._canvas.mapTo(window, QPoint()) if picture is store else QPoint()
        wide = picture.bytesPerLine() // 4
        pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), wide)
        top, left = corner.y() + TOP_PX, corner.x()
        height, width = self._canvas.height() - TOP_PX, self._canvas.width()
        part = pixels[top : top + height : STRIDE_PX, left : left + width : STRIDE_PX]
        return part.copy()


class Hand:
    """Sends events to the canvas and says how long the picture took, in seconds.

    Parameters
    ----------
    canvas : MapCanvas
        Where the picture is looked at.
    eye : Eye
        One that looks at it already.
    target : QWidget
        What the events are sent to: the canvas, or something that lies over it.
    """

    def __init__(self, canvas, eye=None, target=None):
        self.canvas = canvas
        self.eye = eye or Eye(canvas)
        self._target = target or canvas
        self._pressed = _NONE

    # --- events -------------------------------------------------------------------------------

    def wheel(self, at, steps):
        """Turn the wheel."""
        place = QPointF(self._target.mapToGlobal(at.toPoint()))
        angle, phase = QPoint(0, round(120 * steps)), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(at, place, QPoint(), angle, self._pressed, _PLAIN, phase, False)
        QApplication.sendEvent(self._target, event)

    def press(self, at, button=_LEFT, modifiers=_PLAIN):
        """Press a button of the mouse."""
        self._pressed = button
        self._mouse(QEvent.Type.MouseButtonPress, at, button, modifiers)

    def move(self, at, modifiers=_PLAIN):
        """Move the mouse."""
        self._mouse(QEvent.Type.MouseMove, at, _NONE, modifiers)

    def release(self, at, modifiers=_PLAIN):
        """Let the button go."""
        button, self._pressed = self._pressed, _NONE
        self._mouse(QEvent.Type.MouseButtonRelease, at, button, modifiers)

    def click(self, at, modifiers=_PLAIN):
        """Press and release at one place."""
        self.press(at, modifiers=modifiers)
        self.release(at, modifiers=modifiers)

    def _mouse(self, kind, at, button, modifiers):
        place = QPointF(self._target.mapToGlobal(at.toPoint()))
        event = QMouseEvent(kind, at, place, button, self._pressed, modifiers)
        QApplication.sendEvent(self._target, event)

    # --- timing -------------------------------------------------------------------------------

    def paced(self, gestures):
        """Do gestures at the pace of a hand; return how long each waited for its picture.

        A gesture is counted from when it was due: what keeps the main thread then is counted too.
        """
        waited, due = [], time.perf_counter()
        for gesture in gestures:
            due = max(due + PACE_S, time.perf_counter())
            pump_until(lambda due=due: time.perf_counter() >= due)
            count = self.eye.count
            gesture()
            pump_until(lambda count=count: self.eye.count > count, MISSED_S)
            if self.eye.count == count:
                waited.append(MISSED_S)
                continue
            waited.append(self.eye.shown_s - due)
        return waited

    def until_finished(self, begun_s):
        """Return how long after `begun_s` the finished picture was on the screen."""
        eye = self.eye
        pump_until(
            lambda: eye.finished_s > begun_s and not (self.canvas.is_busy or eye.awaits_finished)
        )
        return self.eye.finished_s - begun_s

    def until_changed(self, act):
        """Act; return how long the first other picture took, and the last one after it."""
        before, begun_s = self.eye.seen(), time.perf_counter()
        act()
        first_s = last_s = None
        count = self.eye.count
        while first_s is None or self.canvas.is_busy or time.perf_counter() < last_s + QUIET_S:
            _turn()
            if time.perf_counter() > begun_s + LONGEST_S:
                break
            if self.eye.count == count:
                continue
            count, now = self.eye.count, self.eye.seen()
            if not np.array_equal(now, before):
                first_s = first_s or self.eye.shown_s
                last_s, before = self.eye.shown_s, now
        if first_s is None:
            return LONGEST_S, 0.0
        return first_s - begun_s, last_s - first_s

    def settle(self):
        """Wait until nothing moves any more."""
        pump_until(lambda: not self.canvas.is_busy)
        self.until_quiet()

    def until_quiet(self):
        """Wait until no picture has come for a while."""
        count, since_s = self.eye.count, time.perf_counter()
        end_s = since_s + LONGEST_S
        while time.perf_counter() < min(since_s + QUIET_S, end_s) or self.canvas.is_busy:
            _turn()
            if self.eye.count != count:
                count, since_s = self.eye.count, time.perf_counter()


def pump_until(is_done, longest_s=LONGEST_S):
    """Let the event loop turn until something is so."""
    end_s = time.perf_counter() + longest_s
    while not is_done() and time.perf_counter() < end_s:
        _turn()


def _turn():
    """One turn of the event loop; Python's lock is free while there is nothing to do."""
    QCoreApplication.processEvents()
    time.sleep(0.0002)
