"""The interactive map for the public: one page that works without internet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import Diffusion, RasterLayer
from emadina_gis.domain.title import Title
from emadina_gis.errors import MissingInput, NotMetric
from emadina_gis.io.atomic import make_folder
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.plan_index import plan_index
from emadina_gis.report.web.content import After, WebContent, WrittenWeb, may_leave, write_web
from emadina_gis.report.web.geometry import PRECISION_M
from emadina_gis.report.web.hits import HitTexts, hit_texts
from emadina_gis.words import load_words
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.simulating import OutcomeOf, document_of, scenario_outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.simulation.scenario import Scenario
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words

PAGE = "index.html"


@dataclass(frozen=True)
class WebChoice:
    """What a page shows.

    Attributes
    ----------
    scenario_id : str
        Scenario of the figures, the reference where empty.
    compared_id : str
        Scenario, by id or name, that the reader may pull over it; empty for none.
    layers : frozenset of str, or None
        Visible layers to publish; None takes all that are public. Restricted ones leave only
        where they are named here, internal ones never.
    precision_m : float
        Step of the coordinates, in metres.
    date : date or None
        Printed on the page; None is today.
    """

    scenario_id: str = ""
    compared_id: str = ""
    layers: frozenset[str] | None = None
    precision_m: float = PRECISION_M
    date: dt.date | None = None


USUAL = WebChoice()


def web_choice(
    project: Project,
    *,
    scenario: str = "",
    compared: str = "",
    layers: Iterable[str] | None = None,
    precision_m: float | None = None,
) -> WebChoice:
    """Return a choice from names: scenarios and layers by id or by their name in any language.

    Raises
    ------
    CommandError
        If the project has no such scenario or layer.
    """
    return WebChoice(
        project.scenario(scenario).id if scenario else "",
        project.scenario(compared).id if compared else "",
        None if layers is None else frozenset(layer_named(project, name).id for name in layers),
        PRECISION_M if precision_m is None else precision_m,
    )


def layer_named(project: Project, name: str) -> VectorLayer:
    """Return a vector layer by id, else by its name in any language.

    Raises
    ------
    CommandError
        If the project has no such layer.
    """
    for layer in project.vector_layers:
        if name == layer.id or layer.title.reads(name):
            return layer
    return project.vector_layer(name)


def publish_web(  # noqa: PLR0913 - what, where to, in which words, which choices, who listens
    project: Project,
    folder: Path,
    words: Words,
    *,
    scenario_id: str = "",
    name: str = PAGE,
    choice: WebChoice = USUAL,
    outcome_of: OutcomeOf = scenario_outcome,
    ctx: Context = NULL_CONTEXT,
) -> WrittenWeb:
    """Write the web map of the visible layers that may leave; say what was left out.

    Parameters
    ----------
    scenario_id : str
        Scenario of the figures, where `choice` names none.
    outcome_of : callable
        Gives the outcome of the scenario; by default it is computed.

    Raises
    ------
    EmptyInput
        If no visible layer may be published.
    MissingInput
        With code ``report.web-nothing-compared`` where scenarios cannot be compared.
    OutputError
        If the folder or the page cannot be written.
    """
    choice = replace(choice, scenario_id=choice.scenario_id or scenario_id)
    content = _content(project, choice, outcome_of, ctx.part(0.0, 0.3))
    make_folder(folder)
    return write_web(content, folder / name, words, ctx.part(0.3, 1.0))


def _content(
    project: Project, choice: WebChoice, outcome_of: OutcomeOf, ctx: Context
) -> WebContent:
    today = choice.date or dt.date.today()  # noqa: DTZ011 - the date of the person's wall
    plain = WebContent(
        scene_of(project),
        project.title,
        today,
        layers=choice.layers,
        precision_m=choice.precision_m,
        rasters=_rasters(project),
    )
    drawn = plain.scene.vector(project.parcels_id)
    leaves = drawn is not None and may_leave(drawn, choice.layers)
    if project.parcels is None or not project.document_id or not leaves:
        if choice.compared_id:
            raise MissingInput("report.web-nothing-compared")
        return plain
    found = outcome_of(project, choice.scenario_id or project.reference_id, ctx.part(0.0, 0.3))
    document = document_of(project)
    plan = document.identity.title
    return replace(
        plain,
        scene=scene_of(project, columns={project.parcels_id: found.columns}),
        subtitle=Title(plan.fr, plan.ar, plan.en),
        parcels_id=project.parcels_id,
        columns=found.columns,
        document=document,
        hits=_hits(project, document, choice, today, ctx.part(0.6, 1.0)),
        after=_after(project, choice, found, outcome_of, ctx.part(0.3, 0.6)),
    )


def _rasters(project: Project) -> tuple[Title, ...]:
    shown = (layer for layer in project.layers if layer.visible)
    return tuple(layer.title for layer in shown if isinstance(layer, RasterLayer))


def _after(
    project: Project,
    choice: WebChoice,
    before: ScenarioOutcome,
    outcome_of: OutcomeOf,
    ctx: Context,
) -> After | None:
    """Return the scenario that is compared; None where none is, or where it is the same."""
    if not choice.compared_id:
        return None
    scenario = project.scenario(choice.compared_id)
    if scenario.id == before.scenario.id:
        return None
    found = outcome_of(project, scenario.id, ctx)
    scene = scene_of(project, columns={project.parcels_id: found.columns})
    first = _named(project, before.scenario)
    return After(_named(project, scenario), first, scene, found.columns)


def _named(project: Project, scenario: Scenario) -> Title:
    """Return the name of a scenario; the reference is called so in each language."""
    if scenario.id != project.reference_id:
        return Title.plain(scenario.name)
    key = "report.balance.reference"
    return Title(*(load_words(language).text(key) for language in ("fr", "ar", "en")))


def _hits(
    project: Project, document: PlanningDocument, choice: WebChoice, today: dt.date, ctx: Context
) -> HitTexts | None:
    """Return what bites the parcels; None where no layer says it or nothing can be measured."""
    try:
        index = plan_index(project, document)
    except NotMetric:
        return None
    if not index.has_constraints:
        return None
    return hit_texts(project, index, document, today, layers=_sayable(project, choice), ctx=ctx)


def _sayable(project: Project, choice: WebChoice) -> frozenset[str]:
    """Return the layers of which popups may speak: public ones, and restricted ones chosen."""
    chosen = choice.layers or frozenset()
    return frozenset(
        layer.id
        for layer in project.vector_layers
        if layer.diffusion is Diffusion.PUBLIC
        or (layer.diffusion is Diffusion.RESTRICTED and layer.id in chosen)
    )
