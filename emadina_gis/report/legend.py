"""What a legend lists: the classes that are drawn inside an extent, and nothing else.

Reads the same classes as the map. Knows nothing of paper or pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import ClassEntry, RasterStyle, Symbol
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.render.legend import entry_text as class_text
from emadina_gis.render.legend import heading
from emadina_gis.render.raster_legend import raster_entries
from emadina_gis.render.scene import DrawnLayer, DrawnRaster, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.words import Words


@dataclass(frozen=True)
class LegendItem:
    """One swatch with its text.

    Attributes
    ----------
    kind : Kind
        What the swatch is: an area, a line or a marker.
    symbol : Symbol
        How it looks; its fill (or stroke, for a line) is the class's colour.
    """

    kind: Kind
    symbol: Symbol
    text: str
    count: int = 0
    #: Colours from the upper border to the lower one, where the lines are one ramp.
    shades: tuple[str, ...] = ()


@dataclass(frozen=True)
class LegendGroup:
    """A layer of the legend: its name and its classes; one class without text stands for all."""

    title: str
    items: tuple[LegendItem, ...]
    opacity: float = 1.0
    layer_id: str = ""

    @property
    def is_single(self) -> bool:
        """Whether the layer has one symbol, shown beside its name."""
        return len(self.items) == 1 and not self.items[0].text


def legend_of(
    scene: Scene, extent: Extent, units_per_px: float, words: Words
) -> tuple[LegendGroup, ...]:
    """Return the legend of what a scene draws inside an extent, top layer first.

    Parameters
    ----------
    extent : Extent
        Part of the map that is seen, in the map's CRS.
    units_per_px : float
        Scale of the picture in map units per pixel of 1/96 inch: layers have a range of scales.
    """
    groups = [
        _group(scene, drawn.at(units_per_px), extent, units_per_px, words)
        for drawn in reversed(scene.layers)
        if drawn.shown_at(units_per_px)
    ]
    return tuple(group for group in groups if group.items)


def _group(
    scene: Scene,
    drawn: DrawnLayer | DrawnRaster,
    extent: Extent,
    units_per_px: float,
    words: Words,
) -> LegendGroup:
    if isinstance(drawn, DrawnRaster):
        title = words.isolated(drawn.layer.title.text(words.language))
        inside = scene.extent_of(drawn)
        seen = inside is not None and inside.intersects(extent)
        items = tuple(_raster_items(drawn.layer.style, words)) if seen else ()
    else:
        title = heading(drawn.layer, words)
        mm_per_m = MM_PER_PX_AT_96_DPI / (units_per_px * scene.crs.unit_m)
        items = tuple(_vector_items(scene, drawn, extent, words, mm_per_m=mm_per_m))
    return LegendGroup(title, items, drawn.opacity, drawn.id)


def counts_inside(scene: Scene, drawn: DrawnLayer, extent: Extent) -> NDArray[np.int64]:
    """Return how many features of each class meet an extent, shape (k,)."""
    counts = np.zeros(len(drawn.classes.entries), dtype=np.int64)
    classes = drawn.classes.class_codes
    for first, chunk in scene.chunks(drawn):
        xmin, ymin, xmax, ymax = chunk.bounds.T
        meets = (xmin <= extent.xmax) & (xmax >= extent.xmin)
        meets &= (ymin <= extent.ymax) & (ymax >= extent.ymin)
        rows = np.flatnonzero(meets)
        filled = _is_filled(drawn)[drawn.classes.codes[first + rows]]
        meets[rows] = _reaches(chunk, rows, extent, filled)
        codes = classes[first : first + len(chunk)][meets]
        counts += np.bincount(codes, minlength=len(counts))
    return counts


def _is_filled(drawn: DrawnLayer) -> NDArray[np.bool_]:
    """Return which colours draw the inside of their polygons, shape (k,)."""
    patterned = [symbol.pattern is not None for symbol in drawn.symbols]
    return np.asarray((drawn.fill_colors[:, 3] > 0) | np.array(patterned, dtype=bool))


def _reaches(
    chunk: GeometryChunk, rows: NDArray[np.intp], extent: Extent, filled: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which rows whose bounds meet an extent show something in it, shape (k,).

    Of polygons that are not filled only the outline shows.
    """
    xmin, ymin, xmax, ymax = chunk.bounds[rows].T
    inside = np.asarray((xmin >= extent.xmin) & (xmax <= extent.xmax))
    inside &= (ymin >= extent.ymin) & (ymax <= extent.ymax)
    if inside.all():
        return inside
    shapes = chunk.taken(rows[~inside]).to_shapely()
    hollow = ~filled[~inside] & (chunk.kinds[rows[~inside]] == Kind.POLYGON)
    shapes[hollow] = shapely.boundary(shapes[hollow])
    inside[~inside] = shapely.intersects(shapes, shapely.box(*extent.as_tuple))
    return inside


def _vector_items(
    scene: Scene, drawn: DrawnLayer, extent: Extent, words: Words, *, mm_per_m: float
) -> Iterator[LegendItem]:
    kind = drawn.layer.table.main_kind
    for entry, count in zip(
        drawn.classes.entries, counts_inside(scene, drawn, extent), strict=True
    ):
        if count and entry.color is not None:
            text = entry_text(drawn, entry, words)
            symbol = drawn.symbol_of(entry).on_paper(mm_per_m)
            yield LegendItem(kind, symbol, text, int(count))


def entry_text(drawn: DrawnLayer, entry: ClassEntry, words: Words) -> str:
    """Return what a class stands for, in words; empty for a single symbol."""
    return "" if entry.kind == "all" else class_text(entry, drawn.layer.style.symbology, words)


def _raster_items(style: RasterStyle, words: Words) -> Iterator[LegendItem]:
    for entry in raster_entries(style, words):
        symbol = Symbol(fill=entry.color, stroke=None)
        yield LegendItem(Kind.POLYGON, symbol, entry.text, shades=entry.shades)
