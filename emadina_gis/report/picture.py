"""A map picture as a file: the scene, its labels and, where data is synthetic, that it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emadina_gis.domain.viewport import MM_PER_INCH
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import replacing
from emadina_gis.io.picture_files import (
    PictureSize,
    picture_file,
    picture_format,
    write_world_file,
)
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.labels import Lettering, draw_labels, place_labels
from emadina_gis.render.painter import render_image
from emadina_gis.report.lost_labels import lost_labels
from emadina_gis.report.page_maps import without_persons
from emadina_gis.report.pdf import painter_on, prepare_qt, write_in_corner
from emadina_gis.report.pdf.strips import rows_of

if TYPE_CHECKING:
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.errors import Problem
    from emadina_gis.render.scene import Scene
    from emadina_gis.words import Words

#: No text is smaller on a screen of 96 dots per inch.
SMALLEST_TEXT_PX = 12.0
TIFF = "TIFF"


@dataclass(frozen=True)
class WrittenPicture:
    """Where the picture is, how large, and which labels it has no place for."""

    path: Path
    width_px: int
    height_px: int
    problems: tuple[Problem, ...] = ()


def write_picture(
    scene: Scene,
    viewport: Viewport,
    path: Path,
    words: Words,
    *,
    dpi: float = 96.0,
    ctx: Context = NULL_CONTEXT,
) -> WrittenPicture:
    """Write a picture of a scene, without labels that name persons.

    Parameters
    ----------
    viewport : Viewport
        Which part, and the size in pixels.
    dpi : float
        Pixels per inch: widths of symbols and sizes of labels are in millimetres.

    Raises
    ------
    OutputError
        If the ending is no picture format or the file cannot be written.
    """
    kind = picture_format(path)
    prepare_qt()
    scene = without_persons(scene)
    image = render_image(scene, viewport, dpi, ctx=ctx.part(0.0, 0.8))
    smallest_px = SMALLEST_TEXT_PX * dpi / 96
    lettering = Lettering(MM_PER_INCH / dpi, words.language, smallest_px)
    placed = place_labels(scene, viewport, lettering, ctx.part(0.8, 0.9))
    with painter_on(image) as painter:
        draw_labels(painter, placed.labels, viewport, lettering)
        if scene.has_synthetic:
            text = words.text("report.sources.synthetic")
            write_in_corner(painter, text, dpi=dpi, rtl=words.is_rtl)
    image.setDotsPerMeterX(round(dpi / MM_PER_INCH * 1000))
    image.setDotsPerMeterY(round(dpi / MM_PER_INCH * 1000))
    if kind == TIFF:
        _write_tiff(image, path, viewport, dpi)
    else:
        _save(image, path, kind)
    lost = lost_labels(scene, placed, words.language)
    return WrittenPicture(path, viewport.width_px, viewport.height_px, lost)


def _save(image: Any, path: Path, kind: str) -> None:
    with replacing(path) as draft:
        if not image.save(str(draft), kind):
            raise OutputError("report.incomplete", path=str(path.parent))


def _write_tiff(image: Any, path: Path, viewport: Viewport, dpi: float) -> None:
    """Write a compressed TIFF, and beside it where the map lies."""
    with picture_file(path, PictureSize(viewport.width_px, viewport.height_px, dpi)) as write:
        for rows in rows_of(image):
            write(rows)
    extent, units = viewport.extent, viewport.units_per_px
    write_world_file(path, (extent.xmin + units / 2, extent.ymax - units / 2), units)
