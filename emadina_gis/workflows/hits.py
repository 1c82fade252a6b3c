"""The map and the parcel table, put together: what the table lacks is read off the map.

Owns which inputs the map supplies, and where table and map are compared. What bites a parcel is the
simulation's; what is said of it is the report's.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.schema import Role
from emadina_gis.errors import CrsError, Problem, Severity, ZoningError
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.documents import document_in
from emadina_gis.report.plan_index import TAKINGS, PlanIndex, lacking_inputs, plan_index
from emadina_gis.report.reading_hits import TOLD_SHARE
from emadina_gis.report.situation import expiry_of
from emadina_gis.simulation.from_table import TableInputs, sectors_from_table
from emadina_gis.simulation.hits import find_hits
from emadina_gis.simulation.precedence import SLIVER_M2
from emadina_gis.simulation.sector_overlay import sector_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]

#: Rows whose shapes are held at a time.
_ROWS = 8192
#: Beyond this many parcels only those that are read are compared.
COMPARED_ROWS = 100_000


@dataclass(frozen=True, eq=False)
class MapInputs:
    """What the map says of n parcels.

    Attributes
    ----------
    taken : mapping
        ``plan_roads_m2``, ``equipment_m2`` and ``servitude_m2``, shape (n,), each square metre
        once.
    sector : ndarray of int32, shape (n,)
        Index into the document's sectors of the largest part, -1 for none.
    area_m2 : ndarray of float64, shape (n,)
        Of the outline; NaN without one.
    """

    taken: dict[str, Floats]
    sector: NDArray[np.int32]
    area_m2: Floats


def plan_of(project: Project, ctx: Context = NULL_CONTEXT) -> PlanIndex:
    """Return the constraints and sectors of a project, read with its planning document.

    One that is missing or cannot be understood says nothing of widths; that is told with outcomes.

    Raises
    ------
    NotMetric
        With code ``hits.not-metric``.
    """
    document = None
    if project.document_id:
        with suppress(ZoningError):
            document = document_in(project, project.document_id)
    return plan_index(project, document, ctx)


def map_inputs(
    project: Project,
    index: PlanIndex,
    document: PlanningDocument,
    on: dt.date,
    *,
    ctx: Context = NULL_CONTEXT,
) -> MapInputs:
    """Return what the map says of every parcel of a project, block by block."""
    layer = project.parcels
    count = 0 if layer is None else layer.table.row_count
    taken = {name: np.zeros(count) for name, _role in TAKINGS}
    sector, area = np.full(count, -1, dtype=np.int32), np.full(count, np.nan)
    own = np.array([], dtype=np.int32)
    if index.zones is not None:
        codes = [document.index_of(code) for code in index.zones.codes]
        own = np.array([*codes, -1], dtype=np.int32)
    for start in range(0, count, _ROWS):
        ctx.report(start / count, "hits.phase.overlay")
        rows = np.arange(start, min(start + _ROWS, count), dtype=np.intp)
        assert layer is not None
        shapes = index.placed(layer.table.shapes(rows), layer.crs)
        found = find_hits(
            shapes, index.constraints, on, expire=expiry_of(document), ctx=ctx.part(0, 0)
        )
        parts = (found.roads_m2, found.equipment_m2, found.servitude_m2)
        for (name, _role), values in zip(TAKINGS, parts, strict=True):
            taken[name][rows] = values
        area[rows] = found.parcel_area_m2
        if index.zones is not None:
            sector[rows] = own[sector_shares(shapes, index.zones).largest()]
    ctx.report(1.0, "hits.phase.overlay")
    return MapInputs(taken, sector, area)


def supplied_inputs(
    project: Project,
    read: TableInputs,
    document: PlanningDocument,
    ctx: Context = NULL_CONTEXT,
) -> TableInputs:
    """Return the engine's inputs with what the parcel table lacks read off the map.

    Land taken by roads, equipment and servitudes comes from the layers of constraints where no
    column gives it, the sector from the layer of sectors. What is supplied is an assumption: the
    parcels it concerns are marked so, and it is told.
    """
    lacking = lacking_inputs(project)
    if not lacking:
        return read
    try:
        index = plan_index(project, document, ctx.part(0.0, 0.2))
    except CrsError as error:
        problem = Problem("hits.not-metric", Severity.WARNING, params=error.params)
        return replace(read, problems=(*read.problems, problem))
    today = dt.date.today()  # noqa: DTZ011 - reservations lapse by the date on the wall
    found = map_inputs(project, index, document, today, ctx=ctx.part(0.2, 1.0))
    inputs, touched = _supplied(read.inputs, found, lacking)
    supplied = _supply_problems(project, found, lacking, touched)
    problems = (*read.problems, *index.problems, *supplied)
    return TableInputs(inputs, problems)


def _supplied(
    inputs: ParcelInputs, found: MapInputs, lacking: tuple[str, ...]
) -> tuple[ParcelInputs, NDArray[np.bool_]]:
    """Return inputs with the map's values, and which parcels they concern, shape (n,)."""
    touched = np.zeros(len(inputs), dtype=bool)
    given: dict[str, Any] = {}
    for name, _role in TAKINGS:
        if name in lacking:
            given[name] = found.taken[name]
            touched |= found.taken[name] > 0
    if Role.SECTOR.value in lacking:
        given["sector"] = found.sector
        touched |= found.sector >= 0
    assumed = touched if inputs.assumed is None else inputs.assumed | touched
    return replace(inputs, **given, assumed=assumed if assumed.any() else None), touched


def _supply_problems(
    project: Project, found: MapInputs, lacking: tuple[str, ...], touched: NDArray[np.bool_]
) -> list[Problem]:
    problems = []
    if touched.any():
        count, params = int(np.count_nonzero(touched)), {"columns": ", ".join(lacking)}
        problems.append(Problem("hits.supplied", Severity.INFO, "", count, params))
    empty = np.flatnonzero(found.area_m2 == 0)
    if len(empty):
        problems.append(_zero_area(project, empty))
    return problems


def _zero_area(project: Project, rows: NDArray[np.intp]) -> Problem:
    layer = project.parcels
    name = "" if layer is None else layer.title.fr
    return Problem(
        "hits.zero-area", Severity.WARNING, _label(project, rows), len(rows), {"layer": name}
    )


def _label(project: Project, rows: NDArray[np.intp]) -> str:
    """Return the name of the first of some parcels: its title, else its row."""
    layer = project.parcels
    column = None if layer is None else layer.schema.column(Role.PARCEL_ID)
    if layer is None or column is None or column not in layer.table.columns:
        return str(int(rows[0]) + 1)
    return str(layer.table.column(column).value(int(rows[0])) or int(rows[0]) + 1)


def compare_with_map(
    project: Project,
    index: PlanIndex,
    document: PlanningDocument,
    ctx: Context = NULL_CONTEXT,
) -> tuple[Problem, ...]:
    """Return where the parcel table says otherwise than the map.

    Differences within 1 m² or half a percent of the parcel are the inaccuracy of drawings.
    """
    layer = project.parcels
    if layer is None or not layer.table.has_geometry or layer.table.row_count > COMPARED_ROWS:
        return ()
    today = dt.date.today()  # noqa: DTZ011
    found = map_inputs(project, index, document, today, ctx=ctx)
    problems = [*_taken_apart(project, index, found), *_sectors_apart(project, document, found)]
    empty = np.flatnonzero(found.area_m2 == 0)
    return (*problems, _zero_area(project, empty)) if len(empty) else tuple(problems)


def _taken_apart(project: Project, index: PlanIndex, found: MapInputs) -> Iterator[Problem]:
    layer = project.parcels
    if layer is None or not index.has_constraints:
        return
    told = np.maximum(SLIVER_M2, TOLD_SHARE * found.area_m2)
    for name, role in TAKINGS:
        column = layer.schema.column(role)
        if column is None or column not in layer.table.columns:
            continue
        apart = np.abs(np.nan_to_num(layer.table.numbers(column)) - found.taken[name])
        rows = np.flatnonzero(apart > told)
        if len(rows):
            params = {"columns": name, "most": f"{apart[rows].max():.0f} m²"}
            where = _label(project, rows)
            yield Problem("hits.differs", Severity.WARNING, where, len(rows), params)


def _sectors_apart(
    project: Project, document: PlanningDocument, found: MapInputs
) -> Iterator[Problem]:
    layer = project.parcels
    if layer is None:
        return
    own, _problems = sectors_from_table(layer.table, layer.schema, document)
    rows = np.flatnonzero((own >= 0) & (found.sector >= 0) & (own != found.sector))
    if len(rows):
        where = _label(project, rows)
        yield Problem("hits.sector-differs", Severity.WARNING, where, len(rows))
