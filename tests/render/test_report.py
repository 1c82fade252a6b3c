"""Sheets, atlases, notes and pictures as files: opened again, measured, and looked at."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from PySide6.QtGui import QImage

from emadina_gis.domain.layer import Diffusion, Provenance, Title
from emadina_gis.domain.style import Categorized, Category, LabelStyle, Style, Symbol
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, Viewport
from emadina_gis.errors import CommandError, EmptyInput, JobCancelled, OutputError
from emadina_gis.progress import Context
from emadina_gis.project import Layout, PageFormat
from emadina_gis.regulation import load_document
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.labels import Lettering
from emadina_gis.render.scene import build_scene
from emadina_gis.report.atlas import atlas_pages, write_atlas
from emadina_gis.report.corners import corners_from_text
from emadina_gis.report.layout import plan_sheet
from emadina_gis.report.note import (
    NoteBasis,
    land_of_corners,
    land_of_titles,
    make_note,
    write_note,
)
from emadina_gis.report.pdf import painter_on
from emadina_gis.report.pdf_check import PdfMeta, finish_pdf
from emadina_gis.report.picture import write_picture
from emadina_gis.report.sheet import SheetContent, map_frame, write_sheet
from emadina_gis.report.sheet_blocks import TitleLine
from emadina_gis.report.totals import balance
from emadina_gis.report.web import WebContent, write_web
from emadina_gis.simulation import capacity
from emadina_gis.simulation.totals import summarise
from emadina_gis.words import LANGUAGES, load_words
from tests.builders import SECTORS, a_project
from tests.unit.report.conftest import inputs_of

DATE = dt.date(2026, 3, 9)
POINT_MM = 25.4 / 72


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture(scope="module")
def document():
    return load_document("ain-chock-2025")


@pytest.fixture
def project():
    made = a_project().with_parcels(30).with_streets().with_stops().with_layout().build()
    colors = (
        "#c8d6b9",
        "#e6b8a2",
        "#b7c9e2",
        "#d9c27e",
        "#c7b0d9",
        "#a3c4bc",
        "#e29578",
        "#8fb996",
    )
    categories = tuple(Category(s, c) for s, c in zip(SECTORS, colors, strict=False))
    style = Style(Categorized("sector", categories, Symbol(stroke="#ffffff")), LabelStyle("sector"))
    layer = replace(
        made.parcels, style=style, provenance=Provenance("Essai", "2026", synthetic=True)
    )
    return made.with_layer(layer)


@pytest.fixture
def outcome(project, document):
    return capacity(inputs_of(project.parcels.table, document), document)


def _content(project, outcome=None, **layout):
    made = replace(Layout("a3", Title("Planche", "لوحة", "Sheet")), **layout)
    rows = () if outcome is None else balance(summarise(outcome).total, summarise(outcome).total)
    return SheetContent(
        layout=made,
        scene=build_scene(project, cache=DerivedCache()),
        titles=(TitleLine(Title("Plan d'essai", "تصميم تجريبي", "Trial plan"), 1.4, "bold"),),
        date=DATE,
        rows=rows,
        scenario="Densifier" if rows else "",
    )


def small_sheet():
    """Return a sheet of a few parcels."""
    return _content(a_project().with_parcels(30).build())


def _text(path):
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_a3_sheet_has_its_size_fonts_and_language(tmp_path, project, outcome, language):
    path = tmp_path / "sheet.pdf"
    written = write_sheet(_content(project, outcome), path, load_words(language))
    assert written.pdf.page_count == 1
    assert written.pdf.sizes_mm[0] == pytest.approx((420, 297), abs=0.5)
    assert any("Arabic" in name for name in written.pdf.fonts), "the title block is bilingual"
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo["/CreationDate"]) == "D:20260309000000Z"
    assert list(tmp_path.iterdir()) == [path]


@needs_poppler
def test_a_sheet_says_what_it_must(tmp_path, project, outcome):
    path = tmp_path / "sheet.pdf"
    write_sheet(_content(project, outcome, scale=1000), path, load_words("fr"))
    text = _text(path)
    for said in (
        "Plan d'essai",
        "1/1 000",
        "Lambert conforme, zone I, Merchich (EPSG:26191)",
        "09/03/2026",
        "Légende",
        "B4",
        "Données de démonstration : synthétique",
        "sans valeur officielle",
        "Capacité théorique",
        "Densifier",
        "295 000",
    ):
        assert said in text, said


@needs_poppler
def test_the_legend_lists_what_is_drawn_only(tmp_path, project):
    near = _content(project, scale=100, center=(295_006.0, 328_012.0))
    path = tmp_path / "near.pdf"
    write_sheet(near, path, load_words("fr"))
    text = _text(path)
    assert "B4" in text
    frame = map_frame(near, plan_sheet("A3", landscape=True).map)
    bounds = project.parcels.table.bounds
    seen = (bounds[:, 0] <= frame.extent.xmax) & (bounds[:, 2] >= frame.extent.xmin)
    seen &= (bounds[:, 1] <= frame.extent.ymax) & (bounds[:, 3] >= frame.extent.ymin)
    unseen = set(SECTORS) - set(project.parcels.table.strings("sector")[seen])
    for code in unseen:
        assert not re.search(rf"\b{code}\b", text), code


@pytest.mark.parametrize("page", list(PageFormat))
@pytest.mark.parametrize("landscape", [True, False])
def test_every_paper_holds_a_sheet(tmp_path, project, outcome, page, landscape):
    path = tmp_path / "sheet.pdf"
    content = _content(project, outcome, page=page, landscape=landscape)
    written = write_sheet(content, path, load_words("ar"))
    width, height = written.pdf.sizes_mm[0]
    assert (width > height) == landscape


def _write_something(size_px):
    """Draw a text on a picture, as the window does: it changes what Qt keeps of a font."""
    image = QImage(200, 80, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    font = Lettering(MM_PER_PX_AT_96_DPI).font(LabelStyle("sector"))
    font.setPixelSize(size_px)
    with painter_on(image) as painter:
        painter.setFont(font)
        painter.drawText(5, 50, "B4 Rue 12")


def test_the_same_sheet_gives_the_same_bytes(tmp_path, project, outcome):
    path, found = tmp_path / "a.pdf", set()
    for size_px in (9, 12, 15, 40, 118):
        _write_something(size_px)
        write_sheet(_content(project, outcome), path, load_words("fr"))
        found.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(found) == 1


@needs_poppler
def test_the_map_is_at_its_scale(tmp_path, project):
    """A lot 12 m wide is 12 mm wide at 1/1 000: measured on the printed picture."""
    layer = replace(project.parcels, style=Style())
    only = layer.table.take(np.array([0], dtype=np.intp))
    symbol = Symbol(fill="#ff0000", stroke=None)
    style = Style(replace(layer.style.symbology, symbol=symbol))
    project = replace(project, layers=(replace(layer, table=only, style=style),))
    path = tmp_path / "scale.pdf"
    write_sheet(_content(project, scale=1000, with_grid=False), path, load_words("fr"))
    subprocess.run(
        ["pdftoppm", "-r", "254", "-png", "-singlefile", str(path), str(tmp_path / "p")], check=True
    )
    image = QImage(str(tmp_path / "p.png")).convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1)
    pixels = pixels[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
    frame = plan_sheet("A3", landscape=True).map
    pixels = pixels[:, : int(frame.right * 10)]
    red = (pixels[..., 0] > 200) & (pixels[..., 1] < 60)
    columns, rows = np.flatnonzero(red.any(axis=0)), np.flatnonzero(red.any(axis=1))
    assert (columns[-1] - columns[0] + 1) / 10 == pytest.approx(12.0, abs=0.25)
    assert (rows[-1] - rows[0] + 1) / 10 == pytest.approx(25.0, abs=0.25)


def test_cancelling_leaves_the_old_file(tmp_path, project):
    path = tmp_path / "sheet.pdf"
    path.write_bytes(b"old")
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        write_sheet(_content(project), path, load_words("fr"), ctx)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pdf_cut_off_by_a_full_disk_never_gets_its_name(tmp_path, project):
    whole = tmp_path / "whole.pdf"
    write_sheet(_content(project), whole, load_words("fr"))
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(OutputError) as caught:
        finish_pdf(cut, PdfMeta("x", "fr", DATE), 1)
    assert caught.value.code == "report.incomplete"
    with pytest.raises(OutputError):
        finish_pdf(whole, PdfMeta("x", "fr", DATE), 2)


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits on Windows")
def test_a_full_disk_is_said_and_leaves_the_old_file(tmp_path):
    """A limit on file size makes every write fail half-way, as a full disk does."""
    script = """
import resource, sys
from pathlib import Path
from tests.render.test_report import small_sheet
from emadina_gis.errors import OutputError
from emadina_gis.report.sheet import write_sheet
from emadina_gis.words import load_words
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_sheet(small_sheet(), Path(sys.argv[1]), load_words("fr"))
except OutputError as error:
    print(error.code)
"""
    path = tmp_path / "sheet.pdf"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in {"report.incomplete", "output.disk-full", "output.failed"}
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path, project):
    with pytest.raises(OutputError):
        write_sheet(_content(project), tmp_path / "none" / "x.pdf", load_words("fr"))


def test_nothing_to_print(tmp_path):
    with pytest.raises(EmptyInput):
        write_sheet(_content(a_project().build()), tmp_path / "x.pdf", load_words("fr"))
    assert list(tmp_path.iterdir()) == []


# --- atlas ---------------------------------------------------------------------------------------


def test_an_atlas_has_a_named_page_per_feature(tmp_path, project):
    words = load_words("fr")
    layer = project.vector_layer("streets")
    pages = atlas_pages(_content(project, scale=500), layer, project, words)
    path = tmp_path / "atlas.pdf"
    written = write_atlas(pages, path, words)
    assert written.pdf.page_count == 3
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert [str(item.title) for item in outline.root] == ["Rue 1", "Rue 2", "Rue 3"]


def test_atlas_pages_of_a_restricted_layer_name_no_title(project):
    layer = replace(project.parcels, diffusion=Diffusion.RESTRICTED)
    pages = atlas_pages(_content(project), layer, project, load_words("fr"))
    assert all("T.184" not in page.name.fr for page in pages)


def test_an_endless_atlas_is_refused(project, monkeypatch):
    monkeypatch.setattr("emadina_gis.report.atlas.MOST_PAGES", 5)
    with pytest.raises(CommandError) as caught:
        atlas_pages(_content(project), project.parcels, project, load_words("fr"))
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
    text = _text(path)
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
