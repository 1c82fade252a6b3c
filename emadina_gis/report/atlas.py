"""What an atlas holds: which features make pages, in which order, named how, beside which others.

One sheet per feature of a layer, made from one sheet of the project. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from emadina_gis.analysis.formula import formula, rows_where
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError, EmptyInput
from emadina_gis.project.layouts import MapContent
from emadina_gis.report.atlas_names import NO_COLUMNS, named_pages
from emadina_gis.report.atlas_order import collation_key, ordered
from emadina_gis.report.page_content import TitleLine
from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emadina_gis.domain.column import Column
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.table import FeatureTable
    from emadina_gis.project import Layout, Project
    from emadina_gis.report.page_content import SheetContent
    from emadina_gis.words import Words

MARGIN = 1.1
#: More pages than this in one atlas are refused: no press binds them, no reader opens them.
MOST_PAGES = 5_000
#: Features nearer than this to one another are neighbours, in metres.
NEAR_M = 1.0
MOST_NEIGHBOURS = 12
#: A feature without size (a point) is shown in a square of this side, in metres.
POINT_M = 100.0
#: The scale of the layout, whatever the feature.
AS_LAYOUT = -1


@dataclass(frozen=True)
class AtlasChoice:
    """Which features make pages, and how.

    Attributes
    ----------
    where : str
        A condition on the layer's columns; empty takes all features.
    ids : tuple of int, or None
        Row ids of the features meant; None for all.
    within : Extent or None
        Only features that meet it, in the project's CRS.
    sort_by : str
        Column; empty sorts by the name of the page.
    name : str
        A column, or a pattern such as ``Secteur {sector}, page {page}``; empty takes the layer's
        column of names.
    margin : float
        Part of the page round the feature that is shown too: 1.1 adds 5 % on each side.
    scale : int
        Denominator on every page; 0 takes the round one that holds the feature, `AS_LAYOUT` what
        the layout says.
    """

    where: str = ""
    ids: tuple[int, ...] | None = None
    within: Extent | None = None
    sort_by: str = ""
    descending: bool = False
    name: str = ""
    margin: float = MARGIN
    scale: int = AS_LAYOUT


ALL = AtlasChoice()


@dataclass(frozen=True, eq=False)
class AtlasPage:
    """A page of an atlas.

    Attributes
    ----------
    number : int
        From 1.
    feature : int
        Row id of its feature.
    extent : Extent
        Of the feature, in the project's CRS.
    neighbours : tuple of int
        Numbers of the pages whose features lie beside it.
    """

    number: int
    feature: int
    name: Title
    extent: Extent
    shape: Any
    neighbours: tuple[int, ...] = field(default=())


def plan_atlas(
    layer: VectorLayer,
    project: Project,
    words: Words,
    choice: AtlasChoice = ALL,
    columns: Mapping[str, Column] = NO_COLUMNS,
) -> tuple[AtlasPage, ...]:
    """Return the pages of an atlas in order; features without geometry are left out.

    Parameters
    ----------
    layer : VectorLayer
        One page for each of its features that is chosen.
    project : Project
        Gives the system of the map.
    words : Words
        Names are sorted as this language writes them.
    columns : Mapping[str, Column]
        Outcome columns on the layer's rows, which conditions, order and names may read.

    Raises
    ------
    EmptyInput
        With code ``report.atlas-empty`` if no feature has a geometry, ``report.atlas-none`` if
        none of those that have one is chosen.
    CommandError
        With code ``report.atlas-too-long`` above `MOST_PAGES` pages, ``report.atlas-personal`` if
        names would show personal data.
    SchemaError
        If the layer has no such column.
    """
    known = project.crs.is_known and layer.crs.is_known
    table = layer.table.to_crs(project.crs) if known else layer.table
    unit_m = project.crs.unit_m if project.crs.is_known else 1.0
    rows = _chosen(layer, table, choice, columns, words)
    rows = _in_order(layer, rows, words, choice, columns)
    shapes = table.shapes(rows)
    names = named_pages(layer, rows, choice.name, columns)
    beside = _neighbours(shapes, NEAR_M / unit_m)
    extents = [Extent(*bounds) for bounds in table.bounds[rows].tolist()]
    features = layer.table.ids[rows].tolist()
    return tuple(
        AtlasPage(index + 1, feature, name, extent, shape, neighbours)
        for index, (feature, name, extent, shape, neighbours) in enumerate(
            zip(features, names, extents, shapes, beside, strict=True)
        )
    )


def _chosen(
    layer: VectorLayer,
    table: FeatureTable,
    choice: AtlasChoice,
    columns: Mapping[str, Column],
    words: Words,
) -> NDArray[np.intp]:
    """Return the rows that make pages, in the order of the table."""
    title = layer.title.text(words.language)
    kept = np.asarray(np.isfinite(table.bounds).all(axis=1))
    if not kept.any():
        raise EmptyInput("report.atlas-empty", layer=title)
    if choice.where.strip():
        kept &= _marked(rows_where(formula(choice.where), layer.table, columns), table.row_count)
    if choice.ids is not None:
        meant = layer.table.rows_of_ids(np.array(choice.ids, dtype=np.int64))
        kept &= _marked(meant, table.row_count)
    rows = np.flatnonzero(kept)
    if choice.within is not None:
        rows = rows[shapely.intersects(shapely.box(*choice.within.as_tuple), table.shapes(rows))]
    if not len(rows):
        raise EmptyInput("report.atlas-none", layer=title)
    if len(rows) > MOST_PAGES:
        raise CommandError("report.atlas-too-long", count=len(rows), most=MOST_PAGES)
    return rows


def _marked(rows: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    marks = np.zeros(count, dtype=bool)
    marks[rows] = True
    return marks


def _in_order(
    layer: VectorLayer,
    rows: NDArray[np.intp],
    words: Words,
    choice: AtlasChoice,
    columns: Mapping[str, Column],
) -> NDArray[np.intp]:
    language = words.language
    if choice.sort_by:
        column = columns.get(choice.sort_by) or layer.table.column(choice.sort_by)
        return ordered(column, rows, language, descending=choice.descending)
    names = [name.text(language) for name in named_pages(layer, rows, choice.name, columns)]
    keys = [collation_key(name, language) for name in names]
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=choice.descending)
    return rows[np.array(order, dtype=np.intp)]


def _neighbours(shapes: NDArray[np.object_], reach: float) -> list[tuple[int, ...]]:
    """Return, for each page, the numbers of those whose features lie within reach of its own."""
    tree = shapely.STRtree(shapes)
    mine, theirs = tree.query(shapes, predicate="dwithin", distance=reach)
    other = mine != theirs
    mine, theirs = mine[other], theirs[other]
    order = np.lexsort((theirs, mine))
    ends = np.searchsorted(mine[order], np.arange(len(shapes) + 1))
    numbers = (theirs[order] + 1).tolist()
    return [
        tuple(numbers[start:end])
        for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


@dataclass(frozen=True, eq=False)
class AtlasSheet:
    """A page as it is drawn, with what the manifest tells of it.

    Attributes
    ----------
    feature : int
        Row id of its feature; -1 for a page that shows none (a tile, an index).
    extent : Extent or None
        What it is about, in the project's CRS; None for the whole.
    """

    content: SheetContent
    name: Title
    feature: int = -1
    extent: Extent | None = None
    neighbours: tuple[int, ...] = ()


def atlas_pages(
    content: SheetContent,
    layer: VectorLayer,
    project: Project,
    words: Words,
    choice: AtlasChoice = ALL,
    columns: Mapping[str, Column] = NO_COLUMNS,
) -> tuple[AtlasSheet, ...]:
    """Return a sheet per feature; raises as `plan_atlas`."""
    pages = plan_atlas(layer, project, words, choice, columns)
    return tuple(
        AtlasSheet(
            page_content(content, page, len(pages), choice),
            page.name,
            page.feature,
            page.extent,
            page.neighbours,
        )
        for page in pages
    )


def page_content(
    content: SheetContent, page: AtlasPage, count: int, choice: AtlasChoice = ALL
) -> SheetContent:
    """Return the sheet of a page: its maps follow the feature, which is outlined and named.

    Parameters
    ----------
    content : SheetContent
        The sheet that every page is made from.
    count : int
        How many pages the atlas has.
    """
    crs = content.scene.crs
    focus = _shown(page.extent, POINT_M / (crs.unit_m if crs.is_known else 1.0), choice.margin)
    lines = (TitleLine(page.name, 1.15, "semibold"), TitleLine(_place_in_atlas(page, count), 0.82))
    return replace(
        content,
        layout=following(content.layout, focus.center, choice.scale),
        focus=focus,
        titles=(*content.titles, *lines),
        highlight=(page.shape,),
        name=page.name,
        page=page.number,
        pages=count,
    )


def _shown(extent: Extent, smallest: float, margin: float) -> Extent:
    if extent.width or extent.height:
        return extent.scaled(margin)
    return extent.padded(smallest / 2)


def following(layout: Layout, center: tuple[float, float], scale: int = AS_LAYOUT) -> Layout:
    """Return a layout whose main map, and those that follow it, are centred on a place.

    Maps with a centre of their own (an overview of the town) stay where they are.
    """
    kept = layout.scale if scale == AS_LAYOUT else scale
    main = layout.main_map
    if main is not None and isinstance(main.content, MapContent):
        own = main.content.scale if scale == AS_LAYOUT else 0
        layout = layout.with_frame(
            replace(main, content=replace(main.content, center=None, scale=own))
        )
    return replace(layout, center=center, scale=kept)


def _place_in_atlas(page: AtlasPage, count: int) -> Title:
    """Return the line that says which page this is and which lie beside it."""
    return Title(**{language: _placed(page, count, language) for language in LANGUAGES})


def _placed(page: AtlasPage, count: int, language: str) -> str:
    words = load_words(language)
    where = words.text("atlas.page-of", page=page.number, pages=count)
    if not page.neighbours:
        return where
    shown = page.neighbours[:MOST_NEIGHBOURS]
    comma = words.text("report.list_separator")
    listed = comma.join(words.number(number) for number in shown)
    more = len(page.neighbours) - len(shown)
    if more:
        listed = words.text("atlas.and-more", pages=listed, count=more)
    return words.text("atlas.place", where=where, pages=listed)
