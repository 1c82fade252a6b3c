"""The whole demo without a window: map, sheet, web map, outcome and capacity in one folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.viewport import Viewport
from emadina_gis.io.atomic import make_folder, write_text
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.picture import write_picture
from emadina_gis.report.tables import csv_text
from emadina_gis.simulation.people import capacity_columns
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.printing import print_sheet
from emadina_gis.workflows.publishing import publish_web
from emadina_gis.workflows.simulating import outcome_json, scenario_outcome

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words

_MAP_SIZE_PX = (1600, 1000)


def run_demo(folder: Path, words: Words, ctx: Context = NULL_CONTEXT) -> tuple[Path, ...]:
    """Write ``map.png``, ``sheet.pdf``, ``map.html``, ``outcome.json`` and ``capacity.csv``.

    Raises
    ------
    OutputError
        If the folder cannot be made or a file cannot be written.
    """
    make_folder(folder)
    project = open_demo(words, ctx.part(0.0, 0.1))
    found = scenario_outcome(project, project.reference_id, ctx.part(0.1, 0.15))
    written = [
        _picture(project, found, folder / "map.png", words, ctx.part(0.15, 0.3)),
        _sheet(project, folder / "sheet.pdf", words, ctx.part(0.3, 0.5)),
        publish_web(project, folder, words, name="map.html", ctx=ctx.part(0.5, 0.9)).path,
        _text(folder / "outcome.json", _json(outcome_json(project, found, words))),
        _text(folder / "capacity.csv", csv_text(capacity_columns(found.outcome))),
    ]
    ctx.report(1.0)
    return tuple(written)


def _picture(
    project: Project, found: ScenarioOutcome, path: Path, words: Words, ctx: Context
) -> Path:
    scene = scene_of(project, columns={project.parcels_id: found.columns})
    view = Viewport(0.0, 0.0, 1.0, *_MAP_SIZE_PX)
    extent = project.extent_of(project.layer(project.parcels_id))
    write_picture(scene, view.fitted(extent) if extent else view, path, words, ctx=ctx)
    return path


def _sheet(project: Project, path: Path, words: Words, ctx: Context) -> Path:
    print_sheet(project, project.layouts[0].id, path, words, ctx=ctx)
    return path


def _text(path: Path, text: str) -> Path:
    write_text(path, text)
    return path


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
