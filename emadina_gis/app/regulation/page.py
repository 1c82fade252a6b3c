"""The page of the planning document: which one, in force or under study, and its four tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QSizePolicy, QStackedWidget, QWidget

from emadina_gis.app.controls import column, plain_label, row
from emadina_gis.app.panels.balance import Choice
from emadina_gis.app.regulation.binder import Binder
from emadina_gis.app.regulation.findings import FindingsTab
from emadina_gis.app.regulation.identity import IdentityTab
from emadina_gis.app.regulation.rules import RulesTab
from emadina_gis.app.regulation.versions import VersionsTab
from emadina_gis.project.documents import document_titles
from emadina_gis.regulation.places import sectors_at
from emadina_gis.regulation.wording import status_label
from emadina_gis.session.commands.project import SetDocument
from emadina_gis.session.commands.regulation import SetStudyDocument

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk

TABS = {
    "rules": "regulation.page.tab.rules",
    "identity": "regulation.page.tab.identity",
    "findings": "regulation.page.tab.findings",
    "versions": "regulation.page.tab.versions",
}
#: Room that the choice of views takes at the trailing corner.
SWITCH_PX = 350


class RegulationPage(QWidget):
    """The document of the project, to be read, checked and changed."""

    import_asked = Signal()
    export_asked = Signal()
    template_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self.binder = Binder(desk, self)
        self.choice = QComboBox()
        self.choice.setMinimumContentsLength(18)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.force_button = desk.voice.button("regulation.page.put-in-force", self._put_in_force)
        self.study_button = desk.voice.button("regulation.page.put-under-study", self._study)
        self.more_button = desk.voice.tool("regulation.page.more", "ellipsis", self.open_menu)
        self.state = plain_label("", "secondary", wrap=True)
        self.tabs = Choice(desk, TABS, self.show_tab)
        self._stack = QStackedWidget()
        self.rules = RulesTab(desk, self.binder)
        self.identity = IdentityTab(desk, self.binder)
        self.findings = FindingsTab(desk, self.binder)
        self.versions = VersionsTab(desk, self.binder)
        self._pages: dict[str, QWidget] = {
            "rules": self.rules, "identity": self.identity,
            "findings": self.findings, "versions": self.versions,
        }  # fmt: skip
        self._lay_out()
        self._connect()
        self._show_head()

    def _lay_out(self) -> None:
        for page in self._pages.values():
            self._stack.addWidget(page)
        head, below = row(spacing=8), row(spacing=8)
        head.addWidget(self.choice, 1)
        head.addWidget(self.more_button)
        head.addSpacing(SWITCH_PX)
        below.addWidget(self.tabs)
        below.addStretch(1)
        below.addWidget(self.force_button)
        below.addWidget(self.study_button)
        whole = column(self, spacing=10, margins=(16, 14, 16, 8))
        whole.addLayout(head)
        whole.addWidget(self.state)
        whole.addLayout(below)
        whole.addWidget(self._stack, 1)

    def _connect(self) -> None:
        desk = self._desk
        desk.speech.bind(self, "regulation.page.document", self.choice.setAccessibleName)
        self.choice.activated.connect(lambda _at: self.binder.open(str(self.choice.currentData())))
        self.binder.changed.connect(self._show_head)
        self.findings.place_chosen.connect(self._go_to)
        desk.speech.changed.connect(self._show_head)
        desk.watch(self, lambda project: project.study_id, lambda _id: self._show_head())

    @property
    def current(self) -> str:
        """Name of the tab that is shown."""
        shown = self._stack.currentWidget()
        return next(name for name, page in self._pages.items() if page is shown)

    def show_tab(self, name: str) -> None:
        """Show a tab by name."""
        self.tabs.buttons[name].setChecked(True)
        self._stack.setCurrentWidget(self._pages[name])

    def open_menu(self) -> None:
        """Offer what can be done with documents as files."""
        menu, say = QMenu(self), self._desk.speech.text
        menu.addAction(say("regulation.page.import"), self.import_asked.emit)
        menu.addAction(say("regulation.page.export"), self.export_asked.emit)
        menu.addAction(say("regulation.page.template"), self.template_asked.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def show_sector(self, code: str, kind: str = "") -> None:
        """Show the rules of a sector of the document in force."""
        self.binder.open(self._desk.project.document_id)
        self.show_tab("rules")
        self.rules.go_to(code, kind)

    def _go_to(self, place: str, kind: str) -> None:
        document = self.binder.document
        codes = sectors_at(document, place) if document is not None else ()
        if codes and place:
            self.show_tab("rules")
            self.rules.go_to(codes[0], kind)

    def _show_head(self) -> None:
        """Say which document is open and where it stands; buttons only where they change that."""
        project, words = self._desk.project, self._desk.words
        self.choice.clear()
        for document_id, title in document_titles(project, words.language):
            self.choice.addItem(title, document_id)
        self.choice.setCurrentIndex(self.choice.findData(self.binder.document_id))
        in_force = self.binder.document_id == project.document_id
        under_study = self.binder.document_id == project.study_id
        document = self.binder.document
        usable = document is not None
        self.force_button.setVisible(usable and not in_force)
        self.study_button.setVisible(usable and not in_force and not under_study)
        self.state.setText(" · ".join(self._states(in_force=in_force, under_study=under_study)))

    def _states(self, *, in_force: bool, under_study: bool) -> list[str]:
        words, document = self._desk.words, self.binder.document
        if self.binder.trouble is not None:
            return list(words.error(self.binder.trouble))
        if document is None:
            return [words.text("regulation.page.none")]
        told = [status_label(document.identity.status, words)]
        if in_force:
            told.append(words.text("regulation.page.in-force"))
        if under_study:
            told.append(words.text("regulation.page.under-study"))
        if self.binder.is_own:
            told.append(words.text("regulation.page.own"))
        if not document.identity.is_complete:
            told.append(words.text("regulation.page.incomplete"))
        return told

    def _put_in_force(self) -> None:
        document_id = self.binder.document_id
        if document_id == self._desk.project.study_id:
            self._desk.do(SetStudyDocument(""))
        self._desk.do(SetDocument(document_id))

    def _study(self) -> None:
        self._desk.do(SetStudyDocument(self.binder.document_id))
