"""The picture of the map: asked for when the view or the scene changes, shown moved meanwhile.

The window alone is drawn first; once the hand rests, a picture with a margin takes its place, so
that the next movement has something to show at the borders.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from emadina_gis.app.canvas.frames import Frame, FrameRequest, FrameSource, padded, paint_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from emadina_gis.domain.viewport import Viewport

#: Around the window, in logical pixels.
MARGIN_PX = 96
#: How long the hand rests before the margin is drawn.
_REST_MS = 120


class Pictures(QObject):
    """Asks a source for frames; the newest request wins.

    Signals
    -------
    changed()
        There is something new to paint.
    finished(FrameRequest)
        The picture that was asked for is there; the request is of the window alone.

    Parameters
    ----------
    source : FrameSource
        Makes the frames.
    wanted : callable
        Gives the request for the window as it is, or None while it is not shown.
    """

    changed = Signal()
    finished = Signal(object)

    def __init__(
        self, parent: QObject, source: FrameSource, wanted: Callable[[], FrameRequest | None]
    ) -> None:
        super().__init__(parent)
        self.source = source
        self._wanted = wanted
        self._frame: Frame | None = None
        self._awaited: FrameRequest | None = None
        self._window: FrameRequest | None = None
        self._is_closed = False
        source.frame_made.connect(self._on_frame)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._request)
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._request_wide)

    @property
    def is_busy(self) -> bool:
        """Whether the picture of the present view is still being made."""
        return self._awaited is not None or self._soon.isActive()

    def ask(self) -> None:
        """Ask for another picture once all that happens now has happened."""
        self._rest.stop()
        if not (self._soon.isActive() or self._is_closed):
            self._soon.start()

    def ask_at_once(self) -> None:
        """Ask for another picture now where the view rests: only what is in it has changed."""
        if self._frame is None or self._awaited is not None or self._soon.isActive():
            self.ask()
        else:
            self._rest.stop()
            self._request()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the last frame where it lies in a view."""
        if self._frame is not None:
            paint_frame(painter, self._frame, viewport)

    def covers(self, viewport: Viewport) -> bool:
        """Whether the last frame leaves nothing of a view open."""
        return self._frame is not None and self._frame.covers(viewport)

    def close(self) -> None:
        """Stop; the last picture stays."""
        self._is_closed = True
        self._soon.stop()
        self._rest.stop()
        self.source.close()

    def _request(self) -> None:
        window = self._wanted()
        if window is None:
            return
        self._window = window
        wide = _wide(window)
        # Another scene in a view that rests: what was kept for it is kept with its margin.
        is_at_rest = self._frame is not None and self._frame.request.viewport == wide.viewport
        self._awaited = wide if is_at_rest else window
        self.source.request(self._awaited)

    def _request_wide(self) -> None:
        if self._window is not None and not self.is_busy:
            self.source.request(_wide(self._window))

    def _on_frame(self, frame: Frame) -> None:
        if self._is_closed:  # it was on its way
            return
        self._frame = frame
        if frame.finished and frame.request is self._awaited:
            self._awaited = None
            if not frame.request.is_wide:
                self._rest.start()
            self.finished.emit(self._window)
        self.changed.emit()


def _wide(window: FrameRequest) -> FrameRequest:
    view = padded(window.viewport, round(MARGIN_PX * window.ratio))
    return replace(window, viewport=view, is_wide=True)
