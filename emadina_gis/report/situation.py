"""Where a piece of land stands in the plan: its sectors, what lies outside, what hits it.

The four cases of a note: inside one sector, inside several, outside every plan, across the plan's
limit. Areas are planar, in the square metres of the project's system. Knows nothing of paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import Title, VectorLayer
from emadina_gis.domain.schema import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument

#: What a digitised limit may be off: smaller pieces are not told (m², and part of the land).
SLIVER_M2 = 1.0
SLIVER_SHARE = 0.002
_INDEX_COLUMNS = ("reservation_id", "indice", "index")
_NATURE_COLUMNS = ("nature_fr", "nature")


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
    """A reservation that touches the land: index, nature, state, and how much it takes."""

    index: str
    nature: Title
    state: str
    area_m2: float
    share: float
    expiry: str = ""
    width_m: float | None = None


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
        The largest first.
    remainder_m2 : float
        Land that no reservation takes, lapsed ones left out.
    has_plan, has_reservations : bool
        Whether the project has a layer of sectors, and one of reservations, to look at.
    """

    case: Case
    area_m2: float
    shares: tuple[SectorShare, ...]
    outside_m2: float
    hits: tuple[Hit, ...]
    remainder_m2: float
    has_plan: bool = True
    has_reservations: bool = True


def reservation_layers(project: Project) -> tuple[VectorLayer, ...]:
    """Return the polygon layers that list reservations: an index and a nature for each."""
    return tuple(
        layer
        for layer in project.vector_layers
        if layer.table.main_kind == Kind.POLYGON
        and _first_of(layer, _INDEX_COLUMNS)
        and _first_of(layer, _NATURE_COLUMNS)
    )


def zoning_layer(project: Project) -> VectorLayer | None:
    """Return the layer of sectors; the parcels, which carry their sector, where there is none."""
    reserved = {layer.id for layer in reservation_layers(project)}
    for layer in project.vector_layers:
        has_sector = layer.schema.column(Role.SECTOR) is not None
        is_plan = layer.schema.column(Role.PARCEL_ID) is None and layer.id not in reserved
        if has_sector and is_plan and layer.table.main_kind == Kind.POLYGON:
            return layer
    parcels = project.parcels
    return parcels if parcels is not None and parcels.schema.column(Role.SECTOR) else None


def situation_of(
    project: Project, shape: shapely.Geometry, document: PlanningDocument | None
) -> Situation:
    """Return where a piece of land stands.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        In the project's CRS.
    document : PlanningDocument or None
        Names the zone of each sector.
    """
    area = float(shape.area)
    sliver = max(SLIVER_M2, SLIVER_SHARE * area)
    plan = zoning_layer(project)
    shares = _shares(project, plan, shape, document=document, sliver=sliver)
    covered = sum(part.area_m2 for part in shares)
    outside = area - covered if area - covered > sliver else 0.0
    layers = reservation_layers(project)
    hits, taken = _hits(project, layers, shape, sliver)
    return Situation(
        _case(shares, outside),
        area,
        tuple(shares),
        outside,
        tuple(hits),
        max(area - taken, 0.0),
        plan is not None,
        bool(layers),
    )


def _case(shares: list[SectorShare], outside: float) -> Case:
    if not shares:
        return Case.OUTSIDE
    if outside > 0:
        return Case.ACROSS_LIMIT
    return Case.ONE_SECTOR if len(shares) == 1 else Case.SEVERAL_SECTORS


def _shares(
    project: Project,
    plan: VectorLayer | None,
    shape: shapely.Geometry,
    *,
    document: PlanningDocument | None,
    sliver: float,
) -> list[SectorShare]:
    column = None if plan is None else plan.schema.column(Role.SECTOR)
    if plan is None or column is None:
        return []
    rows, pieces = _pieces(project, plan, shape)
    names = plan.table.strings(column)
    areas: dict[str, float] = {}
    for row, piece in zip(rows.tolist(), pieces, strict=True):
        name = names[row]
        if name:
            areas[name] = areas.get(name, 0.0) + float(piece.area)
    total = float(shape.area)
    listed = sorted(areas.items(), key=lambda item: -item[1])
    return [
        SectorShare(name, _zone(document, name), area, area / total)
        for name, area in listed
        if area > sliver
    ]


def _zone(document: PlanningDocument | None, sector: str) -> str:
    if document is None or document.index_of(sector) < 0:
        return ""
    return document.sector(sector).zone.code


def _pieces(
    project: Project, layer: VectorLayer, shape: shapely.Geometry
) -> tuple[NDArray[np.intp], Any]:
    """Return the rows of a layer that meet a shape and the parts they share, in project CRS."""
    table = layer.table
    if project.crs.is_known and table.crs.is_known and table.crs != project.crs:
        table = table.to_crs(project.crs)
    xmin, ymin, xmax, ymax = table.bounds.T
    left, bottom, right, top = shape.bounds
    near = np.flatnonzero((xmin <= right) & (xmax >= left) & (ymin <= top) & (ymax >= bottom))
    shapes = shapely.make_valid(table.shapes(near))
    pieces = shapely.intersection(shapes, shape)
    kept = shapely.area(pieces) > 0
    return near[kept], pieces[kept]


def _first_of(layer: VectorLayer, names: tuple[str, ...]) -> str:
    return next((name for name in names if name in layer.table.columns), "")


def _hits(
    project: Project,
    layers: tuple[VectorLayer, ...],
    shape: shapely.Geometry,
    sliver: float,
) -> tuple[list[Hit], float]:
    found: list[Hit] = []
    taking: list[Any] = []
    for layer in layers:
        rows, pieces = _pieces(project, layer, shape)
        for row, piece in zip(rows.tolist(), pieces, strict=True):
            if piece.area <= sliver:
                continue
            hit = _hit(layer, row, piece, float(shape.area))
            found.append(hit)
            if _takes_land(hit.state):
                taking.append(piece)
    taken = float(shapely.union_all(taking).area) if taking else 0.0
    return sorted(found, key=lambda hit: -hit.area_m2), taken


def _takes_land(state: str) -> bool:
    """Whether a reservation in this state takes land (a lapsed one does not)."""
    return state.upper() != "CADUQUE"


def _hit(layer: VectorLayer, row: int, piece: shapely.Geometry, total: float) -> Hit:
    values = layer.table.row(row)
    text = {name: "" if value is None else str(value) for name, value in values.items()}
    french = text[_first_of(layer, _NATURE_COLUMNS)]
    width = values.get("width_m")
    return Hit(
        index=text[_first_of(layer, _INDEX_COLUMNS)],
        nature=Title(french, text.get("nature_ar") or french, french),
        state=text.get("state") or text.get("observations") or "",
        area_m2=float(piece.area),
        share=float(piece.area) / total,
        expiry=text.get("expiry_date", ""),
        width_m=None if width is None else float(width),
    )


def hits_listed(situation: Situation) -> Iterator[Hit]:
    """Yield the hits that still take land, then the others."""
    yield from (hit for hit in situation.hits if _takes_land(hit.state))
    yield from (hit for hit in situation.hits if not _takes_land(hit.state))
