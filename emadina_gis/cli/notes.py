"""The ``note`` command: one file, or a file for each title of a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from emadina_gis.progress import Context
    from emadina_gis.project import Project
    from emadina_gis.words import Words
    from emadina_gis.workflows.noting import NoteStyle

    Told = tuple[tuple[Path, ...], tuple[str, ...]]


def write_notes(arguments: argparse.Namespace, words: Words, ctx: Context) -> Told:
    """Write what the arguments ask for; return the files and what must be told of them."""
    from emadina_gis.workflows.opening import open_project

    if arguments.folder is not None and arguments.title_list is None:
        raise UsageError("note.folder-without-list")
    project = open_project(Path(arguments.project), words, ctx.part(0.0, 0.1)).project
    style = _style(project, arguments)
    if arguments.folder is not None:
        return _series(project, arguments, style, words, ctx.part(0.1, 1.0))
    from emadina_gis.workflows.noting import NoteRequest, write_note

    request = NoteRequest(
        Path(arguments.output),
        tuple(arguments.parcel or ()),
        arguments.corners,
        swapped=arguments.swap_xy,
        title_list=arguments.title_list,
        json_target=arguments.json_output,
        style=style,
    )
    return write_note(project, request, words, ctx.part(0.1, 1.0)), ()


def _style(project: Project, arguments: argparse.Namespace) -> NoteStyle:
    from dataclasses import replace

    from emadina_gis.io.agency_file import read_profile
    from emadina_gis.report.note import Letter
    from emadina_gis.workflows.noting import BOTH, NoteStyle, letter_of

    letter = letter_of(project)
    if arguments.agency is not None:
        letter = Letter(read_profile(arguments.agency))
    letter = replace(letter, number=arguments.number, name=arguments.to)
    languages = BOTH if arguments.bilingual else ()
    return NoteStyle(languages, arguments.scenario, letter)


def _series(
    project: Project,
    arguments: argparse.Namespace,
    style: NoteStyle,
    words: Words,
    ctx: Context,
) -> Told:
    from emadina_gis.workflows.noting_series import SeriesRequest, series_texts, write_series

    request = SeriesRequest(
        arguments.title_list, arguments.folder, f".{arguments.format}", style=style
    )
    result = write_series(project, request, words, ctx)
    return (result.table,), series_texts(result, words)
