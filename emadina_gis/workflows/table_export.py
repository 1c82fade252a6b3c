"""What a table shows, written as CSV or as a workbook. Knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emadina_gis.io.atomic import write_text
from emadina_gis.io.xlsx_writer import write_workbook
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.tables import columns_sheet, csv_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

WORKBOOK = ".xlsx"


def export_rows(
    columns: Mapping[str, NDArray[Any]],
    headings: Mapping[str, str],
    path: Path,
    title: str,
    *,
    rtl: bool = False,
    ctx: Context = NULL_CONTEXT,
) -> Path:
    """Write rows as a workbook by the ending ``.xlsx``, else as CSV: whole or not at all.

    A workbook has the headings that a person reads; CSV has the names of the columns, as the files
    for machines do.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    ctx.report(0.0, "phase.writing")
    if path.suffix.lower() == WORKBOOK:
        sheet = columns_sheet(title, columns, headings=headings, rtl=rtl)
        return write_workbook(path, [sheet], title=title, ctx=ctx)
    write_text(path, csv_text(columns))
    ctx.report(1.0, "phase.writing")
    return path
