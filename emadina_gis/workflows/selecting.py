"""Selecting features: by a condition on their columns, and by how near they are to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.analysis.formula import formula, rows_where
from emadina_gis.analysis.nearby import rows_near
from emadina_gis.domain.crs import transform_points
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.geometry import Shapes
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project


@dataclass(frozen=True)
class Near:
    """Nearness to features of a layer.

    Attributes
    ----------
    layer_id : str
    ids : tuple of int or None
        Row ids of the features meant; None for all of the layer.
    distance_m : float
    """

    layer_id: str
    ids: tuple[int, ...] | None
    distance_m: float


def ids_where(
    project: Project,
    layer: VectorLayer,
    condition: str,
    *,
    columns: Mapping[str, Column] | None = None,
    near: Near | None = None,
    ctx: Context = NULL_CONTEXT,
) -> NDArray[np.int64]:
    """Return the row ids of the features that meet a condition and lie near others.

    Parameters
    ----------
    condition : str
        A formula that is true or false; empty for any feature.
    columns : Mapping, optional
        Outcome columns beside the layer's own.
    near : Near, optional

    Raises
    ------
    EmadinaError
        For a formula that cannot be read, or a distance in a layer without metres.
    """
    table = layer.table
    rows = np.arange(table.row_count)
    if condition.strip():
        rows = rows_where(formula(condition), table, columns or {})
    if near is not None:
        around = rows_near(table, _targets(project, layer, near), near.distance_m, ctx)
        rows = np.intersect1d(rows, around, assume_unique=True)
    ids: NDArray[np.int64] = table.ids[rows]
    return ids


def _targets(project: Project, layer: VectorLayer, near: Near) -> Shapes:
    """Return the geometries meant, in the CRS of the layer that is selected from."""
    other = project.vector_layer(near.layer_id)
    rows = None
    if near.ids is not None:
        rows = np.flatnonzero(np.isin(other.table.ids, np.array(near.ids, dtype=np.int64)))
    shapes = other.table.shapes(rows)
    source, target = other.crs, layer.crs
    if source == target or not source.is_known or not target.is_known:
        return shapes
    moved: Shapes = shapely.transform(shapes, lambda xy: transform_points(xy, source, target))
    return moved
