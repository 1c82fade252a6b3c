"""The tables and sentences of a note about one piece of land, and what a note is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.domain.title_area import GAP_M2, GAP_SHARE
from emadina_gis.regulation.kinds import DATES
from emadina_gis.regulation.wording import citation_text, date_label, status_label
from emadina_gis.report.citations import percent
from emadina_gis.report.note_blocks import Line, Table
from emadina_gis.report.sheet_blocks import date_text
from emadina_gis.words.numbers import format_number, isolate_number
from emadina_gis.words.units import hectares_ares_centiares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.regulation import PlanningDocument, Zone
    from emadina_gis.report.corners import Corners
    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.reading_hits import HitLine
    from emadina_gis.words import Words

#: Laws that a plan d'aménagement of Casablanca cites (article 1), in their own order.
LAWS = ("loi_12_90", "loi_25_90", "decret_2_18_577", "loi_66_12")


def land_rows(note: Note, page: NotePage, words: Words) -> list[tuple[str, str]]:
    """Return what the land is: titles, place, both areas and how far they are apart."""
    land = page.land
    name = isolate_number(land.name, words.language)
    pairs = [(words.text("report.note.land"), name)]
    if page.reading is not None and page.reading.place:
        pairs.append((words.text("report.note.place"), page.reading.place))
    if land.title_area_m2 is not None:
        pairs.append((words.text("report.note.title_area"), _title_area(land.title_area_m2, words)))
    pairs.append((words.text("report.note.gis_area"), _gis_area(page, words)))
    if note.scenario:
        pairs.append((words.text("note.doc.scenario"), words.isolated(note.scenario)))
    return pairs


def plan_rows(note: Note, words: Words) -> list[tuple[str, str]]:
    """Return the planning document, its life, the one under study, and the dates of the data."""
    pairs = []
    if note.document is not None:
        pairs += document_pairs(note.document, words)
        calendar = calendar_text(note.document, words)
        if calendar:
            pairs.append((words.text("note.doc.calendar"), calendar))
    if note.study is not None:
        title = words.isolated(note.study.identity.title.in_language(words.language))
        told = f"{title} · {status_text(note.study, words)}"
        pairs.append((words.text("note.doc.study"), told))
    dates = data_text(note, words)
    if dates:
        pairs.append((words.text("report.note.data_date"), dates))
    pairs.append((words.text("report.fact.date"), date_text(note.date, words)))
    if note.code:
        pairs.append((words.text("report.fact.code"), isolate_number(note.code, words.language)))
    return pairs


def calendar_text(document: PlanningDocument, words: Words) -> str:
    """Return the dates of a document's life, in their order; empty where none is known."""
    dates = document.identity.dates
    known = [name for name in DATES if name in dates and name != "decree_date"]
    told = (
        words.text(
            "note.doc.dated", what=date_label(name, words), date=date_text(dates[name], words)
        )
        for name in known
    )
    return " · ".join(told)


def data_text(note: Note, words: Words) -> str:
    """Return the year of the data, by layer where they differ."""
    years = dict.fromkeys(year for _title, year in note.data_dates)
    if len(years) <= 1:
        year = next(iter(years), note.data_date)
        return isolate_number(year, words.language) if year else ""
    told = (
        words.text("note.doc.dated-layer", layer=title.text(words.language), year=str(year))
        for title, year in note.data_dates
    )
    return " · ".join(told)


def _title_area(area_m2: float, words: Words) -> str:
    hectares, ares, centiares = hectares_ares_centiares(area_m2)
    spelled = isolate_number(f"{hectares} ha {ares:02d} a {centiares:02d} ca", words.language)
    return words.text(
        "report.note.area_spelled", area=words.quantity(area_m2, "m2"), spelled=spelled
    )


def _gis_area(page: NotePage, words: Words) -> str:
    area = page.situation.area_m2
    text = words.quantity(area, "m2", 1)
    title = page.land.title_area_m2
    if not title:
        return text
    gap = words.quantity(area - title, "m2", 1, signed=True)
    told = words.text("report.note.area_gap", area=text, gap=gap)
    beyond = abs(area - title) > max(GAP_M2, GAP_SHARE * title)
    key = "note.doc.gap-beyond" if beyond else "note.doc.gap-within"
    share = words.quantity(100 * GAP_SHARE, "percent")
    least = words.quantity(GAP_M2, "m2")
    return f"{told} {words.text(key, share=share, least=least)}"


def document_pairs(document: PlanningDocument, words: Words) -> list[tuple[str, str]]:
    """Return the planning document and where it stands in its life."""
    identity = document.identity
    title = words.isolated(identity.title.in_language(words.language))
    pairs = [
        (words.text("report.fact.document"), title),
        (words.text("report.fact.status"), status_text(document, words)),
    ]
    if not identity.is_complete:
        missing = words.isolated(identity.missing.in_language(words.language))
        pairs.append((words.text("regulation.missing"), missing))
    return pairs


def status_text(document: PlanningDocument, words: Words) -> str:
    """Return the status of a document with its decree and bulletin, and the press said so."""
    identity = document.identity
    if identity.status != "homologated":
        return words.text(
            "report.document.other_status", status=status_label(identity.status, words)
        )
    date = identity.dates.get("decree_date")
    key = "report.document.homologated"
    if identity.bulletin_source == "press":
        key = "report.document.homologated_press"
    return words.text(
        key,
        decree=isolate_number(identity.decree, words.language),
        date="–" if date is None else date_text(date, words),
        bulletin=isolate_number(identity.bulletin, words.language),
    )


def sectors_table(page: NotePage, words: Words) -> Table:
    """Return the zones and sectors of the land with their areas."""
    rows = [
        (
            isolate_number(share.zone or "–", words.language),
            isolate_number(share.sector, words.language),
            words.number(share.area_m2),
            percent(round(share.share, 3), words),
        )
        for share in page.situation.shares
    ]
    if page.situation.outside_m2:
        outside = page.situation.outside_m2
        part = percent(round(outside / page.situation.area_m2, 3), words)
        rows.append(("–", words.text("report.note.outside"), words.number(outside), part))
    head = tuple(
        words.text(f"report.note.col_{name}") for name in ("zone", "sector", "area", "share")
    )
    return Table(head, tuple(rows), (2, 3), (0.15, 0.4, 0.25, 0.2))


def hits_table(page: NotePage, words: Words) -> Table:
    """Return everything that bites the land, in the order in which it prevails."""
    rows = tuple(
        (line.index, line.nature, line.state, line.area, line.share, _effect(line))
        for line in page.hits.lines
    )
    names = ("index", "nature", "state", "area", "share", "effect")
    head = tuple(words.text(f"report.note.col_{name}") for name in names)
    return Table(head, rows, (3, 4), (0.13, 0.19, 0.11, 0.1, 0.09, 0.38))


def _effect(line: HitLine) -> str:
    front = line.amount if line.area == "–" else ""
    parts = (front, line.effect.rstrip("."), line.detail, line.citation)
    return " · ".join(part for part in parts if part)


def corners_table(page: NotePage, unit_m: float, words: Words) -> Table:
    """Return the corners with their coordinates, the sides between them and their bearings.

    Parameters
    ----------
    unit_m : float
        Metres in one map unit; 0 where the map is in degrees, which have no lengths.
    """
    rows: list[tuple[str, ...]] = []
    for outline in page.land.outlines:
        rows += _outline_rows(outline, unit_m, words)
    head = [words.text("report.note.col_corner"), "X (m)", "Y (m)"]
    if not unit_m:
        head = [head[0], words.text("note.doc.col-longitude"), words.text("note.doc.col-latitude")]
        return Table(tuple(head), tuple(row[:3] for row in rows), (1, 2), (0.2, 0.4, 0.4))
    head += [words.text(f"note.doc.col-{name}") for name in ("side", "length", "bearing")]
    return Table(tuple(head), tuple(rows), (1, 2, 4, 5), (0.12, 0.22, 0.22, 0.14, 0.15, 0.15))


def _outline_rows(outline: Corners, unit_m: float, words: Words) -> list[tuple[str, ...]]:
    language, names = words.language, outline.names
    following = (*names[1:], names[0])
    decimals = 2 if unit_m else 7
    lengths, bearings = outline.sides * unit_m, outline.bearings_gon
    return [
        (
            isolate_number(name, language),
            _coordinate(outline.xy[place, 0], words, decimals),
            _coordinate(outline.xy[place, 1], words, decimals),
            isolate_number(f"{name}\u2013{following[place]}", language),
            words.number(float(lengths[place]), 2),
            words.number(float(bearings[place]), 2),
        )
        for place, name in enumerate(names)
    ]


def _coordinate(value: float, words: Words, decimals: int) -> str:
    return isolate_number(format_number(value, words.language, decimals), words.language)


def streets_table(page: NotePage, words: Words) -> Table:
    """Return the named streets along the land."""
    rows = tuple(
        (
            words.isolated(street.name.text(words.language)),
            words.number(street.width_m, 1 if street.width_m and street.width_m % 1 else 0),
            words.number(street.along_m, 1),
            written_state(street.state, words),
        )
        for street in page.streets
    )
    names = ("street", "width", "along", "state")
    head = tuple(words.text(f"note.doc.col-{name}") for name in names)
    return Table(head, rows, (1, 2), (0.46, 0.16, 0.16, 0.22))


def written_state(state: str, words: Words) -> str:
    """Return EXISTANTE, A CREER… in words, others as they are written."""
    key = f"report.state.{state.lower().replace(' ', '_')}"
    return words.text(key) if state and words.has(key) else words.isolated(state) if state else ""


def forbidden_lines(zone: Zone, words: Words) -> Iterator[Line]:
    """Yield what is forbidden in a zone, with its article."""
    forbidden = zone.forbidden
    if forbidden is None:
        yield Line(words.text("report.note.no_forbidden"))
        return
    listed = forbidden.listed
    said = words.isolated(forbidden.text.in_language(words.language))
    yield Line(said if listed else words.text("report.forbidden.see_article"))
    marks = [citation_text(forbidden.citation, words)]
    if listed and words.language != "fr":
        marks.append(words.text("report.note.unofficial_translation"))
    yield Line(" · ".join(mark for mark in marks if mark), "soft")


def disclaimers(note: Note, words: Words) -> list[str]:
    """Return what the note is worth."""
    texts = [
        words.text("report.note.disclaimer_data"),
        words.text("report.note.disclaimer_law"),
        words.text("report.note.disclaimer_theoretical"),
    ]
    if note.is_synthetic:
        texts.insert(0, words.text("report.sources.synthetic"))
    if words.language != "fr":
        texts.append(words.text("report.note.translation"))
    return texts


def laws_text(words: Words) -> str:
    """Return the texts that any project must follow."""
    named = [words.text(f"report.law.{law}") for law in LAWS]
    return words.text("report.list_separator").join(named)


def missing_text(note: Note, words: Words) -> str:
    """Return which titles were asked for and not found; empty where all were."""
    if not note.missing:
        return ""
    titles = [isolate_number(title, words.language) for title in note.missing]
    listed = words.text("report.list_separator").join(titles)
    return words.text("report.note.missing", titles=listed)
