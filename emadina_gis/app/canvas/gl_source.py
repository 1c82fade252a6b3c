"""Frames with OpenGL: large layers on the GPU, all else by QPainter around them.

Large layers are drawn in slices on the main thread; dashes, patterns and small layers follow in the
painter's thread, where they cost little. Meshes are built in another thread; what is there is shown
while the rest is made.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from emadina_gis.app.canvas.frames import Frame, FrameRequest, FrameSource
from emadina_gis.app.canvas.gl_context import GlContext
from emadina_gis.app.canvas.layer_drawing import ColoredIds, HeldPicture, LayerDrawing
from emadina_gis.app.canvas.painter_source import PainterSource
from emadina_gis.app.canvas.worker import Worker
from emadina_gis.domain.geometry import CHUNK_ROWS, Kind
from emadina_gis.errors import EmadinaError, JobCancelled
from emadina_gis.progress import Context
from emadina_gis.render.gl.board import TINY_PX
from emadina_gis.render.mesh import cached_mesh, cached_sketch, is_drawable
from emadina_gis.render.rings import cached_box, cached_size
from emadina_gis.render.scene import rows_in
from emadina_gis.render.solid_lines import solid_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from collections.abc import Set as AbstractSet

    from PySide6.QtGui import QImage

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.render.id_samples import IdSamples
    from emadina_gis.render.scene import DrawnLayer, Scene

#: Layers with fewer rows, and views of fewer, are drawn as fast and finer by QPainter.
FEWEST_ROWS = 2_000
FEWEST_VISIBLE = 1_500
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
    steps: Generator[None, None, None] = field(init=False)
    fills: dict[str, QImage] = field(default_factory=dict)
    ids: dict[str, ColoredIds] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    complete: bool = True
    meshes_came: bool = False


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
        self._mesher.sketched.connect(self._on_meshes)
        self._mesher.ended.connect(self._on_meshes)
        self._job: _Job | None = None
        self._last: FrameRequest | None = None
        self._unfinished: set[FrameRequest] = set()
        self._held: dict[str, HeldPicture] = {}
        self._composed: dict[FrameRequest, FrameRequest] = {}
        self._busy = False
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._run_slice)
        self._keeping: Iterator[None] = iter(())
        self._keep = QTimer(self, interval=0)
        self._keep.timeout.connect(self._run_keeping)
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._draw_again)

    def request(self, wanted: FrameRequest) -> None:
        self._mesher.leave_unless(wanted.scene)
        self._last = wanted
        self._again.stop()
        self._again.setInterval(_AGAIN_MS // 2)
        self._begin(wanted)
        if wanted.is_wide:  # no hand is on it: what can be had at once is
            self._run_slice()

    @property
    def is_preparing(self) -> bool:
        return self._mesher.is_busy

    def close(self) -> None:
        for timer in (self._slices, self._keep, self._again):
            timer.stop()
        self._job = self._last = None
        self._mesher.close()
        self._painter.close()
        self._gl.close()

    def _begin(self, wanted: FrameRequest) -> None:
        if self._job is not None:
            self._job.steps.close()  # its frame and the job hold each other, and both the layers
        job = _Job(wanted)
        job.steps = self._steps(job)
        self._job = job
        self._keep.stop()
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
        request = replace(
            job.wanted,
            fills=job.fills,
            ids=job.ids,
            is_rough=bool(job.ids),
            whole=frozenset(job.whole),
        )
        self._composed = {request: job.wanted}
        self._unfinished = set() if job.complete else {request}
        self._painter.request(request)
        if job.complete:
            self._again.stop()
        elif job.meshes_came:
            self._draw_again()
        self._tell_busy()

    def _steps(self, job: _Job) -> Generator[None, None, None]:
        """Draw and colour the large layers of a request; yields where it may pause."""
        scene, viewport = job.wanted.scene, job.wanted.viewport
        large: list[DrawnLayer] = []
        for layer in scene.vectors:
            drawn = layer.at(viewport.units_per_px)
            if drawn.shown_at(viewport.units_per_px) and is_large(scene, drawn, job.wanted):
                large.append(drawn)
            yield
        if any(not has_meshes(scene, drawn, viewport) for drawn in large):
            self._mesher.build(scene, large, viewport.extent)
            large = [d for d in large if d.layer.table.row_count > MOST_FOR_PAINTER]
            job.complete = not large
            if large:
                self._again.start(min(2 * self._again.interval(), _LONGEST_AGAIN_MS))
        for drawn in large:
            yield from self._layer_steps(job, drawn)
        shown = {drawn.id for drawn in large}
        self._held = {name: held for name, held in self._held.items() if name in shown}
        with self._gl as renderer:
            renderer.forget(shown)

    def _layer_steps(self, job: _Job, drawn: DrawnLayer) -> Iterator[None]:
        """Draw a layer, with its lines where they are solid: others are the painter's.

        Of a view that moved only what the last picture does not hold is drawn.
        """
        scene, viewport = job.wanted.scene, job.wanted.viewport
        lines = solid_lines(scene, drawn, viewport, job.wanted.mm_per_px)
        ids = None if lines or not job.complete else self._kept_ids(scene, drawn, viewport)
        if ids is not None:
            job.ids[drawn.id] = ColoredIds(scene, drawn, viewport, ids)
            return
        drawing = LayerDrawing(scene, drawn, viewport, lines or (), at_rest=job.wanted.is_wide)
        with self._gl as renderer:
            renderer.fills.set_mm_per_px(job.wanted.mm_per_px)
        held = self._held.get(drawn.id) if job.complete else None
        yield from drawing.steps(self._gl, held)
        job.fills[drawn.id] = drawing.image
        if job.complete:
            self._held[drawn.id] = drawing.held
        if lines is not None:
            job.whole.add(drawn.id)

    def _kept_ids(self, scene: Scene, drawn: DrawnLayer, viewport: Viewport) -> IdSamples | None:
        """Return the ids of a view that rests: another colour needs no drawing."""
        with self._gl as renderer:
            return renderer.fills.samples(scene, drawn, viewport)

    def _keep_ids(self, frame: Frame) -> None:
        """Read the ids of a picture at rest, when there is nothing else to do."""
        for name, ids in frame.request.ids.items():
            self._held[name] = ids.held
        if self._job is None and frame.request.is_wide:
            self._keeping = self._keeping_steps(list(frame.request.fills))
            self._keep.start()

    def _keeping_steps(self, layers: list[str]) -> Iterator[None]:
        for name in layers:
            with self._gl as renderer:
                steps = renderer.fills.keep_samples(name)
            yield from self._gl.stepped(steps)

    def _run_keeping(self) -> None:
        if next(self._keeping, self._keeping) is self._keeping:
            self._keep.stop()

    def _draw_again(self) -> None:
        """Show what was meshed meanwhile."""
        if self._job is None and self._last is not None:
            self._begin(self._last)

    def _on_meshes(self) -> None:
        if self._job is not None:
            self._job.meshes_came = True
        elif self._again.isActive():  # it goes on until a picture is complete
            self._draw_again()
        self._tell_busy()

    def _on_painted(self, frame: Frame) -> None:
        wanted = self._composed.get(frame.request)
        if wanted is None:
            return
        is_rough = frame.request.is_rough
        finished = not (is_rough or frame.request in self._unfinished)
        if finished:
            self._keep_ids(frame)
        elif is_rough:
            finer = replace(frame.request, is_rough=False)
            self._composed[finer] = wanted
            self._painter.request(finer)
        self.frame_made.emit(Frame(frame.image, wanted, finished))

    def _tell_busy(self) -> None:
        busy = self._job is not None or self._painter.is_busy or self._again.isActive()
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


def is_large(scene: Scene, drawn: DrawnLayer, wanted: FrameRequest) -> bool:
    """Whether the GPU draws this layer in this view faster than QPainter."""
    if drawn.layer.table.row_count < FEWEST_ROWS or not _can_draw(scene, drawn, wanted):
        return False
    kind = drawn.layer.table.main_kind
    seen = 0
    for _, chunk in scene.known_chunks(drawn):
        seen += CHUNK_ROWS if chunk is None else _seen(scene, chunk, wanted, kind)
        if seen > FEWEST_VISIBLE:
            return True
    return False


def _seen(scene: Scene, chunk: GeometryChunk, wanted: FrameRequest, kind: Kind) -> int:
    extent = wanted.viewport.extent
    if not cached_box(scene.cache, chunk).intersects(extent):
        return 0
    return len(rows_in(chunk, extent, kind))


def _can_draw(scene: Scene, drawn: DrawnLayer, wanted: FrameRequest) -> bool:
    """Whether the GPU draws what takes the painter long: fills, or lines that are solid."""
    kind = drawn.layer.table.main_kind
    if kind is Kind.POINT:
        return drawn.has_one_marker and bool(drawn.shows_marks.any())
    if kind is Kind.POLYGON and drawn.fill_colors[:, 3].any():
        return True
    return solid_lines(scene, drawn, wanted.viewport, wanted.mm_per_px) is not None


def has_meshes(scene: Scene, drawn: DrawnLayer, viewport: Viewport) -> bool:
    """Whether all that a view draws of a layer is there as fine as it needs it."""
    smallest = TINY_PX * viewport.units_per_px
    return all(
        chunk is not None
        and (
            is_drawable(scene.cache, chunk, smallest)
            or not cached_box(scene.cache, chunk).intersects(viewport.extent)
        )
        for _, chunk in scene.known_chunks(drawn)
    )


class _MeshRun:
    """Sketches of all chunks, then their meshes, each time those in view first."""

    def __init__(
        self, scene: Scene, layers: list[DrawnLayer], extent: Extent, mesher: Mesher
    ) -> None:
        self.scene = scene
        self.ctx = Context()
        self._layers = layers
        self._extent = extent
        self._mesher = mesher

    def run(self) -> None:
        try:
            chunks = self._chunks()
            self._make(cached_sketch, chunks)
            self._mesher.run_sketched.emit(self)
            self._make(cached_mesh, chunks)
        except (JobCancelled, EmadinaError):
            pass
        finally:
            self._mesher.run_ended.emit(self)

    def is_for(self, shown: AbstractSet[object]) -> bool:
        """Whether one of the layers has geometry that is shown."""
        return any(drawn.layer.table.geometry in shown for drawn in self._layers)

    def _chunks(self) -> list[GeometryChunk]:
        found = []
        for drawn in self._layers:
            for _, chunk in self.scene.chunks(drawn):
                self.ctx.check()
                cached_box(self.scene.cache, chunk)  # the main thread asks for both
                cached_size(self.scene.cache, chunk)
                found.append(chunk)
        cache = self.scene.cache
        return sorted(found, key=lambda one: not cached_box(cache, one).intersects(self._extent))

    def _make(
        self, make: Callable[[DerivedCache, GeometryChunk], object], chunks: list[GeometryChunk]
    ) -> None:
        for chunk in chunks:
            self.ctx.check()
            make(self.scene.cache, chunk)


class Mesher(QObject):
    """Builds meshes in a thread of its own, for the newest scene.

    Signals
    -------
    sketched(), ended()
        What far views need is there; everything is there.
    run_sketched(_MeshRun), run_ended(_MeshRun)
        The same, from the thread.
    """

    sketched = Signal()
    ended = Signal()
    run_sketched = Signal(object)
    run_ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self, gives_way=True)
        self._running: _MeshRun | None = None
        self._waiting: tuple[Scene, list[DrawnLayer], Extent] | None = None
        self.run_sketched.connect(self._on_sketched, Qt.ConnectionType.QueuedConnection)
        self.run_ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether meshes are being built."""
        return self._running is not None

    def build(self, scene: Scene, layers: list[DrawnLayer], extent: Extent) -> None:
        """Build what is missing in some layers, first what lies in an extent."""
        if self._running is None:
            self._running = _MeshRun(scene, layers, extent, self)
            self._worker.start(self._running.run)
        elif self._running.scene is not scene:
            self._waiting = (scene, layers, extent)
            self._running.ctx.cancel()

    def leave_unless(self, scene: Scene) -> None:
        """Stop working for layers that a scene does not hold any more."""
        shown = {drawn.layer.table.geometry for drawn in scene.vectors}
        if self._running is not None and not self._running.is_for(shown):
            self._waiting = None
            self._running.ctx.cancel()

    def close(self) -> None:
        """Stop and wait."""
        self.run_sketched.disconnect(self._on_sketched)
        self.run_ended.disconnect(self._on_ended)
        if self._running is not None:
            self._running.ctx.cancel()
        self._worker.close()
        self._running = self._waiting = None

    def _on_sketched(self, run: _MeshRun) -> None:
        if run is self._running and self._waiting is None:
            self.sketched.emit()

    def _on_ended(self, run: _MeshRun) -> None:
        if run is not self._running:
            return
        self._running = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.build(*waiting)
        else:
            self.ended.emit()
