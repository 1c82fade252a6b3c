"""``PlanIndex``: a project's constraints and sectors, read once, ready to ask what bites a parcel.

Owns which layers are constraints and which is the zoning, and the metric system they are asked in.
How parcels are overlaid is the simulation's; what is said is `reading_hits`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.crs import UNKNOWN, Crs, transform_points
from emadina_gis.domain.geometry import Kind, chunks_from_shapely
from emadina_gis.domain.land_title import canonical_title
from emadina_gis.domain.schema import CONSTRAINT_ROLES, Role, Schema, guessed_schema
from emadina_gis.errors import NotMetric
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.titles import rows_of_titles
from emadina_gis.simulation.constraints import Constraints, ConstraintSource, read_constraints
from emadina_gis.simulation.sector_overlay import Zones, read_zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.errors import Problem
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument

#: Beside the nature, one of these makes a layer one of constraints.
_BESIDE = (CONSTRAINT_ROLES - {Role.CONSTRAINT_NATURE, Role.CONSTRAINT_NATURE_AR}) | {
    Role.ROAD_WIDTH_M
}
#: Beside an index without a nature (its letters say it), one of these.
_WITH_INDEX = _BESIDE - {Role.CONSTRAINT_INDEX}
#: Inputs that the map can supply, and the role that gives them in the table.
TAKINGS = (
    ("plan_roads_m2", Role.PLAN_ROADS_M2),
    ("equipment_m2", Role.EQUIPMENT_M2),
    ("servitude_m2", Role.SERVITUDE_M2),
)
#: Largest coordinate of a longitude.
_MOST_DEGREES = 180.0


@dataclass(frozen=True, eq=False)
class PlanIndex:
    """What a project knows of its plan, as geometry.

    Attributes
    ----------
    crs : Crs
        Metric system in which parcels are asked; unknown where the whole project is.
    constraints : Constraints
        Of all layers that list constraints.
    zones : Zones or None
        Sectors; None where the project has no layer of them.
    parcels : VectorLayer or None
        Parcels that carry their sector, where there is no layer of sectors: asked around a place.
    made_from : tuple
        What it was made from, to see whether it still holds.
    """

    crs: Crs
    constraints: Constraints
    zones: Zones | None
    parcels: VectorLayer | None
    made_from: tuple[Any, ...]

    @property
    def has_plan(self) -> bool:
        """Whether anything says where the sectors lie."""
        return self.zones is not None or self.parcels is not None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found wrong in the layers."""
        return self.constraints.problems

    @property
    def has_constraints(self) -> bool:
        """Whether any layer lists constraints."""
        return bool(self.constraints.layers)

    def holds_for(self, project: Project) -> bool:
        """Whether the project's layers are still the ones this was made from."""
        now = _basis(project)
        return len(now) == len(self.made_from) and all(
            mine is its or (not hasattr(mine, "row_count") and mine == its)
            for mine, its in zip(self.made_from, now, strict=True)
        )

    def zones_at(self, land: Any) -> Zones | None:
        """Return the sectors to look at for pieces of land in the index's system."""
        layer = self.parcels
        if self.zones is not None or layer is None:
            return self.zones
        table, column = layer.table, layer.schema.column(Role.SECTOR)
        own = land
        if self.crs.is_known and table.crs.is_known and self.crs != table.crs:
            own = shapely.transform(land, lambda xy: transform_points(xy, self.crs, table.crs))
        left, bottom, right, top = shapely.total_bounds(own)
        xmin, ymin, xmax, ymax = table.bounds.T
        near = (xmin <= right) & (xmax >= left) & (ymin <= top) & (ymax >= bottom)
        return read_zones(table.take(np.flatnonzero(near)), column or "", self.crs)

    def placed(self, shapes: Any, crs: Crs) -> Any:
        """Return shapes of a system in the index's; shape (n,)."""
        if crs == self.crs or not crs.is_known or not self.crs.is_known:
            return shapes
        return shapely.transform(shapes, lambda xy: transform_points(xy, crs, self.crs))

    def unplaced(self, shapes: Any, crs: Crs) -> Any:
        """Return shapes of the index's system in another one; shape (n,)."""
        if crs == self.crs or not crs.is_known or not self.crs.is_known:
            return shapes
        return shapely.transform(shapes, lambda xy: transform_points(xy, self.crs, crs))


def plan_index(
    project: Project, document: PlanningDocument | None, ctx: Context = NULL_CONTEXT
) -> PlanIndex:
    """Return the constraints and sectors of a project.

    Parameters
    ----------
    project : Project
    document : PlanningDocument or None
        The project's: it says how far servitudes reach.
    ctx : Context

    Raises
    ------
    NotMetric
        With code ``hits.not-metric`` where neither the project nor its parcels are in metres.
    """
    crs = working_crs(project)
    sources = tuple(constraint_sources(project))
    servitudes = () if document is None else document.printed.servitudes
    constraints = read_constraints(sources, crs, servitudes, ctx.part(0.0, 0.8))
    zoning = next(zoning_layers(project), None)
    zones = None
    if zoning is not None:
        column = zoning.schema.column(Role.SECTOR) or ""
        zones = read_zones(zoning.table, column, crs, ctx.part(0.8, 1.0))
    parcels = zoning_layer(project) if zoning is None else None
    ctx.report(1.0, "hits.phase.reading")
    return PlanIndex(crs, constraints, zones, parcels, _basis(project))


def _basis(project: Project) -> tuple[Any, ...]:
    """Return what an index depends on; tables are never written into, so who they are is enough.

    The document counts by its name, and by its text where the project keeps it.
    """
    layers = list(constraint_layers(project))
    parcels, zoning = project.parcels, zoning_layer(project)
    used = [layer for layer in (*layers, zoning) if layer is not None]
    if parcels is not None and not all(layer.table.has_geometry for layer in layers):
        used.append(parcels)
    own = None if parcels is None else parcels.crs
    parts = ((layer.id, layer.title, layer.table, layer.schema) for layer in used)
    plan = (project.document_id, project.stored_document(project.document_id))
    return (project.crs, own, *plan, *(part for layer in parts for part in layer))


def lacking_inputs(project: Project) -> tuple[str, ...]:
    """Return the engine's inputs that the parcel table does not give and the map can."""
    layer = project.parcels
    if layer is None or not layer.table.has_geometry:
        return ()
    lacking: list[str] = []
    if next(constraint_layers(project), None) is not None:
        lacking += [name for name, role in TAKINGS if not gives(layer, role)]
    if not gives(layer, Role.SECTOR) and next(zoning_layers(project), None) is not None:
        lacking.append(Role.SECTOR.value)
    return tuple(lacking)


def gives(layer: VectorLayer, role: Role) -> bool:
    """Whether a column of a layer plays a role."""
    return layer.schema.column(role) in layer.table.columns


def map_basis(project: Project) -> tuple[Any, ...]:
    """Return the parts of a project, beside its parcels, that the engine's inputs come from.

    Empty where the parcel table gives all of them; the same objects while nothing has changed.
    """
    if not lacking_inputs(project):
        return ()
    ids = {layer.id for layer in constraint_layers(project)}
    ids |= {layer.id for layer in zoning_layers(project)}
    layers = [layer for layer in project.vector_layers if layer.id in ids]
    return (project.crs, *(part for layer in layers for part in (layer.table, layer.schema)))


def working_crs(project: Project) -> Crs:
    """Return the metric system in which a project's land is measured.

    Raises
    ------
    NotMetric
        With code ``hits.not-metric``.
    """
    parcels = project.parcels
    offered = [project.crs] if parcels is None else [project.crs, parcels.crs]
    metric = next((crs for crs in offered if crs.is_metric), None)
    if metric is not None:
        return metric
    extent = project.extent()
    degrees = extent is not None and np.abs(extent.as_tuple).max() <= _MOST_DEGREES
    if project.crs.is_known or degrees:
        name = "–" if parcels is None else parcels.title.fr
        raise NotMetric("hits.not-metric", layer=name, crs=project.crs.name or "–")
    return UNKNOWN


def constraint_layers(project: Project) -> Iterator[VectorLayer]:
    """Yield the layers that list constraints, the topmost first."""
    for layer in project.vector_layers:
        if layer.id != project.parcels_id and constraint_schema(layer) is not None:
            yield layer


def constraint_sources(project: Project) -> Iterator[ConstraintSource]:
    """Yield the layers that list constraints, with geometry.

    A list of titles without geometry, as annex 3 prints the heritage, takes that of its parcels.
    """
    for layer in constraint_layers(project):
        schema = constraint_schema(layer) or layer.schema
        table = layer.table
        if not table.has_geometry and project.parcels is not None:
            table = _of_titles(layer, project.parcels)
        yield ConstraintSource(layer.id, layer.title, table, schema)


def _of_titles(layer: VectorLayer, parcels: VectorLayer) -> FeatureTable:
    """Return a list of titles with the outlines of the parcels that carry them."""
    table, column = layer.table, layer.schema.column(Role.PARCEL_ID)
    titles: list[str | None] = [] if column is None else table.strings(column).tolist()
    asked = [canonical_title(title) for title in titles if title is not None]
    rows, _missing = rows_of_titles(parcels, asked)
    named = parcels.table.strings(parcels.schema.column(Role.PARCEL_ID) or "")[rows]
    shapes = parcels.table.shapes(rows)
    place = {canonical_title(str(name)): shape for name, shape in zip(named, shapes, strict=True)}
    found = np.full(table.row_count, None, dtype=object)
    for row, title in enumerate(titles):
        found[row] = place.get(canonical_title(str(title)))
    return replace(table, geometry=chunks_from_shapely(found), crs=parcels.crs)


def constraint_schema(layer: VectorLayer) -> Schema | None:
    """Return the roles by which a layer lists constraints, None where it lists none.

    A layer that was given no such role lists them where its own columns are named as a
    nomenclature names them: a nature and an index.
    """
    roles = dict(layer.schema)
    if layer.table.main_kind == Kind.NONE and Role.PARCEL_ID not in roles:
        return None
    if CONSTRAINT_ROLES.isdisjoint(roles):
        guessed = dict(guessed_schema(layer.table.names))
        if Role.CONSTRAINT_NATURE not in guessed or Role.CONSTRAINT_INDEX not in guessed:
            return None
        kept = {role: name for role, name in guessed.items() if role in CONSTRAINT_ROLES}
        return Schema({**roles, **kept})
    if Role.CONSTRAINT_NATURE in roles:
        return None if _BESIDE.isdisjoint(roles) else layer.schema
    indexed = Role.CONSTRAINT_INDEX in roles and not _WITH_INDEX.isdisjoint(roles)
    return layer.schema if indexed else None


def zoning_layer(project: Project) -> VectorLayer | None:
    """Return the layer of sectors; the parcels, which carry their sector, where there is none."""
    for layer in zoning_layers(project):
        return layer
    parcels = project.parcels
    if parcels is None or parcels.schema.column(Role.SECTOR) not in parcels.table.columns:
        return None
    return parcels


def zoning_layers(project: Project) -> Iterator[VectorLayer]:
    """Yield the polygon layers that could be the zoning: sectors and no land titles."""
    for layer in project.vector_layers:
        roles = dict(layer.schema)
        is_plan = Role.SECTOR in roles and Role.PARCEL_ID not in roles
        is_polygons = layer.table.main_kind == Kind.POLYGON
        has_column = layer.schema.column(Role.SECTOR) in layer.table.columns
        if is_plan and is_polygons and has_column and constraint_schema(layer) is None:
            yield layer
