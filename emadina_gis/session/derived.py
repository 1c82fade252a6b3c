"""Derived columns after a change: formulas and joins are worked out again where inputs changed.

Owns the order (a column after those it reads, across layers) and the search for circles. A column
that cannot be worked out keeps what it held; `failures` says why. Pure functions on the project.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from emadina_gis.analysis.computed import computed_column, input_names, updated_column
from emadina_gis.analysis.formula import Given, formula, kind_of
from emadina_gis.analysis.key_join import joined_columns, matching
from emadina_gis.domain.column import Column, column_of
from emadina_gis.errors import AnalysisError, EmadinaError
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.domain.derived import Derivations, LayerJoin
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Project

#: A column of a layer.
Place = tuple[str, str]


@dataclass(frozen=True)
class Failure:
    """A derived column that cannot be worked out, and why."""

    layer_id: str
    column: str
    error: EmadinaError


def settled(before: Project, after: Project) -> Project:
    """Return the changed project with the derived columns that follow from the change.

    Parameters
    ----------
    before : Project
        The project before the change, whose derived columns were right.
    """
    project = after
    for place in _in_order(after):
        project = _worked_out(place, before, project)
    return project


def failures(project: Project) -> tuple[Failure, ...]:
    """Return the derived columns that cannot be worked out: an input is gone, or a circle."""
    found = []
    circle = set(circles(project))
    for layer_id, name in _derived_places(project):
        layer = project.vector_layer(layer_id)
        try:
            _check_inputs(project, layer, name, circle)
        except EmadinaError as error:
            found.append(Failure(layer_id, name, error))
    return tuple(found)


def _check_inputs(project: Project, layer: VectorLayer, name: str, circle: set[Place]) -> None:
    if (layer.id, name) in circle:
        raise AnalysisError("derived.circle", column=name)
    text = layer.derived.formula_of(name)
    if text:
        kind_of(formula(text), layer.table, given=Given(units_of(layer)))
        return
    join = layer.derived.join_of(name)
    assert join is not None
    _ends_of(project, layer, join, name)


def units_of(layer: VectorLayer) -> dict[str, str]:
    """Return the unit of each column that has one."""
    return {name: label.unit for name, label in layer.fields if label.unit}


def circles(project: Project) -> tuple[Place, ...]:
    """Return the derived columns that in the end read themselves."""
    return tuple(place for place in _derived_places(project) if _reads_itself(project, place))


def _reads_itself(project: Project, place: Place) -> bool:
    seen: set[Place] = set()
    waiting = list(inputs_of(project, place))
    while waiting:
        one = waiting.pop()
        if one == place:
            return True
        if one not in seen:
            seen.add(one)
            waiting.extend(inputs_of(project, one))
    return False


def inputs_of(project: Project, place: Place) -> tuple[Place, ...]:
    """Return the columns that a derived column reads; none for a plain one."""
    layer_id, name = place
    if not project.has_layer(layer_id):
        return ()
    layer = project.vector_layer(layer_id)
    text = layer.derived.formula_of(name)
    if text:
        return tuple((layer_id, read) for read in _names_read(text, layer))
    join = layer.derived.join_of(name)
    if join is None:
        return ()
    field = next(one.field for one in join.columns if one.name == name)
    return (layer_id, join.key), (join.layer_id, join.other_key), (join.layer_id, field)


def readers_of(project: Project, place: Place) -> tuple[Place, ...]:
    """Return the derived columns that read a column directly."""
    return tuple(one for one in _derived_places(project) if place in inputs_of(project, one))


def _names_read(text: str, layer: VectorLayer) -> tuple[str, ...]:
    try:
        source = formula(text)
    except AnalysisError:
        return ()
    gone = (name for name in source.columns if name not in layer.table.columns)
    return tuple(dict.fromkeys((*input_names(source, layer.table), *gone)))


def _derived_places(project: Project) -> Iterable[Place]:
    for layer in project.vector_layers:
        derived: Derivations = layer.derived
        yield from ((layer.id, one.name) for one in derived.computed)
        yield from ((layer.id, name) for join in derived.joins for name in join.names)


def _in_order(project: Project) -> list[Place]:
    """Return the derived columns, each after those it reads; those in a circle are left out."""
    places = list(_derived_places(project))
    waiting = {place: set(inputs_of(project, place)) & set(places) for place in places}
    ordered: list[Place] = []
    while ready := [place for place, reads in waiting.items() if reads <= set(ordered)]:
        ordered += ready
        for place in ready:
            del waiting[place]
    return ordered


def _worked_out(place: Place, before: Project, project: Project) -> Project:
    layer_id, name = place
    layer = project.vector_layer(layer_id)
    old = _layer_before(before, layer_id)
    try:
        if layer.derived.formula_of(name):
            column = _computed(layer, old, name)
        else:
            column = _joined(project, before, layer, name)
    except AnalysisError:
        column = _kept(layer, old, name)
    if column is layer.table.columns.get(name):
        return project
    table = layer.table.with_columns({name: column})
    return project.with_layer(replace(layer, table=table))


def _layer_before(before: Project, layer_id: str) -> VectorLayer | None:
    return next((layer for layer in before.vector_layers if layer.id == layer_id), None)


def _computed(layer: VectorLayer, old: VectorLayer | None, name: str) -> Column:
    text, units = layer.derived.formula_of(name), units_of(layer)
    known = layer.table.columns.get(name)
    if old is None or old.derived.formula_of(name) != text:
        return computed_column(text, layer.table, units) if known is None else known
    if units_of(old) != units:
        return computed_column(text, layer.table, units)
    if old.table is layer.table and known is not None:
        return known
    return updated_column(text, old.table, name, layer.table, units)


def _joined(project: Project, before: Project, layer: VectorLayer, name: str) -> Column:
    join = layer.derived.join_of(name)
    assert join is not None
    known = layer.table.columns.get(name)
    if known is not None and _same_ends(project, before, layer, join, name):
        return known
    return joined_now(project, layer, join, (name,))[name]


def _same_ends(
    project: Project, before: Project, layer: VectorLayer, join: LayerJoin, name: str
) -> bool:
    """Whether key, other key and values are the very columns that they were."""
    old, other = _layer_before(before, layer.id), _layer_before(before, join.layer_id)
    if old is None or other is None or old.derived.join_of(name) != join:
        return old is None or old.derived.join_of(name) is None
    past = _columns_of_ends(old.table, other.table, join, name)
    now_layer = _layer_before(project, join.layer_id)
    if now_layer is None:
        return False
    now = _columns_of_ends(layer.table, now_layer.table, join, name)
    return all(a is b for a, b in zip(past, now, strict=True))


def _columns_of_ends(
    here: FeatureTable, there: FeatureTable, join: LayerJoin, name: str
) -> tuple[Column | None, ...]:
    field = next(one.field for one in join.columns if one.name == name)
    return here.columns.get(join.key), there.columns.get(join.other_key), there.columns.get(field)


def joined_now(
    project: Project,
    layer: VectorLayer,
    join: LayerJoin,
    names: tuple[str, ...],
    ctx: Context = NULL_CONTEXT,
) -> dict[str, Column]:
    """Return joined columns of a layer as the other layer gives them now.

    Raises
    ------
    AnalysisError
        Where an end of the join is gone or a key has several rows.
    """
    for name in names:
        _ends_of(project, layer, join, name)
    other = project.vector_layer(join.layer_id)
    found = matching(
        layer.table.column(join.key), other.table.column(join.other_key), join.reading, ctx
    )
    wanted = [one for one in join.columns if one.name in names]
    return joined_columns(found, other.table.columns, wanted, ctx)


def _ends_of(project: Project, layer: VectorLayer, join: LayerJoin, name: str) -> None:
    """Raise where a layer or column that a join needs is gone."""
    other = _layer_before(project, join.layer_id)
    if other is None:
        raise AnalysisError("derived.no-layer", column=name)
    ends = _columns_of_ends(layer.table, other.table, join, name)
    field = next(one.field for one in join.columns if one.name == name)
    named = (join.key, join.other_key, field)
    for column, wanted in zip(ends, named, strict=True):
        if column is None:
            raise AnalysisError("join.no-column", column=wanted)


def _kept(layer: VectorLayer, old: VectorLayer | None, name: str) -> Column:
    """Return what the column held; without values where its rows are others."""
    known = layer.table.columns.get(name)
    if known is not None:
        return known
    kind = pa.float64()
    if old is not None and name in old.table.columns:
        kind = old.table.columns[name].type
    return column_of(pa.nulls(layer.table.row_count, kind), kind)
