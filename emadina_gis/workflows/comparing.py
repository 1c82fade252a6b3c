"""Two scenarios compared on paper: what the sheet of a comparison is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.soundness import made_valid
from emadina_gis.domain.title import Title
from emadina_gis.errors import MissingInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project import PageFormat
from emadina_gis.report.comparison import ComparisonContent, Reason, Side, write_comparison
from emadina_gis.report.note_text import status_text
from emadina_gis.report.page_content import TitleLine
from emadina_gis.report.totals import balance
from emadina_gis.words import load_words
from emadina_gis.workflows.differences import reasons
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.printed_states import keep_printed, state_code
from emadina_gis.workflows.sheet_choice import USUAL, SheetChoice
from emadina_gis.workflows.simulating import document_of

__all__ = ["Reason", "differing_rows", "print_comparison", "reasons"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.report.sheet import WrittenSheet
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words

#: Land shown around what differs, as a part of its size, and at least so many metres.
_AROUND = 0.25
_AROUND_M = 120.0
#: More parcels than this are not outlined: the colours alone show them.
_MOST_OUTLINED = 20_000
_TOLERANCE_M2 = 1e-6


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
        highlight=_outline(project, rows),
        document=document.identity.title.in_language(words.language),
        status=status_text(document, words),
        code=state_code(project),
    )
    written = write_comparison(content, target, words, ctx.part(0.6, 0.9))
    return replace(written, kept=keep_printed(project, content.code, ctx.part(0.9, 1.0)))


def differing_rows(a: ScenarioOutcome, b: ScenarioOutcome) -> NDArray[np.intp]:
    """Return the rows whose sector or floor area is not the same in two outcomes."""
    first, second = a.outcome, b.outcome
    differs = first.inputs.sector != second.inputs.sector
    for name in ("net_floor_area_low_m2", "net_floor_area_high_m2", "reference_area_m2"):
        one, other = getattr(first, name), getattr(second, name)
        close = np.isclose(one, other, rtol=0.0, atol=_TOLERANCE_M2, equal_nan=True)
        differs = differs | ~close
    return np.flatnonzero(differs)


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


def _focus(project: Project, rows: NDArray[np.intp]) -> Extent:
    """Return the land that differs with some land around it; all parcels where nothing differs."""
    parcels = project.parcels
    assert parcels is not None
    whole = project.extent_of(parcels)
    if not len(rows) or whole is None:
        return whole or Extent(0.0, 0.0, 1.0, 1.0)
    bounds = parcels.table.bounds[rows]
    xmin, ymin = np.nanmin(bounds[:, :2], axis=0)
    xmax, ymax = np.nanmax(bounds[:, 2:], axis=0)
    more = max((xmax - xmin) * _AROUND, (ymax - ymin) * _AROUND, _AROUND_M)
    return Extent(float(xmin - more), float(ymin - more), float(xmax + more), float(ymax + more))


def _outline(project: Project, rows: NDArray[np.intp]) -> tuple[object, ...]:
    parcels = project.parcels
    if parcels is None or not 0 < len(rows) <= _MOST_OUTLINED:
        return ()
    shapes = made_valid(parcels.table.shapes(rows))
    return tuple(shapely.get_parts(shapely.union_all(shapes)).tolist())
