"""Labels: which ones, where, and how they are drawn; Arabic shaped by Qt.

Candidates are placed greedily by priority and size without overlap; what found no place is listed.
Positions are map coordinates, so placed labels follow a moving view until they are placed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QTransform,
)

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.anchors import anchors_of, places_along, points_in_view
from emadina_gis.render.drawn_texts import note
from emadina_gis.render.occupancy import Occupancy
from emadina_gis.render.scene import DrawnLayer, Scene, rows_in
from emadina_gis.words.numbers import format_number, without_isolates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.style import LabelStyle
    from emadina_gis.domain.viewport import Viewport

#: Families tried in order; Latin and Arabic of one design first.
FAMILIES = ("IBM Plex Sans", "IBM Plex Sans Arabic", "Noto Sans", "Noto Sans Arabic", "DejaVu Sans")
MOST_CANDIDATES = 3000
MOST_LABELS = 500
HALO_MM = 0.7
SMALLEST_SCREEN_PX = 11.5
#: A polygon is labelled when its extent holds this part of the text.
_FITTING_PART = 0.8
_GAP_PX = 3.0
_REPEAT_MM = 45.0
_LINE_GAP = 1.02
#: Diameter of a circle about the width of its text; and the width of its line.
_CIRCLE_AROUND = 1.4
CIRCLE_MM = 0.12
#: Units of an em square of the fonts.
_DESIGN_PX = 1000


@dataclass(frozen=True)
class Lettering:
    """How texts are measured and drawn.

    Attributes
    ----------
    mm_per_px : float
        Millimetres of a pixel of the view.
    language : str
        Writes numbers the way of this language.
    smallest_px : float
        No text is smaller; 0 for print.
    """

    mm_per_px: float
    language: str = "fr"
    smallest_px: float = 0.0
    families: tuple[str, ...] = FAMILIES

    def font(self, style: LabelStyle) -> QFont:
        """Return the font of a label style."""
        font = QFont()
        font.setFamilies(list(self.families))
        size = max(style.size_mm / self.mm_per_px, self.smallest_px)
        font.setPixelSize(max(1, round(size)))
        font.setBold(style.bold)
        return font


@dataclass(frozen=True)
class PlacedLabel:
    """A label with its place.

    Attributes
    ----------
    x, y : float
        Middle of the text in map coordinates.
    dx_px, dy_px : float
        Shift of the middle on the picture (labels beside points), y down.
    angle : float
        Radians counter-clockwise.
    """

    layer_id: str
    row: int
    lines: tuple[str, ...]
    style: LabelStyle
    x: float
    y: float
    width_px: float
    height_px: float
    dx_px: float = 0.0
    dy_px: float = 0.0
    angle: float = 0.0


@dataclass(frozen=True)
class Placement:
    """Labels that have a place, and how many of each layer found none."""

    labels: tuple[PlacedLabel, ...] = ()
    unplaced: tuple[tuple[str, int], ...] = ()


@dataclass
class _Run:
    """What one placing works on."""

    scene: Scene
    viewport: Viewport
    lettering: Lettering
    ctx: Context
    occupancy: Occupancy
    placed: list[PlacedLabel] = field(default_factory=list)
    unplaced: dict[tuple[str, int], None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Wanted:
    """A text of a row that looks for a place."""

    drawn: DrawnLayer
    row: int
    lines: tuple[str, ...]
    weight: float
    width_px: float
    height_px: float


def place_labels(
    scene: Scene, viewport: Viewport, lettering: Lettering, ctx: Context = NULL_CONTEXT
) -> Placement:
    """Return the labels of a view without overlaps.

    Layers with a higher priority come first, then layers nearer to the top; within a layer the
    larger polygons and the longer lines.
    """
    run = _Run(scene, viewport, lettering, ctx, Occupancy(viewport.width_px, viewport.height_px))
    layers = [drawn for drawn in scene.vectors if _is_labelled(drawn, viewport)]
    layers.reverse()  # the topmost layer first; sorting keeps that among equals
    for drawn in sorted(layers, key=_priority):
        _place_layer(run, drawn)
        if _style(drawn).circled_field:
            _place_layer(run, _in_circles(drawn))
    counts: dict[str, int] = {}
    for layer_id, _ in run.unplaced:
        counts[layer_id] = counts.get(layer_id, 0) + 1
    return Placement(tuple(run.placed), tuple(counts.items()))


def _is_labelled(drawn: DrawnLayer, viewport: Viewport) -> bool:
    label = drawn.label
    if label is None or not drawn.shown_at(viewport.units_per_px) or not label.field:
        return False
    return label.min_units_per_px <= viewport.units_per_px <= label.max_units_per_px


def _priority(drawn: DrawnLayer) -> int:
    return -(drawn.label.priority if drawn.label is not None else 0)


def _place_layer(run: _Run, drawn: DrawnLayer) -> None:
    """Place the labels of a layer chunk by chunk, the weightiest first."""
    metrics = QFontMetricsF(run.lettering.font(_style(drawn)))
    found: list[tuple[_Wanted, GeometryChunk, int]] = []
    for start, chunk in run.scene.chunks(drawn):
        run.ctx.check()
        for kind in (Kind.POINT, Kind.LINE, Kind.POLYGON):
            rows = rows_in(chunk, run.viewport.extent, kind)
            rows = rows[drawn.classes.colors[drawn.classes.codes[start + rows], 3] > 0]
            rows, weights = _worth_labelling(run, chunk, rows, kind, metrics.height())
            texts = label_lines(drawn, start + rows, run.lettering.language)
            for local, weight, lines in zip(rows.tolist(), weights.tolist(), texts, strict=True):
                if lines:
                    size = _size(lines, metrics, circled=_style(drawn).circled)
                    wanted = _Wanted(drawn, start + local, lines, weight, *size)
                    found.append((wanted, chunk, local))
    found.sort(key=lambda item: -item[0].weight)
    for wanted, chunk, local in found[:MOST_CANDIDATES]:
        if len(run.placed) >= MOST_LABELS:
            return
        _place(run, wanted, chunk, local)
        run.ctx.check()


def _in_circles(drawn: DrawnLayer) -> DrawnLayer:
    """Return the layer labelled with its second column, in circles."""
    own = _style(drawn)
    label = replace(
        own, field=own.circled_field, second_field="", circled_field="", circled=True,
        along_line=False, halo=None,
    )  # fmt: skip
    return replace(drawn, layer=replace(drawn.layer, style=replace(drawn.layer.style, label=label)))


def _style(drawn: DrawnLayer) -> LabelStyle:
    if drawn.label is None:
        raise ValueError(drawn.id)
    return drawn.label


def _size(
    lines: tuple[str, ...], metrics: QFontMetricsF, *, circled: bool = False
) -> tuple[float, float]:
    width = max(metrics.horizontalAdvance(line) for line in lines)
    height = metrics.height() * (1 + (len(lines) - 1) * _LINE_GAP)
    if circled:
        width = height = max(width * _CIRCLE_AROUND, height)
    return width, height


def _worth_labelling(
    run: _Run, chunk: GeometryChunk, rows: NDArray[np.intp], kind: Kind, text_height: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return rows large enough on the picture, with their weights, at most `MOST_CANDIDATES`."""
    bounds = chunk.bounds[rows]
    extent = (bounds[:, 2:] - bounds[:, :2]) / run.viewport.units_per_px
    if kind is Kind.POINT:
        return rows[:MOST_CANDIDATES], np.zeros(len(rows[:MOST_CANDIDATES]))
    large = extent.max(axis=1) > 2 * text_height
    weights = np.prod(extent, axis=1) if kind is Kind.POLYGON else extent.max(axis=1)
    rows, weights = rows[large], weights[large]
    heaviest = np.argsort(-weights, kind="stable")[:MOST_CANDIDATES]
    return rows[heaviest], weights[heaviest]


def label_lines(drawn: DrawnLayer, rows: NDArray[np.intp], language: str) -> list[tuple[str, ...]]:
    """Return the lines of each row's label, upper first; none where values are missing."""
    label = _style(drawn)
    texts: list[list[str]] = []
    for name in (label.second_field, label.field):
        column = drawn.column(name) if name else None
        if column is not None:
            decimals = drawn.layer.field_label(name).decimals
            texts.append(_column_texts(column.take(rows), language, decimals))
    lines = zip(*texts, strict=True) if texts else [()] * len(rows)
    return [tuple(dict.fromkeys(line for line in pair if line)) for pair in lines]


def _column_texts(column: Column, language: str, decimals: int) -> list[str]:
    """Return values as they stand on a map; empty where missing."""
    if not column.is_number:
        return ["" if value is None else str(value).strip() for value in column.strings]
    return [_number_text(value, language, decimals) for value in column.numbers.tolist()]


def _number_text(value: float, language: str, decimals: int) -> str:
    if np.isnan(value):
        return ""
    return format_number(value, language, 0 if value.is_integer() else max(decimals, 1))


def _place(run: _Run, wanted: _Wanted, chunk: GeometryChunk, local: int) -> None:
    key = (wanted.drawn.id, wanted.row)
    for label in _candidates(run, wanted, chunk, local):
        if _take(run, label):
            return
    run.unplaced[key] = None


def _candidates(
    run: _Run, wanted: _Wanted, chunk: GeometryChunk, local: int
) -> Iterator[PlacedLabel]:
    kind = chunk.kinds[local]
    if kind == Kind.POINT:
        return _beside_point(run, wanted, chunk, local)
    if kind == Kind.LINE:
        return _along_line(run, wanted, chunk, local)
    return _inside_polygon(run, wanted, chunk, local)


def _label(wanted: _Wanted, x: float, y: float, **more: float) -> PlacedLabel:
    return PlacedLabel(
        wanted.drawn.id,
        wanted.row,
        wanted.lines,
        _style(wanted.drawn),
        x,
        y,
        wanted.width_px,
        wanted.height_px,
        **more,
    )


def _beside_point(
    run: _Run, wanted: _Wanted, chunk: GeometryChunk, local: int
) -> Iterator[PlacedLabel]:
    """Right, left, above, below; Arabic starts on the left."""
    x, y = chunk.xy[int(chunk.feature_coord_offsets[local])].tolist()
    if _repeats(run, wanted, shapely.Point(x, y)):
        return
    radius = wanted.drawn.symbol.size_mm / run.lettering.mm_per_px / 2
    across = radius + wanted.width_px / 2 + _GAP_PX
    up = radius + wanted.height_px / 2 + 1
    sides = (across, -across) if run.lettering.language != "ar" else (-across, across)
    for dx, dy in ((sides[0], 0.0), (sides[1], 0.0), (0.0, -up), (0.0, up)):
        yield _label(wanted, x, y, dx_px=dx, dy_px=dy)


def _along_line(
    run: _Run, wanted: _Wanted, chunk: GeometryChunk, local: int
) -> Iterator[PlacedLabel]:
    shape = chunk.taken(np.array([local])).to_shapely()[0]
    seen = shapely.clip_by_rect(shape, *run.viewport.extent.as_tuple)
    if shapely.is_empty(seen) or _repeats(run, wanted, shape):
        return
    parts = shapely.get_parts(seen)
    longest = parts[int(np.argmax(shapely.length(parts)))]
    length = (wanted.width_px + 2 * _GAP_PX) * run.viewport.units_per_px
    for x, y, angle in places_along(longest, length):
        yield _label(wanted, x, y, angle=angle if _style(wanted.drawn).along_line else 0.0)


def _repeats(run: _Run, wanted: _Wanted, shape: object) -> bool:
    """Whether the same text of the layer stands nearby (streets and stops come in pieces)."""
    reach = _REPEAT_MM / run.lettering.mm_per_px * run.viewport.units_per_px
    same = [
        (label.x, label.y)
        for label in run.placed
        if label.layer_id == wanted.drawn.id and label.lines == wanted.lines
    ]
    if not same:
        return False
    return bool((shapely.distance(shape, shapely.points(same)) < reach).any())


def _inside_polygon(
    run: _Run, wanted: _Wanted, chunk: GeometryChunk, local: int
) -> Iterator[PlacedLabel]:
    row = np.array([local])
    xmin, ymin, xmax, ymax = chunk.bounds[local] / run.viewport.units_per_px
    fits = xmax - xmin > wanted.width_px * _FITTING_PART and ymax - ymin > wanted.height_px * 0.7
    if not fits:
        return
    x, y = anchors_of(run.scene.cache, chunk, row)[0].tolist()
    view = _inner_view(run, wanted)
    if view.contains(x, y):
        yield _label(wanted, x, y)
    if not _is_inside(chunk.bounds[local], run.viewport.extent):
        seen = points_in_view(chunk.taken(row).to_shapely(), view)[0]
        if np.isfinite(seen).all():
            yield _label(wanted, float(seen[0]), float(seen[1]))


def _inner_view(run: _Run, wanted: _Wanted) -> Extent:
    """The part of the view where the middle of a label may stand."""
    view = run.viewport.extent
    across = wanted.width_px / 2 * run.viewport.units_per_px
    up = wanted.height_px / 2 * run.viewport.units_per_px
    return Extent(view.xmin + across, view.ymin + up, view.xmax - across, view.ymax - up)


def _is_inside(bounds: NDArray[np.float64], extent: Extent) -> bool:
    return bool(
        bounds[0] >= extent.xmin
        and bounds[1] >= extent.ymin
        and bounds[2] <= extent.xmax
        and bounds[3] <= extent.ymax
    )


def _take(run: _Run, label: PlacedLabel) -> bool:
    x, y = run.viewport.to_screen(label.x, label.y)
    width = label.width_px + 2 * _GAP_PX
    if not run.occupancy.take(
        x + label.dx_px, y + label.dy_px, width, label.height_px, label.angle
    ):
        return False
    run.placed.append(label)
    return True


def draw_labels(
    painter: QPainter, labels: Iterable[PlacedLabel], viewport: Viewport, lettering: Lettering
) -> None:
    """Draw placed labels in a view (the one they were placed for, or a moved one)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for label in labels:
        x, y = viewport.to_screen(label.x, label.y)
        painter.save()
        painter.translate(x + label.dx_px, y + label.dy_px)
        painter.rotate(-float(np.degrees(label.angle)))
        _draw_lines(painter, label, lettering)
        painter.restore()


def _draw_lines(painter: QPainter, label: PlacedLabel, lettering: Lettering) -> None:
    font = lettering.font(label.style)
    metrics = QFontMetricsF(font)
    text_height = metrics.height() * (1 + (len(label.lines) - 1) * _LINE_GAP)
    if label.style.circled:
        _draw_circle(painter, label, lettering)
    baseline = -text_height / 2 + metrics.ascent()
    starts: list[tuple[QPointF, str]] = []
    for line in label.lines:
        text = without_isolates(line)
        starts.append((QPointF(-metrics.horizontalAdvance(text) / 2, baseline), text))
        baseline += metrics.height() * _LINE_GAP
    if label.style.halo:
        path = QPainterPath()
        for at, text in starts:
            path.addPath(text_outline(font, at, text))
        width = HALO_MM / lettering.mm_per_px
        pen = QPen(QColor(label.style.halo), width, j=Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.setFont(font)
    painter.setPen(QColor(label.style.color))
    for at, text in starts:
        note(text)
        painter.drawText(at, text)


def _draw_circle(painter: QPainter, label: PlacedLabel, lettering: Lettering) -> None:
    painter.setPen(QPen(QColor(label.style.color), CIRCLE_MM / lettering.mm_per_px))
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(QPointF(), label.width_px / 2, label.height_px / 2)


def text_outline(font: QFont, at: QPointF, text: str) -> QPainterPath:
    """Return the outlines of a line of text whose baseline begins at a position.

    The outlines of a small font are hinted and rounded, and change by a 64th of a pixel with what
    was drawn before. At one pixel per unit of the font's design they are the design's own, so
    that the same sheet always gives the same file.
    """
    large = QFont(font)
    large.setPixelSize(_DESIGN_PX)
    path = QPainterPath()
    path.addText(QPointF(), large, text)
    scale = font.pixelSize() / _DESIGN_PX
    return QTransform(scale, 0.0, 0.0, scale, at.x(), at.y()).map(path)


@dataclass(frozen=True, eq=False)
class LabelSprite:
    """A label drawn once, to be shown wherever the view moves it.

    Attributes
    ----------
    rect : QRectF
        Where the picture lies about the label's place, in pixels.
    """

    x: float
    y: float
    rect: QRectF
    image: QImage


def sprites(placement: Placement, lettering: Lettering) -> tuple[LabelSprite, ...]:
    """Return pictures of labels; they keep their size while the map is zoomed."""
    return tuple(_sprite(label, lettering) for label in placement.labels)


def _sprite(label: PlacedLabel, lettering: Lettering) -> LabelSprite:
    halo = HALO_MM / lettering.mm_per_px + 2
    cos, sin = abs(np.cos(label.angle)), abs(np.sin(label.angle))
    width = int(np.ceil(label.width_px * cos + label.height_px * sin + 2 * halo))
    height = int(np.ceil(label.width_px * sin + label.height_px * cos + 2 * halo))
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(width / 2, height / 2)
    painter.rotate(-float(np.degrees(label.angle)))
    _draw_lines(painter, label, lettering)
    painter.end()
    rect = QRectF(label.dx_px - width / 2, label.dy_px - height / 2, width, height)
    return LabelSprite(label.x, label.y, rect, image)
