"""Which columns of a table hold places, and the geometry they make.

Names decide first, then what the values look like; where names say something else the values are
only mentioned, never used. Knows nothing of files and of corner lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.extent import Extent
from emadina_gis.errors import Problem, Severity
from emadina_gis.io import crs_guess
from emadina_gis.io.coordinates_in_text import (
    degrees_of,
    geometry_reader,
    is_sexagesimal,
    ordinate_share,
    ordinates,
    pairs_of,
)
from emadina_gis.io.crs_places import MOROCCO
from emadina_gis.io.place_names import axis_of, plain_name, says_nothing, says_west

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.geometry import Shapes

    Columns = dict[str, Column]

_GEOMETRY_NAMES = ("wkt", "geometry", "geom", "the_geom", "geometrie", "shape", "wkb", "geojson")
#: A column counts as coordinates when this share of its values are numbers.
_LEAST_SHARE = 0.6
_SURE_SHARE = 0.95
_SURE_GUESS = 0.75
_DISTINCT_SHARE = 0.6
_LEAST_ROWS = 3
_MOST_COLUMNS = 60
_SAMPLE_ROWS = 1000
_STRAYS_PERCENT = 5
_WGS84 = "EPSG:4326"
_HALF_TURN = 180.0
_HOME_CONFIDENCE = 0.9


@dataclass(frozen=True)
class Placed:
    """The geometry made of some columns.

    Attributes
    ----------
    shapes : array of geometries or None
        None where the table has no places.
    fields : tuple of str
        Columns it was made of.
    consumed : str
        Column that the geometry replaces; empty where all columns stay.
    """

    shapes: Shapes | None = None
    crs: str = ""
    fields: tuple[str, ...] = ()
    consumed: str = ""
    problems: tuple[Problem, ...] = ()
    added: dict[str, Column] = field(default_factory=dict)

    @property
    def are_points_of_pairs(self) -> bool:
        """Whether each row is one point made of an x and a y column."""
        return self.shapes is not None and len(self.fields) == 2


@dataclass(frozen=True)
class _Pair:
    """Two columns whose names say that they are x and y."""

    x: str
    y: str
    family: str
    rest: str


def placed(columns: Columns, where: str) -> Placed:
    """Return the geometry that columns hold, or none."""
    for find in (_geometry_text, _named_pair, _one_column, _by_content):
        found = find(columns, where)
        if found is not None:
            return found
    return Placed()


def number_columns(columns: Columns) -> tuple[str, ...]:
    """Return the columns whose first values read as numbers or angles: possible coordinates."""
    first = {name: _first_rows(column) for name, column in columns.items()}
    return tuple(name for name, column in first.items() if ordinate_share(column) >= _LEAST_SHARE)


def _first_rows(column: Column) -> Column:
    return column.take(np.arange(min(len(column), _SAMPLE_ROWS), dtype=np.intp))


def chosen_points(columns: Columns, x: str, y: str, where: str) -> Placed:
    """Return the points of two columns that a person chose, `x` to the east and `y` to the north.

    Plain numbers state no system; degrees, minutes and seconds are WGS 84.
    """
    return _points(columns, _Pair(x, y, "plane", ""), where)


def _geometry_text(columns: Columns, where: str) -> Placed | None:
    readers = {name: read for name, column in columns.items() if (read := geometry_reader(column))}
    if not readers:
        return None
    ranked = sorted(readers, key=lambda name: plain_name(name) not in _GEOMETRY_NAMES)
    name = ranked[0]
    shapes, crs = readers[name](columns[name])
    unread = sum(1 for s, t in zip(shapes, columns[name].strings, strict=True) if s is None and t)
    problems = _others(ranked[1:], where)
    return Placed(shapes, crs, (name,), "" if unread else name, problems)


def _others(fields: list[str], where: str) -> tuple[Problem, ...]:
    if not fields:
        return ()
    params = {"fields": ", ".join(fields[:10])}
    return (Problem("table.other-places", Severity.INFO, where, len(fields), params),)


def _named_pair(columns: Columns, where: str) -> Placed | None:
    named = _pairs(columns)
    pairs = [pair for pair in named if _is_usable(columns, pair)]
    if pairs:
        names = [f"{pair.x}, {pair.y}" for pair in pairs[1:]]
        return _points(columns, pairs[0], where, _others(names, where))
    empty = [pair for pair in named if not pair.rest and pair.family != "lone"]
    if not empty:
        return None
    params = {"fields": "; ".join(f"{pair.x}, {pair.y}" for pair in empty)}
    return Placed(problems=(Problem("table.empty-places", Severity.WARNING, where, 1, params),))


def _pairs(columns: Columns) -> list[_Pair]:
    """Return the pairs that names form: degrees first, then plain names, then their order."""
    named = {name: axis for name in columns if (axis := axis_of(name)) is not None}
    keys: dict[tuple[str, str], dict[str, str]] = {}
    for name, axis in named.items():
        keys.setdefault((axis.family, axis.rest), {}).setdefault(axis.axis, name)
    pairs = [
        _Pair(found["x"], found["y"], family, rest)
        for (family, rest), found in keys.items()
        if len(found) == 2
    ]
    return sorted(pairs, key=lambda pair: (pair.family != "degrees", bool(pair.rest)))


def _is_usable(columns: Columns, pair: _Pair) -> bool:
    """Whether values of both are coordinates; names with more words must look like places."""
    share = min(ordinate_share(columns[name]) for name in (pair.x, pair.y))
    if not pair.rest and pair.family != "lone":
        return share > 0
    if share < _LEAST_SHARE:
        return False
    x, y = ordinates(columns[pair.x]), ordinates(columns[pair.y])
    if pair.family == "degrees":
        return _are_degrees(x, y)
    return _guessed(x, y) >= _SURE_GUESS


def _points(
    columns: Columns, pair: _Pair, where: str, problems: tuple[Problem, ...] = ()
) -> Placed:
    x, y = ordinates(columns[pair.x]), ordinates(columns[pair.y])
    sexagesimal = is_sexagesimal(columns[pair.x]) and is_sexagesimal(columns[pair.y])
    notes = list(problems)
    if sexagesimal and _sides_are_exchanged(columns, pair):
        x, y = y, x
        params = {"fields": f"{pair.x}, {pair.y}"}
        notes.append(Problem("table.sides-exchanged", Severity.WARNING, where, 1, params))
    if says_west(pair.x) and (pair.family == "degrees" or sexagesimal):
        x, turned = _to_the_west(x)
        params = {"field": pair.x}
        notes += [Problem("table.counted-west", Severity.INFO, where, turned, params)] * (
            turned > 0
        )
    shapes = _point_shapes(x, y)
    in_degrees = (pair.family == "degrees" or sexagesimal) and _are_degrees(x, y)
    if in_degrees:
        params = {"fields": f"{pair.x}, {pair.y}"}
        notes.append(Problem("table.degrees-wgs84", Severity.INFO, where, 1, params))
    return Placed(shapes, _WGS84 if in_degrees else "", (pair.x, pair.y), "", tuple(notes))


def _sides_are_exchanged(columns: Columns, pair: _Pair) -> bool:
    first, second = degrees_of(columns[pair.x]), degrees_of(columns[pair.y])
    return first.says_latitude and second.says_longitude


def _to_the_west(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    positive = x > 0
    return np.where(positive, -x, x), int(positive.sum())


def _point_shapes(x: NDArray[np.float64], y: NDArray[np.float64]) -> Shapes:
    good = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(x), None, dtype=object)
    shapes[good] = shapely.points(x[good], y[good])
    return shapes


def _are_degrees(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    good = np.isfinite(x) & np.isfinite(y)
    return bool(good.any() and (np.abs(x[good]) <= 180).all() and (np.abs(y[good]) <= 180).all())


def _one_column(columns: Columns, where: str) -> Placed | None:
    """Return points of a column that holds both coordinates, such as ``33.57, -7.59``."""
    for name, column in columns.items():
        found = pairs_of(column)
        if found is None:
            continue
        order = _order(name, *found)
        if not order:
            params = {"fields": name}
            return Placed(
                problems=(Problem("table.maybe-places", Severity.WARNING, where, 1, params),)
            )
        first, second = found
        lon, lat = (second, first) if order == "lat-lon" else (first, second)
        degrees = _are_degrees(lon, lat)
        params = {"field": name, "order": order}
        code = "table.pairs-lat-lon" if order == "lat-lon" else "table.pairs-lon-lat"
        notes = [Problem(code, Severity.INFO, where, 1, params)]
        return Placed(_point_shapes(lon, lat), _WGS84 if degrees else "", (name,), "", tuple(notes))
    return None


def _order(name: str, first: NDArray[np.float64], second: NDArray[np.float64]) -> str:
    """Return ``lat-lon`` or ``lon-lat``, empty where neither is sure."""
    straight, turned = _guessed(first, second), _guessed(second, first)
    if straight == turned == 0 or not _are_degrees(first, second):
        return "lon-lat" if straight >= _SURE_GUESS and straight > turned else ""
    words = plain_name(name)
    if "lat_lon" in words or words.startswith("geo_point"):
        return "lat-lon"
    if "lon_lat" in words or "lng_lat" in words:
        return "lon-lat"
    if max(straight, turned) < _SURE_GUESS:
        return ""
    return "lat-lon" if turned > straight else "lon-lat"


def _guessed(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return how sure it is that x and y, in this order, are coordinates in use here."""
    extent = _usual_extent(x, y)
    if extent is None:
        return 0.0
    if max(map(abs, extent.as_tuple)) <= _HALF_TURN:
        return _HOME_CONFIDENCE if _is_at_home(extent) else 0.0
    found = [c.confidence for c in crs_guess.guess_crs(extent) if not c.swapped]
    return max(found, default=0.0)


def _is_at_home(extent: Extent) -> bool:
    west, south, east, north = extent.as_tuple
    home = MOROCCO
    return west > home.xmin and east < home.xmax and south > home.ymin and north < home.ymax


def _usual_extent(x: NDArray[np.float64], y: NDArray[np.float64]) -> Extent | None:
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return None
    ends = (_STRAYS_PERCENT, 100 - _STRAYS_PERCENT)
    (x_low, x_high), (y_low, y_high) = np.percentile(x[good], ends), np.percentile(y[good], ends)
    return Extent(float(x_low), float(y_low), float(x_high), float(y_high))


def _by_content(columns: Columns, where: str) -> Placed | None:
    """Use two neighbouring columns that look like coordinates where their names say nothing."""
    names = list(columns)[:_MOST_COLUMNS]
    likely = [(a, b) for a, b in pairwise(names) if _look_like_places(columns, a, b)]
    if not likely:
        return None
    silent = [pair for pair in likely if says_nothing(pair[0]) and says_nothing(pair[1])]
    if len(likely) == 1 and silent:
        x, y = silent[0]
        params = {"fields": f"{x}, {y}"}
        note = Problem("table.places-by-content", Severity.WARNING, where, 1, params)
        return _points(columns, _Pair(x, y, "plane", ""), where, (note,))
    params = {"fields": "; ".join(f"{a}, {b}" for a, b in likely[:5])}
    maybe = Problem("table.maybe-places", Severity.WARNING, where, len(likely), params)
    return Placed(problems=(maybe,))


def _look_like_places(columns: Columns, first: str, second: str) -> bool:
    if any(ordinate_share(columns[name]) < _SURE_SHARE for name in (first, second)):
        return False
    x, y = ordinates(columns[first]), ordinates(columns[second])
    good = np.isfinite(x) & np.isfinite(y)
    named = not (says_nothing(first) and says_nothing(second))
    if good.sum() < _LEAST_ROWS or (named and not _have_fractions(x[good], y[good])):
        return False
    distinct = len(np.unique(np.column_stack([x[good], y[good]]), axis=0))
    if distinct < _DISTINCT_SHARE * good.sum():
        return False
    return max(_guessed(x, y), _guessed(y, x)) >= _SURE_GUESS


def _have_fractions(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether most values are measured, not counted."""
    return bool(np.mean(x != np.round(x)) > 0.5 and np.mean(y != np.round(y)) > 0.5)


def unplaced_rows(shapes: Shapes) -> NDArray[np.int64]:
    """Return the rows without geometry."""
    rows: NDArray[np.int64] = np.flatnonzero(shapely.is_missing(shapes))
    return rows
