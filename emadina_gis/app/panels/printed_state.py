"""From the code on a sheet back to its project: a field, what was found, and a copy to open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from emadina_gis.app.controls import clear, column, plain_label
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.errors import EmadinaError
from emadina_gis.session.jobs import NewestWins
from emadina_gis.workflows.printed_states import FoundState, Where, find_printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.project import Project

EXAMPLE = "K7F3-92QD"


class PrintedStatePanel(SidePage):
    """Finds the project that a sheet was made from.

    Parameters
    ----------
    open_copy : callable
        Opens a project as one without a file.
    """

    def __init__(self, desk: Desk, open_copy: Callable[[Project], object]) -> None:
        super().__init__(desk, "state.title")
        self._open_copy = open_copy
        self._newest = NewestWins(desk.jobs)
        self._answer: FoundState | EmadinaError | None = None
        about = desk.voice.label("state.about", "muted")
        about.setWordWrap(True)
        self.code = QLineEdit()
        self.code.setClearButtonEnabled(True)
        self.code.returnPressed.connect(self.look)
        desk.speech.bind(self.code, "state.code", self.code.setAccessibleName)
        self.found: QVBoxLayout = column(spacing=8)
        for widget in (about, desk.voice.label("state.code", "section"), self.code):
            self.content.addWidget(widget)
        self.content.addLayout(self.found)
        self.content.addStretch(1)
        self.find_button = desk.voice.button("state.find", self.look, look="accent", icon="search")
        self.foot.addWidget(self.find_button)
        desk.speech.changed.connect(self._say)
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.code.setFocus()

    def look(self) -> None:
        """Look for the state of the code that is typed."""
        typed, present = self.code.text(), self._desk.project
        files = [Path(name) for name in self._desk.preferences.settings.recent_projects]
        self._newest.submit(
            lambda ctx: find_printed(typed, present=(present,), files=files, ctx=ctx),
            done=self._take,
            failed=self._fail,
        )

    def _take(self, answer: FoundState | EmadinaError) -> None:
        self._answer = answer
        self._say()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self._take(error)

    def _say(self) -> None:
        say = self._desk.speech.text
        self.code.setPlaceholderText(say("state.code-example", example=EXAMPLE))
        clear(self.found)
        answer = self._answer
        if isinstance(answer, EmadinaError):
            what, following = self._desk.words.error(answer)
            self._tell(what, "amber")
            self._tell(following, "secondary")
        elif answer is not None:
            self._show_found(answer)

    def _show_found(self, found: FoundState) -> None:
        name = "" if found.path is None else found.path.name
        title = self._desk.speech.title(found.project.title)
        key = f"state.found-{found.where}"
        self._tell(self._desk.speech.text(key, code=found.code, title=title, name=name))
        if found.where is not Where.PRESENT:
            button = self._desk.voice.button(
                "state.open-copy", lambda: self._open_copy(found.project), icon="copy"
            )
            self.found.addWidget(button)

    def _tell(self, text: str, tone: str = "") -> None:
        self.found.addWidget(plain_label(text, tone, wrap=True))
