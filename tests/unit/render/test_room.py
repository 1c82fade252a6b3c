"""What is made for pictures on a screen is made seldom."""

from __future__ import annotations

import pytest

from emadina_gis.render.gl.board import Room


@pytest.fixture
def room() -> Room[tuple[int, int]]:
    """Return a room whose content is the size it was made for."""
    return Room(lambda size: size)


def test_a_picture_fits_into_what_was_made(room: Room[tuple[int, int]]) -> None:
    width, height = made = room.of((1000, 700))
    assert width >= 1000
    assert height >= 700
    for smaller in ((1000, 700), (900, 650), (700, 400)):
        assert room.holds(smaller)
        assert room.of(smaller) is made


@pytest.mark.parametrize("side", [1, 80, 300, 2000])
def test_the_same_size_is_never_made_twice(room: Room[tuple[int, int]], side: int) -> None:
    assert room.of((side, side)) is room.of((side, side))


def test_a_larger_picture_and_a_far_smaller_one_get_their_own(
    room: Room[tuple[int, int]],
) -> None:
    first = room.of((1000, 700))
    second = room.of((1000, 1100))
    assert second[1] >= 1100
    assert second is not first
    assert room.of((80, 80)) < first


def test_what_was_forgotten_is_made_again(room: Room[tuple[int, int]]) -> None:
    room.of((300, 300))
    room.clear()
    assert not room.holds((300, 300))
