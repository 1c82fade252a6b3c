"""What a note prints, block by block, in one language: the order of its sections is here alone.

For each piece of land: the plan and where the land stands in it, what bites it, what it may carry,
what is forbidden, its map and its corners; then the rules of its sectors and the annexed texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.report import note_text
from emadina_gis.report.note_alerts import (
    alert_lines,
    cession_lines,
    minimum_line,
    setback_texts,
)
from emadina_gis.report.note_blocks import (
    Block,
    Extract,
    Heading,
    Letterhead,
    Line,
    NewPage,
    NotePart,
    Signature,
    Table,
)
from emadina_gis.report.note_rules import annex_blocks, sector_blocks
from emadina_gis.report.sheet_blocks import date_text
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.reading import ParcelReading
    from emadina_gis.report.reading_rows import ReadingRow
    from emadina_gis.words import Words

_PAIRS = (0.28, 0.72)
_ROWS = (0.36, 0.44, 0.2)


def note_part(note: Note, words: Words) -> NotePart:
    """Return a note in one language, ready to be set."""
    return NotePart(note, words, tuple(_blocks(note, words)))


def note_title(note: Note, words: Words) -> str:
    """Return what the document is called: the agency's own name of it, else a working document."""
    agency = note.letter.agency
    if agency is None:
        return words.text("note.doc.title-working")
    return agency.title.text(words.language) or words.text("report.note.title")


def foot_text(note: Note, words: Words) -> str:
    """Return what stands at the foot of every page."""
    agency = note.letter.agency
    if agency is None or not agency.title.fr:
        return words.text("report.unofficial")
    return agency.agency.text(words.language)


def number_text(note: Note) -> str:
    """Return the number of a note by the agency's pattern; empty without one."""
    letter = note.letter
    if letter.agency is None or letter.number is None:
        return ""
    return letter.agency.numbered(letter.number, note.date.year)


def _blocks(note: Note, words: Words) -> Iterator[Block]:
    names = [page.land.name for page in note.pages]
    yield NewPage(names[0] if len(names) == 1 else words.plural("note.doc.lands", len(names)))
    yield from _letter(note, words)
    missing = note_text.missing_text(note, words)
    if missing:
        yield Line(missing, "warning")
    if len(note.pages) > 1:
        yield from _of_several(note, words)
    else:
        yield from _land(note, note.pages[0], words)
        yield from _value(note, words)
        yield from _map_and_corners(note, note.pages[0], words)
    yield from _rules(note, words)


def _letter(note: Note, words: Words) -> Iterator[Block]:
    letter = note.letter
    own = letter.agency is not None and bool(letter.agency.title.fr)
    subtitle = "" if own else words.text("report.note.subtitle")
    number = number_text(note)
    shown = isolate_number(number, words.language) if number else ""
    yield Letterhead(note_title(note, words), subtitle, letter.agency, shown)
    if letter.name or letter.address:
        told = [words.isolated(text) for text in (letter.name, letter.address) if text]
        rows = [(words.text("note.doc.addressee"), words.text("report.list_separator").join(told))]
        yield Table((), (*rows, *_reference(note, words)), shares=_PAIRS)


def _reference(note: Note, words: Words) -> Iterator[tuple[str, str]]:
    listed = [isolate_number(page.land.name, words.language) for page in note.pages]
    titles = words.text("report.list_separator").join(listed)
    yield words.text("note.doc.object"), words.text("note.doc.object-text", titles=titles)
    if note.letter.asked_on is not None:
        asked = date_text(note.letter.asked_on, words)
        yield words.text("note.doc.reference"), words.text("note.doc.reference-text", date=asked)


# --- several titles ------------------------------------------------------------------------------


def _of_several(note: Note, words: Words) -> Iterator[Block]:
    yield from _summary(note, words)
    yield from _plan(note, words)
    yield from _value(note, words)
    for page in note.pages:
        yield NewPage(page.land.name)
        yield from _land(note, page, words)
        yield from _map_and_corners(note, page, words)


def _summary(note: Note, words: Words) -> Iterator[Block]:
    yield Heading(words.text("note.doc.section-summary"))
    names = ("land", "title-area", "gis-area", "sectors", "remainder")
    head = tuple(words.text(f"note.doc.col-{name}") for name in names)
    rows = tuple(_summary_row(page, words) for page in note.pages)
    yield Table(head, rows, (1, 2, 4), (0.24, 0.16, 0.16, 0.26, 0.18))
    if not note.units:
        yield Line(words.text("note.doc.no-unit"), "soft")
    for unit in note.units:
        yield from _unit(note, unit, words)


def _summary_row(page: NotePage, words: Words) -> tuple[str, ...]:
    situation = page.situation
    sectors = [isolate_number(code, words.language) for code in page.sectors]
    listed = words.text("report.list_separator").join(sectors)
    if situation.outside_m2 or not sectors:
        listed = " + ".join((*([listed] if listed else []), words.text("note.doc.outside-short")))
    left = situation.remainder_m2 if situation.has_reservations else None
    return (
        isolate_number(page.land.name, words.language),
        words.number(page.land.title_area_m2),
        words.number(situation.area_m2, 1),
        listed,
        words.number(left),
    )


def _unit(note: Note, unit: NotePage, words: Words) -> Iterator[Block]:
    yield Heading(words.text("note.doc.section-unit"))
    yield Line(words.plural("note.doc.unit", len(unit.land.members)), "strong")
    yield Line(_grouping_text(note, words), "soft")
    yield Table((), tuple(note_text.land_rows(note, unit, words)), shares=_PAIRS)
    yield from _situation(unit, words)
    yield from _hits(unit, note, words)
    yield Line(words.text("note.doc.unit-figures"), "soft")


def _grouping_text(note: Note, words: Words) -> str:
    """Return the document's own provision on grouped land, ours where it has none."""
    if note.document is not None:
        for provision in note.document.printed.provisions:
            if provision.key == "grouping":
                article = isolate_number(provision.citation.article, words.language)
                said = words.isolated(provision.text.in_language(words.language))
                return f"{said} ({words.text('regulation.citation', article=article)})"
    return words.text("note.doc.grouping")


# --- one piece of land ---------------------------------------------------------------------------


def _land(note: Note, page: NotePage, words: Words) -> Iterator[Block]:
    yield Heading(words.text("report.note.section_land"))
    yield Table((), tuple(note_text.land_rows(note, page, words)), shares=_PAIRS)
    if len(note.pages) == 1:
        yield from _plan(note, words)
    yield Heading(words.text("report.note.section_sectors"))
    yield from _situation(page, words)
    yield from _alerts(note, page, words)
    yield Heading(words.text("report.note.section_hits"))
    yield from _hits(page, note, words)
    yield from _streets(note, page, words)
    if page.reading is not None:
        yield from _reading(note, page, page.reading, words)
    else:
        yield from _without_reading(note, page, words)


def _plan(note: Note, words: Words) -> Iterator[Block]:
    yield Heading(words.text("note.doc.section-plan"))
    yield Table((), tuple(note_text.plan_rows(note, words)), shares=_PAIRS)


def _situation(page: NotePage, words: Words) -> Iterator[Block]:
    for text in page.case_text:
        yield Line(text, "strong")
    if page.reading is not None and page.reading.sector_name:
        yield Line(page.reading.sector_name, "soft")
    if len(page.situation.shares) > 1 or (page.situation.shares and page.situation.outside_m2):
        yield note_text.sectors_table(page, words)


def _alerts(note: Note, page: NotePage, words: Words) -> Iterator[Block]:
    lines = tuple(alert_lines(note, page, words))
    if lines:
        yield Heading(words.text("note.doc.section-alerts"))
        yield from lines


def _hits(page: NotePage, note: Note, words: Words) -> Iterator[Block]:
    if page.hits.lines:
        yield note_text.hits_table(page, words)
    yield Line(page.hits.remainder, "strong")
    minimum = minimum_line(page, note.document, words)
    if minimum:
        yield Line(minimum)
    for notice in page.hits.notices:
        yield Line(notice, "warning", bullet=True)


def _streets(note: Note, page: NotePage, words: Words) -> Iterator[Block]:
    if page.streets:
        yield Heading(words.text("note.doc.section-streets"))
        yield note_text.streets_table(page, words)
        for text in setback_texts(page, note.document, words):
            yield Line(text)


def _reading(note: Note, page: NotePage, reading: ParcelReading, words: Words) -> Iterator[Block]:
    yield Heading(words.text("report.note.section_capacity"))
    for notice in reading.notices:
        yield Line(notice, "warning")
    yield _rows(reading.capacity)
    if reading.binding is not None:
        yield Heading(words.text("report.note.section_binding"))
        yield Line(reading.binding.sentence, "strong")
        beside = (reading.binding.citation, reading.binding.extract)
        yield Line(" · ".join(part for part in beside if part), "soft")
    yield from _cession(note, page, words)
    yield Heading(words.text("report.note.section_forbidden"))
    yield from _forbidden(reading, words)
    yield Heading(words.text("report.note.section_existing"))
    yield _rows(reading.existing)
    yield Heading(words.text("report.note.section_facts"))
    yield _rows(reading.land)
    if reading.unknowns or reading.assumptions:
        yield Heading(words.text("report.note.section_unknown"))
        yield from (Line(text, "warning", bullet=True) for text in reading.unknowns)
        yield from (Line(text, bullet=True) for text in reading.assumptions)


def _without_reading(note: Note, page: NotePage, words: Words) -> Iterator[Block]:
    """Yield what can be said of land that is no parcel of the project: no figures of capacity."""
    yield Heading(words.text("report.note.section_capacity"))
    key = "note.doc.no-figures" if page.sectors else "note.doc.no-rules"
    yield Line(words.text(key), "warning")
    yield from _cession(note, page, words)
    document = note.document
    codes = [code for code in page.sectors if document and document.index_of(code) >= 0]
    if document is None or not codes:
        return
    yield Heading(words.text("report.note.section_forbidden"))
    zones = {document.sector(code).zone.code: document.sector(code).zone for code in codes}
    for zone in zones.values():
        yield from note_text.forbidden_lines(zone, words)


def _cession(note: Note, page: NotePage, words: Words) -> Iterator[Block]:
    lines = tuple(cession_lines(page, note.document, words))
    if lines:
        yield Heading(words.text("note.doc.section-cession"))
        yield from lines


def _forbidden(reading: ParcelReading, words: Words) -> Iterator[Block]:
    if not reading.forbidden:
        yield Line(words.text("report.note.no_forbidden"))
    for item in reading.forbidden:
        marks = [item.citation]
        if item.is_translation:
            marks.append(words.text("report.note.unofficial_translation"))
        yield Line(item.text)
        yield Line(" · ".join(mark for mark in marks if mark), "soft")


def _rows(rows: tuple[ReadingRow, ...]) -> Table:
    tones = tuple("doubt" if row.flag == "unknown" else "main" * row.is_main for row in rows)
    listed = tuple((row.label, row.value, row.citation) for row in rows)
    return Table((), listed, shares=_ROWS, tones=tones)


# --- what it is worth, annexes -------------------------------------------------------------------


def _value(note: Note, words: Words) -> Iterator[Block]:
    yield Heading(words.text("report.note.section_value"))
    for text in note_text.disclaimers(note, words):
        yield Line(text)
        if text == words.text("report.note.disclaimer_law"):
            yield Line(note_text.laws_text(words), "soft")
    agency = note.letter.agency
    if agency is not None:
        place = agency.place.text(words.language)
        told = date_text(note.date, words)
        if place:
            told = words.text("note.doc.place-date", place=place, date=told)
        yield Signature(told, agency.signatory.text(words.language))


def _map_and_corners(note: Note, page: NotePage, words: Words) -> Iterator[Block]:
    yield NewPage(page.land.name)
    yield Heading(words.text("report.note.section_map"))
    yield Extract(page)
    yield Heading(words.text("report.note.section_corners"))
    crs = note.scene.crs
    unit_m = 0.0 if crs.is_geographic else crs.unit_m if crs.is_known else 1.0
    yield note_text.corners_table(page, unit_m, words)
    if unit_m:
        yield Line(words.text("note.doc.bearings"), "soft")


def _rules(note: Note, words: Words) -> Iterator[Block]:
    document = note.document
    if document is None:
        return
    codes = dict.fromkeys(code for page in note.pages for code in page.sectors)
    if not codes:
        return
    yield NewPage(words.text("note.doc.annex"))
    if note.scenario:
        yield Line(words.text("note.doc.rules-of-document"), "warning")
    for code in codes:
        lots = {page.lot for page in note.pages if code in page.sectors}
        lot = lots.pop() if len(lots) == 1 else None
        yield from sector_blocks(document, code, words, lot=lot)
    yield from annex_blocks(document, tuple(codes), words)
