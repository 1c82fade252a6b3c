"""How positions and scales are said and read in the line below; no Qt. Never mirrored."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.app.models.places import crs_title
from emadina_gis.domain.crs import WGS84, Crs, transform_points
from emadina_gis.errors import CrsError
from emadina_gis.words.numbers import format_number, in_direction, isolate_number

if TYPE_CHECKING:
    from emadina_gis.words import Words

DMS, DECIMAL = "dms", "decimal"
#: Systems in which the position of the pointer can be shown beside the map's own.
SYSTEMS = (
    DMS, DECIMAL, "EPSG:26191", "EPSG:26192", "EPSG:26194", "EPSG:26195", "EPSG:32629",
    "EPSG:32630",
)  # fmt: skip
#: Scales of plans and maps, the largest first.
SCALES = (
    200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 25_000, 50_000, 100_000, 200_000, 500_000,
)  # fmt: skip
LARGEST_SCALE = 1e9
_SCALE = re.compile(r"^\s*(?:1\s*[:/]\s*)?([\d\s\u202f\u00a0.,]+)\s*$")
_SAME = 1.005


def scale_of(text: str) -> float | None:
    """Return the denominator typed as ``1:5 000``, ``1/5000`` or ``5000``; None for other text."""
    match = _SCALE.match(text)
    digits = re.sub(r"\D", "", match[1]) if match else ""
    value = float(digits) if digits else 0.0
    return value if 1 <= value <= LARGEST_SCALE else None


def scale_text(denominator: float, words: Words) -> str:
    """Return a scale as ``1:5 000``, left to right in every language."""
    return isolate_number(f"1:{format_number(denominator, words.language)}", words.language)


def rounded_scale(denominator: float) -> float:
    """Return a denominator with four digits that count."""
    digits = 10.0 ** max(len(str(int(denominator))) - 4, 0)
    return round(denominator / digits) * digits


def next_scale(denominator: float, by: int) -> float:
    """Return the next usual scale: with a larger denominator for 1, a smaller one for -1."""
    if by > 0:
        return float(next((s for s in SCALES if s > denominator * _SAME), SCALES[-1]))
    return float(next((s for s in reversed(SCALES) if s < denominator / _SAME), SCALES[0]))


def degrees_text(value: float, positive: str, negative: str) -> str:
    """Return an angle in degrees, minutes and seconds with its hemisphere."""
    seconds = round(abs(value) * 3600)
    degrees, rest = divmod(seconds, 3600)
    return f"{degrees}°{rest // 60:02d}′{rest % 60:02d}″{positive if value >= 0 else negative}"


def map_text(x: float, y: float, crs: Crs, words: Words) -> str:
    """Return a position in the map's own system."""
    decimals = 6 if crs.is_geographic else 2
    east, north = (format_number(value, words.language, decimals) for value in (x, y))
    return isolate_number(f"X {east}  Y {north}", "ar")


def other_text(x: float, y: float, crs: Crs, system: str, words: Words) -> str:
    """Return a position of the map in another system; empty where the map's is unknown."""
    if not crs.is_known:
        return ""
    target = _system(system)
    try:
        moved = transform_points(np.array([[x, y]]), crs, target)[0]
    except CrsError:
        return ""
    if not np.isfinite(moved).all():
        return words.text("pointer.nothing")
    first, second = moved.tolist()
    if not target.is_geographic:
        east, north = (format_number(value, words.language, 2) for value in (first, second))
        return isolate_number(f"X {east}  Y {north}", "ar")
    north_, south, east_, west = words.text("status.hemispheres").split()
    if system == DECIMAL:
        lat, lon = (format_number(abs(v), words.language, 6) for v in (second, first))
        sides = (north_ if second >= 0 else south, east_ if first >= 0 else west)
        return isolate_number(f"{lat}°{sides[0]} {lon}°{sides[1]}", "ar")
    lat, lon = degrees_text(second, north_, south), degrees_text(first, east_, west)
    return isolate_number(f"{lat} {lon}", "ar")


def system_name(system: str, words: Words) -> str:
    """Return the name of a system of positions."""
    if system in {DMS, DECIMAL}:
        return in_direction(words.text(f"pointer.{system}"), words.language)
    return crs_title(_system(system), words)


@cache
def _system(system: str) -> Crs:
    """Return the system of a choice, made once: the pointer asks at each move."""
    return WGS84 if system in {DMS, DECIMAL} else Crs(system)
