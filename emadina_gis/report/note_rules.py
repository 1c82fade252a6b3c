"""The rules of the sectors that bite a piece of land, as a note prints them: tables and texts.

Each value stands with its condition, its article and page, and what is doubtful about it. Texts
are the document's own as far as they were transcribed; where they were not, that is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emadina_gis.regulation.form import rule_lines
from emadina_gis.regulation.kinds import KINDS
from emadina_gis.regulation.wording import (
    citation_text,
    condition_text,
    doubts_of,
    kind_label,
    no_number_text,
    value_text,
)
from emadina_gis.report.note_blocks import Heading, Line, Table
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from emadina_gis.regulation import (
        Citation,
        Condition,
        PlanningDocument,
        Sector,
        Text,
        Unlimited,
    )
    from emadina_gis.regulation.form import RuleLine
    from emadina_gis.report.note_blocks import Block
    from emadina_gis.words import Words

#: Alternative rules are for integrated operations: they are said as texts.
_ORDER = {name: place for place, name in enumerate(KINDS)}
_TOLD_AS_TEXTS = frozenset({"bonus"})
_FORMULA = re.compile(r"\([\dA-Z][\dA-Z ·−+×/.,]*[\dA-Z]\)")
_SHARES = (0.33, 0.15, 0.36, 0.16)


def sector_blocks(
    document: PlanningDocument, code: str, words: Words, *, lot: bool | None
) -> Iterator[Block]:
    """Yield the rules of a sector.

    Parameters
    ----------
    lot : bool or None
        Whether the land comes from a lotissement: rules of the other regime are left out; None
        shows both.
    """
    shown = isolate_number(code, words.language)
    if document.index_of(code) < 0:
        yield Line(words.text("note.doc.sector-unknown", sector=shown), "warning")
        return
    sector = document.sector(code)
    title = words.isolated(sector.title.in_language(words.language))
    yield Heading(words.text("note.doc.rules-of", sector=shown, title=title))
    yield from _without_number(document, sector, words)
    yield from _mixed(sector, words)
    rows = tuple(_rows(document, sector, words, lot=lot))
    if rows:
        names = ("rule", "value", "condition", "article")
        head = tuple(words.text(f"note.doc.col-{name}") for name in names)
        yield Table(head, rows, shares=_SHARES)


def _without_number(document: PlanningDocument, sector: Sector, words: Words) -> Iterator[Line]:
    if sector.no_number is not None:
        cited = citation_text(sector.no_number, words)
        yield Line(_joined(words.text("report.notice.no_rule"), cited), "warning")
    said = no_number_text(document, sector.code, words)
    if said:
        yield Line(said, "warning")


def _mixed(sector: Sector, words: Words) -> Iterator[Line]:
    for code, share in sector.mix:
        part = isolate_number(code, words.language)
        percent = words.quantity(100 * share, "percent")
        cited = citation_text(sector.mix_citation, words)
        text = words.text("note.doc.mix", share=percent, sector=part)
        yield Line(_joined(text, cited))


def _rows(
    document: PlanningDocument, sector: Sector, words: Words, *, lot: bool | None
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each rule, in the order of a form, those left open among them."""
    listed = [*_stated(document, sector, words, lot=lot)]
    listed += _left_open(document, sector, words, lot=lot)
    listed.sort(key=lambda entry: entry[0])
    yield from dict.fromkeys(row for _place, row in listed)


def _stated(
    document: PlanningDocument, sector: Sector, words: Words, *, lot: bool | None
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for code in (sector.code, *(code for code, _share in sector.mix)):
        owner = code if sector.mix and code != sector.code else ""
        for line in rule_lines(document, code):
            if _is_shown(line, lot=lot):
                yield _ORDER[line.rule.kind], _row(document, line, owner, words)


def _left_open(
    document: PlanningDocument, sector: Sector, words: Words, *, lot: bool | None
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for item in (*sector.unlimited, *sector.zone.unlimited):
        if _applies(item.condition, lot=lot) and not _is_stated(item, sector, document):
            yield _ORDER[item.kind], _unlimited_row(document, item, words)


def _is_shown(line: RuleLine, *, lot: bool | None) -> bool:
    if line.is_replaced or line.group in _TOLD_AS_TEXTS:
        return False
    return KINDS[line.rule.kind].unit != "flag" and _applies(line.rule.condition, lot=lot)


def _applies(condition: Condition, *, lot: bool | None) -> bool:
    return condition.lot is None or lot is None or condition.lot == lot


def _is_stated(item: Unlimited, sector: Sector, document: PlanningDocument) -> bool:
    """Whether the sector states a value where its zone leaves one open."""
    rules = [rule for _scope, rule in document.rules_of(sector) if rule.kind == item.kind]
    return any(rule.condition.lot in {None, item.condition.lot} for rule in rules)


def _row(document: PlanningDocument, line: RuleLine, owner: str, words: Words) -> tuple[str, ...]:
    rule = line.rule
    label = words.isolated(kind_label(document, rule.kind, words))
    if owner:
        part = isolate_number(owner, words.language)
        label = words.text("note.doc.of-part", rule=label, sector=part)
    told = [condition_text(rule.condition, words), *doubts_of(rule.citation, words)]
    condition = " · ".join(text for text in told if text)
    return (
        label,
        value_text(rule.kind, rule.value, words),
        condition,
        citation_text(rule.citation, words),
    )


def _unlimited_row(document: PlanningDocument, item: Unlimited, words: Words) -> tuple[str, ...]:
    return (
        words.isolated(kind_label(document, item.kind, words)),
        words.text("report.ratio.none"),
        condition_text(item.condition, words),
        citation_text(item.citation, words),
    )


def annex_blocks(document: PlanningDocument, codes: Sequence[str], words: Words) -> Iterator[Block]:
    """Yield the texts of the document that bite some sectors, as far as they were transcribed."""
    known = [document.sector(code) for code in codes if document.index_of(code) >= 0]
    zones = {sector.zone.code: sector.zone for sector in known}
    if not zones:
        return
    yield Heading(words.text("note.doc.section-annex"))
    for zone in zones.values():
        articles = isolate_number(zone.articles, words.language)
        title = words.isolated(zone.title.in_language(words.language))
        yield Line(words.text("note.doc.text-missing", zone=title, articles=articles), "soft")
    if words.language != "fr":
        yield Line(words.text("report.note.translation"), "warning")
    for provision in document.printed.provisions:
        if not provision.zones or zones.keys() & set(provision.zones):
            yield _provision(provision.text, provision.citation, words)
    for bonus in document.bonuses:
        yield _provision(bonus.text, bonus.citation, words)


def _provision(text: Text, citation: Citation, words: Words) -> Line:
    said = words.isolated(_with_formulas(text.in_language(words.language), words))
    notes = doubts_of(citation, words)
    cited = citation_text(citation, words)
    beside = [text for text in (cited, *notes) if text]
    return Line(_joined(said, " · ".join(beside)), bullet=True)


def _with_formulas(text: str, words: Words) -> str:
    """Return a text whose formulas read from the left, whatever stands around them."""
    return _FORMULA.sub(lambda found: isolate_number(found[0], words.language), text)


def _joined(text: str, beside: str) -> str:
    return f"{text} ({beside})" if beside else text
