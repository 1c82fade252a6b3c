"""What bites a parcel, in words: sectors, hits in order, what is left, what is doubtful.

The inspector, the note and the web popup say these same sentences. Owns their order; areas and
precedence are the simulation's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.domain.schema import Role
from emadina_gis.project.documents import study_document_of
from emadina_gis.regulation import rule_of
from emadina_gis.report.citations import percent
from emadina_gis.report.plan_index import TAKINGS, gives
from emadina_gis.report.sheet_blocks import date_text
from emadina_gis.report.situation import Case, Hit, Situation, hits_listed
from emadina_gis.simulation.constraint_natures import Rank, folded
from emadina_gis.simulation.precedence import SLIVER_M2
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.reading import ParcelReading
    from emadina_gis.report.values import ParcelValues
    from emadina_gis.words import Words

#: A code of the nomenclature is no name: the nature's own is said instead.
_LONGEST_CODE = 4
#: The table and the map may differ by this part of the parcel before it is told.
TOLD_SHARE = 0.005
_EFFECTS = {
    "heritage_a": "heritage", "heritage_b": "heritage", "heritage": "heritage",
    "water_main": "corridor", "oued": "oued", "quarry": "quarry", "interchange": "interchange",
    "road": "road", "footpath": "road", "front_3": "front_3", "front_4": "front_4",
    "front": "front", "arcade": "arcade", "commerce_front": "commerce_front",
    "green_strip": "green_strip", "unknown": "unknown",
    **dict.fromkeys(("railway", "railway_rural", "hv_line", "very_hv_line", "cemetery_belt",
                     "heritage_belt", "servitude", "no_build"), "empty"),
}  # fmt: skip


@dataclass(frozen=True)
class HitLine:
    """One hit as it is said.

    Attributes
    ----------
    amount : str
        "120 m² · 35 %", or the length of a front.
    area, share : str
        Apart and without unit, for tables; en dashes for a front.
    detail : str
        When it lapses, and what of it was counted above; empty where there is neither.
    flag : str
        ``""``, ``"lapsed"`` or ``"unknown"``.
    """

    index: str
    nature: str
    state: str
    amount: str
    area: str
    share: str
    effect: str
    detail: str
    citation: str
    flag: str = ""


@dataclass(frozen=True)
class HitsReading:
    """What bites a piece of land, in one language.

    Attributes
    ----------
    case_text : tuple of str
        The sentences of the geometric case.
    sectors : tuple of (str, str)
        Each sector with its area and share, and what lies outside, where there are several.
    lines : tuple of HitLine
        In the order in which they prevail, lapsed ones last.
    remainder : str
        What is left and how it stands to the minimum plot, or why nothing is said.
    notices : tuple of str
        What is doubtful, assumed or told differently by the table.
    """

    case_text: tuple[str, ...]
    sectors: tuple[tuple[str, str], ...]
    lines: tuple[HitLine, ...]
    remainder: str
    notices: tuple[str, ...] = ()


def read_hits(situation: Situation, document: PlanningDocument | None, words: Words) -> HitsReading:
    """Return what bites a piece of land, in words."""
    lines = tuple(_line(hit, situation, words) for hit in hits_listed(situation))
    notices = tuple(dict.fromkeys(_notices(situation, document, words)))
    return HitsReading(
        case_text(situation, words),
        tuple(_sector_pairs(situation, words)),
        lines,
        remainder_text(situation, document, words),
        notices,
    )


def _sector_pairs(situation: Situation, words: Words) -> Iterator[tuple[str, str]]:
    """Yield zone and sector with area and share, where the land is not in one sector alone."""
    if situation.case not in {Case.SEVERAL_SECTORS, Case.ACROSS_LIMIT}:
        return
    for part in situation.shares:
        names = (part.zone, part.sector)
        name = " · ".join(isolate_number(name, words.language) for name in names if name)
        yield name, _amount(part.area_m2, part.share, words)
    if situation.outside_m2:
        share = situation.outside_m2 / situation.area_m2
        yield words.text("report.note.outside"), _amount(situation.outside_m2, share, words)


def _amount(area_m2: float, share: float, words: Words) -> str:
    area = words.quantity(area_m2, "m2")
    return words.text("hits.area_share", area=area, share=percent(round(share, 3), words))


def case_text(situation: Situation, words: Words) -> tuple[str, ...]:
    """Return the sentences of the four cases of a note."""
    if not situation.area_m2 > 0:
        return ()
    area = words.quantity(situation.area_m2, "m2")
    if not situation.has_plan:
        return (words.text("report.note.no_plan", area=area),)
    if situation.case is Case.OUTSIDE:
        return (words.text("report.note.case_outside", area=area),)
    inside = _inside_text(situation, words)
    if situation.case is not Case.ACROSS_LIMIT:
        return (inside,)
    outside = words.quantity(situation.outside_m2, "m2")
    return (inside, words.text("report.note.case_across", area=outside))


def _inside_text(situation: Situation, words: Words) -> str:
    if len(situation.shares) > 1:
        return words.plural("report.note.case_several", len(situation.shares))
    part = situation.shares[0]
    return words.text(
        "report.note.case_one",
        zone=isolate_number(part.zone or "–", words.language),
        sector=isolate_number(part.sector, words.language),
        area=words.quantity(part.area_m2, "m2"),
    )


def nature_text(hit: Hit, words: Words) -> str:
    """Return what a hit is: as the layer writes it, in our words where it writes a code."""
    own = words.text(f"hits.nature.{hit.kind}")
    written = hit.nature.text(words.language)
    unknown = hit.kind == "unknown"
    if len(written) <= _LONGEST_CODE and not (unknown and written):
        return own
    translated = words.language != "fr" and written == hit.nature.fr and not unknown
    return own if translated else words.isolated(written)


def state_text(hit: Hit, words: Words) -> str:
    """Return EXISTANT, A CREER… in words, others as written; empty where none is expected."""
    if hit.lapsed:
        return words.text("report.state.caduque")
    key = f"report.state.{hit.state.lower().replace(' ', '_')}"
    if hit.state:
        return words.text(key) if words.has(key) else words.isolated(hit.state)
    return words.text("hits.state_unknown") if hit.rank == Rank.RESERVATION else ""


def _line(hit: Hit, situation: Situation, words: Words) -> HitLine:
    area, share = words.number(hit.area_m2), percent(round(hit.share, 3), words)
    if hit.length_m is not None:
        area = share = "–"
    article = isolate_number(hit.article, words.language)
    index = isolate_number(hit.index, words.language)
    return HitLine(
        index=index if hit.index else words.text("hits.no_index_mark"),
        nature=nature_text(hit, words),
        state=state_text(hit, words),
        amount=amount_text(hit, words),
        area=area,
        share=share,
        effect=effect_text(hit, situation, words),
        detail=" · ".join(_details(hit, words)),
        citation=words.text("regulation.citation", article=article) if hit.article else "",
        flag="lapsed" if hit.lapsed else "unknown" if hit.kind == "unknown" else "",
    )


def amount_text(hit: Hit, words: Words) -> str:
    """Return how much of the land a hit covers, or how long a front runs along it."""
    if hit.length_m is not None:
        return words.text("hits.front", length=words.quantity(hit.length_m, "m"))
    return _amount(hit.area_m2, hit.share, words)


def effect_text(hit: Hit, situation: Situation, words: Words) -> str:
    """Return what a hit does to the land."""
    if hit.lapsed:
        return _lapsed_text(hit, situation, words)
    key = f"hits.effect.{_EFFECTS.get(hit.kind, 'site')}"
    return words.text(key, area=words.quantity(hit.taken_m2, "m2"))


def _lapsed_text(hit: Hit, situation: Situation, words: Words) -> str:
    if hit.fallback:
        sector = isolate_number(hit.fallback, words.language)
        return words.text("hits.effect.lapsed", sector=sector)
    if situation.fallback:
        sector = isolate_number(situation.fallback, words.language)
        return words.text("hits.effect.lapsed_around", sector=sector)
    return words.text("hits.effect.lapsed_nowhere")


def _details(hit: Hit, words: Words) -> Iterator[str]:
    counted = hit.taken_m2 - hit.own_m2
    if counted > SLIVER_M2:
        yield words.text("hits.overlap", area=words.quantity(counted, "m2"))
    if hit.expiry and not hit.lapsed:
        key = "hits.expires_assumed" if hit.expiry_assumed else "hits.expires"
        yield words.text(key, date=date_text(dt.date.fromisoformat(hit.expiry), words))


def remainder_text(situation: Situation, document: PlanningDocument | None, words: Words) -> str:
    """Return the land that nothing takes, and how it stands to the sector's minimum plot."""
    if not situation.area_m2 > 0:
        empty = situation.area_m2 == 0
        return words.text("hits.zero_area" if empty else "hits.no_geometry")
    if not situation.has_reservations:
        return words.text("hits.no_layers")
    if not situation.hits:
        return words.text("hits.none")
    share = situation.remainder_m2 / situation.area_m2
    text = words.text(
        "hits.remainder",
        area=words.quantity(situation.remainder_m2, "m2"),
        share=percent(round(share, 3), words),
    )
    minimum = minimum_plot_m2(situation, document)
    if minimum is None:
        return text
    short = situation.remainder_m2 < minimum
    key = "report.note.remainder_short" if short else "report.note.remainder_enough"
    return f"{text} {words.text(key, minimum=words.quantity(minimum, 'm2'))}"


def minimum_plot_m2(situation: Situation, document: PlanningDocument | None) -> float | None:
    """Return the minimum plot of the largest part's sector, None where none is printed."""
    code = situation.fallback
    if document is None or not code or document.index_of(code) < 0:
        return None
    rule = rule_of(document, document.sector(code), "min_plot_m2")
    return None if rule is None else rule.value


def _notices(
    situation: Situation, document: PlanningDocument | None, words: Words
) -> Iterator[str]:
    for hit in situation.hits:
        if hit.width_unknown:
            yield words.text("hits.notice.width_unknown", nature=nature_text(hit, words))
        if hit.kind == "unknown":
            yield words.text("hits.notice.unknown", nature=nature_text(hit, words))
    article = "" if document is None else document.identity.reservations_article
    if article and any(hit.expiry and not hit.lapsed for hit in situation.hits):
        yield words.text("hits.notice.exceptions", article=isolate_number(article, words.language))


def table_notices(
    project: Project, situation: Situation, values: ParcelValues, words: Words
) -> Iterator[str]:
    """Yield where the table says otherwise than the map or nothing, and what a scenario changes.

    Parameters
    ----------
    values : ParcelValues
        What the engine was told of the parcel, in the scenario that is looked at.
    """
    layer = project.parcels
    if layer is None or not situation.area_m2 > 0:
        return
    yield from _sector_notice(layer, situation, values.row, words)
    if not situation.has_reservations:
        return
    told = max(SLIVER_M2, TOLD_SHARE * situation.area_m2)
    mapped = (situation.roads_m2, situation.equipment_m2, situation.servitude_m2)
    for (name, role), on_map in zip(TAKINGS, mapped, strict=True):
        own = _cell_m2(layer, role, values.row) if gives(layer, role) else on_map
        now = values.given(name) or 0.0
        what = words.text(f"report.row.{name}")
        table = words.quantity(own, "m2")
        if abs(own - on_map) > told:
            shown = words.quantity(on_map, "m2")
            yield words.text("hits.notice.differs", what=what, table=table, map=shown)
        if abs(now - own) > SLIVER_M2:
            shown = words.quantity(now, "m2")
            yield words.text("hits.notice.scenario", what=what, before=table, after=shown)
    if not all(gives(layer, role) for _name, role in TAKINGS) and any(mapped):
        yield words.text("hits.notice.supplied")


def _cell_m2(layer: VectorLayer, role: Role, row: int) -> float:
    """Return what a column of the parcel table says is taken; what it leaves empty counts as 0."""
    value = layer.table.numbers(layer.schema.column(role) or "")[row]
    return float(value) if value == value else 0.0  # noqa: PLR0124 - NaN is missing


def _sector_notice(
    layer: VectorLayer, situation: Situation, row: int, words: Words
) -> Iterator[str]:
    """Yield that the table's sector is not where the map puts most of the parcel."""
    if not gives(layer, Role.SECTOR) or not situation.shares:
        return
    table = layer.table.column(layer.schema.column(Role.SECTOR) or "").value(row)
    mapped = situation.shares[0].sector
    if table is not None and folded(str(table)) != folded(mapped):
        yield words.text(
            "hits.notice.sector_differs",
            table=isolate_number(str(table), words.language),
            map=isolate_number(mapped, words.language),
        )


def study_notices(project: Project, words: Words) -> Iterator[str]:
    """Yield that a second document, under study, bites on the same land."""
    study = study_document_of(project)
    if study is not None:
        title = study.identity.title.in_language(words.language)
        yield words.text("hits.notice.study", document=words.isolated(title))


def with_hits(reading: ParcelReading, hits: HitsReading, *more: str) -> ParcelReading:
    """Return a parcel's reading with what bites it, and what is said beside."""
    notices = tuple(dict.fromkeys((*hits.notices, *more)))
    return replace(reading, hits=replace(hits, notices=notices))
