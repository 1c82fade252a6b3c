"""``Drawn``: a polygon, a line or points that a person drew, as a plain value with its system.

A change keeps what was drawn beside what it caught, so that it can be shown and caught again. It
knows nothing of parcels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
import shapely.geometry

from emadina_gis.domain.crs import Crs
from emadina_gis.errors import CrsError

_KINDS = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
)
#: Decimals kept: a millimetre where units are metres, as fine where they are degrees.
_METRE_DECIMALS = 3
_DEGREE_DECIMALS = 8

Coordinates = tuple[Any, ...]


@dataclass(frozen=True)
class Drawn:
    """A drawn shape.

    Attributes
    ----------
    kind : str
        A geometry type of GeoJSON.
    coordinates : tuple
        Nested as in GeoJSON.
    crs : str
        Identifier of the reference system (``"EPSG:26191"``), empty where it is unknown.
    """

    kind: str
    coordinates: Coordinates
    crs: str = ""

    @property
    def shape(self) -> shapely.Geometry:
        """The shape, in its own system."""
        return shapely.geometry.shape({"type": self.kind, "coordinates": self.coordinates})

    def to_dict(self) -> dict[str, Any]:
        """Return the shape as it is written in a file."""
        return {"type": self.kind, "crs": self.crs, "coordinates": _listed(self.coordinates)}

    @classmethod
    def from_dict(cls, content: Any) -> Drawn:
        """Return the shape that a file describes.

        Raises
        ------
        ValueError
            If it is none.
        """
        if not isinstance(content, Mapping) or content.get("type") not in _KINDS:
            raise ValueError("type")
        coordinates = _nested(content.get("coordinates"))
        drawn = cls(str(content["type"]), coordinates, str(content.get("crs", "")))
        try:
            if drawn.crs:
                Crs.parse(drawn.crs)
            empty = drawn.shape.is_empty
        except CrsError as exc:
            raise ValueError("crs") from exc
        except (shapely.errors.GEOSException, IndexError, TypeError) as exc:
            raise ValueError("coordinates") from exc
        if empty:
            raise ValueError("coordinates")
        return drawn


def drawn_of(shape: shapely.Geometry, crs: str, *, geographic: bool = False) -> Drawn:
    """Return a shape as a value, rounded to the millimetre."""
    decimals = _DEGREE_DECIMALS if geographic else _METRE_DECIMALS
    content = shapely.geometry.mapping(shapely.force_2d(shape))
    return Drawn(content["type"], _rounded(content["coordinates"], decimals), crs)


def _rounded(value: Any, decimals: int) -> Any:
    if isinstance(value, float | int):
        return round(float(value), decimals)
    return tuple(_rounded(item, decimals) for item in value)


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _nested(value: Any) -> Coordinates:
    if not isinstance(value, list) or not value:
        raise ValueError("coordinates")
    return tuple(_nested(item) if isinstance(item, list) else _coordinate(item) for item in value)


def _coordinate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, float | int) or not math.isfinite(value):
        raise ValueError("coordinates")
    return float(value)
