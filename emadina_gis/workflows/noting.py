"""Parcel notes: by titles, by corners, drawn, from a list; one file, or a file for each title.

Scene, plan index and outcome are made once for all notes of a request.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emadina_gis.domain.extent import union_of
from emadina_gis.errors import EmptyInput
from emadina_gis.io.agency_file import own_profile
from emadina_gis.io.atomic import write_text
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.project.documents import study_document_of
from emadina_gis.report.corners import check_place, corners_from_text, read_corners
from emadina_gis.report.note import (
    NO_LETTER,
    Land,
    Letter,
    NoteBasis,
    land_of_corners,
    land_of_shape,
    land_of_titles,
    make_note,
    note_dict,
)
from emadina_gis.report.note_content import note_part
from emadina_gis.report.note_writing import check_ending, write_note_parts
from emadina_gis.report.plan_index import constraint_layers, plan_index, zoning_layer
from emadina_gis.report.title_list import read_titles
from emadina_gis.words import load_words
from emadina_gis.workflows.mapping import scene_of
from emadina_gis.workflows.printed_states import keep_printed, state_code
from emadina_gis.workflows.simulating import OutcomeOf, document_of, scenario_outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

    from emadina_gis.project import Project
    from emadina_gis.report.corners import Corners
    from emadina_gis.report.note_blocks import NotePart
    from emadina_gis.words import Words

#: The two languages of a note that is written in both, in their order.
BOTH = ("fr", "ar")


@dataclass(frozen=True)
class NoteStyle:
    """How notes are written, whatever land they are about.

    Attributes
    ----------
    languages : tuple of str
        One part for each, in this order; empty takes the language of the words that are given.
    letter : Letter or None
        Who asks and in whose name it is printed; None takes the project's profile, else the
        person's own, and no authority where there is none.
    date : date or None
        Printed on the note; None is today.
    """

    languages: tuple[str, ...] = ()
    scenario_id: str = ""
    letter: Letter | None = None
    date: dt.date | None = None
    outcome_of: OutcomeOf = scenario_outcome


@dataclass(frozen=True)
class NoteRequest:
    """Which land a note is about, and where it goes.

    Attributes
    ----------
    titles : tuple of str
        Land titles; `title_list` is a file of them.
    corners : Path or None
        A file of corners; `corner_text` is the same as pasted text.
    swapped : bool
        The list writes Y before X.
    shape : Polygon or None
        A drawn outline, in the project's CRS.
    name : str
        What land without a title is called; empty takes the file's name.
    """

    target: Path
    titles: tuple[str, ...] = ()
    corners: Path | None = None
    corner_text: str = ""
    swapped: bool = False
    shape: shapely.Geometry | None = None
    title_list: Path | None = None
    name: str = ""
    json_target: Path | None = None
    style: NoteStyle = NoteStyle()


class NoteMaker:
    """What the notes of a project are made with, read and computed once.

    Parameters
    ----------
    words : Words
        Language where the style names none.
    """

    def __init__(
        self, project: Project, style: NoteStyle, words: Words, ctx: Context = NULL_CONTEXT
    ) -> None:
        self.project = project
        self.words = tuple(load_words(name) for name in style.languages) or (words,)
        self.basis = _basis(project, style, ctx)

    def parts(
        self,
        lands: Sequence[Land],
        missing: tuple[str, ...] = (),
        *,
        basis: NoteBasis | None = None,
        ctx: Context = NULL_CONTEXT,
    ) -> tuple[NotePart, ...]:
        """Return a note about some land in each of its languages."""
        made = basis or self.basis
        notes = (
            make_note(self.project, lands, made, words, missing=missing, ctx=ctx)
            for words in self.words
        )
        return tuple(note_part(note, words) for note, words in zip(notes, self.words, strict=True))


def _basis(project: Project, style: NoteStyle, ctx: Context) -> NoteBasis:
    date = style.date or dt.date.today()  # noqa: DTZ011 - the date on the person's wall
    document = document_of(project) if project.document_id else None
    letter = letter_of(project) if style.letter is None else style.letter
    drawn = with_plan_shown(project)
    scene, outcome, scenario = scene_of(drawn), None, ""
    if document is not None and project.parcels is not None:
        wanted = project.scenario(style.scenario_id or project.reference_id)
        found = style.outcome_of(project, wanted.id, ctx.part(0.0, 0.8))
        scene = scene_of(drawn, columns={project.parcels_id: found.columns})
        outcome = found.outcome
        scenario = "" if wanted.id == project.reference_id else wanted.name
    index = plan_index(project, document, ctx.part(0.8, 1.0))
    study = study_document_of(project)
    code = state_code(project)
    return NoteBasis(scene, date, document, outcome, index, scenario, study, letter, code)


def with_plan_shown(project: Project) -> Project:
    """Return the project with its parcels, sectors and constraints visible: an extract shows them.

    What bites the land stands in the note's table: a layer that is hidden on the screen would be
    missing on the map beside it.
    """
    read = (project.parcels, zoning_layer(project), *constraint_layers(project))
    for layer in read:
        if layer is not None and not layer.visible:
            project = project.with_layer(replace(layer, visible=True))
    return project


def letter_of(project: Project) -> Letter:
    """Return in whose name notes of a project are printed.

    Raises
    ------
    SettingsError, CommandError
        If the person's own profile cannot be read.
    """
    profile = project.agency or own_profile()
    return NO_LETTER if profile is None else Letter(profile)


def write_note(
    project: Project, request: NoteRequest, words: Words, ctx: Context = NULL_CONTEXT
) -> tuple[Path, ...]:
    """Write the indicative note of some land; return the files written.

    Raises
    ------
    EmptyInput
        With code ``report.note-without-land`` if none of the titles is a parcel of the project,
        ``note.nothing-asked`` if no land is asked for.
    LayerReadError
        If a list cannot be read, or corners cross, lie far off or are exchanged.
    OutputError
        If the file cannot be written.
    """
    check_ending(request.target)
    lands, missing = lands_of(project, request)
    if not lands:
        raise EmptyInput("report.note-without-land", titles=", ".join(missing) or "–")
    maker = NoteMaker(project, request.style, words, ctx.part(0.0, 0.5))
    parts = maker.parts(lands, missing, ctx=ctx.part(0.5, 0.7))
    write_note_parts(parts, request.target, ctx.part(0.7, 0.95))
    keep_printed(project, maker.basis.code, ctx.part(0.95, 1.0))
    if request.json_target is None:
        return (request.target,)
    content = note_dict(parts[0].note, parts[0].words)
    write_text(request.json_target, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return (request.target, request.json_target)


def lands_of(project: Project, request: NoteRequest) -> tuple[tuple[Land, ...], tuple[str, ...]]:
    """Return the land that a request is about, and the titles that are not there.

    Raises
    ------
    EmptyInput, LayerReadError
        As `write_note`.
    """
    if request.shape is not None:
        return (land_of_shape(request.shape, request.name or "–"),), ()
    if request.corners is not None or request.corner_text:
        return (_land_of_list(project, request),), ()
    titles = request.titles
    if request.title_list is not None:
        titles = (*titles, *read_titles(request.title_list))
    if not titles:
        raise EmptyInput("note.nothing-asked")
    return land_of_titles(project, titles)


def _land_of_list(project: Project, request: NoteRequest) -> Land:
    where = request.name
    if request.corners is not None:
        where = request.corners.name
        found: Corners = read_corners(request.corners)
    else:
        found = corners_from_text(request.corner_text, where)
    corners = found.exchanged if request.swapped else found
    layers = [project.parcels, zoning_layer(project)]
    known = union_of(project.extent_of(layer) for layer in layers if layer is not None)
    check_place(corners, known, project.extent(), where)
    name = request.name or (request.corners.stem if request.corners is not None else "–")
    return land_of_corners(corners, name)
