"""What a style draws on the page for the public, and what is told where it cannot."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest

from emadina_gis.domain.layer import Diffusion, RasterLayer, Title
from emadina_gis.domain.schema import Role
from emadina_gis.domain.style import (
    FeatureOpacity,
    Marker,
    Pattern,
    PatternKind,
    Picture,
    Rule,
    Rules,
    Single,
    Style,
    Symbol,
)
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report.web import WebContent, write_web
from emadina_gis.report.web import layers as web_layers
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.publishing import WebChoice, publish_web
from tests.unit.report.conftest import DATE
from tests.unit.report.web_page import data_of, layer_of, whole

RED = Symbol(fill="#aa2211", size_mm=4.0)
STAR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0L9 9"/></svg>'


def styled(project, style, layer_id="parcels"):
    """Return the project with all layers public and one of them in a style."""
    layers = tuple(replace(one, diffusion=Diffusion.PUBLIC) for one in project.layers)
    project = replace(project, layers=layers)
    return project.with_layer(replace(project.vector_layer(layer_id), style=style))


def written(tmp_path, project):
    scene = build_scene(project, cache=DerivedCache())
    path = tmp_path / "map.html"
    made = write_web(WebContent(scene, project.title, DATE), path, load_words("fr"))
    return made, path.read_text(encoding="utf-8")


def shares(entry):
    """Return the opacity of each row, as the page reckons it."""
    shade = entry["shade"]
    steps = np.array(whole(shade["codes"])) / (shade["steps"] - 1)
    return shade["least"] + (1 - shade["least"]) * steps


def numbered(project, layer_id="parcels"):
    """Return the project with a number on each feature of a layer, from 0 on."""
    layer = project.vector_layer(layer_id)
    table = layer.table.with_column("rank", np.arange(layer.table.row_count, dtype=float))
    return project.with_layer(replace(layer, table=table))


def test_opacity_by_a_column_is_that_of_each_row(tmp_path, project):
    count = project.parcels.table.row_count
    style = Style(Single(RED), opacity=FeatureOpacity("rank", 0.0, count - 1.0, least=0.2))
    made, page = written(tmp_path, styled(numbered(project), style))
    entry = layer_of(page, "parcels")
    expected = 0.2 + 0.8 * np.arange(count) / (count - 1)
    assert np.abs(shares(entry) - expected).max() < 0.8 / 15
    assert entry["colors"] == ["#aa2211"]
    assert not made.problems(load_words("fr"))


def test_opacity_tells_no_small_count(tmp_path, project):
    """Rows that count a few look like rows without a value."""
    layer = numbered(project).parcels
    schema = layer.schema.with_role(Role.HOUSEHOLDS, "rank")
    project = project.with_layer(replace(layer, schema=schema))
    style = Style(Single(RED), opacity=FeatureOpacity("rank", 0.0, 29.0, least=0.2))
    _made, page = written(tmp_path, styled(project, style))
    found = shares(layer_of(page, "parcels"))
    assert found[1:10] == pytest.approx([0.2] * 9)
    assert found[10:].min() > 0.4


def test_rules_hold_at_their_scales(tmp_path, project):
    rules = Rules(
        (
            Rule("rank < 10", RED, max_units_per_px=2.0),
            Rule("", Symbol(fill="#0033cc")),
        )
    )
    _made, page = written(tmp_path, styled(numbered(project), Style(rules)))
    near, far = layer_of(page, "parcels")["bands"]
    assert (near["scales"], far["scales"][0]) == ([0.0, 2.0], 2.0)
    assert whole(near["codes"]) == [0] * 10 + [1] * 20
    assert whole(far["codes"]) == [1] * 30
    assert (near["counts"], far["counts"]) == ({"0": 10, "1": 20}, {"1": 30})


def test_drawn_markers_go_along_in_the_colour_of_their_class(tmp_path, project):
    rules = Rules(
        (
            Rule("rank < 2", replace(RED, picture=Picture("étoile", STAR))),
            Rule("", replace(RED, marker=Marker.SQUARE)),
        )
    )
    project = numbered(project, "stops")
    _made, page = written(tmp_path, styled(project, Style(rules), "stops"))
    entry = layer_of(page, "stops")
    assert [one["count"] for one in entry["entries"]] == [2, 2]
    assert list(entry["pictures"]) == ["0"]
    head, data = entry["pictures"]["0"].split(",")
    assert head == "data:image/svg+xml;base64"
    svg = base64.b64decode(data).decode()
    assert 'width="128" height="64"' in svg
    assert "#aa2211" in svg
    assert len(entry["own"]["1"]["marker"]) == 4


def test_a_marker_that_is_not_safe_is_a_circle(tmp_path, project):
    picture = Picture("x", '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')
    style = Style(Single(replace(RED, picture=picture)))
    _made, page = written(tmp_path, styled(project, style, "stops"))
    assert layer_of(page, "stops")["pictures"] == {}


@pytest.mark.parametrize("kind", list(PatternKind))
def test_signs_inside_areas_go_along(tmp_path, project, kind):
    pattern = Pattern(kind, spacing_mm=2.54, width_mm=0.254, angle_deg=10.0)
    style = Style(Single(replace(RED, pattern=pattern)))
    _made, page = written(tmp_path, styled(project, style))
    sign = layer_of(page, "parcels")["pattern"]
    assert (sign["spacing"], sign["width"]) == (9.6, 0.96)
    assert sign["angles"][0] in {10.0, 55.0}
    assert ("step" in sign) == (kind in {PatternKind.DOTS, PatternKind.DOTTED_HATCH})


def test_scales_of_layers_are_metres_a_pixel_whatever_the_map(tmp_path, project):
    project = replace(project, crs=project.crs.parse("EPSG:4326"))
    style = Style(Single(RED), max_units_per_px=2.5)
    _made, page = written(tmp_path, styled(project, style))
    assert layer_of(page, "parcels")["scales"] == [0.0, 2.5]


def test_what_is_merged_from_afar_is_told(tmp_path, monkeypatch, project):
    monkeypatch.setattr(web_layers, "EXACT_LIMIT", 10)
    opacity = FeatureOpacity("rank", 0.0, 29.0)
    rules = Rules((Rule("rank < 10", RED, max_units_per_px=2.0), Rule("", RED)))
    made, _page = written(tmp_path, styled(numbered(project), Style(rules, opacity=opacity)))
    (simpler,) = made.problems(load_words("en"))
    assert (simpler.code, simpler.count) == ("web.simpler", 2)
    assert simpler.params["layers"].count(project.parcels.title.en) == 2


def test_who_publishes_is_told_which_layers_are_not_on_the_page(tmp_path, project):
    """Pictures are named to the person, and counted on the page."""
    project = styled(project, Style(Single(RED)))
    first, *others = project.layers
    raster = RasterLayer("ortho", Title.plain("Orthophoto"), "ortho.tif", project.crs, None, 10, 10)
    hidden = replace(first, diffusion=Diffusion.INTERNAL)
    project = replace(project, layers=(raster, hidden, *others))
    made = publish_web(project, tmp_path, load_words("fr"), choice=WebChoice(date=DATE))
    assert made.left_out == 2
    for language in LANGUAGES:
        (left,) = made.problems(load_words(language))
        what, following = load_words(language).problem(left)
        assert "Orthophoto" in what
        assert first.title.text(language) in what
        assert following
    notes = data_of(made.path.read_text(encoding="utf-8"))["notes"]["fr"]
    assert not any("Orthophoto" in note for note in notes)
    assert any("2 couches" in note for note in notes)
