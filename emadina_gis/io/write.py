"""Layers to files: written under a temporary name, read back and counted, then put in place.

An input is never overwritten; on any failure the target is as it was. What a format cannot hold
comes back as problems. Knows nothing of projects.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import WGS84
from emadina_gis.errors import EmadinaError, LayerReadError, LayerWriteError, OutputError, Problem
from emadina_gis.io import columnar, drawing, ogr, ogr_write, sheets
from emadina_gis.io.atomic import TEMPORARY_PREFIX, replacing, translated
from emadina_gis.io.losses import fitted
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.progress import Context

Count = Callable[[Path, str], int]
_ALIASES = {".json": ".geojson", ".geoparquet": ".parquet", ".tsv": ".csv", ".txt": ".csv"}
#: Formats whose coordinates are longitude and latitude of WGS 84.
_DEGREES = frozenset({".geojson", ".kml"})
#: Formats made of several files beside each other; the first one comes last into place.
_COMPANIONS = {
    ".shp": (".shp", ".shx", ".dbf", ".prj", ".cpg"),
}
_OUTDATED = {".shp": (".sbn", ".sbx", ".qix", ".qpj")}
WRITABLE = (
    ".gpkg",
    ".shp",
    ".geojson",
    ".fgb",
    ".parquet",
    ".kml",
    ".csv",
    ".xlsx",
    ".dxf",
)


@dataclass(frozen=True)
class _Job:
    """What is written where."""

    table: FeatureTable
    path: Path
    layer: str
    suffix: str
    ctx: Context


def write_layer(
    table: FeatureTable,
    path: Path | str,
    *,
    layer: str = "",
    inputs: Iterable[Path] = (),
    overwrite: bool = True,
    ctx: Context = NULL_CONTEXT,
) -> tuple[Problem, ...]:
    """Write a table in the format of the target's ending and return what that loses.

    Parameters
    ----------
    layer : str
        Name of the layer inside the file; by default the file's own name.
    inputs : iterable of Path
        Files that the table was read from: never a target.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    LayerWriteError
        Where the format cannot hold the layer (unknown ending, mixed geometry, no CRS).
    OutputError
        Where the file cannot be written; the target is as it was.
    """
    target = Path(path)
    suffix = _suffix_of(target)
    check_target(target, inputs, overwrite=overwrite)
    moved = _in_degrees(table, suffix) if suffix in _DEGREES else table
    made, problems = fitted(moved, suffix, target.name)
    job = _Job(made, target, layer or target.stem, suffix, ctx)
    if suffix in _COMPANIONS:
        return (*problems, *_write_group(job))
    with replacing(target) as temporary:
        temporary.unlink()
        notes = _write_one(job, temporary)
        _verify(job, temporary)
    ctx.report(1.0, "phase.writing")
    return (*problems, *notes)


def _suffix_of(path: Path) -> str:
    return _ALIASES.get(path.suffix.lower(), path.suffix.lower())


def check_target(path: Path, inputs: Iterable[Path] = (), *, overwrite: bool = True) -> None:
    """Refuse a target of no known format, in no folder, or that is an input.

    Raises
    ------
    LayerWriteError, OutputError
        Which says why.
    """
    if _suffix_of(path) not in WRITABLE:
        listed = " ".join(WRITABLE)
        raise LayerWriteError("write.unknown-format", path=path.name, formats=listed)
    if path.exists():
        if any(source.exists() and path.samefile(source) for source in inputs):
            raise OutputError("output.is-input", path=str(path), folder=str(path.parent))
        if not overwrite:
            raise OutputError("output.exists", path=str(path), folder=str(path.parent))
    if not path.parent.is_dir():
        raise OutputError("output.no-folder", path=str(path), folder=str(path.parent))


def _in_degrees(table: FeatureTable, suffix: str) -> FeatureTable:
    if not table.has_geometry:
        return table
    if not table.crs.is_known:
        raise LayerWriteError("write.crs-needed", format=suffix)
    return table.to_crs(WGS84)


def _write_one(job: _Job, path: Path) -> tuple[Problem, ...]:
    """Write the file and turn what the libraries raise into our errors."""
    try:
        return _WRITERS.get(job.suffix, _write_ogr)(job, path)
    except EmadinaError:
        raise
    except OSError as exc:
        raise translated(exc, job.path) if exc.errno else _failed(job, exc) from exc
    except (ValueError, RuntimeError, KeyError) as exc:
        raise _failed(job, exc) from exc


def _failed(job: _Job, exc: Exception) -> OutputError:
    text = str(exc)
    full = any(word in text.lower() for word in ("no space", "disk is full", "disk full"))
    free = shutil.disk_usage(job.path.parent).free
    code = "output.disk-full" if full or free < 1024 * 1024 else "output.failed"
    detail = text.partition("\n")[0][:200]
    return OutputError(code, path=str(job.path), folder=str(job.path.parent), detail=detail)


def _write_ogr(job: _Job, path: Path) -> tuple[Problem, ...]:
    return ogr_write.write(job.table, path, job.layer, job.suffix, job.ctx)


def _write_columnar(job: _Job, path: Path) -> tuple[Problem, ...]:
    columnar.write(job.table, path, job.ctx)
    return ()


def _write_csv(job: _Job, path: Path) -> tuple[Problem, ...]:
    return sheets.write_csv(job.table, path, job.path.name, job.ctx)


def _write_xlsx(job: _Job, path: Path) -> tuple[Problem, ...]:
    return sheets.write_xlsx(job.table, path, job.path.name, job.layer, job.ctx)


def _write_dxf(job: _Job, path: Path) -> tuple[Problem, ...]:
    return drawing.write_dxf(job.table, path, job.layer, job.ctx)


_WRITERS: dict[str, Callable[[_Job, Path], tuple[Problem, ...]]] = {
    ".parquet": _write_columnar,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".dxf": _write_dxf,
}


def _verify(job: _Job, path: Path) -> None:
    """Read the file back and count its rows."""
    try:
        counted = _COUNTERS.get(job.suffix, _count_ogr)(path, job.layer)
    except LayerReadError as exc:
        raise OutputError(
            "output.not-verified",
            path=str(job.path),
            folder=str(job.path.parent),
            detail=str(exc.params.get("detail", exc.code)),
        ) from exc
    expected = job.table.row_count
    if job.suffix == ".dxf":
        expected = sum(len(chunk.coord_offsets) - 1 for chunk in job.table.geometry or ())
    if counted != expected:
        raise OutputError(
            "output.not-verified",
            path=str(job.path),
            folder=str(job.path.parent),
            detail=f"{counted}/{expected}",
        )


def _count_ogr(path: Path, layer: str) -> int:
    names = ogr.list_layers(path, path.name)
    if not names:
        return 0
    name = layer if layer in names else names[0]
    return ogr.describe(path, name, path.name).feature_count or 0


def _count_columnar(path: Path, _: str) -> int:
    return columnar.describe(path, path.name).feature_count or 0


_COUNTERS: dict[str, Count] = {
    ".parquet": _count_columnar,
    ".csv": lambda path, _: sheets.count_csv(path),
    ".xlsx": lambda path, _: sheets.count_xlsx(path),
    ".dxf": lambda path, _: drawing.count_dxf(path),
}


def _write_group(job: _Job) -> tuple[Problem, ...]:
    """Write a format of several files into a folder beside the target, then move them over."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=job.path.parent))
    except OSError as exc:
        raise translated(exc, job.path) from exc
    try:
        inside = folder / f"{job.path.stem}{job.suffix}"
        notes = _write_one(job, inside)
        _verify(job, inside)
        _move_group(inside, job.path)
    except OSError as exc:
        raise translated(exc, job.path) from exc
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    job.ctx.report(1.0, "phase.writing")
    return notes


def take_files(made: Path, path: Path) -> None:
    """Put a written file, with its companions, in the target's place; from another disk too.

    Raises
    ------
    OutputError
        Where it cannot be put there; the target is as it was.
    """
    if _suffix_of(path) in _COMPANIONS:
        _move_group(made, path)
        return
    with replacing(path) as temporary:
        shutil.move(made, temporary)


def _move_group(inside: Path, path: Path) -> None:
    kind = _suffix_of(path)
    companions = _COMPANIONS[kind]
    for suffix in (*companions, *_OUTDATED[kind]):
        if not inside.with_suffix(suffix).exists() and suffix != kind:
            path.with_suffix(suffix).unlink(missing_ok=True)
    for suffix in reversed(companions):
        made = inside.with_suffix(suffix)
        if made.exists():
            target = path if suffix == kind else path.with_suffix(suffix)
            with replacing(target) as temporary:
                shutil.move(made, temporary)
