"""What is said about one parcel: the same words in the inspector, the note and the web popup.

Every value comes from an outcome's column; where a column is empty the reason is said instead.
Owns the order of what is said and its sentences; knows nothing of widgets or paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.schema import Role
from emadina_gis.regulation.wording import no_number_text
from emadina_gis.report.citations import binding_of, forbidden_of, percent, rule_value
from emadina_gis.report.reading_rows import capacity_rows, existing_rows, land_rows
from emadina_gis.report.terms import granted_notices
from emadina_gis.report.values import ParcelValues
from emadina_gis.simulation.articles import barring_article
from emadina_gis.simulation.binding import flags_of
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.people import basements_for
from emadina_gis.words.numbers import isolate_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.citations import Binding, Forbidden
    from emadina_gis.report.reading_hits import HitsReading
    from emadina_gis.report.reading_rows import ReadingRow
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.words import Words

ARROW = "\u2192"
#: Usual name of the column with Arabic names beside the one that plays the role.
_ARABIC_NAME = "name_ar"


@dataclass(frozen=True)
class ParcelReading:
    """What is said about a parcel, in one language.

    Attributes
    ----------
    row : int
        Row of the parcel layer.
    heading : str
        "Parcelle T.12345/C".
    title : str
        The land title as it is written; empty where there is none.
    sector : str
        Code of the sector, or "D3 → B4" where a scenario changed it; empty outside the document.
    sector_name : str
        What the sector is.
    place : str
        Commune or arrondissement.
    status : str
        Status of the outcome, as a key (``"ok"``, ``"regime_unknown"``, …).
    notices : tuple of str
        What must be read before the figures.
    land, capacity, existing : tuple of ReadingRow
        What is known of the land; what it may carry; what stands on it.
    binding : Binding or None
        The rule that decides.
    forbidden : tuple of Forbidden
        What may not be built, by zone.
    unknowns, assumptions : tuple of str
        What is not known of the parcel, and what was assumed instead.
    document : str
        The planning document.
    hits : HitsReading or None
        What bites the parcel; None where nobody asked the map.
    """

    row: int
    heading: str
    title: str
    sector: str
    sector_name: str
    place: str
    status: str
    status_text: str
    notices: tuple[str, ...]
    land: tuple[ReadingRow, ...]
    capacity: tuple[ReadingRow, ...]
    existing: tuple[ReadingRow, ...]
    binding: Binding | None
    forbidden: tuple[Forbidden, ...]
    unknowns: tuple[str, ...]
    assumptions: tuple[str, ...]
    document: str
    hits: HitsReading | None = None

    @property
    def rows(self) -> tuple[ReadingRow, ...]:
        """All rows: what it may carry, what stands, what is known of the land."""
        return (*self.capacity, *self.existing, *self.land)


def read_parcel(
    project: Project,
    row: int,
    outcome: Outcome,
    document: PlanningDocument,
    words: Words,
    *,
    more: Mapping[str, Any] | None = None,
) -> ParcelReading:
    """Return what is said about a parcel.

    Parameters
    ----------
    project : Project
        Its parcel layer has the row.
    row : int
        Row of the parcel layer.
    outcome : Outcome
        What the parcels may carry in the scenario that is looked at.
    document : PlanningDocument
        Whose rules and articles are named.
    words : Words
        Language.
    more : Mapping[str, array], optional
        Columns on the same rows that were worked out before; see `ParcelValues`.
    """
    values = ParcelValues(outcome, row, more or {})
    layer = project.parcels
    title = _cell(layer, Role.PARCEL_ID, row)
    return ParcelReading(
        row=row,
        heading=_heading(title, row, words),
        title=title,
        sector=_sector(layer, values, words),
        sector_name=_sector_name(values, document, words),
        place=_place(project, layer, values, words),
        status=values.word("status"),
        status_text=words.text(f"report.status.{values.word('status')}"),
        notices=(*_notices(values, words), *granted_notices(values, document, words)),
        land=land_rows(values, document, words),
        capacity=capacity_rows(values, document, words),
        existing=existing_rows(values, words),
        binding=binding_of(values, document, words),
        forbidden=forbidden_of(values, document, words),
        unknowns=tuple(_unknowns(values, words)),
        assumptions=tuple(_assumptions(values, document, words)),
        document=words.isolated(document.identity.title.in_language(words.language)),
    )


def _cell(layer: VectorLayer | None, role: Role, row: int) -> str:
    name = layer.schema.column(role) if layer is not None else None
    if layer is None or name is None or name not in layer.table.columns:
        return ""
    value = layer.table.column(name).value(row)
    return "" if value is None else str(value)


def _heading(title: str, row: int, words: Words) -> str:
    if title:
        return words.text("report.reading.heading", title=isolate_number(title, words.language))
    return words.text("report.reading.heading_row", row=row + 1)


def _sector(layer: VectorLayer | None, values: ParcelValues, words: Words) -> str:
    now = values.word("sector").replace("|", " | ")
    before = _cell(layer, Role.SECTOR, values.row)
    changed = bool(before) and bool(now) and before != values.word("sector")
    text = f"{before} {ARROW} {now}" if changed and "|" not in now else now
    return isolate_number(text, words.language) if text else ""


def _sector_name(values: ParcelValues, document: PlanningDocument, words: Words) -> str:
    names = [document.sector(code).title.in_language(words.language) for code in values.sectors]
    return words.text("report.list_separator").join(words.isolated(n) for n in names if n)


def _place(project: Project, layer: VectorLayer | None, values: ParcelValues, words: Words) -> str:
    inputs = values.inputs
    if inputs.commune is not None and len(inputs.commune_names):
        code = int(inputs.commune[values.row])
        if code >= 0:
            return words.isolated(commune_name(project, inputs.commune_names[code], words))
    written = _cell(layer, Role.COMMUNE, values.row)
    return words.isolated(commune_name(project, written, words)) if written else ""


def commune_name(project: Project, code: str, words: Words) -> str:
    """Return the name that a layer of communes or arrondissements gives a code, else the code."""
    for layer in project.vector_layers:
        codes, name = layer.schema.column(Role.COMMUNE), layer.schema.column(Role.NAME)
        if layer.id == project.parcels_id or not codes or not name:
            continue
        rows = np.flatnonzero(layer.table.strings(codes) == code)
        if len(rows):
            arabic = _ARABIC_NAME if words.language == "ar" else name
            column = arabic if arabic in layer.table.columns else name
            return str(layer.table.column(column).value(int(rows[0])) or code)
    return code


def _notices(values: ParcelValues, words: Words) -> Iterator[str]:
    """Yield what must be read before the figures: the open regime first."""
    status = values.word("status")
    if status == "regime_unknown":
        low, high = values.number("net_floor_area_low_m2"), values.number("net_floor_area_high_m2")
        yield words.text("report.notice.regime_unknown", span=words.span(low, high, "m2"))
    if values.word("reason") == "rule_missing":
        yield from _without_rule(values, words)
    elif status in {"no_sector", "no_rule", "missing_input", "bad_geometry"}:
        yield words.text(f"report.notice.{status}")
    elif status == "nothing_fits":
        yield _nothing_fits(values, words)
    if status == "several_sectors":
        yield words.text("report.notice.several_sectors")


def _nothing_fits(values: ParcelValues, words: Words) -> str:
    """Return that nothing fits, with the article of what bars every building."""
    article = barring_article(values.outcome, values.row)
    if not article:
        return words.text("report.notice.nothing_fits")
    cited = words.text("regulation.citation", article=isolate_number(article, words.language))
    return words.text("report.notice.nothing_fits_cited", citation=cited)


def _without_rule(values: ParcelValues, words: Words) -> Iterator[str]:
    """Yield what a document that is incomplete or contradicts itself lacks for a parcel."""
    document = values.outcome.document
    for code in values.sectors:
        said = no_number_text(document, code, words)
        if said:
            yield said


def _unknowns(values: ParcelValues, words: Words) -> Iterator[str]:
    if values.regime is Regime.UNKNOWN:
        yield words.text("report.unknown.regime")
    for name in ("frontage_m", "road_width_m", "existing_floor_area_m2", "existing_dwellings"):
        if values.given(name) is None:
            yield words.text(f"report.unknown.{name}")


def _assumptions(values: ParcelValues, document: PlanningDocument, words: Words) -> Iterator[str]:
    inputs = values.inputs
    if values.word("reason") == "value_not_printed":
        yield words.text("report.assumed.value_not_printed")
    if values.word("reason") == "if_authorised":
        yield words.text("report.assumed.if_authorised")
    if inputs.assumed is not None and bool(inputs.assumed[values.row]):
        yield words.text("report.assumed.measures")
    if values.fronts is not Fronts.ONE and values.given("side_road_width_m") is None:
        yield words.text("report.assumed.side_road")
    if inputs.use is None or int(inputs.use[values.row]) < 0:
        use = words.text(f"report.use.{values.use(document)}")
        yield words.text("report.assumed.use", use=use)
    yield from _remarks(values, document, words)
    places, ground_m2 = values.parking_places, values.number("reference_area_m2")
    if places is not None and ground_m2 is not None:
        levels = basements_for(places, ground_m2, values.outcome.parameters)
        if levels > _BASEMENTS_TOLD:
            yield words.plural("report.assumed.basements", levels)
    share = values.outcome.parameters.coefficient("net_to_gross")
    yield words.text(
        "report.assumed.net_to_gross",
        value=words.number(share.value, 2),
        low=words.number(share.low, 2),
        high=words.number(share.high, 2),
    )


#: More levels of basement than this for the parking places alone are told.
_BASEMENTS_TOLD = 2
#: Remarks that rows and assumptions of their own tell already.
_TOLD_ELSEWHERE = frozenset({"below_min_plot", "if_authorised"})


def _remarks(values: ParcelValues, document: PlanningDocument, words: Words) -> Iterator[str]:
    """Yield what must be told with the result of a parcel, with the document's own values."""
    share = rule_value(values, document, "facade_share_max")
    threshold = rule_value(values, document, "cession_threshold_m2")
    told = {"share": percent(share, words), "area": words.quantity(threshold, "m2")}
    for remark in flags_of(values.outcome, values.row):
        if remark not in _TOLD_ELSEWHERE:
            yield words.text(f"simulation.remark.{remark}", **told)
