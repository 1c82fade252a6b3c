"""``Camera``: from where a scene is looked at; turning, moving and magnifying; what is where.

East is x, north is y, up is z, in metres about the scene's origin. Azimuth 0 looks north, 90 looks
east; elevation 90 looks straight down. No Qt, no OpenGL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

STEEPEST_DEG, FLATTEST_DEG = 90.0, -20.0
#: The eye stays this high over the ground.
LOWEST_EYE_M = 1.6
NARROWEST_M, WIDEST_M = 4.0, 60_000.0
#: Angles of view under this are drawn without perspective.
PARALLEL_DEG = 0.5
_NEAREST_M = 0.3
#: How high views from a corner look down: with equal axes, and as low as shows roofs.
ISOMETRIC_DEG, LOW_DEG = 35.264, 18.0
#: Angle of view from the street: whole façades are seen from near.
STREET_FOV_DEG = 76.0
#: What is smaller than this is shown with its surroundings, in metres.
LONE_M = 45.0


@dataclass(frozen=True)
class Camera:
    """A view of a scene.

    Attributes
    ----------
    target : tuple of float
        The point looked at: east, north, up.
    azimuth_deg, elevation_deg : float
    span_m : float
        Height of what is seen, at the target.
    fov_deg : float
        Angle of view from bottom to top; 0 for a parallel projection.
    width_px, height_px : int
    """

    target: tuple[float, float, float] = (0.0, 0.0, 0.0)
    azimuth_deg: float = 0.0
    elevation_deg: float = 45.0
    span_m: float = 100.0
    fov_deg: float = 0.0
    width_px: int = 800
    height_px: int = 600

    @property
    def is_parallel(self) -> bool:
        """Whether parallels stay parallel."""
        return self.fov_deg < PARALLEL_DEG

    @property
    def forward(self) -> Floats:
        """Unit vector into the picture."""
        azimuth, elevation = math.radians(self.azimuth_deg), math.radians(self.elevation_deg)
        flat = math.cos(elevation)
        return np.array([flat * math.sin(azimuth), flat * math.cos(azimuth), -math.sin(elevation)])

    @property
    def right(self) -> Floats:
        """Unit vector to the right of the picture."""
        azimuth = math.radians(self.azimuth_deg)
        return np.array([math.cos(azimuth), -math.sin(azimuth), 0.0])

    @property
    def up(self) -> Floats:
        """Unit vector to the top of the picture."""
        return np.cross(self.right, self.forward)

    @property
    def distance_m(self) -> float:
        """From the eye to the target (0 in a parallel projection)."""
        if self.is_parallel:
            return 0.0
        return self.span_m / 2 / math.tan(math.radians(self.fov_deg) / 2)

    @property
    def eye(self) -> Floats:
        """Where the eye is; in a parallel projection a point far behind the target."""
        back = 4 * WIDEST_M if self.is_parallel else self.distance_m
        return np.asarray(self.target) - back * self.forward

    @property
    def metres_per_px(self) -> float:
        """Size of a pixel at the target."""
        return self.span_m / max(self.height_px, 1)

    # --- what is where ------------------------------------------------------------------------

    def matrix(self, radius_m: float) -> Floats:
        """Return the matrix to OpenGL's clip space for a scene of a radius about the target.

        Shape (4, 4), for column vectors; y points up in clip space.
        """
        rows = np.stack([self.right, self.up, self.forward])
        view = np.eye(4)
        view[:3, :3] = rows
        view[:3, 3] = -rows @ np.asarray(self.target)
        half = self.span_m / 2
        aspect = self.width_px / max(self.height_px, 1)
        if self.is_parallel:
            return np.diag([1 / (half * aspect), 1 / half, 1 / radius_m, 1.0]) @ view
        distance = self.distance_m
        near, far = max(distance - radius_m, _NEAREST_M), distance + radius_m
        scale = distance / half
        lens = np.array(
            [
                [scale / aspect, 0, 0, 0],
                [0, scale, 0, 0],
                [0, 0, (far + near) / (far - near), -2 * far * near / (far - near)],
                [0, 0, 1, 0],
            ]
        )
        view[2, 3] += distance
        return np.asarray(lens @ view)

    def project(self, points: ArrayLike) -> Floats:
        """Return pixels (x right, y down) and the depth from the target plane, shape (n, 3).

        NaN for points behind the eye.
        """
        relative = np.atleast_2d(np.asarray(points, dtype=np.float64)) - self.target
        x, y, depth = relative @ self.right, relative @ self.up, relative @ self.forward
        scale = np.full(len(relative), 1 / self.metres_per_px)
        if not self.is_parallel:
            away = depth + self.distance_m
            with np.errstate(divide="ignore", invalid="ignore"):
                scale = np.where(away > _NEAREST_M, scale * self.distance_m / away, np.nan)
        return np.column_stack(
            [self.width_px / 2 + x * scale, self.height_px / 2 - y * scale, depth]
        )

    def ray(self, x_px: float, y_px: float) -> tuple[Floats, Floats]:
        """Return where the ray through a pixel begins and its direction."""
        across = (x_px - self.width_px / 2) * self.metres_per_px * self.right
        across = across - (y_px - self.height_px / 2) * self.metres_per_px * self.up
        through = np.asarray(self.target) + across
        if self.is_parallel:
            return through - 4 * WIDEST_M * self.forward, self.forward
        direction = through - self.eye
        return self.eye, direction / np.linalg.norm(direction)

    def ground_at(self, x_px: float, y_px: float, height_m: float = 0.0) -> Floats | None:
        """Return the point at a height under a pixel, None above the horizon."""
        start, direction = self.ray(x_px, y_px)
        if direction[2] > -1e-3:
            return None
        return np.asarray(start + direction * ((height_m - start[2]) / direction[2]))

    # --- moving -------------------------------------------------------------------------------

    def turned(self, right_deg: float, up_deg: float) -> Camera:
        """Return the view turned about the target."""
        elevation = min(max(self.elevation_deg + up_deg, FLATTEST_DEG), STEEPEST_DEG)
        azimuth = (self.azimuth_deg + right_deg) % 360.0
        return replace(self, azimuth_deg=azimuth, elevation_deg=elevation).above_ground()

    def above_ground(self) -> Camera:
        """Return the view with its eye over the ground."""
        if self.is_parallel:
            return replace(self, elevation_deg=max(self.elevation_deg, 0.0))
        lowest = (LOWEST_EYE_M - self.target[2]) / self.distance_m
        least = math.degrees(math.asin(min(max(lowest, -1.0), 1.0)))
        return replace(self, elevation_deg=max(self.elevation_deg, least))

    def dragged(self, dx_px: float, dy_px: float) -> Camera:
        """Return the view with the ground moved along with the pointer."""
        slope = max(abs(math.sin(math.radians(self.elevation_deg))), 0.35)
        ahead = np.array([self.forward[0], self.forward[1], 0.0])
        flat = np.linalg.norm(ahead)
        ahead = self.up if flat < 1e-6 else ahead / flat
        step = -dx_px * self.right + dy_px / slope * ahead
        target = np.asarray(self.target) + step * self.metres_per_px
        return replace(self, target=(float(target[0]), float(target[1]), self.target[2]))

    def zoomed(self, factor: float, at_px: tuple[float, float] | None = None) -> Camera:
        """Return the view magnified; what is under the pixel stays there."""
        span = min(max(self.span_m / factor, NARROWEST_M), WIDEST_M)
        factor = self.span_m / span
        fixed = None if at_px is None else self.ground_at(*at_px, height_m=self.target[2])
        target = np.asarray(self.target)
        if fixed is not None and np.linalg.norm(fixed - target) < 20 * self.span_m:
            target = fixed + (target - fixed) / factor
        return replace(self, span_m=span, target=tuple(target.tolist())).above_ground()

    def resized(self, width_px: int, height_px: int) -> Camera:
        """Return the same view in a picture of another size."""
        return replace(self, width_px=max(width_px, 1), height_px=max(height_px, 1))

    def between(self, other: Camera, part: float) -> Camera:
        """Return a view on the way to another, the shorter way round."""
        if part >= 1.0:
            return other
        turn = (other.azimuth_deg - self.azimuth_deg + 180.0) % 360.0 - 180.0
        start, end = np.asarray(self.target), np.asarray(other.target)
        return replace(
            other,
            target=tuple((start + (end - start) * part).tolist()),
            azimuth_deg=(self.azimuth_deg + turn * part) % 360.0,
            elevation_deg=_mixed(self.elevation_deg, other.elevation_deg, part),
            span_m=math.exp(_mixed(math.log(self.span_m), math.log(other.span_m), part)),
            fov_deg=_mixed(self.fov_deg, other.fov_deg, part),
        )


def _mixed(first: float, second: float, part: float) -> float:
    return first + (second - first) * part


@dataclass(frozen=True)
class Subject:
    """What a view is to show: a box about a middle, and the street it stands on.

    Attributes
    ----------
    middle : tuple of float
        East and north.
    extent_m : tuple of float
        Extent on the ground: to the east and to the north.
    height_m : float
    inwards_deg : float or None
        Azimuth from the street into the parcel; None where no front is known.
    street_m : tuple of float or None
        A point of the front: east and north.
    road_width_m : float
        Width of the street, NaN where not known.
    """

    middle: tuple[float, float] = (0.0, 0.0)
    extent_m: tuple[float, float] = (30.0, 30.0)
    height_m: float = 10.0
    inwards_deg: float | None = None
    street_m: tuple[float, float] | None = None
    road_width_m: float = math.nan


def seen_from(preset: str, subject: Subject, camera: Camera) -> Camera:
    """Return the view of a preset: ``"top"``, ``"isometric"`` or ``"street"``.

    Where no street is known, that from the street is a low one from a corner.
    """
    if preset == "top":
        over = replace(camera, azimuth_deg=0.0, elevation_deg=90.0, fov_deg=0.0)
        return _showing(subject, over)
    if preset == "street" and subject.street_m is not None and subject.inwards_deg is not None:
        return _from_street(subject, camera)
    azimuth = 45.0 if subject.inwards_deg is None else subject.inwards_deg + 35.0
    elevation = LOW_DEG if preset == "street" else ISOMETRIC_DEG
    aside = replace(camera, azimuth_deg=azimuth % 360.0, elevation_deg=elevation, fov_deg=0.0)
    return _showing(subject, aside)


def _showing(subject: Subject, camera: Camera) -> Camera:
    """Return the view as large as shows the subject, a single parcel with those beside it."""
    east, north = subject.extent_m[0] / 2, subject.extent_m[1] / 2
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (0, 1)], dtype=float)
    corners = signs * np.array([east, north, subject.height_m])
    across, up = corners @ camera.right, corners @ camera.up
    aspect = camera.width_px / max(camera.height_px, 1)
    span = max(float(np.ptp(up)), float(np.ptp(across)) / aspect)
    lone = min(1.0, LONE_M / max(subject.extent_m))
    middle = np.array([*subject.middle, subject.height_m / 2])
    return replace(camera, target=tuple(middle.tolist()), span_m=span * (1.15 + 0.85 * lone))


def _from_street(subject: Subject, camera: Camera) -> Camera:
    """Return the view of somebody on the other side of the street, some steps aside."""
    assert subject.street_m is not None
    assert subject.inwards_deg is not None
    width = subject.road_width_m if subject.road_width_m > 0 else 12.0
    inwards = math.radians(subject.inwards_deg)
    into = np.array([math.sin(inwards), math.cos(inwards)])
    aside = np.array([into[1], -into[0]])
    front = np.asarray(subject.street_m)
    eye = front - 0.92 * width * into - max(0.6 * subject.height_m, 9.0) * aside
    target = np.array([*(front + 2.0 * into), max(subject.height_m * 0.52, 3.0)])
    view = target - np.array([*eye, LOWEST_EYE_M + 0.1])
    distance = float(np.linalg.norm(view))
    fov = STREET_FOV_DEG
    return replace(
        camera,
        target=tuple(target.tolist()),
        azimuth_deg=math.degrees(math.atan2(view[0], view[1])) % 360.0,
        elevation_deg=math.degrees(math.asin(-view[2] / distance)),
        span_m=2 * distance * math.tan(math.radians(fov) / 2),
        fov_deg=fov,
    )
