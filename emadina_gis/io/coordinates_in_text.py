"""Coordinates written as text: degrees with minutes, pairs, geopoints, WKT, WKB, GeoJSON.

Arrays of texts come in, arrays of numbers or geometries go out; what cannot be read is missing.
Knows nothing of columns' names or of files.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from emadina_gis.domain.column import column_of
from emadina_gis.io.text_values import number_share, numbers_of, texts_of, western

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.geometry import Shapes

_SAMPLE_ROWS = 500
_SAMPLE_SHARE = 0.5
_NORTH = "N|NORD|NORTH|شمالا?|ش"
_SOUTH = "S|SUD|SOUTH|جنوبا?|ج"
_EAST = "E|EST|EAST|شرقا?"
_WEST = "W|O|OUEST|WEST|غربا?|غ"
_SIDES = f"{_NORTH}|{_SOUTH}|{_EAST}|{_WEST}"
_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
_SEXAGESIMAL = (
    rf"^(?P<before>{_SIDES})?\s*(?P<degrees>[+-]?{_NUMBER})"
    r"(?:\s*(?:°|º|˚|d|deg|DEG|D|:|\s)\s*(?P<minutes>[0-5]?\d(?:[.,]\d+)?)"
    r"(?:\s*(?:'|’|′|`|´|m|min|M|MIN|:|\s)\s*(?P<seconds>[0-5]?\d(?:[.,]\d+)?))?)?"
    rf"[\s°º˚\"”“″'’′`´]*(?:S|SEC|M|MIN)?\s*(?P<after>{_SIDES})?\.?$"
)
_SIDED = rf"^(?:{_SIDES})\s*\d|\d\D*(?:{_SIDES})\.?$|\d\s*[°º˚:d ]\s*\d"
_PAIR = (
    r"^[\[(]?\s*(?P<a>[+-]?\d{1,8}(?:\.\d+)?)\s*[,; \t]\s*(?P<b>[+-]?\d{1,8}(?:\.\d+)?)\s*[\])]?$"
)
_WKT = re.compile(
    r"^\s*(SRID=-?\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION|CURVE|SURFACE|"
    r"COMPOUNDCURVE|CURVEPOLYGON|CIRCULARSTRING|TIN|POLYHEDRALSURFACE|TRIANGLE)\b",
    re.IGNORECASE,
)
_SRID = re.compile(r"^\s*SRID=(-?\d+);\s*", re.IGNORECASE)
_HEX = re.compile(r"^(\\x)?0[01][0-9A-Fa-f]{40,}$")
_GEOJSON = re.compile(r'^\s*\{[^{]*"(type|coordinates)"\s*:')
_POSITION = re.compile(r"^\s*[+-]?\d+(\.\d+)?(\s+[+-]?\d+(\.\d+)?){1,3}\s*$")


@dataclass(frozen=True)
class Degrees:
    """Numbers read from degrees, minutes and seconds, and which side the texts name."""

    numbers: NDArray[np.float64]
    says_longitude: bool
    says_latitude: bool


def degrees_of(column: Column) -> Degrees:
    """Return decimal degrees of texts such as ``33°35'12,5"N``, NaN where there are none."""
    texts = western(texts_of(column))
    parts = pc.extract_regex(pc.utf8_upper(texts), pattern=_SEXAGESIMAL)
    size = len(texts)
    degrees, minutes, seconds = (_part(parts, name) for name in ("degrees", "minutes", "seconds"))
    before, after = pc.struct_field(parts, "before"), pc.struct_field(parts, "after")
    side = pc.fill_null(pc.if_else(pc.not_equal(before, ""), before, after), "")
    negative = _is_any(side, f"{_SOUTH}|{_WEST}")
    minus = pc.fill_null(pc.starts_with(pc.struct_field(parts, "degrees"), "-"), False)
    sign = np.where(negative | minus.to_numpy(zero_copy_only=False), -1.0, 1.0)
    numbers = sign * (np.abs(degrees) + np.nan_to_num(minutes) / 60 + np.nan_to_num(seconds) / 3600)
    numbers[~(np.abs(numbers) <= 360)] = np.nan
    east_west = _is_any(side, f"{_EAST}|{_WEST}") & np.isfinite(numbers)
    north_south = _is_any(side, f"{_NORTH}|{_SOUTH}") & np.isfinite(numbers)
    most = max(1, int(0.5 * size))
    return Degrees(numbers, int(east_west.sum()) >= most, int(north_south.sum()) >= most)


def _part(parts: pa.StructArray, name: str) -> NDArray[np.float64]:
    texts = pc.struct_field(parts, name)
    clean = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    return column_of(clean, pa.string()).numbers.copy()


def _is_any(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found = pc.match_substring_regex(texts, f"^(?:{pattern})$")
    result: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return result


def is_sexagesimal(column: Column) -> bool:
    """Whether most texts are degrees with minutes or with a side of the world."""
    if not column.is_text:
        return False
    present = western(texts_of(column).slice(0, _SAMPLE_ROWS)).drop_null()
    if not len(present):
        return False
    marked = pc.match_substring_regex(pc.utf8_upper(present), _SIDED)
    read = np.isfinite(degrees_of(column_of(present)).numbers)
    if number_share(column_of(present)) >= _SAMPLE_SHARE:
        return False
    both = read & marked.to_numpy(zero_copy_only=False)
    return bool(both.sum() >= _SAMPLE_SHARE * len(present))


def ordinates(column: Column) -> NDArray[np.float64]:
    """Return the coordinates of a column, from numbers, texts of numbers or degrees."""
    if is_sexagesimal(column):
        return degrees_of(column).numbers
    return numbers_of(column)


def ordinate_share(column: Column) -> float:
    """Return the share of the values there are that can be read as a coordinate."""
    if not is_sexagesimal(column):
        return number_share(column)
    present = len(column) - column.missing_count
    return float(np.isfinite(degrees_of(column).numbers).sum()) / max(present, 1)


def pairs_of(column: Column) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the two numbers of texts such as ``33.57, -7.59``; None where few are pairs."""
    if not column.is_text or not len(column):
        return None
    texts = western(texts_of(column))
    present = texts.slice(0, _SAMPLE_ROWS).drop_null()
    if not len(present):
        return None
    unread = pc.extract_regex(present, pattern=_PAIR).null_count
    if unread > 0.4 * len(present):
        return None
    parts = pc.extract_regex(texts, pattern=_PAIR)
    return _part(parts, "a"), _part(parts, "b")


def geometry_reader(column: Column) -> Callable[[Column], tuple[Shapes, str]] | None:
    """Return the function that reads the geometry texts of a column; None where it holds none."""
    if not column.is_text:
        return None
    sample = [text for text in column.strings[:_SAMPLE_ROWS] if text and text.strip()]
    if not sample:
        return None
    readers: tuple[tuple[re.Pattern[str], Callable[[Column], tuple[Shapes, str]]], ...] = (
        (_WKT, shapes_of_wkt),
        (_HEX, shapes_of_hex),
        (_GEOJSON, shapes_of_geojson),
    )
    for pattern, reader in readers:
        if sum(pattern.match(text) is not None for text in sample) >= _SAMPLE_SHARE * len(sample):
            return reader
    return None


def shapes_of_wkt(column: Column) -> tuple[Shapes, str]:
    """Return the geometries of WKT or EWKT and the CRS that all of them name."""
    texts = column.strings
    codes = {found.group(1) for text in texts if text and (found := _SRID.match(text))}
    stripped = np.array([None if t is None else _SRID.sub("", t) for t in texts], dtype=object)
    with np.errstate(over="ignore", invalid="ignore"):
        shapes = shapely.from_wkt(stripped, on_invalid="ignore")
    return shapes, _crs_of(codes)


def shapes_of_hex(column: Column) -> tuple[Shapes, str]:
    """Return the geometries of hexadecimal WKB or EWKB and the CRS that all of them name."""
    texts = [None if t is None else t.strip().removeprefix("\\x") for t in column.strings]
    shapes = shapely.from_wkb(np.array(texts, dtype=object), on_invalid="ignore")
    codes = {str(code) for code in np.unique(shapely.get_srid(shapes)) if code > 0}
    return shapely.set_srid(shapes, 0), _crs_of(codes)


def _crs_of(codes: set[str]) -> str:
    code = codes.pop() if len(codes) == 1 else ""
    return f"EPSG:{code}" if code.isdigit() and int(code) > 0 else ""


def shapes_of_geojson(column: Column) -> tuple[Shapes, str]:
    """Return the geometries of GeoJSON texts (a geometry or a feature each)."""
    texts = np.array([_geometry_text(text) for text in column.strings], dtype=object)
    return shapely.from_geojson(texts, on_invalid="ignore"), "EPSG:4326"


def _geometry_text(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(found, dict) and found.get("type") == "Feature":
        return json.dumps(found.get("geometry"))
    return text


@dataclass(frozen=True)
class Geopoints:
    """Positions of a survey: latitude, longitude, altitude in metres, accuracy in metres.

    Attributes
    ----------
    rows : ndarray of int64
        Row of each position.
    values : ndarray, shape (positions, 4)
        NaN where a position has fewer numbers.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float64]


def geopoints_of(column: Column) -> Geopoints | None:
    """Return the positions of ``lat lon alt acc`` texts (several between ``;``), None if not such.

    Every number of positions per text serves: points, traces and shapes.
    """
    if not column.is_text:
        return None
    sample = [text for text in column.strings[:_SAMPLE_ROWS] if text and text.strip()]
    if not sample or sum(map(_are_positions, sample)) < 0.6 * len(sample):
        return None
    lists = [_positions(text) for text in column.strings]
    rows = np.repeat(np.arange(len(lists)), [len(found) for found in lists])
    flat = [position for found in lists for position in found]
    return Geopoints(rows, np.array(flat, dtype=float).reshape(-1, 4))


def _are_positions(text: str) -> bool:
    pieces = [piece for piece in text.split(";") if piece.strip()]
    return bool(pieces) and all(_POSITION.match(piece) for piece in pieces[:20])


def _positions(text: str | None) -> list[list[float]]:
    """Return the positions of a text; none at all where one cannot be read."""
    pieces = [piece for piece in (text or "").split(";") if piece.strip()]
    if not all(_POSITION.match(piece) for piece in pieces):
        return []
    numbers = [[float(part) for part in piece.split()] for piece in pieces]
    return [[*found, *[np.nan] * (4 - len(found))] for found in numbers]


def shapes_of_positions(points: Geopoints, size: int, kind: str) -> Shapes:
    """Return points, lines or polygons (`kind` point, trace or shape) of a survey's positions."""
    shapes: Any = np.full(size, None, dtype=object)
    if not len(points.rows):
        return shapes
    lonlat = points.values[:, [1, 0]]
    first = np.flatnonzero(np.append(True, np.diff(points.rows) != 0))
    counts = np.diff(np.append(first, len(points.rows)))
    if kind == "point":
        shapes[points.rows[first]] = shapely.points(lonlat[first])
        return shapes
    good = counts >= 2
    kept = np.repeat(good, counts)
    owner = np.repeat(np.arange(int(good.sum())), counts[good])
    lines = shapely.linestrings(lonlat[kept], indices=owner)
    if kind == "shape":
        closed = shapely.is_closed(lines) & (shapely.get_num_points(lines) >= 4)
        rings = shapely.linearrings(
            shapely.get_coordinates(lines[closed]), indices=_owners(lines[closed])
        )
        lines[closed] = shapely.polygons(rings)
    shapes[points.rows[first[good]]] = lines
    return shapes


def _owners(lines: Shapes) -> NDArray[np.int64]:
    counts = shapely.get_num_coordinates(lines)
    return np.repeat(np.arange(len(lines)), counts)
