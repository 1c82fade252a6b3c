"""The colours of each theme, measured: WCAG contrast of texts, icons, outlines and the focus."""

from __future__ import annotations

import re

import pytest

from emadina_gis import paths
from emadina_gis.app.contrast import contrast
from emadina_gis.app.theme import THEME_NAMES, tokens

#: Tokens of the style sheet that are no colours.
SIZES = {"body", "small", "figure", "heading", "icons", "tall", "tall_bar", "tall_check"}
#: What is written, and on what it can stand (see ``window.qss``).
TEXTS = {
    "text": ("window", "panel", "sunken", "hover", "pressed", "accent_soft", "map", "amber_soft"),
    "secondary": ("window", "panel", "sunken", "hover", "map"),
    "accent_text": ("window", "panel", "sunken", "hover", "accent_soft"),
    "on_accent": ("accent", "accent_hover", "accent_pressed"),
    "amber": ("window", "panel", "sunken", "amber_soft"),
    "red": ("window", "panel", "sunken", "red_soft"),
    "on_float": ("float", "float_line"),
    "float_accent": ("float", "float_line"),
}
#: Lines that tell where a control is, how it stands or what has the keys.
SIGNS = {
    "outline": ("window", "panel", "sunken", "hover"),
    "focus": ("window", "panel", "sunken", "hover", "accent_soft", "map", "amber_soft"),
    "accent": ("window", "panel", "sunken", "map"),
    "chart_base": ("panel",),
    "disabled": ("window", "panel", "sunken"),
    "float_accent": ("float",),
}


def test_the_measure_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEME_NAMES)
def test_texts_are_read_on_every_ground_they_stand_on(name):
    least = 7.0 if name.startswith("contrast") else 4.5
    assert too_faint(name, TEXTS, least) == {}


@pytest.mark.parametrize("name", THEME_NAMES)
def test_icons_outlines_and_the_focus_are_seen(name):
    assert too_faint(name, SIGNS, 4.5 if name.startswith("contrast") else 3.0) == {}


def test_every_theme_has_the_tokens_of_the_style_sheet():
    sheet = (paths.resources() / "themes" / "window.qss").read_text(encoding="utf-8")
    named = set(re.findall(r"@([a-z_]+)", sheet)) - SIZES
    for name in THEME_NAMES:
        assert named - set(tokens(name)) == set(), name
        assert set(tokens(name)) == set(tokens("light")), name


def too_faint(name, pairs, least):
    colors = tokens(name)
    measured = {
        f"{ink} on {ground}": round(contrast(colors[ink], colors[ground]), 2)
        for ink, grounds in pairs.items()
        for ground in grounds
    }
    return {pair: ratio for pair, ratio in measured.items() if ratio < least}
