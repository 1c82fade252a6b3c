"""Sheets, atlases, notes and pictures as files: opened again, measured, and looked at."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from PySide6.QtGui import QImage

from emadina_gis.domain.layer import Diffusion, Title
from emadina_gis.domain.style import Categorized, Category, Style, Symbol
from emadina_gis.domain.viewport import Viewport
from emadina_gis.errors import CommandError, EmptyInput, OutputError
from emadina_gis.regulation import load_document
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report.atlas import atlas_pages
from emadina_gis.report.atlas_write import AtlasJob, write_atlas
from emadina_gis.report.corners import corners_from_text
from emadina_gis.report.note import (
    NoteBasis,
    land_of_corners,
    land_of_titles,
    make_note,
    write_note,
)
from emadina_gis.report.picture import write_picture
from emadina_gis.report.web import WebContent, write_web
from emadina_gis.simulation import capacity
from emadina_gis.words import LANGUAGES, load_words
from tests.render.sheets import DATE, sheet_of, small_project, text_of
from tests.unit.report.conftest import inputs_of


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


needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


# --- atlas ---------------------------------------------------------------------------------------


def test_an_atlas_has_a_named_page_per_feature(tmp_path, project):
    words = load_words("fr")
    layer = project.vector_layer("streets")
    pages = atlas_pages(sheet_of(project, scale=500), layer, project, words)
    path = tmp_path / "atlas.pdf"
    written = write_atlas(AtlasJob(pages, layer.title), path, words)
    assert written.pdf.page_count == 3
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert [str(item.title) for item in outline.root] == ["Rue 1", "Rue 2", "Rue 3"]


def test_atlas_pages_of_a_restricted_layer_name_no_title(project):
    layer = replace(project.parcels, diffusion=Diffusion.RESTRICTED)
    pages = atlas_pages(sheet_of(project), layer, project, load_words("fr"))
    assert all("T.184" not in page.name.fr for page in pages)


def test_an_endless_atlas_is_refused(project, monkeypatch):
    monkeypatch.setattr("emadina_gis.report.atlas.MOST_PAGES", 5)
    with pytest.raises(CommandError) as caught:
        atlas_pages(sheet_of(project), project.parcels, project, load_words("fr"))
    assert caught.value.code == "report.atlas-too-long"


# --- note ----------------------------------------------------------------------------------------


def _note(project, outcome, document, words, titles=("T.18400/C", "T.18410/C", "T.1/Z")):
    lands, missing = land_of_titles(project, titles)
    basis = NoteBasis(build_scene(project, cache=DerivedCache()), DATE, document, outcome)
    return make_note(project, lands, basis, words, missing=missing)


@needs_poppler
def test_a_note_by_titles(tmp_path, project, outcome, document):
    words = load_words("fr")
    note = _note(project, outcome, document, words)
    path, listed = tmp_path / "note.pdf", tmp_path / "note.json"
    write_note(note, path, words, json_path=listed)
    text = text_of(path)
    for said in (
        "Fiche urbanistique indicative",
        "T.18400/C",
        "T.1/Z",
        "Règle déterminante",
        "Usages interdits",
        "zone B, secteur B4",
        "les deux cas sont calculés",
        "loi 12-90",
        "295 000,00",
        "EPSG:26191",
    ):
        assert said in text, said
    content = json.loads(listed.read_text(encoding="utf-8"))
    assert content["official"] is False
    assert content["missing_titles"] == ["T.1/Z"]
    first = content["parcels"][0]
    assert first["case"] == 1
    assert first["sectors"][0]["sector"] == "B4"
    assert first["gis_area_m2"] == pytest.approx(300.0)
    assert len(first["corners"]) == 4
    assert {row["key"] for row in first["reading"]["rows"]} >= {"gross_floor_area_m2", "area_m2"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_editable_in_word(tmp_path, project, outcome, document, language):
    from docx import Document

    words = load_words(language)
    path = tmp_path / "note.docx"
    write_note(_note(project, outcome, document, words), path, words)
    opened = Document(str(path))
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    assert words.text("report.note.title") in text
    assert len(opened.inline_shapes) == 2
    xml = opened.element.xml
    assert ("<w:bidi/>" in xml) == (language == "ar")
    assert ("<w:bidiVisual/>" in xml) == (language == "ar")


def test_a_note_by_corners_outside_every_plan(tmp_path, project, document):
    words = load_words("fr")
    corners = corners_from_text("id;X;Y\n1;296000;329000\n2;296050;329000\n3;296050;329040")
    land = land_of_corners(corners, "liste")
    basis = NoteBasis(build_scene(project, cache=DerivedCache()), DATE, document)
    note = make_note(project, [land], basis, words)
    assert "non couverte par un document d'urbanisme" in note.pages[0].case_text[0]
    write_note(note, tmp_path / "note.pdf", words)


def test_a_note_about_nothing_is_refused(project, outcome, document):
    with pytest.raises(EmptyInput) as caught:
        _note(project, outcome, document, load_words("fr"), titles=("T.1/Z",))
    assert caught.value.code == "report.note-without-land"


def test_a_note_has_two_formats(tmp_path, project, outcome, document):
    words = load_words("fr")
    with pytest.raises(OutputError) as caught:
        write_note(_note(project, outcome, document, words), tmp_path / "note.odt", words)
    assert caught.value.code == "report.note-format"


# --- pictures and pages --------------------------------------------------------------------------


def test_a_picture_has_its_size_and_says_synthetic(tmp_path, project):
    scene = build_scene(project, cache=DerivedCache())
    view = Viewport(0, 0, 1, 640, 400).fitted(scene.extent)
    path = tmp_path / "map.png"
    written = write_picture(scene, view, path, load_words("fr"))
    image = QImage(str(path))
    assert (image.width(), image.height()) == (written.width_px, written.height_px) == (640, 400)
    with pytest.raises(OutputError):
        write_picture(scene, view, tmp_path / "map.xyz", load_words("fr"))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
@pytest.mark.parametrize("slot", ["title", "layer", "value", "label"])
def test_no_payload_runs_in_a_browser(tmp_path, project, slot):
    payload = (
        "</script><img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>"
    )
    layer = project.parcels
    if slot == "layer":
        layer = replace(layer, title=Title.plain(payload))
    if slot == "value":
        texts = np.full(30, payload, dtype=object)
        layer = replace(layer, table=layer.table.with_column("street", texts))
    if slot == "label":
        symbology = Categorized("sector", (Category("B4", "#112233", payload),), Symbol())
        layer = replace(layer, style=Style(symbology))
    project = replace(project, layers=(replace(layer, diffusion=Diffusion.PUBLIC),))
    scene = build_scene(project, cache=DerivedCache())
    title = Title.plain(payload if slot == "title" else "carte")
    path = tmp_path / "map.html"
    write_web(WebContent(scene, title, DATE, parcels_id="parcels"), path, load_words("fr"))
    done = subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path}/c",
            "--virtual-time-budget=3000",
            "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True,
        timeout=100,
        check=True,
    )
    dom = done.stdout.decode()
    found = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)[1]
    assert found.strip() != "hit"
    assert 'class="panel' in dom, "the page works"
    assert '<img src="x"' not in dom
