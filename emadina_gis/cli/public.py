"""The commands of what leaves for the public and the file: web map, nomenclature annexes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from emadina_gis.errors import Problem
    from emadina_gis.progress import Context
    from emadina_gis.words import Words


def web(
    arguments: argparse.Namespace, words: Words, ctx: Context
) -> tuple[Path, tuple[Problem, ...]]:
    """Write the web map; return its page, and what it does not show."""
    from emadina_gis.workflows.opening import open_project
    from emadina_gis.workflows.publishing import publish_web, web_choice

    project = open_project(Path(arguments.project), words, ctx.part(0.0, 0.1)).project
    choice = web_choice(
        project,
        scenario=arguments.scenario,
        compared=arguments.compare,
        layers=arguments.layers,
        precision_m=arguments.precision,
    )
    inner = ctx.part(0.1, 1.0)
    written = publish_web(project, arguments.output, words, choice=choice, ctx=inner)
    return written.path, written.problems(words)


def annexes(
    arguments: argparse.Namespace, target: Path, words: Words, ctx: Context
) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """Write the nomenclature annexes; return the files, and what the checks found."""
    from emadina_gis.workflows.annexes import annex_choice, write_annexes
    from emadina_gis.workflows.opening import open_project

    project = open_project(Path(arguments.project), words, ctx.part(0.0, 0.2)).project
    choice = annex_choice(
        project, roads=arguments.roads, facilities=arguments.facilities, beside=arguments.beside
    )
    written = write_annexes(project, target, words, choice=choice, ctx=ctx.part(0.2, 1.0))
    return written.paths, written.problems
