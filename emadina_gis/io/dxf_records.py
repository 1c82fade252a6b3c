"""The records of a DXF text: where each begins, what it is, whether it is an entity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK_BYTES = 2_000_000
#: A group code 0 with the name after it; values never match, a name is never a group code.
START = re.compile(rb"\n[ \t]*0+[ \t]*\r?\n[ \t]*((?:[A-Z_]|3D)[A-Z0-9_]*)[ \t]*\r?(?=\n)")
_SECTION = re.compile(rb"\n[ \t]*2[ \t]*\r?\n[ \t]*([A-Z0-9_]+)")
#: Records that belong to the entity before them.
PARTS = frozenset({b"VERTEX", b"SEQEND", b"ATTRIB"})
_FRAMES = frozenset({b"SECTION", b"ENDSEC", b"EOF"})


def records_of(path: Path) -> Iterator[tuple[bytes, list[tuple[int, int, bytes, bool]]]]:
    """Give a text in blocks, with the start, end and name of each record, and if it is an entity.

    The first block has a line end before the text, which is no part of the file.
    """
    is_inside = False
    for block in _blocks(path):
        starts = list(START.finditer(block))
        ends = [*(match.start() for match in starts[1:]), len(block)][: len(starts)]
        records = []
        for match, end in zip(starts, ends, strict=True):
            name = match.group(1)
            if name == b"SECTION":
                title = _SECTION.match(block, match.end())
                is_inside = title is not None and title.group(1) == b"ENTITIES"
            elif name in {b"ENDSEC", b"EOF"}:
                is_inside = False
            records.append((match.start(), end, name, is_inside and name not in _FRAMES))
        yield block, records


def _blocks(path: Path) -> Iterator[bytes]:
    """Give a file in blocks that begin where a record does, each with the line end before it."""
    rest = b"\n"
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            text = rest + block
            starts = [match.start() for match in START.finditer(text, len(text) // 2)]
            if not starts:
                rest = text
                continue
            yield text[: starts[-1]]
            rest = text[starts[-1] :]
    yield rest
