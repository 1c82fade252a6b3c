"""``Outcome``: what parcels may carry, as columns on the parcels' own rows.

Figures used by totals and maps are there at once; explanations (which constraint binds, which
article says so) are worked out when first asked for. It knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.simulation.articles import articles
from emadina_gis.simulation.binding import binding_details
from emadina_gis.simulation.codes import BAD, BINDINGS, REASONS, STATUSES, Labels
from emadina_gis.simulation.people import dwellings_of, jobs_of, parking_of
from emadina_gis.simulation.statuses import statuses_of
from emadina_gis.simulation.tally import basis_of, part_of_block

if TYPE_CHECKING:
    from collections.abc import Callable
    from weakref import ref

    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument, SectorTable
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.figures import BlockFigures
    from emadina_gis.simulation.grouping import Grouping
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.people import Part

    Floats = NDArray[np.float64]


#: A mix of two sectors may be bound by two rules: both are named, the larger part's first.
BINDING_WORDS = BINDINGS + tuple(
    f"{first}|{second}" if first and second and first != second else first or second
    for first in BINDINGS
    for second in BINDINGS
)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What n parcels may carry; NaN where a value does not exist.

    Figures are held by blocks of parcels of one kind, and shared with the outcome that this one was
    updated from; a column in the order of the parcels is put together when it is first asked for.

    Attributes
    ----------
    inputs : ParcelInputs
    table : SectorTable
    parameters : Parameters
    blocks : tuple of BlockFigures
        Every parcel is in one of them.
    grouping : Grouping
        Kept, so that the same inputs are not put in order twice.
    fresh : tuple of BlockFigures
        Those of the blocks that the outcome it was updated from does not have.
    """

    inputs: ParcelInputs
    table: SectorTable
    parameters: Parameters
    blocks: tuple[BlockFigures, ...]
    grouping: Grouping
    fresh: tuple[BlockFigures, ...] = ()
    updated_from: ref[Outcome] | None = None

    def __len__(self) -> int:
        return len(self.inputs)

    def column(self, name: str, of_block: Callable[[BlockFigures], Any], kind: Any) -> NDArray[Any]:
        """Return a column in the order of the parcels from its values in each block.

        Rows that are as in the outcome this one was updated from are taken over from there: its
        column is copied whole, which is several times faster than writing row by row.
        """
        before = None if self.updated_from is None else self.updated_from()
        values = np.empty(len(self), kind) if before is None else getattr(before, name).copy()
        for figures in self.blocks if before is None else self.fresh:
            values[figures.block.rows] = of_block(figures)
        return values

    def _of_part(self, name: str, formula: Callable[[Part], Floats]) -> Floats:
        basis = basis_of(self)
        return self.column(name, lambda f: formula(part_of_block(f, basis)), np.float64)

    def _numbers(self, name: str) -> Floats:
        return self.column(name, lambda figures: getattr(figures, name), np.float64)

    @property
    def document(self) -> PlanningDocument:
        """The planning document that was applied."""
        return self.table.document

    @kept
    def reference_area_m2(self) -> Floats:
        """Land that ratios apply to, shape (n,), in square metres."""
        return self._numbers("reference_area_m2")

    @kept
    def free_cession_m2(self) -> Floats:
        """Land ceded without payment, shape (n,), in square metres."""
        return self._numbers("free_cession_m2")

    @kept
    def to_acquire_m2(self) -> Floats:
        """Land left for the public to acquire, shape (n,), in square metres."""
        return self._numbers("to_acquire_m2")

    @kept
    def max_footprint_m2(self) -> Floats:
        """Largest footprint of a level, shape (n,), in square metres."""
        return self._numbers("max_footprint_m2")

    @kept
    def gross_floor_area_m2(self) -> Floats:
        """Gross floor area (SHOB), shape (n,), in square metres."""
        return self._numbers("gross_floor_area_m2")

    @kept
    def net_floor_area_m2(self) -> Floats:
        """Net floor area (SHON), shape (n,), in square metres."""
        return self._numbers("net_floor_area_m2")

    @kept
    def net_floor_area_low_m2(self) -> Floats:
        """Low end of the net floor area, shape (n,), in square metres."""
        return self._numbers("net_floor_area_low_m2")

    @kept
    def net_floor_area_high_m2(self) -> Floats:
        """High end of the net floor area, shape (n,), in square metres."""
        return self._numbers("net_floor_area_high_m2")

    @kept
    def central_net_m2(self) -> Floats:
        """Net floor area; the middle of both regimes where unknown, for totals only; shape (n,)."""
        return self._numbers("central_net_m2")

    @kept
    def levels_built(self) -> Floats:
        """Levels on which something fits, shape (n,)."""
        return self._numbers("levels_built")

    @kept
    def dwellings(self) -> Floats:
        """Dwellings allowed; NaN where the regime is unknown and matters; shape (n,)."""
        return self._of_part("dwellings", dwellings_of)

    @kept
    def jobs(self) -> Floats:
        """Jobs; NaN for uses that nobody gave a coefficient for; shape (n,)."""
        return self._of_part("jobs", jobs_of)

    @kept
    def parking_places(self) -> Floats:
        """Parking places, rounded up per parcel, shape (n,)."""
        return self._of_part("parking_places", parking_of)

    @kept
    def case(self) -> NDArray[np.int16]:
        """Case of the table that bites each parcel, -1 for none, shape (n,)."""
        places = zip(self.table.case_sector.tolist(), self.table.cases, strict=True)
        numbers = {place: number for number, place in enumerate(places)}

        def number_of(figures: BlockFigures) -> int:
            return numbers.get((figures.block.kind.sector, figures.case), -1)

        cases = np.empty(len(self), dtype=np.int16)
        for figures in self.blocks:
            cases[figures.block.rows] = number_of(figures)
        return cases

    @kept
    def binding(self) -> Labels:
        """Which rule binds, ``""`` where nothing fits."""
        return Labels(self.binding_codes, BINDING_WORDS)

    @kept
    def binding_codes(self) -> NDArray[np.int8]:
        """The rule that binds as a code, shape (n,)."""
        return self.column("binding_codes", lambda figures: figures.binding_codes, np.int8)

    @kept
    def status_code(self) -> NDArray[np.int8]:
        """Index into `STATUSES`, shape (n,)."""
        return self.column("status_code", lambda f: self._statuses(f)[0], np.int8)

    @kept
    def reason_code(self) -> NDArray[np.int8]:
        """Index into `REASONS`, shape (n,)."""
        return self.column("reason_code", lambda f: self._statuses(f)[1], np.int8)

    def _statuses(self, figures: BlockFigures) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        return statuses_of(figures, self.inputs, self.document)

    @kept
    def status(self) -> Labels:
        """Status of each parcel."""
        return Labels(self.status_code, STATUSES)

    @kept
    def reason(self) -> Labels:
        """Why the status is what it is, as a key of `words` (``simulation.reason.<key>``)."""
        return Labels(self.reason_code, REASONS)

    @kept
    def sector(self) -> Labels:
        """Code of the sector of each parcel, empty for none."""
        return Labels(self.inputs.sector, (*self.document.sector_codes, ""))

    @kept
    def max_height_m(self) -> Floats:
        """Height the document allows, shape (n,), in metres."""
        return self._of_case(
            [max(r.max_height_m for r, _ in c) if c else np.nan for c in self._cases]
        )

    @kept
    def max_levels(self) -> Floats:
        """Levels the document allows, ground floor included, shape (n,)."""
        return self._of_case(
            [max(r.levels + 1 for r, _ in c) if c else np.nan for c in self._cases]
        )

    @kept
    def green_m2(self) -> Floats:
        """Green share of land that is no lot, or the green strip; NaN elsewhere, shape (n,)."""
        return self._green()

    @kept
    def residual_floor_area_m2(self) -> Floats:
        """Gross floor area still to be built; NaN where what stands is unknown, shape (n,)."""
        existing = self.inputs.existing_floor_area_m2
        if existing is None:
            return np.full(len(self), np.nan)
        return np.maximum(self.gross_floor_area_m2 - existing, 0.0)

    @kept
    def binding_detail(self) -> Labels:
        """Which constraint, relaxed alone, would gain most."""
        return binding_details(self)

    @kept
    def article(self) -> Labels:
        """Article that prints the rule which binds, or what bars every building."""
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
        roads = np.zeros(1) if inputs.plan_roads_m2 is None else np.fmax(inputs.plan_roads_m2, 0.0)
        share, strip = (np.array([*values, 0.0])[self.case] for values in (shares, strips))
        rest = np.maximum(inputs.area_m2 - roads, 0.0)
        green = np.where(strip > 0, strip * inputs.area_m2, share * rest)
        green[~raw | ((share == 0) & (strip == 0)) | (self.status_code == BAD)] = np.nan
        return green
