"""Changing a planning document: pure functions from a document to a document.

Each result is read again as a file would be, so that an impossible value is refused with its place
and every rule knows its own. A *scope* says whose rules are meant: ``""`` the document's,
``"zone.B"`` a zone's, ``"sector.B4"`` a sector's.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from emadina_gis.errors import ZoningError
from emadina_gis.regulation.kinds import KINDS
from emadina_gis.regulation.loader import parse_document
from emadina_gis.regulation.model import ANYWHERE, Rule, Sector, Zone
from emadina_gis.regulation.writer import document_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from emadina_gis.regulation.model import (
        Citation,
        Condition,
        Identity,
        PlanningDocument,
        Printed,
        Text,
    )

    Rules = tuple[Rule, ...]

#: The scope of the rules of the whole document.
EVERYWHERE = ""


def zone_scope(code: str) -> str:
    """Return the scope of a zone's rules."""
    return f"zone.{code}"


def sector_scope(code: str) -> str:
    """Return the scope of a sector's rules."""
    return f"sector.{code}"


def rules_in(document: PlanningDocument, scope: str) -> tuple[Rule, ...]:
    """Return the rules of a scope, in their order.

    Raises
    ------
    ZoningError
        ``zoning.no-sector``, ``zoning.no-zone`` or ``zoning.no-scope``.
    """
    owner, _, code = scope.partition(".")
    if owner == "sector":
        return document.sector(code).rules
    if owner == "zone":
        return _zone(document, code).rules
    if scope == EVERYWHERE:
        return document.rules
    raise ZoningError("zoning.no-scope", scope=scope, document=document.id)


def with_rule(
    document: PlanningDocument,
    scope: str,
    *,
    kind: str,
    value: float,
    citation: Citation,
    condition: Condition = ANYWHERE,
) -> PlanningDocument:
    """Return the document with a rule: in place of the one of that kind and condition, else last.

    Raises
    ------
    ZoningError
        If the scope or the kind does not exist, the value is impossible or nothing is cited; with
        the place.
    """
    if kind not in KINDS:
        place = f"{scope or 'general'}.rules"
        raise ZoningError("zoning.wrong-kind", document=document.id, place=place)
    added = Rule(kind, float(value), citation, condition)

    def put(rules: Rules) -> Rules:
        position = _position(rules, kind, condition)
        if position is None:
            return (*rules, added)
        return (*rules[:position], added, *rules[position + 1 :])

    return _with_rules(document, scope, put)


def without_rule(
    document: PlanningDocument, scope: str, *, kind: str, condition: Condition = ANYWHERE
) -> PlanningDocument:
    """Return the document without the rule of a kind under a condition.

    Raises
    ------
    ZoningError
        ``zoning.no-rule`` if the scope has no such rule.
    """

    def taken(rules: Rules) -> Rules:
        position = _position(rules, kind, condition)
        if position is None:
            raise ZoningError("zoning.no-rule", scope=scope, kind=kind, document=document.id)
        return (*rules[:position], *rules[position + 1 :])

    return _with_rules(document, scope, taken)


def _position(rules: Iterable[Rule], kind: str, condition: Condition) -> int | None:
    found = (
        index
        for index, rule in enumerate(rules)
        if rule.kind == kind and rule.condition == condition
    )
    return next(found, None)


def _with_rules(
    document: PlanningDocument, scope: str, change: Callable[[Rules], Rules]
) -> PlanningDocument:
    rules = change(rules_in(document, scope))
    owner, _, code = scope.partition(".")
    if owner == "sector":
        return with_sector(document, replace(document.sector(code), rules=rules))
    if owner == "zone":
        return with_zone(document, replace(_zone(document, code), rules=rules))
    return _read_again(replace(document, rules=rules))


def new_sector(document: PlanningDocument, code: str, like: str, title: Text) -> Sector:
    """Return a sector of another code with the rules of an existing one, not yet in the document.

    Raises
    ------
    ZoningError
        ``zoning.no-sector`` if there is no sector to copy, ``zoning.code-taken`` if the code is.
    """
    _check_free(document, code)
    return replace(document.sector(like), code=code, title=title)


def _check_free(document: PlanningDocument, code: str) -> None:
    if document.index_of(code) >= 0:
        raise ZoningError("zoning.code-taken", sector=code, document=document.id)


def with_sector(document: PlanningDocument, sector: Sector) -> PlanningDocument:
    """Return the document with a sector: in place of the one of its code, else last.

    Raises
    ------
    ZoningError
        If its zone is not in the document or something in it is impossible; with the place.
    """
    position = document.index_of(sector.code)
    sectors = list(document.sectors)
    if position < 0:
        sectors.append(sector)
    else:
        sectors[position] = sector
    return _read_again(replace(document, sectors=tuple(sectors)))


def renamed_sector(document: PlanningDocument, old: str, new: str) -> PlanningDocument:
    """Return the document with another code for a sector; mixes follow.

    Raises
    ------
    ZoningError
        ``zoning.no-sector``, ``zoning.code-taken`` or ``zoning.wrong-code``.
    """
    document.sector(old)
    _check_free(document, new)
    sectors = tuple(
        replace(
            sector,
            code=new if sector.code == old else sector.code,
            mix=tuple((new if code == old else code, share) for code, share in sector.mix),
        )
        for sector in document.sectors
    )
    return _read_again(replace(document, sectors=sectors))


def without_sector(document: PlanningDocument, code: str) -> PlanningDocument:
    """Return the document without a sector.

    Raises
    ------
    ZoningError
        ``zoning.no-sector``, or ``zoning.sector-used`` where another sector is a mix of it.
    """
    document.sector(code)
    for sector in document.sectors:
        if code in dict(sector.mix):
            raise ZoningError(
                "zoning.sector-used", sector=code, user=sector.code, document=document.id
            )
    kept = tuple(sector for sector in document.sectors if sector.code != code)
    return _read_again(replace(document, sectors=kept))


def with_zone(document: PlanningDocument, zone: Zone) -> PlanningDocument:
    """Return the document with a zone: in place of the one of its code, else last.

    Sectors laid out as their zone was follow it where its layout changes.
    """
    zones = {**document.zones, zone.code: zone}
    old = document.zones.get(zone.code)
    sectors = tuple(
        replace(sector, form=zone.form)
        if old is not None and sector.zone.code == zone.code and sector.form == old.form
        else sector
        for sector in document.sectors
    )
    return _read_again(replace(document, zones=MappingProxyType(zones), sectors=sectors))


def without_zone(document: PlanningDocument, code: str) -> PlanningDocument:
    """Return the document without a zone that has no sector.

    Raises
    ------
    ZoningError
        ``zoning.no-zone``, or ``zoning.zone-used`` where a sector is of it.
    """
    _zone(document, code)
    for sector in document.sectors:
        if sector.zone.code == code:
            raise ZoningError("zoning.zone-used", zone=code, user=sector.code, document=document.id)
    zones = {key: zone for key, zone in document.zones.items() if key != code}
    return _read_again(replace(document, zones=MappingProxyType(zones)))


def with_identity(document: PlanningDocument, identity: Identity) -> PlanningDocument:
    """Return the document with another identity.

    Raises
    ------
    ZoningError
        If something in it is impossible, with the place.
    """
    return _read_again(replace(document, identity=identity))


def with_printed(document: PlanningDocument, printed: Printed) -> PlanningDocument:
    """Return the document with other articles, statements, provisions and codes."""
    return _read_again(replace(document, printed=printed))


def with_id(document: PlanningDocument, document_id: str) -> PlanningDocument:
    """Return the document under another identifier: the start of a version of one's own."""
    return parse_document(document_id, document_tree(document))


def _zone(document: PlanningDocument, code: str) -> Zone:
    if code not in document.zones:
        raise ZoningError("zoning.no-zone", zone=code, document=document.id)
    return document.zones[code]


def _read_again(document: PlanningDocument) -> PlanningDocument:
    return parse_document(document.id, document_tree(document))
