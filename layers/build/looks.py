"""Suggested looks: colours, classes, outlines and labels of each layer.

Owns the palette of the demo. Colours are ``#rrggbb``, widths and sizes millimetres on paper,
scales metres per pixel. It must not know data.
"""

from __future__ import annotations

from typing import Any

Look = dict[str, Any]

SECTOR_COLORS: dict[str, tuple[str, str]] = {
    "A6": ("#9c5b3a", "R+6"),
    "B3": ("#f2cb93", "R+3"),
    "B3s": ("#f0d8ae", "R+3"),
    "B4": ("#eab269", "R+4"),
    "B4s": ("#e8c48e", "R+4"),
    "B5": ("#d98e4f", "R+5"),
    "C2": ("#e2d3ee", "R+2"),
    "C3": ("#d3bae6", "R+3"),
    "C4s": ("#c8a4d4", "R+4"),
    "C5s": ("#b28bc6", "R+5"),
    "D1b": ("#e9efb0", "R+1"),
    "D1j": ("#f4ee9e", "R+1"),
    "D1s2": ("#dfe39a", "R+1"),
    "D3": ("#f3e49a", "R+1"),
    "D4": ("#f8f0cd", "R+1"),
    "E2": ("#e8a0a0", "R+2"),
    "E3": ("#c9706f", "R+3"),
    "E4": ("#a95663", "R+4"),
    "PBC4": ("#b9dca8", "R+4"),
    "PBC5": ("#9ccb8a", "R+5"),
    "S4": ("#a5805a", "R+1"),
    "I2s1": ("#9aa7bd", "R+4"),
    "I3": ("#b0bccd", "R+3"),
    "I5": ("#92a6c6", "R+3"),
    "I5s5": ("#849bc0", "R+5"),
    "I5s7": ("#7690b8", "R+7"),
    "I5s10": ("#6683ad", "R+10"),
    "I5H": ("#7c8cc0", "R+6"),
    "I8s": ("#c3c9d2", "R+3"),
    "ZR": ("#bdb5aa", ""),
    "PU1": ("#9bd2cd", ""),
    "PU2": ("#b3dfda", ""),
    "PU3": ("#cbe9e5", ""),
}


def _classes(values: dict[str, tuple[str, str, str, str]]) -> list[Look]:
    return [
        {"value": value, "color": color, "fr": fr, "ar": ar, "en": en}
        for value, (color, fr, ar, en) in values.items()
    ]


def _sector_classes() -> list[Look]:
    arabic = {"": "", **{f"R+{n}": f"سفلي + {n}" for n in range(1, 11)}}
    return [
        {
            "value": code,
            "color": color,
            "fr": f"{code} · {height}" if height else code,
            "ar": f"{code} · {arabic[height]}" if height else code,
            "en": f"{code} · {height}" if height else code,
        }
        for code, (color, height) in SECTOR_COLORS.items()
    ]


FACILITY_CLASSES = {
    "E": ("#8db6d9", "Enseignement", "التعليم", "Education"),
    "S": ("#e58aa5", "Santé", "الصحة", "Health"),
    "M": ("#5aa58c", "Mosquée", "مسجد", "Mosque"),
    "SP": ("#7fc4cf", "Sport", "الرياضة", "Sport"),
    "V": ("#a5d19e", "Espace vert", "مساحة خضراء", "Green space"),
    "P": ("#a9a3d6", "Service public", "مرفق عمومي", "Public service"),
    "PK": ("#b9b9b9", "Parking", "موقف السيارات", "Car park"),
    "G": ("#cfa3b8", "Équipement privé", "تجهيز خاص", "Private facility"),
    "C": ("#8f9f86", "Cimetière", "مقبرة", "Cemetery"),
    "PL": ("#dccfa5", "Place", "ساحة", "Square"),
}
_RESERVATION_CLASSES = {
    "A CREER": ("#d1495b", "À créer", "للإحداث", "To create"),
    "EXISTANT": ("#6b8f71", "Existant", "موجود", "Existing"),
    "CADUQUE": ("#9a9a9a", "Caduque", "منتهية المفعول", "Lapsed"),
}
_SERVITUDE_CLASSES = {
    "CF": ("#5b5f66", "Chemin de fer", "السكة الحديدية", "Railway"),
    "HT": ("#b8860b", "Ligne haute tension", "خط عالي الجهد", "High-voltage line"),
    "EP": ("#2f6fb0", "Conduite d'eau potable", "قناة الماء الشروب", "Water main"),
    "OU": ("#5aa5c8", "Oued", "واد", "Oued"),
    "CM": ("#8f9f86", "Servitude de cimetière", "ارتفاق مقبرة", "Cemetery belt"),
    "CA": ("#a5805a", "Périmètre de carrière", "محيط مقلع", "Quarry perimeter"),
    "EC": ("#8a7fbf", "Périmètre d'échangeur", "محيط محول طرقي", "Interchange perimeter"),
    "ZNAE": ("#6fa87f", "Non aedificandi", "منطقة ممنوعة البناء", "No-build zone"),
}
_HERITAGE_CLASSES = {
    "A": ("#7a2e3b", "Unité exceptionnelle", "وحدة استثنائية", "Exceptional unit"),
    "B": ("#b5656f", "Unité notable", "وحدة متميزة", "Notable unit"),
}
_RANKS = {
    "avenue": ("#ffffff", "Boulevard, avenue", "شارع رئيسي", "Boulevard, avenue"),
    "collector": ("#fbf7ee", "Voie de quartier", "طريق الحي", "Collector"),
    "planned": ("#e6b7a6", "Voie à créer", "طريق مقرر إحداثه", "Road to create"),
    "track": ("#d8cdb8", "Piste à élargir", "مسلك مقرر توسيعه", "Track to widen"),
    "local": ("#f4efe4", "Rue", "زنقة", "Street"),
}
_MODES = {
    "tram": ("#c2571a", "Tramway", "الطرامواي", "Tram"),
    "bus": ("#3d6fb6", "Bus", "حافلة", "Bus"),
}

LOOKS: dict[str, Look] = {
    "transit_stops": {
        "kind": "categories",
        "field": "mode",
        "categories": _classes(_MODES),
        "stroke": "#ffffff",
        "stroke_mm": 0.2,
        "size_mm": 1.6,
        "marker": "circle",
        "labels": "name_fr",
        "labels_second": "name_ar",
        "labels_max_units_per_px": 2.0,
        "max_units_per_px": 7.9375,
    },
    "transit_lines": {
        "kind": "categories",
        "field": "mode",
        "categories": _classes(_MODES),
        "stroke_mm": 0.5,
        "casing": "#ffffff",
        "max_units_per_px": 31.75,
    },
    "facilities": {
        "kind": "categories",
        "field": "code",
        "categories": _classes(FACILITY_CLASSES),
        "stroke": "#ffffff",
        "stroke_mm": 0.15,
        "labels": "facility_id",
        "labels_max_units_per_px": 2.5,
        "max_units_per_px": 19.84375,
    },
    "reservations": {
        "kind": "categories",
        "field": "state",
        "categories": _classes(_RESERVATION_CLASSES),
        "fill_opacity": 0.25,
        "stroke": "#8f2435",
        "stroke_mm": 0.25,
        "dash": "dashed",
        "labels": "reservation_id",
        "labels_max_units_per_px": 2.5,
    },
    "servitudes": {
        "kind": "categories",
        "field": "code",
        "categories": _classes(_SERVITUDE_CLASSES),
        "fill_opacity": 0.55,
        "stroke": "#7d838b",
        "stroke_mm": 0.3,
        "labels": "servitude_id",
        "labels_max_units_per_px": 5.0,
    },
    "heritage": {
        "kind": "categories",
        "field": "class",
        "categories": _classes(_HERITAGE_CLASSES),
        "fill_opacity": 0.6,
        "stroke": "#5c1f2b",
        "stroke_mm": 0.3,
        "labels": "heritage_id",
        "labels_max_units_per_px": 1.5,
    },
    "roads": {
        "kind": "categories",
        "field": "rank",
        "categories": _classes(_RANKS),
        "stroke_mm": 0.3,
        "labels": "name_fr",
        "labels_second": "name_ar",
        "labels_along_line": True,
        "labels_max_units_per_px": 1.1,
        "max_units_per_px": 19.84375,
    },
    "buildings": {
        "kind": "single",
        "fill": "#8c8273",
        "stroke": "#6f675b",
        "stroke_mm": 0.08,
        "fill_opacity": 0.55,
        "max_units_per_px": 3.96875,
    },
    "parcels": {
        "kind": "categories",
        "field": "sector",
        "categories": _sector_classes(),
        "stroke": "#ffffff",
        "stroke_mm": 0.12,
        "labels": "parcel_id",
        "labels_max_units_per_px": 0.35,
        "max_units_per_px": 31.75,
    },
    "sectors": {
        "kind": "single",
        "stroke": "#5d574d",
        "stroke_mm": 0.4,
        "dash": "dashed",
        "labels": "sector",
        "labels_bold": True,
        "labels_max_units_per_px": 11.90625,
        "max_units_per_px": 11.90625,
    },
    "arrondissements": {
        "kind": "graduated",
        "field": "density_per_km2",
        "method": "manual",
        "breaks": [0, 6000, 10000, 15000, 25000, 40000],
        "unit": "people/km2",
        "colors": ["#f3eee5", "#ebe4d7", "#dccfb9", "#c9b592", "#b0966c"],
        "stroke": "#8f7a58",
        "stroke_mm": 0.25,
        "labels": "name_fr",
        "labels_second": "name_ar",
        "labels_size_mm": 3.6,
        "labels_color": "#5b3d1e",
        "labels_letter_spacing": 0.06,
        "labels_priority": 1,
        "labels_min_units_per_px": 3.0,
    },
    "communes": {
        "kind": "graduated",
        "field": "population_2024",
        "method": "manual",
        "breaks": [0, 10000, 25000, 75000, 200000, 3300000],
        "unit": "people",
        "colors": ["#f0f5f2", "#dfebe4", "#c6dbd0", "#a9c9bb", "#89b2a2"],
        "stroke": "#7d968a",
        "stroke_mm": 0.2,
        "labels": "name_fr",
        "labels_second": "name_ar",
        "labels_size_mm": 3.2,
        "labels_color": "#27463c",
        "labels_min_units_per_px": 12.0,
    },
    "relief": {
        "kind": "raster",
        "unit": "m",
        "stops": [
            {"value": 40.0, "color": "#7fa88b"},
            {"value": 80.0, "color": "#b9cba0"},
            {"value": 110.0, "color": "#e8dcb0"},
            {"value": 140.0, "color": "#cfae82"},
            {"value": 180.0, "color": "#a57f60"},
        ],
    },
}
