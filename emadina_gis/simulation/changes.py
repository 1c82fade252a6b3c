"""The changes that a scenario is made of: what each one says, and how a file writes it.

Every change is absolute: "COS of D3 = 0.9", "this piece of land is reserved", never "+20 %". One
with a geometry keeps what was drawn and what it took from each parcel, worked out when it was made,
so that applying it is arithmetic. What changes do to parcels is in ``draft``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from types import MappingProxyType
from typing import Any, ClassVar

from emadina_gis.simulation.drawn import Drawn

#: A parcel is named by its row id, or by the title a person knows.
ParcelName = int | str
#: Square metres, or metres, by parcel.
Amounts = tuple[tuple[ParcelName, float], ...]
#: Numbers by key, sorted.
Numbers = tuple[tuple[str, float], ...]
#: Before the summary of a change: an edit that takes it away.
WITHOUT = "without "
_BY_KEY = frozenset({"values", "basis"})


class _Written:
    """Writes a change: its kind and every field that is not as by default."""

    kind: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """Return the change as it is written in a file."""
        written: dict[str, Any] = {"change": self.kind}
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if item.default is MISSING or value != item.default:
                written[item.name] = dict(value) if item.name in _BY_KEY else _plain(value)
        return written


def _plain(value: Any) -> Any:
    if isinstance(value, Drawn):
        return value.to_dict()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _names(*amounts: Amounts) -> tuple[ParcelName, ...]:
    """Return the parcels of some amounts, each once, in order."""
    return tuple(dict.fromkeys(name for group in amounts for name, _amount in group))


@dataclass(frozen=True)
class SetSector(_Written):
    """Parcels are put in a sector of the document: chosen ones, or those a drawn area caught."""

    kind = "set_sector"
    ids: tuple[ParcelName, ...]
    sector: str
    area: Drawn | None = None

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"set_sector:{self.sector}:{len(self.ids)}"


@dataclass(frozen=True)
class SetSectorValue(_Written):
    """A value of a sector is replaced, for every parcel in it."""

    kind = "set_sector_value"
    sector: str
    key: str
    value: float

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """No parcel is named: the sector is."""
        return ()

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"set_sector_value:{self.sector}:{self.key}={self.value:g}"


@dataclass(frozen=True)
class SetRegime(_Written):
    """Parcels are said to come from a lotissement (True), not to (False), or unknown (None)."""

    kind = "set_regime"
    ids: tuple[ParcelName, ...]
    lot: bool | None

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        names = {True: "lot", False: "raw", None: "unknown"}
        return f"set_regime:{names[self.lot]}:{len(self.ids)}"


@dataclass(frozen=True)
class AddReservation(_Written):
    """Land is reserved for public equipment or green.

    Attributes
    ----------
    taken : tuple of (parcel, m²)
    index : str
        Index of the nomenclature (``E122``).
    nature : str
        What it is reserved for, in the person's words.
    area : Drawn, optional
    """

    kind = "add_reservation"
    taken: Amounts
    index: str = ""
    nature: str = ""
    area: Drawn | None = None

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """The parcels it touches."""
        return _names(self.taken)

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"add_reservation:{self.index or self.nature}:{len(self.taken)}"


@dataclass(frozen=True)
class LiftReservation(_Written):
    """Reserved land is given back: it lapsed, or the plan gives it up.

    ``sector`` is the sector that the land falls back to; empty leaves the parcel's own.
    """

    kind = "lift_reservation"
    freed: Amounts
    sector: str = ""
    index: str = ""
    area: Drawn | None = None

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """The parcels it touches."""
        return _names(self.freed)

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"lift_reservation:{self.index}:{len(self.freed)}"


@dataclass(frozen=True)
class AddServitude(_Written):
    """A servitude makes land unbuildable (a line's corridor, a stream, a belt)."""

    kind = "add_servitude"
    taken: Amounts
    nature: str = ""
    area: Drawn | None = None

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """The parcels it touches."""
        return _names(self.taken)

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"add_servitude:{self.nature}:{len(self.taken)}"


@dataclass(frozen=True)
class LiftServitude(_Written):
    """A servitude is reduced: its land may be built again, in the sector around (art. 5)."""

    kind = "lift_servitude"
    freed: Amounts
    sector: str = ""
    nature: str = ""
    area: Drawn | None = None

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """The parcels it touches."""
        return _names(self.freed)

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"lift_servitude:{self.nature}:{len(self.freed)}"


@dataclass(frozen=True)
class AddRoad(_Written):
    """A road is planned or widened.

    Attributes
    ----------
    line : Drawn
        Its axis.
    width_m : float
        Between alignments.
    taken : tuple of (parcel, m²)
        Land that it takes.
    widths : tuple of (parcel, m)
        Parcels on it whose street becomes wider, with the new width.
    """

    kind = "add_road"
    line: Drawn
    width_m: float
    taken: Amounts = ()
    widths: Amounts = ()
    name: str = ""

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """The parcels it touches."""
        return _names(self.taken, self.widths)

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"add_road:{self.name or f'{self.width_m:g} m'}:{len(self.ids)}"


@dataclass(frozen=True)
class AddTransitLine(_Written):
    """A tram, bus or rail line: it takes the land of its corridor, and serves what is near.

    Attributes
    ----------
    line : Drawn
    mode : str
        In the person's words.
    width_m : float
        Of its own corridor; 0 where it runs in a street.
    taken : tuple of (parcel, m²)
    stops : Drawn, optional
    radius_m : float
        How far from a stop (from the line where there are none) a parcel counts as served.
    """

    kind = "add_transit_line"
    line: Drawn
    mode: str = ""
    width_m: float = 0.0
    taken: Amounts = ()
    stops: Drawn | None = None
    radius_m: float = 500.0
    name: str = ""

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """The parcels it takes land from."""
        return _names(self.taken)

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"add_transit_line:{self.name or self.mode}:{len(self.taken)}"


@dataclass(frozen=True)
class ProtectLand(_Written):
    """Land is protected: nothing may be built on it."""

    kind = "protect_land"
    taken: Amounts
    reason: str = ""
    area: Drawn | None = None

    @property
    def ids(self) -> tuple[ParcelName, ...]:
        """The parcels it touches."""
        return _names(self.taken)

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"protect_land:{self.reason}:{len(self.taken)}"


@dataclass(frozen=True)
class Derogation(_Written):
    """Parcels are allowed other values than their sector's, by a letter and under obligations.

    Attributes
    ----------
    ids : tuple of parcels
    values : tuple of (key, value)
        As a sector's values (`regulation.Overrides`), for these parcels only.
    reference, date : str
        Of the letter; the date as ``2026-03-31``.
    obligations : str
    """

    kind = "derogation"
    ids: tuple[ParcelName, ...]
    values: Numbers
    reference: str = ""
    date: str = ""
    obligations: str = ""

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"derogation:{self.reference}:{len(self.ids)}"


@dataclass(frozen=True)
class GrantBonus(_Written):
    """An integrated operation gets floor area for what it gives (art. 9–20).

    Attributes
    ----------
    ids : tuple of parcels
    bonus : str
        Key of one of the document's bonuses.
    share : float
        Of the net floor area.
    basis : tuple of (input, value)
        What the share was worked out from (`bonus.share_of`).
    """

    kind = "grant_bonus"
    ids: tuple[ParcelName, ...]
    bonus: str
    share: float
    basis: Numbers = ()

    @property
    def summary(self) -> str:
        """Short name that tells the change from others, the same in every language."""
        return f"grant_bonus:{self.bonus}:{len(self.ids)}"


Change = (
    SetSector
    | SetSectorValue
    | SetRegime
    | AddReservation
    | LiftReservation
    | AddServitude
    | LiftServitude
    | AddRoad
    | AddTransitLine
    | ProtectLand
    | Derogation
    | GrantBonus
)
_ALL: tuple[type[Change], ...] = (
    SetSector,
    SetSectorValue,
    SetRegime,
    AddReservation,
    LiftReservation,
    AddServitude,
    LiftServitude,
    AddRoad,
    AddTransitLine,
    ProtectLand,
    Derogation,
    GrantBonus,
)
#: Every kind of change by the name that files give it.
CHANGE_KINDS: Mapping[str, type[Change]] = MappingProxyType({made.kind: made for made in _ALL})
