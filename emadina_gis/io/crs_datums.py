"""Degrees of two datums: in Morocco WGS 84 and Merchich put the same numbers some 325 m apart.

Numbers alone never tell which is meant; only a layer of the project whose edges they meet does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import WGS84, Crs, transform_points
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import CrsMismatch, Problem, Severity
from emadina_gis.io.crs_places import MOROCCO

if TYPE_CHECKING:
    from emadina_gis.io.description import CrsCandidate

_MERCHICH = Crs("EPSG:4261")
#: Edges nearer than this coincide, a third of what lies between the datums.
_SAME_EDGE_M = 100.0
_METRES_PER_DEGREE = 111_200.0


def told_datum(extent: Extent, reference: Extent | None) -> str:
    """Return the system of degrees in which data meet the edges of the project; else nothing."""
    if reference is None or not _is_moroccan(extent):
        return ""
    as_written = _edges_apart_m(extent, reference)
    as_merchich = _edges_apart_m(_in_wgs84(extent), reference)
    if min(as_written, as_merchich) > _SAME_EDGE_M:
        return ""
    return WGS84.id if as_written < as_merchich else _MERCHICH.id


def two_datums(
    extent: Extent,
    where: str,
    candidates: tuple[CrsCandidate, ...],
    reference: Extent | None,
) -> tuple[Problem, ...]:
    """Say how far apart the two datums are where the best guess is one, untold by the project."""
    of_degrees = (WGS84.id, _MERCHICH.id)
    listed = {one.crs.id for one in candidates if not one.swapped}
    if told_datum(extent, reference) or not _is_moroccan(extent):
        return ()
    if not listed.issuperset(of_degrees):
        return ()
    if candidates[0].swapped or candidates[0].crs.id not in of_degrees:
        return ()
    moved = _in_wgs84(extent)
    metres = round(_edges_apart_m(extent, moved))
    return (Problem("crs.two-datums", Severity.WARNING, where, 1, {"metres": metres}),)


def _is_moroccan(extent: Extent) -> bool:
    low = MOROCCO.contains(extent.xmin, extent.ymin)
    return low and MOROCCO.contains(extent.xmax, extent.ymax)


def _in_wgs84(extent: Extent) -> Extent:
    """Return an extent in degrees of Merchich in WGS 84."""
    corners = np.array(extent.as_tuple).reshape(2, 2)
    try:
        moved = transform_points(corners, _MERCHICH, WGS84)
    except CrsMismatch:
        return extent
    return Extent(*map(float, moved.ravel()))


def _edges_apart_m(one: Extent, other: Extent) -> float:
    """Return the largest distance between the lower or the upper corners of two extents."""
    apart = (np.array(one.as_tuple) - np.array(other.as_tuple)).reshape(2, 2)
    apart[:, 0] *= np.cos(np.radians(one.center[1]))
    return float(np.hypot(*apart.T).max() * _METRES_PER_DEGREE)
