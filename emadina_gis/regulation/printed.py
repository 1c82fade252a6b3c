"""What a regulation prints beside its values: articles, statements and provisions, as values.

Nothing here enters a computation. The checker compares it with the rules; readers are shown it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.regulation.model import Citation, Rule, Text

#: How a statement binds: a thing cannot be both of two that exclude each other.
MODES = ("", "allowed", "required", "forbidden")


@dataclass(frozen=True)
class Reference:
    """An article cited by another, and the topic for which it is cited."""

    article: str
    topic: str = ""


@dataclass(frozen=True)
class Article:
    """An article of the printed text, as far as it was read.

    Attributes
    ----------
    number : str
        Such as ``"4.3"``, or a range such as ``"16-18"`` where nothing of it was transcribed.
    topics : tuple of str
        What it is about: keys of the document's topics; empty where not transcribed.
    cites : tuple of Reference
        Articles that it cites.
    names : tuple of str
        Sectors that it names.
    lists : tuple of str
        Sectors that it enumerates, one entry for each time they are printed.
    parts : tuple of str
        Numbers of all its parts as printed; empty where not all were read.
    """

    number: str
    page: str = ""
    topics: tuple[str, ...] = ()
    cites: tuple[Reference, ...] = ()
    names: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """What one article says, as printed: a value of a kind of rule, or how a topic binds.

    Attributes
    ----------
    article : str
        Empty where the place in the text was not noted.
    scope : str
        ``"zone.A"`` or ``"sector.B4"``; empty for the whole document.
    kind : str
        Kind of rule whose value is printed; empty for a topic.
    value : float or None
        The printed value.
    case : Mapping[str, float]
        Values of other kinds in the same sentence ("23.50 m, that is G+7").
    topic, mode : str
        What is allowed, required or forbidden.
    """

    article: str = ""
    page: str = ""
    scope: str = ""
    kind: str = ""
    value: float | None = None
    case: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    topic: str = ""
    mode: str = ""


@dataclass(frozen=True)
class Provision:
    """A rule in words, with the zones it holds in (empty for all)."""

    key: str
    text: Text
    citation: Citation
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reservation:
    """A code of the plan's reservations and equipment.

    Attributes
    ----------
    nature : str
        ``"road"``, ``"path"``, ``"square"``, ``"parking"``, ``"green"`` or ``"equipment"``.
    is_public : bool
        Whether the land is meant for the public; a private equipment never counts as one.
    lapses : bool
        Whether it falls back on the sector's rules when the reservations expire.
    """

    code: str
    nature: str
    title: Text
    citation: Citation
    is_public: bool = True
    lapses: bool = True


@dataclass(frozen=True)
class Servitude:
    """Land that a servitude makes unbuildable, as a width.

    Attributes
    ----------
    side_m : float or None
        Width on each side of what it is measured from, in metres; None where the text gives none.
    rural_side_m : float or None
        The same outside towns, where it differs.
    strict_m : float or None
        Part of the whole corridor that must stay entirely empty.
    measured_from : str
        ``"axis"``, ``"right_of_way"`` or ``"edge"``.
    """

    key: str
    title: Text
    citation: Citation
    measured_from: str = "edge"
    side_m: float | None = None
    rural_side_m: float | None = None
    strict_m: float | None = None


@dataclass(frozen=True)
class LinearRule:
    """Rules along a line of the plan (front bâti, arcade): they win over the sector's."""

    code: str
    title: Text
    citation: Citation
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Law:
    """A text that the document cites."""

    reference: str
    title: Text


RESERVATION_NATURES = ("road", "path", "square", "parking", "green", "equipment")
MEASURED_FROM = ("axis", "right_of_way", "edge")
