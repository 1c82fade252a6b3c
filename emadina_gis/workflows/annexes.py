"""The nomenclature annexes of a project: roads and facilities, as PDF or as a workbook."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.schema import Role
from emadina_gis.domain.soundness import made_valid
from emadina_gis.domain.title import Title
from emadina_gis.errors import MissingInput, OutputError, Problem
from emadina_gis.io.atomic import make_folder
from emadina_gis.io.xlsx_writer import write_workbook
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.annex_checks import annex_problems
from emadina_gis.report.annex_columns import annex_columns
from emadina_gis.report.annex_measures import NOWHERE, Around, Places
from emadina_gis.report.annex_pdf import write_annex_pdf
from emadina_gis.report.annex_sheets import annex_sheets
from emadina_gis.report.annex_text import AnnexPage
from emadina_gis.report.annexes import Family, annex_of, family_layer
from emadina_gis.report.note_text import status_text
from emadina_gis.words import load_words
from emadina_gis.workflows.publishing import layer_named
from emadina_gis.workflows.simulating import document_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emadina_gis.domain.crs import Crs
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project
    from emadina_gis.words import Words

FORMATS = (".pdf", ".xlsx")
#: Written into a folder, in both formats.
FILE_NAME = "nomenclature"


@dataclass(frozen=True)
class AnnexChoice:
    """What an annex lists, and how.

    Attributes
    ----------
    layers : mapping of family to layer id, as pairs
        Layers to list; others are found by their indices.
    beside : str
        A second language, set beside the first; empty for none.
    date : date or None
        Printed on the annex; None is today.
    """

    layers: tuple[tuple[Family, str], ...] = ()
    beside: str = ""
    date: dt.date | None = None


USUAL = AnnexChoice()


@dataclass(frozen=True)
class WrittenAnnexes:
    """What was written: files, rows of each annex, and what the checks found."""

    paths: tuple[Path, ...]
    rows: tuple[tuple[Family, int], ...]
    problems: tuple[Problem, ...]


def annex_choice(
    project: Project, *, roads: str = "", facilities: str = "", beside: str = ""
) -> AnnexChoice:
    """Return a choice from names of layers, by id or by their name in any language.

    Raises
    ------
    CommandError
        If the project has no such layer.
    """
    named = ((Family.ROADS, roads), (Family.FACILITIES, facilities))
    layers = tuple((family, layer_named(project, name).id) for family, name in named if name)
    return AnnexChoice(layers, beside)


def write_annexes(
    project: Project,
    target: Path,
    words: Words,
    *,
    choice: AnnexChoice = USUAL,
    ctx: Context = NULL_CONTEXT,
) -> WrittenAnnexes:
    """Write the annexes to a PDF, to a workbook, or both into a folder.

    Parameters
    ----------
    target : Path
        A ``.pdf``, an ``.xlsx``, or a folder for both.

    Raises
    ------
    MissingInput
        With code ``annex.nothing`` if no layer holds indices of roads or facilities.
    OutputError
        If a file cannot be written.
    """
    targets = _targets(target)
    pages = annex_pages(project, words, choice=choice, ctx=ctx.part(0.0, 0.4))
    beside = load_words(choice.beside) if choice.beside else None
    for path in targets:
        make_folder(path.parent)
        if path.suffix == ".pdf":
            write_annex_pdf(pages, path, words, beside=beside, ctx=ctx.part(0.4, 0.9))
        else:
            sheets = annex_sheets(pages, words, beside)
            title = project.title.text(words.language)
            write_workbook(path, sheets, title=title, date=pages[0].date, ctx=ctx.part(0.9, 1.0))
    found = tuple(problem for page in pages for problem in annex_problems(page.annex))
    rows = tuple((page.annex.family, len(page.annex.rows)) for page in pages)
    return WrittenAnnexes(targets, rows, found)


def annex_pages(
    project: Project, words: Words, *, choice: AnnexChoice = USUAL, ctx: Context = NULL_CONTEXT
) -> tuple[AnnexPage, ...]:
    """Return the annexes that a project's layers give.

    Raises
    ------
    MissingInput
        With code ``annex.nothing`` if no layer holds indices of roads or facilities.
    SchemaError
        With code ``annex.no-index`` if a chosen layer has no indices.
    """
    date = choice.date or dt.date.today()  # noqa: DTZ011 - the date of the person's wall
    plan, status = _plan(project, words)
    chosen = {family: project.vector_layer(layer_id) for family, layer_id in choice.layers}
    pages = []
    for place, family in enumerate(Family):
        ctx.report(place / len(Family), "report.phase.annex")
        layer = chosen.get(family) or family_layer(project.vector_layers, family)
        if layer is None or (chosen and family not in chosen):
            continue
        annex = annex_of(layer, family, _around(project, layer))
        title = project.title.text(words.language)
        pages.append(AnnexPage(annex, title, plan, status, date))
    if not pages:
        raise MissingInput("annex.nothing")
    return tuple(pages)


def _targets(target: Path) -> tuple[Path, ...]:
    suffix = target.suffix.lower()
    if suffix in FORMATS:
        return (target,)
    if suffix and not target.is_dir():
        raise OutputError("annex.format", path=target.name, formats=" ".join(FORMATS))
    return tuple(target / f"{FILE_NAME}{known}" for known in FORMATS)


def _plan(project: Project, words: Words) -> tuple[str, str]:
    if not project.document_id:
        return "", ""
    document = document_of(project)
    return document.identity.title.in_language(words.language), status_text(document, words)


def _around(project: Project, layer: VectorLayer) -> Around:
    return Around(
        _named_areas(project, layer, Role.SECTOR),
        _named_areas(project, layer, Role.COMMUNE),
        _parcels(project, layer.crs),
    )


def _named_areas(project: Project, layer: VectorLayer, role: Role) -> Places:
    """Return the areas that carry a role, of the layer with the smallest of them but parcels."""
    candidates = [
        other
        for other in project.vector_layers
        if other.schema.column(role)
        and other.schema.column(Role.PARCEL_ID) is None
        and other is not layer
        and other.table.main_kind is Kind.POLYGON
        and _can_move(other.crs, layer.crs)
    ]
    if not candidates:
        return NOWHERE
    best = min(candidates, key=_mean_area)
    return Places(_shapes(best, layer.crs), _titles(best, role))


def _titles(layer: VectorLayer, role: Role) -> list[Title]:
    """Return the name of each area in French and Arabic, its code where it has none."""
    known = annex_columns(layer)
    french = known.name if role is Role.COMMUNE else ""
    french = french or str(layer.schema.column(role))
    arabic = known.name_ar if role is Role.COMMUNE else ""
    pairs = zip(_texts(layer, french), _texts(layer, arabic or french), strict=True)
    return [Title(one, other or one, one) for one, other in pairs]


def _texts(layer: VectorLayer, name: str) -> list[str]:
    return ["" if text is None else str(text) for text in layer.table.strings(name).tolist()]


def _mean_area(layer: VectorLayer) -> float:
    """Return how large the areas of a layer are: of communes and arrondissements, the smaller."""
    extent = layer.extent
    if extent is None:
        return float("inf")
    return extent.width * extent.height * layer.crs.unit_m**2 / max(layer.table.row_count, 1)


def _parcels(project: Project, crs: Crs) -> NDArray[np.object_]:
    parcels = project.parcels
    if parcels is None or not _can_move(parcels.crs, crs):
        return np.zeros(0, dtype=object)
    return _shapes(parcels, crs)


def _shapes(layer: VectorLayer, crs: Crs) -> NDArray[np.object_]:
    table = layer.table if layer.crs == crs else layer.table.to_crs(crs)
    return np.asarray(made_valid(table.shapes()), dtype=object)


def _can_move(source: Crs, target: Crs) -> bool:
    return source == target or (source.is_known and target.is_known)
