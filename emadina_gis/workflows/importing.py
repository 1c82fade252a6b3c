"""From what arrived to layers of a project: with what the person decided, said on each layer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.layer import Layer, RasterLayer, Title, VectorLayer
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.model import parcels_like
from emadina_gis.workflows.arranging import arranged
from emadina_gis.workflows.diagnosis import (
    AXES_EXCHANGED,
    CRS_CHOSEN,
    ENCODING_CHOSEN,
    diagnosed,
    was_asked,
)
from emadina_gis.workflows.opening import new_project, save_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from emadina_gis.domain.schema import Schema
    from emadina_gis.project import Project
    from emadina_gis.words import Words
    from emadina_gis.workflows.diagnosis import ImportCandidate, Wishes


AXES_SWAPPED = "crs.axes-swapped"


def layers_from(
    candidates: Iterable[ImportCandidate],
    choices: Mapping[str, Crs] | None = None,
    swapped: Collection[str] = (),
    schemas: Mapping[str, Schema] | None = None,
) -> tuple[Layer, ...]:
    """Return the layers to add, with what the person decided for each; every decision is noted.

    A layer whose CRS stays unknown is added as it is: its table can be read, it is not drawn among
    layers of a known CRS, and the layer list says why.

    Parameters
    ----------
    choices : Mapping of key to Crs
        The systems of those that state none.
    swapped : collection of keys
        Those whose axes the person wants exchanged.
    schemas : Mapping of key to Schema
        Roles that the person confirmed; for others the sure guesses hold.
    """
    chosen, roles = choices or {}, schemas or {}
    made = []
    for candidate in candidates:
        if candidate.layer is None:
            continue
        crs = chosen.get(candidate.key) or candidate.decided.crs or UNKNOWN
        layer = _with_crs(_turned(candidate, swapped), crs)
        if isinstance(layer, VectorLayer) and candidate.key in roles:
            layer = replace(layer, schema=roles[candidate.key])
        notes = decision_notes(candidate, crs, is_turned=candidate.key in swapped)
        made.append(replace(layer, problems=(*layer.problems, *notes)))
    return tuple(made)


def decision_notes(candidate: ImportCandidate, crs: Crs, *, is_turned: bool) -> tuple[Problem, ...]:
    """Return what the person decided, to be read beside what was found."""
    notes = []
    if crs.is_known and (candidate.needs_crs or candidate.decided.crs is not None):
        told = {"crs": crs.id or crs.definition}
        notes.append(Problem(CRS_CHOSEN, Severity.INFO, candidate.name, 1, told))
    if is_turned:
        rows = candidate.row_count
        notes.append(Problem(AXES_EXCHANGED, Severity.INFO, candidate.name, rows))
    if was_asked(candidate):
        told = {"encoding": candidate.encoding}
        notes.append(Problem(ENCODING_CHOSEN, Severity.INFO, candidate.name, 1, told))
    return tuple(notes)


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
    wishes: Wishes,
    words: Words,
    *,
    reader: Reader = INLINE,
    ctx: Context = NULL_CONTEXT,
) -> tuple[Problem, ...]:
    """Make a new project file from files (the command ``import``).

    Raises
    ------
    EmadinaError
        The first file that cannot be read stops the import: nothing is written.
    """
    found = diagnosed(files, None, wishes, reader=reader, ctx=ctx.part(0.0, 0.8))
    candidates = [candidate for arrival in found for candidate in arrival.candidates]
    for candidate in candidates:
        if candidate.error is not None:
            raise candidate.error
    project = with_layers(new_project(words), arranged(layers_from(candidates)).layers)
    title = Title.plain(target.stem)
    save_project(replace(project, title=title), target, ctx.part(0.8, 1.0))
    return tuple(problem for candidate in candidates for problem in candidate.problems)
