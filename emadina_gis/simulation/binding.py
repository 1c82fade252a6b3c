"""Why a parcel carries no more: which constraint, relaxed alone, would gain most.

Where a ratio binds, the ratio (or the courtyard) is named. Where the envelope binds, the parcel is
built again with each constraint lifted in turn: no prospect, rear limit, band or side limits, or
one more level; the largest gain in net floor area is named. Ties go to the first of `CONSTRAINTS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import Condition, rule_of
from emadina_gis.simulation import codes as col
from emadina_gis.simulation.envelope import CONSTRAINTS, envelope_of
from emadina_gis.simulation.land import caps_of, reference_of
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.stacking import site_of, stacked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import Ruling
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.figures import BlockFigures
    from emadina_gis.simulation.stacking import Site

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int8]

_RATIO, _COURT = col.DETAILS.index("ratio"), col.DETAILS.index("court")


def binding_details(outcome: Outcome, rows: NDArray[np.intp] | None = None) -> col.Labels:
    """Return the constraint that binds each parcel, as codes into `DETAILS`.

    Parameters
    ----------
    outcome : Outcome
    rows : ndarray of int, shape (k,), optional
        Only these parcels are worked out; the others stay empty.

    Returns
    -------
    Labels
        Shape (n,); ``""`` where nothing binds or where two regimes disagree.
    """
    codes = np.zeros(len(outcome), dtype=np.int8)
    wanted = None
    if rows is not None:
        wanted = np.zeros(len(outcome), dtype=bool)
        wanted[rows] = True
    for figures in outcome.blocks:
        chosen = figures.binding_codes > 0
        if wanted is not None:
            chosen &= wanted[figures.block.rows]
        if chosen.any():
            codes[figures.block.rows[chosen]] = _details_of_block(outcome, figures, chosen)
    return col.Labels(codes, col.DETAILS)


def _details_of_block(outcome: Outcome, figures: BlockFigures, chosen: NDArray[np.bool_]) -> Codes:
    rows, plain = figures.block.rows[chosen], figures.binding_codes[chosen]
    ruling, _share = figures.case[0]
    if len(figures.case) > 1:
        plain = _first_of_pair(plain)
    regime, fronts = figures.block.kind.regime, figures.block.kind.fronts
    lots = (True, False) if regime is Regime.UNKNOWN else (regime is Regime.LOT,)
    some = _Some(outcome, rows, fronts, ruling)
    found = [_details(some, plain, lot=lot) for lot in lots]
    return np.where(found[0] == found[-1], found[0], np.int8(0))


@dataclass(frozen=True, eq=False)
class _Some:
    """Some parcels of one block, under the ruling of the larger part."""

    outcome: Outcome
    rows: NDArray[np.intp]
    fronts: Fronts
    ruling: Ruling

    def site(self, chosen: NDArray[np.intp] | slice = slice(None)) -> Site:
        rows = self.rows[chosen]
        return site_of(self.outcome.inputs, rows, self.fronts, road=self.ruling.needs_road)


def _first_of_pair(codes: Codes) -> Codes:
    """Return the rule that binds the larger part of a mix."""
    pair = codes >= len(col.BINDINGS)
    return np.where(pair, codes // len(col.BINDINGS) - 1, codes).astype(np.int8)


def _details(some: _Some, plain: Codes, *, lot: bool) -> Codes:
    codes = np.where(plain == col.FLOOR_RATIO, np.int8(_RATIO), np.int8(0))
    ruling, one_front = some.ruling, some.fronts is Fronts.ONE
    covered = plain == col.GROUND_COVERAGE
    if np.any(covered):
        reference = reference_of(some.site().land, ruling, lot=lot).area_m2
        court = _court_is_less(reference, ruling, lot=lot, one_front=one_front)
        codes[covered] = np.where(court, np.int8(_COURT), np.int8(_RATIO))[covered]
    limited = np.flatnonzero(plain == col.ENVELOPE)
    if len(limited):
        codes[limited] = _largest_gain(some.outcome, some.site(limited), ruling, lot=lot)
    return codes


def _court_is_less(
    reference_m2: Floats, ruling: Ruling, *, lot: bool, one_front: bool
) -> NDArray[np.bool_]:
    side = 0 if lot else 1
    court_m2 = ruling.court_m2[side]
    if not one_front or court_m2 == 0:
        return np.zeros(len(reference_m2), dtype=bool)
    share = min(ruling.coverage[side], 1.0)
    return reference_m2 - court_m2 < share * reference_m2 * (1 - 1e-9)


def _largest_gain(outcome: Outcome, site: Site, ruling: Ruling, *, lot: bool) -> Codes:
    best = np.full(len(site.plots.width_m), -np.inf)
    codes = np.zeros(len(best), dtype=np.int8)
    for constraint in CONSTRAINTS:
        if not _can_bind(ruling, constraint):
            continue
        net = _relaxed_net(outcome, site, ruling, constraint, lot=lot)
        gains = net > best * (1 + 1e-9) if np.isfinite(best).all() else net > best
        codes[gains] = col.DETAILS.index(constraint)
        best = np.where(gains, net, best)
    return codes


def _can_bind(ruling: Ruling, constraint: str) -> bool:
    banded = ruling.form != "detached"
    return {
        "prospect": banded and np.isfinite(ruling.prospect_factor),
        "band": banded and np.isfinite(ruling.band_depth_m),
        "rear": ruling.rear_distance_m > 0 or ruling.rear_height_ratio > 0,
        "side": ruling.limit_distance_m > 0 or ruling.limit_height_ratio > 0,
        "height": True,
    }[constraint]


def _relaxed_net(
    outcome: Outcome, site: Site, ruling: Ruling, constraint: str, *, lot: bool
) -> Floats:
    parameters = outcome.parameters
    envelope = envelope_of(ruling, parameters["storey_m"], relaxed=constraint)
    reference = reference_of(site.land, ruling, lot=lot).area_m2
    one_front = site.plots.fronts is Fronts.ONE
    caps = caps_of(site.land, reference, ruling, lot=lot, one_front=one_front)
    stack = stacked(envelope, site.plots, [caps], parameters["min_block_width_m"])[0]
    limit = ruling.floor_ratio[0 if lot else 1]
    net = parameters["net_to_gross"] * stack.gross
    return net if np.isinf(limit) else np.minimum(net, limit * reference)


def flags_of(outcome: Outcome, row: int) -> tuple[str, ...]:
    """Return what must be told with the result of a parcel, as keys of ``simulation.remark.*``.

    Minimum plot and frontage bind only parcels created after the approval: existing ones are told.
    """
    index = int(outcome.inputs.sector[row])
    if index < 0 or outcome.document.sectors[index].no_number is not None:
        return ()
    document, sector = outcome.document, outcome.document.sectors[index]
    case = outcome.table.cases[outcome.case[row]]
    if not case:
        return ()
    ruling = case[0][0]
    area, frontage = outcome.inputs.area_m2[row], outcome.inputs.frontage_m[row]
    regime = Regime.UNKNOWN if outcome.inputs.regime is None else outcome.inputs.regime[row]
    lot_rule = rule_of(document, sector, "coverage", Condition(lot=True))
    told = {
        "below_min_plot": area < ruling.min_plot_m2,
        "below_min_frontage": frontage < ruling.min_frontage_m,
        "facade_share": rule_of(document, sector, "facade_share_max") is not None,
        "if_authorised": ruling.permission,
        "older_lots": regime != Regime.RAW
        and lot_rule is not None
        and lot_rule.citation.flag == "interpretation",
        "splitting_escapes_cession": bool(outcome.free_cession_m2[row] > 0),
    }
    return tuple(name for name, holds in told.items() if holds)
