"""What was measured is drawn as it was laid out, once; nothing is kept that has another measure."""

from __future__ import annotations

import datetime as dt

import pytest

from emadina_gis.report.layout import Box
from emadina_gis.report.pdf import Type, write_pdf
from emadina_gis.report.pdf_check import PdfMeta

META = PdfMeta("Essai", "fr", dt.date(2026, 3, 9))
KIND = Type(8.0)
LONG = "Surface minimale de la parcelle et hauteur autorisée sur rue, en mètres"


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


def _bytes(path, measure):
    def draw(paper):
        for rtl in (False, True):
            paper.rtl = rtl
            for width in (120.0, 30.0):
                if measure:
                    paper.text_height(LONG, KIND, 120.0)
                    paper.text_height(LONG, KIND, 30.0)
                paper.text(Box(10, 10 + width, width, 40), LONG, KIND)
                paper.text(Box(60, 10 + width, width, 40), LONG, KIND)

    write_pdf(path, (210.0, 297.0), draw, META, rtl=False)
    return path.read_bytes()


def test_measuring_changes_nothing_that_is_drawn(tmp_path):
    assert _bytes(tmp_path / "a.pdf", measure=True) == _bytes(tmp_path / "b.pdf", measure=False)


def test_height_is_that_of_what_is_drawn(tmp_path):
    told = []

    def draw(paper):
        told.extend(paper.text_height(LONG, KIND, width) for width in (120.0, 30.0))
        told.extend(paper.text(Box(5, 5, width, 40), LONG, KIND) for width in (120.0, 30.0))

    write_pdf(tmp_path / "t.pdf", (210.0, 297.0), draw, META, rtl=False)
    assert told[:2] == told[2:]
    assert told[1] > told[0]


def test_few_measured_texts_are_kept(tmp_path):
    kept = []

    def draw(paper):
        for number in range(2000):
            paper.text_height(str(number), KIND, 50.0)
        kept.append(len(paper._measured))

    write_pdf(tmp_path / "t.pdf", (210.0, 297.0), draw, META, rtl=False)
    assert kept[0] < 300
