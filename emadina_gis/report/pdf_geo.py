"""Where the map of a page lies on the earth, written into the PDF (ISO 32000-2, 12.10).

A viewport names a box of the page, the corners of the map in degrees of its own geographic
system, and the system itself, so that readers measure and GIS programs place the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj

from emadina_gis.domain.crs import Crs
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent
    from emadina_gis.report.layout import Box

_POINTS_PER_MM = 72 / 25.4
#: Corners of a viewport in parts of its box: x to the right, y up.
_CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))
_DEGREE_DIGITS = 10


@dataclass(frozen=True)
class GeoView:
    """A map on a page: its box in millimetres, the map units it shows, and their system."""

    box: Box
    extent: Extent
    crs: Crs


def corner_degrees(view: GeoView) -> tuple[tuple[float, float], ...]:
    """Return latitude and longitude of the corners of a view, in the system's own datum.

    Raises
    ------
    CrsError
        If the system has no geographic system under it.
    """
    extent = view.extent
    x = np.array([extent.xmin + part[0] * extent.width for part in _CORNERS])
    y = np.array([extent.ymin + part[1] * extent.height for part in _CORNERS])
    base = view.crs.proj.geodetic_crs
    if base is None:
        raise CrsError("crs.unreadable", text=view.crs.name)
    degrees = pyproj.CRS.from_wkt(base.to_wkt())
    moved = pyproj.Transformer.from_crs(view.crs.proj, degrees, always_xy=True)
    longitude, latitude = moved.transform(x, y)
    return tuple(zip(latitude.tolist(), longitude.tolist(), strict=True))


def add_viewport(page: Any, view: GeoView) -> None:
    """Write a view into a page; a map whose system is not known gets none."""
    import pikepdf

    if not view.crs.is_known:
        return
    corners = corner_degrees(view)
    height = float(page.mediabox[3])
    left, right = (side * _POINTS_PER_MM for side in (view.box.x, view.box.right))
    top, bottom = (height - side * _POINTS_PER_MM for side in (view.box.y, view.box.bottom))
    measure = pikepdf.Dictionary(
        Type=pikepdf.Name.Measure,
        Subtype=pikepdf.Name.GEO,
        Bounds=pikepdf.Array([part for corner in _CORNERS for part in corner]),
        GPTS=pikepdf.Array([_number(value, _DEGREE_DIGITS) for pair in corners for value in pair]),
        LPTS=pikepdf.Array([part for corner in _CORNERS for part in corner]),
        GCS=_system(view.crs),
    )
    viewport = pikepdf.Dictionary(
        Type=pikepdf.Name.Viewport,
        BBox=pikepdf.Array([_number(value, 4) for value in (left, bottom, right, top)]),
        Measure=measure,
    )
    if "/VP" not in page:
        page["/VP"] = pikepdf.Array()
    page["/VP"].append(viewport)


def _number(value: float, digits: int) -> Decimal:
    return Decimal(f"{value:.{digits}f}")


def _system(crs: Crs) -> Any:
    import pikepdf

    kind = pikepdf.Name.PROJCS if crs.is_projected else pikepdf.Name.GEOGCS
    system = pikepdf.Dictionary(Type=kind, WKT=pikepdf.String(_wkt(crs)))
    authority, _colon, code = crs.id.partition(":")
    if authority == "EPSG" and code.isdigit():
        system.EPSG = int(code)
    return system


def _wkt(crs: Crs) -> str:
    """Return the system as text in the dialect that readers of PDF know."""
    try:
        return str(crs.proj.to_wkt("WKT1_ESRI"))
    except pyproj.exceptions.CRSError:
        return str(crs.proj.to_wkt("WKT1_GDAL"))
