"""The land budget of a scenario beside the reference's: as one report, as JSON and as CSV."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.errors import MissingInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.reading import commune_name
from emadina_gis.report.tables import csv_text
from emadina_gis.simulation import growth, raw_land
from emadina_gis.simulation.densities import densities
from emadina_gis.simulation.land_budget import LandSums, land_budget
from emadina_gis.simulation.land_chain import STEPS
from emadina_gis.simulation.land_states import STATES
from emadina_gis.simulation.outcome import problem_dict, totals_dict
from emadina_gis.simulation.totals import ENDS, FIGURES, MEASURES, Totals
from emadina_gis.simulation.wording import coefficient_label, source_text
from emadina_gis.words.numbers import without_isolates
from emadina_gis.workflows.land_places import block_codes, households_of, places_of
from emadina_gis.workflows.simulating import json_object, outcome_of, scenario_named
from emadina_gis.workflows.tabling import write_columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from emadina_gis.errors import Problem
    from emadina_gis.project import Project
    from emadina_gis.simulation.coefficients import Parameters
    from emadina_gis.simulation.densities import Density
    from emadina_gis.simulation.growth import Households, Range, Reserve
    from emadina_gis.simulation.land_budget import LandBudget
    from emadina_gis.simulation.raw_land import RawLand
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.simulation.totals import Summary
    from emadina_gis.words import Words
    from emadina_gis.workflows.land_places import Places

SCHEMA = 1
GROUPS = ("total", "sector", "arrondissement", "commune")
MOBILISABLE = "mobilisable"


@dataclass(frozen=True, eq=False)
class LandReport:
    """All that the land budget says of an outcome.

    Attributes
    ----------
    found : ScenarioOutcome
    budget : LandBudget
    raw : RawLand
    households : Households
    reserves : tuple of Reserve
    densities : tuple of Density
    places : Places
    reference : LandReport or None
        The reference's, where the scenario is another.
    """

    found: ScenarioOutcome
    budget: LandBudget
    raw: RawLand
    households: Households
    reserves: tuple[Reserve, ...]
    densities: tuple[Density, ...]
    places: Places
    reference: LandReport | None = None

    @property
    def summary(self) -> Summary:
        """The four figures of the same outcome."""
        return self.found.summary


@dataclass(frozen=True, eq=False)
class LandGroup:
    """A sector, an arrondissement, a commune or everything: its land and its four figures."""

    key: str
    land: LandSums
    totals: Totals

    def emptied(self) -> LandGroup:
        """Return the group without any parcel: what it is where a scenario took all away."""
        totals = Totals(0 * self.totals.figures, 0 * self.totals.extras)
        return replace(self, land=LandSums(0 * self.land.cells), totals=totals)


def land_report(
    project: Project,
    found: ScenarioOutcome,
    reference: ScenarioOutcome | None = None,
    ctx: Context = NULL_CONTEXT,
) -> LandReport:
    """Return the land budget of an outcome, beside the reference's where it is given.

    Raises
    ------
    MissingInput
        With code ``outcome.no-parcels`` if the project has no parcel layer.
    """
    if reference is not None and reference is not found:
        beside = land_report(project, reference, None, ctx.part(0.0, 0.5))
        return replace(land_report(project, found, None, ctx.part(0.5, 1.0)), reference=beside)
    parcels = project.parcels
    if parcels is None:
        raise MissingInput("outcome.no-parcels")
    outcome, total = found.outcome, found.summary.total
    ctx.check()
    budget = land_budget(outcome)
    ctx.report(0.4)
    raw = raw_land.raw_land(outcome, budget.states)
    places = places_of(project, outcome.inputs.commune_codes)
    households = households_of(total.value("dwellings", "existing"), places)
    ctx.report(0.7)
    return LandReport(
        found,
        budget,
        raw,
        households,
        growth.reserves(outcome.parameters, households, mobilisable(total, "dwellings")),
        densities(found.summary, perimeter_m2=places.perimeter_m2, blocks=block_codes(parcels)),
        places,
    )


def mobilisable(totals: Totals, measure: str) -> Range:
    """Return what may be expected in ten years beyond what stands: central, low, high; or NaN."""
    if not totals.is_known:
        return math.nan, math.nan, math.nan
    value, low, high = (
        totals.value(measure, "expected", end) - totals.value(measure, "existing", end)
        for end in ENDS
    )
    return value, low, high


def land_groups(report: LandReport, by: str) -> tuple[LandGroup, ...]:
    """Return the groups of a report by one of `GROUPS`; their parts sum to the total."""
    budget, summary = report.budget, report.summary
    if by == "total":
        return (LandGroup("", budget.total, summary.total),)
    if by == "sector":
        pairs = budget.by_sector, summary.by_sector
    else:
        pairs = budget.by_commune, summary.by_commune
    groups = tuple(LandGroup(key, land, pairs[1][key]) for key, land in pairs[0].items())
    return _by_commune(groups, report.places) if by == "commune" else groups


def _by_commune(groups: tuple[LandGroup, ...], places: Places) -> tuple[LandGroup, ...]:
    found: dict[str, LandGroup] = {}
    for group in groups:
        key = places.commune_of.get(group.key, group.key)
        known = found.get(key)
        if known is None:
            found[key] = LandGroup(key, group.land, group.totals)
            continue
        totals = replace(
            known.totals,
            figures=known.totals.figures + group.totals.figures,
            extras=known.totals.extras + group.totals.extras,
        )
        found[key] = LandGroup(key, known.land.plus(group.land), totals)
    return tuple(found.values())


def group_name(project: Project, by: str, key: str, words: Words) -> str:
    """Return the name of a group."""
    if by == "total":
        return words.text("land.total")
    if by == "sector":
        return words.isolated(key) if key else words.text("balance.no-sector")
    return words.isolated(commune_name(project, key, words)) if key else words.text("land.no-place")


# --- JSON -----------------------------------------------------------------------------------------


def land_report_named(
    project: Project, name_or_file: str = "", ctx: Context = NULL_CONTEXT
) -> LandReport:
    """Return the land budget of a scenario of the project or of a file, beside the reference's.

    That of the reference alone where no scenario is named. What the scenario's file says wrong is
    in the problems of `LandReport.found`.
    """
    scenario, told = scenario_named(project, name_or_file or project.reference_id)
    found = outcome_of(project, scenario, ctx.part(0.0, 0.4))
    reference = None
    if scenario is not project.reference:
        reference = outcome_of(project, project.reference, ctx.part(0.4, 0.7))
    found = replace(found, problems=(*told, *found.problems))
    return land_report(project, found, reference, ctx.part(0.7, 1.0))


def land_json(project: Project, report: LandReport, words: Words) -> dict[str, Any]:
    """Return a report as JSON, with its definitions and coefficients in words.

    Areas are in m², densities in dwellings per hectare; what cannot be said is null, with a reason.
    """
    content = {
        "schema": SCHEMA,
        "document": report.budget.outcome.document.id,
        "scenario": report.found.scenario.name,
        "baseline": project.reference.name,
        **_said(project, report, words),
        "reference": None,
        "definitions": definitions(words),
        "coefficients": _coefficients(report, words),
        "warnings": [problem_dict(problem) for problem in land_problems(report)],
    }
    if report.reference is not None:
        content["reference"] = _said(project, report.reference, words)
    return json_object(content)


def land_problems(report: LandReport) -> tuple[Problem, ...]:
    """Return what a reader of a report must know: of the scenario and its data, then of land."""
    return (*report.found.problems, *report.budget.problems)


def _said(project: Project, report: LandReport, words: Words) -> dict[str, Any]:
    total = land_groups(report, "total")[0]
    found: dict[str, Any] = {"total": _group_dict(total)}
    for by in GROUPS[1:]:
        found[f"by_{by}"] = [
            {
                "code": group.key,
                "name": group_name(project, by, group.key, words),
                **_group_dict(group),
            }
            for group in land_groups(report, by)
        ]
    budget = report.budget
    found["by_land_class"] = [
        {"class": name, **_capacity(totals)} for name, totals in report.summary.by_class.items()
    ]
    found["reasons"] = [
        {"state": state, "reason": reason, "parcels": count, "area_m2": area}
        for (state, reason), (count, area) in budget.reasons.items()
    ]
    found["undecided"] = [
        {"reason": name, "parcels": count, "area_m2": area}
        for name, (count, area) in budget.undecided.items()
    ]
    found["raw_land"] = _raw_dict(report.raw)
    found["households"] = {**vars(report.households), "gap_percent": report.households.gap_percent}
    found["reserve"] = [_reserve_dict(reserve) for reserve in report.reserves]
    found["densities"] = [
        {**vars(density), "per_ha": density.per_ha} for density in report.densities
    ]
    return found


def _group_dict(group: LandGroup) -> dict[str, Any]:
    land = group.land
    return {
        "parcels": land.parcels,
        "without_area": land.without_area,
        "gross_m2": land.gross_m2,
        "steps_m2": {name: land.step_m2(name) for name in STEPS},
        "states": {
            name: {
                "parcels": land.parcels_in(name),
                "area_m2": land.state_m2(name),
                "net_m2": land.step_m2("net", name),
            }
            for name in STATES
        },
        "capacity": _capacity(group.totals),
    }


def _capacity(totals: Totals) -> dict[str, Any]:
    found = totals_dict(totals)
    for measure in MEASURES:
        found[measure][MOBILISABLE] = _ends(mobilisable(totals, measure))
    return found


def _ends(values: Range) -> dict[str, float]:
    return dict(zip(ENDS, values, strict=True))


def _raw_dict(raw: RawLand) -> dict[str, Any]:
    labels, sectors = raw.outcome.inputs.labels(), raw.outcome.sector.to_array()
    found: dict[str, Any] = {
        "parcels": len(raw),
        "total": {name: way.total() for name, way in raw.ways.items()},
        "by_sector": [
            {
                "sector": code,
                "parcels": int(raw.in_sector(code).sum()),
                **{name: way.total(raw.in_sector(code)) for name, way in raw.ways.items()},
            }
            for code in raw.sectors
        ],
    }
    columns = {"parcel_id": labels, "sector": sectors, **_raw_columns(raw)}
    rows = zip(*(values.tolist() for values in columns.values()), strict=True)
    found["pieces"] = [dict(zip(columns, row, strict=True)) for row in rows]
    return found


def _raw_columns(raw: RawLand) -> dict[str, np.ndarray[Any, Any]]:
    """Return both ways per piece of raw land, as columns."""
    found: dict[str, np.ndarray[Any, Any]] = {"area_m2": raw.outcome.inputs.area_m2}
    for name, way in raw.ways.items():
        found[f"{name}_land_m2"] = way.land_m2
        if name == "subdivision":
            found[f"{name}_lots"] = way.units
        for number, end in enumerate(("", "_low", "_high")):
            found[f"{name}_net_floor_area{end}_m2"] = way.net_m2[number]
            found[f"{name}_dwellings{end}"] = way.dwellings[number]
        found[f"{name}_reason"] = way.reason.to_array()
    return found


def _reserve_dict(reserve: Reserve) -> dict[str, Any]:
    return {
        **vars(reserve),
        "need_per_year": _ends(reserve.need_per_year),
        "years": _ends(reserve.years),
    }


def definitions(words: Words) -> list[dict[str, str]]:
    """Return what each step and each state means, with its source, in words."""
    return [
        {"key": name, "name": words.text(f"land.step.{name}"), "text": step_text(name, words)}
        for name in STEPS
    ] + [
        {"key": name, "name": words.text(f"land.state.{name}"), "text": state_text(name, words)}
        for name in STATES
    ]


def step_text(name: str, words: Words) -> str:
    """Return what a step of the budget means and where that comes from."""
    return words.text(f"land.step-means.{name}")


def state_text(name: str, words: Words) -> str:
    """Return what a state of the land means."""
    return words.text(f"land.state-means.{name}")


def _coefficients(report: LandReport, words: Words) -> list[dict[str, Any]]:
    parameters = report.budget.outcome.parameters
    keys = dict.fromkeys((*raw_land.COEFFICIENTS, *growth.COEFFICIENTS, *_take_up(parameters)))
    found = [parameters.coefficient(key) for key in keys]
    return [
        {
            **item.to_dict(),
            "name": coefficient_label(item, words),
            "source_text": source_text(item, words),
        }
        for item in found
    ]


def _take_up(parameters: Parameters) -> list[str]:
    return [key for key in parameters.values if key.startswith("take_up_")]


# --- CSV ------------------------------------------------------------------------------------------


def write_land_csv(
    project: Project, report: LandReport, path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> None:
    """Write the budget by every group as one table, CSV or by its ending a workbook.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    columns = _group_columns(project, report, words)
    write_columns(columns, path, words.text("land.export.name"), ctx)


def land_csv(project: Project, report: LandReport, words: Words) -> str:
    """Return the budget by every group as one table, the scenario's rows before the reference's."""
    return csv_text(_group_columns(project, report, words))


def write_land_parcels_csv(report: LandReport, path: Path, ctx: Context = NULL_CONTEXT) -> None:
    """Write state, reason and steps of every parcel as a table, CSV or a workbook.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_columns(report.budget.parcel_columns(), path, "land", ctx)


def _group_columns(
    project: Project, report: LandReport, words: Words
) -> Mapping[str, np.ndarray[Any, Any]]:
    sides = {"scenario": report}
    if report.reference is not None:
        sides["reference"] = report.reference
    rows = [
        {"side": side, "by": by, "code": group.key, "name": _plain_name(project, by, group, words)}
        | _flat(group)
        for side, told in sides.items()
        for by in GROUPS
        for group in land_groups(told, by)
    ]
    return {
        name: np.array([row[name] for row in rows], dtype=object if name in _TEXTS else np.float64)
        for name in rows[0]
    }


_TEXTS = frozenset({"side", "by", "code", "name"})


def _plain_name(project: Project, by: str, group: LandGroup, words: Words) -> str:
    return without_isolates(group_name(project, by, group.key, words))


def _flat(group: LandGroup) -> dict[str, Any]:
    land = group.land
    found: dict[str, Any] = {"parcels": land.parcels, "gross_m2": land.gross_m2}
    found |= {f"{name}_m2": land.step_m2(name) for name in STEPS}
    found |= {f"state_{name}_m2": land.state_m2(name) for name in STATES}
    for measure in MEASURES:
        for figure in FIGURES[:3]:
            known = group.totals.has(figure)
            found[f"{figure}_{measure}"] = group.totals.value(measure, figure) if known else None
        for end, value in zip(
            ("", "_low", "_high"), mobilisable(group.totals, measure), strict=True
        ):
            found[f"{MOBILISABLE}{end}_{measure}"] = value
    return found
