"""The four figures, never mixed: what exists, what is allowed, what that adds, what to expect.

Sums over parcels by sector, commune and class of land, each in net floor area, dwellings and
people, with a range. Values are summed unrounded. It knows nothing of JSON or scenarios.

`allowed` is the theoretical capacity if everything were rebuilt; `addition` sums
``max(0, allowed - existing)`` parcel by parcel; `expected` is ``existing + take-up x addition``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.simulation.capacity import in_threads
from emadina_gis.simulation.codes import BAD, MISSING, NO_RULE, NO_SECTOR
from emadina_gis.simulation.grouping import FREE, RAISE, RAW, REBUILD, UNKNOWN_CLASS
from emadina_gis.simulation.parcels import LAND_CLASSES
from emadina_gis.simulation.people import CENTRAL, people_per_dwelling
from emadina_gis.simulation.tally import (
    DWELLINGS_ADDED,
    DWELLINGS_ALLOWED,
    EXTRA,
    EXTRAS,
    NET_ADDED,
    NET_ALLOWED,
    STANDING,
    basis_of,
    batches_of,
    known_tally,
    merged,
    tally_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.errors import Problem
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome

    Floats = NDArray[np.float64]

MEASURES = ("net_floor_area_m2", "dwellings", "people")
FIGURES = ("existing", "allowed", "addition", "expected")
EXISTING, ALLOWED, ADDITION, EXPECTED = range(4)
ENDS = ("value", "low", "high")


@dataclass(frozen=True, eq=False)
class Totals:
    """Sums over a group of parcels.

    Attributes
    ----------
    figures : ndarray of float64, shape (3 measures, 4 figures, 3 ends)
        See `MEASURES`, `FIGURES`, `ENDS`.
    extras : ndarray of float64, shape (len(EXTRAS),)
    is_known : bool
        False where no parcel of the outcome has a capacity: only what stands is known then.
    """

    figures: Floats
    extras: Floats
    is_known: bool = True

    def has(self, figure: str) -> bool:
        """Whether a figure is known, and not the empty sum of unknown ones."""
        return self.is_known or figure == FIGURES[EXISTING]

    def value(self, measure: str, figure: str, end: str = "value") -> float:
        """Return one figure."""
        position = MEASURES.index(measure), FIGURES.index(figure), ENDS.index(end)
        return float(self.figures[position])

    def other(self, name: str) -> float:
        """Return one of the other sums."""
        return float(self.extras[EXTRAS.index(name)])


@dataclass(frozen=True, eq=False)
class Summary:
    """All totals of an outcome.

    Attributes
    ----------
    outcome : Outcome
    sums : ndarray of float64, shape (rows of sums, groups)
        What was added up, before it is made into figures.
    problems : tuple of Problem
        What was found when the scenario was applied.
    """

    outcome: Outcome
    sums: Floats
    problems: tuple[Problem, ...] = ()

    @kept
    def figures(self) -> Floats:
        """Figures, shape (communes + 1, sectors + 1, classes + 1, 3, 4, 3)."""
        shape = _group_shape(self.outcome)
        return _figures(self.sums, self.outcome.parameters).reshape(*shape, 3, 4, 3)

    @kept
    def extras(self) -> Floats:
        """Other sums, shape (communes + 1, sectors + 1, classes + 1, len(EXTRAS))."""
        return self.sums[EXTRA].T.reshape(*_group_shape(self.outcome), len(EXTRAS))

    @kept
    def total(self) -> Totals:
        """Totals over every parcel."""
        whole = (0, 1, 2)
        return Totals(self.figures.sum(axis=whole), self.extras.sum(axis=whole), self.has_capacity)

    @kept
    def has_capacity(self) -> bool:
        """Whether any parcel has a capacity; none has under a document without numbers."""
        return any(np.isfinite(part.central_net_m2).any() for part in self.outcome.blocks)

    @kept
    def by_sector(self) -> dict[str, Totals]:
        """Totals by sector code (``""``: in no sector), in the document's order."""
        codes = (*self.outcome.document.sector_codes, "")
        return self._along(1, codes)

    @kept
    def by_commune(self) -> dict[str, Totals]:
        """Totals by commune code (``""``: unknown), in the layer's order."""
        return self._along(0, (*self.outcome.inputs.commune_codes, ""))

    @kept
    def by_class(self) -> dict[str, Totals]:
        """Totals by class of land (``"unknown"``: what stands is unknown)."""
        return self._along(2, (*LAND_CLASSES, "unknown"))

    def _along(self, axis: int, keys: tuple[str, ...]) -> dict[str, Totals]:
        others = tuple(other for other in (0, 1, 2) if other != axis)
        figures, extras = self.figures.sum(axis=others), self.extras.sum(axis=others)
        present = np.flatnonzero(extras[:, EXTRAS.index("parcels")])
        known = self.has_capacity
        return {keys[at]: Totals(figures[at], extras[at], known) for at in present.tolist()}


def summarise(outcome: Outcome) -> Summary:
    """Return the totals of an outcome, over all, by sector, by commune and by class of land.

    A parcel whose regime is unknown counts with the middle of both regimes, its range with both;
    one whose standing floor area is unknown adds nothing. Sums of blocks that were known already
    are taken over.
    """
    batches, basis = batches_of(outcome.blocks), basis_of(outcome)
    again = [batch for batch in batches if known_tally(batch, basis) is None]

    def add(number: int) -> None:
        tally_of(again[number], basis)

    rows = sum(len(figures) for batch in again for figures in batch)
    in_threads(add, range(len(again)), rows=rows)
    tallies = [tally_of(batch, basis) for batch in batches]
    return Summary(outcome, merged(tallies, _group_shape(outcome)))


def _group_shape(outcome: Outcome) -> tuple[int, int, int]:
    communes = len(outcome.inputs.commune_codes) + 1
    return communes, len(outcome.document.sectors) + 1, UNKNOWN_CLASS + 1


def take_up_of(parameters: Parameters, end: int = CENTRAL) -> Floats:
    """Return the share of the addition expected in ten years, by class of land.

    Blocked and unknown land takes up nothing; what is engaged is told apart.
    """
    shares = np.zeros(UNKNOWN_CLASS + 1)
    for number, name in {FREE: "free", RAW: "raw", REBUILD: "rebuild", RAISE: "raise"}.items():
        found = parameters.coefficient(f"take_up_{name}")
        shares[number] = (found.value, found.low, found.high)[end]
    return shares


def _figures(sums: Floats, parameters: Parameters) -> Floats:
    """Return the figures of each group, shape (groups, 3 measures, 4 figures, 3 ends)."""
    figures = np.zeros((sums.shape[1], 3, 4, 3))
    share = parameters.coefficient("net_to_gross")
    standing = sums[STANDING]
    allowed = sums[NET_ALLOWED], sums[DWELLINGS_ALLOWED]
    added = sums[NET_ADDED], sums[DWELLINGS_ADDED]
    for end, ratio in enumerate((share.value, share.low, share.high)):
        take_up = np.resize(take_up_of(parameters, end), sums.shape[1])
        people = people_per_dwelling(parameters, end)
        for measure, (stays, factor) in enumerate(((ratio, 1.0), (1.0, 1.0), (1.0, people))):
            source = min(measure, 1)
            more = factor * added[source][end]
            figures[:, measure, EXISTING, end] = stays * standing[measure]
            figures[:, measure, ALLOWED, end] = factor * allowed[source][end]
            figures[:, measure, ADDITION, end] = more
            figures[:, measure, EXPECTED, end] = stays * standing[measure] + take_up * more
    return figures


def without_figures(outcome: Outcome) -> int:
    """Return how many parcels have no figure at all (no rule, no sector, missing, invalid)."""
    return int(np.isin(outcome.status_code, (NO_RULE, MISSING, NO_SECTOR, BAD)).sum())
