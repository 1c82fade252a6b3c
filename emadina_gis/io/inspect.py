"""What a file is, as the structure that ``inspect --json`` prints: keys are a contract.

Reads every layer whole, so that counts and problems are those of the data and not of a header.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.crs import WGS84, Crs, accuracy_m
from emadina_gis.errors import CrsError, EmadinaError, LayerReadError, Problem, Severity
from emadina_gis.io import vector
from emadina_gis.io.columnar import type_name
from emadina_gis.io.description import DECLARED, GUESSED, UNKNOWN_SOURCE
from emadina_gis.io.raster import describe_raster
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.io.description import CrsReading, EncodingChoice, ReadResult
    from emadina_gis.io.raster import RasterDescription
    from emadina_gis.progress import Context
    from emadina_gis.words import Words


def inspect_file(path: Path | str, words: Words, ctx: Context = NULL_CONTEXT) -> dict[str, Any]:
    """Return what a file is; a file that cannot be read says why instead of raising.

    Parameters
    ----------
    words : Words
        Language of the messages.
    """
    shown = Path(path)
    try:
        if vector.is_raster_name(shown):
            return _of_raster(describe_raster(shown), words)
        return _of_vector(shown, words, ctx)
    except EmadinaError as error:
        return _unreadable(shown, error, words)


def _unreadable(path: Path, error: EmadinaError, words: Words) -> dict[str, Any]:
    entry = _entry(path, "", readable=False)
    entry["problems"] = [_error(error, words)]
    return entry


def _entry(path: Path, format_name: str, *, readable: bool) -> dict[str, Any]:
    return {
        "path": str(path),
        "readable": readable,
        "format": format_name,
        "layers": [],
        "problems": [],
    }


def _error(error: EmadinaError, words: Words) -> dict[str, Any]:
    what, following = words.error(error)
    message = f"{what} {following}".strip()
    return {"code": error.code, "severity": "error", "count": 1, "message": message}


def _problem(problem: Problem, words: Words) -> dict[str, Any]:
    what, following = words.problem(problem)
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "count": problem.count,
        "message": f"{what} {following}".strip(),
    }


def _of_vector(path: Path, words: Words, ctx: Context) -> dict[str, Any]:
    try:
        description = vector.describe(path)
    except LayerReadError as error:
        return _of_odd_raster(path, error, words)
    entry = _entry(path, description.format, readable=True)
    failures = 0
    for index, info in enumerate(description.layers):
        part = ctx.part(index / len(description.layers), (index + 1) / len(description.layers))
        try:
            result = vector.read_layer(path, info.name, ctx=part)
            entry["layers"].append(_layer(result, words))
        except EmadinaError as error:
            failures += 1
            entry["problems"].append(_error(error, words))
    entry["readable"] = failures < len(description.layers) or not description.layers
    return entry


def _of_odd_raster(path: Path, error: LayerReadError, words: Words) -> dict[str, Any]:
    """Describe a raster whose name does not say so; else the first error stands."""
    if error.code not in {"layer.not-geodata", "layer.none", "layer.unreadable"}:
        raise error
    try:
        return _of_raster(describe_raster(path), words)
    except LayerReadError:
        raise error from None


def _layer(result: ReadResult, words: Words) -> dict[str, Any]:
    table = result.table
    return {
        "name": result.name,
        "kind": "vector" if table.has_geometry else "table",
        "features": table.row_count,
        "declared": result.declared_count,
        "geometry": list(result.geometry_types),
        "crs": _crs(result.crs),
        "encoding": _encoding(result.encoding),
        "fields": [
            {"name": name, "type": type_name(column.type)} for name, column in table.columns.items()
        ],
        "extent": _extent(table.extent),
        "problems": [_problem(problem, words) for problem in result.problems],
    }


def _crs(reading: CrsReading) -> dict[str, Any]:
    candidates = [
        {"id": candidate.crs.id, "confidence": candidate.confidence, "swapped": candidate.swapped}
        for candidate in reading.candidates
    ]
    if reading.crs.is_known:
        shown, source, confidence = _id_of(reading.crs), DECLARED, 1.0
    elif reading.candidates:
        best = reading.candidates[0]
        shown, source, confidence = best.crs.id, GUESSED, best.confidence
    else:
        shown, source, confidence = "", UNKNOWN_SOURCE, 0.0
    return {
        "id": shown,
        "source": source,
        "confidence": confidence,
        "declared": reading.declared,
        "candidates": candidates,
        "accuracy_m": _accuracy_m(reading.crs if reading.crs.is_known else Crs(shown)),
    }


def _id_of(crs: Crs) -> str:
    return crs.id or crs.name


def _accuracy_m(crs: Crs) -> float | None:
    """Return the accuracy of the way to WGS 84 in metres, None where none is stated."""
    if not crs.is_known:
        return None
    try:
        return accuracy_m(crs, WGS84)
    except CrsError:
        return None


def _encoding(choice: EncodingChoice) -> dict[str, Any]:
    return {
        "name": choice.name,
        "source": GUESSED if choice.source == GUESSED else DECLARED,
        "confidence": choice.confidence,
    }


def _extent(extent: Extent | None) -> list[float] | None:
    return list(extent.as_tuple) if extent is not None else None


def _of_raster(found: RasterDescription, words: Words) -> dict[str, Any]:
    entry = _entry(found.path, found.format, readable=True)
    problems = list(found.problems)
    if found.nodata is None and found.band_count == 1:
        problems += _nodata_problems(found)
    entry["layers"] = [
        {
            "name": found.name,
            "kind": "raster",
            "features": 0,
            "declared": 0,
            "geometry": [],
            "crs": _crs(found.crs),
            "encoding": {"name": "", "source": DECLARED, "confidence": 1.0},
            "fields": [],
            "extent": _extent(found.extent),
            "problems": [_problem(problem, words) for problem in problems],
            "width_px": found.width_px,
            "height_px": found.height_px,
            "bands": found.band_count,
            "type": found.dtype,
            "nodata": _finite(found.nodata),
        }
    ]
    return entry


def _finite(value: float | None) -> float | str | None:
    return value if value is None or math.isfinite(value) else str(value)


def _nodata_problems(found: RasterDescription) -> list[Problem]:
    from emadina_gis.io.raster import RasterSource

    value = RasterSource(found.path).suspect_nodata()
    if value is None:
        return []
    return [Problem("raster.nodata-suspect", Severity.WARNING, found.name, 1, {"value": value})]
