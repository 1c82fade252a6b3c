"""What a sheet is made of, beside its layout."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.workflows.simulating import OutcomeOf, scenario_outcome

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent


@dataclass(frozen=True)
class SheetChoice:
    """What a sheet is made of, beside its layout.

    Attributes
    ----------
    scenario_id : str
        Scenario whose colours and figures are printed; empty for the reference.
    focus : Extent or None
        What must be seen, in the project's CRS; None shows the parcels, else everything.
    date : date or None
        Printed on the sheet; None is today.
    outcome_of : callable
        Gives the outcomes of scenarios; by default they are computed.
    selected : tuple of int
        Ids of parcels whose section and volumes are drawn where the scenario changes none.
    """

    scenario_id: str = ""
    focus: Extent | None = None
    date: dt.date | None = None
    outcome_of: OutcomeOf = scenario_outcome
    selected: tuple[int, ...] = ()


USUAL = SheetChoice()
