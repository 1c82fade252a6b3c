"""Shapefiles made by hand, byte by byte, to be damaged."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path


@dataclass
class ShapefileParts:
    """The bytes of the three files of a shapefile."""

    shp: bytes
    shx: bytes
    dbf: bytes

    def write(self, folder: Path, name: str = "lots") -> Path:
        """Write the parts that are not empty; return the path of the ``.shp``."""
        folder.mkdir(parents=True, exist_ok=True)
        for suffix in ("shp", "shx", "dbf"):
            content = getattr(self, suffix)
            path = folder / f"{name}.{suffix}"
            path.unlink(missing_ok=True)
            if content:
                path.write_bytes(content)
        return folder / f"{name}.shp"


def square(number: int, side: float = 10.0) -> bytes:
    """Return the content of a polygon record: a square beside the others."""
    x, y = 300_000.0 + 20 * (number % 50), 330_000.0 + 20 * (number // 50)
    ring = [(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]
    box = struct.pack("<4d", x, y, x + side, y + side)
    points = b"".join(struct.pack("<2d", *point) for point in ring)
    return struct.pack("<i", 5) + box + struct.pack("<3i", 1, len(ring), 0) + points


def point(number: int) -> bytes:
    """Return the content of a point record."""
    return struct.pack("<i2d", 1, 300_000.0 + number, 330_000.0)


def dbf_of(rows: list[bytes], width: int = 12, name: bytes = b"NOM", kind: bytes = b"C") -> bytes:
    """Return a table of one field."""
    head = struct.pack("<BBBBIHH20x", 3, 124, 1, 1, len(rows), 32 + 32 + 1, 1 + width)
    described = name.ljust(11, b"\0") + kind + b"\0" * 4 + bytes([width, 0]) + b"\0" * 14
    body = b"".join(b" " + row[:width].ljust(width) for row in rows)
    return head + described + b"\r" + body + b"\x1a"


def shapefile_of(contents: list[bytes], kind: int = 5) -> ShapefileParts:
    """Return a whole shapefile with a row ``lot n`` for each record."""
    body, entries = b"", b""
    for number, content in enumerate(contents, start=1):
        words = len(content) // 2
        entries += struct.pack(">ii", (100 + len(body)) // 2, words)
        body += struct.pack(">ii", number, words) + content
    box = struct.pack("<8d", 300_000, 330_000, 301_000, 331_000, 0, 0, 0, 0)
    tail = struct.pack("<ii", 1000, kind) + box
    head = struct.pack(">i20x", 9994)
    shp = head + struct.pack(">i", (100 + len(body)) // 2) + tail + body
    shx = head + struct.pack(">i", (100 + len(entries)) // 2) + tail + entries
    rows = [f"lot {number}".encode() for number in range(1, len(contents) + 1)]
    return ShapefileParts(shp, shx, dbf_of(rows))
