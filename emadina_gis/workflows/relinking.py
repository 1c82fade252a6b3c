"""Files that were moved: where a layer's file should be, and whether another one fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import RasterLayer
from emadina_gis.errors import LayerReadError
from emadina_gis.io.project_file import file_fingerprint
from emadina_gis.io.reader import INLINE, Reader
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.session.commands.sources import Relink
from emadina_gis.workflows.rasters import raster_path

if TYPE_CHECKING:
    from emadina_gis.domain.layer import Layer


def file_of(layer: Layer) -> Path | None:
    """Return the file a layer comes from; None where it comes from none, or with the program."""
    if isinstance(layer, RasterLayer):
        return raster_path(layer)
    if layer.source is None or not Path(layer.source.path).is_absolute():
        return None
    return Path(layer.source.path)


def relink(
    layer: Layer, path: Path, *, reader: Reader = INLINE, ctx: Context = NULL_CONTEXT
) -> Relink:
    """Return the command that takes a file for a layer, once the file was looked at.

    Raises
    ------
    LayerReadError
        Where the file cannot be read, or holds no layer of that name.
    """
    if isinstance(layer, RasterLayer):
        found = reader.examine_raster(path, ctx=ctx).description
        return Relink(
            layer.id,
            str(path),
            file_fingerprint(path),
            found.extent,
            found.width_px,
            found.height_px,
        )
    wanted = layer.source.layer if layer.source is not None else ""
    names = [info.name for info in reader.describe(path, ctx=ctx).layers]
    if not names or (wanted and len(names) > 1 and wanted not in names):
        raise LayerReadError(
            "layer.no-such-layer", path=path.name, layer=wanted, names=", ".join(names)
        )
    return Relink(layer.id, str(path), file_fingerprint(path))
