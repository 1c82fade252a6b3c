"""What parcels may carry under a planning document: the engine, on all parcels at once.

Parcels are grouped by kind (sector, use, class of road, fronts, regime), so that every number of
the document is a scalar inside a group; groups are cut in blocks that fit the processor's cache and
shared by two threads. There is no loop over parcels. It knows nothing of files or layers.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.regulation import NO_OVERRIDES, sector_table
from emadina_gis.simulation import codes as col
from emadina_gis.simulation.bonus import gained, last_floor
from emadina_gis.simulation.cases import case_of
from emadina_gis.simulation.coefficients import default_parameters
from emadina_gis.simulation.columns import Outcome
from emadina_gis.simulation.envelope import envelope_of
from emadina_gis.simulation.figures import BlockFigures, no_figures
from emadina_gis.simulation.grouping import BLOCK_ROWS, grouping_of
from emadina_gis.simulation.land import caps_of, reference_of
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.stacking import TOLERANCE, stacked
from emadina_gis.simulation.terms import granted_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from emadina_gis.progress import Context
    from emadina_gis.regulation import Overrides, PlanningDocument, Ruling, SectorTable
    from emadina_gis.regulation.ruling import Emergence
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.figures import Case
    from emadina_gis.simulation.grouping import Block
    from emadina_gis.simulation.land import Reference
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.stacking import Site, Stack

    Floats = NDArray[np.float64]

_THREADS = 2
#: Rows of a block on average, from which two threads are faster than one.
_WORTH_A_THREAD = 4096
_PLAIN_BINDINGS = len(col.BINDINGS)
_LOTS = {Regime.LOT: (True,), Regime.RAW: (False,), Regime.UNKNOWN: (True, False)}


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
    grouping = grouping_of(inputs, document, parameters["raw_land_min_m2"])
    table, cases = cases_of(inputs, grouping.blocks, table, parameters)
    figures = figures_of_blocks(grouping.blocks, cases, parameters, ctx)
    return Outcome(inputs, table, parameters, figures, grouping)


def cases_of(
    inputs: ParcelInputs, blocks: Sequence[Block], table: SectorTable, parameters: Parameters
) -> tuple[SectorTable, list[Case]]:
    """Return the case of each block, and the table that holds them all.

    One row speaks for its block: what decides the case is the same in all of it.
    """
    rows = np.array([block.rows[0] for block in blocks], dtype=np.intp)
    first = inputs.take(rows)
    plain = [table.cases[n] if n >= 0 else () for n in case_of(first, table).tolist()]
    cases = granted_cases(first, table, plain, parameters["storey_m"])
    found = zip(first.sector.tolist(), plain, cases, strict=True)
    return _with_cases(table, {(s, case): None for s, old, case in found if case != old}), cases


def _with_cases(table: SectorTable, more: Iterable[tuple[int, Case]]) -> SectorTable:
    added = list(more)
    if not added:
        return table
    cases = (*table.cases, *(case for _sector, case in added))
    sectors = np.append(table.case_sector, [sector for sector, _case in added])
    return replace(table, cases=cases, case_sector=sectors.astype(np.int32))


def figures_of_blocks(
    blocks: Sequence[Block],
    cases: Sequence[Case],
    parameters: Parameters,
    ctx: Context = NULL_CONTEXT,
) -> tuple[BlockFigures, ...]:
    """Return the figures of blocks, each under its case."""
    found: dict[int, BlockFigures] = {}

    def run(number: int) -> None:
        ctx.report(len(found) / len(blocks))
        found[number] = block_figures(blocks[number], cases[number], parameters)

    in_threads(run, range(len(blocks)), rows=sum(map(len, blocks)))
    return tuple(found[number] for number in range(len(blocks)))


def in_threads(run: Callable[[int], None], numbers: Sequence[int], *, rows: int) -> None:
    """Call a function with each number, on two threads where there are many rows for each.

    NumPy lets go of the interpreter while it works through an array, so both are busy; with short
    arrays they would only wait for each other.
    """
    left = iter(numbers)

    def work() -> None:
        for number in left:
            run(number)

    if rows <= BLOCK_ROWS or rows < _WORTH_A_THREAD * len(numbers):
        work()
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        for job in [pool.submit(work) for _ in range(_THREADS)]:
            job.result()


def block_figures(block: Block, case: Case, parameters: Parameters) -> BlockFigures:
    """Return the figures of one block."""
    if not case or block.kind.is_bad:
        return no_figures(block, case)
    lots = _LOTS[block.kind.regime]
    parts = [(share, _figures(block.site, ruling, lots, parameters)) for ruling, share in case]
    found = [_mixed([(share, figures[i]) for share, figures in parts]) for i in range(len(lots))]
    return _joined(block, case, found)


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


def _figures(
    site: Site, ruling: Ruling, lots: tuple[bool, ...], parameters: Parameters
) -> list[_Figures]:
    """Return the figures of a ruling under each regime asked for; the levels are laid out once."""
    envelope = envelope_of(ruling, parameters["storey_m"])
    plots = site.plots
    if not ruling.needs_road:
        plots = replace(plots, road_m=plots.width_m, side_road_m=plots.width_m)
    references = [reference_of(site.land, ruling, lot=lot) for lot in lots]
    one_front = plots.fronts is Fronts.ONE
    caps = [
        caps_of(site.land, reference.area_m2, ruling, lot=lot, one_front=one_front)
        for lot, reference in zip(lots, references, strict=True)
    ]
    stacks = stacked(envelope, plots, caps, parameters["min_block_width_m"])
    found = [
        _net(stack, reference, ruling.floor_ratio[0 if lot else 1], parameters)
        for stack, reference, lot in zip(stacks, references, lots, strict=True)
    ]
    for lot, figures, cap in zip(lots, found, caps, strict=True):
        emergence = ruling.bonus[0 if lot else 1]
        if emergence.share > 0:
            top = last_floor(envelope, plots, cap, parameters["min_block_width_m"])
            _add_bonus(figures, emergence, top, parameters)
    return found


def _add_bonus(
    figures: _Figures, emergence: Emergence, top_m2: Floats, parameters: Parameters
) -> None:
    """Add the floor area of bonuses to figures; the rule that binds stays as it is."""
    nets = (figures.net, figures.low, figures.high)
    more = gained(emergence, top_m2, nets, parameters.coefficient("net_to_gross"))
    figures.gross = figures.gross + more[0]
    figures.net, figures.low, figures.high = (
        net + extra for net, extra in zip(nets, more[1:], strict=True)
    )


def _net(
    stack: Stack, reference: Reference, floor_ratio: float, parameters: Parameters
) -> _Figures:
    """Return net floor area, its range and the rule that binds."""
    share = parameters.coefficient("net_to_gross")
    gross = stack.gross
    net, low, high = (ratio * gross for ratio in (share.value, share.low, share.high))
    # One byte a row: the codes are worked out with sums and products, not by picking.
    binding = np.int8(col.ENVELOPE) - stack.full.view(np.int8)
    if math.isfinite(floor_ratio):
        limit = floor_ratio * reference.area_m2
        over = (limit <= net * (1 + TOLERANCE)).view(np.int8)
        binding += over * (np.int8(col.FLOOR_RATIO) - binding)
        net, low, high = (np.minimum(area, limit, out=area) for area in (net, low, high))
    binding *= (gross > 0).view(np.int8)
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


def _joined(block: Block, case: Case, found: list[_Figures]) -> BlockFigures:
    """Return the figures on which the regimes agree, and the range over both."""
    figures, other = found[0], found[-1]
    both = figures is not other
    net, empty = _same(figures.net, other.net), figures.gross == 0
    if both:
        empty &= other.gross == 0
    return BlockFigures(
        block=block,
        case=case,
        reference_area_m2=_same(figures.reference.area_m2, other.reference.area_m2),
        free_cession_m2=_same(figures.reference.due_m2, other.reference.due_m2),
        to_acquire_m2=_same(figures.reference.to_acquire_m2, other.reference.to_acquire_m2),
        max_footprint_m2=_same(figures.footprint, other.footprint),
        gross_floor_area_m2=_same(figures.gross, other.gross),
        net_floor_area_m2=net,
        net_floor_area_low_m2=np.minimum(figures.low, other.low) if both else figures.low,
        net_floor_area_high_m2=np.maximum(figures.high, other.high) if both else figures.high,
        central_net_m2=(figures.net + other.net) / 2 if both else net,
        levels_built=np.maximum(figures.built, other.built) if both else figures.built,
        empty=empty,
        binding_codes=_one_rule(figures.binding, other.binding) if both else figures.binding,
    )


def _same(first: Floats, second: Floats) -> Floats:
    """Return the values on which both regimes agree, NaN elsewhere."""
    return first if first is second else np.where(first == second, first, np.nan)


def _one_rule(first: NDArray[np.int8], second: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the rule that binds under both regimes, none where they differ."""
    rule: NDArray[np.int8] = first * (first == second).view(np.int8)
    return rule
