"""What the plan of Aïn Chock prints beside its values."""

from __future__ import annotations

import pytest

from emadina_gis.regulation import Condition, load_document, rule_of
from emadina_gis.regulation.places import numbers_in
from emadina_gis.report.citations import article_of_nature
from emadina_gis.simulation.constraint_natures import NATURES

DOCUMENT = load_document("ain-chock-2025")
PRINTED = DOCUMENT.printed


def test_servitudes_of_no_printed_width_say_who_sets_it():
    found = {item.key: item for item in PRINTED.servitudes}
    for key in ("oued", "cemetery_belt", "heritage_belt", "quarry", "interchange"):
        assert found[key].side_m is None
        assert found[key].citation.note.fr
    assert {item.citation.article for item in found.values()} == {"5"}


def test_fronts_have_their_heights():
    fronts = {item.code: {r.kind: r.value for r in item.rules} for item in PRINTED.linear_rules}
    assert fronts == {
        "FB3": {"levels": 3, "max_height_m": 14.5},
        "FB4": {"levels": 4, "max_height_m": 17.5},
    }
    assert {item.citation.article for item in PRINTED.linear_rules} == {"38, 52"}
    (front,) = (nature for nature in NATURES if nature.key == "front_3")
    assert article_of_nature(front, DOCUMENT) == "38, 52"


def test_codes_of_reservations():
    codes = {item.code: item for item in PRINTED.reservations}
    assert set(codes) == {"AC", "CP", "PL", "PK", "V", "E", "P", "S", "M", "C", "SP", "G"}
    assert (codes["AC"].nature, codes["V"].nature) == ("road", "green")
    assert [item.code for item in codes.values() if not item.is_public] == ["G"]


@pytest.mark.parametrize(
    ("sector", "kind", "case", "value", "article"),
    [
        ("D3", "new_road_width_min_m", Condition(), 12, "3.1.1"),
        ("D3", "leisure_road_width_min_m", Condition(), 8, "3.1.1"),
        ("B3", "new_road_width_min_m", Condition(), 16, "3.1.1"),
        ("E2", "new_road_width_min_m", Condition(), 16, "3.1.1"),
        ("B4", "new_road_width_min_m", Condition(), 20, "3.1.1"),
        ("A6", "new_road_width_min_m", Condition(), 20, "3.1.1"),
        ("E4", "new_road_width_min_m", Condition(), 20, "3.1.1"),
        ("PBC4", "new_road_width_min_m", Condition(), 20, "3.1.1"),
        ("I3", "new_road_width_min_m", Condition(), 20, "3.1.1"),
        ("A6", "green_share", Condition(lot=False), 0.07, "7"),
        ("E3", "green_share", Condition(lot=False), 0.10, "7"),
        ("B4", "social_share_max", Condition(), 0.60, "28"),
        ("C3", "social_share_max", Condition(), 0.60, "35"),
        ("E2", "social_share_max", Condition(), 0.60, "49"),
        ("A6", "dominant_type_share_max", Condition(), 0.70, "21"),
        ("A6", "small_dwelling_share_max", Condition(), 0.20, "1.12"),
        ("B5", "nucleus_from_dwellings", Condition(), 500, "15"),
        ("C3", "arcade_clear_height_m", Condition(), 4.5, "38"),
        ("E3", "arcade_width_m", Condition(), 3, "52"),
        ("B4", "corbel_max_m", Condition(road_width_min_m=15), 1.2, "6.2.2"),
        ("B4", "corbel_max_m", Condition(road_width_min_m=11), 0.6, "6.2.2"),
        ("B4", "row_lots_max", Condition(), 10, "28"),
        ("E2", "row_length_max_m", Condition(), 40, "49"),
        ("D1b", "row_lots_max", Condition(), 6, "47"),
        ("B5", "emergence_ceiling_m", Condition(), 23.5, "10"),
        ("C4s", "cession_share", Condition(), 0.10, "4.1"),
    ],
)
def test_general_rules(sector, kind, case, value, article):
    rule = rule_of(DOCUMENT, DOCUMENT.sector(sector), kind, case)
    assert rule is not None
    assert (rule.value, rule.citation.article) == (value, article)


def test_no_corbel_on_a_narrow_road():
    assert rule_of(DOCUMENT, DOCUMENT.sector("B4"), "corbel_max_m", Condition()) is None


def test_every_text_is_in_three_languages_and_cites():
    shown = (*PRINTED.provisions, *DOCUMENT.parking, *DOCUMENT.bonuses)
    titled = (*PRINTED.reservations, *PRINTED.servitudes, *PRINTED.linear_rules, *PRINTED.laws)
    for text in (*(item.text for item in shown), *(item.title for item in titled)):
        assert text.fr
        assert text.ar
        assert text.en
    cited = [item.citation for item in (*shown, *PRINTED.reservations, *PRINTED.servitudes)]
    assert all(citation.article or citation.source.fr for citation in cited)


def test_numbers_of_articles():
    assert numbers_in("27-28, 4.3") == ("27", "28", "4.3")
    assert numbers_in("") == ()
    assert numbers_in("annexe 1") == ("1",)
