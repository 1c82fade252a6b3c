"""What each parcel of a file may carry (the command ``capacity``)."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.meaning import meaning_of
from emadina_gis.io.atomic import write_text
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.io.write import write_layer
from emadina_gis.io.xlsx_writer import write_workbook
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.model import parcels_like
from emadina_gis.project.role_check import rival_problems
from emadina_gis.regulation import document_ids
from emadina_gis.report.tables import columns_sheet, csv_text, table_of_rows
from emadina_gis.simulation.coefficients import Parameters, default_parameters
from emadina_gis.simulation.rows import Zoning, capacity_rows
from emadina_gis.simulation.settings_keys import SettableKey, settable_keys, with_settings
from emadina_gis.simulation.wording import source_text
from emadina_gis.workflows.opening import DEMO, PROJECT_ENDING, open_project
from emadina_gis.workflows.regulating import document_named
from emadina_gis.workflows.simulating import json_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.schema import Schema
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.errors import Problem
    from emadina_gis.io.description import ReadResult
    from emadina_gis.words import Words

STDIO = "-"


@dataclass(frozen=True)
class CapacityRequest:
    """What to compute: parcels (``-`` for CSV on standard input), document, settings, output."""

    parcels: str
    document: str
    output: str
    layer: str | None = None
    zones: str | None = None
    settings: tuple[str, ...] = ()


def coefficient_list(document_id: str | None, words: Words) -> list[dict[str, Any]]:
    """Return the keys that ``--set`` takes, with value, bounds and source in words."""
    document = document_named(document_id or document_ids()[0])
    parameters = default_parameters(document)
    return [_key_entry(item, parameters, words) for item in settable_keys(document, parameters)]


def _key_entry(item: SettableKey, parameters: Parameters, words: Words) -> dict[str, Any]:
    known = parameters.values.get(item.key)
    source = item.source if known is None else source_text(known, words)
    entry = {"key": item.key, "value": item.value, "low": item.low, "high": item.high}
    return json_object({**entry, "source": item.source, "source_text": source})


def compute_capacity(
    request: CapacityRequest,
    words: Words,
    ctx: Context = NULL_CONTEXT,
    *,
    reader: Reader = INLINE,
) -> tuple[Problem, ...]:
    """Compute and write one row per parcel, in the input's order.

    Raises
    ------
    LayerReadError
        If the parcels or the zones cannot be read.
    ZoningError
        If the document is unknown, has a gap or contradicts itself.
    SchemaError
        If the parcels have no sector and no zones were given.
    """
    document = document_named(request.document)
    parameters, overrides = with_settings(request.settings, document, default_parameters(document))
    table, schema, problems = _parcels(request, words, reader, ctx.part(0.0, 0.4))
    found = capacity_rows(
        table,
        schema,
        document,
        parameters,
        overrides=overrides,
        zoning=_zoning(request.zones, reader),
    )
    ctx.report(0.8, "phase.writing")
    _write(found.columns, table, request.output, ctx.part(0.8, 1.0))
    return (*problems, *found.problems)


def _zoning(path: str | None, reader: Reader) -> Zoning | None:
    if path is None:
        return None
    table = reader.read_layer(Path(path)).table
    found = meaning_of(table)
    return Zoning(found.table, found.schema)


def _parcels(
    request: CapacityRequest, words: Words, reader: Reader, ctx: Context
) -> tuple[FeatureTable, Schema, tuple[Problem, ...]]:
    if request.parcels == STDIO:
        return _from_stdin(reader, ctx)
    path = Path(request.parcels)
    if path.suffix == PROJECT_ENDING or request.parcels == DEMO:
        project = open_project(path, words, ctx).project
        chosen = request.layer or project.parcels_id or parcels_like(project.layers)
        layer = project.vector_layer(chosen)
        return layer.table, layer.schema, ()
    return _guessed(reader.read_layer(path, request.layer, ctx=ctx))


def _guessed(result: ReadResult) -> tuple[FeatureTable, Schema, tuple[Problem, ...]]:
    """Return a table with the roles of its columns, and where two names claim one."""
    found = meaning_of(result.table, result.name)
    rivals = rival_problems(result.table.names)
    return found.table, found.schema, (*result.problems, *found.problems, *rivals)


def _from_stdin(reader: Reader, ctx: Context) -> tuple[FeatureTable, Schema, tuple[Problem, ...]]:
    with tempfile.TemporaryDirectory(prefix="emadina-") as folder:
        path = Path(folder) / "stdin.csv"
        path.write_bytes(sys.stdin.buffer.read())
        return _guessed(reader.read_layer(path, ctx=ctx))


def _write(columns: Mapping[str, Any], table: FeatureTable, output: str, ctx: Context) -> None:
    if output == STDIO:
        sys.stdout.write(csv_text(columns))
        return
    path = Path(output)
    if path.suffix == ".csv":
        write_text(path, csv_text(columns))
    elif path.suffix == ".xlsx":
        write_workbook(path, [columns_sheet("capacity", columns)], title=path.stem, ctx=ctx)
    elif path.suffix == ".json":
        write_text(path, _json_rows(columns))
    else:
        write_layer(table_of_rows(columns, table), path, ctx=ctx)


def _json_rows(columns: Mapping[str, Any]) -> str:
    """Return one object per parcel; null where a value does not exist."""
    cells = [_json_cells(values) for values in columns.values()]
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]
    return json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _json_cells(values: Any) -> list[Any]:
    if values.dtype == object:
        return [value or None for value in values.tolist()]
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - NaN
