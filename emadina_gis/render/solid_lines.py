"""Lines of a layer that are solid all over, in pixels: what OpenGL draws in the painter's place.

No Qt and no OpenGL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import OPAQUE, rgba
from emadina_gis.render.rings import cached_box, cached_size, is_measured, outline_strength
from emadina_gis.render.scene import rows_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from emadina_gis.domain.extent import Extent
    from emadina_gis.domain.geometry import GeometryChunk
    from emadina_gis.domain.style import Symbol
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.derived import DerivedCache
    from emadina_gis.render.scene import DrawnLayer, Scene


#: Chunks that are measured while somebody waits, where none was measured before.
MOST_MEASURED = 8


@dataclass(frozen=True, eq=False)
class SolidLine:
    """A solid line of some colours of a layer.

    Attributes
    ----------
    width_px : float
        Width on the picture.
    palette : ndarray of uint8, shape (k, 4)
        RGBA by colour of the layer's classes; alpha 0 where there is no such line.
    strength : float
        Opacity in [0, 1] of all of it.
    is_outline : bool
        Whether it goes around polygons.
    """

    width_px: float
    palette: NDArray[np.uint8]
    strength: float = 1.0
    is_outline: bool = False

    @property
    def is_uniform(self) -> bool:
        """Whether all rows have it in the same colour."""
        return bool((self.palette == self.palette[0]).all())

    @property
    def coverage(self) -> float:
        """Opacity of a pixel in the middle of the line, in [0, 1].

        Outlines of neighbours lie on each other, and what lies on each other is denser.
        """
        alpha = float(self.palette[:, 3].min()) / OPAQUE
        single = alpha * self.strength * min(1.0, self.width_px)
        return 1 - (1 - single) ** 2 if self.is_outline else single


def solid_lines(
    scene: Scene, drawn: DrawnLayer, viewport: Viewport, mm_per_px: float
) -> tuple[SolidLine, ...] | None:
    """Return the lines of a layer in a view from the lowest to the topmost.

    Returns
    -------
    tuple of SolidLine, or None
        None where something in it is dashed, patterned or is no line: the painter's work.
    """
    symbols = symbols_on_picture(scene, drawn, viewport, mm_per_px)
    if any(symbol.is_dashed or symbol.pattern for symbol in symbols):
        return None
    kind = drawn.layer.table.main_kind
    if kind is Kind.LINE:
        return tuple(_lines(drawn, symbols, mm_per_px))
    if kind is not Kind.POLYGON:
        return None
    size = outline_size(scene, drawn, viewport.extent) / viewport.units_per_px * mm_per_px
    strength = outline_strength(size)
    return tuple(_outlines(drawn, symbols, mm_per_px, strength)) if strength else ()


def symbols_on_picture(
    scene: Scene, drawn: DrawnLayer, viewport: Viewport, mm_per_px: float
) -> tuple[Symbol, ...]:
    """Return the symbol of each colour with its lengths on this picture."""
    if not any(symbol.ground_scale for symbol in drawn.symbols):
        return drawn.symbols
    metres_per_px = viewport.units_per_px * scene.crs.unit_m
    return tuple(symbol.on_paper(mm_per_px / metres_per_px) for symbol in drawn.symbols)


def outline_size(scene: Scene, drawn: DrawnLayer, extent: Extent) -> float:
    """Return the typical size of polygons of the chunks in view that are at hand, in map units.

    Of chunks that were not looked at yet only a few are, for the main thread does not wait: whoever
    makes their triangles measures the others.
    """
    cache = scene.cache
    at_hand = [chunk for _, chunk in scene.known_chunks(drawn) if chunk is not None]
    measured = [chunk for chunk in at_hand if is_measured(cache, chunk)]
    return size_of_chunks(cache, measured or at_hand[:MOST_MEASURED], extent)


def size_of_chunks(cache: DerivedCache, chunks: Iterable[GeometryChunk], extent: Extent) -> float:
    """Return the typical size of the polygons of the chunks in view; NaN where there are none."""
    sizes = [cached_size(cache, chunk) for chunk in chunks if _is_seen(cache, chunk, extent)]
    known = np.array(sizes)[np.isfinite(sizes)] if sizes else np.zeros(0)
    return float(np.median(known)) if len(known) else float("nan")


def _is_seen(cache: DerivedCache, chunk: GeometryChunk, extent: Extent) -> bool:
    """Whether something of a chunk may lie in view; one wholly in view is not looked into."""
    box = cached_box(cache, chunk)
    if not box.intersects(extent):
        return False
    return extent.covers(box) or bool(len(rows_in(chunk, extent, Kind.POLYGON)))


def _outlines(
    drawn: DrawnLayer, symbols: tuple[Symbol, ...], mm_per_px: float, strength: float
) -> list[SolidLine]:
    """Return casings and outlines; those of one look are drawn together."""
    looks: dict[tuple[str, float, str | None, float], NDArray[np.uint8]] = {}
    opacities = drawn.opacities
    for index, symbol in enumerate(symbols):
        if symbol.stroke and symbol.stroke_mm and opacities[index]:
            look = (symbol.stroke, symbol.stroke_mm, symbol.casing, symbol.casing_mm)
            palette = looks.setdefault(look, np.zeros((len(symbols), 4), dtype=np.uint8))
            palette[index] = (*rgba(symbol.stroke)[:3], round(opacities[index] * OPAQUE))
    found = []
    for (_, width_mm, casing, casing_mm), palette in looks.items():
        if casing:
            under = np.where(palette[:, 3:] > 0, np.array(rgba(casing), dtype=np.uint8), 0)
            wide = (width_mm + casing_mm) / mm_per_px
            found.append(SolidLine(wide, under.astype(np.uint8), is_outline=True))
        found.append(SolidLine(width_mm / mm_per_px, palette, strength, is_outline=True))
    return found


def _lines(drawn: DrawnLayer, symbols: tuple[Symbol, ...], mm_per_px: float) -> list[SolidLine]:
    """Return casings, then lines; those of one width are drawn together."""
    colors = drawn.line_colors
    under: dict[float, NDArray[np.uint8]] = {}
    over: dict[float, NDArray[np.uint8]] = {}
    for index, symbol in enumerate(symbols):
        if not colors[index, 3]:
            continue
        if symbol.casing:
            width = symbol.stroke_mm + symbol.casing_mm
            palette = under.setdefault(width, np.zeros_like(colors))
            palette[index] = (*rgba(symbol.casing)[:3], colors[index, 3])
        if symbol.stroke_mm:
            palette = over.setdefault(symbol.stroke_mm, np.zeros_like(colors))
            palette[index] = colors[index]
    return [
        SolidLine(width / mm_per_px, palette)
        for widths in (under, over)
        for width, palette in widths.items()
    ]
