"""What a note says: the four cases, several titles, corners, rules; figures are the engine's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import shapely

from emadina_gis.domain.title import Title
from emadina_gis.errors import EmptyInput, LayerReadError
from emadina_gis.project import StoredDocument
from emadina_gis.project.agency import AgencyProfile
from emadina_gis.regulation import document_text_of
from emadina_gis.report.corners import Corners, check_place, corners_from_text, outlines_of
from emadina_gis.report.note import Letter, NoteBasis, land_of_shape, land_of_titles, make_note
from emadina_gis.report.note_blocks import Extract, Heading, Letterhead, NewPage, Table, texts_of
from emadina_gis.report.note_content import note_part
from emadina_gis.report.note_land import merged_units
from emadina_gis.report.note_rules import sector_blocks
from emadina_gis.report.note_text import corners_table
from emadina_gis.report.note_writing import note_dict
from emadina_gis.words import LANGUAGES, load_words
from emadina_gis.workflows.noting import NoteMaker, NoteStyle
from tests.unit.report.note_lands import NOWHERE, PARCELS, X, Y, box, note_project

DATE = dt.date(2026, 3, 9)


@pytest.fixture(scope="module")
def noted():
    return note_project()


@pytest.fixture(scope="module")
def makers(noted):
    return {
        language: NoteMaker(noted, NoteStyle((language,), date=DATE), load_words(language))
        for language in LANGUAGES
    }


def part_of(makers, titles, language="fr", **changes):
    maker = makers[language]
    lands, missing = land_of_titles(maker.project, titles)
    return maker.parts(lands, missing, basis=replace(maker.basis, **changes))[0]


def said(part):
    return "\n".join(texts_of(part.blocks))


@pytest.mark.parametrize(
    ("title", "case", "sentence"),
    [
        ("T.101/C", 1, "Le terrain est situé en zone D, secteur D3 (600 m²)."),
        ("T.102/C", 2, "Le terrain est à cheval sur 2 secteurs"),
        ("T.105/C", 3, "situé dans une zone non couverte par un document d'urbanisme"),
        ("T.103/C", 4, "Une superficie de 1 500 m² est située à l'extérieur du zonage"),
    ],
)
def test_the_four_cases_are_said(makers, title, case, sentence):
    part = part_of(makers, [title])
    assert note_dict(part.note, part.words)["parcels"][0]["case"] == case
    assert sentence in said(part).replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("title", [t for t in PARCELS if t != "T.105/C"])
def test_figures_on_paper_are_the_engine_s(makers, title):
    part = part_of(makers, [title])
    page, outcome = part.note.pages[0], makers["fr"].basis.outcome
    row = page.land.row
    words, text = part.words, said(part)
    for name in ("reference_area_m2", "max_footprint_m2", "gross_floor_area_m2"):
        value = float(getattr(outcome, name)[row])
        if np.isfinite(value):
            assert words.quantity(value, "m2") in text, name
    due = float(outcome.free_cession_m2[row])
    if due > 0:
        assert words.text("note.doc.cession-due", area=words.quantity(due, "m2")) in text


def test_hits_the_remainder_and_the_minimum_plot_are_said(makers):
    part = part_of(makers, ["T.106/C"])
    situation = part.note.pages[0].situation
    text = said(part)
    assert {hit.index for hit in situation.hits} == {"E12", "AC3", "EC1"}
    for wanted in ("E12", "AC3", "À créer", "Étude de mobilité obligatoire"):
        assert wanted in text
    left = part.words.quantity(situation.remainder_m2, "m2")
    assert left in text
    assert "atteint la parcelle minimale" in text


def test_heritage_and_perimeters_are_told_before_the_figures(makers):
    heritage = said(part_of(makers, ["T.100/C"]))
    assert heritage.index("Patrimoine —") < heritage.index("Constructibilité")
    assert "Périmètre —" in said(part_of(makers, ["T.106/C"]))


def test_the_title_s_area_stands_beside_the_outline_s(makers):
    beyond = said(part_of(makers, ["T.100/C"]))
    assert "630 m²".replace(" ", "\u00a0") in beyond
    assert "au-delà du seuil de lecture" in beyond
    assert "n'est pas une tolérance officielle" in said(part_of(makers, ["T.101/C"]))


def test_an_unknown_regime_shows_both(makers):
    part = part_of(makers, ["T.104/C"])
    assert "les deux cas sont calculés" in said(part)
    assert part.note.pages[0].lot is None


@pytest.mark.parametrize(
    ("title", "sentence"), [("T.101/C", "d'angle"), ("T.103/C", "traversante")]
)
def test_corner_and_through_lots_are_named(makers, title, sentence):
    assert sentence in said(part_of(makers, [title]))


def test_streets_are_named_with_the_setback_of_the_sector(makers):
    text = said(part_of(makers, ["T.100/C"]))
    assert "Rue des Essais" in text
    assert "le long des voies : recul de 4" in text.replace("\u00a0", " ")
    assert "زنقة التجارب" in said(part_of(makers, ["T.100/C"], "ar"))


def test_several_titles_have_a_page_each_and_their_unit(makers):
    part = part_of(makers, ["T.100/C", "T.101/C", "T.107/C", NOWHERE])
    note, text = part.note, said(part)
    assert [unit.land.members for unit in note.units] == [("T.100/C", "T.101/C")]
    assert note.units[0].situation.area_m2 == pytest.approx(1200)
    assert NOWHERE in text
    assert "2 terrains contigus forment une unité foncière." in text
    assert "Les règles s'appliquent à l'unité foncière regroupée. (art. 1.1)" in text
    pages = [block.name for block in part.blocks if isinstance(block, NewPage)]
    assert {"T.100/C", "T.101/C", "T.107/C"} <= set(pages)
    assert sum(isinstance(block, Extract) for block in part.blocks) == 3


def test_land_that_meets_at_a_corner_makes_no_unit():
    shapes = (box(0, 0, 10, 10), box(10, 10, 20, 20), box(40, 0, 50, 10))
    lands = [land_of_shape(shape, str(place)) for place, shape in enumerate(shapes)]
    assert merged_units(lands, " + ") == ()


def test_units_join_across_gaps_of_centimetres():
    shapes = [box(0, 0, 10, 10), box(10.03, 0, 20, 10), box(20, 0, 30, 10)]
    lands = [land_of_shape(shape, str(n)) for n, shape in enumerate(shapes)]
    (unit,) = merged_units(lands, " + ")
    assert unit.members == ("0", "1", "2")
    assert unit.title_area_m2 is None


def test_land_without_an_outline_is_refused():
    with pytest.raises(EmptyInput) as caught:
        land_of_shape(shapely.Polygon([(X, Y), (X + 1, Y), (X + 2, Y)]), "plat")
    assert caught.value.code == "report.note-without-shape"


def test_corners_have_their_sides_and_bearings(makers):
    part = part_of(makers, ["T.100/C"])
    table = corners_table(part.note.pages[0], 1.0, part.words)
    assert len(table.rows) == 4
    lengths = sorted(row[4] for row in table.rows)
    assert lengths == ["20,00", "20,00", "30,00", "30,00"]
    assert {row[5] for row in table.rows} == {"0,00", "100,00", "200,00", "300,00"}
    assert table.rows[-1][3] == "4\u20131"


def test_bearings_turn_clockwise_from_grid_north():
    corners = Corners(("1", "2", "3"), np.array([[0.0, 0.0], [10.0, 10.0], [10.0, 0.0]]))
    assert corners.bearings_gon.tolist() == pytest.approx([50.0, 200.0, 300.0])
    assert corners.sides.tolist() == pytest.approx([200**0.5, 10.0, 10.0])


def test_holes_and_parts_are_listed_and_repeated_corners_are_not():
    holed = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    both = shapely.union_all([holed, box(20, 0, 22, 2)])
    found = outlines_of(both)
    assert [len(outline.names) for outline in found] == [4, 4, 4]
    assert found[-1].names[-1] == "12"
    doubled = shapely.Polygon([(0, 0), (0, 0.001), (0, 5), (5, 5), (5, 0)])
    assert len(outlines_of(doubled)[0].names) == 4


def test_exchanged_and_far_corners_are_told(noted):
    right = corners_from_text(f"id;X;Y\n1;{X};{Y}\n2;{X + 9};{Y}\n3;{X + 9};{Y + 9}")
    known = noted.extent_of(noted.parcels)
    check_place(right, known, noted.extent())
    for corners, code in (
        (right.exchanged, "report.corners-exchanged"),
        (Corners(right.names, right.xy + 900_000), "report.corners-far"),
    ):
        with pytest.raises(LayerReadError) as caught:
            check_place(corners, known, noted.extent())
        assert caught.value.code == code


def test_rules_stand_with_article_page_and_condition(noted, document):
    words = load_words("fr")
    blocks = list(sector_blocks(document, "E2", words, lot=True))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    rows = {row[0]: row for row in table.rows}
    assert rows["Emprise au sol maximale (CUS)"][1].startswith("84")
    assert "art. 51 · p. 38" in rows["Emprise au sol maximale (CUS)"][3]
    assert rows["Coefficient de plancher (COS)"][1] == "non fixé par le document"
    others = sector_blocks(document, "E2", words, lot=False)
    raw = next(block for block in others if isinstance(block, Table))
    assert {row[1] for row in raw.rows if row[0].startswith("Emprise au sol maximale")} != {
        rows["Emprise au sol maximale (CUS)"][1]
    }


@pytest.mark.parametrize("code", ["ZR", "C3s2", "B4s", "PU1", "S4", "nowhere"])
def test_sectors_of_every_form_can_be_printed(document, code):
    for language in LANGUAGES:
        assert list(sector_blocks(document, code, load_words(language), lot=None))


def test_translated_texts_are_called_unofficial(makers):
    text = said(part_of(makers, ["T.101/C"], "ar"))
    words = load_words("ar")
    assert words.text("report.note.translation") in text
    assert words.text("report.note.unofficial_translation") in text


def test_a_document_under_study_is_told(noted):
    stored = StoredDocument("etude", document_text_of("ain-chock-2025"))
    project = replace(noted, documents=(stored,), study_id="etude")
    words = load_words("fr")
    maker = NoteMaker(project, NoteStyle(date=DATE), words)
    part = maker.parts(land_of_titles(project, ["T.101/C"])[0])[0]
    assert "Document à l'étude" in said(part)
    assert "soumise à l'étude d'un nouveau plan" in said(part)


def test_the_dates_of_the_data_are_told_by_layer(makers):
    text = said(part_of(makers, ["T.101/C"])).replace("\u00a0", " ")
    assert "Parcelles : 2024 · Secteurs : 2025" in text


def test_without_a_profile_a_note_is_a_working_document(makers):
    part = part_of(makers, ["T.101/C"])
    head = next(block for block in part.blocks if isinstance(block, Letterhead))
    assert head.title == "Fiche urbanistique indicative — document de travail"
    assert head.profile is None
    assert "Royaume" not in said(part)


def test_a_profile_gives_letterhead_number_place_and_signatory(makers):
    profile = AgencyProfile(
        kingdom=Title("Royaume du Maroc", "المملكة المغربية", ""),
        place=Title("Casablanca", "الدار البيضاء", "Casablanca"),
        signatory=Title("Le Directeur", "المدير", "Director"),
    )
    letter = Letter(profile, 2698, "M. X", "12, rue Y", dt.date(2026, 3, 2))
    text = said(part_of(makers, ["T.101/C"], letter=letter))
    for wanted in ("N° 2698/2026", "Casablanca, le 09/03/2026", "Le Directeur", "M. X, 12, rue Y",
                   "Votre demande en date du 02/03/2026"):  # fmt: skip
        assert wanted in text


def test_a_drawn_outline_has_rules_and_no_invented_figures(makers):
    maker = makers["fr"]
    land = land_of_shape(box(120, 20, 150, 60), "Contour")
    part = maker.parts([land])[0]
    text = said(part)
    assert "n'est pas calculée" in text
    assert "Règles du secteur B4" in text
    assert part.note.pages[0].reading is None


def test_headings_follow_the_agency_s_order(makers):
    part = part_of(makers, ["T.106/C"])
    heads = [block.text for block in part.blocks if isinstance(block, Heading)]
    order = ["Le terrain", "Document d'urbanisme", "Zone et secteur", "Ce qui frappe le terrain",
             "Constructibilité (théorique)", "Cession gratuite", "Usages interdits",
             "Portée de cette fiche", "Extrait de plan", "Bornes"]  # fmt: skip
    assert [head for head in heads if head in order] == order


def test_a_note_on_bare_land_without_a_document_still_reads(noted):
    bare = replace(noted, document_id="")
    words = load_words("fr")
    lands, _missing = land_of_titles(bare, ["T.101/C"])
    maker = NoteMaker(bare, NoteStyle(date=DATE), words)
    note = make_note(bare, lands, NoteBasis(maker.basis.scene, DATE), words)
    assert "secteur D3" in "\n".join(texts_of(note_part(note, words).blocks))
