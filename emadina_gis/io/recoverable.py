"""Working copies that other processes have or left behind: found, examined, removed.

Knows nothing of how a working copy is written.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from emadina_gis import paths
from emadina_gis.errors import ProjectError
from emadina_gis.io import project_database as database
from emadina_gis.io.copy_database import SAVED, SUFFIX, remove_database
from emadina_gis.io.lock import Owner, acquire

HEAD = "head"


@dataclass(frozen=True)
class Recoverable:
    """A working copy that a process left behind, with changes that were never saved.

    Attributes
    ----------
    project_path : Path or None
        The ``.emadina`` file it belongs to; None for a project that was never saved.
    changed_at : str
        Time of its last commit, ISO 8601 in UTC.
    """

    path: Path
    project_id: str
    title: str
    project_path: Path | None
    changed_at: str


class WorkingCopyInUse(ProjectError):
    """Another process has the working copy; ``owner`` says who."""

    def __init__(self, owner: Owner) -> None:
        super().__init__(
            "project.in-use", host=owner.host, user=owner.user, pid=owner.pid, since=owner.since
        )
        self.owner = owner


def folder() -> Path:
    """Return (and create) the folder of working copies."""
    found = paths.user_state() / "work"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def lock_file(path: Path) -> Path:
    """Return the lock of a working copy."""
    return path.with_suffix(".lock")


def recoverable(where: Path | None = None, language: str = "fr") -> list[Recoverable]:
    """Return the working copies that dead processes left with unsaved changes, newest first.

    Those without unsaved changes are removed on the way.
    """
    found = []
    for path in sorted((where or folder()).glob(f"*{SUFFIX}")):
        lock = acquire(lock_file(path))
        if isinstance(lock, Owner):
            continue
        try:
            one = examined(path, language)
            if one is None:
                remove_database(path)
            else:
                found.append(one)
        finally:
            lock.release()
    return sorted(found, key=lambda one: one.changed_at, reverse=True)


def examined(path: Path, language: str) -> Recoverable | None:
    """Return what a working copy holds; None where nothing would be lost without it."""
    try:
        with closing(database.open_for_reading(path, immutable=False)) as connection:
            head = database.read_tree(connection, HEAD)
            facts = database.meta(connection)
    except (sqlite3.Error, ProjectError, ValueError):
        return None if not path.exists() or path.stat().st_size == 0 else _damaged(path)
    if head is None or head[0] <= int(facts.get(SAVED, "0")):
        return None
    title = head[1].get("title") or {}
    project_path = facts.get("path", "")
    return Recoverable(
        path,
        facts.get("project", path.stem),
        str(title.get(language, "")),
        Path(project_path) if project_path else None,
        facts.get("changed", ""),
    )


def _damaged(path: Path) -> Recoverable:
    return Recoverable(path, path.stem, "", None, "")


def discard(found: Recoverable) -> None:
    """Remove a working copy that the person does not want back."""
    lock = acquire(lock_file(found.path))
    if isinstance(lock, Owner):
        raise WorkingCopyInUse(lock)
    remove_database(found.path)
    lock.release()
