"""Parcels of one kind gathered in blocks: what the engine and the totals go through.

The order of the parcels by kind (sector, use, class of road, fronts, regime) and, inside a kind, by
commune and class of land is worked out once for some inputs, with copies of the inputs in that
order. A block is a run of it that fits the processor's cache. It knows no rules and no figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.regulation import USES, sector_table
from emadina_gis.simulation.cases import road_class_of
from emadina_gis.simulation.parcels import LAND_CLASSES, Fronts, Regime
from emadina_gis.simulation.stacking import positive_of, site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument, SectorTable
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.stacking import Site

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Codes = NDArray[np.integer]

BLOCK_ROWS = 32_768
FREE, RAW, REBUILD, RAISE, BLOCKED, ENGAGED = range(len(LAND_CLASSES))
UNKNOWN_CLASS = len(LAND_CLASSES)
#: Built land: to be raised or rebuilt, depending on what is allowed.
BUILT = UNKNOWN_CLASS + 1
_CLASSES = BUILT + 1
RESERVED_SHARE = 0.5
#: What -1 stands for in a key: sector, regime, terms, use and commune may be unknown.
_OFFSETS = np.array([1, 0, 0, 0, 1, 1, 0, 1, 1, 0])
_KIND, _RUN = slice(0, 7), slice(7, 10)
#: Uses under one rule are kept in blocks of their own where there are that many rows.
_MANY_ROWS = 2048
_MOST_COUNTED = 2**24
#: Numbers are counted where there are at most so many for each row: else they are sorted.
_MOST_SPARSE = 16
_EQUIPMENT = USES.index("equipment")
#: What neither the kinds nor the blocks depend on.
_ASIDE = frozenset({"ids", "parcel_id", "depth_m", "commune_codes", "commune_names", "taken_by"})


class Kind(NamedTuple):
    """What the parcels of a block have in common: all that decides which rules bite them.

    Attributes
    ----------
    sector : int
        Index of the document's sector, -1 for none.
    rule_use : int
        First of the uses that have the same rules in the sector, as an index into `USES`.
    road : int
        Class of the widest road, 0 in sectors whose rules do not depend on it.
    fronts, regime : Fronts, Regime
    terms : int
        Index into the inputs' special terms, -1 for none.
    is_bad : bool
        The geometry is not valid: no figures at all.
    """

    sector: int
    rule_use: int
    road: int
    fronts: Fronts
    regime: Regime
    terms: int
    is_bad: bool


@dataclass(frozen=True, eq=False)
class Standing:
    """What stands on parcels, as it was given; NaN or None where it is not known, shape (k,)."""

    gross_m2: Floats | None
    dwellings: Floats | None
    people: Floats | None
    origin_sector: NDArray[np.intp] | None


@dataclass(frozen=True, eq=False)
class Block:
    """Some thousand rows of one kind, in runs of the same use, commune and class of land.

    Attributes
    ----------
    inputs : ParcelInputs
    kind : Kind
    rows : ndarray of int, shape (k,)
    starts : ndarray of int, shape (runs,)
        Where each run begins.
    use, commune, land_class : ndarray of int, shape (runs,)
        Of each run: intended use (-1 for the zone's), commune (-1 for unknown), and class of land
        with `UNKNOWN_CLASS` and `BUILT`.
    memory : dict
        What was worked out of the inputs, for those who ask again.
    """

    inputs: ParcelInputs
    kind: Kind
    rows: Rows
    starts: Rows
    use: Codes
    commune: Codes
    land_class: Codes
    memory: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @kept
    def run_lengths(self) -> Rows:
        """How many rows each run has, shape (runs,)."""
        return np.diff(self.starts, append=len(self.rows))

    @kept
    def site(self) -> Site:
        """Land and plots of the rows."""
        return site_of(self.inputs, self.rows, self.kind.fronts, road=True)

    @kept
    def area_m2(self) -> Floats:
        """Area of the rows, NaN where unknown; there without the rest of their site."""
        if "site" in vars(self):
            return self.site.land.area_m2
        return positive_of(self.inputs.area_m2, self.rows)

    @kept
    def standing(self) -> Standing:
        """What stands on the rows."""
        inputs, rows = self.inputs, self.rows
        origin = inputs.origin_sector
        return Standing(
            _taken(inputs.existing_floor_area_m2, rows),
            _taken(inputs.existing_dwellings, rows),
            _taken(inputs.existing_people, rows),
            None if origin is None or origin is inputs.sector else origin[rows].astype(np.intp),
        )

    def take(self, kept: NDArray[np.bool_]) -> Block:
        """Return the block without some rows; not for a block that keeps none."""
        left = np.add.reduceat(kept.astype(np.intp), self.starts)
        runs = left > 0
        starts = (np.cumsum(left) - left)[runs]
        told = (self.use[runs], self.commune[runs], self.land_class[runs])
        return Block(self.inputs, self.kind, self.rows[kept], starts, *told)


def _taken(values: Floats | None, rows: Rows) -> Floats | None:
    return None if values is None else values.take(rows)


@dataclass(frozen=True, eq=False)
class Grouping:
    """The parcels of some inputs in blocks.

    Attributes
    ----------
    inputs, document : ParcelInputs, PlanningDocument
    blocks : tuple of Block
    in_order : int
        How many blocks there were when all parcels were put in order; updates make more of them.
    """

    inputs: ParcelInputs
    document: PlanningDocument
    blocks: tuple[Block, ...]
    in_order: int


#: Groupings that an outcome still uses, by the identity of the arrays they were made of.
_known: WeakValueDictionary[tuple[object, ...], Grouping] = WeakValueDictionary()


def grouping_of(
    inputs: ParcelInputs, document: PlanningDocument, raw_land_min_m2: float
) -> Grouping:
    """Return the parcels in blocks; the same ones as long as an outcome of the inputs is kept."""
    key = (*_identity(inputs), id(document), raw_land_min_m2)
    found = _known.get(key)
    if found is None:
        rows = np.arange(len(inputs))
        blocks = tuple(blocks_of(inputs, rows, document, raw_land_min_m2))
        found = _known[key] = Grouping(inputs, document, blocks, len(blocks))
    return found


def _identity(inputs: ParcelInputs) -> tuple[int, ...]:
    named = {item.name: getattr(inputs, item.name) for item in fields(inputs)}
    if named["origin_sector"] is inputs.sector:
        named["origin_sector"] = None
    return tuple(id(named[name]) for name in named if name not in _ASIDE)


def blocks_of(
    inputs: ParcelInputs, rows: Rows, document: PlanningDocument, raw_land_min_m2: float
) -> Iterator[Block]:
    """Yield some rows of inputs in blocks.

    Parameters
    ----------
    inputs : ParcelInputs
    rows : ndarray of int
        Ascending, without repetition.
    document : PlanningDocument
        Says in which sectors the use or the width of the road matters. A scenario's values are put
        in place of a whole sector's: they never part what the document treats alike.
    raw_land_min_m2 : float
        Area above which empty land that is no lot is raw land.
    """
    table = sector_table(document)
    part = inputs if len(rows) == len(inputs) else inputs.take(rows)
    sizes = (
        *(len(table.document.sectors) + 1, len(USES), len(table.road_thresholds_m) + 1),
        *(len(Fronts), len(Regime), len(part.special_terms) + 1, 2),
        *(1 if part.use is None else len(USES) + 1, _communes(part), _CLASSES),
    )
    order, starts, values = _sorted(_key(_parts_of_key(part, table, raw_land_min_m2), sizes))
    if not len(order):
        return
    named = np.stack(np.unravel_index(values, sizes), axis=1) - _OFFSETS
    for first, end in _pieces(starts, len(order), named):
        low = int(np.searchsorted(starts, first, side="right")) - 1
        high = int(np.searchsorted(starts, end, side="left"))
        sector, use, road, fronts, regime, terms, bad = named[low, _KIND].tolist()
        kind = Kind(sector, use, road, Fronts(fronts), Regime(regime), terms, bool(bad))
        begins = np.maximum(starts[low:high], first) - first
        yield Block(inputs, kind, rows[order[first:end]], begins, *named[low:high, _RUN].T)


def _key(parts: tuple[Codes, ...], sizes: tuple[int, ...]) -> Codes:
    """Return the parts as one number each row, which `np.unravel_index` takes apart again."""
    fits = math.prod(sizes) < np.iinfo(np.int32).max
    key: Codes = np.zeros(len(parts[0]), dtype=np.int64)
    if fits:  # half the bytes to go through
        key = key.astype(np.int32)
    for part, size in zip(parts, sizes, strict=True):
        np.multiply(key, size, out=key)
        np.add(key, part, out=key)
    return key


def _sorted(key: Codes) -> tuple[Rows, Rows, NDArray[np.int64]]:
    """Return the order of keys, where each value begins in it, and the values."""
    if key.max(initial=0) < min(_MOST_COUNTED, _MOST_SPARSE * len(key)):
        counts = np.bincount(key)
        values = np.flatnonzero(counts)
        rank = np.zeros(len(counts), dtype=np.int32)
        rank[values] = np.arange(len(values))
        key, counts = rank[key], counts[values]
    else:
        values, key, counts = np.unique(key, return_inverse=True, return_counts=True)
    if len(values) <= 2**16:  # sixteen bits are sorted in two passes
        key = key.astype(np.uint16)
    return np.argsort(key, kind="stable"), np.cumsum(counts) - counts, values


def _pieces(starts: Rows, count: int, named: Codes) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of blocks: one kind each, none longer than `BLOCK_ROWS` by much."""
    sizes = np.diff(starts, append=count)
    same_kind = (named[1:, _KIND] == named[:-1, _KIND]).all(axis=1)
    same_use = named[1:, _RUN.start] == named[:-1, _RUN.start]
    bounds = [0]
    gathered = int(sizes[0])
    for run, (kind, use) in enumerate(zip(same_kind.tolist(), same_use.tolist(), strict=True), 1):
        many = min(gathered, int(sizes[run])) >= _MANY_ROWS
        if not kind or (not use and many):
            bounds.append(int(starts[run]))
            gathered = 0
        gathered += int(sizes[run])
    for first, end in pairwise([*bounds, count]):
        number = max(1, round((end - first) / BLOCK_ROWS))
        cuts = np.linspace(first, end, number + 1).astype(int).tolist()
        yield from pairwise(cuts)


def _communes(inputs: ParcelInputs) -> int:
    return 1 if inputs.commune is None else int(inputs.commune.max(initial=-1)) + 2


def _parts_of_key(
    inputs: ParcelInputs, table: SectorTable, raw_land_min_m2: float
) -> tuple[Codes, ...]:
    zeros = np.zeros(len(inputs), dtype=np.int8)
    use = zeros if inputs.use is None else inputs.use + 1
    same_rules = _same_rules(table.document)
    return (
        inputs.sector + 1,
        same_rules[inputs.sector, use],
        road_class_of(inputs, table),
        zeros if inputs.fronts is None else inputs.fronts,
        zeros if inputs.regime is None else inputs.regime + 1,
        zeros if inputs.terms is None else inputs.terms + 1,
        zeros if inputs.bad_geometry is None else inputs.bad_geometry.astype(np.int8),
        use,
        zeros if inputs.commune is None else inputs.commune + 1,
        static_class(inputs, raw_land_min_m2),
    )


@lru_cache(maxsize=16)
def _same_rules(document: PlanningDocument) -> NDArray[np.int8]:
    """Return the first use with the same rules, by sector (last: none) and use (first: default)."""
    table = sector_table(document)
    same = np.zeros((len(document.sectors) + 1, len(USES) + 1), dtype=np.int8)
    for index, sector in enumerate(document.sectors):
        cases = table.lookup[index]
        first = [int((cases == mine).all(axis=1).argmax()) for mine in cases]
        same[index] = [first[USES.index(sector.zone.default_use)], *first]
    return same


def static_class(inputs: ParcelInputs, raw_land_min_m2: float) -> NDArray[np.int8]:
    """Return the class of land as far as it does not depend on what is allowed, shape (n,).

    What is given holds. Else: equipment and reservations on half the land or more are blocked;
    empty land is free, or raw where it is large and no lot; built land is `BUILT`.
    """
    found = np.full(len(inputs), FREE, dtype=np.int8)
    raw = inputs.area_m2 > raw_land_min_m2
    if inputs.regime is not None:
        raw &= inputs.regime != Regime.LOT
    found[raw] = RAW
    existing = inputs.existing_floor_area_m2
    if existing is None:
        found[:] = UNKNOWN_CLASS
    else:
        found[existing > 0] = BUILT
        found[np.isnan(existing)] = UNKNOWN_CLASS
    if inputs.use is not None:
        found[inputs.use == _EQUIPMENT] = BLOCKED
    if inputs.equipment_m2 is not None:
        found[inputs.equipment_m2 >= RESERVED_SHARE * inputs.area_m2] = BLOCKED
    if inputs.land_class is None:
        return found
    return np.where(inputs.land_class >= 0, inputs.land_class, found).astype(np.int8)
