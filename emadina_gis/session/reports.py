"""Reports of problems: what is sent to whoever mends the program, masked and shown before.

Owns the text of a crash report and the zip of "report a problem". Holds versions, the platform and
the end of the log; no titles, no names, no identity numbers, no folder of the person.
"""

from __future__ import annotations

import datetime as dt
import getpass
import importlib.metadata
import io
import platform
import re
import socket
import sys
import traceback
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from emadina_gis import __version__, paths
from emadina_gis.errors import EmadinaError
from emadina_gis.io.atomic import write_bytes
from emadina_gis.session.free_name import free_name
from emadina_gis.session.log import log_tail

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGES = (
    "PySide6-Essentials", "moderngl", "numpy", "pandas", "pyarrow", "shapely", "pyproj", "pyogrio",
    "geopandas", "rasterio", "ezdxf", "folium",
)  # fmt: skip
MASK = "[…]"
_TITLE = re.compile(r"\b(?:T\.?\s?|R\.?\s?)\d[\d\s]*/\s?\w+", re.IGNORECASE)
_IDENTITY = re.compile(r"\b[A-Z]{1,2}\d{4,8}\b")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|«[^»\n]*»|“[^”\n]*”")
_LETTERS = "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"
_ARABIC = re.compile(rf"[{_LETTERS}]+(?:\s+[{_LETTERS}]+)*")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:\\|\\\\|~?/)(?:[^\s:*?\"'<>|]+[\\/])+")


@dataclass(frozen=True)
class ProblemReport:
    """The files of a report, exactly as they will be in the zip."""

    files: Mapping[str, str]

    @property
    def preview(self) -> str:
        """All that the zip holds, for the person to read before it is written."""
        parts = [f"=== {name} ===\n{text}" for name, text in self.files.items()]
        return "\n\n".join(parts)

    def write(self, path: Path) -> None:
        """Write the zip.

        Raises
        ------
        OutputError
            If it cannot be written; nothing is left half-written.
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in self.files.items():
                archive.writestr(name, text)
        write_bytes(path, buffer.getvalue())


def problem_report(description: str = "", *, crash: str = "") -> ProblemReport:
    """Return the report of "report a problem".

    Parameters
    ----------
    description : str
        What the person wrote, kept as it is.
    crash : str
        Trace of a crash, from `RunningLog.crash_before` or `crash_text`.
    """
    files = {"about.txt": about_text()}
    if description.strip():
        files["description.txt"] = description.strip()
    if crash.strip():
        files["crash.txt"] = masked(crash)
    files["log.txt"] = masked(log_tail())
    return ProblemReport(MappingProxyType(files))


def write_crash_report(error: BaseException, folder: Path | None = None) -> Path:
    """Write the report of an unexpected error and return its path.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    place = paths.user_state() / "reports" if folder is None else folder
    stamp = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S")
    text = f"{about_text()}\n\n{crash_text(error)}\n\n{masked(log_tail(lines=100))}\n"
    path = free_name(place / f"crash-{stamp}.txt")
    place.mkdir(parents=True, exist_ok=True)
    write_bytes(path, text.encode())
    return path


def about_text() -> str:
    """Return versions and the platform, one per line."""
    lines = [
        f"emadina_gis {__version__}",
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"frozen {bool(getattr(sys, 'frozen', False))}",
    ]
    return "\n".join([*lines, *(_version(name) for name in PACKAGES)])


def crash_text(error: BaseException) -> str:
    """Return where an error came from: files, lines and functions, and its kind; no values."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    kind = (
        f"{type(error).__name__} {error.code}"
        if isinstance(error, EmadinaError)
        else (f"{type(error).__name__}: {masked(str(error))}")
    )
    cause = error.__cause__ or error.__context__
    told = "\n".join([*lines, kind])
    return told if cause is None else f"{crash_text(cause)}\n-- then --\n{told}"


def masked(text: str) -> str:
    """Return text without titles, identity numbers, names, mail addresses and folders."""
    for pattern, put in (
        (_MAIL, MASK), (_PATH, "…/"), (_QUOTED, MASK), (_TITLE, MASK), (_IDENTITY, MASK),
        (_ARABIC, MASK),
    ):  # fmt: skip
        text = pattern.sub(put, text)
    for word in _own_names():
        text = re.sub(rf"\b{re.escape(word)}\b", MASK, text)
    return text


def _own_names() -> list[str]:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = ""
    names = {user, socket.gethostname(), Path.home().name}
    return [name for name in names if len(name) > 3 and name not in {"root", "localhost"}]


def _version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} –"
