"""The maps of a page: scale, centre and extent of each, the grid, and the classes drawn in it.

A map that follows another takes its scale and centre. Knows nothing of Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.analysis.label_template import writes_any
from emadina_gis.domain.extent import Extent, union_of
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import OPAQUE
from emadina_gis.project.layouts import Grid, Ink, MapContent
from emadina_gis.render.plan_signs import black_and_white
from emadina_gis.render.scene import DrawnRaster
from emadina_gis.report.layer_names import with_street_names
from emadina_gis.report.layout import Box, extent_at, round_scale
from emadina_gis.report.legend import legend_of
from emadina_gis.report.map_frame import MapFrame, grid_plan, units_per_screen_px
from emadina_gis.report.page_plan import MapPlan, OverviewPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from emadina_gis.project.layouts import Frame, Layout
    from emadina_gis.render.scene import Drawn, DrawnLayer, Scene
    from emadina_gis.report.page_content import SheetContent
    from emadina_gis.words import Words

#: An overview shows so many times the size of what it places.
AROUND = 6.0
#: Room round the sheets of a series.
ROUND_TILES = 1.08
#: Layers whose features are smaller are left out of an overview.
SMALLEST_MM = 1.0


@dataclass(frozen=True)
class _View:
    """Where a map looks: its scale and its centre."""

    scale: int
    center: tuple[float, float]


def map_plans(
    content: SheetContent, layout: Layout, boxes: Mapping[str, Box], words: Words
) -> dict[str, MapPlan]:
    """Return the maps of a page by the id of their frame.

    Maps that have nothing to look at are left out.
    """
    views: dict[str, _View] = {}
    for frame in sorted(layout.maps, key=lambda frame: bool(_map(frame).follows)):
        view = _view(content, layout, frame, boxes[frame.id], views)
        if view is not None:
            views[frame.id] = view
    return {
        frame.id: _plan(content, frame, boxes[frame.id], views[frame.id], words)
        for frame in layout.maps
        if frame.id in views
    }


def _map(frame: Frame) -> MapContent:
    assert isinstance(frame.content, MapContent)
    return frame.content


def _view(
    content: SheetContent, layout: Layout, frame: Frame, box: Box, known: Mapping[str, _View]
) -> _View | None:
    wanted = _map(frame)
    if wanted.follows and wanted.follows in known:
        return known[wanted.follows]
    scene = content.scene_of(frame.id)
    changed = content.changed.extent if wanted.of_changes and content.changed else None
    focus = changed or content.focus or scene.extent
    scale = wanted.scale or layout.scale
    center = wanted.center or layout.center
    if not scale:
        if focus is None:
            return None
        scale = round_scale(focus, box, unit_m(scene))
    if center is None:
        if focus is None:
            return None
        center = focus.center
    return _View(scale, center)


def unit_m(scene: Scene) -> float:
    """Return the metres in a map unit of a scene."""
    return scene.crs.unit_m if scene.crs.is_known else 1.0


def _plan(content: SheetContent, frame: Frame, box: Box, view: _View, words: Words) -> MapPlan:
    wanted = _map(frame)
    scene = _drawn_in(content.scene_of(frame.id), wanted, words)
    unit = unit_m(scene)
    placed = MapFrame(box, extent_at(view.center, view.scale, box, unit), view.scale, unit)
    if wanted.ink is Ink.BLACK_AND_WHITE:
        scene = black_and_white(scene, words, units_per_screen_px(placed))
    grid = None
    if wanted.grid is not Grid.NONE and scene.crs.is_projected:
        is_lines = wanted.grid is Grid.LINES
        grid = grid_plan(placed, words, step_m=wanted.grid_step_m, is_lines=is_lines)
    scene = uncovered(scene, placed.extent, units_per_screen_px(placed))
    groups = legend_of(scene, placed.extent, units_per_screen_px(placed), words)
    outlined = content.changed.outline if wanted.of_changes and content.changed else ()
    return MapPlan(
        frame.id,
        placed,
        scene,
        groups,
        grid,
        has_labels=wanted.labels,
        highlight=(*content.highlight, *outlined),
        border_mm=frame.border_mm,
    )


def _drawn_in(scene: Scene, wanted: MapContent, words: Words) -> Scene:
    """Return a scene with the layers of a map only, without labels that name persons."""
    listed = set(wanted.layers or (drawn.id for drawn in scene.layers))
    layers = tuple(_without_persons(drawn) for drawn in scene.layers if drawn.id in listed)
    if wanted.of_changes:
        layers = tuple(with_street_names(drawn, is_rtl=words.is_rtl) for drawn in layers)
    return replace(scene, layers=layers)


def uncovered(scene: Scene, extent: Extent, units_per_px: float) -> Scene:
    """Return a scene without the layers that lie under a polygon which fills the whole extent."""
    for place in range(len(scene.layers) - 1, 0, -1):
        drawn = scene.layers[place]
        if isinstance(drawn, DrawnRaster) or not drawn.shown_at(units_per_px):
            continue
        if _covers(scene, drawn.at(units_per_px), extent):
            return replace(scene, layers=scene.layers[place:])
    return scene


def _covers(scene: Scene, drawn: DrawnLayer, extent: Extent) -> bool:
    opaque = drawn.fill_colors[:, 3] == OPAQUE
    if drawn.opacity < 1.0 or not opaque.any():
        return False
    whole = shapely.box(*extent.as_tuple)
    for first, chunk in scene.chunks(drawn):
        xmin, ymin, xmax, ymax = chunk.bounds.T
        around = (xmin <= extent.xmin) & (xmax >= extent.xmax)
        around &= (ymin <= extent.ymin) & (ymax >= extent.ymax) & (chunk.kinds == Kind.POLYGON)
        rows = np.flatnonzero(around)
        rows = rows[opaque[drawn.classes.codes[first + rows]]]
        if len(rows) and shapely.contains_properly(chunk.taken(rows).to_shapely(), whole).any():
            return True
    return False


def without_persons(scene: Scene) -> Scene:
    """Return a scene without labels that name persons."""
    return replace(scene, layers=tuple(_without_persons(drawn) for drawn in scene.layers))


def _without_persons(drawn: Drawn) -> Drawn:
    if isinstance(drawn, DrawnRaster) or drawn.label is None:
        return drawn
    personal = drawn.layer.schema.personal_columns()
    if not writes_any(drawn.label, personal):
        return drawn
    style = replace(drawn.layer.style, label=None)
    return replace(drawn, layer=replace(drawn.layer, style=style))


def overview_plan(
    content: SheetContent, of: MapPlan, ink: Ink, box: Box, words: Words
) -> OverviewPlan | None:
    """Return where a map lies: the land around it, or all sheets of its series."""
    scene = content.scene_of(of.id)
    around = _around(content, of, scene)
    if around is None:
        return None
    unit = unit_m(scene)
    wide = max(around.width / box.width, around.height / box.height)
    scale = max(round(wide * unit * 1000), 1)
    extent = extent_at(around.center, scale, box, unit)
    frame = MapFrame(box, extent, scale, unit)
    seen = replace(scene, layers=tuple(scene.visible(units_per_screen_px(frame))))
    shown = replace(scene, layers=tuple(_readable(seen, extent, box)))
    if ink is Ink.BLACK_AND_WHITE:
        shown = black_and_white(shown, words, units_per_screen_px(frame))
    return OverviewPlan(frame, shown, of.frame.extent, content.tiles, content.tile)


def _around(content: SheetContent, of: MapPlan, scene: Scene) -> Extent | None:
    if content.tiles:
        whole = union_of(tile.extent for tile in content.tiles)
        return None if whole is None else whole.scaled(ROUND_TILES)
    near = of.frame.extent.scaled(AROUND)
    everything = union_of((scene.extent, of.frame.extent))
    assert everything is not None
    return Extent(
        max(near.xmin, everything.xmin),
        max(near.ymin, everything.ymin),
        min(near.xmax, everything.xmax),
        min(near.ymax, everything.ymax),
    )


def _readable(scene: Scene, extent: Extent, box: Box) -> Iterator[Drawn]:
    """Yield the layers whose features can be told apart in so small a map."""
    per_mm = extent.width / box.width
    for drawn in scene.layers:
        if isinstance(drawn, DrawnRaster):
            yield drawn
            continue
        bounds = drawn.layer.table.bounds
        sizes = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
        known = sizes[np.isfinite(sizes)]
        own = drawn.layer.crs.unit_m if drawn.layer.crs.is_known else 1.0
        size_mm = float(np.median(known)) * own / unit_m(scene) / per_mm if len(known) else 0.0
        if size_mm >= SMALLEST_MM:
            style = replace(drawn.layer.style, min_units_per_px=0.0, max_units_per_px=1e12)
            yield replace(drawn, layer=replace(drawn.layer, style=style))
