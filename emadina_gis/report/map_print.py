"""The map on paper: a scene drawn into a frame at its scale, with what is highlighted.

The view is given in pixels of 1/96 inch, as on the screen, so that ranges of scales and widths of
symbols mean the same on both. Knows nothing of pages beside the frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, Viewport
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.labels import Lettering, draw_labels, place_labels
from emadina_gis.render.painter import draw_scene
from emadina_gis.report.pdf import UNITS_PER_MM

if TYPE_CHECKING:
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.map_frame import MapFrame
    from emadina_gis.report.pdf import Paper

HIGHLIGHT = "#0b6e6e"
HIGHLIGHT_MM = 0.7
CASING_MM = 1.5
#: More outlines than this are drawn thinner, so that they do not hide what they surround.
MOST_THICK = 80
THIN = 0.3


@dataclass(frozen=True)
class MapPrint:
    """What drawing a map did: layers whose fill became a 300 dpi picture, by id."""

    as_pictures: tuple[str, ...] = ()


def units_per_screen_px(frame: MapFrame) -> float:
    """Return map units in a pixel of 1/96 inch at the scale of a frame."""
    return frame.scale * MM_PER_PX_AT_96_DPI / 1000 / frame.unit_m


def viewport_of(frame: MapFrame) -> Viewport:
    """Return the view whose top left corner is the frame's, at least as large as the frame."""
    units = units_per_screen_px(frame)
    width = math.ceil(frame.box.width / MM_PER_PX_AT_96_DPI)
    height = math.ceil(frame.box.height / MM_PER_PX_AT_96_DPI)
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
    viewport = viewport_of(frame)
    factor = UNITS_PER_MM * MM_PER_PX_AT_96_DPI
    lettering = Lettering(MM_PER_PX_AT_96_DPI, language)
    paper.rect(frame.box, fill="#ffffff")
    with paper.clipped(frame.box) as painter:
        painter.scale(factor, factor)
        report = draw_scene(painter, scene, viewport, mm_per_px=MM_PER_PX_AT_96_DPI, ctx=ctx)
        placed = place_labels(scene, viewport, lettering, ctx)
        draw_labels(painter, placed.labels, viewport, lettering)
    thin = len(highlight) > MOST_THICK
    for shape in highlight:
        outline(paper, frame, shape, factor=THIN if thin else 1.0)
    return MapPrint(report.as_pictures)


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
