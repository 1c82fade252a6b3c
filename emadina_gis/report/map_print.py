"""The map on paper: a scene drawn into a frame at its scale, with what is highlighted.

The view is given in pixels of 1/96 inch, as on the screen, so that ranges of scales and widths of
symbols mean the same on both. Knows nothing of pages beside the frame.
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, Viewport
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.labels import Lettering, draw_labels, place_labels
from emadina_gis.render.painter import draw_scene
from emadina_gis.report.map_frame import MapFrame, units_per_screen_px
from emadina_gis.report.pdf import UNITS_PER_MM

if TYPE_CHECKING:
    from emadina_gis.render.labels import Placement
    from emadina_gis.render.scene import Drawn, Scene
    from emadina_gis.report.pdf import Paper

HIGHLIGHT = "#0b6e6e"
HIGHLIGHT_MM = 0.7
CASING_MM = 1.5
#: More outlines than this are drawn thinner, so that they do not hide what they surround.
MOST_THICK = 80
THIN = 0.3
#: A few are always drawn thick; more are from this size on paper.
FEW, THICK_FROM_MM = 3, 8.0
_FACTOR = UNITS_PER_MM * MM_PER_PX_AT_96_DPI


@dataclass(frozen=True)
class MapPrint:
    """What drawing a map did: layers whose fill became a 300 dpi picture, by id."""

    as_pictures: tuple[str, ...] = ()


def viewport_of(frame: MapFrame, finer: float = 1.0) -> Viewport:
    """Return the view whose top left corner is the frame's, at least as large as the frame.

    A view that is finer has so many more pixels to a millimetre: all symbols become so much finer.
    """
    units = units_per_screen_px(frame) / finer
    width = math.ceil(frame.box.width * finer / MM_PER_PX_AT_96_DPI)
    height = math.ceil(frame.box.height * finer / MM_PER_PX_AT_96_DPI)
    x = frame.extent.xmin + width * units / 2
    y = frame.extent.ymax - height * units / 2
    return Viewport(x, y, units, width, height)


def print_map(
    paper: Paper,
    scene: Scene,
    frame: MapFrame,
    *,
    language: str,
    highlight: tuple[Any, ...] = (),
    ctx: Context = NULL_CONTEXT,
) -> MapPrint:
    """Draw a scene, its labels and the highlighted geometries inside a frame."""
    paper.rect(frame.box, fill="#ffffff")
    as_pictures = print_layers(paper, scene, frame, language, ctx)
    print_labels(paper, scene, frame, language=language, ctx=ctx)
    print_outlines(paper, frame, highlight)
    return MapPrint(as_pictures)


def print_layers(
    paper: Paper,
    scene: Scene,
    frame: MapFrame,
    language: str,
    ctx: Context = NULL_CONTEXT,
    *,
    finer: float = 1.0,
) -> tuple[str, ...]:
    """Draw the layers of a scene, each as a layer of the file; return which became pictures.

    A map drawn finer, with so much thinner lines, is one picture within another layer.
    """
    viewport = viewport_of(frame, finer)
    found: list[str] = []
    shown = [drawn for drawn in scene.visible(viewport.units_per_px) if _is_in(scene, drawn, frame)]
    for index, drawn in enumerate(shown):
        part = ctx.part(index / len(shown), (index + 1) / len(shown))
        title = drawn.layer.title.text(language)
        only = replace(scene, layers=(drawn,))
        with (
            paper.layer(title) if finer == 1.0 else nullcontext(),
            paper.clipped(frame.box) as painter,
        ):
            painter.scale(_FACTOR / finer, _FACTOR / finer)
            done = draw_scene(painter, only, viewport, mm_per_px=MM_PER_PX_AT_96_DPI, ctx=part)
            found += done.as_pictures
    return tuple(found)


def _is_in(scene: Scene, drawn: Drawn, frame: MapFrame) -> bool:
    extent = scene.extent_of(drawn)
    return extent is not None and extent.intersects(frame.extent)


def print_labels(
    paper: Paper,
    scene: Scene,
    frame: MapFrame,
    *,
    language: str,
    ctx: Context = NULL_CONTEXT,
) -> Placement:
    """Place and draw the labels of a scene inside a frame; return them, and what has no place."""
    viewport, lettering = viewport_of(frame), Lettering(MM_PER_PX_AT_96_DPI, language)
    placed = place_labels(scene, viewport, lettering, ctx)
    with paper.clipped(frame.box) as painter:
        painter.scale(_FACTOR, _FACTOR)
        draw_labels(painter, placed.labels, viewport, lettering)
    return placed


def print_outlines(paper: Paper, frame: MapFrame, shapes: tuple[Any, ...]) -> None:
    """Outline geometries with an accent line, thinner where they are many or small."""
    factor = THIN if len(shapes) > MOST_THICK else _fineness(frame, shapes)
    for shape in shapes:
        outline(paper, frame, shape, factor=factor)


def _fineness(frame: MapFrame, shapes: tuple[Any, ...]) -> float:
    """Return how fine the outline of several shapes is, so that it does not hide them."""
    if len(shapes) <= FEW:
        return 1.0
    side = float(np.median(np.sqrt(shapely.area(np.array(shapes, dtype=object)))))
    side_mm = side * frame.box.width / frame.extent.width
    return min(max(side_mm / THICK_FROM_MM, THIN), 1.0)


def outline(paper: Paper, frame: MapFrame, shape: Any, *, factor: float = 1.0) -> None:
    """Draw an accent line with a white casing around a geometry, clipped to the frame."""
    if shape is None or shapely.is_empty(shape):
        return
    lines = shapely.get_parts(shapely.boundary(shape)) if shape.area else shapely.get_parts(shape)
    with paper.clipped(frame.box):
        paper.painter.translate(-frame.box.x * UNITS_PER_MM, -frame.box.y * UNITS_PER_MM)
        for color, mm in (("#ffffff", CASING_MM * factor), (HIGHLIGHT, HIGHLIGHT_MM * factor)):
            for line in lines:
                xy = np.asarray(shapely.get_coordinates(line))
                points = [(frame.x_mm(x), frame.y_mm(y)) for x, y in xy.tolist()]
                paper.polyline(points, color=color, mm=mm)
