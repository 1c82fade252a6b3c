"""Reading what a document prints beside its zones: parking, bonuses, codes, articles."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from emadina_gis.regulation.kinds import KINDS
from emadina_gis.regulation.model import Bonus, ParkingNorm, Printed
from emadina_gis.regulation.printed import (
    MEASURED_FROM,
    MODES,
    RESERVATION_NATURES,
    Article,
    Law,
    LinearRule,
    Provision,
    Reference,
    Reservation,
    Servitude,
    Statement,
)

if TYPE_CHECKING:
    from emadina_gis.regulation.entries import Entries, Entry


def parking_of(entries: Entries, general: Entry) -> tuple[ParkingNorm, ...]:
    """Return the parking norms of a document."""
    return tuple(
        ParkingNorm(
            use=entries.use(row.get("use"), place),
            places=entries.number(row, "places", place),
            per=entries.word(row, "per", place),
            text=entries.text(row.get("text"), f"{place}.text"),
            citation=entries.citation(row, place),
        )
        for place, row in entries.rows(general, "parking", "general")
    )


def bonuses_of(entries: Entries, general: Entry) -> tuple[Bonus, ...]:
    """Return the alternative rules that add floor area."""
    return tuple(
        Bonus(
            key=entries.word(row, "key", place),
            share=entries.number(row, "share", place),
            text=entries.text(row.get("text"), f"{place}.text"),
            citation=entries.citation(row, place),
        )
        for place, row in entries.rows(general, "bonus", "general")
    )


def printed_of(entries: Entries, content: Entry, general: Entry) -> Printed:
    """Return what a document prints beside its values."""
    base = general.get("ratio_base")
    return Printed(
        notes=MappingProxyType(dict(entries.notes)),
        sources=MappingProxyType(dict(entries.sources)),
        topics=MappingProxyType(dict(entries.topics)),
        articles=tuple(_article(entries, *row) for row in entries.rows(content, "article")),
        statements=tuple(_statement(entries, *row) for row in entries.rows(content, "printed")),
        provisions=tuple(_provision(entries, *row) for row in entries.rows(content, "provision")),
        reservations=tuple(
            _reservation(entries, *row) for row in entries.rows(content, "reservation")
        ),
        servitudes=tuple(_servitude(entries, *row) for row in entries.rows(content, "servitude")),
        linear_rules=tuple(_linear(entries, *row) for row in entries.rows(content, "linear")),
        laws=tuple(_law(entries, *row) for row in entries.rows(content, "law")),
        ratio_base=None if base is None else entries.citation(base, "general.ratio_base"),
    )


def _article(entries: Entries, place: str, row: Entry) -> Article:
    known = ("number", "page", "topics", "cites", "names", "lists", "parts")
    entries.check_keys(row, known, place)
    cites = tuple(
        Reference(entries.word(cited, "article", where), _topic(entries, cited, where))
        for where, cited in entries.rows(row, "cites", place)
    )
    topics = entries.words(row, "topics", place)
    for topic in topics:
        entries.one_of(topic, entries.topics, f"{place}.topics", "topic")
    return Article(
        number=entries.word(row, "number", place),
        page=str(row.get("page", "")),
        topics=topics,
        cites=cites,
        names=entries.words(row, "names", place),
        lists=entries.words(row, "lists", place),
        parts=entries.words(row, "parts", place),
    )


def _topic(entries: Entries, row: Entry, place: str) -> str:
    topic = row.get("topic", "")
    return entries.one_of(topic, ("", *entries.topics), f"{place}.topic", "topic")


def _statement(entries: Entries, place: str, row: Entry) -> Statement:
    known = ("article", "page", "scope", "kind", "value", "case", "topic", "mode")
    entries.check_keys(row, known, place)
    kind = entries.one_of(row.get("kind", ""), ("", *KINDS), f"{place}.kind", "kind")
    case = row.get("case", {})
    return Statement(
        article=str(row.get("article", "")),
        page=str(row.get("page", "")),
        scope=str(row.get("scope", "")),
        kind=kind,
        value=entries.number(row, "value", place) if kind else None,
        case=MappingProxyType({key: entries.number(case, key, place) for key in sorted(case)}),
        topic=_topic(entries, row, place),
        mode=entries.one_of(row.get("mode", ""), MODES, f"{place}.mode", "mode"),
    )


def _provision(entries: Entries, place: str, row: Entry) -> Provision:
    return Provision(
        key=entries.word(row, "key", place),
        text=entries.text(row.get("text"), f"{place}.text"),
        citation=entries.citation(row, place),
        zones=entries.words(row, "zones", place),
    )


def _reservation(entries: Entries, place: str, row: Entry) -> Reservation:
    return Reservation(
        code=entries.word(row, "code", place),
        nature=entries.one_of(row.get("nature"), RESERVATION_NATURES, f"{place}.nature", "nature"),
        title=entries.text(row.get("title"), f"{place}.title"),
        citation=entries.citation(row, place),
        is_public=entries.flag(row, "public", place, default=True),
        lapses=entries.flag(row, "lapses", place, default=True),
    )


def _servitude(entries: Entries, place: str, row: Entry) -> Servitude:
    lengths = {
        key: entries.number(row, key, place) if key in row else None
        for key in ("side_m", "rural_side_m", "strict_m")
    }
    measured = row.get("measured_from", "edge")
    return Servitude(
        key=entries.word(row, "key", place),
        title=entries.text(row.get("title"), f"{place}.title"),
        citation=entries.citation(row, place),
        measured_from=entries.one_of(measured, MEASURED_FROM, f"{place}.measured_from", "measure"),
        **lengths,
    )


def _linear(entries: Entries, place: str, row: Entry) -> LinearRule:
    return LinearRule(
        code=entries.word(row, "code", place),
        title=entries.text(row.get("title"), f"{place}.title"),
        citation=entries.citation(row, place),
        rules=entries.rules(row, place),
    )


def _law(entries: Entries, place: str, row: Entry) -> Law:
    return Law(entries.word(row, "reference", place), entries.text(row.get("title"), place))
