"""Damages done to files: bits, blocks, lengths, numbers, splices; each from a seed number."""

from __future__ import annotations

import io
import random
import re
import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: Files that belong to one of another ending.
COMPANIONS = {
    "shp": ("shx", "dbf", "prj", "cpg"),
    "tab": ("dat", "map", "id"),
    "mif": ("mid",),
    "png": ("pgw",),
    "gml": ("xsd",),
}
_PACKED = ("zip", "kmz", "xlsx")
_EXTREMES = (
    b"0", b"-1", b"1e308", b"-1e308", b"1e999", b"NaN", b"Infinity", b"99999999999999999999",
    b"2147483648", b"-2147483649", b"0.0000000000000001", b"null", b'""', b"",
)  # fmt: skip
_LENGTHS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@dataclass(frozen=True)
class Mutant:
    """A damaged file and how it came about."""

    path: Path
    format: str
    number: int


def make_mutant(seeds: dict[str, Path], number: int, seed: int, folder: Path) -> Mutant:
    """Write the mutant of a number; the same number and seed give the same file."""
    chance = random.Random(f"{seed}-{number}")
    formats = sorted(seeds)
    name = formats[number % len(formats)]
    source = seeds[name]
    place = folder / f"{number}"
    place.mkdir(parents=True, exist_ok=True)
    names = [source.name]
    for suffix in COMPANIONS.get(name, ()):
        beside = source.with_suffix(f".{suffix}")
        if beside.is_file():
            names.append(beside.name)
    other = seeds[chance.choice(formats)].read_bytes()
    for one in names:
        shutil.copyfile(source.parent / one, place / one)
    for hit in chance.sample(names, 1 if chance.random() < 0.8 else min(2, len(names))):
        path = place / hit
        path.write_bytes(_damaged(path.read_bytes(), name, other, chance))
    if len(names) > 1 and chance.random() < 0.1:
        (place / chance.choice(names[1:])).unlink()
    return Mutant(place / source.name, name, number)


def _damaged(content: bytes, name: str, other: bytes, chance: random.Random) -> bytes:
    if name in _PACKED and chance.random() < 0.7:
        repacked = _damaged_member(content, other, chance)
        if repacked:
            return repacked
    for _ in range(chance.choice((1, 1, 1, 2, 4, 12))):
        content = chance.choice(_DAMAGES)(content, other, chance)
    return content


def _damaged_member(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Damage one file inside an archive, which stays whole itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        hit = chance.choice(archive.namelist())
        with zipfile.ZipFile(out, "w") as made:
            for name in archive.namelist():
                inner = archive.read(name)
                if name == hit and inner:
                    inner = chance.choice(_DAMAGES)(inner, other, chance)
                made.writestr(name, inner)
    return out.getvalue()


def _flip_bits(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 64)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _set_bytes(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    filling = bytes([chance.choice((0, 0xFF, 0x20, 0x80, 0x3C))]) * chance.choice((1, 4, 16, 200))
    return content[:start] + filling + content[start + len(filling) :]


def _truncate(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _swap_blocks(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    if len(content) < 8:
        return content
    size = chance.randrange(1, max(len(content) // 4, 2))
    one, two = sorted(chance.randrange(len(content) - size) for _ in range(2))
    first, second = content[one : one + size], content[two : two + size]
    changed = bytearray(content)
    changed[two : two + len(first)] = first
    changed[one : one + len(second)] = second
    return bytes(changed)


def _delete_block(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 2, 7, 64, 512)) :]


def _repeat_block(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    block = content[start : start + chance.choice((1, 8, 100, 1000))]
    return content[:start] + block * chance.choice((2, 3, 50)) + content[start:]


def _edit_length(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    code = chance.choice(("<H", ">H", "<I", ">I", "<Q", ">Q"))
    size = struct.calcsize(code)
    if len(content) < size:
        return content
    most = min(len(content) - size, 400) if chance.random() < 0.6 else len(content) - size
    start = chance.randrange(most + 1)
    value = chance.choice(_LENGTHS) & (256**size - 1)
    return content[:start] + struct.pack(code, value) + content[start + size :]


def _extreme_number(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(rb"-?\d+(\.\d+)?", content[:200_000]))
    if not found:
        return _flip_bits(content, b"", chance)
    hit = chance.choice(found)
    return content[: hit.start()] + chance.choice(_EXTREMES) + content[hit.end() :]


def _extreme_double(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    values = (float("nan"), float("inf"), -1e308, 1e308, -1e39, 0.0, 5e-324)
    if len(content) < 16:
        return content
    start = chance.randrange(0, len(content) - 8)
    packed = struct.pack(chance.choice(("<d", ">d")), chance.choice(values))
    return content[:start] + packed + content[start + 8 :]


def _splice(content: bytes, other: bytes, chance: random.Random) -> bytes:
    if not other:
        return content
    start, cut = chance.randrange(len(content) + 1), chance.randrange(len(other))
    piece = other[cut : cut + chance.choice((8, 64, 1024))]
    return content[:start] + piece + content[start + chance.choice((0, len(piece))) :]


def _nest(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    opening = chance.choice((b"[", b'{"a":', b"<a>", b"(", b'"', b"0\nBLOCK\n"))
    return content[:start] + opening * chance.choice((1, 200, 20_000)) + content[start:]


Damage = Callable[[bytes, bytes, random.Random], bytes]
_DAMAGES: tuple[Damage, ...] = (
    _flip_bits,
    _flip_bits,
    _set_bytes,
    _truncate,
    _swap_blocks,
    _delete_block,
    _repeat_block,
    _edit_length,
    _edit_length,
    _extreme_number,
    _extreme_number,
    _extreme_double,
    _splice,
    _nest,
)
