"""Frames by QPainter in a thread: for machines and platforms without OpenGL."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from emadina_gis.app.canvas.frames import Frame, FrameRequest, FrameSource
from emadina_gis.app.canvas.worker import Worker
from emadina_gis.domain.viewport import MM_PER_INCH
from emadina_gis.errors import EmadinaError, JobCancelled
from emadina_gis.progress import Context
from emadina_gis.render.painter import LayerPictures, Reuse, render_image

Make = Callable[[FrameRequest, Context], object]
log = logging.getLogger(__name__)
#: A running picture is dropped when the scale has changed by more than this factor.
_WORTH_FINISHING = 1.5


class FrameDrawer:
    """Draws frames, keeping pictures of layers that do not change."""

    def __init__(self) -> None:
        self._pictures = LayerPictures()

    def __call__(self, wanted: FrameRequest, ctx: Context) -> Frame:
        """Return the frame of a request."""
        colored = {
            name: ids.rough if wanted.is_rough else ids.image for name, ids in wanted.ids.items()
        }
        image = render_image(
            wanted.scene,
            wanted.viewport,
            MM_PER_INCH / wanted.mm_per_px,
            background=wanted.background,
            reuse=Reuse({**wanted.fills, **colored}, self._pictures, wanted.whole),
            ctx=ctx,
        )
        return Frame(image, wanted)


class _Answers(QObject):
    made = Signal(object)
    ended = Signal(object)


class _Drawing:
    def __init__(self, wanted: FrameRequest, make: Make, answers: _Answers) -> None:
        self.wanted = wanted
        self.ctx = Context()
        self._make = make
        self._answers = answers

    def run(self) -> None:
        try:
            self._answers.made.emit(self._make(self.wanted, self.ctx))
        except JobCancelled:
            pass
        except EmadinaError:
            log.exception("the map could not be drawn")
        finally:
            self._answers.ended.emit(self)


class PainterSource(FrameSource):
    """Draws one request at a time in a thread of its own; the newest waits, older are dropped.

    Parameters
    ----------
    make : callable
        Makes the answer of a request in the thread (a frame by default); `frame_made` carries it.
    """

    def __init__(self, parent: QObject | None = None, make: Make | None = None) -> None:
        super().__init__(parent)
        self._make = FrameDrawer() if make is None else make
        self._worker = Worker(self)
        self._answers = _Answers()
        queued = Qt.ConnectionType.QueuedConnection
        self._answers.made.connect(self._on_made, queued)
        self._answers.ended.connect(self._on_ended, queued)
        self._running: _Drawing | None = None
        self._waiting: FrameRequest | None = None
        self._is_closed = False

    def request(self, wanted: FrameRequest) -> None:
        if self._is_closed:  # a picture that was on its way asks for its labels
            return
        running = self._running
        if running is None:
            self._start(wanted)
            return
        self._waiting = wanted
        if _outdated(running.wanted, wanted):
            running.ctx.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether something is being drawn."""
        return self._running is not None

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self._waiting = None
        if self._running is not None:
            self._running.ctx.cancel()
        self._worker.close()
        self._answers.made.disconnect(self._on_made)
        self._answers.ended.disconnect(self._on_ended)
        self._running = None

    def _start(self, wanted: FrameRequest) -> None:
        self._running = _Drawing(wanted, self._make, self._answers)
        self.busy_changed.emit(True)
        self._worker.start(self._running.run)

    def _on_made(self, answer: object) -> None:
        self.frame_made.emit(answer)

    def _on_ended(self, drawing: _Drawing) -> None:
        if drawing is not self._running:
            return
        self._running = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._start(waiting)
        else:
            self.busy_changed.emit(False)


def _outdated(running: FrameRequest, wanted: FrameRequest) -> bool:
    """Whether a running picture is of no use any more."""
    change = running.viewport.units_per_px / wanted.viewport.units_per_px
    return (
        running.is_wide  # nobody waits for it
        or running.scene is not wanted.scene
        or running.background != wanted.background
        or not 1 / _WORTH_FINISHING < change < _WORTH_FINISHING
        or not running.viewport.extent.intersects(wanted.viewport.extent)
    )
