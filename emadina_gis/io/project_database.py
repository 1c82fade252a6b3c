"""The SQLite form that project files and working copies share: parts, trees and a checksum each.

Opened through Python's `sqlite3` alone. Knows nothing of where the database lies or who owns it.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from emadina_gis import __version__
from emadina_gis.errors import ProjectFileError, ProjectTooNew
from emadina_gis.io.parts import Part, checksum

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: "EMAD": tells our files from other SQLite databases.
APPLICATION_ID = 0x454D4144
FORMAT_VERSION = 1
MAGIC = b"SQLite format 3\0"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS part (key TEXT PRIMARY KEY, sum BLOB NOT NULL, bytes BLOB NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tree (name TEXT PRIMARY KEY, number INTEGER NOT NULL,
  sum BLOB NOT NULL, json BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Create the tables of an empty database and mark it as ours."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    connection.executescript(_SCHEMA)
    set_meta(connection, "format", str(FORMAT_VERSION))
    set_meta(connection, "app", __version__)


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Write one entry of the table of facts."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the table of facts."""
    return dict(connection.execute("SELECT key, value FROM meta").fetchall())


def put_part(connection: sqlite3.Connection, part: Part, content: bytes | None = None) -> None:
    """Write a part that is not there yet."""
    made = part.make() if content is None else content
    connection.execute(
        "INSERT OR IGNORE INTO part VALUES (?, ?, ?)", (part.key, checksum(made), made)
    )


def put_tree(connection: sqlite3.Connection, name: str, number: int, tree: Any) -> None:
    """Write a tree under a name, with its number in the order of commands."""
    content = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    connection.execute(
        "INSERT OR REPLACE INTO tree VALUES (?, ?, ?, ?)",
        (name, number, checksum(content), content),
    )


def keys(connection: sqlite3.Connection) -> set[str]:
    """Return the keys of all parts."""
    return {key for (key,) in connection.execute("SELECT key FROM part")}


def open_for_reading(path: Path, *, immutable: bool = True) -> sqlite3.Connection:
    """Return a connection that never writes.

    Raises
    ------
    ProjectFileError
        ``project.missing``, ``project.no-permission``, ``project.not-a-project`` or
        ``project.damaged``.
    ProjectTooNew
        ``project.too-new``.
    """
    _check_header(path)
    options = "mode=ro&immutable=1" if immutable else "mode=ro"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{options}", uri=True)
    try:
        _check_identity(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except FileNotFoundError as exc:
        raise ProjectFileError("project.missing", path=str(path)) from exc
    except PermissionError as exc:
        raise ProjectFileError("project.no-permission", path=path.name) from exc
    except OSError as exc:
        raise ProjectFileError("project.unreadable", path=path.name, detail=str(exc)) from exc
    if head != MAGIC:
        raise ProjectFileError("project.not-a-project", path=path.name)


def _check_identity(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    try:
        (identity,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as exc:
        raise ProjectFileError("project.damaged", path=path.name, detail=str(exc)) from exc
    if identity != APPLICATION_ID:
        raise ProjectFileError("project.not-a-project", path=path.name)
    if version > FORMAT_VERSION:
        raise ProjectTooNew(
            "project.too-new", path=path.name, version=version, known=FORMAT_VERSION
        )


def read_tree(connection: sqlite3.Connection, name: str) -> tuple[int, dict[str, Any]] | None:
    """Return the number and the tree of a name, or None where there is none."""
    row = connection.execute(
        "SELECT number, sum, json FROM tree WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        return None
    number, expected, content = row
    if not isinstance(content, bytes) or checksum(content) != expected:
        raise ProjectFileError("project.damaged", detail=name)
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ProjectFileError("project.damaged", detail=name)
    return int(number), found


def fetcher(connection: sqlite3.Connection) -> Callable[[str], bytes]:
    """Return a function that gives the checked bytes of a part by key."""

    def fetch(key: str) -> bytes:
        row = connection.execute("SELECT sum, bytes FROM part WHERE key = ?", (key,)).fetchone()
        if row is None or not isinstance(row[1], bytes) or checksum(row[1]) != row[0]:
            raise ProjectFileError("project.damaged", detail=key)
        return row[1]

    return fetch
