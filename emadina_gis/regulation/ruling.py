"""``Ruling``: every number that a document gives for a sector in one case, resolved once.

A case is an intended use and a class of road width; the two regimes (lot, other land) are held
side by side because a parcel may be of either. It knows nothing of parcels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from emadina_gis.regulation.lookup import rule_of
from emadina_gis.regulation.model import Condition
from emadina_gis.regulation.overrides import kind_and_regime

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument, Rule, Sector

Pair = tuple[float, float]
OverrideItems = tuple[tuple[str, float], ...]

_NONE = math.inf
#: Kinds with one value per regime, and the value that stands for "the document fixes none".
_BY_REGIME = {
    "coverage": _NONE,
    "floor_ratio": _NONE,
    "ground_coverage": _NONE,
    "court_m2": 0.0,
    "green_share": 0.0,
    "strip_share": 0.0,
}
#: Kinds with one value, and the value that stands for none.
_SINGLE = {
    "max_height_m": 0.0,
    "front_setback_m": 0.0,
    "prospect_factor": _NONE,
    "band_depth_m": _NONE,
    "free_height_m": 0.0,
    "limit_distance_m": 0.0,
    "limit_height_ratio": 0.0,
    "limit_from_slab": 0.0,
    "rear_distance_m": _NONE,
    "rear_height_ratio": _NONE,
    "party_sides": 0.0,
    "cession_share": 0.0,
    "cession_threshold_m2": _NONE,
    "cession_exempt_share": 1.0,
    "min_plot_m2": -_NONE,
    "min_frontage_m": -_NONE,
}


@dataclass(frozen=True)
class Emergence:
    """What bonuses granted to an operation come to.

    Attributes
    ----------
    share : float
        Granted, of the net floor area.
    floors_low, floors_high : float
        What emergences may cover, strictly and loosely read, as a share of the last floor.
    """

    share: float = 0.0
    floors_low: float = 0.0
    floors_high: float = 0.0


#: No bonus.
NO_EMERGENCE = Emergence()


#: Kinds of rule that a ruling resolves, and those of them with one value per regime.
RULED_BY_REGIME = frozenset(_BY_REGIME)
RULED = frozenset({"levels", *_BY_REGIME, *_SINGLE})


@dataclass(frozen=True)
class Ruling:
    """The numbers of one sector in one case; pairs are (lot, other land).

    Lengths in metres, areas in square metres, shares as fractions. ``inf`` is "no limit" (``-inf``
    for a minimum) and never NaN: rulings are compared, and NaN is not equal to itself.
    ``assumed`` and ``permission`` tell that a value used is not printed, or only may be allowed.
    """

    form: str
    levels: int
    max_height_m: float
    front_setback_m: float
    prospect_factor: float
    band_depth_m: float
    free_height_m: float
    limit_distance_m: float
    limit_height_ratio: float
    limit_from_slab: bool
    rear_distance_m: float
    rear_height_ratio: float
    party_sides: int
    cession_share: float
    cession_threshold_m2: float
    cession_exempt_share: float
    min_plot_m2: float
    min_frontage_m: float
    coverage: Pair
    floor_ratio: Pair
    ground_coverage: Pair
    court_m2: Pair
    green_share: Pair
    strip_share: Pair
    assumed: tuple[bool, bool]
    permission: bool
    bonus: tuple[Emergence, Emergence] = (NO_EMERGENCE, NO_EMERGENCE)

    @property
    def needs_road(self) -> bool:
        """Whether the width of the road enters the formulas."""
        return self.form in {"band", "band_rear_limit"} and math.isfinite(self.prospect_factor)


@lru_cache(maxsize=4096)
def ruling_of(
    document: PlanningDocument,
    sector: Sector,
    case: Condition,
    overrides: OverrideItems = (),
    storey_m: float = 3.0,
) -> Ruling:
    """Return the numbers of a sector in a case, with a scenario's values in place.

    Parameters
    ----------
    document, sector : PlanningDocument, Sector
        The sector must have numbers of its own (no mix, no restructuring plan).
    case : Condition
        Use and width of the widest road; its regime is ignored, both are resolved.
    overrides : tuple of (key, value)
        See `Overrides`.
    storey_m : float
        Height that one more level adds when a scenario changes the number of levels, in metres.
    """
    if not overrides:
        return _Lookup(document, sector, case).ruling()
    base = ruling_of(document, sector, Condition())
    return _overridden(ruling_of(document, sector, case), base, overrides, storey_m)


class _Lookup:
    def __init__(self, document: PlanningDocument, sector: Sector, case: Condition) -> None:
        self._document = document
        self._sector = sector
        self._case = case

    def rule(self, kind: str, *, lot: bool | None = None) -> Rule | None:
        return rule_of(self._document, self._sector, kind, replace(self._case, lot=lot))

    def number(self, kind: str, none: float, *, lot: bool | None = None) -> float:
        found = self.rule(kind, lot=lot)
        return none if found is None else found.value

    def pair(self, kind: str) -> Pair:
        none = _BY_REGIME[kind]
        return self.number(kind, none, lot=True), self.number(kind, none, lot=False)

    def ruling(self) -> Ruling:
        single = {kind: self.number(kind, none) for kind, none in _SINGLE.items()}
        if single["rear_distance_m"] == _NONE:
            single["rear_distance_m"] = single["limit_distance_m"]
        if single["rear_height_ratio"] == _NONE:
            single["rear_height_ratio"] = single["limit_height_ratio"]
        found: dict[str, Any] = {**single, **{kind: self.pair(kind) for kind in _BY_REGIME}}
        found["limit_from_slab"] = bool(single["limit_from_slab"])
        found["party_sides"] = int(single["party_sides"])
        return Ruling(
            form=self._sector.form,
            levels=int(self.number("levels", 0.0)),
            assumed=(self._flagged("assumed", lot=True), self._flagged("assumed", lot=False)),
            permission=self._permission(),
            **found,
        )

    def _flagged(self, flag: str, *, lot: bool) -> bool:
        found = (self.rule(kind, lot=lot) for kind in ("coverage", "floor_ratio"))
        return any(rule is not None and rule.citation.flag == flag for rule in found)

    def _permission(self) -> bool:
        found = self.rule("levels")
        return found is not None and found.citation.flag == "permission"


def _overridden(ruling: Ruling, base: Ruling, overrides: OverrideItems, storey_m: float) -> Ruling:
    ruling = _with_levels(ruling, base, dict(overrides), storey_m)
    for key, value in overrides:
        kind, lot = kind_and_regime(key)
        changed: dict[str, Any] = {}
        if kind in _BY_REGIME:
            changed[kind] = _replaced(getattr(ruling, kind), kind, value, lot=lot)
        elif kind in _SINGLE and kind != "max_height_m":
            changed[kind] = int(value) if kind == "party_sides" else value
            rear = kind.replace("limit_", "rear_")
            if rear != kind and rear in _SINGLE and getattr(ruling, rear) == getattr(ruling, kind):
                changed[rear] = value
        ruling = replace(ruling, **changed)
    return ruling


def _with_levels(ruling: Ruling, base: Ruling, values: dict[str, float], storey_m: float) -> Ruling:
    """Shift levels and height as the sector's base case is shifted (R+3 of E2 stays one above)."""
    more_levels = int(values.get("levels", base.levels)) - base.levels
    more_height_m = more_levels * storey_m
    if "max_height_m" in values:
        more_height_m = values["max_height_m"] - base.max_height_m
    return replace(
        ruling,
        levels=max(0, ruling.levels + more_levels),
        max_height_m=ruling.max_height_m + more_height_m,
    )


def _replaced(pair: Pair, kind: str, value: float, *, lot: bool | None) -> Pair:
    if lot is not None:
        return (value, pair[1]) if lot else (pair[0], value)
    none = _BY_REGIME[kind]
    printed = [number != none for number in pair]
    if not any(printed):
        return value, value
    first, second = (
        value if is_there else old for old, is_there in zip(pair, printed, strict=True)
    )
    return first, second
