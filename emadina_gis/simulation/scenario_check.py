"""Whether a scenario read from a file fits a planning document, change by change, with the place.

Nothing is applied: no parcel is needed, and a scenario that cannot be computed never enters a
project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.errors import AnalysisError, EmadinaError, Problem, Severity
from emadina_gis.regulation import check_override
from emadina_gis.simulation import changes as kinds
from emadina_gis.simulation.draft import check_granted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.changes import Change


def check_changes(changes: Iterable[Change], document: PlanningDocument) -> tuple[Problem, ...]:
    """Return what to tell of changes that can be applied under a document.

    Raises
    ------
    AnalysisError
        ``scenario.change-refused`` for a sector, a value or a bonus that the document does not
        have or take, with the place and what is wrong.
    """
    unnamed = 0
    for number, change in enumerate(changes):
        try:
            _check(change, document)
        except EmadinaError as finding:
            place = f"changes[{number}]"
            raise AnalysisError("scenario.change-refused", place=place, finding=finding) from None
        unnamed += isinstance(change, kinds.AddReservation) and not change.index
    if not unnamed:
        return ()
    return (Problem("scenario.no-index", Severity.WARNING, count=unnamed),)


def _check(change: Change, document: PlanningDocument) -> None:
    match change:
        case kinds.SetSectorValue():
            check_override(document, change.sector, change.key, change.value)
        case kinds.SetSector():
            document.sector(change.sector)
        case kinds.LiftReservation() | kinds.LiftServitude() if change.sector:
            document.sector(change.sector)
        case kinds.Derogation():
            for key, value in change.values:
                check_granted(key, value)
        case kinds.GrantBonus():
            if change.bonus not in {bonus.key for bonus in document.bonuses}:
                raise AnalysisError("bonus.unknown", bonus=change.bonus, document=document.id)
