"""What parcels may carry under a planning document: the engine, on all parcels at once.

Parcels are grouped by case (sector, use, class of road), fronts and regime, so that every number of
the document is a scalar inside a group; groups are cut in blocks that fit the processor's cache and
shared by two threads. There is no loop over parcels. It knows nothing of files or layers.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.regulation import NO_OVERRIDES, USES, sector_table
from emadina_gis.simulation import codes as col
from emadina_gis.simulation.coefficients import default_parameters
from emadina_gis.simulation.columns import Outcome
from emadina_gis.simulation.envelope import envelope_of
from emadina_gis.simulation.land import caps_of, reference_of
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.stacking import BLOCK_ROWS, TOLERANCE, groups_of, site_of, stacked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.progress import Context
    from emadina_gis.regulation import Overrides, PlanningDocument, Ruling, SectorTable
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.land import Reference
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.stacking import Block, Site, Stack

    Floats = NDArray[np.float64]

_THREADS = 2
_PLAIN_BINDINGS = len(col.BINDINGS)
#: A mix of two sectors may be bound by two rules: both are named, the larger part's first.
_BINDING_WORDS = col.BINDINGS + tuple(
    f"{first}|{second}" if first and second and first != second else first or second
    for first in col.BINDINGS
    for second in col.BINDINGS
)


def capacity(
    inputs: ParcelInputs,
    document: PlanningDocument,
    parameters: Parameters | None = None,
    *,
    overrides: Overrides = NO_OVERRIDES,
    ctx: Context = NULL_CONTEXT,
) -> Outcome:
    """Return what each parcel may carry.

    Parameters
    ----------
    inputs : ParcelInputs
        n parcels.
    document : PlanningDocument
        The regulation.
    parameters : Parameters, optional
        Coefficients; the defaults of the document.
    overrides : Overrides
        Values that a scenario puts in place of the document's.
    ctx : Context
        Progress and cancellation.

    Returns
    -------
    Outcome
        Columns on the n rows. A parcel whose regime is unknown is computed under both; a column
        that differs between them is NaN, and the range spans both.
    """
    parameters = parameters or default_parameters(document)
    table = sector_table(document, overrides, parameters["storey_m"])
    case = case_of(inputs, table)
    work = _Work(inputs, table, parameters, case, _Columns.empty(len(inputs)))
    blocks = list(groups_of(inputs, case, BLOCK_ROWS))
    if len(blocks) > 1 and len(inputs) > BLOCK_ROWS:
        with ThreadPoolExecutor(_THREADS) as pool:
            jobs = [
                pool.submit(_run, work, blocks[start::_THREADS], ctx) for start in range(_THREADS)
            ]
            for job in jobs:
                job.result()
    else:
        _run(work, blocks, ctx)
    return work.outcome()


def case_of(inputs: ParcelInputs, table: SectorTable) -> NDArray[np.int16]:
    """Return the number of the case that bites each parcel, -1 for none, shape (n,)."""
    sectors, uses, roads = table.lookup.shape
    lookup = np.full((sectors + 1, uses + 1, roads), -1, dtype=np.int16)
    lookup[:sectors, :uses] = table.lookup
    for index, sector in enumerate(table.document.sectors):
        lookup[index, uses] = table.lookup[index, USES.index(sector.zone.default_use)]
    position = np.where(inputs.sector < 0, sectors, inputs.sector) * (uses + 1)
    position += uses if inputs.use is None else np.where(inputs.use < 0, uses, inputs.use)
    case: NDArray[np.int16] = lookup[:, :, 0].reshape(-1)[position]
    if roads > 1 and inputs.road_width_m is not None:
        depends = np.append(table.depends_on_road, np.False_)
        rows = np.flatnonzero(depends[inputs.sector])
        classes = np.searchsorted(table.road_thresholds_m, _widest(inputs, rows), side="right")
        case[rows] = lookup.reshape(-1, roads)[position[rows], classes]
    return case


def _widest(inputs: ParcelInputs, rows: NDArray[np.intp]) -> Floats:
    """Return the width of the widest street of some parcels, 0 where unknown, in metres."""
    road = np.zeros(len(inputs)) if inputs.road_width_m is None else inputs.road_width_m
    widest = road[rows]
    if inputs.fronts is not None and inputs.side_road_width_m is not None:
        others = inputs.fronts[rows] != Fronts.ONE
        widest = np.where(others, np.fmax(widest, inputs.side_road_width_m[rows]), widest)
    return np.nan_to_num(widest, nan=0.0)


@dataclass(frozen=True, eq=False)
class _Columns:
    """The columns being filled; every block writes its own rows."""

    status: NDArray[np.int8]
    reason: NDArray[np.int8]
    binding: NDArray[np.int8]
    reference: Floats
    due: Floats
    to_acquire: Floats
    footprint: Floats
    gross: Floats
    net: Floats
    low: Floats
    high: Floats
    central: Floats
    built: Floats

    @classmethod
    def empty(cls, count: int) -> _Columns:
        status, reason, binding = (np.empty(count, dtype=np.int8) for _ in range(3))
        numbers = [np.empty(count) for _ in range(10)]
        return cls(status, reason, binding, *numbers)

    def numbers(self) -> tuple[Floats, ...]:
        return (
            self.reference,
            self.due,
            self.to_acquire,
            self.footprint,
            self.gross,
            self.net,
            self.low,
            self.high,
            self.central,
            self.built,
        )


@dataclass(frozen=True, eq=False)
class _Work:
    inputs: ParcelInputs
    table: SectorTable
    parameters: Parameters
    case: NDArray[np.int16]
    columns: _Columns

    def outcome(self) -> Outcome:
        filled = self.columns
        return Outcome(
            inputs=self.inputs,
            table=self.table,
            parameters=self.parameters,
            case=self.case,
            status_code=filled.status,
            reason_code=filled.reason,
            reference_area_m2=filled.reference,
            free_cession_m2=filled.due,
            to_acquire_m2=filled.to_acquire,
            max_footprint_m2=filled.footprint,
            gross_floor_area_m2=filled.gross,
            net_floor_area_m2=filled.net,
            net_floor_area_low_m2=filled.low,
            net_floor_area_high_m2=filled.high,
            central_net_m2=filled.central,
            binding=col.Labels(filled.binding, _BINDING_WORDS),
            levels_built=filled.built,
        )


def _run(work: _Work, blocks: list[Block], ctx: Context) -> None:
    for done, block in enumerate(blocks):
        ctx.report(done / len(blocks))
        if block.case < 0:
            _fill_empty(work, block.rows, col.NO_SECTOR, "outside_document")
        elif not work.table.cases[block.case]:
            _fill_empty(work, block.rows, col.NO_RULE, "set_by_plan")
        else:
            _fill(work, block)


def _fill_empty(work: _Work, rows: NDArray[np.intp], status: int, reason: str) -> None:
    for column in work.columns.numbers():
        column[rows] = np.nan
    work.columns.binding[rows] = 0
    work.columns.status[rows] = status
    work.columns.reason[rows] = col.REASONS.index(reason)


@dataclass(eq=False)
class _Figures:
    """The figures of a block under one regime, shape (rows,)."""

    reference: Reference
    footprint: Floats
    gross: Floats
    net: Floats
    low: Floats
    high: Floats
    binding: NDArray[np.int8]
    built: Floats


def _fill(work: _Work, block: Block) -> None:
    case = work.table.cases[block.case]
    needs_road = any(ruling.needs_road for ruling, _share in case)
    site = site_of(work.inputs, block.rows, block.fronts, road=needs_road)
    regimes = {Regime.LOT: (True,), Regime.RAW: (False,), Regime.UNKNOWN: (True, False)}
    lots = regimes[block.regime]
    parts = [(share, _figures(site, ruling, lots, work.parameters)) for ruling, share in case]
    found = [_mixed([(share, figures[i]) for share, figures in parts]) for i in range(len(lots))]
    _write(work.columns, block.rows, found)
    _write_status(work, block, found)


def _figures(
    site: Site, ruling: Ruling, lots: tuple[bool, ...], parameters: Parameters
) -> list[_Figures]:
    """Return the figures of a ruling under each regime asked for; the levels are laid out once."""
    envelope = envelope_of(ruling, parameters["storey_m"])
    one_front = site.plots.fronts is Fronts.ONE
    references = [reference_of(site.land, ruling, lot=lot) for lot in lots]
    caps = [
        caps_of(site.land, reference.area_m2, ruling, lot=lot, one_front=one_front)
        for lot, reference in zip(lots, references, strict=True)
    ]
    stacks = stacked(envelope, site.plots, caps, parameters["min_block_width_m"])
    return [
        _net(stack, reference, ruling.floor_ratio[0 if lot else 1], parameters)
        for stack, reference, lot in zip(stacks, references, lots, strict=True)
    ]


def _net(
    stack: Stack, reference: Reference, floor_ratio: float, parameters: Parameters
) -> _Figures:
    """Return net floor area, its range and the rule that binds."""
    share = parameters.coefficient("net_to_gross")
    gross = stack.gross
    net, low, high = (ratio * gross for ratio in (share.value, share.low, share.high))
    binding = np.where(stack.full, np.int8(col.GROUND_COVERAGE), np.int8(col.ENVELOPE))
    if math.isfinite(floor_ratio):
        limit = floor_ratio * reference.area_m2
        binding[limit <= net * (1 + TOLERANCE)] = col.FLOOR_RATIO
        net, low, high = (np.minimum(area, limit) for area in (net, low, high))
    binding[~(gross > 0)] = 0
    return _Figures(reference, stack.ground, gross, net, low, high, binding, stack.built)


def _mixed(parts: list[tuple[float, _Figures]]) -> _Figures:
    """Return the figures of a mix: each share of the land as its own sector."""
    _share, largest = parts[0]
    if len(parts) == 1:
        return largest
    names = ("footprint", "gross", "net", "low", "high")
    sums = {name: sum(share * getattr(figures, name) for share, figures in parts) for name in names}
    built = np.maximum.reduce([figures.built for _share, figures in parts])
    first, second = parts[0][1].binding, parts[1][1].binding
    binding = np.where(
        first == second, first, np.int8(_PLAIN_BINDINGS) * (1 + first) + second
    ).astype(np.int8)
    return _Figures(reference=largest.reference, binding=binding, built=built, **sums)


def _write(columns: _Columns, rows: NDArray[np.intp], found: list[_Figures]) -> None:
    figures, other = found[0], found[-1]
    columns.reference[rows] = _same(figures.reference.area_m2, other.reference.area_m2)
    columns.due[rows] = _same(figures.reference.due_m2, other.reference.due_m2)
    columns.to_acquire[rows] = _same(figures.reference.to_acquire_m2, other.reference.to_acquire_m2)
    columns.footprint[rows] = _same(figures.footprint, other.footprint)
    columns.gross[rows] = _same(figures.gross, other.gross)
    net = _same(figures.net, other.net)
    columns.net[rows] = net
    both = figures is not other
    columns.low[rows] = np.minimum(figures.low, other.low) if both else figures.low
    columns.high[rows] = np.maximum(figures.high, other.high) if both else figures.high
    columns.central[rows] = (figures.net + other.net) / 2 if both else net
    columns.built[rows] = np.maximum(figures.built, other.built) if both else figures.built
    columns.binding[rows] = (
        np.where(figures.binding == other.binding, figures.binding, 0) if both else figures.binding
    )


def _same(first: Floats, second: Floats) -> Floats:
    """Return the values on which both regimes agree, NaN elsewhere."""
    return first if first is second else np.where(first == second, first, np.nan)


def _write_status(work: _Work, block: Block, found: list[_Figures]) -> None:
    rows, columns, inputs = block.rows, work.columns, work.inputs
    assumed = _assumption(work, block)
    status: int = col.ASSUMED if assumed in _ASSUMPTIONS else col.OK
    if block.regime is Regime.UNKNOWN:
        status, assumed = col.REGIME_UNKNOWN, "regime_unknown"
    columns.status[rows] = status
    columns.reason[rows] = col.REASONS.index(assumed)
    if inputs.assumed is not None and status == col.OK:
        _set(columns, rows[inputs.assumed[rows]], col.ASSUMED, "measure_estimated")
    if block.fronts is not Fronts.ONE and status == col.OK:
        _side_road_status(work, block)
    empty = np.logical_and.reduce([figures.gross == 0 for figures in found])
    _set(columns, rows[empty], col.NOTHING_FITS, "envelope_empty")
    missing = rows[np.isnan(found[0].gross)]
    if len(missing):
        _missing_status(work, missing)
    if inputs.bad_geometry is not None:
        bad = rows[inputs.bad_geometry[rows]]
        _fill_empty(work, bad, col.BAD, "geometry_invalid")


_ASSUMPTIONS = frozenset({"value_not_printed"})


def _assumption(work: _Work, block: Block) -> str:
    case = work.table.cases[block.case]
    if block.regime is not Regime.UNKNOWN:
        side = 0 if block.regime is Regime.LOT else 1
        if any(ruling.assumed[side] for ruling, _share in case):
            return "value_not_printed"
    if any(ruling.permission for ruling, _share in case):
        return "if_authorised"
    return ""


def _side_road_status(work: _Work, block: Block) -> None:
    rows, given = block.rows, work.inputs.side_road_width_m
    if not any(ruling.needs_road for ruling, _share in work.table.cases[block.case]):
        return
    unknown = rows if given is None else rows[~(given[rows] > 0)]
    _set(work.columns, unknown, col.ASSUMED, "side_road_as_first")


def _missing_status(work: _Work, rows: NDArray[np.intp]) -> None:
    _set(work.columns, rows, col.MISSING, "road_width_missing")
    no_frontage = rows[~(work.inputs.frontage_m[rows] > 0)]
    _set(work.columns, no_frontage, col.MISSING, "frontage_missing")
    _set(work.columns, rows[~(work.inputs.area_m2[rows] > 0)], col.MISSING, "area_missing")
    work.columns.binding[rows] = 0


def _set(columns: _Columns, rows: NDArray[np.intp], status: int, reason: str) -> None:
    columns.status[rows] = status
    columns.reason[rows] = col.REASONS.index(reason)
