"""The manifest of a series of notes: which file was made from what, to know which may be kept.

A JSON file in the folder of the notes. A file is kept when it was made from the same project, land
and wishes, and its bytes are still those that were written. Knows nothing of notes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emadina_gis.io.atomic import write_text

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "notes.json"
VERSION = 1


@dataclass
class NoteManifest:
    """What the files of a folder were made from.

    Attributes
    ----------
    files : dict of str to (str, str)
        Name → (key of what it was made from, code of its bytes).
    """

    folder: Path
    files: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> NoteManifest:
        """Return the manifest of a folder; an empty one where none can be read."""
        try:
            tree = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
            if tree["version"] != VERSION:
                return cls(folder)
            files = {
                str(name): (str(key), str(code)) for name, (key, code) in tree["files"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(folder)
        return cls(folder, files)

    def is_current(self, name: str, key: str) -> bool:
        """Whether a file is whole, unchanged, and made from what a key stands for."""
        known = self.files.get(name)
        return known is not None and known[0] == key and known[1] == code_of(self.folder / name)

    def take(self, name: str, key: str) -> None:
        """Note a file that was just written."""
        self.files[name] = (key, code_of(self.folder / name))

    def write(self) -> None:
        """Write the manifest; raises `OutputError` where it cannot be."""
        tree = {"version": VERSION, "files": {n: list(f) for n, f in sorted(self.files.items())}}
        write_text(self.folder / FILE_NAME, json.dumps(tree, indent=1) + "\n")


def code_of(path: Path) -> str:
    """Return the SHA-256 of a file; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def key_of(*parts: str) -> str:
    """Return one key for all that a file is made from."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()
