"""``FillRenderer``: pictures of large polygon and point layers, drawn as ids, coloured when asked.

A layer's ids (row + 1, 0 is none) are drawn into an integer picture of the view, in slices, and
stay there: another style is one colouring pass. The last drawn wins, overlaps never darken. Works
in any current context; everything in it can be made again from the scene. What is dropped is freed
by the context's own collection, with the context current.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from emadina_gis.render.gl.programs import (
    CENTER_VERTEX,
    CLEAR_FRAGMENT,
    COLOR_FRAGMENT,
    FULL_VERTEX,
    ID_FRAGMENT,
    ID_VERTEX,
    MARKER_FRAGMENT,
    MARKER_VERTEX,
)
from emadina_gis.render.mesh import Mesh, known_mesh
from emadina_gis.render.raster_tiles import premultiplied

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.style import DrawnClasses
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.scene import DrawnLayer, Scene

#: Colours in one row of the picture that holds the colour of each id; the shader knows it too.
COLOR_WIDTH = 4096
#: Polygons whose longest extent is smaller are drawn as squares.
TINY_PX = 1.4
#: Rows coloured and read back in one step.
BAND_PX = 128
#: Software OpenGL puts drawing off; so that no step waits long, it is made to draw this often.
FLUSH_EVERY = 2
SUPERSAMPLING = 2
#: Meshes on the GPU beyond this are dropped, those drawn longest ago first.
MOST_GPU_BYTES = 1_200_000_000


@dataclass(eq=False)
class _Uploaded:
    """A mesh on the GPU."""

    buffers: tuple[Any, ...]
    triangles: Any
    centers: Any
    points: Any
    nbytes: int
    used: int


@dataclass(eq=False)
class _IdPicture:
    """The ids of one layer in one view."""

    texture: Any
    target: Any
    key: tuple[object, ...]
    chunks: set[tuple[int, Mesh]] = field(default_factory=set)
    marker_mm: float = 0.0


class FillRenderer:
    """Draws ids and colours in one OpenGL context; the caller keeps it current.

    Parameters
    ----------
    context : moderngl.Context
        From `context_from_loader` or `standalone_context`.
    steps : int
        Sub-pixels per pixel and axis.
    """

    def __init__(self, context: Any, steps: int = SUPERSAMPLING) -> None:
        self._gl = context
        self._steps = steps
        self._id_program = context.program(vertex_shader=ID_VERTEX, fragment_shader=ID_FRAGMENT)
        self._center_program = context.program(
            vertex_shader=CENTER_VERTEX, fragment_shader=ID_FRAGMENT
        )
        self._marker_program = context.program(
            vertex_shader=MARKER_VERTEX, fragment_shader=MARKER_FRAGMENT
        )
        self._color_program = context.program(
            vertex_shader=FULL_VERTEX, fragment_shader=COLOR_FRAGMENT
        )
        clear_program = context.program(vertex_shader=FULL_VERTEX, fragment_shader=CLEAR_FRAGMENT)
        self._clearing = context.vertex_array(clear_program, [])
        self._full = context.vertex_array(self._color_program, [])
        self._uploaded: WeakKeyDictionary[Mesh, _Uploaded] = WeakKeyDictionary()
        self._colors: WeakKeyDictionary[DrawnClasses, Any] = WeakKeyDictionary()
        self._pictures: dict[str, _IdPicture] = {}
        self._output: tuple[tuple[int, int], Any, Any] | None = None
        self._clock = 0
        context.enable(context.PROGRAM_POINT_SIZE)

    @property
    def renderer_name(self) -> str:
        """What draws: the name of the GPU or of the software renderer."""
        return str(self._gl.info["GL_RENDERER"])

    def draw_ids(self, scene: Scene, drawn: DrawnLayer, viewport: Viewport) -> Iterator[float]:
        """Draw a layer's ids chunk by chunk; each step yields the part done.

        Chunks without a mesh are left out; drawing again later adds them. A picture that is already
        complete for this geometry and view is kept, and nothing is yielded.
        """
        wanted = {
            (start, mesh)
            for start, chunk in scene.known_chunks(drawn)
            if chunk is not None and (mesh := known_mesh(scene.cache, chunk)) is not None
        }
        key = (viewport, self._steps, drawn.symbol.size_mm)
        picture = self._pictures.get(drawn.id)
        if picture is None or picture.key != key or not picture.chunks <= wanted:
            picture = self._cleared_picture(drawn.id, viewport, key)
            picture.marker_mm = drawn.symbol.size_mm
            yield 0.0
        missing = sorted(wanted - picture.chunks, key=lambda pair: pair[0])
        self._clock += 1
        for index, (start, mesh) in enumerate(missing):
            if self._draw_mesh(picture, mesh, start, (viewport, viewport.extent.as_tuple)):
                if index % FLUSH_EVERY == 0:
                    self._gl.finish()
                yield index / len(missing)
            picture.chunks.add((start, mesh))
        self._gl.finish()
        self._drop_unused()

    def _cleared_picture(
        self, layer_id: str, viewport: Viewport, key: tuple[object, ...]
    ) -> _IdPicture:
        size = viewport.width_px * self._steps, viewport.height_px * self._steps
        picture = self._pictures.get(layer_id)
        if picture is not None and picture.texture.size != size:
            del self._pictures[layer_id]
            picture = None
        if picture is None:
            texture = self._gl.texture(size, 1, dtype="u4")
            texture.filter = (self._gl.NEAREST, self._gl.NEAREST)
            picture = _IdPicture(texture, self._gl.framebuffer([texture]), key)
        picture.key, picture.chunks = key, set()
        picture.target.use()
        self._clearing.render(self._gl.TRIANGLES, vertices=3)
        self._gl.finish()
        self._pictures[layer_id] = picture
        return picture

    def _draw_mesh(
        self,
        picture: _IdPicture,
        mesh: Mesh,
        start: int,
        view: tuple[Viewport, tuple[float, float, float, float]],
    ) -> bool:
        viewport, extent = view
        triangle_runs, center_runs = mesh.visible(extent, TINY_PX * viewport.units_per_px)
        if not triangle_runs and not center_runs and not len(mesh.points):
            return False
        gpu = self._on_gpu(mesh)
        gpu.used = self._clock
        picture.target.use()
        if triangle_runs:
            self._place(self._id_program, mesh, viewport, start)
            for first, last in triangle_runs:
                gpu.triangles.render(
                    self._gl.TRIANGLES, vertices=(last - first) * 3, first=first * 3
                )
        if center_runs:
            self._place(self._center_program, mesh, viewport, start)
            self._center_program["px_per_unit"].value = self._steps / viewport.units_per_px
        for first, last in center_runs:
            gpu.centers.render(self._gl.POINTS, vertices=last - first, first=first)
        if gpu.points is not None:
            self._place(self._marker_program, mesh, viewport, start)
            self._marker_program["point_px"].value = self._marker_px(picture)
            gpu.points.render(self._gl.POINTS)
        return True

    def _marker_px(self, picture: _IdPicture) -> float:
        return picture.marker_mm * self._point_scale

    #: Sub-pixels per millimetre of markers; set by the owner for the screen's resolution.
    _point_scale = SUPERSAMPLING * 96 / 25.4

    def set_mm_per_px(self, mm_per_px: float) -> None:
        """Say how large a pixel is, for the size of markers."""
        self._point_scale = self._steps / mm_per_px

    def _place(self, program: Any, mesh: Mesh, viewport: Viewport, start: int) -> None:
        """Set where the chunk lies in the view; y grows downwards in the picture."""
        scale = np.array([2.0 / viewport.width_px, -2.0 / viewport.height_px])
        scale /= viewport.units_per_px
        offset = (mesh.origin - np.array([viewport.x, viewport.y])) * scale
        program["scale"].value = tuple(scale.tolist())
        program["offset"].value = tuple(offset.tolist())
        program["first_id"].value = start + 1

    def _on_gpu(self, mesh: Mesh) -> _Uploaded:
        found = self._uploaded.get(mesh)
        if found is not None:
            return found
        corners = self._vertices(mesh.xy, mesh.rows)
        middles = self._vertices(mesh.centers, mesh.center_rows)
        triangles = self._array(self._id_program, corners, mesh.triangles)
        if middles:
            middles.append((self._gl.buffer(mesh.center_sides), "1f4", "side"))
        centers = self._array(self._center_program, middles, None)
        points = self._array(self._marker_program, corners, mesh.points)
        held = tuple(buffer for buffer, _, _ in (*corners, *middles))
        uploaded = _Uploaded(held, triangles, centers, points, mesh.nbytes, self._clock)
        self._uploaded[mesh] = uploaded
        return uploaded

    def _vertices(
        self, xy: NDArray[np.float32], rows: NDArray[np.uint32]
    ) -> list[tuple[Any, str, str]]:
        """Upload positions and rows; nothing where there are none."""
        if not len(rows):
            return []
        positions = self._gl.buffer(np.ascontiguousarray(xy))
        return [(positions, "2f4", "position"), (self._gl.buffer(rows), "1u4", "row")]

    def _array(
        self, program: Any, vertices: list[tuple[Any, str, str]], index: NDArray[np.uint32] | None
    ) -> Any:
        """Return a vertex array, or None where it would draw nothing."""
        if not vertices or (index is not None and not len(index)):
            return None
        buffer = None if index is None else self._gl.buffer(np.ascontiguousarray(index))
        return self._gl.vertex_array(program, vertices, buffer)

    def _drop_unused(self) -> None:
        """Free meshes drawn longest ago while too much is held."""
        held = sorted(self._uploaded.items(), key=lambda item: item[1].used)
        total = sum(gpu.nbytes for _, gpu in held)
        for mesh, gpu in held:
            if total <= MOST_GPU_BYTES or gpu.used == self._clock:
                break
            del self._uploaded[mesh]
            total -= gpu.nbytes
        self._gl.gc()

    def colored(self, drawn: DrawnLayer) -> NDArray[np.uint8] | None:
        """Return the layer's picture in its present colours: premultiplied RGBA, (h, w, 4).

        None where its ids were never drawn.
        """
        picture = self._pictures.get(drawn.id)
        if picture is None:
            return None
        width, height = (side // self._steps for side in picture.texture.size)
        pixels = np.empty((height, width, 4), dtype=np.uint8)
        for _ in self.color_bands(drawn, pixels):
            continue
        return pixels

    def picture_size(self, drawn: DrawnLayer) -> tuple[int, int]:
        """Return (width, height) in pixels of the layer's ids; zeros where there are none."""
        picture = self._pictures.get(drawn.id)
        if picture is None:
            return 0, 0
        width, height = picture.texture.size
        return width // self._steps, height // self._steps

    def color_bands(self, drawn: DrawnLayer, pixels: NDArray[np.uint8]) -> Iterator[float]:
        """Colour the layer's ids into `pixels` band by band; each step yields the part done."""
        width, height = self.picture_size(drawn)
        output = self._output_of((width, height))
        for top in range(0, height, BAND_PX):
            rows = min(BAND_PX, height - top)
            self._bind_colors(drawn)
            output.use()
            output.scissor = (0, top, width, rows)
            self._gl.disable(self._gl.BLEND)
            self._full.render(self._gl.TRIANGLES, vertices=3)
            band = pixels[top : top + rows]
            output.read_into(band, viewport=(0, top, width, rows), components=4, alignment=1)
            yield (top + rows) / height

    def _bind_colors(self, drawn: DrawnLayer) -> None:
        self._pictures[drawn.id].texture.use(0)
        self._color_texture(drawn).use(1)
        for name, value in {"ids": 0, "colors": 1, "steps": self._steps}.items():
            self._color_program[name].value = value

    def _output_of(self, size: tuple[int, int]) -> Any:
        if self._output is None or self._output[0] != size:
            texture = self._gl.texture(size, 4)
            self._output = (size, texture, self._gl.framebuffer([texture]))
        return self._output[2]

    def _color_texture(self, drawn: DrawnLayer) -> Any:
        """Return the colours by id, uploaded: none for 0, then that of each row's class."""
        found = self._colors.get(drawn.classes)
        if found is not None:
            return found
        codes = drawn.classes.codes
        palette = premultiplied(drawn.fill_colors).view(np.uint32).reshape(-1)
        height = len(codes) // COLOR_WIDTH + 1
        held = np.zeros(height * COLOR_WIDTH, dtype=np.uint32)
        np.take(palette, codes, out=held[1 : len(codes) + 1], mode="clip")
        colors = self._gl.texture((COLOR_WIDTH, height), 4, held)
        colors.filter = (self._gl.NEAREST, self._gl.NEAREST)
        self._colors[drawn.classes] = colors
        return colors

    def forget(self, kept_layers: set[str]) -> None:
        """Free the pictures of layers that are not drawn any more."""
        for layer_id in [name for name in self._pictures if name not in kept_layers]:
            del self._pictures[layer_id]
        self._gl.gc()

    def release(self) -> None:
        """Free everything; the renderer is of no use afterwards."""
        self._uploaded.clear()
        self._colors.clear()
        self._output = None
        self.forget(set())

    def finish(self) -> None:
        """Wait until everything asked for is drawn (for measuring)."""
        self._gl.finish()


def mesh_jobs(scene: Scene, drawn: DrawnLayer) -> list[GeometryChunk]:
    """Return the chunks of a layer whose meshes are still to be built."""
    return [chunk for _, chunk in scene.chunks(drawn) if known_mesh(scene.cache, chunk) is None]


def draw_whole(
    renderer: FillRenderer, scene: Scene, drawn: DrawnLayer, viewport: Viewport
) -> tuple[NDArray[np.uint8] | None, float]:
    """Draw ids and colours at once; return the picture and the seconds it took (for measuring)."""
    begun = time.perf_counter()
    for _ in renderer.draw_ids(scene, drawn, viewport):
        continue
    picture = renderer.colored(drawn)
    return picture, time.perf_counter() - begun
