"""From the path a person gives to data files that a library may open.

Owns the refusals (missing, empty, folder, permission), archives unpacked into private folders and
shapefiles mended in a copy. Knows nothing of what the layers hold.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import archive, shapefile
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from emadina_gis.io.description import EncodingChoice
    from emadina_gis.progress import Context

#: Suffixes of vector data and tables, looked for in archives and in file dialogs.
VECTOR_SUFFIXES = (
    ".shp",
    ".gpkg",
    ".geojson",
    ".json",
    ".geojsonl",
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
_ZIP_MAGIC = b"PK\x03\x04"
_GZIP_MAGIC = b"\x1f\x8b"
#: Zip files that a library reads as they are.
_PACKED_DOCUMENTS = (".xlsx", ".ods", ".kmz", ".docx")
_COMPANIONS = (".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".dbf")
_FOREIGN_ARCHIVES = {b"Rar!": "rar", b"7z\xbc\xaf": "7z"}


@dataclass(frozen=True)
class DataFile:
    """A file that a library may open.

    Attributes
    ----------
    path : Path
        Where it lies; maybe in a private folder that disappears after reading.
    title : str
        Name of the file as the person knows it.
    encoding : EncodingChoice or None
        Encoding of the attribute table where it was weighed.
    problems : tuple of Problem
        What was found before opening.
    declared : int or None
        Records announced by the headers.
    """

    path: Path
    title: str
    problems: tuple[Problem, ...] = ()
    encoding: EncodingChoice | None = None
    declared: int | None = None

    @property
    def suffix(self) -> str:
        """Lower-case suffix."""
        return self.path.suffix.lower()


@contextmanager
def opened(
    path: Path, *, asked_encoding: str = "", ctx: Context = NULL_CONTEXT
) -> Iterator[list[DataFile]]:
    """Give the data files behind a path; private copies live as long as the context.

    Raises
    ------
    LayerReadError
        ``layer.missing-file``, ``layer.folder``, ``layer.no-permission``, ``layer.empty-file``,
        ``layer.not-geodata`` or an ``archive.…`` code.
    """
    checked = _checked(path)
    with tempfile.TemporaryDirectory(prefix="emadina-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        found = _members(checked, folder / "unpacked", ctx)
        if not found:
            raise LayerReadError("archive.no-data", path=path.name)
        yield [
            _prepared(member, folder / f"copy{number}", asked_encoding)
            for number, member in enumerate(found)
        ]


def _checked(path: Path) -> Path:
    """Return the path to open, or raise what a person can act on."""
    try:
        if not path.exists():
            raise LayerReadError("layer.missing-file", path=str(path))
        if path.is_dir():
            return _checked_folder(path)
        if path.stat().st_size == 0:
            raise LayerReadError("layer.empty-file", path=path.name)
        with path.open("rb") as file:
            file.read(1)
    except PermissionError as exc:
        raise LayerReadError("layer.no-permission", path=path.name) from exc
    except OSError as exc:
        raise LayerReadError("layer.unreadable", path=path.name, detail=exc.strerror) from exc
    if path.suffix.lower() in _COMPANIONS:
        return _main_file(path)
    return path


def _checked_folder(path: Path) -> Path:
    if path.suffix.lower() == ".gdb" and any(path.glob("*.gdbtable")):
        return path
    raise LayerReadError("layer.folder", path=path.name)


def _main_file(path: Path) -> Path:
    """Return the ``.shp`` that a companion file belongs to, or the file itself."""
    for suffix in (".shp", ".SHP", ".Shp"):
        main = path.with_suffix(suffix)
        if main.is_file():
            return main
    if path.suffix.lower() == ".dbf":
        return path
    raise LayerReadError("layer.companion", path=path.name)


def magic(path: Path, count: int = 8) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(count)


def _members(path: Path, folder: Path, ctx: Context) -> list[Path]:
    if path.is_dir():
        return [path]
    first = magic(path)
    for signature, kind in _FOREIGN_ARCHIVES.items():
        if first.startswith(signature):
            raise LayerReadError("archive.unsupported", path=path.name, kind=kind)
    if first.startswith(_ZIP_MAGIC):
        if path.suffix.lower() in _PACKED_DOCUMENTS:
            archive.check_packed_document(path)
            return [path]
        folder.mkdir()
        return _data_files(archive.unpack_zip(path, folder, ctx), folder)
    if first.startswith(_GZIP_MAGIC):
        folder.mkdir()
        return [archive.unpack_gzip(path, folder, ctx)]
    return [path]


def _data_files(files: list[Path], folder: Path) -> list[Path]:
    geodatabases = sorted({parent for file in files for parent in _gdb_parents(file, folder)})
    kept = [file for file in files if not any(True for _ in _gdb_parents(file, folder))]
    stems = {file.with_suffix("") for file in kept if file.suffix.lower() == ".shp"}
    chosen = [
        file
        for file in sorted(kept)
        if file.suffix.lower() in VECTOR_SUFFIXES + RASTER_SUFFIXES
        and not (file.suffix.lower() == ".dbf" and file.with_suffix("") in stems)
    ]
    return [*geodatabases, *_without_notes(chosen)]


def _gdb_parents(file: Path, folder: Path) -> Iterator[Path]:
    for parent in file.relative_to(folder).parents:
        if parent.suffix.lower() == ".gdb":
            yield folder / parent


def _without_notes(files: list[Path]) -> list[Path]:
    """Leave out texts that only accompany the data."""
    data = [file for file in files if file.suffix.lower() not in {".txt", ".json"}]
    return data or files


def _prepared(path: Path, folder: Path, asked_encoding: str) -> DataFile:
    if path.suffix.lower() == ".shp":
        return _prepared_shapefile(path, folder, asked_encoding)
    if path.suffix.lower() == ".dbf":
        header = shapefile.read_dbf_header(path)
        choice = shapefile.chosen_encoding(
            shapefile.Shapefile(path, shapefile.sidecars_of(path), 0, 0, True, header),
            asked_encoding,
        )
        return DataFile(path, path.name, encoding=choice, declared=header.declared)
    if path.suffix.lower() == ".gml":
        return DataFile(_copied(path, folder, (".xsd", ".gfs")), path.name)
    if path.suffix.lower() == ".tab" and not _tab_is_whole(path):
        return _attributes_of_tab(path, folder)
    return DataFile(path, path.name)


def _copied(path: Path, folder: Path, companions: tuple[str, ...]) -> Path:
    """Copy a file that GDAL would write notes beside."""
    target = folder / path.name
    archive.copy_file(path, target)
    for suffix in companions:
        if path.with_suffix(suffix).is_file():
            archive.copy_file(path.with_suffix(suffix), target.with_suffix(suffix))
    return target


def _tab_companion(path: Path, suffix: str) -> Path | None:
    for name in (suffix, suffix.upper(), suffix.capitalize()):
        if path.with_suffix(name).is_file():
            return path.with_suffix(name)
    return None


def _tab_is_whole(path: Path) -> bool:
    """Whether the parts that a MapInfo table needs are there (views and rasters need none)."""
    if _tab_companion(path, ".dat") is None:
        return True
    return _tab_companion(path, ".map") is None or _tab_companion(path, ".id") is not None


def _attributes_of_tab(path: Path, folder: Path) -> DataFile:
    """Read the rows of a MapInfo table whose index to the geometry is lost: they are a DBF."""
    rows = _tab_companion(path, ".dat")
    if rows is None:
        raise LayerReadError("layer.unreadable", path=path.name, detail=".DAT")
    target = folder / f"{path.stem}.dbf"
    archive.copy_file(rows, target)
    table = _prepared(target, folder, "")
    lost = Problem("mapinfo.geometry-lost", Severity.ERROR, path.name)
    return replace(table, title=path.name, problems=(*table.problems, lost))


def _prepared_shapefile(path: Path, folder: Path, asked_encoding: str) -> DataFile:
    found = shapefile.examined(path)
    choice = shapefile.chosen_encoding(found, asked_encoding)
    target = path
    if shapefile.needs_copy(found):
        folder.mkdir()
        target = shapefile.mended_copy(found, folder)
    return DataFile(target, path.name, found.problems, choice, found.declared)
