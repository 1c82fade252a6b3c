"""What a raster file says of itself: size, bands, colours, place, and what is odd about it.

Reads no pixels. Knows nothing of styles or of what a person chose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.placement import ControlPoint
from emadina_gis.errors import CrsError, Problem, Severity
from emadina_gis.io import crs_guess, raster_grid
from emadina_gis.io.raster_open import opened_grid

if TYPE_CHECKING:
    from emadina_gis.io.description import CrsReading
    from emadina_gis.io.raster_grid import Grid

#: Without overviews, above so many pixels the whole is drawn from samples.
_HUGE_PX = 300_000_000
_COLORS = ("red", "green", "blue")
_PICTURES = {"PNG", "JPEG", "BMP", "GIF", "WEBP"}
_BLACK = "#000000"
_CM_PER_INCH = 2.54


@dataclass(frozen=True)
class RasterDescription:
    """What a raster file says of itself.

    Attributes
    ----------
    is_rotated : bool
        Whether rows and columns are not parallel to the axes.
    palette : tuple of (int, str)
        Values and colours ``#rrggbb`` of a paletted band.
    color_bands : tuple of int
        Bands that are red, green and blue; empty for values.
    is_gray : bool
        Whether the only band is a shade of grey, not a measurement.
    control_points : tuple of ControlPoint
        Places that the file itself gives instead of a grid, in `control_crs`.
    photo_at : tuple of (float, float) or None
        Latitude and longitude where a camera took the picture.
    dots_per_inch : float
        Resolution of a scan; 0 where it is not told.
    sources : tuple of str
        Files that a virtual raster is made of.
    unit : str
        Unit of the values of the first band, where the file tells it.
    """

    path: Path
    name: str
    format: str
    width_px: int
    height_px: int
    band_count: int
    dtype: str
    crs: CrsReading
    extent: Extent | None
    nodata: float | None
    overviews: tuple[int, ...]
    is_rotated: bool
    palette: tuple[tuple[int, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    color_bands: tuple[int, ...] = ()
    is_gray: bool = False
    control_points: tuple[ControlPoint, ...] = ()
    control_crs: Crs = UNKNOWN
    photo_at: tuple[float, float] | None = None
    dots_per_inch: float = 0.0
    sources: tuple[str, ...] = ()
    unit: str = ""


def describe_raster(
    path: Path | str, reference: Extent | None = None, *, follow_sources: bool = False
) -> RasterDescription:
    """Return what a raster file holds, without reading its pixels.

    Parameters
    ----------
    reference : Extent, optional
        Longitudes and latitudes of what the project shows: it ranks the guesses of a CRS.
    follow_sources : bool
        Whether the person agreed that a VRT opens the files beside it.

    Raises
    ------
    LayerReadError
        ``raster.unreadable`` where no known driver opens it, and others of `opened_grid`.
    """
    shown = Path(path)
    with opened_grid(shown, follow_sources=follow_sources) as grid:
        facts = grid.facts
        extent = extent_of(grid)
        declared = facts.crs.to_wkt() if facts.crs else ""
        reading, problems = crs_guess.read_declaration(declared, extent, shown.name, reference)
        points, points_crs = _control_points(facts)
        photo_at = _photo_place(facts.tags())
        found = _grid_problems(grid, extent, points, shown.name)
        return RasterDescription(
            shown,
            shown.stem,
            str(facts.driver),
            grid.width,
            grid.height,
            grid.count,
            str(facts.dtypes[0]),
            reading,
            extent,
            None if facts.nodata is None else float(facts.nodata),
            tuple(int(factor) for factor in facts.overviews(1)),
            raster_grid.is_rotated(facts.transform),
            _palette(facts),
            (*problems, *_photo_problem(photo_at, shown.name), *found),
            _color_bands(grid),
            _is_gray(grid),
            points,
            points_crs,
            photo_at,
            _dots_per_inch(facts.tags()),
            tuple(getattr(grid, "source_names", ())),
            _unit(facts),
        )


def extent_of(grid: Grid) -> Extent | None:
    """Return the extent, or None for a picture without georeference."""
    transform = grid.transform
    if transform.is_identity or not transform.determinant:
        return None
    corners = [
        raster_grid.applied(transform, *corner)
        for corner in ((0, 0), (grid.width, 0), (0, grid.height), (grid.width, grid.height))
    ]
    xs, ys = zip(*corners, strict=True)
    return Extent(min(xs), min(ys), max(xs), max(ys))


def _grid_problems(
    grid: Grid, extent: Extent | None, points: tuple[ControlPoint, ...], where: str
) -> list[Problem]:
    problems = []
    if extent is None and points:
        problems.append(Problem("raster.control-points", Severity.INFO, where))
    elif extent is None:
        problems.append(Problem("raster.no-georeference", Severity.WARNING, where))
    elif raster_grid.is_rotated(grid.transform):
        problems.append(Problem("raster.rotated", Severity.INFO, where))
    if _has_rpcs(grid.facts):
        problems.append(Problem("raster.satellite-model", Severity.WARNING, where))
    if grid.width * grid.height > _HUGE_PX and not grid.facts.overviews(1):
        params = {"width": grid.width, "height": grid.height}
        problems.append(Problem("raster.no-overviews", Severity.WARNING, where, 1, params))
    return problems


def _has_rpcs(facts: Any) -> bool:
    known = getattr(facts, "has_rpcs", None)
    return bool(facts.rpcs) if known is None else bool(known)


def _control_points(facts: Any) -> tuple[tuple[ControlPoint, ...], Crs]:
    """Return the points a file gives instead of a grid: x is the column, y is minus the row."""
    points, crs = facts.gcps
    found = [
        ControlPoint((float(point.col), -float(point.row)), (float(point.x), float(point.y)))
        for point in points
    ]
    try:
        known = Crs.parse(crs.to_wkt()) if crs else UNKNOWN
    except CrsError:
        known = UNKNOWN
    return tuple(point for point in found if point.is_finite), known


def _palette(facts: Any) -> tuple[tuple[int, str], ...]:
    """Return the colours of values; several blacks only fill the table up."""
    if hasattr(facts, "colors"):
        colors = facts.colors[0]
    else:
        try:
            colors = facts.colormap(1)
        except ValueError:
            return ()
    listed = [
        (int(value), f"#{red:02x}{green:02x}{blue:02x}")
        for value, (red, green, blue, alpha) in sorted(colors.items())
        if alpha
    ]
    fills = sum(color == _BLACK for _value, color in listed)
    return tuple(entry for entry in listed if fills == 1 or entry[1] != _BLACK)


def _color_bands(grid: Grid) -> tuple[int, ...]:
    """Return the bands of red, green and blue; three bands of bytes are taken for them."""
    names = [item.name for item in grid.facts.colorinterp]
    if all(color in names for color in _COLORS):
        return tuple(names.index(color) + 1 for color in _COLORS)
    return (1, 2, 3) if grid.count >= 3 else ()


def _is_gray(grid: Grid) -> bool:
    facts = grid.facts
    if grid.count > 2 or facts.dtypes[0] not in {"uint8", "uint16"}:
        return False
    is_byte = facts.dtypes[0] == "uint8" and facts.colorinterp[0].name == "gray"
    return is_byte or facts.driver in _PICTURES


_METRES = {"m", "metre", "metres", "meter", "meters"}


def _unit(facts: Any) -> str:
    told = str(next(iter(getattr(facts, "units", ())), None) or "").strip()
    return "m" if told.lower() in _METRES else told[:24]


_DEGREES = re.compile(r"\(?\s*([\d.]+)\s*\)?")


def _photo_place(tags: dict[str, str]) -> tuple[float, float] | None:
    """Return latitude and longitude of a camera's position (Exif 2.3, §4.6.6)."""
    found = []
    for name, minus in (("Latitude", "S"), ("Longitude", "W")):
        parts = [float(part) for part in _DEGREES.findall(tags.get(f"EXIF_GPS{name}", ""))]
        if len(parts) != 3:
            return None
        degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
        found.append(-degrees if tags.get(f"EXIF_GPS{name}Ref", "").startswith(minus) else degrees)
    return found[0], found[1]


def _photo_problem(place: tuple[float, float] | None, where: str) -> tuple[Problem, ...]:
    if place is None:
        return ()
    params = {"latitude": round(place[0], 6), "longitude": round(place[1], 6)}
    return (Problem("raster.photo", Severity.INFO, where, 1, params),)


def _dots_per_inch(tags: dict[str, str]) -> float:
    for prefix in ("TIFFTAG_", "EXIF_"):
        for name in ("XRESOLUTION", "XResolution"):
            found = _DEGREES.match(tags.get(f"{prefix}{name}", ""))
            if found is None:
                continue
            unit = tags.get(f"{prefix}RESOLUTIONUNIT", tags.get(f"{prefix}ResolutionUnit", "2"))
            return float(found[1]) * (_CM_PER_INCH if unit.startswith("3") else 1.0)
    return 0.0
