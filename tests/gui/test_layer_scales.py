"""A layer that is not drawn at a scale says so in the list, and from which scale on it is."""

from __future__ import annotations

from dataclasses import replace

from emadina_gis.session.commands.layers import SetLayerVisible
from emadina_gis.session.commands.styles import SetLayerStyle


def limited(window, units_per_px):
    layer = window.desk.project.vector_layer("parcels")
    window.desk.do(SetLayerStyle("parcels", replace(layer.style, max_units_per_px=units_per_px)))


def test_a_layer_out_of_scale_says_so_until_one_comes_nearer(window, qtbot):
    canvas = window.map.canvas
    limited(window, canvas.viewport.units_per_px / 2)
    row = window.layers.row_of("parcels")
    assert "Dessinée à partir de" in row.column.full
    assert not row.column.isHidden()
    canvas.set_viewport(canvas.viewport.zoomed(4.0, 10.0, 10.0))
    assert "Dessinée" not in row.column.full


def test_a_hidden_layer_says_nothing_of_scales(window):
    window.desk.do(SetLayerVisible("parcels", visible=False))
    limited(window, window.map.canvas.viewport.units_per_px / 2)
    assert "Dessinée" not in window.layers.row_of("parcels").column.full
