"""Bounds that a hand moves, and the histogram they are moved on."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.analysis.break_edits import joined, moved, split
from emadina_gis.analysis.classification import class_breaks
from emadina_gis.analysis.histogram import histogram, is_skewed
from emadina_gis.analysis.palettes import ramp
from emadina_gis.domain.classes import symbology_classes
from emadina_gis.domain.column import column_of
from emadina_gis.domain.style import Graduated, Method
from emadina_gis.errors import EmptyInput

CLASSES = Graduated("x", (0.0, 10.0, 20.0, 30.0), ramp("cividis").colors(3), ramp_id="cividis")


def test_a_bound_stays_between_its_neighbours():
    assert moved(CLASSES, 1, 12.5).breaks == (0.0, 12.5, 20.0, 30.0)
    assert moved(CLASSES, 1, 99.0).breaks[1] < 20.0
    assert moved(CLASSES, 1, -5.0).breaks[1] > 0.0
    assert moved(CLASSES, 0, 5.0) is CLASSES
    assert moved(CLASSES, 1, 12.5).method is Method.MANUAL


def test_colours_follow_the_number_of_classes():
    more = split(CLASSES, 25.0)
    assert more.breaks == (0.0, 10.0, 20.0, 25.0, 30.0)
    assert more.colors == ramp("cividis").colors(4)
    assert joined(more, 3).colors == CLASSES.colors
    own = Graduated("x", (0.0, 1.0, 2.0), ("#111111", "#222222"))
    assert split(own, 1.5).colors == ("#111111", "#222222", "#222222")
    assert joined(own, 1).colors == ("#111111",)
    assert split(own, 7.0) is own


def test_counts_of_a_histogram_are_those_of_the_map():
    values = np.array([0.0, 10.0, 10.1, 20.0, 29.0, 30.0, np.nan, np.inf])
    shown = histogram(values, bins=4)
    column = column_of(values[:6])
    drawn = symbology_classes(CLASSES, column, 6)
    assert shown.class_counts(CLASSES.breaks) == tuple(e.count for e in drawn.entries[:3])
    assert shown.counts.sum() == 6
    assert shown.missing == 2


def test_places_and_values_of_an_axis_are_inverse():
    values = np.geomspace(1.0, 10_000.0, 50)
    for logarithmic in (False, True):
        shown = histogram(values, logarithmic=logarithmic)
        for place in (0.0, 0.25, 1.0):
            assert shown.place(shown.value_at(place)) == pytest.approx(place)
        assert shown.counts.sum() == 50
    assert histogram(values, logarithmic=True).value_at(0.5) == pytest.approx(100.0)


def test_values_of_zero_stand_in_the_first_bin_of_a_logarithmic_axis():
    shown = histogram(np.array([0.0, 0.0, 1.0, 10.0, 100.0]), bins=2, logarithmic=True)
    assert shown.counts.tolist() == [4, 1]
    with pytest.raises(EmptyInput):
        histogram(np.array([-1.0, 0.0]), logarithmic=True)


def test_a_long_tail_asks_for_logarithms():
    assert is_skewed(np.sort(np.random.default_rng(1).lognormal(3, 2, 1000)))
    assert not is_skewed(np.linspace(1, 9, 100))
    assert not is_skewed(np.array([-1.0, 1e9]))


def test_round_breaks_are_round_and_no_more_than_asked():
    values = np.random.default_rng(2).lognormal(5, 1, 500)
    for count in range(1, 13):
        breaks = class_breaks(values, Method.PRETTY, count)
        assert breaks.class_count <= count
        steps = np.diff(breaks.values[1:-1])
        assert len(set(np.round(steps, 9))) <= 1
    assert class_breaks(np.array([0.0, 1.0]), Method.PRETTY, 4).values == (0, 0.25, 0.5, 0.75, 1)


def test_standard_deviations_stand_about_the_mean():
    values = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    mean, deviation = values.mean(), values.std()
    odd = class_breaks(values, Method.DEVIATION, 3).values
    assert odd[1:-1] == pytest.approx((mean - deviation / 2, mean + deviation / 2))
    even = class_breaks(values, Method.DEVIATION, 4).values
    assert even[1:-1] == pytest.approx((mean - deviation, mean, mean + deviation))
