"""Vector files and tables: what they hold, and one layer of them as a `FeatureTable`.

The door to every reader of this room. A file is never written to; what is mended is mended in a
private copy, and every loss or doubt comes back as a `Problem`. Knows nothing of projects.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import (
    columnar,
    crs_guess,
    crs_judgement,
    driver_columns,
    dwg,
    dxf,
    encoding_problems,
    gpkg_geometry,
    gpx_positions,
    json_account,
    json_features,
    ogr,
    osm_members,
    recoding,
    sqlite_values,
    tables,
)
from emadina_gis.io.description import (
    ASKED,
    UTF8,
    CrsReading,
    EncodingChoice,
    FileDescription,
    LayerInfo,
    ReadResult,
)
from emadina_gis.io.encoding_names import shown_name
from emadina_gis.io.hidden_characters import problems_of_names
from emadina_gis.io.json_text import JSON_SUFFIXES
from emadina_gis.io.sources import RASTER_SUFFIXES, DataFile, magic, opened
from emadina_gis.io.workbook import is_workbook
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from emadina_gis.progress import Context

_FEW = 20
#: So many rows tell where most features lie.
_ENOUGH = 20_000
_STRAYS_PERCENT = 5
_TEXT_TABLES = (".csv", ".tsv", ".txt")
_Listed = tuple[DataFile, LayerInfo, str]
_FORMATS = {
    ".csv": "CSV",
    ".tsv": "CSV",
    ".txt": "CSV",
    ".xlsx": "XLSX",
    ".xlsm": "XLSX",
    ".xls": "XLS",
    ".ods": "ODS",
    ".dxf": "DXF",
    ".parquet": "Parquet",
    ".geoparquet": "Parquet",
    ".feather": "Arrow",
    ".arrow": "Arrow",
}


def describe(path: Path | str, *, encoding: str = "") -> FileDescription:
    """Return the layers of a file without reading their rows.

    Raises
    ------
    LayerReadError
        When the file is missing, empty, not readable, or no geodata.
    """
    shown = Path(path)
    with opened(shown, asked_encoding=encoding) as files:
        listed = _listed(files, shown)
        return FileDescription(
            shown,
            _format_of(listed[0][0], listed[0][2]),
            tuple(info for _, info, _ in listed),
            tuple(problem for file in _distinct(listed) for problem in file.problems),
        )


def _distinct(listed: list[_Listed]) -> list[DataFile]:
    return list({str(file.path): file for file, _, _ in listed}.values())


def read_layer(
    path: Path | str,
    layer: str | None = None,
    *,
    encoding: str = "",
    crs: Crs | None = None,
    reference: Extent | None = None,
    ctx: Context = NULL_CONTEXT,
) -> ReadResult:
    """Return a layer with everything found while reading it.

    Parameters
    ----------
    path : Path or str
        A file, an archive or a file geodatabase.
    layer : str, optional
        Name of a layer as `describe` gives it; by default the first with geometry.
    encoding : str, optional
        Encoding that the person chose.
    crs : Crs, optional
        CRS that the person assigned; it wins over the file's.
    reference : Extent, optional
        Extent, in WGS 84 degrees, that CRS guesses are compared with.

    Raises
    ------
    LayerReadError
        When the file or the layer cannot be read.
    """
    shown = Path(path)
    with opened(shown, asked_encoding=encoding, ctx=ctx) as files:
        file, name, inner = _chosen(files, layer, shown)
        raw, format_name, choice = _read(file, inner, encoding, ctx)
        return _judged(raw, _Origin(file, name, format_name, choice), crs, reference)


class _Origin:
    """Where rows come from: the file, the layer's shown name, the format and the encoding."""

    def __init__(self, file: DataFile, name: str, format_name: str, choice: EncodingChoice) -> None:
        self.file = file
        self.name = name
        self.format = format_name
        self.encoding = choice


def _kind_of(file: DataFile) -> str:
    """Return which reader serves a file."""
    if file.path.is_dir():
        return "ogr"
    first = magic(file.path)
    if first.startswith((columnar.PARQUET_MAGIC, columnar.FEATHER_MAGIC)):
        return "columnar"
    if first.startswith(columnar.STREAM_MAGIC) and file.suffix in (".arrow", ".arrows", ".feather"):
        return "columnar"
    if file.suffix in _TEXT_TABLES:
        return "csv"
    if is_workbook(file.path, first):
        return "xlsx"
    return "dxf" if file.suffix == ".dxf" or dwg.is_drawing(first) else "ogr"


def _described(
    file: DataFile, *, alone: bool, only: str | None = None
) -> list[tuple[LayerInfo, str]]:
    """Return the layers of one data file, with the name the reader knows each by.

    Where it holds a layer called `only`, they are named and not looked into.
    """
    kind = _kind_of(file)
    stem = Path(file.title).stem
    if kind == "columnar":
        return [(_info(columnar.describe(file.path, file.title), stem, file), stem)]
    if kind == "csv":
        choice = tables.csv_encoding(file.path)
        return [(LayerInfo(stem, "table", encoding=choice.name), stem)]
    if kind == "xlsx":
        return [(LayerInfo(name, "table"), name) for name in tables.sheet_names(file.path)]
    if kind == "dxf":
        return _drawn(file, stem)
    try:
        names = ogr.list_layers(file.path, file.title)
    except LayerReadError as exc:
        if file.suffix not in JSON_SUFFIXES:
            raise
        json_features.checked(file.path, file.title, exc)
        return [(LayerInfo(stem, "vector"), json_features.LAYER)]
    if not names:
        raise LayerReadError("layer.none", path=file.title)
    asked = recoding.asked_of_gdal(file.encoding.name) if file.encoding else ""
    shown = {name: _shown_name(name, stem, names, alone=alone) for name in names}
    if only in (*names, *shown.values()):
        return [(LayerInfo(shown[name], "vector"), name) for name in names]
    return [
        (_info(ogr.describe(file.path, name, file.title, asked), shown[name], file), name)
        for name in names
    ]


def _drawn(file: DataFile, stem: str) -> list[tuple[LayerInfo, str]]:
    """Return the layers of a drawing: one per kind of what was drawn."""
    drawing = dxf.load(file.path, file.title, "", NULL_CONTEXT)
    name = drawing.encoding.name
    return [
        (
            LayerInfo(f"{stem} {role}", "vector", one.row_count, one.geometry_types, encoding=name),
            role,
        )
        for role, one in drawing.layers.items()
    ]


def _shown_name(name: str, stem: str, names: list[str], *, alone: bool) -> str:
    return name if alone or len(names) > 1 or name == stem else stem


def _info(layer: ogr.OgrLayer, name: str, file: DataFile) -> LayerInfo:
    crs, _ = crs_guess.read_declaration(layer.crs, None, name)
    encoding = file.encoding.name if file.encoding else ""
    fields = (replace(one, name=recoding.recoded_name(one.name, encoding)) for one in layer.fields)
    return LayerInfo(
        name,
        "vector" if layer.has_geometry else "table",
        layer.feature_count,
        (layer.geometry_type,) if layer.has_geometry else (),
        tuple(fields),
        crs.crs,
        encoding or layer.encoding,
        layer.extent,
    )


def _format_of(file: DataFile, inner: str) -> str:
    kind = _kind_of(file)
    if kind != "ogr":
        return _FORMATS.get(file.suffix, "Arrow")
    if inner == json_features.LAYER:
        return "JSON"
    asked = recoding.asked_of_gdal(file.encoding.name) if file.encoding else ""
    return ogr.describe(file.path, inner, file.title, asked).driver


def _listed(files: list[DataFile], shown: Path, only: str | None = None) -> list[_Listed]:
    """Return every layer of every file under a name of its own.

    A file that cannot be opened beside others becomes a problem of the first that can.
    """
    listed: list[_Listed] = []
    failures: list[tuple[DataFile, LayerReadError]] = []
    for file in files:
        try:
            if file.failure is not None:
                raise file.failure
            found = _described(file, alone=len(files) == 1, only=only)
            listed.extend((file, info, inner) for info, inner in found)
        except LayerReadError as exc:
            failures.append((file, exc))
    if not listed:
        raise failures[0][1] if failures else LayerReadError("layer.none", path=shown.name)
    return _with_failures(_named_apart(listed), failures)


def _named_apart(listed: list[_Listed]) -> list[_Listed]:
    """Number the layers of one name, so that each can be asked for."""
    taken: dict[str, int] = {}
    result: list[_Listed] = []
    for file, info, inner in listed:
        taken[info.name] = number = taken.get(info.name, 0) + 1
        name = info.name if number == 1 else f"{info.name} ({number})"
        result.append((file, replace(info, name=name), inner))
    return result


def _with_failures(
    listed: list[_Listed], failures: list[tuple[DataFile, LayerReadError]]
) -> list[_Listed]:
    notes = [problem for file, _ in failures for problem in file.problems]
    for file, error in failures:
        params = {"name": file.title, "reason": error.code}
        notes.append(Problem("archive.member-unreadable", Severity.ERROR, file.title, 1, params))
    if not notes:
        return listed
    first = listed[0][0]
    told = replace(first, problems=(*first.problems, *notes))
    return [(told if file is first else file, info, inner) for file, info, inner in listed]


def _chosen(files: list[DataFile], layer: str | None, shown: Path) -> tuple[DataFile, str, str]:
    """Return the data file, the shown name and the reader's name of a layer."""
    listed = _listed(files, shown, layer)
    for file, info, inner in listed:
        if layer is not None and layer in (info.name, inner):
            return file, info.name, inner
    if layer is not None:
        names = ", ".join(info.name for _, info, _ in listed)
        raise LayerReadError("layer.no-such-layer", path=shown.name, layer=layer, names=names)
    with_geometry = [item for item in listed if item[1].kind == "vector"]
    file, info, inner = (with_geometry or listed)[0]
    return file, info.name, inner


def _read(
    file: DataFile, inner: str, asked: str, ctx: Context
) -> tuple[ogr.OgrRead | tables.TableRead, str, EncodingChoice]:
    kind = _kind_of(file)
    if kind == "csv":
        table = tables.read_csv(file.path, file.title, asked, ctx)
        return table, "CSV", table.encoding
    if kind == "xlsx":
        sheet = tables.read_sheet(file.path, inner, file.title, ctx)
        return sheet, _FORMATS.get(file.suffix, "XLSX"), sheet.encoding
    if kind == "columnar":
        return columnar.read(file.path, file.title, ctx), _FORMATS.get(file.suffix, "Arrow"), UTF8
    if kind == "dxf":
        drawing = dxf.load(file.path, file.title, asked, ctx)
        return drawing.layers[inner], "DXF", drawing.encoding
    if inner == json_features.LAYER:
        return json_features.read(file.path, file.title, ctx), "JSON", file.recoded or UTF8
    return _read_ogr(file, inner, asked, ctx)


def _read_ogr(
    file: DataFile, inner: str, asked: str, ctx: Context
) -> tuple[ogr.OgrRead | tables.TableRead, str, EncodingChoice]:
    choice = file.encoding or file.recoded or UTF8
    wanted = recoding.asked_of_gdal(choice.name) if file.encoding else ""
    info = ogr.describe(file.path, inner, file.title, wanted)
    rows = info.feature_count
    with gpx_positions.placed(file.path, inner, file.title, info.driver) as (path, notes):
        raw = ogr.read(path, inner, file.title, encoding=wanted, ctx=ctx, rows=rows)
    raw = _decoded(raw, file, asked)
    problems = (*notes, *raw.problems)
    deleted = sum(p.count for p in file.problems if p.code == "shapefile.deleted-rows")
    declared = info.feature_count
    if declared is not None and declared - deleted > raw.row_count:
        lost = declared - deleted - raw.row_count
        params = {"lost": lost, "declared": declared}
        cut = Problem("layer.truncated", Severity.ERROR, file.title, lost, params)
        problems = (cut, *problems)
    if asked and not file.encoding:
        choice = EncodingChoice(shown_name(asked), ASKED)
    elif raw.guessed is not None:
        choice = raw.guessed
    made = _as_the_file_says(replace(raw, problems=problems), file, inner, info.driver)
    return _counted(made, file, inner, info.driver, ctx), info.driver, choice


def _as_the_file_says(raw: ogr.OgrRead, file: DataFile, inner: str, driver: str) -> ogr.OgrRead:
    """Return rows without what a driver cuts off, adds or puts elsewhere."""
    columns = driver_columns.without_unfilled(raw.columns, driver)
    problems = raw.problems
    if driver in sqlite_values.DRIVERS:
        exact = sqlite_values.exact_integers(file.path, inner, columns)
        if any(exact[name] is not columns[name] for name in columns):
            problems = sqlite_values.without_overflow_notes(problems)
        columns = exact
    return replace(raw, columns=columns, problems=problems)


def _counted(
    raw: ogr.OgrRead, file: DataFile, inner: str, driver: str, ctx: Context
) -> ogr.OgrRead | tables.TableRead:
    """Return rows with what the file states and the driver left out or could not read."""
    if driver in json_account.DRIVERS:
        return json_account.accounted(raw, file.path, (driver, inner, file.title), ctx)
    if driver in osm_members.DRIVERS:
        return osm_members.accounted(raw, file.path, inner, file.title, ctx)
    if driver in gpkg_geometry.DRIVERS:
        return gpkg_geometry.accounted(raw, file.path, inner, file.title)
    return raw


def _decoded(raw: ogr.OgrRead, file: DataFile, asked: str) -> ogr.OgrRead:
    """Return rows with their texts in the encoding chosen for the file, or asked for."""
    if file.encoding is None:
        taken = f"{asked}/{raw.guessed.name}" if asked and raw.guessed else asked
        return replace(raw, columns=recoding.retaken_columns(raw.columns, taken))
    columns, lost = recoding.recoded(raw.columns, file.encoding.name)
    note = Problem("encoding.undecodable", Severity.WARNING, file.title, lost)
    return replace(raw, columns=columns, problems=(*raw.problems, *([note] if lost else [])))


def _judged(
    raw: ogr.OgrRead | tables.TableRead,
    origin: _Origin,
    asked_crs: Crs | None,
    reference: Extent | None,
) -> ReadResult:
    """Return the table with its CRS judged and every finding listed."""
    ids = np.arange(raw.row_count, dtype=np.int64)
    table = FeatureTable(raw.columns, ids, raw.geometry)
    where = origin.name
    place = raw.place if isinstance(raw, ogr.OgrRead) else None
    extent = place or _usual_extent(table)
    reading, crs_problems = _crs_reading(table, raw, where, asked_crs, (extent, reference))
    problems = [
        *origin.file.problems,
        *raw.problems,
        *crs_problems,
        *_encoding_problems(origin, table),
        *_shape_problems(table, where),
        *problems_of_names((origin.file.title, where, *table.names), where),
    ]
    announced = (origin.file.declared, raw.declared, raw.row_count)
    declared = next(count for count in announced if count is not None)
    return ReadResult(
        where,
        table.assign_crs(reading.crs),
        tuple(problems),
        origin.encoding,
        reading,
        origin.format,
        declared,
        raw.geometry_types,
        raw.crs,
        extent,
    )


def _crs_reading(
    table: FeatureTable,
    raw: ogr.OgrRead | tables.TableRead,
    where: str,
    asked: Crs | None,
    extents: tuple[Extent | None, Extent | None],
) -> tuple[CrsReading, tuple[Problem, ...]]:
    """Judge the CRS of a table by where it lies and by where the project lies."""
    extent, reference = extents
    if not table.has_geometry:
        return CrsReading(), ()
    if asked is not None and asked.is_known:
        return CrsReading(asked, ASKED, raw.crs), ()
    local = crs_judgement.is_local(raw.problems)
    return crs_judgement.judged(raw.crs, extent, where, reference, is_local=local)


def _usual_extent(table: FeatureTable) -> Extent | None:
    """Return where most features lie: a few strays at the origin do not mislead a guess."""
    bounds = table.bounds[np.isfinite(table.bounds).all(axis=1)]
    at_origin = ((bounds[:, :2] <= 0.0) & (bounds[:, 2:] >= 0.0)).all(axis=1)
    if 2 * at_origin.sum() < len(bounds):
        bounds = bounds[~at_origin]
    if not len(bounds):
        return table.extent
    if len(bounds) < _FEW:
        return Extent(*map(float, (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))))
    bounds = bounds[:: max(1, len(bounds) // _ENOUGH)]
    low = np.percentile(bounds[:, :2], _STRAYS_PERCENT, axis=0)
    high = np.percentile(bounds[:, 2:], 100 - _STRAYS_PERCENT, axis=0)
    return Extent(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _encoding_problems(origin: _Origin, table: FeatureTable) -> list[Problem]:
    found = [encoding_problems.of_choice(origin.encoding, origin.name)]
    for name, column in table.columns.items():
        if column.is_text:
            found.append(encoding_problems.of_texts(column, name, origin.name))
    return [problem for problems in found for problem in problems]


def _shape_problems(table: FeatureTable, where: str) -> list[Problem]:
    if not table.row_count:
        return [Problem("layer.empty", Severity.WARNING, where)]
    if not table.has_geometry:
        return [Problem("layer.no-geometry", Severity.INFO, where)]
    kinds = {int(kind) for kind in np.unique(table.kinds) if kind}
    if len(kinds) > 1:
        return [Problem("geometry.mixed", Severity.INFO, where, len(kinds))]
    return []


def is_raster_name(path: Path) -> bool:
    """Whether the name of a file is that of a raster."""
    return path.suffix.lower() in RASTER_SUFFIXES
