"""``Scene``: the frozen description of one map picture: what is drawn, from bottom to top.

Made of a project and the columns that simulations add; carries no pixels, no Qt and no OpenGL.
Geometry is brought to the map's CRS chunk by chunk when it is asked for, in the asker's thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.crs import UNKNOWN, Crs, area_of, transform_extent, transformation
from emadina_gis.domain.extent import Extent, union_of
from emadina_gis.domain.geometry import GeometryChunk, Kind
from emadina_gis.domain.kept import kept
from emadina_gis.domain.layer import Layer, RasterLayer, VectorLayer
from emadina_gis.domain.style import OPAQUE, ClassEntry, DrawnClasses, LabelStyle, Symbol, rgba
from emadina_gis.errors import CrsError, Problem, Severity
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.drawn_classes import known_classes, layer_classes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.crs import Area
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
    unit_m : float
        Metres in a unit of the map: limits of scale are in metres per pixel.
    """

    layer: VectorLayer
    classes: DrawnClasses
    columns: Mapping[str, Column] = field(default_factory=dict)
    unit_m: float = 1.0

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
        """Return the complete symbol of a class: its own, or the shared one in its colour."""
        if entry.symbol is not None:
            return entry.symbol
        symbol = self.symbol
        if entry.pattern is not None:
            symbol = replace(symbol, pattern=entry.pattern)
        if entry.kind == "all":
            return symbol
        part = "stroke" if self.layer.table.main_kind == Kind.LINE else "fill"
        return replace(symbol, **{part: entry.color})  # type: ignore[arg-type]

    @kept
    def symbols(self) -> tuple[Symbol, ...]:
        """Symbol of each colour of `classes`."""
        return self.classes.by_color(tuple(map(self.symbol_of, self.classes.entries)))

    def symbol_at(self, row: int) -> Symbol:
        """Return the symbol of a row."""
        return self.symbols[int(self.classes.codes[row])]

    @property
    def has_one_marker(self) -> bool:
        """Whether points of all classes have the shared shape and size, and outlines one width."""
        looks = {(s.marker, s.size_mm, s.ground_scale, s.picture) for s in self.symbols}
        widths = {s.stroke_mm for s in self.symbols if s.stroke and s.stroke_mm}
        return len(widths) <= 1 and looks <= {(self.symbol.marker, self.symbol.size_mm, 0.0, None)}

    def at(self, units_per_px: float) -> DrawnLayer:
        """Return the layer with the classes of a scale; itself where they are the same at all."""
        classes = self.classes.at(units_per_px * self.unit_m)
        return self if classes is self.classes else replace(self, classes=classes)

    @property
    def label(self) -> LabelStyle | None:
        """How rows are labelled, if they are."""
        return self.layer.style.label

    @kept
    def fill_colors(self) -> NDArray[np.uint8]:
        """RGBA of the inside of polygons and of markers by colour of `classes`, shape (k, 4)."""
        hollow = [_is_hollow(entry, self.symbol) for entry in self.classes.entries]
        if not any(hollow):
            return self.classes.colors
        colors = self.classes.colors.copy()
        colors[list(self.classes.by_color(tuple(hollow)))] = 0
        return colors

    @kept
    def shows_marks(self) -> NDArray[np.bool_]:
        """Which colours of `classes` draw points: filled ones and outlines alone, shape (k,)."""
        outlined = [bool(symbol.stroke and symbol.stroke_mm) for symbol in self.symbols]
        return np.asarray(
            (self.fill_colors[:, 3] > 0) | (np.array(outlined, dtype=bool) & (self.opacities > 0))
        )

    @property
    def line_colors(self) -> NDArray[np.uint8]:
        """RGBA of line features by colour of `classes`, shape (k, 4)."""
        colors = self.classes.colors.copy()
        drawn = [_line_color(entry, self.symbol) for entry in self.classes.entries]
        colors[:, :3] = self.classes.by_color(tuple(rgba(color)[:3] for color in drawn))
        colors[:, 3] = np.rint(self.opacities * OPAQUE)
        return colors

    @property
    def opacities(self) -> NDArray[np.float64]:
        """Opacity of lines by colour of `classes`: 0 where it is not drawn, shape (k,)."""
        alpha = self.classes.colors[:, 3].astype(np.float64).reshape(-1, self.classes.shades)
        whole = np.maximum(alpha.max(axis=1, keepdims=True), 1.0)
        return np.asarray(alpha / whole).reshape(-1)

    def shown_at(self, units_per_px: float) -> bool:
        """Whether the layer is drawn at this scale."""
        return self.layer.style.shown_at(units_per_px * self.unit_m)

    def labels_at(self, units_per_px: float) -> bool:
        """Whether labels are shown at this scale."""
        return self.label is not None and self.label.labels_at(units_per_px * self.unit_m)

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

    def at(self, _units_per_px: float) -> DrawnRaster:
        """Return itself: rasters look the same at every scale."""
        return self


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
        """Return the layers drawn at a scale, bottom to top, in their classes at that scale."""
        return (drawn.at(units_per_px) for drawn in self.layers if drawn.shown_at(units_per_px))

    def at(self, units_per_px: float) -> Scene:
        """Return the scene in the classes of a scale; itself where they are the same at all."""
        layers = tuple(drawn.at(units_per_px) for drawn in self.layers)
        same = all(a is b for a, b in zip(layers, self.layers, strict=True))
        return self if same else replace(self, layers=layers)

    def area(self, drawn: DrawnLayer) -> Area | None:
        """Return where a layer lies, by which the operation to the map's CRS is chosen."""
        layer = drawn.layer
        return None if layer.crs == self.crs else area_of(layer.extent, layer.crs, self.crs)

    def chunks(self, drawn: DrawnLayer) -> Iterator[tuple[int, GeometryChunk]]:
        """Return (first row, chunk in the map's CRS) for the chunks of a layer."""
        start = 0
        for chunk in drawn.layer.table.geometry or ():
            yield start, self.cache.chunk_in(chunk, drawn.layer.crs, self.crs, self.area(drawn))
            start += len(chunk)

    def known_chunks(self, drawn: DrawnLayer) -> Iterator[tuple[int, GeometryChunk | None]]:
        """Return (first row, chunk in the map's CRS or None where it was not made yet).

        For the main thread, which must not wait for a reprojection.
        """
        start = 0
        same = drawn.layer.crs == self.crs or not (drawn.layer.crs.is_known and self.crs.is_known)
        key = ("crs", drawn.layer.crs, self.crs, self.area(drawn))
        for chunk in drawn.layer.table.geometry or ():
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
            chunk = self.cache.chunk_in(chunks[index], drawn.layer.crs, self.crs, self.area(drawn))
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
            made = drawn_layer(layer, cache=cache, columns=columns.get(layer.id, {}))
            problems += [replace(found, where=layer.id) for found in made.classes.problems]
            drawn.append(replace(made, unit_m=project.crs.unit_m))
    return Scene(project.crs, tuple(drawn), cache, tuple(problems))


def drawn_layer(
    layer: VectorLayer, *, cache: DerivedCache, columns: Mapping[str, Column]
) -> DrawnLayer:
    """Return a layer with the classes of its style, classified once per column and symbology."""
    return DrawnLayer(layer, layer_classes(layer, cache=cache, columns=columns), columns)


def is_classified(
    layer: VectorLayer, *, cache: DerivedCache, columns: Mapping[str, Column]
) -> bool:
    """Whether `drawn_layer` has nothing to compute: that may take a while in a large layer."""
    return known_classes(layer, cache=cache, columns=columns) is not None


def _is_hollow(entry: ClassEntry, shared: Symbol) -> bool:
    """Whether a class fills nothing: only categories in a shared symbol fill in spite of it."""
    if entry.symbol is not None:
        return entry.symbol.fill is None
    return entry.kind == "all" and shared.fill is None


def _line_color(entry: ClassEntry, shared: Symbol) -> str | None:
    symbol = entry.symbol or shared
    whole = entry.symbol is not None or entry.kind == "all"
    return symbol.stroke or symbol.fill if whole else entry.color


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
        area = area_of(extent, layer.crs, crs)
        return transform_extent(extent, layer.crs, crs, area)
    except CrsError:
        return None


def rows_in(chunk: GeometryChunk, extent: Extent, kind: Kind) -> NDArray[np.intp]:
    """Return the rows of a kind whose bounds meet an extent."""
    xmin, ymin, xmax, ymax = chunk.bounds.T
    meets = (xmin <= extent.xmax) & (xmax >= extent.xmin)
    meets &= (ymin <= extent.ymax) & (ymax >= extent.ymin)
    return np.flatnonzero(meets & (chunk.kinds == kind))
