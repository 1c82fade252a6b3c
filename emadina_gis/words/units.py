"""Unit labels in the three languages, as they follow a number; hectares, ares, centiares."""

from __future__ import annotations

from emadina_gis.words.plurals import plural_category

#: French counts in the plural from two on: "1,5 logement".
_FRENCH_PLURAL = 2

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

#: How counted things are said after some numbers; after all others as in `UNIT_LABELS`.
COUNTED: dict[str, dict[str, dict[str, str]]] = {
    "dwellings": {
        "fr": {"one": "logement"},
        "ar": {"few": "مساكن", "many": "مسكنا"},
        "en": {"one": "dwelling"},
    },
    "people": {"fr": {"one": "habitant"}, "en": {"one": "person"}},
    "places": {
        "fr": {"one": "place"},
        "ar": {"few": "مواقف", "many": "موقفا"},
        "en": {"one": "place"},
    },
    "jobs": {
        "fr": {"one": "emploi"},
        "ar": {"few": "مناصب", "many": "منصبا"},
        "en": {"one": "job"},
    },
    "households": {
        "fr": {"one": "ménage"},
        "ar": {"few": "أسر"},
        "en": {"one": "household"},
    },
    "levels": {
        "fr": {"one": "niveau"},
        "ar": {"one": "مستوى", "two": "مستوى", "many": "مستوى", "other": "مستوى"},
        "en": {"one": "level"},
    },
    "establishments": {
        "fr": {"one": "établissement"},
        "ar": {"few": "مؤسسات"},
        "en": {"one": "establishment"},
    },
    "years": {
        "fr": {"one": "an"},
        "ar": {"one": "سنة", "two": "سنة", "many": "سنة", "other": "سنة"},
        "en": {"one": "year"},
    },
}

_CENTIARES_PER_ARE = 100
_CENTIARES_PER_HECTARE = 10_000


def unit_after(value: float | None, unit: str, language: str) -> str:
    """Return the label of a unit as it is said after a number; one we do not know as it is."""
    labels = UNIT_LABELS.get(unit)
    if labels is None:
        return unit
    forms = COUNTED.get(unit, {}).get(language)
    if value is None or forms is None:
        return labels[language]
    return forms.get(_category(value, language), labels[language])


def _category(value: float, language: str) -> str:
    if float(value).is_integer():
        return plural_category(int(value), language)
    return "one" if language == "fr" and abs(value) < _FRENCH_PLURAL else "other"


def hectares_ares_centiares(area_m2: float) -> tuple[int, int, int]:
    """Split an area in m² as land titles print it (1 centiare = 1 m²)."""
    total = round(area_m2)
    hectares, rest = divmod(total, _CENTIARES_PER_HECTARE)
    ares, centiares = divmod(rest, _CENTIARES_PER_ARE)
    return hectares, ares, centiares
