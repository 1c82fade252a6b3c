"""The checker of printed pages: what the product writes passes, planted faults are caught."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pikepdf
import pytest

from emadina_gis.domain.style import Categorized, Category, LabelStyle, Single, Style, Symbol
from emadina_gis.domain.title import Title
from emadina_gis.errors import OutputError
from emadina_gis.project import Layout
from emadina_gis.project.layouts import (
    CheckBarContent,
    FactsContent,
    Frame,
    LegendContent,
    MapContent,
    ScaleBarContent,
    SourcesContent,
    TextContent,
    TitleBlockContent,
)
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.scene import build_scene
from emadina_gis.report import page_draw
from emadina_gis.report.map_frame import draw_bar, draw_grid_plan
from emadina_gis.report.page_content import SheetContent, TitleLine
from emadina_gis.report.page_furniture import draw_check_bar
from emadina_gis.report.proof import proof
from emadina_gis.report.proof_quick import quick_proof
from emadina_gis.report.sheet import write_sheet
from emadina_gis.words import LANGUAGES, load_words
from tests.builders import SECTORS, a_project

DATE = dt.date(2026, 3, 9)
COLORS = ("#c8d6b9", "#e6b8a2", "#b7c9e2", "#d9c27e", "#c7b0d9", "#a3c4bc", "#e29578", "#8fb996")
OWNER = "Fatima Zohra Bennani"
FRAMES = (
    Frame("map", 15, 15, 280, 260, MapContent(scale=1000), border_mm=0.3),
    Frame("title", 310, 12, 95, 40, TitleBlockContent()),
    Frame("legend", 310, 55, 95, 90, LegendContent()),
    Frame("facts", 310, 150, 95, 40, FactsContent()),
    Frame("bar", 310, 195, 95, 12, ScaleBarContent()),
    Frame("text", 310, 210, 95, 12, TextContent(Title("Essai {scale}", "تجربة {scale}", "Try"))),
    Frame("sources", 310, 225, 95, 25, SourcesContent()),
    Frame("check", 298, 262, 115, 12, CheckBarContent()),
)


@pytest.fixture(autouse=True)
def fonts(shipped_fonts):
    """Load the shipped fonts before anything is measured."""


@pytest.fixture(scope="module")
def content():
    made = a_project().with_parcels(30).with_streets().with_stops().build()
    categories = tuple(Category(s, c) for s, c in zip(SECTORS, COLORS, strict=False))
    style = Style(Categorized("sector", categories, Symbol(stroke="#ffffff")), LabelStyle("sector"))
    made = made.with_layer(replace(made.parcels, style=style))
    return SheetContent(
        layout=Layout("a3", Title("Planche", "لوحة", "Sheet"), frames=FRAMES),
        scene=build_scene(made, cache=DerivedCache()),
        titles=(TitleLine(Title("Plan d'essai", "تصميم تجريبي", "Trial plan"), 1.4, "bold"),),
        date=DATE,
        status="Homologué",
        code="ABCD-EFGH",
    )


@pytest.fixture
def printed(content, tmp_path):
    """Return a function that writes the sheet and gives its path and its pages."""

    def write(language="fr", shown=content):
        path = tmp_path / f"{language}.pdf"
        return path, write_sheet(shown, path, load_words(language)).pages

    return write


def found(path, pages, language="fr", **more):
    return {problem.code: problem for problem in proof(path, pages, load_words(language), **more)}


def edited(path, change):
    """Change the first page of a file: what is drawn, or the page itself."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.contents_coalesce()
        drawing = change(pdf, page, page.Contents.read_bytes())
        if drawing is not None:
            page.Contents = pdf.make_stream(drawing)
        pdf.save(path)


def in_layer(drawing, page, title, change):
    """Return a drawing with one layer of it changed."""
    names = [n for n, group in page.Resources.Properties.items() if str(group.Name) == title]
    for name in names:
        mark = f"/OC {name} BDC".encode()
        start = drawing.index(mark)
        while start >= 0:
            end = drawing.index(b"\nEMC\n/OC", start) if b"\nEMC\n/OC" in drawing[start:] else None
            end = len(drawing) if end is None else end
            part = change(drawing[start:end])
            drawing = drawing[:start] + part + drawing[end:]
            start = drawing.find(mark, start + len(part))
    return drawing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_composed_sheet_passes(printed, language):
    assert found(*printed(language), language) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standard_sheet_passes(printed, content, language):
    layout = Layout("a3", Title("Planche", "لوحة", "Sheet"))
    assert found(*printed(language, replace(content, layout=layout)), language) == {}


def test_a_missing_page_is_found(printed):
    path, pages = printed()
    assert "proof.page-count" in found(path, pages * 2)


def test_a_page_of_another_size_is_found(printed):
    path, pages = printed()

    def change(_pdf, page, _drawing):
        page.mediabox = pikepdf.Array([0, 0, 1150, 842])

    edited(path, change)
    assert "proof.page-size" in found(path, pages)


def test_a_font_that_is_not_in_the_file_is_found(printed):
    path, pages = printed()

    def change(pdf, _page, _drawing):
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item:
                del item["/FontFile2"]

    edited(path, change)
    assert "proof.font-not-embedded" in found(path, pages)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_text_that_is_not_drawn_is_found(printed, language):
    path, pages = printed(language)
    title = load_words(language).text("page.layer.legend")

    def change(_pdf, page, drawing):
        return in_layer(drawing, page, title, lambda p: re.sub(rb"BT\n.*?ET\n", b"", p, count=1,
                                                               flags=re.DOTALL))  # fmt: skip

    edited(path, change)
    assert "proof.text-missing" in found(path, pages, language)


def _backwards(match):
    codes = re.findall(rb"[0-9A-F]{4}", match.group(1))
    return b"<" + b"".join(reversed(codes)) + b"> Tj"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_letters_in_another_order_are_found(printed, language):
    path, pages = printed(language)

    def change(_pdf, _page, drawing):
        flat = re.sub(rb"\[((?:<[0-9A-F]+>|[-\d. ]+)+)\] TJ", _flat, drawing)
        return re.sub(rb"<([0-9A-F]+)> Tj", _backwards, flat)

    edited(path, change)
    assert "proof.text-order" in found(path, pages, language)


def _flat(match):
    return b"<" + b"".join(re.findall(rb"<([0-9A-F]+)>", match.group(1))) + b"> Tj"


def test_boxes_for_letters_are_found(printed):
    path, pages = printed()

    def change(_pdf, _page, drawing):
        return re.sub(rb"<[0-9A-F]{4}", b"<0000", drawing)

    edited(path, change)
    assert "proof.letters-lost" in found(path, pages)
    with pikepdf.open(path) as pdf:
        assert "proof.letters-lost" in {problem.code for problem in quick_proof(pdf)}


@pytest.mark.parametrize(
    ("other", "code"), [(b"FE8D", "proof.letters-shaped"), (b"FFFD", "proof.letters-broken")]
)
def test_letters_that_copy_as_something_else_are_found(printed, other, code):
    path, pages = printed("ar")

    def change(pdf, _page, _drawing):
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                said = item.ToUnicode.read_bytes()
                item.ToUnicode = pdf.make_stream(said.replace(b"<0627>", b"<" + other + b">"))

    edited(path, change)
    assert code in found(path, pages, "ar")


def test_text_that_nobody_can_read_is_found(printed):
    path, pages = printed()

    def change(_pdf, _page, drawing):
        return re.sub(rb"(/F\d+) \d+ Tf", rb"\1 60 Tf", drawing)

    edited(path, change)
    assert "proof.text-small" in found(path, pages)


def _recolored(part):
    return re.sub(rb"\n[\d.]+ [\d.]+ [\d.]+ scn", b"\n1 0.2 0.2 scn", part)


def test_a_class_of_another_colour_in_the_legend_is_found(printed):
    path, pages = printed()
    title = load_words("fr").text("page.layer.legend")
    edited(path, lambda _pdf, page, drawing: in_layer(drawing, page, title, _recolored))
    assert {"proof.class-not-listed", "proof.class-unlisted"} <= set(found(path, pages))


def test_a_class_of_another_colour_on_the_map_is_found(printed, content):
    path, pages = printed()
    title = content.scene.vector("parcels").layer.title.fr
    edited(path, lambda _pdf, page, drawing: in_layer(drawing, page, title, _recolored))
    assert {"proof.class-not-drawn", "proof.class-unlisted"} <= set(found(path, pages))


def test_a_bar_that_is_a_hundredth_too_long_is_found(printed, monkeypatch):
    def longer(paper, bar, kind):
        return draw_bar(paper, replace(bar, length_mm=bar.length_mm * 1.01), kind)

    monkeypatch.setattr(page_draw, "draw_bar", longer)
    assert set(found(*printed())) == {"proof.scale-bar"}


def test_a_check_bar_of_a_wrong_length_is_found(printed, monkeypatch):
    def shorter(paper, plan, kind, words):
        return draw_check_bar(paper, replace(plan, length_mm=99.5), kind, words)

    monkeypatch.setattr(page_draw, "draw_check_bar", shorter)
    assert "proof.check-bar" in found(*printed())


def _moved(plan, mm):
    return replace(plan, eastings=tuple(replace(x, at_mm=x.at_mm + mm) for x in plan.eastings))


def test_a_grid_beside_its_place_is_found(printed, monkeypatch):
    def beside(paper, box, plan, kind):
        draw_grid_plan(paper, box, _moved(plan, 0.2), kind)

    monkeypatch.setattr(page_draw, "draw_grid_plan", beside)
    assert set(found(*printed())) == {"proof.grid-label", "proof.grid-line"}


def test_a_grid_within_a_tenth_of_a_millimetre_passes(printed, monkeypatch):
    def beside(paper, box, plan, kind):
        draw_grid_plan(paper, box, _moved(plan, 0.05), kind)

    monkeypatch.setattr(page_draw, "draw_grid_plan", beside)
    assert found(*printed()) == {}


def test_coordinates_that_were_exchanged_are_found(printed, monkeypatch):
    def exchanged(paper, box, plan, kind):
        first, *rest = plan.eastings
        other = replace(first, text=rest[0].text)
        draw_grid_plan(paper, box, replace(plan, eastings=(other, *rest)), kind)

    monkeypatch.setattr(page_draw, "draw_grid_plan", exchanged)
    assert "proof.grid-label" in found(*printed())


def test_a_geographic_frame_beside_the_map_is_found(printed):
    path, pages = printed()

    def change(_pdf, page, _drawing):
        box = page.VP[0].BBox
        box[0] = float(box[0]) + 3

    edited(path, change)
    assert "proof.georeference" in found(path, pages)


def test_what_lies_outside_the_paper_is_found(printed):
    path, pages = printed()
    edited(path, lambda _pdf, _page, drawing: drawing + b"\nq 1 0 0 rg -90 10 50 50 re f Q\n")
    assert "proof.outside" in found(path, pages)


def test_names_of_owners_are_found_and_not_repeated(printed, content):
    text = TextContent(Title.plain(f"Vendeur : {OWNER}"))
    frames = tuple(replace(f, content=text) if f.id == "text" else f for f in FRAMES)
    shown = replace(content, layout=replace(content.layout, frames=frames))
    problem = found(*printed("fr", shown), private=[OWNER])["proof.private"]
    assert OWNER not in str(problem)
    assert found(*printed(), private=[OWNER]) == {}


def test_every_finding_has_its_sentences(printed, monkeypatch):
    path, pages = printed()
    edited(path, lambda _pdf, _page, drawing: drawing + b"\nq 1 0 0 rg -90 10 50 50 re f Q\n")
    for language in LANGUAGES:
        for problem in proof(path, pages, load_words("fr")):
            said = load_words(language).problem(problem)
            assert all(said)


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 cut off")
    with pytest.raises(OutputError):
        proof(path, (), load_words("fr"))


def test_patterns_are_lines_on_paper_and_in_the_legend(printed, content):
    from emadina_gis.domain.style import Pattern, PatternKind

    parcels = content.scene.vector("parcels")
    pattern = Pattern(PatternKind.GRID, 2.0, 0.11, color="#000000")
    style = Style(Single(Symbol(fill="#ffffff", stroke="#000000", pattern=pattern)))
    project = a_project().with_parcels(30).build()
    project = project.with_layer(replace(parcels.layer, style=style))
    shown = replace(content, scene=build_scene(project, cache=DerivedCache()))
    path, pages = printed("fr", shown)
    assert found(path, pages) == {}
    with pikepdf.open(path) as pdf:
        assert b"/Pattern cs" not in pdf.pages[0].Contents.read_bytes()

    def bare(part):
        return re.sub(rb"([\d.]+) w 0 J", b"0.01 w 0 J", part)

    title = load_words("fr").text("page.layer.legend")
    edited(path, lambda _pdf, page, drawing: in_layer(drawing, page, title, bare))
    assert "proof.class-not-listed" in found(path, pages)
