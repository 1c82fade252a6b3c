"""Opening and saving projects: files, the demo, new ones, and what a crash left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.layer import Title
from emadina_gis.io.project_file import load_project
from emadina_gis.io.project_file import save_project as write_project
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project import Project, empty_project
from emadina_gis.session.history import weigh
from emadina_gis.workflows.demo import default_layouts, open_demo

if TYPE_CHECKING:
    from emadina_gis.errors import Problem
    from emadina_gis.words import Words

PROJECT_ENDING = ".emadina"
#: On the command line, this word in place of a project opens the bundled demo.
DEMO = "demo"


@dataclass(frozen=True)
class OpenedProject:
    """A project with what was found while opening it.

    Attributes
    ----------
    path : Path or None
        The file it was read from; None for the demo and for new projects.
    """

    project: Project
    problems: tuple[Problem, ...] = ()
    path: Path | None = None


def open_project(path: Path, words: Words, ctx: Context = NULL_CONTEXT) -> OpenedProject:
    """Open a project file; the word ``demo`` opens the bundled region.

    Raises
    ------
    ProjectFileError, ProjectTooNew
        If the file is no project, is damaged, or is of a newer version.
    """
    if str(path) == DEMO and not path.exists():
        return OpenedProject(made_ready(open_demo(words, ctx), ctx))
    project, problems = load_project(path, ctx=ctx)
    return OpenedProject(made_ready(project, ctx), problems, path)


def made_ready(project: Project, ctx: Context = NULL_CONTEXT) -> Project:
    """Return the project when what its tables are asked first is worked out; for a job.

    Where the layers lie, of what kind they are and where their rows are is kept by the tables; of a
    million rows it takes longer than a window may wait.
    """
    for layer in project.vector_layers:
        table = layer.table
        for chunk in table.geometry or ():
            ctx.check()
            _ = chunk.bounds
        _ = table.extent, table.main_kind
        table.rows_of_ids(table.ids[:1])
    weigh((layer.table for layer in project.vector_layers), ctx)
    return project


def save_project(project: Project, path: Path, ctx: Context = NULL_CONTEXT) -> Path:
    """Write the whole project file atomically and return its path (with its ending)."""
    target = path if path.suffix else path.with_suffix(PROJECT_ENDING)
    write_project(project, target, ctx=ctx)
    return target


def new_project(words: Words) -> Project:
    """Return an empty project with a reference scenario and the usual sheets."""
    project = empty_project(Title.plain(words.text("project.untitled")))
    reference = replace(project.reference, name=words.text("scenario.reference"))
    return replace(project.with_scenario(reference), layouts=default_layouts())
