"""How large PDFs are: of the demonstration's sheets, of pictures, and as told before."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pikepdf
import pytest
from PySide6.QtGui import QImage

from emadina_gis.report.layout import Box
from emadina_gis.report.page_compose import compose
from emadina_gis.report.page_load import page_load
from emadina_gis.report.pdf import write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.report.presets import PageLoad, Preset, estimated_bytes
from emadina_gis.report.sheet import write_sheets
from emadina_gis.words import load_words
from emadina_gis.workflows.demo import open_demo
from emadina_gis.workflows.printing import SheetChoice, sheet_content

DATE = dt.date(2026, 3, 9)
META = PdfMeta("Essai", "fr", DATE)
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture(scope="module")
def demo():
    return open_demo(load_words("fr"))


@pytest.mark.parametrize(
    ("layout", "preset", "most"),
    [
        ("sheet", Preset.SCREEN, 1.6 * MEGABYTE),
        ("sheet", Preset.MAIL, 1.3 * MEGABYTE),
        ("sheet-2000", Preset.SCREEN, 0.3 * MEGABYTE),
    ],
)
def test_a_sheet_of_the_demonstration(tmp_path, demo, layout, preset, most):
    words = load_words("fr")
    content = sheet_content(demo, demo.layout(layout), words, SheetChoice(date=DATE))
    told = estimated_bytes([page_load(compose(content, words))], preset)
    path = tmp_path / "sheet.pdf"
    write_sheets((content,), path, words, title=content.layout.title, preset=preset)
    size = path.stat().st_size
    assert size <= most
    assert size / 2 <= told <= size * 2


def picture():
    """Return something like an aerial picture: neighbours alike, with grain."""
    rng = np.random.default_rng(7)
    coarse = rng.integers(60, 200, (30, 40, 4))
    pixels = np.kron(coarse, np.ones((30, 30, 1))) + rng.normal(0, 4, (900, 1200, 4))
    data = np.ascontiguousarray(pixels.clip(0, 255).astype(np.uint8))
    return QImage(data.data, 1200, 900, QImage.Format.Format_RGB32).copy()


def draw_pictures(paper):
    """Draw a picture three times on two pages, 60 mm wide: 508 dots per inch."""
    image = picture()
    for x in (10, 80):
        paper.painter.drawImage(paper.device_rect(Box(x, 10, 60, 45)), image.copy())
    paper.new_page(210, 297)
    paper.painter.drawImage(paper.device_rect(Box(10, 10, 60, 45)), image)


@pytest.mark.parametrize(
    ("preset", "width", "kind"),
    [
        (Preset.MAIL, 354, "/DCTDecode"),
        (Preset.SCREEN, 709, "/DCTDecode"),
        (Preset.PRESS, 1200, "/FlateDecode"),
    ],
)
def test_pictures_are_as_fine_as_their_use_and_stored_once(tmp_path, preset, width, kind):
    path = tmp_path / "p.pdf"
    write_pdf(path, (210, 297), draw_pictures, META, rtl=False, preset=preset)
    with pikepdf.open(path) as pdf:
        found = {
            stream.objgen: stream
            for page in pdf.pages
            for stream in page.Resources.XObject.values()
        }
        assert len(found) == 1
        (stream,) = found.values()
        assert int(stream.Width) == pytest.approx(width, abs=1)
        assert str(stream.Filter) == kind
        image = QImage.fromData(stream.read_raw_bytes()) if kind == "/DCTDecode" else None
        assert image is None or image.width() == int(stream.Width)
    told = estimated_bytes([PageLoad(picture_mm2=60 * 45), PageLoad()], preset)
    assert path.stat().st_size / 3 <= told <= path.stat().st_size * 3
