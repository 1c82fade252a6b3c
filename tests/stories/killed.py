"""A window that works until it is killed: a command every few moments, each noted once it is shown.

Run by ``test_kill`` as a process of its own: ``python -m tests.stories.killed FOLDER SEED PROJECT``
where PROJECT is a file, or ``demo``. The journal has one line per step: when it was shown, its
number. What the project holds after a step follows from its number alone, see `assert_whole`.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from emadina_gis.app.application import make_application, make_window
from emadina_gis.session.commands.layers import SetLayerOpacity
from emadina_gis.session.commands.project import SetProjectTitle
from emadina_gis.session.commands.scenarios import AddScenario, SetRegime

if TYPE_CHECKING:
    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.project import Project
    from emadina_gis.session.command import Command

JOURNAL = "journal.txt"
#: Steps between two commands, in milliseconds.
SHORTEST_MS, LONGEST_MS = 10, 60
SAVE_EVERY = 7


def title_of(step: int) -> str:
    """Return the title of the project after a step."""
    return f"Pas {step}"


def step_of(project: Project) -> int:
    """Return the step that a project is at; 0 before the first."""
    name = project.title.fr
    return int(name.split()[1]) if name.startswith("Pas ") else 0


def assert_whole(project: Project) -> None:
    """Check that a project is what it was after its step, or after a part of the next one."""
    step = step_of(project)
    made = {scenario.name for scenario in project.scenarios[1:]}
    before = {f"S{number}" for number in range(10, step + 1, 10)}
    assert before <= made <= before | {f"S{step + 1}"}
    regimes = len(project.reference.changes)
    assert step <= regimes <= step + 1


def commands_of(step: int, project: Project) -> tuple[Command, ...]:
    """Return what is done in a step; the title comes last and says that all of it was."""
    parcels = project.parcels
    assert parcels is not None
    row_id = int(parcels.table.ids[step % parcels.table.row_count])
    own: tuple[Command, ...] = (
        SetRegime(project.reference_id, (row_id,), step % 2 == 0),
        SetLayerOpacity(parcels.id, (step % 50 + 50) / 100),
    )
    if step % 10 == 0:
        own = (*own, AddScenario(f"S{step}"))
    return (*own, SetProjectTitle(title_of(step)))


class Worker:
    """Does one step after another and notes each in the journal."""

    def __init__(self, window: MainWindow, journal: Path, seed: int) -> None:
        self._window = window
        self._file = journal.open("a", encoding="utf-8")
        self._random = random.Random(seed)
        self._step = 0
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._work)

    def start(self) -> None:
        """Wait for the first moment."""
        self._timer.start(self._random.randint(SHORTEST_MS, LONGEST_MS))

    def _work(self) -> None:
        self._step += 1
        desk = self._window.desk
        for command in commands_of(self._step, desk.project):
            desk.store.execute(command)
        if self._step % SAVE_EVERY == 0 and self._window.files.path is not None:
            self._window.files.save()
        self._window.repaint()
        self._file.write(f"{time.monotonic():.4f} {self._step}\n")
        self._file.flush()
        self.start()


def when_open(window: MainWindow, then: Callable[[], None]) -> None:
    """Call back once a project with parcels is open."""
    if window.desk.project.parcels is None:
        QTimer.singleShot(20, window, lambda: when_open(window, then))
    else:
        then()


def main(folder: Path, seed: int, project: str) -> int:
    """Open the project and work on it for ever."""
    application = make_application(["emadina-gis"])
    window = make_window(application, use_gl=False)
    window.show()
    if project == "demo":
        window.files.open_demo()
    else:
        window.files.open(Path(project))
    worker = Worker(window, folder / JOURNAL, seed)
    when_open(window, worker.start)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
