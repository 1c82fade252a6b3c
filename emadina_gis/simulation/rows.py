"""One capacity row per parcel of a table, cut by a zoning layer where one is given.

It puts the engine, the columns and the cutting together for whoever has tables. No files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.soundness import made_valid
from emadina_gis.errors import GeometryError, MissingCrs
from emadina_gis.regulation import NO_OVERRIDES
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.from_table import (
    check_parcels,
    inputs_from_table,
    sectors_from_table,
)
from emadina_gis.simulation.people import capacity_columns
from emadina_gis.simulation.straddle import cut_by_zones, merge_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.schema import Schema
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.errors import Problem
    from emadina_gis.regulation import Overrides, PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome


@dataclass(frozen=True, eq=False)
class Zoning:
    """A layer of zone polygons, and which of its columns names the sector."""

    table: FeatureTable
    schema: Schema


@dataclass(frozen=True, eq=False)
class CapacityRows:
    """Capacity rows of a table.

    Attributes
    ----------
    columns : Mapping[str, ndarray]
        The contract's columns, shape (n,), in the table's order.
    outcome : Outcome
        Of the parcels, or of their parts where they were cut.
    problems : tuple of Problem
    """

    columns: Mapping[str, NDArray[Any]]
    outcome: Outcome
    problems: tuple[Problem, ...]


def capacity_rows(
    table: FeatureTable,
    schema: Schema,
    document: PlanningDocument,
    parameters: Parameters | None = None,
    *,
    overrides: Overrides = NO_OVERRIDES,
    zoning: Zoning | None = None,
) -> CapacityRows:
    """Return what each parcel of a table may carry, one row each, in the table's order.

    Parameters
    ----------
    table, schema : FeatureTable, Schema
        Parcels. With a zoning layer they need geometry; its sectors hold, not the table's.
    document, parameters, overrides
        See `capacity`.
    zoning : Zoning, optional
        Zones that cut the parcels, brought to the parcels' CRS.

    Raises
    ------
    SchemaError
        ``parcels.no-sector-column`` if neither the table nor a zoning layer names sectors.
    GeometryError
        ``zones.no-geometry`` or ``zones.no-parcel-geometry`` where nothing can be laid over.
    MissingCrs
        ``zones.crs-unknown`` if it is not known where one of both lies.
    CrsMismatch
        If the zones cannot be brought to the parcels' CRS.
    """
    if zoning is None:
        check_parcels(schema, table)
        read = inputs_from_table(table, schema, document)
        found = capacity(read.inputs, document, parameters, overrides=overrides)
        return CapacityRows(capacity_columns(found), found, read.problems)
    return _cut_rows(table, schema, document, parameters, overrides=overrides, zoning=zoning)


def _cut_rows(
    table: FeatureTable,
    schema: Schema,
    document: PlanningDocument,
    parameters: Parameters | None,
    *,
    overrides: Overrides,
    zoning: Zoning,
) -> CapacityRows:
    check_parcels(zoning.schema, zoning.table)
    zones = zoning.table
    _check_overlay(table, zones)
    read = inputs_from_table(table, schema, document)
    if zones.crs.is_known and table.crs.is_known:
        zones = zones.to_crs(table.crs)
    sectors, unread = sectors_from_table(zones, zoning.schema, document)
    parts = cut_by_zones(read.inputs, _sound(table), _sound(zones), sectors)
    found = capacity(parts.inputs, document, parameters, overrides=overrides)
    merged = merge_columns(capacity_columns(found), parts, read.inputs)
    return CapacityRows(merged, found, (*read.problems, *unread))


def _check_overlay(table: FeatureTable, zones: FeatureTable) -> None:
    """Refuse tables that cannot lie over each other."""
    if not table.has_geometry:
        raise GeometryError("zones.no-parcel-geometry")
    if not zones.has_geometry:
        raise GeometryError("zones.no-geometry")
    if zones.crs.is_known != table.crs.is_known:
        raise MissingCrs("zones.crs-unknown", known=(table.crs.id or zones.crs.id))


def _sound(table: FeatureTable) -> NDArray[np.object_]:
    """Return shapes that can be cut: invalid ones are made valid for this use only."""
    shapes: NDArray[np.object_] = table.shapes()
    invalid = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    shapes[invalid] = made_valid(shapes[invalid])
    return shapes
