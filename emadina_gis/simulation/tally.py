"""What blocks of parcels add to the totals: their sums, commune by commune and class by class.

A large block is added up alone: it has one sector and regime, so that most of what figures need is
a number. Small ones are put together first. Rows are in runs of one use, commune and class of land,
which are added up run by run. Built land splits in two: what is to be raised and what is to be
rebuilt. Values are summed unrounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from emadina_gis.regulation import USES
from emadina_gis.simulation.grouping import BUILT, RAISE, REBUILD
from emadina_gis.simulation.people import (
    CENTRAL,
    HIGH,
    LOW,
    Part,
    dwellings_of,
    jobs_per_m2,
    may_house,
    parking_for,
    people_per_dwelling,
    profile_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.figures import BlockFigures
    from emadina_gis.simulation.people import Profile

    Floats = NDArray[np.float64]
    Codes = NDArray[np.integer]
    Flags = NDArray[np.bool_]

ENDS = (CENTRAL, LOW, HIGH)
#: Rows of sums. Standing: gross, dwellings, people. By end: net allowed and added, dwellings
#: allowed and added. Then the others of `EXTRAS`.
STANDING = slice(0, 3)
NET_ALLOWED, NET_ADDED = slice(3, 6), slice(6, 9)
DWELLINGS_ALLOWED, DWELLINGS_ADDED = slice(9, 12), slice(12, 15)
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
EXTRA = slice(15, 15 + len(EXTRAS))
_JOBS = slice(EXTRA.stop - 3, EXTRA.stop)
#: Blocks of fewer rows are put together before they are added up.
_SMALL_ROWS = 2048
#: Rows put together; few enough that an edit of a sector does not add up all small blocks again.
_BATCH_ROWS = 4096
SUMS = EXTRA.stop


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums of blocks, by groups that may occur more than once.

    Attributes
    ----------
    sector, commune, land_class : ndarray of int, shape (groups,)
    sums : ndarray of float64, shape (SUMS, groups)
    """

    sector: Codes
    commune: Codes
    land_class: Codes
    sums: Floats


@dataclass(frozen=True, eq=False)
class Existing:
    """What stands on the rows of a block under some coefficients, shape (k,) each.

    Dwellings and people are those surveyed; where only the floor area is known they are estimated
    from it with the same coefficients as what is allowed.
    """

    profile: Profile
    gross_m2: Floats
    dwellings: Floats
    people: Floats


class Basis(NamedTuple):
    """What turns floor area into dwellings and people."""

    document: PlanningDocument
    parameters: Parameters
    profile: Profile


def basis_of(outcome: Outcome) -> Basis:
    """Return the basis of an outcome's totals."""
    document, parameters = outcome.document, outcome.parameters
    return Basis(document, parameters, profile_of(document, parameters))


def part_of_block(figures: BlockFigures, basis: Basis) -> Part:
    """Return a block as formulas take it: one sector, one regime, and mostly one use."""
    block = figures.block
    uses = np.where(block.use < 0, len(USES), block.use)
    sector = np.asarray(block.kind.sector)
    use = uses[0] if (uses == uses[0]).all() else np.repeat(uses, block.run_lengths)
    return Part(
        figure=partial(getattr, figures),
        area_m2=block.area_m2,
        parameters=basis.parameters,
        document=basis.document,
        profile=basis.profile,
        sector=sector,
        use=np.asarray(use),
        housed=may_house(basis.profile, sector, np.asarray(use)),
        regime=np.asarray(block.kind.regime),
    )


def existing_of(figures: BlockFigures, part: Part) -> Existing:
    """Return what stands on the rows of a block; kept with the block."""
    kept = figures.block.memory.get("existing")
    if kept is not None and kept.profile is part.profile:
        return cast("Existing", kept)
    standing, parameters = figures.block.standing, part.parameters
    gross = standing.gross_m2
    if gross is None:
        gross = np.full(len(figures), np.nan)
    share = part.share(CENTRAL)
    if standing.origin_sector is not None:
        origin = standing.origin_sector  # a scenario does not change what stands
        share = part.profile.share[CENTRAL][origin] * may_house(part.profile, origin, part.use)
    per_m2 = parameters["net_to_gross"] * share / parameters["dwelling_net_m2"]
    dwellings = _or_else(standing.dwellings, gross * per_m2)
    people = _or_else(standing.people, dwellings * people_per_dwelling(parameters))
    made = Existing(part.profile, gross, dwellings, people)
    figures.block.memory["existing"] = made
    return made


def existing_columns(outcome: Outcome) -> tuple[Floats, Floats, Floats]:
    """Return gross floor area, dwellings and people that stand, by parcel, shape (n,) each."""
    found = tuple(np.empty(len(outcome)) for _ in range(3))
    basis = basis_of(outcome)
    for figures in outcome.blocks:
        existing = existing_of(figures, part_of_block(figures, basis))
        columns = (existing.gross_m2, existing.dwellings, existing.people)
        for values, mine in zip(found, columns, strict=True):
            values[figures.block.rows] = mine
    return found[0], found[1], found[2]


def _or_else(surveyed: Floats | None, estimated: Floats) -> Floats:
    return estimated if surveyed is None else np.where(np.isnan(surveyed), estimated, surveyed)


def land_class_of(outcome: Outcome) -> NDArray[np.intp]:
    """Return the class of land of each parcel, an index into `LAND_CLASSES` or `UNKNOWN_CLASS`.

    What depends on the land alone is told by `grouping.static_class`; built land is raised where
    what stands is a good share of what is allowed, and rebuilt where it is little.
    """
    found = np.empty(len(outcome), dtype=np.intp)
    basis = basis_of(outcome)
    for figures in outcome.blocks:
        existing = existing_of(figures, part_of_block(figures, basis))
        found[figures.block.rows] = land_classes(figures, existing, basis.parameters)
    return found


def land_classes(figures: BlockFigures, existing: Existing, parameters: Parameters) -> Codes:
    """Return the class of land of the rows of a block, shape (k,)."""
    block = figures.block
    classes = np.repeat(block.land_class, block.run_lengths)
    built = classes == BUILT
    if not built.any():
        return classes
    raised = is_raised(figures.central_net_m2, existing, parameters)
    found: Codes = np.where(built, np.where(raised, RAISE, REBUILD), classes)
    return found


def is_raised(central_net_m2: Floats, existing: Existing, parameters: Parameters) -> Flags:
    """Return whether what stands is a good share of what is allowed, shape (k,)."""
    least = parameters["raise_existing_share"] / parameters["net_to_gross"]
    return existing.gross_m2 >= least * central_net_m2


def batches_of(blocks: Sequence[BlockFigures]) -> list[tuple[BlockFigures, ...]]:
    """Return blocks as they are added up: large ones alone, small ones that follow each other."""
    batches: list[tuple[BlockFigures, ...]] = []
    small: list[BlockFigures] = []
    count = 0
    for figures in blocks:
        if len(figures) >= _SMALL_ROWS:
            batches.append((figures,))
            continue
        small.append(figures)
        count += len(figures)
        if count >= _BATCH_ROWS:
            batches.append(tuple(small))
            small, count = [], 0
    return [*batches, tuple(small)] if small else batches


def known_tally(batch: tuple[BlockFigures, ...], basis: Basis) -> Tally | None:
    """Return the sums of a batch if they were worked out before."""
    profile, before, tally = batch[0].kept.get("tally", (None, (), None))
    same = len(before) == len(batch) and all(a is b for a, b in zip(before, batch, strict=True))
    return tally if same and profile is basis.profile else None


def tally_of(batch: tuple[BlockFigures, ...], basis: Basis) -> Tally:
    """Return the sums of a batch; kept with its first block."""
    known = known_tally(batch, basis)
    if known is not None:
        return known
    heap = _heap_of(batch, basis)
    sums = _Sums(heap.starts, _raised(heap, basis))
    _add_columns(sums, heap.part, heap.existing)
    per_m2 = np.array([jobs_per_m2(heap.runs, end) for end in ENDS])
    for added in (sums.whole, sums.raised):
        added[_JOBS] = np.nan_to_num(per_m2, nan=0.0) * added[NET_ALLOWED]
    made = _split(heap, sums)
    batch[0].kept["tally"] = (basis.profile, batch, made)
    return made


@dataclass(frozen=True, eq=False)
class _Heap:
    """Rows to be added up: a block, or small ones put together.

    Attributes
    ----------
    part, existing : Part, Existing
        Of the rows.
    runs : Part
        Sector and use of each run; it has no figures.
    starts, commune, land_class : ndarray of int, shape (runs,)
    """

    part: Part
    existing: Existing
    runs: Part
    starts: Codes
    commune: Codes
    land_class: Codes


def _heap_of(batch: tuple[BlockFigures, ...], basis: Basis) -> _Heap:
    parts = [part_of_block(figures, basis) for figures in batch]
    existing = [existing_of(figures, part) for figures, part in zip(batch, parts, strict=True)]
    blocks = [figures.block for figures in batch]
    firsts = np.cumsum([0, *(len(block) for block in blocks[:-1])])
    sector = np.concatenate([np.full(len(b.starts), b.kind.sector) for b in blocks])
    use = np.concatenate([np.where(b.use < 0, len(USES), b.use) for b in blocks])
    housed = may_house(basis.profile, sector, use)
    alone = len(batch) == 1
    return _Heap(
        parts[0] if alone else _joined(parts, [len(block) for block in blocks]),
        existing[0] if alone else _all_existing(existing, basis),
        replace(parts[0], sector=sector, use=use, housed=housed),
        np.concatenate([b.starts + first for b, first in zip(blocks, firsts, strict=True)]),
        np.concatenate([block.commune for block in blocks]),
        np.concatenate([block.land_class for block in blocks]),
    )


def _joined(parts: list[Part], counts: list[int]) -> Part:
    """Return blocks as one part, in which each row has its own sector, use and regime."""

    def figure(name: str) -> Floats:
        return np.concatenate([part.figure(name) for part in parts])

    def spread(values: list[Codes]) -> Codes:
        pairs = zip(values, counts, strict=True)
        return np.concatenate([np.broadcast_to(value, count) for value, count in pairs])

    sector = spread([part.sector for part in parts])
    use = spread([part.use for part in parts])
    return replace(
        parts[0],
        figure=cache(figure),
        area_m2=np.concatenate([part.area_m2 for part in parts]),
        sector=sector,
        use=use,
        housed=may_house(parts[0].profile, sector, use),
        regime=spread([part.regime for part in parts]),
    )


def _all_existing(parts: list[Existing], basis: Basis) -> Existing:
    return Existing(
        basis.profile,
        np.concatenate([part.gross_m2 for part in parts]),
        np.concatenate([part.dwellings for part in parts]),
        np.concatenate([part.people for part in parts]),
    )


def _raised(heap: _Heap, basis: Basis) -> Floats | None:
    if not np.any(heap.land_class == BUILT):
        return None
    net = heap.part.net(CENTRAL)
    return is_raised(net, heap.existing, basis.parameters).astype(np.float64)


def central_tally(figures: BlockFigures, basis: Basis) -> Tally:
    """Return the central sums of a block: net allowed and added, dwellings allowed and added."""
    heap = _heap_of((figures,), basis)
    sums = _Sums(heap.starts, _raised(heap, basis), count=4)
    net, dwellings = heap.part.net(CENTRAL), dwellings_of(heap.part, certain=False)
    standing_net = basis.parameters["net_to_gross"] * heap.existing.gross_m2
    columns = (
        *(net, _more(net, standing_net)),
        *(dwellings, _more(dwellings, heap.existing.dwellings)),
    )
    for number, values in enumerate(columns):
        sums.add(number, values)
    return _split(heap, sums)


def _add_columns(sums: _Sums, part: Part, existing: Existing) -> None:
    share = part.parameters.coefficient("net_to_gross")
    ratios = (share.value, share.low, share.high)
    dwellings = [dwellings_of(part, end, certain=False) for end in ENDS]
    for number, values in enumerate((existing.gross_m2, existing.dwellings, existing.people)):
        sums.add(STANDING.start + number, values)
    for end in ENDS:
        net = part.net(end)
        sums.add(NET_ALLOWED.start + end, net)
        sums.add(NET_ADDED.start + end, _more(net, ratios[end] * existing.gross_m2))
        sums.add(DWELLINGS_ALLOWED.start + end, dwellings[end])
        sums.add(DWELLINGS_ADDED.start + end, _more(dwellings[end], existing.dwellings))
    extras = (
        np.ones(len(part.area_m2)),
        part.area_m2,
        *(part.figure(name) for name in ("reference_area_m2", "free_cession_m2", "to_acquire_m2")),
        parking_for(part, dwellings[CENTRAL], certain=False),
    )
    for number, values in enumerate(extras):
        sums.add(EXTRA.start + number, values)


def _more(allowed: Floats, existing: Floats) -> Floats:
    addition = allowed - existing
    return np.clip(addition, 0.0, np.inf, out=addition)


class _Sums:
    """Sums of columns over runs, and over the rows of them that are raised; unknown is nothing."""

    def __init__(self, starts: Codes, raised: Floats | None, count: int = SUMS) -> None:
        self._starts = starts
        self._raised = raised
        self.whole = np.zeros((count, len(starts)))
        self.raised = np.zeros((count, len(starts)))

    def add(self, number: int, values: Floats) -> None:
        """Sum a column."""
        whole = np.add.reduceat(values, self._starts)
        if np.isnan(whole).any():
            values = np.where(np.isnan(values), 0.0, values)
            whole = np.add.reduceat(values, self._starts)
        self.whole[number] = whole
        if self._raised is not None:
            self.raised[number] = np.add.reduceat(values * self._raised, self._starts)


def _split(heap: _Heap, sums: _Sums) -> Tally:
    """Return the sums with built land in two: raised, and the rest, rebuilt."""
    built = heap.land_class == BUILT
    whole = sums.whole.copy()
    whole[:, built] -= sums.raised[:, built]
    land_class = np.where(built, REBUILD, heap.land_class)
    return Tally(
        np.concatenate([heap.runs.sector, heap.runs.sector[built]]),
        np.concatenate([heap.commune, heap.commune[built]]),
        np.concatenate([land_class, np.full(np.count_nonzero(built), RAISE)]),
        np.concatenate([whole, sums.raised[:, built]], axis=1),
    )


def merged(tallies: Sequence[Tally], shape: tuple[int, int, int]) -> Floats:
    """Return the sums of all blocks, shape (SUMS, communes x sectors x classes)."""
    communes, sectors, classes = shape
    count = communes * sectors * classes
    if not tallies:
        return np.zeros((SUMS, count))
    keys = [
        ((tally.commune % communes) * sectors + tally.sector % sectors) * classes + tally.land_class
        for tally in tallies
    ]
    key = np.concatenate(keys)
    values = np.concatenate([tally.sums for tally in tallies], axis=1)
    return np.array([np.bincount(key, weights=row, minlength=count) for row in values])
