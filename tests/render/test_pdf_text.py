"""Texts in a PDF: whole words in the order they are typed, for whoever searches and copies."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import replace

import pikepdf
import pytest
from PySide6.QtGui import QImage

from emadina_gis.report import pdf_pages
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf import Type, write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.report.pdf_fonts import fonts_of

META = PdfMeta("Essai", "fr", dt.date(2026, 3, 9))
ARABIC = "مذكرة المعلومات التعميرية"
SENTENCES = (
    ARABIC,
    "عرض تجريبي لمقاطعة عين الشق",
    "الحد الأدنى للمساحة الأرضية",
    "يصرح صاحب المشروع بالأشغال في الشارع",
    "المكافئ الإحصائي للقطعة",
)
FRENCH = "Fiche d’information urbanistique : surface à céder, hauteur R+4, CES 60 %"
LINE_MM = 8.0

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


def write(path, texts, weight="regular", language="fr"):
    """Write texts under each other; those with Arabic letters from the right."""

    def draw(paper):
        for index, text in enumerate(texts):
            rtl = any(unicodedata.bidirectional(letter) == "AL" for letter in text)
            box = Box(15, 15 + index * LINE_MM, 180, 0)
            paper.text(box, text, Type(9, weight=weight, rtl=rtl))

    meta = replace(META, language=language)
    return write_pdf(path, (210, 297), draw, meta, rtl=language == "ar")


def plain(text):
    """Return a text without the marks by which a reader says its direction."""
    letters = (letter for letter in text if unicodedata.category(letter) != "Cf")
    return " ".join("".join(letters).split())


def poppler(path, *options):
    """Return what pdftotext finds."""
    done = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True)
    return plain(done.stdout.decode())


def pdfium(path):
    """Return what the reader of Chrome and Edge finds."""
    library = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    pages = library.PdfDocument(path)
    return plain(" ".join(page.get_textpage().get_text_bounded() for page in pages))


@needs_poppler
@pytest.mark.parametrize("options", [(), ("-layout",)])
@pytest.mark.parametrize("weight", ["regular", "medium", "semibold", "bold"])
def test_poppler_finds_whole_sentences(tmp_path, options, weight):
    write(tmp_path / "t.pdf", (*SENTENCES, FRENCH), weight)
    found = poppler(tmp_path / "t.pdf", *options)
    for sentence in (*SENTENCES, FRENCH):
        assert sentence in found


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pdfium_finds_whole_sentences(tmp_path, weight, language):
    write(tmp_path / "t.pdf", (*SENTENCES, FRENCH), weight, language)
    found = pdfium(tmp_path / "t.pdf")
    for sentence in (*SENTENCES, FRENCH):
        assert sentence in found


@needs_poppler
def test_turned_text_is_found(tmp_path):
    def draw(paper):
        paper.turned_text(60, 100, "325 000", Type(7), degrees=-90)
        paper.turned_text(120, 100, "شارع الحسن الثاني", Type(9, rtl=True), degrees=90)

    write_pdf(tmp_path / "t.pdf", (210, 297), draw, META, rtl=False)
    found = poppler(tmp_path / "t.pdf")
    assert "325 000" in found
    assert "شارع الحسن الثاني" in found


@needs_poppler
def test_slanted_text_is_whole(tmp_path):
    def draw(paper):
        paper.turned_text(60, 100, "Boulevard Mohammed V", Type(9), degrees=30)

    write_pdf(tmp_path / "t.pdf", (210, 297), draw, META, rtl=False)
    assert poppler(tmp_path / "t.pdf") == "Boulevard Mohammed V"


def test_a_line_is_one_array_without_presentation_forms(tmp_path):
    write(tmp_path / "t.pdf", (ARABIC, FRENCH))
    with pikepdf.open(tmp_path / "t.pdf") as pdf:
        content = pdf.pages[0].Contents.read_bytes()
        letters = "".join("".join(codes.letters.values()) for codes in fonts_of(pdf).values())
    assert content.count(b"TJ") == 2
    assert b" Td " not in content
    assert not re.search("[\ufb50-\ufdff\ufe70-\ufefc\u2066-\u2069]", letters)


def test_every_glyph_says_one_letter(tmp_path):
    write(tmp_path / "t.pdf", (*SENTENCES, "الأرض لا تباع"))
    with pikepdf.open(tmp_path / "t.pdf") as pdf:
        for codes in fonts_of(pdf).values():
            assert all(len(letters) == 1 for letters in codes.letters.values())


def test_the_page_looks_as_qt_drew_it(tmp_path, monkeypatch):
    """Rewriting must not move a glyph: a tenth of a pixel at most, at 150 dots per inch."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils is not installed")
    texts = (*SENTENCES, FRENCH, "مُبَيَّن بالحدّ", "m² — 12,5 %")
    write(tmp_path / "new.pdf", texts)
    monkeypatch.setattr(pdf_pages, "written", lambda content, _texts, _fonts: content)
    write(tmp_path / "qt.pdf", texts)
    new, old = (_picture(tmp_path / f"{name}.pdf") for name in ("new", "qt"))
    assert new.size() == old.size()
    worst = max(
        abs(new.pixelColor(x, y).lightness() - old.pixelColor(x, y).lightness())
        for x in range(new.width())
        for y in range(new.height() // 3)
    )
    assert worst < 70


def _picture(path):
    stem = path.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "60", "-png", "-singlefile", path, stem], check=True)
    return QImage(str(path.with_suffix(".png")))


def test_texts_written_otherwise_stay_as_qt_wrote_them(tmp_path, monkeypatch):
    """A change in Qt is found here: the page stays right as a picture, its level falls to B."""
    from emadina_gis.report import pdf_text

    monkeypatch.setattr(pdf_text, "_OBJECT", re.compile(rb"never"))
    write(tmp_path / "t.pdf", (FRENCH,))
    with pikepdf.open(tmp_path / "t.pdf") as pdf:
        assert pdf.pages[0].Contents.read_bytes().count(b" Td ") > 30
        assert b"<pdfaid:conformance>B<" in pdf.Root.Metadata.read_bytes()


def test_no_text_is_left_as_qt_wrote_it(tmp_path, monkeypatch):
    seen = []
    rewrite = pdf_pages.rewrite_pages

    def watch(*given):
        seen.append(rewrite(*given))
        return seen[-1]

    monkeypatch.setattr("emadina_gis.report.pdf_check.rewrite_pages", watch)
    write(tmp_path / "t.pdf", (*SENTENCES, FRENCH))
    assert seen[0].texts_left == 0
    assert seen[0].letters_unknown == 0
    assert not seen[0].missing_letters


def test_a_missing_font_is_said(tmp_path):
    """In a process of its own: fonts stay loaded in this one."""
    code = (
        "import sys, pathlib\n"
        "from emadina_gis import paths\n"
        f"paths.resources = lambda: pathlib.Path({str(tmp_path)!r})\n"
        "from emadina_gis.errors import OutputError\n"
        "from emadina_gis.report.pdf import prepare_qt\n"
        "try: prepare_qt()\n"
        "except OutputError as error: sys.exit(f'{error.code} {error.params}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "report.font-missing" in done.stderr
    assert "IBM Plex Sans" in done.stderr
