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
from emadina_gis.errors import CrsError, LayerReadError, Problem, Severity
from emadina_gis.io import columnar, crs_guess, dxf, encoding, ogr, tables
from emadina_gis.io.description import (
    ASKED,
    UTF8,
    CrsReading,
    EncodingChoice,
    FileDescription,
    LayerInfo,
    ReadResult,
)
from emadina_gis.io.sources import RASTER_SUFFIXES, DataFile, magic, opened
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from emadina_gis.progress import Context

_SAMPLE_ROWS = 2000
_FEW = 20
_STRAYS_PERCENT = 5
_TEXT_TABLES = (".csv", ".tsv", ".txt")
_FORMATS = {
    ".csv": "CSV",
    ".tsv": "CSV",
    ".txt": "CSV",
    ".xlsx": "XLSX",
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
        layers = [layer for file in files for layer in _described(file, alone=len(files) == 1)]
        return FileDescription(
            shown,
            _format_of(files, layers),
            tuple(info for info, _ in layers),
            tuple(problem for file in files for problem in file.problems),
        )


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
    if file.suffix in _TEXT_TABLES:
        return "csv"
    if file.suffix == ".xlsx":
        return "xlsx"
    return "dxf" if file.suffix == ".dxf" else "ogr"


def _described(file: DataFile, *, alone: bool) -> list[tuple[LayerInfo, str]]:
    """Return the layers of one data file, with the name the reader knows each by."""
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
        return [(LayerInfo(stem, "vector"), stem)]
    names = ogr.list_layers(file.path, file.title)
    if not names:
        raise LayerReadError("layer.none", path=file.title)
    asked = file.encoding.name if file.encoding else ""
    found = [ogr.describe(file.path, name, file.title, asked) for name in names]
    return [
        (_info(one, _shown_name(one.name, stem, names, alone=alone), file), one.name)
        for one in found
    ]


def _shown_name(name: str, stem: str, names: list[str], *, alone: bool) -> str:
    return name if alone or len(names) > 1 or name == stem else stem


def _info(layer: ogr.OgrLayer, name: str, file: DataFile) -> LayerInfo:
    crs, _ = crs_guess.read_declaration(layer.crs, None, name)
    return LayerInfo(
        name,
        "vector" if layer.has_geometry else "table",
        layer.feature_count,
        (layer.geometry_type,) if layer.has_geometry else (),
        layer.fields,
        crs.crs,
        file.encoding.name if file.encoding else layer.encoding,
        layer.extent,
    )


def _format_of(files: list[DataFile], layers: list[tuple[LayerInfo, str]]) -> str:
    file = files[0]
    kind = _kind_of(file)
    if kind != "ogr" or not layers:
        return _FORMATS.get(file.suffix, "Arrow")
    asked = file.encoding.name if file.encoding else ""
    return ogr.describe(file.path, layers[0][1], file.title, asked).driver


def _chosen(files: list[DataFile], layer: str | None, shown: Path) -> tuple[DataFile, str, str]:
    """Return the data file, the shown name and the reader's name of a layer."""
    listed: list[tuple[DataFile, LayerInfo, str]] = []
    failure: LayerReadError | None = None
    for file in files:
        try:
            found = _described(file, alone=len(files) == 1)
        except LayerReadError as exc:
            failure = failure or exc
            continue
        listed.extend((file, info, inner) for info, inner in found)
    if not listed:
        raise failure or LayerReadError("layer.none", path=shown.name)
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
        return sheet, "XLSX", sheet.encoding
    if kind == "columnar":
        return columnar.read(file.path, file.title, ctx), _FORMATS.get(file.suffix, "Arrow"), UTF8
    if kind == "dxf":
        drawing = dxf.read(file.path, file.title, ctx)
        return drawing, "DXF", EncodingChoice(encoding.shown_name(drawing.encoding) or "UTF-8")
    return _read_ogr(file, inner, asked, ctx)


def _read_ogr(
    file: DataFile, inner: str, asked: str, ctx: Context
) -> tuple[ogr.OgrRead, str, EncodingChoice]:
    choice = file.encoding or UTF8
    wanted = choice.name if file.encoding else asked
    info = ogr.describe(file.path, inner, file.title, wanted)
    raw = ogr.read(file.path, inner, file.title, encoding=wanted, ctx=ctx, rows=info.feature_count)
    problems = raw.problems
    declared = info.feature_count
    if declared is not None and declared > raw.row_count:
        lost = declared - raw.row_count
        params = {"lost": lost, "declared": declared}
        cut = Problem("layer.truncated", Severity.ERROR, file.title, lost, params)
        problems = (cut, *problems)
    if asked and not file.encoding:
        choice = EncodingChoice(encoding.shown_name(asked), ASKED)
    return replace(raw, problems=problems), info.driver, choice


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
    reading, crs_problems = _crs_reading(table, raw.crs, where, asked_crs, reference)
    problems = [
        *origin.file.problems,
        *raw.problems,
        *crs_problems,
        *_encoding_problems(origin, table),
        *_shape_problems(table, where),
    ]
    declared = origin.file.declared if origin.file.declared is not None else raw.row_count
    return ReadResult(
        where,
        table.assign_crs(reading.crs),
        tuple(problems),
        origin.encoding,
        reading,
        origin.format,
        declared,
        raw.geometry_types,
    )


def _crs_reading(
    table: FeatureTable,
    declared: str,
    where: str,
    asked: Crs | None,
    reference: Extent | None,
) -> tuple[CrsReading, tuple[Problem, ...]]:
    if not table.has_geometry:
        return CrsReading(), ()
    if asked is not None and asked.is_known:
        return CrsReading(asked, ASKED, declared), ()
    try:
        return crs_guess.read_declaration(declared, _usual_extent(table), where, reference)
    except CrsError as exc:
        params = {"declared": str(exc.params.get("source", declared))[:80]}
        return CrsReading(), (Problem("crs.unusable", Severity.WARNING, where, 1, params),)


def _usual_extent(table: FeatureTable) -> Extent | None:
    """Return where most features lie: a few strays at the origin do not mislead a guess."""
    bounds = table.bounds[np.isfinite(table.bounds).all(axis=1)]
    if len(bounds) < _FEW:
        return table.extent
    low = np.percentile(bounds[:, :2], _STRAYS_PERCENT, axis=0)
    high = np.percentile(bounds[:, 2:], 100 - _STRAYS_PERCENT, axis=0)
    return Extent(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _encoding_problems(origin: _Origin, table: FeatureTable) -> list[Problem]:
    choice = origin.encoding
    problems = []
    if choice.source == "guessed" and choice.declared:
        params = {"declared": choice.declared, "chosen": choice.name}
        problems.append(Problem("encoding.contradicted", Severity.WARNING, origin.name, 1, params))
    elif choice.source == "guessed" and choice.name != "UTF-8":
        params = {"chosen": choice.name}
        problems.append(Problem("encoding.guessed", Severity.INFO, origin.name, 1, params))
    for name, column in table.columns.items():
        if not column.is_text or not column.chunks:
            continue
        sample = column.chunks[0].values.slice(0, _SAMPLE_ROWS).to_pylist()
        if encoding.destroyed_share(sample) > 0.2:
            params = {"field": name}
            problems.append(Problem("encoding.destroyed", Severity.ERROR, origin.name, 1, params))
    return problems


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
