"""Paper: the sheets of a project."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.title import Title
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.document_life import life_texts
from emadina_gis.report.note_text import status_text
from emadina_gis.report.page_compose import page_layout
from emadina_gis.report.page_content import TitleLine
from emadina_gis.report.presets import Preset
from emadina_gis.report.sheet import SheetContent, WrittenSheet, print_on, write_sheet
from emadina_gis.report.totals import balance
from emadina_gis.workflows.page_figures import PageFigures
from emadina_gis.workflows.page_scenes import Columns, PageScenes
from emadina_gis.workflows.page_views import PageViews, changes_text, procedure_text
from emadina_gis.workflows.printed_states import keep_printed, state_code
from emadina_gis.workflows.sheet_choice import USUAL, SheetChoice
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.extent import Extent
    from emadina_gis.project import Layout, Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.pdf import Printer
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words


__all__ = [
    "USUAL",
    "SheetChoice",
    "print_natively",
    "print_sheet",
    "sheet_content",
]


def print_sheet(  # noqa: PLR0913 - what, where to, in which words, for what, who listens
    project: Project,
    layout_id: str,
    target: Path,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    preset: Preset = Preset.SCREEN,
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
    written = write_sheet(content, target, words, ctx.part(0.3, 0.9), preset=preset)
    return replace(written, kept=keep_printed(project, content.code, ctx.part(0.9, 1.0)))


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
    scales = print_on(content, printer, words, ctx.part(0.3, 0.9))
    keep_printed(project, content.code, ctx.part(0.9, 1.0))
    return scales


def sheet_content(
    project: Project,
    layout: Layout,
    words: Words,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> SheetContent:
    """Return what a sheet shows: maps, title block, figures, document and date.

    Raises
    ------
    CommandError
        If the project has no scenario that the choice or a map of the layout names.
    """
    framed = page_layout(layout)
    outcomes = _outcomes(project, choice, ctx)
    document = _document(project)
    beside = outcomes[-1].scenario if len(outcomes) > 1 else None
    scenes = _scenes(project, choice, outcomes, ctx)
    figures = PageFigures(project, framed, outcomes, words, ctx)
    views = PageViews(project, framed, outcomes, words, ctx, choice.focus, choice.selected)
    totals = [outcome.summary.total for outcome in outcomes] if figures.has_balance else []
    return SheetContent(
        layout=layout,
        scene=scenes.main(),
        titles=tuple(_title_lines(project, layout, document, beside.name if beside else "")),
        date=choice.date or dt.date.today(),  # noqa: DTZ011 - the date on the person's wall
        focus=choice.focus or _focus(project),
        rows=balance(*totals) if totals else (),
        scenario=beside.name if beside else "",
        document=document.identity.title.in_language(words.language) if document else "",
        status=status_text(document, words) if document else "",
        reasons=figures.reasons(),
        code=state_code(project),
        scenes=scenes.of(framed),
        tables=figures.tables(),
        charts=figures.charts(),
        project=project.title,
        changed=views.changed(),
        views=views.views(),
        filled=_filled(document, outcomes[-1] if beside else None, words),
    )


def _filled(
    document: PlanningDocument | None, found: ScenarioOutcome | None, words: Words
) -> dict[str, str]:
    """Return what placeholders stand for beside those of every page."""
    filled = {} if document is None else life_texts(document, words)
    if document is not None and found is not None:
        filled["changes"] = changes_text(found, document, words)
        filled["procedure"] = procedure_text(found, words)
    return filled


def _scenes(
    project: Project, choice: SheetChoice, outcomes: list[ScenarioOutcome], ctx: Context
) -> PageScenes:
    known = {outcome.scenario.id: outcome for outcome in outcomes}

    def columns_of(scenario_id: str) -> Columns:
        if not outcomes:
            return {}
        if scenario_id not in known:
            known[scenario_id] = choice.outcome_of(project, scenario_id, ctx)
        return known[scenario_id].columns

    chosen = outcomes[-1].scenario.id if outcomes else project.reference_id
    return PageScenes(project, chosen, columns_of)


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
    if project.agency is not None:
        yield from (TitleLine(line) for line in project.agency.lines)
    yield TitleLine(project.title)
    if document is not None:
        commune, plan = document.identity.commune, document.identity.title
        yield TitleLine(Title(commune.fr, commune.ar, commune.en))
        yield TitleLine(Title(plan.fr, plan.ar, plan.en), 1.3, "bold")
    if layout.subtitle is not None:
        yield TitleLine(layout.subtitle)
    if scenario:
        yield TitleLine(Title.plain(scenario), 1.1, "semibold")
