"""``Overrides``: values that a scenario puts in place of a document's, sector by sector.

Values are absolute. A key is a kind of rule, alone or followed by a regime:
``floor_ratio`` replaces every value the document has for the sector (both regimes where it has
none), ``floor_ratio.lot`` and ``floor_ratio.raw`` only that of lots or of other land.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from emadina_gis.errors import ZoningError
from emadina_gis.regulation.kinds import KINDS

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument

#: Suffixes of keys, and whether they mean lots.
REGIMES: Mapping[str, bool] = MappingProxyType({"lot": True, "raw": False})


@dataclass(frozen=True)
class Overrides:
    """Replaced values: (sector, key) → value."""

    values: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        return hash(frozenset(self.values.items()))

    def __bool__(self) -> bool:
        return bool(self.values)

    def with_value(self, sector: str, key: str, value: float) -> Overrides:
        """Return the overrides with one more value (the last one given holds)."""
        return Overrides({**self.values, (sector, key): float(value)})

    def of_sector(self, sector: str) -> tuple[tuple[str, float], ...]:
        """Return the (key, value) pairs of a sector, sorted."""
        return tuple(
            sorted((key, value) for (code, key), value in self.values.items() if code == sector)
        )


#: Nothing replaced.
NO_OVERRIDES = Overrides()


def kind_and_regime(key: str) -> tuple[str, bool | None]:
    """Return the kind of rule a key names, and the regime it is limited to (None for both)."""
    kind, _, suffix = key.partition(".")
    return kind, REGIMES[suffix] if suffix else None


def check_override(document: PlanningDocument, sector: str, key: str, value: float) -> None:
    """Refuse a value that the document's sector cannot take.

    Raises
    ------
    ZoningError
        ``zoning.no-sector``, ``zoning.no-key`` or ``zoning.value``.
    """
    found = document.sector(sector)
    name, _, suffix = key.partition(".")
    kind = KINDS.get(name)
    known = kind is not None and kind.editable and (not suffix or suffix in REGIMES)
    if kind is None or not known or found.no_number is not None:
        raise ZoningError("zoning.no-key", sector=sector, key=key, document=document.id)
    if not kind.takes(value):
        raise ZoningError(
            "zoning.value", sector=sector, key=key, value=value, low=kind.low, high=kind.high
        )
