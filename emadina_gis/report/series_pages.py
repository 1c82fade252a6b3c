"""The pages of a tiled series: an index sheet with every tile numbered, and a sheet per tile.

Each sheet names its neighbours and, in its overview, shows where it lies in the series.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from emadina_gis.domain.extent import Extent, union_of
from emadina_gis.domain.title import Title
from emadina_gis.project.layouts import Frame, OverviewContent, TextContent
from emadina_gis.report.atlas import AtlasSheet, following
from emadina_gis.report.atlas_drawing import main_map
from emadina_gis.report.page_compose import compose, page_layout
from emadina_gis.report.page_content import Tile, TitleLine
from emadina_gis.words import LANGUAGES, load_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.project import Layout
    from emadina_gis.report.map_frame import MapFrame
    from emadina_gis.report.page_content import SheetContent
    from emadina_gis.report.series import SeriesTile
    from emadina_gis.words import Words

INDEX = "index"
#: Side of the overview that is set into the map of a layout that has none, part of the map's.
INSET = 0.2
INSET_GAP_MM = 3.0
#: Names on the index sheet, in points: no larger, no smaller than can be read.
LARGEST_NAME_PT, SMALLEST_NAME_PT = 16.0, 5.0
_PT_PER_MM = 72 / 25.4
NAME_INK = "#0b6e6e"
_ROOM = 1.05


def frame_mm(layout: Layout) -> tuple[float, float]:
    """Return the size of the main map of a layout on paper, in millimetres."""
    main = page_layout(layout).main_map
    return (0.0, 0.0) if main is None else (main.width, main.height)


def series_pages(
    content: SheetContent,
    tiles: Sequence[SeriesTile],
    scale: int,
    words: Words,
    *,
    has_index: bool = True,
) -> tuple[AtlasSheet, ...]:
    """Return the sheets of a series, the index sheet first.

    Parameters
    ----------
    content : SheetContent
        The sheet that every page is made from.
    """
    shown = tuple(Tile(tile.name, tile.cell) for tile in tiles)
    number = {tile.name: index + 1 + has_index for index, tile in enumerate(tiles)}
    laid = replace(content, over=(*content.over, *_overview(content.layout)), tiles=shown)
    sheets = [
        _sheet(laid, tile, scale, index=index, number=number) for index, tile in enumerate(tiles)
    ]
    if has_index:
        sheets.insert(0, index_sheet(content, tiles, words))
    return tuple(_numbered(sheet, at + 1, len(sheets)) for at, sheet in enumerate(sheets))


def _numbered(sheet: AtlasSheet, page: int, pages: int) -> AtlasSheet:
    return replace(sheet, content=replace(sheet.content, page=page, pages=pages))


def _sheet(
    content: SheetContent, tile: SeriesTile, scale: int, *, index: int, number: dict[str, int]
) -> AtlasSheet:
    name = Title(*(load_words(x).text("series.sheet", name=tile.name) for x in ("fr", "ar", "en")))
    lines = [TitleLine(name, 1.25, "semibold")]
    if tile.neighbours:
        lines.append(TitleLine(_neighbours(tile), 0.82))
    made = replace(
        content,
        layout=following(content.layout, tile.cell.center, scale),
        focus=tile.cell,
        titles=(*content.titles, *lines),
        name=name,
        tile=index,
    )
    beside = tuple(sorted(number[other] for _side, other in tile.neighbours))
    return AtlasSheet(made, name, -1, tile.cell, beside)


def _neighbours(tile: SeriesTile) -> Title:
    said = {language: _listed(tile, language) for language in LANGUAGES}
    return Title(**said)


def _listed(tile: SeriesTile, language: str) -> str:
    words = load_words(language)
    comma = words.text("report.list_separator")
    sides = [
        words.text("series.beside", side=words.text(f"series.side.{side}"), name=name)
        for side, name in tile.neighbours
        if "-" not in side
    ]
    return words.text("series.neighbours", sheets=comma.join(sides)) if sides else ""


def _overview(layout: Layout) -> tuple[Frame, ...]:
    """Return an overview set into a corner of the main map, none where the layout has its own."""
    laid = page_layout(layout)
    main = laid.main_map
    has_one = any(isinstance(frame.content, OverviewContent) for frame in laid.frames)
    if has_one or main is None:
        return ()
    width, height = main.width * INSET, main.height * INSET
    inset = Frame(
        "series-overview",
        main.right - width - INSET_GAP_MM,
        main.bottom - height - INSET_GAP_MM,
        width,
        height,
        OverviewContent(main.id),
        border_mm=0.2,
        background="#ffffff",
    )
    return (inset,)


def index_sheet(content: SheetContent, tiles: Sequence[SeriesTile], words: Words) -> AtlasSheet:
    """Return the sheet that shows all tiles, each with its name."""
    whole = union_of(tile.cell for tile in tiles)
    assert whole is not None
    title = Title(*(load_words(x).text("series.index") for x in ("fr", "ar", "en")))
    laid = replace(
        content,
        layout=following(content.layout, whole.center, 0),
        focus=whole.scaled(_ROOM),
        titles=(*content.titles, TitleLine(title, 1.25, "semibold")),
        highlight=tuple(shapely.box(*tile.cell.as_tuple) for tile in tiles),
        name=title,
    )
    named = replace(laid, over=(*laid.over, *_names(laid, tiles, words)))
    return AtlasSheet(named, title, -1, whole)


def _names(content: SheetContent, tiles: Sequence[SeriesTile], words: Words) -> tuple[Frame, ...]:
    """Return the name of each tile, written on its place in the main map."""
    shown = main_map(compose(content, words))
    return () if shown is None else tuple(_name_frame(tile, shown.frame) for tile in tiles)


def _name_frame(tile: SeriesTile, frame: MapFrame) -> Frame:
    """Return a text in the middle of a tile, as large as fits."""
    box = _on_paper(tile.cell, frame)
    width, height = box[2], box[3]
    letters = max(len(tile.name), 2)
    size = min(width * 0.8 / (letters * 0.62), height * 0.5) * _PT_PER_MM
    size = min(max(size, SMALLEST_NAME_PT), LARGEST_NAME_PT)
    tall = size / _PT_PER_MM * 1.5
    text = TextContent(Title.plain(tile.name), size, "bold", NAME_INK, "center")
    x, y = box[0], box[1] + (height - tall) / 2
    return Frame(f"tile-{tile.name}", x, y, width, tall, text, keeps_side=True)


def _on_paper(cell: Extent, frame: MapFrame) -> tuple[float, float, float, float]:
    left, top = frame.x_mm(cell.xmin), frame.y_mm(cell.ymax)
    return left, top, frame.x_mm(cell.xmax) - left, frame.y_mm(cell.ymin) - top
