"""Every content of a frame: what is planned for it, and what is said where it cannot be drawn."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.schema import Role
from emadina_gis.domain.title import Title
from emadina_gis.errors import EmptyInput
from emadina_gis.project import PageFormat
from emadina_gis.project import layouts as kinds
from emadina_gis.project.layout_rules import layout_faults
from emadina_gis.project.layouts import Frame
from emadina_gis.project.standard_page import standard_frames
from emadina_gis.regulation import load_document
from emadina_gis.report.layout import Box
from emadina_gis.report.page_attributes import attributes_table, listed_columns, may_be_listed
from emadina_gis.report.page_compose import compose
from emadina_gis.report.page_content import Tile
from emadina_gis.report.page_furniture import fold_marks
from emadina_gis.report.page_plan import SaidPlan
from emadina_gis.report.page_text import filled
from emadina_gis.report.sheet import write_sheet
from emadina_gis.simulation import capacity
from emadina_gis.words import LANGUAGES, load_words
from tests.builders import a_project
from tests.render.sheets import DATE, sheet_of, small_project
from tests.unit.report.conftest import inputs_of

FR = load_words("fr")


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture(scope="module")
def document():
    return load_document("ain-chock-2025")


@pytest.fixture
def project():
    return small_project()


@pytest.fixture
def outcome(project, document):
    return capacity(inputs_of(project.parcels.table, document), document)


CENTER = (295_050.0, 328_040.0)


def _page(project, *frames, outcome=None, **layout):
    """Return a sheet of frames: a map at 1/1 000, and what is given."""
    given = Frame("map", 20, 20, 200, 150, kinds.MapContent(scale=1000, center=CENTER))
    own = () if any(frame.id == "map" for frame in frames) else (given,)
    return sheet_of(project, outcome, frames=(*own, *frames), **layout)


def _frame(content, frame_id="x", x=240.0, y=20.0, width=120.0, height=60.0):
    return Frame(frame_id, x, y, width, height, content)


def _item(project, content, language="fr", **more):
    plan = compose(_page(project, _frame(content), **more), load_words(language))
    return plan.placed("x").item


@pytest.mark.parametrize("page", list(PageFormat))
@pytest.mark.parametrize("landscape", [True, False])
@pytest.mark.parametrize("fold_marks", [True, False])
def test_the_standard_page_is_a_sound_set_of_frames(project, page, landscape, fold_marks):
    content = sheet_of(project, page=page, landscape=landscape, fold_marks=fold_marks)
    frames = standard_frames(content.layout)
    assert not list(layout_faults(replace(content.layout, frames=frames)))
    plan = compose(content, FR)
    assert plan.maps[0].frame.box.width * plan.maps[0].frame.box.height > (
        0.4 * plan.page.width * plan.page.height
    )
    assert not any(problem.code == "page.title-folded" for problem in plan.problems)


def test_frames_of_its_own_give_the_standard_page_again(tmp_path, project, outcome):
    """The standard page and the same frames kept in the layout show the same map and classes."""
    plain = sheet_of(project, outcome)
    framed = replace(plain, layout=replace(plain.layout, frames=standard_frames(plain.layout)))
    first, second = compose(plain, FR), compose(framed, FR)
    assert first.maps[0].frame == second.maps[0].frame
    assert first.maps[0].groups == second.maps[0].groups


def test_arabic_pages_swap_sides_and_frames_may_keep_theirs(project):
    text = kinds.TextContent(Title.plain("x"))
    kept = replace(_frame(text, "kept"), keeps_side=True)
    content = _page(project, _frame(text), kept)
    left, right = (compose(content, load_words(language)) for language in ("fr", "ar"))
    assert right.placed("x").box == left.placed("x").box.mirrored(left.page)
    assert right.placed("kept").box == left.placed("kept").box
    assert right.maps[0].frame.extent == left.maps[0].frame.extent, "maps are not mirrored"


def test_the_legend_holds_the_classes_of_its_map_on_this_page(project):
    near = Frame("near", 20, 200, 30, 30, kinds.MapContent(scale=250, center=CENTER))
    legends = [_frame(kinds.LegendContent(of_map=name), f"of-{name}") for name in ("map", "near")]
    plan = compose(_page(project, near, *legends), FR)
    counts = []
    for name in ("map", "near"):
        shown = next(one for one in plan.maps if one.id == name)
        legend = plan.placed(f"of-{name}").item
        assert legend.groups == shown.groups
        counts.append(legend.count)
        extent = shown.frame.extent
        bounds = project.parcels.table.bounds
        seen = (bounds[:, 0] < extent.xmax) & (bounds[:, 2] > extent.xmin)
        seen &= (bounds[:, 1] < extent.ymax) & (bounds[:, 3] > extent.ymin)
        (group,) = (group for group in legend.groups if group.layer_id == "parcels")
        assert sum(item.count for item in group.items) == seen.sum()
    assert counts[1] < counts[0]


def test_a_map_that_follows_takes_scale_and_centre(project):
    other = Frame("other", 230, 20, 100, 80, kinds.MapContent(follows="map", scale=5000))
    plan = compose(_page(project, other), FR)
    first, second = plan.maps
    assert second.frame.scale == first.frame.scale
    assert second.frame.extent.center == pytest.approx(first.frame.extent.center)


def test_the_scale_bar_is_as_long_as_its_scale_says(project):
    bar = _item(project, kinds.ScaleBarContent())
    assert bar.length_mm == pytest.approx(bar.length_m / 1000 * 1000)
    assert bar.texts[0] == (0.0, "0")
    assert bar.texts[-1][0] == bar.length_mm


def test_grid_coordinates_stand_where_the_map_has_them(project):
    lines = kinds.MapContent(scale=1000, center=CENTER, grid=kinds.Grid.LINES, grid_step_m=50.0)
    plan = compose(_page(project, Frame("map", 20, 20, 200, 150, lines)), FR)
    shown = plan.maps[0]
    assert shown.grid.is_lines
    assert [line.value for line in shown.grid.eastings] == [
        294_950.0,
        295_000.0,
        295_050.0,
        295_100.0,
        295_150.0,
    ]
    for line in shown.grid.eastings:
        assert line.at_mm == pytest.approx(20 + (line.value - CENTER[0] + 100))
    for line in shown.grid.northings:
        assert line.at_mm == pytest.approx(20 + 75 - (line.value - CENTER[1]))


def test_placeholders_are_filled_and_unknown_ones_stay(project):
    text = "{project} · {scale} · {date} · {page}/{pages} · {nothing}"
    item = _item(project, kinds.TextContent(Title.plain(text)))
    assert item.text == f"{project.title.fr} · 1/1 000 · 09/03/2026 · 1/1 · {{nothing}}".replace(
        "1 000", "1\u202f000"
    )
    assert filled("{a}{b}", {"a": "{b}"}) == "{b}{b}", "what was filled in is not read again"


def test_text_that_does_not_fit_is_cut_and_said(tmp_path, project):
    long = kinds.TextContent(Title.plain("beaucoup de mots " * 60))
    page = _page(project, _frame(long, width=40.0, height=10.0))
    written = write_sheet(page, tmp_path / "x.pdf", FR)
    assert [(p.code, p.where) for p in written.problems] == [("page.does-not-fit", "x")]
    short = kinds.TextContent(Title.plain("peu de mots"))
    written = write_sheet(_page(project, _frame(short)), tmp_path / "x.pdf", FR)
    assert not written.problems


def test_a_legend_without_room_tells_how_many_more(tmp_path, project):
    page = _page(project, _frame(kinds.LegendContent(), width=25.0, height=12.0))
    written = write_sheet(page, tmp_path / "x.pdf", FR)
    (drawn,) = written.pages
    legend = drawn.plan.placed("x").item
    (problem,) = (p for p in written.problems if p.where == "x")
    assert problem.count == legend.count - drawn.listed["x"] > 0


def test_a_map_off_the_data_is_said_and_drawn(tmp_path, project):
    off = kinds.MapContent(scale=1000, center=(10_000.0, 10_000.0))
    page = _page(project, Frame("map", 20, 20, 200, 150, off), _frame(kinds.LegendContent()))
    written = write_sheet(page, tmp_path / "x.pdf", FR)
    assert {p.code for p in written.problems} == {"page.map-empty", "page.nothing-to-show"}
    assert written.pdf.page_count == 1
    for problem in written.problems:
        for language in LANGUAGES:
            assert all(load_words(language).problem(problem))


def test_a_page_of_texts_needs_no_data(tmp_path):
    empty = a_project().build()
    page = sheet_of(empty, frames=(_frame(kinds.TextContent(Title.plain("Seul"))),))
    assert write_sheet(page, tmp_path / "x.pdf", FR).pdf.page_count == 1
    with_map = sheet_of(
        empty, frames=(_frame(kinds.MapContent()), _frame(kinds.LegendContent(), "legend"))
    )
    with pytest.raises(EmptyInput):
        write_sheet(with_map, tmp_path / "y.pdf", FR)


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    b'<rect width="10" height="10"/></svg>'
).decode()


@pytest.mark.parametrize("data", [PIXEL, SVG])
def test_pictures_are_drawn(tmp_path, project, data):
    page = _page(project, _frame(kinds.PictureContent("logo.png", data)))
    assert not write_sheet(page, tmp_path / "x.pdf", FR).problems


@pytest.mark.parametrize("data", ["", "no base 64!", base64.b64encode(b"no picture").decode()])
def test_a_broken_picture_is_said(tmp_path, project, data):
    page = _page(project, _frame(kinds.PictureContent("logo.png", data)))
    (problem,) = write_sheet(page, tmp_path / "x.pdf", FR).problems
    assert problem.code == ("page.picture-broken" if data else "page.picture-none")


def test_the_check_bar_is_exactly_ten_centimetres(project):
    bar = _item(project, kinds.CheckBarContent())
    assert bar.length_mm == 100.0


def test_tables_and_charts_of_a_balance_say_the_same_figures(project, outcome):
    table = _item(project, kinds.TableContent(), outcome=outcome)
    chart = _item(project, kinds.ChartContent(), outcome=outcome)
    cells = {cell.text for row in table.rows for cell in row.cells}
    assert {bar.text for group in chart.groups for bar in group.bars} <= cells


@pytest.mark.parametrize(
    "content",
    [kinds.TableContent(kind) for kind in kinds.TableKind]
    + [kinds.ChartContent(kind) for kind in kinds.ChartKind],
)
def test_what_has_no_figures_says_so_in_its_place(tmp_path, project, content):
    assert isinstance(_item(project, content), SaidPlan)
    written = write_sheet(_page(project, _frame(content)), tmp_path / "x.pdf", load_words("ar"))
    assert [p.code for p in written.problems] == ["page.nothing-to-show"]


def test_attributes_hold_no_personal_data(project):
    layer = project.parcels
    owners = np.full(layer.table.row_count, "Propriétaire Un", dtype=object)
    table = layer.table.with_column("proprietaire", owners)
    layer = replace(layer, table=table, diffusion=Diffusion.PUBLIC)
    title = layer.schema.column(Role.PARCEL_ID)
    assert "proprietaire" not in listed_columns(layer, ("proprietaire", "sector"))
    assert title in listed_columns(layer, (title,))
    restricted = replace(layer, diffusion=Diffusion.RESTRICTED)
    assert title not in listed_columns(restricted, (title, "sector"))
    assert not may_be_listed(replace(layer, diffusion=Diffusion.INTERNAL))
    made = attributes_table(restricted, (title, "sector"), 5, FR)
    assert (len(made.rows), made.left_out, len(made.heads)) == (5, 25, 1)


def test_revisions_stand_last_first(project):
    revisions = (
        kinds.Revision("A", dt.date(2026, 1, 5), "Première"),
        kinds.Revision("B", DATE, "Seconde"),
    )
    table = _item(project, kinds.RevisionsContent(), revisions=revisions)
    assert [row.cells[0].text for row in table.rows] == ["B", "A"]


def test_the_overview_shows_the_sheets_of_a_series(project):
    tiles = tuple(
        Tile(str(n), Extent(295_000 + 50 * n, 328_000, 295_050 + 50 * n, 328_050)) for n in range(3)
    )
    content = replace(_page(project, _frame(kinds.OverviewContent())), tiles=tiles, tile=1)
    plan = compose(content, FR).placed("x").item
    boxes = [plan.frame.box_of(tile.extent) for tile in plan.tiles]
    assert plan.tile == 1
    for box in boxes:
        assert plan.frame.box.x <= box.x
        assert box.right <= plan.frame.box.right + 1e-9


@pytest.mark.parametrize(
    ("size", "across", "down"),
    [
        ((420, 297), [210], []),
        ((594, 420), [384, 174], [123]),
        ((841, 594), [631, 421, 211], [297]),
        ((1189, 841), [979, 769, 559, 349, 139], [544, 247]),
        ((210, 297), [], []),
    ],
)
def test_folds_give_panels_of_a4_from_the_corner_of_the_title_block(size, across, down):
    marks = fold_marks(Box(0, 0, *size))
    assert sorted({m.x0 for m in marks if m.x0 == m.x1}, reverse=True) == across
    assert sorted({m.y0 for m in marks if m.y0 == m.y1}, reverse=True) == down
    mirrored = fold_marks(Box(0, 0, *size), from_left=True)
    assert {m.x0 for m in mirrored if m.x0 == m.x1} == {size[0] - x for x in across}


def test_a_title_block_that_would_be_folded_in_is_said(project):
    inside = Frame("title", 20, 20, 100, 40, kinds.TitleBlockContent())
    plan = compose(_page(project, inside, fold_marks=True, page=PageFormat.A2), FR)
    assert [p.code for p in plan.problems] == ["page.title-folded"]
    outside = Frame("title", 300, 240, 110, 50, kinds.TitleBlockContent())
    plan = compose(_page(project, outside, fold_marks=True), FR)
    assert not plan.problems
    assert plan.folds


def test_black_and_white_keeps_legend_and_map_together(project):
    content = kinds.MapContent(scale=1000, center=CENTER, ink=kinds.Ink.BLACK_AND_WHITE)
    page = _page(project, Frame("map", 20, 20, 200, 150, content), _frame(kinds.LegendContent()))
    plan = compose(page, FR)
    assert plan.placed("x").item.groups == plan.maps[0].groups
    colors = {
        color
        for group in plan.maps[0].groups
        for item in group.items
        for color in (item.symbol.fill, item.symbol.stroke)
        if color
    }
    assert all(c[1:3] == c[3:5] == c[5:7] or c == "#22211f" for c in colors), colors


def test_what_lies_under_a_polygon_that_fills_the_map_is_not_drawn(project):
    xmin, ymin, xmax, ymax = project.parcels.table.bounds[0]
    inside = kinds.MapContent(scale=100, center=((xmin + xmax) / 2, (ymin + ymax) / 2))
    frame = Frame("map", 20, 20, 50, 50, inside)
    below = replace(project.parcels, id="below", title=Title.plain("Dessous"))
    covered = replace(project, layers=(*project.layers, below))
    (shown,) = compose(_page(covered, frame), FR).maps
    assert "below" not in {drawn.id for drawn in shown.scene.layers}
    assert "below" not in {group.layer_id for group in shown.groups}
    (wide,) = compose(_page(covered), FR).maps
    assert "below" in {group.layer_id for group in wide.groups}


def test_labels_never_name_persons(project):
    layer = project.parcels
    schema = layer.schema.with_role(Role.OWNER, "sector")
    named = project.with_layer(replace(layer, schema=schema))
    for shown, is_labelled in ((project, True), (named, False)):
        (drawn,) = (
            one for one in compose(_page(shown), FR).maps[0].scene.vectors if one.id == "parcels"
        )
        assert (drawn.label is not None) == is_labelled


def test_a_map_that_is_not_to_scale_has_no_scale_bar(project):
    frames = (_frame(kinds.ScaleBarContent(), "bar"), _frame(kinds.FactsContent(), "facts"))
    middle = kinds.MapContent(scale=1000)
    for crs, why in ((Crs.parse("EPSG:4326"), "in-degrees"), (UNKNOWN, "without-system")):
        page = _page(replace(project, crs=crs), Frame("map", 20, 20, 200, 150, middle), *frames)
        plan = compose(page, FR)
        assert isinstance(plan.placed("bar").item, SaidPlan)
        assert f"page.map-{why}" in {problem.code for problem in plan.problems}
        assert plan.placed("facts").item.pairs[0][1].startswith("environ") == crs.is_known
