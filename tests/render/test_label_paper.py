"""Labels on paper: placed as on the screen, bent or spaced, and found again as whole words."""

from __future__ import annotations

import datetime as dt
import shutil

import numpy as np
import pytest
import shapely
from scipy import ndimage

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.style import LabelStyle, Single, Style, Symbol
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI
from emadina_gis.render.labels import Lettering, place_labels, sprites
from emadina_gis.report.layout import Box
from emadina_gis.report.map_frame import MapFrame
from emadina_gis.report.map_print import print_map, viewport_of
from emadina_gis.report.pdf import write_pdf
from emadina_gis.report.pdf_check import PdfMeta
from tests.render.comparer import pixels
from tests.render.sheets import text_of
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
