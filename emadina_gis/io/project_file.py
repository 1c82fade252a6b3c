"""The ``.emadina`` file: one whole SQLite file, replaced atomically, never written in place.

Vector layers are embedded; rasters are linked by relative path and fingerprint. Looking at a
project does not alter it. Knows nothing of sessions or of the working copy's owner.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError, Problem, ProjectFileError, ProjectTooNew, Severity
from emadina_gis.io import project_codec as codec
from emadina_gis.io import project_database as database
from emadina_gis.io.atomic import remove_stale, replacing
from emadina_gis.io.parts import checksum
from emadina_gis.io.printed_states import STATE, state_code
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.project.model import SCHEMA_VERSION

if TYPE_CHECKING:
    from emadina_gis.io.project_codec import Kept
    from emadina_gis.progress import Context
    from emadina_gis.project.model import Project

SUFFIX = ".emadina"
HEAD = "head"
_SAMPLE_BYTES = 4 * 1024 * 1024
KnownBytes = Callable[[str], bytes | None]


@dataclass(frozen=True)
class ProjectFacts:
    """What a project file says of itself without reading its layers."""

    path: Path
    title: str
    app_version: str
    size_bytes: int


def save_project(
    project: Project,
    path: Path,
    *,
    ctx: Context = NULL_CONTEXT,
    known_bytes: KnownBytes | None = None,
    kept_from: Path | None = None,
) -> None:
    """Write a project as one file; the old file stays whole until the new one is complete.

    Parameters
    ----------
    known_bytes : callable, optional
        Gives the bytes of a part that was already compressed (by the working copy), or None.
    kept_from : Path, optional
        File whose unknown keys are kept; by default the one that is replaced.

    Raises
    ------
    OutputError
        Where the file cannot be written; the old one is as it was.
    """
    kept = _kept_of(kept_from or path)
    encoded = codec.encode(project, kept, _relative_to(path.parent))
    remove_stale(path.parent)
    with replacing(path) as temporary:
        _write(encoded, temporary, ctx, known_bytes, state_code(project))
        _verify(temporary, len(encoded.parts))


def _write(
    encoded: codec.EncodedProject,
    path: Path,
    ctx: Context,
    known_bytes: KnownBytes | None,
    state: str,
) -> None:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            database.prepare(connection)
            database.set_meta(connection, STATE, state)
            connection.execute("BEGIN")
            for number, part in enumerate(encoded.parts.values()):
                ctx.report(number / len(encoded.parts), "phase.writing")
                known = known_bytes(part.key) if known_bytes else None
                database.put_part(connection, part, known)
            database.put_tree(connection, HEAD, 0, encoded.tree)
            connection.execute("COMMIT")
    except sqlite3.Error as exc:
        raise _output_error(exc, path) from exc


def _output_error(exc: sqlite3.Error, path: Path) -> OutputError:
    full = "full" in str(exc) or "disk I/O" in str(exc)
    code = "output.disk-full" if full else "output.failed"
    return OutputError(code, path=str(path), folder=str(path.parent), detail=str(exc))


def _verify(path: Path, parts: int) -> None:
    """Read back what was written: every part's checksum and the tree's."""
    try:
        with closing(database.open_for_reading(path)) as connection:
            rows = connection.execute("SELECT sum, bytes FROM part")
            good = sum(1 for expected, content in rows if checksum(content) == expected)
            whole = database.read_tree(connection, HEAD) is not None
    except (sqlite3.Error, ProjectFileError) as exc:
        raise OutputError(
            "output.not-verified", path=str(path), folder=str(path.parent), detail=str(exc)
        ) from exc
    if good != parts or not whole:
        raise OutputError(
            "output.not-verified", path=str(path), folder=str(path.parent), detail=f"{good}/{parts}"
        )


def load_project(path: Path, *, ctx: Context = NULL_CONTEXT) -> tuple[Project, tuple[Problem, ...]]:
    """Return the project of a file, and what is missing around it (linked rasters).

    Raises
    ------
    ProjectFileError
        With the reason: missing, not a project, damaged.
    ProjectTooNew
        When a newer version wrote it.
    """
    ctx.report(0.0, "phase.reading")
    problems: list[Problem] = []
    try:
        with closing(database.open_for_reading(path)) as connection:
            found = database.read_tree(connection, HEAD)
            if found is None:
                raise ProjectFileError("project.damaged", path=path.name, detail=HEAD)
            _check_schema(found[1], path)
            project = codec.decode(
                found[1], _reporting(connection, ctx), _found_in(path.parent, problems)
            )
    except (sqlite3.Error, json.JSONDecodeError, UnicodeDecodeError, OverflowError) as exc:
        raise ProjectFileError("project.damaged", path=path.name, detail=str(exc)[:200]) from exc
    except ProjectFileError as exc:
        exc.params.setdefault("path", path.name)
        raise
    ctx.report(1.0, "phase.reading")
    return replace(project, schema_version=SCHEMA_VERSION), tuple(problems)


def _check_schema(tree: dict[str, Any], path: Path) -> None:
    version = tree.get("schema_version", 0)
    if not isinstance(version, int):
        raise ProjectFileError("project.damaged", path=path.name, detail="schema_version")
    if version > SCHEMA_VERSION:
        raise ProjectTooNew(
            "project.too-new", path=path.name, version=version, known=SCHEMA_VERSION
        )


def _reporting(connection: sqlite3.Connection, ctx: Context) -> Callable[[str], bytes]:
    (total,) = connection.execute("SELECT count(*) FROM part").fetchone()
    fetch = database.fetcher(connection)
    done = 0

    def counted(key: str) -> bytes:
        nonlocal done
        done += 1
        ctx.report(min(done / max(total, 1), 1.0), "phase.reading")
        return fetch(key)

    return counted


def _kept_of(path: Path) -> Kept:
    """Return the unknown keys of the file that is replaced; a new file has none."""
    if not path.is_file():
        return {}
    try:
        with closing(database.open_for_reading(path)) as connection:
            found = database.read_tree(connection, HEAD)
            if found is None:
                return {}
            return codec.unknown_keys(found[1])
    except (sqlite3.Error, ProjectFileError, ProjectTooNew, ValueError):
        return {}


def _relative_to(folder: Path) -> Callable[[str], dict[str, str]]:
    """Return how raster paths are stored: relative to the project, with the full one beside."""

    def stored(text: str) -> dict[str, str]:
        path = Path(text)
        if not path.is_absolute():
            return {"relative": path.as_posix(), "absolute": ""}
        try:
            relative = os.path.relpath(path, folder.resolve())
        except ValueError:  # another drive
            return {"relative": "", "absolute": text}
        return {"relative": Path(relative).as_posix(), "absolute": text}

    return stored


def _found_in(folder: Path, problems: list[Problem]) -> Callable[[Any], str]:
    def found(stored: Any) -> str:
        relative, absolute = str(stored["relative"]), str(stored["absolute"])
        if not absolute:
            return relative
        near = (folder.resolve() / relative).resolve() if relative else None
        if near is not None and near.is_file():
            same = Path(absolute).exists() and near.samefile(absolute)
            return absolute if same else str(near)
        if not Path(absolute).is_file():
            params = {"path": absolute}
            where = Path(absolute).name
            problems.append(Problem("project.file-missing", Severity.WARNING, where, 1, params))
        return absolute

    return found


def file_fingerprint(path: Path) -> str:
    """Return a fingerprint of a linked file: its size, first and last bytes.

    For a folder (a file geodatabase): names, sizes and times of its files.
    """
    if path.is_dir():
        return _folder_fingerprint(path)
    size = path.stat().st_size
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as file:
        digest.update(file.read(_SAMPLE_BYTES))
        if size > 2 * _SAMPLE_BYTES:
            file.seek(-_SAMPLE_BYTES, os.SEEK_END)
            digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()


def _folder_fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.iterdir()):
        facts = path.stat()
        digest.update(f"{path.name}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def read_facts(path: Path, language: str) -> ProjectFacts:
    """Return the title and version of a project file quickly, for lists of recent projects."""
    try:
        with closing(database.open_for_reading(path)) as connection:
            found = database.read_tree(connection, HEAD)
            facts = database.meta(connection)
    except sqlite3.Error as exc:
        raise ProjectFileError("project.damaged", path=path.name, detail=str(exc)) from exc
    title = found[1].get("title", {}) if found else {}
    return ProjectFacts(
        path, str(title.get(language, "")), facts.get("app", ""), path.stat().st_size
    )
