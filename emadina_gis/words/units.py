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
    "degrees": {"fr": "°", "ar": "°", "en": "°"},
    "mm": {"fr": "mm", "ar": "مم", "en": "mm"},
    "mb": {"fr": "Mo", "ar": "ميغابايت", "en": "MB"},
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
