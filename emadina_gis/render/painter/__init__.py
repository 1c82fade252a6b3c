"""The map with QPainter: print, headless pictures, and screens without OpenGL.

Draws a `Scene` on any paint device at a given view and size of pixel. Vector where the device is;
layers of very many features become a 300 dpi fill, which the result says. Works in any thread on a
QImage and stops when the context is cancelled. Must not import ``render.gl``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.viewport import MM_PER_INCH, Viewport
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.painter.pictures import (
    FEWEST_KEPT,
    MOST_LAYERS,
    KeptFill,
    LayerPictures,
)
from emadina_gis.render.painter.vector import (
    Target,
    blank_image,
    draw_fills,
    draw_layer,
    draw_strokes,
    layer_strength,
)
from emadina_gis.render.raster_tiles import Making, raster_picture, raster_steps
from emadina_gis.render.scene import Drawn, DrawnLayer, DrawnRaster, Scene, rows_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DrawReport", "LayerPictures", "Reuse", "draw_scene", "image_of", "render_image"]

#: Above this many features in the view a printed layer is filled as a picture.
MOST_VECTOR_FEATURES = 200_000
FILL_DPI = 300
_FINE_MM_PER_PX = MM_PER_INCH / 200
_SUPERSAMPLING = 2
#: Lines and points of no more vertices need no picture of their own.
_MOST_LIGHT = 2_000
_OPAQUE = 255


@dataclass(frozen=True, eq=False)
class Reuse:
    """What a drawing takes from elsewhere.

    Attributes
    ----------
    fills : Mapping[str, QImage]
        Layer id → picture of its polygons and points in this view, made elsewhere (by OpenGL).
    pictures : LayerPictures, optional
        Pictures of layers from earlier drawings; unchanged ones are not drawn again.
    whole : frozenset of str
        Layers whose picture in `fills` holds their lines too.
    """

    fills: Mapping[str, QImage] = field(default_factory=dict)
    pictures: LayerPictures | None = None
    whole: frozenset[str] = frozenset()

    def ready(self, layer_id: str) -> Ready | None:
        """Return what was made elsewhere of a layer."""
        fill = self.fills.get(layer_id)
        return None if fill is None else Ready(fill, layer_id in self.whole)


@dataclass(frozen=True, eq=False)
class Ready:
    """A picture of a layer that was made elsewhere, and whether its lines are in it."""

    image: QImage
    is_whole: bool


@dataclass(frozen=True)
class DrawReport:
    """What a drawing did: layers whose fill became a picture, by id."""

    as_pictures: tuple[str, ...] = ()


def render_image(
    scene: Scene,
    viewport: Viewport,
    dpi: float = 96.0,
    *,
    background: str | None = "#ffffff",
    reuse: Reuse | None = None,
    ctx: Context = NULL_CONTEXT,
) -> QImage:
    """Return a picture of the scene, without labels and furniture.

    Parameters
    ----------
    scene : Scene
        What is drawn.
    viewport : Viewport
        Which part, and the size in pixels.
    dpi : float
        Pixels per inch: widths of symbols are in millimetres.
    background : str or None
        Colour under the map; None leaves it transparent.
    reuse : Reuse, optional
        What need not be drawn.
    ctx : Context
        Progress by layer, and cancel.

    Raises
    ------
    JobCancelled
        If the context was cancelled.
    """
    made = reuse or Reuse()
    image = _ground(viewport, background)
    painter = QPainter(image)
    try:
        shown = list(scene.visible(viewport.units_per_px))
        for index, drawn in enumerate(shown):
            ctx.report(index / len(shown), "render.phase.draw")
            target = Target(painter, viewport, MM_PER_INCH / dpi, ctx)
            pictures = None if len(shown) > MOST_LAYERS else made.pictures
            if pictures is None or drawn.id in made.fills or _is_light(drawn):
                _paint_on_image(target, scene, drawn, made.ready(drawn.id))
            else:
                _compose(target, drawn, _picture_of(target, scene, drawn, pictures))
    finally:
        painter.end()
    if made.pictures is not None:
        made.pictures.forget_others({drawn.id for drawn in scene.layers})
    ctx.report(1.0, "render.phase.draw")
    return image


def _is_light(drawn: Drawn) -> bool:
    """Whether a layer is drawn sooner than a picture of it is put in its place."""
    if isinstance(drawn, DrawnRaster) or drawn.opacity < 1.0 or _is_filled(drawn):
        return False
    return sum(len(chunk.xy) for chunk in drawn.layer.table.geometry or ()) <= _MOST_LIGHT


def _is_filled(drawn: DrawnLayer) -> bool:
    kinds = drawn.layer.table.kinds
    return bool((kinds == Kind.POLYGON).any() and drawn.fill_colors[:, 3].any())


def _ground(viewport: Viewport, background: str | None) -> QImage:
    if background is None:
        return blank_image(viewport.width_px, viewport.height_px)
    image = QImage(viewport.width_px, viewport.height_px, QImage.Format.Format_RGB32)
    image.fill(QColor(background))
    return image


def draw_scene(
    painter: QPainter,
    scene: Scene,
    viewport: Viewport,
    *,
    mm_per_px: float,
    ctx: Context = NULL_CONTEXT,
) -> DrawReport:
    """Draw the scene as vectors with a painter whose unit is the viewport's pixel.

    Layers with more than `MOST_VECTOR_FEATURES` polygons in view are filled as a 300 dpi picture
    and listed in the result. The painter should be clipped to the map's frame.
    """
    pictures: list[str] = []
    shown = list(scene.visible(viewport.units_per_px))
    for index, drawn in enumerate(shown):
        ctx.report(index / len(shown), "render.phase.draw")
        painter.save()
        try:
            painter.setOpacity(drawn.opacity)
            target = Target(painter, viewport, mm_per_px, ctx, on_paper=True)
            if _draw_vectors(target, scene, drawn):
                pictures.append(drawn.id)
        finally:
            painter.restore()
    return DrawReport(tuple(pictures))


def _draw_vectors(target: Target, scene: Scene, drawn: Drawn) -> bool:
    """Draw a layer on a vector device; whether its fill had to be a picture."""
    if isinstance(drawn, DrawnRaster):
        _draw_raster(target, scene, drawn)
        return False
    if _polygon_count(target, scene, drawn) > MOST_VECTOR_FEATURES:
        _draw_fill_picture(target, scene, drawn)
        return True
    draw_layer(target, scene, drawn)
    return False


def _paint_on_image(target: Target, scene: Scene, drawn: Drawn, fill: Ready | None) -> None:
    """Draw a layer on a picture: as a whole where it is transparent, fills without seams."""
    if drawn.opacity >= 1.0:
        _paint_layer(target, scene, drawn, fill)
        return
    _compose(target, drawn, _layer_image(target, scene, drawn, fill))


def _layer_image(
    target: Target,
    scene: Scene,
    drawn: Drawn,
    fill: Ready | None,
    pictures: LayerPictures | None = None,
) -> QImage:
    """Return a layer alone, on transparent ground."""
    layer = blank_image(target.viewport.width_px, target.viewport.height_px)
    painter = QPainter(layer)
    try:
        _paint_layer(replace(target, painter=painter), scene, drawn, fill, pictures)
    finally:
        painter.end()
    return layer


def _picture_of(target: Target, scene: Scene, drawn: Drawn, pictures: LayerPictures) -> QImage:
    """Return a layer alone, from an earlier drawing where nothing changed."""
    view = scene.crs, target.viewport, target.mm_per_px
    found = pictures.find(drawn, *view)
    if found is None:
        found = _moved_image(target, scene, drawn, pictures)
        if found is None:
            found = _layer_image(target, scene, drawn, None, pictures)
        pictures.keep(drawn, *view, found)
    return found


def _moved_image(
    target: Target, scene: Scene, drawn: Drawn, pictures: LayerPictures
) -> QImage | None:
    """Return a layer put together from its last picture and the parts that come into view.

    Rasters are not: between tiles they are read at places that follow the view.
    """
    if isinstance(drawn, DrawnRaster):
        return None
    view = target.viewport
    moved = pictures.moved(drawn, scene.crs, view, target.mm_per_px)
    if moved is None:
        return None
    strength = layer_strength(target, scene, drawn)
    if strength != layer_strength(replace(target, viewport=moved.viewport), scene, drawn):
        return None
    shown = blank_image(view.width_px, view.height_px)
    painter = QPainter(shown)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(*moved.at, moved.image)
    painter.end()
    for part in moved.parts:
        inner = replace(target, viewport=part.viewport(view), strength=strength)
        image = _layer_image(inner, scene, drawn, None)
        painter = QPainter(shown)
        painter.drawImage(part.left, part.top, image)
        painter.end()
    return shown


def _compose(target: Target, drawn: Drawn, layer: QImage) -> None:
    target.painter.setOpacity(drawn.opacity)
    target.painter.drawImage(0, 0, layer)
    target.painter.setOpacity(1.0)


def _paint_layer(
    target: Target,
    scene: Scene,
    drawn: Drawn,
    fill: Ready | None,
    pictures: LayerPictures | None = None,
) -> None:
    if isinstance(drawn, DrawnRaster):
        _draw_raster(target, scene, drawn)
        return
    if fill is not None:
        target.painter.drawImage(0, 0, fill.image)
        if not fill.is_whole:
            draw_strokes(target, scene, drawn, with_points=False)
        return
    if _is_filled(drawn):
        steps = 1 if target.mm_per_px < _FINE_MM_PER_PX else _SUPERSAMPLING
        view = target.viewport
        made = _fill_picture(target, scene, drawn, steps, pictures)
        if steps > 1:
            made = made.scaled(
                view.width_px,
                view.height_px,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        target.painter.drawImage(0, 0, made)
    draw_strokes(target, scene, drawn)


def _fill_picture(
    target: Target,
    scene: Scene,
    drawn: DrawnLayer,
    steps: float,
    pictures: LayerPictures | None = None,
) -> QImage:
    """Return the fills of a layer; over the last ones only those that changed colour are drawn."""
    view = target.viewport
    size = round(view.width_px * steps), round(view.height_px * steps)
    finer = Viewport(view.x, view.y, view.units_per_px / steps, *size)
    image, only = blank_image(*size), None
    shown = (scene.crs, finer)
    colors = _row_colors(drawn) if pictures is not None else None
    before = pictures.fill_of(drawn, shown) if pictures is not None else None
    if before is not None and colors is not None:
        only = before.changed(colors)
        image = image if only is None else before.image.copy()
    painter = QPainter(image)
    # The last drawn wins: translucent colours replace, they never add up within a layer.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    try:
        finer_target = Target(
            painter, finer, target.mm_per_px / steps, target.ctx, smooth_fill=False
        )
        draw_fills(finer_target, scene, drawn, only)
    finally:
        painter.end()
    if pictures is not None and colors is not None:
        pictures.keep_fill(drawn.id, KeptFill(image, drawn.layer.table.geometry, shown, colors))
    return image


def _row_colors(drawn: DrawnLayer) -> NDArray[np.uint32] | None:
    """Return the colour of each row as one number; None where drawing all is as good.

    What is not opaque cannot be drawn over what was there.
    """
    colors = np.ascontiguousarray(drawn.fill_colors)
    if drawn.layer.table.row_count < FEWEST_KEPT or (colors[:, 3] < _OPAQUE).any():
        return None
    found: NDArray[np.uint32] = colors.view(np.uint32)[:, 0][drawn.classes.codes]
    return found


def _draw_fill_picture(target: Target, scene: Scene, drawn: DrawnLayer) -> None:
    steps = target.mm_per_px / (MM_PER_INCH / FILL_DPI)
    image = _fill_picture(target, scene, drawn, steps)
    view = target.viewport
    target.painter.drawImage(QRectF(0, 0, view.width_px, view.height_px), image)
    draw_strokes(target, scene, drawn)


def _polygon_count(target: Target, scene: Scene, drawn: DrawnLayer) -> int:
    extent = target.extent
    return sum(len(rows_in(chunk, extent, Kind.POLYGON)) for _, chunk in scene.chunks(drawn))


def _draw_raster(target: Target, scene: Scene, drawn: DrawnRaster) -> None:
    layer, view = drawn.layer, target.viewport
    steps = raster_steps(view, target.mm_per_px) if target.on_paper else 1.0
    size = max(round(view.width_px * steps), 1), max(round(view.height_px * steps), 1)
    picture = raster_picture(
        drawn.data,
        layer.style,
        Viewport(view.x, view.y, view.extent.width / size[0], *size),
        source=layer.crs,
        target=scene.crs,
        making=Making(target.mm_per_px / steps, target.ctx),
    )
    if picture is None:
        return
    if target.on_paper:
        # A photograph may lose something in a PDF; edges of classes and lines may not.
        is_exact = not layer.style.color_bands
        target.painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering, is_exact)
        target.painter.drawImage(QRectF(0, 0, view.width_px, view.height_px), image_of(picture))
    else:
        target.painter.drawImage(0, 0, image_of(picture))


def image_of(picture: NDArray[np.uint8]) -> QImage:
    """Return a QImage owning a copy of premultiplied RGBA bytes, shape (h, w, 4)."""
    height, width = picture.shape[:2]
    data = np.ascontiguousarray(picture)
    view = QImage(data.data, width, height, width * 4, QImage.Format.Format_RGBA8888_Premultiplied)
    return view.copy()
