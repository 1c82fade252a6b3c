"""What is said of findings, repairs and neighbours: names of features, areas, what is done.

Owns texts only; no widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.mending import Method, Step
from emadina_gis.domain.schema import Role
from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.domain.coverage import CoverageCheck
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.repair import RepairPlan
    from emadina_gis.words import Words

_NAMING = (Role.PARCEL_ID, Role.NAME)
_METHODS = {Method.STRUCTURE: "structure", Method.LINEWORK: "linework", Method.REORDER: "reorder"}
#: Areas that change by less are said to stay.
_LEAST_SAID = 0.005
_MOST_NAMES = 3


class GeometryTexts:
    """Texts about the features of one layer."""

    def __init__(self, layer: VectorLayer, words: Words) -> None:
        self._layer = layer
        self._words = words
        columns = [layer.schema.column(role) for role in _NAMING]
        self._naming = next((name for name in columns if name in layer.table.columns), None)

    def name(self, row_id: int) -> str:
        """Return what a feature is called: its title, its name, or its number in the table."""
        rows = self._layer.table.rows_of_ids(np.array([row_id], dtype=np.int64))
        if not len(rows):
            return ""
        value = None
        if self._naming is not None:
            value = self._layer.table.column(self._naming).value(int(rows[0]))
        if value is None or not str(value).strip():
            return self._words.text("geometry.feature", number=int(rows[0]) + 1)
        return self._words.isolated(str(value))

    def problem(self, problem: Problem) -> tuple[str, str]:
        """Return what was found and what to do about it."""
        return self._words.problem(problem)

    def area(self, value: float, plan: RepairPlan | None = None, *, signed: bool = False) -> str:
        """Return an area, in map units where a plan could not measure."""
        if plan is None or plan.is_measured:
            return self._words.quantity(value, "m2", 2, signed=signed)
        unit = self._words.text("geometry.repairs.map-units")
        return f"{self._words.number(value, 2, signed=signed)}\u00a0{unit}"

    def unit(self, plan: RepairPlan) -> str:
        """Return the unit of the areas of a plan."""
        if plan.is_measured:
            return self._words.unit("m2")
        return self._words.text("geometry.repairs.map-units")

    def change(self, plan: RepairPlan, at: int) -> str:
        """Return the area gained or lost, with its share."""
        change, before = float(plan.changes[at]), float(plan.areas_before[at])
        if abs(change) < _LEAST_SAID:
            return self.area(0.0, plan)
        said = self.area(change, plan, signed=True)
        if before < abs(change):
            return said
        share = self._words.quantity(100 * change / before, "percent", 2, signed=True)
        return f"{said} · {share}"

    def done_to(self, plan: RepairPlan, at: int) -> str:
        """Return what a repair does, and what is to be known of it."""
        return " · ".join(self._done_to(plan, at))

    def _done_to(self, plan: RepairPlan, at: int) -> Iterator[str]:
        say = self._words.text
        for step in Step(int(plan.steps[at])):
            if step is not Step.REBUILD or plan.methods[at] != Method.CLEANED:
                yield say(f"geometry.step.{str(step.name).lower()}")
        for key, counts in (("vertices", plan.vertices), ("parts", plan.parts)):
            before, after = int(counts[0][at]), int(counts[1][at])
            if before != after:
                yield say(f"geometry.repairs.{key}", before=before, after=after)
        if plan.changes_kind[at]:
            gone = plan.after.kinds[at] == Kind.NONE
            yield say(f"geometry.repairs.becomes-{'nothing' if gone else 'other'}")
        if plan.loses_heights[at]:
            yield say("geometry.repairs.loses-heights")
        if plan.doubt_m2[at] >= _LEAST_SAID:
            yield say("geometry.repairs.doubt", area=self.area(float(plan.doubt_m2[at]), plan))

    def methods(self, plan: RepairPlan, at: int) -> list[tuple[Method, str]]:
        """Return the readings that are offered for a repair, with their areas."""
        ways = list(_METHODS)[: int(plan.offered[at])] if plan.offered[at] > 1 else []
        if plan.doubt_m2[at] < _LEAST_SAID and Method.LINEWORK in ways:
            ways.remove(Method.LINEWORK)
        found = []
        for method in ways:
            area = float(plan.choosing(plan.ids[[at]], method).of(plan.ids[[at]]).areas_after[0])
            name = self._words.text(f"geometry.method.{_METHODS[method]}")
            found.append((method, f"{name} — {self.area(area, plan)}"))
        return found

    def overlap(self, check: CoverageCheck, at: int) -> str:
        """Return one overlap: who with whom, and how much."""
        first, second = (self.name(int(row_id)) for row_id in check.overlaps.ids[at])
        area = self.area(float(check.overlaps.areas_m2[at]))
        return self._words.text("geometry.coverage.pair", first=first, second=second, area=area)

    def total(self, what: str, area_m2: float) -> str:
        """Return a finding with the area of all of it."""
        return self._words.text("geometry.coverage.total", what=what, area=self.area(area_m2))

    def gap(self, check: CoverageCheck, at: int) -> str:
        """Return one gap: between whom, how large and how wide."""
        around = check.gaps.ids_of(at)
        names = ", ".join(self.name(int(row_id)) for row_id in around[:_MOST_NAMES])
        if len(around) > _MOST_NAMES:
            names += "…"
        width = self._words.quantity(float(check.gaps.widths_m[at]), "m", 2)
        area = self.area(float(check.gaps.areas_m2[at]))
        return self._words.text("geometry.coverage.gap", names=names, area=area, width=width)


def coverage_problems(check: CoverageCheck) -> tuple[Problem, ...]:
    """Return what was found between neighbours as problems; nothing where all is well."""
    found = (
        Problem("coverage.cut", Severity.WARNING, count=int(check.is_cut)),
        Problem("coverage.left-out", Severity.WARNING, count=check.left_out),
        Problem("coverage.overlap", Severity.WARNING, count=len(check.overlaps)),
        Problem("coverage.gap", Severity.WARNING, count=len(check.gaps)),
        Problem("coverage.unsnapped", Severity.INFO, count=len(check.unsnapped)),
    )
    return tuple(problem for problem in found if problem.count)
