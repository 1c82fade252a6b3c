"""``Intake``: what arrived so far, what the person decided about it, and what waits to be read.

A frozen value: the window shows it, each decision gives another one. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.workflows.diagnosis import Arrival, ImportCandidate, Question, Standing
from emadina_gis.workflows.importing import decision_notes, layers_from
from emadina_gis.workflows.previewing import Placed
from emadina_gis.workflows.table_places import place_columns_of

if TYPE_CHECKING:
    from emadina_gis.domain.layer import Layer, VectorLayer
    from emadina_gis.domain.schema import Schema
    from emadina_gis.errors import Problem
    from emadina_gis.io.diagnosis import FileDiagnosis
    from emadina_gis.workflows.arrivals import Arrivals, LeftOut


@dataclass(frozen=True)
class Intake:
    """What arrived and what is decided.

    Attributes
    ----------
    files : tuple of FileDiagnosis
        The files that were read, in order.
    candidates, added : tuple of ImportCandidate
        The layers that are here, and those that were added already.
    waiting : tuple of Path
        Files not yet read; when `stopped`, they stay so until the person goes on.
    left_out : tuple of LeftOut
        What was dropped and is no data.
    crs : Mapping of key to Crs
        Chosen systems.
    swapped, unwanted, trusted : frozenset of keys
        Layers with exchanged axes, not to be added, and whose texts were said to read right.
    originals : Mapping of key to ImportCandidate
        Layers whose geometry was mended, as they came.
    axes : frozenset of keys
        Layers for which the person decided on the axes, either way.
    """

    files: tuple[FileDiagnosis, ...] = ()
    candidates: tuple[ImportCandidate, ...] = ()
    added: tuple[ImportCandidate, ...] = ()
    waiting: tuple[Path, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    total: int = 0
    stopped: bool = False
    crs: Mapping[str, Crs] = field(default_factory=dict)
    swapped: frozenset[str] = frozenset()
    axes: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    originals: Mapping[str, ImportCandidate] = field(default_factory=dict)

    # --- what arrives -------------------------------------------------------------------------

    def begun(self, arrivals: Arrivals) -> Intake:
        """Return the intake that waits for these files too."""
        files = arrivals.files
        return replace(
            self,
            waiting=(*self.waiting, *files),
            total=self.total + len(files),
            left_out=(*self.left_out, *arrivals.left_out),
            stopped=False,
        )

    def with_arrival(self, arrival: Arrival) -> Intake:
        """Return the intake with a file that was read."""
        path = arrival.diagnosis.path
        known = frozenset(c.key for c in arrival.candidates if c.decided.swapped)
        return replace(
            self,
            files=(*self.files, arrival.diagnosis),
            candidates=(*self.candidates, *arrival.candidates),
            waiting=tuple(other for other in self.waiting if other != path),
            swapped=self.swapped | known,
        )

    def read_again(self, arrival: Arrival) -> Intake:
        """Return the intake with a file read anew, in its place; what was decided stays.

        Layers keep their keys by name.
        """
        path = arrival.diagnosis.path
        keys = {c.name: c.key for c in self.candidates if c.path == path}
        anew = {
            keys[c.name]: _with_key(c, keys[c.name]) for c in arrival.candidates if c.name in keys
        }
        candidates = tuple(anew.get(c.key, c) for c in self.candidates)
        files = tuple(arrival.diagnosis if f.path == path else f for f in self.files)
        originals = {key: kept for key, kept in self.originals.items() if key not in anew}
        return replace(self, candidates=candidates, files=files, originals=originals)

    def replaced(self, key: str, arrival: Arrival) -> Intake:
        """Return the intake where what could not be read gives way to what now was."""
        path = arrival.diagnosis.path
        kept = tuple(c for c in self.candidates if c.key != key)
        files = tuple(f for f in self.files if f.path != path)
        return replace(self, candidates=kept, files=files).with_arrival(arrival)

    def begun_again(self) -> Intake:
        """Return the intake that reads on what a stop left."""
        return replace(self, stopped=False)

    def stop(self) -> Intake:
        """Return the intake that reads no further."""
        return replace(self, stopped=True)

    @property
    def is_reading(self) -> bool:
        """Whether files are being read."""
        return bool(self.waiting) and not self.stopped

    # --- decisions ----------------------------------------------------------------------------

    def with_crs(self, keys: Iterable[str], crs: Crs) -> Intake:
        """Return the intake with a system chosen for layers; an unknown one takes it back."""
        chosen = {key: old for key, old in self.crs.items() if key not in set(keys)}
        if crs.is_known:
            chosen |= dict.fromkeys(keys, crs)
        return replace(self, crs=MappingProxyType(chosen))

    def with_axes(self, keys: Collection[str], *, swapped: bool) -> Intake:
        """Return the intake with the axes of layers exchanged, or left as they are."""
        turned = self.swapped | set(keys) if swapped else self.swapped - set(keys)
        return replace(self, swapped=frozenset(turned), axes=self.axes | set(keys))

    def with_wanted(self, key: str, *, wanted: bool) -> Intake:
        """Return the intake where a layer is to be added or not."""
        rest = self.unwanted - {key} if wanted else self.unwanted | {key}
        return replace(self, unwanted=rest)

    def trusting(self, keys: Iterable[str]) -> Intake:
        """Return the intake where the texts of layers read right."""
        return replace(self, trusted=self.trusted | set(keys))

    def with_schema(self, key: str, schema: Schema) -> Intake:
        """Return the intake with roles confirmed for a layer."""
        return replace(self, schemas=MappingProxyType({**self.schemas, key: schema}))

    def mended(self, key: str, layer: VectorLayer) -> Intake:
        """Return the intake with a layer whose geometry was mended."""
        old = self.candidate(key)
        if old is None:
            return self
        anew = replace(old, layer=layer, problems=layer.problems)
        return replace(
            self._with_candidate(anew),
            originals=MappingProxyType({key: old, **self.originals}),
        )

    def with_places(self, anew: ImportCandidate) -> Intake:
        """Return the intake with a table that lies by columns which the person chose."""
        old = self.originals.get(anew.key) or self.candidate(anew.key)
        if old is None:
            return self
        originals = MappingProxyType({**self.originals, anew.key: old})
        return replace(self._with_candidate(anew), originals=originals)

    def unmended(self, key: str) -> Intake:
        """Return the intake with a layer as it came."""
        if key not in self.originals:
            return self
        rest = {other: kept for other, kept in self.originals.items() if other != key}
        made = self._with_candidate(self.originals[key])
        return replace(made, originals=MappingProxyType(rest))

    def _with_candidate(self, anew: ImportCandidate) -> Intake:
        listed = tuple(anew if c.key == anew.key else c for c in self.candidates)
        return replace(self, candidates=listed)

    def without(self, keys: Collection[str]) -> Intake:
        """Return the intake without layers that were added."""
        kept = tuple(c for c in self.candidates if c.key not in keys)
        added = tuple(c for c in self.candidates if c.key in keys)
        return replace(self, candidates=kept, added=(*self.added, *added))

    # --- how things stand ---------------------------------------------------------------------

    def candidate(self, key: str) -> ImportCandidate | None:
        """Return the candidate of a key."""
        return next((c for c in self.candidates if c.key == key), None)

    def questions(self, candidate: ImportCandidate) -> frozenset[Question]:
        """Return what is still to be decided about a layer."""
        decided = set()
        if candidate.key in self.crs:
            decided.add(Question.CRS)
        if candidate.key in self.axes:
            decided.add(Question.AXES)
        if candidate.key in self.trusted:
            decided.add(Question.ENCODING)
        return candidate.questions - decided

    def standing(self, candidate: ImportCandidate) -> Standing:
        """Return how a layer stands."""
        if candidate.layer is None:
            return Standing.UNREADABLE
        return Standing.TO_DECIDE if self.questions(candidate) else Standing.READY

    def standing_as(self, standing: Standing) -> tuple[ImportCandidate, ...]:
        """Return the layers that stand in a way."""
        return tuple(c for c in self.candidates if self.standing(c) is standing)

    def asking(self, question: Question) -> tuple[ImportCandidate, ...]:
        """Return the layers that wait for a decision of a kind."""
        return tuple(c for c in self.candidates if question in self.questions(c))

    def alike_in_crs(self) -> tuple[tuple[ImportCandidate, ...], ...]:
        """Return the layers that wait for a system, those with one best guess together."""
        groups: dict[tuple[str, bool], list[ImportCandidate]] = {}
        for item in self.asking(Question.CRS):
            best = item.crs_candidates[0] if item.crs_candidates else None
            key = ("", False) if best is None else (best.crs.definition, best.swapped)
            groups.setdefault(key, []).append(item)
        return tuple(tuple(group) for group in groups.values())

    def is_wanted(self, candidate: ImportCandidate) -> bool:
        """Whether a layer is to be added once it can be."""
        return candidate.layer is not None and candidate.key not in self.unwanted

    @property
    def addable(self) -> tuple[ImportCandidate, ...]:
        """The layers that can be added now and are wanted."""
        return tuple(c for c in self.standing_as(Standing.READY) if self.is_wanted(c))

    @property
    def is_clean(self) -> bool:
        """Whether nothing is to be decided or told: everything can be added at once."""
        whole = all(self.standing(c) is Standing.READY for c in self.candidates)
        quiet = not any(c.problems or place_columns_of(c) for c in self.candidates)
        quiet = quiet and not self.left_out
        return bool(self.candidates) and whole and quiet and not self.waiting

    def crs_of(self, candidate: ImportCandidate) -> Crs:
        """Return the system of a layer: its own, the chosen one, or unknown."""
        if candidate.key in self.crs:
            return self.crs[candidate.key]
        return candidate.layer.crs if candidate.layer is not None else UNKNOWN

    def layers(self, candidates: Iterable[ImportCandidate]) -> tuple[Layer, ...]:
        """Return the layers to add, with what was decided."""
        return layers_from(candidates, self.crs, self.swapped, self.schemas)

    def reported(self) -> tuple[FileDiagnosis, ...]:
        """Return the files with what was decided and mended among their findings."""
        notes = {(c.path, c.name): self._told(c) for c in (*self.candidates, *self.added)}
        return tuple(
            replace(
                file,
                layers=tuple(
                    replace(layer, problems=notes.get((file.path, layer.name), layer.problems))
                    for layer in file.layers
                ),
            )
            for file in self.files
        )

    def _told(self, candidate: ImportCandidate) -> tuple[Problem, ...]:
        crs = self.crs.get(candidate.key) or candidate.decided.crs or UNKNOWN
        turned = candidate.key in self.swapped
        return (*candidate.problems, *decision_notes(candidate, crs, is_turned=turned))

    def placed(self, candidate: ImportCandidate, crs: Crs, *, swapped: bool) -> Placed | None:
        """Return where a layer would lie in a system; None where it has no place."""
        if candidate.layer is None or not crs.is_known:
            return None
        return Placed(candidate.layer, crs, swapped)


def _with_key(candidate: ImportCandidate, key: str) -> ImportCandidate:
    layer = candidate.layer
    made = None if layer is None else replace(layer, id=key)
    return replace(candidate, key=key, layer=made)
