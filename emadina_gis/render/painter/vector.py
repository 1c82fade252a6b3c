"""Vector layers with QPainter: fills, outlines, lines with casing, markers, in batches by class."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from emadina_gis.domain.geometry import GeometryChunk, Kind, chunk_from_shapely
from emadina_gis.domain.style import OPAQUE, Dash, Symbol
from emadina_gis.render.borders import cached_common_lines, common_lines
from emadina_gis.render.marker_shapes import marker_outline
from emadina_gis.render.painter.paths import batch_cuts, path_elements, paths_of
from emadina_gis.render.painter.patterns import class_patterns, draw_patterns
from emadina_gis.render.painter.thinning import thinned
from emadina_gis.render.rings import (
    cached_order,
    cached_oriented,
    outline_strength,
)
from emadina_gis.render.scene import DrawnLayer, Scene, rows_in
from emadina_gis.render.solid_lines import size_of_chunks, symbols_on_picture
from emadina_gis.render.symbols import draw_pictures, line_pen, qcolor

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
    strength : float or None
        Opacity of outlines where it is given, for parts of a picture; None: of the polygons here.
    """

    painter: QPainter
    viewport: Viewport
    mm_per_px: float
    ctx: Context
    smooth_fill: bool = True
    on_paper: bool = False
    strength: float | None = None

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
    symbols = paper_symbols(target, scene, drawn)
    if Kind.POLYGON in kinds:
        patterns = class_patterns(drawn, symbols)
        if any(patterns):
            draw_patterns(target, pieces(target, scene, drawn, Kind.POLYGON), patterns)
        _draw_outlines(target, scene, drawn, symbols)
    if Kind.LINE in kinds:
        _draw_lines(target, scene, drawn, symbols)
    if with_points and Kind.POINT in kinds:
        _draw_points(target, scene, drawn, symbols)


def paper_symbols(target: Target, scene: Scene, drawn: DrawnLayer) -> tuple[Symbol, ...]:
    """Return the symbol of each colour with its lengths on this picture."""
    return symbols_on_picture(scene, drawn, target.viewport, target.mm_per_px)


def _draw_outlines(
    target: Target, scene: Scene, drawn: DrawnLayer, symbols: tuple[Symbol, ...]
) -> None:
    strength = layer_strength(target, scene, drawn)
    if not strength:
        return
    shown = drawn.classes.colors[:, 3] > 0
    outlines = Outlines(target, scene, drawn)
    for stroke, colors in strokes_of(symbols, drawn.opacities, shown):
        found = outlines.of(colors, dashed=stroke.symbol.is_dashed)
        symbol = stroke.symbol
        if symbol.casing:
            width = symbol.stroke_mm + symbol.casing_mm
            casing = replace(symbol, dash=Dash.SOLID, dashes_mm=())
            _stroke_all(target, found, colors, _pen(target, casing, symbol.casing, width))
        color, width = QColor(symbol.stroke or symbol.color), symbol.stroke_mm
        if target.on_paper:
            width *= strength
        color.setAlphaF(stroke.opacity if target.on_paper else strength * stroke.opacity)
        _stroke_all(target, found, colors, _pen(target, symbol, color, width))


@dataclass(frozen=True)
class Stroke:
    """An outline that several colours of a layer share."""

    symbol: Symbol
    opacity: float


def strokes_of(
    symbols: tuple[Symbol, ...], opacities: NDArray[np.float64], shown: NDArray[np.bool_]
) -> list[tuple[Stroke, NDArray[np.bool_]]]:
    """Return the different outlines of a layer, and which of its colours have each, shape (k,)."""
    found: dict[Stroke, NDArray[np.bool_]] = {}
    for index, symbol in enumerate(symbols):
        if not (symbol.stroke and symbol.stroke_mm and shown[index]):
            continue
        bare = Symbol(
            fill=None,
            stroke=symbol.stroke,
            stroke_mm=symbol.stroke_mm,
            dash=symbol.dash,
            dashes_mm=symbol.dashes_mm,
            casing=symbol.casing,
            casing_mm=symbol.casing_mm,
        )
        colors = found.setdefault(
            Stroke(bare, float(opacities[index])), np.zeros(len(symbols), dtype=bool)
        )
        colors[index] = True
    return list(found.items())


class Outlines:
    """The outlines of the polygons of a layer on a picture, cut out once for all its strokes."""

    def __init__(self, target: Target, scene: Scene, drawn: DrawnLayer) -> None:
        self._target = target
        self._scene = scene
        self._drawn = drawn
        self._whole: list[Piece] | None = None

    def of(self, colors: NDArray[np.bool_], *, dashed: bool) -> list[Piece]:
        """Return the outlines of some colours; of dashed ones each edge of two neighbours once.

        Drawn twice, the dashes of one fall into the gaps of the other.
        """
        if dashed and self._drawn.layer.table.row_count <= MOST_WITH_COMMON_LINES:
            return list(self._common(colors))
        if self._whole is None:
            self._whole = list(pieces(self._target, self._scene, self._drawn, Kind.POLYGON))
        return self._whole

    def _common(self, colors: NDArray[np.bool_]) -> Iterator[Piece]:
        target, codes = self._target, self._drawn.classes.codes
        first = int(np.flatnonzero(colors)[0])
        for start, chunk in self._scene.chunks(self._drawn):
            lines = _common_lines(self._scene, chunk, colors[codes[start : start + len(chunk)]])
            rows = rows_in(lines, target.extent, Kind.LINE)
            taken = lines.taken(rows)
            moved = taken.with_xy(target.viewport.points_to_screen(taken.xy))
            shown = thinned(clipped(moved, target.viewport))
            yield Piece(shown, np.full(len(shown), first, dtype=np.uint16))
            target.ctx.check()


def _common_lines(scene: Scene, chunk: GeometryChunk, wanted: NDArray[np.bool_]) -> GeometryChunk:
    """Return the outlines of some polygons of a chunk, computed once."""
    if wanted.all():
        return cached_common_lines(scene.cache, chunk)
    key = ("common lines", np.packbits(wanted).tobytes())
    return scene.cache.get(chunk, key, lambda: common_lines(chunk.taken(np.flatnonzero(wanted))))


def _pen(target: Target, symbol: Symbol, color: QColor | str, width_mm: float) -> QPen:
    return line_pen(
        QColor(color), width_mm / target.mm_per_px, symbol.dash, target.mm_per_px, symbol.dashes_mm
    )


def _stroke_all(target: Target, found: list[Piece], shown: NDArray[np.bool_], pen: QPen) -> None:
    target.painter.setPen(pen)
    target.painter.setBrush(Qt.BrushStyle.NoBrush)
    for piece in found:
        elements, cuts, codes = piece.stroke_batches()
        for code, path in zip(codes.tolist(), paths_of(elements, cuts), strict=True):
            if shown[code]:
                target.painter.drawPath(path)
        target.ctx.check()


def _draw_lines(
    target: Target, scene: Scene, drawn: DrawnLayer, symbols: tuple[Symbol, ...]
) -> None:
    colors = drawn.line_colors
    found = list(pieces(target, scene, drawn, Kind.LINE))
    _draw_casings(target, found, symbols, colors[:, 3] / OPAQUE)
    pens = [
        _pen(target, symbol, qcolor(color), symbol.stroke_mm)
        for symbol, color in zip(symbols, colors, strict=True)
    ]
    target.painter.setBrush(Qt.BrushStyle.NoBrush)
    for piece in found:
        elements, cuts, codes = piece.stroke_batches()
        for code, path in zip(codes.tolist(), paths_of(elements, cuts), strict=True):
            if colors[code, 3] and symbols[code].stroke_mm:
                target.painter.setPen(pens[code])
                target.painter.drawPath(path)
        target.ctx.check()


def _draw_casings(
    target: Target,
    found: list[Piece],
    symbols: tuple[Symbol, ...],
    opacities: NDArray[np.float64],
) -> None:
    """Draw what lies under the lines: one casing after another, so that lines meet over them."""
    kinds: dict[tuple[str, float, float], NDArray[np.bool_]] = {}
    for index, symbol in enumerate(symbols):
        if symbol.casing and opacities[index]:
            width = symbol.stroke_mm + symbol.casing_mm
            key = (symbol.casing, width, float(opacities[index]))
            kinds.setdefault(key, np.zeros(len(symbols), dtype=bool))[index] = True
    for (name, width, opacity), shown in kinds.items():
        color = QColor(name)
        color.setAlphaF(opacity)
        _stroke_all(target, found, shown, _pen(target, Symbol(), color, width))


def _draw_points(
    target: Target, scene: Scene, drawn: DrawnLayer, symbols: tuple[Symbol, ...]
) -> None:
    colors = drawn.fill_colors
    for piece in pieces(target, scene, drawn, Kind.POINT):
        owners = np.repeat(np.arange(len(piece.chunk)), np.diff(piece.chunk.feature_coord_offsets))
        codes = piece.codes[owners]
        cuts = batch_cuts(codes, len(codes) or 1)
        for first, last in pairwise(cuts.tolist()):
            code = int(codes[first])
            if drawn.shows_marks[code]:
                xy = piece.chunk.xy[first:last]
                draw_markers(target, xy, symbols[code], qcolor(colors[code]))
        target.ctx.check()


def draw_markers(target: Target, xy: NDArray[np.float64], symbol: Symbol, color: QColor) -> None:
    """Draw the markers of one class at places on the picture, shape (n, 2)."""
    painter, size_px = target.painter, symbol.size_mm / target.mm_per_px
    if symbol.picture is not None:
        draw_pictures(painter, xy, symbol, color, size_px=size_px, as_vectors=target.on_paper)
        return
    outline = marker_outline(symbol.marker) * size_px
    pen = QPen(Qt.PenStyle.NoPen)
    if symbol.stroke and symbol.stroke_mm:
        pen = _pen(target, Symbol(), symbol.stroke, symbol.stroke_mm)
    marks = (xy[:, None, :] + outline).reshape(-1, 2)
    elements = path_elements(marks, np.arange(len(xy) + 1) * len(outline))
    step = 1 if pen.style() != Qt.PenStyle.NoPen else BATCH
    cuts = np.append(np.arange(0, len(xy), step), len(xy))
    painter.setPen(pen)
    painter.setBrush(QBrush(color))
    for path in paths_of(elements, cuts * len(outline)):
        painter.drawPath(path)


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


def layer_strength(target: Target, scene: Scene, drawn: DrawnLayer) -> float:
    """Return the opacity of the outlines of polygons on a picture, in [0, 1]."""
    if target.strength is not None:
        return target.strength
    size = layer_size(scene, drawn, target.extent) / target.viewport.units_per_px
    return outline_strength(size * target.mm_per_px)


def layer_size(scene: Scene, drawn: DrawnLayer, extent: Extent) -> float:
    """Return the typical size of the polygons of the chunks in view, in map units."""
    return size_of_chunks(scene.cache, (chunk for _, chunk in scene.chunks(drawn)), extent)


def blank_image(width_px: int, height_px: int) -> QImage:
    """Return a transparent image."""
    image = QImage(width_px, height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image
