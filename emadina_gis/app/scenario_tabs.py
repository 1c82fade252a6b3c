"""Scenarios as tabs: choose one, add, and by menu rename, copy, remove, make it the reference.

Owns the tabs; changes are commands.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QInputDialog, QMenu, QToolButton, QWidget

from emadina_gis.app.controls import clear, row
from emadina_gis.session.commands.scenarios import (
    AddScenario,
    BranchScenario,
    CopyScenario,
    RemoveScenario,
    RenameScenario,
    SetReference,
)
from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.simulation.scenario import Scenario

MOST_TABS = 4
LONGEST_NAME = 26


class ScenarioTabs(QFrame):
    """One button per scenario, those that do not fit in a menu at the end.

    Signals
    -------
    page_asked(str), export_asked(str), import_asked()
        Show what a scenario is made of; write it to a file; read one from a file.
    """

    page_asked = Signal(str)
    export_asked = Signal(str)
    import_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("segments")
        self._line = row(self, spacing=2, margins=(3, 3, 3, 3))
        self.tabs: dict[str, QToolButton] = {}
        self._made_of: tuple[object, ...] = ()
        self.add_button = desk.voice.tool("scenario.add", "plus", self.add)
        self.add_button.setIconSize(QSize(14, 14))
        self.more = desk.voice.tool("scenario.more", "ellipsis", self._open_rest)
        desk.watch(self, lambda project: project.scenarios, lambda _value: self._rebuild())
        desk.watch(self, lambda project: project.reference_id, lambda _value: self._rebuild())
        desk.watch_view(self, lambda view: view.active_scenario_id, lambda _id: self._rebuild())
        desk.speech.changed.connect(self._rebuild)

    @property
    def active_id(self) -> str:
        """The scenario that is shown."""
        return self._desk.results.scenario_id

    def add(self) -> None:
        """Add a scenario and show it."""
        name = self._free_name(self._desk.speech.text("scenario.new-name"))
        command = AddScenario(name)
        if self._desk.do(command):
            self._desk.view.activate_scenario(self._desk.project.scenarios[-1].id)

    def copy(self, scenario_id: str) -> None:
        """Copy a scenario and show the copy."""
        name = self._desk.project.scenario(scenario_id).name
        copied = self._free_name(self._desk.speech.text("scenario.copy-name", name=name))
        before = {scenario.id for scenario in self._desk.project.scenarios}
        if self._desk.do(CopyScenario(scenario_id, copied)):
            made = [s.id for s in self._desk.project.scenarios if s.id not in before]
            self._desk.view.activate_scenario(made[0])

    def branch(self, scenario_id: str) -> None:
        """Start another scenario from one as it is now, and show it."""
        name = self.name_of(self._desk.project.scenario(scenario_id))
        named = self._free_name(self._desk.speech.text("scenario.branch-name", name=name))
        command = BranchScenario(scenario_id, named)
        if self._desk.do(command):
            self._desk.view.activate_scenario(command.scenario_id)

    def rename(self, scenario_id: str) -> None:
        """Ask for another name."""
        old = self._desk.project.scenario(scenario_id).name
        say = self._desk.speech.text
        name, given = QInputDialog.getText(
            self, say("scenario.rename"), say("scenario.name"), text=old
        )
        if given and name.strip():
            self._desk.do(RenameScenario(scenario_id, name.strip()))

    def step(self, by: int) -> None:
        """Show the next or the previous scenario."""
        ids = [scenario.id for scenario in self._desk.project.scenarios]
        if ids:
            self._desk.view.activate_scenario(ids[(ids.index(self.active_id) + by) % len(ids)])

    def menu_of(self, scenario_id: str) -> QMenu:
        """Return what can be done with a scenario."""
        menu = QMenu(self)
        say = self._desk.speech.text
        is_reference = scenario_id == self._desk.project.reference_id
        menu.addAction(say("scenario-page.open"), lambda: self.page_asked.emit(scenario_id))
        menu.addAction(say("scenario.rename"), lambda: self.rename(scenario_id))
        menu.addAction(say("scenario.branch"), lambda: self.branch(scenario_id))
        menu.addAction(say("scenario.copy"), lambda: self.copy(scenario_id))
        menu.addSeparator()
        menu.addAction(say("scenario.export"), lambda: self.export_asked.emit(scenario_id))
        menu.addAction(say("scenario.import"), self.import_asked.emit)
        menu.addSeparator()
        reference = menu.addAction(
            say("scenario.set-reference"), lambda: self._desk.do(SetReference(scenario_id))
        )
        reference.setEnabled(not is_reference)
        remove = menu.addAction(
            say("scenario.remove"), lambda: self._desk.do(RemoveScenario(scenario_id))
        )
        remove.setEnabled(not is_reference)
        return menu

    def _free_name(self, wanted: str) -> str:
        taken = {scenario.name for scenario in self._desk.project.scenarios}
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted} {number}", number + 1
        return name

    def _rebuild(self) -> None:
        """Make the tabs anew, unless the same ones would come."""
        project = self._desk.project
        named = tuple((scenario.id, self.name_of(scenario)) for scenario in project.scenarios)
        made_of = (named, project.reference_id, self.active_id, self._desk.speech.language)
        if made_of == self._made_of:
            return
        self._made_of = made_of
        self._take_out()
        shown, rest = self._split(project.scenarios)
        for scenario in shown:
            self._line.addWidget(self._tab(scenario))
        self.more.setVisible(bool(rest))
        self._line.addWidget(self.more)
        self._line.addWidget(self.add_button)

    def _take_out(self) -> None:
        for fixed in (self.more, self.add_button):
            self._line.removeWidget(fixed)
        clear(self._line)
        self.tabs.clear()

    def _split(self, scenarios: tuple[Scenario, ...]) -> tuple[list[Scenario], list[Scenario]]:
        shown = list(scenarios[:MOST_TABS])
        rest = list(scenarios[MOST_TABS:])
        active = next((s for s in rest if s.id == self.active_id), None)
        if active is not None:
            rest[rest.index(active)], shown[-1] = shown[-1], active
        return shown, rest

    def _tab(self, scenario: Scenario) -> QToolButton:
        tab = QToolButton()
        name = self.name_of(scenario)
        tab.setText(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")
        tab.setAccessibleName(name)
        tab.setCheckable(True)
        tab.setChecked(scenario.id == self.active_id)
        tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tab.setCursor(Qt.CursorShape.PointingHandCursor)
        tip = name
        if scenario.id == self._desk.project.reference_id:
            tip = self._desk.speech.text("scenario.is-reference", name=name)
        tab.setToolTip(tip)
        tab.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        scenario_id = scenario.id
        tab.clicked.connect(lambda: self._on_clicked(scenario_id))
        tab.customContextMenuRequested.connect(
            lambda point: self.menu_of(scenario_id).popup(tab.mapToGlobal(point))
        )
        self.tabs[scenario_id] = tab
        return tab

    def name_of(self, scenario: Scenario) -> str:
        """Return the name of a scenario; the reference has one in every language."""
        if scenario.name and scenario.name not in _names_of_references():
            return scenario.name
        return self._desk.speech.text("scenario.reference")

    def _on_clicked(self, scenario_id: str) -> None:
        self.tabs[scenario_id].setChecked(scenario_id == self.active_id)
        self._desk.view.activate_scenario(scenario_id)

    def _open_rest(self) -> None:
        menu = QMenu(self)
        for scenario in self._split(self._desk.project.scenarios)[1]:
            menu.addAction(
                self.name_of(scenario), partial(self._desk.view.activate_scenario, scenario.id)
            )
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))


def _names_of_references() -> frozenset[str]:
    """Return the names that a reference gets when it is made, whatever the language was then."""
    return frozenset(load_words(language).text("scenario.reference") for language in LANGUAGES)
