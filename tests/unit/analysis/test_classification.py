"""Breaks against mapclassify, and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emadina_gis.analysis import classification as c
from emadina_gis.domain.style import Method
from emadina_gis.errors import AnalysisError, EmptyInput

METHODS = (Method.QUANTILE, Method.EQUAL, Method.NATURAL)
ALL = (*METHODS, Method.PRETTY, Method.DEVIATION)
finite = st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda v: round(v, 6))
columns = hnp.arrays(np.float64, st.integers(1, 60), elements=finite | st.just(float("nan")))


def deviation(values: np.ndarray, classes: np.ndarray) -> float:
    groups = [values[classes == k] for k in np.unique(classes)]
    return float(sum(((group - group.mean()) ** 2).sum() for group in groups))


@given(columns, st.sampled_from(ALL), st.integers(1, 12), st.booleans())
def test_breaks_hold_all_values_and_ascend(values, method, count, rounded):
    known = values[~np.isnan(values)]
    if not len(known):
        with pytest.raises(EmptyInput):
            c.class_breaks(values, method, count, rounded=rounded)
        return
    breaks = c.class_breaks(values, method, count, rounded=rounded)
    bounds = np.array(breaks.values)
    assert (np.diff(bounds) > 0).all()
    assert 1 <= breaks.class_count <= count
    assert bounds[0] <= known.min()
    assert bounds[-1] >= known.max()
    classes = c.classes_of(values, breaks)
    assert (classes[np.isnan(values)] == -1).all()
    inside = ~np.isnan(values)
    assert (values[inside] <= bounds[classes[inside] + 1]).all()
    assert (values[inside] >= bounds[classes[inside]]).all()


@given(columns, st.sampled_from(METHODS), st.integers(2, 8))
def test_rounding_moves_bounds_within_their_gap_or_by_two_percent(values, method, count):
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return
    plain = c.class_breaks(values, method, count).values
    rounded = c.class_breaks(values, method, count, rounded=True).values
    assert len(rounded) == len(plain)
    for index, (old, new) in enumerate(zip(plain[1:-1], rounded[1:-1], strict=True), 1):
        slack = 0.0200001 * min(old - plain[index - 1], plain[index + 1] - old)
        between = known[(known > min(old, new)) & (known <= max(old, new))]
        assert abs(new - old) <= slack or not len(between)


def test_bounds_of_many_values_are_short():
    values = np.random.default_rng(0).gamma(2, 100, 100_000)
    bounds = c.class_breaks(values, Method.QUANTILE, 5, rounded=True).values
    assert all(bound == round(bound) for bound in bounds[1:-1])


def test_equal_intervals_are_mapclassifys():
    import mapclassify

    values = np.random.default_rng(1).gamma(2, 100, 500)
    theirs = mapclassify.EqualInterval(values, k=5).bins
    assert c.class_breaks(values, Method.EQUAL, 5).values[1:] == pytest.approx(theirs)


def test_quantiles_are_mapclassifys():
    import mapclassify

    values = np.random.default_rng(2).gamma(2, 100, 503)
    theirs = mapclassify.Quantiles(values, k=6).bins
    assert c.class_breaks(values, Method.QUANTILE, 6).values[1:] == pytest.approx(theirs)


@pytest.mark.filterwarnings("ignore")  # mapclassify tells that numba is not there
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [2, 3, 5, 7])
def test_natural_breaks_are_as_good_as_mapclassifys(seed, count):
    import mapclassify

    rng = np.random.default_rng(seed)
    values = np.round(np.concatenate([rng.normal(0, 1, 60), rng.normal(9, 2, 40)]), 1)
    breaks = c.class_breaks(values, Method.NATURAL, count)
    theirs = mapclassify.FisherJenks(values, k=count)
    ours = deviation(values, c.classes_of(values, breaks))
    assert ours <= deviation(values, theirs.yb) * (1 + 1e-9) + 1e-9


@given(
    hnp.arrays(np.float64, st.integers(2, 9), elements=st.integers(0, 30).map(float)),
    st.integers(2, 4),
)
def test_natural_breaks_are_the_best_of_all(values, count):
    from itertools import combinations

    distinct = np.unique(values)
    if len(distinct) < 2:
        return
    classes = c.classes_of(values, c.class_breaks(values, Method.NATURAL, count))
    k = min(count, len(distinct))
    best = min(
        deviation(values, np.searchsorted(np.array(cut), values, side="right"))
        for cut in combinations(distinct[1:], k - 1)
    )
    assert deviation(values, classes) == pytest.approx(best, abs=1e-6)


def test_many_values_are_sampled_by_a_fixed_rule_and_outliers_are_found():
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(0, 1, 50_000), [1e6, 1e6 + 1]])
    one = c.class_breaks(values, Method.NATURAL, 3)
    two = c.class_breaks(rng.permutation(values), Method.NATURAL, 3)
    assert one == two
    assert one.sampled
    assert c.classes_of(np.array([1e6]), one)[0] == one.class_count - 1


def test_sampled_breaks_are_nearly_as_good_as_exact_ones(monkeypatch):
    values = np.random.default_rng(4).gamma(2, 100, 1_900)
    exact = c.class_breaks(values, Method.NATURAL, 5)
    monkeypatch.setattr(c, "EXACT_DISTINCT_LIMIT", 300)
    sampled = c.class_breaks(values, Method.NATURAL, 5)
    assert sampled.sampled
    assert not exact.sampled
    worse = deviation(values, c.classes_of(values, sampled))
    assert worse <= deviation(values, c.classes_of(values, exact)) * 1.02


def test_equal_intervals_stay_equal():
    values = np.array([0.0, 1.0, 2.0, 97.0])
    bounds = c.class_breaks(values, Method.EQUAL, 4, rounded=True).values
    assert np.diff(bounds) == pytest.approx(97 / 4)


def test_a_constant_column_has_one_class_and_a_heavy_zero_its_own():
    assert c.class_breaks(np.full(9, 7.0), Method.QUANTILE, 5).class_count == 1
    values = np.array([0.0] * 90 + list(range(1, 11)))
    breaks = c.class_breaks(values, Method.QUANTILE, 5)
    classes = c.classes_of(values, breaks)
    assert (classes[:90] == 0).all()
    assert (classes[90:] > 0).all()


@pytest.mark.parametrize("count", [0, 13])
def test_a_count_out_of_range_is_refused(count):
    with pytest.raises(AnalysisError):
        c.class_breaks(np.arange(9.0), Method.EQUAL, count)


def test_chosen_bounds_are_not_computed():
    with pytest.raises(AnalysisError):
        c.class_breaks(np.arange(9.0), Method.MANUAL, 3)


def test_bounds_are_rounded_as_far_as_they_go():
    values = np.array([1.0, 2.0, 96.37, 104.2, 210.0, 300.0])
    rounded = c.rounded_breaks(values, (1.0, 100.123, 300.0))
    assert rounded == (1.0, 100.0, 300.0)


@given(st.floats(1e-6, 1e9), st.integers(1, 12))
def test_a_pretty_step_covers_the_span(span, steps):
    step = c.pretty_step(span, steps)
    assert step * steps >= span * (1 - 1e-9)
    assert step <= span / steps * 2.51


def test_no_span_no_step():
    with pytest.raises(EmptyInput):
        c.pretty_step(0.0, 5)
