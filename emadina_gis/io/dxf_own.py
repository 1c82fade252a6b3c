"""What this program writes beside the geometry of a drawing, and reads back: rows and their fields.

Each entity carries its row and fields as extended data ("name=value" texts that other programs
show), the drawing the types of the fields and the coordinate system. Knows no files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

APPLICATION = "EMADINA_GIS"
#: Layer-independent name of the record of field types in the drawing's dictionary.
FIELDS_RECORD = "EMADINA_GIS_FIELDS"
CRS_PROPERTY = "CRS"
#: Longest text of extended data, and most bytes of it on one entity (AutoCAD allows 16 383).
_MOST_TEXT = 250
_MOST_BYTES = 15_000
_TEXT, _WHOLE = 1000, 1071
_CONTINUED = "\\c:"
_EQUALS = "\\x3d"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f^\\]")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
_PLACE_COUNT = 3
_LABEL_PLACE = -1


@dataclass(frozen=True)
class OwnPlace:
    """Which ring of which part of which row an entity is; part -1 is the row's label."""

    row: int
    part: int
    ring: int

    @property
    def is_label(self) -> bool:
        """Whether the entity only shows the label of a row."""
        return self.part == _LABEL_PLACE


LABEL_PLACE = (_LABEL_PLACE, 0)


def write_fields(
    entity: Any, row: int, place: tuple[int, int], fields: Mapping[str, str]
) -> tuple[str, ...]:
    """Put a row's fields on an entity; return the names of those for which there is no room."""
    tags: list[tuple[int, Any]] = [(_WHOLE, row), (_WHOLE, place[0]), (_WHOLE, place[1])]
    used = 0
    left = []
    for name, value in fields.items():
        texts = list(_split(name, value))
        size = sum(len(text.encode()) + 3 for text in texts)
        if used + size > _MOST_BYTES:
            left.append(name)
            continue
        used += size
        tags.extend((_TEXT, text) for text in texts)
    entity.set_xdata(APPLICATION, tags)
    return tuple(left)


def _split(name: str, value: str) -> Iterator[str]:
    """Give ``name=value`` in pieces that fit, each after the first marked as a continuation."""
    rest = f"{_escaped(name).replace('=', _EQUALS)}={_escaped(value)}".encode()
    mark = b""
    while rest or not mark:
        piece = rest[: _MOST_TEXT - len(mark)].decode("utf-8", "ignore").encode()
        yield (mark + piece).decode()
        rest = rest[len(piece) :]
        mark = _CONTINUED.encode()


def _escaped(text: str) -> str:
    """Return a text that a drawing can hold on one line, and that no reader takes for codes."""
    return _UNSAFE.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)


def read_fields(entity: Any) -> tuple[OwnPlace, dict[str, str]] | None:
    """Return the place and the fields that this program put on an entity; None without."""
    if entity.xdata is None or not entity.has_xdata(APPLICATION):
        return None
    tags = entity.get_xdata(APPLICATION)
    numbers = [int(tag.value) for tag in tags if tag.code == _WHOLE]
    if len(numbers) != _PLACE_COUNT:
        return None
    joined: list[str] = []
    for tag in tags:
        text = str(tag.value)
        if tag.code == _TEXT and text.startswith(_CONTINUED) and joined:
            joined[-1] += text.removeprefix(_CONTINUED)
        elif tag.code == _TEXT:
            joined.append(text)
    pairs = (text.partition("=") for text in joined)
    fields = {_unescaped(name): _unescaped(value) for name, _, value in pairs}
    return OwnPlace(*numbers), fields


def write_types(document: Any, types: Mapping[str, str]) -> None:
    """Put the types of fields into the drawing."""
    record = document.rootdict.add_xrecord(FIELDS_RECORD)
    written = json.dumps(dict(types), ensure_ascii=True)
    step = _MOST_TEXT
    pieces = [written[start : start + step] for start in range(0, len(written), step)]
    record.reset([(1, piece) for piece in pieces])


def read_types(document: Any) -> dict[str, str]:
    """Return the types of fields that this program put into a drawing; empty without."""
    if APPLICATION not in document.appids or FIELDS_RECORD not in document.rootdict:
        return {}
    record = document.rootdict[FIELDS_RECORD]
    tags: Sequence[Any] = getattr(record, "tags", ())
    try:
        found = json.loads("".join(str(tag.value) for tag in tags if tag.code == 1))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def is_own(document: Any) -> bool:
    """Whether this program wrote into a drawing."""
    return APPLICATION in document.appids
