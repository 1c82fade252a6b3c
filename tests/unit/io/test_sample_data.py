"""The corpus of hard files, where it is present: what each must give, and no crash on any."""

from __future__ import annotations

import pytest

from emadina_gis.errors import EmadinaError
from emadina_gis.io.inspect import inspect_file
from emadina_gis.io.sources import RASTER_SUFFIXES, VECTOR_SUFFIXES
from emadina_gis.io.vector import describe, read_layer
from emadina_gis.words import load_words

MOROCCO = "hard/synthetic_morocco"


@pytest.fixture
def morocco(sample_data):
    return sample_data / MOROCCO


@pytest.mark.parametrize(
    "name",
    [
        "communes_cp1256_no_cpg",
        "communes_cp1256_wrong_cpg",
        "communes_cp1256_ldid7e",
        "communes_utf8_no_cpg",
        "communes_utf8_wrong_cpg1252",
    ],
)
def test_arabic_names_are_read_right(morocco, name):
    table = read_layer(morocco / "enc" / f"{name}.shp").table
    names = [text for text in table.strings("nom_arabe") if text]
    assert sum(text.startswith("جماعة") for text in names) > 90
    assert any("é" in (text or "") for text in table.strings("nom"))


@pytest.mark.parametrize(
    ("name", "rows", "codes"),
    [
        ("arr_sans_dbf", 17, {"shapefile.no-attributes"}),
        ("arr_sans_prj", 17, {"crs.missing"}),
        ("arr_only_shp", 17, {"shapefile.no-index", "shapefile.no-attributes", "crs.missing"}),
        ("arr_mixed_case", 17, set()),
        ("arr_tronque", 17, {"layer.truncated", "geometry.missing"}),
        ("arr_dbf_tronque", 17, {"shapefile.attributes-cut"}),
        ("arr_dbf_desync", 17, {"shapefile.counts-differ"}),
    ],
)
def test_incomplete_shapefiles_are_named(morocco, name, rows, codes):
    result = read_layer(morocco / "parts" / f"{name}.shp")
    assert result.table.row_count == rows
    assert {problem.code for problem in result.problems} == codes


@pytest.mark.parametrize(
    ("name", "crs", "code"),
    [
        ("arr_prj_faux_4326.shp", "", "crs.metres-in-degrees"),
        ("arr_prj_vide.shp", "", "crs.missing"),
        ("arr_prj_bidon.shp", "", "crs.unusable"),
        ("arr_latlon_inverse.geojson", "EPSG:4326", "crs.axes-swapped"),
        ("arr_nord_maroc_26191.gpkg", "EPSG:26191", None),
        ("arr_crs_member_26191.geojson", "EPSG:26191", None),
    ],
)
def test_declarations_are_checked(morocco, name, crs, code):
    result = read_layer(morocco / "crs" / name)
    assert result.table.crs.id == crs
    assert {problem.code for problem in result.problems} == ({code} if code else set())
    if not crs:
        assert result.crs.candidates[0].crs.id == "EPSG:26191"


def test_a_cadastre_delivery_is_read(morocco):
    result = read_layer(morocco / "cadastre" / "Titres.tab")
    assert (result.table.row_count, result.table.crs.id) == (3000, "EPSG:26191")
    lost = read_layer(morocco / "cadastre" / "Titres_sans_ID.tab")
    assert lost.table.row_count == 3000
    assert "mapinfo.geometry-lost" in {problem.code for problem in lost.problems}


@pytest.mark.parametrize("version", ["R12", "R2000", "R2004", "R2007", "R2018"])
def test_drawings_give_boundaries_and_texts(morocco, version):
    path = morocco / "dxf" / f"lotissement_{version}.dxf"
    numbers = {f"T.{number}/C" for number in range(1000, 1030)}
    found = [read_layer(path, layer.name).table for layer in describe(path).layers]
    titles = [table.strings("title_no") for table in found if "title_no" in table.names]
    assert {title for column in titles for title in column if title} == numbers


def test_perf_cadastre_is_read_whole(sample_data):
    result = read_layer(sample_data / "perf" / "parcelles_synth_118k_26191.gpkg")
    assert result.table.row_count == 118_323
    assert result.problems == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder",
    ["attr", "cadastre", "crs", "csv", "dxf", "enc", "fmt", "geom", "parts", "raster", "zip"],
)
def test_no_file_of_the_corpus_crashes(morocco, folder):
    words = load_words("ar")
    for path in sorted((morocco / folder).rglob("*")):
        if path.suffix.lower() in {*VECTOR_SUFFIXES, *RASTER_SUFFIXES, ".zip", ".cpg", ".prj"}:
            found = inspect_file(path, words)
            assert found["readable"] or found["problems"], path


def test_planning_documents_of_france_are_read(sample_data):
    for path in sorted((sample_data / "plu_cnig_fr").rglob("*.shp")):
        result = read_layer(path)
        assert result.table.crs.id == "EPSG:2154", path
        assert not any(
            "\ufffd" in (t or "") for n in result.table.names for t in result.table.strings(n)
        ), path


def test_other_corpora_give_a_table_or_a_reason(sample_data):
    for name in ("mapshaper", "pyogrio", "geopandas", "fiona"):
        for path in sorted((sample_data / "hard" / name).rglob("*")):
            if path.suffix.lower() not in VECTOR_SUFFIXES or path.name.startswith("data-"):
                continue
            try:
                read_layer(path)
            except EmadinaError as error:
                load_words("fr").error(error)
