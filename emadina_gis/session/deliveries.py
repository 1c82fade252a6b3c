"""What a person confirmed for delivered files, remembered for the next file of the same sender.

A delivery is recognised by the names of its columns: the same set, or nearly. Only names of
columns, roles and the CRS are kept, never a value. What is remembered is offered first; a CRS is
still confirmed by the person. Kept in one JSON file, written atomically.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.domain.schema import Role
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FILE_NAME = "deliveries.json"
MOST_DELIVERIES = 200
#: Share of columns in common from which two deliveries are of one kind.
_LIKE = 0.9
_FEWEST_COLUMNS = 3


@dataclass(frozen=True)
class Delivery:
    """What was confirmed for files with these columns.

    Attributes
    ----------
    columns : frozenset of str
        Names of the columns, as delivered.
    roles : Mapping of Role to column name
    crs : str
        A CRS definition; empty where none had to be confirmed.
    swapped : bool
        Whether the axes had to be exchanged.
    """

    columns: frozenset[str]
    roles: Mapping[Role, str] = field(default_factory=dict)
    crs: str = ""
    swapped: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", MappingProxyType(dict(self.roles)))

    def likeness(self, names: Iterable[str]) -> float:
        """Return the share of columns in common, in [0, 1]."""
        other = frozenset(names)
        together = self.columns | other
        return len(self.columns & other) / len(together) if together else 0.0


@dataclass(frozen=True)
class Deliveries:
    """Deliveries remembered, the last confirmed first."""

    known: tuple[Delivery, ...] = ()

    def like(self, names: Iterable[str]) -> Delivery | None:
        """Return the delivery whose columns are those of a file, or nearly; None where none is."""
        listed = frozenset(names)
        if len(listed) < _FEWEST_COLUMNS:
            return None
        best = max(self.known, key=lambda one: one.likeness(listed), default=None)
        return best if best is not None and best.likeness(listed) >= _LIKE else None

    def roles_for(self, names: Iterable[str]) -> Mapping[Role, str]:
        """Return the roles confirmed for a file with these columns; empty where there was none."""
        found = self.like(names)
        return {} if found is None else found.roles

    def with_delivery(self, delivery: Delivery) -> Deliveries:
        """Return the deliveries with one confirmed anew, in front."""
        if len(delivery.columns) < _FEWEST_COLUMNS:
            return self
        others = tuple(one for one in self.known if one.columns != delivery.columns)
        return replace(self, known=(delivery, *others)[:MOST_DELIVERIES])


def load_deliveries(folder: Path | None = None) -> Deliveries:
    """Return what is remembered; a file that cannot be read remembers nothing."""
    source = (folder or paths.user_config()) / FILE_NAME
    try:
        listed = json.loads(source.read_text(encoding="utf-8"))
        return Deliveries(tuple(_delivery(entry) for entry in listed))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Deliveries()


def save_deliveries(deliveries: Deliveries, folder: Path | None = None) -> bool:
    """Write what is remembered; return whether that was possible (it is only a convenience)."""
    target = (folder or paths.user_config()) / FILE_NAME
    text = json.dumps([_tree(one) for one in deliveries.known], ensure_ascii=False, indent=1)
    try:
        write_text(target, text)
    except OutputError:
        return False
    return True


def _tree(delivery: Delivery) -> dict[str, Any]:
    return {
        "columns": sorted(delivery.columns),
        "roles": {str(role): name for role, name in sorted(delivery.roles.items())},
        "crs": delivery.crs,
        "swapped": delivery.swapped,
    }


def _delivery(entry: Mapping[str, Any]) -> Delivery:
    known = {str(role) for role in Role}
    roles = {Role(key): str(name) for key, name in entry["roles"].items() if key in known}
    return Delivery(
        frozenset(str(name) for name in entry["columns"]),
        roles,
        str(entry.get("crs", "")),
        bool(entry.get("swapped", False)),
    )
