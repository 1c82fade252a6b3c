"""``Scene``: the frozen description of one map picture: what is drawn, from bottom to top.

Made of a project and the columns that simulations add; carries no pixels, no Qt and no OpenGL.
Geometry is brought to the map's CRS chunk by chunk when it is asked for, in the asker's thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, Crs, transform_extent, transformation
from emadina_gis.domain.extent import Extent, union_of
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.layer import Layer, RasterLayer, VectorLayer
from emadina_gis.domain.style import (
    ClassEntry,
    DrawnClasses,
    LabelStyle,
    Single,
    Symbol,
    drawn_classes,
    rgba,
    symbology_field,
)
from emadina_gis.errors import CrsError, Problem, Severity
from emadina_gis.render.derived import DerivedCache

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.project import Project
    from emadina_gis.render.raster_tiles import RasterData

NO_COLUMNS: Mapping[str, Mapping[str, Column]] = MappingProxyType({})
NO_RASTERS: Mapping[str, RasterData] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class DrawnLayer:
    """A vector layer with the classes that are drawn.

    Attributes
    ----------
    layer : VectorLayer
        What is drawn, in its own CRS.
    classes : DrawnClasses
        Class of each row, colours and legend entries.
    columns : Mapping[str, Column]
        Outcome columns on the layer's rows, for labels.
    """

    layer: VectorLayer
    classes: DrawnClasses
    columns: Mapping[str, Column] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Id of the layer."""
        return self.layer.id

    @property
    def opacity(self) -> float:
        """Opacity in [0, 1]."""
        return self.layer.opacity

    @property
    def symbol(self) -> Symbol:
        """The symbol shared by all classes."""
        return self.layer.style.symbol

    def symbol_of(self, entry: ClassEntry) -> Symbol:
        """Return the symbol with the pattern of a class; its colour is the entry's."""
        return self.symbol if entry.pattern is None else replace(self.symbol, pattern=entry.pattern)

    @property
    def label(self) -> LabelStyle | None:
        """How rows are labelled, if they are."""
        return self.layer.style.label

    @property
    def fill_colors(self) -> NDArray[np.uint8]:
        """RGBA of the inside of polygons and of markers by class, shape (k, 4)."""
        if isinstance(self.layer.style.symbology, Single) and self.symbol.fill is None:
            return np.zeros_like(self.classes.colors)
        return self.classes.colors

    @property
    def line_colors(self) -> NDArray[np.uint8]:
        """RGBA of line features by class, shape (k, 4)."""
        if isinstance(self.layer.style.symbology, Single):
            color = rgba(self.symbol.stroke or self.symbol.fill)
            return np.array([color], dtype=np.uint8)
        colors = self.classes.colors.copy()
        colors[:, 3] = np.where(colors[:, 3] > 0, 255, 0)
        return colors

    def shown_at(self, units_per_px: float) -> bool:
        """Whether the layer is drawn at this scale."""
        return self.layer.style.shown_at(units_per_px)

    def column(self, name: str) -> Column | None:
        """Return an outcome column or a column of the table, or None."""
        return self.columns.get(name) or self.layer.table.columns.get(name)


@dataclass(frozen=True, eq=False)
class DrawnRaster:
    """A raster layer with its values."""

    layer: RasterLayer
    data: RasterData

    @property
    def id(self) -> str:
        """Id of the layer."""
        return self.layer.id

    @property
    def opacity(self) -> float:
        """Opacity in [0, 1]."""
        return self.layer.opacity

    def shown_at(self, units_per_px: float) -> bool:
        """Whether the layer is drawn at this scale (rasters always are)."""
        return units_per_px > 0


Drawn = DrawnLayer | DrawnRaster


@dataclass(frozen=True, eq=False)
class Scene:
    """What a map shows.

    Attributes
    ----------
    crs : Crs
        CRS of the map; unknown draws every layer in its own coordinates.
    layers : tuple of DrawnLayer or DrawnRaster
        From bottom to top; hidden layers are not in it.
    cache : DerivedCache
        Where meshes, indexes and reprojected chunks are kept.
    problems : tuple of Problem
        Layers that cannot be drawn and why.
    """

    crs: Crs = UNKNOWN
    layers: tuple[Drawn, ...] = ()
    cache: DerivedCache = field(default_factory=DerivedCache)
    problems: tuple[Problem, ...] = ()

    @property
    def vectors(self) -> tuple[DrawnLayer, ...]:
        """Vector layers, bottom to top."""
        return tuple(drawn for drawn in self.layers if isinstance(drawn, DrawnLayer))

    def vector(self, layer_id: str) -> DrawnLayer | None:
        """Return a drawn vector layer by id, or None where it is hidden or no vector layer."""
        return next((drawn for drawn in self.vectors if drawn.id == layer_id), None)

    def visible(self, units_per_px: float) -> Iterator[Drawn]:
        """Return the layers drawn at a scale, bottom to top."""
        return (drawn for drawn in self.layers if drawn.shown_at(units_per_px))

    def chunks(self, drawn: DrawnLayer) -> Iterator[tuple[int, GeometryChunk]]:
        """Return (first row, chunk in the map's CRS) for the chunks of a layer."""
        start = 0
        for chunk in drawn.layer.table.geometry or ():
            yield start, self.cache.chunk_in(chunk, drawn.layer.crs, self.crs)
            start += len(chunk)

    def known_chunks(self, drawn: DrawnLayer) -> Iterator[tuple[int, GeometryChunk | None]]:
        """Return (first row, chunk in the map's CRS or None where it was not made yet).

        For the main thread, which must not wait for a reprojection.
        """
        start = 0
        same = drawn.layer.crs == self.crs or not (drawn.layer.crs.is_known and self.crs.is_known)
        for chunk in drawn.layer.table.geometry or ():
            key = ("crs", drawn.layer.crs, self.crs)
            yield start, chunk if same else self.cache.known(chunk, key)
            start += len(chunk)

    def touched_chunks(
        self, drawn: DrawnLayer, rows: NDArray[np.intp]
    ) -> Iterator[tuple[GeometryChunk, NDArray[np.intp]]]:
        """Return (chunk in the map's CRS, rows within it) for the chunks that hold `rows`."""
        chunks = drawn.layer.table.geometry or ()
        starts = np.concatenate([[0], np.cumsum([len(chunk) for chunk in chunks])])
        owner = np.searchsorted(starts, rows, side="right") - 1
        for index in np.unique(owner).tolist():
            chunk = self.cache.chunk_in(chunks[index], drawn.layer.crs, self.crs)
            yield chunk, rows[owner == index] - int(starts[index])

    def extent_of(self, drawn: Drawn) -> Extent | None:
        """Return the extent of a layer in the map's CRS."""
        return _extent_in(drawn.layer, self.crs)

    @property
    def extent(self) -> Extent | None:
        """Extent of all drawn layers, in the map's CRS."""
        return union_of(self.extent_of(drawn) for drawn in self.layers)

    @property
    def has_synthetic(self) -> bool:
        """Whether a drawn layer is synthetic, which the map says."""
        return any(drawn.layer.provenance.synthetic for drawn in self.layers)


EMPTY_SCENE = Scene()


def build_scene(
    project: Project,
    *,
    cache: DerivedCache,
    columns: Mapping[str, Mapping[str, Column]] = NO_COLUMNS,
    rasters: Mapping[str, RasterData] = NO_RASTERS,
) -> Scene:
    """Return what a project shows.

    Parameters
    ----------
    project : Project
        Layers (first on top) and the CRS of the map.
    cache : DerivedCache
        Keep one for the life of the window: meshes and indexes stay valid between scenes.
    columns : Mapping[str, Mapping[str, Column]]
        Layer id → outcome columns on that layer's rows; they come before the table's own.
    rasters : Mapping[str, RasterData]
        Layer id → values of raster layers that were read; others are not drawn.
    """
    drawn: list[Drawn] = []
    problems: list[Problem] = []
    for layer in reversed(project.layers):
        if not layer.visible:
            continue
        problem = _crs_problem(layer, project.crs)
        if problem is not None:
            problems.append(problem)
        elif isinstance(layer, RasterLayer):
            if layer.id in rasters:
                drawn.append(DrawnRaster(layer, rasters[layer.id]))
        elif layer.table.has_geometry:
            drawn.append(drawn_layer(layer, cache=cache, columns=columns.get(layer.id, {})))
    return Scene(project.crs, tuple(drawn), cache, tuple(problems))


def drawn_layer(
    layer: VectorLayer, *, cache: DerivedCache, columns: Mapping[str, Column]
) -> DrawnLayer:
    """Return a layer with the classes of its style, classified once per column and symbology."""
    column = _styled_column(layer, columns)
    classes = cache.get(
        layer.table if column is None else column,
        ("classes", layer.style.symbology),
        lambda: drawn_classes(layer.style, column, layer.table.row_count),
    )
    return DrawnLayer(layer, classes, columns)


def is_classified(
    layer: VectorLayer, *, cache: DerivedCache, columns: Mapping[str, Column]
) -> bool:
    """Whether `drawn_layer` has nothing to compute: that may take a while in a large layer."""
    column = _styled_column(layer, columns)
    owner: Any = layer.table if column is None else column
    return cache.known(owner, ("classes", layer.style.symbology)) is not None


def _styled_column(layer: VectorLayer, columns: Mapping[str, Column]) -> Column | None:
    name = symbology_field(layer.style)
    return columns.get(name) or layer.table.columns.get(name)


def _crs_problem(layer: Layer, crs: Crs) -> Problem | None:
    if not crs.is_known or layer.crs == crs:
        return None
    if not layer.crs.is_known:
        return Problem("scene.missing-crs", Severity.WARNING, layer.id)
    try:
        transformation(layer.crs, crs)
    except CrsError:
        return Problem("scene.no-transformation", Severity.WARNING, layer.id)
    return None


def _extent_in(layer: Layer, crs: Crs) -> Extent | None:
    extent = layer.extent
    if extent is None or not (crs.is_known and layer.crs.is_known):
        return extent
    try:
        return transform_extent(extent, layer.crs, crs)
    except CrsError:
        return None


def rows_in(chunk: GeometryChunk, extent: Extent, kind: Kind) -> NDArray[np.intp]:
    """Return the rows of a kind whose bounds meet an extent."""
    xmin, ymin, xmax, ymax = chunk.bounds.T
    meets = (xmin <= extent.xmax) & (xmax >= extent.xmin)
    meets &= (ymin <= extent.ymax) & (ymax >= extent.ymin)
    return np.flatnonzero(meets & (chunk.kinds == kind))
