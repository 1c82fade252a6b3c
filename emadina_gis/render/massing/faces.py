"""Faces of a scene in the order a painter lays them: the farthest first. No Qt, no OpenGL.

For machines without OpenGL and for print: bodies are ordered by owner, then from the ground up.
That is right for buildings beside each other seen from above, and may be wrong where bodies
interlock; the other way of drawing has no such limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.render.massing.mesh import edges_of, shade_of
from emadina_gis.render.massing.prisms import Prisms, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.scene import MassingScene

    Floats = NDArray[np.float64]

#: More bodies than this are not painted one by one; the nearest are.
MOST_BODIES = 4000


@dataclass(frozen=True, eq=False)
class Face:
    """A face in the picture: its rings in pixels, its tone and its light."""

    rings: tuple[Floats, ...]
    tone: int
    shade: float


class PaintedFaces:
    """The faces of a scene that are turned to the eye, body by body, the farthest first.

    Parameters
    ----------
    scene : MassingScene
    camera : Camera
    most : int
        Not more bodies are given; the farthest are left out.

    Attributes
    ----------
    left_out : int
        Bodies that were too many.
    """

    def __init__(self, scene: MassingScene, camera: Camera, most: int = MOST_BODIES) -> None:
        prisms = (merged(scene.existing_prisms), merged(scene.allowed_prisms))
        self._bodies = [_Bodies(some, camera, scene.origin) for some in prisms]
        counts = [len(some) for some in prisms]
        layer = np.repeat([0, 1], counts)
        self._places = list(
            zip(layer.tolist(), np.concatenate([np.arange(n) for n in counts]), strict=True)
        )
        base = np.concatenate([some.base_m for some in prisms])
        depth = np.concatenate([_depths(some, camera, scene.origin) for some in prisms])
        order = np.lexsort((base, layer, -depth))
        self.left_out = max(0, len(order) - most)
        self._order = order[self.left_out :].tolist()

    def __iter__(self) -> Iterator[list[Face]]:
        for index in self._order:
            layer, body = self._places[index]
            yield self._bodies[layer].faces(int(body))


def _depths(prisms: Prisms, camera: Camera, origin: Floats) -> Floats:
    """Return how far the owner of each body is, the same for all its bodies."""
    bounds = prisms.footprint.bounds
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2 - origin
    depth = np.round(middle @ camera.forward[:2], 3)
    owners, place = np.unique(prisms.owner, return_inverse=True)
    farthest = np.full(len(owners), -np.inf)
    np.maximum.at(farthest, place, depth)
    return np.asarray(np.where(prisms.owner < 0, depth, farthest[place]))


class _Bodies:
    """Bodies as they are seen: all corners at once, faces when they are asked for."""

    def __init__(self, prisms: Prisms, camera: Camera, origin: Floats) -> None:
        chunk = prisms.footprint
        self._chunk, self._tone = chunk, prisms.tone
        local = chunk.xy - origin
        self._edges = edges = edges_of(chunk)
        body = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
        self._low = camera.project(np.column_stack([local, prisms.base_m[body]]))
        self._high = camera.project(np.column_stack([local, prisms.top_m[body]]))
        along = local[edges.second] - local[edges.first]
        length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
        flat = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None]
        normals = np.column_stack([flat, np.zeros(len(flat))])
        self._shades = shade_of(normals)
        foot = np.column_stack([local[edges.first], prisms.base_m[edges.body]])
        towards = camera.forward if camera.is_parallel else foot - camera.eye
        self._seen = (normals * towards).sum(axis=1) < 0
        self._far = self._low[edges.first, 2] + self._low[edges.second, 2]
        self._firsts = np.searchsorted(edges.body, np.arange(len(chunk) + 1))
        self._rings = chunk.ring_offsets[chunk.part_offsets]

    def faces(self, body: int) -> list[Face]:
        """Return the walls of a body that are seen, the farthest first, then its roof."""
        own = np.arange(self._firsts[body], self._firsts[body + 1])
        own = own[self._seen[own]]
        own = own[np.argsort(-self._far[own], kind="stable")]
        tone = int(self._tone[body])
        walls = [Face((self._wall(edge),), tone, float(self._shades[edge])) for edge in own]
        cuts = self._chunk.coord_offsets[self._rings[body] : self._rings[body + 1] + 1]
        outline = tuple(self._high[a:b, :2] for a, b in pairwise(cuts))
        return [*walls, Face(outline, tone, _ROOF_SHADE)]

    def _wall(self, edge: int) -> Floats:
        first, second = self._edges.first[edge], self._edges.second[edge]
        low, high = self._low, self._high
        return np.array([low[first, :2], low[second, :2], high[second, :2], high[first, :2]])


_ROOF_SHADE = float(shade_of(np.array([[0.0, 0.0, 1.0]]))[0])
