"""The shipped fonts: weights that differ, digits of one width, Arabic that joins."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF

FAMILIES = ["IBM Plex Sans", "IBM Plex Sans Arabic"]
WEIGHTS = [QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold, QFont.Weight.Bold]


def _font(weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(40)
    font.setWeight(weight)
    return font


def test_both_families_are_loaded(shipped_fonts):
    assert set(FAMILIES) <= set(shipped_fonts)


@pytest.mark.parametrize("text", ["Population logeable", "تصميم التهيئة"])
def test_each_weight_is_heavier_than_the_one_before(shipped_fonts, text):
    widths = [QFontMetricsF(_font(weight)).horizontalAdvance(text) for weight in WEIGHTS]
    assert [QFontInfo(_font(weight)).weight() for weight in WEIGHTS] == WEIGHTS
    assert all(light < heavy for light, heavy in itertools.pairwise(widths))


def test_digits_have_one_width(shipped_fonts):
    metrics = QFontMetricsF(_font())
    assert len({round(metrics.horizontalAdvance(digit), 2) for digit in "0123456789"}) == 1


def test_arabic_letters_join(shipped_fonts):
    metrics = QFontMetricsF(_font())
    word = "تهيئة"
    assert metrics.horizontalAdvance(word) < sum(map(metrics.horizontalAdvance, word)) * 0.95


def test_the_narrow_space_is_narrow_and_drawn(shipped_fonts):
    metrics = QFontMetricsF(_font())
    grouped = metrics.horizontalAdvance("1\u202f234") - metrics.horizontalAdvance("1234")
    assert 0 < grouped < metrics.horizontalAdvance(" ")
