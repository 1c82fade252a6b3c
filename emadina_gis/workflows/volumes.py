"""What the levels of some parcels may fill, on the land as it lies: fronts, limits and bodies.

Only the parcels asked for and those about them are read, so that one parcel costs the same in a
town as in a million. Away from the main thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.schema import Role
from emadina_gis.errors import MissingInput, NotMetric
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.render.massing.section import CutLine
from emadina_gis.simulation.level_volumes import level_polygons
from emadina_gis.simulation.neighbours import FARTHEST_M, roads_of
from emadina_gis.simulation.polygon_envelope import PolygonFootprints, depth_of_area
from emadina_gis.simulation.real_parcels import RealParcels, real_parcels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.simulation.neighbours import Roads
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.simulation.solids import LevelSolids

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Volumes:
    """Levels of some parcels, and how these parcels lie.

    Attributes
    ----------
    layer : VectorLayer
        The parcels.
    rows : ndarray of intp, shape (k,)
        Parcels asked for, as rows of the layer.
    around : ndarray of intp, shape (m,)
        Rows of all parcels that were read: those asked for and those about them.
    real : RealParcels
        The m parcels on the ground.
    levels : LevelSolids
        Of the k parcels, by row of the layer.
    plan_roads_m2 : ndarray of float64, shape (m,), or None
        What the plan takes of the m parcels for roads.
    """

    layer: VectorLayer
    rows: Rows
    around: Rows
    real: RealParcels
    levels: LevelSolids
    plan_roads_m2: Floats | None = None

    def front(self, row: int) -> CutLine | None:
        """Return the line across the longest piece of the main front of a parcel, None for none."""
        place = int(np.searchsorted(self.around, row))
        limits = self.real.limits.take(np.array([place]))
        main = np.flatnonzero(limits.front == 0)
        if not len(main):
            return None
        longest = int(main[np.argmax(limits.length_m[main])])
        middle = (limits.start[longest] + limits.end[longest]) / 2 + self.real.origin[place]
        return CutLine(middle, limits.inward[longest])

    def streets(self, row: int) -> int:
        """Return how many streets border a parcel."""
        return int(self.real.streets[np.searchsorted(self.around, row)])

    def taken_m(self, row: int) -> float:
        """Return how far the projected alignment lies behind the present front, in metres."""
        roads = self.plan_roads_m2
        place = np.array([np.searchsorted(self.around, row)])
        if roads is None or not roads[place[0]] > 0:
            return 0.0
        rings, limits = self.real.rings.take(place), self.real.limits.take(place)
        return float(depth_of_area(rings, limits, roads[place])[0])

    def road_m(self, row: int) -> float:
        """Return the width of the road before the main front, NaN where it is unknown."""
        limits = self.real.limits.take(np.array([np.searchsorted(self.around, row)]))
        return float(self.real.road_m(limits, 0)[0])


def metric_parcels(project: Project) -> VectorLayer:
    """Return the parcel layer, if lengths can be measured in it.

    Raises
    ------
    MissingInput
        ``massing.no-parcels`` where the project has no parcels with geometry.
    NotMetric
        ``massing.not-metric`` where they are in degrees or in an unknown system.
    """
    parcels = project.parcels
    if parcels is None or not parcels.table.has_geometry:
        raise MissingInput("massing.no-parcels")
    if not parcels.crs.is_metric:
        raise NotMetric("massing.not-metric", layer=parcels.title.fr)
    return parcels


def volumes_of(
    project: Project, found: ScenarioOutcome, rows: Rows, ctx: Context = NULL_CONTEXT
) -> Volumes:
    """Return the levels of some parcels in a scenario.

    Parameters
    ----------
    project : Project
    found : ScenarioOutcome
        What the scenario gives; its rows are those of the parcel layer.
    rows : ndarray of intp, shape (k,)
        Sorted rows of parcels.
    ctx : Context

    Raises
    ------
    MissingInput, NotMetric
        As `metric_parcels`.
    """
    layer = metric_parcels(project)
    outcome = found.outcome
    shapes = layer.table.shapes(rows)
    around = np.union1d(rows, rows_beside(layer.table, shapes, distance_m=FARTHEST_M))
    ctx.report(0.1)
    table = layer.table.take(around)
    inputs = outcome.inputs.take(around)
    roads = roads_about(project, layer, shapes)
    real = real_parcels(table, inputs, roads, ctx=ctx.part(0.1, 0.5))
    footprints = PolygonFootprints(real, inputs.plan_roads_m2)
    at = np.searchsorted(around, rows)
    levels = level_polygons(footprints, outcome, rows, at, ctx=ctx.part(0.5, 1.0))
    return Volumes(layer, rows, around, real, levels, inputs.plan_roads_m2)


def rows_beside(table: FeatureTable, shapes: Shapes, *, distance_m: float) -> Rows:
    """Return the rows whose bounds come near one of some shapes."""
    if not len(shapes):
        return np.zeros(0, dtype=np.intp)
    bounds = table.bounds
    xmin, ymin, xmax, ymax = shapely.total_bounds(shapes)
    near = (bounds[:, 0] <= xmax + distance_m) & (bounds[:, 2] >= xmin - distance_m)
    near &= (bounds[:, 1] <= ymax + distance_m) & (bounds[:, 3] >= ymin - distance_m)
    rows = np.flatnonzero(near)
    boxes = shapely.box(*bounds[rows].T)
    hit = shapely.STRtree(shapes).query(boxes, predicate="dwithin", distance=distance_m)[0]
    found: Rows = rows[np.unique(hit)]
    return found


# --- streets -----------------------------------------------------------------------------------


def roads_layer(project: Project) -> VectorLayer | None:
    """Return the layer of streets: lines that know the width of the road."""
    for layer in project.vector_layers:
        is_line = layer.table.has_geometry and layer.table.main_kind == Kind.LINE
        if is_line and layer.schema.column(Role.ROAD_WIDTH_M) in layer.table.columns:
            return layer
    return None


def in_crs_of(table: FeatureTable, parcels: VectorLayer) -> FeatureTable:
    """Return a table in the CRS of the parcels; one of unknown CRS as it is."""
    if table.crs == parcels.crs or not table.crs.is_known:
        return table
    return table.to_crs(parcels.crs)


def streets_beside(
    project: Project, parcels: VectorLayer, shapes: Shapes, *, distance_m: float
) -> tuple[Shapes, Floats] | None:
    """Return the axes and widths of streets near some shapes; None without a layer of streets."""
    layer = roads_layer(project)
    if layer is None:
        return None
    table = in_crs_of(layer.table, parcels)
    rows = rows_beside(table, shapes, distance_m=distance_m)
    width = role_numbers(layer, Role.ROAD_WIDTH_M, rows)
    return table.shapes(rows), width


def roads_about(project: Project, parcels: VectorLayer, shapes: Shapes) -> Roads | None:
    """Return the pieces of road axes near some parcels, None without a layer of streets."""
    found = streets_beside(project, parcels, shapes, distance_m=2 * FARTHEST_M)
    if found is None:
        return None
    lines, width = found
    return roads_of(lines, np.where(width > 0, width, np.nan), parcels.crs.unit_m)


def role_numbers(layer: VectorLayer, role: Role, rows: Rows) -> Floats:
    """Return the numbers of a role on some rows, NaN where nothing tells them."""
    name = layer.schema.column(role)
    if name is None or name not in layer.table.columns:
        return np.full(len(rows), np.nan)
    return layer.table.numbers(name)[rows]
