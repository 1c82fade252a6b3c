"""What the program itself brings, registered through the door that plugins use.

Knows the catalogue of indicators and the reading of files; adds nothing of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from emadina_gis.analysis.indicators import catalogue
from emadina_gis.domain.layer import Title
from emadina_gis.io.reader import INLINE
from emadina_gis.io.sources import RASTER_SUFFIXES, VECTOR_SUFFIXES
from emadina_gis.plugins.registry import OURS, Door, Reader, Registry
from emadina_gis.workflows.diagnosis import diagnose_files
from emadina_gis.workflows.importing import layers_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emadina_gis.domain.layer import Layer
    from emadina_gis.errors import PluginError
    from emadina_gis.io.reader import Reader as FileReader
    from emadina_gis.progress import Context

#: Archives are looked into by the reader itself.
_ARCHIVES = (".zip", ".gz")


def our_registry(
    on_disabled: Callable[[str, PluginError], None] | None = None,
    files: FileReader = INLINE,
) -> Registry:
    """Return a registry with our own indicators and reader.

    Parameters
    ----------
    on_disabled : callable, optional
        Called with the id and the error of a plugin whose code failed.
    files : Reader, optional
        Who opens the files.
    """
    registry = Registry(on_disabled)
    door = Door(registry, OURS)
    for indicator in catalogue().values():
        door.indicator(indicator)
    suffixes = tuple(dict.fromkeys((*VECTOR_SUFFIXES, *RASTER_SUFFIXES, *_ARCHIVES)))
    door.reader(Reader("gdal", Title.plain("GDAL"), suffixes, partial(_read, files)))
    return registry


def _read(files: FileReader, path: Path, ctx: Context) -> tuple[Layer, ...]:
    """Return the layers of a file; raises the error of the first one that cannot be read."""
    candidates = diagnose_files([path], reader=files, ctx=ctx)
    for candidate in candidates:
        if candidate.error is not None:
            raise candidate.error
    return layers_from(candidates)
