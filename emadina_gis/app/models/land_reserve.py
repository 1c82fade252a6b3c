"""What the land panel says of raw land both ways, of years of reserve, and of densities.

Owns the tables as texts and their notes; the figures are the simulation's. Knows no Qt.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from emadina_gis.app.models.land import M2_PER_HA, LandTexts, Table, coefficient_said
from emadina_gis.simulation.densities import DENOMINATORS, DENSITY_FIGURES
from emadina_gis.simulation.growth import VACANCY, VARIANTS
from emadina_gis.simulation.raw_land import COEFFICIENTS, WAY_REASONS, WAYS
from emadina_gis.simulation.wording import source_text
from emadina_gis.workflows.land_budget import mobilisable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from emadina_gis.simulation.densities import Density
    from emadina_gis.simulation.growth import Reserve
    from emadina_gis.simulation.raw_land import Way

_PERCENT = 100.0
_RAW_HEADERS = (
    "land.column.sector",
    "land.parcels",
    "land.column.raw_area",
    "land.column.integrated_floor",
    "land.column.integrated_dwellings",
    "land.column.lots",
    "land.column.subdivision_floor",
    "land.column.subdivision_dwellings",
)
_RESERVE_HEADERS = (
    "land.column.variant",
    "land.column.years",
    "land.column.need",
    "land.column.growth",
    "land.column.replacement",
    "land.column.backcast",
)


#: Coefficients of all figures: told where those are.
_OF_EVERY_OUTCOME = frozenset({"net_to_gross", "dwelling_net_m2"})


# --- raw land -------------------------------------------------------------------------------------


def raw_table(texts: LandTexts) -> Table:
    """Return raw land by sector, both ways side by side; the total first."""
    words, raw = texts.words, texts.report.raw
    rows = [_raw_row(texts, words.text("land.total"), None)]
    tips = {(-1, place): words.text("land.raw.integrated") for place in (3, 4)}
    tips |= {(-1, place): words.text("land.raw.subdivision") for place in (5, 6, 7)}
    for line, code in enumerate(raw.sectors, start=1):
        chosen = raw.in_sector(code)
        name = words.isolated(code) if code else words.text("balance.no-sector")
        rows.append(_raw_row(texts, name, chosen))
        for way, places in ((raw.integrated, (3, 4)), (raw.subdivision, (5, 6, 7))):
            why = _why_not(texts, way, chosen)
            tips |= {(line, place): why for place in places if why}
            span = _floor_span(texts, way.total(chosen))
            tips[line, places[-2]] = "\n".join(part for part in (span, why) if part)
    headers = tuple(words.text(key) for key in _RAW_HEADERS)
    return Table(headers, tuple(rows), tips, total=0)


def _raw_row(texts: LandTexts, name: str, chosen: NDArray[np.bool_] | None) -> tuple[str, ...]:
    raw, words = texts.report.raw, texts.words
    area = raw.outcome.inputs.area_m2
    mine = area if chosen is None else area[chosen]
    integrated, subdivision = raw.integrated.total(chosen), raw.subdivision.total(chosen)
    return (
        name,
        words.number(len(mine)),
        texts.area(float(mine[mine > 0].sum())),
        _floor(texts, integrated, len(mine)),
        _dwellings(texts, integrated, len(mine)),
        words.number(_or_missing(subdivision["units"], subdivision, len(mine))),
        _floor(texts, subdivision, len(mine)),
        _dwellings(texts, subdivision, len(mine)),
    )


def _or_missing(value: float, way: dict[str, float], count: int) -> float:
    return math.nan if way["without"] == count else value


def _floor(texts: LandTexts, way: dict[str, float], count: int) -> str:
    value = _or_missing(way["net_m2"], way, count)
    if math.isnan(value):
        return texts.words.number(None)
    return texts.words.quantity(value / M2_PER_HA, "ha", 1)


def _floor_span(texts: LandTexts, way: dict[str, float]) -> str:
    low, high = way["net_m2_low"] / M2_PER_HA, way["net_m2_high"] / M2_PER_HA
    return texts.words.span(low, high, "ha", 1) if high > 0 else ""


def _dwellings(texts: LandTexts, way: dict[str, float], count: int) -> str:
    value = _or_missing(way["dwellings"], way, count)
    return texts.ranged((value, way["dwellings_low"], way["dwellings_high"]))


def _why_not(texts: LandTexts, way: Way, chosen: NDArray[np.bool_]) -> str:
    codes = way.reason.codes[chosen]
    return "\n".join(
        texts.words.text(f"land.way-reason.{name}")
        for code, name in enumerate(WAY_REASONS)
        if name and bool((codes == code).any())
    )


def raw_notes(texts: LandTexts) -> list[str]:
    """Return what both ways assume, and how much raw land has no figure."""
    words, raw = texts.words, texts.report.raw
    if not len(raw):
        return [words.text("land.raw.none")]
    notes = [words.text("land.raw.integrated"), words.text("land.raw.subdivision")]
    for name in WAYS:
        without = int(raw.ways[name].total()["without"])
        if without:
            label = words.text(f"land.way.{name}")
            said = words.plural("land.raw.without", without)
            notes.append(words.text("land.named", name=label, text=said))
    keys = (key for key in COEFFICIENTS if key not in _OF_EVERY_OUTCOME)
    return [*notes, *(coefficient_said(texts, key) for key in keys)]


# --- years of reserve -----------------------------------------------------------------------------


def reserve_table(texts: LandTexts) -> Table:
    """Return the three variants: rates, yearly need, years, and how each did on the past."""
    words, parameters = texts.words, texts.report.budget.outcome.parameters
    rows, tips = [], {}
    for line, reserve in enumerate(texts.report.reserves):
        rows.append(_reserve_row(texts, reserve))
        growth, replacement = (parameters.coefficient(key) for key in VARIANTS[reserve.variant])
        tips[line, 0] = tips[line, 3] = source_text(growth, words)
        tips[line, 4] = source_text(replacement, words)
        if reserve.reason:
            tips[line, 1] = words.text(f"land.reserve-reason.{reserve.reason}")
        if math.isfinite(reserve.backcast_pct):
            wrong = words.quantity(reserve.backcast_pct, "percent", 1, signed=True)
            tips[line, 5] = words.text("land.backcast.tip", value=wrong)
    headers = tuple(words.text(key) for key in _RESERVE_HEADERS)
    return Table(headers, tuple(rows), tips)


def _reserve_row(texts: LandTexts, reserve: Reserve) -> tuple[str, ...]:
    words = texts.words
    years = texts.ranged(reserve.years, "years", 1)
    if reserve.reason:
        years = words.text(f"land.reserve-reason.{reserve.reason}")
    backcast = words.text("land.backcast.none")
    if math.isfinite(reserve.backcast_pct):
        backcast = words.quantity(reserve.backcast_pct, "percent", 1, signed=True)
    return (
        words.text(f"land.variant.{reserve.variant}"),
        years,
        texts.ranged(reserve.need_per_year),
        words.quantity(reserve.growth_pct, "percent_per_year", 2),
        words.quantity(reserve.replacement_pct, "percent_per_year", 2),
        backcast,
    )


def reserve_notes(texts: LandTexts) -> list[str]:
    """Return what the need is computed on, and where the three variants come from."""
    words, report = texts.words, texts.report
    households, parameters = report.households, report.budget.outcome.parameters
    notes = []
    if households.source:
        count = words.number(households.count)
        notes.append(words.text(f"land.reserve.households-{households.source}", count=count))
    if households.source == "parcels" and math.isfinite(households.gap_percent):
        gap = words.quantity(households.gap_percent, "percent", 1, signed=True)
        notes.append(words.text("land.reserve.gap", gap=gap))
    value = texts.ranged(mobilisable(report.summary.total, "dwellings"))
    notes.append(words.text("land.reserve.mobilisable", value=value))
    engaged = report.summary.by_class.get("engaged")
    if engaged is not None:
        value = words.number(engaged.value("dwellings", "addition"))
        notes.append(words.text("land.reserve.engaged", value=value))
    vacancy = parameters.coefficient(VACANCY)
    share = words.quantity(vacancy.value * _PERCENT, "percent")
    if vacancy.high > vacancy.low:
        share = words.span(vacancy.low * _PERCENT, vacancy.high * _PERCENT, "percent")
    notes.append(words.text("land.reserve.need", vacancy=share))
    for variant, (growth, _replacement) in VARIANTS.items():
        label = words.text(f"land.variant.{variant}")
        source = source_text(parameters.coefficient(growth), words)
        notes.append(words.text("land.named", name=label, text=source))
    return notes


# --- densities ------------------------------------------------------------------------------------


def density_table(texts: LandTexts) -> Table:
    """Return the densities, a line per denominator: existing and theoretical."""
    words = texts.words
    by = {(found.denominator, found.figure): found for found in texts.report.densities}
    rows, tips = [], {}
    for line, name in enumerate(DENOMINATORS):
        tips[line, 0] = words.text(f"land.denominator-means.{name}")
        cells = [words.text(f"land.denominator.{name}")]
        for place, figure in enumerate(DENSITY_FIGURES):
            found = by[name, figure]
            cells += [_density_said(texts, found), _denominator_said(texts, found)]
            if found.reason:
                tips[line, 1 + 2 * place] = words.text(f"land.density.{found.reason}")
        rows.append(tuple(cells))
    headers = [words.text("land.column.denominator")]
    for figure in DENSITY_FIGURES:
        headers += [
            words.text(f"land.density.{figure}"),
            words.text("land.column.denominator_area"),
        ]
    return Table(tuple(headers), tuple(rows), tips)


def _density_said(texts: LandTexts, found: Density) -> str:
    if found.reason:
        return texts.words.text(f"land.density.{found.reason}")
    return texts.words.quantity(found.per_ha, "dwellings_per_ha", 1)


def _denominator_said(texts: LandTexts, found: Density) -> str:
    return texts.words.number(None) if math.isnan(found.area_m2) else texts.area(found.area_m2)


def density_notes(texts: LandTexts) -> list[str]:
    """Return how much of the perimeter the parcels cover, and densities known elsewhere."""
    perimeter, words = texts.report.places.perimeter_m2, texts.words
    notes = [words.text(f"land.denominator-means.{name}") for name in DENOMINATORS]
    if perimeter > 0:
        share = texts.share(texts.report.budget.total.gross_m2, perimeter)
        notes.append(words.text("land.density.covered", share=share))
    return [*notes, words.text("land.density.compared")]
