"""DWG drawings on consent: converted by a program of the person's own, then read like any DXF."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import LayerReadError, OutputError
from emadina_gis.io import dwg
from emadina_gis.io.project_file import file_fingerprint
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.io.sources import magic
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.workflows.diagnosis import Arrival, ImportCandidate, diagnose

if TYPE_CHECKING:
    from emadina_gis.io.dwg import Converter
    from emadina_gis.project import Project


def converters() -> tuple[Converter, ...]:
    """Return the converters of DWG found on this computer; none of them is started."""
    return dwg.converters()


def offered(candidate: ImportCandidate) -> tuple[Converter, ...]:
    """Return the converters that could open what could not be read; none of them is started."""
    if candidate.error is None or candidate.error.code != "dwg.convertible":
        return ()
    try:
        return converters() if dwg.is_drawing(magic(candidate.path)) else ()
    except OSError:
        return ()


def diagnose_converted(
    source: Path,
    program: Path | str,
    project: Project | None = None,
    *,
    reader: Reader = INLINE,
    ctx: Context = NULL_CONTEXT,
) -> Arrival:
    """Convert a DWG in a private folder, on the person's click, and tell what it holds.

    The layers name the DWG as their source, and each says which program made what was read.

    Raises
    ------
    UsageError
        ``dwg.no-converter``.
    LayerReadError
        ``dwg.failed`` or ``dwg.too-slow``.
    """
    with readable(source, program, ctx.part(0.0, 0.5)) as made:
        found = diagnose(made, project, reader=reader, ctx=ctx.part(0.5, 1.0))
    told = tuple(_of_source(candidate, source) for candidate in found.candidates)
    return Arrival(replace(found.diagnosis, path=source), told)


def _of_source(candidate: ImportCandidate, source: Path) -> ImportCandidate:
    layer = candidate.layer
    if isinstance(layer, VectorLayer) and layer.source is not None:
        print_of = file_fingerprint(source)
        layer = replace(layer, source=replace(layer.source, path=str(source), fingerprint=print_of))
    return replace(candidate, path=source, layer=layer)


def convert_dwg(
    source: Path, target: Path, program: Path | str, ctx: Context = NULL_CONTEXT
) -> Path:
    """Make a DXF of a DWG with the program that the person names, and return it.

    Raises
    ------
    UsageError
        ``dwg.no-converter`` where the program is not a known one.
    LayerReadError
        ``dwg.failed`` or ``dwg.too-slow``.
    OutputError
        Where the target cannot be written, or is the source.
    """
    converter = dwg.converter_at(program)
    if not source.is_file():
        raise LayerReadError("layer.missing-file", path=str(source))
    if target.exists() and target.samefile(source):
        raise OutputError("output.is-input", path=str(target), folder=str(target.parent))
    ctx.report(0.0, "phase.reading")
    dwg.to_dxf(source, target, converter, ctx)
    return target


@contextmanager
def readable(source: Path, program: Path | str | None, ctx: Context) -> Iterator[Path]:
    """Give a file to read: the source, or a private DXF of it where a program is named."""
    if program is None:
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="emadina-dwg-") as folder:
        yield convert_dwg(source, Path(folder) / f"{source.stem}.dxf", program, ctx)
