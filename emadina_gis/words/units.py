"""Unit labels in the three languages, and areas in hectares, ares and centiares."""

from __future__ import annotations

UNIT_LABELS: dict[str, dict[str, str]] = {
    "m": {"fr": "m", "ar": "م", "en": "m"},
    "km": {"fr": "km", "ar": "كم", "en": "km"},
    "m2": {"fr": "m²", "ar": "م²", "en": "m²"},
    "ha": {"fr": "ha", "ar": "هكتار", "en": "ha"},
    "km2": {"fr": "km²", "ar": "كم²", "en": "km²"},
    "percent": {"fr": "%", "ar": "%", "en": "%"},
    "per_ha": {"fr": "/ha", "ar": "/هكتار", "en": "/ha"},
    "dwellings": {"fr": "logements", "ar": "مسكن", "en": "dwellings"},
    "people": {"fr": "habitants", "ar": "نسمة", "en": "people"},
    "places": {"fr": "places", "ar": "موقف", "en": "places"},
    "jobs": {"fr": "emplois", "ar": "منصب", "en": "jobs"},
    "m2_per_person": {"fr": "m²/hab", "ar": "م²/نسمة", "en": "m²/person"},
    "people_per_km2": {"fr": "hab/km²", "ar": "نسمة/كم²", "en": "people/km²"},
    "people_per_household": {"fr": "pers./ménage", "ar": "فرد/أسرة", "en": "people/household"},
    "percent_per_year": {"fr": "% par an", "ar": "% سنويا", "en": "% per year"},
    "dwellings_per_ha": {"fr": "logements/ha", "ar": "مسكن/هكتار", "en": "dwellings/ha"},
    "per_10000_people": {
        "fr": "pour 10\u202f000 habitants",
        "ar": "لكل \u206610\u202f000\u2069 نسمة",
        "en": "per 10\u202f000 people",
    },
    "degrees": {"fr": "°", "ar": "°", "en": "°"},
    "mm": {"fr": "mm", "ar": "مم", "en": "mm"},
    "mb": {"fr": "Mo", "ar": "ميغابايت", "en": "MB"},
    "households": {"fr": "ménages", "ar": "أسرة", "en": "households"},
    "levels": {"fr": "niveaux", "ar": "مستويات", "en": "levels"},
    "establishments": {"fr": "établissements", "ar": "مؤسسة", "en": "establishments"},
    "min": {"fr": "min", "ar": "دقيقة", "en": "min"},
    "people/km2": {"fr": "hab/km²", "ar": "نسمة/كم²", "en": "people/km²"},
    "years": {"fr": "ans", "ar": "سنوات", "en": "years"},
}

_CENTIARES_PER_ARE = 100
_CENTIARES_PER_HECTARE = 10_000


def hectares_ares_centiares(area_m2: float) -> tuple[int, int, int]:
    """Split an area in m² as land titles print it (1 centiare = 1 m²)."""
    total = round(area_m2)
    hectares, rest = divmod(total, _CENTIARES_PER_HECTARE)
    ares, centiares = divmod(rest, _CENTIARES_PER_ARE)
    return hectares, ares, centiares
