"""Why two scenarios differ, in parts that add up, as paper tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.page_content import Reason
from emadina_gis.simulation.change_wording import edit_text
from emadina_gis.simulation.compare import compare
from emadina_gis.simulation.wording import rule_text
from emadina_gis.workflows.simulating import document_of, parameters_of, parcel_inputs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.project import Project
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words

#: What the reasons on paper are told for.
TOLD_FOR = "dwellings.addition"


def reasons(
    project: Project,
    a: ScenarioOutcome,
    b: ScenarioOutcome,
    words: Words,
    ctx: Context = NULL_CONTEXT,
) -> Iterator[Reason]:
    """Yield the parts of the difference of possible dwellings; they add up to it."""
    document = document_of(project)
    inputs = parcel_inputs_of(project, document, ctx).inputs
    ctx.report(0.5, "phase.simulating")
    found = compare(inputs, document, a.scenario, b.scenario, parameters_of(project, document))
    for reason in found.why:
        if reason["key"] == TOLD_FOR:
            yield Reason(
                edit_text(str(reason["edit"]), document, words),
                words.isolated(str(reason["sector"])) or words.text("balance.no-sector"),
                rule_text(str(reason["rule"]), words),
                float(reason["difference"]),
            )
