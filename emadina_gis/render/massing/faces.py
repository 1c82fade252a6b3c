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


def painted_faces(scene: MassingScene, camera: Camera) -> tuple[list[Face], int]:
    """Return the faces turned to the eye, farthest first, and how many bodies were left out."""
    bodies = [
        (merged(prisms), layer)
        for layer, prisms in enumerate((scene.existing_prisms, scene.allowed_prisms))
        if len(prisms)
    ]
    if not bodies:
        return [], 0
    depth = np.concatenate([_depths(prisms, camera, scene.origin) for prisms, _ in bodies])
    layer = np.concatenate([np.full(len(prisms), number) for prisms, number in bodies])
    base = np.concatenate([prisms.base_m for prisms, _ in bodies])
    order = np.lexsort((base, layer, -depth))
    left_out = max(0, len(order) - MOST_BODIES)
    pieces = [list(_faces(prisms, camera, scene.origin)) for prisms, _ in bodies]
    faces = [face for piece in pieces for face in piece]
    return [part for index in order[left_out:] for part in faces[index]], left_out


def _depths(prisms: Prisms, camera: Camera, origin: Floats) -> Floats:
    """Return how far the owner of each body is, the same for all its bodies."""
    bounds = prisms.footprint.bounds
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2 - origin
    ahead = camera.forward[:2]
    depth = np.round(middle @ ahead, 3)
    owners, place = np.unique(prisms.owner, return_inverse=True)
    farthest = np.full(len(owners), -np.inf)
    np.maximum.at(farthest, place, depth)
    return np.asarray(np.where(prisms.owner < 0, depth, farthest[place]))


def _faces(prisms: Prisms, camera: Camera, origin: Floats) -> Iterator[list[Face]]:
    """Yield the faces of each body: walls that are seen, the farthest first, then the roof."""
    chunk = prisms.footprint
    local = chunk.xy - origin
    edges = edges_of(chunk)
    body = np.repeat(np.arange(len(chunk)), np.diff(chunk.feature_coord_offsets))
    low = camera.project(np.column_stack([local, prisms.base_m[body]]))
    high = camera.project(np.column_stack([local, prisms.top_m[body]]))
    along = local[edges.second] - local[edges.first]
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    normals = np.column_stack([along[:, 1], -along[:, 0], np.zeros(len(along))]) / length[:, None]
    shades = shade_of(normals)
    foot = np.column_stack([local[edges.first], prisms.base_m[edges.body]])
    towards = np.broadcast_to(camera.forward, foot.shape)
    if not camera.is_parallel:
        towards = foot - camera.eye
    seen = (normals * towards).sum(axis=1) < 0
    roof_shade = float(shade_of(np.array([[0.0, 0.0, 1.0]]))[0])
    firsts = np.searchsorted(edges.body, np.arange(len(chunk) + 1))
    far = low[edges.first, 2] + low[edges.second, 2]
    rings = chunk.ring_offsets[chunk.part_offsets]
    for index in range(len(chunk)):
        own = np.arange(firsts[index], firsts[index + 1])
        own = own[seen[own]]
        own = own[np.argsort(-far[own], kind="stable")]
        tone = int(prisms.tone[index])
        walls = [
            Face((_quad(low, high, edges.first[e], edges.second[e]),), tone, float(shades[e]))
            for e in own
        ]
        cuts = chunk.coord_offsets[rings[index] : rings[index + 1] + 1]
        outline = tuple(high[a:b, :2] for a, b in pairwise(cuts))
        yield [*walls, Face(outline, tone, roof_shade)]


def _quad(low: Floats, high: Floats, first: int, second: int) -> Floats:
    return np.array([low[first, :2], low[second, :2], high[second, :2], high[first, :2]])
