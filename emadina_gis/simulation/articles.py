"""Which article decides what a parcel carries: it prints the rule that binds, or bars everything.

Where nothing fits, what bars it is looked for: the land that is taken, a courtyard larger than the
land, the constraint that alone leaves room for a building once it is lifted, the set-back from the
street, or a front too narrow. It must not know reports or words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import Condition, cite
from emadina_gis.simulation import codes as col
from emadina_gis.simulation.envelope import envelope_of
from emadina_gis.simulation.land import caps_of, reference_of
from emadina_gis.simulation.parcels import Fronts, Regime
from emadina_gis.simulation.stacking import site_of, stacked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument, Ruling, Sector
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.envelope import Envelope
    from emadina_gis.simulation.figures import BlockFigures
    from emadina_gis.simulation.stacking import Site

    Codes = NDArray[np.int8]

#: Which kinds of rule print what binds; the first that the document has is cited.
_BY_DETAIL = {
    "ratio": ("coverage", "floor_ratio"),
    "court": ("court_m2",),
    "prospect": ("prospect_factor",),
    "band": ("band_depth_m",),
    "side": ("limit_distance_m",),
    "rear": ("rear_distance_m", "limit_distance_m"),
    "height": ("max_height_m",),
}
#: What may bar every building, the first that holds, and the kinds of rule that print it.
_BY_BAR = {
    "": (),
    "land": (),
    "court": ("court_m2",),
    "ratio": ("coverage", "green_share"),
    "prospect": ("prospect_factor",),
    "rear": ("rear_distance_m", "limit_distance_m"),
    "band": ("band_depth_m",),
    "side": ("limit_distance_m",),
    "front": ("front_setback_m",),
    "width": ("min_frontage_m", "front_setback_m"),
}
_BARS = tuple(_BY_BAR)
_LIFTED = ("prospect", "rear", "band", "side")
_BINDINGS = 32
_LOTS = {Regime.LOT: (True,), Regime.RAW: (False,), Regime.UNKNOWN: (True, False)}


def articles(outcome: Outcome) -> col.Labels:
    """Return the article that decides what each parcel carries, shape (n,).

    That of the rule which binds; of what bars every building where nothing fits; where the
    sector's land is left to another document, the one that says so. Nothing where two regimes
    disagree or a figure misses.
    """
    inputs, details = outcome.inputs, outcome.binding_detail.codes
    lots = np.full(len(outcome), -1) if inputs.regime is None else inputs.regime
    sector = np.where(inputs.sector < 0, len(outcome.document.sectors), inputs.sector)
    key = ((sector * 3 + lots + 1) * len(col.DETAILS) + details) * _BINDINGS
    key = (key + outcome.binding.codes) * len(_BARS) + _bars(outcome)
    distinct, codes = np.unique(key, return_inverse=True)
    words = [_article(outcome.document, int(value)) for value in distinct]
    values = tuple(dict.fromkeys(words))
    numbers = np.array([values.index(word) for word in words], dtype=np.int16)
    return col.Labels(numbers[codes.reshape(-1)], values)


def barring_article(outcome: Outcome, row: int) -> str:
    """Return the article of what bars every building on one parcel; empty where something fits."""
    for figures in outcome.blocks:
        found = figures.empty & (figures.block.rows == row)
        if found.any():
            kind, rows = figures.block.kind, np.array([row], dtype=np.intp)
            bar = int(_bars_of_block(outcome, figures, rows)[0])
            sector = outcome.document.sectors[kind.sector]
            return _article_of_bar(outcome.document, sector, bar, _LOTS[kind.regime])
    return ""


def _article(document: PlanningDocument, key: int) -> str:
    rest, bar = divmod(key, len(_BARS))
    rest, binding = divmod(rest, _BINDINGS)
    rest, detail = divmod(rest, len(col.DETAILS))
    index, lot = divmod(rest, 3)
    if index >= len(document.sectors):
        return ""
    sector = document.sectors[index]
    if sector.no_number is not None:
        return sector.no_number.article
    regimes = (True, False) if lot == 0 else (lot == 2,)
    if binding:
        return _common_article(document, sector, _kinds(col.DETAILS[detail], binding), regimes)
    return _article_of_bar(document, sector, bar, regimes)


def _article_of_bar(
    document: PlanningDocument, sector: Sector, bar: int, regimes: tuple[bool, ...]
) -> str:
    if _BARS[bar] == "land":
        base = sector.zone.ratio_base or document.printed.ratio_base
        return "" if base is None else base.article
    return _common_article(document, sector, _BY_BAR[_BARS[bar]], regimes)


def _common_article(
    document: PlanningDocument, sector: Sector, kinds: tuple[str, ...], regimes: tuple[bool, ...]
) -> str:
    found = {_first_article(document, sector, kinds, lot=lot) for lot in regimes}
    return found.pop() if len(found) == 1 else ""


def _kinds(detail: str, binding: int) -> tuple[str, ...]:
    if detail == "ratio":
        return ("floor_ratio",) if binding == col.FLOOR_RATIO else ("coverage", "green_share")
    return _BY_DETAIL.get(detail, ())


def _first_article(
    document: PlanningDocument, sector: Sector, kinds: tuple[str, ...], *, lot: bool
) -> str:
    for kind in kinds:
        citation = cite(document, sector.code, kind, Condition(lot=lot))
        if citation is not None:
            return citation.article
    return ""


def _bars(outcome: Outcome) -> Codes:
    """Return what bars every building, as codes into `_BARS`; 0 where something fits; (n,)."""
    codes = np.zeros(len(outcome), dtype=np.int8)
    for figures in outcome.blocks:
        if figures.empty.any():
            rows = figures.block.rows[figures.empty]
            codes[rows] = _bars_of_block(outcome, figures, rows)
    return codes


def _bars_of_block(outcome: Outcome, figures: BlockFigures, rows: NDArray[np.intp]) -> Codes:
    kind, (ruling, _share) = figures.block.kind, figures.case[0]
    site = site_of(outcome.inputs, rows, kind.fronts, road=ruling.needs_road)
    found = [_bars_of(site, ruling, outcome.parameters, lot=lot) for lot in _LOTS[kind.regime]]
    return np.where(found[0] == found[-1], found[0], np.int8(0))


def _bars_of(site: Site, ruling: Ruling, parameters: Parameters, *, lot: bool) -> Codes:
    land, plots = site.land, site.plots
    reference_m2 = reference_of(land, ruling, lot=lot).area_m2
    one_front = plots.fronts is Fronts.ONE
    caps = caps_of(land, reference_m2, ruling, lot=lot, one_front=one_front)
    least_m = parameters["min_block_width_m"]

    def fits(envelope: Envelope) -> NDArray[np.bool_]:
        return np.asarray(stacked(envelope, plots, [caps], least_m)[0].gross > 0)

    capped = np.broadcast_to(np.asarray(caps.upper_m2) <= 0, reference_m2.shape)
    court_m2 = ruling.court_m2[0 if lot else 1] if one_front else 0.0
    taken = (reference_m2 <= 0) | (capped & (np.asarray(land.no_build_m2) > 0))
    holds = {"land": taken, "court": capped & (reference_m2 <= court_m2), "ratio": capped}
    storey_m = parameters["storey_m"]
    for name in _LIFTED:
        holds[name] = fits(envelope_of(ruling, storey_m, relaxed=name))
    together = fits(_without_limits(envelope_of(ruling, storey_m)))
    names = [*holds, "side", "width", "front"]
    tests = [*holds.values(), together, plots.width_m < least_m]
    codes = [np.int8(_BARS.index(name)) for name in names]
    return np.select(tests, codes[:-1], codes[-1])


def _without_limits(envelope: Envelope) -> Envelope:
    """Return an envelope of which only the set-back from the street is left."""
    levels = tuple(replace(level, side_m=0.0, rear_m=0.0) for level in envelope.levels)
    return replace(envelope, prospect_factor=np.inf, band_end_m=np.inf, levels=levels)
