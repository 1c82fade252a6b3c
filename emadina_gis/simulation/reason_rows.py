"""Which parcels a part of a comparison is about: its edit touched them, its rule binds them.

Reads two outcomes and the reason that ``compare`` gives; computes no capacity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.simulation.changes import WITHOUT
from emadina_gis.simulation.difference import LEAST, gain_of
from emadina_gis.simulation.scenario import rows_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome

_NOTHING = 1e-9


def rows_of_reason(
    reason: Mapping[str, Any], first: ScenarioOutcome, second: ScenarioOutcome
) -> NDArray[np.intp]:
    """Return the rows of the parcels whose figure a reason explains.

    Parameters
    ----------
    reason : Mapping
        ``sector``, ``rule``, ``edit`` and ``key``, as a comparison gives them.
    first, second : ScenarioOutcome
        What was compared, on the same rows.
    """
    after = second.outcome
    codes = (*after.document.sector_codes, "")
    sector = codes.index(str(reason["sector"]))
    meant = after.inputs.sector == (sector if sector < len(codes) - 1 else -1)
    rules = list(after.binding.values)
    if reason["rule"] in rules:
        meant &= after.binding.codes == rules.index(reason["rule"])
    gained = gain_of(first.outcome, after, _measure(str(reason["key"])))
    meant &= np.abs(np.nan_to_num(gained, nan=0.0)) > _NOTHING
    named = _named(str(reason["edit"]), first, second)
    if named is not None:
        touched = np.zeros(len(after), dtype=bool)
        touched[named] = True
        meant &= touched
    rows: NDArray[np.intp] = np.flatnonzero(meant)
    return rows


def _measure(key: str) -> str:
    """Return the measure of a reason's key; people follow dwellings."""
    measure = key.partition(".")[0]
    return measure if measure in LEAST else "dwellings"


def _named(edit: str, first: ScenarioOutcome, second: ScenarioOutcome) -> NDArray[np.intp] | None:
    """Return the rows that an edit names, None where it names none (a value of a sector)."""
    owner = first if edit.startswith(WITHOUT) else second
    wanted = edit.removeprefix(WITHOUT)
    found = [
        rows_named(change, owner.outcome.inputs)
        for change in owner.scenario.changes
        if change.summary == wanted and getattr(change, "ids", None)
    ]
    return np.unique(np.concatenate(found)) if found else None
