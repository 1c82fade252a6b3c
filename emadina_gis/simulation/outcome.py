"""``outcome.json``: what a scenario gives, in the shape other programs read.

Numbers only; sentences are the reader's. It knows nothing of files.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.errors import Problem, Severity
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.simulation import codes as col
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.coefficients import default_parameters
from emadina_gis.simulation.scenario import apply_scenario
from emadina_gis.simulation.tally import EXTRAS
from emadina_gis.simulation.totals import (
    ENDS,
    FIGURES,
    MEASURES,
    Totals,
    summarise,
    without_figures,
)
from emadina_gis.simulation.update import update_summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.progress import Context
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.simulation.parcels import ParcelInputs
    from emadina_gis.simulation.scenario import Scenario
    from emadina_gis.simulation.totals import Summary

SCHEMA = 1


def simulate(
    inputs: ParcelInputs,
    document: PlanningDocument,
    scenario: Scenario,
    parameters: Parameters | None = None,
    *,
    reference: Summary | None = None,
    ctx: Context | None = None,
) -> Summary:
    """Return the totals of a scenario; the outcome and what was found are in the summary.

    Parameters
    ----------
    inputs, document, scenario, parameters
        What the scenario is applied to.
    reference : Summary, optional
        Totals on the same inputs and coefficients (the reference scenario's): only parcels that
        the scenario touches are then computed.
    ctx : Context, optional
        Progress and cancellation.

    Raises
    ------
    ZoningError
        If the scenario names a sector or a value that the document does not have.
    """
    applied = apply_scenario(scenario, inputs, document)
    chosen = parameters or default_parameters(document)
    if (
        reference is not None
        and reference.outcome.document is document
        and reference.outcome.parameters == chosen
    ):
        updated = update_summary(reference, applied.inputs, applied.overrides)
        return replace(updated, problems=applied.problems)
    found = capacity(
        applied.inputs,
        document,
        chosen,
        overrides=applied.overrides,
        ctx=ctx or NULL_CONTEXT,
    )
    return replace(summarise(found), problems=applied.problems)


def totals_dict(totals: Totals) -> dict[str, Any]:
    """Return the four figures of each measure, with the ends of their ranges; None if unknown."""

    def ends(measure: str, figure: str) -> dict[str, float | None]:
        known = totals.has(figure)
        return {end: totals.value(measure, figure, end) if known else None for end in ENDS}

    return {measure: {figure: ends(measure, figure) for figure in FIGURES} for measure in MEASURES}


def extras_dict(totals: Totals) -> dict[str, Any]:
    """Return the other sums of a group: land, cession, parking, jobs."""
    found: dict[str, Any] = {
        name: totals.other(name) for name in EXTRAS if not name.startswith("jobs")
    }
    found["parcels"] = round(found["parcels"])
    ends = {"value": "jobs", "low": "jobs_low", "high": "jobs_high"}
    found["jobs"] = {end: totals.other(name) for end, name in ends.items()}
    return found


def outcome_dict(
    summary: Summary,
    *,
    scenario: str = "",
    baseline: str = "",
    problems: Sequence[Problem] = (),
) -> dict[str, Any]:
    """Return the content of ``outcome.json``.

    Parameters
    ----------
    summary : Summary
    scenario, baseline : str
        Names of the scenario and of the reference it is read against.
    problems : sequence of Problem
        Findings about the data, added to those of the outcome itself.
    """
    outcome = summary.outcome
    without = without_figures(outcome)
    assumed = int(np.isin(outcome.status_code, (col.ASSUMED, col.REGIME_UNKNOWN)).sum())
    names = dict(zip(outcome.inputs.commune_codes, outcome.inputs.commune_names, strict=False))
    return {
        "schema": SCHEMA,
        "document": outcome.document.id,
        "scenario": scenario,
        "baseline": baseline,
        "coefficients": outcome.parameters.to_list(),
        "totals": totals_dict(summary.total),
        "land": extras_dict(summary.total),
        "by_sector": [
            {"sector": code, **totals_dict(totals), **extras_dict(totals)}
            for code, totals in summary.by_sector.items()
        ],
        "by_commune": [
            {
                "code": code,
                "name": names.get(code, ""),
                **totals_dict(totals),
                **extras_dict(totals),
            }
            for code, totals in summary.by_commune.items()
        ],
        "by_land_class": [
            {"class": name, **totals_dict(totals), **extras_dict(totals)}
            for name, totals in summary.by_class.items()
        ],
        "parcels": {"ok": len(outcome) - assumed - without, "assumed": assumed, "without": without},
        "warnings": [problem_dict(found) for found in (*problems, *warnings_of(summary))],
    }


def problem_dict(problem: Problem) -> dict[str, Any]:
    """Return a finding as it is written in JSON."""
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "where": problem.where,
        "count": problem.count,
        "params": dict(problem.params),
    }


def warnings_of(summary: Summary) -> tuple[Problem, ...]:
    """Return what a reader of the totals must know: what was left out, what was assumed."""
    outcome = summary.outcome
    counts = {
        "capacity.regime-unknown": outcome.status.count("regime_unknown"),
        "capacity.assumed": outcome.status.count("assumed"),
        "capacity.missing-input": outcome.status.count("missing_input"),
        "capacity.no-sector": outcome.status.count("no_sector"),
        "capacity.no-rule": outcome.status.count("no_rule"),
        "capacity.bad-geometry": outcome.status.count("bad_geometry"),
        "capacity.existing-unknown": _unknown_existing(outcome),
        "capacity.dwellings-estimated": _estimated_dwellings(outcome),
    }
    return tuple(
        Problem(code, Severity.WARNING, outcome.document.id, count)
        for code, count in counts.items()
        if count
    )


def _unknown_existing(outcome: Outcome) -> int:
    existing = outcome.inputs.existing_floor_area_m2
    return len(outcome) if existing is None else int(np.isnan(existing).sum())


def _estimated_dwellings(outcome: Outcome) -> int:
    existing, surveyed = outcome.inputs.existing_floor_area_m2, outcome.inputs.existing_dwellings
    if existing is None:
        return 0
    unknown = np.ones(len(outcome), dtype=bool) if surveyed is None else np.isnan(surveyed)
    return int(np.count_nonzero(unknown & (existing > 0)))
