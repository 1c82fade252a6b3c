"""Pictures of any size as files, taken in strips: PNG, TIFF and JPEG with resolution, world files.

Each is read back before it gets its name. Knows nothing of what is drawn.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import replacing, write_text
from emadina_gis.io.jpeg_strips import DamagedJpeg, JpegWriter
from emadina_gis.io.messages import Messages
from emadina_gis.io.png_strips import DamagedPng, PngWriter, count_bytes, read_header

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.io.jpeg_strips import Encode

Write = Callable[["NDArray[np.uint8]"], None]

#: Format by the ending of the file.
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}
#: Ending of the world file of each format.
WORLD_ENDINGS = {"PNG": ".pgw", "JPEG": ".jgw", "TIFF": ".tfw"}
#: JPEG counts rows and columns in 16 bits; its library stops a little before.
MOST_JPEG_PX = 65_500
_TIFF_ROWS = 64
_JFIF_DENSITY = 13
_DPI_ERROR = 0.02
#: Differences of colour that survive the compression of a JPEG.
_SEEN_IN_JPEG = 16
_READ_ROWS = 512


@dataclass(frozen=True)
class PictureSize:
    """Size of a picture in pixels, and how many there are to an inch.

    Attributes
    ----------
    encode : callable or None
        Returns some rows as a baseline JPEG; needed for JPEG only.
    """

    width_px: int
    height_px: int
    dpi: float
    encode: Encode | None = None


def picture_format(path: Path) -> str:
    """Return the format that the ending of a name means.

    Raises
    ------
    OutputError
        With code ``report.picture-format``.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise OutputError("report.picture-format", path=path.name)
    return kind


@contextmanager
def picture_file(path: Path, size: PictureSize) -> Iterator[Write]:
    """Give a function that takes the next rows, shape (height, width, 3), from the top.

    The file takes its place when it was read back and is right.

    Raises
    ------
    OutputError
        If the format is unknown or takes no picture so large, the disk is full, or what was
        written is not whole.
    """
    kind = picture_format(path)
    if kind == "JPEG" and max(size.width_px, size.height_px) > MOST_JPEG_PX:
        raise OutputError("report.picture-too-large", path=path.name, most=MOST_JPEG_PX)
    taken = _Taken()
    with replacing(path) as draft:
        with _translated(path), _WRITERS[kind](draft, size) as write:

            def counted(rows: NDArray[np.uint8]) -> None:
                write(rows)
                taken.count(rows)

            yield counted
        is_whole = taken.rows == size.height_px
        if not is_whole or not _is_whole(draft, kind, size, differs=taken.differs):
            raise OutputError("report.incomplete", path=str(path.parent))


class _Taken:
    """What was handed over: how many rows, and whether their first colour clearly varies."""

    def __init__(self) -> None:
        self.rows = 0
        self._low, self._high = 255, 0

    def count(self, rows: NDArray[np.uint8]) -> None:
        self.rows += len(rows)
        if not self.differs:
            red = rows[..., 0]
            self._low = min(self._low, int(red.min()))
            self._high = max(self._high, int(red.max()))

    @property
    def differs(self) -> bool:
        return self._high - self._low > _SEEN_IN_JPEG


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn what GDAL says when it cannot write into our error."""
    from rasterio.errors import RasterioError

    try:
        yield
    except (RasterioError, DamagedJpeg) as error:
        raise OutputError("report.incomplete", path=str(path.parent)) from error


@contextmanager
def _png(draft: Path, size: PictureSize) -> Iterator[Write]:
    with draft.open("wb") as file:
        writer = PngWriter(file, size.width_px, size.height_px, size.dpi)
        yield writer.write
        writer.close()


@contextmanager
def _tiff(draft: Path, size: PictureSize) -> Iterator[Write]:
    with _quiet(), _rasterio().open(
        draft, "w", **_profile(size), compress="deflate", predictor=2, zlevel=6
    ) as out:  # fmt: skip
        out.update_tags(
            TIFFTAG_XRESOLUTION=f"{size.dpi:g}",
            TIFFTAG_YRESOLUTION=f"{size.dpi:g}",
            TIFFTAG_RESOLUTIONUNIT="2",
            TIFFTAG_SOFTWARE="emadina_gis",
        )
        yield _into(out, size)


def _profile(size: PictureSize) -> dict[str, Any]:
    """Return what a TIFF in strips is made of; large ones hold more than 4 GB."""
    return {
        "driver": "GTiff",
        "width": size.width_px,
        "height": size.height_px,
        "count": 3,
        "dtype": "uint8",
        "photometric": "rgb",
        "interleave": "pixel",
        "blockysize": min(_TIFF_ROWS, size.height_px),
        "bigtiff": "if_safer",
    }


def _into(out: Any, size: PictureSize) -> Write:
    """Return what writes rows into a raster one strip after the other."""
    from rasterio.windows import Window

    done = 0

    def write(rows: NDArray[np.uint8]) -> None:
        nonlocal done
        window = Window(0, done, size.width_px, len(rows))
        out.write(np.moveaxis(rows, 2, 0), window=window)
        done += len(rows)

    return write


@contextmanager
def _jpeg(draft: Path, size: PictureSize) -> Iterator[Write]:
    with draft.open("wb") as file:
        writer = JpegWriter(
            file, size.width_px, size.height_px, size.dpi, encode=size.encode or _refused
        )
        yield writer.write
        writer.close()


def _refused(_rows: NDArray[np.uint8]) -> bytes:
    raise DamagedJpeg("nothing to encode strips with")


_WRITERS: dict[str, Callable[[Path, PictureSize], AbstractContextManager[Write]]] = {
    "PNG": _png,
    "TIFF": _tiff,
    "JPEG": _jpeg,
}


def _is_whole(path: Path, kind: str, size: PictureSize, *, differs: bool) -> bool:
    """Read a picture back: its size, resolution and rows, and that some differ if they did."""
    if kind == "PNG":
        return _is_whole_png(path, size, differs=differs)
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    try:
        with _quiet(), _rasterio().open(path) as back:
            same = (back.width, back.height) == (size.width_px, size.height_px)
            if not same or back.count != 3 or not _is_close(_dpi_of(path, kind, back), size.dpi):
                return False
            seen: set[int] = set()
            for top in range(0, size.height_px, _READ_ROWS):
                rows = min(_READ_ROWS, size.height_px - top)
                read = back.read(1, window=Window(0, top, size.width_px, rows))
                seen |= {int(read.min()), int(read.max())}
            return len(seen) > 1 or not differs
    except RasterioError:
        return False


def _is_whole_png(path: Path, size: PictureSize, *, differs: bool) -> bool:
    with path.open("rb") as file:
        try:
            width, height, dpi = read_header(file)
            held = count_bytes(file)
        except DamagedPng:
            return False
    same = (width, height) == (size.width_px, size.height_px) and _is_close(dpi, size.dpi)
    is_there = held.differs or not differs
    return same and held.rows == height * (1 + 3 * width) and is_there


def _dpi_of(path: Path, kind: str, back: Any) -> float:
    if kind == "TIFF":
        return float(back.tags().get("TIFFTAG_XRESOLUTION", 0))
    with path.open("rb") as file:
        head = file.read(20)
    return float(struct.unpack(">H", head[_JFIF_DENSITY + 1 : _JFIF_DENSITY + 3])[0])


def _is_close(found: float, wanted: float) -> bool:
    return abs(found - wanted) <= max(_DPI_ERROR * wanted, 1.0)


@contextmanager
def _quiet() -> Iterator[None]:
    """No side files, and no warning that a picture is no map."""
    with Messages().heard(), _rasterio().Env(GDAL_PAM_ENABLED=False):
        yield


def _rasterio() -> Any:
    import rasterio

    return rasterio


def write_world_file(picture: Path, upper_left: tuple[float, float], units_per_px: float) -> Path:
    """Write the world file of a picture of a map and return where it is.

    Parameters
    ----------
    upper_left : tuple of float
        Map coordinates of the middle of the first pixel.
    units_per_px : float
        Map units in a pixel.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = picture.with_suffix(WORLD_ENDINGS[picture_format(picture)])
    x, y = upper_left
    values = (units_per_px, 0.0, 0.0, -units_per_px, x, y)
    write_text(path, "".join(f"{value:.10f}\n" for value in values))
    return path
