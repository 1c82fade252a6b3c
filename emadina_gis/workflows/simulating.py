"""Scenarios of a project: their outcomes, as columns, as totals, as JSON, and compared."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import AnalysisError, MissingInput, Severity
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.documents import document_in
from emadina_gis.project.role_check import role_problems
from emadina_gis.regulation import check_document
from emadina_gis.report.plan_index import map_basis
from emadina_gis.report.reading import commune_name
from emadina_gis.simulation.coefficients import Parameters, default_parameters
from emadina_gis.simulation.compare import compare
from emadina_gis.simulation.from_table import TableInputs, inputs_from_table
from emadina_gis.simulation.outcome import outcome_dict, simulate
from emadina_gis.simulation.scenario import Scenario
from emadina_gis.simulation.scenario_check import check_changes
from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
from emadina_gis.simulation.scenario_text import check_document as check_written_for
from emadina_gis.simulation.scenario_text import content_of
from emadina_gis.workflows.hits import supplied_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.schema import Schema
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.errors import Problem
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.words import Words

SCENARIO_ENDINGS = (".json",)
#: How workflows get an outcome: computed, or known already.
OutcomeOf = Callable[["Project", str, Context], ScenarioOutcome]


def document_of(project: Project) -> PlanningDocument:
    """Return the planning document of a project.

    Raises
    ------
    MissingInput
        With code ``outcome.no-document`` where none was chosen.
    ZoningError
        If it does not exist or cannot be understood.
    """
    if not project.document_id:
        raise MissingInput("outcome.no-document")
    return document_in(project, project.document_id)


def parameters_of(project: Project, document: PlanningDocument) -> Parameters:
    """Return the coefficients: the sourced defaults and what the person changed."""
    parameters = default_parameters(document)
    for key, value in project.coefficients:
        parameters = parameters.with_value(key, value)
    return parameters


def parcel_inputs_of(
    project: Project, document: PlanningDocument, ctx: Context = NULL_CONTEXT
) -> TableInputs:
    """Return the engine's inputs from the parcel layer's roles, and from the map what they lack.

    Raises
    ------
    MissingInput
        With code ``outcome.no-parcels`` if the project has no parcel layer.
    """
    parcels = project.parcels
    if parcels is None:
        raise MissingInput("outcome.no-parcels")
    read = inputs_from_table(parcels.table, parcels.schema, document, ctx)
    return supplied_inputs(project, read, document, ctx)


class KnownInputs:
    """The engine's inputs of the parcels read last: many scenarios are computed on the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[FeatureTable, Schema, PlanningDocument, TableInputs] | None = None
        self._map: tuple[Any, ...] = ()

    def of(self, project: Project, ctx: Context = NULL_CONTEXT) -> TableInputs:
        """Return the inputs of a project's parcels, read where they are others than last time.

        Raises
        ------
        MissingInput
            As `parcel_inputs_of`.
        """
        parcels = project.parcels
        document = document_of(project)
        plan = map_basis(project)
        with self._lock:
            if parcels is not None and self._kept is not None:
                table, schema, known, inputs = self._kept
                same = table is parcels.table and schema is parcels.schema
                same = same and list(map(id, plan)) == list(map(id, self._map))
                if same and _read_alike(known, document):
                    return inputs
            read = parcel_inputs_of(project, document, ctx)
            if parcels is not None:
                self._kept = (parcels.table, parcels.schema, document, read)
                self._map = plan
            return read


def _read_alike(one: PlanningDocument, other: PlanningDocument) -> bool:
    """Whether parcels are read the same for two documents: only sectors' codes enter."""
    return one is other or one.sector_codes == other.sector_codes


def scenario_outcome(
    project: Project,
    scenario_id: str,
    ctx: Context = NULL_CONTEXT,
    *,
    reference: ScenarioOutcome | None = None,
    inputs: TableInputs | None = None,
) -> ScenarioOutcome:
    """Return the outcome of a scenario of the project.

    Parameters
    ----------
    reference : ScenarioOutcome, optional
        Outcome of the reference on the same parcels: only what the scenario touches is computed.
    inputs : TableInputs, optional
        What `parcel_inputs_of` gives, where it is known.
    """
    scenario = project.scenario(scenario_id)
    return outcome_of(project, scenario, ctx, reference=reference, inputs=inputs)


def outcome_of(
    project: Project,
    scenario: Scenario,
    ctx: Context = NULL_CONTEXT,
    *,
    reference: ScenarioOutcome | None = None,
    inputs: TableInputs | None = None,
) -> ScenarioOutcome:
    """Return the outcome of a scenario, in the project or read from a file."""
    ctx.report(0.0, "phase.simulating")
    document = document_of(project)
    read = inputs or parcel_inputs_of(project, document, ctx)
    summary = simulate(
        read.inputs,
        document,
        scenario,
        parameters_of(project, document),
        reference=reference.summary if reference is not None else None,
        ctx=ctx.part(0.0, 0.9),
    )
    ctx.report(1.0, "phase.simulating")
    return ScenarioOutcome(scenario, summary, (*read.problems, *summary.problems))


def outcome_columns(
    project: Project, scenario_id: str, ctx: Context = NULL_CONTEXT
) -> Mapping[str, Mapping[str, Column]]:
    """Return the outcome columns by layer, as scenes take them."""
    return {project.parcels_id: scenario_outcome(project, scenario_id, ctx).columns}


def outcome_document(
    project: Project, name_or_file: str, words: Words, ctx: Context = NULL_CONTEXT
) -> dict[str, Any]:
    """Return the content of ``outcome.json`` for a scenario of the project or of a file."""
    scenario, told = scenario_named(project, name_or_file)
    found = outcome_of(project, scenario, ctx)
    unsound = (p for p in check_document(document_of(project)) if p.severity is Severity.ERROR)
    told = (*role_problems(project), *unsound, *told)
    return outcome_json(project, replace(found, problems=(*told, *found.problems)), words)


def outcome_json(project: Project, found: ScenarioOutcome, words: Words) -> dict[str, Any]:
    """Return the content of ``outcome.json``, with the communes named in a language."""
    content = outcome_dict(
        found.summary,
        scenario=found.scenario.name,
        baseline=project.reference.name,
        problems=found.problems,
    )
    for entry in content["by_commune"]:
        entry["name"] = commune_name(project, entry["code"], words)
    return json_object(content)


def comparison_document(
    project: Project, a: str, b: str, ctx: Context = NULL_CONTEXT
) -> dict[str, Any]:
    """Return the JSON of two scenarios compared, with why they differ."""
    ctx.report(0.0, "phase.simulating")
    document = document_of(project)
    found = compare(
        parcel_inputs_of(project, document).inputs,
        document,
        scenario_named(project, a)[0],
        scenario_named(project, b)[0],
        parameters_of(project, document),
    )
    ctx.report(1.0, "phase.simulating")
    return json_object(found.to_dict())


def scenario_named(project: Project, name_or_file: str) -> tuple[Scenario, tuple[Problem, ...]]:
    """Return a scenario of the project or of a file, with what to tell of it."""
    path = Path(name_or_file)
    if path.suffix in SCENARIO_ENDINGS and path.is_file():
        content = scenario_file(path)
        scenario = Scenario.from_dict(content)
        return scenario, check_scenario(content, scenario, document_of(project))
    return project.scenario(name_or_file), ()


def check_scenario(
    content: Mapping[str, Any], scenario: Scenario, document: PlanningDocument
) -> tuple[Problem, ...]:
    """Return what to tell of a scenario's file under a document.

    Raises
    ------
    AnalysisError
        ``scenario.other-document`` or ``scenario.change-refused``, with the place.
    """
    told = check_written_for(content, document)
    return (*told, *check_changes(scenario.changes, document))


def scenario_file(path: Path) -> dict[str, Any]:
    """Return the content of the file of a scenario.

    Raises
    ------
    AnalysisError
        ``scenario.no-file`` where it is not there, ``scenario.file`` where it cannot be read or
        holds no scenario.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise AnalysisError("scenario.no-file", place=path.name) from exc
    except (OSError, ValueError) as exc:
        raise AnalysisError("scenario.file", place=path.name) from exc
    return content_of(text, path.name)


def json_object(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object where numbers that do not exist are null, as JSON needs."""
    return {key: json_safe(inner) for key, inner in value.items()}


def json_safe(value: Any) -> Any:
    """Return a value where numbers that do not exist are null, as JSON needs."""
    if isinstance(value, dict):
        return {key: json_safe(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(inner) for inner in value]
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None  # noqa: PLR0124
    return value
