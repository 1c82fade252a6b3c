"""Workbooks for people: sheets with a frozen heading, typed numbers, texts that never run.

The same sheets give the same bytes: the date in the file is the one given. Knows nothing of what
the rows mean.
"""

from __future__ import annotations

import datetime as dt
import errno
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.io.atomic import write_bytes
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

#: Written where no date is given: a workbook has to hold one.
NO_DATE = dt.date(2000, 1, 1)
_ROWS = 512
_SHORTEST, _LONGEST = 8, 60
_NAME_LENGTH = 31
_ILLEGAL_NAME = re.compile(r"[\[\]:*?/\\']")
_MOST_ROWS = 1_048_575
_HEADING_FILL = "FFE8EEED"
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its heading with the unit, values, and how numbers are shown.

    Attributes
    ----------
    values : sequence
        Numbers, booleans, dates or texts; None and NaN are empty cells.
    decimals : int
        Digits shown after the decimal sign; the cell keeps the whole number.
    """

    heading: str
    values: Sequence[Any] | NDArray[Any]
    decimals: int = 0


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook.

    Attributes
    ----------
    notes : tuple of str
        Lines above the heading: what the sheet is, its sources and limits.
    rtl : bool
        Whether the sheet runs from right to left.
    """

    name: str
    columns: tuple[SheetColumn, ...]
    notes: tuple[str, ...] = ()
    rtl: bool = False
    widths: Mapping[int, int] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        """Rows under the heading."""
        return max((len(column.values) for column in self.columns), default=0)


def write_workbook(
    path: Path,
    sheets: Sequence[Sheet],
    *,
    title: str = "",
    date: dt.date = NO_DATE,
    ctx: Context = NULL_CONTEXT,
) -> Path:
    """Write a workbook whole or not at all.

    Parameters
    ----------
    title : str
        Title in the properties of the file.
    date : date
        Date in the properties of the file.

    Raises
    ------
    OutputError
        If the file cannot be written; the target is as it was.
    """
    ctx.report(0.0, "phase.writing")
    write_bytes(path, workbook_bytes(sheets, title=title, date=date, ctx=ctx))
    ctx.report(1.0, "phase.writing")
    return path


def workbook_bytes(
    sheets: Sequence[Sheet],
    *,
    title: str = "",
    date: dt.date = NO_DATE,
    ctx: Context = NULL_CONTEXT,
) -> bytes:
    """Return a workbook as bytes, the same for the same sheets."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "emadina_gis"
    names = _unique([sheet.name for sheet in sheets])
    for index, (sheet, name) in enumerate(zip(sheets, names, strict=True)):
        _fill(book.create_sheet(name), sheet, ctx.part(index / len(sheets), 1.0))
    made = io.BytesIO()
    try:
        book.save(made)
    except OSError as exc:
        raise OSError(exc.errno or errno.EIO, str(exc)) from exc
    return _same_bytes(made.getvalue(), date)


def _fill(page: Any, sheet: Sheet, ctx: Context) -> None:
    first = len(sheet.notes) + (1 if sheet.notes else 0)
    page.sheet_view.rightToLeft = sheet.rtl
    page.freeze_panes = f"A{first + 2}"
    for index, column in enumerate(sheet.columns):
        width = sheet.widths.get(index) or _width(column)
        page.column_dimensions[_letter(index)].width = width
    last = _letter(max(len(sheet.columns) - 1, 0))
    if sheet.row_count and not sheet.notes:
        page.auto_filter.ref = f"A1:{last}{sheet.row_count + 1}"
    page.print_title_rows = f"{first + 1}:{first + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = _fit_to_width()
    cells = _Cells(page)
    for note in sheet.notes:
        page.append([cells.text(note, "note")])
    if sheet.notes:
        page.append([])
    page.append([cells.text(column.heading, "heading") for column in sheet.columns])
    for row in _rows(sheet, ctx):
        page.append([cells.cell(*value) for value in row])


def _fit_to_width() -> Any:
    from openpyxl.worksheet.properties import PageSetupProperties

    return PageSetupProperties(fitToPage=True)


def _rows(sheet: Sheet, ctx: Context) -> Iterator[list[tuple[Any, int]]]:
    listed = [_listed(column.values) for column in sheet.columns]
    decimals = [column.decimals for column in sheet.columns]
    for row in range(min(sheet.row_count, _MOST_ROWS)):
        if row % _ROWS == 0:
            ctx.report(row / max(sheet.row_count, 1), "phase.writing")
        yield [
            (values[row] if row < len(values) else None, digits)
            for values, digits in zip(listed, decimals, strict=True)
        ]


def _listed(values: Sequence[Any] | NDArray[Any]) -> list[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


class _Cells:
    """Cells of a sheet; each kind of look is made once, because styling a cell is slow."""

    def __init__(self, page: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        self._page = page
        self._make = WriteOnlyCell
        self._illegal = ILLEGAL_CHARACTERS_RE
        self._looks: dict[object, Any] = {}

    def cell(self, value: Any, decimals: int) -> Any:
        """Return a cell of a row; None for what is missing."""
        if value is None or value != value or value == "":  # noqa: PLR0124 - NaN
            return None
        if isinstance(value, str):
            return self.text(value, "wrapped" if len(value) > _LONGEST else "text")
        if not isinstance(value, float | int) or isinstance(value, bool):
            return self._make(self._page, value=value)
        if not np.isfinite(value):
            return None
        return self._looking(self._make(self._page, value=value), decimals)

    def text(self, text: str, look: str) -> Any:
        """Return a cell that stays a text, also when somebody edits it: marked as quoted."""
        cell = self._make(self._page, value=self._illegal.sub("", text))
        cell.data_type = "s"
        return self._looking(cell, look)

    def _looking(self, cell: Any, look: str | int) -> Any:
        known = self._looks.get(look)
        if known is None:
            _dress(cell, look)
            self._looks[look] = cell._style  # noqa: SLF001 - openpyxl shares looks in no other way
        else:
            cell._style = known  # noqa: SLF001
        return cell


def _dress(cell: Any, look: str | int) -> None:
    """Give a cell its look: decimals of a number, or a kind of text."""
    from openpyxl.styles import Alignment, Font, PatternFill

    if isinstance(look, int):
        cell.number_format = "#,##0" + ("." + "0" * look if look else "")
        return
    cell.number_format = "@"
    cell.quotePrefix = True
    if look == "heading":
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEADING_FILL)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    elif look != "note":
        cell.alignment = Alignment(vertical="top", wrap_text=look == "wrapped")


def _width(column: SheetColumn) -> int:
    """Return a width in characters: what most texts need, no more than is read at a glance."""
    texts = [value for value in _listed(column.values)[:400] if isinstance(value, str)]
    widest = max((len(text) for text in texts), default=10)
    words = max((len(word) for word in column.heading.split()), default=0)
    return int(np.clip(max(widest, words, len(column.heading) // 2) + 2, _SHORTEST, _LONGEST))


def _letter(index: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(index + 1))


def _unique(names: Sequence[str]) -> list[str]:
    """Return names that sheets may have, each once."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        clean = _ILLEGAL_NAME.sub("_", name)[:_NAME_LENGTH].strip() or str(number)
        taken = clean.casefold() in {other.casefold() for other in found}
        found.append(f"{clean[: _NAME_LENGTH - 4]} {number}" if taken else clean)
    return found


def _same_bytes(content: bytes, date: dt.date) -> bytes:
    """Return the archive with the given date in place of the clock's."""
    stamp = f"{date:%Y-%m-%d}T00:00:00Z".encode()
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + stamp, part)
            fixed = zipfile.ZipInfo(
                entry.filename, (max(date.year, 1980), date.month, date.day, 0, 0, 0)
            )
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            new.writestr(fixed, part)
    return made.getvalue()
