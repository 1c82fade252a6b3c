"""What a hand does on the paper: choosing by a rectangle, moving, pulling a handle.

A gesture knows where frames would stand; nothing is changed before it ends. No widgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emadina_gis.app.layouts.seen_page import spanned
from emadina_gis.project.layout_rules import least_size_mm
from emadina_gis.project.layout_snap import (
    Guide,
    Handle,
    Rect,
    around_all,
    snap_moved,
    snap_resized,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emadina_gis.app.layouts.editing import Editing
    from emadina_gis.app.layouts.seen_page import SeenPage
    from emadina_gis.project.layouts import Frame

Place = tuple[float, float]


class Drag:
    """A press that has not been let go; `places` is where frames would stand now."""

    def __init__(self, start: Place) -> None:
        self.start = start
        self.places: dict[str, Rect] = {}
        self.guides: tuple[Guide, ...] = ()
        self.rubber: Rect | None = None

    def move(self, to: Place, px_per_mm: float, *, snap: bool, straight: bool) -> None:
        """Follow the pointer to a place on the paper."""
        raise NotImplementedError

    def end(self, editing: Editing) -> None:
        """Make what was shown true."""
        raise NotImplementedError


class MoveFrames(Drag):
    """Frames moved together."""

    def __init__(self, seen: SeenPage, frames: Sequence[Frame], start: Place) -> None:
        super().__init__(start)
        self._seen = seen
        self._rects = {frame.id: seen.rect(frame) for frame in frames}
        self._whole = around_all(self._rects.values())

    def move(self, to: Place, px_per_mm: float, *, snap: bool, straight: bool) -> None:
        dx, dy = to[0] - self.start[0], to[1] - self.start[1]
        if straight:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        around = self._seen.around(self._rects, px_per_mm, snap=snap)
        landed = snap_moved(self._whole.moved(dx, dy), around)
        dx, dy = landed.rect.x - self._whole.x, landed.rect.y - self._whole.y
        self.guides = landed.guides
        self.places = {name: rect.moved(dx, dy) for name, rect in self._rects.items()}

    def end(self, editing: Editing) -> None:
        if self.places and self.places != self._rects:
            editing.place(self.places)


class Stretch(Drag):
    """A frame pulled by one of its handles."""

    def __init__(self, seen: SeenPage, frame: Frame, handle: Handle, start: Place) -> None:
        super().__init__(start)
        self._seen = seen
        self._frame = frame
        self._handle = handle

    def move(self, to: Place, px_per_mm: float, *, snap: bool, straight: bool) -> None:
        by = (to[0] - self.start[0], to[1] - self.start[1])
        around = self._seen.around([self._frame.id], px_per_mm, snap=snap)
        least = least_size_mm(self._frame.content)
        landed = snap_resized(self._seen.rect(self._frame), self._handle, by, around, least)
        self.guides = landed.guides
        self.places = {self._frame.id: landed.rect}

    def end(self, editing: Editing) -> None:
        if self.places and self.places[self._frame.id] != self._seen.rect(self._frame):
            editing.place(self.places)


class Rubber(Drag):
    """A rectangle that chooses what it touches; with Shift it adds."""

    def __init__(self, seen: SeenPage, start: Place, *, add: bool) -> None:
        super().__init__(start)
        self._seen = seen
        self._add = add

    def move(self, to: Place, px_per_mm: float, *, snap: bool, straight: bool) -> None:
        self.rubber = spanned(self.start, to)

    def end(self, editing: Editing) -> None:
        touched = () if self.rubber is None else self._seen.touched(self.rubber)
        if self._add:
            editing.choose({*editing.chosen, *touched})
        else:
            editing.choose(touched)
