"""Names of fields: each one there and each one different, and not too many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.errors import LayerReadError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: No table of parcels has more; a GeoPackage holds 2 000, a worksheet 16 384.
MOST_FIELDS = 5_000


def check_width(count: int, where: str) -> None:
    """Refuse a table of more fields than a person can mean.

    Raises
    ------
    LayerReadError
        ``table.too-wide``.
    """
    if count > MOST_FIELDS:
        raise LayerReadError("table.too-wide", path=where, count=count, most=MOST_FIELDS)


def unique_names(names: Sequence[str]) -> list[str]:
    """Return names where empty ones are numbered and repeated ones get a suffix."""
    result: list[str] = []
    taken: set[str] = set()
    suffixes: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        wanted = name or f"column_{position}"
        candidate, suffix = wanted, suffixes.get(wanted, 2)
        while candidate in taken:
            candidate = f"{wanted}_{suffix}"
            suffix += 1
        suffixes[wanted] = suffix
        taken.add(candidate)
        result.append(candidate)
    return result
