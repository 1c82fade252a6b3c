"""What a page says of the changes of its scenario: their land, a street section, their volumes.

The parcels are those that the scenario changes, else those selected, else those of the view that is
printed; where there are none a sentence says so. Lengths and heights are those of the simulation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.kept import kept
from emadina_gis.errors import AnalysisError, MissingInput, NotMetric
from emadina_gis.project.layouts import MapContent, MassingContent, SectionContent
from emadina_gis.report.page_content import Changed
from emadina_gis.report.page_text import LINE_BLANK
from emadina_gis.simulation.change_wording import change_text
from emadina_gis.simulation.changes import Derogation
from emadina_gis.workflows.changed_land import differing_rows, land_around, outline_of
from emadina_gis.workflows.massing import massing_scene, rows_in_extent, rows_of_ids
from emadina_gis.workflows.street_section import street_section

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.progress import Context
    from emadina_gis.project import Layout, Project
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.render.massing.prisms import Prisms
    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.report.page_content import View
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words

    Rows = NDArray[np.intp]

#: Volumes are shown of the changed parcels within this distance of the first, in metres.
NEAR_M = 110.0
MOST_PARCELS = 60
#: So many parcels are tried for one with a street before it and with rules.
MOST_TRIED = 12
MOST_CHANGES = 4
#: Land on each side of what changes, as a part of its size.
AROUND = 0.12


@dataclass
class PageViews:
    """The views of a page.

    Attributes
    ----------
    outcomes : list of ScenarioOutcome
        The reference's and, where another scenario is printed, that one's; may be empty.
    focus : Extent or None
        What is printed where the scenario changes nothing and nothing is selected.
    selected : tuple of int
        Ids of the parcels that are drawn where the scenario changes none.
    """

    project: Project
    layout: Layout
    outcomes: list[ScenarioOutcome]
    words: Words
    ctx: Context
    focus: Extent | None = None
    selected: tuple[int, ...] = ()

    @kept
    def rows(self) -> Rows:
        """Rows of the parcels whose sector or rights the scenario changes."""
        if len(self.outcomes) < 2:
            return np.zeros(0, dtype=np.intp)
        return differing_rows(*self.outcomes)

    def changed(self) -> Changed | None:
        """Return the land of the changes, where a map of the page looks at it."""
        maps = (frame.content for frame in self.layout.maps)
        if not any(isinstance(one, MapContent) and one.of_changes for one in maps):
            return None
        extent = land_around(self.project, self.rows, AROUND)
        return None if extent is None else Changed(extent, outline_of(self.project, self.rows))

    def views(self) -> dict[str, View]:
        """Return sections and volumes by the id of their frame."""
        found: dict[str, View] = {}
        for frame in self.layout.frames:
            if isinstance(frame.content, SectionContent):
                found[frame.id] = self._section
            elif isinstance(frame.content, MassingContent):
                found[frame.id] = self._massing
        return found

    @kept
    def _section(self) -> View:
        if not len(self._shown):
            return self._nothing("page.said.section")
        said = ""
        for row in self._shown[:MOST_TRIED].tolist():
            try:
                return street_section(self.project, self.outcomes[-1], row, self.ctx)
            except (AnalysisError, MissingInput, NotMetric) as exc:
                said = said or self.words.error(exc)[0]
        return said

    @kept
    def _massing(self) -> View:
        if not len(self._shown):
            return self._nothing("page.said.massing")
        near = self._near()
        try:
            scene = massing_scene(self.project, self.outcomes[-1], near, self.ctx)
        except (MissingInput, NotMetric) as exc:
            return self.words.error(exc)[0]
        facts = {**scene.facts, "parcels_beyond": float(len(self._shown) - len(near))}
        return replace(scene, existing_prisms=_beside(scene), facts=facts)

    def _nothing(self, key: str) -> str:
        return self.words.text(key if self.outcomes else "page.said.view-none")

    @kept
    def _shown(self) -> Rows:
        """Rows that are drawn, those that gain or lose most first."""
        if not self.outcomes:
            return self.rows
        if not len(self.rows):
            return self._in_focus()
        first, last = (one.outcome.central_net_m2[self.rows] for one in self.outcomes)
        gain = np.abs(np.nan_to_num(last) - np.nan_to_num(first))
        ordered: Rows = self.rows[np.argsort(-gain, kind="stable")]
        return ordered

    def _in_focus(self) -> Rows:
        chosen = rows_of_ids(self.project, np.array(self.selected, dtype=np.int64))
        if len(chosen) or self.focus is None:
            return chosen
        try:
            return rows_in_extent(self.project, self.focus)[:MOST_PARCELS]
        except (MissingInput, NotMetric):
            return self.rows

    def _near(self) -> Rows:
        """Return the rows about the first that is shown, the nearest first."""
        parcels = self.project.parcels
        assert parcels is not None
        bounds = parcels.table.bounds[self._shown]
        middle = (bounds[:, :2] + bounds[:, 2:]) / 2
        away = np.hypot(*(middle - middle[0]).T)
        order = np.argsort(away, kind="stable")
        near: Rows = self._shown[order[away[order] <= NEAR_M]]
        return near[:MOST_PARCELS]


def _beside(scene: MassingScene) -> Prisms:
    """Return what stands, but for what a volume may take the place of: it would hide in it."""
    standing = scene.existing_prisms
    stays = ~np.isin(standing.owner, np.unique(scene.allowed_prisms.owner))
    return standing.take(np.flatnonzero(stays))


def changes_text(found: ScenarioOutcome, document: PlanningDocument, words: Words) -> str:
    """Return the changes of a scenario as lines; the rest as a count."""
    changes = found.scenario.changes
    if not changes:
        return words.text("council.changes-none")
    lines = [change_text(change, document, words) for change in changes[:MOST_CHANGES]]
    left = len(changes) - len(lines)
    if left:
        lines.append(words.plural("council.more-changes", left))
    return "\n".join(lines)


def procedure_text(found: ScenarioOutcome, words: Words) -> str:
    """Return the procedure that the changes need; a blank to fill in where they do not tell it.

    Changes to what the plan says need its modification or its revision: which of them is for the
    agency to say.
    """
    changes = found.scenario.changes
    if changes and all(isinstance(change, Derogation) for change in changes):
        return words.text("council.procedure.derogation")
    return words.text("council.procedure.unknown", blank=LINE_BLANK)
