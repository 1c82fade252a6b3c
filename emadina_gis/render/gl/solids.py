"""``SolidRenderer``: pictures of a `MassingScene` by OpenGL, with depth, into memory.

What stands is opaque; what may be built is a veil over it, whose nearest surface only is seen. The
caller keeps the context current. Works in any context; all can be made again from the scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.mesh import LineMesh, TriangleMesh
    from emadina_gis.render.massing.scene import MassingScene

#: Colours a palette may hold.
PALETTE = 16
SAMPLES = 4
#: Vertices drawn in one step; software OpenGL takes some milliseconds for them.
STEP_VERTICES = 60_000
#: How much nearer edges are drawn than their surfaces, and the veil than what it covers.
EDGE_LIFT, VEIL_LIFT = 2e-5, 1e-5
#: Lines are full where a pixel is this many metres, and fade as it grows; then they are left out.
FULL_LINES_M = 0.35
FAINTEST, LEAST_VEIL_LINES = 0.1, 0.25

SOLID_VERTEX = """
#version 330
uniform mat4 clip;
uniform vec4 palette[16];
uniform float lift;
uniform float strength;
in vec3 position;
in uint mark;
out vec4 tone;
void main() {
    gl_Position = clip * vec4(position, 1.0);
    gl_Position.z -= lift * gl_Position.w;
    vec4 flatly = palette[mark & 255u];
    float shade = float((mark >> 8u) & 255u) / 255.0;
    tone = vec4(flatly.rgb * shade, flatly.a * strength);
}
"""

SOLID_FRAGMENT = """
#version 330
in vec4 tone;
out vec4 color;
void main() { color = tone; }
"""


@dataclass(eq=False)
class _Uploaded:
    """A scene on the GPU: vertex arrays by name (None where there is nothing) and their lengths."""

    arrays: dict[str, tuple[Any, int]]
    buffers: list[Any]


class SolidRenderer:
    """Draws scenes of volumes in one OpenGL context.

    Parameters
    ----------
    context : moderngl.Context
    """

    def __init__(self, context: Any) -> None:
        self._gl = context
        self._program = context.program(vertex_shader=SOLID_VERTEX, fragment_shader=SOLID_FRAGMENT)
        self._scenes: WeakKeyDictionary[MassingScene, _Uploaded] = WeakKeyDictionary()
        self._targets: dict[tuple[int, int, int], tuple[Any, Any]] = {}
        self._samples = min(SAMPLES, context.max_samples)

    @property
    def renderer_name(self) -> str:
        """What draws: the name of the GPU or of the software renderer."""
        return str(self._gl.info["GL_RENDERER"])

    def draw(
        self,
        scene: MassingScene,
        camera: Camera,
        palette: NDArray[np.float32],
        *,
        fine: bool = True,
    ) -> NDArray[np.uint8]:
        """Return a picture, opaque RGBA, first row on top; see `draw_steps`."""
        pixels = np.empty((camera.height_px, camera.width_px, 4), dtype=np.uint8)
        for _ in self.draw_steps(scene, camera, palette, pixels, fine=fine):
            continue
        return pixels

    def draw_steps(
        self,
        scene: MassingScene,
        camera: Camera,
        palette: NDArray[np.float32],
        pixels: NDArray[np.uint8],
        *,
        fine: bool = True,
    ) -> Iterator[None]:
        """Draw a picture into memory in short steps: the window stays awake between them.

        Parameters
        ----------
        scene : MassingScene
        camera : Camera
            Its size is the picture's.
        palette : ndarray of float32, shape (k, 4)
            Colours by `Tone`, not premultiplied, in [0, 1]; the first is the background.
        pixels : ndarray of uint8, shape (height, width, 4)
            Filled at the end: opaque RGBA, first row on top.
        fine : bool
            Smooth edges; without, a picture is made in less time.
        """
        size = camera.width_px, camera.height_px
        drawn, read = self._target(size, self._samples if fine else 0)
        held = self._on_gpu(scene)
        yield
        self._prepare(drawn, scene, camera, palette)
        strength = _line_strength(camera.metres_per_px)
        yield from self._draw_ground(held, strength)
        yield from self._draw_solids(held, strength)
        if drawn is not read:
            self._gl.copy_framebuffer(read, drawn)
        read.read_into(pixels, components=4, alignment=1)

    def _prepare(
        self, target: Any, scene: MassingScene, camera: Camera, palette: NDArray[np.float32]
    ) -> None:
        target.use()
        background = palette[0]
        target.clear(*(float(value) for value in background[:3]), 1.0, depth=1.0)
        reach = scene.radius_m + float(np.linalg.norm(camera.target))
        clip = camera.matrix(max(reach, camera.span_m))
        flipped = np.diag([1.0, -1.0, 1.0, 1.0]) @ clip  # the first row read back is the top one
        colors = np.zeros((PALETTE, 4), dtype=np.float32)
        colors[: len(palette)] = palette
        self._program["clip"].write(np.ascontiguousarray(flipped.T, dtype=np.float32))
        self._program["palette"].write(colors)
        self._gl.enable(self._gl.BLEND)
        self._gl.blend_func = (self._gl.SRC_ALPHA, self._gl.ONE_MINUS_SRC_ALPHA)

    def _draw_ground(self, held: _Uploaded, strength: float) -> Iterator[None]:
        """Draw what is flat in its order, without depth."""
        self._gl.disable(self._gl.DEPTH_TEST)
        self._set(lift=0.0, strength=1.0)
        yield from self._render(held, "ground")
        self._set(lift=0.0, strength=strength)
        yield from self._render(held, "ground_lines")

    def _draw_solids(self, held: _Uploaded, strength: float) -> Iterator[None]:
        gl = self._gl
        gl.enable(gl.DEPTH_TEST)
        gl.depth_func = "<="
        self._set(lift=0.0, strength=1.0)
        yield from self._render(held, "existing")
        self._set(lift=EDGE_LIFT, strength=strength)
        yield from self._render(held, "existing_lines")
        # Walls of what stands lie in those of what may be built: the veil is the nearer of both.
        self._set(lift=VEIL_LIFT, strength=1.0)
        yield from self._veil(held)
        self._set(lift=VEIL_LIFT + EDGE_LIFT, strength=max(strength, LEAST_VEIL_LINES))
        yield from self._render(held, "allowed_lines")

    def _veil(self, held: _Uploaded) -> Iterator[None]:
        """Draw the nearest surface of what may be built: first its depth, then its colour."""
        target = self._gl.fbo
        target.color_mask = (False, False, False, False)
        yield from self._render(held, "allowed")
        target.color_mask = (True, True, True, True)
        yield from self._render(held, "allowed")

    def _set(self, *, lift: float, strength: float) -> None:
        """Bring what follows a little towards the eye, and say how strong its colours are."""
        self._program["lift"].value = lift
        self._program["strength"].value = strength

    def _render(self, held: _Uploaded, name: str) -> Iterator[None]:
        """Draw a part of the scene, so much at a time."""
        array, count = held.arrays[name]
        is_line = name.endswith("_lines")
        if array is None or (is_line and self._program["strength"].value < FAINTEST):
            return
        mode = self._gl.LINES if is_line else self._gl.TRIANGLES
        for first in range(0, count, STEP_VERTICES):
            array.render(mode, vertices=min(STEP_VERTICES, count - first), first=first)
            self._gl.finish()
            yield

    def _on_gpu(self, scene: MassingScene) -> _Uploaded:
        found = self._scenes.get(scene)
        if found is None:
            found = _Uploaded({}, [])
            for name in ("ground", "existing", "allowed"):
                mesh: TriangleMesh = getattr(scene, name)
                array = self._upload(found, mesh, mesh.triangles)
                found.arrays[name] = (array, mesh.triangles.size)
            for name in ("ground_lines", "existing_lines", "allowed_lines"):
                lines: LineMesh = getattr(scene, name)
                found.arrays[name] = (self._upload(found, lines, None), len(lines.positions))
            self._scenes[scene] = found
            self._gl.gc()
        return found

    def _upload(
        self,
        held: _Uploaded,
        mesh: TriangleMesh | LineMesh,
        triangles: NDArray[np.uint32] | None,
    ) -> Any:
        if not len(mesh.positions) or (triangles is not None and not len(triangles)):
            return None
        positions = self._gl.buffer(np.ascontiguousarray(mesh.positions))
        marks = self._gl.buffer(np.ascontiguousarray(mesh.marks))
        index = None if triangles is None else self._gl.buffer(np.ascontiguousarray(triangles))
        held.buffers += [positions, marks, index]
        content = [(positions, "3f4", "position"), (marks, "1u4", "mark")]
        return self._gl.vertex_array(self._program, content, index)

    def _target(self, size: tuple[int, int], samples: int) -> tuple[Any, Any]:
        """Return where to draw and where to read from: two where edges are smoothed."""
        key = (*size, samples)
        if key not in self._targets:
            self._targets = {k: v for k, v in self._targets.items() if k[:2] == size}
            self._targets[key] = self._made_target(size, samples)
            self._gl.gc()
        return self._targets[key]

    def _made_target(self, size: tuple[int, int], samples: int) -> tuple[Any, Any]:
        read = self._gl.simple_framebuffer(size, 4)
        if not samples:
            return read, read
        drawn = self._gl.framebuffer(
            [self._gl.renderbuffer(size, 4, samples=samples)],
            self._gl.depth_renderbuffer(size, samples=samples),
        )
        return drawn, read

    def release(self) -> None:
        """Free everything; the renderer is of no use afterwards."""
        self._scenes.clear()
        self._targets.clear()
        self._gl.gc()


def _line_strength(metres_per_px: float) -> float:
    """Return how strong edges are at a scale: seen from afar they would be all there is."""
    return min(1.0, FULL_LINES_M / max(metres_per_px, 1e-9))
