"""Changes of one part of a symbol, as the symbol form asks for them. Knows no widget."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.domain.style import METRES_SCALE, Dash, Marker, Pattern, PatternKind
from emadina_gis.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.domain.style import Picture, Symbol

OWN_DASH = "own"
PAPER, METRES = "paper", "metres"
MOST_DASHES = 8
LONGEST_DASH_MM = 500.0
_FIRST_DASHES = (3.0, 1.0)
#: A millimetre on paper becomes so many metres on the ground, as at 1:2 000.
_METRES_PER_MM = 2.0


def dash_name(symbol: Symbol) -> str:
    """Return the name of the dash of a symbol."""
    return OWN_DASH if symbol.dashes_mm else symbol.dash.value


def with_dash(symbol: Symbol, name: str, text: str = "") -> Symbol:
    """Return the symbol with another dash; `text` holds the lengths of one's own.

    Raises
    ------
    AnalysisError
        ``style.dashes`` where the text is not lengths of lines and gaps.
    """
    if name != OWN_DASH:
        return replace(symbol, dash=Dash(name), dashes_mm=())
    return replace(symbol, dashes_mm=_lengths(text) or symbol.dashes_mm or _FIRST_DASHES)


def dashes_text(lengths_mm: tuple[float, ...]) -> str:
    """Return lengths as a person types them: ``3 – 1 – 0.5 – 1``."""
    return " – ".join(f"{length:g}" for length in lengths_mm)


def _lengths(text: str) -> tuple[float, ...]:
    parts = [part for part in re.split(r"[\s;–—]+|-(?=\s)", text.strip()) if part]
    if not parts:
        return ()
    try:
        lengths = tuple(float(part.replace(",", ".")) for part in parts)
    except ValueError as exc:
        raise AnalysisError("style.dashes") from exc
    paired = len(lengths) % 2 == 0 and len(lengths) <= MOST_DASHES
    if not paired or not all(0 < length <= LONGEST_DASH_MM for length in lengths):
        raise AnalysisError("style.dashes")
    return lengths


def with_pattern_kind(symbol: Symbol, kind: str) -> Symbol:
    """Return the symbol with a pattern of a kind, spaced as before; without one for empty."""
    if not kind:
        return replace(symbol, pattern=None)
    return replace(symbol, pattern=replace(symbol.pattern or Pattern(), kind=PatternKind(kind)))


def with_marker(symbol: Symbol, name: str, shipped: Iterable[Picture]) -> Symbol:
    """Return the symbol with a marker of the program, by its name."""
    picture = next((one for one in shipped if one.name == name), None)
    if picture is not None:
        return replace(symbol, picture=picture)
    if name in {one.value for one in Marker}:
        return replace(symbol, marker=Marker(name), picture=None)
    return symbol


def with_unit(symbol: Symbol, unit: str) -> Symbol:
    """Return the symbol measured on paper or on the ground, looking the same at 1:2 000."""
    if (unit == METRES) == bool(symbol.ground_scale):
        return symbol
    share = _METRES_PER_MM if unit == METRES else 1 / _METRES_PER_MM
    pattern = symbol.pattern
    return replace(
        symbol,
        ground_scale=METRES_SCALE if unit == METRES else 0.0,
        stroke_mm=round(symbol.stroke_mm * share, 3),
        size_mm=round(symbol.size_mm * share, 3),
        casing_mm=round(symbol.casing_mm * share, 3),
        dashes_mm=tuple(round(length * share, 3) for length in symbol.dashes_mm),
        pattern=None
        if pattern is None
        else replace(
            pattern,
            spacing_mm=round(pattern.spacing_mm * share, 3),
            width_mm=round(pattern.width_mm * share, 3),
        ),
    )
