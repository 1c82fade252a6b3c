"""The outlines of a font inside a PDF, with glyphs added: without ink, or wider copies.

Only what Qt's subsets are made of: simple tables, one advance for every glyph.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

_HEADER = struct.Struct(">4sHHHH")
_ENTRY = struct.Struct(">4sIII")
_METRIC = struct.Struct(">Hh")
_TRUETYPE = b"\x00\x01\x00\x00"
_NEEDED = frozenset((b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"))
#: Names of the font for a system's menus; no reader of a PDF looks at them.
_LEFT_OUT = frozenset((b"name", b"DSIG"))
_CHECKSUM_OF_FILE = 0xB1B0AFBA
_WORD = 4


@dataclass
class TrueType:
    """A font of a PDF, read to be written again with more glyphs."""

    tables: dict[bytes, bytes]
    outlines: list[bytes] = field(default_factory=list)
    metrics: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def read(cls, data: bytes) -> TrueType | None:
        """Return the font in some bytes; None where it is not made as Qt makes them."""
        tables = _tables(data)
        if data[:4] != _TRUETYPE or not tables.keys() >= _NEEDED:
            return None
        count = int.from_bytes(tables[b"maxp"][4:6], "big")
        if int.from_bytes(tables[b"hhea"][34:36], "big") != count:
            return None
        is_long = tables[b"head"][50:52] == b"\x00\x01"
        kind = f">{count + 1}{'I' if is_long else 'H'}"
        starts = struct.unpack_from(kind, tables[b"loca"])
        step = 1 if is_long else 2
        outlines = [tables[b"glyf"][start * step : end * step] for start, end in pairwise(starts)]
        metrics = [_METRIC.unpack_from(tables[b"hmtx"], _METRIC.size * i) for i in range(count)]
        return cls(tables, outlines, metrics)

    @property
    def units(self) -> int:
        """Units of the square in which the glyphs are drawn."""
        return int.from_bytes(self.tables[b"head"][18:20], "big")

    def add(self, glyph: int | None, width: float) -> int:
        """Add a copy of a glyph, or one without ink, with an advance in thousandths."""
        advance = round(width * self.units / 1000)
        self.outlines.append(b"" if glyph is None else self.outlines[glyph])
        self.metrics.append((advance, 0 if glyph is None else self.metrics[glyph][1]))
        return len(self.outlines) - 1

    def written(self) -> bytes:
        """Return the font as bytes."""
        tables = {tag: table for tag, table in self.tables.items() if tag not in _LEFT_OUT}
        padded = [outline + bytes(-len(outline) % _WORD) for outline in self.outlines]
        starts = [0]
        for outline in padded:
            starts.append(starts[-1] + len(outline))
        tables[b"glyf"] = b"".join(padded)
        tables[b"loca"] = struct.pack(f">{len(starts)}I", *starts)
        tables[b"hmtx"] = b"".join(_METRIC.pack(*metric) for metric in self.metrics)
        count = struct.pack(">H", len(self.outlines))
        tables[b"maxp"] = _with(tables[b"maxp"], 4, count)
        widest = struct.pack(">H", max(advance for advance, _side in self.metrics))
        tables[b"hhea"] = _with(_with(tables[b"hhea"], 34, count), 10, widest)
        tables[b"head"] = _with(_with(tables[b"head"], 50, b"\x00\x01"), 8, bytes(4))
        return _file(tables)


def _with(table: bytes, at: int, value: bytes) -> bytes:
    return table[:at] + value + table[at + len(value) :]


def _tables(data: bytes) -> dict[bytes, bytes]:
    count = int.from_bytes(data[4:6], "big")
    if len(data) < _HEADER.size + count * _ENTRY.size:
        return {}
    entries = (_ENTRY.unpack_from(data, _HEADER.size + i * _ENTRY.size) for i in range(count))
    return {tag: data[at : at + size] for tag, _sum, at, size in entries}


def _file(tables: dict[bytes, bytes]) -> bytes:
    """Return tables as a font file, with its checksums."""
    power = len(tables).bit_length() - 1
    head = struct.pack(
        ">4sHHHH", _TRUETYPE, len(tables), 16 << power, power, (len(tables) - (1 << power)) * 16
    )
    at = len(head) + _ENTRY.size * len(tables)
    entries, bodies, head_at = [], [], 0
    for tag, table in sorted(tables.items()):
        body = table + bytes(-len(table) % _WORD)
        entries.append(_ENTRY.pack(tag, _checksum(body), at, len(table)))
        bodies.append(body)
        head_at = at if tag == b"head" else head_at
        at += len(body)
    whole = head + b"".join(entries) + b"".join(bodies)
    rest = (_CHECKSUM_OF_FILE - _checksum(whole)) & 0xFFFFFFFF
    return _with(whole, head_at + 8, struct.pack(">I", rest))


def _checksum(body: bytes) -> int:
    return int(np.frombuffer(body, ">u4").sum(dtype=np.uint64)) & 0xFFFFFFFF
