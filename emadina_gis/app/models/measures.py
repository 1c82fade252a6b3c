"""What a measurement says: at the cursor, in the panel, in a copy for a spreadsheet; no Qt.

A length is always said with where it was measured: on the plane of the map, on the ellipsoid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.app.models.areas import area_text
from emadina_gis.domain.measuring import GON_PER_DEGREE, convergence_deg, difference
from emadina_gis.words.numbers import format_number, isolate_number, without_isolates

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.domain.measuring import Measurement
    from emadina_gis.words import Words

GON, DEGREES = "gon", "deg"
_KM_FROM_M = 10_000.0
_WHOLE_FROM_M = 1_000.0
_HA_FROM_M2 = 10_000.0
_KM2_FROM_M2 = 10_000_000.0
_MM_BELOW_M = 0.1
_PERCENT_FROM = 1e-3
_MOST_GON, _MOST_DEGREES = 400.0, 360.0
_DEGREES = re.compile(
    r"^\s*(?P<d>\d{1,3}(?:[.,]\d+)?)\s*(?:[°ºd:\s]\s*(?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*"
    r"(?:['′’:\s]\s*(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''|′′)?)?)?)?)?\s*$"
)


@dataclass(frozen=True)
class Said:
    """A line of a measurement: what, and how much."""

    what: str
    value: str


@dataclass(frozen=True)
class Side:
    """A side of a measurement, each value as text; empty where it does not exist."""

    number: str
    length: str
    bearing: str
    azimuth: str
    angle: str


def length_text(length_m: float, words: Words, *, known: bool = True) -> str:
    """Return a length in metres or kilometres; in map units where the system is unknown."""
    if not known:
        return words.text("measures.map-units", value=words.number(length_m, 2))
    if length_m >= _KM_FROM_M:
        return words.quantity(length_m / 1000, "km", 3)
    return words.quantity(length_m, "m", 2 if length_m < _WHOLE_FROM_M else 1)


def surface_text(area_m2: float, unit: str, words: Words, *, known: bool = True) -> str:
    """Return an area in the unit of the settings; very large ones in km²."""
    if not known:
        return words.text("measures.map-units2", value=words.number(area_m2, 1))
    if unit == "m2" and area_m2 >= _KM2_FROM_M2:
        return words.quantity(area_m2 / 1e6, "km2", 3)
    return area_text(area_m2, unit, words, 1 if area_m2 < _HA_FROM_M2 else 0)


def angle_text(angle_deg: float, unit: str, words: Words) -> str:
    """Return an angle in gon, or in degrees, minutes and seconds."""
    if unit == GON:
        value = words.number(angle_deg * GON_PER_DEGREE, 4)
        return words.text("measures.gon", value=value)
    tenths = round(abs(angle_deg) * 36_000)
    degrees, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    seconds = format_number(rest / 10, words.language, 1)
    sign = "\u2212" if angle_deg < 0 and tenths else ""
    padded = seconds if rest >= 100 else f"0{seconds}"
    return isolate_number(f"{sign}{degrees}°{minutes:02d}′{padded}″", words.language)


def more_text(
    plane: float | None, ellipsoid: float | None, words: Words, *, square: bool = False
) -> str:
    """Return how much the ellipsoid differs, with its share; empty where one does not exist."""
    found = difference(plane, ellipsoid)
    if found is None:
        return ""
    more, share = found
    if square:
        text = words.quantity(more, "m2", 2 if abs(more) < 100 else 0, signed=True)
    elif abs(more) < _MM_BELOW_M:
        text = words.quantity(more * 1000, "mm", 1, signed=True)
    else:
        text = words.quantity(more, "m", 2, signed=True)
    return words.text("measures.difference-of", more=text, share=_share_text(share, words))


def _share_text(share: float, words: Words) -> str:
    if abs(share) >= _PERCENT_FROM:
        return words.quantity(share * 100, "percent", 2, signed=True)
    return words.text("measures.ppm", value=words.number(share * 1e6, 0, signed=True))


def totals(found: Measurement, plane_name: str, area_unit: str, words: Words) -> tuple[Said, ...]:
    """Return the totals: on the plane, on the ellipsoid, and how they differ.

    Parameters
    ----------
    plane_name : str
        Name of the map's system, said beside what is measured on its plane; empty where it is
        said elsewhere.
    area_unit : str
        The setting ``area_unit``.
    """
    known = found.crs.is_known
    rows: list[Said] = []
    if found.is_area:
        plane, ground = found.plane_area_m2, found.ellipsoid_area_m2
        texts = [
            None if v is None else surface_text(v, area_unit, words, known=known)
            for v in (plane, ground)
        ]
        told = more_text(plane, ground, words, square=True)
        rows += _rows("measures.area", (texts[0], texts[1], told), plane_name, words)
    plane, ground = found.plane_length_m, found.ellipsoid_length_m
    texts = [None if v is None else length_text(v, words, known=known) for v in (plane, ground)]
    told = more_text(plane, ground, words)
    key = "measures.perimeter" if found.is_area else "measures.length"
    return (*rows, *_rows(key, (texts[0], texts[1], told), plane_name, words))


def _rows(
    key: str, values: tuple[str | None, str | None, str], plane_name: str, words: Words
) -> list[Said]:
    plane = words.text("measures.planar")
    if plane_name:
        plane = words.text("measures.on-plane", name=plane_name)
    parts = (plane, words.text("measures.on-ellipsoid"), words.text("measures.difference"))
    name = words.text(key)
    return [
        Said(f"{name}, {part}" if index < 2 else part, value)
        for index, (part, value) in enumerate(zip(parts, values, strict=True))
        if value
    ]


def remarks(found: Measurement, words: Words) -> tuple[str, ...]:
    """Return what has to be known of a measurement: what it lacks, and what makes it doubtful."""
    keys = []
    if not found.crs.is_known:
        keys.append("measures.only-plane")
    elif not found.has_plane:
        keys.append("measures.only-ellipsoid")
    elif not found.crs.is_metric:
        keys.append("measures.not-metric")
    if found.crosses_itself:
        keys.append("measures.crossing")
    return tuple(words.text(key) for key in keys)


def convergence_text(found: Measurement, unit: str, words: Words) -> str:
    """Return the convergence of meridians at the first point; empty where there is none."""
    if not len(found.points):
        return ""
    angle = convergence_deg(found.crs, *found.points[0].tolist())
    if angle is None:
        return ""
    return words.text("measures.convergence", value=angle_text(angle, unit, words))


def table_angle(angle_deg: float, unit: str, words: Words) -> str:
    """Return an angle for a narrow column under the name of its unit; seconds are whole."""
    if unit == GON:
        return words.number(angle_deg * GON_PER_DEGREE, 4)
    degrees, rest = divmod(round(angle_deg * 3600), 3600)
    text = f"{degrees}°{rest // 60:02d}′{rest % 60:02d}″"
    return isolate_number(text, words.language)


def sides(
    found: Measurement,
    unit: str,
    words: Words,
    said: Callable[[float, str, Words], str] = angle_text,
) -> tuple[Side, ...]:
    """Return the sides with their bearings, and the angle that each makes with the one before."""
    angles = np.concatenate([[np.nan], found.angles_deg])
    blank = np.full(len(found.legs_m), np.nan)
    bearings, azimuths = found.grid_bearings_deg, found.azimuths_deg
    columns = (
        blank if bearings is None else bearings, blank if azimuths is None else azimuths, angles
    )  # fmt: skip
    made = []
    for index, length in enumerate(found.legs_m.tolist()):
        values = [float(column[index]) for column in columns]
        told = [said(value, unit, words) if np.isfinite(value) else "" for value in values]
        length_said = length_text(length, words, known=found.crs.is_known)
        made.append(Side(words.number(index + 1), length_said, *told))
    return tuple(made)


def cursor_lines(found: Measurement, area_unit: str, unit: str, words: Words) -> tuple[str, ...]:
    """Return the lines beside the cursor: the total, the ellipsoid's where it differs, the side."""
    known = found.crs.is_known
    lines = []
    if found.is_area and found.area_m2 is not None:
        lines.append(surface_text(found.area_m2, area_unit, words, known=known))
    length = length_text(found.length_m, words, known=known)
    if found.is_area:
        length = f"{words.text('measures.perimeter')} {length}"
    lines.append(length)
    ground = found.ellipsoid_area_m2 if found.is_area else found.ellipsoid_length_m
    plane = found.plane_area_m2 if found.is_area else found.plane_length_m
    told = more_text(plane, ground, words, square=found.is_area)
    if told:
        lines.append(f"{words.text('measures.on-ellipsoid')} {told}")
    if not found.is_area and len(found.legs_m):
        lines.append(_last_side(found, unit, words))
    return tuple(lines)


def _last_side(found: Measurement, unit: str, words: Words) -> str:
    bearings, key = found.grid_bearings_deg, "measures.bearing"
    if bearings is None:
        bearings, key = found.azimuths_deg, "measures.azimuth"
    if bearings is None:
        return ""
    told = words.text(key, value=angle_text(float(bearings[-1]), unit, words))
    length = length_text(float(found.legs_m[-1]), words, known=found.crs.is_known)
    return words.text("measures.last-side", length=length, bearing=told)


def short_text(found: Measurement, area_unit: str, words: Words) -> str:
    """Return what stands beside a measurement that is kept on the map."""
    known = found.crs.is_known
    if found.is_area:
        return surface_text(found.area_m2 or 0.0, area_unit, words, known=known)
    return length_text(found.length_m, words, known=known)


def copied_text(
    found: Measurement, plane_name: str, units: tuple[str, str], words: Words
) -> str:  # fmt: skip
    """Return a measurement for a spreadsheet: its totals, then a table of its sides and corners.

    Parameters
    ----------
    units : (str, str)
        The setting ``area_unit``, and the unit of angles.
    """
    area_unit, unit = units
    lines = [f"{row.what}\t{row.value}" for row in totals(found, plane_name, area_unit, words)]
    lines += list(remarks(found, words))
    names = ("side", "length", "bearing", "azimuth", "angle")
    lines.append("\t".join((*(words.text(f"measures.column-{n}") for n in names), "X", "Y")))
    decimals = 7 if found.crs.is_geographic else 3
    for side, point in zip(sides(found, unit, words), found.points.tolist(), strict=False):
        place = [format_number(value, words.language, decimals) for value in point]
        values = (side.number, side.length, side.bearing, side.azimuth, side.angle, *place)
        lines.append("\t".join(values))
    return without_isolates("\n".join(lines))


def distance_of(text: str) -> float | None:
    """Return a distance in metres as it is typed, None where it is none."""
    cleaned = re.sub(r"[\s\u202f\u00a0]|m$", "", text.strip().lower()).replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", cleaned):
        return None
    return float(cleaned) or None


def bearing_of(text: str, unit: str) -> float | None:
    """Return a bearing in degrees as it is typed, in gon or degrees; None where it is none.

    Degrees may have minutes and seconds; a sign of degrees says degrees whatever the unit.
    """
    typed = text.strip().lower()
    if re.search(r"(gr|gon|g)$", typed):
        unit, typed = GON, re.sub(r"\s*(gr|gon|g)$", "", typed)
    found = _DEGREES.match(typed)
    if found is None:
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in "dms"]
    if "°" in typed or found["m"] or unit == DEGREES:
        value = parts[0] + parts[1] / 60 + parts[2] / 3600
        return value % 360.0 if value <= _MOST_DEGREES and max(parts[1:]) < 60 else None
    return parts[0] / GON_PER_DEGREE % 360.0 if parts[0] <= _MOST_GON else None
