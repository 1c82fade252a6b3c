"""Transforms from control points: exact recovery, noise, inverses, refusals, read scales."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emadina_gis.domain.extent import Extent
from emadina_gis.domain.placement import (
    ControlPoint,
    Placement,
    PlacementMethod,
    of_affine,
    shifted,
)
from emadina_gis.domain.placement_fit import fitted, folds
from emadina_gis.domain.placement_reading import likely_offsets, read_scale, read_turn
from emadina_gis.errors import GeometryError

EXACT = [m for m in PlacementMethod if m is not PlacementMethod.SHIFT]
GRID = np.array([[x, y] for x in range(5) for y in range(5)], dtype=float) * 37.0


def points_of(source, target):
    return [
        ControlPoint((float(x), float(y)), (float(u), float(v)))
        for (x, y), (u, v) in zip(source, target, strict=True)
    ]


def turned(xy, scale, degrees, dx=296_000.0, dy=330_000.0):
    a, b = scale * math.cos(math.radians(degrees)), scale * math.sin(math.radians(degrees))
    return np.column_stack([a * xy[:, 0] - b * xy[:, 1] + dx, b * xy[:, 0] + a * xy[:, 1] + dy])


@pytest.mark.parametrize("method", EXACT)
@given(
    degrees=st.floats(-179, 179),
    scale=st.sampled_from([0.001, 0.0254, 0.5, 1.0, 2.0, 1000.0]),
    shift=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
)
def test_a_similarity_is_found_by_every_method_and_inverted(method, degrees, scale, shift):
    target = turned(GRID, scale, degrees, *shift)
    fit = fitted(points_of(GRID, target), method, scale=scale)
    size = 37.0 * 5 * scale
    assert fit.rmse < 1e-8 * max(size, abs(shift[0]) * 1e-3, abs(shift[1]) * 1e-3, 1.0)
    back = fit.transform.invert(target)
    assert np.allclose(back, GRID, atol=1e-5 * 37 + 1e-9 * 1e6 / scale)
    turn = read_turn(fit.transform)
    assert turn.scale == pytest.approx(scale, rel=1e-5)
    assert not turn.mirrored
    wrapped = (turn.rotation_deg - degrees + 180) % 360 - 180
    assert abs(wrapped) < 1e-3
    assert abs(turn.shear_deg) < 1e-3


@given(st.lists(st.floats(-3, 3), min_size=6, max_size=6), st.booleans())
def test_an_affine_is_recovered_whatever_it_is(numbers, mirror):
    a, b, c, d, e, f = numbers
    assume(abs(a * e - b * d) > 0.1)
    wanted = of_affine(a, b, c * 1e5, d, -e if mirror else e, f * 1e5)
    assume(abs(np.linalg.det(wanted.matrix())) > 0.1)
    target = wanted.apply(GRID)
    fit = fitted(points_of(GRID[[0, 4, 20]], target[[0, 4, 20]]), PlacementMethod.AFFINE)
    assert np.allclose(fit.transform.apply(GRID), target, atol=1e-5)
    assert fit.redundancy == 0
    assert read_turn(fit.transform).mirrored == (np.linalg.det(wanted.matrix()) < 0)


@given(st.floats(-2e-4, 2e-4), st.floats(-2e-4, 2e-4))
def test_a_projective_one_is_recovered_from_four_points_and_inverted(g, h):
    depth = 1 + g * GRID[:, 0] + h * GRID[:, 1]
    target = turned(GRID, 2.0, 12.0, 0, 0) / depth[:, None] + [296_000.0, 330_000.0]
    corners = [0, 4, 20, 24]
    fit = fitted(points_of(GRID[corners], target[corners]), PlacementMethod.PROJECTIVE)
    assert np.allclose(fit.transform.apply(GRID), target, atol=1e-6)
    assert np.allclose(fit.transform.invert(target), GRID, atol=1e-6)
    assert not folds(fit.transform, GRID)


@pytest.mark.parametrize(("method", "order"), [("polynomial-2", 2), ("polynomial-3", 3)])
@given(seed=st.integers(0, 2**31))
def test_a_bent_plan_is_recovered_and_inverted(method, order, seed):
    bends = np.random.default_rng(seed).uniform(-1, 1, (2, 7)) * 1.5
    u, v = (GRID[:, 0] - 74) / 74, (GRID[:, 1] - 74) / 74
    powers = [u * u, u * v, v * v, u**3, u * u * v, u * v * v, v**3]
    bend = np.column_stack([sum(b * p for b, p in zip(row, powers, strict=True)) for row in bends])
    if order == 2:
        bend = np.column_stack(
            [sum(b * p for b, p in zip(row[:3], powers[:3], strict=True)) for row in bends]
        )
    target = turned(GRID, 1.0, -3.0) + bend
    fit = fitted(points_of(GRID, target), PlacementMethod(method))
    assert fit.rmse < 1e-6
    assert not folds(fit.transform, GRID)
    assert np.allclose(fit.transform.invert(target), GRID, atol=1e-6)


@given(seed=st.integers(0, 2**31), noise=st.floats(0.01, 0.5))
def test_noise_shows_in_the_residuals_and_leaving_out_is_never_better(seed, noise):
    rng = np.random.default_rng(seed)
    target = turned(GRID, 1.0, 5.0) + rng.normal(0, noise, GRID.shape)
    stiff = fitted(points_of(GRID, target), PlacementMethod.SIMILARITY)
    loose = fitted(points_of(GRID, target), PlacementMethod.POLYNOMIAL_3)
    assert loose.rmse <= stiff.rmse + 1e-9
    assert 0.5 * noise < stiff.rmse < 3 * noise
    for fit in (stiff, loose):
        assert (fit.left_out >= fit.distances - 1e-9).all()
    assert stiff.residuals.mean(axis=0) == pytest.approx([0, 0], abs=1e-6)


def test_a_point_left_out_has_a_residual_and_takes_no_part():
    target = turned(GRID, 0.001, 0.0)
    points = points_of(GRID[:4], target[:4])
    wrong = ControlPoint((50.0, 60.0), (296_010.0, 330_000.0), "borne 7", used=False)
    fit = fitted([*points, wrong], PlacementMethod.SIMILARITY)
    assert fit.rmse < 1e-8
    assert fit.distances[-1] > 9
    assert fit.left_out[-1] == pytest.approx(fit.distances[-1])


def test_two_points_of_a_known_unit_show_the_difference_of_their_distances():
    points = points_of([[0, 0], [100_000, 0]], [[296_000, 330_000], [296_100.3, 330_000]])
    fit = fitted(points, PlacementMethod.RIGID, scale=0.001)
    assert fit.redundancy == 1
    assert fit.distances == pytest.approx([0.15, 0.15])
    free = fitted(points, PlacementMethod.SIMILARITY)
    assert free.redundancy == 0
    assert free.rmse == pytest.approx(0, abs=1e-9)
    assert math.isnan(free.left_out[0])


@pytest.mark.parametrize("method", list(PlacementMethod))
def test_one_point_too_few_says_how_many_are_missing(method):
    count = method.least_points - 1
    with pytest.raises(GeometryError) as caught:
        fitted(points_of(GRID[:count], GRID[:count]), method)
    assert caught.value.code == "placement.too-few-points"
    assert caught.value.params["count"] == 1


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("affine", "placement.points-on-line"),
        ("projective", "placement.points-on-line"),
        ("polynomial-2", "placement.points-on-line"),
    ],
)
def test_points_on_a_line_are_refused(method, code):
    line = np.column_stack([np.arange(12.0), np.arange(12.0) * 2 + 296_000])
    with pytest.raises(GeometryError) as caught:
        fitted(points_of(line, line), PlacementMethod(method))
    assert caught.value.code == code


def test_other_refusals():
    same = points_of([[1, 1], [1, 1]], [[5, 5], [6, 6]])
    circle = np.column_stack([np.cos(np.arange(8.0)), np.sin(np.arange(8.0))])
    three_in_line = [[0, 0], [1, 0], [2, 0], [1, 5]]
    cases = [
        (same, "similarity", "placement.same-point"),
        (points_of([[1, 1], [2, 2]], [[5, 5], [5, 5]]), "rigid", "placement.same-point"),
        (points_of([[math.nan, 1], [2, 2]], [[5, 5], [6, 5]]), "rigid", "placement.not-finite"),
        (points_of(circle, circle), "polynomial-2", "placement.points-badly-spread"),
        (points_of(three_in_line, three_in_line), "projective", "placement.points-badly-spread"),
    ]
    for points, method, code in cases:
        with pytest.raises(GeometryError) as caught:
            fitted(points, PlacementMethod(method))
        assert caught.value.code == code


def test_a_transform_that_turns_the_plan_over_in_places_is_seen():
    target = GRID.copy()
    target[12] += [400.0, 300.0]
    assert folds(fitted(points_of(GRID, target), PlacementMethod.POLYNOMIAL_3).transform, GRID)
    assert not folds(fitted(points_of(GRID, target), PlacementMethod.AFFINE).transform, GRID)


def test_places_off_a_polynomial_have_no_source():
    u = (GRID[:, 0] - 74) / 74
    target = np.column_stack([GRID[:, 0] + 20 * u**2, GRID[:, 1]])
    transform = fitted(points_of(GRID, target), PlacementMethod.POLYNOMIAL_2).transform
    assert np.isnan(transform.invert(np.array([[-1e4, 0.0]]))).all()
    assert np.isfinite(transform.invert(np.array([[50.0, 20.0]]))).all()


def test_a_placement_keeps_its_residuals():
    target = turned(GRID, 1.0, 1.0)
    target[3] += 0.5
    points = points_of(GRID, target)
    fit = fitted(points, PlacementMethod.AFFINE)
    kept = Placement(fit.transform, points=tuple(points), plan_scale=2000)
    assert kept.rmse == pytest.approx(fit.rmse)
    assert kept.method is PlacementMethod.AFFINE
    assert math.isnan(Placement(shifted(1, 2)).rmse)


@pytest.mark.parametrize(
    ("scale", "kind", "unit", "denominator"),
    [
        (0.001, "unit", "mm", 0),
        (0.001004, "unit", "mm", 0),
        (1.0003, "unit", "m", 0),
        (0.0254, "unit", "inch", 0),
        (25.4, "mistaken", "inch-as-mm", 0),
        (0.5, "paper", "mm", 500),
        (2.0, "paper", "mm", 2000),
        (0.73, "", "", 0),
    ],
)
def test_a_scale_is_read_as_a_unit_or_a_paper_scale(scale, kind, unit, denominator):
    found = read_scale(scale)
    assert (found.kind, found.unit, found.denominator) == (kind, unit, denominator)
    if kind:
        assert found.excess(scale) == pytest.approx(scale / found.exact - 1)


def test_a_truncated_origin_is_recognised_by_whole_steps():
    project = Extent(293_000, 328_000, 299_000, 334_000)
    found = likely_offsets(Extent(96_200, 30_100, 96_400, 30_300), project)
    assert (found[0].dx, found[0].dy, found[0].step) == (200_000, 300_000, 100_000)
    again = likely_offsets(Extent(6_200, 100, 6_400, 300), project)
    assert (again[0].dx, again[0].dy) == (290_000, 330_000)
    assert likely_offsets(Extent(296_200, 330_100, 296_400, 330_300), project) == ()
    assert likely_offsets(Extent(0, 0, 400_000, 300_000), project) == ()
    in_mm = likely_offsets(Extent(96_200e3, 30_100e3, 96_400e3, 30_300e3), project, 0.001)
    assert (in_mm[0].dx, in_mm[0].scale) == (200_000, 0.001)


def test_a_typed_offset_moves_and_comes_back():
    moved = shifted(200_000, 300_000, 0.001).apply(GRID)
    assert moved[1] == pytest.approx([200_000, 300_000.037])
    assert np.allclose(shifted(200_000, 300_000, 0.001).invert(moved), GRID, atol=1e-6)
