"""Triangles kept between openings: meshes of large chunks in the person's cache, by content.

A mesh is found by the fingerprint of its chunk, so an edit makes one mesh anew and a file that was
opened before is drawn without triangulating. Knows nothing of layers or of the canvas.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.io.array_file import ArrayReader, ArrayWriter
from emadina_gis.io.later import Later
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.levels import KEPT, LEVELS
from emadina_gis.render.mesh import Mesh
from emadina_gis.render.rings import FEWEST_SORTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.io.disk_cache import DiskCache

#: Add one when meshes of the same chunk come out otherwise.
MESH_VERSION = 2
_DTYPES = {
    "origin": ("<f8", 0),
    "xy": ("<f4", 2),
    "rows": ("<u4", 0),
    "triangles": ("<u4", 3),
    "triangle_cuts": ("<i8", 0),
    "middle_triangles": ("<u4", 3),
    "middle_cuts": ("<i8", 0),
    "far_triangles": ("<u4", 3),
    "far_cuts": ("<i8", 0),
    "tolerances": ("<f8", 0),
    "marks": ("<u1", 0),
    "vertex_cuts": ("<i8", 0),
    "points": ("<u4", 0),
    "centers": ("<f4", 2),
    "center_rows": ("<u4", 0),
    "center_sides": ("<f4", 0),
    "center_cuts": ("<i8", 0),
    "boxes": ("<f8", 4),
    "sizes": ("<f8", 0),
}


class MeshStore:
    """Meshes in a cache of files; safe to use from several threads."""

    def __init__(self, cache: DiskCache) -> None:
        self._cache = cache
        self._later = Later()

    def has(self, chunk: GeometryChunk) -> bool:
        """Whether the mesh of a chunk is kept."""
        return len(chunk) >= FEWEST_SORTED and self._cache.has(_name(chunk))

    def mesh(self, chunk: GeometryChunk, make: Callable[[], Mesh]) -> Mesh:
        """Return the mesh of a chunk: the kept one, else a new one, which is kept."""
        if len(chunk) < FEWEST_SORTED:
            return make()
        name = _name(chunk)
        found = self._known(name, len(chunk))
        if found is not None:
            return found
        made = make()
        self._later.do(lambda: self._keep(made, name, len(chunk)))
        return made

    def _keep(self, made: Mesh, name: str, row_count: int) -> None:
        """Write a mesh; from then on it lies in its file, whose pages the system may take."""
        size = sum(int(getattr(made, field).nbytes) for field in _DTYPES)
        if not self._cache.store(name, lambda path: write_mesh(made, path), size):
            return
        with suppress(OSError, ValueError, KeyError, TypeError):
            _rest_on(made, map_mesh(self._cache.path(name), row_count, verify=False))

    def _known(self, name: str, row_count: int) -> Mesh | None:
        if not self._cache.has(name):
            return None
        try:
            found = map_mesh(self._cache.path(name), row_count)
        except (OSError, ValueError, KeyError, TypeError):
            self._cache.drop(name)
            return None
        self._cache.used(name)
        return found

    def wait(self) -> None:
        """Wait until all new meshes are kept."""
        self._later.wait()


def _name(chunk: GeometryChunk) -> str:
    return f"{chunk.fingerprint}-{MESH_VERSION}.mesh"


def keeping_meshes(cache: DiskCache) -> DerivedCache:
    """Return a cache of derived values whose meshes outlast the program."""
    return DerivedCache(MeshStore(cache))


def write_mesh(mesh: Mesh, path: Path) -> None:
    """Write a mesh to a file."""
    with ArrayWriter(path) as blocks:
        for name, (dtype, _) in _DTYPES.items():
            blocks.array(getattr(mesh, name), dtype)
        blocks.finish({name: len(getattr(mesh, name)) for name in _DTYPES})


def _rest_on(mesh: Mesh, mapped: Mesh) -> None:
    """Let a mesh have the arrays of an equal one: it stays the same object, which others know."""
    if all(_equal(getattr(mesh, name), getattr(mapped, name)) for name in _DTYPES):
        for name in _DTYPES:
            object.__setattr__(mesh, name, getattr(mapped, name))


def _equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def map_mesh(path: Path, row_count: int, *, verify: bool = True) -> Mesh:
    """Return the mesh of a file, for a chunk of so many rows.

    Parameters
    ----------
    verify : bool
        Compare the sum of all bytes: they may be damaged.

    Raises
    ------
    ValueError, KeyError, TypeError
        Where the file is damaged or is no mesh of such a chunk.
    """
    blocks = ArrayReader(path, verify=verify)
    arrays: dict[str, Any] = {}
    for name, (dtype, width) in _DTYPES.items():
        count = blocks.tree[name]
        if type(count) is not int:
            raise TypeError(name)
        flat = blocks.array(count * max(width, 1), dtype)
        arrays[name] = flat.reshape(count, width) if width else flat
    blocks.finish()
    mesh = Mesh(**arrays)
    _check(mesh, row_count)
    return mesh


def _check(mesh: Mesh, row_count: int) -> None:
    """Refuse indices that lead outside: drivers do not look."""
    indices = (
        *((mesh.triangles_of(level), len(mesh.xy)) for level in range(LEVELS + 1)),
        (mesh.points, len(mesh.xy)),
        (mesh.rows, row_count),
        (mesh.center_rows, row_count),
    )
    if any(found.size and int(found.max()) >= size for found, size in indices):
        raise ValueError("indices")
    cuts = (
        (mesh.triangle_cuts, len(mesh.triangles)),
        (mesh.middle_cuts, len(mesh.middle_triangles)),
        (mesh.far_cuts, len(mesh.far_triangles)),
        (mesh.vertex_cuts, len(mesh.xy)),
        (mesh.center_cuts, len(mesh.centers)),
    )
    for found, size in cuts:
        wrong = not len(found) or found[0] != 0 or found[-1] != size
        if wrong or bool((np.diff(found) < 0).any()) or len(found) != len(mesh.sizes) + 1:
            raise ValueError("cuts")
    same = (
        (mesh.rows, mesh.xy),
        (mesh.marks, mesh.xy),
        (mesh.tolerances, KEPT),
        (mesh.center_rows, mesh.centers),
        (mesh.center_sides, mesh.centers),
        (mesh.boxes, mesh.sizes),
        (mesh.origin, (0, 0)),
    )
    if any(len(one) != len(other) for one, other in same):
        raise ValueError("lengths")
