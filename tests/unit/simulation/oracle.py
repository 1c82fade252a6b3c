"""A second reading of the envelope model: one parcel at a time, plain arithmetic, no arrays.

Written from the page that defines the model and not from the engine, so that a slip in one of them
shows as a difference. Numbers of sectors are written here again on purpose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

# sector: zone, n, Hmax, CUS lot, COS lot, CUS raw, COS raw  (None: the document fixes none)
SECTORS = {
    "A6": ("A", 6, 23.5, None, None, None, None),
    "B3": ("B", 3, 14.5, None, None, 0.35, 1.2),
    "B3s": ("B", 3, 14.5, None, None, 0.35, 1.2),
    "B4": ("B", 4, 17.5, None, None, 0.30, 1.3),
    "B4s": ("B", 4, 17.5, None, None, 0.30, 1.3),
    "B5": ("B", 5, 20.5, None, None, 0.25, 1.4),
    "C2": ("C", 2, 11.5, 0.40, 1.0, 0.40, 1.0),
    "C3": ("C", 3, 14.5, 0.35, 1.2, 0.35, 1.2),
    "C4s": ("C", 4, 17.5, 0.30, 1.3, 0.30, 1.3),
    "C5s": ("C", 5, 20.5, 0.25, 1.4, 0.25, 1.4),
    "D1b": ("D", 1, 8.5, 0.50, None, 0.50, None),
    "D1j": ("D", 1, 8.5, 0.40, None, 0.40, None),
    "D1s2": ("D", 1, 8.5, 0.50, None, 0.50, None),
    "D3": ("D", 1, 8.5, 0.35, None, 0.35, None),
    "D4": ("D", 1, 8.5, 0.25, None, 0.25, None),
    "E2": ("E", 2, 11.5, 0.84, None, 0.45, 1.2),
    "E3": ("E", 3, 14.5, 0.85, None, 0.40, 1.5),
    "E4": ("E", 4, 17.5, 0.35, 1.5, 0.35, 1.5),
    "PBC4": ("PB", 4, 17.5, 0.30, 1.3, 0.30, 1.3),
    "PBC5": ("PB", 5, 20.5, 0.30, 1.8, 0.30, 1.8),
    "S4": ("S", 1, 8.0, None, None, None, None),
    "I2s1": ("I", 4, 20.5, None, None, None, None),
    "I3": ("I", 3, 14.5, 0.60, None, 0.60, None),
    "I5": ("I", 3, 17.5, 0.50, None, 0.50, None),
    "I8s": ("I", 3, 17.5, 0.50, None, 0.50, None),
    "I5s5": ("I", 5, 25.0, 0.50, None, 0.50, None),
    "I5s7": ("I", 7, 32.5, 0.50, None, 0.50, None),
    "I5s10": ("I", 10, 43.5, 0.20, None, 0.20, None),
}
GREEN = {"A": 0.07, "B": 0.10, "E": 0.10}
PARTY = {"D3": 0, "D4": 0, "D1j": 1, "D1b": 2, "D1s2": 2}
RHO = 0.85


@dataclass(frozen=True)
class Parcel:
    """A parcel of the oracle; lengths in metres, areas in square metres."""

    sector: str
    area: float
    width: float
    road: float
    lot: bool
    fronts: str = "one"
    side_road: float | None = None
    plan_roads: float = 0.0
    equipment: float = 0.0
    servitude: float = 0.0
    use: str = "housing"


@dataclass(frozen=True)
class Found:
    """What the oracle says."""

    ref: float
    due: float
    acquire: float
    footprint: float
    gross: float
    net: float
    low: float
    high: float
    binding: str


def block(x: float) -> float:
    """A strip narrower than six metres is no building."""
    return x if x >= 6 else 0.0


def pos(x: float) -> float:
    """Clamp at nought."""
    return max(x, 0.0)


def levels(p: Parcel) -> tuple[int, float, float]:
    """Return n, Hmax and the band depth of a parcel."""
    _, n, height, *_ = SECTORS[p.sector]
    band = 16.5
    if p.sector == "A6" and p.use in {"office", "hotel"}:
        return 8, 30.0, 20.0
    if p.sector == "E2":
        widths = [p.road] + ([p.side_road or p.road] if p.fronts != "one" else [])
        if max(widths) >= 12:
            return 3, 14.5, band
    return n, height, band


def land(p: Parcel) -> tuple[float, float, float]:
    """Return reference area, cession due, and what is to be acquired."""
    zone = SECTORS[p.sector][0]
    if p.lot:
        return p.area - p.plan_roads, 0.0, 0.0
    if zone == "PB":
        return 2 * p.area / 3, 0.0, pos(p.equipment - p.area / 3)
    net_land = p.area - p.plan_roads
    exempt = (
        zone == "I"
        or (p.plan_roads + p.equipment) / p.area >= 0.5
        or p.use in {"commerce", "office", "hotel"}
    )
    due = 0.1 * net_land if net_land > 5000 and not exempt else 0.0
    ref = pos(p.area - p.plan_roads - p.servitude - max(p.equipment, due))
    return ref, due, pos(p.equipment - due)


def front(zone: str, setback: float, height: float, road: float) -> float:
    """Distance of a level from the alignment."""
    factor = {"A": 1.2, "B": 1.2, "E": 1.0}.get(zone)
    if factor is None:
        return setback
    return setback + pos(height - factor * (road + setback))


def setback_of(p: Parcel) -> float:
    """Front setback of a sector."""
    zone = SECTORS[p.sector][0]
    if p.sector in {"B3s", "B4s"}:
        return 4.0
    if zone in {"C", "PB"}:
        return 4.0
    if zone == "D":
        return 5.0 if p.sector == "D4" else 4.0
    return 5.0 if zone == "I" else 0.0


def limit_distance(p: Parcel, height: float, ground_height: float, level: int) -> float:
    """Distance to the limits beyond the band (or on every limit where there is no band)."""
    zone = SECTORS[p.sector][0]
    if zone in {"A", "B"}:
        return 0.0 if level == 0 else max(4.0, (height - ground_height) / 2)
    if p.sector == "E4":
        return max(8.0, height / 2)
    if zone == "E":
        return max(4.0 if p.sector == "E2" else 5.0, height / 2)
    if zone in {"C", "PB"}:
        return max(8.0, height / 2)
    if zone == "D":
        return 5.0 if p.sector == "D4" else 4.0
    return 5.0 if zone == "I" else 0.0


def level_area(p: Parcel, level: int) -> float:  # noqa: C901, PLR0911
    """Area of one level."""
    zone = SECTORS[p.sector][0]
    n, top, band_depth = levels(p)
    depth = (p.area - p.plan_roads) / p.width
    w = p.width
    height, ground = top - 3 * (n - level), top - 3 * n
    r = setback_of(p)
    b = r + band_depth
    d = limit_distance(p, height, ground, level)
    f = front(zone, r, height, p.road)
    side = p.side_road if p.side_road is not None else p.road
    f2 = front(zone, r, height, side)
    party = PARTY.get(p.sector, 2 if zone == "S" else 0)
    if zone in {"A", "B", "E"}:
        if p.fronts == "corner":
            first = pos(w - f2) * pos(depth - f) - pos(w - max(b, f2)) * pos(depth - max(b, f))
            first = first if w - f2 >= 6 else 0.0
            return first + block(pos(w - d - max(b, f2))) * pos(depth - d - max(b, f))
        if p.fronts == "through":
            if depth <= 2 * b:
                return block(w) * pos(depth - f - f2)
            return block(w) * (pos(b - f) + pos(b - f2)) + block(pos(w - 2 * d)) * pos(
                (depth - max(b, f2)) - max(b, f)
            )
        if zone == "E" and p.sector != "E4":
            if depth <= b:
                return block(w) * pos(depth - f)
            rear = max(4.0, height / 2)
            m = min(b, depth - rear)
            return block(w) * pos(m - f) + block(pos(w - 2 * d)) * pos(depth - max(m, f))
        return block(w) * pos(min(b, depth - d) - f) + block(pos(w - 2 * d)) * pos(
            (depth - d) - max(b, f)
        )
    if p.fronts == "corner":
        return block(pos(w - r - pos(1 - party) * d)) * pos(depth - r - d)
    if p.fronts == "through":
        return block(pos(w - (2 - party) * d)) * pos(depth - 2 * r)
    if zone in {"C", "PB"}:
        return block(pos(w - 2 * d)) * pos(depth - r - d)
    if zone == "D":
        return block(pos(w - (2 - party) * d)) * pos(depth - r - d)
    if zone == "I":
        return block(pos(w - 10)) * pos(depth - 10)
    return block(w) * depth


def cap_of(p: Parcel, ref: float) -> float:
    """Ground coverage cap, infinite where there is none."""
    zone, _, _, cus_lot, _, cus_raw, _ = SECTORS[p.sector]
    cus = cus_lot if p.lot else cus_raw
    cap = math.inf if cus is None else cus * ref
    if not p.lot and zone in GREEN:
        cap = min(cap, (1 - GREEN[zone]) * (p.area - p.plan_roads))
    if p.lot and p.fronts == "one" and p.sector == "E2":
        cap = min(cap, ref - 16)
    if p.lot and p.fronts == "one" and p.sector == "E3":
        cap = min(cap, ref - 25)
    return max(cap, 0.0)


def envelope(p: Parcel) -> Found:
    """Return what the parcel may carry."""
    ref, due, acquire = land(p)
    cap = cap_of(p, ref)
    n = levels(p)[0]
    areas = [level_area(p, k) for k in range(n + 1)]
    caps = [cap] * (n + 1)
    if p.sector in {"E2", "E3"} and p.lot and p.use == "commerce":
        caps[0] = ref
    built = [min(a, c) for a, c in zip(areas, caps, strict=True)]
    gross = sum(built)
    cos = SECTORS[p.sector][4] if p.lot else SECTORS[p.sector][6]
    ratio = math.inf if cos is None else cos * ref
    if gross == 0:
        binding = ""
    elif ratio <= RHO * gross * (1 + 1e-9):
        binding = "floor_ratio"
    elif all(a >= c * (1 - 1e-9) for a, c in zip(areas, caps, strict=True)):
        binding = "ground_coverage"
    else:
        binding = "envelope"
    net, low, high = (min(rho * gross, ratio) for rho in (0.85, 0.80, 0.90))
    return Found(ref, due, acquire, max(built), gross, net, low, high, binding)


def as_raw(p: Parcel) -> Parcel:
    """The same land, not from a lotissement."""
    return replace(p, lot=False)
