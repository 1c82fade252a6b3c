"""Virtual rasters (VRT) without the driver that follows anything: local files beside them only.

The file is read as plain XML without entities; only pictures put side by side are understood, and
each must be a file in the folder of the VRT or below it. Names of other places, pipelines, stored
code and other virtual files are refused by name. Nothing opens before the person agreed.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np

from emadina_gis.errors import LayerReadError
from emadina_gis.io.raster_grid import FileGrid, read_rows_and_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.io.raster_grid import Values, Window

_MOST_BYTES = 16 * 1024 * 1024
_MOST_SIDE_PX = 2**31 - 1
_SOURCES = {"SimpleSource", "ComplexSource", "AveragedSource"}
#: Parts of a band that change its values by more than a factor and an offset.
_UNTOLD = {"LUT", "ColorTableComponent", "Exponent", "UseMaskBand", "ResampleAlg"}
_FORBIDDEN = re.compile(r"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FOREIGN_NAME = re.compile(r"^(/vsi|<|[a-z0-9_+]+:)", re.IGNORECASE)
_TYPES = {
    "Byte": "uint8", "UInt16": "uint16", "Int16": "int16", "UInt32": "uint32", "Int32": "int32",
    "Float32": "float32", "Float64": "float64", "Int8": "int8",
}  # fmt: skip
OpenSource = Callable[[Path], AbstractContextManager[FileGrid]]


def is_vrt(first: bytes) -> bool:
    """Whether a file that begins so is a virtual raster."""
    return b"<VRTDataset" in first[:1024]


@dataclass(frozen=True)
class _Rectangle:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class _Source:
    """A file put into a band: where it is taken from, where it lies."""

    path: Path
    name: str
    band: int
    taken: _Rectangle | None
    placed: _Rectangle | None
    factor: float = 1.0
    offset: float = 0.0
    nodata: float | None = None


@dataclass(frozen=True)
class _Band:
    dtype: str
    nodata: float | None
    interpretation: str
    colors: dict[int, tuple[int, int, int, int]]
    sources: tuple[_Source, ...]


@dataclass
class Mosaic:
    """A virtual raster that can be read; its sources are opened one by one, for each read."""

    path: Path
    width: int
    height: int
    bands: tuple[_Band, ...]
    facts: Any
    open_source: OpenSource
    damaged: int = 0
    gone: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """Bands."""
        return len(self.bands)

    @property
    def is_given_up(self) -> bool:
        """Never: each source has its own patience."""
        return False

    @property
    def transform(self) -> Any:
        """Affine from (column, row) to coordinates."""
        return self.facts.transform

    @property
    def source_names(self) -> list[str]:
        """Names of the files it is made of, as they are written in it."""
        return list(dict.fromkeys(s.name for band in self.bands for s in band.sources))

    def check_sources(self) -> None:
        """Refuse a mosaic of which a file is missing."""
        for band in self.bands:
            for source in band.sources:
                if not source.path.is_file():
                    raise LayerReadError(
                        "raster.vrt-source-missing", path=self.path.name, source=source.name
                    )

    def band(
        self, band: int, window: Window | None, shape: tuple[int, int], *, average: bool = False
    ) -> Values:
        """Return a part of a band at a size: sources one over the other, the last on top."""
        made = self.bands[band - 1]
        (top, bottom), (left, right) = window or ((0, self.height), (0, self.width))
        rows = top + (np.arange(shape[0]) + 0.5) * (bottom - top) / shape[0]
        columns = left + (np.arange(shape[1]) + 0.5) * (right - left) / shape[1]
        values = np.full(shape, np.nan, dtype=np.float32)
        valid = np.zeros(shape, dtype=bool)
        for source in made.sources:
            if not _touches(source.placed, (top, bottom), (left, right)):
                continue
            found, known = self._read_source(source, rows, columns, average=average)
            values[known] = found[known]
            valid |= known
        if made.nodata is None and made.sources:
            return values, valid
        return values, valid & (values != np.float32(made.nodata))

    def _read_source(
        self,
        source: _Source,
        rows: NDArray[np.float64],
        columns: NDArray[np.float64],
        *,
        average: bool,
    ) -> Values:
        with self.open_source(source.path) as grid:
            whole = _Rectangle(0, 0, grid.width, grid.height)
            taken, placed = source.taken or whole, source.placed or whole
            if source.band > grid.count:
                raise LayerReadError("raster.no-band", path=source.path.name, band=source.band)
            y = _moved(rows, placed.y, placed.height, taken.y, taken.height)
            x = _moved(columns, placed.x, placed.width, taken.x, taken.width)
            values, valid = read_rows_and_columns(grid, y, x, source.band, average=average)
            self.damaged += grid.damaged
        if source.nodata is not None:
            valid &= values != np.float32(source.nodata)
        if (source.factor, source.offset) != (1.0, 0.0):
            values = np.asarray(values * source.factor + source.offset, dtype=np.float32)
        return values, valid


def _touches(placed: _Rectangle | None, rows: tuple[int, int], columns: tuple[int, int]) -> bool:
    """Whether a source lies in a part of the mosaic; one without a place may."""
    return placed is None or (
        placed.y < rows[1]
        and placed.y + placed.height > rows[0]
        and placed.x < columns[1]
        and placed.x + placed.width > columns[0]
    )


def _moved(
    places: NDArray[np.float64], placed: float, size: float, taken: float, taken_size: float
) -> NDArray[np.float64]:
    """Return places of a mosaic as places of a source, −1 outside of what is taken of it."""
    share = (places - placed) / size
    return np.where((share >= 0) & (share < 1), taken + share * taken_size, -1.0)


def read_mosaic(path: Path, open_source: OpenSource) -> Mosaic:
    """Return the mosaic that a VRT describes; opens no other file.

    Raises
    ------
    LayerReadError
        ``raster.vrt-damaged``, ``raster.vrt-foreign`` (a source elsewhere than beside it),
        ``raster.vrt-kind`` (more than pictures side by side).
    """
    root = _parsed(path)
    if root.get("subClass") or root.find("OverviewList") is not None:
        raise LayerReadError("raster.vrt-kind", path=path.name, kind=root.get("subClass", ""))
    try:
        width, height = (int(root.get(f"raster{side}Size", "0")) for side in "XY")
        bands = tuple(_band(element, path) for element in root.findall("VRTRasterBand"))
        facts = _facts(root, bands)
    except (ValueError, TypeError, ZeroDivisionError) as exc:
        raise LayerReadError("raster.vrt-damaged", path=path.name, detail=str(exc)[:200]) from exc
    if not (0 < width <= _MOST_SIDE_PX and 0 < height <= _MOST_SIDE_PX and bands):
        raise LayerReadError("raster.vrt-damaged", path=path.name, detail=f"{width} × {height}")
    return Mosaic(path, width, height, bands, facts, open_source)


def _parsed(path: Path) -> ET.Element:
    if path.stat().st_size > _MOST_BYTES:
        raise LayerReadError("raster.vrt-damaged", path=path.name, detail="> 16 MiB")
    try:
        content = _DECLARATION.sub("", path.read_text(encoding="utf-8-sig"))
        if _FORBIDDEN.search(content):
            raise LayerReadError("raster.vrt-damaged", path=path.name, detail="<!DOCTYPE>")
        return ET.fromstring(content)  # noqa: S314 - text without a declaration has no entities
    except (ET.ParseError, ValueError) as exc:
        raise LayerReadError("raster.vrt-damaged", path=path.name, detail=str(exc)[:200]) from exc


def _band(element: ET.Element, path: Path) -> _Band:
    kind = element.get("subClass", "")
    if kind not in {"", "VRTSourcedRasterBand"}:
        raise LayerReadError("raster.vrt-kind", path=path.name, kind=kind)
    sources = []
    for child in element:
        if child.tag in _SOURCES:
            sources.append(_source(child, path))
        elif child.tag.endswith("Source") or child.tag.startswith("PixelFunction"):
            raise LayerReadError("raster.vrt-kind", path=path.name, kind=child.tag)
    return _Band(
        _TYPES.get(element.get("dataType", "Byte"), "float64"),
        _number(element.findtext("NoDataValue")),
        (element.findtext("ColorInterp") or "").lower(),
        _color_table(element),
        tuple(sources),
    )


def _source(element: ET.Element, path: Path) -> _Source:
    untold = [child.tag for child in element if child.tag in _UNTOLD]
    if untold:
        raise LayerReadError("raster.vrt-kind", path=path.name, kind=untold[0])
    name_element = element.find("SourceFilename")
    name = (name_element.text or "").strip() if name_element is not None else ""
    scale, offset = (_number(element.findtext(tag)) for tag in ("ScaleRatio", "ScaleOffset"))
    return _Source(
        _beside(path, name),
        name,
        int(element.findtext("SourceBand") or "1"),
        _rectangle(element.find("SrcRect")),
        _rectangle(element.find("DstRect")),
        1.0 if scale is None else scale,
        offset or 0.0,
        _number(element.findtext("NODATA")),
    )


def _beside(path: Path, name: str) -> Path:
    """Return the file that a name means, refusing what does not lie in the folder of the VRT."""
    folder = path.resolve().parent
    foreign = LayerReadError("raster.vrt-foreign", path=path.name, source=name[:200])
    is_drive = name[1:2] == ":" and os.name == "nt"
    if not name or "\0" in name or (_FOREIGN_NAME.match(name) and not is_drive):
        raise foreign
    found = (folder / name.replace("\\", "/")).resolve()
    if not found.is_relative_to(folder) or found.suffix.lower() == ".vrt":
        raise foreign
    return found


def _rectangle(element: ET.Element | None) -> _Rectangle | None:
    if element is None:
        return None
    x, y, width, height = (
        float(element.get(key, "nan")) for key in ("xOff", "yOff", "xSize", "ySize")
    )
    if not (math.isfinite(x + y + width + height) and width > 0 and height > 0):
        raise ValueError(element.tag)
    return _Rectangle(x, y, width, height)


def _color_table(element: ET.Element) -> dict[int, tuple[int, int, int, int]]:
    entries = element.findall("ColorTable/Entry")
    return {
        index: (
            int(entry.get("c1", "0")), int(entry.get("c2", "0")), int(entry.get("c3", "0")),
            int(entry.get("c4", "255")),
        )
        for index, entry in enumerate(entries)
    }  # fmt: skip


def _number(text: str | None) -> float | None:
    return None if text is None or not text.strip() else float(text)


def _facts(root: ET.Element, bands: tuple[_Band, ...]) -> Any:
    """Return what a rasterio dataset would say of itself."""
    from affine import Affine
    from rasterio.control import GroundControlPoint
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    def crs(text: str | None) -> Any:
        try:
            return CRS.from_user_input(text.strip()) if text and text.strip() else None
        except CRSError:
            return None

    numbers = [
        float(part) for part in (root.findtext("GeoTransform") or "").split(",") if part.strip()
    ]
    transform = Affine.from_gdal(*numbers) if len(numbers) == 6 else Affine.identity()
    listed = root.find("GCPList")
    points = [] if listed is None else [
        GroundControlPoint(
            row=float(gcp.get("Line", "nan")), col=float(gcp.get("Pixel", "nan")),
            x=float(gcp.get("X", "nan")), y=float(gcp.get("Y", "nan")),
        )
        for gcp in listed.findall("GCP")
    ]  # fmt: skip
    has_rpcs = any(part.get("domain") == "RPC" for part in root.findall("Metadata"))
    return SimpleNamespace(
        driver="VRT",
        crs=crs(root.findtext("SRS")),
        transform=transform,
        dtypes=tuple(band.dtype for band in bands),
        nodatavals=tuple(band.nodata for band in bands),
        nodata=bands[0].nodata if bands else None,
        overviews=lambda _band: [],
        colorinterp=tuple(SimpleNamespace(name=band.interpretation) for band in bands),
        colors=tuple(band.colors for band in bands),
        gcps=(points, crs(None if listed is None else listed.get("Projection"))),
        has_rpcs=has_rpcs,
        tags=dict,
    )
