"""``MapRenderer``: the picture of one large layer by OpenGL, fills and solid lines, in slices.

Far views are drawn as ids and coloured, so that another colour needs no drawing; near ones straight
in their colours, which costs less. Works in any current context.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.domain.geometry import Kind
from emadina_gis.render.gl.board import Board
from emadina_gis.render.gl.direct import DirectRenderer, triangle_count
from emadina_gis.render.gl.fills import FillRenderer
from emadina_gis.render.gl.markers import MarkerRenderer, is_crowded, is_outlined
from emadina_gis.render.gl.strokes import StrokeRenderer
from emadina_gis.render.parts import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.parts import Part
    from emadina_gis.render.scene import DrawnLayer, Scene
    from emadina_gis.render.solid_lines import SolidLine

#: Views of more triangles are drawn as ids: another colour then costs less than drawing again. A
#: view that does not rest is drawn in its colours up to the second number.
MOST_AT_REST = 60_000
MOST_MOVING = 400_000
#: Outlines as dense as this hide the steps of borders that are not antialiased.
COVERING = 0.75
#: Drawing that was asked for is waited for this often.
FLUSH_EVERY = 4


class MapRenderer:
    """Renderers of layers in one OpenGL context; the caller keeps it current.

    Parameters
    ----------
    context : moderngl.Context
        From `context_from_loader` or `standalone_context`.
    """

    def __init__(self, context: Any) -> None:
        self._board = Board(context)
        self.fills = FillRenderer(self._board)
        self._direct = DirectRenderer(self._board)
        self._markers = MarkerRenderer(self._board)
        self._strokes = StrokeRenderer(self._board)

    def draw(
        self,
        scene: Scene,
        drawn: DrawnLayer,
        viewport: Viewport,
        *,
        lines: tuple[SolidLine, ...] = (),
        at_rest: bool = True,
        part: Part | None = None,
    ) -> Iterator[None]:
        """Draw a layer into the picture that `read` reads; yields where it may pause.

        Parameters
        ----------
        lines : tuple of SolidLine
            Drawn over the fills.
        at_rest : bool
            Whether the view rests, so that other colours are more likely than other views.
        part : Part, optional
            Draw no more than this.
        """
        shown = part or whole(viewport)
        kind = drawn.layer.table.main_kind
        most = MOST_AT_REST if at_rest else MOST_MOVING
        if is_outlined(drawn) and not is_crowded(scene, drawn, viewport):
            steps = self._markers.draw(scene, drawn, viewport, self.fills.px_per_mm)
            yield from self._flushed(steps)
        elif kind is Kind.LINE or not drawn.fill_colors[:, 3].any():
            picture = self._board.picture((viewport.width_px, viewport.height_px))
            picture.clear(viewport=shown)
        elif kind is Kind.POLYGON and (
            part is not None or self._is_near(scene, drawn, viewport, most)
        ):
            finely = at_rest or not any(line.coverage > COVERING for line in lines)
            steps = self._direct.draw(scene, drawn, viewport, part=shown, finely=finely)
            yield from self._flushed(steps)
        else:
            yield from self._colored_ids(scene, drawn, viewport)
        for line in lines:
            strokes = self._strokes.draw(scene, drawn, viewport, part=shown, line=line)
            yield from self._flushed(strokes)
        self._board.gl.finish()
        self._board.meshes.drop_unused()
        yield

    def _colored_ids(self, scene: Scene, drawn: DrawnLayer, viewport: Viewport) -> Iterator[None]:
        for _ in self.fills.draw_ids(scene, drawn, viewport):
            yield
        for _ in self.fills.color_bands(drawn):
            yield

    def _is_near(self, scene: Scene, drawn: DrawnLayer, viewport: Viewport, most: int) -> bool:
        """Whether a view holds few triangles, and no ids of it are at hand."""
        if self.fills.has_ids(drawn, viewport):
            return False
        return triangle_count(scene, drawn, viewport, most) <= most

    def _flushed(self, steps: Iterator[None]) -> Iterator[None]:
        """Wait for the drawing now and then, so that no pause comes late."""
        for index, _ in enumerate(steps):
            if index % FLUSH_EVERY == FLUSH_EVERY - 1:
                self._board.gl.finish()
            yield

    def read(self, pixels: Any, viewport: Viewport, part: Part | None = None) -> None:
        """Read the picture or a part: premultiplied BGRA, rows from the top."""
        size = viewport.width_px, viewport.height_px
        self._board.read(pixels, size, part or whole(viewport))

    def forget(self, kept_layers: set[str]) -> None:
        """Free the pictures of layers that are not drawn any more."""
        self.fills.forget(kept_layers)

    def release(self) -> None:
        """Free everything; the renderer is of no use afterwards."""
        self.fills.release()
        self._direct.release()
        self._strokes.release()
        self._board.release()
