"""A map picture as a file: the scene, its labels and, where data is synthetic, that it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.viewport import MM_PER_INCH
from emadina_gis.errors import OutputError
from emadina_gis.io.atomic import replacing
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.render.labels import Lettering, draw_labels, place_labels
from emadina_gis.render.painter import render_image
from emadina_gis.report.pdf import painter_on, prepare_qt, write_in_corner

if TYPE_CHECKING:
    from emadina_gis.domain.viewport import Viewport
    from emadina_gis.render.scene import Scene
    from emadina_gis.words import Words

#: No text is smaller on a screen of 96 dots per inch.
SMALLEST_TEXT_PX = 12.0
#: Formats by the ending of the file.
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


@dataclass(frozen=True)
class WrittenPicture:
    """Where the picture is and how large."""

    path: Path
    width_px: int
    height_px: int


def write_picture(
    scene: Scene,
    viewport: Viewport,
    path: Path,
    words: Words,
    *,
    dpi: float = 96.0,
    ctx: Context = NULL_CONTEXT,
) -> WrittenPicture:
    """Write a picture of a scene.

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
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise OutputError("report.picture-format", path=str(path))
    prepare_qt()
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
    with replacing(path) as draft:
        # the stubs ask for bytes, PySide6 6.11 takes text only
        if not image.save(str(draft), kind):  # type: ignore[call-overload]
            raise OutputError("report.incomplete", path=str(path.parent))
    return WrittenPicture(path, viewport.width_px, viewport.height_px)
