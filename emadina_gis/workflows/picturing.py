"""A sheet as the file that its name asks for: PDF, SVG, PNG, JPEG or TIFF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.picture_page import USUAL_DPI, is_page_picture, write_page
from emadina_gis.report.presets import Preset
from emadina_gis.report.sheet import write_sheet
from emadina_gis.workflows.printed_states import keep_printed
from emadina_gis.workflows.printing import USUAL, SheetChoice, sheet_content

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.errors import Problem
    from emadina_gis.project import Project
    from emadina_gis.words import Words


@dataclass(frozen=True)
class WrittenFiles:
    """The files written, and what was found: on the page, or why the state was not kept."""

    paths: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


def write_sheet_as(  # noqa: PLR0913 - what, where to, in which words, how fine, who listens
    project: Project,
    layout_id: str,
    target: Path,
    words: Words,
    *,
    choice: SheetChoice = USUAL,
    preset: Preset = Preset.SCREEN,
    dpi: float = USUAL_DPI,
    ctx: Context = NULL_CONTEXT,
) -> WrittenFiles:
    """Write a sheet in the format of its name.

    Parameters
    ----------
    preset : Preset
        How fine a PDF is kept.
    dpi : float
        Pixels per inch of a picture.

    Raises
    ------
    CommandError
        If the project has no such layout or scenario.
    EmptyInput
        If there is nothing to print.
    OutputError
        If the format is unknown or the file cannot be written.
    """
    as_picture = is_page_picture(target)
    layout = project.layout(layout_id)
    content = sheet_content(project, layout, words, choice, ctx.part(0.0, 0.3))
    rest = ctx.part(0.3, 0.9)
    files: tuple[Path | None, ...] = (target,)
    if as_picture:
        page = write_page(content, target, words, dpi=dpi, ctx=rest)
        files, found = (page.path, page.world_file), page.problems
    else:
        found = write_sheet(content, target, words, rest, preset=preset).problems
    kept = keep_printed(project, content.code, ctx.part(0.9, 1.0))
    return WrittenFiles(tuple(path for path in files if path is not None), (*found, *kept))
