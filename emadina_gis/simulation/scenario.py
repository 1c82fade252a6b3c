"""Scenarios: ordered, absolute changes to parcels and to the values of sectors.

"COS of D3 = 0.9", never "+20 %": applied twice, a scenario gives what it gives once. A scenario is
a value: it knows no project, and applying it gives new inputs and overrides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.errors import AnalysisError, Problem, Severity, ZoningError
from emadina_gis.regulation import NO_OVERRIDES, Overrides, check_override
from emadina_gis.simulation.parcels import Regime

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.parcels import ParcelInputs

SCHEMA = 1
#: A parcel is named by its row id, or by the title a person knows.
ParcelName = int | str


@dataclass(frozen=True)
class SetSector:
    """Parcels are put in a sector of the document."""

    ids: tuple[ParcelName, ...]
    sector: str

    def to_dict(self) -> dict[str, Any]:
        """Return the change as it is written in a file."""
        return {"change": "set_sector", "ids": list(self.ids), "sector": self.sector}

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"set_sector:{self.sector}:{len(self.ids)}"


@dataclass(frozen=True)
class SetSectorValue:
    """A value of a sector is replaced, for every parcel in it."""

    sector: str
    key: str
    value: float

    def to_dict(self) -> dict[str, Any]:
        """Return the change as it is written in a file."""
        named = {"sector": self.sector, "key": self.key, "value": self.value}
        return {"change": "set_sector_value", **named}

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"set_sector_value:{self.sector}:{self.key}={self.value:g}"


@dataclass(frozen=True)
class SetRegime:
    """Parcels are said to come from a lotissement (True), not to (False), or unknown (None)."""

    ids: tuple[ParcelName, ...]
    lot: bool | None

    def to_dict(self) -> dict[str, Any]:
        """Return the change as it is written in a file."""
        return {"change": "set_regime", "ids": list(self.ids), "lot": self.lot}

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        names = {True: "lot", False: "raw", None: "unknown"}
        return f"set_regime:{names[self.lot]}:{len(self.ids)}"


Change = SetSector | SetSectorValue | SetRegime


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
    """

    id: str
    name: str
    changes: tuple[Change, ...] = ()
    notes: str = ""
    author: str = ""

    def with_change(self, change: Change) -> Scenario:
        """Return the scenario with one more change at its end."""
        return replace(self, changes=(*self.changes, change))

    def without_change(self, index: int) -> Scenario:
        """Return the scenario without one of its changes."""
        return replace(self, changes=self.changes[:index] + self.changes[index + 1 :])

    def to_dict(self) -> dict[str, Any]:
        """Return the scenario as it is written in a file."""
        return {
            "schema": SCHEMA,
            "id": self.id,
            "name": self.name,
            "notes": self.notes,
            "author": self.author,
            "changes": [change.to_dict() for change in self.changes],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Scenario:
        """Return the scenario that a file describes.

        Raises
        ------
        AnalysisError
            ``scenario.too-new`` for a later schema, ``scenario.file`` with the place otherwise.
        """
        schema = content.get("schema", SCHEMA)
        if isinstance(schema, int) and schema > SCHEMA:
            raise AnalysisError("scenario.too-new", schema=schema)
        changes = content.get("changes", [])
        if schema != SCHEMA or not isinstance(changes, list):
            raise AnalysisError("scenario.file", place="changes")
        name = str(content.get("name", ""))
        return cls(
            id=str(content.get("id", name)),
            name=name,
            changes=tuple(_change(entry, index) for index, entry in enumerate(changes)),
            notes=str(content.get("notes", "")),
            author=str(content.get("author", "")),
        )


#: Nothing changed: the reference.
BASELINE = Scenario("baseline", "")


def _change(entry: Any, index: int) -> Change:
    place = f"changes[{index}]"
    if not isinstance(entry, Mapping):
        raise AnalysisError("scenario.file", place=place)
    try:
        kind = entry["change"]
        if kind == "set_sector":
            return SetSector(_ids(entry["ids"]), str(entry["sector"]))
        if kind == "set_sector_value":
            return SetSectorValue(str(entry["sector"]), str(entry["key"]), float(entry["value"]))
        if kind == "set_regime" and entry["lot"] in (True, False, None):
            return SetRegime(_ids(entry["ids"]), entry["lot"])
    except (KeyError, TypeError, ValueError) as error:
        raise AnalysisError("scenario.file", place=place) from error
    raise AnalysisError("scenario.file", place=place)


def _ids(values: Any) -> tuple[ParcelName, ...]:
    if not isinstance(values, list) or not all(
        isinstance(value, int | str) and not isinstance(value, bool) for value in values
    ):
        raise ValueError(values)
    return tuple(values)


@dataclass(frozen=True, eq=False)
class Applied:
    """What a scenario makes of inputs: new inputs, values in place of the document's, findings."""

    inputs: ParcelInputs
    overrides: Overrides
    problems: tuple[Problem, ...] = ()


def apply_changes(
    changes: tuple[Change, ...], inputs: ParcelInputs, document: PlanningDocument
) -> Applied:
    """Return inputs and overrides after some changes; the inputs given are not written.

    Raises
    ------
    ZoningError
        If a change names a sector or a value that the document does not have.
    """
    sector, regime = inputs.sector, inputs.regime
    overrides = NO_OVERRIDES
    names = _Names(inputs)
    lost = 0
    for change in changes:
        if isinstance(change, SetSectorValue):
            check_override(document, change.sector, change.key, change.value)
            overrides = overrides.with_value(change.sector, change.key, change.value)
            continue
        rows = names.rows(change.ids)
        lost += len(change.ids) - len(rows)
        if isinstance(change, SetSector):
            sector = _set(sector, inputs.sector, rows, _index(document, change.sector))
        else:
            known = _regimes(inputs) if regime is None else regime
            value = Regime.UNKNOWN if change.lot is None else Regime(int(change.lot))
            regime = _set(known, inputs.regime, rows, int(value))
    origin = inputs.sector if inputs.origin_sector is None else inputs.origin_sector
    changed = replace(inputs, sector=sector, regime=regime, origin_sector=origin)
    problems = (Problem("scenario.parcels-lost", Severity.WARNING, count=lost),) if lost else ()
    return Applied(changed, overrides, problems)


def apply_scenario(scenario: Scenario, inputs: ParcelInputs, document: PlanningDocument) -> Applied:
    """Return inputs and overrides after a scenario; see `apply_changes`."""
    return apply_changes(scenario.changes, inputs, document)


def _index(document: PlanningDocument, code: str) -> int:
    index = document.index_of(code)
    if index < 0:
        raise ZoningError("zoning.no-sector", sector=code, document=document.id)
    return index


def _regimes(inputs: ParcelInputs) -> NDArray[np.int8]:
    return np.full(len(inputs), int(Regime.UNKNOWN), dtype=np.int8)


def _set(
    values: NDArray[Any], original: NDArray[Any] | None, rows: NDArray[np.intp], value: int
) -> NDArray[Any]:
    """Return values with some rows replaced; the original array is copied, never written."""
    changed = values.copy() if values is original else values
    changed[rows] = value
    return changed


class _Names:
    """Finds rows by row id or by title; the titles are indexed when one is first asked for."""

    def __init__(self, inputs: ParcelInputs) -> None:
        self._inputs = inputs
        self._by_title: dict[str, int] | None = None

    def rows(self, ids: tuple[ParcelName, ...]) -> NDArray[np.intp]:
        numbers = [name for name in ids if isinstance(name, int)]
        titles = [name for name in ids if isinstance(name, str)]
        rows = self._inputs.rows_of(np.array(numbers, dtype=np.int64))
        if not titles:
            return rows
        index = self._index()
        found = [index[title] for title in titles if title in index]
        return np.concatenate([rows, np.array(found, dtype=np.intp)])

    def _index(self) -> dict[str, int]:
        if self._by_title is None:
            titles = self._inputs.parcel_id
            listed = [] if titles is None else titles.tolist()
            self._by_title = {str(t): row for row, t in enumerate(listed) if t is not None}
        return self._by_title


def rows_named(change: SetSector | SetRegime, inputs: ParcelInputs) -> NDArray[np.intp]:
    """Return the rows of the parcels that a change names."""
    return _Names(inputs).rows(change.ids)
