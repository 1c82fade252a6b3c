"""Layers and map coordinates of a PDF."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import numpy as np
import pikepdf
import pyproj
import pytest
from PySide6.QtGui import QImage, QPainter, QPdfWriter

from emadina_gis.domain.crs import UNKNOWN, Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf import Paper, Type, print_pages, write_pdf
from emadina_gis.report.pdf_check import PdfMeta

META = PdfMeta("Essai", "fr", dt.date(2026, 3, 9))
MERCHICH = Crs("EPSG:26191")
MAP = Box(20, 40, 120, 90)
EXTENT = Extent(295_000, 325_000, 296_200, 325_900)


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


def draw_layers(paper):
    """Draw two pages with layers, one of them inside a clip and a scale."""
    paper.text(Box(20, 20, 100, 0), "Titre", Type(9))
    with paper.layer("Plan"):
        paper.rect(MAP, fill="#ff0000")
    with paper.clipped(Box(20, 150, 50, 50)) as painter:
        painter.scale(2, 2)
        with paper.layer("Légende"):
            paper.rect(Box(0, 0, 90, 20), fill="#00ff00")
        paper.rect(Box(0, 20, 90, 20), fill="#0000ff")
    paper.new_page(297, 210)
    with paper.layer("Plan"), paper.layer("inside"):
        paper.rect(MAP, fill="#ff00ff")


def write(path, draw=draw_layers):
    """Write what a function draws."""
    return write_pdf(path, (210, 297), draw, META, rtl=False)


def test_layers_of_one_name_are_one_and_in_order(tmp_path):
    written = write(tmp_path / "l.pdf")
    assert written.page_count == 2
    assert written.sizes_mm[1] == pytest.approx((297, 210), abs=0.3)
    with pikepdf.open(tmp_path / "l.pdf") as pdf:
        usual = pdf.Root.OCProperties.D
        assert [str(group.Name) for group in usual.Order] == ["Plan", "Légende"]
        assert [str(group.Name) for group in usual.ON] == ["Plan", "Légende"]
        first, second = (page.Contents.read_bytes() for page in pdf.pages)
        assert first.count(b"/OC /L1 BDC") == first.count(b"/OC /L2 BDC") == 1
        assert first.count(b"BDC") == first.count(b"EMC")
        assert second.count(b"BDC") == 1, "a layer inside a layer is that layer"
        assert pdf.pages[1].Resources.Properties["/L1"].objgen == usual.Order[0].objgen


def test_states_are_saved_as_often_as_restored(tmp_path):
    write(tmp_path / "l.pdf")
    with pikepdf.open(tmp_path / "l.pdf") as pdf:
        for page in pdf.pages:
            words = page.Contents.read_bytes().split()
            assert words.count(b"q") == words.count(b"Q")


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_layers_are_drawn_where_they_belong(tmp_path):
    write(tmp_path / "l.pdf")
    subprocess.run(
        ["pdftoppm", "-r", "25.4", "-png", tmp_path / "l.pdf", tmp_path / "p"], check=True
    )
    page = QImage(str(tmp_path / "p-1.png"))
    colors = {at: page.pixelColor(*at).name() for at in ((60, 80), (30, 160), (30, 195), (80, 160))}
    assert list(colors.values()) == ["#ff0000", "#00ff00", "#0000ff", "#ffffff"]


def test_a_printer_has_no_layers(tmp_path):
    writer = QPdfWriter(str(tmp_path / "printer.pdf"))
    assert print_pages(writer, (210, 297), draw_layers, rtl=False) == 2
    with pikepdf.open(tmp_path / "printer.pdf") as pdf:
        assert len(pdf.pages) == 2


def test_a_picture_has_no_layers(qapp):
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paper = Paper(QPdfWriter("unused.pdf"), painter, rtl=False)
    with paper.layer("Plan"):
        paper.rect(Box(0, 0, 5, 5), fill="#ff0000")
    painter.end()
    assert paper.page_count == 1


def test_a_pdf_without_layers_has_no_list_of_them(tmp_path):
    write(tmp_path / "l.pdf", lambda paper: paper.rect(MAP, fill="#ff0000"))
    with pikepdf.open(tmp_path / "l.pdf") as pdf:
        assert "/OCProperties" not in pdf.Root
        assert "/VP" not in pdf.pages[0]


def test_positions_on_the_page_are_positions_on_the_earth(tmp_path):
    """Taken back by the file's own system, a viewport gives the map's corners within 1 mm."""

    def draw(paper):
        paper.rect(MAP, stroke="#000000")
        paper.georeference(MAP, EXTENT, MERCHICH)

    write(tmp_path / "g.pdf", draw)
    with pikepdf.open(tmp_path / "g.pdf") as pdf:
        view = pdf.pages[0].VP[0]
        height = float(pdf.pages[0].mediabox[3])
        box = [float(value) for value in view.BBox]
        measure = view.Measure
        degrees = np.array([float(v) for v in measure.GPTS]).reshape(-1, 2)
        parts = np.array([float(v) for v in measure.LPTS]).reshape(-1, 2)
        assert int(measure.GCS.EPSG) == 26191
        system = pyproj.CRS.from_wkt(str(measure.GCS.WKT))
    assert box == pytest.approx([20 / 25.4 * 72, height - 130 / 25.4 * 72,
                                 140 / 25.4 * 72, height - 40 / 25.4 * 72], abs=1e-3)  # fmt: skip
    back = pyproj.Transformer.from_crs(system.geodetic_crs, system, always_xy=True)
    x, y = back.transform(degrees[:, 1], degrees[:, 0])
    assert x == pytest.approx(EXTENT.xmin + parts[:, 0] * EXTENT.width, abs=1e-3)
    assert y == pytest.approx(EXTENT.ymin + parts[:, 1] * EXTENT.height, abs=1e-3)


def test_a_map_without_system_gets_no_coordinates(tmp_path):
    write(tmp_path / "g.pdf", lambda paper: paper.georeference(MAP, EXTENT, UNKNOWN))
    with pikepdf.open(tmp_path / "g.pdf") as pdf:
        assert "/VP" not in pdf.pages[0]
