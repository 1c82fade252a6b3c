"""``FillRenderer``: pictures of large polygon and point layers, drawn as ids, coloured when asked.

A layer's ids (row + 1, 0 is none) are drawn into an integer picture of the view, in slices, and
stay there: another style is one colouring pass. The last drawn wins, overlaps never darken. Works
in any current context; everything in it can be made again from the scene.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.render.gl.board import TINY_PX, Board, Room, pixel_array, place
from emadina_gis.render.gl.direct import meshed_chunks
from emadina_gis.render.gl.markers import is_outlined
from emadina_gis.render.gl.programs import (
    CENTER_VERTEX,
    CLEAR_FRAGMENT,
    COLOR_FRAGMENT,
    COLOR_GATHER_FRAGMENT,
    FULL_VERTEX,
    ID_FRAGMENT,
    ID_VERTEX,
    MARKER_FRAGMENT,
    MARKER_VERTEX,
)
from emadina_gis.render.id_samples import IdSamples
from emadina_gis.render.mesh import Mesh, known_mesh
from emadina_gis.render.parts import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.scene import DrawnLayer, Scene

#: Rows coloured in one step.
BAND_PX = 128
#: Software OpenGL puts drawing off; so that no step waits long, it is made to draw this often.
FLUSH_EVERY = 2
SUPERSAMPLING = 2
#: Ids that take more are not kept in memory: the picture is coloured by OpenGL.
MOST_KEPT_BYTES = 80_000_000
#: From this version of OpenGL on.
_GATHERS = 400


@dataclass(eq=False)
class _IdPicture:
    """The ids of one layer in one view, of a size in sub-pixels."""

    texture: Any
    target: Any
    size: tuple[int, int]
    key: tuple[object, ...]
    chunks: dict[int, tuple[GeometryChunk, Mesh]] = field(default_factory=dict)
    marker_mm: float = 0.0
    samples: IdSamples | None = None


class FillRenderer:
    """Draws ids and colours in one OpenGL context; the caller keeps it current.

    Parameters
    ----------
    board : Board
        What is shared in the context.
    steps : int
        Sub-pixels per pixel and axis.
    gathers : bool
        Whether sub-pixels may be looked up four at once where OpenGL can.
    """

    def __init__(self, board: Board, steps: int = SUPERSAMPLING, *, gathers: bool = True) -> None:
        self._board = board
        self._gl = context = board.gl
        self._steps = steps
        self._id_program = context.program(vertex_shader=ID_VERTEX, fragment_shader=ID_FRAGMENT)
        self._center_program = context.program(
            vertex_shader=CENTER_VERTEX, fragment_shader=ID_FRAGMENT
        )
        self._marker_program = context.program(
            vertex_shader=MARKER_VERTEX, fragment_shader=MARKER_FRAGMENT
        )
        self._gathers = gathers and steps == SUPERSAMPLING and context.version_code >= _GATHERS
        self._color_program = context.program(
            vertex_shader=FULL_VERTEX,
            fragment_shader=COLOR_GATHER_FRAGMENT if self._gathers else COLOR_FRAGMENT,
        )
        clear_program = context.program(vertex_shader=FULL_VERTEX, fragment_shader=CLEAR_FRAGMENT)
        self._clearing = context.vertex_array(clear_program, [])
        self._full = context.vertex_array(self._color_program, [])
        self._pictures: dict[str, _IdPicture] = {}
        self._rooms: dict[str, Room[tuple[Any, Any]]] = {}
        #: The room of a layer that went, for the next that comes.
        self._spare: Room[tuple[Any, Any]] = Room(self._made_room)
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
        wanted = meshed_chunks(scene, drawn)
        key = self._key(drawn, viewport)
        picture = self._pictures.get(drawn.id)
        smallest = TINY_PX * viewport.units_per_px
        if picture is None or picture.key != key or not _still_holds(picture, wanted, smallest):
            picture = self._cleared_picture(drawn.id, viewport, key)
            picture.marker_mm = drawn.symbol.size_mm
            yield 0.0
        missing = [start for start in sorted(wanted) if start not in picture.chunks]
        if missing:
            picture.samples = None
        self._board.meshes.begin()
        self._gl.disable(self._gl.BLEND)
        for index, start in enumerate(missing):
            mesh = wanted[start][1]
            if self._draw_mesh(picture, mesh, start, (viewport, viewport.extent.as_tuple)):
                if index % FLUSH_EVERY == 0:
                    self._gl.finish()
                yield index / len(missing)
            picture.chunks[start] = wanted[start]
        self._gl.finish()
        self._board.meshes.drop_unused()

    def _cleared_picture(
        self, layer_id: str, viewport: Viewport, key: tuple[object, ...]
    ) -> _IdPicture:
        size = viewport.width_px * self._steps, viewport.height_px * self._steps
        picture = self._pictures.get(layer_id)
        if picture is None or picture.size != size:
            if layer_id not in self._rooms:
                self._rooms[layer_id], self._spare = self._spare, Room(self._made_room)
            picture = _IdPicture(*self._rooms[layer_id].of(size), size, key)
            picture.target.viewport = 0, 0, *size
        picture.key, picture.chunks, picture.samples = key, {}, None
        picture.target.use()
        self._clearing.render(self._gl.TRIANGLES, vertices=3)
        self._gl.finish()
        self._pictures[layer_id] = picture
        return picture

    def _made_room(self, size: tuple[int, int]) -> tuple[Any, Any]:
        """Return a texture of ids and what draws into it; size in sub-pixels."""
        texture = self._gl.texture(size, 1, dtype="u4")
        texture.filter = (self._gl.NEAREST, self._gl.NEAREST)
        return texture, self._gl.framebuffer([texture])

    def _draw_mesh(
        self,
        picture: _IdPicture,
        mesh: Mesh,
        start: int,
        view: tuple[Viewport, tuple[float, float, float, float]],
    ) -> bool:
        viewport, extent = view
        level = mesh.level(viewport.units_per_px)
        smallest = TINY_PX * viewport.units_per_px
        triangle_runs, center_runs = mesh.visible(extent, smallest, level)
        if not triangle_runs and not center_runs and not len(mesh.points):
            return False
        meshes = self._board.meshes
        picture.target.use()
        if triangle_runs:
            triangles = meshes.triangles(self._id_program, mesh, level)
            self._place(self._id_program, mesh, viewport, start)
            for first, last in triangle_runs:
                triangles.render(self._gl.TRIANGLES, vertices=(last - first) * 3, first=first * 3)
        if center_runs:
            centers = meshes.centers(self._center_program, mesh)
            self._place(self._center_program, mesh, viewport, start)
            self._center_program["px_per_unit"].value = self._steps / viewport.units_per_px
            for first, last in center_runs:
                centers.render(self._gl.POINTS, vertices=last - first, first=first)
        if len(mesh.points):
            self._place(self._marker_program, mesh, viewport, start)
            self._marker_program["point_px"].value = self._marker_px(picture)
            meshes.points(self._marker_program, mesh).render(self._gl.POINTS)
        return True

    def _marker_px(self, picture: _IdPicture) -> float:
        return picture.marker_mm * self._point_scale

    #: Sub-pixels per millimetre of markers; set by the owner for the screen's resolution.
    _point_scale = SUPERSAMPLING * 96 / 25.4

    def set_mm_per_px(self, mm_per_px: float) -> None:
        """Say how large a pixel is, for the size of markers."""
        self._point_scale = self._steps / mm_per_px

    @property
    def px_per_mm(self) -> float:
        """Pixels of the picture in a millimetre of markers."""
        return self._point_scale / self._steps

    def _place(self, program: Any, mesh: Mesh, viewport: Viewport, start: int) -> None:
        place(program, mesh, viewport)
        program["first_id"].value = start + 1

    def colored(self, drawn: DrawnLayer) -> NDArray[np.uint8] | None:
        """Return the layer's picture in its present colours: premultiplied BGRA, (h, w, 4).

        None where its ids were never drawn.
        """
        size = self.picture_size(drawn)
        if not size[0]:
            return None
        for _ in self.color_bands(drawn):
            continue
        pixels = pixel_array(size)
        self._board.read(pixels, size, Part(0, 0, *size))
        return pixels

    def picture_size(self, drawn: DrawnLayer) -> tuple[int, int]:
        """Return (width, height) in pixels of the layer's ids; zeros where there are none."""
        picture = self._pictures.get(drawn.id)
        if picture is None:
            return 0, 0
        width, height = picture.size
        return width // self._steps, height // self._steps

    def has_ids(self, drawn: DrawnLayer, viewport: Viewport) -> bool:
        """Whether the ids of a layer in a view are there."""
        picture = self._pictures.get(drawn.id)
        return picture is not None and picture.key == self._key(drawn, viewport)

    def _key(self, drawn: DrawnLayer, viewport: Viewport) -> tuple[object, ...]:
        return viewport, self._steps, drawn.symbol.size_mm, is_outlined(drawn)

    def color_bands(self, drawn: DrawnLayer) -> Iterator[float]:
        """Colour the layer's ids into the board's picture; each step yields the part done."""
        width, height = self.picture_size(drawn)
        for top in range(0, height, BAND_PX):
            rows = min(BAND_PX, height - top)
            self._bind_colors(drawn)
            self._board.use(self._board.picture((width, height)), Part(0, top, width, rows))
            self._gl.disable(self._gl.BLEND)
            self._full.render(self._gl.TRIANGLES, vertices=3)
            self._gl.finish()
            yield (top + rows) / height

    def samples(self, scene: Scene, drawn: DrawnLayer, viewport: Viewport) -> IdSamples | None:
        """Return the ids of a finished picture, where `keep_samples` has read them."""
        picture = self._pictures.get(drawn.id)
        if picture is None or picture.samples is None:
            return None
        wanted = meshed_chunks(scene, drawn)
        smallest = TINY_PX * viewport.units_per_px
        is_whole = (
            picture.key == self._key(drawn, viewport) and wanted.keys() <= picture.chunks.keys()
        )
        return picture.samples if is_whole and _still_holds(picture, wanted, smallest) else None

    def keep_samples(self, layer_id: str) -> Iterator[None]:
        """Read the ids of a finished picture, in steps, so that they can be coloured anywhere."""
        picture = self._pictures.get(layer_id)
        if picture is None or picture.samples is not None or not self._is_kept(picture):
            return
        width, height = (side // self._steps for side in picture.size)
        samples = IdSamples.empty((width, height))
        chunks, count = picture.chunks, len(picture.chunks)
        for top in range(0, height, BAND_PX):
            rows = min(BAND_PX, height - top)
            fine = np.empty((2 * rows, 2 * width), np.uint32)
            part = Part(0, 2 * top, 2 * width, 2 * rows)
            picture.target.read_into(fine, viewport=part, components=1, dtype="u4")
            samples.put(top, fine)
            yield
            if picture.chunks is not chunks or len(chunks) != count:  # drawn anew meanwhile
                return
        picture.samples = samples

    def _is_kept(self, picture: _IdPicture) -> bool:
        width, height = picture.size
        return self._steps == SUPERSAMPLING and 4 * width * height <= MOST_KEPT_BYTES

    def _bind_colors(self, drawn: DrawnLayer) -> None:
        self._pictures[drawn.id].texture.use(0)
        self._board.colors.texture(drawn.classes, drawn.fill_colors).use(1)
        values = {"ids": 0, "colors": 1}
        if not self._gathers:
            values["steps"] = self._steps
        for name, value in values.items():
            self._color_program[name].value = value

    def forget(self, kept_layers: set[str]) -> None:
        """Free the pictures of layers that are not drawn any more."""
        for layer_id in [name for name in self._pictures if name not in kept_layers]:
            del self._pictures[layer_id]
            self._spare = self._rooms.pop(layer_id)
        self._gl.gc()

    def release(self) -> None:
        """Free everything; the renderer is of no use afterwards."""
        self.forget(set())
        self._spare.clear()

    def finish(self) -> None:
        """Wait until everything asked for is drawn (for measuring)."""
        self._gl.finish()


def _still_holds(
    picture: _IdPicture, wanted: dict[int, tuple[GeometryChunk, Mesh]], smallest: float
) -> bool:
    """Whether all that a picture holds would be drawn the same: a sketch may look as its mesh."""
    for start, (chunk, mesh) in picture.chunks.items():
        now = wanted.get(start)
        if now is None:
            return False
        same_land = now[0] is chunk and mesh.is_sketch and mesh.is_fine_enough(smallest)
        if now[1] is not mesh and not same_land:
            return False
    return True


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
