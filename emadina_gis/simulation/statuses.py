"""Status of each parcel of an outcome and why, worked out block by block when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation import codes as col
from emadina_gis.simulation.parcels import Fronts, Regime

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.figures import BlockFigures
    from emadina_gis.simulation.parcels import ParcelInputs

    Codes = NDArray[np.int8]
    Chosen = NDArray[np.bool_] | slice

_ALL = slice(None)


def statuses_of(
    figures: BlockFigures, inputs: ParcelInputs, document: PlanningDocument
) -> tuple[Codes, Codes]:
    """Return status and reason of the parcels of a block, as codes, shape (k,) each."""
    made = _Statuses(figures, inputs)
    if figures.block.kind.sector < 0:
        made.set(_ALL, col.NO_SECTOR, "outside_document")
    elif not figures.case:
        is_set = document.sectors[figures.block.kind.sector].no_number is not None
        made.set(_ALL, col.NO_RULE, "set_by_plan" if is_set else "rule_missing")
    elif figures.block.kind.is_bad:
        made.set(_ALL, col.BAD, "geometry_invalid")
    else:
        made.of_computed()
    return made.status, made.reason


class _Statuses:
    """Statuses being written: what comes later has the last word."""

    def __init__(self, figures: BlockFigures, inputs: ParcelInputs) -> None:
        self._figures = figures
        self._inputs = inputs
        self._rows = figures.block.rows
        self.status = np.empty(len(figures), dtype=np.int8)
        self.reason = np.empty(len(figures), dtype=np.int8)

    def set(self, chosen: Chosen, status: int, reason: str) -> None:
        self.status[chosen] = status
        self.reason[chosen] = col.REASONS.index(reason)

    def of_computed(self) -> None:
        kind = self._figures.block.kind
        reason = self._assumption()
        status = col.ASSUMED if reason == "value_not_printed" else col.OK
        if kind.regime is Regime.UNKNOWN:
            status, reason = col.REGIME_UNKNOWN, "regime_unknown"
        self.set(_ALL, status, reason)
        assumed = self._inputs.assumed
        if assumed is not None and status == col.OK:
            self.set(assumed[self._rows], col.ASSUMED, "measure_estimated")
        if kind.fronts is not Fronts.ONE and status == col.OK:
            self._side_road()
        self.set(self._figures.empty, col.NOTHING_FITS, "envelope_empty")
        self._taken()
        self._missing()

    def _taken(self) -> None:
        """Say so where nothing fits because a scenario forbids to build on the land."""
        forbidden = self._inputs.no_build_m2
        if forbidden is not None:
            taken = self._figures.empty & (forbidden[self._rows] > 0)
            self.set(taken, col.NOTHING_FITS, "land_taken")

    def _assumption(self) -> str:
        case, regime = self._figures.case, self._figures.block.kind.regime
        if regime is not Regime.UNKNOWN:
            side = 0 if regime is Regime.LOT else 1
            if any(ruling.assumed[side] for ruling, _share in case):
                return "value_not_printed"
        return "if_authorised" if any(ruling.permission for ruling, _share in case) else ""

    def _side_road(self) -> None:
        if not any(ruling.needs_road for ruling, _share in self._figures.case):
            return
        given = self._inputs.side_road_width_m
        unknown = _ALL if given is None else ~(given[self._rows] > 0)
        self.set(unknown, col.ASSUMED, "side_road_as_first")

    def _missing(self) -> None:
        # The range is there under every regime; the figures themselves may disagree.
        missing = np.isnan(self._figures.central_net_m2)
        if not missing.any():
            return
        area, frontage = (
            values[self._rows] for values in (self._inputs.area_m2, self._inputs.frontage_m)
        )
        self.set(missing, col.MISSING, "road_width_missing")
        self.set(missing & ~(frontage > 0), col.MISSING, "frontage_missing")
        self.set(missing & ~(area > 0), col.MISSING, "area_missing")
