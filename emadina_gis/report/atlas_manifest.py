"""The manifest of an atlas: what each page is, and a code of its content that is checked again.

A JSON file beside the PDF. A page that is missing, stands twice, or stands in another's place is
found by reading the PDF back. Knows nothing of drawing.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import OutputError, Problem, Severity
from emadina_gis.io.atomic import write_text
from emadina_gis.report.atlas_hash import PageHasher

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 1
ENDING = ".atlas.json"


@dataclass(frozen=True)
class PageRecord:
    """What the manifest says of a page.

    Attributes
    ----------
    feature : int
        Row id of its feature; -1 where it shows none.
    extent : tuple of float
        What its main map shows, in the project's CRS.
    scale : int
        Denominator of its main map.
    legend : tuple of str
        Classes drawn on it, ``layer: class``.
    found : tuple of str
        Problems of the page: code and frame.
    hash : str
        Code of what the page holds.
    file : str
        Name of the file that holds it.
    """

    number: int
    name: str
    feature: int
    extent: tuple[float, ...]
    scale: int
    legend: tuple[str, ...]
    hash: str
    found: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True)
class Manifest:
    """All pages of an atlas, in order, and the code of the project's state."""

    title: str
    language: str
    state: str
    pages: tuple[PageRecord, ...]
    version: int = VERSION


def manifest_path(target: Path) -> Path:
    """Return where the manifest of a PDF, or of a folder of pages, lies."""
    if target.suffix.lower() == ".pdf":
        return target.with_name(target.stem + ENDING)
    return target / f"pages{ENDING}"


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest; raises `OutputError`."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, allow_nan=False)
    write_text(path, text + "\n")


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a file.

    Raises
    ------
    OutputError
        With code ``atlas.manifest-unreadable``.
    """
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        pages = tuple(record_of(page) for page in tree["pages"])
        return Manifest(tree["title"], tree["language"], tree["state"], pages, tree["version"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise OutputError("atlas.manifest-unreadable", path=path.name) from error


def record_of(tree: dict[str, Any]) -> PageRecord:
    """Return a record from what JSON gave."""
    lists = {name: tuple(tree[name]) for name in ("extent", "legend", "found")}
    return PageRecord(**{**tree, **lists})


def page_codes(path: Path) -> tuple[str, ...]:
    """Return the code of each page of a PDF.

    Raises
    ------
    OutputError
        With code ``report.incomplete`` if it cannot be read.
    """
    import pikepdf

    try:
        with pikepdf.open(path, attempt_recovery=False) as pdf:
            hasher = PageHasher()
            return tuple(hasher.code_of(page) for page in pdf.pages)
    except (pikepdf.PdfError, OSError) as error:
        raise OutputError("report.incomplete", path=str(path.parent)) from error


def check_atlas(target: Path) -> tuple[Problem, ...]:
    """Read an atlas back and return every page that is not what its manifest says.

    Raises
    ------
    OutputError
        If the manifest or the PDF cannot be read.
    """
    manifest = read_manifest(manifest_path(target))
    folder = target.parent if target.suffix.lower() == ".pdf" else target
    codes: list[str] = []
    for file in dict.fromkeys(page.file for page in manifest.pages):
        codes += page_codes(folder / file)
    return differences(manifest.pages, codes)


def differences(pages: Sequence[PageRecord], codes: Sequence[str]) -> tuple[Problem, ...]:
    """Return what is wrong with pages of these codes: other content, too few, too many, twice."""
    found: list[Problem] = []
    for page, code in zip(pages, codes, strict=False):
        if page.hash != code:
            found.append(_problem("atlas.page-differs", page.number, page.name))
    lost = pages[len(codes) :]
    found += [_problem("atlas.page-missing", page.number, page.name) for page in lost]
    more = range(len(pages) + 1, len(codes) + 1)
    found += [_problem("atlas.page-unknown", number, "") for number in more]
    meant = Counter(page.hash for page in pages)
    for code, times in Counter(codes).items():
        if times > max(meant[code], 1):
            number = codes.index(code) + 1
            found.append(_problem("atlas.page-twice", number, "", count=times))
    return tuple(found)


def _problem(code: str, number: int, name: str, count: int = 1) -> Problem:
    return Problem(code, Severity.ERROR, str(number), count, {"page": number, "name": name})
