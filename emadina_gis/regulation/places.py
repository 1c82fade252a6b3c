"""Where things stand in a planning document: places such as ``sector.B4`` and ``article.4.3``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument, Rule, Sector, Zone
    from emadina_gis.regulation.printed import Article

_RANGE = re.compile(r"(\d+)\s*-\s*(\d+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_OWNED = re.compile(r"(sector|zone)\.([\w-]+)")


def place_of_sector(sector: Sector) -> str:
    """Return the place of a sector."""
    return f"sector.{sector.code}"


def place_of_zone(zone: Zone) -> str:
    """Return the place of a zone."""
    return f"zone.{zone.code}"


def place_of_article(article: Article) -> str:
    """Return the place of an article."""
    return f"article.{article.number}"


def all_rules(document: PlanningDocument) -> Iterator[Rule]:
    """Yield every rule of a document once."""
    yield from document.rules
    for zone in document.zones.values():
        yield from zone.rules
    for sector in document.sectors:
        yield from sector.rules
    for line in document.printed.linear_rules:
        yield from line.rules


def sectors_at(document: PlanningDocument, place: str) -> tuple[str, ...]:
    """Return the codes of the sectors that something at a place concerns."""
    owned = _OWNED.match(place)
    if owned is None:
        return document.sector_codes if place.startswith("general") else ()
    if owned[1] == "sector":
        return (owned[2],)
    return tuple(sector.code for sector in document.sectors if sector.zone.code == owned[2])


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the article numbers that a text names, ranges in full: "9-10, 4.3" → 9, 10, 4.3."""
    found: list[str] = []
    for part in text.split(","):
        whole = _RANGE.fullmatch(part.strip())
        if whole is not None:
            found.extend(str(n) for n in range(int(whole[1]), int(whole[2]) + 1))
        else:
            found.extend(_NUMBER.findall(part))
    return tuple(found)


def parent_of(number: str) -> str:
    """Return the number of the article that a part belongs to, empty for a whole article."""
    return number.rpartition(".")[0]
