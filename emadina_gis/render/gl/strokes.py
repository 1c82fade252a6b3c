"""``StrokeRenderer``: outlines of polygons and lines, antialiased by their distance to a pixel.

Each edge is a rectangle around it; a pixel is covered by how near its middle lies to the edge, so
that ends are round and joints closed. Solid lines only: dashes, patterns and marks are the
painter's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.style import OPAQUE
from emadina_gis.render.gl.board import place
from emadina_gis.render.gl.direct import visible_meshes
from emadina_gis.render.gl.programs import STROKE_FRAGMENT, STROKE_VERTEX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.gl.board import Board
    from emadina_gis.render.mesh import Mesh, Runs
    from emadina_gis.render.parts import Part
    from emadina_gis.render.scene import DrawnLayer, Scene
    from emadina_gis.render.solid_lines import SolidLine

_CORNERS = np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)
#: A thinner line is drawn as wide as this, and paler.
_THINNEST_PX = 1.0


class StrokeRenderer:
    """Draws edges over the picture of a board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        gl = board.gl
        self._program = gl.program(vertex_shader=STROKE_VERTEX, fragment_shader=STROKE_FRAGMENT)
        self._array: Any = None
        self._room = 0

    def draw(
        self, scene: Scene, drawn: DrawnLayer, viewport: Viewport, *, part: Part, line: SolidLine
    ) -> Iterator[None]:
        """Draw the edges of a layer in a part of a view as one of its lines, chunk by chunk."""
        self._board.meshes.begin()
        reach = (line.width_px / 2 + 1) * viewport.units_per_px
        extent = part.extent(viewport).padded(reach)
        picture = self._board.picture((viewport.width_px, viewport.height_px))
        for start, mesh in visible_meshes(scene, drawn, extent):
            vertices = mesh.visible_vertices(extent.as_tuple, 0.0)
            if vertices:
                self._board.use(picture, part)
                self._draw_mesh(drawn, (start, mesh), viewport, (line, vertices))
                yield

    def _draw_mesh(
        self,
        drawn: DrawnLayer,
        placed: tuple[int, Mesh],
        viewport: Viewport,
        what: tuple[SolidLine, Runs],
    ) -> None:
        start, mesh = placed
        line, vertices = what
        level = mesh.level(viewport.units_per_px)
        edges = self._board.meshes.edges(mesh, level, once=_is_once(line))
        size = viewport.width_px, viewport.height_px
        self._set(line, size)
        edges.ends.use(0)
        edges.rows.use(1)
        self._board.colors.texture(drawn.classes, line.palette).use(2)
        place(self._program, mesh, viewport)
        self._program["first_id"].value = start + 1
        array = self._quads(len(edges.starts))
        gl = self._board.gl
        gl.enable(gl.BLEND)
        gl.blend_func = (gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
        for first, last in edges.runs(vertices):
            array.render(gl.TRIANGLES, vertices=6 * (last - first), first=6 * first)

    def _set(self, line: SolidLine, size: tuple[int, int]) -> None:
        """Set the width and the ink; where all rows have one colour it is not looked up."""
        strength = line.strength * min(1.0, line.width_px / _THINNEST_PX)
        red, green, blue, alpha = (line.palette[0] / OPAQUE).tolist()
        alpha *= strength
        values: dict[str, Any] = {
            "ends": 0,
            "rows": 1,
            "colors": 2,
            "half_size": (size[0] / 2, size[1] / 2),
            "half_width": max(line.width_px, _THINNEST_PX) / 2,
            "ink": (blue * alpha, green * alpha, red * alpha, alpha),
            "by_row": not line.is_uniform,
            "twice": _is_once(line),
            "strength": strength,
        }
        for name, value in values.items():
            self._program[name].value = value

    def _quads(self, count: int) -> Any:
        """Return the corners of at least `count` edges: 4 · edge + corner, two triangles each."""
        if count > self._room:
            self._room = max(1 << (count - 1).bit_length(), 1 << 16)
            index = (np.arange(self._room, dtype=np.uint32)[:, None] * 4 + _CORNERS).reshape(-1)
            gl = self._board.gl
            self._array = gl.vertex_array(self._program, [], gl.buffer(index))
        return self._array

    def release(self) -> None:
        """Free what is held."""
        self._array, self._room = None, 0


def _is_once(line: SolidLine) -> bool:
    """Whether edges that neighbours share are drawn once: they are alike."""
    return line.is_outline and line.is_uniform
