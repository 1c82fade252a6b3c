"""What changes do to parcels: inputs in the making, one change after the other.

Columns are copied when first written; the inputs given are never touched. Land that a change takes
counts once, however often the change is applied: who has it already is told by
``ParcelInputs.taken_by``. It knows nothing of scenarios as a whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.errors import AnalysisError, Problem, Severity, ZoningError
from emadina_gis.regulation import KINDS, NO_OVERRIDES, check_override
from emadina_gis.simulation import changes as kinds
from emadina_gis.simulation.bonus import HEIGHT_LINE, physical_maximum
from emadina_gis.simulation.grouping import BLOCKED, RESERVED_SHARE
from emadina_gis.simulation.parcels import Regime
from emadina_gis.simulation.terms import NO_TERMS, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.changes import Amounts, Change, ParcelName
    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]
    _IsVain = Callable[[PlanningDocument, Terms, int, Regime], bool]

_REGIME_SUFFIXES = frozenset({"", "lot", "raw"})
_MOST_TERMS = np.iinfo(np.int16).max
_NOTHING = np.zeros(0)


class Names:
    """Finds rows by row id or by title; what was found once for a change is kept with it."""

    def __init__(self, inputs: ParcelInputs) -> None:
        self._inputs = inputs
        self._by_title: dict[str, int] | None = None
        self._order: NDArray[np.intp] | None = None
        self._known: dict[int, tuple[object, Rows, Floats]] = {}

    def rows(self, names: tuple[ParcelName, ...]) -> Rows:
        """Return the rows of parcels; those that are not there are left out."""
        if id(names) not in self._known:
            self._known[id(names)] = (names, self._found(names)[0], _NOTHING)
        return self._known[id(names)][1]

    def amounts(self, amounts: Amounts) -> tuple[Rows, Floats]:
        """Return the rows of parcels and the amount of each; those not there are left out."""
        if id(amounts) not in self._known:
            rows, places = self._found([name for name, _amount in amounts])
            values = np.array([amount for _name, amount in amounts], dtype=np.float64)
            self._known[id(amounts)] = (amounts, rows, values[places])
        return self._known[id(amounts)][1:]

    def part(self, rows: Rows) -> Names:
        """Return what finds the same parcels among some rows of the inputs."""
        return _PartNames(self, rows, len(self._inputs))

    def _found(self, names: Sequence[ParcelName]) -> tuple[Rows, Rows]:
        """Return the rows of the parcels that are there, and their places in the names."""
        if set(map(type, names)) <= {int}:
            return self._numbered(np.array(names, dtype=np.int64))
        is_title = np.array([isinstance(name, str) for name in names], dtype=bool)
        rows = np.full(len(names), -1, dtype=np.intp)
        index = self._titles()
        rows[is_title] = [index.get(str(name), -1) for name in names if isinstance(name, str)]
        numbers = np.array([name for name in names if isinstance(name, int)], dtype=np.int64)
        found, places = self._numbered(numbers)
        rows[np.flatnonzero(~is_title)[places]] = found
        kept = np.flatnonzero(rows >= 0)
        return rows[kept], kept

    def _numbered(self, wanted: NDArray[np.int64]) -> tuple[Rows, Rows]:
        ids, count = self._inputs.ids, len(self._inputs)
        if not len(wanted) or not count:
            return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
        if ids is None:
            kept = np.flatnonzero((wanted >= 0) & (wanted < count))
            return wanted[kept].astype(np.intp), kept
        if self._order is None:
            in_order = bool(np.all(ids[1:] >= ids[:-1]))
            self._order = np.arange(count) if in_order else np.argsort(ids, kind="stable")
        place = np.searchsorted(ids, wanted, sorter=self._order)
        rows: Rows = self._order[np.minimum(place, count - 1)]
        kept = np.flatnonzero(ids[rows] == wanted)
        return rows[kept], kept

    def _titles(self) -> dict[str, int]:
        """Return the row of each title; one that several parcels bear names none of them."""
        if self._by_title is None:
            titles = self._inputs.parcel_id
            listed = [] if titles is None else titles.tolist()
            counts = Counter(listed)
            self._by_title = {
                str(t): n for n, t in enumerate(listed) if t is not None and counts[t] == 1
            }
        return self._by_title


class _PartNames(Names):
    """Finds rows of a part by what is found in the whole, which looks each name up once."""

    def __init__(self, whole: Names, rows: Rows, count: int) -> None:
        self._whole = whole
        self._place = np.full(count, -1, dtype=np.intp)
        self._place[rows] = np.arange(len(rows))

    def rows(self, names: tuple[ParcelName, ...]) -> Rows:
        """Return the rows of parcels in the part."""
        mine = self._place[self._whole.rows(names)]
        return mine[mine >= 0]

    def amounts(self, amounts: Amounts) -> tuple[Rows, Floats]:
        """Return the rows of parcels in the part, and the amount of each."""
        rows, values = self._whole.amounts(amounts)
        mine = self._place[rows]
        return mine[mine >= 0], values[mine >= 0]


class Draft:
    """Inputs and a scenario's values in the making."""

    def __init__(
        self, inputs: ParcelInputs, document: PlanningDocument, names: Names | None = None
    ) -> None:
        self._inputs = inputs
        self._document = document
        self._names = names or Names(inputs)
        self._columns: dict[str, NDArray[Any]] = {}
        self._terms = list(inputs.special_terms)
        self._taken_by: set[Change] = set()
        self._land: list[Rows] = []
        self.overrides = NO_OVERRIDES
        self.lost = 0

    def add(self, change: Change) -> None:
        """Apply a change.

        Raises
        ------
        ZoningError
            If it names a sector or a value that the document does not have.
        AnalysisError
            If it grants a value that no rule takes.
        """
        _EFFECTS[type(change)](self, change)

    def inputs(self) -> ParcelInputs:
        """Return the inputs as they are now."""
        self._clip_land()
        origin = self._inputs.origin_sector
        changed: dict[str, Any] = dict(self._columns)
        if self._taken_by:
            changed["taken_by"] = self._inputs.taken_by | self._taken_by
        if "terms" in changed:
            changed["special_terms"] = tuple(self._terms)
        changed["origin_sector"] = self._inputs.sector if origin is None else origin
        return replace(self._inputs, **changed)

    def problems(self) -> tuple[Problem, ...]:
        """Return what a reader of the outcome must know: what was not there, what has no effect."""
        counts = {
            "scenario.parcels-lost": self.lost,
            "scenario.bonus-without-effect": self._without_effect(_gives_nothing),
            "scenario.derogation-without-rule": self._without_effect(_has_no_rule),
        }
        return tuple(
            Problem(code, Severity.WARNING, count=count) for code, count in counts.items() if count
        )

    def _without_effect(self, is_vain: _IsVain) -> int:
        """Return how many parcels have terms that change nothing where they are."""
        codes = self._columns.get("terms", self._inputs.terms)
        if codes is None:
            return 0
        rows = np.flatnonzero(codes >= 0)
        sector = self._columns.get("sector", self._inputs.sector)[rows]
        regimes = self._columns.get("regime", self._inputs.regime)
        regime = np.full(len(rows), Regime.UNKNOWN) if regimes is None else regimes[rows]
        shape = (len(self._terms), len(self._document.sectors) + 1, len(Regime))
        places = np.ravel_multi_index((codes[rows], sector + 1, regime + 1), shape)
        found, counts = np.unique(places, return_counts=True)
        met = np.stack(np.unravel_index(found, shape), axis=1).tolist()
        return sum(
            count
            for (code, index, regime), count in zip(met, counts.tolist(), strict=True)
            if is_vain(self._document, self._terms[code], index - 1, Regime(regime - 1))
        )

    # ------------------------------------------------------------------ columns
    def column(self, name: str, missing: float = 0.0) -> NDArray[Any]:
        """Return a column that may be written; one that nobody gave is made."""
        if name not in self._columns:
            given = getattr(self._inputs, name)
            kind = _DTYPES.get(name, np.float64)
            made = (
                np.full(len(self._inputs), missing, dtype=kind) if given is None else given.copy()
            )
            self._columns[name] = made
        return self._columns[name]

    def _rows(self, names: tuple[ParcelName, ...]) -> Rows:
        rows = self._names.rows(names)
        self.lost += len(names) - len(rows)
        return rows

    def _amounts(self, amounts: Amounts) -> tuple[Rows, Floats]:
        rows, values = self._names.amounts(amounts)
        self.lost += len(amounts) - len(rows)
        return rows, values

    # ------------------------------------------------------------------ effects
    def set_sector(self, change: kinds.SetSector) -> None:
        """Put parcels in a sector."""
        self._move(self._rows(change.ids), change.sector)

    def _move(self, rows: Rows, code: str) -> None:
        index = self._document.index_of(code)
        if index < 0:
            raise ZoningError("zoning.no-sector", sector=code, document=self._document.id)
        self.column("sector")[rows] = index

    def set_sector_value(self, change: kinds.SetSectorValue) -> None:
        """Replace a value of a sector."""
        check_override(self._document, change.sector, change.key, change.value)
        self.overrides = self.overrides.with_value(change.sector, change.key, change.value)

    def set_regime(self, change: kinds.SetRegime) -> None:
        """Say what regime parcels are of."""
        value = Regime.UNKNOWN if change.lot is None else Regime(int(change.lot))
        self.column("regime", Regime.UNKNOWN)[self._rows(change.ids)] = int(value)

    def add_reservation(self, change: kinds.AddReservation) -> None:
        """Reserve land."""
        self._take(change, "equipment_m2")

    def add_servitude(self, change: kinds.AddServitude | kinds.ProtectLand) -> None:
        """Make land unbuildable."""
        self._take(change, "servitude_m2")

    def _take(
        self, change: kinds.AddReservation | kinds.AddServitude | kinds.ProtectLand, name: str
    ) -> None:
        rows, amounts = self._amounts(change.taken)
        if self._is_new(change):
            self._add(name, rows, amounts)
            self._add("no_build_m2", rows, amounts)

    def lift_reservation(self, change: kinds.LiftReservation) -> None:
        """Give reserved land back."""
        self._free(change, "equipment_m2")

    def lift_servitude(self, change: kinds.LiftServitude) -> None:
        """Make land buildable again."""
        self._free(change, "servitude_m2")

    def _free(self, change: kinds.LiftReservation | kinds.LiftServitude, name: str) -> None:
        rows, amounts = self._amounts(change.freed)
        if self._is_new(change):
            was_reserved = self._is_reserved(rows)
            self._add(name, rows, -amounts)
            self._add("no_build_m2", rows, -amounts)
            self._unblock(rows[was_reserved & ~self._is_reserved(rows)])
        if change.sector:
            self._move(rows, change.sector)

    def _is_reserved(self, rows: Rows) -> NDArray[np.bool_]:
        reserved = self._columns.get("equipment_m2", self._inputs.equipment_m2)
        if reserved is None:
            return np.zeros(len(rows), dtype=bool)
        return np.asarray(reserved[rows] >= RESERVED_SHARE * self._inputs.area_m2[rows])

    def _unblock(self, rows: Rows) -> None:
        """Let the state of land that was blocked by its reservation be deduced again."""
        if self._inputs.land_class is not None and len(rows):
            classes = self.column("land_class")
            classes[rows[classes[rows] == BLOCKED]] = -1

    def add_road(self, change: kinds.AddRoad) -> None:
        """Take the land of a road, and widen streets."""
        rows, amounts = self._amounts(change.taken)
        if self._is_new(change):
            self._add("plan_roads_m2", rows, amounts)
        fronting, widths_m = self._amounts(change.widths)
        self.column("road_width_m", np.nan)[fronting] = widths_m

    def add_transit_line(self, change: kinds.AddTransitLine) -> None:
        """Take the land of a transit line."""
        rows, amounts = self._amounts(change.taken)
        if self._is_new(change):
            self._add("plan_roads_m2", rows, amounts)

    def _is_new(self, change: Change) -> bool:
        if change in self._inputs.taken_by:
            return False
        self._taken_by.add(change)
        return True

    def _add(self, name: str, rows: Rows, amounts_m2: Floats) -> None:
        """Add land to a column, never below nothing; unknown counts as nothing."""
        values = self.column(name)
        values[rows] = np.nan_to_num(values[rows], nan=0.0)
        np.add.at(values, rows, amounts_m2)
        values[rows] = np.maximum(values[rows], 0.0)
        self._land.append(rows)

    def _clip_land(self) -> None:
        """Let no parcel lose more land than it has."""
        if not self._land:
            return
        rows = np.unique(np.concatenate(self._land))
        left_m2 = np.nan_to_num(self._inputs.area_m2[rows], nan=np.inf)
        for name in ("plan_roads_m2", "equipment_m2", "servitude_m2", "no_build_m2"):
            if name in self._columns:
                self._columns[name][rows] = np.minimum(self._columns[name][rows], left_m2)
            if name == "plan_roads_m2":
                roads = self._columns.get(name, self._inputs.plan_roads_m2)
                left_m2 = left_m2 if roads is None else left_m2 - np.nan_to_num(roads[rows])
                left_m2 = np.maximum(left_m2, 0.0)

    def derogation(self, change: kinds.Derogation) -> None:
        """Grant values to parcels."""
        for key, value in change.values:
            check_granted(key, value)
        self._grant(change.ids, lambda terms: terms.with_values(change.values, change.reference))

    def grant_bonus(self, change: kinds.GrantBonus) -> None:
        """Grant a bonus to parcels."""
        if change.bonus not in {bonus.key for bonus in self._document.bonuses}:
            raise AnalysisError("bonus.unknown", bonus=change.bonus, document=self._document.id)
        self._grant(change.ids, lambda terms: terms.with_bonus(change.bonus, change.share))

    def _grant(self, ids: tuple[ParcelName, ...], more: Callable[[Terms], Terms]) -> None:
        rows = self._rows(ids)
        codes = self.column("terms", -1)
        for code in np.unique(codes[rows]).tolist():
            terms = more(NO_TERMS if code < 0 else self._terms[code])
            if terms not in self._terms:
                self._terms.append(terms)
            number = self._terms.index(terms)
            if number > _MOST_TERMS:
                raise AnalysisError("scenario.many-terms", most=_MOST_TERMS)
            mine = rows[codes[rows] == code]
            codes[mine] = number


def _gives_nothing(document: PlanningDocument, terms: Terms, sector: int, regime: Regime) -> bool:
    """Whether bonuses add nothing: the document gives none here, or nothing fits above."""
    if not terms.bonuses:
        return False
    keys = {key for key, _share in terms.bonuses}
    is_lot = regime is Regime.LOT and HEIGHT_LINE not in keys
    return sector < 0 or is_lot or physical_maximum(document, sector) == (0.0, 0.0)


def _has_no_rule(document: PlanningDocument, terms: Terms, sector: int, _regime: Regime) -> bool:
    """Whether values are granted where the document fixes none that they could replace."""
    return bool(terms.values) and (sector < 0 or document.sectors[sector].no_number is not None)


def check_granted(key: str, value: float) -> None:
    """Refuse a value that no sector's rule of that kind could take.

    Raises
    ------
    AnalysisError
        With code ``scenario.derogation-value``.
    """
    name, _, suffix = key.partition(".")
    kind = KINDS.get(name)
    known = kind is not None and kind.editable and suffix in _REGIME_SUFFIXES
    if kind is None or not known or not kind.takes(value):
        raise AnalysisError("scenario.derogation-value", key=key, value=value)


_DTYPES: Mapping[str, Any] = {"sector": np.int32, "regime": np.int8, "terms": np.int16}
_EFFECTS: Mapping[type[Change], Callable[[Draft, Any], None]] = {
    kinds.SetSector: Draft.set_sector,
    kinds.SetSectorValue: Draft.set_sector_value,
    kinds.SetRegime: Draft.set_regime,
    kinds.AddReservation: Draft.add_reservation,
    kinds.LiftReservation: Draft.lift_reservation,
    kinds.AddServitude: Draft.add_servitude,
    kinds.LiftServitude: Draft.lift_servitude,
    kinds.AddRoad: Draft.add_road,
    kinds.AddTransitLine: Draft.add_transit_line,
    kinds.ProtectLand: Draft.add_servitude,
    kinds.Derogation: Draft.derogation,
    kinds.GrantBonus: Draft.grant_bonus,
}
