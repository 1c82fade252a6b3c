"""Areas and lengths of features for formulas, in m² and m, whatever the system of the layer.

On the plane where the system is metric, as everywhere in this program; on the ellipsoid in degrees
and in Web Mercator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj

from emadina_gis.domain.crs import WGS84, transform_points
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.table import FeatureTable


def measured(name: str, table: FeatureTable, ctx: Context = NULL_CONTEXT) -> NDArray[np.float64]:
    """Return a measure of each row, NaN where there is no geometry, shape (n,).

    Parameters
    ----------
    name : str
        ``"area"`` (m²), ``"length"`` of lines and outlines, ``"perimeter"`` of polygons (m),
        ``"x"`` or ``"y"`` (middle of the bounds, in the layer's units).

    Raises
    ------
    MissingCrs
        For a length or area in a layer whose system is unknown.
    """
    if not table.geometry:
        return np.full(table.row_count, np.nan)
    found = []
    for chunk in table.geometry:
        ctx.check()
        values = np.asarray(_MEASURES[name](chunk, table.crs), dtype=np.float64)
        found.append(np.where(chunk.kinds == Kind.NONE, np.nan, values))
    return np.concatenate(found)


def _areas(chunk: GeometryChunk, crs: Crs) -> NDArray[np.float64]:
    if crs.is_metric:
        return chunk.areas() * crs.unit_m**2
    degrees = _in_degrees(chunk, crs)
    bounds = degrees.bounds
    middle = np.nanmean(bounds.reshape(-1, 2, 2), axis=(0, 1)) if len(degrees.xy) else (0.0, 0.0)
    plane = pyproj.Transformer.from_crs(
        WGS84.proj, f"+proj=laea +lon_0={middle[0]} +lat_0={middle[1]} +datum=WGS84 +units=m",
        always_xy=True,
    )  # fmt: skip
    return degrees.with_xy(np.column_stack(plane.transform(*degrees.xy.T))).areas()


def _lengths(chunk: GeometryChunk, crs: Crs) -> NDArray[np.float64]:
    """Return lengths of lines and of all rings of polygons."""
    if len(chunk.xy) < 2:
        return np.zeros(len(chunk))
    if crs.is_metric:
        steps = np.hypot(*np.diff(chunk.xy, axis=0).T) * crs.unit_m
    else:
        lon, lat = _in_degrees(chunk, crs).xy.T
        _, _, steps = pyproj.Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps = np.asarray(steps, dtype=np.float64)
    ends = chunk.coord_offsets[1:-1]
    steps[ends[(ends > 0) & (ends < len(chunk.xy))] - 1] = 0.0
    total = np.concatenate([[0.0], np.cumsum(steps), [0.0]])
    total[-1] = total[-2]
    offsets = chunk.feature_coord_offsets
    lengths = total[np.maximum(offsets[1:] - 1, offsets[:-1])] - total[offsets[:-1]]
    return np.where(np.isin(chunk.kinds, (Kind.LINE, Kind.POLYGON)), lengths, 0.0)


def _perimeters(chunk: GeometryChunk, crs: Crs) -> NDArray[np.float64]:
    return np.where(chunk.kinds == Kind.POLYGON, _lengths(chunk, crs), 0.0)


def _middles(chunk: GeometryChunk, axis: int) -> NDArray[np.float64]:
    return np.asarray((chunk.bounds[:, axis] + chunk.bounds[:, axis + 2]) / 2)


def _in_degrees(chunk: GeometryChunk, crs: Crs) -> GeometryChunk:
    if crs == WGS84:
        return chunk
    _ = crs.proj  # an unknown system is refused
    return chunk.with_xy(transform_points(chunk.xy, crs, WGS84))


_MEASURES: Final[dict[str, Callable[[GeometryChunk, Crs], NDArray[np.float64]]]] = {
    "area": _areas,
    "length": _lengths,
    "perimeter": _perimeters,
    "x": lambda chunk, _crs: _middles(chunk, 0),
    "y": lambda chunk, _crs: _middles(chunk, 1),
}
