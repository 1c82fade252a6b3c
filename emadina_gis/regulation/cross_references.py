"""Whether what is printed agrees with itself: numbering, citations, names and statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.regulation.places import (
    all_rules,
    numbers_in,
    parent_of,
    place_of_article,
    place_of_zone,
)

if TYPE_CHECKING:
    from emadina_gis.regulation.model import PlanningDocument, Rule, Zone
    from emadina_gis.regulation.printed import Article, Reference, Statement

#: Modes that exclude each other.
_OPPOSED = (frozenset({"required", "forbidden"}), frozenset({"allowed", "forbidden"}))


class Numbering:
    """The articles of a document, and which numbers exist.

    Parameters
    ----------
    document : PlanningDocument
        Its articles and the ranges of its zones say which numbers there are.
    """

    def __init__(self, document: PlanningDocument) -> None:
        self._parts: dict[str, frozenset[str]] = {}
        self._topics: dict[str, tuple[str, ...]] = {}
        self._whole: set[str] = set()
        for article in document.printed.articles:
            self._add(article)
        for zone in document.zones.values():
            self._whole.update(numbers_in(zone.articles))

    def _add(self, article: Article) -> None:
        for number in numbers_in(article.number):
            self._whole.add(number.split(".")[0])
            self._topics[number] = article.topics
        if article.parts:
            self._parts[article.number] = frozenset(article.parts)

    @property
    def is_known(self) -> bool:
        """Whether the articles of the document were listed at all."""
        return bool(self._topics)

    def exists(self, number: str) -> bool:
        """Whether an article of that number is printed, as far as is known."""
        if number.split(".", maxsplit=1)[0] not in self._whole:
            return False
        parts = self._parts.get(parent_of(number))
        return parts is None or number in parts

    def topics_of(self, number: str) -> tuple[str, ...]:
        """Return what an article is about; empty where it was not read."""
        return self._topics.get(number, ())

    def about(self, topic: str) -> tuple[str, ...]:
        """Return the numbers of the articles about a topic."""
        return tuple(number for number, topics in self._topics.items() if topic in topics)

    def missing(self) -> Iterator[tuple[str, str, str]]:
        """Yield (place, number before, number after) of each gap of the numbering."""
        whole = sorted(int(number) for number in self._whole)
        for before, after in pairwise(whole):
            if after > before + 1:
                yield "document", str(before), str(after)
        for number, parts in self._parts.items():
            last = sorted(int(part.rpartition(".")[2]) for part in parts)
            for before, after in pairwise([0, *last]):
                if after > before + 1:
                    yield f"article.{number}", f"{number}.{before}", f"{number}.{after}"


def numbering_of(document: PlanningDocument, numbering: Numbering) -> Iterator[Problem]:
    """Yield gaps of the numbering, articles entered twice and parts listed but not entered."""
    if not numbering.is_known:
        return
    for place, before, after in numbering.missing():
        params = {"before": before, "after": after, "place": place}
        yield Problem("zoning.numbering", Severity.WARNING, place, params=params)
    numbers = [n for a in document.printed.articles for n in numbers_in(a.number)]
    for number, count in Counter(numbers).items():
        if count > 1:
            params = {"article": number, "place": f"article.{number}"}
            yield Problem("zoning.article-twice", Severity.WARNING, number, count, params)


def references_of(document: PlanningDocument, numbering: Numbering) -> Iterator[Problem]:
    """Yield articles cited that do not exist, or that are about something else."""
    if not numbering.is_known:
        return
    for article in document.printed.articles:
        for cited in article.cites:
            yield from _reference(article, cited, numbering)
    for rule in all_rules(document):
        for number in numbers_in(rule.citation.article):
            if not numbering.exists(number):
                yield _missing_article(rule.place, rule.place, number)


def _reference(article: Article, cited: Reference, numbering: Numbering) -> Iterator[Problem]:
    place = place_of_article(article)
    if not numbering.exists(cited.article):
        yield _missing_article(article.number, place, cited.article)
        return
    topics = numbering.topics_of(cited.article)
    if not cited.topic or not topics or cited.topic in topics:
        return
    others = [number for number in numbering.about(cited.topic) if number != article.number]
    params = {
        "cited": cited.article,
        "topic": cited.topic,
        "right": ", ".join(others) or "?",
        "place": place,
    }
    yield Problem("zoning.cited-wrong", Severity.WARNING, article.number, params=params)


def _missing_article(where: str, place: str, number: str) -> Problem:
    params = {"cited": number, "place": place}
    return Problem("zoning.cited-missing", Severity.WARNING, where, params=params)


def foreign_citations_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield rules of a zone that cite an article of another zone."""
    owner = _owners(document)
    for zone in document.zones.values():
        rules = [*zone.rules]
        rules += [rule for s in document.sectors if s.zone is zone for rule in s.rules]
        for rule in rules:
            yield from _foreign(rule, zone, owner)


def _owners(document: PlanningDocument) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for zone in document.zones.values():
        for number in numbers_in(zone.articles):
            found.setdefault(number, set()).add(zone.code)
    return found


def _foreign(rule: Rule, zone: Zone, owner: dict[str, set[str]]) -> Iterator[Problem]:
    for number in numbers_in(rule.citation.article):
        zones = owner.get(number.split(".")[0], {zone.code})
        if zone.code not in zones:
            params = {
                "kind": rule.kind,
                "cited": number,
                "zone": ", ".join(sorted(zones)),
                "place": rule.place,
            }
            yield Problem("zoning.cited-zone", Severity.WARNING, rule.place, params=params)
            return


def names_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield sectors and zones that are named and never defined, and sectors printed twice."""
    named: dict[str, str] = {}
    for article in document.printed.articles:
        for code in (*article.names, *article.lists):
            named.setdefault(code, place_of_article(article))
        for code, count in Counter(article.lists).items():
            if count > 1:
                params = {"article": article.number, "place": place_of_article(article)}
                yield Problem("zoning.sector-twice", Severity.WARNING, code, count, params)
    for index, statement in enumerate(document.printed.statements):
        owner, _, code = statement.scope.partition(".")
        if owner == "sector":
            named.setdefault(code, _place_of_statement(statement, index))
        if owner == "zone" and code not in document.zones:
            params = {"place": f"printed[{index}]"}
            yield Problem("zoning.zone-undefined", Severity.WARNING, code, params=params)
    for code, place in named.items():
        if document.index_of(code) < 0:
            yield Problem(
                "zoning.sector-undefined", Severity.WARNING, code, params={"place": place}
            )


def alike_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield sectors whose codes differ by their capitals only: parcels cannot tell them apart."""
    seen: dict[str, str] = {}
    for code in document.sector_codes:
        first = seen.setdefault(code.casefold(), code)
        if first != code:
            params = {"other": first, "place": f"sector.{code}"}
            yield Problem("zoning.sector-alike", Severity.WARNING, code, params=params)


def _place_of_statement(statement: Statement, index: int) -> str:
    return f"article.{statement.article}" if statement.article else f"printed[{index}]"


def statements_of(document: PlanningDocument) -> Iterator[Problem]:
    """Yield statements of two articles that cannot both hold, and those no rule records."""
    statements = document.printed.statements
    for one, other in combinations(statements, 2):
        if _differ(one, other):
            yield _difference(one, other)
        if _opposed(one, other):
            yield _opposition(one, other)
    for statement in statements:
        yield from _not_recorded(document, statement)


def _same_land(one: Statement, other: Statement) -> bool:
    return not one.scope or not other.scope or one.scope == other.scope


def _differ(one: Statement, other: Statement) -> bool:
    same = one.kind == other.kind != "" and dict(one.case) == dict(other.case)
    return same and _same_land(one, other) and one.value != other.value


def _difference(one: Statement, other: Statement) -> Problem:
    params = {
        "kind": one.kind,
        "first": one.article or "?",
        "first_value": one.value,
        "second": other.article or "?",
        "second_value": other.value,
        "case": tuple(one.case.items()),
        "place": f"article.{one.article}",
    }
    return Problem("zoning.printed-differ", Severity.WARNING, one.article, params=params)


def _opposed(one: Statement, other: Statement) -> bool:
    same = one.topic == other.topic != "" and _same_land(one, other)
    return same and frozenset({one.mode, other.mode}) in _OPPOSED


def _opposition(one: Statement, other: Statement) -> Problem:
    modes = {one.mode: one.article or "?", other.mode: other.article or "?"}
    positive = "required" if "required" in modes else "allowed"
    params = {
        "topic": one.topic,
        "mode": positive,
        "first": modes[positive],
        "second": modes["forbidden"],
        "place": f"article.{one.article}",
    }
    where = one.scope or other.scope or "document"
    return Problem("zoning.printed-opposed", Severity.WARNING, where, params=params)


def _not_recorded(document: PlanningDocument, statement: Statement) -> Iterator[Problem]:
    """Yield a printed value of a sector or zone that none of its rules holds."""
    owner, _, code = statement.scope.partition(".")
    rules: tuple[Rule, ...] = ()
    if owner == "sector" and document.index_of(code) >= 0:
        rules = tuple(rule for _scope, rule in document.rules_of(document.sector(code)))
    elif owner == "zone" and code in document.zones:
        rules = document.zones[code].rules
    recorded = [rule.value for rule in rules if rule.kind == statement.kind]
    if statement.value is None or not rules or statement.value in recorded:
        return
    params = {
        "kind": statement.kind,
        "article": statement.article or "?",
        "value": statement.value,
        "place": statement.scope,
    }
    yield Problem("zoning.printed-not-recorded", Severity.WARNING, statement.scope, params=params)


def natures_of(document: PlanningDocument, numbering: Numbering) -> Iterator[Problem]:
    """Yield zones said to be of a nature that their article does not speak of."""
    topics = {"restructuring": "restructuring", "project": "projects"}
    for zone in document.zones.values():
        read = [t for n in numbers_in(zone.articles) for t in numbering.topics_of(n)]
        known = set(read) & set(topics.values())
        if zone.nature and known and topics.get(zone.nature) not in known:
            params = {
                "nature": zone.nature,
                "topic": ", ".join(sorted(known)),
                "place": place_of_zone(zone),
            }
            yield Problem("zoning.nature", Severity.WARNING, zone.code, params=params)
