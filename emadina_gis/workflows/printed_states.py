"""From the code on a sheet back to the project that it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import MissingInput, OutputError, Problem, Severity
from emadina_gis.io.printed_states import PrintedStates, file_of_state, read_code, state_code
from emadina_gis.io.project_file import load_project
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from emadina_gis.project import Project

__all__ = ["FoundState", "Where", "find_printed", "keep_printed", "state_code"]


class Where(StrEnum):
    """Where the state of a printed sheet was found."""

    PRESENT = "present"
    KEPT = "kept"
    FILE = "file"


@dataclass(frozen=True)
class FoundState:
    """A project as it was when a sheet was made.

    Attributes
    ----------
    path : Path or None
        The project file that holds it; None elsewhere.
    """

    code: str
    project: Project
    where: Where
    path: Path | None = None


def keep_printed(
    project: Project, code: str, ctx: Context = NULL_CONTEXT, states: PrintedStates | None = None
) -> tuple[Problem, ...]:
    """Keep the state of a project that was printed; a failure is a problem, not an error.

    The sheet is written already: it stays, and the person is told that only a saved project file
    will lead back from its code.
    """
    try:
        kept = (states or PrintedStates.of_person()).keep(project, code, ctx)
    except OutputError:
        kept = False
    if kept:
        return ()
    return (Problem("state.not-kept", Severity.WARNING, params={"code": code}),)


def find_printed(
    typed: str,
    *,
    present: Iterable[Project] = (),
    files: Iterable[Path] = (),
    states: PrintedStates | None = None,
    ctx: Context = NULL_CONTEXT,
) -> FoundState:
    """Return the project that a printed code stands for.

    Parameters
    ----------
    typed : str
        The code as a person types it.
    present : iterable of Project
        Open projects, looked at first.
    files : iterable of Path
        Project files, looked at last.

    Raises
    ------
    MissingInput
        With code ``state.no-code`` where that is no code, ``state.not-found`` where no state of
        that code is known.
    ProjectFileError
        If the state is found and damaged.
    """
    code = read_code(typed)
    if not code:
        raise MissingInput("state.no-code", typed=typed)
    for project in present:
        if state_code(project) == code:
            return FoundState(code, project, Where.PRESENT)
    kept = (states or PrintedStates.of_person()).find(code)
    if kept is not None:
        return FoundState(code, kept, Where.KEPT)
    path = file_of_state(code, files)
    if path is None:
        raise MissingInput("state.not-found", state=code)
    return FoundState(code, load_project(path, ctx=ctx)[0], Where.FILE, path)
