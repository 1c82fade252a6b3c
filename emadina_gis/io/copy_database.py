"""The files of a working copy: connect, read, set aside, remove; parts that are elsewhere.

Knows nothing of sessions and threads: those are ``io.working_copy``'s.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import OutputError, ProjectError, ProjectFileError
from emadina_gis.io import project_codec as codec
from emadina_gis.io import project_database as database

if TYPE_CHECKING:
    from emadina_gis.project.model import Project

SUFFIX = ".sqlite"
#: The fact that names the commit which the project file holds.
SAVED = "saved"
BUSY_S = 5.0
#: Gives the bytes of a part by its key, None where it has none.
FindPart = Callable[[str], bytes | None]


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that syncs each commit."""
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection, project_id: str, project_path: Path | None) -> None:
    """Make the tables of a new working copy; what is opened counts as saved."""
    database.prepare(connection)
    database.set_meta(connection, "project", project_id)
    database.set_meta(connection, "path", str(project_path or ""))
    database.set_meta(connection, SAVED, "1")


def note_saved(connection: sqlite3.Connection, number: int, project_path: Path) -> None:
    """Write that the project file holds the state of a commit."""
    database.set_meta(connection, SAVED, str(number))
    database.set_meta(connection, "path", str(project_path))


def failed(exc: sqlite3.Error | OSError, path: Path) -> OutputError:
    """Return what is told of an error of the disk."""
    text = str(exc)
    code = "output.disk-full" if "full" in text else "output.failed"
    return OutputError(code, path=str(path), folder=str(path.parent), detail=text)


def remove_database(path: Path) -> None:
    """Remove a working copy."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def set_aside(path: Path) -> None:
    """Give a working copy another name, under which it is found again."""
    with suppress(sqlite3.Error), closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    now = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S-%f")
    path.replace(path.with_name(f"{path.stem}-{now}{SUFFIX}"))
    remove_database(path)


def read_project(path: Path, name: str, elsewhere: FindPart | None = None) -> tuple[Project, int]:
    """Return the project of a tree and its number in the order of commands.

    Raises
    ------
    ProjectFileError
        Where it is damaged, or a part is neither here nor elsewhere.
    """
    try:
        with closing(database.open_for_reading(path, immutable=False)) as connection:
            found = database.read_tree(connection, name)
            if found is None:
                raise ProjectFileError("project.damaged", path=path.name, detail=name)
            number, tree = found
            fetch = _fetched(database.fetcher(connection), elsewhere)
            return codec.decode(tree, fetch, _found_path), number
    except (sqlite3.Error, json.JSONDecodeError, UnicodeDecodeError) as exc:
        raise ProjectFileError("project.damaged", path=path.name, detail=str(exc)[:200]) from exc


def parts_in_file(path: Path | None) -> FindPart:
    """Return a function that gives the parts that a project file holds."""

    def find(key: str) -> bytes | None:
        if path is None:
            return None
        try:
            with closing(database.open_for_reading(path)) as connection:
                return database.fetcher(connection)(key)
        except (ProjectError, sqlite3.Error):
            return None

    return find


def plain_path(text: str) -> dict[str, str]:
    """Return a path as a working copy stores it."""
    return {"relative": "", "absolute": text}


def _found_path(stored: object) -> str:
    return str(stored["absolute"]) if isinstance(stored, dict) else ""


def _fetched(fetch: Callable[[str], bytes], elsewhere: FindPart | None) -> Callable[[str], bytes]:
    """Return a function that gives parts of a working copy, or those that can be had elsewhere."""

    def get(key: str) -> bytes:
        try:
            return fetch(key)
        except ProjectFileError:
            found = None if elsewhere is None else elsewhere(key)
            if found is None:
                raise
            return found

    return get
