"""The values of a sector that a scenario may change, beside what the document prints.

Owns which values a sector has, what they are now, and how far each may sensibly be dragged. It
knows no parcels and no widgets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.regulation import KINDS, NO_OVERRIDES, USES, Condition, cite, sector_table
from emadina_gis.regulation.overrides import REGIMES, kind_and_regime
from emadina_gis.simulation.scenario import SetSectorValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.regulation import Citation, Overrides, PlanningDocument, Ruling, SectorTable
    from emadina_gis.simulation.scenario import Change

#: Kinds in the order a planner looks for them; those that share out land come last.
ORDER = (
    "max_height_m", "levels", "coverage", "floor_ratio", "prospect_factor", "front_setback_m",
    "limit_distance_m", "limit_height_ratio", "rear_distance_m", "rear_height_ratio",
    "band_depth_m", "party_sides", "court_m2", "green_share", "strip_share", "cession_share",
    "cession_threshold_m2", "cession_exempt_share", "min_plot_m2", "min_frontage_m",
    "ground_coverage",
)  # fmt: skip
#: Kinds that are told as a percentage.
SHARES = frozenset(
    {"coverage", "ground_coverage", "green_share", "strip_share", "cession_share",
     "cession_exempt_share"}
)  # fmt: skip
#: Largest value and step of the slider of a kind; a typed value may go further.
_DRAGGED = {
    "max_height_m": (60.0, 0.5),
    "levels": (20.0, 1.0),
    "floor_ratio": (5.0, 0.05),
    "prospect_factor": (3.0, 0.05),
    "front_setback_m": (20.0, 0.5),
    "limit_distance_m": (20.0, 0.5),
    "limit_height_ratio": (2.0, 0.05),
    "rear_distance_m": (20.0, 0.5),
    "rear_height_ratio": (2.0, 0.05),
    "band_depth_m": (40.0, 0.5),
    "party_sides": (2.0, 1.0),
    "court_m2": (100.0, 1.0),
    "cession_threshold_m2": (20_000.0, 100.0),
    "min_plot_m2": (2_000.0, 10.0),
    "min_frontage_m": (60.0, 0.5),
}
_SHARE_STEP = 0.01
#: The slider reaches at least this many times what is printed.
_ROOM = 2.0
#: Where a value that the document does not print begins when it is added.
_FIRST = {"coverage": 0.5, "ground_coverage": 1.0, "floor_ratio": 1.5, "prospect_factor": 1.2}


@dataclass(frozen=True)
class SectorValue:
    """One value of a sector.

    Attributes
    ----------
    key : str
        Key of the scenario's change: the kind, with ``.lot`` or ``.raw`` where regimes differ.
    value, printed : float or None
        What holds now, and what the document prints; None for no value.
    citation : Citation or None
        Where it is printed.
    is_changed : bool
        Whether the scenario puts a value of its own in its place.
    """

    key: str
    value: float | None
    printed: float | None
    citation: Citation | None
    is_changed: bool

    @property
    def kind(self) -> str:
        """Kind of rule."""
        return kind_and_regime(self.key)[0]

    @property
    def lot(self) -> bool | None:
        """The regime it is for: lots, other land, or both (None)."""
        return kind_and_regime(self.key)[1]

    @property
    def step(self) -> float:
        """How far one step of the slider goes."""
        return _DRAGGED.get(self.kind, (1.0, _SHARE_STEP))[1]

    @property
    def range(self) -> tuple[float, float]:
        """Ends of the slider: what makes sense, and at least what holds and what is printed."""
        kind = KINDS[self.kind]
        most = _DRAGGED.get(self.kind, (1.0, _SHARE_STEP))[0]
        reached = (_ROOM * (self.printed or 0.0), self.value or 0.0)
        step = self.step
        top = math.ceil(max(most, *reached) / step) * step
        low = math.ceil(kind.low / step) * step
        return low, min(top, kind.high)

    @property
    def limits(self) -> tuple[float, float]:
        """What may be typed."""
        return KINDS[self.kind].low, KINDS[self.kind].high


def sector_values(
    document: PlanningDocument, code: str, overrides: Overrides, storey_m: float = 3.0
) -> tuple[SectorValue, ...]:
    """Return the values of a sector that the document prints or the scenario sets, in order.

    Parameters
    ----------
    document : PlanningDocument
    code : str
        A sector of the document.
    overrides : Overrides
        The scenario's values.
    storey_m : float
        Height that one more level adds.

    Raises
    ------
    ZoningError
        If the document has no such sector.
    """
    if document.sector(code).no_number is not None:
        return ()
    now = _Numbers(sector_table(document, overrides, storey_m), code)
    printed = _Numbers(sector_table(document, NO_OVERRIDES, storey_m), code)
    set_keys = {key for key, _value in overrides.of_sector(code)}
    found = (_value(document, code, key, now, printed, set_keys) for key in _keys(now, printed))
    return tuple(value for value in found if value is not None)


def values_to_add(
    document: PlanningDocument, code: str, overrides: Overrides, storey_m: float = 3.0
) -> tuple[SectorValue, ...]:
    """Return the values that the sector has not, each as it would begin if it were added."""
    if document.sector(code).no_number is not None:
        return ()
    there = {value.kind for value in sector_values(document, code, overrides, storey_m)}
    return tuple(
        SectorValue(kind, _FIRST.get(kind, KINDS[kind].low), None, None, is_changed=False)
        for kind in ORDER
        if kind not in there
    )


def overrides_of(changes: tuple[Change, ...]) -> Overrides:
    """Return the values that some changes put in place of a document's; the last word holds."""
    overrides = NO_OVERRIDES
    for change in changes:
        if isinstance(change, SetSectorValue):
            overrides = overrides.with_value(change.sector, change.key, change.value)
    return overrides


def changes_of_value(changes: tuple[Change, ...], code: str, key: str) -> tuple[int, ...]:
    """Return the places of the changes that set a value, both regimes' where `key` names none."""
    keys = {key} if "." in key else {key, *(f"{key}.{suffix}" for suffix in REGIMES)}
    return tuple(
        index
        for index, change in enumerate(changes)
        if isinstance(change, SetSectorValue) and change.sector == code and change.key in keys
    )


class _Numbers:
    """The numbers of a sector in its plain case (default use, narrow road)."""

    def __init__(self, table: SectorTable, code: str) -> None:
        index = table.document.index_of(code)
        sector = table.document.sectors[index]
        self._case = table.cases[table.lookup[index, USES.index(sector.zone.default_use), 0]]

    def pair(self, kind: str) -> tuple[float | None, float | None] | None:
        """Return (lots, other land), or None for a kind with one value."""
        first = getattr(self._case[0][0], kind)
        if not isinstance(first, tuple):
            return None
        return self._side(kind, 0), self._side(kind, 1)

    def _side(self, kind: str, side: int) -> float | None:
        return _finite(sum(getattr(ruling, kind)[side] * share for ruling, share in self._case))

    def one(self, kind: str) -> float | None:
        """Return the value of a kind that regimes share; the largest of a mix."""
        return _finite(max(float(_number(ruling, kind)) for ruling, _share in self._case))


def _number(ruling: Ruling, kind: str) -> float:
    return float(getattr(ruling, kind))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _keys(now: _Numbers, printed: _Numbers) -> list[str]:
    """Return the keys of all kinds: one where both regimes agree, now and in print, else two."""
    keys: list[str] = []
    for kind in ORDER:
        pair, before = now.pair(kind), printed.pair(kind)
        if pair is None or before is None or (pair[0] == pair[1] and before[0] == before[1]):
            keys.append(kind)
        else:
            keys.extend(f"{kind}.{suffix}" for suffix in REGIMES)
    return keys


def _value(
    document: PlanningDocument,
    code: str,
    key: str,
    now: _Numbers,
    printed: _Numbers,
    set_keys: set[str],
) -> SectorValue | None:
    kind, lot = kind_and_regime(key)
    citation = cite(document, code, kind, Condition(lot=True if lot is None else lot))
    changed = key in set_keys or kind in set_keys
    before = _of(printed, kind, lot=lot) if citation is not None else None
    if before is None and not changed:
        return None
    return SectorValue(key, _of(now, kind, lot=lot), before, citation, changed)


def _of(numbers: _Numbers, kind: str, *, lot: bool | None) -> float | None:
    pair = numbers.pair(kind)
    if pair is None:
        return numbers.one(kind)
    return pair[1] if lot is False else pair[0]


def is_taller_only(values: Iterable[SectorValue]) -> bool:
    """Whether the height was raised and the levels were not: each storey is higher then.

    Set-backs follow the height of each level (CAPACITY §3), so that floor area may go down.
    """
    known = {value.key: value for value in values}
    height, levels = known.get("max_height_m"), known.get("levels")
    if height is None or levels is None or levels.is_changed or not height.is_changed:
        return False
    printed, now = height.printed, height.value
    return printed is None or now is None or now > printed
