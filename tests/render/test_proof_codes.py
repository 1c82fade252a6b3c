"""The quick reading of a page's texts says "legible" only where the interpreter finds nothing."""

from __future__ import annotations

import datetime as dt
import re

import pikepdf
import pytest

from emadina_gis.report import proof_quick
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf import Type, write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.report.proof_codes import are_legible

META = PdfMeta("Essai", "fr", dt.date(2026, 3, 9))
SENTENCES = ("Surface à céder : 12,50 m²", "عرضٌ تجريبي لمقاطعة عين الشق 12", "قطعة T.22652/C")


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is drawn."""


def _written(path):
    def draw(paper):
        for row, text in enumerate(SENTENCES):
            paper.text(Box(10, 10 + 10 * row, 120, 8), text, Type(9.0, rtl=row > 0))

    write_pdf(path, (148.0, 105.0), draw, META, rtl=False)


def _opened(path, change=None, say=None):
    """Return the file with its drawing and its maps of letters changed."""
    pdf = pikepdf.open(path, allow_overwriting_input=True)
    page = pdf.pages[0]
    if change is not None:
        page.Contents = pdf.make_stream(change(page.Contents.read_bytes()))
    for item in list(pdf.objects) if say is not None else ():
        if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
            item.ToUnicode = pdf.make_stream(say(item.ToUnicode.read_bytes()))
    return pdf


def _is_legible(pdf):
    page = pdf.pages[0]
    return are_legible(proof_quick._text_objects(page), page.Resources, {})


def _interpreted(pdf, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(proof_quick, "are_legible", lambda *_given: False)
        return proof_quick.quick_proof(pdf)


def test_a_page_as_it_is_written_is_legible(tmp_path, monkeypatch):
    _written(tmp_path / "t.pdf")
    with _opened(tmp_path / "t.pdf") as pdf:
        assert _is_legible(pdf)
        assert proof_quick.quick_proof(pdf) == _interpreted(pdf, monkeypatch) == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda drawing: re.sub(rb"<[0-9A-F]{4}", b"<0000", drawing),
        lambda drawing: re.sub(rb"<[0-9A-F]{4}", b"<FFF0", drawing),
        lambda drawing: drawing.replace(b"] TJ", b"<0000>] TJ", 1),
        lambda drawing: drawing.replace(b"<FEFF", b"<FEFFFE8D", 1),
    ],
    ids=["boxes", "unknown", "one-box", "said-as-shape"],
)
def test_faults_of_the_drawing_are_told_as_before(tmp_path, monkeypatch, change):
    _written(tmp_path / "t.pdf")
    with _opened(tmp_path / "t.pdf", change) as pdf:
        assert not _is_legible(pdf)
        found = proof_quick.quick_proof(pdf)
        assert found
        assert found == _interpreted(pdf, monkeypatch)


@pytest.mark.parametrize("letter", [b"FE8D", b"0000", b""], ids=["shape", "nought", "nothing"])
def test_faults_of_a_font_are_told_as_before(tmp_path, monkeypatch, letter):
    _written(tmp_path / "t.pdf")

    def say(said):
        return said.replace(b" <0627>", b" <" + letter + b">")

    with _opened(tmp_path / "t.pdf", say=say) as pdf:
        assert not _is_legible(pdf)
        found = proof_quick.quick_proof(pdf)
        assert found
        assert found == _interpreted(pdf, monkeypatch)


@pytest.mark.parametrize(
    "change",
    [
        lambda drawing: re.sub(rb"/F\d+ \d+ Tf ", b"", drawing),
        lambda drawing: drawing.replace(b"BT\n", b"BT\n(a) Tj\n"),
        lambda drawing: drawing.replace(b"] TJ", b"(a)] TJ"),
        lambda drawing: drawing.replace(b"[<", b"[<0", 1),
        lambda drawing: drawing.replace(b"/F", b"/X"),
    ],
    ids=["no-font", "plain-string", "string-in-array", "half-a-code", "font-not-there"],
)
def test_what_is_written_otherwise_is_left_to_the_interpreter(tmp_path, monkeypatch, change):
    _written(tmp_path / "t.pdf")
    with _opened(tmp_path / "t.pdf", change) as pdf:
        assert not _is_legible(pdf)
        assert proof_quick.quick_proof(pdf) == _interpreted(pdf, monkeypatch)
