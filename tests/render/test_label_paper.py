"""Labels on paper: placed as on the screen, bent or spaced, and found again as whole words."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace

import numpy as np
import pytest
import shapely
from scipy import ndimage

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.style import LabelStyle, Single, Style, Symbol
from emadina_gis.domain.title import Title
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, Viewport
from emadina_gis.errors import Severity
from emadina_gis.project.layouts import Frame, MapContent, TextContent
from emadina_gis.render.labels import Lettering, place_labels, sprites
from emadina_gis.report.layout import Box
from emadina_gis.report.map_frame import MapFrame
from emadina_gis.report.map_print import print_map, viewport_of
from emadina_gis.report.pdf import write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from emadina_gis.report.picture import write_picture
from emadina_gis.report.sheet import write_sheet
from emadina_gis.words import LANGUAGES, load_words
from tests.builders import a_project
from tests.render.comparer import pixels
from tests.render.sheets import sheet_of, text_of
from tests.unit.render.scenes import layer, scene_of

FRAME = MapFrame(Box(5, 5, 150, 100), Extent(0, 0, 150, 100), 1000)
PAPER = Lettering(MM_PER_PX_AT_96_DPI)


def bend():
    """Return a half circle, as a street."""
    angle = np.linspace(np.pi, 2 * np.pi, 200)
    return shapely.LineString(np.column_stack([75 + 50 * np.cos(angle), -50 * np.sin(angle)]))


def scene():
    """Return a street that bends, a sea with spaced letters, and a lot with a template."""
    street = LabelStyle("fr", "ar", along_line=True, repeat_mm=0.0, size_mm=3.0)
    sea = LabelStyle("name", letter_spacing=0.4, size_mm=4.0, italic=True)
    lot = LabelStyle("", template="{ar} · {area:0} م²|Lot {name}", size_mm=3.0)
    columns = {"fr": ["Boulevard de la Corniche"], "ar": ["شارع الكورنيش"]}
    return scene_of(
        layer("street", [bend()], columns, style=Style(label=street)),
        layer("sea", [shapely.box(5, 75, 145, 98)], {"name": ["Océan Atlantique"]},
              style=Style(label=sea)),
        layer("lot", [shapely.box(20, 2, 130, 20)],
              {"name": ["A6"], "ar": ["قطاع الفيلات"], "area": [12345.0]}, style=Style(label=lot)),
    )  # fmt: skip


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_bent_spaced_and_mixed_texts_are_found_in_a_pdf(qapp, shipped_fonts, tmp_path):
    placed = place_labels(scene(), viewport_of(FRAME), PAPER).labels
    assert [bool(one.curve) for one in placed if one.layer_id == "street"] == [True]

    def draw(paper):
        print_map(paper, scene(), FRAME, language="fr")

    meta = PdfMeta("Essai", "fr", dt.date(2026, 3, 9))
    write_pdf(tmp_path / "t.pdf", (160, 110), draw, meta, rtl=False)
    found = text_of(tmp_path / "t.pdf")
    for words in ("Boulevard de la Corniche", "شارع الكورنيش", "Océan Atlantique", "قطاع الفيلات",
                  "12\u202f345", "Lot A6"):  # fmt: skip
        assert " ".join(words.split()) in found


def test_joined_letters_stay_joined_in_a_bend(qapp, shipped_fonts):
    label = LabelStyle("name", along_line=True, size_mm=6.0, halo=None, repeat_mm=0.0)
    style = Style(Single(Symbol()), label)
    made = scene_of(layer("a", [bend()], {"name": ["محـــــــــــــــــــمد"]}, style=style))
    view = viewport_of(MapFrame(Box(0, 0, 300, 200), Extent(0, 0, 150, 100), 750))
    placement = place_labels(made, view, PAPER)
    assert placement.labels[0].curve
    (sprite,) = sprites(placement, PAPER, view)
    letters = pixels(sprite.image)[..., 3] > 100
    assert ndimage.label(letters, np.ones((3, 3)))[1] == 1


def crowded(layer_id, names, **more):
    """Return a layer of labelled points that stand too near to each other."""
    points = [shapely.Point(40 + 2 * place, 50) for place in range(len(names))]
    style = Style(label=LabelStyle("name", size_mm=3.0, **more))
    return layer(layer_id, points, {"name": names}, style=style)


def test_a_page_tells_which_labels_it_has_no_place_for(qapp, shipped_fonts, tmp_path):
    """The window lists them; who prints is told as well, layer by layer, after what is worse."""
    project = a_project().with_parcels(2).build()
    names = [f"قطعة {number}" for number in range(9)]
    made = scene_of(crowded("lots", names), crowded("stops", ["Gare"]))
    given = Frame("map", 20, 20, 200, 150, MapContent(scale=1000, center=(50.0, 50.0)))
    small = Frame("text", 240, 20, 10, 4, TextContent(Title.plain("bien trop long " * 20)))
    content = replace(sheet_of(project, frames=(given, small)), scene=made)
    written = write_sheet(content, tmp_path / "page.pdf", load_words("fr"))
    worse, lost, *others = written.problems
    assert worse.code == "page.does-not-fit"
    assert (lost.code, lost.where, lost.severity) == ("page.labels-lost", "map", Severity.INFO)
    placed = place_labels(made, viewport_of(written.pages[0].plan.maps[0].frame), PAPER)
    assert {p.params["layer"]: p.count for p in (lost, *others)} == dict(placed.unplaced)
    for language in LANGUAGES:
        said = load_words(language).problem(lost)[0]
        assert [name for name in names if name in said] == [one.text for one in placed.left_out[:4]]
        assert said.count("…") == (lost.count > 4)


def test_a_picture_tells_which_labels_it_has_no_place_for(qapp, shipped_fonts, tmp_path):
    made = scene_of(crowded("lots", [f"Un grand nom {number}" for number in range(9)]))
    view = Viewport(45.0, 50.0, 0.5, 300, 200)
    (lost,) = write_picture(made, view, tmp_path / "map.png", load_words("en")).problems
    assert lost.code == "picture.labels-lost"
    assert (lost.where, lost.count) == ("lots", dict(place_labels_of(made, view))["lots"])


def place_labels_of(made, view):
    """Return how many labels of each layer have no place on a screen of 96 dots per inch."""
    return place_labels(made, view, Lettering(MM_PER_PX_AT_96_DPI, "en", 12.0)).unplaced
