"""Two scenarios side by side: how much each total differs, and exactly why.

The difference is shared among the edits that only one of the two has. With up to six of them each
gets its mean gain over every order in which they could be made; with more, its gain in the order of
the list. Either way the shares add up to the difference. Parcels that no such edit touches are not
computed at all. It knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.outcome import simulate
from emadina_gis.simulation.people import CENTRAL, dwellings_of, part_of, people_per_dwelling
from emadina_gis.simulation.scenario import SetSector, SetSectorValue, apply_changes, rows_named
from emadina_gis.simulation.totals import (
    EXTRAS,
    FIGURES,
    MEASURES,
    existing_of,
    land_class_of,
    take_up_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.scenario import Change, Scenario
    from emadina_gis.simulation.totals import Summary, Totals

    Floats = NDArray[np.float64]

MOST_SHARED_EDITS = 6
_NOTHING = 1e-9
#: What the reasons are told for.
WHY_KEYS = tuple(f"{measure}.{figure}" for measure in MEASURES for figure in FIGURES[1:])


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two scenarios: their totals, and why they differ.

    Attributes
    ----------
    a, b : Scenario
    totals_a, totals_b : Summary
    why : tuple of dict
        ``sector``, ``rule`` (the rule that binds in b), ``edit``, ``key``, ``difference``.
    """

    a: Scenario
    b: Scenario
    totals_a: Summary
    totals_b: Summary
    why: tuple[dict[str, Any], ...]

    @cached_property
    def totals(self) -> list[dict[str, Any]]:
        """Key, a, b, difference and its range, for each figure of each measure."""
        first, second = self.totals_a.total, self.totals_b.total
        rows = [
            _row(
                f"{measure}.{figure}", _ends(first, measure, figure), _ends(second, measure, figure)
            )
            for measure in MEASURES
            for figure in FIGURES
        ]
        for name in EXTRAS:
            if not name.startswith("jobs"):
                ends = [(t.other(name),) * 3 for t in (first, second)]
                rows.append(_row(name, ends[0], ends[1]))
        names = ("jobs", "jobs_low", "jobs_high")
        jobs = [tuple(t.other(name) for name in names) for t in (first, second)]
        return [*rows, _row("jobs", jobs[0], jobs[1])]

    def to_dict(self) -> dict[str, Any]:
        """Return the content of the comparison's JSON."""
        return {
            "a": self.a.name or self.a.id,
            "b": self.b.name or self.b.id,
            "totals": self.totals,
            "why": list(self.why),
        }


def _ends(totals: Totals, measure: str, figure: str) -> tuple[float, ...]:
    return tuple(totals.value(measure, figure, end) for end in ("value", "low", "high"))


def _row(key: str, a: tuple[float, ...], b: tuple[float, ...]) -> dict[str, Any]:
    ends = [second - first for first, second in zip(a, b, strict=True)]
    return {
        "key": key,
        "a": a[0],
        "b": b[0],
        "difference": ends[0],
        "low": min(ends),
        "high": max(ends),
    }


def compare(
    inputs: ParcelInputs,
    document: PlanningDocument,
    a: Scenario,
    b: Scenario,
    parameters: Parameters | None = None,
) -> Comparison:
    """Return how two scenarios differ, and why.

    Raises
    ------
    ZoningError
        If a scenario names a sector or a value that the document does not have.
    """
    totals_a = simulate(inputs, document, a, parameters)
    totals_b = simulate(inputs, document, b, parameters, reference=totals_a)
    reasons = _Reasons(inputs, document, totals_b.outcome, _merged(a.changes, b.changes))
    return Comparison(a, b, totals_a, totals_b, tuple(reasons.rows()))


@dataclass(frozen=True)
class _Step:
    """One change in the merged list: in a (-1), in b (1) or in both (0)."""

    change: Change
    side: int


def _merged(a: tuple[Change, ...], b: tuple[Change, ...]) -> list[_Step]:
    """Return one list from which leaving out steps gives a or b, each in its own order."""
    steps: list[_Step] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            steps.extend(_Step(change, 0) for change in a[a0:a1])
            continue
        steps.extend(_Step(change, -1) for change in a[a0:a1])
        steps.extend(_Step(change, 1) for change in b[b0:b1])
    return steps


class _Reasons:
    """Shares the difference of two scenarios among the edits that only one of them has."""

    def __init__(
        self,
        inputs: ParcelInputs,
        document: PlanningDocument,
        final: Outcome,
        steps: list[_Step],
    ) -> None:
        self._inputs = inputs
        self._document = document
        self._final = final
        self._steps = steps
        self._players = [index for index, step in enumerate(steps) if step.side]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the reasons, by edit, then by sector and rule."""
        sectors = (*self._document.sector_codes, "")
        rules = self._final.binding.values
        shape = (len(self._players), len(sectors), len(rules), len(WHY_KEYS))
        sums = np.zeros(shape)
        for rows, players in self._groups():
            for player, gains in self._shares(rows, players):
                self._add(sums[self._players.index(player)], rows, gains)
        for player, sector, rule, key in np.argwhere(np.abs(sums) > _NOTHING).tolist():
            yield {
                "sector": sectors[sector],
                "rule": rules[rule],
                "edit": self._name(self._players[player]),
                "key": WHY_KEYS[key],
                "difference": float(sums[player, sector, rule, key]),
            }

    def _name(self, player: int) -> str:
        step = self._steps[player]
        return step.change.summary if step.side > 0 else f"without {step.change.summary}"

    def _add(self, sums: Floats, rows: NDArray[np.intp], gains: Floats) -> None:
        shape = sums.shape[:2]
        sector = self._final.inputs.sector[rows].astype(np.intp)
        sector = np.where(sector < 0, shape[0] - 1, sector)
        key = sector * shape[1] + self._final.binding.codes[rows]
        for index, values in enumerate(gains):
            counted = np.bincount(key, weights=values, minlength=shape[0] * shape[1])
            sums[:, :, index] += counted.reshape(shape)

    def _groups(self) -> Iterator[tuple[NDArray[np.intp], tuple[int, ...]]]:
        """Yield the rows that the same edits touch, with those edits."""
        if not self._players:
            return
        touched = np.array([self._touched(player) for player in self._players])
        packed = np.packbits(touched, axis=0).T
        kinds, of_row = np.unique(packed, axis=0, return_inverse=True)
        for number, kind in enumerate(kinds):
            bits = np.unpackbits(kind)[: len(self._players)]
            players = tuple(self._players[index] for index in np.flatnonzero(bits).tolist())
            if players:
                yield np.flatnonzero(of_row.reshape(-1) == number), players

    def _touched(self, player: int) -> NDArray[np.bool_]:
        change = self._steps[player].change
        touched = np.zeros(len(self._inputs), dtype=bool)
        if not isinstance(change, SetSectorValue):
            touched[rows_named(change, self._inputs)] = True
            return touched
        codes = _sectors_with(self._document, change.sector)
        touched |= np.isin(self._inputs.sector, [self._document.index_of(code) for code in codes])
        for step in self._steps:
            if isinstance(step.change, SetSector) and step.change.sector in codes:
                touched[rows_named(step.change, self._inputs)] = True
        return touched

    def _shares(
        self, rows: NDArray[np.intp], players: tuple[int, ...]
    ) -> Iterator[tuple[int, Floats]]:
        """Yield each edit's share of the difference, shape (keys, rows)."""
        part = self._inputs.take(rows)
        if len(self._players) > MOST_SHARED_EDITS:
            yield from self._in_order(part, players)
            return
        values = {
            chosen: self._value(part, frozenset(chosen))
            for size in range(len(players) + 1)
            for chosen in combinations(players, size)
        }
        count = len(players)
        for player in players:
            others = [other for other in players if other != player]
            gains = np.zeros((len(WHY_KEYS), len(rows)))
            for size in range(count):
                weight = factorial(size) * factorial(count - size - 1) / factorial(count)
                for chosen in combinations(others, size):
                    more = tuple(sorted((*chosen, player)))
                    gains += weight * (values[more] - values[chosen])
            yield player, gains

    def _in_order(
        self, part: ParcelInputs, players: tuple[int, ...]
    ) -> Iterator[tuple[int, Floats]]:
        before = self._value(part, frozenset())
        for count, player in enumerate(players, start=1):
            after = self._value(part, frozenset(players[:count]))
            yield player, after - before
            before = after

    def _value(self, part: ParcelInputs, switched: frozenset[int]) -> Floats:
        """Return the figures of parcels after the common changes and the switched edits."""
        changes = tuple(
            step.change
            for index, step in enumerate(self._steps)
            if step.side == 0 or (step.side > 0) == (index in switched)
        )
        applied = apply_changes(changes, part, self._document)
        parameters = self._final.parameters
        outcome = capacity(applied.inputs, self._document, parameters, overrides=applied.overrides)
        return row_figures(outcome)


def _sectors_with(document: PlanningDocument, code: str) -> frozenset[str]:
    """Return a sector and the mixes it is part of."""
    mixes = (s.code for s in document.sectors if any(part == code for part, _ in s.mix))
    return frozenset((code, *mixes))


def row_figures(outcome: Outcome) -> Floats:
    """Return allowed, addition and expected of each parcel, shape (len(WHY_KEYS), n).

    They add up to the central totals: what is unknown counts as nothing.
    """
    part, parameters = part_of(outcome), outcome.parameters
    gross, dwellings, people = existing_of(part)
    taken = take_up_of(parameters)[land_class_of(part)]
    factor = people_per_dwelling(parameters, CENTRAL)
    allowed = dwellings_of(part, certain=False)
    more_dwellings = np.maximum(allowed - dwellings, 0.0)
    existing_net = parameters["net_to_gross"] * gross
    more_net = np.maximum(outcome.central_net_m2 - existing_net, 0.0)
    named: Mapping[str, Floats] = {
        "net_floor_area_m2.allowed": outcome.central_net_m2,
        "net_floor_area_m2.addition": more_net,
        "net_floor_area_m2.expected": _sum(existing_net, taken * more_net),
        "dwellings.allowed": allowed,
        "dwellings.addition": more_dwellings,
        "dwellings.expected": _sum(dwellings, taken * more_dwellings),
        "people.allowed": factor * allowed,
        "people.addition": factor * more_dwellings,
        "people.expected": _sum(people, factor * taken * more_dwellings),
    }
    figures = np.array([named[key] for key in WHY_KEYS])
    return np.where(np.isnan(figures), 0.0, figures)


def _sum(first: Floats, second: Floats) -> Floats:
    return np.nan_to_num(first, nan=0.0) + np.nan_to_num(second, nan=0.0)
