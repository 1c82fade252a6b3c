"""Memory given back to the system: what Python, NumPy and Arrow freed, and pages of mapped files.

The C library keeps what was freed for the next time, a gigabyte after a large job; on Linux it can
be asked to let go of it. Pages of mapped files come back from the disk's cache when they are read
again. May be called from any thread, which waits a moment; others go on.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable

import pyarrow as pa

from emadina_gis.io.array_file import let_go_of_pages


def give_back() -> None:
    """Give back what can be had again."""
    let_go_of_pages()
    pa.default_memory_pool().release_unused()
    trim = _trimmer()
    if trim is not None:
        trim(0)


@functools.cache
def _trimmer() -> Callable[[int], int] | None:
    """Return glibc's ``malloc_trim``; None with other C libraries."""
    if not sys.platform.startswith("linux"):
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
