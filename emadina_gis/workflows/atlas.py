"""Atlases and tiled series: a page per feature or per tile, as one PDF or as a file per page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis import __version__
from emadina_gis.domain.extent import union_of
from emadina_gis.domain.title import Title
from emadina_gis.errors import EmptyInput, SchemaError
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.atlas import ALL, AtlasChoice, atlas_pages
from emadina_gis.report.atlas_write import AtlasJob, WrittenAtlas, write_atlas
from emadina_gis.report.presets import Preset
from emadina_gis.report.series import SeriesChoice, SeriesTile, plan_series
from emadina_gis.report.series_pages import frame_mm, series_pages
from emadina_gis.workflows.printed_states import keep_printed
from emadina_gis.workflows.printing import USUAL, SheetChoice, sheet_content

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project
    from emadina_gis.words import Words


@dataclass(frozen=True)
class AtlasRequest:
    """An atlas as a person asks for it.

    Attributes
    ----------
    layout_id : str
        Layout of every page: its id or its title.
    over : str
        Layer whose features make pages: its id or its title.
    is_split : bool
        A file per page in a folder, else one PDF.
    resumes : bool
        Whether pages of an interrupted run of the same project are used again.
    """

    layout_id: str
    over: str
    pages: AtlasChoice = ALL
    is_split: bool = False
    resumes: bool = True
    preset: Preset = Preset.SCREEN


def print_atlas(
    project: Project,
    request: AtlasRequest,
    target: Path,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> WrittenAtlas:
    """Write an atlas and its manifest.

    Raises
    ------
    SchemaError
        With code ``atlas.no-layer`` if no vector layer has that name.
    EmptyInput, CommandError, AnalysisError
        If no feature is chosen, too many are, or the condition cannot be read.
    OutputError
        If a file cannot be written.
    """
    layer = layer_named(project, request.over)
    layout = project.layout(request.layout_id)
    content = sheet_content(project, layout, words, choice, ctx.part(0.0, 0.1))
    columns = _outcomes_of(project, layer, choice, ctx)
    pages = atlas_pages(content, layer, project, words, request.pages, columns)
    title = Title(*(f"{layout.title.text(x)} – {layer.title.text(x)}" for x in ("fr", "ar", "en")))
    state = _state(content.code, choice) if request.resumes else ""
    job = AtlasJob(pages, title, state, request.is_split, request.preset)
    written = write_atlas(job, target, words, ctx.part(0.1, 0.95))
    return replace(written, kept=keep_printed(project, content.code, ctx.part(0.95, 1.0)))


@dataclass(frozen=True)
class SeriesRequest:
    """A tiled series as a person asks for it.

    Attributes
    ----------
    over : str
        Layer that is covered: tiles without any of its features are left out; empty takes the
        parcels, else every layer that is shown.
    """

    layout_id: str
    tiles: SeriesChoice
    over: str = ""
    is_split: bool = False
    resumes: bool = True
    preset: Preset = Preset.SCREEN


def print_series(
    project: Project,
    request: SeriesRequest,
    target: Path,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> WrittenAtlas:
    """Write a tiled series with its index sheet, and its manifest.

    Raises
    ------
    EmptyInput
        With code ``series.no-map`` if the layout has no map, ``series.nothing`` if every tile is
        empty.
    CommandError
        If the overlap leaves nothing of a sheet, or there are too many sheets.
    OutputError
        If a file cannot be written.
    """
    layout = project.layout(request.layout_id)
    tiles = series_tiles(project, request)
    content = sheet_content(project, layout, words, choice, ctx.part(0.0, 0.1))
    has_index, scale = request.tiles.has_index, request.tiles.scale
    pages = series_pages(content, tiles, scale, words, has_index=has_index)
    state = _state(content.code, choice) if request.resumes else ""
    job = AtlasJob(pages, layout.title, state, request.is_split, request.preset)
    written = write_atlas(job, target, words, ctx.part(0.1, 0.95))
    return replace(written, kept=keep_printed(project, content.code, ctx.part(0.95, 1.0)))


def series_tiles(project: Project, request: SeriesRequest) -> tuple[SeriesTile, ...]:
    """Return the sheets of a series; raises as `print_series` where there are none."""
    layout = project.layout(request.layout_id)
    size = frame_mm(layout)
    if not min(size) > 0:
        raise EmptyInput("series.no-map", layout=layout.title.fr)
    layers = _covered(project, request.over)
    whole = request.tiles.extent or union_of(project.extent_of(layer) for layer in layers)
    if whole is None:
        raise EmptyInput("series.nothing")
    unit_m = project.crs.unit_m if project.crs.is_known else 1.0
    used = partial(_used, project, layers)
    return plan_series(whole, size, request.tiles, unit_m=unit_m, used=used)


def _covered(project: Project, over: str) -> tuple[VectorLayer, ...]:
    if over:
        return (layer_named(project, over),)
    if project.parcels is not None:
        return (project.parcels,)
    return tuple(layer for layer in project.vector_layers if layer.visible)


def _used(
    project: Project, layers: Sequence[VectorLayer], cells: Sequence[Extent]
) -> NDArray[np.bool_]:
    """Return which of some cells any feature of some layers meets, shape (k,)."""
    boxes = shapely.box(*np.array([cell.as_tuple for cell in cells]).T)
    found = np.zeros(len(cells), dtype=bool)
    for layer in layers:
        known = project.crs.is_known and layer.crs.is_known
        table = layer.table.to_crs(project.crs) if known else layer.table
        tree = shapely.STRtree(table.shapes())
        found[np.unique(tree.query(boxes, predicate="intersects")[0])] = True
    return found


def _outcomes_of(
    project: Project, layer: VectorLayer, choice: SheetChoice, ctx: Context
) -> Mapping[str, Column]:
    """Return the outcomes that conditions, order and names of pages may read."""
    if layer.id != project.parcels_id or not project.document_id:
        return {}
    found = choice.outcome_of(project, choice.scenario_id or project.reference_id, ctx)
    columns: Mapping[str, Column] = found.columns
    return columns


def _state(code: str, choice: SheetChoice) -> str:
    """Return the code of all that pages are made from beside themselves."""
    return f"{code} {choice.scenario_id} {__version__}"


def layer_named(project: Project, name: str) -> VectorLayer:
    """Return a vector layer by id or title.

    Raises
    ------
    SchemaError
        With code ``atlas.no-layer``.
    """
    for layer in project.vector_layers:
        if name == layer.id or layer.title.reads(name):
            return layer
    raise SchemaError("atlas.no-layer", layer=name)
