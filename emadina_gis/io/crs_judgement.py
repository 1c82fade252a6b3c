"""What a declared CRS is worth near other layers, and the same again near others.

A reading that was kept is judged anew where the project lies elsewhere than when it was made, so
that it says what reading the file now would say. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CrsError, Problem, Severity
from emadina_gis.io import crs_guess
from emadina_gis.io.description import ASKED, CrsReading, ReadResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.domain.extent import Extent


#: The finding of a reader of drawings, and what it makes needless to say.
_LOCAL_DRAWING = "dxf.local"
_SAID_BY_DRAWINGS = ("crs.local", "crs.two-datums")


def is_local(problems: Iterable[Problem]) -> bool:
    """Whether a drawing was found to be in coordinates of its own."""
    return any(problem.code == _LOCAL_DRAWING for problem in problems)


def judged(
    declared: str,
    place: Extent | None,
    where: str,
    reference: Extent | None,
    *,
    is_local: bool = False,
) -> tuple[CrsReading, tuple[Problem, ...]]:
    """Judge a declaration by where the features lie and by where the project lies.

    A drawing in coordinates of its own (`is_local`) has no confident guess.
    """
    try:
        reading, problems = crs_guess.read_declaration(declared, place, where, reference)
        if not is_local:
            return reading, problems
        said = tuple(problem for problem in problems if problem.code not in _SAID_BY_DRAWINGS)
        return crs_guess.as_local(reading), said
    except CrsError as exc:
        params = {"declared": str(exc.params.get("source", declared))[:80]}
        return CrsReading(), (Problem("crs.unusable", Severity.WARNING, where, 1, params),)


def judged_again(
    result: ReadResult, before: Extent | None, now: Extent | None
) -> ReadResult | None:
    """Return a reading as it would be near another reference; None where that cannot be told.

    Parameters
    ----------
    before, now : Extent or None
        Extents, in WGS 84 degrees, that guesses were and shall be compared with.
    """
    if before == now or result.crs.source == ASKED or not result.table.has_geometry:
        return result
    asked = (result.declaration, result.place, result.name)
    local = is_local(result.problems)
    said, old = judged(*asked, before, is_local=local)
    if said != result.crs:
        return None
    reading, new = judged(*asked, now, is_local=local)
    problems = _exchanged(result.problems, old, new)
    if problems is None:
        return None
    table = result.table.assign_crs(reading.crs)
    return replace(result, table=table, crs=reading, problems=problems)


def _exchanged(
    problems: tuple[Problem, ...], old: tuple[Problem, ...], new: tuple[Problem, ...]
) -> tuple[Problem, ...] | None:
    """Return the problems with one run of them exchanged; None where it is not there."""
    if old == new:
        return problems
    for start in range(len(problems) - len(old) + 1):
        end = start + len(old)
        if old and problems[start:end] == old:
            return (*problems[:start], *new, *problems[end:])
    return None if old else (*problems, *new)
