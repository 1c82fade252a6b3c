"""Report a problem: everything that would be in the zip is shown before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.errors import EmadinaError
from emadina_gis.session.phrase import Phrase
from emadina_gis.session.reports import ProblemReport, problem_report

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose


class ReportPanel(SidePage):
    """A description, the preview, and the button that writes."""

    def __init__(self, desk: Desk, choose: Choose) -> None:
        super().__init__(desk, "problem-report.title")
        self._choose = choose
        lead = desk.voice.label("problem-report.lead", "muted")
        lead.setWordWrap(True)
        self.description = QPlainTextEdit()
        self.description.setTabChangesFocus(True)
        self.description.setMaximumHeight(120)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setMinimumHeight(240)
        for widget, key in (
            (self.description, "problem-report.what"),
            (self.preview, "problem-report.preview"),
        ):
            desk.speech.bind(widget, key, widget.setAccessibleName)
        self.content.addWidget(lead)
        self.content.addWidget(desk.voice.label("problem-report.what", "section"))
        self.content.addWidget(self.description)
        self.content.addWidget(desk.voice.label("problem-report.preview", "section"))
        self.content.addWidget(self.preview, 1)
        self.write_button = desk.voice.button("problem-report.write", self._ask, look="accent")
        self.foot.addWidget(self.write_button)
        self.description.textChanged.connect(self._show)

    @property
    def report(self) -> ProblemReport:
        """The report as it would be written now."""
        return problem_report(self.description.toPlainText())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        self.preview.setPlainText(self.report.preview)

    def _ask(self) -> None:
        path = self._choose.save_as("problem-report.write", "emadina-report", ".zip")
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the zip that was shown."""
        try:
            self.report.write(path)
        except EmadinaError as error:
            self._desk.notices.error(error)
            return
        self._desk.notices.done(Phrase("output.written", {"name": path.name}))
        self.closed.emit()
