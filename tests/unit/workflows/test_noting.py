"""Notes as files: PDF and DOCX say the same, series are resumed, bad input leaves no file."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from dataclasses import replace

import pytest
import shapely

from emadina_gis.errors import EmptyInput, JobCancelled, LayerReadError, OutputError
from emadina_gis.progress import Context
from emadina_gis.project.agency import AgencyProfile
from emadina_gis.report.note import Letter, land_of_titles
from emadina_gis.report.note_blocks import Extract, texts_of
from emadina_gis.report.note_manifest import FILE_NAME
from emadina_gis.report.title_list import listed_titles
from emadina_gis.words import load_words
from emadina_gis.workflows.noting import BOTH, NoteMaker, NoteRequest, NoteStyle, write_note
from emadina_gis.workflows.noting_series import (
    DUPLICATE,
    EMPTY,
    FOUND,
    MISSING,
    SeriesRequest,
    series_texts,
    write_series,
)
from tests.unit.report.note_lands import NOWHERE, X, Y, note_project

DATE = dt.date(2026, 3, 9)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")


@pytest.fixture(scope="module")
def noted():
    return note_project()


def style(*languages, **more):
    return NoteStyle(languages or ("fr",), date=DATE, **more)


def plain(text):
    """Return a text without what papers add or fold: marks, spaces, bullets."""
    marks = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069•"))
    return "".join(text.translate(marks).split())


def docx_text(path):
    from docx import Document
    from docx.oxml.ns import qn

    document = Document(str(path))
    return "".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def pdf_text(path):
    command = ["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def parts_of(project, titles, *languages):
    maker = NoteMaker(project, style(*languages), load_words("fr"))
    return maker.parts(*land_of_titles(project, titles))


@pytest.mark.parametrize("languages", [("fr",), ("ar",), ("en",), BOTH])
def test_the_docx_says_every_text_of_the_note(tmp_path, noted, languages):
    from docx import Document

    titles = ("T.106/C", "T.103/C")
    path = tmp_path / "note.docx"
    write_note(noted, NoteRequest(path, titles, style=style(*languages)), load_words("fr"))
    parts = parts_of(noted, titles, *languages)
    wanted = "".join(plain(text) for part in parts for text in texts_of(part.blocks))
    assert plain(docx_text(path)) == wanted
    maps = sum(isinstance(block, Extract) for part in parts for block in part.blocks)
    assert len(Document(str(path)).inline_shapes) == maps


@needs_poppler
def test_the_pdf_says_every_text_of_the_note(tmp_path, noted):
    path = tmp_path / "note.pdf"
    write_note(noted, NoteRequest(path, ("T.106/C",), style=style()), load_words("fr"))
    written = plain(pdf_text(path))
    (part,) = parts_of(noted, ("T.106/C",), "fr")
    for text in texts_of(part.blocks):
        for word in text.split():
            assert plain(word) in written, text


def test_an_arabic_docx_runs_from_the_right(tmp_path, noted):
    from docx import Document

    path = tmp_path / "note.docx"
    write_note(noted, NoteRequest(path, ("T.106/C",), style=style("ar")), load_words("fr"))
    xml = Document(str(path)).element.xml
    assert "<w:bidi/>" in xml
    assert "<w:bidiVisual/>" in xml


def test_the_json_beside_holds_the_engine_s_numbers(tmp_path, noted):
    listed = tmp_path / "note.json"
    request = NoteRequest(tmp_path / "note.docx", ("T.106/C",), json_target=listed, style=style())
    write_note(noted, request, load_words("fr"))
    content = json.loads(listed.read_text(encoding="utf-8"))
    maker = NoteMaker(noted, style(), load_words("fr"))
    rows = {row["key"]: row["number"] for row in content["parcels"][0]["reading"]["rows"]}
    outcome = maker.basis.outcome
    assert rows["gross_floor_area_m2"] == pytest.approx(float(outcome.gross_floor_area_m2[6]))


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_the_same_note_is_the_same_bytes(tmp_path, noted, ending):
    paths = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for path in paths:
        write_note(noted, NoteRequest(path, ("T.101/C",), style=style()), load_words("fr"))
    first, second = (path.read_bytes() for path in paths)
    if ending == "pdf":
        assert first == second
    else:
        assert docx_text(paths[0]) == docx_text(paths[1])


def test_ways_in_by_corners_and_by_a_drawing(tmp_path, noted):
    words, path = load_words("fr"), tmp_path / "note.docx"
    text = f"id;X;Y\n1;{X + 120:.0f},5;{Y + 20}\n2;{X + 150};{Y + 20}\n3;{X + 150};{Y + 60}\n"
    request = NoteRequest(path, corner_text=text, name="Liste", style=style())
    write_note(noted, request, words)
    assert "secteurB4" in plain(docx_text(path))
    file = tmp_path / "bornes.txt"
    file.write_text(text, encoding="utf-8")
    write_note(noted, NoteRequest(path, corners=file, style=style()), words)
    assert "bornes" in docx_text(path)
    shape = shapely.Polygon([(X, Y), (X + 40, Y + 40), (X + 40, Y), (X, Y + 40)])
    write_note(noted, NoteRequest(path, shape=shape, name="Contour", style=style()), words)
    assert "Contour" in docx_text(path)


def test_exchanged_corners_are_asked_then_read(tmp_path, noted):
    words, path = load_words("fr"), tmp_path / "note.docx"
    text = f"id;Y;X\n1;{Y + 20};{X + 120}\n2;{Y + 20};{X + 150}\n3;{Y + 60};{X + 150}\n"
    request = NoteRequest(path, corner_text=text, name="Liste", style=style())
    with pytest.raises(LayerReadError) as caught:
        write_note(noted, request, words)
    assert caught.value.code == "report.corners-exchanged"
    assert not path.exists()
    write_note(noted, replace(request, swapped=True), words)
    assert path.exists()


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"titles": (NOWHERE,)}, EmptyInput, "report.note-without-land"),
        ({}, EmptyInput, "note.nothing-asked"),
        ({"corner_text": "id;X;Y\n1;0;0\n2;9;9\n3;9;0\n4;0;9"}, LayerReadError,
         "report.corners-cross"),
        ({"corner_text": "id;X;Y\n1;0;0\n2;9;9\n3;9;0"}, LayerReadError, "report.corners-far"),
        ({"corner_text": "1;0;0\n2;9;9\n3;?;0\n4;9;0\n5;8;0"}, LayerReadError,
         "report.corners-line"),
        ({"shape": shapely.Polygon([(0, 0), (1, 1), (2, 2)])}, EmptyInput,
         "report.note-without-shape"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_leaves_no_file(tmp_path, noted, changes, error, code):
    words = load_words("fr")
    with pytest.raises(error) as caught:
        write_note(noted, NoteRequest(tmp_path / "note.pdf", style=style(), **changes), words)
    assert caught.value.code == code
    assert all(words.error(caught.value))
    assert not list(tmp_path.iterdir())


def test_a_note_in_another_format_is_refused_before_any_work(tmp_path, noted):
    request = NoteRequest(tmp_path / "note.odt", ("T.101/C",), style=style())
    with pytest.raises(OutputError) as caught:
        write_note(noted, request, load_words("fr"))
    assert caught.value.code == "report.note-format"


# --- series --------------------------------------------------------------------------------------


def a_list(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    titles = ["Titre foncier", "T.101/C", None, None, "tf 107 / c", NOWHERE, "T.101/C"]
    for number, title in enumerate(titles):
        book.active.append([number or "N°", title, "Demandeur"])
    path = tmp_path / "liste.xlsx"
    book.save(path)
    return path


def test_a_list_tells_its_rows_and_its_holes(tmp_path):
    found = [(row.line, row.title) for row in listed_titles(a_list(tmp_path))]
    assert found == [(2, "T.101/C"), (3, ""), (4, ""), (5, "T.107/C"), (6, NOWHERE), (7, "T.101/C")]


def test_a_list_of_text_and_one_without_titles(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("Titre;Nom\nT.1/C;a\n\nT.2/C;b\n", encoding="utf-8")
    assert [row.title for row in listed_titles(path)] == ["T.1/C", "", "T.2/C"]
    path.write_text("\n\n", encoding="utf-8")
    with pytest.raises(LayerReadError) as caught:
        listed_titles(path)
    assert caught.value.code == "report.titles-none"


@pytest.fixture
def series(tmp_path):
    return SeriesRequest(a_list(tmp_path), tmp_path / "fiches", ".docx", ".csv", style())


def test_a_series_writes_a_note_for_each_title_and_a_table(series, noted):
    words = load_words("fr")
    result = write_series(noted, series, words)
    assert [row.status for row in result.rows] == [FOUND, EMPTY, EMPTY, FOUND, MISSING, DUPLICATE]
    assert (result.made, result.kept) == (2, 0)
    names = {path.name for path in series.folder.iterdir()}
    assert names == {"T.101-C.docx", "T.107-C.docx", FILE_NAME, "resultats.csv"}
    table = result.table.read_text(encoding="utf-8-sig").splitlines()
    assert table[0].startswith("Ligne,Écrit dans la liste,Titre lu,Résultat")
    assert "introuvable" in table[5]
    told = " ".join(series_texts(result, words))
    assert "3, 4" in told


def test_what_is_whole_and_unchanged_is_kept(series, noted):
    words = load_words("fr")
    write_series(noted, series, words)
    again = write_series(noted, series, words)
    assert (again.made, again.kept) == (0, 2)
    (series.folder / "T.101-C.docx").write_bytes(b"torn")
    mended = write_series(noted, series, words)
    assert (mended.made, mended.kept) == (1, 1)
    later = replace(series, style=style(letter=Letter(AgencyProfile(), 7)))
    assert write_series(noted, later, words).made == 2


def test_a_series_that_is_stopped_goes_on_where_it_stopped(series, noted):
    words = load_words("fr")
    seen = []

    def listen(_fraction, phase):
        seen.append(phase)
        if seen.count("note.batch.phase") == 3:
            stop.cancel()

    stop = Context(listen)
    with pytest.raises(JobCancelled):
        write_series(noted, series, words, stop)
    assert (series.folder / "T.101-C.docx").exists()
    result = write_series(noted, series, words)
    assert (result.made, result.kept) == (1, 1)


def test_numbers_of_a_series_follow_one_another(series, noted):
    letter = Letter(AgencyProfile(), 12)
    write_series(noted, replace(series, style=style(letter=letter)), load_words("fr"))
    texts = [docx_text(series.folder / f"T.{name}-C.docx") for name in (101, 107)]
    assert "N° 12/2026" in texts[0]
    assert "N° 13/2026" in texts[1]


def test_a_table_of_results_may_be_a_workbook(series, noted):
    import openpyxl

    result = write_series(noted, replace(series, table_ending=".xlsx"), load_words("ar"))
    page = openpyxl.load_workbook(result.table).worksheets[0]
    assert page.max_row == 7
    assert page.cell(1, 4).value == "النتيجة"


def test_a_series_asks_for_a_known_format(series, noted):
    with pytest.raises(OutputError) as caught:
        write_series(noted, replace(series, ending=".odt"), load_words("fr"))
    assert caught.value.code == "note.ending"
    assert not series.folder.exists()


def test_several_parcels_of_one_title_make_one_note(series, noted):
    layer = noted.parcels
    names = layer.table.strings("parcel_id").copy()
    names[7] = "T.101/C"
    table = layer.table.with_column("parcel_id", names)
    project = noted.with_layer(replace(layer, table=table))
    result = write_series(project, series, load_words("fr"))
    first = result.rows[0]
    assert (first.status, first.count) == ("several", 2)
    assert first.area_m2 == pytest.approx(600 + 400)
