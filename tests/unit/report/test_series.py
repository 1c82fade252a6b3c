"""Tiled series: the grid, its overlap, names, empty tiles, neighbours, the index sheet."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.title import Title
from emadina_gis.errors import CommandError, EmptyInput
from emadina_gis.project.layouts import Layout, OverviewContent, TextContent
from emadina_gis.report.page_compose import compose
from emadina_gis.report.page_content import SheetContent
from emadina_gis.report.page_plan import OverviewPlan
from emadina_gis.report.series import Naming, SeriesChoice, letters, plan_series
from emadina_gis.report.series_pages import frame_mm, series_pages
from emadina_gis.words import load_words

WHOLE = Extent(295_000.0, 325_000.0, 297_300.0, 326_400.0)


def test_sheets_cover_the_extent_with_the_overlap():
    tiles = plan_series(WHOLE, (260.0, 210.0), SeriesChoice(2000, overlap_mm=10.0))
    assert {(round(t.cell.width), round(t.cell.height)) for t in tiles} == {(500, 400)}
    assert min(t.cell.xmin for t in tiles) <= WHOLE.xmin
    assert max(t.cell.xmax for t in tiles) >= WHOLE.xmax
    assert min(t.cell.ymin for t in tiles) <= WHOLE.ymin
    assert max(t.cell.ymax for t in tiles) >= WHOLE.ymax
    assert len(tiles) == 5 * 4
    assert [t.name for t in tiles[:6]] == ["A1", "A2", "A3", "A4", "A5", "B1"]


def test_names_by_kilometres_lie_on_round_coordinates():
    choice = SeriesChoice(2000, naming=Naming.KILOMETRIC)
    tiles = plan_series(WHOLE, (260.0, 210.0), choice)
    assert tiles[0].name == "295.00-326.25"
    for tile in tiles:
        x, y = (float(part) * 1000 for part in tile.name.split("-"))
        assert (tile.cell.xmin, tile.cell.ymin) == pytest.approx((x, y), abs=1e-6)


def test_empty_tiles_are_left_out_and_not_named_as_neighbours():
    def used(cells):
        return np.array([index % 2 == 0 for index in range(len(cells))])

    tiles = plan_series(WHOLE, (260.0, 210.0), SeriesChoice(2000), used=used)
    names = {tile.name for tile in tiles}
    assert "A2" not in names
    assert all(name in names for tile in tiles for _side, name in tile.neighbours)
    assert dict(tiles[0].neighbours) == {"south-east": "B2"}


def test_rows_go_on_after_z():
    assert [letters(row) for row in (0, 25, 26, 27, 701, 702)] == [
        "A", "Z", "AA", "AB", "ZZ", "AAA",
    ]  # fmt: skip


def test_nonsense_is_refused():
    with pytest.raises(CommandError) as caught:
        plan_series(WHOLE, (260.0, 210.0), SeriesChoice(2000, overlap_mm=210.0))
    assert caught.value.code == "series.overlap"
    with pytest.raises(CommandError) as caught:
        plan_series(WHOLE, (260.0, 210.0), SeriesChoice(10))
    assert caught.value.code == "series.too-many"
    with pytest.raises(EmptyInput):
        plan_series(
            WHOLE, (260.0, 210.0), SeriesChoice(2000), used=lambda cells: np.zeros(len(cells), bool)
        )


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_show_the_tile_its_place_and_the_index(scene, project, language):
    words = load_words(language)
    layout = Layout("s", Title("Série", "سلسلة", "Series"))
    content = SheetContent(layout, scene, (), dt.date(2026, 3, 9))
    whole = project.extent_of(project.parcels)
    tiles = plan_series(whole, frame_mm(layout), SeriesChoice(200))
    pages = series_pages(content, tiles, 200, words)
    assert len(pages) == len(tiles) + 1
    index = pages[0].content
    named = [f.content.text.fr for f in index.over if isinstance(f.content, TextContent)]
    assert named == [tile.name for tile in tiles]
    plan = compose(index, words)
    shown = plan.maps[0].frame
    for tile, frame in zip(tiles, index.over, strict=True):
        placed = plan.placed(frame.id).box
        middle = shown.x_mm(tile.cell.center[0]), shown.y_mm(tile.cell.center[1])
        assert placed.x + placed.width / 2 == pytest.approx(middle[0], abs=0.01)
        assert placed.y + placed.height / 2 == pytest.approx(middle[1], abs=0.01)
    page = compose(pages[1].content, words)
    assert page.scale == 200
    assert page.maps[0].frame.extent.center == pytest.approx(tiles[0].cell.center)
    overview = [p.item for p in page.frames if isinstance(p.frame.content, OverviewContent)]
    assert isinstance(overview[0], OverviewPlan)
    assert [tile.name for tile in overview[0].tiles] == [tile.name for tile in tiles]
    assert overview[0].tile == 0
