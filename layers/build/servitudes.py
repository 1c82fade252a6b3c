"""Servitudes and heritage of the plan: what is drawn of them, and the land they keep empty.

Owns where the invented railway, lines, main, oued and perimeters lie. Widths: article 5 of the plan
of Aïn Chock; the belt of a cemetery, which no text at hand gives, is a value of the demo and says
so. Coordinates: EPSG:26191, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.build.city import City
from layers.build.quarters import smooth

Rows = list[dict[str, Any]]
Points = tuple[tuple[float, float], ...]

RAILWAY: Points = (
    (288.6, 324.3),
    (290.0, 324.38),
    (291.5, 324.64),
    (292.8, 324.86),
    (294.3, 325.2),
)
POWER_LINE: Points = (
    (288.9, 324.75),
    (290.4, 324.75),
    (291.9, 325.15),
    (293.8, 325.35),
    (295.0, 326.2),
    (296.6, 326.45),
)
WATER_MAIN: Points = ((291.75, 324.2), (291.85, 325.2), (292.75, 325.75), (294.3, 325.8))
OUED: Points = (
    (292.4, 326.1),
    (292.05, 325.6),
    (291.6, 325.35),
    (291.2, 324.95),
    (290.9, 324.6),
    (290.7, 324.0),
)
QUARRY = (290.45, 324.6, 170.0)
INTERCHANGE = (293.95, 326.9, 240.0)
RIGHT_OF_WAY_M = 24.0
BED_M = 16.0
BANK_M = 12.0
BELT_M = 30.0
# Kept empty on each side: railway from its right-of-way, line from its axis, main from its axis.
RAILWAY_M, POWER_M, MAIN_M = 10.0, 8.0, 10.0
_NATURES: dict[str, tuple[str, str, str]] = {
    "CF": ("CF1", "Chemin de fer", "السكة الحديدية"),
    "HT": ("HT1", "Ligne électrique haute tension", "خط كهربائي عالي الجهد"),
    "EP": ("EP1", "Conduite d'adduction d'eau potable", "قناة الماء الصالح للشرب"),
    "OU": ("OU1", "Lit d'oued", "مجرى مائي"),
    "CA": ("CA1", "Périmètre de carrière", "محيط مقلع"),
    "EC": ("EC1", "Périmètre d'échangeur, étude de mobilité", "محيط محول طرقي، دراسة التنقل"),
    "ZNAE": ("ZNAE1", "Zone non aedificandi", "منطقة ممنوعة البناء"),
}
_CLASSES = (
    ("A", "Unité bâtie exceptionnelle", "وحدة مبنية استثنائية"),
    ("B", "Unité bâtie notable", "وحدة مبنية متميزة"),
)


@dataclass
class Servitudes:
    """Rows of the layer, and the surfaces that must stay empty."""

    rows: Rows = field(default_factory=list)
    empty: list[shapely.Geometry] = field(default_factory=list)

    def add(self, code: str, shape: shapely.Geometry, **more: Any) -> None:
        """Add a row of a nature that is drawn once."""
        index, french, arabic = _NATURES[code]
        self.rows.append(_row(index, (code, french, arabic), shape) | more)


def _row(index: str, nature: tuple[str, str, str], shape: shapely.Geometry) -> dict[str, Any]:
    code, french, arabic = nature
    return {
        "servitude_id": index,
        "code": code,
        "nature_fr": french,
        "nature_ar": arabic,
        "state": "EXISTANT",
        "width_m": None,
        "geometry": shapely.set_precision(shape, 0.001),
    }


def _line(points: Points) -> shapely.LineString:
    return shapely.LineString(np.array(points) * 1000)


def _round(place: tuple[float, float, float]) -> shapely.Polygon:
    x, y, radius_m = place
    return shapely.Point(x * 1000, y * 1000).buffer(radius_m)


def servitudes(city: City, cemeteries: list[shapely.Polygon]) -> Servitudes:
    """Rows and empty land of all servitudes.

    Parameters
    ----------
    cemeteries : list of Polygon
        Sites of cemeteries: a belt lies around each.
    """
    made, inside = Servitudes(), city.commune
    track = shapely.intersection(smooth(RAILWAY).buffer(RIGHT_OF_WAY_M / 2), inside)
    power = shapely.intersection(_line(POWER_LINE), inside)
    main = shapely.intersection(_line(WATER_MAIN), inside)
    oued = smooth(OUED)
    bed = shapely.intersection(oued.buffer(BED_M / 2), inside)
    banks = shapely.difference(oued.buffer(BED_M / 2 + BANK_M), bed)
    banks = _polygons(shapely.intersection(banks, inside))
    made.add("CF", track)
    made.add("HT", power)
    made.add("EP", main)
    made.add("OU", bed)
    belt = {"width_m": BELT_M, "state": "A CREER"}
    for number, site in enumerate(cemeteries, 1):
        nature = ("CM", "Servitude de cimetière", "ارتفاق مقبرة")
        made.rows.append(_row(f"CM{number}", nature, site) | belt)
        made.empty.append(site.buffer(BELT_M).difference(site))
    made.add("CA", shapely.intersection(_round(QUARRY), inside))
    made.add("EC", _round(INTERCHANGE))
    made.add("ZNAE", banks)
    made.empty += [track.buffer(RAILWAY_M), power.buffer(POWER_M), main.buffer(MAIN_M), bed, banks]
    return made


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def heritage_rows(lots: np.ndarray, heritage: list[int], titles: np.ndarray) -> Rows:
    """Rows of the built units to keep, as annex 3 lists them: by title."""
    rows: Rows = []
    for number, lot in enumerate(heritage, 1):
        letter, french, arabic = _CLASSES[0 if number % 5 == 1 else 1]
        rows.append(
            {
                "heritage_id": f"{letter}{number:02d}",
                "class": letter,
                "nature_fr": french,
                "nature_ar": arabic,
                "state": "EXISTANT",
                "parcel_id": titles[lot],
                "geometry": lots[lot],
            }
        )
    return rows
