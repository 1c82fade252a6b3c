"""Charts of a page as data: bars with their values as texts, from the figures of the tables.

Bars always grow from the left, in all languages: an axis is never mirrored. Knows nothing of where
a chart stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.report.flow import ACCENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.report.totals import Amount, BalanceRow
    from emadina_gis.words import Words

REFERENCE_COLOR = "#a9a296"
SCENARIO_COLOR = ACCENT
#: Measure that a chart of the balance shows.
CHARTED = "dwellings"


@dataclass(frozen=True)
class Bar:
    """A bar: its value, the text of it, and the range as a thin line over it.

    Attributes
    ----------
    value : float or None
        None where it is not known: the text says so and no bar is drawn.
    """

    value: float | None
    text: str
    color: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class BarGroup:
    """Bars that stand together under one label."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class PaperChart:
    """A chart.

    Attributes
    ----------
    keys : tuple of (str, str)
        Colours and what they stand for, where there are several.
    """

    title: str
    groups: tuple[BarGroup, ...]
    keys: tuple[tuple[str, str], ...] = ()
    note: str = ""
    unit: str = ""

    @property
    def most(self) -> float:
        """The largest value or end of a range; 0 without any."""
        ends = [
            end
            for group in self.groups
            for bar in group.bars
            for end in (bar.value, bar.high)
            if end is not None
        ]
        return max(ends, default=0.0)

    def titled(self, title: str) -> PaperChart:
        """Return the chart under a title of its own, where there is one."""
        return replace(self, title=title) if title else self


def balance_chart(
    rows: Sequence[BalanceRow], words: Words, *, scenario: str, reference: str, years: int
) -> PaperChart:
    """Return the four figures of dwellings as bars: reference, and the scenario under it."""
    compared = any(row.scenario is not None for row in rows)
    first = words.isolated(reference) if reference else words.text("report.balance.reference")
    groups = []
    for row in (row for row in rows if row.measure == CHARTED):
        bars = [amount_bar(row.reference, REFERENCE_COLOR, words)]
        if row.scenario is not None:
            bars.append(amount_bar(row.scenario, SCENARIO_COLOR, words))
        label = words.text(f"report.figure.{row.figure}", years=years)
        groups.append(BarGroup(label, tuple(bars)))
    keys = ((REFERENCE_COLOR, first), (SCENARIO_COLOR, words.isolated(scenario)))
    return PaperChart(
        words.text(f"report.measure.{CHARTED}"),
        tuple(groups),
        keys if compared else (),
        words.text("page.chart.range"),
    )


def amount_bar(amount: Amount, color: str, words: Words) -> Bar:
    """Return the bar of a figure with its range."""
    ends = (amount.low, amount.high) if amount.has_range else (None, None)
    return Bar(amount.value, words.number(amount.value), color, *ends)


def plain_chart(
    title: str, values: Sequence[tuple[str, float]], words: Words, *, unit: str, decimals: int = 0
) -> PaperChart:
    """Return one bar for each label, in the order given."""
    groups = tuple(
        BarGroup(label, (Bar(value, words.number(value, decimals), SCENARIO_COLOR),))
        for label, value in values
    )
    return PaperChart(title, groups, unit=unit)
