"""Raw land has two ways to be built: one operation on the whole, or a division into lots.

Opération intégrée: the regulation of land that is no lot, ratios on its reference area; in D,
villas of leisure at the document's units per hectare. Lotissement: new roads, cession and green
share first, then lots of the smallest size that the sector allows, each with what a standard lot
of that width and depth may carry. Both are computed for every piece of raw land; neither replaces
the figures of the outcome. It knows nothing of layers, words or files.

Sources: règlement of Aïn Chock, articles 3.1.1 (p. 11: new roads), 4.1-4.2 (p. 15), 7, 12 (p. 23),
37 (p. 33), 44; shares of roads as their coefficients say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import USES
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.codes import Labels
from emadina_gis.simulation.parcels import LAND_CLASSES, Regime, parcel_inputs
from emadina_gis.simulation.people import CENTRAL, HIGH, LOW, dwellings_of, part_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.land_states import LandStates
    from emadina_gis.simulation.people import Profile

    Floats = NDArray[np.float64]

WAYS = ("integrated", "subdivision")
#: Coefficients that the two ways take, for whoever shows them.
COEFFICIENTS = (
    "subdivision_roads_share",
    "subdivision_roads_share_activity",
    "raw_villa_land_loss",
    "new_road_villas_m",
    "new_road_low_m",
    "new_road_high_m",
    "net_to_gross",
    "dwelling_net_m2",
)
WAY_REASONS = ("", "no_rule", "missing_input", "too_small", "no_minimum_plot", "nothing_fits")
_OK, _NO_RULE, _MISSING, _TOO_SMALL, _NO_PLOT, _NOTHING_FITS = range(len(WAY_REASONS))
_ENDS = (CENTRAL, LOW, HIGH)
#: For land, the low end of what is built comes from the high end of what is lost, and back.
_LOSS_ENDS = ("value", "high", "low")
_LOW_LEVELS = 3
_ACTIVITY, _VILLAS = "I", "one_per_lot"


@dataclass(frozen=True, eq=False)
class Way:
    """What k pieces of raw land may carry one way; NaN where it cannot be said.

    Attributes
    ----------
    land_m2 : ndarray of float64, shape (k,)
        Land that is built on: the reference area, or the land of the lots.
    units : ndarray of float64, shape (k,)
        Lots, expected values not rounded; NaN for an integrated operation.
    net_m2, dwellings : ndarray of float64, shape (3, k)
        Net floor area and dwellings: central, low, high.
    reason : Labels
        Of `WAY_REASONS`: why it cannot be said, or why it is nothing; empty elsewhere.
    """

    land_m2: Floats
    units: Floats
    net_m2: Floats
    dwellings: Floats
    reason: Labels

    def total(self, rows: NDArray[np.bool_] | None = None) -> dict[str, float]:
        """Return sums over pieces of land that have a figure, and how many have none."""
        chosen = np.ones(len(self.land_m2), dtype=bool) if rows is None else rows
        found = {
            "land_m2": _sum(self.land_m2[chosen]),
            "units": _sum(self.units[chosen]),
            "without": int(np.count_nonzero(np.isnan(self.net_m2[CENTRAL, chosen]))),
        }
        for end, name in zip(_ENDS, ("", "_low", "_high"), strict=True):
            found[f"net_m2{name}"] = _sum(self.net_m2[end, chosen])
            found[f"dwellings{name}"] = _sum(self.dwellings[end, chosen])
        return found


def _sum(values: Floats) -> float:
    return float(np.nansum(values))


@dataclass(frozen=True, eq=False)
class RawLand:
    """The raw land of an outcome, both ways.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Rows of the outcome.
    outcome : Outcome
        Of these pieces of land, as land that is no lot.
    integrated, subdivision : Way
    """

    rows: NDArray[np.intp]
    outcome: Outcome
    integrated: Way
    subdivision: Way

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ways(self) -> dict[str, Way]:
        """Both ways by name."""
        return dict(zip(WAYS, (self.integrated, self.subdivision), strict=True))

    @property
    def sectors(self) -> tuple[str, ...]:
        """Codes of the sectors that have raw land, in the document's order (``""``: none)."""
        codes = (*self.outcome.document.sector_codes, "")
        present = np.unique(self.outcome.inputs.sector % len(codes))
        return tuple(codes[index] for index in present.tolist())

    def in_sector(self, code: str) -> NDArray[np.bool_]:
        """Return which pieces of land are in a sector, shape (k,)."""
        wanted = self.outcome.document.index_of(code)
        found: NDArray[np.bool_] = self.outcome.inputs.sector == wanted
        return found


def raw_land(outcome: Outcome, states: LandStates) -> RawLand:
    """Return what the raw land of an outcome may carry, both ways.

    Raw land is what the totals class so: stated by the parcels' column, or empty, no lot and larger
    than the coefficient ``raw_land_min_m2``.
    """
    rows = np.flatnonzero(states.land_class == LAND_CLASSES.index("raw"))
    regime = np.full(len(rows), int(Regime.RAW), dtype=np.int8)
    inputs = replace(outcome.inputs.take(rows), regime=regime)
    found = capacity(
        inputs, outcome.document, outcome.parameters, overrides=outcome.table.overrides
    )
    return RawLand(rows, found, _integrated(found), _subdivision(found))


def _integrated(outcome: Outcome) -> Way:
    part = part_of(outcome)
    net = np.stack(
        [outcome.central_net_m2, outcome.net_floor_area_low_m2, outcome.net_floor_area_high_m2]
    )
    dwellings = np.stack([dwellings_of(part, end, certain=False) for end in _ENDS])
    land = outcome.reference_area_m2.copy()
    reason = _reasons(outcome)
    villas = part.profile.per_lot[part.sector]
    if villas.any():
        allowed = land >= part.profile.leisure_min_m2[part.sector]
        units = land * part.profile.leisure_per_m2[part.sector] * part.housed
        dwellings = np.where(villas, np.where(net[HIGH] > 0, units, 0 * net[HIGH]), dwellings)
        small = villas & ~allowed & (reason == _OK)
        net[:, small] = 0.0
        dwellings[:, small] = 0.0
        reason[small] = _TOO_SMALL
    return Way(
        np.where(np.isnan(net[CENTRAL]), np.nan, land),
        np.full(len(land), np.nan),
        net,
        np.where(np.isnan(net[CENTRAL]), np.nan, dwellings),
        Labels(reason, WAY_REASONS),
    )


def _reasons(outcome: Outcome) -> NDArray[np.int8]:
    """Return why the engine gave no figure, shape (k,)."""
    net = outcome.central_net_m2
    without_rule = np.isnan(outcome.reference_area_m2)
    found = np.where(np.isnan(net), np.where(without_rule, _NO_RULE, _MISSING), _OK)
    return np.where(net == 0, _NOTHING_FITS, found).astype(np.int8)


@dataclass(frozen=True, eq=False)
class _Lots:
    """A standard lot of each case, shape (cases,): its size and what it may carry."""

    plot_m2: Floats
    net_m2: Floats
    dwellings: Floats


def _subdivision(outcome: Outcome) -> Way:
    part = part_of(outcome)
    keys = part.sector * (len(USES) + 1) + part.use
    distinct, case = np.unique(keys, return_inverse=True)
    sectors, uses = np.divmod(distinct, len(USES) + 1)
    lots = _standard_lots(outcome, sectors, uses)
    land = np.stack([_lot_land(outcome, part.sector, part.profile, end) for end in _ENDS])
    count = land / lots.plot_m2[case]
    net = count * lots.net_m2[:, case]
    dwellings = count * lots.dwellings[:, case]
    reason = np.full(len(case), _OK, dtype=np.int8)
    reason[net[CENTRAL] == 0] = _NOTHING_FITS
    reason[np.isnan(net[CENTRAL])] = _MISSING
    reason[np.isnan(lots.plot_m2[case])] = _NO_PLOT
    reason[np.isnan(outcome.reference_area_m2)] = _NO_RULE
    unknown = np.isnan(net[CENTRAL])
    return Way(
        np.where(unknown, np.nan, land[CENTRAL]),
        np.where(unknown, np.nan, count[CENTRAL]),
        net,
        np.where(unknown, np.nan, dwellings),
        Labels(reason, WAY_REASONS),
    )


def _lot_land(outcome: Outcome, sector: NDArray[np.integer], profile: Profile, end: int) -> Floats:
    """Return the land of the lots once roads and green are made, shape (k,), in m².

    The cession, the equipment and the servitudes are out of the reference area already. Villas lose
    one share for roads and all the rest; elsewhere roads and green are shares of the land that the
    plan's roads leave.
    """
    inputs, parameters = outcome.inputs, outcome.parameters
    ends = _LOSS_ENDS[end]
    loss, roads, activity = (
        getattr(parameters.coefficient(key), ends)
        for key in (
            "raw_villa_land_loss",
            "subdivision_roads_share",
            "subdivision_roads_share_activity",
        )
    )
    taken = 0.0 if inputs.plan_roads_m2 is None else np.nan_to_num(inputs.plan_roads_m2)
    after_roads = inputs.area_m2 - taken
    is_activity = np.array([s.zone.code == _ACTIVITY for s in outcome.document.sectors] + [False])
    green = [max((r.green_share[1] for r, _ in c), default=0.0) for c in outcome.table.cases]
    shares = np.where(is_activity[sector], activity, roads) + np.array([*green, 0.0])[outcome.case]
    reference = outcome.reference_area_m2
    divided = np.maximum(reference - shares * after_roads, 0.0)
    found: Floats = np.where(profile.per_lot[sector], reference * (1 - loss), divided)
    return found


def _standard_lots(
    outcome: Outcome, sectors: NDArray[np.integer], uses: NDArray[np.integer]
) -> _Lots:
    """Return the standard lot of each sector and use: its smallest size on a new road."""
    table = outcome.table
    plots, widths = (
        np.append(np.where(values > 0, values, np.nan), np.nan)
        for values in (table.plain("min_plot_m2"), table.plain("min_frontage_m"))
    )
    roads = np.append(_new_roads(outcome), np.nan)
    count = len(sectors)
    inputs = parcel_inputs(
        np.where(sectors >= len(table.document.sectors), -1, sectors),
        plots[sectors],
        widths[sectors],
        road_width_m=roads[sectors],
        regime=np.full(count, int(Regime.LOT)),
        use=np.where(uses == len(USES), -1, uses),
    )
    found = capacity(inputs, outcome.document, outcome.parameters, overrides=table.overrides)
    part = part_of(found)
    net = np.stack(
        [found.central_net_m2, found.net_floor_area_low_m2, found.net_floor_area_high_m2]
    )
    dwellings = np.stack([dwellings_of(part, end, certain=False) for end in _ENDS])
    return _Lots(np.where(np.isnan(widths[sectors]), np.nan, plots[sectors]), net, dwellings)


def _new_roads(outcome: Outcome) -> Floats:
    """Return the width of a new road in each sector, in metres (art. 3.1.1)."""
    parameters, levels = outcome.parameters, outcome.table.plain("levels")
    wide, narrow = parameters["new_road_high_m"], parameters["new_road_low_m"]
    found = np.where(levels > _LOW_LEVELS, wide, narrow)
    for index, sector in enumerate(outcome.document.sectors):
        if sector.zone.profile.dwellings == _VILLAS:
            found[index] = parameters["new_road_villas_m"]
        elif sector.zone.code == _ACTIVITY:
            found[index] = wide
    return found
