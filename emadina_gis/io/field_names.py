"""Names of fields: each one there and each one different."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def unique_names(names: Sequence[str]) -> list[str]:
    """Return names where empty ones are numbered and repeated ones get a suffix."""
    result: list[str] = []
    for position, name in enumerate(names, start=1):
        wanted = name or f"column_{position}"
        candidate, suffix = wanted, 2
        while candidate in result:
            candidate = f"{wanted}_{suffix}"
            suffix += 1
        result.append(candidate)
    return result
