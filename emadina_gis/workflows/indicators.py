"""Indicators of a project: which there are, and what they give (the command ``indicators``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.analysis.indicator import Inputs, Part, PartTable, guessed_part
from emadina_gis.errors import AnalysisError, EmadinaError, MissingInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.workflows.simulating import json_object, outcome_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emadina_gis.analysis.indicator import Indicator
    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project
    from emadina_gis.words import Words


def indicator_inputs(
    project: Project, columns: Mapping[str, Mapping[str, Column]] | None = None
) -> Inputs:
    """Return the tables that indicators read: parcels, census units and facilities.

    Parameters
    ----------
    columns : Mapping, optional
        Layer id → outcome columns; computed for the reference scenario where left out and
        possible.
    """
    extra = _reference_columns(project) if columns is None else columns
    parts: dict[Part, PartTable] = {}
    for layer in project.vector_layers:
        part = Part.PARCELS if layer.id == project.parcels_id else _part_of(layer)
        if part is not None and part not in parts:
            parts[part] = PartTable(layer.table, layer.schema, extra.get(layer.id, {}))
    return Inputs(parts)


def _part_of(layer: VectorLayer) -> Part | None:
    part = guessed_part(layer.table, layer.schema)
    return None if part is Part.PARCELS else part


def _reference_columns(project: Project) -> Mapping[str, Mapping[str, Column]]:
    try:
        return outcome_columns(project, project.reference_id)
    except EmadinaError:
        return {}


def list_indicators(
    project: Project, words: Words, known: Mapping[str, Indicator]
) -> list[dict[str, Any]]:
    """Return every indicator with its title, unit, formula, source and what it lacks here.

    Parameters
    ----------
    known : Mapping
        The registry's indicators: ours and those of enabled plugins.
    """
    inputs = indicator_inputs(project)
    return [_described(indicator, inputs, words) for indicator in known.values()]


def _described(indicator: Indicator, inputs: Inputs, words: Words) -> dict[str, Any]:
    missing = [f"{need.part}.{need.names[0]}" for need in indicator.missing_needs(inputs)]
    return {
        "id": indicator.id,
        "title": words.text(indicator.title_key),
        "unit": indicator.unit,
        "formula": words.text(indicator.formula_key),
        "source": words.text(indicator.source_key),
        "available": not missing,
        "missing": missing,
    }


def run_indicators(
    project: Project,
    ids: Sequence[str],
    words: Words,
    known: Mapping[str, Indicator],
    ctx: Context = NULL_CONTEXT,
) -> list[dict[str, Any]]:
    """Return the value of each indicator, or why it has none.

    Raises
    ------
    AnalysisError
        With code ``indicator.unknown`` for an id that nobody registered.
    """
    for name in ids:
        if name not in known:
            raise AnalysisError("indicator.unknown", id=name)
    inputs = indicator_inputs(project)
    found = []
    for index, name in enumerate(ids):
        ctx.report(index / len(ids), "phase.simulating")
        found.append(_measured(known[name], inputs, words))
    ctx.report(1.0)
    return found


def _measured(indicator: Indicator, inputs: Inputs, words: Words) -> dict[str, Any]:
    head = {
        "id": indicator.id,
        "title": words.text(indicator.title_key),
        "unit": indicator.unit,
        "formula": words.text(indicator.formula_key),
        "source": words.text(indicator.source_key),
    }
    try:
        measure = indicator.run(inputs)
    except MissingInput as error:
        what, following = words.error(error)
        return {**head, "value": None, "reason": f"{what} {following}".strip()}
    values = None if measure.values is None else measure.values.tolist()
    return json_object(
        {
            **head,
            "value": measure.total,
            "rows_used": measure.rows_used,
            "rows": measure.rows,
            "values": values,
        }
    )
