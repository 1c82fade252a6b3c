"""Compound numbers keep their order beside Arabic letters."""

from __future__ import annotations

import pytest

from emadina_gis.words.numbers import LRI, PDI, numbers_in_order, without_isolates


@pytest.mark.parametrize("number", ["12-90", "2-18-577", "1\u20132"])
def test_they_are_isolated_in_arabic(number):
    text = f"القانون {number} المتعلق بالتعمير"
    assert numbers_in_order(text) == f"القانون {LRI}{number}{PDI} المتعلق بالتعمير"
    assert without_isolates(numbers_in_order(text)) == text


@pytest.mark.parametrize("text", ["loi 12-90", "12-90", "القانون 12.90", "T.12345/C", "قطاع D1-2b"])
def test_other_texts_stay_as_they_are(text):
    assert numbers_in_order(text) == text
