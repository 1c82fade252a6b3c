from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.domain.layer import Diffusion, Title
from emadina_gis.domain.style import Categorized, Category, Graduated, Method, Style, Symbol
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import EmptyInput, OutputError
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report.web import After, WebContent, write_web
from emadina_gis.report.web import geometry as web_geometry
from emadina_gis.report.web.geometry import Grid, degrees, web_shapes
from emadina_gis.report.web.packing import folded, packed, packed_column
from emadina_gis.simulation import capacity
from emadina_gis.simulation.scenario_outcome import OutcomeColumns
from emadina_gis.words import load_words
from tests.unit.report.conftest import DATE, inputs_of
from tests.unit.report.web_page import (
    HIDDEN,
    all_texts,
    data_of,
    layer_of,
    rings_of,
    unfolded,
    unpacked,
    values_of,
    whole,
)


@pytest.fixture(autouse=True)
def _all_fields(monkeypatch):
    """Show every column: the parcels of the tests have more than a popup holds."""
    monkeypatch.setattr("emadina_gis.report.web.fields.MOST_FIELDS", 60)


def _published(project, diffusion=Diffusion.PUBLIC, **more):
    layers = tuple(replace(layer, diffusion=diffusion) for layer in project.layers)
    return replace(project, layers=layers, **more)


def _content(project, **more):
    scene = build_scene(project, cache=DerivedCache())
    return WebContent(scene, project.title, DATE, parcels_id="parcels", **more)


def _write(tmp_path, project, language="fr", **more):
    path = tmp_path / "map.html"
    written = write_web(_content(project, **more), path, load_words(language))
    return written, path.read_text(encoding="utf-8")


def test_nothing_is_fetched(tmp_path, project):
    _written, page = _write(tmp_path, _published(project))
    references = re.findall(r"https?://[^\s\"'<>)]+", page)
    assert {r for r in references if not r.startswith("http://www.w3.org/")} == set()
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", page)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles


def test_the_policy_allows_its_own_scripts_only(tmp_path, project):
    _written, page = _write(tmp_path, _published(project))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert scripts
    for text in scripts:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert page.index("Content-Security-Policy") < page.index("<script>")
    assert " on" not in re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL).lower()


def test_hostile_texts_stay_texts(tmp_path, project, hostile):
    texts = np.array([hostile[i % len(hostile)] for i in range(30)], dtype=object)
    layer = project.parcels
    table = layer.table.with_column("street", texts).with_column("parcel_id", texts)
    style = Style(
        Categorized("street", tuple(Category(t, "#aa3311", t) for t in hostile), Symbol())
    )
    title = Title(*(hostile[1],) * 3)
    project = project.with_layer(replace(layer, table=table, style=style, title=title))
    project = _published(project, title=Title(hostile[0], hostile[1], hostile[2]))
    _written, page = _write(tmp_path, project)
    assert data_of(page)["title"]["fr"] == hostile[0]
    assert page.count("<script>") == len(re.findall(r"<script>.*?</script>", page, re.DOTALL))
    head = page[: page.index("<body>")]
    assert hostile[0] not in head
    block = page[page.index('id="emadina-data">') + 18 :]
    block = block[: block.index("</script>")]
    assert "<" not in block
    assert "\u2028" not in block
    code = (page[page.index("readData") :]).split("</script>")[0]
    assert "innerHTML" not in code
    assert "eval(" not in code


def test_lone_surrogates_do_not_break_the_page(tmp_path, project):
    title = Title.plain("Plan \ud800 brut")
    _written, page = _write(tmp_path, _published(project, title=title))
    assert data_of(page)["title"]["fr"] == "Plan \ufffd brut"


def test_internal_layers_stay_inside(tmp_path, project):
    layers = tuple(
        replace(layer, diffusion=Diffusion.INTERNAL if layer.id == "parcels" else Diffusion.PUBLIC)
        for layer in project.layers
    )
    written, page = _write(tmp_path, replace(project, layers=layers))
    assert written.left_out == 1
    assert "T.18400/C" not in page
    assert any("n'est pas publiée" in text for text in data_of(page)["notes"]["fr"])


def test_nothing_public_is_an_error(tmp_path, project):
    with pytest.raises(EmptyInput) as caught:
        _write(tmp_path, project)
    assert caught.value.code == "report.web-nothing-public"
    assert list(tmp_path.iterdir()) == []


def test_restricted_layers_leave_only_where_they_are_chosen(tmp_path, project):
    restricted = _published(project, Diffusion.RESTRICTED)
    with pytest.raises(EmptyInput):
        _write(tmp_path, restricted)
    _written, page = _write(tmp_path, restricted, layers=frozenset({"parcels"}))
    assert [layer["id"] for layer in data_of(page)["layers"]] == ["parcels"]
    assert "restreinte" in data_of(page)["notes"]["fr"][0]


def test_an_internal_layer_does_not_leave_even_where_it_is_chosen(tmp_path, project):
    layers = tuple(
        replace(layer, diffusion=Diffusion.PUBLIC if layer.id == "parcels" else Diffusion.INTERNAL)
        for layer in project.layers
    )
    chosen = frozenset(layer.id for layer in project.layers)
    _written, page = _write(tmp_path, replace(project, layers=layers), layers=chosen)
    assert {layer["id"] for layer in data_of(page)["layers"]} == {"parcels"}
    text = all_texts(page)
    for layer in project.vector_layers:
        if layer.id == "parcels":
            continue
        for name in layer.table.names:
            for value in layer.table.strings(name).tolist():
                assert value is None or len(str(value)) < 5 or str(value) not in text


def test_land_titles_never_leave(tmp_path, project, with_values):
    remarks = np.array([f"Voir TF n° {18400 + i} / C" for i in range(30)], dtype=object)
    plain = np.array([f"{700 + i}/C" for i in range(30)], dtype=object)
    project = with_values(remarque=remarks, autre=plain)
    _written, page = _write(tmp_path, _published(project))
    assert layer_of(page, "parcels")["search"] == []
    text = all_texts(page)
    assert not re.search(r"\b\d{3,7}\s*/\s*C\b", text)
    assert values_of(layer_of(page, "parcels"), "remarque")[0] == "Voir •••"
    assert any("09-08" in text for text in data_of(page)["notes"]["fr"])


def test_a_style_by_owner_or_title_becomes_one_symbol(tmp_path, with_values):
    names = np.array([f"Famille {i % 3}" for i in range(30)], dtype=object)
    project = with_values(proprietaire=names)
    kinds = tuple(Category(f"Famille {i}", "#aa3311", f"Famille {i}") for i in range(3))
    style = Style(Categorized("proprietaire", kinds, Symbol()))
    project = project.with_layer(replace(project.parcels, style=style))
    _written, page = _write(tmp_path, _published(project))
    assert "Famille" not in all_texts(page)
    assert len(layer_of(page, "parcels")["entries"]) == 1


def test_colours_tell_no_small_count(tmp_path, with_values):
    counts = np.arange(30.0)
    project = with_values(menages=counts)
    bounds = (0.0, 5.0, 20.0, 30.0)
    style = Style(Graduated("menages", bounds, ("#111111", "#222222", "#333333"), Method.MANUAL))
    project = project.with_layer(replace(project.parcels, style=style))
    _written, page = _write(tmp_path, _published(project))
    layer = layer_of(page, "parcels")
    codes = whole(layer["codes"])
    assert len(set(codes[1:10])) == 1
    assert codes[1] not in {codes[0], *codes[10:]}
    assert layer["entries"][-1]["text"]["en"].startswith("fewer than 10")
    assert sum(entry["count"] for entry in layer["entries"]) == 30


def test_personal_columns_never_leave(tmp_path, with_values):
    names = np.array(["Fatima Z."] * 30, dtype=object)
    project = with_values(proprietaire=names, cin=names, owner_name=names, telephone_1=names)
    _written, page = _write(tmp_path, _published(project))
    assert "Fatima" not in all_texts(page)


def test_small_counts_are_suppressed(tmp_path, project, with_values):
    project = with_values(menages=np.arange(30.0), menages_pct=np.full(30, 5.0))
    _written, page = _write(tmp_path, _published(project))
    layer = layer_of(page, "parcels")
    for key in ("existing_dwellings", "menages"):
        values = values_of(layer, key)
        assert all(value in {None, 0, HIDDEN} or value >= 10 for value in values)
        assert HIDDEN in values
    assert values_of(layer, "menages_pct") == [5.0] * 30


def test_a_parcel_says_what_it_may_carry(tmp_path, project, outcome, document):
    columns = OutcomeColumns(outcome)
    _written, page = _write(tmp_path, _published(project), columns=columns, document=document)
    layer = layer_of(page, "parcels")
    keys = [field["key"] for field in layer["fields"]]
    assert "net_range" in keys
    assert "forbidden" in keys
    expected = outcome.net_floor_area_m2
    for row, value in enumerate(values_of(layer, "net_floor_area_m2")):
        assert (value is None) == bool(np.isnan(expected[row]))
        assert value is None or value == round(expected[row])
    status = next(field for field in layer["fields"] if field["key"] == "status")
    assert set(status["values"][0]) == {"fr", "ar", "en"}


def test_a_scenario_is_shown_beside_the_reference(tmp_path, project, document, outcome):
    before = OutcomeColumns(outcome)
    moved = replace_sector(project, document)
    after = OutcomeColumns(moved)
    published = _published(project)
    scene = build_scene(published, cache=DerivedCache(), columns={"parcels": after})
    beside = After(Title.plain("Densifier"), Title.plain("Référence"), scene, after)
    written, page = _write(tmp_path, published, columns=before, document=document, after=beside)
    layer = layer_of(page, "parcels")
    rows = np.cumsum([unfolded(value) for value in unpacked(layer["after"]["rows"])])
    differs = [
        row for row in range(30) if before["sector"].strings[row] != after["sector"].strings[row]
    ]
    assert set(differs) <= set(rows.tolist())
    assert written.changed == len(rows) < 30
    told = values_of(layer["after"], "sector")
    assert [told[rows.tolist().index(row)] for row in differs] == ["B4"] * len(differs)
    assert [side["fr"] for side in data_of(page)["sides"]] == ["Référence", "Densifier"]


def replace_sector(project, document):
    """Return the outcome with every fifth parcel in B4."""
    table = project.parcels.table
    sectors = table.strings("sector").copy()
    sectors[::5] = "B4"
    return capacity(inputs_of(table.with_column("sector", sectors), document), document)


def test_the_page_opens_in_its_language(tmp_path, project):
    _written, page = _write(tmp_path, _published(project), "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert data_of(page)["language"] == "ar"
    assert set(data_of(page)["words"]) == {"fr", "ar", "en"}


def test_the_same_content_gives_the_same_page(tmp_path, project):
    first = _write(tmp_path, _published(project))[1]
    assert _write(tmp_path, _published(project))[1] == first


def test_geometry_comes_back_within_half_a_step(tmp_path, project):
    _written, page = _write(tmp_path, _published(project), precision_m=0.25)
    data = data_of(page)
    found = rings_of(data, layer_of(page, "parcels")["shapes"])
    table = project.parcels.table.to_crs(Crs.parse("EPSG:4326"))
    rings = [shapely.get_coordinates(shape)[:-1] for shape in table.shapes()]
    off = np.abs(found - np.concatenate(rings))
    assert off[:, 1].max() * 111_320 <= 0.126
    assert off[:, 0].max() * 111_320 * np.cos(np.radians(33.5)) <= 0.127


def test_neighbours_keep_their_common_corners(project):
    table = project.parcels.table
    grid = Grid.over(degrees(table).extent, 0.5)
    shapes = web_shapes(table, grid, NULL_CONTEXT)
    points = rings_of({"grid": grid.as_list}, shapes.packed)
    exact = np.concatenate([shapely.get_coordinates(s)[:-1] for s in table.shapes()])
    assert len(np.unique(points, axis=0)) == len(np.unique(exact, axis=0))


def test_above_the_limit_classes_are_merged_and_it_is_said(tmp_path, monkeypatch, project):
    monkeypatch.setattr("emadina_gis.report.web.layers.EXACT_LIMIT", 10)
    written, page = _write(tmp_path, _published(project))
    assert "parcels" in written.simplified
    layer = layer_of(page, "parcels")
    assert layer["detailZoom"] > 0
    assert layer["shapes"]["count"] == 30
    assert layer["far"]["codes"]
    assert any("simplifiée" in text for text in data_of(page)["notes"]["fr"])


def test_very_large_layers_are_published_by_class_only(tmp_path, monkeypatch, project):
    monkeypatch.setattr(web_geometry, "SINGLE_LIMIT", 5)
    monkeypatch.setattr("emadina_gis.report.web.layers.SINGLE_LIMIT", 5)
    _written, page = _write(tmp_path, _published(project))
    layer = layer_of(page, "parcels")
    assert layer["onlyFar"]
    assert layer["shapes"]["count"] == 0
    assert layer["far"]["codes"] == [0]


def test_limits_with_many_corners_are_simplified_together():
    angles = np.linspace(0, np.pi, 2000)
    wave = np.column_stack([295_000 + angles * 3000, 328_000 + 40 * np.sin(angles * 40)])
    north = shapely.Polygon([*wave, (304_400, 332_000), (295_000, 332_000)])
    south = shapely.Polygon([*wave, (304_400, 325_000), (295_000, 325_000)])
    table = FeatureTable.from_columns({}, np.array([north, south]), crs=MERCHICH_NORTH)
    grid = Grid.over(degrees(table).extent, 0.25)
    shapes = web_shapes(table, grid, NULL_CONTEXT)
    assert shapes.simplified_m == 5.0
    points = rings_of({"grid": grid.as_list}, shapes.packed)
    assert len(points) < 2500
    shared = len(points) - len(np.unique(points, axis=0))
    assert shared > 0.4 * len(points)


def test_numbers_come_back_from_their_packing():
    values = np.array([0, 1, 127, 128, 16_383, 16_384, 2**31, 2**40], dtype=np.int64)
    assert unpacked(packed(values)) == values.tolist()
    signed = np.array([0, -1, 1, -64, 64, -(2**33)])
    assert [unfolded(v) for v in unpacked(packed(folded(signed)))] == signed.tolist()
    runs = np.repeat([3, 1, 3], [1000, 5, 700])
    assert "runs" in packed_column(runs)
    assert whole(packed_column(runs)) == runs.tolist()
    assert packed(np.zeros(0, dtype=np.int64)) == ""


def test_an_unknown_crs_is_left_out(tmp_path, project):
    layer = project.parcels
    table = FeatureTable(layer.table.columns, layer.table.ids, layer.table.geometry)
    project = _published(project.with_layer(replace(layer, table=table)))
    written, _page = _write(tmp_path, replace(project, crs=MERCHICH_NORTH))
    assert written.left_out == 1


def test_a_folder_that_is_not_there(tmp_path, project):
    with pytest.raises(OutputError):
        write_web(_content(_published(project)), tmp_path / "no" / "map.html", load_words("fr"))
