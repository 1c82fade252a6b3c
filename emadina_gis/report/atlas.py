"""An atlas: one sheet per feature of a layer in one PDF, each named after its feature."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.schema import Role
from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError, EmptyInput
from emadina_gis.progress import NULL_CONTEXT, Context
from emadina_gis.report.sheet import SheetContent, WrittenSheet, write_sheets
from emadina_gis.report.sheet_blocks import TitleLine

if TYPE_CHECKING:
    from pathlib import Path

    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.project import Project
    from emadina_gis.words import Words

MARGIN = 1.1
#: More pages than this in one file are refused: a person would wait an hour for them.
MOST_PAGES = 500
_NAME_COLUMNS = ("name_fr", "name", "nom", "libelle_fr")
_ARABIC_COLUMNS = ("name_ar", "nom_ar", "libelle_ar", "nom_arabe")


def atlas_pages(
    content: SheetContent, layer: VectorLayer, project: Project, words: Words
) -> tuple[SheetContent, ...]:
    """Return a sheet per feature, ordered by name; features without geometry are left out.

    Parameters
    ----------
    content : SheetContent
        The sheet that every page is made from; its centre, title and outline are replaced.
    layer : VectorLayer
        One page for each of its features.
    project : Project
        Gives the system of the map.
    words : Words
        Names are sorted as this language writes them.

    Raises
    ------
    EmptyInput
        With code ``report.atlas-empty`` if no feature has a geometry.
    CommandError
        With code ``report.atlas-too-long`` above `MOST_PAGES` pages.
    """
    known = project.crs.is_known and layer.crs.is_known
    placed = replace(layer, table=layer.table.to_crs(project.crs)) if known else layer
    shown = np.flatnonzero(np.isfinite(placed.table.bounds).all(axis=1))
    if not len(shown):
        raise EmptyInput("report.atlas-empty", layer=layer.title.text(words.language))
    if len(shown) > MOST_PAGES:
        raise CommandError("report.atlas-too-long", count=len(shown), most=MOST_PAGES)
    named = [(_name(placed, row), row) for row in shown.tolist()]
    named.sort(key=lambda item: (item[0].text(words.language), item[1]))
    return tuple(_sheet(content, placed, name, row) for name, row in named)


def _name(layer: VectorLayer, row: int) -> Title:
    french = _cell(layer, row, _NAME_COLUMNS)
    if not french:
        role = layer.schema.column(Role.NAME) or layer.schema.column(Role.SECTOR) or ""
        title = layer.schema.column(Role.PARCEL_ID) or ""
        shown = title if layer.diffusion is Diffusion.PUBLIC else ""
        french = _cell(layer, row, (role, shown))
    number = f"{layer.title.fr} {row + 1}"
    arabic = _cell(layer, row, _ARABIC_COLUMNS)
    return Title(french or number, arabic or french or number, french or number)


def _cell(layer: VectorLayer, row: int, names: tuple[str, ...]) -> str:
    for name in names:
        if name and name in layer.table.columns:
            value = layer.table.column(name).value(row)
            if value not in {None, ""}:
                return str(value)
    return ""


def write_atlas(
    pages: tuple[SheetContent, ...], path: Path, words: Words, ctx: Context = NULL_CONTEXT
) -> WrittenSheet:
    """Write the pages as one PDF with a bookmark per page; raises as `write_sheets`."""
    if not pages:
        raise EmptyInput("report.nothing-to-print")
    return write_sheets(pages, path, words, title=pages[0].layout.title, ctx=ctx)


def _sheet(content: SheetContent, layer: VectorLayer, name: Title, row: int) -> SheetContent:
    extent = Extent(*layer.table.bounds[row].tolist())
    return replace(
        content,
        layout=replace(content.layout, center=extent.center),
        focus=extent.scaled(MARGIN),
        titles=(*content.titles, TitleLine(name, 1.15, "semibold")),
        highlight=(layer.table.shapes(np.array([row], dtype=np.intp))[0],),
        name=name,
    )
