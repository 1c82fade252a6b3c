"""Before a project is left: its file is written, or the person says what becomes of the work.

Owns the order of these steps; writing is that of the files, asking that of the dialogs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.app.dialogs.choose import Unsaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.app.project_files import ProjectFiles


class Leaving:
    """Goes on once nothing is lost."""

    def __init__(self, desk: Desk, files: ProjectFiles, choose: Choose) -> None:
        self._desk = desk
        self._files = files
        self._choose = choose

    def leave(
        self, then: Callable[[], object], without_work: Callable[[], object] | None = None
    ) -> None:
        """Write the file where there is one, ask where there is none, then go on.

        `without_work` is what follows where the work is given up, `then` by default.
        """
        files = self._files
        if not files.has_unsaved:
            then()
        elif files.path is not None and not files.read_only:
            files.save(then)
        else:
            self._ask(then, without_work or then)

    def _ask(self, then: Callable[[], object], without_work: Callable[[], object]) -> None:
        title = self._desk.speech.title(self._desk.project.title)
        answer = self._choose.unsaved(title)
        if answer is Unsaved.DISCARD:
            without_work()
        elif answer is Unsaved.SAVE:
            path = self._choose.save_as("file.save-as", title, ".emadina")
            if path is not None:
                self._files.save_as(path, then)
