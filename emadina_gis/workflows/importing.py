"""From files to layers: what each file is, what the person must decide, and the layers made.

A missing CRS is never assumed: a candidate without one waits for a choice among ranked guesses.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.analysis.style_builder import default_style
from emadina_gis.domain.crs import UNKNOWN, WGS84, Crs, transform_extent
from emadina_gis.domain.layer import Layer, RasterLayer, Source, Title, VectorLayer
from emadina_gis.domain.schema import guessed_schema
from emadina_gis.errors import EmadinaError, LayerReadError
from emadina_gis.io.project_file import file_fingerprint
from emadina_gis.io.vector import describe, is_raster_name, read_layer
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.model import parcels_like
from emadina_gis.project.role_check import rival_problems
from emadina_gis.workflows.opening import new_project, save_project
from emadina_gis.workflows.rasters import RasterTexts, raster_layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from emadina_gis.domain.extent import Extent
    from emadina_gis.errors import Problem
    from emadina_gis.io.description import CrsCandidate, ReadResult
    from emadina_gis.project import Project
    from emadina_gis.words import Words


AXES_SWAPPED = "crs.axes-swapped"


@dataclass(frozen=True)
class ImportCandidate:
    """A layer that was read (or could not be), and what remains to be decided.

    Attributes
    ----------
    key : str
        Identifies the candidate in a list of choices; becomes the layer's id.
    layer : VectorLayer, RasterLayer or None
        The layer as it would be added; None where reading failed.
    problems : tuple of Problem
        Everything found while reading.
    crs_candidates : tuple of CrsCandidate
        Ranked guesses where the CRS is missing or contradicted.
    error : EmadinaError or None
        Why nothing can be added.
    """

    key: str
    path: Path
    name: str
    layer: Layer | None = None
    problems: tuple[Problem, ...] = ()
    crs_candidates: tuple[CrsCandidate, ...] = ()
    encoding: str = ""
    encoding_confidence: float = 1.0
    format: str = ""
    error: EmadinaError | None = None

    @property
    def needs_crs(self) -> bool:
        """Whether the person must say the CRS before the layer can lie on a map."""
        if self.layer is None or isinstance(self.layer, RasterLayer):
            return self.layer is not None and not self.layer.crs.is_known
        return self.layer.table.has_geometry and not self.layer.crs.is_known

    @property
    def may_be_swapped(self) -> bool:
        """Whether the coordinates make sense with their axes exchanged."""
        return isinstance(self.layer, VectorLayer) and any(
            candidate.swapped for candidate in self.crs_candidates
        )

    @property
    def row_count(self) -> int:
        """Rows of a vector layer, 0 for others."""
        return self.layer.table.row_count if isinstance(self.layer, VectorLayer) else 0


def diagnose_files(
    files: Iterable[Path],
    project: Project | None = None,
    *,
    encoding: str = "",
    crs: Crs | None = None,
    ctx: Context = NULL_CONTEXT,
) -> tuple[ImportCandidate, ...]:
    """Read every layer of every file; what cannot be read becomes a candidate with its error.

    Parameters
    ----------
    files : iterable of Path
        Files or archives.
    project : Project, optional
        Its extent helps to rank the guesses of a missing CRS.
    encoding : str
        Encoding that the person chose; empty decides from the file.
    crs : Crs, optional
        CRS that the person assigned to files without one.
    """
    listed = list(files)
    reference = _reference(project)
    found: list[ImportCandidate] = []
    for index, path in enumerate(listed):
        part = ctx.part(index / len(listed), (index + 1) / len(listed))
        part.report(0.0, "phase.reading")
        found.extend(_candidates_of(path, reference, encoding, crs, part))
    return tuple(found)


def _reference(project: Project | None) -> Extent | None:
    extent = None if project is None else project.extent()
    if project is None or extent is None or not project.crs.is_known:
        return None
    return transform_extent(extent, project.crs, WGS84)


def _candidates_of(
    path: Path, reference: Extent | None, encoding: str, crs: Crs | None, ctx: Context
) -> list[ImportCandidate]:
    try:
        if is_raster_name(path):
            return [_raster_candidate(path, crs)]
        names = [info.name for info in describe(path, encoding=encoding).layers]
        if not names:
            raise LayerReadError("layer.no-layers", path=path.name)
    except EmadinaError as error:
        return [_failed(path, path.name, error)]
    return [_vector_candidate(path, name, reference, encoding, crs, ctx) for name in names]


def _failed(path: Path, name: str, error: EmadinaError) -> ImportCandidate:
    return ImportCandidate(uuid.uuid4().hex, path, name, error=error)


def _raster_candidate(path: Path, crs: Crs | None) -> ImportCandidate:
    key = uuid.uuid4().hex
    layer = raster_layer(path, RasterTexts(Title.plain(path.stem), layer_id=key), crs=crs)
    return ImportCandidate(key, path, path.stem, layer, layer.problems)


def _vector_candidate(
    path: Path, name: str, reference: Extent | None, encoding: str, crs: Crs | None, ctx: Context
) -> ImportCandidate:
    try:
        result = read_layer(path, name, encoding=encoding, crs=crs, reference=reference, ctx=ctx)
    except EmadinaError as error:
        return _failed(path, name, error)
    return _candidate_of(path, result)


def _candidate_of(path: Path, result: ReadResult) -> ImportCandidate:
    key = uuid.uuid4().hex
    problems = (*result.problems, *rival_problems(result.table.names))
    schema = guessed_schema(result.table.names)
    layer = VectorLayer(
        id=key,
        title=Title.plain(result.name),
        table=result.table,
        style=default_style(result.table.main_kind),
        schema=schema,
        source=Source(str(path), result.name, result.encoding.name, file_fingerprint(path)),
        problems=problems,
    )
    return ImportCandidate(
        key,
        path,
        result.name,
        layer,
        problems,
        result.crs.candidates,
        result.encoding.name,
        result.encoding.confidence,
        result.format,
    )


def layers_from(
    candidates: Iterable[ImportCandidate],
    choices: Mapping[str, Crs] | None = None,
    swapped: Collection[str] = (),
) -> tuple[Layer, ...]:
    """Return the layers to add, with the CRS the person chose for those that need one.

    `swapped` names the candidates (by key) whose axes the person wants exchanged.
    A layer whose CRS stays unknown is added as it is: its table can be read, it is not drawn among
    layers of a known CRS, and the layer list says why.
    """
    chosen = choices or {}
    return tuple(
        _with_crs(_turned(candidate, swapped), chosen.get(candidate.key, UNKNOWN))
        for candidate in candidates
        if candidate.layer is not None
    )


def _turned(candidate: ImportCandidate, swapped: Collection[str]) -> Layer:
    """Return the layer of a candidate, with x and y exchanged where the person wants it."""
    layer = candidate.layer
    assert layer is not None
    if candidate.key not in swapped or not isinstance(layer, VectorLayer):
        return layer
    chunks = layer.table.geometry or ()
    turned = tuple(chunk.with_xy(np.ascontiguousarray(chunk.xy[:, ::-1])) for chunk in chunks)
    problems = tuple(found for found in layer.problems if found.code != AXES_SWAPPED)
    return replace(layer, table=replace(layer.table, geometry=turned), problems=problems)


def _with_crs(layer: Layer, crs: Crs) -> Layer:
    if not crs.is_known:
        return layer
    if isinstance(layer, RasterLayer):
        return replace(layer, crs=crs)
    return replace(layer, table=layer.table.assign_crs(crs))


def with_layers(project: Project, layers: Sequence[Layer]) -> Project:
    """Return the project with layers added on top; the first known CRS becomes the map's."""
    crs = project.crs
    if not crs.is_known:
        crs = next((layer.crs for layer in layers if layer.crs.is_known), crs)
    everything = (*layers, *project.layers)
    parcels_id = project.parcels_id or parcels_like(everything)
    return replace(project, layers=everything, crs=crs, parcels_id=parcels_id)


def import_to_project(
    files: list[Path],
    target: Path,
    *,
    crs: str | None,
    encoding: str | None,
    words: Words,
    ctx: Context = NULL_CONTEXT,
) -> tuple[Problem, ...]:
    """Make a new project file from files (the command ``import``).

    Raises
    ------
    EmadinaError
        The first file that cannot be read stops the import: nothing is written.
    """
    assigned = Crs.parse(crs) if crs else None
    candidates = diagnose_files(
        files, encoding=encoding or "", crs=assigned, ctx=ctx.part(0.0, 0.8)
    )
    for candidate in candidates:
        if candidate.error is not None:
            raise candidate.error
    project = with_layers(new_project(words), layers_from(candidates))
    title = Title.plain(target.stem)
    save_project(replace(project, title=title), target, ctx.part(0.8, 1.0))
    return tuple(problem for candidate in candidates for problem in candidate.problems)
