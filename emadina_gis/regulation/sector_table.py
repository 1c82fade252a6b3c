"""``SectorTable``: a document and a scenario's values as arrays by sector, use and road width.

It turns (sector, use, widest road) of any number of parcels into the number of a *case*; a case
is one `Ruling`, or a weighted mix of several. It knows nothing of geometry or floor area.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.regulation.check import sectors_in_error
from emadina_gis.regulation.kinds import USES
from emadina_gis.regulation.model import Condition
from emadina_gis.regulation.overrides import NO_OVERRIDES, Overrides
from emadina_gis.regulation.ruling import RULED, Ruling, ruling_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation.model import PlanningDocument, Sector

#: A case: its rulings with their shares, largest first; empty where the document has no number that
#: can be relied on.
Case = tuple[tuple[Ruling, float], ...]


@dataclass(frozen=True, eq=False)
class SectorTable:
    """Cases of a document, and which one bites which parcel.

    Attributes
    ----------
    document : PlanningDocument
    overrides : Overrides
    cases : tuple of Case
        Distinct cases.
    case_sector : ndarray of int32, shape (cases,)
        Sector each case belongs to.
    lookup : ndarray of int16, shape (sectors, uses, road classes)
        Number of the case.
    road_thresholds_m : ndarray of float64, shape (road classes - 1,)
        Widths at which a rule of the document changes, in metres.
    """

    document: PlanningDocument
    overrides: Overrides
    cases: tuple[Case, ...]
    case_sector: NDArray[np.int32]
    lookup: NDArray[np.int16]
    road_thresholds_m: NDArray[np.float64]

    @kept
    def depends_on_road(self) -> NDArray[np.bool_]:
        """Whether a sector's case depends on the road width, shape (sectors,)."""
        return np.asarray((self.lookup != self.lookup[:, :, :1]).any(axis=(1, 2)))

    @kept
    def has_number(self) -> NDArray[np.bool_]:
        """Whether the document has numbers for a sector, shape (sectors,).

        A sector with a gap or a contradiction has none that could be relied on.
        """
        wrong = sectors_in_error(self.document)
        sectors = self.document.sectors
        return np.array([s.no_number is None and s.code not in wrong for s in sectors], dtype=bool)

    def plain(self, kind: str) -> NDArray[np.float64]:
        """Return one number per sector in its plain case (default use, narrow road).

        Parameters
        ----------
        kind : str
            A field of `Ruling`; pairs give shape (sectors, 2): (lot, other land).

        Returns
        -------
        ndarray of float64
            NaN where the document has none.
        """
        rows = [self._plain_of(index, kind) for index in range(len(self.document.sectors))]
        width = max(1, *(len(row) for row in rows)) if rows else 1
        values = np.full((len(rows), width), np.nan)
        for index, row in enumerate(rows):
            values[index, : len(row)] = row
        values[np.isinf(values)] = np.nan
        return values if width > 1 else values[:, 0]

    def _plain_of(self, index: int, kind: str) -> tuple[float, ...]:
        sector = self.document.sectors[index]
        case = self.cases[self.lookup[index, USES.index(sector.zone.default_use), 0]]
        if not case:
            return ()
        if isinstance(getattr(case[0][0], kind), tuple):
            pairs = [(getattr(ruling, kind), share) for ruling, share in case]
            return tuple(sum(pair[side] * share for pair, share in pairs) for side in (0, 1))
        return (max(float(getattr(ruling, kind)) for ruling, _share in case),)


@lru_cache(maxsize=64)
def sector_table(
    document: PlanningDocument, overrides: Overrides = NO_OVERRIDES, storey_m: float = 3.0
) -> SectorTable:
    """Return the cases of a document with a scenario's values in place (kept for reuse)."""
    thresholds = _road_thresholds(document)
    shape = (len(document.sectors), len(USES), len(thresholds) + 1)
    lookup = np.zeros(shape, dtype=np.int16)
    numbers: dict[tuple[int, Case], int] = {}
    printed = sector_table(document) if overrides else None
    changed = {code for code, _key in overrides.values}
    for index, sector in enumerate(document.sectors):
        if printed is not None and changed.isdisjoint((sector.code, *_parts(sector))):
            for number in np.unique(printed.lookup[index]).tolist():
                place = numbers.setdefault((index, printed.cases[number]), len(numbers))
                lookup[index][printed.lookup[index] == number] = place
            continue
        for (use, road), case in _cases_of(document, sector, overrides, storey_m).items():
            lookup[index, use, road] = numbers.setdefault((index, case), len(numbers))
    return SectorTable(
        document=document,
        overrides=overrides,
        cases=tuple(case for _index, case in numbers),
        case_sector=np.array([index for index, _case in numbers], dtype=np.int32),
        lookup=lookup,
        road_thresholds_m=np.array(thresholds, dtype=np.float64),
    )


def _parts(sector: Sector) -> tuple[str, ...]:
    return tuple(code for code, _share in sector.mix or ())


@lru_cache(maxsize=16)
def _road_thresholds(document: PlanningDocument) -> tuple[float, ...]:
    widths = {
        rule.condition.road_width_min_m
        for sector in document.sectors
        for _scope, rule in document.rules_of(sector)
        if rule.kind in RULED
    }
    return tuple(sorted(width for width in widths if width is not None))


def case_of_road(
    table: SectorTable, sector: int, use: int, road: int, overrides: Overrides, storey_m: float
) -> Case:
    """Return the case of one sector, use and class of road under other values than the table's."""
    document = table.document
    classes = (None, *_road_thresholds(document))
    condition = Condition(uses=(USES[use],), road_width_min_m=classes[road])
    return _case(document, document.sectors[sector], condition, overrides, storey_m)


def _cases_of(
    document: PlanningDocument, sector: Sector, overrides: Overrides, storey_m: float
) -> dict[tuple[int, int], Case]:
    classes = (None, *_road_thresholds(document))
    found: dict[tuple[int, int], Case] = {}
    for use_index, use in enumerate(USES):
        for road, width_m in enumerate(classes):
            condition = Condition(uses=(use,), road_width_min_m=width_m)
            found[use_index, road] = _case(document, sector, condition, overrides, storey_m)
    return found


def _case(
    document: PlanningDocument,
    sector: Sector,
    condition: Condition,
    overrides: Overrides,
    storey_m: float,
) -> Case:
    if sector.no_number is not None or sector.code in sectors_in_error(document):
        return ()
    own = overrides.of_sector(sector.code)
    if not sector.mix:
        return ((ruling_of(document, sector, condition, own, storey_m), 1.0),)
    parts = []
    for code, share in sorted(sector.mix, key=lambda part: -part[1]):
        values = {**dict(overrides.of_sector(code)), **dict(own)}
        items = tuple(sorted(values.items()))
        part = ruling_of(document, document.sector(code), condition, items, storey_m)
        parts.append((part, share))
    return tuple(parts)
