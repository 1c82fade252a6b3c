"""Two versions of a document side by side: what was added, taken out or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.errors import ZoningError
from emadina_gis.project.documents import document_in, document_titles
from emadina_gis.regulation.diff import Change, differences
from emadina_gis.regulation.wording import difference_text

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.regulation.binder import Binder
    from emadina_gis.regulation import PlanningDocument

SHIPPED = "\0shipped"
_INKS = {Change.ADDED: "accent_text", Change.REMOVED: "red", Change.CHANGED: "text"}


class VersionsTab(QWidget):
    """What differs between another version and the open one."""

    def __init__(self, desk: Desk, binder: Binder) -> None:
        super().__init__()
        self._desk, self._binder = desk, binder
        self._picked = ""
        self.other = QComboBox()
        self.list = QListWidget()
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setWordWrap(True)
        self.list.setSpacing(2)
        self.summary = plain_label("", "muted", wrap=True)
        self.back_button = desk.voice.button(
            "regulation.page.take-back", binder.take_back, icon="undo-2"
        )
        desk.speech.bind(self, "regulation.page.compare-with", self.other.setAccessibleName)
        desk.speech.bind(self, "regulation.page.differences", self.list.setAccessibleName)
        head = row(spacing=8)
        label = desk.voice.label("regulation.page.compare-with", "secondary")
        label.setBuddy(self.other)
        head.addWidget(label)
        head.addWidget(self.other, 1)
        head.addWidget(self.back_button)
        whole = column(self, spacing=8)
        whole.addLayout(head)
        whole.addWidget(self.summary)
        whole.addWidget(self.list, 1)
        self.other.activated.connect(self._pick)
        binder.changed.connect(self.show_all)
        desk.speech.changed.connect(self.show_all)
        self.show_all()

    def show_all(self) -> None:
        """List the versions and what differs."""
        self.other.clear()
        if self._binder.shipped is not None and self._binder.is_own:
            self.other.addItem(self._desk.speech.text("regulation.page.shipped"), SHIPPED)
        titles = document_titles(self._desk.project, self._desk.words.language)
        for document_id, title in titles:
            if document_id != self._binder.document_id:
                self.other.addItem(title, document_id)
        usual = SHIPPED if self.other.findData(SHIPPED) >= 0 else None
        self.other.setCurrentIndex(self.other.findData(self._picked or usual))
        self.other.setPlaceholderText(self._desk.speech.text("regulation.page.pick-version"))
        self.back_button.setVisible(self._binder.is_own and self._binder.shipped is not None)
        self._show()

    def _pick(self, at: int) -> None:
        self._picked = str(self.other.itemData(at))
        self._show()

    def _compared(self) -> PlanningDocument | None:
        chosen = self.other.currentData()
        if chosen == SHIPPED:
            return self._binder.shipped
        if not chosen:
            return None
        try:
            return document_in(self._desk.project, str(chosen))
        except ZoningError:
            return None

    def _show(self) -> None:
        self.list.clear()
        old, new, words = self._compared(), self._binder.document, self._desk.words
        if old is None or new is None:
            self.summary.setText(words.text("regulation.page.pick-first"))
            return
        found = differences(old, new)
        for difference in found:
            item = QListWidgetItem(difference_text(difference, old, new, words))
            item.setForeground(self._desk.theme.color(_INKS[difference.change]))
            item.setToolTip(item.text())
            self.list.addItem(item)
        self.summary.setText(words.plural("regulation.page.differ", len(found)))
