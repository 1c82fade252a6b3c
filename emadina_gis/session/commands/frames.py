"""Commands on the frames of a printed page: place, size, content, look, order.

Every one leaves the page sound: frames of real sizes, on the page, that name maps which exist.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emadina_gis.errors import CommandError
from emadina_gis.project.layout_arrange import (
    Align,
    Axis,
    Order,
    aligned,
    distributed,
    grown,
    kept_on_page,
    ordered,
    same_size,
    with_content,
)
from emadina_gis.project.layout_rules import page_size_mm, with_maps_named, without_map
from emadina_gis.project.layouts import MapContent
from emadina_gis.session.commands.layouts import with_layout
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from emadina_gis.project import Frame, Layout, Project
    from emadina_gis.project.layouts import Content

#: How far a copy stands from its original.
COPY_OFFSET_MM = 5.0


def _chosen(layout: Layout, ids: Iterable[str]) -> tuple[Frame, ...]:
    """Return frames by id, in drawing order; raises where one is not there."""
    wanted = {layout.frame(name).id for name in ids}
    if not wanted:
        raise CommandError("layout.no-frame-chosen")
    return tuple(frame for frame in layout.frames if frame.id in wanted)


def _refuse_locked(frames: Iterable[Frame]) -> None:
    for frame in frames:
        if frame.locked:
            raise CommandError("layout.locked", frame=frame.id)


def _refuse_unreal(frame_id: str, **numbers: float) -> None:
    for key, value in numbers.items():
        if not math.isfinite(value):
            raise CommandError("layout.not-a-number", frame=frame_id, key=key)


def _with_frames(project: Project, layout: Layout, changed: Iterable[Frame]) -> Project:
    """Return the project with changed frames of a layout, kept on their page."""
    size = page_size_mm(layout)
    new = {frame.id: kept_on_page(frame, size) for frame in changed}
    frames = tuple(new.get(frame.id, frame) for frame in layout.frames)
    return with_layout(project, replace(layout, frames=frames))


@dataclass(frozen=True)
class AddFrame:
    """Add a frame on top of the others; it is made large enough for its content."""

    layout_id: str
    frame: Frame
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.add-frame")

    def apply(self, project: Project) -> Project:
        """Return the project with the frame."""
        layout, frame = project.layout(self.layout_id), self.frame
        if any(other.id == frame.id for other in layout.frames):
            raise CommandError("layout.frame-twice", frame=frame.id)
        _refuse_unreal(frame.id, x=frame.x, y=frame.y, width=frame.width, height=frame.height)
        placed = kept_on_page(grown(frame), page_size_mm(layout))
        return with_layout(project, replace(layout, frames=(*layout.frames, placed)))


@dataclass(frozen=True)
class RemoveFrames:
    """Take frames off a page; what named a map among them takes the main map."""

    layout_id: str
    frame_ids: tuple[str, ...]
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.remove-frames", count=len(self.frame_ids))

    def apply(self, project: Project) -> Project:
        """Return the project without the frames."""
        layout = project.layout(self.layout_id)
        gone = _chosen(layout, self.frame_ids)
        _refuse_locked(gone)
        kept = [frame for frame in layout.frames if frame not in gone]
        if not kept:
            raise CommandError("layout.last-frame", frame=gone[0].id)
        frames = _forgetting(kept, {frame.id for frame in gone})
        return with_layout(project, replace(layout, frames=frames))


def _forgetting(frames: Iterable[Frame], maps: Collection[str]) -> tuple[Frame, ...]:
    """Return frames that no longer name maps that are gone."""
    return tuple(replace(frame, content=without_map(frame.content, maps)) for frame in frames)


@dataclass(frozen=True)
class DuplicateFrames:
    """Copy frames, a little to the right and below; copies of a map's own go with the copy.

    Attributes
    ----------
    names : tuple of (str, str)
        Id of each frame and of its copy.
    """

    layout_id: str
    names: tuple[tuple[str, str], ...]
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.duplicate-frames", count=len(self.names))

    def apply(self, project: Project) -> Project:
        """Return the project with the copies on top."""
        layout = project.layout(self.layout_id)
        names = dict(self.names)
        copies = [self._copy(frame, names) for frame in _chosen(layout, names)]
        size = page_size_mm(layout)
        frames = (*layout.frames, *(kept_on_page(frame, size) for frame in copies))
        return with_layout(project, replace(layout, frames=frames))

    def _copy(self, frame: Frame, names: dict[str, str]) -> Frame:
        return replace(
            frame,
            id=names[frame.id],
            x=frame.x + COPY_OFFSET_MM,
            y=frame.y + COPY_OFFSET_MM,
            content=with_maps_named(frame.content, names),
            locked=False,
        )


@dataclass(frozen=True)
class MoveFrames:
    """Put frames elsewhere on their page.

    Attributes
    ----------
    places : tuple of (str, float, float)
        Id, left and top in millimetres of each frame.
    """

    layout_id: str
    places: tuple[tuple[str, float, float], ...]

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.move", count=len(self.places))

    @property
    def merge_key(self) -> str | None:
        """A drag of the same frames is one step."""
        return f"frames-move:{self.layout_id}:{'/'.join(name for name, _, _ in self.places)}"

    def apply(self, project: Project) -> Project:
        """Return the project with the frames moved."""
        layout = project.layout(self.layout_id)
        places = {name: (x, y) for name, x, y in self.places}
        frames = _chosen(layout, places)
        _refuse_locked(frames)
        for name, (x, y) in places.items():
            _refuse_unreal(name, x=x, y=y)
        moved = (replace(f, x=places[f.id][0], y=places[f.id][1]) for f in frames)
        return _with_frames(project, layout, moved)


@dataclass(frozen=True)
class ResizeFrame:
    """Give a frame another rectangle: left, top, width and height in millimetres."""

    layout_id: str
    frame_id: str
    box: tuple[float, float, float, float]

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.resize")

    @property
    def merge_key(self) -> str | None:
        """A drag of a handle is one step."""
        return f"frame-resize:{self.layout_id}:{self.frame_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the frame resized, never below what its content needs."""
        layout = project.layout(self.layout_id)
        frame = layout.frame(self.frame_id)
        _refuse_locked((frame,))
        x, y, width, height = self.box
        _refuse_unreal(frame.id, x=x, y=y, width=width, height=height)
        made = grown(replace(frame, x=x, y=y, width=width, height=height))
        return _with_frames(project, layout, (made,))


@dataclass(frozen=True)
class SetContent:
    """Change what a frame shows; the frame grows where the content needs more room."""

    layout_id: str
    frame_id: str
    content: Content

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.content")

    @property
    def merge_key(self) -> str | None:
        """A text being typed or a scale being tried is one step."""
        return f"frame-content:{self.layout_id}:{self.frame_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the content."""
        layout = project.layout(self.layout_id)
        old = layout.frame(self.frame_id)
        made = with_content(old, self.content, page_size_mm(layout))
        frames = tuple(made if frame is old else frame for frame in layout.frames)
        if isinstance(old.content, MapContent) and not isinstance(self.content, MapContent):
            frames = _forgetting(frames, {old.id})
        return with_layout(project, replace(layout, frames=frames))


@dataclass(frozen=True)
class SetFrameLook:
    """Change border, background, side or lock of frames; None leaves one as it is."""

    layout_id: str
    frame_ids: tuple[str, ...]
    border_mm: float | None = None
    background: str | None = None
    keeps_side: bool | None = None
    locked: bool | None = None

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.look")

    @property
    def merge_key(self) -> str | None:
        """A colour or width being tried is one step."""
        return f"frame-look:{self.layout_id}:{'/'.join(self.frame_ids)}"

    def apply(self, project: Project) -> Project:
        """Return the project with the look."""
        layout = project.layout(self.layout_id)
        frames = _chosen(layout, self.frame_ids)
        return _with_frames(project, layout, (self._dressed(frame) for frame in frames))

    def _dressed(self, frame: Frame) -> Frame:
        return replace(
            frame,
            border_mm=frame.border_mm if self.border_mm is None else self.border_mm,
            background=frame.background if self.background is None else self.background,
            keeps_side=frame.keeps_side if self.keeps_side is None else self.keeps_side,
            locked=frame.locked if self.locked is None else self.locked,
        )


@dataclass(frozen=True)
class AlignFrames:
    """Align frames with their common edge or centre; locked ones stay and are aligned with."""

    layout_id: str
    frame_ids: tuple[str, ...]
    align: Align
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.align")

    def apply(self, project: Project) -> Project:
        """Return the project with the frames aligned."""
        layout = project.layout(self.layout_id)
        return _with_frames(project, layout, aligned(_chosen(layout, self.frame_ids), self.align))


@dataclass(frozen=True)
class DistributeFrames:
    """Leave equal gaps between frames, along one axis."""

    layout_id: str
    frame_ids: tuple[str, ...]
    axis: Axis
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.distribute")

    def apply(self, project: Project) -> Project:
        """Return the project with the frames spread."""
        layout = project.layout(self.layout_id)
        spread = distributed(_chosen(layout, self.frame_ids), self.axis)
        return _with_frames(project, layout, spread)


@dataclass(frozen=True)
class SameSize:
    """Give frames the width, the height or both of one of them."""

    layout_id: str
    frame_ids: tuple[str, ...]
    axis: Axis
    like: str
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.same-size")

    def apply(self, project: Project) -> Project:
        """Return the project with the frames of one size."""
        layout = project.layout(self.layout_id)
        frames = _chosen(layout, (*self.frame_ids, self.like))
        return _with_frames(project, layout, same_size(frames, self.axis, self.like))


@dataclass(frozen=True)
class OrderFrames:
    """Raise or lower frames in drawing order."""

    layout_id: str
    frame_ids: tuple[str, ...]
    order: Order
    merge_key: str | None = field(default=None, init=False)

    @property
    def label(self) -> Phrase:
        """What undo says."""
        return Phrase("command.layouts.order")

    def apply(self, project: Project) -> Project:
        """Return the project with the frames in that order."""
        layout = project.layout(self.layout_id)
        ids = {frame.id for frame in _chosen(layout, self.frame_ids)}
        frames = ordered(layout.frames, ids, self.order)
        return with_layout(project, replace(layout, frames=frames))
