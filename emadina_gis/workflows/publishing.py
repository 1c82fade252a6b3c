"""The interactive map for the public: one page that works without internet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.title import Title
from emadina_gis.errors import NotMetric
from emadina_gis.io.atomic import make_folder
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.plan_index import plan_index
from emadina_gis.report.web.content import WebContent, WrittenWeb, write_web
from emadina_gis.report.web.hits import HitTexts, hit_texts
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.simulating import OutcomeOf, document_of, scenario_outcome

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.words import Words

PAGE = "index.html"


def publish_web(  # noqa: PLR0913 - what, where to, in which words, which scenario, who listens
    project: Project,
    folder: Path,
    words: Words,
    *,
    scenario_id: str = "",
    name: str = PAGE,
    outcome_of: OutcomeOf = scenario_outcome,
    ctx: Context = NULL_CONTEXT,
) -> WrittenWeb:
    """Write the web map of the visible layers that may leave; say what was left out.

    Parameters
    ----------
    outcome_of : callable
        Gives the outcome of the scenario; by default it is computed.

    Raises
    ------
    EmptyInput
        If no visible layer may be published.
    OutputError
        If the folder or the page cannot be written.
    """
    content = _content(project, scenario_id, outcome_of, ctx.part(0.0, 0.1))
    make_folder(folder)
    return write_web(content, folder / name, words, ctx.part(0.1, 1.0))


def _content(project: Project, scenario_id: str, outcome_of: OutcomeOf, ctx: Context) -> WebContent:
    today = dt.date.today()  # noqa: DTZ011 - the date of the person's wall
    if project.parcels is None or not project.document_id:
        return WebContent(scene_of(project), project.title, today)
    found = outcome_of(project, scenario_id or project.reference_id, ctx)
    document = document_of(project)
    plan = document.identity.title
    return WebContent(
        scene=scene_of(project, columns={project.parcels_id: found.columns}),
        title=project.title,
        date=today,
        subtitle=Title(plan.fr, plan.ar, plan.en),
        parcels_id=project.parcels_id,
        columns=found.columns,
        document=document,
        hits=_hits(project, document, today, ctx),
    )


def _hits(
    project: Project, document: PlanningDocument, today: dt.date, ctx: Context
) -> HitTexts | None:
    """Return what bites the parcels; None where no layer says it or nothing can be measured."""
    try:
        index = plan_index(project, document)
    except NotMetric:
        return None
    if not index.has_constraints:
        return None
    return hit_texts(project, index, document, today, ctx=ctx)
