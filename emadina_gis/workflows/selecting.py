"""Selecting features: by a condition on their columns, by where they lie, by being like another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from emadina_gis.analysis.formula import Given, formula, rows_where
from emadina_gis.analysis.location import Asked, Relation, rows_related
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.table import FeatureTable
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.title import Title
    from emadina_gis.project import Project

__all__ = ["Near", "Relation", "Wanted", "given_of", "ids_like", "ids_where", "layer_of_rows"]

NO_COLUMNS: Mapping[str, Column] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Near:
    """How features lie to those of a layer.

    Attributes
    ----------
    layer_id : str
    ids : array-like of int, or None
        Row ids of the features meant; None for all of the layer.
    distance_m : float
        For nearness, in metres.
    relation : Relation
    """

    layer_id: str
    ids: Sequence[int] | NDArray[np.int64] | None
    distance_m: float = 0.0
    relation: Relation = Relation.NEAR


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is asked of the features of a layer; all parts must hold.

    Attributes
    ----------
    condition : str
        A formula that is true or false; empty for any feature.
    near : Near, optional
    columns : Mapping[str, Column]
        Outcome columns beside the layer's own.
    given : Given
        Units and titles of columns.
    """

    condition: str = ""
    near: Near | None = None
    columns: Mapping[str, Column] = field(default_factory=lambda: NO_COLUMNS)
    given: Given = field(default_factory=Given)


def given_of(
    layer: VectorLayer,
    units: Mapping[str, str] = MappingProxyType({}),
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> Given:
    """Return units and titles of the columns of a layer, with those of outcomes beside them."""
    own = {name: label.unit for name, label in layer.fields if label.unit}
    titles = {
        title: name
        for name, label in layer.fields
        for title in (label.title.fr, label.title.ar, label.title.en)
    }
    return Given({**units, **own}, {**aliases, **titles})


def ids_where(
    project: Project, layer: VectorLayer, wanted: Wanted, ctx: Context = NULL_CONTEXT
) -> NDArray[np.int64]:
    """Return the row ids of the features that meet a condition and lie as asked.

    Raises
    ------
    EmadinaError
        For a formula that cannot be read, or a distance without metres.
    """
    table = layer.table
    rows = np.arange(table.row_count)
    if wanted.condition.strip():
        source = formula(wanted.condition)
        rows = rows_where(source, table, wanted.columns, given=wanted.given, ctx=ctx.part(0, 0.3))
    if wanted.near is not None and len(rows):
        rows = _related(project, table, wanted.near, rows, ctx.part(0.3, 1))
    ids: NDArray[np.int64] = table.ids[rows]
    return ids


def _related(
    project: Project, table: FeatureTable, near: Near, among: NDArray[np.intp], ctx: Context
) -> NDArray[np.intp]:
    """Return which of some rows lie as asked to the features meant."""
    other = project.vector_layer(near.layer_id).table
    meant = None
    if near.ids is not None:
        meant = other.rows_of_ids(np.array(near.ids, dtype=np.int64))
    looked_at = table
    if len(among) * _FEW < table.row_count:
        looked_at = FeatureTable({}, table.ids[among], table.take(among).geometry, table.crs)
    asked = Asked(near.relation, near.distance_m)
    rows = rows_related(looked_at, other, asked, rows=meant, ctx=ctx)
    if looked_at is not table:
        return among[rows]
    return np.intersect1d(among, rows, assume_unique=True)


#: Where so many times fewer rows are left, they are taken out before their places are asked.
_FEW = 4


def ids_like(
    layer: VectorLayer, ids: NDArray[np.int64], name: str, column: Column | None = None
) -> NDArray[np.int64]:
    """Return the row ids of the features that hold a value some features hold in a column.

    Parameters
    ----------
    ids : ndarray of int64, shape (k,)
        Row ids of the features meant.
    name : str
        Column of the table; `column` is taken instead where it is given (an outcome).
    """
    values = layer.table.column(name) if column is None else column
    rows = layer.table.rows_of_ids(ids)
    wanted = values.take(rows).arrow.combine_chunks()
    if isinstance(wanted, pa.ChunkedArray):
        wanted = pa.concat_arrays(wanted.chunks)
    is_in = pc.is_in(values.arrow, value_set=pc.unique(wanted), skip_nulls=False)
    found: NDArray[np.int64] = layer.table.ids[np.flatnonzero(is_in.to_numpy())]
    return found


def layer_of_rows(
    layer: VectorLayer,
    ids: NDArray[np.int64],
    layer_id: str,
    title: Title,
    ctx: Context = NULL_CONTEXT,
) -> VectorLayer:
    """Return a layer of some features of another, which looks and is meant like it.

    Values are kept as they are; what computed or joined them stays with the other layer.
    """
    ctx.report(0.0, "phase.reading")
    rows = layer.table.rows_of_ids(ids)
    return VectorLayer(
        layer_id,
        title,
        layer.table.take(rows),
        style=layer.style,
        schema=layer.schema,
        opacity=layer.opacity,
        provenance=layer.provenance,
        diffusion=layer.diffusion,
        fields=layer.fields,
    )
