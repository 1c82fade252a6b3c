"""Copying rows to a spreadsheet, and writing what the table shows into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from emadina_gis.app.models.table_text import export_arrays, heading_of, spreadsheet_text
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.table_export import export_rows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.panels.table import TablePanel

#: Cells that are copied at once; more of them in the background.
MOST_AT_ONCE = 20_000


class TableCopy(QObject):
    """Copies what is chosen, and exports what is shown: shown columns only."""

    def __init__(self, desk: Desk, panel: TablePanel) -> None:
        super().__init__(panel)
        self._desk = desk
        self._panel = panel
        panel.view.copy_asked.connect(self.copy)

    def lines(self) -> NDArray[np.intp]:
        """Return the lines to copy: those chosen, else that of the current cell."""
        lines = self._panel.model.chosen_lines()
        current = self._panel.view.currentIndex().row()
        if not len(lines) and current >= 0:
            return np.array([current])
        return lines

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, with headings, as a spreadsheet takes them."""
        model, words = self._panel.model, self._desk.words
        lines = self.lines()
        if not len(lines):
            return
        columns, rows = model.columns, model.rows[lines]
        if len(rows) * len(columns) <= MOST_AT_ONCE:
            self._take(spreadsheet_text(columns, rows, words), len(rows))
            return
        self._desk.jobs.submit_shown(
            "job.copying",
            lambda ctx: spreadsheet_text(columns, rows, words, ctx),
            done=lambda text: self._take(text, len(rows)),
            failed=self._desk.notices.error,
        )

    def _take(self, text: str, count: int) -> None:
        QGuiApplication.clipboard().setText(text)
        self._desk.notices.done(Phrase("table.copied", count=count))

    def export(self, path: Path) -> None:
        """Write the rows and columns shown into a CSV file or a workbook, in the background."""
        model, words = self._panel.model, self._desk.words
        layer = self._panel.layer
        if layer is None:
            return
        columns, rows = model.columns, model.rows
        title = self._desk.speech.title(layer.title)
        headings = {named.field: heading_of(named, words) for named in columns}

        def write(ctx: object) -> int:
            arrays = export_arrays(columns, rows, words)
            export_rows(arrays, headings, path, title, rtl=words.is_rtl, ctx=ctx)  # type: ignore[arg-type]
            return len(rows)

        self._desk.jobs.submit_shown(
            "job.exporting",
            write,
            done=lambda count: self._desk.notices.done(
                Phrase("export.done", {"name": path.name}, count)
            ),
            failed=self._desk.notices.error,
        )
