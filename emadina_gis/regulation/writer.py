"""A planning document back to its TOML text, which loads back equal.

Values that a reader would fill in by itself are left out. Comments of a file are not kept: they
are no part of a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from emadina_gis.domain.toml_text import toml_text
from emadina_gis.regulation.loader import SCHEMA
from emadina_gis.regulation.model import (
    Bonus,
    Citation,
    Condition,
    Identity,
    ParkingNorm,
    PlanningDocument,
    Printed,
    Profile,
    Rule,
    Sector,
    Text,
    Unlimited,
    Zone,
)
from emadina_gis.regulation.printed import (
    Article,
    LinearRule,
    Provision,
    Reservation,
    Servitude,
    Statement,
)

Tree = dict[str, Any]
_INLINE = frozenset(
    {"title", "commune", "agency", "missing", "text", "housing_share", "no_number", "ratio_base"}
)
_NAMED = frozenset({"labels", "notes", "sources", "topics"})


def document_text(document: PlanningDocument) -> str:
    """Return the TOML text of a document: `loader.parse_text` reads it back equal."""
    tree = document_tree(document)
    names = {name for key in _NAMED for name in tree.get(key, {})}
    return toml_text(tree, _INLINE | names)


def document_tree(document: PlanningDocument) -> Tree:
    """Return what the document's TOML describes; two documents are equal where these are."""
    writer = _Writer(document)
    general = {
        "ratio_base": writer.optional_citation(document.printed.ratio_base),
        "rules": writer.rules(document.rules),
        "parking": [writer.parking(norm) for norm in document.parking],
        "bonus": [writer.bonus(bonus) for bonus in document.bonuses],
    }
    zones = {code: writer.zone(zone) for code, zone in document.zones.items()}
    sectors = {sector.code: writer.sector(sector) for sector in document.sectors}
    printed = writer.printed(document.printed)
    named = {
        "labels": {kind: text_tree(text) for kind, text in document.labels.items()},
        "notes": {key: text_tree(text) for key, text in writer.notes.items()},
        "sources": {key: text_tree(text) for key, text in writer.sources.items()},
        "topics": {key: text_tree(text) for key, text in document.printed.topics.items()},
    }
    head = {"schema": SCHEMA, "document": _identity(document.identity)}
    parts = {**head, **printed, **named, "general": _filled(general)}
    return {**_filled(parts), "zone": zones, "sector": sectors}


def text_tree(text: Text) -> Tree:
    """Return a text by language, without the languages it lacks."""
    return _filled({"fr": text.fr, "ar": text.ar, "en": text.en})


def _filled(tree: Mapping[str, Any]) -> Tree:
    """Return a table without what a reader fills in by itself."""
    return {key: value for key, value in tree.items() if value not in (None, "", [], {})}


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def _identity(identity: Identity) -> Tree:
    tree = {
        "type": identity.kind,
        "commune": {"code": identity.commune_code, **text_tree(identity.commune)},
        "title": text_tree(identity.title),
        "agency": text_tree(identity.agency),
        "plan_number": identity.plan_number,
        "status": identity.status,
        "decree": identity.decree,
        "bulletin": identity.bulletin,
        "bulletin_source": identity.bulletin_source,
        **identity.dates,
        "reservations_article": identity.reservations_article,
        "verified_by": identity.verified_by,
        "missing": text_tree(identity.missing),
    }
    return _filled(tree)


class _Writer:
    """Writes the entries of one document; texts that have no name yet are given one."""

    def __init__(self, document: PlanningDocument) -> None:
        self._verified_by = document.identity.verified_by
        self.notes = dict(document.printed.notes)
        self.sources = dict(document.printed.sources)

    def citation(self, citation: Citation) -> Tree:
        tree = _filled(
            {
                "article": citation.article,
                "page": citation.page,
                "flag": citation.flag,
                "note": _name_of(citation.note, self.notes, "note"),
                "source": _name_of(citation.source, self.sources, "source"),
            }
        )
        if citation.verified_by != self._verified_by:
            tree["verified_by"] = citation.verified_by
        return tree

    def optional_citation(self, citation: Citation | None) -> Tree | None:
        return None if citation is None else self.citation(citation)

    def rules(self, rules: Iterable[Rule]) -> list[Tree]:
        return [self._rule(rule) for rule in rules]

    def _rule(self, rule: Rule) -> Tree:
        when = condition_tree(rule.condition)
        head = {"kind": rule.kind, "value": _number(rule.value)}
        return {**head, **_filled({"when": when}), **self.citation(rule.citation)}

    def _unlimited(self, listed: Iterable[Unlimited]) -> list[Tree]:
        return [
            {
                "kind": item.kind,
                **_filled({"when": condition_tree(item.condition)}),
                **self.citation(item.citation),
            }
            for item in listed
        ]

    def zone(self, zone: Zone) -> Tree:
        forbidden = None
        if zone.forbidden is not None:
            listed = {} if zone.forbidden.listed else {"listed": False}
            text = {"text": text_tree(zone.forbidden.text)}
            forbidden = {**self.citation(zone.forbidden.citation), **listed, **text}
        tree = {
            "title": text_tree(zone.title),
            "form": zone.form,
            "articles": zone.articles,
            "default_use": "" if zone.default_use == "housing" else zone.default_use,
            "nature": zone.nature,
            "ratio_base": self.optional_citation(zone.ratio_base),
            "rules": self.rules(zone.rules),
            "unlimited": self._unlimited(zone.unlimited),
            "forbidden": forbidden,
            "profile": _profile(zone.profile),
        }
        return _filled(tree)

    def sector(self, sector: Sector) -> Tree:
        tree = {
            "zone": sector.zone.code,
            "title": text_tree(sector.title),
            "form": "" if sector.form == sector.zone.form else sector.form,
            "one_dwelling_per_level": sector.one_dwelling_per_level or None,
            "other_use": sector.other_use,
            "mix": [{"sector": code, "share": share} for code, share in sector.mix],
            **self._mix_citation(sector),
            "no_number": self.optional_citation(sector.no_number),
            "rules": self.rules(sector.rules),
            "unlimited": self._unlimited(sector.unlimited),
        }
        return _filled(tree)

    def _mix_citation(self, sector: Sector) -> Tree:
        if sector.mix_citation is None:
            return {}
        tree = self.citation(sector.mix_citation)
        return {f"mix_{key}": tree[key] for key in ("article", "page", "note") if key in tree}

    def parking(self, norm: ParkingNorm) -> Tree:
        head = {"use": norm.use, "places": norm.places, "per": norm.per}
        return {**head, **self.citation(norm.citation), "text": text_tree(norm.text)}

    def bonus(self, bonus: Bonus) -> Tree:
        head = {"key": bonus.key, "share": bonus.share}
        return {**head, **self.citation(bonus.citation), "text": text_tree(bonus.text)}

    def printed(self, printed: Printed) -> Tree:
        return {
            "law": [
                {"reference": law.reference, "title": text_tree(law.title)} for law in printed.laws
            ],
            "article": [_article(article) for article in printed.articles],
            "printed": [_statement(statement) for statement in printed.statements],
            "provision": [self._provision(provision) for provision in printed.provisions],
            "reservation": [self._reservation(item) for item in printed.reservations],
            "servitude": [self._servitude(item) for item in printed.servitudes],
            "linear": [self._linear(item) for item in printed.linear_rules],
        }

    def _provision(self, provision: Provision) -> Tree:
        head = _filled({"key": provision.key, "zones": list(provision.zones)})
        return {**head, **self.citation(provision.citation), "text": text_tree(provision.text)}

    def _reservation(self, item: Reservation) -> Tree:
        flags = {} if item.is_public else {"public": False}
        flags |= {} if item.lapses else {"lapses": False}
        head = {"code": item.code, "nature": item.nature, **flags}
        return {**head, **self.citation(item.citation), "title": text_tree(item.title)}

    def _servitude(self, item: Servitude) -> Tree:
        widths = {key: getattr(item, key) for key in ("side_m", "rural_side_m", "strict_m")}
        head = {"key": item.key, "measured_from": item.measured_from, **_filled(widths)}
        return {**head, **self.citation(item.citation), "title": text_tree(item.title)}

    def _linear(self, item: LinearRule) -> Tree:
        head = {"code": item.code, "title": text_tree(item.title), **self.citation(item.citation)}
        return {**head, "rules": self.rules(item.rules)}


def condition_tree(condition: Condition) -> Tree:
    """Return a condition as its ``when`` table."""
    width = condition.road_width_min_m
    tree: Tree = {} if condition.lot is None else {"lot": condition.lot}
    if condition.uses:
        tree["use"] = list(condition.uses)
    if width is not None:
        tree["road_width_min_m"] = _number(width)
    return tree


def _name_of(text: Text, known: dict[str, Text], stem: str) -> str:
    """Return the name of a text among named ones, giving it a free one where it has none."""
    if text == Text():
        return ""
    for name, value in known.items():
        if value == text:
            return name
    number = len(known) + 1
    while f"{stem}_{number}" in known:
        number += 1
    known[f"{stem}_{number}"] = text
    return f"{stem}_{number}"


def _profile(profile: Profile) -> Tree:
    share = profile.housing_share
    return _filled(
        {
            "housing_share": None
            if share is None
            else {item.name: getattr(share, item.name) for item in fields(share)},
            "dwellings": "" if profile.dwellings == "by_area" else profile.dwellings,
            "other_use": profile.other_use,
        }
    )


def _article(article: Article) -> Tree:
    cites = [_filled({"article": item.article, "topic": item.topic}) for item in article.cites]
    lists = {key: list(getattr(article, key)) for key in ("topics", "names", "lists", "parts")}
    return _filled({"number": article.number, "page": article.page, **lists, "cites": cites})


def _statement(statement: Statement) -> Tree:
    tree = _filled(
        {
            "article": statement.article,
            "page": statement.page,
            "scope": statement.scope,
            "kind": statement.kind,
            "case": dict(statement.case),
            "topic": statement.topic,
            "mode": statement.mode,
        }
    )
    return tree if statement.value is None else {**tree, "value": statement.value}
