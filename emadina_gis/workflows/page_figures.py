"""The figures that the frames of a page ask for: computed once, and only those."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emadina_gis.domain.kept import kept
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.progress import Context
from emadina_gis.project.layouts import (
    ChartContent,
    ChartKind,
    Frame,
    Layout,
    TableContent,
    TableKind,
)
from emadina_gis.report.annex_measures import ALONE
from emadina_gis.report.annexes import Family, annex_of, family_layer
from emadina_gis.report.page_attributes import attributes_table, may_be_listed
from emadina_gis.report.page_charts import PaperChart, plain_chart
from emadina_gis.report.page_council import CouncilFigures, council_table
from emadina_gis.report.page_land import equipment_table, land_chart, land_rows, land_table
from emadina_gis.workflows.changed_land import differing_rows
from emadina_gis.workflows.differences import reasons
from emadina_gis.workflows.land_budget import land_report

if TYPE_CHECKING:
    from emadina_gis.project import Project
    from emadina_gis.report.page_content import Reason
    from emadina_gis.report.page_land import LandRow
    from emadina_gis.report.page_tables import PaperTable
    from emadina_gis.simulation.scenario_outcome import ScenarioOutcome
    from emadina_gis.words import Words

#: So many sectors with the largest additions are charted; those that add nothing are not.
MOST_SECTORS = 18
LEAST_DWELLINGS = 0.5


@dataclass
class PageFigures:
    """Figures of a page.

    Attributes
    ----------
    outcomes : list of ScenarioOutcome
        The reference's and, where another scenario is printed, that one's; may be empty.
    """

    project: Project
    layout: Layout
    outcomes: list[ScenarioOutcome]
    words: Words
    ctx: Context
    _frames: tuple[Frame, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._frames = self.layout.frames

    @property
    def has_balance(self) -> bool:
        """Whether a frame shows the four figures."""
        return any(
            (isinstance(f.content, TableContent) and f.content.table is TableKind.BALANCE)
            or (isinstance(f.content, ChartContent) and f.content.chart is ChartKind.BALANCE)
            for f in self._frames
        )

    def reasons(self) -> tuple[Reason, ...] | None:
        """Return why both scenarios differ, where a frame tells it; None without two."""
        asked = any(
            isinstance(f.content, TableContent) and f.content.table is TableKind.COMPARISON
            for f in self._frames
        )
        if not asked or len(self.outcomes) < 2:
            return None
        first, second = self.outcomes
        return tuple(reasons(self.project, first, second, self.words, self.ctx))

    def tables(self) -> dict[str, PaperTable]:
        """Return the tables of land, facilities and attributes by the id of their frame."""
        found: dict[str, PaperTable] = {}
        for frame in self._frames:
            if isinstance(frame.content, TableContent):
                made = self._table(frame.content)
                if made is not None:
                    found[frame.id] = made
        return found

    def charts(self) -> dict[str, PaperChart]:
        """Return the charts of land and sectors by the id of their frame."""
        found: dict[str, PaperChart] = {}
        for frame in self._frames:
            if isinstance(frame.content, ChartContent):
                made = self._chart(frame.content)
                if made is not None:
                    found[frame.id] = made
        return found

    def _table(self, wanted: TableContent) -> PaperTable | None:
        if wanted.table is TableKind.LAND_BUDGET and self._land is not None:
            return land_table(*self._land, self.words, self._names)
        if wanted.table is TableKind.COUNCIL and self.outcomes:
            return council_table(self._council(wanted.price_mad_m2), self.words)
        if wanted.table is TableKind.EQUIPMENT:
            return self._equipment()
        if wanted.table is TableKind.ATTRIBUTES:
            return self._attributes(wanted)
        return None

    def _chart(self, wanted: ChartContent) -> PaperChart | None:
        if wanted.chart is ChartKind.LAND_BUDGET and self._land is not None:
            return land_chart(self._land[1], self.words, self._names)
        if wanted.chart is ChartKind.SECTORS and self.outcomes:
            return self._sectors()
        return None

    def _council(self, price_mad_m2: float) -> CouncilFigures:
        first, last = self.outcomes[0], self.outcomes[-1]
        if first is last:
            return CouncilFigures(first.summary.total, price_mad_m2=price_mad_m2)
        return CouncilFigures(
            first.summary.total,
            last.summary.total,
            last.scenario.name,
            len(differing_rows(first, last)),
            price_mad_m2,
        )

    @property
    def _names(self) -> tuple[str, str]:
        words = self.words
        second = self.outcomes[-1].scenario.name
        return words.text("report.balance.reference"), words.isolated(second)

    @kept
    def _land(self) -> tuple[tuple[LandRow, ...], tuple[LandRow, ...]] | None:
        if not self.outcomes:
            return None
        found = self.outcomes[-1]
        beside = self.outcomes[0] if len(self.outcomes) > 1 else None
        report = land_report(self.project, found, beside, self.ctx)
        if report.reference is None:
            return land_rows(report.budget.total, None, self.words)
        return land_rows(report.reference.budget.total, report.budget.total, self.words)

    def _equipment(self) -> PaperTable | None:
        layer = family_layer(self.project.vector_layers, Family.FACILITIES)
        if layer is None or not may_be_listed(layer):
            return None
        rows = annex_of(layer, Family.FACILITIES, ALONE).rows
        return equipment_table(rows, self.words) if rows else None

    def _attributes(self, wanted: TableContent) -> PaperTable | None:
        if not self.project.has_layer(wanted.layer):
            return None
        layer = self.project.layer(wanted.layer)
        if not isinstance(layer, VectorLayer) or not may_be_listed(layer):
            return None
        return attributes_table(
            layer,
            wanted.columns,
            wanted.most_rows,
            self.words,
            masks_titles=self.layout.masks_titles,
        )

    def _sectors(self) -> PaperChart:
        by_sector = self.outcomes[-1].summary.by_sector
        known = [
            (code, totals.value("dwellings", "addition"))
            for code, totals in by_sector.items()
            if code and totals.has("addition")
        ]
        known = [item for item in known if item[1] >= LEAST_DWELLINGS]
        most = sorted(known, key=lambda item: -item[1])[:MOST_SECTORS]
        values = [(self.words.isolated(code), value) for code, value in most]
        title = self.words.text("page.chart.sectors")
        return plain_chart(title, values, self.words, unit="")
