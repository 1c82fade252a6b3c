"""A private file of raw arrays that is mapped into memory: no copy, no parsing.

Arrays come one after the other, each aligned to 64 bytes; a JSON header comes last and gives their
counts: places follow from the counts, so no array can lie outside the file or over another. The
header has a checksum that is always tested, the arrays one that is tested on demand. The file must
not be changed while it is mapped: it is replaced or removed, never written to again. Knows nothing
of what the arrays mean.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
import threading
import weakref
import zlib
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

MAGIC = b"EGARRAY1"
ALIGNMENT = 64
#: Magic; place of the header, its size, size of the file, sum of the arrays; sum of all of these.
_PROLOGUE = struct.Struct("<8sQQQQ16s")
_NUMBERS = struct.Struct("<QQQQ")
_LARGEST_HEADER = 256 * 1024 * 1024
_STEP_BYTES = 4 * 1024 * 1024
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_ONLY_THE_PERSON = 0o600
#: What is mapped now, by whichever thread.
_mapped: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()
_mapped_lock = threading.Lock()


class DamagedFile(ValueError):
    """The file is not whole, or its header says what cannot be."""


class ArrayWriter:
    """Writes a file of arrays; only the person can read it.

    Use as a context manager; a file without `finish` is refused by every reader.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, _FLAGS, _ONLY_THE_PERSON), "wb")
        self._position = ALIGNMENT
        self._sum = 0

    def __enter__(self) -> Self:
        """Begin with room for the prologue."""
        self._file.write(bytes(ALIGNMENT))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def array(self, values: NDArray[Any], dtype: str) -> None:
        """Write an array as another type."""
        self.buffer(np.ascontiguousarray(values, dtype=dtype))

    def buffer(self, content: Any) -> None:
        """Write the bytes of whatever has any."""
        view = memoryview(content).cast("B") if len(content) else memoryview(b"")
        padding = bytes(-view.nbytes % ALIGNMENT)
        for part in (view, padding):
            self._file.write(part)
            self._sum = zlib.crc32(part, self._sum)
        self._position += view.nbytes + len(padding)

    def finish(self, tree: dict[str, Any]) -> None:
        """Write the header."""
        header = json.dumps(tree, separators=(",", ":")).encode()
        self._file.write(header)
        self._file.seek(0)
        self._file.write(prologue(self._position, header, self._sum))


def prologue(start: int, header: bytes, arrays_sum: int) -> bytes:
    """Return the first bytes of a file with that header."""
    numbers = _NUMBERS.pack(start, len(header), start + len(header), arrays_sum)
    return MAGIC + numbers + _header_sum(numbers, header)


def _header_sum(numbers: bytes, header: bytes) -> bytes:
    return hashlib.blake2b(numbers + header, digest_size=16).digest()


class ArrayReader:
    """Gives the arrays of a file in the order in which they were written.

    The mapping lives as long as any array of it.

    Parameters
    ----------
    verify : bool
        Go through all bytes and compare their sum.

    Raises
    ------
    DamagedFile
        Where the header is not what `ArrayWriter` wrote, or the sum differs.
    OSError
        Where there is no such file.
    """

    def __init__(self, path: Path, *, verify: bool = False) -> None:
        with path.open("rb") as file:
            try:
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as exc:  # an empty file cannot be mapped
                raise DamagedFile("size") from exc
        self.tree, self._end, arrays_sum = _header(self._mapped)
        self._whole = pa.py_buffer(self._mapped)
        with _mapped_lock:
            _mapped.add(self._mapped)
        self._position = ALIGNMENT
        if verify and _sum_of(self._mapped, self._end) != arrays_sum:
            raise DamagedFile("sum")

    def _step(self, size: int) -> int:
        start = self._position
        self._position = start + size + (-size % ALIGNMENT)
        if size < 0 or self._position > self._end:
            raise DamagedFile("block")
        return start

    def array(self, count: int, dtype: str) -> NDArray[Any]:
        """Return the next array; read-only."""
        start = self._step(count * np.dtype(dtype).itemsize)
        return np.frombuffer(self._mapped, dtype=dtype, count=count, offset=start)

    def buffer(self, size: int) -> pa.Buffer:
        """Return the next bytes."""
        return self._whole.slice(self._step(size), size)

    def finish(self) -> None:
        """Refuse a header that leaves something of the file out."""
        if self._position != self._end:
            raise DamagedFile("rest")


def let_go_of_pages() -> None:
    """Keep nothing of what is mapped in this process's memory until it is read again."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    with _mapped_lock:
        found = list(_mapped)
    for one in found:
        one.madvise(mmap.MADV_DONTNEED)


def _header(mapped: mmap.mmap) -> tuple[dict[str, Any], int, int]:
    """Return the header, where it starts and the sum of what is before."""
    if len(mapped) < ALIGNMENT:
        raise DamagedFile("size")
    magic, start, length, size, arrays_sum, checksum = _PROLOGUE.unpack_from(mapped)
    if magic != MAGIC or size != len(mapped) or length > _LARGEST_HEADER:
        raise DamagedFile("prologue")
    if start < ALIGNMENT or start + length != size:
        raise DamagedFile("prologue")
    header = mapped[start:size]
    if _header_sum(_NUMBERS.pack(start, length, size, arrays_sum), header) != checksum:
        raise DamagedFile("checksum")
    try:
        tree = json.loads(header)
    except (ValueError, RecursionError) as exc:
        raise DamagedFile("header") from exc
    if not isinstance(tree, dict):
        raise DamagedFile("header")
    return tree, start, arrays_sum


def _sum_of(mapped: mmap.mmap, end: int) -> int:
    found = 0
    with memoryview(mapped) as view:
        for start in range(ALIGNMENT, end, _STEP_BYTES):
            with view[start : min(start + _STEP_BYTES, end)] as part:
                found = zlib.crc32(part, found)
    return found
