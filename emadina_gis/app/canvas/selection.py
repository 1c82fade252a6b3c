"""The selection on the map: an accent line with a white casing, no fill.

The outline is one path about a local origin, drawn through the view's transform, so that it follows
every frame of a pan or zoom. Beyond some thousands of features only the nearest to the middle of
the view carry a line while moving; the rest follows when the view rests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from emadina_gis.domain.geometry import Kind
from emadina_gis.render.painter.paths import path_elements, path_of
from emadina_gis.render.scene import EMPTY_SCENE, Scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.scene import DrawnLayer

LINE_PX = 2.0
CASING_PX = 4.6
MARK_RADIUS_PX = 7.5
#: As many outlines are drawn at most in one paint; a path of more would hold the window up.
MOST_OUTLINES = 2500
MOST_MARKS = 2000
_BATCH = 64

Selection = Mapping[str, "NDArray[np.int64]"]


class SelectionOverlay:
    """Draws selected rows of any layers of a scene.

    Parameters
    ----------
    line_px, casing_px : float
        Widths of the line and of the casing under it.
    """

    def __init__(self, line_px: float = LINE_PX, casing_px: float = CASING_PX) -> None:
        self._line_px = line_px
        self._casing_px = casing_px
        self._scene = EMPTY_SCENE
        self._rows: dict[str, NDArray[np.intp]] = {}
        self._ids: dict[str, NDArray[np.int64]] = {}
        self._origin = (0.0, 0.0)
        self._paths: list[QPainterPath] = []
        self._marks: NDArray[np.float64] = np.zeros((0, 2))
        self._made_for: Extent | None = None

    def set_scene(self, scene: Scene) -> None:
        """Draw on another scene; the selected ids stay."""
        self._scene = scene
        self._find_rows()

    def set_selection(self, selection: Selection) -> None:
        """Select rows by layer id and stable row id."""
        self._ids = {layer: np.asarray(ids, dtype=np.int64) for layer, ids in selection.items()}
        self._find_rows()

    @property
    def is_empty(self) -> bool:
        """Whether nothing selected is on the map."""
        return not any(len(rows) for rows in self._rows.values())

    def _find_rows(self) -> None:
        self._made_for = None
        self._rows = {
            drawn.id: drawn.layer.table.rows_of_ids(self._ids[drawn.id])
            for drawn in self._scene.vectors
            if drawn.id in self._ids
        }

    def paint(self, painter: QPainter, viewport: Viewport, colors: CanvasColors) -> None:
        """Draw the selection in a view (logical pixels)."""
        if self.is_empty:
            return
        self._prepare(viewport)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((colors.casing, self._casing_px), (colors.accent, self._line_px)):
            pen = QPen(QColor(color), width, j=Qt.PenJoinStyle.RoundJoin)
            pen.setCosmetic(True)
            painter.setPen(pen)
            self._paint_paths(painter, viewport)
            self._paint_marks(painter, viewport)
        painter.restore()

    def _paint_paths(self, painter: QPainter, viewport: Viewport) -> None:
        left, top = viewport.to_screen(*self._origin)
        scale = 1 / viewport.units_per_px
        painter.setTransform(QTransform(scale, 0, 0, -scale, left, top), combine=True)
        for path in self._paths:
            painter.drawPath(path)
        painter.setTransform(QTransform(scale, 0, 0, -scale, left, top).inverted()[0], combine=True)

    def _paint_marks(self, painter: QPainter, viewport: Viewport) -> None:
        for x, y in viewport.points_to_screen(self._marks).tolist():
            painter.drawEllipse(QPointF(x, y), MARK_RADIUS_PX, MARK_RADIUS_PX)

    def _prepare(self, viewport: Viewport) -> None:
        """Make the paths of what is in and around the view, unless they are there."""
        view = viewport.extent
        made = self._made_for
        if made is not None and _covers(made, view) and made.width < 6 * view.width:
            return
        around = view.scaled(3.0)
        self._made_for = around
        self._origin = view.center
        self._paths, marks = [], []
        for drawn in self._scene.vectors:
            rows = self._rows.get(drawn.id)
            if rows is None or not len(rows) or not drawn.shown_at(viewport.units_per_px):
                continue
            paths, points = self._outlines(drawn, rows, around)
            self._paths += paths
            marks.append(points)
        self._marks = np.concatenate(marks) if marks else np.zeros((0, 2))

    def _outlines(
        self, drawn: DrawnLayer, rows: NDArray[np.intp], around: Extent
    ) -> tuple[list[QPainterPath], NDArray[np.float64]]:
        paths: list[QPainterPath] = []
        marks: list[NDArray[np.float64]] = [np.zeros((0, 2))]
        left = MOST_OUTLINES
        for chunk, local in self._scene.touched_chunks(drawn, rows):
            near = _near(chunk, local, around)
            is_point = chunk.kinds[near] == Kind.POINT
            marks.append(chunk.taken(near[is_point]).xy)
            shapes = near[~is_point][:left]
            left -= len(shapes)
            paths += self._paths_of(chunk.taken(shapes))
        return paths, np.concatenate(marks)[:MOST_MARKS]

    def _paths_of(self, chunk: GeometryChunk) -> list[QPainterPath]:
        elements = path_elements(chunk.xy - np.array(self._origin), chunk.coord_offsets)
        offsets = chunk.feature_coord_offsets
        cuts = np.append(np.arange(0, len(chunk), _BATCH), len(chunk))
        return [
            path_of(elements[offsets[a] : offsets[b]])
            for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
        ]


def _near(chunk: GeometryChunk, rows: NDArray[np.intp], extent: Extent) -> NDArray[np.intp]:
    bounds = chunk.bounds[rows]
    meets = (bounds[:, 0] <= extent.xmax) & (bounds[:, 2] >= extent.xmin)
    meets &= (bounds[:, 1] <= extent.ymax) & (bounds[:, 3] >= extent.ymin)
    return rows[meets]


def _covers(outer: Extent, inner: Extent) -> bool:
    return (
        outer.xmin <= inner.xmin
        and outer.ymin <= inner.ymin
        and outer.xmax >= inner.xmax
        and outer.ymax >= inner.ymax
    )
