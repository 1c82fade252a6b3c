"""``inspect``: the keys are a contract, in every language, for good files and bad ones."""

from __future__ import annotations

import ast
import json
import re

import numpy as np
import pytest
from affine import Affine

import emadina_gis.io as room
from emadina_gis.errors import Problem, Severity
from emadina_gis.io.inspect import inspect_file
from emadina_gis.io.write import write_layer
from emadina_gis.words import LANGUAGES, load_words
from tests.unit.io.projects import parcels_table

_LAYER_KEYS = {
    "name", "kind", "features", "declared", "geometry", "crs", "encoding", "fields", "extent",
    "problems",
}  # fmt: skip


@pytest.fixture
def words():
    return load_words("fr")


def test_a_good_file_has_all_keys(tmp_path, words):
    path = tmp_path / "p.gpkg"
    write_layer(parcels_table(10), path, layer="lots")
    found = inspect_file(path, words)
    assert set(found) == {"path", "readable", "format", "layers", "problems"}
    (layer,) = found["layers"]
    assert set(layer) >= _LAYER_KEYS
    assert (found["readable"], found["format"]) == (True, "GPKG")
    assert (layer["name"], layer["kind"], layer["features"], layer["declared"]) == (
        "lots", "vector", 10, 10,
    )  # fmt: skip
    assert layer["crs"]["id"] == "EPSG:26191"
    assert layer["crs"]["source"] == "declared"
    assert layer["crs"]["accuracy_m"] == 7.0
    assert {"name": "étages", "type": "integer"} in layer["fields"]
    assert {one["field"] for one in layer["values"]} == {one["name"] for one in layer["fields"]}
    assert {"parcel_id"} <= {one["role"] for one in layer["roles"]}
    assert len(layer["extent"]) == 4
    problem = next(one for one in layer["problems"] if one["code"] == "geometry.missing")
    assert problem["message"].startswith("Objets sans géométrie")
    json.dumps(found, allow_nan=False)


def test_a_guessed_crs_says_so(tmp_path, words):
    path = tmp_path / "p.shp"
    write_layer(parcels_table(60), path)
    path.with_suffix(".prj").unlink()
    crs = inspect_file(path, words)["layers"][0]["crs"]
    assert (crs["id"], crs["source"]) == ("EPSG:26191", "guessed")
    assert 0.8 <= crs["candidates"][0]["confidence"] == crs["confidence"] < 0.9


def test_an_unreadable_file_is_described_and_not_raised(tmp_path, words):
    path = tmp_path / "a.shp"
    path.write_bytes(b"no")
    found = inspect_file(path, words)
    assert found["readable"] is False
    assert found["layers"] == []
    (problem,) = found["problems"]
    assert problem["severity"] == "error"
    assert len(problem["message"]) > 40


def test_a_raster_is_a_layer_of_its_kind(tmp_path, words):
    import rasterio

    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=5, height=4, count=1, dtype="float32", nodata=np.nan,
        crs="EPSG:26191", transform=Affine(10, 0, 290_000, 0, -10, 335_000),
    ) as out:  # fmt: skip
        out.write(np.ones((1, 4, 5), np.float32))
    (layer,) = inspect_file(path, words)["layers"]
    assert set(layer) >= _LAYER_KEYS
    assert (layer["kind"], layer["width_px"], layer["nodata"]) == ("raster", 5, "nan")
    json.dumps(layer, allow_nan=False)


# --- words ---------------------------------------------------------------------------------------

_RAISERS = {
    "LayerReadError", "LayerWriteError", "OutputError", "ProjectFileError", "ProjectTooNew",
}  # fmt: skip


def _sources():
    from pathlib import Path

    return [path.read_text("utf-8") for path in Path(room.__path__[0]).glob("*.py")]


def _first_words(call):
    return [
        node.value
        for argument in call.args[:1]
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _codes():
    """Return every code raised or found in this room, by kind."""
    found = {"error": set(), "problem": set()}
    for source in _sources():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in _RAISERS:
                found["error"].update(_first_words(node))
            elif node.func.id in {"Problem", "_changed"}:
                found["problem"].update(_first_words(node))
        found["error"].update(re.findall(r'"(output\.[a-z-]+)"', source))
        found["problem"].update(re.findall(r'"((?:geometry|crs)\.[a-z-]+)"', source))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentences(language):
    words = load_words(language)
    for kind, codes in _codes().items():
        assert len(codes) > 20
        for code in codes:
            assert words.has(f"{kind}.{code}.what"), code
            assert words.has(f"{kind}.{code}.next"), code


def test_a_finding_reads_as_a_sentence_in_arabic():
    problem = Problem("layer.truncated", Severity.ERROR, "a", 3, {"lost": 3, "declared": 10})
    what, following = load_words("ar").problem(problem)
    assert "مبتور" in what
    assert following
