"""States of projects that were printed: a short code of the content, and the state behind it.

The code stands on every sheet. It is made from the project's content alone, so that the same
project has the same code wherever it is saved. One database in the person's state folder keeps the
parts of all printed states once, within a limit of size; the oldest states go first. Project files
name their own code, so that they are found too. Knows nothing of paper.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis import paths
from emadina_gis.errors import ProjectError
from emadina_gis.io import copy_database
from emadina_gis.io import project_codec as codec
from emadina_gis.io import project_database as database
from emadina_gis.progress import NULL_CONTEXT, Context

if TYPE_CHECKING:
    from emadina_gis.project.model import Project

FILE_NAME = "printed.sqlite"
#: The fact of a project file that names the code of the state it holds.
STATE = "state"
LIMIT_BYTES = 2_000_000_000
#: Crockford's base 32: no I, L, O, U, which are mistaken for 1, 1, 0, V.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")
_BITS = 40
_HALF = 4
_CODE = re.compile(rf"[{_LETTERS}]{{{2 * _HALF}}}")
_PARTS_AT_ONCE = 64


def state_code(project: Project) -> str:
    """Return the code of a project's content: eight letters and digits, ``K7F3-92QD``.

    Where the project and its rasters lie on the disk does not count, nor which copy it is.
    """
    anonymous = replace(project, id="")
    return code_of_tree(codec.encode(anonymous, stored_path=_name_only).tree)


def code_of_tree(tree: dict[str, Any]) -> str:
    """Return the code of a tree whose rasters are named without their folders."""
    content = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(content.encode("utf-8"), digest_size=_BITS // 8).digest()
    number = int.from_bytes(digest, "big")
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(_BITS - 5, -1, -5))
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def read_code(text: str) -> str:
    """Return a code as it is kept, from what a person typed; empty where it is none."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper()).translate(_MISREAD)
    if not _CODE.fullmatch(letters):
        return ""
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def _name_only(path: str) -> dict[str, str]:
    return {"relative": Path(path.replace("\\", "/")).name, "absolute": ""}


@dataclass(frozen=True)
class PrintedStates:
    """The printed states of this person.

    Attributes
    ----------
    path : Path
        The database; made when the first state is kept.
    limit_bytes : int
        Size above which the oldest states are given up; a larger project is not kept.
    """

    path: Path
    limit_bytes: int = LIMIT_BYTES

    @classmethod
    def of_person(cls) -> PrintedStates:
        """Return those in the state folder."""
        return cls(paths.user_state() / FILE_NAME)

    def keep(self, project: Project, code: str, ctx: Context = NULL_CONTEXT) -> bool:
        """Keep a state; return whether it is there now.

        Raises
        ------
        OutputError
            If the database cannot be written; what was kept before is as it was.
        """
        encoded = codec.encode(project, stored_path=copy_database.plain_path)
        with self._open() as connection:
            missing = sorted(encoded.parts.keys() - database.keys(connection))
            for start in range(0, len(missing), _PARTS_AT_ONCE):
                ctx.report(start / len(missing), "phase.writing")
                ctx.check()
                self._put_parts(connection, encoded, missing[start : start + _PARTS_AT_ONCE])
            newest = connection.execute("SELECT coalesce(max(number), 0) FROM tree").fetchone()
            connection.execute("BEGIN")
            database.put_tree(connection, code, int(newest[0]) + 1, encoded.tree)
            connection.execute("COMMIT")
            self._make_room(connection)
            return database.read_tree(connection, code) is not None

    def find(self, code: str) -> Project | None:
        """Return the state of a code, None where it is not kept.

        Raises
        ------
        ProjectFileError
            If it is kept and damaged.
        """
        if not self.path.is_file():
            return None
        with closing(database.open_for_reading(self.path, immutable=False)) as connection:
            if database.read_tree(connection, code) is None:
                return None
        project, _number = copy_database.read_project(self.path, code)
        return project

    @staticmethod
    def _put_parts(
        connection: sqlite3.Connection, encoded: codec.EncodedProject, keys: list[str]
    ) -> None:
        connection.execute("BEGIN")
        for key in keys:
            database.put_part(connection, encoded.parts[key])
        connection.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(copy_database.connect(self.path)) as connection:
                database.prepare(connection)
                yield connection
        except (sqlite3.Error, OSError) as exc:
            raise copy_database.failed(exc, self.path) from exc

    def _make_room(self, connection: sqlite3.Connection) -> None:
        """Give up the oldest states until the rest is within the limit."""
        while _size(connection) > self.limit_bytes:
            connection.execute("BEGIN")
            connection.execute("DELETE FROM tree WHERE number = (SELECT min(number) FROM tree)")
            used = _used_parts(connection)
            unused = [(key,) for key in database.keys(connection) - used]
            connection.executemany("DELETE FROM part WHERE key = ?", unused)
            connection.execute("COMMIT")


def _size(connection: sqlite3.Connection) -> int:
    (total,) = connection.execute("SELECT coalesce(sum(length(bytes)), 0) FROM part").fetchone()
    return int(total)


def _used_parts(connection: sqlite3.Connection) -> set[str]:
    """Return the keys of parts that the kept trees name."""
    found: set[str] = set()
    for (name,) in connection.execute("SELECT name FROM tree").fetchall():
        read = database.read_tree(connection, name)
        assert read is not None
        _collect_texts(read[1], found)
    return found


def _collect_texts(tree: Any, found: set[str]) -> None:
    if isinstance(tree, str):
        found.add(tree)
    elif isinstance(tree, list):
        for item in tree:
            _collect_texts(item, found)
    elif isinstance(tree, dict):
        for item in tree.values():
            _collect_texts(item, found)


def file_of_state(code: str, candidates: Iterable[Path]) -> Path | None:
    """Return the first project file that holds the state of a code; unreadable ones are passed."""
    for path in candidates:
        try:
            with closing(database.open_for_reading(path)) as connection:
                if database.meta(connection).get(STATE) == code:
                    return path
        except (ProjectError, sqlite3.Error, OSError):
            continue
    return None
