"""Scenarios as files: ask for a place, write or read in the background, tell what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emadina_gis.session.commands.scenarios import ImportScenario
from emadina_gis.session.phrase import Phrase
from emadina_gis.workflows.exchanging import ENDING, export_scenario, import_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.workflows.exchanging import ImportedScenario


class ScenarioFiles(QObject):
    """Exports and imports scenarios of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def ask_export(self, scenario_id: str) -> None:
        """Ask where to write a scenario, and write it."""
        scenario = self._window.desk.project.scenario(scenario_id)
        name = self._window.top.scenarios.name_of(scenario)
        path = self._window.choose.save_as("scenario.export", name, ENDING)
        if path is not None:
            self.write(scenario_id, path)

    def write(self, scenario_id: str, path: Path) -> None:
        """Write a scenario to a file."""
        desk = self._window.desk
        project = desk.project

        def told(written: Path) -> None:
            desk.notices.done(Phrase("scenario.exported", {"name": written.name}))

        desk.jobs.submit_shown(
            "job.saving",
            lambda ctx: export_scenario(project, scenario_id, path, ctx),
            done=told,
            failed=desk.notices.error,
        )

    def ask_import(self) -> None:
        """Ask for the file of a scenario, and add it."""
        path = self._window.choose.file_to_open("scenario.import", f"*{ENDING}")
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Add the scenario of a file and show it."""
        desk = self._window.desk
        project = desk.project
        desk.jobs.submit_shown(
            "job.reading",
            lambda ctx: import_scenario(path, project, ctx),
            done=self._take,
            failed=desk.notices.error,
        )

    def _take(self, found: ImportedScenario) -> None:
        desk = self._window.desk
        command = ImportScenario(found.scenario)
        if not desk.do(command):
            return
        desk.view.activate_scenario(command.scenario_id)
        told = [desk.words.problem(problem)[0] for problem in found.problems]
        desk.notices.done(
            Phrase("scenario.imported-with", {"found": " ".join(told)})
            if told
            else Phrase("scenario.imported")
        )
