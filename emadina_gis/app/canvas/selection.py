"""The selection on the map: an accent line with a white casing, no fill.

Outlines are paths about a local origin, drawn through the view's transform, so that they follow
every frame of a pan or zoom. More outlines than a paint can take are drawn as a picture in a
thread, which moves with the view like a frame does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from emadina_gis.domain.geometry import Kind
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.render.borders import ring_edges, unshared
from emadina_gis.render.painter.paths import path_elements, path_of
from emadina_gis.render.scene import EMPTY_SCENE, Scene
from emadina_gis.render.spatial_index import chunk_extent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.app.canvas.colors import CanvasColors
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.progress import Context
    from emadina_gis.render.scene import DrawnLayer

LINE_PX = 2.0
CASING_PX = 4.6
MARK_RADIUS_PX = 7.5
#: Line and casing where many are selected.
CROWDED_PX = (1.3, 3.0)
#: As many rows are drawn at most in one paint; more would hold the window up.
MOST_AT_ONCE = 1500
#: So many features that are typically smaller are ringed instead of outlined.
FEWEST_DOTS, SMALLEST_PX = 12, 7.0
#: A chunk of so few rows is reprojected in a paint; larger ones are waited for.
_MOVED_AT_ONCE = 2000
_BATCH = 16
_SAME_PX = 0.01
#: Outlines are made for the view and this much around it, the first that is not too much.
_AROUND = (3.0, 1.2)
#: Outlines are made again when the view has become so many times smaller than what they cover.
_ZOOMED_IN = 6.0
_STILL_CROWDED = 1.6

Selection = Mapping[str, "NDArray[np.int64]"]


@dataclass(frozen=True, eq=False)
class Outlines:
    """Paths and marks about an origin in map coordinates."""

    origin: tuple[float, float] = (0.0, 0.0)
    paths: tuple[QPainterPath, ...] = ()
    marks: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))

    def paint(
        self, painter: QPainter, viewport: Viewport, brush: Brush, ctx: Context = NULL_CONTEXT
    ) -> None:
        """Draw all casings, then all lines.

        Raises
        ------
        JobCancelled
            If the context was cancelled; the painter is as it was.
        """
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in (
                (brush.colors.casing, brush.casing_px),
                (brush.colors.accent, brush.line_px),
            ):
                pen = QPen(QColor(color), width * brush.ratio, j=Qt.PenJoinStyle.BevelJoin)
                pen.setCosmetic(True)
                painter.setPen(pen)
                self._paint_marks(painter, viewport, MARK_RADIUS_PX * brush.ratio)
                self._paint_paths(painter, viewport, ctx)
        finally:
            painter.restore()

    def _paint_marks(self, painter: QPainter, viewport: Viewport, radius: float) -> None:
        for x, y in viewport.points_to_screen(self.marks).tolist():
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_paths(self, painter: QPainter, viewport: Viewport, ctx: Context) -> None:
        left, top = viewport.to_screen(*self.origin)
        scale = 1 / viewport.units_per_px
        before = painter.transform()
        painter.setTransform(QTransform(scale, 0, 0, -scale, left, top), combine=True)
        for path in self.paths:
            painter.drawPath(path)
            ctx.check()
        painter.setTransform(before)


@dataclass(frozen=True)
class Brush:
    """Colours and widths (logical pixels) of the line and of the casing under it."""

    colors: CanvasColors
    line_px: float = LINE_PX
    casing_px: float = CASING_PX
    ratio: float = 1.0


Rows = Mapping[str, "NDArray[np.intp]"]


class SelectionOverlay:
    """Draws selected rows of any layers of a scene.

    Parameters
    ----------
    line_px, casing_px : float
        Widths of the line and of the casing under it, in logical pixels.
    """

    def __init__(self, line_px: float = LINE_PX, casing_px: float = CASING_PX) -> None:
        self._widths = line_px, casing_px
        self._scene = EMPTY_SCENE
        self._rows: dict[str, NDArray[np.intp]] = {}
        self._ids: dict[str, NDArray[np.int64]] = {}
        self._outlines = Outlines()
        self._made_for: Extent | None = None
        self._is_crowded = False

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

    @property
    def rows(self) -> Rows:
        """Selected rows by layer id."""
        return self._rows

    def _find_rows(self) -> None:
        self._made_for = None
        self._rows = {
            drawn.id: _ascending(drawn.layer.table.rows_of_ids(self._ids[drawn.id]))
            for drawn in self._scene.vectors
            if drawn.id in self._ids
        }

    def is_crowded(self, viewport: Viewport) -> bool:
        """Whether a view shows more selected rows than a paint can take."""
        self._prepare(viewport)
        return self._is_crowded

    def paint(self, painter: QPainter, viewport: Viewport, colors: CanvasColors) -> None:
        """Draw the selection in a view (logical pixels); nothing where it is crowded."""
        if not self.is_empty and not self.is_crowded(viewport):
            self._outlines.paint(painter, viewport, Brush(colors, *self._widths))

    def _prepare(self, viewport: Viewport) -> None:
        """Make the paths of what is in and around the view, unless they are there."""
        view = viewport.extent
        made = self._made_for
        widest = (_STILL_CROWDED if self._is_crowded else _ZOOMED_IN) * view.width
        if made is not None and _covers(made, view) and made.width < widest:
            return
        self._outlines = Outlines()
        self._is_crowded = True
        self._made_for = None
        if awaits_chunks(self._scene, self._rows):
            return
        for part in _AROUND:
            around = view.scaled(part)
            self._made_for = around
            if not sees_more(self._scene, self._rows, around, MOST_AT_ONCE):
                self._outline(view, around, viewport.units_per_px)
                return

    def _outline(self, view: Extent, around: Extent, units_per_px: float) -> None:
        """Make the paths of what is around the view, where they would not look like a fill."""
        self._is_crowded = are_dots(self._scene, self._rows, view, units_per_px)
        if self._is_crowded:
            self._made_for = view.scaled(_AROUND[-1])
        else:
            self._outlines = outlines(self._scene, self._rows, around, units_per_px)


def _ascending(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return rows in their order; they mostly come so already."""
    return rows if (rows[1:] >= rows[:-1]).all() else np.sort(rows)


def sees_more(scene: Scene, rows: Rows, extent: Extent, most: int) -> bool:
    """Whether more than so many of the rows have bounds in an extent."""
    count = 0
    for drawn in scene.vectors:
        for chunk, local in chunks_near(scene, drawn, rows.get(drawn.id), extent):
            count += len(near_rows(chunk, local, extent))
            if count > most:
                return True
    return False


def are_dots(scene: Scene, rows: Rows, extent: Extent, units_per_px: float) -> bool:
    """Whether several lines and polygons are selected in a view and typically mere dots in it.

    Their outlines would look like a fill.
    """
    sizes = [np.zeros(0)]
    for drawn in scene.vectors:
        for chunk, local in chunks_near(scene, drawn, rows.get(drawn.id), extent):
            near = near_rows(chunk, local, extent)
            bounds = chunk.bounds[near[chunk.kinds[near] != Kind.POINT]]
            sizes.append(np.maximum(*(bounds[:, 2:] - bounds[:, :2]).T))
    every = np.concatenate(sizes)
    return len(every) >= FEWEST_DOTS and bool(np.median(every) < SMALLEST_PX * units_per_px)


def chunks_near(
    scene: Scene, drawn: DrawnLayer, rows: NDArray[np.intp] | None, extent: Extent
) -> Iterator[tuple[GeometryChunk, NDArray[np.intp]]]:
    """Return (chunk in the map's CRS, rows within it) for the chunks that reach an extent.

    Parameters
    ----------
    rows : ndarray of int, shape (k,), or None
        Ascending rows of the layer.
    """
    if rows is None or not len(rows):
        return
    chunks = drawn.layer.table.geometry or ()
    starts = np.concatenate([[0], np.cumsum([len(chunk) for chunk in chunks])])
    cuts = np.searchsorted(rows, starts)
    area = scene.area(drawn)
    for index in np.flatnonzero(np.diff(cuts)).tolist():
        chunk = scene.cache.chunk_in(chunks[index], drawn.layer.crs, scene.crs, area)
        whole = chunk_extent(scene.cache, chunk)
        if whole is not None and whole.intersects(extent):
            yield chunk, rows[cuts[index] : cuts[index + 1]] - int(starts[index])


def awaits_chunks(scene: Scene, rows: Rows) -> bool:
    """Whether large chunks that hold some of the rows are still to be reprojected."""
    for drawn in scene.vectors:
        wanted = rows.get(drawn.id, ())
        if not len(wanted):
            continue
        chunks = drawn.layer.table.geometry or ()
        for (start, made), chunk in zip(scene.known_chunks(drawn), chunks, strict=True):
            if made is None and len(chunk) > _MOVED_AT_ONCE:
                first, last = np.searchsorted(wanted, (start, start + len(chunk)))
                if last > first:
                    return True
    return False


def outlines(
    scene: Scene,
    rows: Rows,
    extent: Extent,
    units_per_px: float,
    ctx: Context = NULL_CONTEXT,
    *,
    together: bool = False,
) -> Outlines:
    """Return outlines of the rows in an extent, of layers drawn at a scale.

    Parameters
    ----------
    together : bool
        Neighbours are outlined as one: lines between them would hide the map's colours.
    """
    origin = extent.center
    paths: list[QPainterPath] = []
    marks: list[NDArray[np.float64]] = [np.zeros((0, 2))]
    for drawn in scene.vectors:
        if not drawn.shown_at(units_per_px):
            continue
        shapes: list[GeometryChunk] = []
        for chunk, local in chunks_near(scene, drawn, rows.get(drawn.id), extent):
            ctx.check()
            near = near_rows(chunk, local, extent)
            is_point = chunk.kinds[near] == Kind.POINT
            marks.append(chunk.taken(near[is_point]).xy)
            shapes.append(chunk.taken(near[~is_point]))
        if together:
            paths += _border_paths(shapes, origin, units_per_px * _SAME_PX)
        else:
            paths += [path for chunk in shapes for path in _paths_of(chunk, origin)]
    return Outlines(origin, tuple(paths), np.concatenate(marks))


def _paths_of(chunk: GeometryChunk, origin: tuple[float, float]) -> list[QPainterPath]:
    elements = path_elements(chunk.xy - np.array(origin), chunk.coord_offsets)
    offsets = chunk.feature_coord_offsets
    cuts = np.append(np.arange(0, len(chunk), _BATCH), len(chunk))
    return [
        path_of(elements[offsets[a] : offsets[b]])
        for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
    ]


def _border_paths(
    shapes: list[GeometryChunk], origin: tuple[float, float], quantum: float
) -> list[QPainterPath]:
    edges = np.concatenate([np.zeros((0, 4)), *(ring_edges(chunk) for chunk in shapes)])
    ends = unshared(edges, quantum).reshape(-1, 2) - np.array(origin)
    elements = path_elements(ends, np.arange(0, len(ends) + 1, 2))
    size = 2 * _BATCH * 4
    return [path_of(elements[start : start + size]) for start in range(0, len(elements), size)]


def near_rows(chunk: GeometryChunk, rows: NDArray[np.intp], extent: Extent) -> NDArray[np.intp]:
    """Return the rows whose bounds meet an extent."""
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
