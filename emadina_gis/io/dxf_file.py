"""A DXF file as an ezdxf document: what the bytes are, and what it takes to open them.

Plain reading comes first; a drawing that it refuses is recovered. The entities that the text itself
declares are counted apart from the library, so that what it drops is seen. Knows nothing of shapes.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.errors import LayerReadError
from emadina_gis.io import dwg, dxf_plain
from emadina_gis.io.dxf_plain import PlainEntity
from emadina_gis.io.dxf_records import PARTS, START, records_of

if TYPE_CHECKING:
    from emadina_gis.progress import Context

BINARY_SIGNATURE = b"AutoCAD Binary DXF"
#: Drawings beyond this do not fit into memory as objects of a library.
LARGEST_BYTES = 1_500_000_000
_HEAD_BYTES = 4096
_BLOCK_BYTES = 2_000_000
_OLDEST = re.compile(rb"\s*[A-Z]{2,12},\d+\s*\r?\n")
_FIRST_CODE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(\d{1,4})\s*[\r\n]")
_COMMENT = re.compile(rb"(?:^|\n)[ \t]*999[ \t]*\r?\n([^\r\n]*)")
_ENDING = b"  0\nENDSEC\n  0\nEOF\n"


@dataclass(frozen=True)
class OpenedDrawing:
    """A drawing and how it was opened.

    Attributes
    ----------
    document : ezdxf Drawing
        What the library made of it.
    repairs : int
        Faults mended on the way.
    declared : int or None
        Entities that the text of the file holds; None for binary files.
    is_whole : bool
        Whether the file ends as it should.
    converter : str
        Program that made the drawing from a DWG; empty where none did.
    plain : list of PlainEntity
        Entities that were read without the library; its document has the others. Their rows
        take their place: then the list is emptied.
    plain_count : int
        How many there were.
    """

    document: Any
    repairs: int
    declared: int | None
    is_whole: bool
    converter: str
    plain: list[PlainEntity] = field(default_factory=list)
    plain_count: int = 0

    @property
    def model_count(self) -> int:
        """Entities of the model."""
        return self.plain_count + len(self.document.modelspace())


def open_drawing(path: Path, title: str, ctx: Context) -> OpenedDrawing:
    """Return the drawing of a file.

    Raises
    ------
    LayerReadError
        ``dxf.too-old``, ``dwg.…``, ``layer.too-large`` or ``layer.unreadable``.
    """
    head = _checked_head(path, title)
    is_binary = head.startswith(BINARY_SIGNATURE)
    declared, is_whole = (None, True) if is_binary else _declared(path, ctx)
    said = dwg.converter_said(_COMMENT.findall(head))
    with tempfile.TemporaryDirectory(prefix="emadina-dxf-", ignore_cleanup_errors=True) as folder:
        ended = path if is_whole else _ended_copy(path, Path(folder))
        encoding = "" if is_binary else _encoding(ended)
        if not encoding or path.stat().st_size < dxf_plain.LEAST_BYTES:
            return OpenedDrawing(*_document(ended, title), declared, is_whole, said)
        rest = Path(folder) / "rest.dxf"
        plain = dxf_plain.split(ended, rest, encoding, ctx)
        return OpenedDrawing(*_document(rest, title), declared, is_whole, said, plain, len(plain))


def _encoding(path: Path) -> str:
    """Return the encoding that the library reads a text with; empty where its head is damaged."""
    from ezdxf.filemanagement import dxf_file_info

    try:
        return str(dxf_file_info(str(path)).encoding)
    except _faults():
        return ""


def _faults() -> tuple[type[Exception], ...]:
    """Return what the library raises on files that make no sense to it."""
    from ezdxf.lldxf.const import DXFError

    return (
        OSError,
        DXFError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        ArithmeticError,
        RecursionError,
        StopIteration,
    )


def _checked_head(path: Path, title: str) -> bytes:
    """Return the first bytes of a drawing, or raise what they are instead."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    dwg.refuse_drawing(head, title)
    if path.stat().st_size > LARGEST_BYTES:
        raise LayerReadError("layer.too-large", path=title)
    if _OLDEST.match(head):
        raise LayerReadError("dxf.too-old", path=title)
    if not head.startswith(BINARY_SIGNATURE) and not _FIRST_CODE.match(head):
        raise LayerReadError("layer.unreadable", path=title, detail="DXF")
    return head


def _document(path: Path, title: str) -> tuple[Any, int]:
    import ezdxf
    from ezdxf import recover

    faults = _faults()
    try:
        return ezdxf.readfile(path), 0  # type: ignore[attr-defined,unused-ignore]
    except faults:
        pass
    try:
        document, auditor = recover.readfile(path)
    except faults as exc:
        raise LayerReadError("layer.unreadable", path=title, detail=str(exc)[:200]) from exc
    return document, max(1, len(auditor.errors) + len(auditor.fixes))


def _ended_copy(path: Path, folder: Path) -> Path:
    """Return a private copy of a drawing that is cut, ended before its last record."""
    target = folder / "ended.dxf"
    size = path.stat().st_size
    with path.open("rb") as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
        source.seek(max(0, size - _BLOCK_BYTES))
        first = source.tell()
        starts = [match.start() for match in START.finditer(source.read())]
        file.truncate(first + starts[-1] + 1 if starts else size)
        file.seek(0, 2)
        file.write(_ENDING)
    return target


def _declared(path: Path, ctx: Context) -> tuple[int, bool]:
    """Return how many entities the section of entities holds, and whether the file is whole."""
    count, is_whole = 0, False
    for _, records in records_of(path):
        ctx.check()
        count += sum(is_entity and name not in PARTS for _, _, name, is_entity in records)
        is_whole |= any(name == b"EOF" for _, _, name, _ in records)
    return count, is_whole
