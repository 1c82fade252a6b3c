"""Tables to workbooks: rows, balances and comparisons that other commands write as CSV or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.io.atomic import write_text
from emadina_gis.io.xlsx_writer import write_workbook
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.figure_sheets import comparison_sheets, outcome_sheets
from emadina_gis.report.tables import columns_sheet, csv_text
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from emadina_gis.project import Project
    from emadina_gis.words import Words

WORKBOOK = ".xlsx"


def write_columns(
    columns: Mapping[str, Any], path: Path, name: str, ctx: Context = NULL_CONTEXT
) -> Path:
    """Write columns as CSV or, by the ending, as a workbook: whole or not at all.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    ctx.report(0.0, "phase.writing")
    if path.suffix.lower() == WORKBOOK:
        return write_workbook(path, [columns_sheet(name, columns)], title=name, ctx=ctx)
    write_text(path, csv_text(columns))
    ctx.report(1.0, "phase.writing")
    return path


def write_outcome_workbook(
    result: Mapping[str, Any], path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> Path:
    """Write the balance that `outcome_document` gives as a workbook."""
    sheets = outcome_sheets(result, words)
    return write_workbook(path, sheets, title=str(result["scenario"]), ctx=ctx)


def write_comparison_workbook(
    project: Project,
    result: Mapping[str, Any],
    path: Path,
    words: Words,
    ctx: Context = NULL_CONTEXT,
) -> Path:
    """Write the comparison that `comparison_document` gives as a workbook."""
    sheets = comparison_sheets(result, document_of(project), words)
    title = f"{result['a']} / {result['b']}"
    return write_workbook(path, sheets, title=title, ctx=ctx)
