"""The size of a PDF, told before it is written."""

from __future__ import annotations

import pytest

from emadina_gis.report.presets import PageLoad, Preset, estimated_bytes


@pytest.mark.parametrize("preset", list(Preset))
def test_more_on_a_page_is_larger(preset):
    empty = estimated_bytes([PageLoad()], preset)
    assert estimated_bytes([], preset) < empty
    for load in (PageLoad(1_000), PageLoad(picture_mm2=100.0), PageLoad(letters=500)):
        assert estimated_bytes([load], preset) > empty
        assert estimated_bytes([load, load], preset) > estimated_bytes([load], preset)


def test_mail_is_smaller_than_screen_and_screen_than_press():
    load = PageLoad(100_000, 40_000.0, 2_000)
    sizes = [estimated_bytes([load], preset) for preset in Preset]
    assert sizes == sorted(sizes)


def test_presets_by_name():
    assert Preset("press").fineness.picture_dpi == 600
    assert Preset.MAIL.fineness.picture_dpi == 150
    assert Preset.SCREEN.fineness.picture_dpi == 300
