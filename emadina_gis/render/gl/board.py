"""What the renderers of one OpenGL context share: meshes and colours on the GPU, and the picture.

Everything in it can be made again from the scene; what is dropped is freed by the context's own
collection, with the context current.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from emadina_gis.render import levels
from emadina_gis.render.id_samples import colors_by_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emadina_gis.domain.style import DrawnClasses
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.mesh import Mesh, Runs
    from emadina_gis.render.parts import Part

#: Texels in one row of a picture that holds a list; the shaders know it too.
LIST_WIDTH = 4096
#: Meshes on the GPU beyond this are dropped, those drawn longest ago first; in software it is the
#: machine's own memory.
MOST_GPU_BYTES = 600_000_000
#: Room is made in steps of so many pixels; for pictures so many times smaller it is made anew.
_ROOM_PX, _MOST_ROOM = 256, 4
#: Polygons whose longest extent is smaller are drawn as squares.
TINY_PX = 1.4
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of a mesh at one level: ends and rows as pictures, and the first vertex of each."""

    ends: Any
    rows: Any
    starts: NDArray[np.uint32]

    def runs(self, vertices: Runs) -> Runs:
        """Return the edges (first, last) that begin in runs of vertices."""
        limits = np.searchsorted(self.starts, np.array(vertices, dtype=np.int64).reshape(-1))
        pairs = limits.reshape(-1, 2).tolist()
        return [(first, last) for first, last in pairs if last > first]


@dataclass(eq=False)
class _Held:
    """A mesh on the GPU: buffers and what was made of them, by name."""

    nbytes: int
    used: int
    made: dict[object, Any] = field(default_factory=dict)


class GpuMeshes:
    """Meshes on the GPU, uploaded in the parts that are drawn."""

    def __init__(self, gl: Any) -> None:
        self._gl = gl
        self._held: WeakKeyDictionary[Mesh, _Held] = WeakKeyDictionary()
        self._clock = 0

    def begin(self) -> None:
        """Say that another picture begins; what it uses is not dropped."""
        self._clock += 1

    def triangles(self, program: Any, mesh: Mesh, level: int) -> Any:
        """Return the triangles of a level for a program that takes positions and rows."""

        def make() -> Any:
            index = self._buffer(mesh, ("index", level), mesh.triangles_of(level))
            return self._gl.vertex_array(program, self._corners(mesh), index)

        return self._made(mesh, ("triangles", program, level), make)

    def centers(self, program: Any, mesh: Mesh) -> Any:
        """Return the middles of polygons with the sides of their squares."""

        def make() -> Any:
            parts = [
                (self._buffer(mesh, "centers", mesh.centers), "2f4", "position"),
                (self._buffer(mesh, "center_rows", mesh.center_rows), "1u4", "row"),
                (self._buffer(mesh, "sides", mesh.center_sides), "1f4", "side"),
            ]
            return self._gl.vertex_array(program, parts)

        return self._made(mesh, ("centers", program), make)

    def points(self, program: Any, mesh: Mesh) -> Any:
        """Return the points of point features."""

        def make() -> Any:
            index = self._buffer(mesh, "points", mesh.points)
            return self._gl.vertex_array(program, self._corners(mesh), index)

        return self._made(mesh, ("points", program), make)

    def edges(self, mesh: Mesh, level: int, *, once: bool) -> Edges:
        """Return the edges of a level; `once`: those that neighbours share as one."""

        def make() -> Edges:
            pairs = levels.edges(mesh.marks, level)
            if once:
                pairs = levels.without_twins(pairs, mesh.xy)
            ends = mesh.xy[pairs].reshape(-1, 4)
            self._held[mesh].nbytes += int(ends.nbytes + 4 * len(pairs))
            rows = mesh.rows[pairs[:, 0]]
            return Edges(
                list_texture(self._gl, ends, 4, "f4"),
                list_texture(self._gl, rows, 1, "u4"),
                pairs[:, 0],
            )

        found: Edges = self._made(mesh, ("edges", level, once), make)
        return found

    def _corners(self, mesh: Mesh) -> list[tuple[Any, str, str]]:
        positions = self._buffer(mesh, "xy", mesh.xy)
        return [
            (positions, "2f4", "position"),
            (self._buffer(mesh, "rows", mesh.rows), "1u4", "row"),
        ]

    def _buffer(self, mesh: Mesh, name: object, values: NDArray[Any]) -> Any:
        def make() -> Any:
            self._held[mesh].nbytes += int(values.nbytes)
            return self._gl.buffer(np.ascontiguousarray(values))

        return self._made(mesh, name, make)

    def _made(self, mesh: Mesh, name: object, make: Callable[[], Any]) -> Any:
        held = self._held.get(mesh)
        if held is None:
            held = self._held[mesh] = _Held(0, self._clock)
        held.used = self._clock
        if name not in held.made:
            held.made[name] = make()
        return held.made[name]

    def drop_unused(self) -> None:
        """Free meshes drawn longest ago while too much is held."""
        held = sorted(self._held.items(), key=lambda item: item[1].used)
        total = sum(gpu.nbytes for _, gpu in held)
        for mesh, gpu in held:
            if total <= MOST_GPU_BYTES or gpu.used == self._clock:
                break
            del self._held[mesh]
            total -= gpu.nbytes
        self._gl.gc()

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()


def list_texture(gl: Any, values: NDArray[Any], components: int, dtype: str) -> Any:
    """Return a picture that holds a list, `LIST_WIDTH` entries in a row."""
    height = max(-(-len(values) // LIST_WIDTH), 1)
    held = np.zeros(height * LIST_WIDTH * components, dtype=f"<{dtype}")
    held[: values.size] = values.reshape(-1)
    texture = gl.texture((LIST_WIDTH, height), components, held, dtype=dtype)
    texture.filter = (gl.NEAREST, gl.NEAREST)
    return texture


class GpuColors:
    """Colours by id on the GPU, premultiplied, in the byte order of Qt's pictures."""

    def __init__(self, gl: Any) -> None:
        self._gl = gl
        self._held: WeakKeyDictionary[DrawnClasses, dict[bytes, Any]] = WeakKeyDictionary()

    def texture(self, classes: DrawnClasses, palette: NDArray[np.uint8]) -> Any:
        """Return colours by id: none for 0, then that of each row's class.

        Parameters
        ----------
        palette : ndarray of uint8, shape (k, 4)
            RGBA of each class.
        """
        held = self._held.setdefault(classes, {})
        key = palette.tobytes()
        if key not in held:
            held[key] = self._uploaded(classes.codes, palette)
        return held[key]

    def _uploaded(self, codes: NDArray[np.uint16], palette: NDArray[np.uint8]) -> Any:
        height = len(codes) // LIST_WIDTH + 1
        held = colors_by_id(codes, palette, height * LIST_WIDTH)
        colors = self._gl.texture((LIST_WIDTH, height), 4, held)
        colors.filter = (self._gl.NEAREST, self._gl.NEAREST)
        return colors

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()


class Room(Generic[T]):
    """What is made for pictures of a size and serves smaller ones, because making takes long.

    A view that rests has a margin, one that moves has none, and panels come and go beside it.
    """

    def __init__(self, make: Callable[[tuple[int, int]], T]) -> None:
        self._make = make
        self._size = (0, 0)
        self._made: T | None = None

    def holds(self, size: tuple[int, int]) -> bool:
        """Whether there is something for pictures of a size (width, height), and not far more."""
        (wide, high), (width, height) = self._size, _rounded(size)
        return width <= wide and height <= high and wide * high <= _MOST_ROOM * width * height

    def of(self, size: tuple[int, int]) -> T:
        """Return what serves pictures of a size, made where there is nothing."""
        if self._made is None or not self.holds(size):
            self._size = _rounded(size)
            self._made = self._make(self._size)
        return self._made

    def clear(self) -> None:
        """Forget everything."""
        self._made, self._size = None, (0, 0)


def _rounded(size: tuple[int, int]) -> tuple[int, int]:
    width, height = (-(-side // _ROOM_PX) * _ROOM_PX for side in size)
    return width, height


class Board:
    """The shared state of the renderers of a context, and the picture they draw into."""

    def __init__(self, gl: Any) -> None:
        self.gl = gl
        self.meshes = GpuMeshes(gl)
        self.colors = GpuColors(gl)
        self._picture = Room(lambda size: gl.framebuffer([gl.texture(size, 4)]))

    def has_picture(self, size: tuple[int, int]) -> bool:
        """Whether `picture` has nothing to make."""
        return self._picture.holds(size)

    def picture(self, size: tuple[int, int]) -> Any:
        """Return the framebuffer that holds the finished picture of a layer, from its origin."""
        picture = self._picture.of(size)
        picture.viewport = 0, 0, *size
        return picture

    def use(self, target: Any, part: Part) -> None:
        """Draw what follows into a part of a framebuffer."""
        target.scissor = part
        target.use()

    def read(self, pixels: Any, size: tuple[int, int], part: Part) -> None:
        """Read a part of the picture: premultiplied BGRA."""
        self.picture(size).read_into(pixels, viewport=part, components=4, alignment=1)

    def release(self) -> None:
        """Free everything."""
        self.meshes.clear()
        self.colors.clear()
        self._picture.clear()
        self.gl.gc()


def place(program: Any, mesh: Mesh, viewport: Viewport) -> None:
    """Set where a chunk lies in the view; y grows downwards in the picture."""
    scale = np.array([2.0 / viewport.width_px, -2.0 / viewport.height_px])
    scale /= viewport.units_per_px
    offset = (mesh.origin - np.array([viewport.x, viewport.y])) * scale
    program["scale"].value = tuple(scale.tolist())
    program["offset"].value = tuple(offset.tolist())


def pixel_array(size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return room for a picture, shape (h, w, 4)."""
    return np.empty((size[1], size[0], 4), dtype=np.uint8)
