"""Scenarios: ordered, absolute changes to parcels and to the values of sectors.

"COS of D3 = 0.9", never "+20 %": applied twice, a scenario gives what it gives once. A scenario is
a value: it knows no project, and applying it gives new inputs and overrides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import AnalysisError
from emadina_gis.simulation.change_reading import change_from_dict
from emadina_gis.simulation.changes import (
    Change,
    ParcelName,
    SetRegime,
    SetSector,
    SetSectorValue,
)
from emadina_gis.simulation.draft import Draft, Names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from emadina_gis.errors import Problem
    from emadina_gis.regulation import Overrides, PlanningDocument
    from emadina_gis.simulation.parcels import ParcelInputs

__all__ = [
    "BASELINE",
    "SCHEMA",
    "Applied",
    "Change",
    "Names",
    "ParcelName",
    "Scenario",
    "SetRegime",
    "SetSector",
    "SetSectorValue",
    "apply_changes",
    "apply_scenario",
    "rows_named",
]

#: Version of the file of a scenario; a higher one is refused.
SCHEMA = 2


@dataclass(frozen=True)
class Scenario:
    """A named list of changes, in order.

    Attributes
    ----------
    id : str
        Stable identifier, not shown.
    name : str
        What the person calls it.
    changes : tuple of Change
        Applied in order; the last word on a parcel or a value holds.
    notes, author : str
    parent_id : str
        Scenario that it branched from, empty for none.
    created, modified : str
        Times (``2026-11-23T07:12:00+00:00``), empty where not known.
    """

    id: str
    name: str
    changes: tuple[Change, ...] = ()
    notes: str = ""
    author: str = ""
    parent_id: str = ""
    created: str = ""
    modified: str = ""

    def with_change(self, change: Change) -> Scenario:
        """Return the scenario with one more change at its end."""
        return replace(self, changes=(*self.changes, change))

    def without_change(self, index: int) -> Scenario:
        """Return the scenario without one of its changes."""
        return replace(self, changes=self.changes[:index] + self.changes[index + 1 :])

    def to_dict(self) -> dict[str, Any]:
        """Return the scenario as it is written in a file."""
        told = {name: getattr(self, name) for name in _OPTIONAL if getattr(self, name)}
        return {
            "schema": SCHEMA,
            "id": self.id,
            "name": self.name,
            "notes": self.notes,
            "author": self.author,
            **told,
            "changes": [change.to_dict() for change in self.changes],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Scenario:
        """Return the scenario that a file describes.

        Raises
        ------
        AnalysisError
            ``scenario.too-new`` for a later schema, ``scenario.unknown-change`` for a kind of
            change that is not known, ``scenario.file`` otherwise, both with the place.
        """
        schema = content.get("schema", SCHEMA)
        if not isinstance(schema, int) or schema < 1:
            raise AnalysisError("scenario.file", place="schema")
        if schema > SCHEMA:
            raise AnalysisError("scenario.too-new", schema=schema)
        changes = content.get("changes", [])
        if not isinstance(changes, list):
            raise AnalysisError("scenario.file", place="changes")
        for item in ("id", "name", "notes", "author", *_OPTIONAL):
            if not isinstance(content.get(item, ""), str):
                raise AnalysisError("scenario.file", place=item)
        name = str(content.get("name", ""))
        read = (change_from_dict(entry, f"changes[{n}]") for n, entry in enumerate(changes))
        return cls(
            id=str(content.get("id", name)),
            name=name,
            changes=tuple(read),
            **{item: str(content.get(item, "")) for item in ("notes", "author", *_OPTIONAL)},
        )


_OPTIONAL = ("parent_id", "created", "modified")
#: Nothing changed: the reference.
BASELINE = Scenario("baseline", "")


@dataclass(frozen=True, eq=False)
class Applied:
    """What a scenario makes of inputs: new inputs, values in place of the document's, findings."""

    inputs: ParcelInputs
    overrides: Overrides
    problems: tuple[Problem, ...] = ()


def apply_changes(
    changes: tuple[Change, ...],
    inputs: ParcelInputs,
    document: PlanningDocument,
    *,
    names: Names | None = None,
) -> Applied:
    """Return inputs and overrides after some changes; the inputs given are not written.

    Parameters
    ----------
    names : Names, optional
        Those of the inputs, where changes are applied to them more than once.

    Raises
    ------
    ZoningError
        If a change names a sector or a value that the document does not have.
    AnalysisError
        If a change grants a value or a bonus that does not exist.
    """
    draft = Draft(inputs, document, names)
    for change in changes:
        draft.add(change)
    return Applied(draft.inputs(), draft.overrides, draft.problems())


def apply_scenario(scenario: Scenario, inputs: ParcelInputs, document: PlanningDocument) -> Applied:
    """Return inputs and overrides after a scenario; see `apply_changes`."""
    return apply_changes(scenario.changes, inputs, document)


def rows_named(change: Change, inputs: ParcelInputs) -> NDArray[np.intp]:
    """Return the rows of the parcels that a change names."""
    return Names(inputs).rows(change.ids)
