"""Which features make pages: filters, order, names, neighbours, what each page looks at."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.layer import Diffusion
from emadina_gis.domain.title import Title
from emadina_gis.errors import AnalysisError, CommandError, EmptyInput, SchemaError
from emadina_gis.project.layouts import Frame, Layout, MapContent
from emadina_gis.report.atlas import AtlasChoice, atlas_pages, following, plan_atlas
from emadina_gis.report.page_content import SheetContent
from emadina_gis.words import load_words

WORDS = load_words("fr")


def _plan(project, **choice):
    return plan_atlas(project.parcels, project, WORDS, AtlasChoice(**choice))


def test_a_condition_and_a_selection_both_hold(project):
    table = project.parcels.table
    sectors = table.strings("sector")
    wanted = set(table.ids[sectors == sectors[0]].tolist()) & set(table.ids[:20].tolist())
    pages = _plan(project, where=f"sector = '{sectors[0]}'", ids=tuple(table.ids[:20].tolist()))
    assert 0 < len(wanted) < 20
    assert {page.feature for page in pages} == wanted


def test_an_extent_keeps_what_meets_it(project):
    first = _plan(project)[0]
    x, y = first.shape.centroid.coords[0]
    around = Extent(x - 0.1, y - 0.1, x + 0.1, y + 0.1)
    assert [page.feature for page in _plan(project, within=around)] == [first.feature]


def test_pages_are_sorted_by_a_column_of_numbers(project):
    table = project.parcels.table
    pages = _plan(project, sort_by="area_m2", descending=True)
    rows = table.rows_of_ids(np.array([page.feature for page in pages]))
    areas = table.numbers("area_m2")[rows]
    assert (np.diff(areas) <= 0).all()
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))


def test_names_come_from_a_pattern(project):
    page = _plan(project, name="Secteur {sector}, page {page} de {pages}", sort_by="area_m2")[0]
    row = int(project.parcels.table.rows_of_ids(np.array([page.feature]))[0])
    sector = project.parcels.table.strings("sector")[row]
    assert page.name == Title.plain(f"Secteur {sector}, page 1 de 30")


def test_unknown_and_personal_columns_are_refused(project, with_values):
    with pytest.raises(SchemaError):
        _plan(project, name="{nothing}")
    with pytest.raises(SchemaError):
        _plan(project, sort_by="nothing")
    owned = with_values(owner=["Mme X"] * 30)
    with pytest.raises(CommandError) as caught:
        _plan(owned, name="{owner}")
    assert caught.value.code == "report.atlas-personal"


def test_a_formula_that_cannot_be_read_says_where(project):
    with pytest.raises(AnalysisError):
        _plan(project, where="area_m2 >")


def test_nothing_chosen_is_told(project):
    with pytest.raises(EmptyInput) as caught:
        _plan(project, where="area_m2 < 0")
    assert caught.value.code == "report.atlas-none"


def test_neighbours_are_mutual_and_not_the_page_itself(project):
    pages = _plan(project)
    beside = {page.number: set(page.neighbours) for page in pages}
    assert any(beside.values())
    for number, others in beside.items():
        assert number not in others
        assert all(number in beside[other] for other in others)


def test_titles_of_a_restricted_layer_name_no_page(project):
    layer = replace(project.parcels, diffusion=Diffusion.RESTRICTED)
    assert all("T.184" not in p.name.fr for p in plan_atlas(layer, project, WORDS))


def test_maps_follow_the_feature_but_an_overview_stays(project, scene):
    frames = (
        Frame("big", 0, 0, 200, 200, MapContent(center=(1.0, 2.0), scale=500)),
        Frame("small", 210, 0, 50, 50, MapContent(follows="big")),
        Frame("town", 210, 60, 50, 50, MapContent(center=(7.0, 8.0), scale=50_000)),
    )
    layout = replace(Layout("l", Title.plain("L")), frames=frames)
    moved = following(layout, (10.0, 20.0), 2000)
    assert moved.center == (10.0, 20.0)
    assert moved.scale == 2000
    assert moved.frame("big").content.center is None
    assert moved.frame("town").content.center == (7.0, 8.0)
    content = SheetContent(layout, scene, (), dt.date(2026, 3, 9))
    pages = atlas_pages(content, project.parcels, project, WORDS, AtlasChoice(scale=2000))
    assert {page.content.layout.scale for page in pages} == {2000}
    assert [page.content.page for page in pages] == list(range(1, 31))
    assert {page.content.pages for page in pages} == {30}
