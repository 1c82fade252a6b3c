"""Where a piece of land stands in the plan: its sectors, what lies outside, what bites it.

The four cases of a note: inside one sector, inside several, outside every plan, across the plan's
limit. Areas are planar, in square metres of the plan's metric system. Knows nothing of paper.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.layer import Title
from emadina_gis.errors import MissingInput
from emadina_gis.regulation.life import lapse_date
from emadina_gis.report.citations import article_of_nature
from emadina_gis.report.plan_index import PlanIndex, plan_index, zoning_layer
from emadina_gis.simulation.constraint_natures import NATURES, State, Takes
from emadina_gis.simulation.hits import find_hits
from emadina_gis.simulation.precedence import SLIVER_M2
from emadina_gis.simulation.sector_overlay import sector_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.constraints import Constraints
    from emadina_gis.simulation.hits import Hits

__all__ = [
    "Case",
    "Hit",
    "SectorShare",
    "Situation",
    "hits_listed",
    "situation_of",
    "situation_of_row",
    "zoning_layer",
]


class Case(IntEnum):
    """The four cases of a note."""

    ONE_SECTOR = 1
    SEVERAL_SECTORS = 2
    OUTSIDE = 3
    ACROSS_LIMIT = 4


@dataclass(frozen=True)
class SectorShare:
    """A part of the land in one sector."""

    sector: str
    zone: str
    area_m2: float
    share: float


@dataclass(frozen=True)
class Hit:
    """What bites the land: index, nature, state, how much of it, and what it does.

    Attributes
    ----------
    kind : str
        Key of its nature in `NATURES`, ``"unknown"`` where no word says it.
    nature : Title
        As the layer writes it.
    state : str
        As the layer writes it.
    area_m2, share : float
        Of the land under it; 0 for a front.
    taken_m2, own_m2 : float
        What it takes or keeps empty; and the part no hit before it takes already.
    length_m : float or None
        Along a front.
    expiry : str
        ISO date by which it lapses: its own, else the document's (`expiry_assumed`).
    lapsed : bool
        It has lapsed; the land falls back to `fallback`.
    """

    index: str
    nature: Title
    state: str
    area_m2: float
    share: float
    expiry: str = ""
    width_m: float | None = None
    kind: str = "unknown"
    rank: int = 0
    article: str = ""
    taken_m2: float = 0.0
    own_m2: float = 0.0
    length_m: float | None = None
    lapsed: bool = False
    expiry_assumed: bool = False
    width_unknown: bool = False
    fallback: str = ""
    layer: str = ""


@dataclass(frozen=True)
class Situation:
    """A piece of land in the plan.

    Attributes
    ----------
    area_m2 : float
        Planar area of the geometry.
    outside_m2 : float
        Part that no planning document covers.
    hits : tuple of Hit
        In the order in which they prevail: heritage, servitudes, reservations, fronts, graphic
        provisions.
    remainder_m2 : float
        Land that nothing takes; where several hits overlap it is counted once.
    roads_m2, equipment_m2, servitude_m2 : float
        What the engine takes off, each square metre once, roads first.
    has_plan, has_reservations : bool
        Whether the project has a layer of sectors, and one of constraints, to look at.
    """

    case: Case
    area_m2: float
    shares: tuple[SectorShare, ...]
    outside_m2: float
    hits: tuple[Hit, ...]
    remainder_m2: float
    has_plan: bool = True
    has_reservations: bool = True
    roads_m2: float = 0.0
    equipment_m2: float = 0.0
    servitude_m2: float = 0.0

    @property
    def fallback(self) -> str:
        """The sector around: where the land falls back when a lapsed reservation names none."""
        return self.shares[0].sector if self.shares else ""


def situation_of(
    project: Project,
    shape: shapely.Geometry,
    document: PlanningDocument | None,
    *,
    index: PlanIndex | None = None,
    on: dt.date | None = None,
) -> Situation:
    """Return where a piece of land stands.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        In the project's CRS.
    document : PlanningDocument or None
        Names the zone of each sector and the day its reservations lapse.
    index : PlanIndex, optional
        The project's constraints and sectors where they are read already.
    on : date, optional
        Reservations whose date lies before it have lapsed; today where it is not given.

    Raises
    ------
    NotMetric
        With code ``hits.not-metric``.
    """
    plan = index or plan_index(project, document)
    return _situation(plan, plan.placed(_alone(shape), project.crs), document, on)


def situation_of_row(
    project: Project,
    row: int,
    document: PlanningDocument | None,
    *,
    index: PlanIndex | None = None,
    on: dt.date | None = None,
) -> Situation:
    """Return where a parcel of the project stands; see `situation_of`.

    Raises
    ------
    MissingInput
        With code ``outcome.no-parcels`` where the project has no parcel layer.
    """
    layer = project.parcels
    if layer is None:
        raise MissingInput("outcome.no-parcels")
    plan = index or plan_index(project, document)
    shapes = layer.table.shapes(np.array([row], dtype=np.intp))
    return _situation(plan, plan.placed(shapes, layer.crs), document, on)


def _alone(shape: shapely.Geometry) -> NDArray[np.object_]:
    one = np.empty(1, dtype=object)
    one[0] = shape
    return one


def _situation(
    plan: PlanIndex,
    land: NDArray[np.object_],
    document: PlanningDocument | None,
    on: dt.date | None,
) -> Situation:
    day = on or dt.date.today()  # noqa: DTZ011 - the date on the person's wall
    expire = expiry_of(document)
    hits = find_hits(land, plan.constraints, day, expire=expire)
    shares, outside = _shares(plan, land, document)
    area = float(hits.parcel_area_m2[0])
    return Situation(
        case=_case(shares, outside),
        area_m2=area,
        shares=shares,
        outside_m2=outside if shares else area,
        hits=tuple(hits_of(hits, plan.constraints, document)),
        remainder_m2=float(hits.remainder_m2[0]),
        has_plan=plan.has_plan,
        has_reservations=plan.has_constraints,
        roads_m2=float(hits.roads_m2[0]),
        equipment_m2=float(hits.equipment_m2[0]),
        servitude_m2=float(hits.servitude_m2[0]),
    )


def expiry_of(document: PlanningDocument | None) -> dt.date | None:
    """Return the day a document's reservations lapse, None where it names none."""
    return None if document is None else lapse_date(document)


def _case(shares: tuple[SectorShare, ...], outside_m2: float) -> Case:
    if not shares:
        return Case.OUTSIDE
    if outside_m2 > 0:
        return Case.ACROSS_LIMIT
    return Case.ONE_SECTOR if len(shares) == 1 else Case.SEVERAL_SECTORS


def _shares(
    plan: PlanIndex, land: NDArray[np.object_], document: PlanningDocument | None
) -> tuple[tuple[SectorShare, ...], float]:
    """Return the sectors, the largest part first, and the land outside all of them."""
    zones = None if shapely.is_missing(land).all() else plan.zones_at(land)
    if zones is None:
        return (), 0.0
    found = sector_shares(land, zones)
    names = [zones.codes[code] for code in found.sector.tolist()]
    shares = tuple(
        SectorShare(name, _zone(document, name), float(area), float(share))
        for name, area, share in zip(names, found.area_m2, found.share, strict=True)
    )
    outside = float(found.outside_m2[0])
    return shares, outside if outside > SLIVER_M2 else 0.0


def _zone(document: PlanningDocument | None, sector: str) -> str:
    if document is None or document.index_of(sector) < 0:
        return ""
    return document.sector(sector).zone.code


def hits_of(
    hits: Hits, constraints: Constraints, document: PlanningDocument | None
) -> Iterator[Hit]:
    """Yield each hit as a value, in the order of the overlay."""
    expire = expiry_of(document)
    articles = [article_of_nature(nature, document) for nature in NATURES]
    for place, row in enumerate(hits.constraint.tolist()):
        nature = NATURES[constraints.nature[row]]
        expiry, assumed = _expiry_of(constraints, row, expire)
        length, width = float(hits.length_m[place]), float(constraints.width_m[row])
        yield Hit(
            index=constraints.index[row],
            nature=_nature(constraints, row),
            state=constraints.state_text[row],
            area_m2=float(hits.area_m2[place]),
            share=float(hits.share[place]),
            expiry=expiry,
            width_m=width if width == width else None,  # noqa: PLR0124 - NaN is missing
            kind=nature.key,
            rank=int(nature.rank),
            article=articles[constraints.nature[row]],
            taken_m2=float(hits.taken_m2[place]),
            own_m2=float(hits.own_m2[place]),
            length_m=length if length == length else None,  # noqa: PLR0124
            lapsed=bool(hits.lapsed[place]),
            expiry_assumed=assumed,
            width_unknown=bool(constraints.width_unknown[row]),
            fallback=constraints.fallback[row],
            layer=constraints.layers[constraints.layer[row]].layer_id,
        )


def _nature(constraints: Constraints, row: int) -> Title:
    written = constraints.written[row]
    return Title(written, constraints.written_ar[row] or written, written)


def _expiry_of(constraints: Constraints, row: int, expire: dt.date | None) -> tuple[str, bool]:
    """Return the day a constraint lapses as ISO text, and whether it is the document's."""
    own = constraints.expiry[row]
    if not np.isnat(own):
        return str(own), False
    waits = constraints.state[row] == State.TO_CREATE and not constraints.exempt[row]
    takes = NATURES[constraints.nature[row]].takes in {Takes.ROADS, Takes.EQUIPMENT}
    return (expire.isoformat(), True) if expire is not None and waits and takes else ("", False)


def hits_listed(situation: Situation) -> Iterator[Hit]:
    """Yield the hits in force, then the lapsed ones."""
    yield from (hit for hit in situation.hits if not hit.lapsed)
    yield from (hit for hit in situation.hits if hit.lapsed)
