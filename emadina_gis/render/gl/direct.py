"""``DirectRenderer``: near views of polygon layers drawn straight in their colours.

With few triangles in view, drawing them again costs less than a colouring pass over their ids. The
picture is drawn twice as fine and reduced, or as it is where outlines will cover all borders. The
last drawn wins, overlaps never darken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.render.gl.board import TINY_PX, Room, place
from emadina_gis.render.gl.programs import (
    DIRECT_CENTER_VERTEX,
    DIRECT_FRAGMENT,
    DIRECT_VERTEX,
    FULL_VERTEX,
    REDUCE_FRAGMENT,
)
from emadina_gis.render.mesh import mesh_at_hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.gl.board import Board
    from emadina_gis.render.mesh import Mesh
    from emadina_gis.render.parts import Part
    from emadina_gis.render.scene import DrawnLayer, Scene

STEPS = 2


class DirectRenderer:
    """Draws fills into the picture of a board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        gl = board.gl
        self._program = gl.program(vertex_shader=DIRECT_VERTEX, fragment_shader=DIRECT_FRAGMENT)
        self._center_program = gl.program(
            vertex_shader=DIRECT_CENTER_VERTEX, fragment_shader=DIRECT_FRAGMENT
        )
        reduce = gl.program(vertex_shader=FULL_VERTEX, fragment_shader=REDUCE_FRAGMENT)
        self._reduce_program = reduce
        self._reduce = gl.vertex_array(reduce, [])
        self._fine: Room[tuple[Any, Any]] = Room(self._made_fine)
        self._target: Any = None
        self._steps = STEPS

    def draw(
        self,
        scene: Scene,
        drawn: DrawnLayer,
        viewport: Viewport,
        *,
        part: Part,
        finely: bool = True,
    ) -> Iterator[None]:
        """Draw the fills of a layer chunk by chunk into a part of the board's picture.

        Parameters
        ----------
        finely : bool
            Four times finer, and reduced: borders are antialiased.
        """
        size = viewport.width_px, viewport.height_px
        self._steps = STEPS if finely else 1
        fine_size = size[0] * STEPS, size[1] * STEPS
        if not self._board.has_picture(size):
            self._board.picture(size)
            yield
        if finely and not self._fine.holds(fine_size):
            self._fine.of(fine_size)
            yield
        self._target = self._fine.of(fine_size)[1] if finely else self._board.picture(size)
        self._target.viewport = 0, 0, *(side * self._steps for side in size)
        drawn_part = part.finer(self._steps)
        self._target.clear(viewport=drawn_part)
        self._board.meshes.begin()
        extent = part.extent(viewport)
        for start, mesh in visible_meshes(scene, drawn, extent):
            self._board.use(self._target, drawn_part)
            if self._draw_mesh(drawn, (start, mesh), viewport, extent.as_tuple):
                yield
        if finely:
            self._draw_reduced(size, part)
            yield

    def _draw_reduced(self, size: tuple[int, int], part: Part) -> None:
        gl = self._board.gl
        self._board.use(self._board.picture(size), part)
        gl.disable(gl.BLEND)
        fine, _ = self._fine.of((size[0] * STEPS, size[1] * STEPS))
        fine.use(0)
        self._reduce_program["fine"].value = 0
        self._reduce_program["texel"].value = (STEPS / fine.width, STEPS / fine.height)
        self._reduce.render(gl.TRIANGLES, vertices=3)

    def _draw_mesh(
        self,
        drawn: DrawnLayer,
        placed: tuple[int, Mesh],
        viewport: Viewport,
        extent: tuple[float, float, float, float],
    ) -> bool:
        start, mesh = placed
        level = mesh.level(viewport.units_per_px)
        smallest = TINY_PX * viewport.units_per_px
        runs, center_runs = mesh.visible(extent, smallest, level)
        self._board.gl.disable(self._board.gl.BLEND)
        self._board.colors.texture(drawn.classes, drawn.fill_colors).use(0)
        gl, meshes = self._board.gl, self._board.meshes
        if runs:
            triangles = meshes.triangles(self._program, mesh, level)
            self._set(self._program, mesh, start, viewport)
            for first, last in runs:
                triangles.render(gl.TRIANGLES, vertices=(last - first) * 3, first=first * 3)
        if center_runs:
            centers = meshes.centers(self._center_program, mesh)
            self._set(self._center_program, mesh, start, viewport)
            self._center_program["px_per_unit"].value = self._steps / viewport.units_per_px
            for first, last in center_runs:
                centers.render(gl.POINTS, vertices=last - first, first=first)
        return bool(runs or center_runs)

    def _set(self, program: Any, mesh: Mesh, start: int, viewport: Viewport) -> None:
        place(program, mesh, viewport)
        program["first_id"].value = start + 1
        program["colors"].value = 0

    def _made_fine(self, size: tuple[int, int]) -> tuple[Any, Any]:
        """Return a texture of a size in sub-pixels, and what draws into it."""
        gl = self._board.gl
        texture = gl.texture(size, 4)
        texture.filter = (gl.LINEAR, gl.LINEAR)
        return texture, gl.framebuffer([texture])

    def release(self) -> None:
        """Free what is held."""
        self._fine.clear()
        self._target = None


def visible_meshes(scene: Scene, drawn: DrawnLayer, extent: Extent) -> Iterator[tuple[int, Mesh]]:
    """Return (first row, mesh or sketch) of the chunks in an extent of which there is one."""
    for start, (_chunk, mesh) in meshed_chunks(scene, drawn).items():
        if mesh.meets(extent):
            yield start, mesh


def meshed_chunks(scene: Scene, drawn: DrawnLayer) -> dict[int, tuple[GeometryChunk, Mesh]]:
    """Return the chunks of which there is a mesh or a sketch, by their first row."""
    found = {}
    for start, chunk in scene.known_chunks(drawn):
        mesh = None if chunk is None else mesh_at_hand(scene.cache, chunk)
        if chunk is not None and mesh is not None:
            found[start] = (chunk, mesh)
    return found


def triangle_count(scene: Scene, drawn: DrawnLayer, viewport: Viewport, most: int) -> int:
    """Return how many triangles of a layer a view draws; counted until there are too many."""
    extent = viewport.extent
    count = 0
    for _, mesh in visible_meshes(scene, drawn, extent):
        smallest = TINY_PX * viewport.units_per_px
        found = mesh.visible(extent.as_tuple, smallest, mesh.level(viewport.units_per_px))
        count += sum(last - first for runs in found for first, last in runs)
        if count > most:
            break
    return count
