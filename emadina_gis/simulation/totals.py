"""The four figures, never mixed: what exists, what is allowed, what that adds, what to expect.

Sums over parcels by sector, commune and class of land, each in net floor area, dwellings and
people, with a range. Values are summed unrounded. It knows nothing of JSON or scenarios.

`allowed` is the theoretical capacity if everything were rebuilt; `addition` sums
``max(0, allowed - existing)`` parcel by parcel; `expected` is ``existing + take-up x addition``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.codes import BAD, MISSING, NO_RULE, NO_SECTOR
from emadina_gis.simulation.parcels import LAND_CLASSES, Regime
from emadina_gis.simulation.people import (
    CENTRAL,
    HIGH,
    LOW,
    dwellings_of,
    jobs_of,
    parking_of,
    part_of,
    people_per_dwelling,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.people import Part, Rows

    Floats = NDArray[np.float64]

MEASURES = ("net_floor_area_m2", "dwellings", "people")
FIGURES = ("existing", "allowed", "addition", "expected")
EXISTING, ALLOWED, ADDITION, EXPECTED = range(4)
ENDS = ("value", "low", "high")
#: What is summed beside the four figures; `jobs` and `parking_places` are those allowed.
EXTRAS = (
    "parcels",
    "area_m2",
    "reference_area_m2",
    "free_cession_m2",
    "to_acquire_m2",
    "parking_places",
    "jobs",
    "jobs_low",
    "jobs_high",
)
UNKNOWN_CLASS = len(LAND_CLASSES)
_FREE, _RAW, _REBUILD, _RAISE, _BLOCKED, _ENGAGED = range(len(LAND_CLASSES))
_RESERVED_SHARE = 0.5
_BLOCK_ROWS = 32_768
_THREADS = 2
_DUST = 1e-12


@dataclass(frozen=True, eq=False)
class Totals:
    """Sums over a group of parcels.

    Attributes
    ----------
    figures : ndarray of float64, shape (3 measures, 4 figures, 3 ends)
        See `MEASURES`, `FIGURES`, `ENDS`.
    extras : ndarray of float64, shape (len(EXTRAS),)
    """

    figures: Floats
    extras: Floats

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
    """

    outcome: Outcome
    sums: Floats

    @cached_property
    def figures(self) -> Floats:
        """Figures, shape (communes + 1, sectors + 1, classes + 1, 3, 4, 3)."""
        shape = _group_shape(self.outcome)
        return _figures(self.sums, self.outcome.parameters).reshape(*shape, 3, 4, 3)

    @cached_property
    def extras(self) -> Floats:
        """Other sums, shape (communes + 1, sectors + 1, classes + 1, len(EXTRAS))."""
        return self.sums[_EXTRA].T.reshape(*_group_shape(self.outcome), len(EXTRAS))

    @cached_property
    def total(self) -> Totals:
        """Totals over every parcel."""
        return Totals(self.figures.sum(axis=(0, 1, 2)), self.extras.sum(axis=(0, 1, 2)))

    @cached_property
    def by_sector(self) -> dict[str, Totals]:
        """Totals by sector code (``""``: in no sector), in the document's order."""
        codes = (*self.outcome.document.sector_codes, "")
        return self._along(1, codes)

    @cached_property
    def by_commune(self) -> dict[str, Totals]:
        """Totals by commune code (``""``: unknown), in the layer's order."""
        return self._along(0, (*self.outcome.inputs.commune_codes, ""))

    @cached_property
    def by_class(self) -> dict[str, Totals]:
        """Totals by class of land (``"unknown"``: what stands is unknown)."""
        return self._along(2, (*LAND_CLASSES, "unknown"))

    def _along(self, axis: int, keys: tuple[str, ...]) -> dict[str, Totals]:
        others = tuple(other for other in (0, 1, 2) if other != axis)
        figures, extras = self.figures.sum(axis=others), self.extras.sum(axis=others)
        present = np.flatnonzero(extras[:, EXTRAS.index("parcels")])
        return {keys[index]: Totals(figures[index], extras[index]) for index in present.tolist()}


def summarise(outcome: Outcome) -> Summary:
    """Return the totals of an outcome, over all, by sector, by commune and by class of land.

    A parcel whose regime is unknown counts with the middle of both regimes, its range with both;
    one whose standing floor area is unknown adds nothing.
    """
    shape = _group_shape(outcome)
    starts = range(0, len(outcome), _BLOCK_ROWS)
    blocks: list[Rows] = [slice(start, min(start + _BLOCK_ROWS, len(outcome))) for start in starts]
    if len(blocks) > 1:
        with ThreadPoolExecutor(_THREADS) as pool:
            jobs = [
                pool.submit(_sums, outcome, blocks[first::_THREADS], shape)
                for first in range(_THREADS)
            ]
            sums = np.sum([job.result() for job in jobs], axis=0)
    else:
        sums = _sums(outcome, blocks, shape)
    return Summary(outcome, sums)


def resummarise(reference: Summary, outcome: Outcome, rows: NDArray[np.intp]) -> Summary:
    """Return the totals of an outcome that differs from a reference's in some rows only."""
    shape = _group_shape(outcome)
    starts = range(0, len(rows), _BLOCK_ROWS)
    blocks: list[Rows] = [rows[start : start + _BLOCK_ROWS] for start in starts]
    gone, come = _sums(reference.outcome, blocks, shape), _sums(outcome, blocks, shape)
    return Summary(outcome, _without_dust(reference.sums - gone + come, reference.sums))


def _without_dust(sums: Floats, scale: Floats) -> Floats:
    """Return sums in which what rounding left of emptied groups is nothing again."""
    sums[np.abs(sums) <= _DUST * np.abs(scale)] = 0.0
    return sums


def _group_shape(outcome: Outcome) -> tuple[int, int, int]:
    communes = len(outcome.inputs.commune_codes) + 1
    return communes, len(outcome.document.sectors) + 1, UNKNOWN_CLASS + 1


#: Rows of the sums: standing, then (net, dwellings) x (allowed, addition, taken) x ends, extras.
_STANDING = slice(0, 3)
_MEASURED = slice(3, 3 + 18)
_EXTRA = slice(21, 21 + len(EXTRAS))


def _sums(outcome: Outcome, blocks: list[Rows], shape: tuple[int, int, int]) -> Floats:
    count = int(np.prod(shape))
    sums = np.zeros((_EXTRA.stop, count))
    for rows in blocks:
        part = part_of(outcome, rows)
        land = land_class_of(part)
        key = _keys(part, land, shape)
        for index, values in enumerate(_columns(part, land)):
            if values is None:
                sums[index] += np.bincount(key, minlength=count)
            else:
                known = np.where(np.isnan(values), 0.0, values)
                sums[index] += np.bincount(key, weights=known, minlength=count)
    return sums


def _keys(part: Part, land: NDArray[np.intp], shape: tuple[int, int, int]) -> NDArray[np.intp]:
    commune = part.outcome.inputs.commune
    communes, sectors, classes = shape
    key = np.where(part.sector < 0, sectors - 1, part.sector) * classes + land
    if commune is not None:
        mine = commune[part.rows]
        key += np.where(mine < 0, communes - 1, mine) * (sectors * classes)
    return key


def land_class_of(part: Part) -> NDArray[np.intp]:
    """Return the class of land of parcels, as an index into `LAND_CLASSES` or `UNKNOWN_CLASS`.

    What is given holds. Else: equipment and reservations on half the land or more are blocked;
    empty land is free, or raw where it is large and no lot; built land is raised where what stands
    is a good share of what is allowed, and rebuilt where it is little.
    """
    outcome, parameters = part.outcome, part.outcome.parameters
    inputs = outcome.inputs
    existing = _standing(part, inputs.existing_floor_area_m2)
    area = part.column(inputs.area_m2)
    regime = None if inputs.regime is None else inputs.regime[part.rows]
    lot = False if regime is None else regime == Regime.LOT
    raw = (area > parameters["raw_land_min_m2"]) & ~np.asarray(lot)
    allowed = part.column(outcome.central_net_m2) / parameters["net_to_gross"]
    raised = existing >= parameters["raise_existing_share"] * allowed
    built = np.where(raised, _RAISE, _REBUILD)
    found = np.where(existing > 0, built, np.where(raw, _RAW, _FREE))
    found = np.where(np.isnan(existing), UNKNOWN_CLASS, found)
    equipment = part.use == _equipment_use()
    if inputs.equipment_m2 is not None:
        equipment |= part.column(inputs.equipment_m2) >= _RESERVED_SHARE * area
    found = np.where(equipment, _BLOCKED, found)
    if inputs.land_class is None:
        return found
    given = inputs.land_class[part.rows]
    return np.where(given >= 0, given, found)


def _equipment_use() -> int:
    from emadina_gis.regulation import USES

    return USES.index("equipment")


def take_up_of(parameters: Parameters, end: int = CENTRAL) -> Floats:
    """Return the share of the addition expected in ten years, by class of land.

    Blocked and unknown land takes up nothing; what is engaged is told apart.
    """
    shares = np.zeros(UNKNOWN_CLASS + 1)
    names = {_FREE: "free", _RAW: "raw", _REBUILD: "rebuild", _RAISE: "raise"}
    for number, name in names.items():
        found = parameters.coefficient(f"take_up_{name}")
        shares[number] = (found.value, found.low, found.high)[end]
    return shares


def _standing(part: Part, values: Floats | None) -> Floats:
    if values is None:
        return np.full(len(part.sector), np.nan)
    return part.column(values)


def existing_of(part: Part) -> tuple[Floats, Floats, Floats]:
    """Return what stands: gross floor area, dwellings, people, shape (k,) each.

    Dwellings and people are those surveyed; where only the floor area is known they are estimated
    from it with the same coefficients as what is allowed.
    """
    inputs, parameters = part.outcome.inputs, part.outcome.parameters
    gross = _standing(part, inputs.existing_floor_area_m2)
    origin = inputs.origin_sector
    sector = part.sector if origin is None else origin[part.rows]
    share = part.profile.share[CENTRAL][sector] * part.housed
    net = parameters["net_to_gross"] * gross
    estimated = net * share / parameters["dwelling_net_m2"]
    surveyed = _standing(part, inputs.existing_dwellings)
    dwellings = np.where(np.isnan(surveyed), estimated, surveyed)
    counted = _standing(part, inputs.existing_people)
    housed = dwellings * people_per_dwelling(parameters)
    return gross, dwellings, np.where(np.isnan(counted), housed, counted)


def _columns(part: Part, land: NDArray[np.intp]) -> Iterator[Floats | None]:
    outcome, parameters = part.outcome, part.outcome.parameters
    gross, dwellings, people = existing_of(part)
    yield from (gross, dwellings, people)
    share = parameters.coefficient("net_to_gross")
    ratios = (share.value, share.low, share.high)
    nets = (
        outcome.central_net_m2,
        outcome.net_floor_area_low_m2,
        outcome.net_floor_area_high_m2,
    )
    taken = [take_up_of(parameters, end)[land] for end in (CENTRAL, LOW, HIGH)]
    for end in (CENTRAL, LOW, HIGH):
        allowed = part.column(nets[end])
        yield from _three(allowed, ratios[end] * gross, taken[end])
    for end in (CENTRAL, LOW, HIGH):
        yield from _three(dwellings_of(part, end, certain=False), dwellings, taken[end])
    yield None
    inputs = outcome.inputs
    yield part.column(inputs.area_m2)
    yield part.column(outcome.reference_area_m2)
    yield part.column(outcome.free_cession_m2)
    yield part.column(outcome.to_acquire_m2)
    yield parking_of(part, certain=False)
    for end in (CENTRAL, LOW, HIGH):
        yield jobs_of(part, end, certain=False)


def _three(allowed: Floats, existing: Floats, taken: Floats) -> tuple[Floats, Floats, Floats]:
    addition = np.maximum(allowed - existing, 0.0)
    return allowed, addition, taken * addition


def _figures(sums: Floats, parameters: Parameters) -> Floats:
    """Return the figures of each group, shape (groups, 3 measures, 4 figures, 3 ends)."""
    groups = sums.shape[1]
    figures = np.zeros((groups, 3, 4, 3))
    measured = sums[_MEASURED].reshape(2, 3, 3, groups)  # measure, end, figure, group
    share = parameters.coefficient("net_to_gross")
    for end, ratio in enumerate((share.value, share.low, share.high)):
        people = people_per_dwelling(parameters, end)
        figures[:, 0, EXISTING, end] = ratio * sums[0]
        figures[:, 1, EXISTING, end] = sums[1]
        figures[:, 2, EXISTING, end] = sums[2]
        for number, figure in enumerate((ALLOWED, ADDITION)):
            figures[:, 0, figure, end] = measured[0, end, number]
            figures[:, 1, figure, end] = measured[1, end, number]
            figures[:, 2, figure, end] = people * measured[1, end, number]
        for measure, factor in enumerate((1.0, 1.0, people)):
            gained = factor * measured[min(measure, 1), end, 2]
            figures[:, measure, EXPECTED, end] = figures[:, measure, EXISTING, end] + gained
    return figures


def without_figures(outcome: Outcome) -> int:
    """Return how many parcels have no figure at all (no rule, no sector, missing, invalid)."""
    return int(np.isin(outcome.status_code, (NO_RULE, MISSING, NO_SECTOR, BAD)).sum())
