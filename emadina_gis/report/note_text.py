"""The texts of a note that both the PDF and the DOCX set: tables, disclaimers, laws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.regulation.wording import status_label
from emadina_gis.report.citations import percent
from emadina_gis.report.sheet_blocks import date_text
from emadina_gis.words.numbers import format_number, isolate_number
from emadina_gis.words.units import hectares_ares_centiares

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.note import Note, NotePage
    from emadina_gis.report.reading_hits import HitLine
    from emadina_gis.words import Words

#: Laws that a plan d'aménagement of Casablanca cites (article 1), in their own order.
LAWS = ("loi_12_90", "loi_25_90", "decret_2_18_577", "loi_66_12")


@dataclass(frozen=True)
class Table:
    """A table: heading cells, rows of cells, and which columns hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()


def identity_pairs(note: Note, page: NotePage, words: Words) -> list[tuple[str, str]]:
    """Return what the land is: titles, place, areas, document, dates."""
    land = page.land
    pairs = [(words.text("report.note.land"), isolate_number(land.name, words.language))]
    if page.reading is not None and page.reading.place:
        pairs.append((words.text("report.note.place"), page.reading.place))
    if land.title_area_m2 is not None:
        pairs.append((words.text("report.note.title_area"), _title_area(land.title_area_m2, words)))
    pairs.append((words.text("report.note.gis_area"), _gis_area(page, words)))
    if note.document is not None:
        pairs += document_pairs(note.document, words)
    if note.data_date:
        pairs.append(
            (words.text("report.note.data_date"), isolate_number(note.data_date, words.language))
        )
    pairs.append((words.text("report.fact.date"), date_text(note.date, words)))
    return pairs


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
    return words.text("report.note.area_gap", area=text, gap=gap)


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
    return Table(head, rows, (3, 4), (0.09, 0.2, 0.11, 0.11, 0.09, 0.4))


def _effect(line: HitLine) -> str:
    front = line.amount if line.area == "–" else ""
    parts = (front, line.effect.rstrip("."), line.detail, line.citation)
    return " · ".join(part for part in parts if part)


def corners_table(page: NotePage, words: Words) -> Table:
    """Return the corners with their Lambert coordinates."""
    corners = page.land.corners
    rows = tuple(
        (
            isolate_number(name, words.language),
            _coordinate(x, words),
            _coordinate(y, words),
        )
        for name, (x, y) in zip(corners.names, corners.xy.tolist(), strict=True)
    )
    head = (words.text("report.note.col_corner"), "X (m)", "Y (m)")
    return Table(head, rows, (1, 2), (0.2, 0.4, 0.4))


def _coordinate(value: float, words: Words) -> str:
    return isolate_number(format_number(value, words.language, 2), words.language)


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
