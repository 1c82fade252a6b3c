"""Legend, scale bar, north arrow and grid."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from emadina_gis.domain.crs import MERCHICH_NORTH, UNKNOWN
from emadina_gis.domain.viewport import Viewport
from emadina_gis.render.furniture import (
    Drafting,
    draw_frame,
    draw_grid,
    draw_legend,
    draw_north,
    draw_scale_bar,
    grid_lines,
    grid_step,
    legend_height_mm,
)
from emadina_gis.render.legend import legend_rows
from emadina_gis.words import LANGUAGES, load_words
from tests.render.comparer import check_snapshot, pixels
from tests.render.maps import town

MM_PER_PX = 25.4 / 120
MAP = Viewport(295_000.0, 328_000.0, 2.0, 640, 420)


def sheet(width=900, height=460):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    return image


@pytest.mark.parametrize("language", LANGUAGES)
def test_furniture_of_a_sheet(qapp, shipped_fonts, tmp_path, language):
    image = sheet()
    painter = QPainter(image)
    draft = Drafting(painter, MM_PER_PX, load_words(language))
    draw_grid(draft, MAP)
    draw_frame(draft, QRectF(0, 0, 640, 420))
    draw_legend(draft, QRectF(660, 10, 230, 220), legend_rows(town(), draft.words))
    draw_scale_bar(draft, QPointF(670, 400), MAP, 1.0, longest_mm=35)
    draw_north(draft, QPointF(770, 290), MERCHICH_NORTH, MAP)
    painter.end()
    check_snapshot(image, f"furniture-{language}", tmp_path)


def drawn(draw, language="fr"):
    image = sheet(400, 200)
    painter = QPainter(image)
    result = draw(Drafting(painter, MM_PER_PX, load_words(language)))
    painter.end()
    return result, pixels(image)


def test_the_bar_has_the_length_it_says(qapp):
    box, shown = drawn(lambda d: draw_scale_bar(d, QPointF(20, 20), MAP, 1.0, longest_mm=50))
    assert box.width() * MAP.units_per_px == pytest.approx(400.0)
    dark = np.flatnonzero((shown[18:30, :, 0] < 200).any(axis=0))
    assert dark[0] == pytest.approx(20, abs=1)
    assert dark[-1] == pytest.approx(20 + box.width(), abs=1)


def test_the_legend_mirrors_and_the_bar_does_not(qapp, shipped_fonts):
    def legend(draft):
        return draw_legend(draft, QRectF(0, 0, 400, 200), legend_rows(town(), draft.words))

    _, french = drawn(legend, "fr")
    _, arabic = drawn(legend, "ar")
    colored = [
        np.flatnonzero((np.ptp(shown[..., :3].astype(int), axis=2) > 40).any(axis=0))
        for shown in (french, arabic)
    ]
    assert colored[0].max() < 200
    assert colored[1].min() > 200

    def bar(draft):
        return draw_scale_bar(draft, QPointF(20, 20), MAP, 1.0)

    _, first = drawn(bar, "fr")
    _, second = drawn(bar, "ar")
    np.testing.assert_array_equal(first[20:29], second[20:29])


def test_a_legend_says_how_high_it_is_and_stays_in_its_box(qapp, shipped_fonts):
    rows = legend_rows(town(), load_words("fr"))
    assert legend_height_mm(rows) == 5.0 * len(rows)
    assert legend_height_mm(rows, 2) == 5.0 * -(-len(rows) // 2)
    used, shown = drawn(lambda d: draw_legend(d, QRectF(0, 0, 150, 60), rows, 3))
    assert used.height() <= 60
    assert (shown[64:] == 255).all()


def test_grid_lines_are_round_and_within(qapp):
    assert grid_lines(95.0, 405.0, 100.0) == [100.0, 200.0, 300.0, 400.0]
    assert grid_lines(0.0, 1.0, 0.0) == []
    assert grid_step(MAP, MM_PER_PX) == 500.0


def test_no_convergence_without_a_known_projection(qapp):
    (box, _), (bare, _) = (
        drawn(lambda d, crs=crs: draw_north(d, QPointF(200, 80), crs, MAP))
        for crs in (MERCHICH_NORTH, UNKNOWN)
    )
    assert bare.height() < box.height()
