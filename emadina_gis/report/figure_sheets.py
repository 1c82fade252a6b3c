"""Figures of outcomes and comparisons as sheets of a workbook, with the words of the balance.

The numbers are those of the JSON that the same command writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.io.xlsx_writer import Sheet, SheetColumn
from emadina_gis.simulation.change_wording import edit_text
from emadina_gis.simulation.totals import ENDS, FIGURES, MEASURES
from emadina_gis.simulation.wording import rule_text
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.words import Words

#: Years of the expected figures.
HORIZON_YEARS = 10


def outcome_sheets(result: Mapping[str, Any], words: Words) -> tuple[Sheet, ...]:
    """Return the balance of a scenario: in all, by sector, by commune."""
    say = words.text
    total = Sheet(say("tables.sheet.total"), _total_columns(result["totals"], words))
    groups = (
        ("by_sector", "tables.sheet.sectors", ("sector",)),
        ("by_commune", "tables.sheet.communes", ("code", "name")),
    )
    made = [
        _group_sheet(say(title), result[key], names, words)
        for key, title, names in groups
        if result.get(key)
    ]
    return tuple(_turned(sheet, words) for sheet in (total, *made))


def comparison_sheets(
    result: Mapping[str, Any], document: PlanningDocument, words: Words
) -> tuple[Sheet, ...]:
    """Return two scenarios side by side, and why they differ."""
    say = words.text
    keys = [entry["key"] for entry in result["totals"]]
    figures = [
        SheetColumn(say("tables.column.figure"), [_key_text(key, words) for key in keys]),
        _numbers(str(result["a"]), [entry["a"] for entry in result["totals"]]),
        _numbers(str(result["b"]), [entry["b"] for entry in result["totals"]]),
    ]
    for name in ("difference", "low", "high"):
        values = [entry[name] for entry in result["totals"]]
        figures.append(_numbers(say(f"tables.column.{name}"), values))
    why = _reasons(result["why"], document, words)
    sheets = (Sheet(say("tables.sheet.comparison"), tuple(figures)), why)
    return tuple(_turned(sheet, words) for sheet in sheets)


def _reasons(
    entries: Sequence[Mapping[str, Any]], document: PlanningDocument, words: Words
) -> Sheet:
    say = words.text
    edits = [without_isolates(edit_text(str(e["edit"]), document, words)) for e in entries]
    rules = [without_isolates(rule_text(str(e["rule"]), words)) for e in entries]
    columns = (
        SheetColumn(say("tables.column.sector"), [e["sector"] for e in entries]),
        SheetColumn(say("tables.column.edit"), edits),
        SheetColumn(say("tables.column.rule"), rules),
        SheetColumn(say("tables.column.figure"), [_key_text(e["key"], words) for e in entries]),
        _numbers(say("tables.column.difference"), [e["difference"] for e in entries]),
    )
    return Sheet(say("tables.sheet.why"), columns)


def _total_columns(totals: Mapping[str, Any], words: Words) -> tuple[SheetColumn, ...]:
    pairs = [(measure, figure) for measure in MEASURES for figure in FIGURES]
    pairs = [pair for pair in pairs if pair[1] in totals[pair[0]]]
    texts = [_figure_text(measure, figure, words) for measure, figure in pairs]
    found = [SheetColumn(words.text("tables.column.figure"), texts)]
    for end in ENDS:
        values = [totals[measure][figure][end] for measure, figure in pairs]
        found.append(_numbers(words.text(f"tables.column.{end}"), values))
    return tuple(found)


def _group_sheet(
    title: str, groups: Sequence[Mapping[str, Any]], names: Sequence[str], words: Words
) -> Sheet:
    columns = [
        SheetColumn(words.text(f"tables.column.{name}"), [group[name] for group in groups])
        for name in names
    ]
    parcels = [group["parcels"] for group in groups]
    columns.append(_numbers(words.text("tables.column.parcels"), parcels))
    for measure in MEASURES:
        for figure in FIGURES:
            if figure in groups[0][measure]:
                values = [group[measure][figure]["value"] for group in groups]
                columns.append(_numbers(_figure_text(measure, figure, words), values))
    return Sheet(title, tuple(columns))


def _numbers(heading: str, values: list[Any]) -> SheetColumn:
    return SheetColumn(heading, [_number(value) for value in values])


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)


def _key_text(key: str, words: Words) -> str:
    """Return what a figure of a comparison is: one of the balance, or a total of the land."""
    measure, _, figure = key.partition(".")
    if not figure:
        return without_isolates(words.text(f"tables.total.{key}"))
    return _figure_text(measure, figure, words)


def _figure_text(measure: str, figure: str, words: Words) -> str:
    """Return what a figure is: its measure with the unit, then which of the four."""
    which = words.text(f"report.figure.{figure}", years=HORIZON_YEARS)
    comma = words.text("report.list_separator")
    return without_isolates(f"{words.text(f'report.measure.{measure}')}{comma}{which}")


def _turned(sheet: Sheet, words: Words) -> Sheet:
    return Sheet(sheet.name, sheet.columns, sheet.notes, rtl=words.is_rtl)
