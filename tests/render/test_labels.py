"""Labels on a map: placed without overlap, shaped, in both scripts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QPainter
from scipy import ndimage

from emadina_gis.domain.style import LabelStyle, Style
from emadina_gis.domain.viewport import MM_PER_PX_AT_96_DPI, Viewport
from emadina_gis.errors import JobCancelled
from emadina_gis.progress import Context
from emadina_gis.render.labels import Lettering, draw_labels, place_labels, sprites
from emadina_gis.render.painter import render_image
from tests.render.comparer import check_snapshot, pixels
from tests.render.maps import VIEW, town
from tests.unit.render.scenes import grid, layer, scene_of

SCREEN = Lettering(MM_PER_PX_AT_96_DPI)


def test_the_town_with_its_labels(qapp, shipped_fonts, tmp_path):
    scene = town()
    image = render_image(scene, VIEW)
    painter = QPainter(image)
    draw_labels(painter, place_labels(scene, VIEW, SCREEN).labels, VIEW, SCREEN)
    painter.end()
    check_snapshot(image, "town-labels", tmp_path)


def test_labels_do_not_overlap_and_what_has_no_place_is_counted(qapp):
    rng = np.random.default_rng(3)
    points = shapely.points(rng.uniform(0, 400, (80, 2)))
    style = Style(label=LabelStyle("name"))
    names = [f"Arrêt {number}" for number in range(80)]
    placement = place_labels(
        scene_of(layer("a", points, {"name": names}, style=style)), VIEW, SCREEN
    )
    inside = sum(0 <= p.x <= 400 and 0 <= p.y <= 300 for p in points)
    assert len(placement.labels) + dict(placement.unplaced).get("a", 0) == inside
    boxes = []
    for label in placement.labels:
        x, y = VIEW.to_screen(label.x, label.y)
        x, y = x + label.dx_px, y + label.dy_px
        half = label.width_px / 2, label.height_px / 2
        boxes.append(shapely.box(x - half[0], y - half[1], x + half[0], y + half[1]))
    tree = shapely.STRtree(boxes)
    first, second = tree.query(boxes, predicate="overlaps")
    assert len(first) == len(second) == 0
    assert boxes


def test_a_polygon_too_small_for_its_name_is_not_labelled(qapp):
    style = Style(label=LabelStyle("name"))
    shapes = [shapely.box(10, 10, 200, 100), shapely.box(250, 10, 270, 100)]
    scene = scene_of(layer("a", shapes, {"name": ["Aïn Chock", "Aïn Chock"]}, style=style))
    placement = place_labels(scene, VIEW, SCREEN)
    assert [label.row for label in placement.labels] == [0]
    assert placement.unplaced == (("a", 1),)


def test_missing_names_and_hidden_classes_have_no_label(qapp):
    style = Style(label=LabelStyle("name"))
    scene = scene_of(layer("a", grid(2, 1, 100.0), {"name": [None, "x"]}, style=style))
    assert [label.row for label in place_labels(scene, VIEW, SCREEN).labels] == [1]


def test_scale_range_of_labels(qapp):
    style = Style(label=LabelStyle("name", max_units_per_px=0.5))
    scene = scene_of(layer("a", grid(1, 1, 100.0), {"name": ["x"]}, style=style))
    assert place_labels(scene, VIEW, SCREEN).labels == ()
    near = Viewport(50.0, 50.0, 0.4, 400, 300)
    assert len(place_labels(scene, near, SCREEN).labels) == 1


def test_the_second_field_stands_above_and_equal_lines_once(qapp):
    style = Style(label=LabelStyle("fr", "ar"))
    columns = {"fr": ["Anfa", "A6"], "ar": ["أنفا", "A6"]}
    scene = scene_of(layer("a", grid(2, 1, 150.0), columns, style=style))
    lines = {label.row: label.lines for label in place_labels(scene, VIEW, SCREEN).labels}
    assert lines == {0: ("أنفا", "Anfa"), 1: ("A6",)}


def test_numbers_are_written_as_the_language_does(qapp):
    style = Style(label=LabelStyle("n"))
    scene = scene_of(layer("a", grid(1, 1, 200.0), {"n": [12345.5]}, style=style))
    (label,) = place_labels(scene, VIEW, replace(SCREEN, language="fr")).labels
    assert label.lines == ("12\u202f345,5",)
    (label,) = place_labels(scene, VIEW, replace(SCREEN, language="en")).labels
    assert label.lines == ("12\u202f345.5",)


def test_names_of_streets_follow_them_and_are_not_repeated(qapp):
    pieces = [
        shapely.LineString([(0, 0), (130, 130)]),
        shapely.LineString([(130, 130), (260, 260)]),
    ]
    style = Style(label=LabelStyle("name", along_line=True))
    scene = scene_of(layer("a", pieces, {"name": ["Rue 1", "Rue 1"]}, style=style))
    (label,) = place_labels(scene, VIEW, SCREEN).labels
    assert label.angle == pytest.approx(np.pi / 4)


def test_a_priority_takes_the_place(qapp):
    low = layer("low", [shapely.box(0, 0, 200, 200)], {"n": ["bas"]},
                style=Style(label=LabelStyle("n")))  # fmt: skip
    high = layer("high", [shapely.box(0, 0, 200, 200)], {"n": ["haut"]},
                 style=Style(label=LabelStyle("n", priority=5)))  # fmt: skip
    placement = place_labels(scene_of(low, high), VIEW, SCREEN)
    assert placement.labels[0].layer_id == "high"


def test_arabic_letters_are_joined(qapp, shipped_fonts):
    """Shaped, the four letters of a name are one stroke; kept apart they are four."""

    def strokes(name):
        style = Style(label=LabelStyle("n", size_mm=12.0, halo=None))
        scene = scene_of(layer("a", [shapely.box(0, 0, 400, 300)], {"n": [name]}, style=style))
        (sprite,) = sprites(place_labels(scene, VIEW, SCREEN), SCREEN, VIEW)
        return ndimage.label(pixels(sprite.image)[..., 3] > 100, np.ones((3, 3)))[1]

    assert strokes("محمد") == 1
    assert strokes("م\u200cح\u200cم\u200cد") == 4


def test_sprites_show_the_same_letters(qapp, shipped_fonts):
    scene = town()
    placement = place_labels(scene, VIEW, SCREEN)
    made = sprites(placement, SCREEN, VIEW)
    assert len(made) == len(placement.labels)
    assert all((pixels(sprite.image)[..., 3] > 0).any() for sprite in made)


def test_placing_stops_when_cancelled(qapp):
    ctx = Context()
    ctx.cancel()
    with pytest.raises(JobCancelled):
        place_labels(town(), VIEW, SCREEN, ctx)
