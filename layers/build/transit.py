"""Public transport: invented tram and bus lines along the avenues, and their stops.

Owns routes and the spacing of stops. Coordinates: EPSG:26191, metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from layers.build.city import City
from layers.build.names import word

# Line → mode, avenues it follows (numbers in the plan), stop spacing in metres, minutes between.
LINES: tuple[tuple[str, str, tuple[int, ...], float, int], ...] = (
    ("TA", "tram", (0,), 520.0, 7),
    ("TB", "tram", (1,), 560.0, 8),
    ("B1", "bus", (2,), 360.0, 12),
    ("B2", "bus", (3,), 380.0, 15),
    ("B3", "bus", (4,), 360.0, 12),
    ("B4", "bus", (5,), 420.0, 20),
    ("B5", "bus", (6,), 340.0, 15),
    ("B6", "bus", (7,), 360.0, 20),
    ("B7", "bus", (8,), 430.0, 20),
    ("B8", "bus", (9, 10), 350.0, 15),
)
_MODE = {"tram": ("Tramway", "الطرامواي"), "bus": ("Bus", "حافلة")}
Rows = list[dict[str, Any]]


def transit(city: City) -> tuple[Rows, Rows]:
    """Rows of the lines and rows of the stops."""
    avenues = [s for s in city.streets if s.rank == "avenue"]
    axes = {
        name: [s.line for s in avenues if s.name_fr == name]
        for name in dict.fromkeys(s.name_fr for s in avenues)
    }
    lines: Rows = []
    stops: Rows = []
    for ref, mode, numbers, spacing_m, headway in LINES:
        parts = [part for n in numbers for part in axes[list(axes)[n]]]
        shape = shapely.set_precision(shapely.MultiLineString(parts), 0.001)
        french, arabic = _MODE[mode]
        lines.append(
            {
                "line_id": ref,
                "mode": mode,
                "name_fr": f"{french} {ref}",
                "name_ar": f"{arabic} {ref}",
                "headway_min": headway,
                "length_m": round(shape.length, 1),
                "geometry": shape,
            }
        )
        stops.extend(_stops(ref, mode, parts, spacing_m, len(stops)))
    return lines, stops


def _stops(ref: str, mode: str, parts: list[Any], spacing_m: float, first: int) -> Rows:
    rows: Rows = []
    for part in parts:
        count = max(1, int(part.length // spacing_m))
        for station in (np.arange(count) + 0.5) / count * part.length:
            number = first + len(rows)
            french, arabic = word(number * 5)
            point = shapely.set_precision(part.interpolate(float(station)), 0.001)
            rows.append(
                {
                    "stop_id": f"{ref}-{len(rows) + 1:02d}",
                    "line_id": ref,
                    "mode": mode,
                    "name_fr": f"Arrêt {french}",
                    "name_ar": f"محطة {arabic}",
                    "geometry": point,
                }
            )
    return rows
