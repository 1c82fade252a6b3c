"""``DerivedCache``: what was made from an immutable object, kept as long as that object lives.

Geometry chunks and columns are shared by identity between versions of a table, so identity is the
key: an edit makes one new chunk and only that chunk's mesh, index and label points are made again.
A value must not hold its own key. Safe to use from several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import ref

from emadina_gis.render.reprojection import moved_chunk

if TYPE_CHECKING:
    from emadina_gis.domain.crs import Area, Crs
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.render.mesh_store import MeshStore

Made = TypeVar("Made")


class DerivedCache:
    """Values by (object, key); an object's values go when it goes.

    Parameters
    ----------
    meshes : MeshStore, optional
        Keeps meshes for the next opening of the same data.
    """

    def __init__(self, meshes: MeshStore | None = None) -> None:
        self.meshes = meshes
        self._lock = threading.RLock()
        #: Owners by identity, not by hash: that of a table is made from all its contents.
        self._values: dict[int, tuple[ref[Any], dict[Hashable, Any]]] = {}

    def get(self, owner: Any, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the value of `key` for `owner`, made once.

        Two threads may make the same value at once; the first one stored is what both get.
        """
        with self._lock:
            values = self._of(owner)
            if key in values:
                found: Made = values[key]
                return found
        made = make()
        with self._lock:
            stored: Made = values.setdefault(key, made)
            return stored

    def known(self, owner: Any, key: Hashable) -> Any | None:
        """Return a value that was already made, or None."""
        with self._lock:
            _, values = self._values.get(id(owner), (None, {}))
            return values.get(key)

    def forget(self, owner: Any, key: Hashable) -> None:
        """Let go of a value that is of no use any more."""
        with self._lock:
            _, values = self._values.get(id(owner), (None, {}))
            values.pop(key, None)

    def _of(self, owner: Any) -> dict[Hashable, Any]:
        """Return the values of an owner, which are forgotten when it goes."""
        number = id(owner)
        if number not in self._values:
            forget = self._values.pop
            self._values[number] = (ref(owner, lambda _gone: forget(number, None)), {})
        return self._values[number][1]

    def chunk_in(
        self, chunk: GeometryChunk, source: Crs, target: Crs, area: Area | None = None
    ) -> GeometryChunk:
        """Return a chunk in the map's CRS; the chunk itself where systems agree or one is unknown.

        `area` chooses the operation between the systems (`domain.crs.area_of`).

        Raises
        ------
        CrsMismatch
            If only ballpark transformations exist.
        """
        if source == target or not (source.is_known and target.is_known):
            return chunk
        key = ("crs", source, target, area)
        return self.get(chunk, key, lambda: moved_chunk(chunk, source, target, area))
