"""Titles of layers that arrive: parts of a drawing are named in the language of the reader."""

from __future__ import annotations

import pytest

from emadina_gis.io.dxf import LAYERS
from emadina_gis.io.layer_titles import layer_title
from emadina_gis.words import load_words


@pytest.mark.parametrize("part", LAYERS)
def test_every_part_of_a_drawing_has_a_title_in_each_language(part):
    title = layer_title(f"plan A {part}", "DXF")
    assert load_words("fr").has(f"dxf-part.{part}")
    for text in (title.fr, title.ar, title.en):
        assert "plan A" in text
    assert len({title.fr, title.ar}) == 2


def test_a_name_is_the_title_of_all_else():
    for name, form in (("plan polygons", "GPKG"), ("plan routes", "DXF"), ("polygons", "DXF")):
        assert layer_title(name, form).fr == layer_title(name, form).ar == name
