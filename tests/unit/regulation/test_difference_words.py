"""Differences and findings speak of codes, dates and documents in words."""

from __future__ import annotations

import re

import pytest

from emadina_gis.regulation import document_ids
from emadina_gis.regulation.check import check_document
from emadina_gis.regulation.diff import differences
from emadina_gis.regulation.loader import load_document
from emadina_gis.regulation.wording import difference_text, finding_text
from emadina_gis.words import LANGUAGES, load_words

CODES = re.compile(r"[a-z]+_[a-z]+|\b(True|False|None|homologated)\b|\d{4}-\d\d-\d\d")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_shown_in_a_difference(language):
    old, new = load_document("ain-harrouda-incomplet"), load_document("ain-chock-2025")
    words = load_words(language)
    told = [difference_text(each, old, new, words) for each in differences(old, new)]
    assert told
    assert [text for text in told if CODES.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", document_ids())
def test_a_finding_names_the_document_by_its_title(language, name):
    document, words = load_document(name), load_words(language)
    told = [" ".join(finding_text(each, document, words)) for each in check_document(document)]
    assert told
    assert not any(name in text for text in told)
