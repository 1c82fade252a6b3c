"""What is printed as the window shows it: the scenario, its outcomes, the selected parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.workflows.sheet_choice import SheetChoice

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.extent import Extent

#: More parcels than this are no choice of a few to be drawn.
MOST_SELECTED = 10_000


def shown_choice(desk: Desk, focus: Extent | None = None) -> SheetChoice:
    """Return what sheets are made of now; `focus` is what must be seen."""
    ids = desk.view.selected(desk.project.parcels_id)[:MOST_SELECTED]
    results = desk.results
    return SheetChoice(
        results.scenario_id,
        focus,
        outcome_of=results.outcome_of,
        selected=tuple(ids.tolist()),
    )
