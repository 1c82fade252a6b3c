"""Paper: sheets, atlases and parcel notes of a project."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.title import Title
from emadina_gis.errors import SchemaError
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.atlas import atlas_pages, write_atlas
from emadina_gis.report.corners import read_corners
from emadina_gis.report.note import (
    NoteBasis,
    land_of_corners,
    land_of_titles,
    make_note,
)
from emadina_gis.report.note import write_note as write_note_file
from emadina_gis.report.note_text import status_text
from emadina_gis.report.sheet import SheetContent, WrittenSheet, print_on, write_sheet
from emadina_gis.report.sheet_blocks import TitleLine
from emadina_gis.report.title_list import read_titles
from emadina_gis.report.totals import balance
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.simulating import OutcomeOf, document_of, scenario_outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.extent import Extent
    from emadina_gis.project import Layout, Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.note import Land
    from emadina_gis.report.pdf import Printer
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words


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
    """

    scenario_id: str = ""
    focus: Extent | None = None
    date: dt.date | None = None
    outcome_of: OutcomeOf = scenario_outcome


USUAL = SheetChoice()


def print_sheet(
    project: Project,
    layout_id: str,
    target: Path,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> WrittenSheet:
    """Write a sheet as PDF.

    Raises
    ------
    CommandError
        If the project has no such layout or scenario.
    EmptyInput
        If there is nothing to print.
    OutputError
        If the file cannot be written.
    """
    content = sheet_content(project, project.layout(layout_id), words, choice, ctx.part(0.0, 0.3))
    return write_sheet(content, target, words, ctx.part(0.3, 1.0))


def print_natively(
    project: Project,
    layout_id: str,
    printer: Printer,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> tuple[int, ...]:
    """Print a sheet on a printer; return the scale of its map.

    Raises
    ------
    CommandError, EmptyInput, OutputError
        As `print_sheet`.
    """
    content = sheet_content(project, project.layout(layout_id), words, choice, ctx.part(0.0, 0.3))
    return print_on(content, printer, words, ctx.part(0.3, 1.0))


def sheet_content(
    project: Project,
    layout: Layout,
    words: Words,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> SheetContent:
    """Return what a sheet shows: map, title block, figures, document and date."""
    outcomes = _outcomes(project, choice, ctx)
    columns = {project.parcels_id: outcomes[-1].columns} if outcomes else {}
    document = _document(project)
    totals = [outcome.summary.total for outcome in outcomes]
    beside = outcomes[-1].scenario if len(outcomes) > 1 else None
    return SheetContent(
        layout=layout,
        scene=scene_of(project, columns=columns),
        titles=tuple(_title_lines(project, layout, document, beside.name if beside else "")),
        date=choice.date or dt.date.today(),  # noqa: DTZ011 - the date on the person's wall
        focus=choice.focus or _focus(project),
        rows=balance(*totals) if totals and layout.with_table else (),
        scenario=beside.name if beside else "",
        document=document.identity.title.in_language(words.language) if document else "",
        status=status_text(document, words) if document else "",
    )


def _outcomes(project: Project, choice: SheetChoice, ctx: Context) -> list[ScenarioOutcome]:
    """Return the outcome of the reference and, where another is asked for, of that scenario.

    Without parcels or without a document there is no outcome, and the sheet has no figures.
    """
    if project.parcels is None or not project.document_id:
        return []
    wanted, scenario_id = [project.reference_id], choice.scenario_id
    if scenario_id and project.scenario(scenario_id).id != project.reference_id:
        wanted.append(project.scenario(scenario_id).id)
    return [choice.outcome_of(project, name, ctx) for name in wanted]


def _document(project: Project) -> PlanningDocument | None:
    return document_of(project) if project.document_id else None


def _focus(project: Project) -> Extent | None:
    parcels = project.parcels
    return None if parcels is None else project.extent_of(parcels)


def _title_lines(
    project: Project, layout: Layout, document: PlanningDocument | None, scenario: str
) -> Iterator[TitleLine]:
    yield TitleLine(project.title)
    if document is not None:
        commune, plan = document.identity.commune, document.identity.title
        yield TitleLine(Title(commune.fr, commune.ar, commune.en))
        yield TitleLine(Title(plan.fr, plan.ar, plan.en), 1.3, "bold")
    if layout.subtitle is not None:
        yield TitleLine(layout.subtitle)
    if scenario:
        yield TitleLine(Title.plain(scenario), 1.1, "semibold")


def print_atlas(  # noqa: PLR0913 - what, over what, where to, in which words, who listens
    project: Project,
    layout_id: str,
    over: str,
    target: Path,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> WrittenSheet:
    """Write one PDF with a page per feature of a layer.

    Raises
    ------
    SchemaError
        With code ``atlas.no-layer`` if no vector layer has that name.
    """
    layer = _layer_named(project, over)
    content = sheet_content(project, project.layout(layout_id), words, choice, ctx.part(0.0, 0.1))
    pages = atlas_pages(content, layer, project, words)
    return write_atlas(pages, target, words, ctx.part(0.1, 1.0))


def _layer_named(project: Project, name: str) -> VectorLayer:
    for layer in project.vector_layers:
        if name == layer.id or layer.title.reads(name):
            return layer
    raise SchemaError("atlas.no-layer", layer=name)


@dataclass(frozen=True)
class NoteRequest:
    """Which land a note is about, and where it goes: titles, a corner file or a list of titles."""

    target: Path
    titles: tuple[str, ...] = ()
    corners: Path | None = None
    title_list: Path | None = None
    json_target: Path | None = None
    scenario_id: str = ""
    date: dt.date | None = None
    outcome_of: OutcomeOf = scenario_outcome


def write_note(
    project: Project, request: NoteRequest, words: Words, ctx: Context = NULL_CONTEXT
) -> tuple[Path, ...]:
    """Write the indicative note of some land; return the files written.

    Raises
    ------
    EmptyInput
        With code ``report.note-without-land`` if none of the titles is a parcel of the project.
    """
    lands, missing = _lands(project, request)
    basis = _note_basis(project, request, ctx.part(0.0, 0.4))
    note = make_note(project, lands, basis, words, missing=missing, ctx=ctx.part(0.4, 0.6))
    write_note_file(
        note, request.target, words, json_path=request.json_target, ctx=ctx.part(0.6, 1.0)
    )
    written = (request.target, request.json_target)
    return tuple(path for path in written if path is not None)


def _lands(project: Project, request: NoteRequest) -> tuple[tuple[Land, ...], tuple[str, ...]]:
    if request.corners is not None:
        corners = read_corners(request.corners)
        return (land_of_corners(corners, request.corners.stem),), ()
    titles = request.titles
    if request.title_list is not None:
        titles = read_titles(request.title_list)
    return land_of_titles(project, titles)


def _note_basis(project: Project, request: NoteRequest, ctx: Context) -> NoteBasis:
    date = request.date or dt.date.today()  # noqa: DTZ011
    document = _document(project)
    if document is None or project.parcels is None:
        return NoteBasis(scene_of(project), date, document)
    found = request.outcome_of(project, request.scenario_id or project.reference_id, ctx)
    scene = scene_of(project, columns={project.parcels_id: found.columns})
    return NoteBasis(scene, date, document, found.outcome)
