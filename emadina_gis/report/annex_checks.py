"""What is wrong with a nomenclature: doubles, gaps, missing indices, areas and widths that differ.

Findings are listed, nothing is mended.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from typing import TYPE_CHECKING

from emadina_gis.errors import Problem, Severity
from emadina_gis.report.annexes import PREFIXES, Annex, AnnexRow, Family
from emadina_gis.simulation.constraint_natures import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: By how much a measured area may differ from the printed one: the larger of the two.
AREA_TOLERANCE, AREA_TOLERANCE_M2 = 0.01, 5.0
#: By how much a measured width may differ from the printed one: the larger of the two.
WIDTH_TOLERANCE, WIDTH_TOLERANCE_M = 0.05, 1.0
#: Indices listed in a finding.
MOST_LISTED = 12
_ELLIPSIS = "…"


def annex_problems(annex: Annex) -> tuple[Problem, ...]:
    """Return the findings of an annex, the gravest first."""
    found = (
        *_doubles(annex),
        *_unknown_prefixes(annex),
        *_unreadable(annex),
        *_missing(annex),
        *_without_geometry(annex),
        *_areas(annex),
        *_widths(annex),
        *_states(annex),
        *_gaps(annex),
        *_unlisted(annex),
    )
    return tuple(sorted(found, key=lambda problem: -_GRAVITY[problem.severity]))


_GRAVITY = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}


def area_differs(row: AnnexRow) -> bool:
    """Whether the measured area of a row is beyond the tolerance of the printed one."""
    return _differs(row.printed_area_m2, row.measured_area_m2, AREA_TOLERANCE, AREA_TOLERANCE_M2)


def width_differs(row: AnnexRow) -> bool:
    """Whether the measured width of an existing road is beyond the tolerance of the printed one."""
    if row.state is not State.EXISTING:
        return False
    return _differs(row.printed_width_m, row.measured_width_m, WIDTH_TOLERANCE, WIDTH_TOLERANCE_M)


def _differs(printed: float, measured: float, share: float, least: float) -> bool:
    if not (math.isfinite(printed) and math.isfinite(measured)):
        return False
    return abs(printed - measured) > max(share * abs(printed), least)


def _problem(
    code: str, severity: Severity, annex: Annex, texts: Iterable[str], **params: object
) -> Iterator[Problem]:
    listed = list(texts)
    if listed:
        shown = ", ".join(listed[:MOST_LISTED]) + (_ELLIPSIS if len(listed) > MOST_LISTED else "")
        told = {"listed": shown, **params}
        yield Problem(f"annex.{code}", severity, annex.layer.title.fr, len(listed), told)


def _named(rows: Iterable[AnnexRow]) -> list[str]:
    return [row.index.written or row.name or f"({row.row + 1})" for row in rows]


def _doubles(annex: Annex) -> Iterator[Problem]:
    keys = annex.doubles
    names = dict.fromkeys(row.index.written for row in annex.rows if row.index.key in keys)
    yield from _problem("duplicate-index", Severity.ERROR, annex, names)


def _unknown_prefixes(annex: Annex) -> Iterator[Problem]:
    unknown = (row for row in annex.rows if row.index.prefix and row.index.prefix not in PREFIXES)
    yield from _problem("unknown-prefix", Severity.WARNING, annex, _named(unknown))


def _unreadable(annex: Annex) -> Iterator[Problem]:
    odd = (row for row in annex.rows if row.index.written and not row.index.prefix)
    yield from _problem("unreadable-index", Severity.WARNING, annex, _named(odd))


def _missing(annex: Annex) -> Iterator[Problem]:
    without = (row for row in annex.rows if not row.index.written)
    yield from _problem("missing-index", Severity.WARNING, annex, _named(without))


def _without_geometry(annex: Annex) -> Iterator[Problem]:
    without = (row for row in annex.rows if not row.has_geometry)
    yield from _problem("no-geometry", Severity.WARNING, annex, _named(without))


def _areas(annex: Annex) -> Iterator[Problem]:
    rows = (row for row in annex.rows if area_differs(row))
    told = {"percent": AREA_TOLERANCE * 100, "least": AREA_TOLERANCE_M2}
    yield from _problem("area-differs", Severity.WARNING, annex, _named(rows), **told)


def _widths(annex: Annex) -> Iterator[Problem]:
    rows = (row for row in annex.rows if width_differs(row))
    told = {"percent": WIDTH_TOLERANCE * 100, "least": WIDTH_TOLERANCE_M}
    yield from _problem("width-differs", Severity.WARNING, annex, _named(rows), **told)


def _states(annex: Annex) -> Iterator[Problem]:
    unsaid = (row for row in annex.rows if row.state is State.UNKNOWN)
    yield from _problem("no-state", Severity.WARNING, annex, _named(unsaid))


def _gaps(annex: Annex) -> Iterator[Problem]:
    """Yield the numbers of a known prefix that no row carries, as ranges."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for row in annex.rows:
        if row.index.prefix in PREFIXES and row.index.number:
            numbers[row.index.prefix].add(row.index.number)
    space = " " if annex.family is Family.ROADS else ""
    heads = [(f"{prefix}{space}", known) for prefix, known in sorted(numbers.items())]
    gaps = [text for head, known in heads for text in _ranges(head, known)]
    yield from _problem("gap", Severity.INFO, annex, gaps)


def _ranges(head: str, known: set[int]) -> Iterator[str]:
    ordered = sorted({0, *known})
    for low, high in itertools.pairwise(ordered):
        if high - low == 2:
            yield f"{head}{low + 1}"
        elif high - low > 2:
            yield f"{head}{low + 1}–{high - 1}"


def _unlisted(annex: Annex) -> Iterator[Problem]:
    if annex.unlisted:
        where = annex.layer.title.fr
        yield Problem("annex.unlisted", Severity.INFO, where, annex.unlisted)
