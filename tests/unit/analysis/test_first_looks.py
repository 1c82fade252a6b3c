from __future__ import annotations

from emadina_gis.analysis.first_looks import first_look
from emadina_gis.domain.geometry import Kind


def test_layers_just_opened_differ_in_colour():
    colors = {first_look(Kind.POLYGON, "x", number).symbol.fill for number in range(8)}
    assert len(colors) == 8
    assert first_look(Kind.LINE, "x", 0).symbol.fill is None


def test_a_layer_without_geometry_has_a_style():
    assert first_look(Kind.NONE, "x", 0).symbol.color
