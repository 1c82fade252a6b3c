"""A page of a layout as a picture file: PNG, JPEG or TIFF at any resolution, or SVG.

Drawn by the code that draws the PDF, strip by strip. Each file is read back before it gets its
name; a picture of a map gets a world file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

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
from emadina_gis.project.paper import paper_size_mm
from emadina_gis.report.atlas_drawing import main_map
from emadina_gis.report.pdf.strips import as_jpeg, drawn_strips, plan_strips
from emadina_gis.report.pdf.svg import draw_svg
from emadina_gis.report.sheet import draw_sheet

if TYPE_CHECKING:
    from emadina_gis.errors import Problem
    from emadina_gis.report.page_content import SheetContent
    from emadina_gis.report.page_plan import DrawnPage
    from emadina_gis.report.pdf import Paper
    from emadina_gis.words import Words

SVG = ".svg"
PDF = ".pdf"
USUAL_DPI = 300.0
LEAST_DPI, MOST_DPI = 20.0, 2400.0
_SVG_SPACE = "{http://www.w3.org/2000/svg}"
_LENGTH = re.compile(r"([\d.]+)mm")


@dataclass(frozen=True)
class WrittenPage:
    """A page that was written as a picture.

    Attributes
    ----------
    width_px, height_px : int
        Size; 0 for SVG, which has none.
    world_file : Path or None
        Where the map lies, for programs that place pictures.
    problems : tuple of Problem
        What was found on the page.
    """

    path: Path
    width_px: int = 0
    height_px: int = 0
    world_file: Path | None = None
    problems: tuple[Problem, ...] = ()


def write_page(
    content: SheetContent,
    path: Path,
    words: Words,
    *,
    dpi: float = USUAL_DPI,
    ctx: Context = NULL_CONTEXT,
) -> WrittenPage:
    """Write a page as the picture that the ending of its name means.

    Parameters
    ----------
    dpi : float
        Pixels per inch; SVG has none.

    Raises
    ------
    OutputError
        If the ending is no picture format, the resolution is out of range, the file cannot be
        written or is not whole.
    EmptyInput
        With code ``report.nothing-to-print`` if the page shows nothing.
    JobCancelled
        If the work was cancelled; nothing is left behind.
    """
    if path.suffix.lower() == SVG:
        return _write_svg(content, path, words, ctx)
    return _write_pixels(content, path, words, dpi=dpi, ctx=ctx)


def is_page_picture(path: Path) -> bool:
    """Whether a name asks for a picture rather than a PDF; raises `OutputError` for neither."""
    ending = path.suffix.lower()
    if ending in {PDF, SVG}:
        return ending == SVG
    return bool(picture_format(path))


def _write_pixels(
    content: SheetContent, path: Path, words: Words, *, dpi: float, ctx: Context
) -> WrittenPage:
    picture_format(path)
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise OutputError("report.picture-dpi", dpi=dpi, least=LEAST_DPI, most=MOST_DPI)
    plan = plan_strips(_size(content), dpi)
    drawn: list[DrawnPage] = []

    def draw(paper: Paper, part: Context) -> None:
        drawn.append(draw_sheet(paper, content, words, part))

    size = PictureSize(plan.width_px, plan.height_px, dpi, as_jpeg)
    with picture_file(path, size) as write:
        for rows in drawn_strips(plan, draw, rtl=words.is_rtl, ctx=ctx.part(0.0, 0.95)):
            write(rows)
    world = _write_world(drawn[-1], path, dpi)
    ctx.report(1.0, "report.phase.sheet")
    return WrittenPage(path, plan.width_px, plan.height_px, world, drawn[-1].problems)


def _size(content: SheetContent) -> tuple[float, float]:
    return paper_size_mm(content.layout.page, landscape=content.layout.landscape)


def _write_world(page: DrawnPage, path: Path, dpi: float) -> Path | None:
    """Write where the main map lies, from the first pixel of the page."""
    shown = main_map(page.plan)
    if shown is None or not shown.scene.crs.is_known:
        return None
    frame = shown.frame
    per_mm = frame.extent.width / frame.box.width
    px_mm = MM_PER_INCH / dpi
    x = frame.extent.xmin + (px_mm / 2 - frame.box.x) * per_mm
    y = frame.extent.ymax - (px_mm / 2 - frame.box.y) * per_mm
    return write_world_file(path, (x, y), per_mm * px_mm)


def _write_svg(content: SheetContent, path: Path, words: Words, ctx: Context) -> WrittenPage:
    title = (content.name or content.layout.title).text(words.language)
    size = _size(content)
    drawn: list[DrawnPage] = []

    def draw(paper: Paper) -> None:
        drawn.append(draw_sheet(paper, content, words, ctx))

    with replacing(path) as draft:
        svg = draw_svg(draft, size, draw, title=title, rtl=words.is_rtl)
        draft.write_text(svg, encoding="utf-8", newline="\n")
        if not _is_whole_svg(draft, size):
            raise OutputError("report.incomplete", path=str(path.parent))
    return WrittenPage(path, problems=drawn[-1].problems)


def _is_whole_svg(path: Path, size_mm: tuple[float, float]) -> bool:
    """Read an SVG back: valid XML, its size in millimetres, something drawn, texts in it."""
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - written a moment ago by ourselves
    except ET.ParseError:
        return False
    lengths = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    found = [float(length[1]) for length in lengths if length]
    shapes = sum(
        1 for item in root.iter() if item.tag in {f"{_SVG_SPACE}path", f"{_SVG_SPACE}text"}
    )
    return found == [round(side, 3) for side in size_mm] and shapes > 0
