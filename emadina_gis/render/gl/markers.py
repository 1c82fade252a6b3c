"""``MarkerRenderer``: points drawn straight in their colours, with their shape and outline.

Shapes and lines are covered by their distance to the edge, as QPainter draws them. Round marks
without an outline are not its work, nor those of a crowd, in which outlines would be all that is
seen: as ids they are drawn faster, and take another colour without being drawn again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import OPAQUE, Marker, rgba
from emadina_gis.render.gl.board import place
from emadina_gis.render.gl.direct import meshed_chunks
from emadina_gis.render.gl.programs import SHAPE_FRAGMENT, SHAPE_VERTEX
from emadina_gis.render.marker_shapes import MOST_CORNERS, marker_outline
from emadina_gis.render.parts import whole
from emadina_gis.render.scene import rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.gl.board import Board
    from emadina_gis.render.mesh import Mesh
    from emadina_gis.render.scene import DrawnLayer, Scene

#: In a view of more marks they have no outline.
MOST_OUTLINED = 50_000
#: A thinner outline is drawn as wide as this, and paler, as the painter does.
_THINNEST_PX = 1.0


def is_outlined(drawn: DrawnLayer) -> bool:
    """Whether what a layer shows are points, and more than round marks of one colour each."""
    if drawn.layer.table.main_kind is not Kind.POINT:
        return False
    return drawn.symbol.marker is not Marker.CIRCLE or _width_mm(drawn) > 0.0


def is_crowded(scene: Scene, drawn: DrawnLayer, viewport: Viewport) -> bool:
    """Whether a view shows so many round marks that outlines would cover them.

    Marks that are nothing but their outline keep it.
    """
    hollow = drawn.shows_marks & (drawn.fill_colors[:, 3] == 0)
    if drawn.symbol.marker is not Marker.CIRCLE or hollow.any():
        return False
    seen = 0
    for _, chunk in scene.known_chunks(drawn):
        seen += 0 if chunk is None else len(rows_in(chunk, viewport.extent, Kind.POINT))
        if seen > MOST_OUTLINED:
            return True
    return False


class MarkerRenderer:
    """Draws points into the picture of a board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._program = board.gl.program(vertex_shader=SHAPE_VERTEX, fragment_shader=SHAPE_FRAGMENT)

    def draw(
        self, scene: Scene, drawn: DrawnLayer, viewport: Viewport, px_per_mm: float
    ) -> Iterator[None]:
        """Draw the points of a layer over the whole picture, chunk by chunk.

        Parameters
        ----------
        px_per_mm : float
            Pixels in a millimetre of markers and their outlines.
        """
        gl, picture = self._board.gl, self._board.picture((viewport.width_px, viewport.height_px))
        part = whole(viewport)
        picture.clear(viewport=part)
        self._board.meshes.begin()
        for start, (_, mesh) in sorted(meshed_chunks(scene, drawn).items()):
            if len(mesh.points):
                self._board.use(picture, part)
                gl.enable(gl.BLEND)
                gl.blend_func = (gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
                self._set(drawn, px_per_mm)
                self._draw_mesh(mesh, start, viewport)
                yield

    def _draw_mesh(self, mesh: Mesh, start: int, viewport: Viewport) -> None:
        place(self._program, mesh, viewport)
        self._program["first_id"].value = start + 1
        self._board.meshes.points(self._program, mesh).render(self._board.gl.POINTS)

    def _set(self, drawn: DrawnLayer, px_per_mm: float) -> None:
        symbol, colors = drawn.symbol, self._board.colors
        colors.texture(drawn.classes, drawn.fill_colors).use(0)
        colors.texture(drawn.classes, _outline_colors(drawn)).use(1)
        size_px, width_px = symbol.size_mm * px_per_mm, _width_mm(drawn) * px_per_mm
        line_px = max(width_px, _THINNEST_PX) if width_px else 0.0
        corners = marker_outline(symbol.marker)[:-1] * size_px
        is_round = symbol.marker is Marker.CIRCLE
        held = np.zeros((MOST_CORNERS, 2))
        if not is_round:
            held[: len(corners)] = corners
        reach = float(np.abs(corners).max()) + line_px / 2 + 1.0
        values: dict[str, Any] = {
            "strength": min(1.0, width_px / _THINNEST_PX),
            "colors": 0,
            "line_colors": 1,
            "point_px": 2 * reach,
            "radius": size_px / 2,
            "half_line": line_px / 2,
            "count": 0 if is_round else len(corners),
            "corners": [tuple(corner) for corner in held.tolist()],
        }
        for name, value in values.items():
            self._program[name].value = value


def _width_mm(drawn: DrawnLayer) -> float:
    """Return the width of the outlines of a layer's points: those that have one have the same."""
    return max((one.stroke_mm for one in drawn.symbols if one.stroke), default=0.0)


def _outline_colors(drawn: DrawnLayer) -> NDArray[np.uint8]:
    """Return RGBA of outlines by colour of the classes: those of marks that are drawn."""
    colors = [
        rgba(one.stroke if one.stroke_mm and is_shown else None, OPAQUE)
        for one, is_shown in zip(drawn.symbols, drawn.shows_marks, strict=True)
    ]
    return np.array(colors, dtype=np.uint8).reshape(-1, 4)
