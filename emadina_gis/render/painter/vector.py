"""Vector layers with QPainter: fills, outlines, lines with casing, markers, in batches by class."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from emadina_gis.domain.geometry import GeometryChunk, Kind, chunk_from_shapely
from emadina_gis.domain.style import Dash
from emadina_gis.render.borders import cached_common_lines
from emadina_gis.render.painter.paths import batch_cuts, path_elements, paths_of
from emadina_gis.render.painter.patterns import class_patterns, draw_patterns
from emadina_gis.render.painter.thinning import thinned
from emadina_gis.render.rings import (
    cached_order,
    cached_oriented,
    cached_size,
    outline_strength,
)
from emadina_gis.render.scene import DrawnLayer, Scene, rows_in
from emadina_gis.render.symbols import line_pen, marker_outline, qcolor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.progress import Context

BATCH = 48
BATCH_VERTICES = 1_000
#: Features reaching this far outside the picture are clipped before Qt sees them.
FARTHEST_PX = 8000.0
_CLIP_MARGIN_PX = 200.0
#: Dashed outlines of layers of more polygons are drawn for each of them.
MOST_WITH_COMMON_LINES = 5_000


@dataclass(frozen=True)
class Target:
    """Where a layer is drawn.

    Attributes
    ----------
    painter : QPainter
        On an image or a vector device; its unit is the pixel of `viewport`.
    mm_per_px : float
        Millimetres of one pixel on the picture: turns widths of symbols into pixels.
    smooth_fill : bool
        Antialias fills; off where the picture is reduced afterwards, so that no seams appear.
    on_paper : bool
        Faint outlines are thin instead of translucent: those are expanded into areas in a PDF.
    """

    painter: QPainter
    viewport: Viewport
    mm_per_px: float
    ctx: Context
    smooth_fill: bool = True
    on_paper: bool = False

    @property
    def extent(self) -> Extent:
        """What is drawn, with a margin for widths and markers."""
        return self.viewport.extent.padded(40 * self.viewport.units_per_px)


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows of one kind of one chunk on the picture, sorted by class."""

    chunk: GeometryChunk
    codes: NDArray[np.uint16]

    def batches(
        self, size: int = BATCH
    ) -> tuple[NDArray[np.void], NDArray[np.intp], NDArray[np.uint16]]:
        """Return path elements, their cuts into batches, and the class of each batch."""
        rows = batch_cuts(self.codes, size)
        elements = path_elements(self.chunk.xy, self.chunk.coord_offsets)
        return elements, self.chunk.feature_coord_offsets[rows], self.codes[rows[:-1]]

    def stroke_batches(
        self,
    ) -> tuple[NDArray[np.void], NDArray[np.intp], NDArray[np.uint16]]:
        """Return the same for lines: batches end after some vertices too, between two rings.

        Qt's time for a line grows faster than its vertices.
        """
        chunk = self.chunk
        rings = np.diff(chunk.ring_offsets[chunk.part_offsets])
        feature = np.repeat(np.arange(len(chunk)), rings)
        codes = self.codes[feature]
        block = chunk.coord_offsets[:-1] // BATCH_VERTICES
        ends = (np.diff(codes) != 0) | (np.diff(feature // BATCH) != 0) | (np.diff(block) != 0)
        starts = np.concatenate([[0], np.flatnonzero(ends) + 1])[: len(codes)].astype(np.intp)
        elements = path_elements(chunk.xy, chunk.coord_offsets)
        cuts = chunk.coord_offsets[np.append(starts, len(codes))]
        return elements, cuts, codes[starts]


def draw_layer(target: Target, scene: Scene, drawn: DrawnLayer) -> None:
    """Draw a vector layer: polygons, then lines, then points."""
    draw_fills(target, scene, drawn)
    draw_strokes(target, scene, drawn)


def draw_fills(
    target: Target, scene: Scene, drawn: DrawnLayer, only: NDArray[np.bool_] | None = None
) -> None:
    """Fill the polygons of a layer, or those of some rows, shape (n,)."""
    colors = drawn.fill_colors
    if not colors[:, 3].any():
        return
    painter = target.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, target.smooth_fill)
    painter.setPen(Qt.PenStyle.NoPen)
    for piece in pieces(target, scene, drawn, Kind.POLYGON, only):
        elements, cuts, codes = piece.batches()
        for code, path in zip(codes.tolist(), paths_of(elements, cuts), strict=True):
            if colors[code, 3]:
                painter.setBrush(qcolor(colors[code]))
                painter.drawPath(path)
        target.ctx.check()


def draw_strokes(
    target: Target, scene: Scene, drawn: DrawnLayer, *, with_points: bool = True
) -> None:
    """Draw patterns and outlines of polygons, then lines, then points."""
    target.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    kinds = set(np.unique(drawn.layer.table.kinds).tolist())
    if Kind.POLYGON in kinds:
        patterns = class_patterns(drawn)
        if any(patterns):
            draw_patterns(target, pieces(target, scene, drawn, Kind.POLYGON), patterns)
        _draw_outlines(target, scene, drawn)
    if Kind.LINE in kinds:
        _draw_lines(target, scene, drawn)
    if with_points and Kind.POINT in kinds:
        _draw_points(target, scene, drawn)


def _draw_outlines(target: Target, scene: Scene, drawn: DrawnLayer) -> None:
    symbol = drawn.symbol
    size = layer_size(scene, drawn, target.extent) / target.viewport.units_per_px * target.mm_per_px
    strength = outline_strength(size)
    if not symbol.stroke or not symbol.stroke_mm or not strength:
        return
    shown = drawn.classes.colors[:, 3] > 0
    found = _outline_pieces(target, scene, drawn, all_shown=bool(shown.all()))
    if symbol.casing:
        width = symbol.stroke_mm + symbol.casing_mm
        _stroke_all(target, found, shown, _pen(target, symbol.casing, width, Dash.SOLID))
    color, width = QColor(symbol.stroke), symbol.stroke_mm
    if target.on_paper:
        width *= strength
    else:
        color.setAlphaF(strength)
    _stroke_all(target, found, shown, _pen(target, color, width, symbol.dash))


def _outline_pieces(
    target: Target, scene: Scene, drawn: DrawnLayer, *, all_shown: bool
) -> list[Piece]:
    """Return the outlines of polygons; of dashed ones each edge of two neighbours once.

    Drawn twice, the dashes of one fall into the gaps of the other.
    """
    few = drawn.layer.table.row_count <= MOST_WITH_COMMON_LINES
    if drawn.symbol.dash is Dash.SOLID or not all_shown or not few:
        return list(pieces(target, scene, drawn, Kind.POLYGON))
    found = []
    for _start, chunk in scene.chunks(drawn):
        lines = cached_common_lines(scene.cache, chunk)
        rows = rows_in(lines, target.extent, Kind.LINE)
        taken = lines.taken(rows)
        moved = taken.with_xy(target.viewport.points_to_screen(taken.xy))
        shown = thinned(clipped(moved, target.viewport))
        found.append(Piece(shown, np.zeros(len(shown), dtype=np.uint16)))
        target.ctx.check()
    return found


def _pen(target: Target, color: QColor | str, width_mm: float, dash: Dash) -> QPen:
    return line_pen(QColor(color), width_mm / target.mm_per_px, dash, target.mm_per_px)


def _stroke_all(target: Target, found: list[Piece], shown: NDArray[np.bool_], pen: QPen) -> None:
    target.painter.setPen(pen)
    target.painter.setBrush(Qt.BrushStyle.NoBrush)
    for piece in found:
        elements, cuts, codes = piece.stroke_batches()
        for code, path in zip(codes.tolist(), paths_of(elements, cuts), strict=True):
            if shown[code]:
                target.painter.drawPath(path)
        target.ctx.check()


def _draw_lines(target: Target, scene: Scene, drawn: DrawnLayer) -> None:
    symbol = drawn.symbol
    colors = drawn.line_colors
    found = list(pieces(target, scene, drawn, Kind.LINE))
    if symbol.casing:
        width = symbol.stroke_mm + symbol.casing_mm
        pen = _pen(target, symbol.casing, width, Dash.SOLID)
        _stroke_all(target, found, colors[:, 3] > 0, pen)
    target.painter.setBrush(Qt.BrushStyle.NoBrush)
    for piece in found:
        elements, cuts, codes = piece.stroke_batches()
        for code, path in zip(codes.tolist(), paths_of(elements, cuts), strict=True):
            if colors[code, 3]:
                pen = _pen(target, qcolor(colors[code]), symbol.stroke_mm, symbol.dash)
                target.painter.setPen(pen)
                target.painter.drawPath(path)
        target.ctx.check()


def _draw_points(target: Target, scene: Scene, drawn: DrawnLayer) -> None:
    symbol = drawn.symbol
    colors = drawn.fill_colors
    outline = marker_outline(symbol.marker) * (symbol.size_mm / target.mm_per_px)
    pen = QPen(Qt.PenStyle.NoPen)
    if symbol.stroke and symbol.stroke_mm:
        pen = _pen(target, symbol.stroke, symbol.stroke_mm, Dash.SOLID)
    for piece in pieces(target, scene, drawn, Kind.POINT):
        owners = np.repeat(np.arange(len(piece.chunk)), np.diff(piece.chunk.feature_coord_offsets))
        codes = piece.codes[owners]
        marks = (piece.chunk.xy[:, None, :] + outline).reshape(-1, 2)
        elements = path_elements(marks, np.arange(len(codes) + 1) * len(outline))
        cuts = batch_cuts(codes, 1 if pen.style() != Qt.PenStyle.NoPen else BATCH)
        target.painter.setPen(pen)
        made = paths_of(elements, cuts * len(outline))
        for code, path in zip(codes[cuts[:-1]].tolist(), made, strict=True):
            if colors[code, 3]:
                target.painter.setBrush(QBrush(qcolor(colors[code])))
                target.painter.drawPath(path)
        target.ctx.check()


def pieces(
    target: Target,
    scene: Scene,
    drawn: DrawnLayer,
    kind: Kind,
    only: NDArray[np.bool_] | None = None,
) -> Iterator[Piece]:
    """Return the visible rows of a kind on the picture, chunk by chunk, sorted by class."""
    for start, chunk in scene.chunks(drawn):
        rows = rows_in(chunk, target.extent, kind)
        if only is not None:
            rows = rows[only[start + rows]]
        if not len(rows):
            continue
        order = cached_order(scene.cache, chunk)
        visible = np.zeros(len(chunk), dtype=bool)
        visible[rows] = True
        rows = order[visible[order]]
        if len(rows) > BATCH * 2:
            rows = rows[np.argsort(drawn.classes.codes[start + rows], kind="stable")]
        taken = cached_oriented(scene.cache, chunk).taken(rows)
        moved = taken.with_xy(target.viewport.points_to_screen(taken.xy))
        shown = thinned(clipped(moved, target.viewport))
        yield Piece(shown, drawn.classes.codes[start + rows])
        target.ctx.check()


def clipped(chunk: GeometryChunk, viewport: Viewport) -> GeometryChunk:
    """Return the chunk, on the picture, with what reaches very far outside it cut off."""
    bounds = chunk.bounds
    low = np.nan_to_num(bounds[:, :2], nan=0.0).min(axis=1)
    high = np.nan_to_num(bounds[:, 2:], nan=0.0).max(axis=1)
    far = (low < -FARTHEST_PX) | (high > FARTHEST_PX + max(viewport.width_px, viewport.height_px))
    if not far.any():
        return chunk
    shapes = chunk.to_shapely()
    margin = _CLIP_MARGIN_PX
    shapes[far] = shapely.clip_by_rect(
        shapes[far], -margin, -margin, viewport.width_px + margin, viewport.height_px + margin
    )
    shapes[far] = _keeping_dimension(shapes[far], chunk.kinds[far])
    cut = chunk_from_shapely(shapes)
    return replace(cut)


def _keeping_dimension(
    shapes: NDArray[np.object_], kinds: NDArray[np.uint8]
) -> NDArray[np.object_]:
    """Drop what clipping reduced to a lower dimension."""
    lower = shapely.get_dimensions(shapes) < (kinds - 1)
    shapes = shapes.copy()
    shapes[lower] = None
    return shapes


def layer_size(scene: Scene, drawn: DrawnLayer, extent: Extent) -> float:
    """Return the typical size of the polygons of the chunks in view, in map units."""
    sizes = [
        cached_size(scene.cache, chunk)
        for _, chunk in scene.chunks(drawn)
        if len(rows_in(chunk, extent, Kind.POLYGON))
    ]
    known = [size for size in sizes if size == size]  # noqa: PLR0124 - NaN is not equal to itself
    return float(np.median(known)) if known else float("nan")


def blank_image(width_px: int, height_px: int) -> QImage:
    """Return a transparent image."""
    image = QImage(width_px, height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image
