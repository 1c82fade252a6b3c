"""Units of columns and numbers in formulas: what may be added or compared, and what comes out.

Owns lengths and areas with their factors; other units (dwellings, people) only equal themselves.
A value without a unit takes the unit of what it is added to or compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

Powers = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class Unit:
    """A product of powers of basic units.

    Attributes
    ----------
    factor : float
        How many basic units (m, m²) one of it is.
    powers : tuple of (str, Fraction)
        Exponent by basic unit, sorted; empty for a plain number.
    """

    factor: float
    powers: Powers

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """Return the unit of a product, or of a quotient with `sign` −1."""
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, Fraction(0)) + sign * power
        factor = self.factor * (other.factor if sign > 0 else 1 / other.factor)
        return Unit(factor, _sorted(powers))

    def root(self) -> Unit:
        """Return the unit of a square root."""
        return Unit(float(self.factor**0.5), _sorted({n: p / 2 for n, p in self.powers}))

    @property
    def is_plain(self) -> bool:
        """Whether it is a number without a unit."""
        return not self.powers


def _sorted(powers: dict[str, Fraction]) -> Powers:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _metres(factor: float, power: int) -> Unit:
    return Unit(factor, (("m", Fraction(power)),))


PLAIN: Final = Unit(1.0, ())
_KNOWN: Final[dict[str, Unit]] = {
    "m": _metres(1.0, 1), "km": _metres(1e3, 1), "cm": _metres(1e-2, 1), "mm": _metres(1e-3, 1),
    "m2": _metres(1.0, 2), "ha": _metres(1e4, 2), "km2": _metres(1e6, 2),
    "m3": _metres(1.0, 3), "per_ha": _metres(1e-4, -2),
}  # fmt: skip
_SPELLED: Final = {
    "m²": "m2", "km²": "km2", "m³": "m3", "hectare": "ha", "hectares": "ha",
    "م": "m", "كم": "km", "م²": "m2", "كم²": "km2", "هكتار": "ha", "م2": "m2", "كم2": "km2",
}  # fmt: skip
_PLURALS: Final = {"person": "people", "household": "households", "dwelling": "dwellings",
                   "job": "jobs", "year": "years"}  # fmt: skip
_ENDINGS: Final = frozenset({"m", "km", "m2", "ha", "km2", "m3"})
#: How units that a formula may write after a number are printed.
WRITTEN: Final = {"m": "m", "km": "km", "cm": "cm", "mm": "mm", "m2": "m²", "ha": "ha",
                  "km2": "km²", "m3": "m³"}  # fmt: skip


def written_unit(word: str) -> str | None:
    """Return the unit that a word after a number names, None where it names none."""
    name = _SPELLED.get(word, _SPELLED.get(word.lower(), word))
    return name if name in WRITTEN else None


def unit_in_name(column: str) -> str:
    """Return the unit that the name of a column ends with (``"area_m2"``), empty for none."""
    _, joint, ending = column.rpartition("_")
    return ending if joint and ending in _ENDINGS else ""


def unit_of(name: str) -> Unit:
    """Return the unit of a name as columns carry it (``"m2"``, ``"dwellings_per_ha"``)."""
    if not name:
        return PLAIN
    if name in _KNOWN:
        return _KNOWN[name]
    for joint in ("_per_", "/"):
        above, found, below = name.partition(joint)
        if found and above and below:
            return unit_of(above).times(unit_of(below), -1)
    name = _PLURALS.get(name, name)
    return Unit(1.0, ((name, Fraction(1)),))


def name_of(unit: Unit, among: tuple[str, ...] = ()) -> str:
    """Return the name of a unit, the names in `among` first; empty where it has none."""
    for name in (*among, *_KNOWN):
        if name and unit_of(name) == unit:
            return name
    return _composed(unit) if unit.factor == 1 else ""


def _composed(unit: Unit) -> str:
    above = [name for name, power in unit.powers if power == 1]
    below = [(name, -power) for name, power in unit.powers if power < 0]
    if len(above) + len(below) != len(unit.powers) or len(above) != 1 or len(below) > 1:
        return ""
    under = [_powered(name, power) for name, power in below]
    return "/".join([*above, *under]) if all(under) else ""


def _powered(name: str, power: Fraction) -> str:
    return name if power == 1 else (f"{name}{power}" if name == "m" and power == 2 else "")
