"""What a page for the public never says: persons, land titles, counts of a few households.

Columns are judged by role, by name and by what they hold; a title inside another text is masked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.land_title import title_share
from emadina_gis.domain.role_names import plain_name
from emadina_gis.domain.schema import PERSONAL_ROLES, Role, guessed_schema
from emadina_gis.io.diagnosis import may_be_personal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer

#: Counts of households or people below this are not published (loi 09-08).
FEWEST = 10
#: What stands for a land title.
MASK = "•••"
COUNTED_ROLES = frozenset(
    {
        Role.HOUSEHOLDS,
        Role.POPULATION,
        Role.EXISTING_POPULATION,
        Role.EXISTING_DWELLINGS,
    }
)
#: Columns of personal data by the words in their names, whatever their role.
PERSONAL_WORDS = frozenset(
    {"proprietaire", "owner", "cin", "telephone", "phone", "email", "mail", "adresse", "address"}
)
_COUNTED_WORDS = frozenset(
    {
        "menage", "menages", "household", "households", "population", "people", "persons",
        "habitants", "inhabitants", "logement", "logements", "dwelling", "dwellings",
        "الأسر", "السكان", "المساكن",
    }
)  # fmt: skip
#: Names of shares and averages: no count.
_NO_COUNT = frozenset(
    {
        "pct", "percent", "taux", "rate", "taille", "size", "part", "share", "moyenne", "mean",
        "per", "par",
    }
)  # fmt: skip
_MOST_TITLES = 0.05
_SAMPLE = 4096
_TITLE = re.compile(
    r"(?:\b(?:titre(?:\s+foncier)?|t\s?\.?\s?f|t|r[ée]q(?:uisition)?|r)|الرسم(?:\s+العقاري)?|مطلب)"
    r"[\s.:°º-]*(?:n[°ºo]?|numéro|عدد|رقم)?[\s.:°º\u200e\u200f\u2066-\u2069]*"
    r"\d{1,7}\s*[/\\]\s*(?:[a-z]{1,2}|\d{1,3})\b"
    r"|\b\d{3,7}\s*[/\\]\s*[a-z]{1,2}\b",
    re.IGNORECASE,
)


def is_personal(layer: VectorLayer, name: str) -> bool:
    """Whether a column holds personal data, by its role or by its name."""
    roles = (layer.schema.role_of(name), guessed_schema([name]).role_of(name))
    if any(role in PERSONAL_ROLES for role in roles) or may_be_personal(name):
        return True
    return not PERSONAL_WORDS.isdisjoint(plain_name(name).split("_"))


def is_title(layer: VectorLayer, name: str, column: Column) -> bool:
    """Whether a column names land titles, by its role, its name or what it holds."""
    if layer.schema.role_of(name) is Role.PARCEL_ID:
        return True
    if guessed_schema([name]).role_of(name) is Role.PARCEL_ID:
        return True
    if column.is_number:
        return False
    sample = column.strings[:_SAMPLE]
    return bool(title_share(sample) > _MOST_TITLES)


def is_withheld(layer: VectorLayer, name: str, column: Column) -> bool:
    """Whether a column never leaves."""
    return is_personal(layer, name) or is_title(layer, name, column)


def is_counted(layer: VectorLayer, name: str, column: Column) -> bool:
    """Whether a column counts households, dwellings or people, so that few of them are hidden."""
    if not column.is_number:
        return False
    if layer.schema.role_of(name) in COUNTED_ROLES:
        return True
    parts = frozenset(plain_name(name).split("_"))
    return not _COUNTED_WORDS.isdisjoint(parts) and _NO_COUNT.isdisjoint(parts)


def few(column: Column) -> NDArray[np.bool_]:
    """Return which rows count a few only, though some; shape (n,)."""
    values = column.numbers
    return np.asarray((values > 0) & (values < FEWEST))


def masked(text: str) -> str:
    """Return a text with the land titles in it masked."""
    return _TITLE.sub(MASK, text)


def masked_in(texts: dict[str, str]) -> dict[str, str]:
    """Return a text in each language with the land titles in it masked."""
    return {language: masked(text) for language, text in texts.items()}


def masked_value(value: Any) -> str:
    """Return a value as a text with the land titles in it masked."""
    return masked(str(value))
