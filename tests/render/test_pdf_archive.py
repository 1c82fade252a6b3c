"""What ISO 19005-2 (PDF/A-2) asks of our files, as our own list of checks.

No validator is at hand in the tests; the rules checked are those a file of ours could break, each
with its clause. A file that passes a validator passes these; the reverse is not claimed.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from PySide6.QtGui import QColor, QImage

from emadina_gis.domain.crs import Crs
from emadina_gis.domain.extent import Extent
from emadina_gis.errors import OutputError
from emadina_gis.report.layout import Box
from emadina_gis.report.pdf import Type, write_pdf
from emadina_gis.report.pdf.pictures import srgb_profile
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.report.pdf_truetype import TrueType
from emadina_gis.report.presets import Preset

META = PdfMeta("Fiche <1> & «اختبار»", "fr", dt.date(2026, 3, 9), "Sans valeur officielle")
FORBIDDEN_KEYS = {
    "/AA",
    "/JS",
    "/JavaScript",
    "/Encrypt",
    "/EF",
    "/TR",
    "/HTP",
    "/PS",
    "/Alternates",
}
TIFF_FREE_FILTERS = {"/FlateDecode", "/DCTDecode"}


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


def draw_all(paper):
    """Draw texts, areas that show through, a picture, a layer, and map coordinates."""
    paper.text(Box(20, 20, 150, 0), "الأرض لا تباع، يُصرَّح بها", Type(11, rtl=True))
    paper.text(Box(20, 30, 150, 0), "Hauteur 8,50 m², « R+4 »", Type(9, weight="bold"))
    image = QImage(300, 200, QImage.Format.Format_ARGB32)
    image.fill(QColor(10, 100, 200, 120))
    with paper.layer("Fond"):
        paper.painter.setOpacity(0.5)
        paper.painter.drawImage(paper.device_rect(Box(20, 60, 60, 40)), image)
        paper.painter.setOpacity(1.0)
    paper.rect(Box(20, 120, 50, 30), fill="#c8d6b9", stroke="#000000")
    paper.georeference(Box(20, 60, 60, 40), Extent(295e3, 325e3, 296e3, 326e3), Crs("EPSG:26191"))


@pytest.fixture(params=list(Preset))
def archived(request, tmp_path):
    """Write a file of everything and open it again."""
    path = tmp_path / "a.pdf"
    write_pdf(path, (210, 297), draw_all, META, rtl=False, preset=request.param)
    with pikepdf.open(path) as pdf:
        yield path, pdf


def _dictionaries(pdf):
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item


def test_header_and_trailer(archived):
    """6.1.2 a binary comment behind the header; 6.1.3 an ID, nothing behind the end."""
    path, pdf = archived
    data = path.read_bytes()
    head, comment = data.split(b"\n")[:2]
    assert re.fullmatch(rb"%PDF-1\.[4-7]", head)
    assert comment[:1] == b"%"
    assert sum(byte > 127 for byte in comment) >= 4
    assert data.rstrip().endswith(b"%%EOF")
    assert len(pdf.trailer.ID) == 2
    assert not pdf.is_encrypted


def test_nothing_forbidden(archived):
    """6.1.7, 6.2.5, 6.4, 6.5, 6.6: no scripts, actions, files, transfer functions, odd filters."""
    _path, pdf = archived
    for item in _dictionaries(pdf):
        assert not FORBIDDEN_KEYS & set(item.keys())
        if isinstance(item, pikepdf.Stream) and "/Filter" in item:
            assert str(item.Filter) in TIFF_FREE_FILTERS
        if item.get("/Subtype") == "/Image":
            assert not item.get("/Interpolate", False)
    assert not {"/AcroForm", "/OpenAction", "/Names", "/Requirements"} & set(pdf.Root.keys())


def test_metadata_in_xmp(archived):
    """6.6.2: XMP, not compressed, equal to the document information, the level said."""
    _path, pdf = archived
    stream = pdf.Root.Metadata
    assert "/Filter" not in stream
    assert str(stream.Subtype) == "/XML"
    text = stream.read_bytes().decode()
    tree = ET.fromstring(text)
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }
    assert tree.findtext(".//pdfaid:part", namespaces=spaces) == "2"
    assert tree.findtext(".//pdfaid:conformance", namespaces=spaces) == "U"
    assert tree.findtext(".//dc:title//rdf:li", namespaces=spaces) == str(pdf.docinfo.Title)
    assert tree.findtext(".//dc:description//rdf:li", namespaces=spaces) == META.subject
    assert tree.findtext(".//xmp:CreateDate", namespaces=spaces) == "2026-03-09T00:00:00Z"
    assert str(pdf.docinfo.CreationDate) == "D:20260309000000Z"
    assert str(pdf.Root.Lang) == "fr"


def test_colours_have_a_profile(archived):
    """6.2.3, 6.2.4: an output intent with an RGB display profile; no ink colours."""
    _path, pdf = archived
    (intent,) = pdf.Root.OutputIntents
    assert str(intent.S) == "/GTS_PDFA1"
    profile = intent.DestOutputProfile.read_bytes()
    assert profile == srgb_profile()
    assert (profile[12:16], profile[16:20], profile[36:40]) == (b"mntr", b"RGB ", b"acsp")
    assert profile[8] <= 4
    assert int(intent.DestOutputProfile.N) == 3
    content = pdf.pages[0].Contents.read_bytes()
    assert not re.search(rb"(?:[\d.]+ ){4}[kK]\n", content)
    assert "/DeviceCMYK" not in str(pdf.pages[0].Resources.ColorSpace)


def test_transparency_is_of_known_kinds(archived):
    """6.2.10: blend modes of ISO 32000 only."""
    _path, pdf = archived
    for item in _dictionaries(pdf):
        assert str(item.get("/BM", "/Normal")) in {"/Normal", "/Compatible", "/SourceOver"[:7]}


def test_fonts_are_whole(archived):
    """6.2.11: embedded, widths as in the font, every shown code mapped and no missing glyph."""
    _path, pdf = archived
    content = pdf.pages[0].Contents.read_bytes()
    for name, font in pdf.pages[0].Resources.Font.items():
        holder = font.DescendantFonts[0]
        outlines = TrueType.read(holder.FontDescriptor.FontFile2.read_bytes())
        assert outlines is not None
        assert str(holder.CIDToGIDMap) == "/Identity"
        assert "/CIDSet" not in holder.FontDescriptor
        widths = [float(width) for width in holder.W[1]]
        assert len(widths) == len(outlines.metrics)
        for width, (advance, _side) in zip(widths, outlines.metrics, strict=True):
            assert width == pytest.approx(advance * 1000 / outlines.units, abs=1)
        mapped = {
            int(code, 16): bytes.fromhex(text).decode("utf-16-be")
            for code, text in re.findall(
                r"^<(\w{4})> <(\w+)>$", font.ToUnicode.read_bytes().decode(), re.MULTILINE
            )
        }
        shown = _shown(content, name)
        assert shown
        assert 0 not in shown
        assert shown <= mapped.keys()
        assert not {"\0", "\ufeff", "\ufffe", ""} & set(mapped.values())
        assert str(font.BaseFont) == str(holder.BaseFont) == str(holder.FontDescriptor.FontName)


def _shown(content, name):
    codes, current = set(), ""
    for font, hexes in re.findall(rb"(/F\d+) \d+ Tf|<([0-9A-F]+)>(?=[-\d<\]]| Tj)", content):
        current = font.decode() or current
        if hexes and current == name:
            codes |= {int(hexes[at : at + 4], 16) for at in range(0, len(hexes), 4)}
    return codes


def test_layers_are_listed(archived):
    """6.9: a name, all groups in the order, no automatic states."""
    _path, pdf = archived
    usual = pdf.Root.OCProperties.D
    assert str(usual.Name)
    assert {group.objgen for group in usual.Order} == {
        group.objgen for group in pdf.Root.OCProperties.OCGs
    }
    assert "/AS" not in usual
    assert all(str(group.Name) for group in pdf.Root.OCProperties.OCGs)


def test_a_letter_that_no_font_has_is_no_archive(tmp_path):
    """6.2.11.8: the box for a missing letter is not allowed, and is not called PDF/A."""

    def draw(paper):
        paper.text(Box(20, 20, 100, 0), "Rue \U0001f9ff\U00013000 neuve", Type(9))

    write_pdf(tmp_path / "a.pdf", (210, 297), draw, META, rtl=False)
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        said = b"pdfaid:part" in pdf.Root.Metadata.read_bytes()
        shows_box = any(
            0 in _shown(pdf.pages[0].Contents.read_bytes(), name)
            for name in pdf.pages[0].Resources.Font.keys()  # noqa: SIM118 - a pikepdf dictionary
        )
    assert said != shows_box


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.render.test_pdf_archive import META, draw_all
from emadina_gis.report.pdf import write_pdf
write_pdf(Path(sys.argv[1]), (210, 297), draw_all, META, rtl=False)
"""


def test_the_same_bytes_in_two_processes(tmp_path):
    root = os.fspath(__file__).rsplit("tests", 1)[0]
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", SCRIPT.format(root=root), tmp_path / f"{seed}.pdf"],
            env={**os.environ, "PYTHONHASHSEED": seed, "QT_QPA_PLATFORM": "offscreen"},
            check=True,
        )
    write_pdf(tmp_path / "3.pdf", (210, 297), draw_all, META, rtl=False)
    first, second, third = ((tmp_path / f"{n}.pdf").read_bytes() for n in (1, 2, 3))
    assert first == second
    assert first == third


def test_a_damaged_draft_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")

    def fail(*_given):
        raise pikepdf.PdfError

    monkeypatch.setattr("emadina_gis.report.pdf_check.rewrite_pages", fail)
    with pytest.raises(OutputError) as caught:
        write_pdf(path, (210, 297), draw_all, META, rtl=False)
    assert caught.value.code == "report.incomplete"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_its_place_is_said(tmp_path):
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(OutputError) as caught:
        write_pdf(tmp_path / "a.pdf", (210, 297), draw_all, META, rtl=False)
    assert caught.value.code == "output.is-folder"


@pytest.mark.skipif(sys.platform == "win32", reason="file sizes are not limited there")
@pytest.mark.parametrize("room", [2_000, 12_000])
def test_a_full_disk_leaves_nothing(tmp_path, room):
    """With room for a part of Qt's draft, and for the draft but not for the file."""
    limit = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
    )
    root = os.fspath(__file__).rsplit("tests", 1)[0]
    done = subprocess.run(
        [sys.executable, "-B", "-c", limit + SCRIPT.format(root=root), tmp_path / "a.pdf"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "OutputError" in done.stderr, done.stderr[-600:]
    assert list(tmp_path.iterdir()) == []
