"""Tables of a page as data: heads, rows and notes, ready to be set; charts take the same figures.

Knows nothing of where a table stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emadina_gis.report.flow import ACCENT, SOFT, Cell
from emadina_gis.report.totals import BalanceRow, amount_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.project.layouts import Revision
    from emadina_gis.report.page_content import Reason
    from emadina_gis.words import Words

BALANCE_SHARES = (0.25, 0.28, 0.28, 0.19)
ALONE_SHARES = (0.5, 0.5)
WHY_SHARES = (0.42, 0.14, 0.24, 0.20)
REVISION_SHARES = (0.12, 0.24, 0.44, 0.20)
MOST_REASONS = 12
ROW, SECTION, TOTAL = "row", "section", "total"


@dataclass(frozen=True)
class TableRow:
    """A row; a section has one cell over the whole width."""

    cells: tuple[Cell, ...]
    kind: str = ROW


@dataclass(frozen=True)
class PaperTable:
    """A table.

    Attributes
    ----------
    shares : tuple of float
        Part of the width of each column; they sum to one.
    before, after : str
        Notes above and under the rows; empty for none.
    left_out : int
        Rows that the table was told to leave out.
    """

    title: str
    heads: tuple[Cell, ...]
    rows: tuple[TableRow, ...]
    shares: tuple[float, ...]
    before: str = ""
    after: str = ""
    left_out: int = 0

    def titled(self, title: str) -> PaperTable:
        """Return the table under a title of its own, where there is one."""
        return replace(self, title=title) if title else self


def head_cell(text: str, align: str = "end") -> Cell:
    """Return the head of a column."""
    return Cell(text, align=align, weight="semibold", color=SOFT)


def balance_table(
    rows: Sequence[BalanceRow],
    words: Words,
    *,
    scenario: str,
    years: int,
    reference: str = "",
) -> PaperTable:
    """Return the four figures of each measure: reference, scenario beside it, difference.

    Without a name the first column is called the reference.
    """
    compared = any(row.scenario is not None for row in rows)
    shares = BALANCE_SHARES if compared else ALONE_SHARES
    made: list[TableRow] = []
    measure = ""
    for row in rows:
        if row.measure != measure:
            measure = row.measure
            said = words.text(f"report.measure.{measure}")
            made.append(TableRow((Cell(said, weight="semibold"),), SECTION))
        made.append(TableRow(tuple(_balance_cells(row, words, years))))
    return PaperTable(
        words.text("report.balance.title"),
        tuple(_balance_heads(words, scenario if compared else "", reference)),
        tuple(made),
        shares,
        after=words.text("report.balance.note"),
    )


def _balance_heads(words: Words, scenario: str, reference: str) -> list[Cell]:
    first = words.isolated(reference) if reference else words.text("report.balance.reference")
    names = [first]
    if scenario:
        names += [words.isolated(scenario), words.text("report.balance.difference")]
    return [Cell(""), *(head_cell(name) for name in names)]


def _balance_cells(row: BalanceRow, words: Words, years: int) -> list[Cell]:
    label = words.text(f"report.figure.{row.figure}", years=years)
    value, span = amount_text(row.reference, words)
    cells = [Cell(label), Cell(value, span, "end")]
    if row.scenario is not None:
        value, span = amount_text(row.scenario, words)
        difference = words.number(row.difference, signed=True)
        strong = "semibold" if row.difference and round(row.difference) else "regular"
        cells += [Cell(value, span, "end"), Cell(difference, "", "end", strong, ACCENT)]
    return cells


def reasons_table(reasons: Sequence[Reason], words: Words) -> PaperTable:
    """Return why two scenarios differ: the largest part first, the rest in one line, the sum."""
    heads = [
        head_cell(words.text(f"report.comparison.head.{name}"), align)
        for name, align in (
            ("edit", "start"), ("sector", "start"), ("rule", "start"), ("difference", "end"),
        )
    ]  # fmt: skip
    title = words.text("report.comparison.why")
    if not reasons:
        same = words.text("report.comparison.same")
        return PaperTable(title, (), (), WHY_SHARES, before=same)
    note = words.text("report.comparison.why_note")
    return PaperTable(title, tuple(heads), _reason_rows(reasons, words), WHY_SHARES, before=note)


def _reason_rows(reasons: Sequence[Reason], words: Words) -> tuple[TableRow, ...]:
    ordered = sorted(reasons, key=lambda reason: -abs(reason.difference))
    shown, rest = ordered[:MOST_REASONS], ordered[MOST_REASONS:]
    rows = [
        TableRow((Cell(r.edit), Cell(r.sector), Cell(r.rule), _amount(r.difference, words)))
        for r in shown
    ]
    blank = Cell("")
    if rest:
        others = words.plural("report.comparison.others", len(rest))
        left = _amount(sum(one.difference for one in rest), words)
        rows.append(TableRow((Cell(others, color=SOFT), blank, blank, left)))
    whole = _amount(sum(one.difference for one in reasons), words, weight="semibold")
    total = Cell(words.text("report.comparison.total"), weight="semibold")
    return (*rows, TableRow((total, blank, blank, whole), TOTAL))


def _amount(value: float, words: Words, *, weight: str = "regular") -> Cell:
    return Cell(words.number(value, signed=True), "", "end", weight)


def revisions_table(revisions: Sequence[Revision], words: Words) -> PaperTable:
    """Return the revisions of a sheet, the last one on top."""
    names = ("index", "date", "text", "by")
    heads = tuple(head_cell(words.text(f"page.revision.{name}"), "start") for name in names)
    rows = tuple(
        TableRow((
            Cell(words.isolated(one.index), weight="semibold"),
            Cell(words.isolated(f"{one.date:%d/%m/%Y}")),
            Cell(words.isolated(one.text)),
            Cell(words.isolated(one.by)),
        ))
        for one in reversed(revisions)
    )  # fmt: skip
    return PaperTable(words.text("page.revisions"), heads, rows, REVISION_SHARES)
