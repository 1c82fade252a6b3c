"""What must be seen first on a note: heritage, perimeters, fronts, a plan under study, expiry.

Also what the sector asks along the streets, of the minimum plot and of land to cede. Figures are
the outcome's; where there is no outcome the rule alone is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.regulation import rule_of
from emadina_gis.regulation.life import lapse_date
from emadina_gis.regulation.wording import citation_text, value_text
from emadina_gis.report.citations import percent
from emadina_gis.report.note_blocks import Line
from emadina_gis.report.sheet_blocks import date_text
from emadina_gis.report.situation import hits_listed
from emadina_gis.simulation.constraint_natures import Rank
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.regulation import PlanningDocument, Rule
    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.reading_hits import HitLine
    from emadina_gis.report.situation import Hit
    from emadina_gis.words import Words

#: Perimeters that change the procedure, not the land that may be built on.
_PERIMETERS = frozenset({"quarry", "interchange"})


def alert_lines(note: Note, page: NotePage, words: Words) -> Iterator[Line]:
    """Yield what must be seen first, a sentence each."""
    for hit, line in zip(hits_listed(page.situation), page.hits.lines, strict=True):
        key = _alert_of(hit)
        if key:
            yield Line(_alert_text(key, hit, line, words), "warning", bullet=True)
    if note.study is not None:
        title = words.isolated(note.study.identity.title.in_language(words.language))
        yield Line(words.text("hits.notice.study", document=title), "warning", bullet=True)
    if note.document is not None and page.situation.shares:
        yield from _expiry(note, words)


def _alert_of(hit: Hit) -> str:
    if hit.lapsed:
        return ""
    if hit.rank == Rank.HERITAGE:
        return "heritage"
    if hit.kind in _PERIMETERS:
        return "perimeter"
    return "front" if hit.rank == Rank.FRONT else ""


def _alert_text(key: str, hit: Hit, line: HitLine, words: Words) -> str:
    effect = line.effect.rstrip(".")
    said = f"{effect} ({line.citation})." if line.citation else f"{effect}."
    separator = words.text("report.list_separator")
    named = f"{line.nature}{separator}{line.index}" if hit.index else line.nature
    return words.text(f"note.doc.alert-{key}", name=named, amount=line.amount, effect=said)


def _expiry(note: Note, words: Words) -> Iterator[Line]:
    assert note.document is not None
    lapse = lapse_date(note.document)
    if lapse is None:
        return
    article = note.document.identity.reservations_article
    shown = isolate_number(article or "–", words.language)
    key = "note.doc.expired" if lapse < note.date else "note.doc.expiry"
    yield Line(words.text(key, date=date_text(lapse, words), article=shown), bullet=True)


def setback_texts(page: NotePage, document: PlanningDocument | None, words: Words) -> Iterator[str]:
    """Yield what each sector asks along streets: alignment or a setback, with the article."""
    for code in page.sectors:
        rule = _rule(document, code, "front_setback_m", page)
        if rule is None:
            continue
        asked = words.text("note.doc.alignment")
        if rule.value:
            distance = value_text(rule.kind, rule.value, words)
            asked = words.text("note.doc.setback", distance=distance)
        yield words.text(
            "note.doc.along-streets",
            sector=isolate_number(code, words.language),
            what=asked,
            citation=citation_text(rule.citation, words),
        )


def _rule(document: PlanningDocument | None, code: str, kind: str, page: NotePage) -> Rule | None:
    if document is None or document.index_of(code) < 0:
        return None
    from emadina_gis.regulation import Condition

    return rule_of(document, document.sector(code), kind, Condition(lot=page.lot))


def minimum_line(page: NotePage, document: PlanningDocument | None, words: Words) -> str:
    """Return how land that nothing bites stands to the minimum plot; empty where it is said."""
    situation = page.situation
    if situation.hits or not situation.shares:
        return ""
    rule = _rule(document, situation.fallback, "min_plot_m2", page)
    if rule is None:
        return words.text("note.doc.no-minimum")
    short = situation.area_m2 < rule.value
    key = "note.doc.minimum-short" if short else "note.doc.minimum-enough"
    return words.text(
        key,
        area=words.quantity(situation.area_m2, "m2"),
        minimum=words.quantity(rule.value, "m2"),
        citation=citation_text(rule.citation, words),
    )


def cession_lines(
    page: NotePage, document: PlanningDocument | None, words: Words
) -> Iterator[Line]:
    """Yield the land to cede without compensation, as the engine counts it, and its rule."""
    if document is None or not page.sectors:
        return
    share = _rule(document, page.sectors[0], "cession_share", page)
    threshold = _rule(document, page.sectors[0], "cession_threshold_m2", page)
    if share is None or threshold is None:
        return
    yield Line(_cession_text(page, threshold, words), "strong")
    yield Line(
        words.text(
            "note.doc.cession-rule",
            area=words.quantity(threshold.value, "m2"),
            share=percent(share.value, words),
            citation=citation_text(share.citation, words),
        ),
        "soft",
    )


def _cession_text(page: NotePage, threshold: Rule, words: Words) -> str:
    if page.reading is None:
        above = page.situation.area_m2 > threshold.value
        return words.text("note.doc.cession-open" if above else "note.doc.cession-below")
    due = next((row for row in page.reading.capacity if row.key == "free_cession_m2"), None)
    if due is not None:
        return words.text("note.doc.cession-due", area=due.value)
    known = any(
        row.key == "reference_area_m2" and row.number is not None for row in page.reading.capacity
    )
    return words.text("note.doc.cession-none" if known else "note.doc.cession-open")
