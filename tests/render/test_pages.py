"""Pages composed from frames: opened again, measured, and read."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from PySide6.QtGui import QImage

from emadina_gis.domain.style import LabelStyle, Style, Symbol
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.errors import EmptyInput, JobCancelled, OutputError
from emadina_gis.progress import Context
from emadina_gis.project import PageFormat
from emadina_gis.regulation import load_document
from emadina_gis.render.labels import Lettering
from emadina_gis.report.page_compose import compose
from emadina_gis.report.pdf import painter_on
from emadina_gis.report.pdf_check import PdfMeta, finish_pdf
from emadina_gis.report.sheet import write_sheet
from emadina_gis.simulation import capacity
from emadina_gis.words import LANGUAGES, load_words
from tests.builders import SECTORS, a_project
from tests.render.sheets import DATE, sheet_of, small_project, text_of
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


needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_a3_sheet_has_its_size_fonts_and_language(tmp_path, project, outcome, language):
    path = tmp_path / "sheet.pdf"
    written = write_sheet(sheet_of(project, outcome), path, load_words(language))
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
    write_sheet(sheet_of(project, outcome, scale=1000), path, load_words("fr"))
    text = text_of(path)
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
    near = sheet_of(project, scale=100, center=(295_006.0, 328_012.0))
    path = tmp_path / "near.pdf"
    write_sheet(near, path, load_words("fr"))
    text = text_of(path)
    assert "B4" in text
    frame = compose(near, load_words("fr")).maps[0].frame
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
    content = sheet_of(project, outcome, page=page, landscape=landscape)
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
        write_sheet(sheet_of(project, outcome), path, load_words("fr"))
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
    write_sheet(sheet_of(project, scale=1000, with_grid=False), path, load_words("fr"))
    subprocess.run(
        ["pdftoppm", "-r", "254", "-png", "-singlefile", str(path), str(tmp_path / "p")], check=True
    )
    image = QImage(str(tmp_path / "p.png")).convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1)
    pixels = pixels[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
    frame = compose(sheet_of(project), load_words("fr")).maps[0].frame.box
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
        write_sheet(sheet_of(project), path, load_words("fr"), ctx)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pdf_cut_off_by_a_full_disk_never_gets_its_name(tmp_path, project):
    whole = tmp_path / "whole.pdf"
    write_sheet(sheet_of(project), whole, load_words("fr"))
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
from tests.render.sheets import small_sheet
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
        write_sheet(sheet_of(project), tmp_path / "none" / "x.pdf", load_words("fr"))


def test_nothing_to_print(tmp_path):
    with pytest.raises(EmptyInput):
        write_sheet(sheet_of(a_project().build()), tmp_path / "x.pdf", load_words("fr"))
    assert list(tmp_path.iterdir()) == []
