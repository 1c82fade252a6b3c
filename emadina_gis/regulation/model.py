"""Planning documents as frozen values: document → zone → sector → rule.

Each rule carries its article, its page where known, the condition under which it applies and who
verified it. Nothing here reads a file or computes a capacity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from emadina_gis.errors import ZoningError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from emadina_gis.regulation.printed import (
        Article,
        Law,
        LinearRule,
        Provision,
        Reservation,
        Servitude,
        Statement,
    )


@dataclass(frozen=True)
class Text:
    """A text in French, Arabic and English; what is not French is an unofficial translation."""

    fr: str = ""
    ar: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """Return the text in ``"fr"``, ``"ar"`` or ``"en"``, in French where it is missing."""
        texts = {"fr": self.fr, "ar": self.ar, "en": self.en}
        return texts.get(language) or self.fr


@dataclass(frozen=True)
class Condition:
    """When a rule applies; an empty condition always holds.

    Attributes
    ----------
    lot : bool or None
        The parcel comes from a lotissement (True), does not (False), or either (None).
    uses : tuple of str
        Intended uses; empty for any.
    road_width_min_m : float or None
        At least one bordering street or open space is this wide, in metres.
    """

    lot: bool | None = None
    uses: tuple[str, ...] = ()
    road_width_min_m: float | None = None

    @property
    def precision(self) -> int:
        """How many conditions are set: the more precise rule wins."""
        return (self.lot is not None) + bool(self.uses) + (self.road_width_min_m is not None)

    def holds(self, *, lot: bool | None, use: str, road_width_m: float | None) -> bool:
        """Return whether the rule applies to this regime, use and widest road."""
        if self.lot is not None and self.lot is not lot:
            return False
        if self.uses and use not in self.uses:
            return False
        wide = self.road_width_min_m
        return wide is None or (road_width_m is not None and road_width_m >= wide)


#: The case of a parcel that says nothing of itself.
ANYWHERE = Condition()


@dataclass(frozen=True)
class Citation:
    """Where a value is printed: article, page (empty where not known) and a note.

    ``source`` says where a value was read that has no article: another sheet, a digitised table.
    """

    article: str
    page: str = ""
    note: Text = field(default_factory=Text)
    flag: str = ""
    verified_by: str = ""
    source: Text = field(default_factory=Text)


@dataclass(frozen=True)
class Rule:
    """One value of one kind of rule."""

    kind: str
    value: float
    citation: Citation
    condition: Condition = ANYWHERE
    place: str = ""


@dataclass(frozen=True)
class ForbiddenUses:
    """What may not be built in a zone; ``listed`` is False where only the article is known."""

    text: Text
    citation: Citation
    listed: bool = True


@dataclass(frozen=True)
class Share:
    """An editable share with its range and where it comes from."""

    value: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Profile:
    """How floor area turns into dwellings and jobs in a zone (no rule of the document)."""

    housing_share: Share | None = None
    dwellings: str = "by_area"
    other_use: str = ""


@dataclass(frozen=True)
class Unlimited:
    """A kind of rule that the document expressly leaves without a value."""

    kind: str
    citation: Citation
    condition: Condition = ANYWHERE


@dataclass(frozen=True, eq=False)
class Zone:
    """A zone: what its sectors share.

    Attributes
    ----------
    ratio_base : Citation or None
        Where the text says of which land the ratios are a share; None where it does not.
    nature : str
        Why a zone without numbers has none: ``"restructuring"``, ``"project"``, ``"protected"``.
    """

    code: str
    title: Text
    form: str
    articles: str
    rules: tuple[Rule, ...] = ()
    forbidden: ForbiddenUses | None = None
    profile: Profile = field(default_factory=Profile)
    default_use: str = "housing"
    ratio_base: Citation | None = None
    nature: str = ""
    unlimited: tuple[Unlimited, ...] = ()


@dataclass(frozen=True, eq=False)
class Sector:
    """A sector of a zone: its own rules, or a mix of other sectors, or no number at all."""

    code: str
    zone: Zone
    title: Text
    form: str
    rules: tuple[Rule, ...] = ()
    mix: tuple[tuple[str, float], ...] = ()
    mix_citation: Citation | None = None
    no_number: Citation | None = None
    one_dwelling_per_level: bool = False
    other_use: str = ""
    unlimited: tuple[Unlimited, ...] = ()


@dataclass(frozen=True)
class ParkingNorm:
    """Parking a use needs: ``places`` per dwelling, ``gross_m2``, ``net_m2`` or room."""

    use: str
    places: float
    per: str
    text: Text
    citation: Citation


@dataclass(frozen=True)
class Bonus:
    """An alternative rule that adds floor area to an integrated operation."""

    key: str
    share: float
    text: Text
    citation: Citation


@dataclass(frozen=True)
class Identity:
    """Which document this is, and where it stands in its life.

    ``missing`` says what a document that is not complete lacks; empty where it is complete.
    """

    kind: str
    title: Text
    commune_code: str
    commune: Text
    agency: Text
    plan_number: str
    status: str
    decree: str
    bulletin: str
    bulletin_source: str
    dates: Mapping[str, dt.date]
    reservations_article: str
    verified_by: str
    missing: Text = field(default_factory=Text)

    @property
    def is_complete(self) -> bool:
        """Whether the whole printed document was transcribed."""
        return not self.missing.fr


@dataclass(frozen=True)
class Printed:
    """What the document prints beside its values, and the texts that its entries share.

    ``notes``, ``sources`` and ``topics`` are named texts; `ratio_base` is the article that says of
    which land the ratios are a share, for zones that do not say it themselves.
    """

    notes: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    topics: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    articles: tuple[Article, ...] = ()
    statements: tuple[Statement, ...] = ()
    provisions: tuple[Provision, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    servitudes: tuple[Servitude, ...] = ()
    linear_rules: tuple[LinearRule, ...] = ()
    laws: tuple[Law, ...] = ()
    ratio_base: Citation | None = None


@dataclass(frozen=True, eq=False)
class PlanningDocument:
    """A planning document: identity, general rules, zones and sectors.

    ``sectors`` is in the order of the file; codes of parcels index it. Documents are compared by
    identity: one is loaded once and shared.
    """

    id: str
    identity: Identity
    labels: Mapping[str, Text]
    rules: tuple[Rule, ...]
    zones: Mapping[str, Zone]
    sectors: tuple[Sector, ...]
    parking: tuple[ParkingNorm, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    printed: Printed = field(default_factory=Printed)

    def __post_init__(self) -> None:
        index = {sector.code: position for position, sector in enumerate(self.sectors)}
        object.__setattr__(self, "_index", MappingProxyType(index))

    @property
    def sector_codes(self) -> tuple[str, ...]:
        """Codes of the sectors, in order."""
        return tuple(sector.code for sector in self.sectors)

    def index_of(self, code: str) -> int:
        """Return the index of a sector's code, -1 if the document has none of that name."""
        index: Mapping[str, int] = self.__dict__["_index"]
        return index.get(code, -1)

    def sector(self, code: str) -> Sector:
        """Return a sector by its code.

        Raises
        ------
        ZoningError
            With code ``zoning.no-sector`` if the document has none of that name.
        """
        position = self.index_of(code)
        if position < 0:
            raise ZoningError("zoning.no-sector", sector=code, document=self.id)
        return self.sectors[position]

    def rules_of(self, sector: Sector) -> Iterator[tuple[int, Rule]]:
        """Yield (scope, rule) that bite a sector: 0 the document's, 1 the zone's, 2 its own."""
        for scope, rules in enumerate((self.rules, sector.zone.rules, sector.rules)):
            for rule in rules:
                yield scope, rule

    def label(self, kind: str, language: str) -> str:
        """Return the document's own label of a kind of rule, empty where it has none."""
        text = self.labels.get(kind)
        return text.in_language(language) if text else ""
