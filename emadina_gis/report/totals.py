"""The four figures of a balance, never mixed, as a table: reference, scenario, difference.

Reads an outcome's totals; knows nothing of paper. Existing is surveyed; allowed is the theoretical
capacity; addition is what may be added; expected is what a horizon of years may bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.simulation.totals import FIGURES, MEASURES

if TYPE_CHECKING:
    from emadina_gis.simulation.totals import Totals
    from emadina_gis.words import Words


@dataclass(frozen=True)
class Amount:
    """A figure with its range; None where it does not exist."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def has_range(self) -> bool:
        """Whether low and high say more than the value."""
        return self.low is not None and self.high is not None and self.low < self.high


@dataclass(frozen=True)
class BalanceRow:
    """One figure of one measure in the reference and, maybe, in a scenario beside it."""

    measure: str
    figure: str
    reference: Amount
    scenario: Amount | None = None

    @property
    def difference(self) -> float | None:
        """Scenario less reference."""
        if self.scenario is None or self.scenario.value is None or self.reference.value is None:
            return None
        return self.scenario.value - self.reference.value


def balance(reference: Totals, scenario: Totals | None = None) -> tuple[BalanceRow, ...]:
    """Return the rows of the table: for each measure the four figures."""
    return tuple(
        BalanceRow(
            measure,
            figure,
            amount_of(reference, measure, figure),
            None if scenario is None else amount_of(scenario, measure, figure),
        )
        for measure in MEASURES
        for figure in FIGURES
    )


def amount_of(totals: Totals, measure: str, figure: str) -> Amount:
    """Return a figure of totals with its range; nothing where no parcel has a capacity."""
    if not totals.has(figure):
        return Amount(None)
    return Amount(*(totals.value(measure, figure, end) for end in ("value", "low", "high")))


def amount_text(amount: Amount, words: Words) -> tuple[str, str]:
    """Return the value and its range as texts; the range is empty where there is none."""
    value = words.number(amount.value)
    return value, words.span(amount.low, amount.high, "") if amount.has_range else ""
