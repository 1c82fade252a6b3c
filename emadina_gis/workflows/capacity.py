"""What each parcel of a file may carry (the command ``capacity``)."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.domain.column import column_of
from emadina_gis.domain.schema import Role, guessed_schema
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import MissingInput, Problem, SettingsError
from emadina_gis.io.vector import read_layer
from emadina_gis.io.write import write_layer
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.model import parcels_like
from emadina_gis.regulation import document_ids, load_document
from emadina_gis.report.tables import csv_text, json_rows
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.coefficients import Parameters, default_parameters
from emadina_gis.simulation.from_table import inputs_from_table
from emadina_gis.simulation.people import capacity_columns
from emadina_gis.workflows.opening import DEMO, PROJECT_ENDING, open_project

if TYPE_CHECKING:
    from emadina_gis.domain.schema import Schema
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.words import Words

STDIO = "-"
TEXT_ENDINGS = {".csv", ".json"}


@dataclass(frozen=True)
class CapacityRequest:
    """What to compute: parcels (``-`` for CSV on standard input), document, settings, output."""

    parcels: str
    document: str
    output: str
    layer: str | None = None
    zones: str | None = None
    settings: tuple[tuple[str, str], ...] = ()


def coefficient_list(document_id: str | None, words: Words) -> list[dict[str, Any]]:
    """Return the keys that ``--set`` takes, with value, bounds and source in words."""
    document = load_document(document_id or document_ids()[0])
    return [
        {**item.to_dict(), "source_text": words.text(f"simulation.source.{item.source}")}
        for item in default_parameters(document).values.values()
    ]


def compute_capacity(
    request: CapacityRequest, words: Words, ctx: Context = NULL_CONTEXT
) -> tuple[Problem, ...]:
    """Compute and write one row per parcel, in the input's order.

    Raises
    ------
    LayerReadError
        If the parcels or the zones cannot be read.
    ZoningError
        If the document is unknown.
    MissingInput
        If the parcels have no sector and no zones were given.
    """
    document = load_document(request.document)
    table, schema, problems = _parcels(request, words, ctx.part(0.0, 0.4))
    if request.zones:
        table, schema = _with_sectors(table, schema, Path(request.zones))
    if schema.column(Role.SECTOR) is None:
        raise MissingInput("capacity.no-sector-column")
    read = inputs_from_table(table, schema, document)
    parameters = _parameters(default_parameters(document), request.settings)
    outcome = capacity(read.inputs, document, parameters, ctx=ctx.part(0.4, 0.8))
    _write(outcome, table, request.output, ctx.part(0.8, 1.0))
    return (*problems, *read.problems)


def _parcels(
    request: CapacityRequest, words: Words, ctx: Context
) -> tuple[FeatureTable, Schema, tuple[Problem, ...]]:
    if request.parcels == STDIO:
        return _from_stdin(ctx)
    path = Path(request.parcels)
    if path.suffix == PROJECT_ENDING or request.parcels == DEMO:
        project = open_project(path, words, ctx).project
        chosen = request.layer or project.parcels_id or parcels_like(project.layers)
        layer = project.vector_layer(chosen)
        return layer.table, layer.schema, ()
    result = read_layer(path, request.layer, ctx=ctx)
    return result.table, guessed_schema(result.table.names), result.problems


def _from_stdin(ctx: Context) -> tuple[FeatureTable, Schema, tuple[Problem, ...]]:
    with tempfile.TemporaryDirectory(prefix="emadina-") as folder:
        path = Path(folder) / "stdin.csv"
        path.write_bytes(sys.stdin.buffer.read())
        result = read_layer(path, ctx=ctx)
    return result.table, guessed_schema(result.table.names), result.problems


def _with_sectors(
    table: FeatureTable, schema: Schema, zones_path: Path
) -> tuple[FeatureTable, Schema]:
    """Return the parcels with the sector that holds a point inside each of them."""
    zones = read_layer(zones_path).table
    zone_schema = guessed_schema(zones.names)
    name = zone_schema.column(Role.SECTOR)
    if name is None:
        raise MissingInput("capacity.no-sector-column")
    if table.crs.is_known and zones.crs.is_known:
        zones = zones.to_crs(table.crs)
    points = shapely.point_on_surface(table.shapes())
    tree = shapely.STRtree(zones.shapes())
    inside = tree.query(points, predicate="within")
    sectors = np.full(table.row_count, None, dtype=object)
    sectors[inside[0]] = zones.strings(name)[inside[1]]
    column = schema.column(Role.SECTOR) or "sector"
    return table.with_column(column, sectors), schema.with_role(Role.SECTOR, column)


def _parameters(parameters: Parameters, settings: tuple[tuple[str, str], ...]) -> Parameters:
    for key, text in settings:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            raise SettingsError("settings.bad-coefficient", key=key, value=text) from None
        parameters = parameters.with_value(key, value)
    return parameters


def _write(outcome: Outcome, table: FeatureTable, output: str, ctx: Context) -> None:
    columns = capacity_columns(outcome)
    if output == STDIO:
        sys.stdout.write(csv_text(columns))
        return
    path = Path(output)
    if path.suffix == ".json":
        from emadina_gis.io.atomic import write_text

        write_text(path, json_rows(columns))
    elif path.suffix == ".csv":
        from emadina_gis.io.atomic import write_text

        write_text(path, csv_text(columns))
    else:
        made = {name: column_of(_missing_as_none(values)) for name, values in columns.items()}
        write_layer(replace(table, columns=made), path, ctx=ctx)


def _missing_as_none(values: Any) -> Any:
    if values.dtype == object:
        return [value or None for value in values.tolist()]
    return values


