"""What the land panel says: the steps from gross to net as rows of a chart, its tables as texts.

Owns which figures stand where and how they read; the figures are the simulation's. Knows no Qt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.simulation.land_chain import STEPS
from emadina_gis.simulation.land_states import STATES
from emadina_gis.simulation.wording import coefficient_label, source_text
from emadina_gis.workflows.land_budget import (
    group_name,
    land_groups,
    mobilisable,
    state_text,
    step_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.project import Project
    from emadina_gis.simulation.growth import Range
    from emadina_gis.simulation.land_budget import LandSums
    from emadina_gis.simulation.totals import Totals
    from emadina_gis.words import Words
    from emadina_gis.workflows.land_budget import LandGroup, LandReport

M2_PER_HA = 10_000.0
#: Perimeters up to this size are told in m².
_SMALL_M2 = 100_000.0
_PERCENT = 100.0
_SMALLEST = 0.05


@dataclass(frozen=True)
class Table:
    """A table of texts, with what each header and each cell explains when asked.

    Attributes
    ----------
    tips : dict of (line, place) to str
        Line −1 is the header.
    names : int
        How many leading columns are names, not figures.
    total : int or None
        Line that sums the others.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tips: dict[tuple[int, int], str]
    names: int = 1
    total: int | None = None


@dataclass(frozen=True)
class ChartRow:
    """One step of the chart: where its bar begins and ends as shares of gross land, its texts."""

    key: str
    name: str
    start: float
    end: float
    value: str
    share: str
    change: str
    tip: str


class LandTexts:
    """Texts of one report in one language."""

    def __init__(self, project: Project, report: LandReport, words: Words) -> None:
        self.project = project
        self.report = report
        self.words = words
        self._small = report.budget.total.gross_m2 <= _SMALL_M2

    # --- areas --------------------------------------------------------------------------------

    def area(self, area_m2: float, *, signed: bool = False) -> str:
        """Return an area with its unit: hectares, m² for small perimeters."""
        if self._small:
            return self.words.quantity(area_m2, "m2", 0, signed=signed)
        return self.words.quantity(area_m2 / M2_PER_HA, "ha", 1, signed=signed)

    def share(self, part_m2: float, whole_m2: float) -> str:
        """Return a part as a percentage; an en dash of nothing."""
        value = _PERCENT * part_m2 / whole_m2 if whole_m2 > 0 else math.nan
        return self.words.quantity(value, "percent", 1)

    def area_change(self, now_m2: float, before_m2: float | None) -> str:
        """Return the difference from the reference, empty where there is none to be seen."""
        if before_m2 is None:
            return ""
        smallest = _SMALLEST * (1.0 if self._small else M2_PER_HA)
        change = now_m2 - before_m2
        return "" if abs(change) < smallest else self.area(change, signed=True)

    def with_change(self, value: str, change: str) -> str:
        """Return a value with its difference in brackets."""
        if not change:
            return value
        return self.words.text("land.value-change", value=value, change=change)

    def count(self, value: float) -> str:
        """Return a count of dwellings or people."""
        return self.words.number(value)

    def ranged(self, values: Range, unit: str = "", decimals: int = 0) -> str:
        """Return a central value with its range in brackets."""
        words = self.words
        value, low, high = values
        if not math.isfinite(value):
            return words.number(None)
        said = words.quantity(value, unit, decimals) if unit else words.number(value, decimals)
        if round(low, decimals) == round(high, decimals):
            return said
        span = words.span(low, high, "", decimals)
        return words.text("land.value-range", value=said, span=span)

    # --- gross to net -------------------------------------------------------------------------

    def chart(self) -> tuple[ChartRow, ...]:
        """Return the steps from gross to net over all parcels."""
        now = self.report.budget.total
        before = None if self.report.reference is None else self.report.reference.budget.total
        gross = now.gross_m2
        rows = [self._chart_row("gross", (0.0, gross), gross, now, before)]
        left = gross
        for name in STEPS[:-1]:
            taken = now.step_m2(name)
            rows.append(self._chart_row(name, (left - taken, left), taken, now, before))
            left -= taken
        rows.append(self._chart_row("net", (0.0, left), now.step_m2("net"), now, before))
        return tuple(rows)

    def _chart_row(
        self,
        key: str,
        ends: tuple[float, float],
        area_m2: float,
        now: LandSums,
        before: LandSums | None,
    ) -> ChartRow:
        words, gross = self.words, now.gross_m2 or math.nan
        is_gross = key == "gross"
        name = words.text("land.gross") if is_gross else words.text(f"land.step.{key}")
        tip = words.text("land.gross-means") if is_gross else step_text(key, words)
        if key == "undecided":
            tip = "\n".join((tip, *self._undecided()))
        old = None
        if before is not None:
            old = before.gross_m2 if is_gross else before.step_m2(key)
        exact = words.text("land.named", name=name, text=words.quantity(area_m2, "m2"))
        start, end = (0.0 if math.isnan(gross) else share / gross for share in ends)
        return ChartRow(
            key,
            name,
            max(start, 0.0),
            max(end, 0.0),
            self.area(area_m2),
            self.share(area_m2, now.gross_m2),
            self.area_change(area_m2, old),
            f"{exact}\n{tip}",
        )

    def _undecided(self) -> list[str]:
        return [
            self._counted(self.words.text(f"land.undecided-why.{why}"), count, area)
            for why, (count, area) in self.report.budget.undecided.items()
        ]

    def _counted(self, reason: str, count: int, area_m2: float) -> str:
        parcels = self.words.plural("land.parcel-count", count)
        area = self.area(area_m2)
        return self.words.text("land.reason-line", reason=reason, parcels=parcels, area=area)

    # --- land by group ------------------------------------------------------------------------

    def steps_by(self, by: str) -> Table:
        """Return the steps of each group, groups in lines."""
        tips = {(-1, place + 2): step_text(name, self.words) for place, name in enumerate(STEPS)}
        tips[-1, 1] = self.words.text("land.gross-means")
        keys = [f"land.step.{name}" for name in STEPS]
        return self._land_by(by, keys, tips, lambda land, place: land.step_m2(STEPS[place]))

    def states_by(self, by: str) -> Table:
        """Return the land of each group by state, groups in lines."""
        tips = {(-1, place + 2): state_text(name, self.words) for place, name in enumerate(STATES)}
        tips[-1, 1] = self.words.text("land.gross-means")
        keys = [f"land.state.{name}" for name in STATES]
        return self._land_by(by, keys, tips, lambda land, place: land.state_m2(STATES[place]))

    def _land_by(
        self,
        by: str,
        keys: list[str],
        tips: dict[tuple[int, int], str],
        area_of: Callable[[LandSums, int], float],
    ) -> Table:
        words = self.words
        headers = (words.text(f"land.by.{by}"), words.text("land.gross"))
        rows, said = [], dict(tips)
        for line, (group, before) in enumerate(self._groups(by)):
            land = group.land
            old = None if before is None else before.land
            gross = old.gross_m2 if old is not None else None
            cells = [self._name(by, group), self._area_cell(land.gross_m2, gross)]
            for place in range(len(keys)):
                area = area_of(land, place)
                then = None if old is None else area_of(old, place)
                cells.append(self._area_cell(area, then))
                exact, share = words.quantity(area, "m2"), self.share(area, land.gross_m2)
                said[line, place + 2] = words.text(
                    "land.named", name=words.text(keys[place]), text=f"{exact} · {share}"
                )
            rows.append(tuple(cells))
        named = tuple(words.text(key) for key in keys)
        return Table((*headers, *named), tuple(rows), said, total=0)

    def _area_cell(self, now_m2: float, before_m2: float | None) -> str:
        return self.with_change(self.area(now_m2), self.area_change(now_m2, before_m2))

    def _groups(self, by: str) -> list[tuple[LandGroup, LandGroup | None]]:
        """Return everything, then the groups, each with the reference's (nothing where new)."""
        report = self.report
        everything = land_groups(report, "total")[0]
        found = {} if by == "total" else {g.key: g for g in land_groups(report, by)}
        if report.reference is None:
            return [(everything, None), *((group, None) for group in _largest_first(found))]
        old = {} if by == "total" else {g.key: g for g in land_groups(report.reference, by)}
        found |= {key: group.emptied() for key, group in old.items() if key not in found}
        beside = [(group, old.get(group.key, group.emptied())) for group in _largest_first(found)]
        return [(everything, land_groups(report.reference, "total")[0]), *beside]

    def _name(self, by: str, group: LandGroup) -> str:
        is_all = group.land.parcels == self.report.budget.total.parcels and not group.key
        return group_name(self.project, "total" if is_all else by, group.key, self.words)

    # --- states of everything -----------------------------------------------------------------

    def states(self) -> Table:
        """Return one line per state: parcels, land, share, what is net of it, and why."""
        words, budget = self.words, self.report.budget
        land = budget.total
        before = None if self.report.reference is None else self.report.reference.budget.total
        keys = (
            "land.state-header",
            "land.why",
            "land.parcels",
            "land.gross",
            "land.share",
            "land.step.net",
        )
        rows = [self._all_states(land, before)]
        tips = {(-1, 3): words.text("land.gross-means"), (-1, 5): step_text("net", words)}
        for line, name in enumerate(STATES, start=1):
            old = None if before is None else before.state_m2(name)
            reasons = self._reasons(name)
            rows.append(
                (
                    words.text(f"land.state.{name}"),
                    " · ".join(reasons),
                    words.number(land.parcels_in(name)),
                    self._area_cell(land.state_m2(name), old),
                    self.share(land.state_m2(name), land.gross_m2),
                    self.area(land.step_m2("net", name)),
                )
            )
            tips[line, 0] = state_text(name, words)
            tips[line, 1] = "\n".join(reasons)
            tips[line, 3] = words.quantity(land.state_m2(name), "m2")
        headers = tuple(words.text(key) for key in keys)
        return Table(headers, tuple(rows), tips, names=2, total=0)

    def _all_states(self, land: LandSums, before: LandSums | None) -> tuple[str, ...]:
        old = None if before is None else before.gross_m2
        return (
            self.words.text("land.total"),
            "",
            self.words.number(land.parcels),
            self._area_cell(land.gross_m2, old),
            self.share(land.gross_m2, land.gross_m2),
            self.area(land.step_m2("net")),
        )

    def _reasons(self, state: str) -> list[str]:
        return [
            self._counted(self.words.text(f"land.reason.{reason}"), count, area)
            for (of, reason), (count, area) in self.report.budget.reasons.items()
            if of == state
        ]

    # --- theoretical and mobilisable ----------------------------------------------------------

    def capacity_by(self, by: str) -> Table:
        """Return dwellings allowed, possible and mobilisable: by class of land, or by group."""
        words = self.words
        keys = (
            "land.existing",
            "land.allowed",
            "land.addition",
            "land.column.mobilisable",
            "land.column.mobilisable_people",
            "land.column.mobilisable_floor",
        )
        if by == "total":
            first, pairs = "land.header", self._classes()
        else:
            first = f"land.by.{by}"
            pairs = [
                (self._name(by, group), group.totals, None if old is None else old.totals)
                for group, old in self._groups(by)
            ]
        rows = tuple(self._capacity_row(*pair) for pair in pairs)
        headers = (words.text(first), *(words.text(key) for key in keys))
        tips = {
            (-1, place): words.text(key)
            for place, key in ((2, "formula.allowed"), (3, "formula.addition"))
        }
        shares = (coefficient_said(self, key) for key in self._take_up())
        tips[-1, 4] = "\n".join((words.text("formula.expected"), *shares))
        return Table(headers, rows, tips, total=0)

    def _take_up(self) -> list[str]:
        values = self.report.budget.outcome.parameters.values
        return [key for key in values if key.startswith("take_up_")]

    def _classes(self) -> list[tuple[str, Totals, Totals | None]]:
        summary, words = self.report.summary, self.words
        before = None if self.report.reference is None else self.report.reference.summary
        pairs = [
            (
                words.text(f"land.class.{name}"),
                totals,
                None if before is None else before.by_class.get(name),
            )
            for name, totals in summary.by_class.items()
        ]
        everything = None if before is None else before.total
        return [(words.text("land.total"), summary.total, everything), *pairs]

    def _capacity_row(self, name: str, now: Totals, before: Totals | None) -> tuple[str, ...]:
        cells = [name]
        for figure in ("existing", "allowed", "addition"):
            if not now.has(figure):
                cells.append(self.words.number(None))
                continue
            value = now.value("dwellings", figure)
            beside = before if before is not None and before.has(figure) else None
            old = None if beside is None else beside.value("dwellings", figure)
            cells.append(self.with_change(self.count(value), self._count_change(value, old)))
        cells.append(self.ranged(mobilisable(now, "dwellings")))
        cells.append(self.ranged(mobilisable(now, "people")))
        value, low, high = mobilisable(now, "net_floor_area_m2")
        unit, factor = ("m2", 1.0) if self._small else ("ha", M2_PER_HA)
        floor = (value / factor, low / factor, high / factor)
        cells.append(self.ranged(floor, unit, 0 if self._small else 1))
        return tuple(cells)

    def _count_change(self, now: float, before: float | None) -> str:
        if before is None or abs(now - before) < 0.5:
            return ""
        return self.words.number(now - before, signed=True)


def _largest_first(groups: dict[str, LandGroup]) -> list[LandGroup]:
    return sorted(groups.values(), key=lambda group: -group.land.gross_m2)


def coefficient_said(texts: LandTexts, key: str) -> str:
    """Return a coefficient with its value, its range and where it comes from."""
    words, found = texts.words, texts.report.budget.outcome.parameters.coefficient(key)
    unit, factor = ("m", 1.0) if key.endswith("_m") else ("percent", _PERCENT)
    ends = (found.value * factor, found.low * factor, found.high * factor)
    decimals = 0 if all(round(end, 6).is_integer() for end in ends) else 1
    label, value = coefficient_label(found, words), texts.ranged(ends, unit, decimals)
    return words.text("land.assumed", name=label, value=value, source=source_text(found, words))
