"""Frames put in order: aligned, spread, made of one size, raised, kept on the page.

Pure functions from frames to frames. Locked frames stay where they are and are what others are
aligned with.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from emadina_gis.project.layout_rules import least_size_mm

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from emadina_gis.project.layouts import Content, Frame


class Align(StrEnum):
    """Along which edge or centre line frames are aligned."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    CENTER_X = "center-x"
    CENTER_Y = "center-y"


class Axis(StrEnum):
    """Along which axis frames are spread, or which of their sizes is made equal."""

    X = "x"
    Y = "y"
    BOTH = "both"


class Order(StrEnum):
    """Where frames go in drawing order."""

    FRONT = "front"
    FORWARD = "forward"
    BACKWARD = "backward"
    BACK = "back"


def kept_on_page(frame: Frame, page_mm: tuple[float, float]) -> Frame:
    """Return a frame moved onto the page, and made smaller only where it is larger than it."""
    width, height = min(frame.width, page_mm[0]), min(frame.height, page_mm[1])
    x = min(max(frame.x, 0.0), page_mm[0] - width)
    y = min(max(frame.y, 0.0), page_mm[1] - height)
    if (x, y, width, height) == (frame.x, frame.y, frame.width, frame.height):
        return frame
    return replace(frame, x=x, y=y, width=width, height=height)


def grown(frame: Frame) -> Frame:
    """Return a frame of at least the size that its content needs."""
    width, height = least_size_mm(frame.content)
    if frame.width >= width and frame.height >= height:
        return frame
    return replace(frame, width=max(frame.width, width), height=max(frame.height, height))


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Return `wanted`, or the first ``wanted-2``, ``wanted-3``… that is not taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def with_content(frame: Frame, content: Content, page_mm: tuple[float, float]) -> Frame:
    """Return a frame with another content, large enough for it and on the page."""
    return kept_on_page(grown(replace(frame, content=content)), page_mm)


def aligned(frames: Sequence[Frame], align: Align) -> tuple[Frame, ...]:
    """Return frames aligned with their common edge, or with that of the locked ones."""
    held = [frame for frame in frames if frame.locked] or list(frames)
    left, right = min(f.x for f in held), max(f.right for f in held)
    top, bottom = min(f.y for f in held), max(f.bottom for f in held)

    def place(frame: Frame) -> Frame:
        x, y = {
            Align.LEFT: (left, frame.y),
            Align.RIGHT: (right - frame.width, frame.y),
            Align.TOP: (frame.x, top),
            Align.BOTTOM: (frame.x, bottom - frame.height),
            Align.CENTER_X: ((left + right - frame.width) / 2, frame.y),
            Align.CENTER_Y: (frame.x, (top + bottom - frame.height) / 2),
        }[align]
        return frame if frame.locked else replace(frame, x=x, y=y)

    return tuple(place(frame) for frame in frames)


def distributed(frames: Sequence[Frame], axis: Axis) -> tuple[Frame, ...]:
    """Return frames with equal gaps between the first and the last along an axis.

    Where they have no room beside each other, their centres get equal distances. Two frames or
    fewer stay as they are, and so does every locked one.
    """
    along_x = axis != Axis.Y
    spans = {f.id: (f.x, f.width) if along_x else (f.y, f.height) for f in frames}
    if len(spans) < 3:
        return tuple(frames)
    places = _spread(spans)

    def place(frame: Frame) -> Frame:
        if frame.locked:
            return frame
        to = places[frame.id]
        return replace(frame, x=to) if along_x else replace(frame, y=to)

    return tuple(place(frame) for frame in frames)


def _spread(spans: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Return the low edges of stretches (low edge, length) spread between the outer two."""
    middle = {name: low + length / 2 for name, (low, length) in spans.items()}
    names = sorted(spans, key=lambda name: (middle[name], name))
    first, last = names[0], names[-1]
    length = sum(size for _, size in spans.values())
    gap = (sum(spans[last]) - spans[first][0] - length) / (len(names) - 1)
    step = (middle[last] - middle[first]) / (len(names) - 1)
    places, at = {}, spans[first][0]
    for index, name in enumerate(names):
        size = spans[name][1]
        places[name] = at if gap >= 0 else middle[first] + index * step - size / 2
        at += size + gap
    return {**places, first: spans[first][0], last: spans[last][0]}


def same_size(frames: Sequence[Frame], axis: Axis, like: str) -> tuple[Frame, ...]:
    """Return frames with the width, height or both of the frame `like`, never below their least."""
    model = next((frame for frame in frames if frame.id == like), frames[0])

    def sized(frame: Frame) -> Frame:
        if frame.locked:
            return frame
        width = frame.width if axis == Axis.Y else model.width
        height = frame.height if axis == Axis.X else model.height
        return grown(replace(frame, width=width, height=height))

    return tuple(sized(frame) for frame in frames)


def ordered(frames: Sequence[Frame], ids: Collection[str], order: Order) -> tuple[Frame, ...]:
    """Return all frames with those of `ids` raised or lowered in drawing order."""
    moved = [frame for frame in frames if frame.id in ids]
    others = [frame for frame in frames if frame.id not in ids]
    if order == Order.FRONT:
        return (*others, *moved)
    if order == Order.BACK:
        return (*moved, *others)
    return _stepped(list(frames), ids, up=order == Order.FORWARD)


def _stepped(frames: list[Frame], ids: Collection[str], *, up: bool) -> tuple[Frame, ...]:
    step = 1 if up else -1
    indices = range(len(frames) - 2, -1, -1) if up else range(1, len(frames))
    for index in indices:
        other = index + step
        if frames[index].id in ids and frames[other].id not in ids:
            frames[index], frames[other] = frames[other], frames[index]
    return tuple(frames)
