"""What is being edited: a layout, the frames chosen on it, and every change as one undo step.

Owns the choice of frames; knows no widgets. What a change does is the commands'.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emadina_gis.app.layouts.seen_page import SeenPage
from emadina_gis.project.layout_arrange import Align, free_id
from emadina_gis.project.layout_snap import around_all, nudged
from emadina_gis.project.standard_page import standard_frames
from emadina_gis.session.commands.frames import (
    AddFrame,
    AlignFrames,
    DistributeFrames,
    DuplicateFrames,
    MoveFrames,
    OrderFrames,
    RemoveFrames,
    ResizeFrame,
    SameSize,
    SetContent,
    SetFrameLook,
)
from emadina_gis.session.commands.layouts import ComposeLayout
from emadina_gis.session.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emadina_gis.app.desk import Desk
    from emadina_gis.project import Layout
    from emadina_gis.project.layout_arrange import Axis, Order
    from emadina_gis.project.layout_snap import Rect
    from emadina_gis.project.layouts import Content, Frame
    from emadina_gis.session.command import Command

MIRRORED = {Align.LEFT: Align.RIGHT, Align.RIGHT: Align.LEFT}


class Editing(QObject):
    """One layout of the project under the hands of a person.

    Signals
    -------
    changed()
        The layout, or which one is edited, is another.
    chosen_changed()
        Other frames are chosen.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._layout_id = ""
        self._chosen: tuple[str, ...] = ()
        self._field = ""
        self._drawn: tuple[Layout, tuple[Frame, ...]] | None = None
        self.refused = False
        desk.watch(self, lambda project: project.layouts, lambda _layouts: self._on_layouts())
        desk.speech.changed.connect(self.changed)

    @property
    def layout_id(self) -> str:
        """Id of the layout that is edited; empty for none."""
        return self._layout_id

    @property
    def layout(self) -> Layout | None:
        """The layout that is edited; None where the project has none."""
        layouts = self._desk.project.layouts
        return next((one for one in layouts if one.id == self._layout_id), None)

    @property
    def seen(self) -> SeenPage | None:
        """The layout as the language of the window shows it, with its standard frames if none."""
        layout = self.layout
        if layout is None:
            return None
        if not layout.frames:
            layout = replace(layout, frames=self._standard_frames(layout))
        return SeenPage(layout, self._desk.words.is_rtl)

    @property
    def is_standard(self) -> bool:
        """Whether the page is composed by the standard, without frames of its own."""
        return self.layout is not None and not self.layout.frames

    @property
    def can_edit(self) -> bool:
        """Whether changes are taken."""
        return not self.refused and self.layout is not None

    def open(self, layout_id: str) -> None:
        """Edit a layout; the first one where the project has none of that id."""
        layouts = self._desk.project.layouts
        known = [layout.id for layout in layouts]
        wanted = layout_id if layout_id in known else next(iter(known), "")
        if wanted != self._layout_id:
            self._layout_id = wanted
            self._chosen = ()
            self.chosen_changed.emit()
        self.changed.emit()

    def refuse(self, *, refused: bool) -> None:
        """Take no changes (a project that is read only), or take them again."""
        if refused != self.refused:
            self.refused = refused
            self.changed.emit()

    def _on_layouts(self) -> None:
        layout = self.layout
        if layout is None:
            self.open(self._layout_id)
            return
        known = {frame.id for frame in layout.frames}
        kept = tuple(name for name in self._chosen if name in known)
        if kept != self._chosen:
            self._chosen = kept
            self.chosen_changed.emit()
        self.changed.emit()

    # --- which frames ---------------------------------------------------------------------------

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the chosen frames, in drawing order."""
        return self._chosen

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The chosen frames, in drawing order."""
        layout = self.layout
        return () if layout is None else _of(layout, self._chosen)

    @property
    def movable(self) -> tuple[Frame, ...]:
        """The chosen frames that are not locked."""
        return tuple(frame for frame in self.frames if not frame.locked)

    def choose(self, frame_ids: Iterable[str], *, add: bool = False) -> None:
        """Choose frames; with `add`, a chosen one is let go and another joins."""
        layout = self.layout
        wanted = set(frame_ids)
        if add:
            wanted ^= set(self._chosen)
        known = () if layout is None else layout.frames
        chosen = tuple(frame.id for frame in known if frame.id in wanted)
        if chosen != self._chosen:
            self._chosen, self._field = chosen, ""
            self.chosen_changed.emit()

    def choose_all(self) -> None:
        """Choose all frames."""
        if self.layout is not None:
            self.choose([frame.id for frame in self.layout.frames])

    def step(self, by: int) -> bool:
        """Choose the next frame or the one before; False after the last one, which is let go."""
        layout = self.layout
        names = [] if layout is None else [frame.id for frame in layout.frames]
        at = (-1 if by > 0 else len(names)) if not self._chosen else names.index(self._chosen[-1])
        if not 0 <= at + by < len(names):
            self.choose([])
            return False
        self.choose([names[at + by]])
        return True

    # --- changes --------------------------------------------------------------------------------

    def do(self, command: Command, field: str = "") -> bool:
        """Execute a command as a step of its own; what is refused is told in place.

        What the same field of the panel says next belongs to the same step.
        """
        if self.refused:
            self._desk.notices.tell(Phrase("layout-editor.read-only"))
            return False
        if not field or field != self._field:
            self._desk.store.seal()
        self._field = field
        done = self._desk.do(command)
        if not field:
            self._desk.store.seal()
        return done

    def note_drawn(self, layout: Layout, frames: tuple[Frame, ...]) -> None:
        """Remember where the blocks of a standard page came to stand when it was drawn."""
        self._drawn = (layout, frames)

    def compose(self) -> None:
        """Give the page frames of its own: those of the standard page, as it was drawn."""
        layout = self.layout
        if layout is None or layout.frames:
            return
        self.do(ComposeLayout(layout.id, self._standard_frames(layout)))

    def _standard_frames(self, layout: Layout) -> tuple[Frame, ...]:
        """Return the frames of a standard page: where it was drawn, else where it is planned."""
        if self._drawn is not None and self._drawn[0] == layout:
            return self._drawn[1]
        return standard_frames(layout)

    def place(self, places: Mapping[str, Rect]) -> bool:
        """Put frames where they are seen at `places`: moved together, or one of another size."""
        layout, seen = self.layout, self.seen
        if layout is None or seen is None:
            return False
        frames = [seen.placed(layout.frame(name), at) for name, at in places.items()]
        if len(frames) == 1 and not _same_size(frames[0], layout.frame(frames[0].id)):
            one = frames[0]
            return self.do(ResizeFrame(layout.id, one.id, (one.x, one.y, one.width, one.height)))
        return self.do(MoveFrames(layout.id, tuple((f.id, f.x, f.y) for f in frames)))

    def set_content(self, frame_id: str, content: Content, field: str = "") -> bool:
        """Take another content of a frame."""
        return self.do(SetContent(self._layout_id, frame_id, content), field)

    def dress(
        self,
        *,
        border_mm: float | None = None,
        background: str | None = None,
        keeps_side: bool | None = None,
        locked: bool | None = None,
    ) -> bool:
        """Give the chosen frames a border, a background, a side, a lock; None leaves one."""
        return self.do(
            SetFrameLook(self._layout_id, self._chosen, border_mm, background, keeps_side, locked)
        )

    def nudge(self, step: tuple[int, int], *, far: bool) -> None:
        """Move the chosen frames by an arrow key."""
        seen, frames = self.seen, self.movable
        if seen is None or not frames:
            return
        rects = {frame.id: seen.rect(frame) for frame in frames}
        whole = around_all(rects.values())
        to = nudged(whole, step, seen.size_mm, far=far)
        dx, dy = to.x - whole.x, to.y - whole.y
        self.place({name: rect.moved(dx, dy) for name, rect in rects.items()})

    def remove(self) -> None:
        """Take the chosen frames off the page."""
        gone = tuple(frame.id for frame in self.movable)
        if gone:
            self.do(RemoveFrames(self._layout_id, gone))

    def duplicate(self) -> None:
        """Copy the chosen frames and choose the copies."""
        layout = self.layout
        if layout is None or not self._chosen:
            return
        taken = {frame.id for frame in layout.frames}
        names: list[tuple[str, str]] = []
        for name in self._chosen:
            copy = free_id(name, taken)
            taken.add(copy)
            names.append((name, copy))
        if self.do(DuplicateFrames(layout.id, tuple(names))):
            self.choose([copy for _name, copy in names])

    def align(self, align: Align) -> None:
        """Align the chosen frames as they are seen."""
        if self._desk.words.is_rtl:
            align = MIRRORED.get(align, align)
        self.do(AlignFrames(self._layout_id, self._chosen, align))

    def distribute(self, axis: Axis) -> None:
        """Make the gaps between the chosen frames equal."""
        self.do(DistributeFrames(self._layout_id, self._chosen, axis))

    def same_size(self, axis: Axis) -> None:
        """Give the chosen frames the size of the last of them."""
        self.do(SameSize(self._layout_id, self._chosen, axis, self._chosen[-1]))

    def order(self, order: Order) -> None:
        """Raise or lower the chosen frames."""
        if self._chosen:
            self.do(OrderFrames(self._layout_id, self._chosen, order))

    def add(self, frame: Frame) -> None:
        """Add a frame, under a free id like its own, and choose it."""
        layout = self.layout
        if layout is None:
            return
        if not layout.frames:
            self.compose()
        taken = {one.id for one in self.layout.frames} if self.layout is not None else set()
        made = replace(frame, id=free_id(frame.id, taken))
        if self.do(AddFrame(layout.id, made)):
            self.choose([made.id])


def _same_size(one: Frame, other: Frame) -> bool:
    return (one.width, one.height) == (other.width, other.height)


def _of(layout: Layout, names: Iterable[str]) -> tuple[Frame, ...]:
    wanted = set(names)
    return tuple(frame for frame in layout.frames if frame.id in wanted)
