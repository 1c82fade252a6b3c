"""Characters in names that are not seen but change what is read: said, never taken out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Controls, marks that turn the direction of writing, and spaces of no width. The marks and joiners
#: that Arabic is written with are no reason to worry.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LONGEST_NAME = 60
_MOST_NAMES = 3


def problems_of_names(names: Iterable[str], where: str) -> tuple[Problem, ...]:
    """Return a finding where names of files, layers or fields hide something."""
    found = [name for name in dict.fromkeys(names) if _HIDDEN.search(name)]
    if not found:
        return ()
    shown = ", ".join(legible(name) for name in found[:_MOST_NAMES])
    return (
        Problem("names.hidden", Severity.WARNING, legible(where), len(found), {"names": shown}),
    )


def legible(name: str) -> str:
    """Return a name with its hidden characters written out, such as ``plan‹202E›fdp``."""
    shown = _HIDDEN.sub(lambda found: f"‹{ord(found[0]):04X}›", name)
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 1]}…"
