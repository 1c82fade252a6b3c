"""A map picture without a window (the command ``render``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.analysis.style_builder import restyled, suggested
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.viewport import MM_PER_INCH, Viewport
from emadina_gis.errors import EmptyInput, MissingCrs, SchemaError
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.model import Project, empty_project
from emadina_gis.report.picture import write_picture
from emadina_gis.workflows.diagnosis import diagnose_files
from emadina_gis.workflows.importing import layers_from, with_layers
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.opening import DEMO, PROJECT_ENDING, open_project
from emadina_gis.workflows.rasters import bare_extent
from emadina_gis.workflows.simulating import outcome_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.column import Column
    from emadina_gis.errors import Problem
    from emadina_gis.words import Words


@dataclass(frozen=True)
class RenderRequest:
    """What to draw: a project or a file, a size in pixels, and which part of the map."""

    source: Path
    target: Path
    size_px: tuple[int, int]
    dpi: float = 96.0
    layer: str | None = None
    extent: tuple[float, ...] | None = None
    scale: float | None = None
    center: tuple[float, ...] | None = None
    color_by: str | None = None


def render_map(
    request: RenderRequest, words: Words, ctx: Context = NULL_CONTEXT, *, reader: Reader = INLINE
) -> tuple[Problem, ...]:
    """Draw a map and write it as a picture; return which labels have no place in it.

    Raises
    ------
    EmptyInput
        With code ``render.nothing`` if no layer has an extent.
    MissingCrs
        If a scale is asked for and the CRS is unknown.
    OutputError
        If the picture cannot be written.
    """
    project = _project(request, words, reader, ctx.part(0.0, 0.4))
    if request.layer:
        project = _only_layer(project, request.layer)
    columns: Mapping[str, Mapping[str, Column]] = {}
    if request.color_by:
        project, columns = _colored(project, request, ctx.part(0.4, 0.6))
    scene = scene_of(project, columns=columns)
    viewport = _viewport(request, project)
    part = ctx.part(0.6, 1.0)
    return write_picture(scene, viewport, request.target, words, dpi=request.dpi, ctx=part).problems


def _project(request: RenderRequest, words: Words, reader: Reader, ctx: Context) -> Project:
    is_project = request.source.suffix == PROJECT_ENDING or str(request.source) == DEMO
    if is_project:
        return open_project(request.source, words, ctx).project
    candidates = diagnose_files([request.source], reader=reader, ctx=ctx)
    for candidate in candidates:
        if candidate.error is not None:
            raise candidate.error
    project = empty_project(Title.plain(request.source.stem))
    return with_layers(project, layers_from(candidates))


def _only_layer(project: Project, name: str) -> Project:
    """Return the project with one layer, visible, at all scales."""
    for layer in project.layers:
        if name == layer.id or layer.title.reads(name):
            shown = replace(layer, visible=True)
            if isinstance(shown, VectorLayer):
                style = replace(shown.style, min_units_per_px=0.0, max_units_per_px=1e12)
                shown = replace(shown, style=style)
            return replace(project, layers=(shown,))
    raise SchemaError("render.no-layer", layer=name)


def _colored(
    project: Project, request: RenderRequest, ctx: Context
) -> tuple[Project, Mapping[str, Mapping[str, Column]]]:
    """Return the project with the first layer that has the field coloured by it."""
    field = request.color_by or ""
    columns: Mapping[str, Mapping[str, Column]] = {}
    holders = [layer for layer in project.vector_layers if field in layer.table.columns]
    if not holders and project.parcels is not None and project.document_id:
        columns = outcome_columns(project, project.reference_id, ctx)
        holders = [project.parcels] if field in columns[project.parcels_id] else []
    if not holders:
        raise SchemaError("table.no-column", column=field)
    layer = next((holder for holder in holders if holder.id == project.parcels_id), holders[0])
    column = columns.get(layer.id, {}).get(field) or layer.table.column(field)
    symbology = suggested(column, field, layer.schema.role_of(field))
    colored = replace(layer, style=restyled(layer.style, symbology), visible=True)
    return project.with_layer(colored), columns


def _viewport(request: RenderRequest, project: Project) -> Viewport:
    width, height = request.size_px
    view = Viewport(0.0, 0.0, 1.0, max(width, 1), max(height, 1))
    if request.scale is not None and request.center is not None:
        if not project.crs.is_known:
            raise MissingCrs("crs.missing")
        x, y = request.center
        centred = replace(view, x=x, y=y)
        return centred.at_scale(request.scale, project.crs.unit_m, MM_PER_INCH / request.dpi)
    if request.extent is not None:
        x0, y0, x1, y1 = request.extent
        extent = Extent(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        return view.fitted(extent, margin=1.0)
    shown = project.extent() or bare_extent(project)
    if shown is None:
        raise EmptyInput("render.nothing")
    return view.fitted(shown)
