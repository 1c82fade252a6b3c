from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.crs import MERCHICH_NORTH, Crs
from emadina_gis.domain.layer import Diffusion, Title
from emadina_gis.domain.style import Categorized, Category, Style, Symbol
from emadina_gis.domain.table import FeatureTable
from emadina_gis.errors import EmptyInput, OutputError
from emadina_gis.progress import NULL_CONTEXT
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report.web import WebContent, write_web
from emadina_gis.report.web import geometry as web_geometry
from emadina_gis.report.web.geometry import web_shapes
from emadina_gis.simulation.scenario_outcome import OutcomeColumns
from emadina_gis.words import load_words
from tests.builders import a_project
from tests.unit.report.conftest import DATE


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


def _data(page):
    found = re.search(
        r'<script type="application/json" id="emadina-data">(.*?)</script>', page, re.DOTALL
    )
    return json.loads(found[1])


def _layer(page, layer_id):
    return next(layer for layer in _data(page)["layers"] if layer["id"] == layer_id)


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
    assert _data(page)["title"]["fr"] == hostile[0]
    assert page.count("<script>") == len(re.findall(r"<script>.*?</script>", page, re.DOTALL))
    head = page[: page.index("<body>")]
    assert hostile[0] not in head
    block = page[page.index('id="emadina-data">') + 18 :]
    block = block[: block.index("</script>")]
    assert "<" not in block
    assert "\u2028" not in block
    code = (page[page.index("drawMap") :]).split("</script>")[0]
    assert "innerHTML" not in code
    assert "eval(" not in code


def test_internal_layers_stay_inside(tmp_path, project):
    layers = tuple(
        replace(layer, diffusion=Diffusion.INTERNAL if layer.id == "parcels" else Diffusion.PUBLIC)
        for layer in project.layers
    )
    written, page = _write(tmp_path, replace(project, layers=layers))
    assert written.left_out == 1
    assert "T.18400/C" not in page
    assert any("n'est pas publiée" in text for text in _data(page)["notes"]["fr"])


def test_nothing_public_is_an_error(tmp_path, project):
    with pytest.raises(EmptyInput) as caught:
        _write(tmp_path, project)
    assert caught.value.code == "report.web-nothing-public"
    assert list(tmp_path.iterdir()) == []


def test_titles_leave_with_public_layers_only(tmp_path, project):
    _written, page = _write(tmp_path, _published(project))
    assert _layer(page, "parcels")["search"] == "parcel_id"
    _written, page = _write(tmp_path, _published(project, Diffusion.RESTRICTED))
    assert _layer(page, "parcels")["search"] == ""
    assert "T.18400/C" not in page
    assert any("09-08" in text for text in _data(page)["notes"]["fr"])


def test_personal_columns_never_leave(tmp_path, with_values):
    names = np.array(["Fatima Z."] * 30, dtype=object)
    project = with_values(proprietaire=names, cin=names, owner_name=names, telephone_1=names)
    _written, page = _write(tmp_path, _published(project))
    assert "Fatima" not in page


def test_small_counts_are_suppressed(tmp_path, project):
    _written, page = _write(tmp_path, _published(project))
    layer = _layer(page, "parcels")
    values = layer["values"]["existing_dwellings"]
    assert all(value in {None, 0, -1} or value >= 10 for value in values)
    assert -1 in values


def test_a_parcel_says_what_it_may_carry(tmp_path, project, outcome, document):
    columns = OutcomeColumns(outcome)
    _written, page = _write(tmp_path, _published(project), columns=columns, document=document)
    layer = _layer(page, "parcels")
    keys = [field["key"] for field in layer["fields"]]
    assert "net_range" in keys
    assert "forbidden" in keys
    net = layer["values"]["net_floor_area_m2"]
    expected = outcome.net_floor_area_m2
    for row, value in enumerate(net):
        assert (value is None) == bool(np.isnan(expected[row]))
        assert value is None or value == round(expected[row])
    status = next(field for field in layer["fields"] if field["key"] == "status_status")
    assert set(status["values"][0]) == {"fr", "ar", "en"}


def test_the_page_opens_in_its_language(tmp_path, project):
    _written, page = _write(tmp_path, _published(project), "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert _data(page)["language"] == "ar"
    assert set(_data(page)["words"]) == {"fr", "ar", "en"}


def test_the_same_content_gives_the_same_page(tmp_path, project):
    first = _write(tmp_path, _published(project))[1]
    assert _write(tmp_path, _published(project))[1] == first


def test_geometry_comes_back_from_its_deltas(project):
    table = project.parcels.table
    shapes = web_shapes(table, np.zeros(30, dtype=np.uint16), exact=True, ctx=NULL_CONTEXT)
    expected = table.to_crs(Crs.parse("EPSG:4326")).shapes()
    for row, parts in enumerate(shapes.parts):
        ring = np.cumsum(np.array(parts[0][0]).reshape(-1, 2), axis=0) / 1e6
        assert np.abs(ring - shapely.get_coordinates(expected[row])).max() <= 0.6e-6
    assert shapes.far == []


def test_above_the_limit_classes_are_merged_and_it_is_said(tmp_path, monkeypatch, project):
    monkeypatch.setattr("emadina_gis.report.web.content.EXACT_LIMIT", 10)
    written, page = _write(tmp_path, _published(project))
    assert "parcels" in written.simplified
    layer = _layer(page, "parcels")
    assert layer["detailZoom"] > 0
    assert len(layer["geometry"]) == 30
    assert layer["far"]
    assert any("simplifiée" in text for text in _data(page)["notes"]["fr"])


def test_very_large_layers_are_published_by_class_only(monkeypatch):
    monkeypatch.setattr(web_geometry, "SINGLE_LIMIT", 5)
    table = a_project().with_parcels(9).build().parcels.table
    codes = (np.arange(9) % 2).astype(np.uint16)
    shapes = web_shapes(table, codes, exact=True, ctx=NULL_CONTEXT)
    assert shapes.parts == []
    assert [item["code"] for item in shapes.far] == [0, 1]


def test_an_unknown_crs_is_left_out(tmp_path, project):
    layer = project.parcels
    table = FeatureTable(layer.table.columns, layer.table.ids, layer.table.geometry)
    project = _published(project.with_layer(replace(layer, table=table)))
    written, _page = _write(tmp_path, replace(project, crs=MERCHICH_NORTH))
    assert written.left_out == 1


def test_a_folder_that_is_not_there(tmp_path, project):
    with pytest.raises(OutputError):
        write_web(_content(_published(project)), tmp_path / "no" / "map.html", load_words("fr"))
