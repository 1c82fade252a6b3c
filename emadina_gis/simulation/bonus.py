"""Floor area that integrated operations get for what they give, held by the emergence rule.

A bonus is a share of the net floor area; it is built as emergences above the last floor, and what
does not fit there is lost. Emergences are at most a share of the floor below (read strictly, each
of the one just below: a third, a ninth; read loosely, all of the last full floor), on at most half
as many levels, under a fixed height. Lots have none but that of the height line along roads of the
plan. It knows nothing of scenarios.

Source: règlement of Aïn Chock, articles 9–20; the numbers are rules of the document.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.errors import AnalysisError
from emadina_gis.regulation import rule_of, sector_table
from emadina_gis.regulation.ruling import NO_EMERGENCE, Emergence
from emadina_gis.simulation.envelope import footprints

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import PlanningDocument, Ruling
    from emadina_gis.simulation.changes import Numbers
    from emadina_gis.simulation.coefficients import Coefficient
    from emadina_gis.simulation.envelope import Envelope, Plots
    from emadina_gis.simulation.land import Caps

    Floats = NDArray[np.float64]

#: The one bonus that lots may have too.
HEIGHT_LINE = "height_line"
_ROUNDING = 1e-9


def _number(document: PlanningDocument, sector: int, kind: str) -> float:
    found = rule_of(document, document.sectors[sector], kind)
    return 0.0 if found is None else found.value


def _floors(
    document: PlanningDocument, sector: int, ruling: Ruling, storey_m: float
) -> tuple[float, float]:
    """Return what emergences may cover at most, strictly and loosely read."""
    third = _number(document, sector, "emergence_floor_share_max")
    most = math.floor(
        (ruling.levels + 1) * _number(document, sector, "emergence_levels_share_max") + _ROUNDING
    )
    levels = min(most, _levels_left(document, sector, ruling, storey_m))
    return sum(third**level for level in range(1, levels + 1)), third * levels


def _levels_left(document: PlanningDocument, sector: int, ruling: Ruling, storey_m: float) -> int:
    left_m = _number(document, sector, "emergence_ceiling_m") - ruling.max_height_m
    return max(0, math.floor(left_m / storey_m + _ROUNDING))


@lru_cache(maxsize=1024)
def physical_maximum(
    document: PlanningDocument, sector: int, storey_m: float = 3.0
) -> tuple[float, float]:
    """Return what emergences can add to equal floors of a sector, strictly and loosely read.

    As a share of the floor area, 0 where the document gives no bonus or the sector no number.
    """
    table = sector_table(document)
    case = table.cases[int(table.lookup[sector].flat[0])]
    if not case or _number(document, sector, "bonus_cap") == 0:
        return 0.0, 0.0
    ruling, _share = case[0]
    low, high = _floors(document, sector, ruling, storey_m)
    return low / (ruling.levels + 1), high / (ruling.levels + 1)


def emergence_of(
    document: PlanningDocument,
    sector: int,
    ruling: Ruling,
    bonuses: Numbers,
    *,
    lot: bool,
    storey_m: float = 3.0,
) -> Emergence:
    """Return what granted bonuses come to in a case: shares under their caps, room above."""
    counted = {key: share for key, share in bonuses if not lot or key == HEIGHT_LINE}
    most = {bonus.key: bonus.share for bonus in document.bonuses}
    given = sum(min(share, most.get(key, 0.0)) for key, share in counted.items())
    share = min(given, _number(document, sector, "bonus_cap"))
    if share <= 0:
        return NO_EMERGENCE
    low = high = 0.0
    if counted.keys() - {HEIGHT_LINE}:
        low, high = _floors(document, sector, ruling, storey_m)
    if HEIGHT_LINE in counted and _levels_left(document, sector, ruling, storey_m):
        line = _number(document, sector, "height_line_floor_share_max")
        low, high = max(low, line), max(high, line)
    return Emergence(share, low, high)


def gained(
    emergence: Emergence, top_m2: Floats, nets: tuple[Floats, ...], net_to_gross: Coefficient
) -> tuple[Floats, ...]:
    """Return the floor area that bonuses add, shape (rows,) each, in square metres.

    Parameters
    ----------
    emergence : Emergence
    top_m2 : ndarray, shape (rows,)
        Footprint of the last floor.
    nets : tuple of ndarray
        Net floor area, low and high, without bonuses.
    net_to_gross : Coefficient

    Returns
    -------
    tuple of ndarray
        Added to gross, net, low and high.
    """
    ratios = (net_to_gross.value, net_to_gross.low, net_to_gross.high)
    floors = (emergence.floors_low, emergence.floors_low, emergence.floors_high)
    more = [
        np.minimum(emergence.share * net, ratio * floor * top_m2)
        for net, ratio, floor in zip(nets, ratios, floors, strict=True)
    ]
    return (more[0] / net_to_gross.value, *more)


def last_floor(envelope: Envelope, plots: Plots, caps: Caps, min_block_width_m: float) -> Floats:
    """Return the footprint of the highest level on which something fits, shape (rows,), in m²."""
    top = np.zeros(len(plots.width_m))
    for number, area in enumerate(footprints(envelope, plots, min_block_width_m)):
        level = np.minimum(area, caps.upper_m2 if number else caps.ground_m2)
        top = np.where(level > 0, level, top)
    return top


Basis = Mapping[str, float]
#: What is read of the document for a zone: the value of a kind of rule.
Read = Callable[[str], float]


def _permeability(basis: Basis, read: Read, _most: float) -> float:
    """Art. 11: what the permeable share has above a base; no base, no bonus."""
    base = read("permeability_base")
    return basis["permeable_share"] - base if base > 0 else 0.0


def _equipment(basis: Basis, _read: Read, most: float) -> float:
    """Art. 12: the share, on the floor area of the land ceded beyond what is due."""
    return most * basis["surplus_m2"] / basis["reference_area_m2"]


def _parking(basis: Basis, read: Read, _most: float) -> float:
    """Extra places, enough of them: so many m² each in a structure, or under a public green."""
    places, green = basis["places_in_structure"], basis["places_under_green"]
    if places + green < read("bonus_parking_places_min"):
        return 0.0
    given_m2 = places * read("bonus_parking_structure_m2") + green * read("bonus_parking_green_m2")
    return given_m2 / basis["net_floor_area_m2"]


def _social_mix(basis: Basis, read: Read, most: float) -> float:
    """Social housing, on no more than a share of the dwellings."""
    return most if 0 < basis["social_share"] <= read("bonus_social_share_max") else 0.0


def _functional_mix(basis: Basis, read: Read, most: float) -> float:
    """Activities: some per dwelling give half of the share, more give all of it."""
    per_dwelling_m2 = basis["activity_m2_per_dwelling"]
    if per_dwelling_m2 >= read("bonus_activity_full_m2"):
        return most
    return most / 2 if per_dwelling_m2 >= read("bonus_activity_half_m2") else 0.0


def _grouping(basis: Basis, read: Read, most: float) -> float:
    """Parcels put together, large enough."""
    return most if basis["area_m2"] >= read("bonus_grouping_min_m2") else 0.0


def _whole(_basis: Basis, _read: Read, most: float) -> float:
    """All of the share or nothing: the bonus is given or it is not."""
    return most


@dataclass(frozen=True)
class BonusKind:
    """A bonus: what its share is worked out from, and how."""

    inputs: tuple[str, ...]
    share: Callable[[Basis, Read, float], float]


#: How each bonus of articles 9–20 is worked out.
BONUS_KINDS: Mapping[str, BonusKind] = MappingProxyType(
    {
        "permeability": BonusKind(("permeable_share",), _permeability),
        "equipment": BonusKind(("surplus_m2", "reference_area_m2"), _equipment),
        "parking": BonusKind(
            ("places_in_structure", "places_under_green", "net_floor_area_m2"), _parking
        ),
        "social_mix": BonusKind(("social_share",), _social_mix),
        "functional_mix": BonusKind(("activity_m2_per_dwelling",), _functional_mix),
        "grouping": BonusKind(("area_m2",), _grouping),
        "energy": BonusKind((), _whole),
        "storm_water": BonusKind((), _whole),
        HEIGHT_LINE: BonusKind((), _whole),
    }
)


def share_of(document: PlanningDocument, bonus: str, sector: str, basis: Basis) -> float:
    """Return the share of net floor area that a bonus gives, before the emergence rule.

    Parameters
    ----------
    bonus : str
        Key of one of the document's bonuses.
    sector : str
        Code of a sector of the land: its zone's rules hold.
    basis : mapping
        Value of every input that the bonus names (`BONUS_KINDS`).

    Raises
    ------
    AnalysisError
        ``bonus.unknown`` for a bonus that the document does not have, ``bonus.basis`` where an
        input is missing or cannot be.
    """
    most = next((item.share for item in document.bonuses if item.key == bonus), None)
    kind = BONUS_KINDS.get(bonus)
    if most is None or kind is None:
        raise AnalysisError("bonus.unknown", bonus=bonus, document=document.id)
    for name in kind.inputs:
        value = basis.get(name, math.nan)
        if not math.isfinite(value) or value < 0:
            raise AnalysisError("bonus.basis", name=name, bonus=bonus)
    try:
        index = document.sectors.index(document.sector(sector))
        share = kind.share(basis, lambda name: _number(document, index, name), most)
    except ZeroDivisionError as exc:
        raise AnalysisError("bonus.basis", name=kind.inputs[-1], bonus=bonus) from exc
    return min(max(share, 0.0), most)
