"""What a file is, as the structure that ``inspect --json`` prints: keys are a contract.

Reads every layer whole, so that counts and problems are those of the data and not of a header.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.meaning import meaning_of
from emadina_gis.errors import EmadinaError, LayerReadError, Problem, Severity
from emadina_gis.io import vector
from emadina_gis.io.description import DECLARED, GUESSED, UNKNOWN_SOURCE
from emadina_gis.io.diagnosis import (
    FieldDiagnosis,
    FieldRole,
    FileDiagnosis,
    LayerDiagnosis,
    diagnosed_layer,
    diagnosed_raster,
)
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.schema import Role
    from emadina_gis.io.description import CrsReading, EncodingChoice, ReadResult
    from emadina_gis.progress import Context
    from emadina_gis.words import Words


#: What only the reader of rasters knows of a file: a page to print, a virtual raster.
_SAID_BY_RASTERS = ("raster.vrt", "raster.pdf", "archive.several-rasters")


def _no_roles(_columns: Iterable[str]) -> Mapping[Role, str]:
    return {}


@dataclass(frozen=True)
class Asking:
    """What a person decided before a layer is read.

    Attributes
    ----------
    encoding : str
        Encoding to read with; empty decides from the file.
    crs : Crs or None
        System assigned to what states none.
    reference : Extent or None
        Extent, in WGS 84 degrees, that guesses of a system are compared with.
    roles_for : callable
        Roles that were confirmed for a file with these columns; empty where there was none.
    follow_sources : bool
        Whether a virtual raster may open the files beside it that it names.
    """

    encoding: str = ""
    crs: Crs | None = None
    reference: Extent | None = None
    roles_for: Callable[[Iterable[str]], Mapping[Role, str]] = _no_roles
    follow_sources: bool = False


@dataclass(frozen=True, eq=False)
class Examined:
    """What a file is, and what was read of it: one result for each layer that is no raster."""

    diagnosis: FileDiagnosis
    results: tuple[ReadResult, ...] = ()


def inspect_file(path: Path | str, words: Words, ctx: Context = NULL_CONTEXT) -> dict[str, Any]:
    """Return what a file is; a file that cannot be read says why instead of raising.

    Parameters
    ----------
    words : Words
        Language of the messages.
    """
    return entry_of(examined(Path(path), ctx=ctx).diagnosis, words)


def examined(
    path: Path,
    asking: Callable[[str], Asking] = lambda _layer: Asking(),
    *,
    reader: Reader = INLINE,
    ctx: Context = NULL_CONTEXT,
) -> Examined:
    """Return what a file is with what was read of it; never fails for the file's sake.

    Parameters
    ----------
    asking : callable
        What was decided for each layer, by name; the empty name is the file as a whole.
    """
    try:
        if vector.is_raster_name(path):
            return Examined(_raster_file(path, asking, reader, ctx))
        return _vector_file(path, asking, reader, ctx)
    except EmadinaError as error:
        return Examined(FileDiagnosis(path, error=error))


def _vector_file(
    path: Path, asking: Callable[[str], Asking], reader: Reader, ctx: Context
) -> Examined:
    try:
        description = reader.describe(path, encoding=asking("").encoding, ctx=ctx.part(0.0, 0.1))
    except LayerReadError as error:
        return Examined(_odd_raster(path, error, asking, reader, ctx))
    results: list[ReadResult] = []
    layers: list[LayerDiagnosis] = []
    failures: list[tuple[str, EmadinaError]] = []
    for name, part in _parts([info.name for info in description.layers], ctx.part(0.1, 1.0)):
        try:
            result = _read(path, name, asking(name), reader, part)
            result, roles = meant(result, asking(name).roles_for(result.table.names))
            layers.append(diagnosed_layer(result, roles))
            results.append(result)
        except EmadinaError as error:
            failures.append((name, error))
    found = FileDiagnosis(path, description.format, tuple(layers), failures=tuple(failures))
    return Examined(found, tuple(results))


def _parts(names: list[str], ctx: Context) -> Iterator[tuple[str, Context]]:
    for index, name in enumerate(names):
        ctx.report(index / len(names), "phase.reading")
        yield name, ctx.part(index / len(names), (index + 1) / len(names))


def _read(path: Path, name: str, asked: Asking, reader: Reader, ctx: Context) -> ReadResult:
    return reader.read_layer(
        path, name, encoding=asked.encoding, crs=asked.crs, reference=asked.reference, ctx=ctx
    )


#: What keeps a file from being read as a vector layer, though it may be a raster.
_MAYBE_RASTER = frozenset({"layer.not-geodata", "layer.none", "layer.unreadable"})
#: SQLite's word for a schema that nothing can be read through.
_MALFORMED = "malformed database"


def _odd_raster(
    path: Path,
    error: LayerReadError,
    asking: Callable[[str], Asking],
    reader: Reader,
    ctx: Context,
) -> FileDiagnosis:
    """Describe a raster whose name does not say so; else the first error stands."""
    is_broken_database = _MALFORMED in str(error.params.get("detail", ""))
    if is_broken_database or error.code not in _MAYBE_RASTER:
        raise error
    try:
        return _raster_file(path, asking, reader, ctx)
    except LayerReadError as found:
        if found.code.startswith(_SAID_BY_RASTERS):
            raise
        raise error from None


def _raster_file(
    path: Path, asking: Callable[[str], Asking], reader: Reader, ctx: Context
) -> FileDiagnosis:
    asked = asking("")
    seen = reader.examine_raster(
        path, reference=asked.reference, follow_sources=asked.follow_sources, ctx=ctx
    )
    found, problems = seen.description, seen.description.problems
    if seen.damaged_pieces:
        damaged = Problem("raster.damaged", Severity.ERROR, found.name, seen.damaged_pieces)
        problems = (*problems, damaged)
    if found.nodata is None and seen.suspect_nodata is not None:
        params = {"value": seen.suspect_nodata}
        suspect = Problem("raster.nodata-suspect", Severity.WARNING, found.name, 1, params)
        problems = (*problems, suspect)
    return FileDiagnosis(path, found.format, (diagnosed_raster(found, problems),))


def meant(
    result: ReadResult, remembered: Mapping[Role, str]
) -> tuple[ReadResult, dict[str, FieldRole]]:
    """Return a layer with the columns made for its roles, and the roles by column."""
    found = meaning_of(result.table, result.name, remembered)
    roles = {
        guess.column: FieldRole(guess.role, guess.confidence, guess.reason)
        for guess in found.guesses
    }
    problems = (*result.problems, *found.problems)
    return replace(result, table=found.table, problems=problems), roles


# --- as JSON --------------------------------------------------------------------------------------


def entry_of(found: FileDiagnosis, words: Words) -> dict[str, Any]:
    """Return what a file is as JSON-ready values."""
    errors = [error for _name, error in found.failures]
    errors += [found.error] if found.error is not None else []
    return {
        "path": str(found.path),
        "readable": found.is_readable,
        "format": found.format,
        "layers": [layer_entry(layer, words) for layer in found.layers],
        "problems": [error_entry(error, words) for error in errors],
    }


def error_entry(error: EmadinaError, words: Words) -> dict[str, Any]:
    """Return an error as a problem."""
    what, following = words.error(error)
    message = f"{what} {following}".strip()
    return {"code": error.code, "severity": "error", "count": 1, "message": message}


def problem_entry(problem: Problem, words: Words) -> dict[str, Any]:
    """Return a problem."""
    what, following = words.problem(problem)
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "count": problem.count,
        "message": f"{what} {following}".strip(),
    }


def layer_entry(layer: LayerDiagnosis, words: Words) -> dict[str, Any]:
    """Return a layer."""
    entry: dict[str, Any] = {
        "name": layer.name,
        "kind": layer.kind,
        "features": layer.features,
        "declared": layer.declared,
        "geometry": list(layer.geometry),
        "crs": _crs(layer.crs, layer.accuracy_m),
        "encoding": _encoding(layer.encoding),
        "fields": [{"name": item.name, "type": item.type} for item in layer.fields],
        "values": [_values(item) for item in layer.fields],
        "roles": [_role(item.name, item.role) for item in layer.fields if item.role is not None],
        "extent": _extent(layer.extent),
        "problems": [problem_entry(problem, words) for problem in layer.problems],
    }
    if layer.raster is not None:
        entry |= {
            "width_px": layer.raster.width_px,
            "height_px": layer.raster.height_px,
            "bands": layer.raster.bands,
            "type": layer.raster.dtype,
            "nodata": _finite(layer.raster.nodata),
        }
    return entry


def _values(item: FieldDiagnosis) -> dict[str, Any]:
    return {"field": item.name, "missing": item.missing, "sample": list(item.sample)}


def _role(name: str, role: FieldRole) -> dict[str, Any]:
    return {
        "role": str(role.role),
        "field": name,
        "confidence": role.confidence,
        "reason": role.reason,
    }


def _crs(reading: CrsReading, accuracy_m: float | None) -> dict[str, Any]:
    candidates = [
        {
            "id": candidate.crs.id,
            "confidence": candidate.confidence,
            "swapped": candidate.swapped,
            "reason": candidate.reason,
        }
        for candidate in reading.candidates
    ]
    if reading.crs.is_known:
        shown, source, confidence = _id_of(reading.crs), DECLARED, reading.confidence
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
        "accuracy_m": accuracy_m,
    }


def _id_of(crs: Crs) -> str:
    return crs.id or crs.name


def _encoding(choice: EncodingChoice) -> dict[str, Any]:
    return {
        "name": choice.name,
        "source": GUESSED if choice.source == GUESSED else DECLARED,
        "confidence": choice.confidence,
    }


def _extent(extent: Extent | None) -> list[float] | None:
    if extent is None or not all(map(math.isfinite, extent.as_tuple)):
        return None
    return list(extent.as_tuple)


def _finite(value: float | None) -> float | str | None:
    return value if value is None or math.isfinite(value) else str(value)
