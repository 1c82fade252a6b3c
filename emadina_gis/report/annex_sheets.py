"""Annexes as sheets of a workbook: typed numbers, indices as texts, findings on a last sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.io.xlsx_writer import Sheet, SheetColumn
from emadina_gis.report.annex_checks import annex_problems
from emadina_gis.report.annex_text import (
    COLUMNS,
    DECIMALS,
    AnnexPage,
    annex_title,
    foot_texts,
    heading,
    lead_texts,
    text_of,
    value_of,
)
from emadina_gis.words.numbers import without_isolates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.report.annexes import AnnexRow
    from emadina_gis.words import Words

_NONE = "–"


def annex_sheets(
    pages: Sequence[AnnexPage], words: Words, beside: Words | None = None
) -> tuple[Sheet, ...]:
    """Return a sheet for each annex, and one of what the checks found."""
    return (*(_sheet(page, words, beside) for page in pages), _findings(pages, words))


def _sheet(page: AnnexPage, words: Words, beside: Words | None) -> Sheet:
    annex = page.annex
    columns: list[SheetColumn] = []
    for name, _share in COLUMNS[annex.family]:
        columns.append(_column(page, name, words))
        if beside is not None and name in {"name", "nature"}:
            columns.append(_column(page, name, beside))
    notes = (*lead_texts(page, words), *foot_texts(page, words))
    plain = tuple(without_isolates(note) for note in notes)
    name = words.text(f"annex.sheet.{annex.family}")
    return Sheet(name, tuple(columns), plain, rtl=words.is_rtl)


def _column(page: AnnexPage, name: str, words: Words) -> SheetColumn:
    values = [_value(page, row, name, words) for row in page.annex.rows]
    return SheetColumn(heading(name, words), values, DECIMALS.get(name, 0))


def _value(page: AnnexPage, row: AnnexRow, name: str, words: Words) -> Any:
    """Return a number where the column has one; a width such as ``20-30`` stays a text."""
    if name in DECIMALS:
        value = value_of(row, name)
        if value == value:  # noqa: PLR0124 - NaN
            return round(value, 2)
        return row.printed_width if name == "printed_width" else None
    if name == "index":
        return row.index.written
    text = without_isolates(text_of(page.annex, row, name, words))
    return None if text == _NONE else text


def _findings(pages: Sequence[AnnexPage], words: Words) -> Sheet:
    found = [
        (annex_title(page.annex, words), problem)
        for page in pages
        for problem in annex_problems(page.annex)
    ]
    told = [tuple(map(without_isolates, words.problem(problem))) for _title, problem in found]
    say = words.text
    columns = (
        SheetColumn(say("annex.column.annex"), [title for title, _problem in found]),
        SheetColumn(say("annex.column.count"), [problem.count for _title, problem in found]),
        SheetColumn(say("annex.column.finding"), [what for what, _following in told]),
        SheetColumn(say("annex.column.following"), [following for _what, following in told]),
    )
    return Sheet(say("annex.findings"), columns, rtl=words.is_rtl)
