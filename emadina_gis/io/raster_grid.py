"""Arithmetic between a raster's grid and a north-up window, and the decimated reads it needs.

Works on open files handed in; opens nothing itself. A read never touches more pixels of the file
than a screen is worth: a huge grid without overviews is sampled, and blocks that are damaged are
counted and left empty.
"""

from __future__ import annotations

import math
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.placement import PlaneTransform

    Values = tuple[NDArray[np.float32], NDArray[np.bool_]]
    Window = tuple[tuple[int, int], tuple[int, int]]

_STATS_PX = 1024
#: Pixels of a file that one read may touch; above it single places are sampled.
_MOST_TOUCHED_PX = 300_000_000
#: Pixels of a file over which means are worth their time.
_MOST_AVERAGED_PX = 80_000_000
_SAMPLES = 40
_PIECES = 8
_NODES = 65
#: A file that gives its pieces slowly or not at all is left alone after this time.
_LONGEST_S = 1.0
_WRITTEN_AS_TEXT = {"AAIGrid", "GRASSASCIIGrid"}


class Grid(Protocol):
    """What the reads below ask of an open raster."""

    @property
    def width(self) -> int:
        """Columns."""
        ...

    @property
    def height(self) -> int:
        """Rows."""
        ...

    @property
    def count(self) -> int:
        """Bands."""
        ...

    @property
    def transform(self) -> Any:
        """Affine from (column, row) to coordinates."""
        ...

    @property
    def damaged(self) -> int:
        """Pieces that could not be read until now."""
        ...

    @property
    def is_given_up(self) -> bool:
        """Whether nothing more is read: the damaged file has cost too much time."""
        ...

    @property
    def facts(self) -> Any:
        """The library's object, for what is only described."""
        ...

    def band(
        self, band: int, window: Window | None, shape: tuple[int, int], *, average: bool = False
    ) -> Values:
        """Return a part of a band at a size, and where it holds values."""
        ...


class FileGrid:
    """An open rasterio dataset."""

    def __init__(self, dataset: Any) -> None:
        self.facts = dataset
        self.damaged = 0
        self._patience_until_s = math.inf
        self._reached = 0
        self._is_cut = False

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.facts.width)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.facts.height)

    @property
    def count(self) -> int:
        """Bands."""
        return int(self.facts.count)

    @property
    def transform(self) -> Any:
        """Affine from (column, row) to coordinates."""
        return self.facts.transform

    def band(
        self, band: int, window: Window | None, shape: tuple[int, int], *, average: bool = False
    ) -> Values:
        """Return a part of a band at a size, and where it holds values.

        The nodata value decides; where there is none, the alpha band or the mask of the file does.
        """
        whole = window or ((0, self.height), (0, self.width))
        touched = self._touched(whole, shape)
        if touched > _MOST_TOUCHED_PX:
            return self._sampled(band, whole, shape)
        means = average and shape[0] < whole[0][1] - whole[0][0] and touched < _MOST_AVERAGED_PX
        return self._whole_or_pieces(band, whole, shape, average=means)

    @property
    def is_given_up(self) -> bool:
        """Whether the file has cost too much time since its first damage was met."""
        return time.monotonic() > self._patience_until_s

    def _lose_patience(self) -> None:
        self._patience_until_s = min(self._patience_until_s, time.monotonic() + _LONGEST_S)

    def _touched(self, window: Window, shape: tuple[int, int]) -> int:
        """Return how many pixels of the file a read goes through."""
        (top, bottom), (left, right) = window
        least = max(min((bottom - top) / shape[0], (right - left) / shape[1]), 1.0)
        fitting = [factor for factor in self.facts.overviews(1) if factor <= least * 1.01]
        factor = max(fitting, default=1)
        return int((bottom - top) // factor * ((right - left) // factor))

    def _whole_or_pieces(
        self, band: int, window: Window, shape: tuple[int, int], *, average: bool
    ) -> Values:
        """Read at once; where a block is damaged read piece by piece and leave out the bad ones."""
        from rasterio.errors import RasterioError

        if not self.is_given_up:
            try:
                return self._read(band, window, shape, average=average)
            except RasterioError:
                self._lose_patience()
        values = np.full(shape, np.nan, dtype=np.float32)
        valid = np.zeros(shape, dtype=bool)
        for rows, top, bottom in _cuts(window[0], shape[0]):
            for columns, left, right in _cuts(window[1], shape[1]):
                part = (rows.stop - rows.start, columns.stop - columns.start)
                if self.is_given_up:
                    self.damaged += 1
                    continue
                try:
                    found = self._read(band, ((top, bottom), (left, right)), part, average=False)
                except RasterioError:
                    self.damaged += 1
                    continue
                values[rows, columns], valid[rows, columns] = found
        return values, valid

    def _sampled(self, band: int, window: Window, shape: tuple[int, int]) -> Values:
        """Read single pixels spread over the window: a rough picture of a huge grid."""
        from rasterio.errors import RasterioError

        count = min(_SAMPLES, *shape)
        rows, columns = (_places(side, count) for side in window)
        values = np.full((count, count), np.nan, dtype=np.float32)
        valid = np.zeros((count, count), dtype=bool)
        for i, row in enumerate(rows):
            if self.is_given_up:
                self.damaged += 1
                continue
            for j, column in enumerate(columns):
                place = ((row, row + 1), (column, column + 1))
                try:
                    one, known = self._read(band, place, (1, 1), average=False)
                except RasterioError:
                    self._lose_patience()
                    self.damaged += 1
                    continue
                values[i, j], valid[i, j] = one[0, 0], known[0, 0]
        stretched = np.ix_(*(np.arange(size) * count // size for size in shape))
        return values[stretched], valid[stretched]

    def _read(self, band: int, window: Window, shape: tuple[int, int], *, average: bool) -> Values:
        from rasterio.enums import Resampling

        self._reach(window[0][1])
        kind = Resampling.average if average else Resampling.nearest
        raw = self.facts.read(band, window=window, out_shape=shape, resampling=kind)
        if np.iscomplexobj(raw):
            raw = np.abs(raw)
        with np.errstate(over="ignore"):
            values = raw.astype(np.float32)
        valid = np.isfinite(values)
        nodata = self.facts.nodatavals[band - 1]
        if nodata is not None:
            return values, valid & (raw != nodata)
        return values, valid & self._masked(band, window, shape)

    def _reach(self, bottom: int) -> None:
        """Go row by row to a row of a grid that is written as text.

        Each row is found from the one before; beyond a bad one, the library would try each of them
        again and again.
        """
        from rasterio.errors import RasterioError, RasterioIOError

        if self.facts.driver not in _WRITTEN_AS_TEXT:
            return
        bottom = min(bottom, self.height)
        while self._reached < bottom and not self._is_cut:
            row = self._reached
            try:
                self.facts.read(1, window=((row, row + 1), (0, 1)))
            except RasterioError:
                self._is_cut = True
                break
            self._reached = row + 1
        if self._reached < bottom:
            raise RasterioIOError(f"row {self._reached}")

    def _masked(
        self, band: int, window: Window, shape: tuple[int, int]
    ) -> NDArray[np.bool_] | bool:
        """Return where the alpha band or the mask of the file shows something."""
        facts = self.facts
        flags = {flag.name for flag in facts.mask_flag_enums[band - 1]}
        if "alpha" in flags and facts.count in {2, 4} and band < facts.count:
            return np.asarray(facts.read(facts.count, window=window, out_shape=shape) > 0)
        if "per_dataset" in flags and "alpha" not in flags:
            return np.asarray(facts.read_masks(band, window=window, out_shape=shape) > 0)
        return True


def _cuts(side: tuple[int, int], size: int) -> list[tuple[slice, int, int]]:
    """Cut a side of a window, and of the picture of it, into pieces."""
    count = min(_PIECES, size)
    marks = [size * index // count for index in range(count + 1)]
    first, last = side
    found = []
    for start, stop in pairwise(marks):
        low = first + (last - first) * start // size
        high = max(first + (last - first) * stop // size, low + 1)
        found.append((slice(start, stop), low, high))
    return found


def _places(side: tuple[int, int], count: int) -> list[int]:
    first, last = side
    return [first + int((last - first) * (index + 0.5) / count) for index in range(count)]


def applied(transform: Any, x: float, y: float) -> tuple[float, float]:
    """Return the image of a point under an affine transform."""
    return (
        transform.a * x + transform.b * y + transform.c,
        transform.d * x + transform.e * y + transform.f,
    )


def is_rotated(transform: Any) -> bool:
    """Whether rows and columns are not parallel to the axes."""
    return bool(abs(transform.b) > 1e-12 or abs(transform.d) > 1e-12)


def fitted(height: int, width: int) -> tuple[int, int]:
    """Return a shape of at most `_STATS_PX` a side with the same proportions."""
    factor = max(height / _STATS_PX, width / _STATS_PX, 1.0)
    return max(1, round(height / factor)), max(1, round(width / factor))


def read_aligned(
    grid: Grid, extent: Extent, shape: tuple[int, int], band: int, *, average: bool = False
) -> Values:
    """Read the part of the window that lies on the grid, decimated by GDAL, and place it."""
    rows, columns = _pixel_positions(grid.transform, extent, shape)
    return read_rows_and_columns(grid, rows, columns, band, average=average)


def read_rows_and_columns(
    grid: Grid,
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    band: int,
    *,
    average: bool = False,
) -> Values:
    """Sample a grid at the crossings of rows and columns (fractional, ascending or descending)."""
    shape = (len(rows), len(columns))
    inside_rows = np.flatnonzero((rows >= 0) & (rows < grid.height))
    inside_columns = np.flatnonzero((columns >= 0) & (columns < grid.width))
    values = np.full(shape, np.nan, dtype=np.float32)
    valid = np.zeros(shape, dtype=bool)
    if not (len(inside_rows) and len(inside_columns)):
        return values, valid
    rows, columns = rows[inside_rows], columns[inside_columns]
    top, bottom = _span(rows, grid.height)
    left, right = _span(columns, grid.width)
    block_shape = (min(bottom - top, len(rows)), min(right - left, len(columns)))
    window = ((top, bottom), (left, right))
    block, block_valid = grid.band(band, window, block_shape, average=average)
    source = np.ix_(
        _index(rows, top, bottom, block_shape[0]), _index(columns, left, right, block_shape[1])
    )
    target = np.ix_(inside_rows, inside_columns)
    values[target] = block[source]
    valid[target] = block_valid[source]
    return values, valid


def _centres(extent: Extent, shape: tuple[int, int]) -> tuple[NDArray[np.float64], ...]:
    """Return x and y of the centres of a window's pixels, shapes (width,) and (height,)."""
    height, width = shape
    x = extent.xmin + (np.arange(width) + 0.5) * extent.width / width
    y = extent.ymax - (np.arange(height) + 0.5) * extent.height / height
    return x, y


def _pixel_positions(
    transform: Any, extent: Extent, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return grid rows and columns (fractional) of the centres of the window's pixels."""
    x, y = _centres(extent, shape)
    return (y - transform.f) / transform.e, (x - transform.c) / transform.a


def _span(positions: NDArray[np.float64], size: int) -> tuple[int, int]:
    first = int(np.floor(positions.min()))
    last = int(np.floor(positions.max())) + 1
    return max(first, 0), min(max(last, first + 1), size)


def _index(positions: NDArray[np.float64], first: int, last: int, count: int) -> NDArray[np.intp]:
    scaled = np.floor((positions - first) * count / (last - first))
    return np.clip(scaled, 0, count - 1).astype(np.intp)


def read_rotated(
    grid: Grid, extent: Extent, shape: tuple[int, int], band: int, *, average: bool = False
) -> Values:
    """Sample a rotated grid."""
    x, y = _centres(extent, shape)
    grid_x, grid_y = np.meshgrid(x, y)
    inverse = ~grid.transform
    columns = inverse.a * grid_x + inverse.b * grid_y + inverse.c
    rows = inverse.d * grid_x + inverse.e * grid_y + inverse.f
    return read_at(grid, rows, columns, band, average=average)


def read_placed(
    grid: Grid,
    transform: PlaneTransform,
    extent: Extent,
    shape: tuple[int, int],
    band: int,
    *,
    average: bool = False,
) -> Values:
    """Sample a picture that control points placed: x is the column, y is minus the row.

    Positions are inverted on a mesh of at most 65 × 65 nodes and interpolated between, which for a
    plan is well under a hundredth of a pixel.
    """
    columns, rows = placed_positions(transform, extent, shape)
    return read_at(grid, rows, columns, band, average=average)


def placed_positions(
    transform: PlaneTransform, extent: Extent, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return columns and rows of a picture at the centres of a window's pixels; NaN off it."""
    x, y = _centres(extent, shape)
    across, down = (_nodes(part) for part in (x, y))
    nodes = np.column_stack([np.tile(across, len(down)), np.repeat(down, len(across))])
    found = transform.invert(nodes).reshape(len(down), len(across), 2)
    found[..., 1] *= -1
    columns, rows = (_between(found[..., part], down, across, (y, x)) for part in (0, 1))
    return columns, rows


def _nodes(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.linspace(positions[0], positions[-1], max(2, min(_NODES, len(positions))))


def _between(
    mesh: NDArray[np.float64],
    down: NDArray[np.float64],
    across: NDArray[np.float64],
    places: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Interpolate a mesh of nodes linearly, along its columns, then along its rows."""
    (i, v), (j, u) = (_cell(nodes, at) for nodes, at in zip((down, across), places, strict=True))
    columns = mesh[:, j] * (1 - u) + mesh[:, j + 1] * u
    return np.asarray(columns[i] * (1 - v)[:, None] + columns[i + 1] * v[:, None])


def _cell(
    nodes: NDArray[np.float64], places: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    step = nodes[1] - nodes[0]
    scaled = (places - nodes[0]) / step if step else np.zeros(len(places))
    index = np.clip(scaled.astype(np.intp), 0, len(nodes) - 2)
    return index, scaled - index


def read_at(
    grid: Grid,
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    band: int,
    *,
    average: bool = False,
) -> Values:
    """Look up places of a grid: read the part that they touch, decimated, and sample it.

    The nearest pixel is taken, or where `average` is wished the mean of the four around, weighted.
    """
    with np.errstate(invalid="ignore"):
        inside = (rows >= 0) & (rows < grid.height) & (columns >= 0) & (columns < grid.width)
    shape = rows.shape
    values = np.full(shape, np.nan, dtype=np.float32)
    valid = np.zeros(shape, dtype=bool)
    if not inside.any():
        return values, valid
    step = _step(rows, columns)
    rows, columns = rows[inside], columns[inside]
    top, bottom = _span(rows, grid.height)
    left, right = _span(columns, grid.width)
    most = 2 * max(shape)
    block_shape = tuple(min(math.ceil(side / step), most) for side in (bottom - top, right - left))
    window = ((top, bottom), (left, right))
    block, known = grid.band(band, window, (block_shape[0], block_shape[1]), average=average)
    row = (rows - top) * block.shape[0] / (bottom - top)
    column = (columns - left) * block.shape[1] / (right - left)
    found = _between_pixels if average else _of_pixels
    values[inside], valid[inside] = found(block, known, row, column)
    return values, valid


def _step(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> float:
    """Return how many pixels of the grid lie between neighbouring places, at least 1."""
    if rows.shape[1] < 2:
        return 1.0
    middle = rows.shape[0] // 2
    steps = np.hypot(np.diff(rows[middle]), np.diff(columns[middle]))
    known = steps[np.isfinite(steps)]
    return max(1.0, float(np.median(known))) if len(known) else 1.0


def _of_pixels(
    block: NDArray[np.float32],
    known: NDArray[np.bool_],
    row: NDArray[np.float64],
    column: NDArray[np.float64],
) -> Values:
    i = np.clip(row.astype(np.intp), 0, block.shape[0] - 1)
    j = np.clip(column.astype(np.intp), 0, block.shape[1] - 1)
    return block[i, j], known[i, j]


def _between_pixels(
    block: NDArray[np.float32],
    known: NDArray[np.bool_],
    row: NDArray[np.float64],
    column: NDArray[np.float64],
) -> Values:
    """Return the weighted mean of the four pixels around that hold a value."""
    height, width = block.shape
    filled = np.where(known, block, np.float32(0))
    above, before = np.floor(row - 0.5), np.floor(column - 0.5)
    down, across = row - 0.5 - above, column - 0.5 - before
    total = np.zeros(len(row))
    weight = np.zeros(len(row))
    for i, part in ((above, 1 - down), (above + 1, down)):
        for j, share in ((before, 1 - across), (before + 1, across)):
            place = (
                np.clip(i, 0, height - 1).astype(np.intp),
                np.clip(j, 0, width - 1).astype(np.intp),
            )
            mine = part * share * known[place]
            total += mine * filled[place]
            weight += mine
    _nearest, valid = _of_pixels(block, known, row, column)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (total / weight).astype(np.float32)
    return mean, valid & (weight > 0)
