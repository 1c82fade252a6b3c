"""Blocks: what is left of a quarter once its streets are taken out.

Owns the rows of blocks along the avenues, the local grid behind them, and the split of land
without streets. It must not know lots, titles or people. Coordinates: EPSG:26191, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
import shapely.affinity
import shapely.ops

from layers.build.plan import FABRICS, LAND, LINED, RAW_SECTORS, Fabric
from layers.build.quarters import Quarter, Street, dominant_angle, long_axis, nearest_family

MITRE = {"join_style": "mitre", "mitre_limit": 2.0}
BACK_STREET_M = 12.0


@dataclass(frozen=True)
class Block:
    """A piece of land between streets; ``angle`` is that of its long streets (radians)."""

    shape: shapely.Polygon
    sector: str
    family: str
    angle: float
    quarter: int
    row: int = 0
    column: int = 0
    facility: str = ""


@dataclass(frozen=True)
class QuarterPlan:
    """Blocks, local streets and sector zones of one quarter."""

    blocks: list[Block]
    streets: list[Street]
    zones: list[tuple[str, shapely.Geometry]]


def _polygons(shape: shapely.Geometry, smallest_m2: float) -> list[shapely.Polygon]:
    """Parts of a shape without their needles, from a smallest area on."""
    open_shape = shapely.buffer(shapely.buffer(shape, -2.5, **MITRE), 2.5, **MITRE)
    parts = shapely.get_parts(shapely.intersection(open_shape, shape))
    return [p for p in parts if p.geom_type == "Polygon" and p.area >= smallest_m2]


def net_of(quarter: Quarter, coarse: list[Street]) -> shapely.Geometry:
    """The quarter less the land that avenues and collectors use today."""
    near = [s for s in coarse if s.line.distance(quarter.shape) < 40]
    used = [s.line.buffer(max(s.existing_m, 0.01) / 2) for s in near]
    return shapely.difference(quarter.shape, shapely.union_all(used))


def plan_quarter(quarter: Quarter, coarse: list[Street], rng: np.random.Generator) -> QuarterPlan:
    """Blocks, streets and zones of one quarter."""
    if quarter.family in LAND:
        return _land(quarter, coarse, rng)
    made = QuarterPlan([], [], [])
    net = net_of(quarter, coarse)
    core, zone = net, quarter.shape
    if quarter.family in LINED and quarter.shape.area > 5e4:
        core, zone = _line_avenues(quarter, net, coarse, made, rng)
    _fill(core, quarter, made, rng)
    made.zones.append((FABRICS[quarter.family].sector, zone))
    return made


def _line_avenues(
    quarter: Quarter,
    net: shapely.Geometry,
    coarse: list[Street],
    made: QuarterPlan,
    rng: np.random.Generator,
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Rows of blocks along the avenues; returns what stays of the land and of the zone."""
    core, zone = net, quarter.shape
    for street in coarse:
        if not street.strip or street.line.distance(net) > street.width_m:
            continue
        fabric = FABRICS[street.strip]
        depth = float(rng.uniform(*fabric.depth) * 2)
        reach = street.existing_m / 2 + depth
        band = street.line.buffer(reach, cap_style="flat")
        region = shapely.intersection(core, band)
        if shapely.area(region) < 2500:
            continue
        back = street.line.buffer(reach + BACK_STREET_M, cap_style="flat")
        middle = street.line.buffer(reach + BACK_STREET_M / 2, cap_style="flat")
        made.zones.append((street.strip, shapely.intersection(zone, middle)))
        zone, core = shapely.difference(zone, middle), shapely.difference(core, back)
        axis = shapely.intersection(shapely.boundary(middle), quarter.shape)
        made.streets.extend(_streets(axis, BACK_STREET_M))
        _cut_strip(region, street, fabric, made, quarter.number, rng)
    return core, zone


def _cut_strip(
    region: shapely.Geometry,
    street: Street,
    fabric: Fabric,
    made: QuarterPlan,
    number: int,
    rng: np.random.Generator,
) -> None:
    corners = shapely.points(shapely.get_coordinates(region))
    stations = shapely.line_locate_point(street.line, corners)
    low, high = float(stations.min()), float(stations.max())
    cuts = _spread(low, high, fabric.length, 13.0, rng)
    axes = [_normal(street.line, station, 90.0) for station in cuts]
    widths = rng.choice((10.0, 12.0, 12.0, 15.0), len(axes))
    gaps = [axis.buffer(w / 2, cap_style="flat") for axis, w in zip(axes, widths, strict=True)]
    for axis, width in zip(axes, widths, strict=True):
        made.streets.extend(_streets(shapely.intersection(axis, region), float(width)))
    pieces = _polygons(shapely.difference(region, shapely.union_all(gaps)), 220.0)
    for column, piece in enumerate(pieces):
        made.blocks.append(
            Block(
                _plain(piece),
                fabric.sector,
                fabric.sector,
                _tangent(street.line, piece),
                number,
                -1,
                column,
            )
        )


def _spread(
    low: float, high: float, length: tuple[float, float], gap: float, rng: np.random.Generator
) -> np.ndarray:
    """Positions of cross streets between two ends, unevenly spaced."""
    mean = (length[0] + length[1]) / 2
    count = max(1, round((high - low + gap) / (mean + gap)))
    steps = rng.uniform(0.72, 1.28, count)
    return np.asarray(low + (high - low) * (np.cumsum(steps) / steps.sum())[:-1])


def _normal(line: shapely.LineString, station: float, reach: float) -> shapely.LineString:
    here, ahead = line.interpolate(station), line.interpolate(min(station + 1, line.length))
    behind = line.interpolate(max(station - 1, 0))
    step = np.array([ahead.x - behind.x, ahead.y - behind.y])
    side = np.array([-step[1], step[0]]) / np.hypot(*step) * reach
    origin = np.array([here.x, here.y])
    return shapely.LineString([origin - side, origin + side])


def _tangent(line: shapely.LineString, piece: shapely.Polygon) -> float:
    station = line.project(piece.centroid)
    a, b = line.interpolate(max(station - 20, 0)), line.interpolate(station + 20)
    return float(np.arctan2(b.y - a.y, b.x - a.x))


def _streets(axis: shapely.Geometry, width_m: float) -> list[Street]:
    parts = [p for p in shapely.get_parts(axis) if p.geom_type == "LineString" and p.length > 8]
    return [Street(shapely.simplify(part, 0.1), width_m, width_m, "local") for part in parts]


def _plain(piece: shapely.Polygon) -> shapely.Polygon:
    return shapely.set_precision(shapely.simplify(piece, 0.03), 0.001)


def _fill(
    core: shapely.Geometry, quarter: Quarter, made: QuarterPlan, rng: np.random.Generator
) -> None:
    for piece in _polygons(core, 300.0):
        _grid(piece, quarter, made, rng)


def _grid(
    piece: shapely.Polygon, quarter: Quarter, made: QuarterPlan, rng: np.random.Generator
) -> None:
    """Long streets and cross streets of one piece of a quarter."""
    fabric = FABRICS[quarter.family]
    angle = _along(piece, rng)
    centre = piece.centroid
    flat = shapely.affinity.rotate(piece, -angle, origin=centre, use_radians=True)
    u0, v0, u1, v1 = flat.bounds
    width = float(rng.choice(fabric.streets))
    depth = rng.uniform(*fabric.depth) * 2
    rows = max(1, round((v1 - v0 + width) / (depth + width)))
    share = rng.uniform(0.94, 1.06, rows)
    heights = share / share.sum() * (v1 - v0 - (rows - 1) * width)
    tops = v0 + np.cumsum(heights) + width * np.arange(rows)
    bend = rng.uniform(0, 0.12) * depth * (rng.random() < 0.6)
    wave, phase = rng.uniform(110, 220), rng.uniform(0, 6.3)
    across = np.arange(u0 - 20, u1 + 35, 15.0)

    def bent(u: np.ndarray, v: float | np.ndarray) -> np.ndarray:
        return np.column_stack([u, v + bend * np.sin(u / wave + phase)])

    levels = np.r_[v0 - 30, tops[:-1] + width / 2, v1 + 30]
    long_streets = [shapely.LineString(bent(across, level)) for level in levels[1:-1]]
    wide = _widths(len(long_streets), width, fabric, rng)
    crossings = _crossings(levels, (u0, u1), fabric, rng)
    flat_streets = [
        *zip(long_streets, wide, strict=True),
        *(
            (shapely.LineString(bent(np.array([u, u + lean]), np.array([low, high]))), w)
            for u, lean, low, high, w in crossings
        ),
    ]
    _commit(piece, flat_streets, quarter, (angle, centre), made)


def _along(piece: shapely.Polygon, rng: np.random.Generator) -> float:
    base = dominant_angle(piece)
    longest = long_axis(piece)[1]
    turns = np.round((longest - base) / (np.pi / 2)) + (rng.random() < 0.25)
    return float(base + turns * np.pi / 2)


def _widths(count: int, width: float, fabric: Fabric, rng: np.random.Generator) -> np.ndarray:
    widths = np.full(count, width)
    widths[rng.random(count) < 0.18] = max(fabric.streets)
    return widths


def _crossings(
    levels: np.ndarray, ends: tuple[float, float], fabric: Fabric, rng: np.random.Generator
) -> list[tuple[float, float, float, float, float]]:
    """Cross streets (u, lean, low, high, width), shared by a few rows at a time."""
    made: list[tuple[float, float, float, float, float]] = []
    row = 0
    while row < len(levels) - 1:
        reach = int(rng.integers(1, 5))
        low, high = levels[row], levels[min(row + reach, len(levels) - 1)]
        for u in _spread(ends[0], ends[1], fabric.length, 12.0, rng):
            lean = rng.uniform(-0.02, 0.02) * (high - low)
            made.append((u, lean, low, high, float(rng.choice(fabric.streets))))
        row += reach
    return made


def _commit(
    piece: shapely.Polygon,
    flat_streets: list[tuple[shapely.LineString, float]],
    quarter: Quarter,
    frame: tuple[float, shapely.Point],
    made: QuarterPlan,
) -> None:
    angle, centre = frame
    fabric = FABRICS[quarter.family]
    gaps = []
    for line, width in flat_streets:
        real = shapely.affinity.rotate(line, angle, origin=centre, use_radians=True)
        gaps.append(real.buffer(width / 2, cap_style="flat", **MITRE))
        made.streets.extend(_streets(shapely.intersection(real, piece), float(width)))
    smallest = 0.6 * fabric.front[0] * fabric.depth[0]
    left = _polygons(shapely.difference(piece, shapely.union_all(gaps)), smallest)
    flat_y = [
        shapely.affinity.rotate(p.centroid, -angle, origin=centre, use_radians=True).y for p in left
    ]
    rows = np.unique(np.round(np.array(flat_y) / fabric.depth[1]), return_inverse=True)[1]
    for column, (shape, row) in enumerate(zip(left, rows, strict=True)):
        made.blocks.append(
            Block(
                _plain(shape),
                fabric.sector,
                quarter.family,
                angle,
                quarter.number,
                int(row),
                column,
            )
        )


def _land(quarter: Quarter, coarse: list[Street], rng: np.random.Generator) -> QuarterPlan:
    """Undivided land: large plots, and the roads that the plan will cut through them."""
    sector, smallest, largest = LAND[quarter.family]
    sector = sector or _land_sector(quarter)
    made = QuarterPlan([], [], [(sector, quarter.shape)])
    for piece in _polygons(net_of(quarter, coarse), 800.0):
        plots = _plots(piece, (smallest, largest), made, rng, 0)
        made.blocks.extend(
            Block(
                shapely.set_precision(plot, 0.001),
                sector,
                quarter.family,
                dominant_angle(plot),
                quarter.number,
                0,
                number,
            )
            for number, plot in enumerate(plots)
        )
    return made


def _land_sector(quarter: Quarter) -> str:
    """Sector that the plan gives to open land: a park takes the one around it."""
    if quarter.family == "PARK":
        around = nearest_family(quarter.shape)
        return FABRICS[around].sector if around in FABRICS else "D3"
    return RAW_SECTORS[quarter.number % len(RAW_SECTORS)]


def _plots(
    piece: shapely.Polygon,
    size_ha: tuple[float, float],
    made: QuarterPlan,
    rng: np.random.Generator,
    level: int,
) -> list[shapely.Polygon]:
    target = float(np.exp(rng.uniform(np.log(size_ha[0] * 2), np.log(size_ha[1]))))
    if piece.area < target * 1e4 or piece.area < size_ha[0] * 2.2e4:
        return [piece]
    centre, angle, length = long_axis(piece)
    centre = centre + rng.uniform(-0.12, 0.12) * length * np.array([np.cos(angle), np.sin(angle)])
    tilt = angle + np.pi / 2 + rng.uniform(-0.08, 0.08)
    reach = np.array([[np.cos(tilt), np.sin(tilt)]]) * np.array([[-3000.0], [3000.0]])
    line = shapely.LineString(centre + reach)
    track = 8.0 if level < 3 else 0.0
    if track:
        inside = [p for p in shapely.get_parts(line.intersection(piece)) if p.length > 40]
        made.streets.extend(Street(p, 20.0, track, "track") for p in inside)
        halves = _polygons(piece.difference(line.buffer(track / 2)), 400.0)
    else:
        halves = [p for p in shapely.get_parts(shapely.ops.split(piece, line)) if p.area > 1]
        if level == 3 and made.streets and rng.random() < 0.6:
            inside = shapely.get_parts(line.intersection(piece))
            made.streets.extend(Street(p, 16.0, 0.0, "planned") for p in inside if p.length > 40)
    return [plot for half in halves for plot in _plots(half, size_ha, made, rng, level + 1)]


def with_facility(block: Block, code: str, shape: shapely.Polygon | None = None) -> Block:
    """The block reserved for a public facility, on a larger shape where given."""
    return replace(block, facility=code, shape=block.shape if shape is None else shape)
