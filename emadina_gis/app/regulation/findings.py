"""What a careful reader finds in a document: gaps, contradictions, doubts, each with its place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from emadina_gis.app.controls import column, plain_label
from emadina_gis.app.panels.problems import SEVERITY_LOOKS
from emadina_gis.regulation.wording import finding_text
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.regulating import document_findings

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.regulation.binder import Binder
    from emadina_gis.errors import Problem
    from emadina_gis.regulation import PlanningDocument

PLACE = Qt.ItemDataRole.UserRole


class FindingsTab(QWidget):
    """The findings, the worst first; `place_chosen` carries a place such as ``sector.B4``."""

    place_chosen = Signal(str, str)
    counted = Signal(int)

    def __init__(self, desk: Desk, binder: Binder) -> None:
        super().__init__()
        self._desk, self._binder = desk, binder
        self._newest = NewestWins(desk.jobs)
        self.findings: tuple[Problem, ...] = ()
        self._found_for: PlanningDocument | None = None
        self.summary = plain_label("", "muted", wrap=True)
        self.list = QListWidget()
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setWordWrap(True)
        self.list.setSpacing(2)
        desk.speech.bind(self, "regulation.page.findings", self.list.setAccessibleName)
        whole = column(self, spacing=8)
        whole.addWidget(self.summary)
        whole.addWidget(self.list, 1)
        self.list.itemActivated.connect(self._on_item)
        self.list.itemClicked.connect(self._on_item)
        binder.changed.connect(self.refresh)
        desk.speech.changed.connect(self._show)
        desk.theme.changed.connect(self._show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Check the document in the background, once it is looked at."""
        document = self._binder.document
        if document is self._found_for or not self.isVisible():
            return
        self._found_for = document
        if document is None:
            self._take(())
            return
        project = self._desk.project
        self._newest.submit(lambda _ctx: document_findings(project, document), done=self._take)

    def _take(self, findings: tuple[Problem, ...]) -> None:
        self.findings = findings
        self.counted.emit(len(findings))
        self._show()

    def _show(self) -> None:
        document, words = self._binder.document, self._desk.words
        self.list.clear()
        if document is None:
            self.summary.setText(words.text("regulation.page.none"))
            return
        for problem in self.findings:
            self.list.addItem(self._item(problem, document))
        counts = Counter(problem.severity for problem in self.findings)
        said = [
            words.plural(f"regulation.page.count.{severity.value}", counts[severity])
            for severity in SEVERITY_LOOKS
            if counts[severity]
        ]
        self.summary.setText(" · ".join(said) or words.text("regulation.page.sound"))

    def _item(self, problem: Problem, document: PlanningDocument) -> QListWidgetItem:
        what, following = finding_text(problem, document, self._desk.words)
        item = QListWidgetItem("\n".join(part for part in (what, following) if part))
        icon, ink = SEVERITY_LOOKS[problem.severity]
        item.setIcon(self._desk.theme.icon(icon, ink, 16))
        place = str(problem.params.get("place", ""))
        item.setData(PLACE, (place, str(problem.params.get("kind", ""))))
        severity = self._desk.speech.text(f"problems.severity.{problem.severity.value}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{severity} : {item.text()}")
        return item

    def _on_item(self, item: QListWidgetItem) -> None:
        place, kind = item.data(PLACE)
        self.place_chosen.emit(place, kind)
