"""Ranges, ramps, classes and single values of rasters, from numbers."""

from __future__ import annotations

import numpy as np
import pytest

from emadina_gis.analysis.palettes import RAMPS
from emadina_gis.analysis.raster_styles import (
    in_classes,
    of_values,
    ramped,
    round_interval,
    summary_of,
)
from emadina_gis.domain.style import RasterStyle, Stretch

RAMP = next(iter(RAMPS))


def test_each_stretch_spans_what_it_says():
    values = np.append(np.arange(1001.0), [50_000.0])
    found = summary_of(values)
    assert found.range_of(Stretch.MIN_MAX) == (0, 50_000)
    assert found.range_of(Stretch.PERCENT) == pytest.approx((20, 981), abs=1)
    low, high = found.range_of(Stretch.DEVIATION)
    assert low == 0  # never beyond what is there
    assert high == pytest.approx(values.mean() + 2 * values.std())
    assert found.counts.sum() == len(values)


def test_no_values_give_no_summary_and_equal_ones_no_error():
    assert summary_of(np.zeros(0)) is None
    assert summary_of(np.full(9, 5.0)).range_of(Stretch.MIN_MAX) == (5, 5)


def test_few_whole_numbers_are_listed():
    assert summary_of(np.array([3.0, 1, 3, 2])).distinct == (1, 2, 3)
    assert summary_of(np.array([0.5, 1])).distinct == ()


def test_classes_have_equal_steps_and_a_ramp_has_shades():
    classed = ramped(RasterStyle(unit="m"), RAMP, 0, 100, 4)
    assert [value for value, _ in classed.stops] == [0, 25, 50, 75]
    assert not classed.interpolate
    assert classed.is_continuous  # its pixels are means all the same
    assert classed.unit == "m"
    assert ramped(classed, RAMP, 0, 100).interpolate


def test_own_colours_become_classes_in_the_same_colours():
    own = RasterStyle(((0.0, "#000000"), (50.0, "#ff0000"), (100.0, "#ffffff")))
    found = in_classes(own, 0, 100, 3)
    assert [color for _, color in found.stops] == ["#000000", "#ff0000", "#ffffff"]


def test_a_colour_for_each_value_keeps_those_that_were_chosen():
    first = of_values(RasterStyle(), (10, 20))
    assert first.exact
    assert not first.is_continuous
    mine = RasterStyle(((10.0, "#123456"), first.stops[1]), exact=True, interpolate=False)
    again = of_values(mine, (10, 20, 30))
    assert again.stops[0] == (10.0, "#123456")
    assert len(again.stops) == 3


@pytest.mark.parametrize(("span", "interval"), [((40, 180), 10), ((0, 1), 0.1), ((0, 3000), 200)])
def test_intervals_of_contour_lines_are_round(span, interval):
    assert round_interval(*span) == pytest.approx(interval)
