"""The land budget and the facilities as tables and charts of a page, from one set of figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.report.flow import ACCENT, Cell
from emadina_gis.report.page_charts import (
    REFERENCE_COLOR,
    SCENARIO_COLOR,
    Bar,
    BarGroup,
    PaperChart,
)
from emadina_gis.report.page_tables import SECTION, TOTAL, PaperTable, TableRow, head_cell
from emadina_gis.simulation.constraint_natures import State
from emadina_gis.simulation.land_chain import STEPS
from emadina_gis.simulation.land_states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from emadina_gis.report.annexes import AnnexRow
    from emadina_gis.simulation.land_budget import LandSums
    from emadina_gis.words import Words

M2_PER_HA = 10_000.0
DECIMALS = 2
LAND_SHARES = (0.40, 0.20, 0.20, 0.20)
LAND_ALONE = (0.6, 0.4)
EQUIPMENT_SHARES = (0.34, 0.14, 0.19, 0.14, 0.19)


@dataclass(frozen=True)
class LandRow:
    """A figure of the land budget in the reference and, maybe, in a scenario, in m²."""

    label: str
    reference_m2: float
    scenario_m2: float | None
    is_total: bool = False


def land_rows(
    reference: LandSums, scenario: LandSums | None, words: Words
) -> tuple[tuple[LandRow, ...], tuple[LandRow, ...]]:
    """Return the steps from gross to net land, and the states of gross land."""
    sides = (reference,) if scenario is None else (reference, scenario)

    def row(key: str, values: Sequence[float], *, is_total: bool = False) -> LandRow:
        beside = values[1] if len(values) > 1 else None
        return LandRow(words.text(key), values[0], beside, is_total)

    gross = row("land.gross", [side.gross_m2 for side in sides], is_total=True)
    steps = [
        row(f"land.step.{name}", [side.step_m2(name) for side in sides], is_total=name == "net")
        for name in STEPS
    ]
    states = [row(f"land.state.{name}", [side.state_m2(name) for side in sides]) for name in STATES]
    return (gross, *steps), (*states, gross)


def land_table(
    chain: Sequence[LandRow], states: Sequence[LandRow], words: Words, names: tuple[str, str]
) -> PaperTable:
    """Return the land budget as a table in hectares; `names` are those of both scenarios."""
    compared = any(row.scenario_m2 is not None for row in chain)
    heads = [Cell(""), head_cell(names[0])]
    if compared:
        heads += [head_cell(names[1]), head_cell(words.text("page.land.difference"))]
    rows: list[TableRow] = []
    for key, part in (("chain", chain), ("states", states)):
        said = Cell(words.text(f"page.land.{key}"), weight="semibold")
        rows.append(TableRow((said,), SECTION))
        rows += [TableRow(tuple(_land_cells(row, words))) for row in part]
    return PaperTable(
        words.text("page.land.title"),
        tuple(heads),
        tuple(rows),
        LAND_SHARES if compared else LAND_ALONE,
        after=words.text("page.land.note"),
    )


def _land_cells(row: LandRow, words: Words) -> Iterator[Cell]:
    weight = "semibold" if row.is_total else "regular"
    yield Cell(row.label, weight=weight)
    yield Cell(_hectares(row.reference_m2, words), align="end", weight=weight)
    if row.scenario_m2 is not None:
        difference = (row.scenario_m2 - row.reference_m2) / M2_PER_HA
        yield Cell(_hectares(row.scenario_m2, words), align="end", weight=weight)
        said = words.number(difference, DECIMALS, signed=True)
        yield Cell(said, align="end", weight=weight, color=ACCENT)


def _hectares(area_m2: float, words: Words) -> str:
    return words.number(area_m2 / M2_PER_HA, DECIMALS)


def land_chart(states: Sequence[LandRow], words: Words, names: tuple[str, str]) -> PaperChart:
    """Return the states of gross land as bars, from the rows of the table."""
    compared = any(row.scenario_m2 is not None for row in states)
    groups = [
        BarGroup(row.label, tuple(_land_bars(row, words))) for row in states if not row.is_total
    ]
    keys = ((REFERENCE_COLOR, names[0]), (SCENARIO_COLOR, names[1])) if compared else ()
    return PaperChart(words.text("page.land.states"), tuple(groups), keys)


def _land_bars(row: LandRow, words: Words) -> Iterator[Bar]:
    color = REFERENCE_COLOR if row.scenario_m2 is not None else SCENARIO_COLOR
    yield Bar(row.reference_m2 / M2_PER_HA, _hectares(row.reference_m2, words), color)
    if row.scenario_m2 is not None:
        said = _hectares(row.scenario_m2, words)
        yield Bar(row.scenario_m2 / M2_PER_HA, said, SCENARIO_COLOR)


@dataclass
class _Count:
    count: int = 0
    area_m2: float = 0.0

    def add(self, area_m2: float) -> None:
        self.count += 1
        if area_m2 == area_m2:  # noqa: PLR0124 - NaN: a point has no area
            self.area_m2 += area_m2


def equipment_table(rows: Sequence[AnnexRow], words: Words) -> PaperTable:
    """Return facilities by nature: how many there are and are to come, and their measured area."""
    found: dict[str, tuple[_Count, _Count]] = {}
    whole = (_Count(), _Count())
    for row in rows:
        nature = row.nature_ar if words.is_rtl and row.nature_ar else row.nature
        counts = found.setdefault(nature, (_Count(), _Count()))
        place = 0 if row.state is State.EXISTING else 1
        counts[place].add(row.measured_area_m2)
        whole[place].add(row.measured_area_m2)
    made = [
        TableRow(tuple(_equipment_cells(nature, counts, words)))
        for nature, counts in sorted(found.items(), key=lambda item: -_many(item[1]))
    ]
    total = words.text("page.equipment.total")
    made.append(TableRow(tuple(_equipment_cells(total, whole, words, is_total=True)), TOTAL))
    heads = [head_cell(words.text("page.equipment.nature"), "start")]
    for key in ("existing", "to_create"):
        heads.append(head_cell(words.text(f"page.equipment.{key}")))
        heads.append(head_cell(words.unit("ha")))
    return PaperTable(
        words.text("page.equipment.title"),
        tuple(heads),
        tuple(made),
        EQUIPMENT_SHARES,
        after=words.text("page.equipment.note"),
    )


def _many(counts: tuple[_Count, _Count]) -> int:
    return counts[0].count + counts[1].count


def _equipment_cells(
    nature: str, counts: tuple[_Count, _Count], words: Words, *, is_total: bool = False
) -> Iterator[Cell]:
    weight = "semibold" if is_total else "regular"
    yield Cell(nature if is_total else words.isolated(nature), weight=weight)
    for one in counts:
        yield Cell(words.number(one.count), align="end", weight=weight)
        area = one.area_m2 / M2_PER_HA if one.count else None
        yield Cell(words.number(area, DECIMALS), align="end", weight=weight)
