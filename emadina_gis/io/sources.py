"""From the path a person gives to data files that a library may open.

Owns the refusals (missing, empty, folder, permission), archives unpacked into private folders and
shapefiles mended in a copy. Knows nothing of what the layers hold.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import LayerReadError, Problem, Severity
from emadina_gis.io import archive, shapefile, tar_archive, xml_prolog
from emadina_gis.io.archive_members import RASTER_SUFFIXES, VECTOR_SUFFIXES, Members, chosen_members
from emadina_gis.io.json_text import JSON_SUFFIXES, SEQUENCE_SUFFIXES, text_encoding, write_utf8
from emadina_gis.progress import NULL_CONTEXT

if TYPE_CHECKING:
    from emadina_gis.io.description import EncodingChoice
    from emadina_gis.progress import Context

_ZIP_MAGIC = b"PK\x03\x04"
_GZIP_MAGIC = b"\x1f\x8b"
#: Zip files that a library reads as they are.
_PACKED_DOCUMENTS = (".xlsx", ".xlsm", ".ods", ".kmz", ".docx")
_COMPANIONS = (".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".dbf")
_FOREIGN_ARCHIVES = {b"Rar!": "rar", b"7z\xbc\xaf": "7z"}


__all__ = ["RASTER_SUFFIXES", "VECTOR_SUFFIXES", "DataFile", "magic", "opened"]


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
    recoded : EncodingChoice or None
        Encoding of a text that was written anew in UTF-8.
    failure : LayerReadError or None
        Why the file cannot be opened, where others beside it can.
    """

    path: Path
    title: str
    problems: tuple[Problem, ...] = ()
    encoding: EncodingChoice | None = None
    declared: int | None = None
    recoded: EncodingChoice | None = None
    failure: LayerReadError | None = None

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
        checked = _nameable(checked, folder / "named")
        found = _members(checked, folder / "unpacked", ctx)
        if not found.files:
            raise LayerReadError("archive.no-data", path=path.name)
        for member in found.files:
            xml_prolog.check_file(member)
        files = _all_prepared(found, folder, asked_encoding)
        first = replace(files[0], problems=(*files[0].problems, *found.problems(path.name)))
        yield [first, *files[1:]]


def _checked(path: Path) -> Path:
    """Return the path to open, or raise what a person can act on."""
    try:
        if not path.exists():
            raise LayerReadError("layer.missing-file", path=str(path))
        if path.is_dir():
            return _checked_folder(path)
        if not path.is_file():
            raise LayerReadError("layer.not-a-file", path=path.name)
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


def _nameable(path: Path, folder: Path) -> Path:
    """Return a path that libraries can be told: a copy where the name is no text in UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        if path.is_dir():
            return path
        for beside in path.parent.glob("*"):
            if beside.stem == path.stem and beside.is_file():
                archive.copy_file(beside, folder / _as_text(beside.name))
        return folder / _as_text(path.name)
    return path


def _as_text(name: str) -> str:
    """Return the name that old programs of Western Europe meant by these bytes."""
    return os.fsencode(name).decode("cp1252", "replace")


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


def _members(path: Path, folder: Path, ctx: Context) -> Members:
    if path.is_dir():
        return Members((path,))
    first = magic(path)
    for signature, kind in _FOREIGN_ARCHIVES.items():
        if first.startswith(signature):
            raise LayerReadError("archive.unsupported", path=path.name, kind=kind)
    if first.startswith(_ZIP_MAGIC):
        if path.suffix.lower() in _PACKED_DOCUMENTS:
            archive.check_packed_document(path)
            return Members((path,))
        folder.mkdir()
        return chosen_members(archive.unpack_zip(path, folder, ctx), folder)
    if tar_archive.is_tar(path):
        folder.mkdir()
        return chosen_members(tar_archive.unpack_tar(path, folder, ctx), folder)
    if first.startswith(_GZIP_MAGIC):
        folder.mkdir()
        return Members((archive.unpack_gzip(path, folder, ctx),))
    return Members((path,))


def _all_prepared(members: Members, folder: Path, asked_encoding: str) -> list[DataFile]:
    """Return the data files; one that is damaged does not cost those beside it."""
    files: list[DataFile] = []
    for number, member in enumerate(members.files):
        try:
            files.append(_prepared(member, folder / f"copy{number}", asked_encoding))
        except LayerReadError as exc:
            if len(members.files) == 1:
                raise
            files.append(DataFile(member, member.name, failure=exc))
    return files


def _prepared(path: Path, folder: Path, asked_encoding: str) -> DataFile:
    if path.suffix.lower() == ".shp":
        return _prepared_shapefile(path, folder, asked_encoding)
    if path.suffix.lower() == ".dbf":
        return _prepared_table(path, folder, asked_encoding)
    if path.suffix.lower() in JSON_SUFFIXES + SEQUENCE_SUFFIXES:
        return _prepared_json(path, folder, asked_encoding)
    if path.suffix.lower() == ".gml":
        return DataFile(_copied(path, folder, (".xsd", ".gfs")), path.name)
    if path.suffix.lower() == ".mif" and not _has_mid(path):
        lost = Problem("mapinfo.attributes-lost", Severity.ERROR, path.name)
        return DataFile(path, path.name, (lost,))
    if path.suffix.lower() == ".tab" and not _tab_is_whole(path):
        return _attributes_of_tab(path, folder)
    return DataFile(path, path.name)


def _prepared_json(path: Path, folder: Path, asked_encoding: str) -> DataFile:
    choice = text_encoding(path, asked_encoding)
    if choice is None:
        return DataFile(path, path.name)
    write_utf8(path, folder / path.name, choice.name)
    return DataFile(folder / path.name, path.name, recoded=choice)


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


def _has_mid(path: Path) -> bool:
    return _tab_companion(path, ".mid") is not None


def _tab_is_whole(path: Path) -> bool:
    """Whether the parts that a MapInfo table needs are there (views and rasters need none)."""
    if _tab_companion(path, ".dat") is None:
        return True
    return (_tab_companion(path, ".map") is None) == (_tab_companion(path, ".id") is None)


def _attributes_of_tab(path: Path, folder: Path) -> DataFile:
    """Read the rows of a MapInfo table whose geometry, or the index to it, is lost."""
    rows = _tab_companion(path, ".dat")
    if rows is None:
        raise LayerReadError("layer.unreadable", path=path.name, detail=".DAT")
    target = folder / path.name
    archive.copy_file(path, target)
    archive.copy_file(rows, target.with_suffix(rows.suffix))
    lost = Problem("mapinfo.geometry-lost", Severity.ERROR, path.name)
    return DataFile(target, path.name, (lost,))


def _prepared_table(path: Path, folder: Path, asked_encoding: str) -> DataFile:
    table = shapefile.examined_table(path)
    target = path
    if table.needs_copy:
        folder.mkdir(exist_ok=True)
        target = shapefile.mended_table(table, folder / f"mended-{path.name}")
    choice = shapefile.encoding_of(
        table.dbf, shapefile.sidecars_of(path).get(".cpg"), asked_encoding
    )
    return DataFile(target, path.name, table.problems, choice, table.declared)


def _prepared_shapefile(path: Path, folder: Path, asked_encoding: str) -> DataFile:
    found = shapefile.examined(path)
    choice = shapefile.chosen_encoding(found, asked_encoding)
    target = path
    if shapefile.needs_copy(found):
        folder.mkdir()
        target = shapefile.mended_copy(found, folder)
    return DataFile(target, path.name, found.problems, choice, found.declared)
