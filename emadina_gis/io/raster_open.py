"""Opening a raster file with a driver that follows nothing, and saying why one cannot be opened.

Owns the list of drivers, archives, the refusal of PDF and the consent that a VRT needs. What is
given is a `FileGrid` or a `Mosaic`: the same attributes and reads for both.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import LayerReadError
from emadina_gis.io import archive
from emadina_gis.io.messages import Messages
from emadina_gis.io.raster_grid import FileGrid
from emadina_gis.io.raster_mosaic import Mosaic, is_vrt, read_mosaic

if TYPE_CHECKING:
    from emadina_gis.io.raster_grid import Grid

#: Drivers tried, one by one: none follows names or links.
DRIVERS = (
    "GTiff",
    "COG",
    "AAIGrid",
    "PNG",
    "JPEG",
    "HFA",
    "GPKG",
    "JP2OpenJPEG",
    "EHdr",
    "ENVI",
    "SRTMHGT",
    "GSAG",
    "GSBG",
    "XYZ",
    "BMP",
    "GIF",
    "WEBP",
)
_LIKELY = {
    ".tif": "GTiff",
    ".tiff": "GTiff",
    ".asc": "AAIGrid",
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".img": "HFA",
    ".gpkg": "GPKG",
    ".hgt": "SRTMHGT",
    ".jp2": "JP2OpenJPEG",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".webp": "WEBP",
}
#: Formats that hold each value as it is, so that their size tells how many there can be.
_UNPACKED = {"AAIGrid", "GSAG", "GSBG", "XYZ", "EHdr", "ENVI", "SRTMHGT", "BMP"}
_MOST_VALUES_PER_BYTE = 16
_LYING_HEADER = re.compile(r"(\d+) x (\d+) compared to file size")
_PDF_MAGIC = b"%PDF"
_ZIP_MAGIC = b"PK\x03\x04"
_FIRST_BYTES = 1024
#: A larger raster is to be unpacked by the person: it would be unpacked for each read.
_MOST_UNPACKED_BYTES = 256 * 1024 * 1024
#: In an archive, files beside rasters that nobody wants to look at.
_MEMBERS = (*_LIKELY, ".bil")


@contextmanager
def opened_grid(path: Path, *, follow_sources: bool = False) -> Iterator[Grid]:
    """Give an open grid; what libraries raise becomes ours.

    Parameters
    ----------
    follow_sources : bool
        Whether the person agreed that a VRT opens the files beside it that it names.

    Raises
    ------
    LayerReadError
        ``layer.missing-file``, ``layer.folder``, ``layer.empty-file``, ``raster.pdf``,
        ``raster.vrt-consent``, ``raster.vrt-…`` or ``raster.unreadable``.
    """
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import RasterioError

    first = _first_bytes(path)
    if is_vrt(first):
        with _opened_vrt(path, follow_sources=follow_sources) as mosaic:
            yield mosaic
        return
    try:
        with _name_for_library(path, first) as name:
            with Messages().heard():
                dataset = _open_with_known_driver(path, name)
            with dataset:
                if not first.startswith(_ZIP_MAGIC):
                    _check_announced(dataset, path)
                yield FileGrid(dataset)
    except (RasterioError, CPLE_BaseError, MemoryError) as exc:
        raise _refusal(str(exc), path) from exc


def _refusal(told: str, path: Path) -> LayerReadError:
    """Return our error for what the library says; newer ones find a lying header themselves."""
    lie = _LYING_HEADER.search(told)
    if lie is not None:
        width, height = map(int, lie.groups())
        return LayerReadError("raster.lying-header", path=path.name, width=width, height=height)
    detail = told.partition("\n")[0][:300]
    return LayerReadError("raster.unreadable", path=path.name, detail=detail)


def _check_announced(dataset: Any, path: Path) -> None:
    """Refuse a header that announces far more values than its file could hold."""
    values = dataset.width * dataset.height * dataset.count
    if dataset.driver in _UNPACKED and values > _MOST_VALUES_PER_BYTE * path.stat().st_size:
        raise LayerReadError(
            "raster.lying-header", path=path.name, width=dataset.width, height=dataset.height
        )


@contextmanager
def _opened_vrt(path: Path, *, follow_sources: bool) -> Iterator[Mosaic]:
    mosaic = read_mosaic(path, _opened_source)
    mosaic.check_sources()
    if not follow_sources:
        names = mosaic.source_names
        raise LayerReadError(
            "raster.vrt-consent", path=path.name, count=len(names), names=", ".join(names[:8])
        )
    yield mosaic


@contextmanager
def _opened_source(path: Path) -> Iterator[FileGrid]:
    with opened_grid(path) as grid:
        assert isinstance(grid, FileGrid)
        yield grid


def _first_bytes(path: Path) -> bytes:
    """Return how a file begins; refuse what is no file, is empty, or is a page to print."""
    try:
        if not path.exists():
            raise LayerReadError("layer.missing-file", path=str(path))
        if path.is_dir():
            raise LayerReadError("layer.folder", path=path.name)
        if not path.is_file():
            raise LayerReadError("layer.not-a-file", path=path.name)
        with path.open("rb") as file:
            first = file.read(_FIRST_BYTES)
    except PermissionError as exc:
        raise LayerReadError("layer.no-permission", path=path.name) from exc
    except OSError as exc:
        raise LayerReadError("layer.unreadable", path=path.name, detail=exc.strerror) from exc
    if not first:
        raise LayerReadError("layer.empty-file", path=path.name)
    if first.lstrip().startswith(_PDF_MAGIC):
        raise LayerReadError("raster.pdf", path=path.name)
    return first


@contextmanager
def _name_for_library(path: Path, first: bytes) -> Iterator[str]:
    """Give the name under which GDAL opens a file, or the only raster of a zip archive.

    The archive is unpacked into memory by Python, which checks it: GDAL's own reader of archives
    may crash on a damaged one.
    """
    if not first.startswith(_ZIP_MAGIC):
        yield str(path)
        return
    from rasterio.io import MemoryFile

    name, content = _only_raster(path)
    with MemoryFile(content, filename=name) as memory:
        yield memory.name


def _only_raster(path: Path) -> tuple[str, bytes]:
    """Return the name and the content of the only raster of a zip archive."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = archive.checked_members(packed, path)
            rasters = [m for m in members if Path(m.filename).suffix.lower() in _MEMBERS]
            if len(rasters) != 1 or rasters[0].file_size > _MOST_UNPACKED_BYTES:
                code = "archive.several-rasters" if rasters else "archive.no-data"
                raise LayerReadError(code, path=path.name, count=len(rasters))
            return Path(rasters[0].filename).name, packed.read(rasters[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as exc:
        raise LayerReadError("archive.damaged", path=path.name, detail=str(exc)[:200]) from exc


def _open_with_known_driver(path: Path, name: str) -> Any:
    import rasterio
    from rasterio.errors import RasterioIOError

    told = ""
    for driver in _ordered_drivers(Path(name)):
        try:
            return rasterio.open(name, driver=driver)
        except (RasterioIOError, ValueError) as exc:
            told = told or str(exc)
    raise _refusal(told, path)


def _ordered_drivers(path: Path) -> list[str]:
    """Return the drivers, the likely one first."""
    likely = _LIKELY.get(path.suffix.lower(), "GTiff")
    return [likely, *(driver for driver in DRIVERS if driver != likely)]


def is_raster_archive(path: Path) -> bool:
    """Whether a zip archive holds one raster and no other data."""
    try:
        with path.open("rb") as file:
            if file.read(4) != _ZIP_MAGIC:
                return False
        with zipfile.ZipFile(path) as packed:
            names = [info.filename.lower() for info in packed.infolist() if not info.is_dir()]
    except (OSError, zipfile.BadZipFile):
        return False
    rasters = [name for name in names if Path(name).suffix in _MEMBERS]
    companions = (".txt", ".xml", ".tfw", ".jgw", ".pgw", ".wld", ".prj", ".hdr", ".pdf", ".ovr")
    others = [n for n in names if n not in rasters and Path(n).suffix not in companions]
    return len(rasters) == 1 and not others
