"""A layer of the project to a file: what is taken, what the format loses, then written and counted.

Personal columns stay behind unless the person takes them. Knows no widget.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, WGS84, Crs, accuracy_m
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.errors import CrsError, EmptyInput, LayerWriteError, Problem, Severity
from emadina_gis.io.diagnosis import may_be_personal
from emadina_gis.io.losses import losses
from emadina_gis.io.write import WRITABLE, write_layer
from emadina_gis.io.write_away import FEWEST_ROWS, NotAway, write_layer_away
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.table import FeatureTable

#: What can be written, the usual first.
FORMATS = (".gpkg", ".shp", ".geojson", ".dxf", ".xlsx", ".csv", ".kml", ".fgb", ".parquet")
#: Written in degrees whatever the layer is in.
IN_DEGREES = frozenset({".geojson", ".kml"})
#: Do not say the system that their coordinates are in.
_WITHOUT_CRS = frozenset({".dxf", ".csv", ".xlsx"})
_NOT_STORED = "write.crs-not-stored"
DRAWING = ".dxf"
#: Column by which drawings name the layer of each entity.
_DRAWING_LAYER = "layer"


@dataclass(frozen=True, eq=False)
class ExportChoice:
    """What is exported, and how.

    Attributes
    ----------
    suffix : str
        Ending of the format.
    crs : Crs
        System to write in; unknown keeps the layer's.
    ids : ndarray of int64, or None
        Rows to take; None takes all.
    with_personal : bool
        Whether columns with personal data are taken.
    layer_column : str
        For drawings: the column that names the layer of each entity.
    """

    suffix: str
    crs: Crs = UNKNOWN
    ids: NDArray[np.int64] | None = None
    with_personal: bool = False
    layer_column: str = ""


@dataclass(frozen=True)
class Exported:
    """What was written: the file, its rows counted by reading it back, and what was lost."""

    path: Path
    rows: int
    problems: tuple[Problem, ...]


def personal_columns(layer: VectorLayer) -> tuple[str, ...]:
    """Return the columns that hold, or by their name may hold, personal data."""
    known = layer.schema.personal_columns()
    return tuple(name for name in layer.table.names if name in known or may_be_personal(name))


def export_losses(
    layer: VectorLayer, choice: ExportChoice, ctx: Context = NULL_CONTEXT
) -> tuple[Problem, ...]:
    """Return what writing a layer would lose or change, without writing it.

    Raises
    ------
    EmadinaError
        Where the layer cannot be written so at all.
    """
    table = _taken(layer, choice)
    ctx.check()
    notes = _notes(layer, table, choice)
    return (*notes, *losses(table, choice.suffix, _title(layer)))


def export_layer(
    layer: VectorLayer,
    choice: ExportChoice,
    path: Path,
    name: str,
    ctx: Context = NULL_CONTEXT,
) -> Exported:
    """Write a layer, read it back and count it; an existing file is replaced whole or not at all.

    Parameters
    ----------
    name : str
        Name of the layer inside the file.

    Raises
    ------
    EmadinaError
        Where it cannot be written; the target is as it was.
    """
    ctx.report(0.0, "phase.writing")
    table = _taken(layer, choice)
    notes = _notes(layer, table, choice)
    sources = () if layer.source is None else (Path(layer.source.path),)
    written = _written(table, choice, path, name, sources, ctx)
    said = {problem.code for problem in written}
    before = (note for note in notes if note.code not in said)
    return Exported(path, table.row_count, (*before, *written))


def _written(
    table: FeatureTable,
    choice: ExportChoice,
    path: Path,
    name: str,
    sources: tuple[Path, ...],
    ctx: Context,
) -> tuple[Problem, ...]:
    """Write in a process of its own where that is worth it, else here."""
    if table.row_count >= FEWEST_ROWS:
        crs = choice.crs if _moves(table, choice) else UNKNOWN
        with suppress(NotAway):
            return write_layer_away(table, path, layer=name, crs=crs, inputs=sources, ctx=ctx)
    moved = _moved(table, choice, ctx.part(0.0, 0.2))
    return write_layer(moved, path, layer=name, inputs=sources, ctx=ctx.part(0.2, 1.0))


def _taken(layer: VectorLayer, choice: ExportChoice) -> FeatureTable:
    """Return the rows and columns that are wanted."""
    if choice.suffix not in WRITABLE:
        listed = " ".join(WRITABLE)
        raise LayerWriteError("write.unknown-format", path=choice.suffix, formats=listed)
    table = layer.table
    if choice.ids is not None:
        table = table.take(np.sort(table.rows_of_ids(choice.ids)))
    if not table.row_count:
        raise EmptyInput("export.nothing")
    if choice.suffix == DRAWING and not table.has_geometry:
        raise LayerWriteError("export.no-geometry", format=choice.suffix)
    if not choice.with_personal:
        for name in personal_columns(layer):
            table = table.without_column(name)
    if choice.suffix == DRAWING and choice.layer_column in table.columns:
        table = table.with_column(_DRAWING_LAYER, table.strings(choice.layer_column))
    return table


def _moved(table: FeatureTable, choice: ExportChoice, ctx: Context) -> FeatureTable:
    ctx.check()
    return table.to_crs(choice.crs) if _moves(table, choice) else table


def _moves(table: FeatureTable, choice: ExportChoice) -> bool:
    """Whether the layer is written in another system than its own."""
    return table.has_geometry and choice.crs.is_known and choice.suffix not in IN_DEGREES


def _notes(layer: VectorLayer, table: FeatureTable, choice: ExportChoice) -> tuple[Problem, ...]:
    """Return what is changed before the format loses anything."""
    found = []
    where = _title(layer)
    left = [name for name in personal_columns(layer) if name not in table.columns]
    if left:
        told = {"columns": ", ".join(left)}
        found.append(Problem("export.personal-left-out", Severity.INFO, where, len(left), told))
    target = WGS84 if choice.suffix in IN_DEGREES else choice.crs
    if table.has_geometry and target.is_known and table.crs != target:
        moved = {"crs": target.id or target.name, "accuracy": _accuracy_m(table.crs, target)}
        found.append(Problem("export.other-system", Severity.INFO, where, 1, moved))
    if table.has_geometry and table.crs.is_known and choice.suffix in _WITHOUT_CRS:
        written = choice.crs if choice.crs.is_known else table.crs
        unsaid = {"crs": written.id or written.name}
        found.append(Problem(_NOT_STORED, Severity.INFO, where, 1, unsaid))
    return tuple(found)


def _accuracy_m(source: Crs, target: Crs) -> float:
    """Return the stated accuracy of the way, 0 where none is stated.

    Raises
    ------
    LayerWriteError
        Where there is no way between the systems.
    """
    try:
        return accuracy_m(source, target) or 0.0
    except CrsError as error:
        raise LayerWriteError("export.no-way", crs=target.id or target.name) from error


def _title(layer: VectorLayer) -> str:
    return layer.source.layer if layer.source is not None and layer.source.layer else layer.id
