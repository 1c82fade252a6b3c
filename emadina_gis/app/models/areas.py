"""Areas in the unit that the person prefers: m², hectares, or hectares-ares-centiares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.words.units import hectares_ares_centiares

if TYPE_CHECKING:
    from emadina_gis.report.reading_rows import ReadingRow
    from emadina_gis.words import Words

M2_PER_HA = 10_000.0
#: Rows of a reading that are areas of land; floor areas stay in m².
LAND_AREAS = frozenset(
    {"area_m2", "reference_area_m2", "free_cession_m2", "to_acquire_m2", "green_m2"}
)


def in_unit(rows: tuple[ReadingRow, ...], unit: str, words: Words) -> tuple[ReadingRow, ...]:
    """Return the rows of a reading with areas of land in the unit that the person prefers."""
    if unit == "m2":
        return rows
    return tuple(
        replace(row, value=area_text(row.number, unit, words))
        if row.key in LAND_AREAS and row.number is not None
        else row
        for row in rows
    )


def area_text(area_m2: float, unit: str, words: Words, decimals: int = 0) -> str:
    """Return an area as text.

    Parameters
    ----------
    unit : str
        ``"m2"``, ``"ha"`` or ``"ha_a_ca"``, the setting ``area_unit``.
    decimals : int
        Decimals in m²; hectares have four, so that a square metre is still seen.
    """
    if unit == "ha":
        return words.quantity(area_m2 / M2_PER_HA, "ha", 4)
    if unit == "ha_a_ca":
        hectares, ares, centiares = hectares_ares_centiares(area_m2)
        return words.text("area.ha-a-ca", ha=hectares, a=ares, ca=centiares)
    return words.quantity(area_m2, "m2", decimals)
