"""What the plan reserves: roads to make or widen, sites for facilities, lapsed sites.

Owns the polygons of the reservations and the facilities with their index. Coordinates: EPSG:26191.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
import shapely.affinity

from layers.build.city import City
from layers.build.parcels import Takings
from layers.build.plan import SEED
from layers.build.quarters import Street
from layers.build.servitudes import Servitudes, servitudes

EXPIRY = "2035-04-02"
LAPSED = ("2012-06-30", "2016-12-31", "2019-11-14")
NATURES: dict[str, tuple[str, str]] = {
    "E": ("Enseignement", "التعليم"),
    "S": ("Santé", "الصحة"),
    "M": ("Mosquée", "مسجد"),
    "SP": ("Sport", "الرياضة"),
    "V": ("Espace vert", "مساحة خضراء"),
    "P": ("Service public", "مرفق عمومي"),
    "PK": ("Parking", "موقف السيارات"),
    "G": ("Équipement privé d'intérêt général", "تجهيز خاص ذو منفعة عامة"),
    "C": ("Cimetière", "مقبرة"),
    "CP": ("Chemin piéton", "ممر الراجلين"),
    "PL": ("Place", "ساحة"),
    "AC": ("Voie d'aménagement", "طريق التهيئة"),
}
_SCHOOLS = (
    (3500, "École primaire", "مدرسة ابتدائية"),
    (7500, "Collège", "ثانوية إعدادية"),
    (1e9, "Lycée", "ثانوية تأهيلية"),
)
_RAW_CYCLE = ("E", "V", "S", "M", "SP", "P", "E", "PK", "V", "C", "G", "PL")


@dataclass
class Reserves:
    """Rows of facilities and reservations, blocks whose facility stands, heritage lots."""

    facilities: list[dict[str, Any]] = field(default_factory=list)
    reservations: list[dict[str, Any]] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    standing: list[int] = field(default_factory=list)
    heritage: list[int] = field(default_factory=list)

    def index(self, code: str) -> str:
        """Next free index of a code: ``E1``, then ``E2``."""
        self.numbers[code] += 1
        return f"{code}{self.numbers[code]}"


def _row(code: str, index: str, state: str, shape: Any, **more: Any) -> dict[str, Any]:
    french, arabic = NATURES[code]
    row = {
        "reservation_id": index,
        "code": code,
        "kind": "facility",
        "nature_fr": french,
        "nature_ar": arabic,
        "state": state,
        "area_m2": round(shape.area, 1),
        "width_m": None,
        "expiry_date": EXPIRY if state == "A CREER" else None,
        "fallback_sector": None,
        "geometry": shape,
    }
    return row | more


def _facility_row(
    code: str, index: str, state: str, shape: Any, name: tuple[str, str]
) -> dict[str, Any]:
    french, arabic = name
    return {
        "facility_id": index,
        "code": code,
        "nature_fr": NATURES[code][0],
        "nature_ar": NATURES[code][1],
        "name_fr": f"{french} {index}",
        "name_ar": f"{arabic} {index}",
        "state": state,
        "public": code != "G",
        "area_m2": round(shape.area, 1),
        "geometry": shape,
    }


def _kind_name(code: str, area_m2: float) -> tuple[str, str]:
    if code != "E":
        return NATURES[code]
    return next((fr, ar) for most, fr, ar in _SCHOOLS if area_m2 < most)


def _add(reserves: Reserves, code: str, state: str, shape: Any, sector: str) -> None:
    index = reserves.index(code)
    reserves.facilities.append(
        _facility_row(code, index, state, shape, _kind_name(code, shape.area))
    )
    reserves.reservations.append(_row(code, index, state, shape, fallback_sector=sector))


def reserves_of(city: City) -> tuple[Reserves, Servitudes, Takings]:
    """Facilities, reservations and servitudes of the city, and what they take from lots."""
    reserves = Reserves()
    rng = np.random.default_rng([SEED, 7])
    for number, block in enumerate(city.blocks):
        if block.facility:
            planned = rng.random() < 0.24 and block.family != "PARK"
            lot = city.lots[np.flatnonzero(city.block_of == number)[0]]
            reserves.standing.extend([] if planned else [number])
            _add(reserves, block.facility, "A CREER" if planned else "EXISTANT", lot, block.sector)
    sites = _raw_sites(city, reserves)
    roads = np.concatenate([_roads(city, reserves), _footpaths(city, reserves)])
    graves = [row["geometry"] for row in reserves.reservations if row["code"] == "C"]
    strips = servitudes(city, graves)
    _lapsed(city, reserves, rng)
    _heritage(city, reserves, rng)
    takings = Takings(roads, sites, np.array(strips.empty), reserves.heritage)
    return reserves, strips, takings


def _families(city: City) -> np.ndarray:
    families = np.array([block.family for block in city.blocks], dtype=object)
    return np.asarray(families[city.block_of])


def _part_of(
    city: City, lot: int, across: tuple[float, float], up: tuple[float, float]
) -> shapely.Geometry:
    """The part of a lot between distances (metres) from its lower left, rounded to 1 mm."""
    shape, angle = city.lots[lot], float(city.angle[lot])
    flat = shapely.affinity.rotate(shape, -angle, origin=shape.centroid, use_radians=True)
    u0, v0 = flat.bounds[:2]
    box = shapely.box(u0 + across[0], v0 + up[0], u0 + across[1], v0 + up[1])
    turned = shapely.affinity.rotate(box, angle, origin=shape.centroid, use_radians=True)
    return shapely.set_precision(shapely.intersection(turned, shape), 0.001)


def _raw_sites(city: City, reserves: Reserves) -> np.ndarray:
    """Sites on large plots: the lower corner of every third one."""
    raw = np.flatnonzero(np.isin(_families(city), ["RAW", "PU1", "PU2", "PU3"]))[::3]
    sites = []
    for turn, lot in enumerate(raw):
        code = _RAW_CYCLE[turn % len(_RAW_CYCLE)]
        side_m = float(np.sqrt(shapely.area(city.lots[lot])))
        share = 0.25 + 0.3 * ((turn * 7) % 5) / 4
        site = _part_of(city, int(lot), (0.0, side_m * share), (0.0, side_m * 0.45))
        if site.geom_type == "Polygon" and site.area > 600:
            _add(reserves, code, "A CREER", site, city.blocks[city.block_of[lot]].sector)
            sites.append(site)
    return np.array(sites)


def road_state(street: Street) -> str:
    """``EXISTANTE``, ``A ELARGIR`` or ``A CREER``."""
    if street.existing_m <= 0:
        return "A CREER"
    return "A ELARGIR" if street.width_m > street.existing_m else "EXISTANTE"


def _roads(city: City, reserves: Reserves) -> np.ndarray:
    """Surfaces that roads to make or widen take from lots."""
    tree, shapes = shapely.STRtree(city.lots), []
    for street in city.streets:
        state = road_state(street)
        if state == "EXISTANTE":
            continue
        band = street.line.buffer(street.width_m / 2, cap_style="flat")
        near = city.lots[tree.query(band, predicate="intersects")]
        taken = shapely.set_precision(shapely.union_all(shapely.intersection(near, band)), 0.001)
        parts = [p for p in shapely.get_parts(taken) if p.geom_type == "Polygon" and p.area > 4]
        if parts:
            shape = shapely.MultiPolygon(parts)
            shapes.append(shape)
            index = f"AC{len(shapes)}"
            reserves.reservations.append(
                _row(
                    "AC",
                    index,
                    "A CREER",
                    shape,
                    kind="road",
                    width_m=street.width_m,
                    nature_fr="Voie à créer" if state == "A CREER" else "Voie à élargir",
                    nature_ar="طريق مقرر إحداثه" if state == "A CREER" else "طريق مقرر توسيعه",
                )
            )
    return np.array(shapes)


def _footpaths(city: City, reserves: Reserves) -> np.ndarray:
    """Footpaths 6 m wide along one side of some large plots."""
    family = _families(city)
    shapes = []
    for lot in np.flatnonzero(np.isin(family, ["C3", "C4s", "C5s"]))[7::29]:
        strip = _part_of(city, int(lot), (0.0, 6.0), (0.0, 1e4))
        if strip.geom_type == "Polygon" and strip.area > 60:
            reserves.reservations.append(
                _row("CP", reserves.index("CP"), "A CREER", strip, kind="road", width_m=6.0)
            )
            shapes.append(strip)
    return np.array(shapes)


def _heritage(city: City, reserves: Reserves, rng: np.random.Generator) -> None:
    """Buildings to keep: their rules come before those of the sector."""
    old = np.flatnonzero(np.isin(_families(city), ["E2", "S4", "D4"]))
    reserves.heritage.extend(int(lot) for lot in np.sort(rng.choice(old, 26, replace=False)))


def _lapsed(city: City, reserves: Reserves, rng: np.random.Generator) -> None:
    """Sites of an older plan whose ten years are over: the land falls back to its sector."""
    family = _families(city)
    area = shapely.area(city.lots)
    wide = np.isin(family, ["C3", "C4s", "C5s", "B4s", "D4", "I5"]) & (area > 900)
    free = wide & ~np.array([bool(b.facility) for b in city.blocks])[city.block_of]
    for turn, lot in enumerate(rng.choice(np.flatnonzero(free), 18, replace=False)):
        code = ("E", "V", "S", "P", "SP", "PK")[turn % 6]
        sector = city.blocks[city.block_of[lot]].sector
        reserves.reservations.append(
            _row(
                code,
                f"{reserves.index(code)}",
                "CADUQUE",
                city.lots[lot],
                expiry_date=LAPSED[turn % len(LAPSED)],
                fallback_sector=sector,
            )
        )
