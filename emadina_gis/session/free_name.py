"""Names for files that must not take the place of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def free_name(path: Path) -> Path:
    """Return `path`, or the first ``stem-2.suffix``, ``stem-3.suffix``… that is not taken."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate
