"""``Outcome``: what parcels may carry, as columns on the parcels' own rows.

Figures used by totals and maps are there at once; explanations (which constraint binds, which
article says so) are worked out when first asked for. It knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.binding import articles, binding_details
from emadina_gis.simulation.codes import BAD, REASONS, STATUSES, Labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument, SectorTable
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What n parcels may carry; NaN where a value does not exist.

    Attributes
    ----------
    inputs : ParcelInputs
    table : SectorTable
    parameters : Parameters
    case : ndarray of int16, shape (n,)
        Case of the table that bites each parcel, -1 for none.
    status_code, reason_code : ndarray of int8, shape (n,)
        Indices into `STATUSES` and `REASONS`.
    reference_area_m2, free_cession_m2, to_acquire_m2 : ndarray of float64, shape (n,)
    max_footprint_m2, gross_floor_area_m2 : ndarray of float64, shape (n,)
    net_floor_area_m2, net_floor_area_low_m2, net_floor_area_high_m2 : ndarray, shape (n,)
        Net floor area (SHON) and the ends of its range.
    central_net_m2 : ndarray of float64, shape (n,)
        The net floor area, and the middle of both regimes where the regime is unknown: for
        totals only, which say so.
    binding : Labels
        Which rule binds, ``""`` where nothing fits.
    levels_built : ndarray of float64, shape (n,)
        Levels on which something fits.
    """

    inputs: ParcelInputs
    table: SectorTable
    parameters: Parameters
    case: NDArray[np.int16]
    status_code: NDArray[np.int8]
    reason_code: NDArray[np.int8]
    reference_area_m2: Floats
    free_cession_m2: Floats
    to_acquire_m2: Floats
    max_footprint_m2: Floats
    gross_floor_area_m2: Floats
    net_floor_area_m2: Floats
    net_floor_area_low_m2: Floats
    net_floor_area_high_m2: Floats
    central_net_m2: Floats
    binding: Labels
    levels_built: Floats

    def __len__(self) -> int:
        return len(self.status_code)

    @property
    def document(self) -> PlanningDocument:
        """The planning document that was applied."""
        return self.table.document

    @cached_property
    def status(self) -> Labels:
        """Status of each parcel."""
        return Labels(self.status_code, STATUSES)

    @cached_property
    def reason(self) -> Labels:
        """Why the status is what it is, as a key of `words` (``simulation.reason.<key>``)."""
        return Labels(self.reason_code, REASONS)

    @cached_property
    def sector(self) -> Labels:
        """Code of the sector of each parcel, empty for none."""
        return Labels(self.inputs.sector, (*self.document.sector_codes, ""))

    @cached_property
    def max_height_m(self) -> Floats:
        """Height the document allows, shape (n,), in metres."""
        return self._of_case(
            [max(r.max_height_m for r, _ in c) if c else np.nan for c in self._cases]
        )

    @cached_property
    def max_levels(self) -> Floats:
        """Levels the document allows, ground floor included, shape (n,)."""
        return self._of_case(
            [max(r.levels + 1 for r, _ in c) if c else np.nan for c in self._cases]
        )

    @cached_property
    def green_m2(self) -> Floats:
        """Green share of land that is no lot, or the green strip; NaN elsewhere, shape (n,)."""
        return self._green()

    @cached_property
    def residual_floor_area_m2(self) -> Floats:
        """Gross floor area still to be built; NaN where what stands is unknown, shape (n,)."""
        existing = self.inputs.existing_floor_area_m2
        if existing is None:
            return np.full(len(self), np.nan)
        return np.maximum(self.gross_floor_area_m2 - existing, 0.0)

    @cached_property
    def binding_detail(self) -> Labels:
        """Which constraint, relaxed alone, would gain most."""
        return binding_details(self)

    @cached_property
    def article(self) -> Labels:
        """Article that prints the rule which binds."""
        return articles(self)

    @property
    def _cases(self) -> tuple[tuple, ...]:  # type: ignore[type-arg]
        return self.table.cases

    def _of_case(self, values: list[float]) -> Floats:
        """Return a number of the case of each parcel, NaN where it is not certain."""
        numbers = np.array([*values, np.nan])[self.case]
        if self.table.depends_on_road.any() and self.inputs.road_width_m is not None:
            open_case = self.table.depends_on_road[self.inputs.sector] & (self.inputs.sector >= 0)
            numbers[open_case & ~(self.inputs.road_width_m > 0)] = np.nan
        elif self.table.depends_on_road.any():
            numbers[self.table.depends_on_road[self.inputs.sector]] = np.nan
        numbers[self.status_code == BAD] = np.nan
        return numbers

    def _green(self) -> Floats:
        inputs = self.inputs
        raw = np.zeros(len(self), dtype=bool) if inputs.regime is None else inputs.regime == 0
        shares = [max((r.green_share[1] for r, _ in c), default=0.0) for c in self._cases]
        strips = [max((r.strip_share[1] for r, _ in c), default=0.0) for c in self._cases]
        roads = 0.0 if inputs.plan_roads_m2 is None else np.nan_to_num(inputs.plan_roads_m2)
        share, strip = (np.array([*values, 0.0])[self.case] for values in (shares, strips))
        green = np.where(strip > 0, strip * inputs.area_m2, share * (inputs.area_m2 - roads))
        green[~raw | ((share == 0) & (strip == 0)) | (self.status_code == BAD)] = np.nan
        return green
