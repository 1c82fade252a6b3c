"""Placing a layer: the draft that a person works on, what it tells, and the command it becomes.

A draft holds unfinished points too; a transform comes as soon as the finished ones determine one.
Knows no widgets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, Crs, transform_extent
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.kept import kept
from emadina_gis.domain.layer import RasterLayer, VectorLayer
from emadina_gis.domain.placement import (
    ControlPoint,
    Placement,
    PlacementMethod,
    PlaneTransform,
    residuals_of,
    shifted,
)
from emadina_gis.domain.placement_fit import Fit, fitted, folds
from emadina_gis.domain.placement_reading import (
    Offset,
    ScaleReading,
    Turn,
    likely_offsets,
    read_scale,
    read_turn,
)
from emadina_gis.errors import CrsError, GeometryError
from emadina_gis.io.control_points import ControlPointFile, read_points, write_points
from emadina_gis.io.georeferencing import write_georeferenced
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.session.commands.placing import GeoreferenceRaster, PlaceLayer, PlaceLayers
from emadina_gis.workflows.rasters import raster_path, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.domain.layer import Layer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Project

    Move = Callable[[NDArray[np.float64]], NDArray[np.float64]]

Place = tuple[float, float]
_NO_PLACE: Place = (math.nan, math.nan)
#: A predicted cross is proposed where it lies this near to a round place, in steps of the grid.
_NEAR_CROSS = 0.2
#: A point is said to be doubtful where the others miss it by this many times their own residual.
_DOUBTFUL = 4.0
_SURELY_EQUAL = 1e-9
_MM_PER_M = 1000.0


@dataclass(frozen=True)
class DraftPoint:
    """A control point that may still lack one of its places."""

    source: Place | None = None
    target: Place | None = None
    name: str = ""
    used: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether both places are known."""
        return self.source is not None and self.target is not None


@dataclass(frozen=True)
class Draft:
    """What a person has said so far.

    Attributes
    ----------
    unit_m : float
        Metres in a unit of the drawing: the scale of a shift or of a rigid transform.
    offset : tuple of (float, float), optional
        A typed offset; the points then only check it.
    plan_scale : float
        Denominator of the scale that a plan states; 0 where it states none.
    grid_step : float
        Step of the crosses printed on a plan, in map units.
    corners : tuple of places
        Corners of the source's rectangle.
    """

    crs: Crs = UNKNOWN
    method: PlacementMethod = PlacementMethod.SIMILARITY
    points: tuple[DraftPoint, ...] = ()
    unit_m: float = 1.0
    offset: Place | None = None
    plan_scale: float = 0.0
    grid_step: float = 1000.0
    corners: tuple[Place, ...] = ()

    # --- changing it --------------------------------------------------------------------------

    def with_point(self, index: int, point: DraftPoint) -> Draft:
        """Return the draft with another point at a place of the list, or one more at its end."""
        kept = self.points[:index]
        return replace(self, points=(*kept, point, *self.points[index + 1 :]))

    def without_point(self, index: int) -> Draft:
        """Return the draft without a point."""
        return replace(self, points=(*self.points[:index], *self.points[index + 1 :]))

    def picked(self, side: str, place: Place, at: int | None = None) -> Draft:
        """Return the draft with a place pointed at on the source or on the map.

        It goes to the point `at`, else to the first that lacks it, else to a new one.
        """
        waiting = [i for i, point in enumerate(self.points) if getattr(point, side) is None]
        index = at if at is not None else waiting[0] if waiting else len(self.points)
        point = self.points[index] if index < len(self.points) else DraftPoint()
        found = replace(point, source=place) if side == "source" else replace(point, target=place)
        return self.with_point(index, found)

    # --- what it tells ------------------------------------------------------------------------

    @property
    def whole(self) -> tuple[int, ...]:
        """Indices of the points with both places."""
        return tuple(index for index, point in enumerate(self.points) if point.is_whole)

    @property
    def control_points(self) -> tuple[ControlPoint, ...]:
        """The points with both places."""
        return tuple(
            ControlPoint(
                point.source or _NO_PLACE, point.target or _NO_PLACE, point.name, point.used
            )
            for point in self.points
            if point.is_whole
        )

    @property
    def scale(self) -> float:
        """Map units in a unit of the source, as it was chosen."""
        return self.unit_m / self.crs.unit_m

    @kept
    def fit(self) -> Fit | None:
        """The transform and how well it fits; None where it cannot be told yet."""
        return self._fit_or_refusal[0]

    @property
    def refusal(self) -> GeometryError | None:
        """Why there is no transform."""
        return self._fit_or_refusal[1]

    @kept
    def _fit_or_refusal(self) -> tuple[Fit | None, GeometryError | None]:
        points = self.control_points
        if self.method is PlacementMethod.SHIFT and self.offset is not None:
            transform = shifted(*self.offset, self.scale)
            alone = np.full(len(points), math.nan)
            return Fit(transform, points, residuals_of(transform, points), alone), None
        try:
            return fitted(points, self.method, scale=self.scale), None
        except GeometryError as error:
            return None, error

    @property
    def transform(self) -> PlaneTransform | None:
        """The transform, once there is one."""
        return None if self.fit is None else self.fit.transform

    @property
    def placement(self) -> Placement | None:
        """What would be kept with the layer; None without a transform or without a CRS."""
        if self.transform is None or not self.crs.is_known:
            return None
        return Placement(self.transform, self.crs, self.control_points, self.plan_scale)

    @property
    def turn(self) -> Turn | None:
        """Scale and rotation of the transform."""
        return None if self.transform is None else read_turn(self.transform)

    @property
    def scale_reading(self) -> ScaleReading:
        """What the scale looks like, where it was found from points that keep shapes."""
        if self.turn is None or self.method is PlacementMethod.SHIFT:
            return ScaleReading()
        return read_scale(self.turn.scale, self.crs.unit_m)

    @property
    def length_excess(self) -> float:
        """By how much the farthest points are too far apart on the map, in map units.

        Against the unit or paper scale that the scale found looks like: the check that two points
        give. NaN where there is none.
        """
        used = [point for point in self.control_points if point.used]
        reading, turn = self.scale_reading, self.turn
        if len(used) < 2 or turn is None or not reading.kind:
            return math.nan
        source = np.array([point.source for point in used])
        lengths = np.hypot(*(source[:, None] - source[None]).transpose(2, 0, 1))
        return float(lengths.max() * (turn.scale - reading.exact))

    @property
    def rmse(self) -> float:
        """Root mean square of the residuals in map units; NaN without a transform or points."""
        return math.nan if self.fit is None else self.fit.rmse

    @property
    def rmse_paper_mm(self) -> float:
        """The same in millimetres on the plan; NaN where it states no scale."""
        if not self.plan_scale:
            return math.nan
        return self.rmse * self.crs.unit_m / self.plan_scale * _MM_PER_M

    @property
    def doubtful(self) -> int | None:
        """The point that the others miss far more than each other, as an index of the list."""
        fit = self.fit
        if fit is None or np.isnan(fit.left_out).all():
            return None
        worst = int(np.nanargmax(fit.left_out))
        used = np.array([point.used for point in fit.points])
        if not used[worst] or fit.distances[worst] < fit.distances[used].max():
            return None
        noise = self._rest_of(worst)
        is_far = fit.left_out[worst] > _DOUBTFUL * max(noise, _SURELY_EQUAL * self._reach)
        return self.whole[worst] if is_far else None

    def _rest_of(self, worst: int) -> float:
        """Return how well the points but one fit each other; NaN where that proves nothing."""
        points = [p for i, p in enumerate(self.control_points) if i != worst]
        try:
            fit = fitted(points, self.method, scale=self.scale)
        except GeometryError:
            return math.nan
        return fit.rmse if fit.redundancy > 0 else math.nan

    @property
    def _reach(self) -> float:
        """How far apart the points are on the map."""
        targets = np.array([point.target for point in self.control_points])
        return float(np.ptp(targets, axis=0).max()) if len(targets) > 1 else 1.0

    @property
    def folds(self) -> bool:
        """Whether the transform turns a part of the source over."""
        if self.transform is None or not self.corners:
            return False
        return folds(self.transform, np.array(self.corners))

    def residual(self, index: int) -> float:
        """Return the distance by which a point is missed, in map units; NaN where unknown."""
        if self.fit is None or index not in self.whole:
            return math.nan
        return float(self.fit.distances[self.whole.index(index)])

    def cross_near(self, source: Place) -> Place | None:
        """Return the grid cross that a place of the source seems to be; None where unsure."""
        if self.transform is None or self.grid_step <= 0 or self.fit is None:
            return None
        predicted = self.transform.apply(np.array([source]))[0]
        nearest = np.round(predicted / self.grid_step) * self.grid_step
        if np.abs(predicted - nearest).max() > _NEAR_CROSS * self.grid_step:
            return None
        return float(nearest[0]), float(nearest[1])


def draft_for(layer: Layer, project: Project) -> Draft:
    """Return the draft to begin with: the points a layer was placed by, or none."""
    is_raster = isinstance(layer, RasterLayer)
    crs = project.crs if project.crs.is_known else layer.crs
    method = PlacementMethod.AFFINE if is_raster else PlacementMethod.SIMILARITY
    draft = Draft(crs, method)
    kept = layer.placement
    if kept is None:
        return draft
    points = tuple(DraftPoint(p.source, p.target, p.name, p.used) for p in kept.points)
    offset = None
    if kept.method is PlacementMethod.SHIFT:
        offset = (float(kept.transform.target[0]), float(kept.transform.target[1]))
    return replace(
        draft, crs=kept.crs, method=kept.method, points=points, plan_scale=kept.plan_scale,
        offset=offset if not points else None,
        unit_m=read_turn(kept.transform).scale * kept.crs.unit_m
        if kept.method.keeps_shapes else 1.0,
    )  # fmt: skip


def source_extent(layer: Layer) -> Extent | None:
    """Return what a layer covers in its own coordinates; a while for a large one."""
    if isinstance(layer, RasterLayer):
        return Extent(0.0, -float(layer.height_px), float(layer.width_px), 0.0)
    return source_table(layer).extent


def with_corners(draft: Draft, extent: Extent | None) -> Draft:
    """Return the draft that knows the corners of its source."""
    if extent is None:
        return draft
    return replace(draft, corners=((extent.xmin, extent.ymin), (extent.xmax, extent.ymax)))


def source_table(layer: VectorLayer) -> FeatureTable:
    """Return a layer's rows at the coordinates they had before they were placed, in no CRS."""
    table = layer.table
    if layer.placement is not None:
        transform = layer.placement.transform
        table = _moved(table, transform.invert, NULL_CONTEXT)
    return table.assign_crs(UNKNOWN)


def _moved(table: FeatureTable, move: Move, ctx: Context) -> FeatureTable:
    chunks = table.geometry or ()
    moved = []
    for number, chunk in enumerate(chunks):
        ctx.report(number / len(chunks), "phase.placing")
        moved.append(chunk.with_xy(np.ascontiguousarray(move(chunk.xy))))
    return replace(table, geometry=None if table.geometry is None else tuple(moved))


def placed_table(
    table: FeatureTable, placement: Placement, ctx: Context = NULL_CONTEXT
) -> FeatureTable:
    """Return rows at the coordinates that a placement gives them; heights stay."""
    moved = _moved(table, placement.transform.apply, ctx)
    return moved.assign_crs(placement.crs)


def place_layer(
    layer: VectorLayer, placement: Placement, ctx: Context = NULL_CONTEXT
) -> PlaceLayer:
    """Return the command that places a drawing."""
    return PlaceLayer(layer.id, placed_table(source_table(layer), placement, ctx), placement)


def siblings(layer: Layer, project: Project) -> tuple[VectorLayer, ...]:
    """Return the other layers of the same drawing, which lie in the same coordinates."""
    if not isinstance(layer, VectorLayer) or layer.source is None:
        return ()
    return tuple(
        other
        for other in project.vector_layers
        if other.id != layer.id
        and other.source is not None
        and other.source.path == layer.source.path
        and other.table.has_geometry
        and (other.crs, other.placement) == (layer.crs, layer.placement)
    )


def place_layers(
    layers: tuple[VectorLayer, ...], placement: Placement, ctx: Context = NULL_CONTEXT
) -> PlaceLayers:
    """Return the command that places the layers of a drawing together."""
    count = len(layers)
    return PlaceLayers(
        tuple(
            place_layer(layer, placement, ctx.part(index / count, (index + 1) / count))
            for index, layer in enumerate(layers)
        )
    )


def georeference(layer: RasterLayer, placement: Placement) -> GeoreferenceRaster:
    """Return the command that places a picture."""
    placed = source_of(replace(layer, placement=placement, crs=placement.crs))
    return GeoreferenceRaster(layer.id, placement, placed.extent)


def forget_placement(layer: RasterLayer) -> GeoreferenceRaster:
    """Return the command that goes back to what the file of a picture says of itself."""
    source = source_of(replace(layer, placement=None, crs=UNKNOWN))
    found = source.description
    return GeoreferenceRaster(layer.id, None, found.extent, found.crs.crs)


def write_copy(
    layer: RasterLayer, placement: Placement, target: Path, ctx: Context = NULL_CONTEXT
) -> Path:
    """Write a georeferenced GeoTIFF of a picture and return where it lies."""
    write_georeferenced(raster_path(layer), target, placement.transform, placement.crs, ctx)
    return target


def offsets_for(
    source: Extent, layer_id: str, project: Project, unit_m: float
) -> tuple[Offset, ...]:
    """Return offsets that would bring a drawing with a truncated origin onto the other layers."""
    reference = _reference(layer_id, project)
    if reference is None:
        return ()
    return likely_offsets(source, reference, unit_m / project.crs.unit_m)


def _reference(layer_id: str, project: Project) -> Extent | None:
    """Return what the other layers cover, in the project's CRS."""
    result: Extent | None = None
    for other in project.layers:
        if other.id == layer_id or not (other.crs.is_known and project.crs.is_known):
            continue
        extent = other.extent
        if extent is None:
            continue
        try:
            moved = transform_extent(extent, other.crs, project.crs)
        except CrsError:
            continue
        result = moved if result is None else result.union(moved)
    return result


def save_points(path: Path, draft: Draft) -> None:
    """Write the whole points of a draft, with their residuals."""
    residuals = None if draft.fit is None else draft.fit.residuals
    write_points(path, draft.control_points, draft.crs, residuals)


def load_points(path: Path, draft: Draft) -> Draft:
    """Return the draft with the points of a file in the place of its own."""
    found: ControlPointFile = read_points(path)
    points = tuple(DraftPoint(p.source, p.target, p.name, p.used) for p in found.points)
    crs = found.crs if found.crs.is_known else draft.crs
    return replace(draft, points=points, crs=crs, offset=None)
