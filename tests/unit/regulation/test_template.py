"""The template for another agency's plan: refused while something is to be filled, then sound."""

from __future__ import annotations

import re

import pytest

from emadina_gis import paths
from emadina_gis.errors import ZoningError
from emadina_gis.regulation import (
    check_document,
    document_ids,
    load_document,
    parse_text,
    refuse_unsound,
    sectors_in_error,
    wording,
)
from emadina_gis.words import load_words

TEMPLATE = paths.resources() / "regulation" / "template" / "agency-plan.toml"
NUMBERS = {
    "cession_share": "0.1",
    "cession_threshold_m2": "5000",
    "front_setback_m": "4",
    "limit_distance_m": "4",
    "limit_height_ratio": "0.5",
    "party_sides": "0",
    "levels": "2",
    "max_height_m": "11.5",
    "coverage": "0.4",
    "floor_ratio": "1.0",
    "min_plot_m2": "400",
    "min_frontage_m": "15",
}


def filled(labels=("CUS", "COS")):
    text = TEMPLATE.read_text(encoding="utf-8")
    for kind, value in NUMBERS.items():
        text = text.replace(f'kind = "{kind}", value = "?"', f'kind = "{kind}", value = {value}')
    text = text.replace('status = "?"', 'status = "in_study"')
    for kind, label in zip(("coverage", "floor_ratio"), labels, strict=True):
        text = re.sub(rf"(?m)^{kind} = .*$", lambda m, to=label: m[0].replace("?", to), text)
    return text.replace('article = "?"', 'article = "12"').replace('"?"', '"x"')


def test_the_template_is_no_document():
    assert TEMPLATE.stem not in document_ids()


def test_a_template_with_something_left_is_refused_with_the_place():
    with pytest.raises(ZoningError) as caught:
        parse_text("mine", TEMPLATE.read_text(encoding="utf-8"))
    assert caught.value.params["place"] == "document.status"
    almost = filled().replace('kind = "levels", value = 2', 'kind = "levels", value = "?"')
    with pytest.raises(ZoningError) as caught:
        parse_text("mine", almost)
    assert caught.value.params["place"] == "sector.Z1a.rules[0].value"


def test_a_filled_template_is_sound_and_says_that_it_is_incomplete():
    document = parse_text("mine", filled())
    refuse_unsound(document)
    assert sectors_in_error(document) == frozenset()
    assert "zoning.incomplete" in {problem.code for problem in check_document(document)}
    whole = parse_text("mine", re.sub(r"(?m)^missing = .*$", "", filled()))
    refuse_unsound(whole)
    assert whole.identity.is_complete


def test_labels_may_mean_the_opposite():
    words = load_words("fr")
    document = parse_text("opposite", filled(("COS", "CUS")))
    assert wording.kind_label(document, "coverage", words) == "Emprise au sol maximale (COS)"
    assert wording.kind_label(document, "floor_ratio", words) == "Coefficient de plancher (CUS)"
    usual = load_document("ain-chock-2025")
    assert wording.kind_label(usual, "coverage", words) == "Emprise au sol maximale (CUS)"


@pytest.mark.parametrize("document_id", [i for i in document_ids() if i.endswith("-incomplet")])
def test_incomplete_documents_give_no_number_and_flag_every_value(document_id):
    document = load_document(document_id)
    assert not document.identity.is_complete
    with_numbers = {sector.code for sector in document.sectors if sector.no_number is None}
    assert with_numbers == sectors_in_error(document)
    for sector in document.sectors:
        for rule in sector.rules:
            assert rule.citation.flag == "to_check"
            assert rule.citation.source.ar
            assert not rule.citation.verified_by
    gaps = [p for p in check_document(document) if p.code == "zoning.gap"]
    assert {problem.where for problem in gaps} == with_numbers
