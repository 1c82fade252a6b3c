"""The commands of sheets and atlases: formats, resolutions, pages, tiled series."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emadina_gis.domain.extent import Extent
    from emadina_gis.errors import Problem
    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.words import Words

PRESETS = ("mail", "screen", "press")
NAMINGS = ("grid", "kilometric")


def add_report_options(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add how fine a sheet is: of a picture, and of a PDF."""
    dpi = words.text("cli.help.page-dpi")
    parser.add_argument("--dpi", type=float, default=300.0, metavar="N", help=dpi)
    add_preset(parser, words)


def add_preset(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add how fine a PDF is kept."""
    sentence = words.text("cli.help.preset")
    parser.add_argument("--preset", choices=PRESETS, default="screen", help=sentence)


def add_atlas_options(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add which features make pages, in which order and how; or how a series is cut."""
    say = words.text
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--where", default="", metavar="FORMULA", help=say("cli.help.atlas-where"))
    series = say("cli.help.atlas-series")
    kind.add_argument("--series", type=int, default=0, metavar="SCALE", help=series)
    parser.add_argument("--over", default="", metavar="LAYER", help=say("cli.help.over"))
    parser.add_argument("--sort", default="", metavar="COLUMN", help=say("cli.help.atlas-sort"))
    parser.add_argument("--descending", action="store_true", help=say("cli.help.atlas-descending"))
    parser.add_argument("--name", default="", metavar="PATTERN", help=say("cli.help.atlas-name"))
    parser.add_argument("--scale", type=int, metavar="N", help=say("cli.help.atlas-scale"))
    margin = say("cli.help.atlas-margin")
    parser.add_argument("--margin", type=float, default=10.0, metavar="PERCENT", help=margin)
    overlap = say("cli.help.atlas-overlap")
    parser.add_argument("--overlap", type=float, default=10.0, metavar="MM", help=overlap)
    naming = say("cli.help.atlas-naming")
    parser.add_argument("--naming", choices=NAMINGS, default="grid", help=naming)
    parser.add_argument("--no-index", action="store_true", help=say("cli.help.atlas-no-index"))
    parser.add_argument("--fresh", action="store_true", help=say("cli.help.atlas-fresh"))
    add_preset(parser, words)


def report(
    arguments: argparse.Namespace, target: Path | None, words: Words, ctx: Context
) -> tuple[Path, ...]:
    """Write a sheet, or list the layouts where there is no target; return the files written."""
    from emadina_gis.report.presets import Preset
    from emadina_gis.workflows.layouts import layout_list, with_layout_named
    from emadina_gis.workflows.opening import open_project
    from emadina_gis.workflows.picturing import write_sheet_as

    project = open_project(Path(arguments.project), words, ctx).project
    if target is None:
        sys.stdout.write(layout_list(project, words))
        return ()
    project, layout = with_layout_named(project, arguments.layout)
    preset = Preset(arguments.preset)
    written = write_sheet_as(
        project, layout.id, target, words, preset=preset, dpi=arguments.dpi, ctx=ctx
    )
    _tell(written.problems, words)
    return written.paths


def atlas(
    arguments: argparse.Namespace, target: Path, words: Words, ctx: Context
) -> tuple[Path, ...]:
    """Write an atlas or a tiled series; return the files written."""
    from emadina_gis.workflows.layouts import with_layout_named
    from emadina_gis.workflows.opening import open_project

    if not (arguments.over or arguments.series):
        raise UsageError("cli.required", what="--over / --series")
    project = open_project(Path(arguments.project), words, ctx.part(0.0, 0.1)).project
    project, layout = with_layout_named(project, arguments.layout)
    make = _series if arguments.series else _atlas
    return make(project, layout.id, arguments, target, words, ctx.part(0.1, 1.0))


def _atlas(
    project: Project,
    layout_id: str,
    arguments: argparse.Namespace,
    target: Path,
    words: Words,
    ctx: Context,
) -> tuple[Path, ...]:
    from emadina_gis.report.atlas import AS_LAYOUT, AtlasChoice
    from emadina_gis.report.presets import Preset
    from emadina_gis.workflows.atlas import AtlasRequest, print_atlas

    pages = AtlasChoice(
        where=arguments.where,
        within=_extent(arguments),
        sort_by=arguments.sort,
        descending=arguments.descending,
        name=arguments.name,
        margin=1.0 + arguments.margin / 100,
        scale=AS_LAYOUT if arguments.scale is None else arguments.scale,
    )
    request = AtlasRequest(
        layout_id,
        arguments.over,
        pages,
        is_split=_is_split(target),
        resumes=not arguments.fresh,
        preset=Preset(arguments.preset),
    )
    written = print_atlas(project, request, target, words, ctx=ctx)
    _tell(written.kept, words)
    return written.path, written.manifest_path


def _series(
    project: Project,
    layout_id: str,
    arguments: argparse.Namespace,
    target: Path,
    words: Words,
    ctx: Context,
) -> tuple[Path, ...]:
    from emadina_gis.report.presets import Preset
    from emadina_gis.report.series import Naming, SeriesChoice
    from emadina_gis.workflows.atlas import SeriesRequest, print_series

    tiles = SeriesChoice(
        arguments.series,
        arguments.overlap,
        Naming(arguments.naming),
        _extent(arguments),
        has_index=not arguments.no_index,
    )
    request = SeriesRequest(
        layout_id,
        tiles,
        arguments.over,
        is_split=_is_split(target),
        resumes=not arguments.fresh,
        preset=Preset(arguments.preset),
    )
    written = print_series(project, request, target, words, ctx=ctx)
    _tell(written.kept, words)
    return written.path, written.manifest_path


def _tell(problems: Iterable[Problem], words: Words) -> None:
    for problem in problems:
        what, following = words.problem(problem)
        sys.stderr.write(f"{what} {following}".rstrip() + "\n")


def _extent(arguments: argparse.Namespace) -> Extent | None:
    from emadina_gis.domain.extent import Extent

    if arguments.extent is None:
        return None
    x0, y0, x1, y1 = arguments.extent
    return Extent(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _is_split(target: Path) -> bool:
    """Whether a file per page is asked for: a folder, not the name of a PDF."""
    return target.suffix.lower() != ".pdf"
