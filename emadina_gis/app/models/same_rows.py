"""Whether two states of a layer differ only in how it is drawn: lists of rows need no work then."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.domain.layer import VectorLayer

#: What says how a layer is drawn, and nothing of its rows.
LOOK = frozenset({"style", "visible", "opacity"})


def differs_in_look(before: VectorLayer | None, now: VectorLayer | None) -> bool:
    """Whether a layer has the very rows, columns and names that it had: both are there, or none."""
    if before is None or now is None:
        return before is now
    parts = (part.name for part in fields(now) if part.name not in LOOK)
    return all(getattr(before, name) is getattr(now, name) for name in parts)
