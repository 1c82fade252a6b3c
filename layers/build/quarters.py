"""Avenues, collectors and the quarters between them.

Owns the coarse network and the tiling of the commune into quarters with one family of fabric each.
It must not know blocks or lots. Coordinates: EPSG:26191, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
import shapely.ops
from scipy.interpolate import CubicSpline

from layers.build.plan import AVENUES, POCKETS, SEEDS, Avenue

COLLECTOR_WIDTHS_M = (15.0, 16.0, 20.0)
GRID_M = 0.001


@dataclass(frozen=True)
class Street:
    """One centre line with its widths; ``strip`` is the sector of the blocks along it."""

    line: shapely.LineString
    width_m: float
    existing_m: float
    rank: str
    name_fr: str = ""
    name_ar: str = ""
    strip: str = ""


@dataclass(frozen=True)
class Quarter:
    """A tile of the commune between coarse streets, with its family of fabric."""

    number: int
    shape: shapely.Polygon
    family: str
    angle: float = field(default=0.0)


def smooth(points_km: tuple[tuple[float, float], ...]) -> shapely.LineString:
    """A smooth line through way points given in kilometres."""
    points = np.array(points_km) * 1000.0
    steps = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    along = np.arange(0, steps[-1], 25.0)
    return shapely.LineString(CubicSpline(steps, points)(along))


def avenues(commune: shapely.Polygon) -> list[Street]:
    """Avenues inside the commune, each one line."""
    made = []
    for avenue in AVENUES:
        inside = shapely.intersection(smooth(avenue.points), commune)
        parts = shapely.get_parts(inside)
        line = parts[np.argmax(shapely.length(parts))]
        made.append(_street(avenue, line))
    return made


def _street(avenue: Avenue, line: shapely.LineString) -> Street:
    return Street(
        line,
        avenue.width_m,
        avenue.existing_m,
        "avenue",
        avenue.name_fr,
        avenue.name_ar,
        avenue.strip,
    )


def dominant_angle(shape: shapely.Polygon) -> float:
    """Angle, modulo a right angle, that most of the boundary runs along (radians)."""
    xy = shapely.get_coordinates(shape.exterior)
    step = np.diff(xy, axis=0)
    length, angle = np.hypot(*step.T), np.arctan2(step[:, 1], step[:, 0])
    return float(np.angle(np.sum(length * np.exp(4j * angle))) / 4)


def long_axis(shape: shapely.Polygon) -> tuple[np.ndarray, float, float]:
    """Centre, angle of the longer side and its length, of the smallest rectangle around."""
    ring = shapely.get_coordinates(shapely.oriented_envelope(shape))[:4]
    sides = ring[[1, 2]] - ring[[0, 1]]
    lengths = np.hypot(*sides.T)
    longest = sides[int(np.argmax(lengths))]
    return ring.mean(axis=0), float(np.arctan2(longest[1], longest[0])), float(lengths.max())


def _cut_line(shape: shapely.Polygon, rng: np.random.Generator) -> shapely.LineString:
    centre, angle, length = long_axis(shape)
    along = np.array([np.cos(angle), np.sin(angle)])
    centre = centre + along * rng.uniform(-0.08, 0.08) * length
    base = dominant_angle(shape)
    across = angle + np.pi / 2
    across += _lean(base, across)
    reach = np.linspace(-1500, 1500, 121)
    bend = rng.uniform(-18, 18) * np.sin(reach / rng.uniform(150, 260) + rng.uniform(0, 6.3))
    ahead = np.array([np.cos(across), np.sin(across)])
    side = np.array([-ahead[1], ahead[0]])
    return shapely.LineString(centre + reach[:, None] * ahead + bend[:, None] * side)


def _lean(base: float, across: float) -> float:
    """Turn that lays ``across`` along the nearest main direction of the quarter."""
    turn = (base - across + np.pi / 4) % (np.pi / 2) - np.pi / 4
    return float(turn)


def _halves(shape: shapely.Polygon, line: shapely.LineString) -> list[shapely.Polygon]:
    parts = shapely.get_parts(shapely.ops.split(shape, line))
    return [part for part in parts if part.area > 0]


def _pocket_at(shape: shapely.Polygon) -> tuple[str, float] | None:
    for x, y, family, hectares in POCKETS:
        if shape.contains(shapely.Point(x * 1000, y * 1000)):
            return family, hectares
    return None


def _limit_ha(shape: shapely.Polygon) -> float:
    pocket = _pocket_at(shape)
    if pocket:
        return pocket[1]
    return 70.0 if _family(shape) == "RAW" else 34.0


def _family(shape: shapely.Polygon) -> str:
    pocket = _pocket_at(shape)
    if pocket and shape.area < pocket[1] * 1e4:
        return pocket[0]
    return nearest_family(shape)


def nearest_family(shape: shapely.Polygon) -> str:
    """Family of the seed nearest to the middle of a shape."""
    centre = shape.centroid
    seeds = np.array([seed[:2] for seed in SEEDS]) * 1000.0
    nearest = int(np.argmin(np.hypot(seeds[:, 0] - centre.x, seeds[:, 1] - centre.y)))
    return SEEDS[nearest][2]


def _split(
    shape: shapely.Polygon, rng: np.random.Generator, cuts: list[shapely.LineString]
) -> list[shapely.Polygon]:
    if shape.area <= _limit_ha(shape) * 1e4:
        return [shape]
    line = _cut_line(shape, rng)
    inside = shapely.get_parts(shapely.intersection(line, shape))
    halves = _halves(shape, line)
    if len(halves) < 2 or min(half.area for half in halves) < 2e4:
        return [shape]
    cuts.extend(part for part in inside if part.length > 1)
    return [piece for half in halves for piece in _split(half, rng, cuts)]


def _superblocks(commune: shapely.Polygon, streets: list[Street]) -> list[shapely.Polygon]:
    lines = [commune.exterior, *(street.line for street in streets)]
    noded = shapely.union_all(lines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return sorted(faces, key=lambda face: (round(face.centroid.x), round(face.centroid.y)))


def tile(commune: shapely.Polygon, rng: np.random.Generator) -> tuple[list[Quarter], list[Street]]:
    """Quarters that cover the commune and the avenues and collectors between them."""
    streets = avenues(commune)
    pieces: list[shapely.Polygon] = []
    cuts: list[shapely.LineString] = []
    for face in _superblocks(commune, streets):
        pieces.extend(_split(face, rng, cuts))
    for cut in cuts:
        width = float(rng.choice(COLLECTOR_WIDTHS_M))
        grows = rng.random() < 0.12
        streets.append(Street(cut, width + 5 * grows, width, "collector"))
    quarters = [
        Quarter(number, piece, _family(piece), dominant_angle(piece))
        for number, piece in enumerate(pieces, start=1)
    ]
    return quarters, streets
