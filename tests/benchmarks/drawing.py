"""The canvas without a window: meshes, ids of a whole layer, and another colour."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

from emadina_gis.analysis.style_builder import graduated, single, suggested
from emadina_gis.domain.style import Style
from emadina_gis.domain.viewport import Viewport
from emadina_gis.regulation import load_document
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.gl.context import GlUnavailable, standalone_context
from emadina_gis.render.gl.fills import draw_whole, mesh_jobs
from emadina_gis.render.gl.layers import MapRenderer
from emadina_gis.render.mesh import cached_mesh
from emadina_gis.render.scene import Scene, drawn_layer
from emadina_gis.simulation.from_table import inputs_from_table
from emadina_gis.simulation.scenario import BASELINE
from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
from tests.benchmarks.engine import edits_of_a_value

SIZE_PX = (1600, 1000)
MILLION_DRAW_BAR_S = 0.7
MILLION_RECOLOUR_BAR_S = 0.15
MILLION_EDIT_BAR_S = 0.08


def measure(bench, layer, label):
    """Time the drawing of a layer with OpenGL at 1600×1000, software or not."""
    try:
        context = standalone_context()
    except GlUnavailable as error:
        print(f"{label}: no OpenGL here, drawing not measured ({error})", flush=True)
        return
    renderer = MapRenderer(context).fills
    print(f"{label}: drawn by {renderer.renderer_name}", flush=True)
    million = layer.table.row_count >= 1_000_000
    scenes = _scenes(layer)
    scene, drawn = scenes[0]
    start = time.perf_counter()
    for chunk in mesh_jobs(scene, drawn):
        cached_mesh(scene.cache, chunk)
    bench.record(label, "triangulate once", [time.perf_counter() - start])
    view = Viewport(0.0, 0.0, 1.0, *SIZE_PX).fitted(layer.table.extent)
    first_s = draw_whole(renderer, *scenes[0], view)[1]
    bench.record(label, "first picture (upload, ids, colours)", [first_s])
    shifts = itertools.count(1)

    def moved():
        return draw_whole(renderer, scene, drawn, view.panned(next(shifts) % 7 + 1, 3.0))

    bench.time(label, "whole extent drawn again (ids and colours)", moved,
               bar_s=MILLION_DRAW_BAR_S if million else None)  # fmt: skip
    turns = itertools.cycle(scenes)
    draw_whole(renderer, scene, drawn, view)

    def recoloured():
        return renderer.colored(next(turns)[1])

    bench.time(label, "another colour", recoloured,
               bar_s=MILLION_RECOLOUR_BAR_S if million else None)  # fmt: skip
    close = view.zoomed(8.0)
    bench.time(label, "eight times closer", lambda: draw_whole(
        renderer, scene, drawn, close.panned(next(shifts) % 7 + 1, 3.0)))  # fmt: skip
    _edited(bench, layer, label, (renderer, scene, drawn, view))
    renderer.release()


def _edited(bench, layer, label, drawing):
    """Time an edit of a sector's value down to the picture in other colours, breaks kept."""
    renderer, scene, drawn, view = drawing
    document = load_document("ain-chock-2025")
    edit = edits_of_a_value(inputs_from_table(layer.table, layer.schema, document).inputs, document)
    field = "net_floor_area_m2"
    columns = ScenarioOutcome(BASELINE, edit()).columns
    styled = replace(layer, style=Style(graduated(columns[field], field)))
    draw_whole(renderer, scene, drawn, view)

    def recoloured():
        found = ScenarioOutcome(BASELINE, edit()).columns
        return renderer.colored(drawn_layer(styled, cache=DerivedCache(), columns=found))

    bar = MILLION_EDIT_BAR_S if layer.table.row_count >= 1_000_000 else None
    name = "one sector's value changed, to the recoloured picture"
    bench.time(label, name, recoloured, runs=11, bar_s=bar)


def _scenes(layer):
    """The same geometry in three styles."""
    cache = DerivedCache()
    table = layer.table
    sectors = suggested(table.column("sector"), "sector") if "sector" in table.columns else None
    graded = [
        name
        for name in ("value", "area_m2", "existing_floor_area_m2")
        if name in table.columns and len(set(table.numbers(name)[:1000])) > 5
    ]
    styles = [
        Style(sectors or single("#88aa99")),
        *(Style(graduated(table.column(name), name)) for name in graded),
    ]
    found = []
    for style in styles:
        styled = layer.__class__(**{**vars(layer), "style": style})
        drawn = drawn_layer(styled, cache=cache, columns={})
        found.append((Scene(layer.crs, (drawn,), cache), drawn))
    return found
