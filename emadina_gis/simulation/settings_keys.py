"""Keys of ``--set KEY=VALUE``: the coefficients, and the values of the document's sectors.

A coefficient is named by its key (``net_to_gross``), a sector's value by the sector and the kind of
rule (``B4.floor_ratio``, ``E2.coverage.lot``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.errors import SettingsError
from emadina_gis.regulation import KINDS, NO_OVERRIDES, Overrides, check_override, sector_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters


@dataclass(frozen=True)
class SettableKey:
    """A key that may be set: its present value (NaN for none), its range and its source."""

    key: str
    value: float
    low: float
    high: float
    source: str


def settable_keys(document: PlanningDocument, parameters: Parameters) -> Iterator[SettableKey]:
    """Yield the coefficients, then each sector's values, with what they are now.

    The source of a sector's value is the document's identifier.
    """
    for item in parameters.values.values():
        yield SettableKey(item.key, item.value, item.low, item.high, item.source)
    table = sector_table(document, NO_OVERRIDES, parameters["storey_m"])
    for kind in KINDS.values():
        if not kind.editable:
            continue
        values = table.plain(kind.name)
        for index, sector in enumerate(document.sectors):
            if sector.no_number is not None:
                continue
            name = f"{sector.code}.{kind.name}"
            row = values[index]
            if values.ndim == 1:
                yield SettableKey(name, float(row), kind.low, kind.high, document.id)
                continue
            for suffix, value in zip(("lot", "raw"), row.tolist(), strict=True):
                yield SettableKey(f"{name}.{suffix}", value, kind.low, kind.high, document.id)


def with_settings(
    settings: Iterable[str], document: PlanningDocument, parameters: Parameters
) -> tuple[Parameters, Overrides]:
    """Return coefficients and overrides after some ``KEY=VALUE`` texts, in order.

    Raises
    ------
    SettingsError
        ``settings.bad-setting`` for a text that is no ``KEY=NUMBER``; ``settings.no-coefficient``
        for a key nobody knows; ``settings.bad-coefficient`` for a value out of range.
    ZoningError
        If a sector cannot take the value.
    """
    overrides = NO_OVERRIDES
    for setting in settings:
        key, value = _parsed(setting)
        sector, _, rest = key.partition(".")
        is_value = document.index_of(sector) >= 0 or rest.partition(".")[0] in KINDS
        if key not in parameters.values and rest and is_value:
            check_override(document, sector, rest, value)
            overrides = overrides.with_value(sector, rest, value)
        else:
            parameters = parameters.with_value(key, value)
    return parameters, overrides


def _parsed(setting: str) -> tuple[str, float]:
    key, equals, text = setting.partition("=")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not equals or not math.isfinite(value):
        raise SettingsError("settings.bad-setting", setting=setting)
    return key.strip(), value
