"""A number field for a value of a kind of rule: its unit, its bounds, ratios as percentages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.app.panels.sector_values import PERCENT, CalmField

if TYPE_CHECKING:
    from emadina_gis.regulation.kinds import Kind
    from emadina_gis.words import Words

_UNITS = {"ratio": "percent", "m": "m", "m2": "m2", "per_ha": "per_ha"}
_DECIMALS = 6


class KindField(CalmField):
    """Shows and reads values as documents write them: 0.35 is typed as 35 %."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = 1.0

    def take_kind(self, kind: Kind, words: Words) -> None:
        """Take the unit, the decimals and the bounds of a kind."""
        self.factor = PERCENT if kind.unit == "ratio" else 1.0
        self.setDecimals(kind.decimals)
        self.setRange(kind.low * self.factor, kind.high * self.factor)
        unit = _UNITS.get(kind.unit, "")
        self.setSuffix(f"\u00a0{words.unit(unit)}" if unit else "")

    @property
    def number(self) -> float:
        """The value as a document writes it."""
        return round(self.value() / self.factor, _DECIMALS)
