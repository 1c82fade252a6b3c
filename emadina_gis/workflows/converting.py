"""Any readable layer to any writable format, losing nothing silently (the command ``convert``)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.crs import Crs
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.io.write import write_layer
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.workflows.drawings import readable

if TYPE_CHECKING:
    from emadina_gis.errors import Problem


@dataclass(frozen=True)
class ConvertRequest:
    """What to convert and how."""

    source: Path
    target: Path
    layer: str | None = None
    assign_crs: str | None = None
    to_crs: str | None = None
    encoding: str | None = None
    dwg_converter: Path | None = None


def convert(
    request: ConvertRequest, ctx: Context = NULL_CONTEXT, *, reader: Reader = INLINE
) -> tuple[Problem, ...]:
    """Read, maybe reproject, and write; return what was found and what the format loses.

    Raises
    ------
    LayerReadError
        If the source cannot be read.
    MissingCrs
        If another CRS is asked for and the layer's own is unknown.
    LayerWriteError, OutputError
        If the target cannot be written; nothing is left half-written.
    """
    assigned = Crs.parse(request.assign_crs) if request.assign_crs else None
    with readable(request.source, request.dwg_converter, ctx) as source:
        result = reader.read_layer(
            source,
            request.layer,
            encoding=request.encoding or "",
            crs=assigned,
            ctx=ctx.part(0.0, 0.6),
        )
    table = result.table.to_crs(Crs.parse(request.to_crs)) if request.to_crs else result.table
    written = write_layer(table, request.target, layer=result.name, ctx=ctx.part(0.6, 1.0))
    return (*result.problems, *written)
