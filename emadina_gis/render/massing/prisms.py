"""``Prisms``: upright bodies over polygons, each with a base, a top, an owner and a tone.

What stands and what may be built are both such bodies. Knows no files, no rules and no colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import GeometryChunk, chunk_from_shapely
from emadina_gis.render.rings import oriented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

#: Corners nearer than this, in metres, are one corner.
SAME_M = 1e-4


class Tone(IntEnum):
    """What a surface or a line is; a theme gives each a colour."""

    GROUND = 0
    ROAD = 1
    PARCEL = 2
    PARCEL_LINE = 3
    EXISTING = 4
    EXISTING_LINE = 5
    UNKNOWN = 6
    ALLOWED = 7
    ALLOWED_LINE = 8
    SELECTED = 9
    SELECTED_LINE = 10
    CHOSEN = 11
    CHOSEN_LINE = 12


@dataclass(frozen=True, eq=False)
class Prisms:
    """Upright bodies over polygons.

    Attributes
    ----------
    footprint : GeometryChunk
        n polygons in map units, shells counter-clockwise, holes clockwise.
    base_m, top_m : ndarray of float64, shape (n,)
        Heights above the ground.
    owner : ndarray of int64, shape (n,)
        Row of the parcel each belongs to, -1 for none; those of one owner stand together.
    tone : ndarray of uint8, shape (n,)
        `Tone` of its surfaces.
    """

    footprint: GeometryChunk
    base_m: Floats
    top_m: Floats
    owner: NDArray[np.int64]
    tone: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.footprint)

    @property
    def highest_m(self) -> float:
        """The highest top, 0 where there is nothing."""
        return float(self.top_m.max()) if len(self) else 0.0

    def take(self, rows: NDArray[np.intp]) -> Prisms:
        """Return some of the bodies."""
        return Prisms(
            self.footprint.taken(rows),
            self.base_m[rows],
            self.top_m[rows],
            self.owner[rows],
            self.tone[rows],
        )

    def with_tone(self, tone: NDArray[np.uint8]) -> Prisms:
        """Return the same bodies in other tones."""
        return Prisms(self.footprint, self.base_m, self.top_m, self.owner, tone)


def prisms_of(
    polygons: Sequence[object] | NDArray[np.object_],
    base_m: ArrayLike,
    top_m: ArrayLike,
    *,
    owner: ArrayLike | None = None,
    tone: ArrayLike = Tone.ALLOWED,
) -> Prisms:
    """Return bodies over shapely polygons; what is empty or has no height is left out.

    Parameters
    ----------
    polygons : sequence of shapely geometries, shape (n,)
        Polygons and multipolygons, in map units.
    base_m, top_m : array-like, shape (n,) or scalar
    owner : array-like, shape (n,), optional
        The number of each polygon where not given.
    tone : array-like, shape (n,) or scalar
    """
    shapes = np.asarray(polygons, dtype=object)
    count = len(shapes)
    base = np.broadcast_to(np.asarray(base_m, dtype=np.float64), count)
    top = np.broadcast_to(np.asarray(top_m, dtype=np.float64), count)
    owners = np.arange(count) if owner is None else np.asarray(owner)
    tones = np.broadcast_to(np.asarray(tone, dtype=np.uint8), count)
    footprint = one_chunk(shapes)
    kept = np.flatnonzero((np.diff(footprint.feature_coord_offsets) > 0) & (top >= base))
    whole = Prisms(footprint, base.copy(), top.copy(), owners.astype(np.int64), tones.copy())
    return whole.take(kept)


def one_chunk(shapes: NDArray[np.object_]) -> GeometryChunk:
    """Return geometries as one chunk with oriented rings, however many there are."""
    return oriented(chunk_from_shapely(shapes))


def merged(prisms: Prisms) -> Prisms:
    """Return the bodies with storeys of the same outline, one on the other, made one.

    Storeys of an owner follow each other from the ground up. Most levels of an envelope repeat the
    one below: a scene of thousands of parcels gets a third of the surfaces.
    """
    if len(prisms) < 2:
        return prisms
    follows = np.zeros(len(prisms), dtype=bool)
    follows[1:] = _repeats(prisms)
    firsts = np.flatnonzero(~follows)
    lasts = np.append(firsts[1:], len(prisms)) - 1
    kept = prisms.take(firsts)
    return Prisms(kept.footprint, kept.base_m, prisms.top_m[lasts], kept.owner, kept.tone)


def _repeats(prisms: Prisms) -> NDArray[np.bool_]:
    """Return whether each body but the first stands on the one before with its outline."""
    starts = prisms.footprint.feature_coord_offsets
    counts = np.diff(starts)
    rings = np.diff(prisms.footprint.ring_offsets[prisms.footprint.part_offsets])
    same = (counts[1:] == counts[:-1]) & (rings[1:] == rings[:-1])
    same &= (prisms.owner[1:] == prisms.owner[:-1]) & (prisms.tone[1:] == prisms.tone[:-1])
    same &= np.abs(prisms.base_m[1:] - prisms.top_m[:-1]) < SAME_M
    xy = prisms.footprint.xy
    back = np.repeat(np.where(np.append(False, same), np.append(0, counts[:-1]), 0), counts)
    moved = np.abs(xy - xy[np.arange(len(xy)) - back]).max(axis=1)
    largest = np.maximum.reduceat(moved, starts[:-1])
    return np.asarray(same & (largest[1:] < SAME_M))
