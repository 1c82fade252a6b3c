"""What a person types to go somewhere: coordinates in whatever reading, a scale; never a name.

Metres of a named or of any usual system, degrees with or without minutes, in any order, with the
letters of three languages and digits of two: all readings are returned, the likeliest first.
Two numbers alone may be more than one place; where they lie decides which comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import WGS84, Crs, transform_points
from emadina_gis.errors import CrsError

if TYPE_CHECKING:
    from emadina_gis.domain.extent import Extent

#: Systems in which two numbers are read, beside the map's own: the Lambert zones of Morocco, the
#: UTM zones that cover it.
USUAL = ("EPSG:26191", "EPSG:26192", "EPSG:26194", "EPSG:26195", "EPSG:32629", "EPSG:32630")
#: Made once: a system is read when it is first used.
_USUAL_SYSTEMS = tuple(Crs(code) for code in USUAL)
#: Longitudes and latitudes where work of Moroccan planners lies.
_MOROCCO = (-17.4, 20.6, -0.8, 36.2)
_MOST_READINGS = 5
_LARGEST_SCALE = 1e9
_ARABIC = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫،؛−–", "01234567890123456789.,;--")
_SCALE = re.compile(r"^\s*1\s*[:/]\s*(\d[\d\s.,]*)$")
_EPSG = re.compile(r"\bepsg\s*:?\s*(\d{4,6})\b", re.IGNORECASE)
_LINK = re.compile(
    r"(?:@|geo:|[?&](?:q|ll|query)=)(-?\d+\.\d+)(?:,|%2C)\s*(-?\d+\.\d+)", re.IGNORECASE
)
_NORTH = r"nord|north|n|شمالا?|ش"
_SOUTH = r"sud|south|s|جنوبا?|ج"
_EAST = r"est|east|e|شرقا?|ق"
_WEST = r"ouest|west|o|w|غربا?|غ"
_SIDE = rf"(?:{_NORTH}|{_SOUTH}|{_EAST}|{_WEST})"
_ANGLE = (
    r"[+-]?\d{1,3}(?:[.,]\d+)?(?:\s*[°ºd]\s*|\s*:\s*|\s+)?"
    r"(?:\d{1,2}(?:[.,]\d+)?\s*(?:['′’:]|\s)?\s*(?:\d{1,2}(?:[.,]\d+)?\s*(?:[\"″”]|''|′′)?)?)?"
)
_SIDED = re.compile(
    rf"^\s*(?:(?P<b1>{_SIDE})\s*(?P<x1>{_ANGLE})[\s,;]*(?P<b2>{_SIDE})\s*(?P<x2>{_ANGLE})"
    rf"|(?P<y1>{_ANGLE})\s*(?P<a1>{_SIDE})[\s,;]*(?P<y2>{_ANGLE})\s*(?P<a2>{_SIDE}))\s*$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"^\s*([+-]?\d+[°º].*?)[\s,;]+([+-]?\d+[°º].*)$")
_LABELS = re.compile(
    r"\b(?:x|y|lat(?:itude)?|lon(?:gitude)?|lng|e|n|est|nord|m)\b\s*[:=]?|[=°]", re.IGNORECASE
)
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
_TWO = re.compile(rf"^\s*({_NUMBER})\s*(?:[\s;|]|[,;]\s)\s*[,;]?\s*({_NUMBER})\s*$")
_COMMA = re.compile(r"^\s*([+-]?\d+\.\d+|[+-]?\d+)\s*,\s*([+-]?\d+\.\d+|[+-]?\d+)\s*$")
_FRENCH_PAIR = re.compile(r"^\s*([+-]?\d+,\d+)\s*,\s*([+-]?\d+,\d+)\s*$")


@dataclass(frozen=True)
class Reading:
    """A place that typed coordinates may mean.

    Attributes
    ----------
    x, y : float
        In the system in which they were read, x to the east.
    crs : Crs
        That system; unknown for coordinates of a map without one.
    swapped : bool
        Whether the numbers stand in the other order than is usual in that system.
    """

    x: float
    y: float
    crs: Crs
    swapped: bool = False

    def in_crs(self, crs: Crs) -> tuple[float, float] | None:
        """Return the place in another system, None where it has none there."""
        if not (self.crs.is_known and crs.is_known) or self.crs == crs:
            return self.x, self.y
        try:
            x, y = transform_points(np.array([[self.x, self.y]]), self.crs, crs)[0]
        except CrsError:
            return None
        return (float(x), float(y)) if np.isfinite(x) and np.isfinite(y) else None


def western(text: str) -> str:
    """Return a text with Western digits, points and minus signs."""
    return text.translate(_ARABIC).replace("\u202f", " ").replace("\u00a0", " ")


def typed_scale(text: str) -> float | None:
    """Return the denominator of a scale typed as ``1:2 000`` or ``1/2000``, None for other text."""
    found = _SCALE.match(western(text))
    digits = re.sub(r"\D", "", found[1]) if found else ""
    value = float(digits) if digits else 0.0
    return value if 1 <= value <= _LARGEST_SCALE else None


def readings(text: str, crs: Crs, around: Extent | None = None) -> tuple[Reading, ...]:
    """Return the places that a text may mean, the likeliest first; none where it has no place.

    Parameters
    ----------
    crs : Crs
        System of the map.
    around : Extent, optional
        Where the project lies, in the map's system: two numbers that lie there mean that.
    """
    typed = western(text).strip()
    named = _EPSG.search(typed)
    if named is not None:
        return _in_named(_EPSG.sub(" ", typed), f"EPSG:{named[1]}", around, crs)
    link = _LINK.search(typed)
    if link is not None:
        return (Reading(float(link[2]), float(link[1]), WGS84),)
    sided = _sided(typed) or _marked(typed)
    if sided is not None:
        return (sided,)
    pair = _pair(typed)
    if pair is None:
        return ()
    best: dict[Crs, Reading] = {}
    for reading in _all_readings(*pair, crs):
        other = best.get(reading.crs)
        if other is None or _rank(reading, crs, around) < _rank(other, crs, around):
            best[reading.crs] = reading
    ranked = sorted(best.values(), key=lambda r: _rank(r, crs, around))
    return tuple(_likely(ranked, crs)[:_MOST_READINGS])


def _in_named(
    rest: str, code: str, around: Extent | None, crs: Crs
) -> tuple[Reading, ...]:  # fmt: skip
    try:
        named = Crs.parse(code)
    except CrsError:
        return ()
    pair = _pair(rest.strip(" ;,:"))
    if pair is None:
        return ()
    first, second = pair
    both = [Reading(first, second, named), Reading(second, first, named, swapped=True)]
    if named.is_geographic:
        both = [Reading(second, first, named), Reading(first, second, named, swapped=True)]
    good = [r for r in both if r.in_crs(crs) is not None and _is_within(r)]
    return tuple(sorted(good, key=lambda r: _rank(r, crs, around)))


def _is_within(reading: Reading) -> bool:
    return not reading.crs.is_geographic or (abs(reading.y) <= 90 and abs(reading.x) <= 360)


def _all_readings(first: float, second: float, crs: Crs) -> list[Reading]:
    """Return two numbers in every order and system that they can be of."""
    if not crs.is_known:
        return [Reading(first, second, crs), Reading(second, first, crs, swapped=True)]
    found: list[Reading] = []
    if abs(first) <= 90 and abs(second) <= 180:
        found.append(Reading(second, first, WGS84))
    if abs(second) <= 90 and abs(first) <= 180:
        found.append(Reading(first, second, WGS84, swapped=True))
    if found and max(abs(first), abs(second)) <= 180:
        return found
    own = () if crs.is_geographic else (crs,)
    for system in dict.fromkeys((*own, *_USUAL_SYSTEMS)):
        found.append(Reading(first, second, system))
        found.append(Reading(second, first, system, swapped=True))
    return found


def _rank(reading: Reading, crs: Crs, around: Extent | None) -> tuple[int, bool, bool]:
    """Put what lies on the project first, then near it, in Morocco, and the map's own system."""
    place = reading.in_crs(crs)
    nearness = 3
    if place is not None and around is not None and around.contains(*place):
        nearness = 0
    elif place is not None and around is not None and around.scaled(3.0).contains(*place):
        nearness = 1
    elif _in_morocco(reading):
        nearness = 2
    return nearness, reading.swapped, reading.crs != crs


def _in_morocco(reading: Reading) -> bool:
    place = reading.in_crs(WGS84) if reading.crs.is_known else None
    if place is None:
        return False
    xmin, ymin, xmax, ymax = _MOROCCO
    return xmin <= place[0] <= xmax and ymin <= place[1] <= ymax


def _likely(ranked: list[Reading], crs: Crs) -> list[Reading]:
    """Return the readings that lie in Morocco or in the map's own system, else the first one."""
    placed = [reading for reading in ranked if reading.in_crs(crs) is not None]
    likely = [r for r in placed if r.crs == crs or _in_morocco(r)]
    return likely or placed[:1]


def _sided(text: str) -> Reading | None:
    """Read degrees with the letters of the sides of the world."""
    found = _SIDED.match(text)
    if found is None:
        return None
    angles = (found["x1"] or found["y1"], found["x2"] or found["y2"])
    letters = (found["b1"] or found["a1"], found["b2"] or found["a2"])
    values = [_degrees(angle) for angle in angles]
    kinds = [_axis_of(letter) for letter in letters]
    if None in values or {kind[0] for kind in kinds} != {"lat", "lon"}:
        return None
    numbers = {kind[0]: kind[1] * (value or 0.0) for kind, value in zip(kinds, values, strict=True)}
    reading = Reading(numbers["lon"], numbers["lat"], WGS84, swapped=kinds[0][0] == "lon")
    return reading if _is_within(reading) else None


def _axis_of(letter: str) -> tuple[str, float]:
    for axis, sign, pattern in (
        ("lat", 1.0, _NORTH), ("lat", -1.0, _SOUTH), ("lon", 1.0, _EAST), ("lon", -1.0, _WEST),
    ):  # fmt: skip
        if re.fullmatch(pattern, letter, re.IGNORECASE):
            return axis, sign
    return "", 1.0


def _marked(text: str) -> Reading | None:
    """Read latitude and longitude with signs of degrees and without letters."""
    found = _MARKED.match(text)
    if found is None:
        return None
    lat, lon = _degrees(found[1]), _degrees(found[2])
    if lat is None or lon is None or abs(lat) > 90:
        return None
    return Reading(lon, lat, WGS84)


def _degrees(text: str) -> float | None:
    """Return an angle in degrees of one to three numbers; minutes and seconds are below 60."""
    parts = [float(part.replace(",", ".")) for part in re.findall(r"\d+(?:[.,]\d+)?", text)]
    if not 1 <= len(parts) <= 3 or any(part >= 60 for part in parts[1:]):
        return None
    value = sum(part / float(60**power) for power, part in enumerate(parts))
    return -value if text.strip().startswith("-") else value


def _pair(text: str) -> tuple[float, float] | None:
    """Return two numbers, with groups of thousands and decimals as they are typed."""
    cleaned = _LABELS.sub(" ", text).strip()
    cleaned = re.sub(r"\s+", " ", cleaned)
    for pattern in (_FRENCH_PAIR, _COMMA, _TWO):
        found = pattern.match(cleaned)
        if found is not None:
            return _number(found[1]), _number(found[2])
    return _grouped(cleaned)


def _grouped(text: str) -> tuple[float, float] | None:
    """Read numbers whose thousands are parted by spaces: ``296 470,12 330 502,48``."""
    found: list[str] = []
    for token in re.split(r"[\s;|]+", text.strip(" ,;")):
        bare = token.strip(",;")
        if not re.fullmatch(_NUMBER, bare):
            return None
        follows = bool(found) and re.fullmatch(r"\d{3}(?:[.,]\d+)?", bare) is not None
        if follows and re.fullmatch(r"[+-]?\d{1,3}(?: \d{3})*", found[-1]) and _open(found):
            found[-1] += f" {bare}"
        else:
            found.append(bare)
    return (_number(found[0]), _number(found[1])) if len(found) == 2 else None


def _open(found: list[str]) -> bool:
    """Whether another group of thousands may follow: none after metres of seven digits."""
    return len(found[-1].replace(" ", "").lstrip("+-")) < 6


def _number(text: str) -> float:
    return float(text.replace(" ", "").replace(",", "."))
