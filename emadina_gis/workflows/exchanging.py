"""Scenarios as files of their own: small, readable, for another project on the same land.

Parcels are named by their title where it names one parcel only, by row id otherwise. A file says
for which document it was written, and in which version.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.schema import Role
from emadina_gis.errors import MissingInput, Problem, Severity
from emadina_gis.io.atomic import write_text
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.session.commands.scenarios import ImportScenario
from emadina_gis.simulation.scenario import Scenario
from emadina_gis.simulation.scenario_text import FORMAT, document_version, text_of
from emadina_gis.workflows.opening import save_project
from emadina_gis.workflows.simulating import check_scenario, document_of, scenario_file

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.simulation.changes import Change, ParcelName

ENDING = ".json"
_AMOUNTS = ("taken", "freed", "widths")
Rename = Callable[["ParcelName"], "ParcelName"]


@dataclass(frozen=True)
class ImportedScenario:
    """A scenario read from a file, its parcels named by row id, with what was found."""

    scenario: Scenario
    problems: tuple[Problem, ...]


def export_scenario(
    project: Project, scenario_id: str, path: Path, ctx: Context = NULL_CONTEXT
) -> Path:
    """Write a scenario of a project to a file; the file is whole or as it was.

    Raises
    ------
    CommandError
        If the project has no such scenario.
    MissingInput
        If the project has no planning document.
    OutputError
        If the file cannot be written.
    """
    ctx.report(0.0, "phase.writing")
    scenario = project.scenario(scenario_id)
    target = path if path.suffix == ENDING else path.with_name(path.name + ENDING)
    write_text(target, text_of(scenario_content(project, scenario)))
    ctx.report(1.0, "phase.writing")
    return target


def scenario_content(project: Project, scenario: Scenario) -> dict[str, Any]:
    """Return what the file of a scenario holds."""
    document = document_of(project)
    titles: dict[ParcelName, str] = {row: title for title, row in _titles(project)[0].items()}
    named = _renamed(scenario, lambda name: titles.get(name, name))
    content = named.to_dict()
    changes = content.pop("changes")
    parcels = project.parcels
    return {
        "format": FORMAT,
        **content,
        "exported": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "document": {"id": document.id, "version": document_version(document)},
        "crs": "" if parcels is None else parcels.table.crs.id,
        "changes": changes,
    }


def import_scenario(path: Path, project: Project, ctx: Context = NULL_CONTEXT) -> ImportedScenario:
    """Return the scenario that a file describes, for the parcels of a project.

    A parcel that the project does not have keeps its title: it counts as lost, and is found again
    when the layer has it.

    Raises
    ------
    AnalysisError
        ``scenario.file``, ``scenario.unknown-change`` or ``scenario.too-new``, with the place;
        ``scenario.other-document`` where it was written for another planning document;
        ``scenario.change-refused`` where the document cannot take one of its changes.
    MissingInput
        If the project has no parcels or no planning document.
    """
    ctx.report(0.0, "phase.reading")
    content = scenario_file(path)
    scenario = Scenario.from_dict(content)
    problems = list(check_scenario(content, scenario, document_of(project)))
    if project.parcels is None:
        raise MissingInput("outcome.no-parcels")
    by_title, twice = _titles(project)
    found = _renamed(scenario, lambda name: name if _is_id(name) else by_title.get(str(name), name))
    named = {name for change in found.changes for name in change.ids}
    doubtful = len(named & twice)
    if doubtful:
        problems.append(Problem("scenario.title-twice", Severity.WARNING, count=doubtful))
    lost = sum(isinstance(name, str) for name in named) - doubtful
    if lost:
        problems.append(Problem("scenario.parcels-lost", Severity.WARNING, count=lost))
    ctx.report(1.0, "phase.reading")
    known = {other.id for other in project.scenarios}
    if found.parent_id not in known:
        found = replace(found, parent_id="")
    return ImportedScenario(replace(found, name=found.name or path.stem), tuple(problems))


def import_into_file(
    project: Project, source: Path, target: Path, ctx: Context = NULL_CONTEXT
) -> tuple[Path, tuple[Problem, ...]]:
    """Write a project with the scenario of a file in it; return its path and what was found.

    Raises
    ------
    AnalysisError, MissingInput
        As `import_scenario`.
    OutputError
        If the project cannot be written.
    """
    found = import_scenario(source, project, ctx.part(0.0, 0.5))
    made = ImportScenario(found.scenario).apply(project)
    return save_project(made, target, ctx.part(0.5, 1.0)), found.problems


def _is_id(name: ParcelName) -> bool:
    return isinstance(name, int)


def _titles(project: Project) -> tuple[dict[str, int], frozenset[str]]:
    """Return the row id of each title that names one parcel, and the titles that name several."""
    parcels = project.parcels
    column = None if parcels is None else parcels.schema.column(Role.PARCEL_ID)
    if parcels is None or column is None or column not in parcels.table.columns:
        return {}, frozenset()
    titles, ids = parcels.table.strings(column).tolist(), parcels.table.ids.tolist()
    counts = Counter(title for title in titles if title is not None)
    single = {
        str(title): row_id
        for title, row_id in zip(titles, ids, strict=True)
        if title is not None and counts[title] == 1
    }
    return single, frozenset(str(title) for title, count in counts.items() if count > 1)


def _renamed(scenario: Scenario, rename: Rename) -> Scenario:
    """Return a scenario whose parcels have other names."""
    return replace(scenario, changes=tuple(_change(change, rename) for change in scenario.changes))


def _change(change: Change, rename: Rename) -> Change:
    values: dict[str, Any] = {}
    for item in fields(change):
        value = getattr(change, item.name)
        if item.name == "ids":
            values["ids"] = tuple(rename(name) for name in value)
        elif item.name in _AMOUNTS:
            values[item.name] = tuple((rename(name), amount) for name, amount in value)
    return replace(change, **values)
