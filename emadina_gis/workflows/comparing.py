"""Two scenarios compared on paper: what the sheet of a comparison is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.title import Title
from emadina_gis.errors import MissingInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project import PageFormat
from emadina_gis.report.comparison import ComparisonContent, Reason, Side, write_comparison
from emadina_gis.report.note_text import status_text
from emadina_gis.report.page_content import TitleLine
from emadina_gis.report.totals import balance
from emadina_gis.words import load_words
from emadina_gis.workflows.changed_land import differing_rows, land_around, outline_of
from emadina_gis.workflows.differences import reasons
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.printed_states import keep_printed, state_code
from emadina_gis.workflows.sheet_choice import USUAL, SheetChoice
from emadina_gis.workflows.simulating import document_of

__all__ = ["Reason", "differing_rows", "print_comparison", "reasons"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.sheet import WrittenSheet
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words
    from emadina_gis.workflows.changed_land import Rows


def print_comparison(  # noqa: PLR0913 - which two, where to, in which words, who listens
    project: Project,
    a: str,
    b: str,
    target: Path,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> WrittenSheet:
    """Write a PDF page with two scenarios side by side: maps, figures, and why they differ.

    Parameters
    ----------
    a, b : str
        Scenarios by id or name: what is compared with, and what is compared.

    Raises
    ------
    CommandError
        If the project has no such scenario.
    MissingInput
        Without a parcel layer or a planning document.
    OutputError
        If the file cannot be written.
    """
    if project.parcels is None:
        raise MissingInput("outcome.no-parcels")
    document = document_of(project)
    first = choice.outcome_of(project, project.scenario(a).id, ctx.part(0.0, 0.2))
    second = choice.outcome_of(project, project.scenario(b).id, ctx.part(0.2, 0.4))
    found = tuple(reasons(project, first, second, words, ctx.part(0.4, 0.6)))
    rows = differing_rows(first, second)
    content = ComparisonContent(
        title=_title(),
        titles=tuple(_titles(project, document)),
        sides=(_side(project, first, words), _side(project, second, words)),
        focus=choice.focus or _focus(project, rows),
        date=choice.date or dt.date.today(),  # noqa: DTZ011 - the date on the person's wall
        page=PageFormat.A3,
        rows=balance(first.summary.total, second.summary.total),
        reasons=found,
        highlight=outline_of(project, rows),
        document=document.identity.title.in_language(words.language),
        status=status_text(document, words),
        code=state_code(project),
    )
    written = write_comparison(content, target, words, ctx.part(0.6, 0.9))
    return replace(written, kept=keep_printed(project, content.code, ctx.part(0.9, 1.0)))


def _title() -> Title:
    key = "report.comparison.title"
    return Title(*(load_words(language).text(key) for language in ("fr", "ar", "en")))


def _titles(project: Project, document: PlanningDocument) -> Iterator[TitleLine]:
    commune = document.identity.commune
    yield TitleLine(project.title)
    yield TitleLine(Title(commune.fr, commune.ar, commune.en))
    yield TitleLine(_title(), 1.3, "bold")


def _side(project: Project, found: ScenarioOutcome, words: Words) -> Side:
    reference = words.text("report.balance.reference")
    name = found.scenario.name or reference
    if found.scenario.id == project.reference_id and name != reference:
        name = words.text("report.comparison.reference", name=name)
    return Side(name, scene_of(project, columns={project.parcels_id: found.columns}))


def _focus(project: Project, rows: Rows) -> Extent:
    """Return the land that differs with some land around it; all parcels where nothing differs."""
    parcels = project.parcels
    assert parcels is not None
    around = land_around(project, rows)
    return around or project.extent_of(parcels) or Extent(0.0, 0.0, 1.0, 1.0)
