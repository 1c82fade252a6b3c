"""The rows of a parcel's reading: label, value with its unit and range, article, doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.regulation.wording import citation_text
from emadina_gis.report.citations import (
    cited,
    first_cited,
    flag_of,
    percent,
    rule_value,
)
from emadina_gis.report.values import known
from emadina_gis.simulation.parcels import Fronts, Regime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.values import ParcelValues
    from emadina_gis.words import Words

#: What prints the volume where no ratio decides: the band, the distances, the height.
ENVELOPE_KINDS = ("band_depth_m", "limit_distance_m", "max_height_m")
#: Statuses under which a figure that is missing is missing for a reason of the whole parcel.
_PARCEL_REASONS = frozenset({"no_sector", "no_rule", "missing_input", "bad_geometry"})


@dataclass(frozen=True)
class ReadingRow:
    """A line about a parcel.

    Attributes
    ----------
    key : str
        Stable name, the outcome's column where it is one.
    value : str
        With its unit and range, or the reason why there is none.
    citation : str
        "art. 31 · p. 29"; empty where no article prints it.
    flag : str
        ``""``, ``"unknown"`` (the value is a reason), ``"assumed"`` or ``"interpretation"``.
    number : float or None
        The figure itself, for tables and JSON.
    is_main : bool
        One of the few figures that matter most.
    """

    key: str
    label: str
    value: str
    citation: str = ""
    flag: str = ""
    number: float | None = None
    is_main: bool = False


def capacity_rows(
    values: ParcelValues, document: PlanningDocument, words: Words
) -> tuple[ReadingRow, ...]:
    """Return what the parcel may carry, the main figures first."""
    return tuple(row for row in _capacity(values, document, words) if row is not None)


def _capacity(
    values: ParcelValues, document: PlanningDocument, words: Words
) -> Iterator[ReadingRow | None]:
    area = _Area(values, document, words)
    yield area.row("reference_area_m2", _reference_kinds(values))
    yield _height(values, document, words)
    yield area.row("max_footprint_m2", ("coverage", *ENVELOPE_KINDS))
    yield _coverage(values, document, words)
    yield area.row("gross_floor_area_m2", ENVELOPE_KINDS, main=True)
    yield _net(values, document, words)
    yield _floor_ratio(values, document, words)
    yield area.positive("free_cession_m2", ("cession_share",))
    yield area.positive("to_acquire_m2", ("equipment_bonus_share",))
    yield area.positive("green_m2", ("green_share",))
    yield _minimum_plot(values, document, words)
    for name in ("dwellings", "population", "jobs"):
        yield _with_range(values, name, words)
    yield _parking(values, document, words)


@dataclass(frozen=True)
class _Area:
    values: ParcelValues
    document: PlanningDocument
    words: Words

    def row(self, name: str, kinds: tuple[str, ...], *, main: bool = False) -> ReadingRow:
        """Return a row of an area in m², or why there is none; the first kind printed is cited."""
        values, words = self.values, self.words
        number = values.number(name)
        text = words.quantity(number, "m2") if number is not None else reason_text(values, words)
        citation = first_cited(values, self.document, kinds, words)
        flag = flag_of(values, self.document, kinds[0])
        return ReadingRow(
            name,
            words.text(f"report.row.{name}"),
            text,
            citation,
            "unknown" if number is None else flag,
            number,
            main,
        )

    def positive(self, name: str, kinds: tuple[str, ...]) -> ReadingRow | None:
        """Return a row only where there is something to say: a value above 0."""
        return self.row(name, kinds) if self.values.number(name) else None


def _reference_kinds(values: ParcelValues) -> tuple[str, ...]:
    """Return what prints the reference area: the ratios' base on a lot, else what is taken off."""
    if values.regime is Regime.LOT:
        return ("coverage", "floor_ratio", "min_plot_m2")
    return ("strip_share", "cession_share")


def reason_text(values: ParcelValues, words: Words) -> str:
    """Return why a figure does not exist: the regime, or what the parcel lacks."""
    status, reason = values.word("status"), values.word("reason")
    if status in _PARCEL_REASONS and reason:
        return words.text(f"report.reason.{reason}")
    if values.regime is Regime.UNKNOWN:
        return words.text("report.reason.differs")
    return words.text("report.reason.none")


def _height(values: ParcelValues, document: PlanningDocument, words: Words) -> ReadingRow:
    height, levels = values.number("max_height_m"), values.number("max_levels")
    label = words.text("report.row.max_height_m")
    citation = cited(values, document, "max_height_m", words)
    if values.word("reason") == "rule_missing":
        height, levels = _printed_height(values, document)
    if height is None:
        return ReadingRow("max_height_m", label, reason_text(values, words), citation, "unknown")
    text = words.quantity(height, "m", 2)
    if levels is not None:
        text = words.text(
            "report.row.height_levels", height=text, levels=levels_text(levels, words)
        )
    flag = flag_of(values, document, "max_height_m")
    return ReadingRow("max_height_m", label, text, citation, flag, height, is_main=True)


def _printed_height(
    values: ParcelValues, document: PlanningDocument
) -> tuple[float | None, float | None]:
    """Return the height and the levels printed for a sector that lacks other rules."""
    above = rule_value(values, document, "levels")
    levels = None if above is None else above + 1
    return rule_value(values, document, "max_height_m"), levels


def levels_text(levels: float, words: Words) -> str:
    """Return levels as R+n: the ground floor and the levels above it."""
    above = max(round(levels) - 1, 0)
    return words.plural("report.levels", above)


def _coverage(values: ParcelValues, document: PlanningDocument, words: Words) -> ReadingRow | None:
    return _printed_ratio(values, document, "coverage", words)


def _floor_ratio(
    values: ParcelValues, document: PlanningDocument, words: Words
) -> ReadingRow | None:
    return _printed_ratio(values, document, "floor_ratio", words)


def _printed_ratio(
    values: ParcelValues, document: PlanningDocument, kind: str, words: Words
) -> ReadingRow | None:
    """Return the ratio the document prints, under the document's own label."""
    if not values.sectors:
        return None
    label = document.label(kind, words.language) or words.text(f"report.row.{kind}")
    value = rule_value(values, document, kind)
    citation = cited(values, document, kind, words)
    if values.regime is Regime.UNKNOWN:
        return _both_ratios(values, document, kind, label=label, words=words)
    if value is None:
        text = words.text("report.ratio.none")
        return ReadingRow(kind, words.isolated(label), text, citation)
    shown = percent(value, words) if kind == "coverage" else words.number(value, 2)
    flag = flag_of(values, document, kind)
    return ReadingRow(kind, words.isolated(label), shown, citation, flag, value)


def _both_ratios(
    values: ParcelValues, document: PlanningDocument, kind: str, *, label: str, words: Words
) -> ReadingRow:
    """Return a ratio under both regimes, which is what is known while the regime is not."""
    from dataclasses import replace

    from emadina_gis.regulation import cite, rule_of

    sector = document.sector(values.sectors[0])
    texts, citations = [], []
    for lot in (True, False):
        case = replace(values.case(document), lot=lot)
        rule = rule_of(document, sector, kind, case)
        shown = words.text("report.ratio.none")
        if rule is not None:
            is_share = kind == "coverage"
            shown = percent(rule.value, words) if is_share else words.number(rule.value, 2)
        texts.append(shown)
        citations.append(citation_text(cite(document, sector.code, kind, case), words))
    text = texts[0]
    if texts[0] != texts[1]:
        text = words.text("report.ratio.both", lot=texts[0], raw=texts[1])
    cites = "; ".join(dict.fromkeys(c for c in citations if c))
    return ReadingRow(kind, words.isolated(label), text, cites)


def _net(values: ParcelValues, document: PlanningDocument, words: Words) -> ReadingRow:
    number = values.number("net_floor_area_m2")
    low, high = values.number("net_floor_area_low_m2"), values.number("net_floor_area_high_m2")
    label = words.text("report.row.net_floor_area_m2")
    citation = first_cited(values, document, ("floor_ratio", *ENVELOPE_KINDS), words)
    if number is None and low is None:
        why = reason_text(values, words)
        return ReadingRow("net_floor_area_m2", label, why, citation, "unknown", is_main=True)
    if number is None:
        text = words.span(low, high, "m2")
        return ReadingRow("net_floor_area_m2", label, text, citation, "unknown", is_main=True)
    text = words.quantity(number, "m2")
    if low is not None and high is not None and low != high:
        text = _with_span(text, words.span(low, high, ""), words)
    return ReadingRow("net_floor_area_m2", label, text, citation, "", number, is_main=True)


def _minimum_plot(
    values: ParcelValues, document: PlanningDocument, words: Words
) -> ReadingRow | None:
    """Return the minimum plot and frontage: told, never refused to an existing parcel."""
    area, front = (rule_value(values, document, kind) for kind in ("min_plot_m2", "min_frontage_m"))
    if area is None:
        return None
    text = words.quantity(area, "m2")
    if front is not None:
        text = words.text("report.row.plot_front", area=text, front=words.quantity(front, "m"))
    own = values.given("area_m2")
    below = own is not None and own < area
    key = "report.row.plot_below" if below else "report.row.plot_note"
    citation = cited(values, document, "min_plot_m2", words)
    label = words.text("report.row.min_plot_m2")
    return ReadingRow("min_plot_m2", label, words.text(key, plot=text), citation, "", area)


def _with_range(values: ParcelValues, name: str, words: Words) -> ReadingRow | None:
    number, low, high = values.people(name)
    if not number:
        return _open_range(name, low, high, words)
    text = words.number(number, _decimals(number))
    if low is not None and high is not None and low < high:
        span = words.span(low, high, "", _decimals(high))
        text = _with_span(text, span, words)
    return ReadingRow(name, words.text(f"report.row.{name}"), text, "", "", number)


def _with_span(value: str, span: str, words: Words) -> str:
    """Return a value with its range, which is not broken where a line ends."""
    return words.text("report.row.with_range", value=value, span=span.replace(" ", "\u00a0"))


def _open_range(
    name: str, low: float | None, high: float | None, words: Words
) -> ReadingRow | None:
    """Return a row of both bounds where the value itself is open; None where there is nothing."""
    if low is None or not high:
        return None
    span = words.span(low, high, "", _decimals(high))
    return ReadingRow(name, words.text(f"report.row.{name}"), span, "", "unknown")


def _decimals(number: float) -> int:
    return 1 if abs(number) < 10 and known(number) is not None and number % 1 else 0


def _parking(values: ParcelValues, document: PlanningDocument, words: Words) -> ReadingRow | None:
    places = values.parking_places
    norms = [
        norm for norm in document.parking if values.sectors and norm.use == values.use(document)
    ]
    if not norms:
        return None
    citation = citation_text(norms[0].citation, words)
    rule = words.isolated(norms[0].text.in_language(words.language))
    label = words.text("report.row.parking_places")
    if places is None:
        return ReadingRow("parking_places", label, rule, citation)
    told = {"places": words.number(places), "rule": rule}
    text = words.plural("report.row.parking_rule", round(places), **told)
    return ReadingRow("parking_places", label, text, citation, "", places)


def existing_rows(values: ParcelValues, words: Words) -> tuple[ReadingRow, ...]:
    """Return what stands on the parcel and the floor area still to be built."""
    rows = []
    for name, unit in (("existing_floor_area_m2", "m2"), ("existing_dwellings", "")):
        number = values.given(name)
        label = words.text(f"report.row.{name}")
        if number is None:
            text = words.text("report.reason.not_surveyed")
            rows.append(ReadingRow(name, label, text, "", "unknown"))
        else:
            shown = words.quantity(number, unit) if unit else words.number(number)
            rows.append(ReadingRow(name, label, shown, "", "", number))
    residual = values.number("residual_floor_area_m2")
    if residual is not None:
        label = words.text("report.row.residual_floor_area_m2")
        text = words.quantity(residual, "m2")
        rows.append(ReadingRow("residual_floor_area_m2", label, text, "", "", residual))
    return tuple(rows)


def land_rows(
    values: ParcelValues, document: PlanningDocument, words: Words
) -> tuple[ReadingRow, ...]:
    """Return what the engine was told of the land, unknown values said so."""
    rows = [_measure(values, "area_m2", "m2", words), _measure(values, "frontage_m", "m", words)]
    rows += [_measure(values, "road_width_m", "m", words), _fronts(values, words)]
    if values.fronts is not Fronts.ONE and values.given("side_road_width_m") is not None:
        rows.append(_measure(values, "side_road_width_m", "m", words))
    rows += [_regime(values, words)]
    for name in ("plan_roads_m2", "equipment_m2", "servitude_m2"):
        if values.given(name):
            rows.append(_measure(values, name, "m2", words))
    use = words.text(f"report.use.{values.use(document)}")
    rows.append(ReadingRow("use", words.text("report.row.use"), use))
    return tuple(rows)


def _measure(values: ParcelValues, name: str, unit: str, words: Words) -> ReadingRow:
    number = values.given(name)
    label = words.text(f"report.row.{name}")
    if number is None:
        return ReadingRow(name, label, words.text("report.reason.not_known"), "", "unknown")
    decimals = 0 if unit == "m2" else 1
    return ReadingRow(name, label, words.quantity(number, unit, decimals), "", "", number)


def _fronts(values: ParcelValues, words: Words) -> ReadingRow:
    name = {Fronts.ONE: "one", Fronts.CORNER: "corner", Fronts.THROUGH: "through"}[values.fronts]
    return ReadingRow(
        "fronts", words.text("report.row.fronts"), words.text(f"report.fronts.{name}")
    )


def _regime(values: ParcelValues, words: Words) -> ReadingRow:
    name = {Regime.LOT: "lot", Regime.RAW: "raw", Regime.UNKNOWN: "unknown"}[values.regime]
    flag = "unknown" if name == "unknown" else ""
    return ReadingRow(
        "issu_lotissement",
        words.text("report.row.issu_lotissement"),
        words.text(f"report.regime.{name}"),
        "",
        flag,
    )
