"""Two scenarios side by side: how much each total differs, and exactly why (`decomposition`).

It knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.kept import kept
from emadina_gis.simulation.decomposition import (
    MOST_SHARED_EDITS,
    WHY_KEYS,
    Question,
    merged,
    reasons,
)
from emadina_gis.simulation.outcome import simulate
from emadina_gis.simulation.tally import EXTRAS
from emadina_gis.simulation.totals import FIGURES, MEASURES

if TYPE_CHECKING:
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.scenario import Scenario
    from emadina_gis.simulation.totals import Summary, Totals

__all__ = ["MOST_SHARED_EDITS", "WHY_KEYS", "Comparison", "compare"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two scenarios: their totals, and why they differ.

    Attributes
    ----------
    a, b : Scenario
    totals_a, totals_b : Summary
    why : tuple of dict
        ``sector``, ``rule`` (the rule that binds in b), ``edit``, ``key``, ``difference``.
    """

    a: Scenario
    b: Scenario
    totals_a: Summary
    totals_b: Summary
    why: tuple[dict[str, Any], ...]

    @kept
    def totals(self) -> list[dict[str, Any]]:
        """Key, a, b, difference and its range, for each figure of each measure."""
        first, second = self.totals_a.total, self.totals_b.total
        rows = [
            _row(
                f"{measure}.{figure}", _ends(first, measure, figure), _ends(second, measure, figure)
            )
            for measure in MEASURES
            for figure in FIGURES
        ]
        for name in EXTRAS:
            if not name.startswith("jobs"):
                ends = [(t.other(name),) * 3 for t in (first, second)]
                rows.append(_row(name, ends[0], ends[1]))
        names = ("jobs", "jobs_low", "jobs_high")
        jobs = [tuple(t.other(name) for name in names) for t in (first, second)]
        return [*rows, _row("jobs", jobs[0], jobs[1])]

    def to_dict(self) -> dict[str, Any]:
        """Return the content of the comparison's JSON."""
        return {
            "a": self.a.name or self.a.id,
            "b": self.b.name or self.b.id,
            "totals": self.totals,
            "why": list(self.why),
        }


def _ends(totals: Totals, measure: str, figure: str) -> tuple[float, ...]:
    return tuple(totals.value(measure, figure, end) for end in ("value", "low", "high"))


def _row(key: str, a: tuple[float, ...], b: tuple[float, ...]) -> dict[str, Any]:
    ends = [second - first for first, second in zip(a, b, strict=True)]
    return {
        "key": key,
        "a": a[0],
        "b": b[0],
        "difference": ends[0],
        "low": min(ends),
        "high": max(ends),
    }


def compare(
    inputs: ParcelInputs,
    document: PlanningDocument,
    a: Scenario,
    b: Scenario,
    parameters: Parameters | None = None,
) -> Comparison:
    """Return how two scenarios differ, and why.

    Raises
    ------
    ZoningError
        If a scenario names a sector or a value that the document does not have.
    """
    totals_a = simulate(inputs, document, a, parameters)
    totals_b = simulate(inputs, document, b, parameters, reference=totals_a)
    question = Question(inputs, totals_b.outcome, merged(a.changes, b.changes))
    return Comparison(a, b, totals_a, totals_b, tuple(reasons(question)))
