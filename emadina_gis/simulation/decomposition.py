"""Why two scenarios differ: the difference shared among the edits that only one of them has.

On land that up to six such edits touch each gets its mean gain over every order in which they could
be made; where more touch the same land, its gain in the order of the list. Either way the shares
add up to the difference. Parcels that the same edits touch are taken together; edits that change
rules leave them in the same blocks, and a block is computed once for each set of rules that it
gets, whichever edits brought them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.regulation import sector_table
from emadina_gis.simulation.capacity import block_figures, cases_of, in_threads
from emadina_gis.simulation.changes import WITHOUT
from emadina_gis.simulation.grouping import Block, blocks_of
from emadina_gis.simulation.people import CENTRAL, people_per_dwelling
from emadina_gis.simulation.scenario import Names, SetSectorValue, apply_changes
from emadina_gis.simulation.tally import basis_of, central_tally
from emadina_gis.simulation.totals import FIGURES, MEASURES, take_up_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.figures import Case
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.scenario import Change
    from emadina_gis.simulation.tally import Basis

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

MOST_SHARED_EDITS = 6
#: What the reasons are told for.
WHY_KEYS = tuple(f"{measure}.{figure}" for measure in MEASURES for figure in FIGURES[1:])
_NOTHING = 1e-9
#: Differences below this share of what is compared are rounding.
_DUST = 1e-13
_MOST_COUNTED = 2**16


class Step(NamedTuple):
    """One change in the merged list: in a (-1), in b (1) or in both (0)."""

    change: Change
    side: int

    @property
    def moves(self) -> bool:
        """Whether it changes what is known of parcels, not the rules of a sector."""
        return not isinstance(self.change, SetSectorValue)


def merged(a: tuple[Change, ...], b: tuple[Change, ...]) -> list[Step]:
    """Return one list from which leaving out steps gives a or b, each in its own order."""
    steps: list[Step] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            steps.extend(Step(change, 0) for change in a[a0:a1])
            continue
        steps.extend(Step(change, -1) for change in a[a0:a1])
        steps.extend(Step(change, 1) for change in b[b0:b1])
    return steps


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked: why the last outcome differs from that of the other scenario.

    Attributes
    ----------
    inputs : ParcelInputs
        What both scenarios are applied to.
    final : Outcome
        Of the second scenario: its sectors and rules are what reasons are told by.
    steps : list of Step
    """

    inputs: ParcelInputs
    final: Outcome
    steps: list[Step]

    @property
    def document(self) -> PlanningDocument:
        """The planning document of both."""
        return self.final.document

    @kept
    def players(self) -> tuple[int, ...]:
        """Places of the steps that only one scenario has."""
        return tuple(index for index, step in enumerate(self.steps) if step.side)

    @kept
    def names(self) -> Names:
        """What finds the parcels that changes name."""
        return Names(self.inputs)

    @kept
    def basis(self) -> Basis:
        """What turns floor area into dwellings and people."""
        return basis_of(self.final)

    def changes(self, switched: frozenset[int], *, moves: bool) -> tuple[Change, ...]:
        """Return the changes of one sort after the switched edits, in order."""
        return tuple(
            step.change
            for index, step in enumerate(self.steps)
            if step.moves is moves and (not step.side or (step.side > 0) == (index in switched))
        )


def reasons(question: Question) -> Iterator[dict[str, Any]]:
    """Yield the shares of the difference, by edit, then by sector and rule."""
    sectors = (*question.document.sector_codes, "")
    rules = question.final.binding.values
    shape = (len(question.players), len(sectors) * len(rules), len(WHY_KEYS))
    sums, scale = np.zeros(shape), np.zeros(shape[1:])
    for rows, players in _groups(question):
        group = _Group(question, rows, players)
        for player, gains in group.shares():
            np.add.at(sums[question.players.index(player)], group.places, gains)
        np.add.at(scale, group.places, group.scale)
    told = np.abs(sums) > np.maximum(_NOTHING, _DUST * scale)
    for player, place, key in np.argwhere(told).tolist():
        yield {
            "sector": sectors[place // len(rules)],
            "rule": rules[place % len(rules)],
            "edit": _name(question.steps[question.players[player]]),
            "key": WHY_KEYS[key],
            "difference": float(sums[player, place, key]),
        }


def _name(step: Step) -> str:
    return step.change.summary if step.side > 0 else f"{WITHOUT}{step.change.summary}"


def _groups(question: Question) -> Iterator[tuple[Rows, tuple[int, ...]]]:
    """Yield the rows that the same edits touch, with those edits."""
    label = np.zeros(len(question.inputs), dtype=np.int64)
    touched = [_touched(question, player) for player in question.players]
    for mine in touched:
        label = label * 2 + mine
        if label.max(initial=0) >= _MOST_COUNTED:
            label = np.unique(label, return_inverse=True)[1].reshape(-1)
    if not len(label) or not label.any():
        return
    if label.max() < _MOST_COUNTED:  # sixteen bits are sorted in two passes
        order = np.argsort(label.astype(np.uint16), kind="stable")
    else:
        order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        players = tuple(
            player for player, mine in zip(question.players, touched, strict=True) if mine[rows[0]]
        )
        if players:
            yield rows, players


def _touched(question: Question, player: int) -> NDArray[np.bool_]:
    """Return which parcels an edit may make a difference to, shape (n,)."""
    inputs, change = question.inputs, question.steps[player].change
    touched = np.zeros(len(inputs), dtype=bool)
    if not isinstance(change, SetSectorValue):
        touched[question.names.rows(change.ids)] = True
        return touched
    codes = _sectors_with(question.document, change.sector)
    places = [question.document.index_of(code) for code in codes]
    wanted = np.zeros(len(question.document.sectors) + 1, dtype=bool)
    wanted[places] = True
    touched |= wanted[inputs.sector]
    for step in question.steps:
        if step.moves and getattr(step.change, "sector", "") in codes:
            touched[question.names.rows(step.change.ids)] = True
    return touched


def _sectors_with(document: PlanningDocument, code: str) -> frozenset[str]:
    """Return a sector and the mixes it is part of."""
    mixes = (s.code for s in document.sectors if any(part == code for part, _ in s.mix))
    return frozenset((code, *mixes))


@dataclass(frozen=True, eq=False)
class _Group:
    """Parcels that the same edits touch."""

    question: Question
    rows: Rows
    players: tuple[int, ...]

    @kept
    def places(self) -> Rows:
        """Sector and rule of the final outcome that occur in the group, as one number each."""
        return self._places[0]

    @kept
    def scale(self) -> Floats:
        """The largest figures that are compared, shape (places, keys)."""
        return np.asarray(np.max([np.abs(found) for found in self._values.values()], axis=0))

    @kept
    def _places(self) -> tuple[Rows, Rows]:
        final = self.question.final
        sector = final.inputs.sector[self.rows].astype(np.intp) % (len(final.document.sectors) + 1)
        number = sector * len(final.binding.values) + final.binding.codes[self.rows]
        counts = np.bincount(number)
        present = np.flatnonzero(counts)
        place = np.zeros(len(counts), dtype=np.intp)
        place[present] = np.arange(len(present))
        return present, place[number]

    @kept
    def _subsets(self) -> tuple[frozenset[int], ...]:
        players = self.players
        if len(self.players) > MOST_SHARED_EDITS:
            return tuple(frozenset(players[:size]) for size in range(len(players) + 1))
        sizes = range(len(players) + 1)
        return tuple(frozenset(c) for size in sizes for c in combinations(players, size))

    @kept
    def _values(self) -> dict[frozenset[int], Floats]:
        return _Values(self.question, self.rows, self._places).of(self._subsets)

    def shares(self) -> Iterator[tuple[int, Floats]]:
        """Yield each edit's share of the difference, shape (places, keys)."""
        values, players = self._values, self.players
        if len(self.players) > MOST_SHARED_EDITS:
            for before, after, player in zip(
                self._subsets[:-1], self._subsets[1:], players, strict=True
            ):
                yield player, values[after] - values[before]
            return
        count = len(players)
        for player in players:
            gains = np.zeros((len(self.places), len(WHY_KEYS)))
            for chosen in self._subsets:
                if player not in chosen:
                    size = len(chosen)
                    weight = factorial(size) * factorial(count - size - 1) / factorial(count)
                    gains += weight * (values[chosen | {player}] - values[chosen])
            yield player, gains


class _Values:
    """Figures of some parcels after any of the edits, each block under each case once."""

    def __init__(self, question: Question, rows: Rows, places: tuple[Rows, Rows]) -> None:
        self._question = question
        self._part = question.inputs.take(rows)
        self._names = question.names.part(rows)
        self._count, self._place = len(places[0]), places[1]
        self._moved: dict[frozenset[int], tuple[ParcelInputs, tuple[Block, ...]]] = {}
        self._found: dict[tuple[Block, Case], Floats] = {}

    def of(self, subsets: Sequence[frozenset[int]]) -> dict[frozenset[int], Floats]:
        """Return the figures after each set of edits, shape (places, keys)."""
        parts = {switched: self._blocks(switched) for switched in subsets}
        jobs = list(dict.fromkeys(job for blocks in parts.values() for job in blocks))

        def run(number: int) -> None:
            self._found[jobs[number]] = self._sums(*jobs[number])

        in_threads(run, range(len(jobs)), rows=sum(len(block) for block, _case in jobs))
        nothing = np.zeros((self._count, len(WHY_KEYS)))
        return {
            switched: sum((self._found[job] for job in blocks), nothing)
            for switched, blocks in parts.items()
        }

    def _blocks(self, switched: frozenset[int]) -> list[tuple[Block, Case]]:
        """Return the parcels in blocks after some edits, each with the case that bites it."""
        question, parameters = self._question, self._question.final.parameters
        moving = frozenset(player for player in switched if question.steps[player].moves)
        values = question.changes(switched, moves=False)
        overrides = apply_changes(values, self._part.take(_NOBODY), question.document).overrides
        table = sector_table(question.document, overrides, parameters["storey_m"])
        if moving not in self._moved:
            moves = question.changes(switched, moves=True)
            applied = apply_changes(moves, self._part, question.document, names=self._names)
            everyone = np.arange(len(self._part))
            # Runs are summed by commune: here the place in the final outcome is what matters.
            inputs = replace(applied.inputs, commune=self._place.astype(np.int32))
            raw_land_min_m2 = parameters["raw_land_min_m2"]
            blocks = tuple(blocks_of(inputs, everyone, question.document, raw_land_min_m2))
            self._moved[moving] = inputs, blocks
        inputs, blocks = self._moved[moving]
        _table, cases = cases_of(inputs, blocks, table, parameters)
        return list(zip(blocks, cases, strict=True))

    def _sums(self, block: Block, case: Case) -> Floats:
        """Return the figures of a block by place, shape (places, keys).

        They add up to the central totals, but for what stands, which no edit changes: what is
        unknown counts as nothing.
        """
        basis = self._question.basis
        tally = central_tally(block_figures(block, case, basis.parameters), basis)
        taken = take_up_of(basis.parameters)[tally.land_class]
        net, more_net, dwellings, more_dwellings = tally.sums
        people = people_per_dwelling(basis.parameters, CENTRAL)
        ours = (dwellings, more_dwellings, taken * more_dwellings)
        columns = (net, more_net, taken * more_net, *ours, *(people * values for values in ours))
        found = np.zeros((self._count, len(WHY_KEYS)))
        np.add.at(found, tally.commune, np.array(columns).T)
        return found


_NOBODY = np.zeros(0, dtype=np.intp)
