"""Frames with OpenGL: large layers as ids on the GPU, all else by QPainter over them.

Polygons and points of large layers are drawn and coloured in slices on the main thread; lines,
outlines and small layers follow in the painter's thread, where they cost little. Meshes are built
in another thread; what is there is shown while the rest is made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance

from emadina_gis.app.canvas.frames import Frame, FrameRequest, FrameSource
from emadina_gis.app.canvas.gl_context import GlContext
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.app.canvas.worker import Worker
from emadina_gis.domain.geometry import CHUNK_ROWS, Kind
from emadina_gis.errors import EmadinaError, JobCancelled
from emadina_gis.progress import Context
from emadina_gis.render.mesh import cached_mesh, known_mesh
from emadina_gis.render.painter import image_of
from emadina_gis.render.scene import rows_in

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from emadina_gis.render.scene import DrawnLayer, Scene

#: Layers with fewer rows, and views of fewer, are drawn faster by QPainter.
FEWEST_ROWS = 60_000
FEWEST_VISIBLE = 40_000
#: Up to this many rows QPainter draws the first picture while the meshes are built.
MOST_FOR_PAINTER = 300_000
SLICE_S = 0.008
#: Pause before a picture of an unfinished layer is made again with the meshes built meanwhile.
_AGAIN_MS = 350
_LONGEST_AGAIN_MS = 1500


@dataclass(eq=False)
class _Job:
    """A request under way."""

    wanted: FrameRequest
    steps: Iterator[None]
    fills: dict[str, QImage] = field(default_factory=dict)
    complete: bool = True


class GlSource(FrameSource):
    """Draws the newest request.

    Raises
    ------
    GlUnavailable
        Where there is no usable OpenGL.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gl = GlContext(self)
        self._painter = PainterSource(self)
        self._painter.frame_made.connect(self._on_painted)
        self._painter.busy_changed.connect(self._tell_busy)
        self._mesher = Mesher(self)
        self._mesher.ended.connect(self._on_meshes)
        self._job: _Job | None = None
        self._last: FrameRequest | None = None
        self._unfinished: set[FrameRequest] = set()
        self._composed: dict[FrameRequest, FrameRequest] = {}
        self._busy = False
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._run_slice)
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._draw_again)

    def request(self, wanted: FrameRequest) -> None:
        self._last = wanted
        self._again.stop()
        self._again.setInterval(_AGAIN_MS // 2)
        self._begin(wanted)

    def close(self) -> None:
        self._slices.stop()
        self._again.stop()
        self._job = self._last = None
        self._mesher.close()
        self._painter.close()
        self._gl.close()

    def _begin(self, wanted: FrameRequest) -> None:
        job = _Job(wanted, iter(()))
        job.steps = self._steps(job)
        self._job = job
        self._slices.start()
        self._tell_busy()

    def _run_slice(self) -> None:
        job = self._job
        if job is None:
            self._slices.stop()
            return
        end = time.perf_counter() + SLICE_S
        for _ in job.steps:
            if time.perf_counter() > end:
                return
        self._finish(job)

    def _finish(self, job: _Job) -> None:
        self._job = None
        self._slices.stop()
        request = replace(job.wanted, fills=job.fills)
        self._composed = {request: job.wanted}
        self._unfinished = set() if job.complete else {request}
        self._painter.request(request)
        if not job.complete and not self._mesher.is_busy:
            self._draw_again()  # the last meshes came while this picture was under way
        self._tell_busy()

    def _steps(self, job: _Job) -> Iterator[None]:
        """Draw and colour the large layers of a request; yields where it may pause."""
        scene, viewport = job.wanted.scene, job.wanted.viewport
        large: list[DrawnLayer] = []
        for drawn in scene.vectors:
            if drawn.shown_at(viewport.units_per_px) and is_large(scene, drawn, job.wanted):
                large.append(drawn)
            yield
        missing = [chunk for drawn in large for chunk in _without_mesh(scene, drawn)]
        if missing:
            self._mesher.build(scene, large)
            large = [d for d in large if d.layer.table.row_count > MOST_FOR_PAINTER]
            job.complete = not large
            if large:
                self._again.start(min(2 * self._again.interval(), _LONGEST_AGAIN_MS))
        for drawn in large:
            yield from self._layer_steps(job, drawn)
        with self._gl as renderer:
            renderer.forget({drawn.id for drawn in large})

    def _layer_steps(self, job: _Job, drawn: DrawnLayer) -> Iterator[None]:
        with self._gl as renderer:
            renderer.set_mm_per_px(job.wanted.mm_per_px)
            ids = renderer.draw_ids(job.wanted.scene, drawn, job.wanted.viewport)
        yield from self._resumed(ids)
        with self._gl as renderer:
            width, height = renderer.picture_size(drawn)
            pixels = np.empty((height, width, 4), dtype=np.uint8)
            bands = renderer.color_bands(drawn, pixels)
        yield from self._resumed(bands)
        job.fills[drawn.id] = image_of(pixels)

    def _resumed(self, steps: Iterator[float]) -> Iterator[None]:
        """Run steps with the context current during each one only."""
        while True:
            with self._gl:
                if next(steps, None) is None:
                    return
            yield

    def _draw_again(self) -> None:
        """Show what was meshed meanwhile."""
        if self._job is None and self._last is not None:
            self._begin(self._last)

    def _on_meshes(self) -> None:
        if self._again.isActive():
            self._again.stop()
            self._draw_again()
        self._tell_busy()

    def _on_painted(self, frame: Frame) -> None:
        wanted = self._composed.get(frame.request)
        if wanted is None:
            return
        finished = frame.request not in self._unfinished
        self.frame_made.emit(Frame(frame.image, wanted, finished))

    def _tell_busy(self) -> None:
        busy = self._job is not None or self._painter.is_busy or self._again.isActive()
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


def is_large(scene: Scene, drawn: DrawnLayer, wanted: FrameRequest) -> bool:
    """Whether the GPU draws this layer in this view faster than QPainter."""
    if drawn.layer.table.row_count < FEWEST_ROWS:
        return False
    kind = drawn.layer.table.main_kind
    if kind not in {Kind.POLYGON, Kind.POINT} or not drawn.fill_colors[:, 3].any():
        return False
    seen = 0
    for _, chunk in scene.known_chunks(drawn):
        seen += CHUNK_ROWS if chunk is None else len(rows_in(chunk, wanted.viewport.extent, kind))
        if seen > FEWEST_VISIBLE:
            return True
    return False


def _without_mesh(scene: Scene, drawn: DrawnLayer) -> Iterator[object]:
    for _, chunk in scene.known_chunks(drawn):
        if chunk is None or known_mesh(scene.cache, chunk) is None:
            yield chunk


class _MeshRun:
    def __init__(self, scene: Scene, layers: list[DrawnLayer], ended: SignalInstance) -> None:
        self.scene = scene
        self.ctx = Context()
        self._layers = layers
        self._ended = ended

    def run(self) -> None:
        try:
            for drawn in self._layers:
                for _, chunk in self.scene.chunks(drawn):
                    self.ctx.check()
                    cached_mesh(self.scene.cache, chunk)
        except (JobCancelled, EmadinaError):
            pass
        finally:
            self._ended.emit(self)


class Mesher(QObject):
    """Builds meshes in a thread of its own, for the newest scene."""

    ended = Signal()
    _run_ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self)
        self._running: _MeshRun | None = None
        self._waiting: tuple[Scene, list[DrawnLayer]] | None = None
        self._run_ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether meshes are being built."""
        return self._running is not None

    def build(self, scene: Scene, layers: list[DrawnLayer]) -> None:
        """Build what is missing in some layers."""
        if self._running is None:
            self._running = _MeshRun(scene, layers, self._run_ended)
            self._worker.start(self._running.run)
        elif self._running.scene is not scene:
            self._waiting = (scene, layers)
            self._running.ctx.cancel()

    def close(self) -> None:
        """Stop and wait."""
        self._run_ended.disconnect(self._on_ended)
        if self._running is not None:
            self._running.ctx.cancel()
        self._worker.close()
        self._running = self._waiting = None

    def _on_ended(self, run: _MeshRun) -> None:
        if run is not self._running:
            return
        self._running = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.build(*waiting)
        else:
            self.ended.emit()
