"""What each level may cover of a rectangular parcel: the level formulas, on arrays.

Three forms of envelope (``band``, ``band_rear_limit``, ``detached``) with one front, on a corner or
through from street to street; the numbers come from a `Ruling`. It knows nothing of ratios,
regimes, documents or files. Lengths in metres, areas in square metres.

Source: règlement of the plan d'aménagement of Aïn Chock, articles 25-26, 32-33, 39-40, 46-47,
53-54, 60-61, 64-69, 74-75.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.simulation.parcels import Fronts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.regulation import Ruling
    from emadina_gis.simulation.polygon_envelope import PlacedFootprints

    Floats = NDArray[np.float64]
    Length = Floats | float

#: Constraints of an envelope that can be relaxed one at a time.
CONSTRAINTS = ("prospect", "rear", "band", "side", "height")


@dataclass(frozen=True)
class Level:
    """One level: the height of its top, and its distances to the side and rear limits."""

    top_m: float
    side_m: float
    rear_m: float


@dataclass(frozen=True)
class Envelope:
    """The envelope of a ruling: what does not depend on the parcel.

    Attributes
    ----------
    form : str
        ``"band"``, ``"band_rear_limit"`` or ``"detached"``.
    setback_m : float
        From the alignment to the front of the building.
    prospect_factor : float
        A façade may rise to this factor times the width it looks over; ``inf`` for no limit.
    band_end_m : float
        Where the band that may touch the side limits ends, from the alignment; ``inf`` for none.
    shallow_m : float
        Depth up to which a plot may be built to its rear limit (``band_rear_limit``).
    party_sides : int
        Side limits that a building touches anyway (``detached``).
    levels : tuple of Level
        From the ground floor up.
    """

    form: str
    setback_m: float
    prospect_factor: float
    band_end_m: float
    shallow_m: float
    party_sides: int
    levels: tuple[Level, ...]


@dataclass(frozen=True, eq=False)
class Plots:
    """Rectangular parcels of one kind: widths and depths (n,), widths of the streets (n,).

    Where `shapes` are given, they say what levels cover, and the lengths are for show.
    """

    fronts: Fronts
    width_m: Floats
    depth_m: Floats
    road_m: Length
    side_road_m: Length
    shapes: PlacedFootprints | None = None


def envelope_of(ruling: Ruling, storey_m: float, relaxed: str = "") -> Envelope:
    """Return the envelope of a ruling, maybe with one constraint relaxed.

    Parameters
    ----------
    ruling : Ruling
    storey_m : float
        Height of a storey: the top of level k is ``max_height - storey (levels - k)``.
    relaxed : str
        One of `CONSTRAINTS`: no prospect, no band, no distance to the side or rear limits, or
        one more level; empty for the envelope as printed.
    """
    if relaxed == "height":
        height_m = ruling.max_height_m + storey_m
        ruling = replace(ruling, levels=ruling.levels + 1, max_height_m=height_m)
    band_end_m = ruling.front_setback_m + ruling.band_depth_m
    envelope = Envelope(
        form=ruling.form,
        setback_m=ruling.front_setback_m,
        prospect_factor=math.inf if relaxed == "prospect" else ruling.prospect_factor,
        band_end_m=math.inf if relaxed == "band" else band_end_m,
        shallow_m=band_end_m,
        party_sides=ruling.party_sides,
        levels=_levels(ruling, storey_m),
    )
    if relaxed == "side":
        free = tuple(replace(level, side_m=0.0) for level in envelope.levels)
        return replace(envelope, levels=free)
    if relaxed == "rear":
        free = tuple(replace(level, rear_m=0.0) for level in envelope.levels)
        return replace(envelope, levels=free)
    return envelope


def _levels(ruling: Ruling, storey_m: float) -> tuple[Level, ...]:
    tops = [ruling.max_height_m - storey_m * (ruling.levels - k) for k in range(ruling.levels + 1)]
    return tuple(
        Level(
            top,
            _distance(ruling, tops[0], top, ruling.limit_distance_m, ruling.limit_height_ratio),
            _distance(ruling, tops[0], top, ruling.rear_distance_m, ruling.rear_height_ratio),
        )
        for top in tops
    )


def _distance(
    ruling: Ruling, ground_top_m: float, top_m: float, minimum_m: float, ratio: float
) -> float:
    """Return the distance of a level to a limit.

    Measured from the slab over the ground floor where the document says so; then a ground floor
    that is low enough may touch every limit.
    """
    if not ruling.limit_from_slab:
        return max(minimum_m, ratio * top_m)
    if top_m == ground_top_m and top_m <= ruling.free_height_m:
        return 0.0
    return max(minimum_m, ratio * (top_m - ground_top_m))


def footprints(envelope: Envelope, plots: Plots, min_block_width_m: float) -> Iterator[Floats]:
    """Yield what each level may cover, from the ground floor up, shape (n,), in square metres.

    NaN where a width needed is unknown. An array is yielded again, not copied, for a level that is
    like the one below: nobody writes into it.
    """
    if plots.shapes is not None:
        return plots.shapes.level_areas(envelope, min_block_width_m)
    if envelope.form == "detached":
        return _detached(envelope, plots, min_block_width_m)
    return _banded(envelope, plots, min_block_width_m)


def block(width_m: Floats, minimum_m: float) -> Floats:
    """Return the width of a building on a strip: nothing where it is under the minimum."""
    return np.where(width_m < minimum_m, 0.0, width_m)


def _clamped(length_m: Floats) -> Floats:
    """Return a length that cannot be negative; the array is changed in place."""
    return np.maximum(length_m, 0.0, out=length_m)


def _detached(envelope: Envelope, plots: Plots, min_block_width_m: float) -> Iterator[Floats]:
    known: dict[tuple[float, float], Floats] = {}
    for level in envelope.levels:
        key = (level.side_m, level.rear_m)
        if key not in known:
            known.clear()
            known[key] = _detached_level(envelope, plots, level, min_block_width_m)
        yield known[key]


def _detached_level(
    envelope: Envelope, plots: Plots, level: Level, min_block_width_m: float
) -> Floats:
    r, party = envelope.setback_m, envelope.party_sides
    free_sides, depth_loss_m = (2 - party) * level.side_m, r + level.rear_m
    if plots.fronts is Fronts.CORNER:
        free_sides = r + max(0, 1 - party) * level.side_m
    elif plots.fronts is Fronts.THROUGH:
        depth_loss_m = 2 * r
    width = block(plots.width_m - free_sides, min_block_width_m)
    return width * _clamped(plots.depth_m - depth_loss_m)


def _banded(envelope: Envelope, plots: Plots, min_block_width_m: float) -> Iterator[Floats]:
    front = _Front(envelope, plots.road_m)
    other = front if plots.side_road_m is plots.road_m else _Front(envelope, plots.side_road_m)
    full_width = block(plots.width_m, min_block_width_m)
    shapes = {Fronts.ONE: _one_front, Fronts.CORNER: _corner, Fronts.THROUGH: _through}
    shape = shapes[plots.fronts]
    site = _Site(plots, full_width, envelope, min_block_width_m)
    for level in envelope.levels:
        yield shape(site, level, front.retreat(level), other.retreat(level))


class _Front:
    """A street front: how far each level stands back from it."""

    def __init__(self, envelope: Envelope, road_m: Length) -> None:
        self._setback_m = envelope.setback_m
        self._limit_m = envelope.prospect_factor * (np.asarray(road_m) + envelope.setback_m)
        self._lowest_m = float(self._limit_m.min()) if self._limit_m.size else math.inf

    def retreat(self, level: Level) -> Length:
        """Return the set-back of a level: above the prospect height it steps back at 45°."""
        if level.top_m <= self._lowest_m:
            return self._setback_m
        return _clamped(level.top_m - self._limit_m) + self._setback_m


def retreats_of(envelope: Envelope, plots: Plots) -> list[float]:
    """Return how far each level of the first plot stands behind the alignment, in metres."""
    if envelope.form == "detached":
        return [envelope.setback_m for _level in envelope.levels]
    front = _Front(envelope, plots.road_m)
    found = (front.retreat(level) for level in envelope.levels)
    return [float(np.asarray(length).reshape(-1)[0]) for length in found]


@dataclass(frozen=True, eq=False)
class _Site:
    plots: Plots
    full_width: Floats
    envelope: Envelope
    min_block_width_m: float


def _one_front(site: _Site, level: Level, f: Length, _other: Length) -> Floats:
    """Return the footprint of a level behind one street, with side and rear limits."""
    b, depth = site.envelope.band_end_m, site.plots.depth_m
    beyond_width = block(site.plots.width_m - 2 * level.side_m, site.min_block_width_m)
    if site.envelope.form == "band_rear_limit":
        shallow = depth <= site.envelope.shallow_m
        reach = np.where(shallow, depth, np.minimum(b, depth - level.rear_m))
        beyond = _clamped(depth - np.maximum(reach, f))
    else:
        to_rear = depth - level.rear_m
        reach = np.minimum(b, to_rear)
        beyond = _clamped(to_rear - np.maximum(b, f))
    within = _clamped(reach - f)
    within *= site.full_width
    beyond *= beyond_width
    within += beyond
    return within


def _corner(site: _Site, level: Level, f: Length, f2: Length) -> Floats:
    """Return the footprint of a level on a corner: an L along both streets, no rear limit."""
    b, width, depth = site.envelope.band_end_m, site.plots.width_m, site.plots.depth_m
    past, past2 = np.maximum(b, f), np.maximum(b, f2)
    whole = _clamped(width - f2) * _clamped(depth - f)
    hollow = _clamped(width - past2) * _clamped(depth - past)
    bar = np.where(width - f2 < site.min_block_width_m, 0.0, whole - hollow)
    inner_width = block(width - level.side_m - past2, site.min_block_width_m)
    return bar + inner_width * _clamped(depth - level.side_m - past)


def _through(site: _Site, level: Level, f: Length, f2: Length) -> Floats:
    """Return the footprint of a level between two streets: a band along each."""
    b, width, depth = site.envelope.band_end_m, site.plots.width_m, site.plots.depth_m
    full = site.full_width
    short = full * _clamped(depth - f - f2)
    is_short = depth <= 2 * b
    if np.all(is_short):
        return short
    bands = full * (np.maximum(b - np.asarray(f), 0.0) + np.maximum(b - np.asarray(f2), 0.0))
    middle = _clamped(_clamped(depth - np.maximum(b, f2)) - np.maximum(b, f))
    inner_width = block(width - 2 * level.side_m, site.min_block_width_m)
    return np.where(is_short, short, bands + inner_width * middle)
