"""Geometry for a web page: whole steps of a grid in degrees, packed; merged by class for far views.

Neighbours share their corners: a corner that two of them have falls on one point of the grid.
Knows nothing of texts or pages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.soundness import made_valid
from emadina_gis.domain.table import FeatureTable
from emadina_gis.report.web.packing import packed_or_same, packed_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.progress import Context

#: Up to this many features in all, each is drawn at every zoom.
EXACT_LIMIT = 20_000
#: Above this many in one layer, features are published merged by class only.
SINGLE_LIMIT = 100_000
#: Tolerance of the far view, in metres.
FAR_TOLERANCE_M = 3.0
#: Tolerance of limits with many corners (communes), in metres.
LIMIT_TOLERANCE_M = 5.0
#: Mean number of corners of a feature from which it is such a limit.
MANY_CORNERS = 150
#: From this zoom on, features of simplified layers are drawn one by one.
DETAIL_ZOOM = 16
#: Steps of the grid that may be asked for, and the usual one, in metres.
PRECISIONS_M = (0.1, 0.25, 0.5, 1.0)
PRECISION_M = 0.25
_METRES_PER_DEGREE = 111_320.0
WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Grid:
    """Points of the page: an origin and a step, in degrees of longitude and latitude."""

    x0: float
    y0: float
    step_x: float
    step_y: float

    @classmethod
    def over(cls, extent: Extent, step_m: float) -> Grid:
        """Return a grid of a step in metres for an extent in degrees."""
        step_y = step_m / _METRES_PER_DEGREE
        middle = math.radians((extent.ymin + extent.ymax) / 2)
        step_x = step_y / max(math.cos(middle), 0.01)
        return cls(
            round(extent.xmin, 4), round(extent.ymin, 4), round(step_x, 12), round(step_y, 12)
        )

    def steps(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return points as whole steps from the origin, shape (n, 2)."""
        start = np.array([self.x0, self.y0])
        scaled = (xy - start) / np.array([self.step_x, self.step_y])
        return np.asarray(np.round(scaled), dtype=np.int64)

    @property
    def as_list(self) -> list[float]:
        """The four numbers that the page needs."""
        return [self.x0, self.y0, self.step_x, self.step_y]


@dataclass(frozen=True, eq=False)
class WebShapes:
    """Geometry of a layer, ready for JSON.

    Attributes
    ----------
    rows : ndarray of int, shape (n,)
        Rows published one by one.
    packed : dict
        Counts of parts, rings and points, and the points themselves; see `packed_shapes`.
    simplified_m : float
        Tolerance by which corners were left out; 0 where all of them stand.
    """

    rows: NDArray[np.intp]
    packed: dict[str, Any]
    simplified_m: float


def degrees(table: FeatureTable) -> FeatureTable:
    """Return a table in longitude and latitude of WGS 84 (Merchich by EPSG:1166)."""
    return table.to_crs(Crs.parse(WGS84))


def web_shapes(table: FeatureTable, grid: Grid, ctx: Context) -> WebShapes:
    """Return the geometry of a layer for the page, feature by feature.

    Parameters
    ----------
    table : FeatureTable
        In its own CRS, which is known.
    """
    present = np.flatnonzero(table.kinds != Kind.NONE)
    rows = present if len(present) <= SINGLE_LIMIT else np.zeros(0, dtype=np.intp)
    kept = table.take(rows)
    tolerance = LIMIT_TOLERANCE_M if _has_many_corners(kept) else 0.0
    if tolerance:
        kept = _simplified(kept, tolerance)
    return WebShapes(rows, packed_shapes(degrees(kept), grid, ctx), tolerance)


def far_shapes(
    table: FeatureTable, codes: NDArray[np.uint16], grid: Grid, ctx: Context
) -> dict[str, Any]:
    """Return the classes of a layer, each merged and simplified in metres, with their codes."""
    shapes, kept = [], []
    for code in np.unique(codes).tolist():
        ctx.check()
        rows = np.flatnonzero((codes == code) & (table.kinds != Kind.NONE))
        merged = shapely.union_all(made_valid(table.shapes(rows)))
        simple = shapely.simplify(merged, _units(table, FAR_TOLERANCE_M), preserve_topology=True)
        if not shapely.is_empty(simple):
            shapes.append(simple)
            kept.append(code)
    listed = np.empty(len(shapes), dtype=object)
    listed[:] = shapes
    far = degrees(FeatureTable.from_columns({}, listed, crs=table.crs))
    return {"codes": kept, "shapes": packed_shapes(far, grid, ctx)}


def packed_shapes(table: FeatureTable, grid: Grid, ctx: Context) -> dict[str, Any]:
    """Return shapes in degrees as packed counts and points.

    The closing point of a ring is left out; coordinates go on from one ring to the next.
    """
    is_area = table.main_kind is Kind.POLYGON
    parts, rings, points, xy = [], [], [], []
    for chunk in table.geometry or ():
        ctx.check()
        sizes = np.diff(chunk.coord_offsets)
        kept = np.ones(len(chunk.xy), dtype=bool)
        if is_area:
            kept[chunk.coord_offsets[1:][sizes > 1] - 1] = False
            sizes = np.where(sizes > 1, sizes - 1, sizes)
        parts.append(np.diff(chunk.part_offsets))
        rings.append(np.diff(chunk.ring_offsets))
        points.append(sizes)
        xy.append(grid.steps(chunk.xy[kept]))
    places = np.concatenate(xy) if xy else np.zeros((0, 2), dtype=np.int64)
    return {
        "count": table.row_count,
        "parts": packed_or_same(_joined(parts)),
        "rings": packed_or_same(_joined(rings)),
        "points": packed_or_same(_joined(points)),
        "x": packed_steps(places[:, 0]),
        "y": packed_steps(places[:, 1]),
    }


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _has_many_corners(table: FeatureTable) -> bool:
    if table.main_kind is not Kind.POLYGON or not table.row_count:
        return False
    corners = sum(len(chunk.xy) for chunk in table.geometry or ())
    return corners / table.row_count > MANY_CORNERS


def _simplified(table: FeatureTable, tolerance_m: float) -> FeatureTable:
    """Return areas with fewer corners; the limit that two of them share stays one limit."""
    shapes = made_valid(table.shapes())
    simple = shapely.coverage_simplify(shapes, _units(table, tolerance_m))
    lost = shapely.is_empty(simple)
    simple = np.where(lost, shapes, simple)
    return FeatureTable.from_columns({}, simple, crs=table.crs)


def _units(table: FeatureTable, metres: float) -> float:
    if table.crs.is_metric:
        return metres / table.crs.unit_m
    return metres / _METRES_PER_DEGREE if table.crs.is_geographic else 0.0
