"""Parcels that lie in several sectors: cut by sector, computed by part, put together again.

Areas, floor areas, dwellings and people are summed; levels and heights are the largest; sectors and
rules are joined by ``|``, the largest part first. Land outside the document, or without a number
in it, adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.simulation.codes import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.simulation.parcels import ParcelInputs

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

_SLIVER_M2 = 1.0
_LARGEST = ("max_height_m", "max_levels")
_JOINED = ("sector", "binding_rule", "binding_detail", "article")
_SHARED = (
    "plan_roads_m2",
    "equipment_m2",
    "servitude_m2",
    "existing_floor_area_m2",
    "existing_dwellings",
    "existing_people",
)
_OUTSIDE = ("no_sector", "no_rule")
_UNKNOWN = ("missing_input", "bad_geometry")


@dataclass(frozen=True, eq=False)
class Parts:
    """Parcels cut by sector.

    Attributes
    ----------
    inputs : ParcelInputs
        k parts, those of a parcel together, the largest first.
    parent : ndarray of int, shape (k,)
        Row of the parcel that each part belongs to.
    count : int
        Number of parcels.
    """

    inputs: ParcelInputs
    parent: NDArray[np.intp]
    count: int


def cut_by_zones(
    inputs: ParcelInputs, shapes: Shapes, zones: Shapes, zone_sector: NDArray[np.int32]
) -> Parts:
    """Return parcels cut by zone polygons, each part in its zone's sector.

    Parameters
    ----------
    inputs : ParcelInputs
        n parcels; their own sectors are not looked at.
    shapes : ndarray of polygons, shape (n,)
    zones : ndarray of polygons, shape (z,), in the same metric CRS
    zone_sector : ndarray of int32, shape (z,)
        Index into the document's sectors, -1 for none.

    Notes
    -----
    A part's frontage is its extent along the parcel's front; what the plan takes and what stands
    are shared by area. Parts under 1 m² are the inaccuracy of drawings and are left out.
    """
    parent, sector, area, pieces = _pieces(shapes, zones, zone_sector)
    order = np.lexsort((-area, parent))
    parent, sector, area, pieces = parent[order], sector[order], area[order], pieces[order]
    whole = shapely.area(shapes)
    share = area / whole[parent]
    taken = inputs.take(parent)
    cut = share < 1 - 1e-9
    scale = np.where(cut, share, 1.0)
    width = taken.frontage_m * np.where(cut, _front_shares(pieces, shapes, parent, cut), 1.0)
    shared: dict[str, Any] = {
        name: None if values is None else values * scale
        for name, values in ((name, getattr(taken, name)) for name in _SHARED)
    }
    parts = replace(taken, sector=sector, area_m2=taken.area_m2 * scale, frontage_m=width, **shared)
    return Parts(parts, parent, len(inputs))


def _pieces(
    shapes: Shapes, zones: Shapes, zone_sector: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int32], Floats, Shapes]:
    rows, hits = shapely.STRtree(zones).query(shapes, predicate="intersects")
    pieces = shapely.intersection(shapes[rows], zones[hits])
    area = shapely.area(pieces)
    kept = area > np.minimum(_SLIVER_M2, 0.5 * shapely.area(shapes[rows]))
    rows, pieces, area = rows[kept], pieces[kept], area[kept]
    sector = zone_sector[hits[kept]].astype(np.int32)
    whole = shapely.area(shapes)
    inside = np.bincount(rows, weights=area, minlength=len(shapes))
    outside = np.flatnonzero((whole - inside > _SLIVER_M2) | (inside == 0))
    left = np.maximum(whole - inside, 0.0)[outside]
    return (
        np.concatenate([rows, outside]).astype(np.intp),
        np.concatenate([sector, np.full(len(outside), -1, dtype=np.int32)]),
        np.concatenate([area, left]),
        np.concatenate([pieces, shapes[outside]]),
    )


def _front_shares(
    pieces: Shapes, shapes: Shapes, parent: NDArray[np.intp], cut: NDArray[np.bool_]
) -> Floats:
    """Return the share of the parcel's front that each cut part spans, shape (k,)."""
    shares = np.ones(len(pieces))
    rows = np.flatnonzero(cut)
    if not len(rows):
        return shares
    boxes = shapely.oriented_envelope(shapes[parent[rows]])
    corners = shapely.get_coordinates(shapely.get_exterior_ring(boxes)).reshape(-1, 5, 2)
    sides = np.diff(corners[:, :3], axis=1)
    lengths = np.linalg.norm(sides, axis=2)
    front = np.argmin(lengths, axis=1)
    along = sides[np.arange(len(rows)), front] / lengths[np.arange(len(rows)), front][:, None]
    points, owner = shapely.get_coordinates(pieces[rows], return_index=True)
    offsets = (points * along[owner]).sum(axis=1)
    highest = np.full(len(rows), -np.inf)
    lowest = np.full(len(rows), np.inf)
    np.maximum.at(highest, owner, offsets)
    np.minimum.at(lowest, owner, offsets)
    shares[rows] = np.minimum((highest - lowest) / lengths[np.arange(len(rows)), front], 1.0)
    return shares


def merge_columns(
    columns: Mapping[str, NDArray[Any]], parts: Parts, inputs: ParcelInputs
) -> dict[str, NDArray[Any]]:
    """Return the columns of parcels from those of their parts.

    Parameters
    ----------
    columns : Mapping[str, ndarray]
        A capacity row's columns, shape (k,), as `capacity_columns` gives them.
    parts : Parts
    inputs : ParcelInputs
        The n parcels before they were cut: their names, and what stands on them.
    """
    first = np.searchsorted(parts.parent, np.arange(parts.count))
    sizes = np.bincount(parts.parent, minlength=parts.count)
    merged = {name: values[first].copy() for name, values in columns.items()}
    merged["parcel_id"] = inputs.labels()
    several = np.flatnonzero(sizes > 1)
    status = columns["status"]
    counts = ~np.isin(status, _OUTSIDE)
    for name, values in columns.items():
        if name in {"parcel_id", "document", "status", "reason"}:
            continue
        for row in several.tolist():
            mine = np.arange(first[row], first[row] + sizes[row])
            inside = mine[counts[mine]]
            some = inside if len(inside) and name not in _JOINED else mine
            merged[name][row] = _merged_value(name, values, some)
    for row in several.tolist():
        mine = np.arange(first[row], first[row] + sizes[row])
        merged["status"][row], merged["reason"][row] = _merged_status(
            status[mine], columns["reason"][mine]
        )
    if inputs.existing_floor_area_m2 is not None:
        _add_existing(merged, inputs.existing_floor_area_m2)
    return merged


def _add_existing(merged: dict[str, NDArray[Any]], existing_m2: Floats) -> None:
    """Put what stands on whole parcels, and what is left to build on them, among their columns."""
    merged["existing_floor_area_m2"] = existing_m2
    gross_m2 = merged["gross_floor_area_m2"]
    merged["residual_floor_area_m2"] = np.maximum(gross_m2 - existing_m2, 0.0)


def _merged_value(name: str, values: NDArray[Any], rows: NDArray[np.intp]) -> Any:
    if name in _JOINED:
        return "|".join(dict.fromkeys(str(value) for value in values[rows] if value))
    if name in _LARGEST:
        known = values[rows][~np.isnan(values[rows])]
        return known.max() if len(known) else np.nan
    known = values[rows]
    if name == "green_m2":
        known = known[~np.isnan(known)]
    return known.sum() if len(known) else np.nan


def _merged_status(status: NDArray[np.object_], reason: NDArray[np.object_]) -> tuple[str, str]:
    unknown = [index for index, word in enumerate(status) if word in _UNKNOWN]
    if unknown:
        return str(status[unknown[0]]), str(reason[unknown[0]])
    inside = [index for index, word in enumerate(status) if word not in _OUTSIDE]
    if not inside:
        worst = min(status, key=STATUSES.index)
        return str(worst), str(reason[list(status).index(worst)])
    if len(inside) == 1:
        return str(status[inside[0]]), str(reason[inside[0]]) or "partly_outside"
    return "several_sectors", "several_sectors"
