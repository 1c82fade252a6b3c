"""The parcel note ("fiche urbanistique indicative"): what is known of the land that it is about.

Owns which facts are gathered for each piece of land and for units of adjoining land. What is
printed of them, and in which order, is `note_content`'s; the date is given, never read from a
clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import EmptyInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.note_land import (
    Land,
    land_of_corners,
    land_of_row,
    land_of_shape,
    land_of_titles,
    lands_of_rows,
    merged_units,
)
from emadina_gis.report.note_streets import Street, streets_of
from emadina_gis.report.note_writing import note_dict, write_note, write_note_parts
from emadina_gis.report.plan_index import PlanIndex, constraint_layers, plan_index, zoning_layer
from emadina_gis.report.reading import read_parcel
from emadina_gis.report.reading_hits import (
    HitsReading,
    read_hits,
    study_notices,
    table_notices,
    with_hits,
)
from emadina_gis.report.situation import Situation, situation_of
from emadina_gis.report.values import ParcelValues
from emadina_gis.simulation.parcels import Regime

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from emadina_gis.domain.title import Title
    from emadina_gis.project import Project
    from emadina_gis.project.agency import AgencyProfile
    from emadina_gis.regulation import PlanningDocument
    from emadina_gis.render.scene import Scene
    from emadina_gis.report.reading import ParcelReading
    from emadina_gis.simulation.columns import Outcome
    from emadina_gis.words import Words

__all__ = [
    "NO_LETTER",
    "Land",
    "Letter",
    "Note",
    "NoteBasis",
    "NotePage",
    "land_of_corners",
    "land_of_row",
    "land_of_shape",
    "land_of_titles",
    "lands_of_rows",
    "make_note",
    "note_dict",
    "write_note",
    "write_note_parts",
]

#: What parcels say of their regime.
_LOT = {Regime.LOT: True, Regime.RAW: False}


@dataclass(frozen=True)
class Letter:
    """Who a note is for, and in whose name it is printed.

    Attributes
    ----------
    agency : AgencyProfile or None
        None prints a working document of no authority.
    number : int or None
        Put into the agency's pattern; None prints no number.
    name, address : str
        Of the person who asked; empty prints none.
    asked_on : date or None
        Date of the request.
    """

    agency: AgencyProfile | None = None
    number: int | None = None
    name: str = ""
    address: str = ""
    asked_on: dt.date | None = None


NO_LETTER = Letter()


@dataclass(frozen=True, eq=False)
class NotePage:
    """What a note says about one piece of land.

    Attributes
    ----------
    hits : HitsReading
        The geometric case, and what bites the land, in words.
    reading : ParcelReading or None
        What it may carry; None where it is no parcel of the project.
    streets : tuple of Street
        Named streets along it.
    lot : bool or None
        Whether it comes from a lotissement, None where that is not known.
    """

    land: Land
    situation: Situation
    hits: HitsReading
    reading: ParcelReading | None
    streets: tuple[Street, ...] = ()
    lot: bool | None = None

    @property
    def case_text(self) -> tuple[str, ...]:
        """The sentences of the geometric case."""
        return self.hits.case_text

    @property
    def sectors(self) -> tuple[str, ...]:
        """Codes of the sectors, the largest part first."""
        return tuple(share.sector for share in self.situation.shares)


@dataclass(frozen=True, eq=False)
class Note:
    """A note about one or several pieces of land.

    Attributes
    ----------
    units : tuple of NotePage
        Of adjoining land taken together: rules apply to it as a whole.
    study : PlanningDocument or None
        A document under study on the same land.
    data_dates : tuple of (Title, str)
        Layers that were read, with the year of their data.
    code : str
        Code of the project's state; empty leaves it out.
    """

    pages: tuple[NotePage, ...]
    date: dt.date
    document: PlanningDocument | None
    data_date: str
    scene: Scene
    missing: tuple[str, ...] = ()
    is_synthetic: bool = False
    units: tuple[NotePage, ...] = ()
    letter: Letter = field(default=NO_LETTER)
    study: PlanningDocument | None = None
    scenario: str = ""
    data_dates: tuple[tuple[Title, str], ...] = ()
    code: str = ""


@dataclass(frozen=True, eq=False)
class NoteBasis:
    """What notes are made from, beside the land.

    Attributes
    ----------
    scene : Scene
        The map that extracts are cut from.
    date : date
        Printed on the note.
    document : PlanningDocument or None
        Whose rules and articles are named.
    outcome : Outcome or None
        What the parcels may carry; without it the note gives the sectors only.
    index : PlanIndex or None
        The project's constraints and sectors where they are read already.
    scenario : str
        Name of the scenario whose figures are printed; empty for the reference.
    study : PlanningDocument or None
        A document under study on the same land.
    code : str
        Code of the project's state.
    """

    scene: Scene
    date: dt.date
    document: PlanningDocument | None = None
    outcome: Outcome | None = None
    index: PlanIndex | None = None
    scenario: str = ""
    study: PlanningDocument | None = None
    letter: Letter = NO_LETTER
    code: str = ""


def make_note(
    project: Project,
    lands: Sequence[Land],
    basis: NoteBasis,
    words: Words,
    *,
    missing: tuple[str, ...] = (),
    ctx: Context = NULL_CONTEXT,
) -> Note:
    """Return what a note says about pieces of land.

    Parameters
    ----------
    missing : tuple of str
        Titles that were asked for and are not there: the note says so.

    Raises
    ------
    EmptyInput
        With code ``report.note-without-land`` if there is no land to write about.
    """
    if not lands:
        raise EmptyInput("report.note-without-land", titles=", ".join(missing) or "–")
    plan = basis.index or plan_index(project, basis.document, ctx.part(0.0, 0.1))
    basis = replace(basis, index=plan)
    unit_m = project.crs.unit_m if project.crs.is_known else 1.0
    units = merged_units(lands, words.text("note.doc.unit-separator"), unit_m)
    pages = []
    for place, land in enumerate((*lands, *units)):
        ctx.report(place / (len(lands) + len(units)), "report.phase.note")
        pages.append(_page(project, land, basis, words))
    parcels = project.parcels
    origin = parcels.provenance if parcels is not None else None
    return Note(
        tuple(pages[: len(lands)]),
        basis.date,
        basis.document,
        "" if origin is None else origin.year,
        basis.scene,
        missing,
        origin is not None and origin.synthetic,
        tuple(pages[len(lands) :]),
        basis.letter,
        basis.study,
        basis.scenario,
        _data_dates(project),
        basis.code,
    )


def _data_dates(project: Project) -> tuple[tuple[Title, str], ...]:
    """Return the layers that a note reads, with the year of their data, each once."""
    read = [project.parcels, zoning_layer(project), *constraint_layers(project)]
    years = {layer.id: (layer.title, layer.provenance) for layer in read if layer is not None}
    return tuple((title, origin.year) for title, origin in years.values() if origin.year)


def _page(project: Project, land: Land, basis: NoteBasis, words: Words) -> NotePage:
    document = basis.document
    assert basis.index is not None
    situation = situation_of(project, land.shape, document, index=basis.index, on=basis.date)
    hits = read_hits(situation, document, words)
    more = list(study_notices(project, words))
    reading, lot = None, None
    if basis.outcome is not None and document is not None and land.row is not None:
        reading = read_parcel(project, land.row, basis.outcome, document, words)
        values = ParcelValues(basis.outcome, land.row)
        lot = _LOT.get(values.regime)
        more += table_notices(project, situation, values, words)
        reading = with_hits(reading, hits, *more)
        hits = reading.hits or hits
    hits = replace(hits, notices=tuple(dict.fromkeys((*hits.notices, *more))))
    streets = streets_of(project, basis.index, land.shape)
    return NotePage(land, situation, hits, reading, streets, lot)
