"""The page for a council: its few figures as a table, and what is said of its drawings.

At most six figures, all of the engine; a price only where the person gives one, people affected
only as a count of parcels. Knows nothing of where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.project.layouts import Sight
from emadina_gis.render.massing.section import StreetSection
from emadina_gis.report.flow import ACCENT, Cell
from emadina_gis.report.page_plan import ViewPlan
from emadina_gis.report.page_tables import PaperTable, TableRow, head_cell
from emadina_gis.report.totals import Amount, amount_of, amount_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emadina_gis.render.massing.scene import MassingScene
    from emadina_gis.simulation.totals import Totals
    from emadina_gis.words import Words

SHARES = (0.37, 0.235, 0.235, 0.16)
ALONE_SHARES = (0.6, 0.4)
MILLION = 1e6


@dataclass(frozen=True)
class CouncilFigures:
    """What the figures are told from.

    Attributes
    ----------
    scenario : Totals or None
        None where only the reference is printed.
    parcels : int
        Parcels whose sector or rights are not the same.
    price_mad_m2 : float
        Of land to acquire; 0 where the person gives none.
    """

    reference: Totals
    scenario: Totals | None = None
    name: str = ""
    parcels: int = 0
    price_mad_m2: float = 0.0
    years: int = 10

    def both(self, amount: str) -> tuple[Amount, Amount | None]:
        """Return a figure in the reference and in the scenario."""
        return _amount(self.reference, amount), (
            None if self.scenario is None else _amount(self.scenario, amount)
        )


def _amount(totals: Totals, name: str) -> Amount:
    if name in {"dwellings", "people"}:
        return amount_of(totals, name, "expected")
    return Amount(totals.other(name) if totals.is_known else None)


def council_table(figures: CouncilFigures, words: Words) -> PaperTable:
    """Return the figures of a decision: dwellings, people, land, parking, parcels."""
    compared = figures.scenario is not None
    heads = [Cell(""), head_cell(words.text("report.balance.reference"))]
    if compared:
        heads.append(head_cell(words.isolated(figures.name)))
        heads.append(head_cell(words.text("report.balance.difference")))
    rows = [
        _row("dwellings", words.text("council.dwellings", years=figures.years), figures, words),
        _row("people", words.text("council.people", years=figures.years), figures, words),
        _row("free_cession_m2", words.text("council.ceded"), figures, words),
        _row("to_acquire_m2", words.text("council.acquire"), figures, words),
        _row("parking_places", words.text("council.parking"), figures, words),
    ]
    if compared:
        count = Cell(words.number(figures.parcels), align="end", weight="semibold")
        label = Cell(words.text("council.parcels"))
        rows.append(TableRow((label, Cell(""), count, Cell(""))))
    shares = SHARES if compared else ALONE_SHARES
    note = " ".join(_notes(figures, words))
    title = words.text("council.title" if compared else "council.alone")
    return PaperTable(title, tuple(heads), tuple(rows), shares, after=note)


def _row(name: str, label: str, figures: CouncilFigures, words: Words) -> TableRow:
    before, after = figures.both(name)
    value, span = amount_text(before, words)
    cells = [Cell(label), Cell(value, span, "end")]
    if after is not None:
        value, span = amount_text(after, words)
        cells.append(Cell(value, span, "end", "semibold"))
        cells.append(_difference(before, after, words))
    return TableRow(tuple(cells))


def _difference(before: Amount, after: Amount, words: Words) -> Cell:
    gain = None if None in {before.value, after.value} else _less(after, before)
    said = words.number(gain, signed=True)
    return Cell(said, "", "end", "semibold" if gain and round(gain) else "regular", ACCENT)


def _less(after: Amount, before: Amount) -> float:
    assert after.value is not None
    assert before.value is not None
    return after.value - before.value


def _notes(figures: CouncilFigures, words: Words) -> Iterator[str]:
    """Yield what the land costs, or that no price is given; whom the parcels belong to."""
    shown = figures.scenario or figures.reference
    if figures.price_mad_m2 <= 0:
        yield words.text("council.no-price")
    elif shown.is_known:
        area_m2 = shown.other("to_acquire_m2")
        yield words.text(
            "council.price",
            area=words.quantity(area_m2, "m2"),
            price=words.number(figures.price_mad_m2),
            cost=words.number(area_m2 * figures.price_mad_m2 / MILLION, 1),
        )
    if figures.scenario is not None:
        yield words.text("council.owners")
    yield words.text("council.expected")


def view_plan(
    view: StreetSection | MassingScene, title: str, sight: Sight, words: Words
) -> ViewPlan:
    """Return a drawing with its title and what is said of it."""
    if isinstance(view, StreetSection):
        said = title or words.text("council.section.title")
        return ViewPlan(view, said, words.text("council.section.note"))
    count = round(view.facts.get("parcels", 0.0))
    note = words.plural("council.massing.note", count)
    beyond = round(view.facts.get("parcels_beyond", 0.0))
    if beyond:
        note = f"{note} {words.plural('council.massing.beyond', beyond)}"
    return ViewPlan(view, title or words.text("council.massing.title"), note, sight)
