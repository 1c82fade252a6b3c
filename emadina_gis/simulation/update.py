"""Computing again only the parcels that a change touches, from an outcome already there.

What a scenario changes is a few sectors or a few parcels; the rest of a million rows is taken over
as it is. It gives the same columns as `capacity`, and totals that differ by rounding only.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.regulation import sector_table
from emadina_gis.simulation.capacity import capacity, case_of
from emadina_gis.simulation.codes import Labels
from emadina_gis.simulation.columns import Outcome
from emadina_gis.simulation.totals import Summary, resummarise, summarise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.regulation import Overrides, SectorTable
    from emadina_gis.simulation.parcels import ParcelInputs

_MOVED = frozenset({"sector", "regime", "origin_sector"})
_COLUMNS = (
    "status_code",
    "reason_code",
    "reference_area_m2",
    "free_cession_m2",
    "to_acquire_m2",
    "max_footprint_m2",
    "gross_floor_area_m2",
    "net_floor_area_m2",
    "net_floor_area_low_m2",
    "net_floor_area_high_m2",
    "central_net_m2",
    "levels_built",
)
#: Above this share of the rows, everything is computed: copying costs more than it saves.
_MOST_CHANGED = 0.5


def update_summary(reference: Summary, inputs: ParcelInputs, overrides: Overrides) -> Summary:
    """Return the totals of changed inputs, from those of a reference on the same parcels.

    Parameters
    ----------
    reference : Summary
        Totals whose outcome is taken over where nothing changed.
    inputs : ParcelInputs
        The reference's inputs with other sectors or regimes, as `apply_scenario` gives them; if
        anything else differs, everything is computed.
    overrides : Overrides
    """
    before = reference.outcome
    table = sector_table(before.document, overrides, before.parameters["storey_m"])
    rows = changed_rows(before, inputs, table)
    if rows is None or len(rows) > _MOST_CHANGED * len(inputs):
        return summarise(capacity(inputs, before.document, before.parameters, overrides=overrides))
    after = _updated(before, inputs, table, rows)
    return resummarise(reference, after, rows)


def changed_rows(
    before: Outcome, inputs: ParcelInputs, table: SectorTable
) -> NDArray[np.intp] | None:
    """Return the rows whose sector, regime or rules changed; None if all may have."""
    old = before.inputs
    names = (item.name for item in fields(inputs) if item.name not in _MOVED)
    if any(getattr(old, name) is not getattr(inputs, name) for name in names):
        return None
    changed = _other_rules(before.table, table)[inputs.sector]
    if inputs.sector is not old.sector:
        changed |= inputs.sector != old.sector
    if inputs.regime is not old.regime:
        if inputs.regime is None or old.regime is None:
            return None
        changed |= inputs.regime != old.regime
    return np.flatnonzero(changed)


def _other_rules(old: SectorTable, new: SectorTable) -> NDArray[np.bool_]:
    """Return which sectors have other numbers in the new table, shape (sectors + 1,)."""
    changed = [
        any(
            old.cases[first] != new.cases[second]
            for first, second in zip(old.lookup[index].flat, new.lookup[index].flat, strict=True)
        )
        for index in range(len(old.document.sectors))
    ]
    return np.array([*changed, False])


def _updated(
    before: Outcome, inputs: ParcelInputs, table: SectorTable, rows: NDArray[np.intp]
) -> Outcome:
    part = capacity(
        inputs.take(rows), before.document, before.parameters, overrides=table.overrides
    )
    columns = {}
    for name in _COLUMNS:
        values = getattr(before, name).copy()
        values[rows] = getattr(part, name)
        columns[name] = values
    codes = before.binding.codes.copy()
    codes[rows] = part.binding.codes
    return replace(
        before,
        inputs=inputs,
        table=table,
        case=case_of(inputs, table),
        binding=Labels(codes, before.binding.values),
        **columns,
    )
