"""Parts of an atlas: a few pages in one file, kept beside the target until the atlas is whole.

A part is named after all that it was made from, so that a run that was interrupted goes on where
it stopped, and a changed project begins anew. Knows nothing of drawing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import TEMPORARY_PREFIX, make_folder, write_text
from emadina_gis.report.atlas_manifest import PageRecord, page_codes, record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from emadina_gis.report.atlas import AtlasSheet

#: Pages in a part: an interruption loses fewer than these, and they share their fonts.
PART_PAGES = 20
_KEY_BYTES = 12


def parts_folder(target: Path) -> Path:
    """Return the private folder of a PDF, or of a folder of pages."""
    return target.with_name(f"{TEMPORARY_PREFIX}{target.stem[:40]}.pages")


def part_keys(
    sheets: Sequence[AtlasSheet], size: int, *, state: str, language: str
) -> tuple[str, ...]:
    """Return a key for each `size` pages, made from everything that decides how they look.

    Parameters
    ----------
    state : str
        Code of the project's state and of the program.
    """
    seen: dict[int, str] = {}
    keys = [_page_key(sheet, seen) for sheet in sheets]
    return tuple(
        _code(state, language, str(start), str(len(sheets)), *keys[start : start + size])
        for start in range(0, len(keys), size)
    )


def _page_key(sheet: AtlasSheet, seen: dict[int, str]) -> str:
    """Return the key of a page; what pages share is written out once."""
    content = sheet.content
    shared = content.layout.frames
    frames = seen.get(id(shared)) or seen.setdefault(id(shared), _code(repr(shared)))
    texts = (content.document, content.status, content.scenario, repr(content.rows))
    own = (
        replace(content.layout, frames=()),
        content.focus,
        content.titles,
        content.date,
        sheet.name,
        sheet.feature,
        sheet.extent,
        sheet.neighbours,
        content.tile,
        content.over,
    )
    return _code(frames, *texts, *map(repr, own))


def _code(*parts: str) -> str:
    digest = hashlib.blake2b(digest_size=_KEY_BYTES)
    for part in parts:
        digest.update(f"{len(part)}:".encode())
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class PartStore:
    """The folder of the parts of one atlas."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, keys: Iterable[str]) -> None:
        """Make the folder, and drop parts of another state of the project.

        Raises
        ------
        OutputError
            If the folder cannot be made.
        """
        make_folder(self.folder)
        wanted = set(keys)
        for path in self.folder.iterdir():
            if path.name.partition(".")[0] not in wanted:
                with suppress(OSError):
                    path.unlink()

    def path(self, key: str) -> Path:
        """Return the file of a part."""
        return self.folder / f"{key}.pdf"

    def keep(self, key: str, records: Sequence[PageRecord]) -> None:
        """Note what a part that was written holds: only now does it count as made."""
        text = json.dumps([asdict(record) for record in records], ensure_ascii=False)
        write_text(self.folder / f"{key}.json", text)

    def found(self, key: str) -> tuple[PageRecord, ...] | None:
        """Return the pages of a part of an earlier run, None where it is not there or not whole."""
        try:
            tree = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            records = tuple(record_of(page) for page in tree)
            codes = page_codes(self.path(key))
        except (OSError, ValueError, TypeError, KeyError, OutputError):
            return None
        return records if codes == tuple(record.hash for record in records) else None

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
