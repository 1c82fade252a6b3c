"""``MassingScene``: everything a view of volumes draws, as meshes about one origin.

Built once per selection, in the background; turning it builds nothing. No Qt, no OpenGL, no rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.render.massing.camera import Subject
from emadina_gis.render.massing.mesh import (
    NO_LINES,
    NO_TRIANGLES,
    LineMesh,
    TriangleMesh,
    flat_mesh,
    ground_lines,
    joined_lines,
    joined_meshes,
    solid_edges,
    solid_mesh,
)
from emadina_gis.render.massing.prisms import Prisms, Tone, merged, one_chunk, prisms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.progress import Context

    Floats = NDArray[np.float64]

#: Up to this many parcels every storey has its line; beyond, outlines of volumes are enough.
MOST_WITH_STOREYS = 400


@dataclass(frozen=True, eq=False)
class HeightMark:
    """A height to write in the picture, beside the level it is the top of.

    Attributes
    ----------
    corners : ndarray of float64, shape (k, 3)
        Corners of the top about the scene's origin.
    height_m : float
    """

    corners: Floats
    height_m: float


@dataclass(frozen=True, eq=False)
class GroundPlan:
    """What lies on the ground, as shapely geometries in map units.

    Attributes
    ----------
    parcels : ndarray of object
    roads : ndarray of object
        Areas of streets.
    selected : ndarray of object
        Parcels the volumes are of.
    """

    parcels: NDArray[np.object_]
    roads: NDArray[np.object_]
    selected: NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class MassingScene:
    """Meshes of a scene.

    Attributes
    ----------
    origin : ndarray of float64, shape (2,)
        What positions are about, in map units.
    ground : TriangleMesh
        Flat, drawn first and in order.
    ground_lines : LineMesh
    existing, allowed : TriangleMesh
        What stands; what may be built.
    existing_lines, allowed_lines : LineMesh
    allowed_prisms, existing_prisms : Prisms
        The bodies themselves, for drawing without OpenGL.
    plan : mapping of str to GeometryChunk
        Ground polygons by ``"roads"``, ``"parcels"`` and ``"selected"``.
    marks : tuple of HeightMark
    subject : Subject
        What a view is to show.
    radius_m : float
        Everything lies within this distance of the origin.
    facts : mapping of str to float
        Counts and assumptions to be told beside the picture.
    """

    origin: Floats
    ground: TriangleMesh = NO_TRIANGLES
    ground_lines: LineMesh = NO_LINES
    existing: TriangleMesh = NO_TRIANGLES
    existing_lines: LineMesh = NO_LINES
    allowed: TriangleMesh = NO_TRIANGLES
    allowed_lines: LineMesh = NO_LINES
    allowed_prisms: Prisms = field(default_factory=lambda: prisms_of([], 0.0, 0.0))
    existing_prisms: Prisms = field(default_factory=lambda: prisms_of([], 0.0, 0.0))
    plan: Mapping[str, GeometryChunk] = field(default_factory=dict)
    marks: tuple[HeightMark, ...] = ()
    subject: Subject = field(default_factory=Subject)
    radius_m: float = 100.0
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands and nothing may be built."""
        return not len(self.allowed_prisms) and not len(self.existing_prisms)


def build_massing(
    plan: GroundPlan,
    allowed: Prisms,
    existing: Prisms,
    *,
    subject: Subject | None = None,
    facts: Mapping[str, float] | None = None,
    ctx: Context = NULL_CONTEXT,
) -> MassingScene:
    """Return the scene of bodies on a ground.

    Parameters
    ----------
    plan : GroundPlan
    allowed, existing : Prisms
        In map units; levels of one owner follow each other from the ground up.
    subject : Subject, optional
        In map units about the origin of the map; a box about what may be built where not given.
    facts : mapping, optional
        Told beside the picture.
    ctx : Context
    """
    chunks = {
        "roads": one_chunk(plan.roads),
        "parcels": one_chunk(plan.parcels),
        "selected": one_chunk(plan.selected),
    }
    origin = _origin(chunks, allowed, existing)
    ctx.check()
    owners = len(np.unique(allowed.owner))
    whole = merged(allowed)
    lined = allowed if owners <= MOST_WITH_STOREYS else whole
    ctx.report(0.3)
    solids = [solid_mesh(existing, origin), solid_mesh(whole, origin)]
    ctx.report(0.7)
    lines = [solid_edges(existing, origin), solid_edges(lined, origin)]
    ctx.check()
    return MassingScene(
        origin=origin,
        ground=_ground(chunks, origin),
        ground_lines=_outlines(chunks, origin),
        existing=solids[0],
        existing_lines=lines[0],
        allowed=solids[1],
        allowed_lines=lines[1],
        allowed_prisms=allowed,
        existing_prisms=existing,
        plan=chunks,
        marks=height_marks(allowed, origin) if owners <= 1 else (),
        subject=_subject(subject, chunks["selected"], allowed, origin),
        radius_m=_radius(chunks, origin, max(allowed.highest_m, existing.highest_m)),
        facts=dict(facts or {}),
    )


def _origin(chunks: Mapping[str, GeometryChunk], allowed: Prisms, existing: Prisms) -> Floats:
    candidates = (chunks["selected"], allowed.footprint, existing.footprint, chunks["parcels"])
    for chunk in candidates:
        if len(chunk.xy):
            return np.asarray((chunk.xy.min(axis=0) + chunk.xy.max(axis=0)) / 2)
    return np.zeros(2)


def _ground(chunks: Mapping[str, GeometryChunk], origin: Floats) -> TriangleMesh:
    layers = (
        (chunks["roads"], Tone.ROAD),
        (chunks["parcels"], Tone.PARCEL),
        (chunks["selected"], Tone.SELECTED),
    )
    return joined_meshes([flat_mesh(chunk, origin, tone) for chunk, tone in layers])


def _outlines(chunks: Mapping[str, GeometryChunk], origin: Floats) -> LineMesh:
    return joined_lines(
        [
            ground_lines(chunks["parcels"], origin, Tone.PARCEL_LINE),
            ground_lines(chunks["selected"], origin, Tone.SELECTED_LINE),
        ]
    )


def _radius(chunks: Mapping[str, GeometryChunk], origin: Floats, height_m: float) -> float:
    farthest = [
        float(np.hypot(*np.abs(chunk.xy - origin).max(axis=0)))
        for chunk in chunks.values()
        if len(chunk.xy)
    ]
    return max([10.0, *farthest]) + height_m + 10.0


def _subject(
    given: Subject | None, selected: GeometryChunk, allowed: Prisms, origin: Floats
) -> Subject:
    """Return the subject about the scene's origin."""
    if given is not None:
        street = given.street_m
        moved = None if street is None else (street[0] - origin[0], street[1] - origin[1])
        middle = (given.middle[0] - origin[0], given.middle[1] - origin[1])
        return replace(given, middle=middle, street_m=moved)
    xy = selected.xy if len(selected.xy) else allowed.footprint.xy
    if not len(xy):
        return Subject()
    low, high = xy.min(axis=0), xy.max(axis=0)
    middle_xy = ((low + high) / 2 - origin).tolist()
    extent = np.maximum(high - low, 5.0).tolist()
    height = allowed.highest_m or 10.0
    return Subject((middle_xy[0], middle_xy[1]), (extent[0], extent[1]), height)


def height_marks(allowed: Prisms, origin: Floats) -> tuple[HeightMark, ...]:
    """Return the heights of the tops of one parcel's levels."""
    starts = allowed.footprint.feature_coord_offsets
    local = allowed.footprint.xy - origin
    marks = []
    for index, top in enumerate(allowed.top_m.tolist()):
        corners = local[starts[index] : starts[index + 1]]
        marks.append(HeightMark(np.column_stack([corners, np.full(len(corners), top)]), top))
    return tuple(marks)
