"""What GEOS refuses to make valid does not stop anything."""

from __future__ import annotations

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from emadina_gis.domain.soundness import made_valid
from tests.unit.domain import geometries as g

points = st.tuples(st.integers(0, 4), st.integers(0, 4))
outlines = st.lists(points, min_size=3, max_size=6)


def test_a_shell_that_has_collapsed_does_not_stop_the_others():
    nothing = [(0, 0), (0, 0), (0, 0)]
    refused = g.polygon(nothing, nothing, [(0, 1), (0, 2), (1, 0)])
    for structure in (False, True):
        found = made_valid([refused, g.bow_tie(), None], structure=structure)
        assert shapely.is_valid(found[0])
        assert found[1].area == 50
        assert found[2] is None


def test_parts_that_share_a_side_become_one():
    shell = [(1, 1), (0, 0), (0, 1), (1, 1), (0, 2), (0, 1)]
    found = made_valid([g.polygon(shell), None], structure=True)
    assert shapely.is_valid(found[0])
    assert found[0].area == 1.0
    assert found[1] is None


@settings(max_examples=150, deadline=None)
@given(outlines, st.lists(outlines, max_size=2), st.booleans())
def test_whatever_is_drawn_is_made_valid(shell, holes, structure):
    assert shapely.is_valid(made_valid([g.polygon(shell, *holes)], structure=structure)).all()
