"""Which files of an unpacked archive are data, which only accompany them, and which are neither.

Knows nothing of how archives are unpacked or data read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.io import dwg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Suffixes of vector data and tables, looked for in archives and in file dialogs.
VECTOR_SUFFIXES = (
    ".shp",
    ".gpkg",
    ".geojson",
    ".json",
    ".geojsonl",
    ".geojsons",
    ".geojsonseq",
    ".ndjson",
    ".jsonl",
    ".fgb",
    ".parquet",
    ".geoparquet",
    ".feather",
    ".arrow",
    ".kml",
    ".kmz",
    ".gml",
    ".gpx",
    ".tab",
    ".mif",
    ".dxf",
    ".dgn",
    ".csv",
    ".tsv",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".ods",
    ".sqlite",
    ".db",
    ".pbf",
    ".osm",
    ".dbf",
    ".jml",
    ".topojson",
    ".gmt",
    ".e00",
)
RASTER_SUFFIXES = (".tif", ".tiff", ".asc", ".png", ".jpg", ".jpeg", ".img", ".jp2", ".hgt", ".bil")
#: Files that belong to a data file of the same name.
_ACCOMPANYING = (
    ".shx .prj .cpg .qpj .sbn .sbx .qix .dbf .dat .map .id .ind .mid .gfs .xsd .tfw .jgw .pgw .aux "
    ".ovr .qmd .cst .atx .ixs .mxs .ain .aih .fbn .fbx .wld"
)
_COMPANIONS = frozenset(_ACCOMPANYING.split())
_NOTES = (".txt", ".json")
_LISTED = 12
_SNIFFED_BYTES = 4096
_FEATURES = re.compile(rb'"(FeatureCollection|Feature|Topology|geometryType|coordinates)"')


@dataclass(frozen=True)
class Members:
    """Data files of an archive and the names of files that are not read."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()

    def problems(self, where: str) -> tuple[Problem, ...]:
        """Return the note of what is not read."""
        if not self.left_out:
            return ()
        shown = ", ".join(self.left_out[:_LISTED])
        more = ", …" if len(self.left_out) > _LISTED else ""
        params = {"names": f"{shown}{more}"}
        return (Problem("archive.left-out", Severity.INFO, where, len(self.left_out), params),)


def chosen_members(files: list[Path], folder: Path) -> Members:
    """Return the data files among the unpacked ones, and what is left out."""
    kept = [file for file in files if not _is_litter(file, folder)]
    geodatabases = sorted({parent for file in kept for parent in _gdb_parents(file, folder)})
    loose = sorted(file for file in kept if not any(True for _ in _gdb_parents(file, folder)))
    stems = {file.with_suffix("") for file in loose if file.suffix.lower() == ".shp"}
    data = _without_notes([file for file in loose if _is_data(file, stems)])
    named = {file.with_suffix("") for file in data}
    left_out = [
        str(file.relative_to(folder))
        for file in loose
        if file not in data and not _accompanies(file, named)
    ]
    return Members((*geodatabases, *data), tuple(left_out))


def _is_litter(file: Path, folder: Path) -> bool:
    """Whether a file is what systems leave in archives."""
    inside = file.relative_to(folder)
    is_litter = inside.name.startswith("._") or inside.name in {".DS_Store", "Thumbs.db"}
    return is_litter or "__MACOSX" in inside.parts


def _gdb_parents(file: Path, folder: Path) -> Iterator[Path]:
    for parent in file.relative_to(folder).parents:
        if parent.suffix.lower() == ".gdb":
            yield folder / parent


def _is_data(file: Path, shapefiles: set[Path]) -> bool:
    suffix = file.suffix.lower()
    if suffix == ".dbf" and file.with_suffix("") in shapefiles:
        return False
    return suffix in VECTOR_SUFFIXES + RASTER_SUFFIXES or _is_closed_drawing(file)


def _is_closed_drawing(file: Path) -> bool:
    """Whether a file of any name is a DWG: its refusal says more than leaving it out."""
    with file.open("rb") as stream:
        return bool(dwg.version_of(stream.read(16)))


def _without_notes(files: list[Path]) -> list[Path]:
    """Leave out texts that only accompany the data."""
    data = [file for file in files if file.suffix.lower() not in _NOTES or _is_geojson(file)]
    return data or files


def _is_geojson(file: Path) -> bool:
    """Whether a file of any name begins like features."""
    if file.suffix.lower() != ".json":
        return False
    with file.open("rb") as stream:
        return _FEATURES.search(stream.read(_SNIFFED_BYTES)) is not None


def _accompanies(file: Path, named: set[Path]) -> bool:
    suffix = file.suffix.lower()
    stem = file.with_suffix("")
    if suffix == ".xml":  # lots.shp.xml, lots.tif.aux.xml
        return any(part in named for part in (stem, stem.with_suffix("")))
    return suffix in _COMPANIONS and stem in named
