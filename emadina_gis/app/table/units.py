"""A list of units to choose from, or to type another one into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.words.units import UNIT_LABELS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QComboBox

    from emadina_gis.words import Words

#: What columns of planners are counted in, the usual first.
USUAL = ("", "m2", "ha", "m", "percent", "dwellings", "people", "households", "jobs", "places",
         "levels", "years", "km", "km2", "dwellings_per_ha")  # fmt: skip


def offer_units(box: QComboBox, chosen: str, words: Words) -> None:
    """List the units in the language of the moment; one we do not know is listed too."""
    box.clear()
    listed = USUAL if chosen in USUAL else (*USUAL, chosen)
    for unit in listed:
        text = words.unit(unit) if unit in UNIT_LABELS or unit else words.text("columns-page.plain")
        box.addItem(text, unit)
    box.setCurrentIndex(listed.index(chosen))


def unit_of(box: QComboBox) -> str:
    """Return the chosen unit; empty for none."""
    return str(box.currentData() or "")
