"""What is under a pixel of a picture of volumes. No Qt, no OpenGL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.render.massing.camera import Camera
    from emadina_gis.render.massing.scene import MassingScene

    Floats = NDArray[np.float64]

#: Places looked at along a ray, from the highest roof to the ground.
STEPS = 160


class Picker:
    """Finds places of one scene; made once, asked often."""

    def __init__(self, scene: MassingScene) -> None:
        self._scene = scene
        bodies = (scene.existing_prisms, scene.allowed_prisms)
        shapes = [prisms.footprint.to_shapely() for prisms in bodies]
        self._tree = shapely.STRtree(np.concatenate(shapes))
        self._base = np.concatenate([prisms.base_m for prisms in bodies])
        self._top = np.concatenate([prisms.top_m for prisms in bodies])

    def place_at(self, camera: Camera, x_px: float, y_px: float) -> tuple[float, float] | None:
        """Return the place on the map of the first body under a pixel, else of the ground.

        None above the horizon.
        """
        highest = float(self._top.max(initial=0.0))
        along = self._along(camera, (x_px, y_px), highest)
        if along is None:
            return None
        points = shapely.points(along[:, :2] + self._scene.origin)
        step, body = self._tree.query(points, predicate="intersects")
        height = along[step, 2]
        hit = step[(height >= self._base[body]) & (height <= self._top[body])]
        first = int(hit.min()) if len(hit) else len(along) - 1
        east, north = along[first, :2] + self._scene.origin
        return float(east), float(north)

    def _along(self, camera: Camera, at_px: tuple[float, float], highest_m: float) -> Floats | None:
        """Return places along a ray from the highest roof to the ground, nearest first, (k, 3)."""
        start = camera.ground_at(*at_px, height_m=highest_m)
        end = camera.ground_at(*at_px)
        if start is None or end is None:
            return None
        if not camera.is_parallel and camera.eye[2] < highest_m:
            start = camera.eye
        part = np.linspace(0.0, 1.0, STEPS)[:, None]
        return np.asarray(start + (end - start) * part)
