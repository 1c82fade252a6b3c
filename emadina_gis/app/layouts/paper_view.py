"""The paper on its ground: zoom, rulers, frames chosen and moved by hand or by keys.

Owns the scale and what the hand does; changes go through `Editing`, pictures come from `Preview`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractScrollArea

from emadina_gis.app.layouts.gestures import Drag, MoveFrames, Rubber, Stretch
from emadina_gis.app.layouts.keys import arrow_of, name_of
from emadina_gis.app.layouts.kinds import kind_of
from emadina_gis.app.layouts.paper_paint import HANDLE_PX, PaperPainter, room_for_handles
from emadina_gis.app.layouts.paper_scale import PaperScale, fitted
from emadina_gis.app.layouts.rulers import RULER_PX, Ruler
from emadina_gis.project.layout_arrange import Order
from emadina_gis.project.layout_snap import SIDES, Handle, Rect, around_all, handle_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.editing import Editing
    from emadina_gis.app.layouts.preview import PagePicture
    from emadina_gis.app.layouts.seen_page import SeenPage

ZOOM_STEP = 1.25
MM_PER_INCH = 25.4
LEAST_DRAG_PX = 4
_CURSORS = {
    (0, 0): Qt.CursorShape.ArrowCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
}


class PaperView(QAbstractScrollArea):
    """The page under the hands of a person.

    Signals
    -------
    scale_changed()
        Another scale, or another part of the page is seen.
    left()
        Esc with nothing chosen.
    fields_asked()
        The fields of the chosen frame are to take the keys.
    menu_asked(QPoint)
        What can be done with the chosen frames is to be offered.
    standard_pressed()
        Somebody took hold of a page that composes itself.
    """

    scale_changed = Signal()
    left = Signal()
    fields_asked = Signal()
    menu_asked = Signal(QPoint)
    standard_pressed = Signal()

    def __init__(self, desk: Desk, editing: Editing) -> None:
        super().__init__()
        self._desk = desk
        self._editing = editing
        self.scale = PaperScale()
        self.fits = True
        self.picture: PagePicture | None = None
        self._drag: Drag | None = None
        self._pan: QPoint | None = None
        self._pressed = QPoint()
        self._moved = False
        self._hover = ""
        self._space = False
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setViewportMargins(RULER_PX, RULER_PX, 0, 0)
        self.setMinimumSize(240, 200)
        self.viewport().setMouseTracking(True)
        self.across = Ruler(desk.theme, level=True, parent=self)
        self.down = Ruler(desk.theme, level=False, parent=self)
        desk.speech.bind(self, "layout-editor.paper", self.setAccessibleName)
        desk.theme.changed.connect(self.viewport().update)
        editing.changed.connect(self._on_changed)
        editing.chosen_changed.connect(self._on_chosen)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._on_bar)
        self._syncing = False
        self._keys: dict[str, Callable[[], object]] = {
            "duplicate": editing.duplicate, "all": editing.choose_all, "remove": editing.remove,
            "escape": self.escape, "zoom-in": lambda: self.zoom_by(ZOOM_STEP),
            "zoom-out": lambda: self.zoom_by(1 / ZOOM_STEP), "fit": self.fit,
            "forward": lambda: editing.order(Order.FORWARD),
            "backward": lambda: editing.order(Order.BACKWARD),
            "properties": self.fields_asked.emit,
        }  # fmt: skip

    # --- what is shown --------------------------------------------------------------------------

    @property
    def seen(self) -> SeenPage | None:
        """The page that is edited, as it is seen."""
        return self._editing.seen

    @property
    def page(self) -> Rect:
        """The whole paper."""
        seen = self.seen
        width, height = (210.0, 297.0) if seen is None else seen.size_mm
        return Rect(0.0, 0.0, width, height)

    @property
    def part_seen(self) -> Rect:
        """The part of the page that is in sight."""
        return self.scale.seen(self.viewport().width(), self.viewport().height(), self.page)

    @property
    def places(self) -> dict[str, Rect]:
        """Where the frames stand at this moment, a drag included."""
        seen = self.seen
        if seen is None:
            return {}
        return seen.rects() | (self._drag.places if self._drag is not None else {})

    def show_picture(self, picture: PagePicture | None) -> None:
        """Show another picture of the page."""
        self.picture = picture
        self.viewport().update()

    def _on_changed(self) -> None:
        if self._drag is not None and self._drag.places:
            known = self.seen.rects() if self.seen is not None else {}
            if not set(self._drag.places) <= set(known):
                self._drag = None
        self.set_scale(self._fitted() if self.fits else self._held(self.scale))
        self._tell_reach()
        self.viewport().update()

    def _on_chosen(self) -> None:
        self._tell_reach()
        self.viewport().update()

    def _tell_reach(self) -> None:
        """Mark on the rulers, and say to whoever listens, what is chosen."""
        places = self.places
        chosen = [places[name] for name in self._editing.chosen if name in places]
        whole = around_all(chosen) if chosen else None
        self.across.show_reach(None if whole is None else (whole.x, whole.right))
        self.down.show_reach(None if whole is None else (whole.y, whole.bottom))
        names = [self._name_of(frame_id) for frame_id in self._editing.chosen or places]
        self.setAccessibleDescription(", ".join(names) or self._desk.speech.text("page.empty"))

    def _name_of(self, frame_id: str) -> str:
        seen = self.seen
        if seen is None:
            return ""
        content = seen.layout.frame(frame_id).content
        return self._desk.speech.text(f"layout-editor.kind.{kind_of(content)}")

    # --- scale ----------------------------------------------------------------------------------

    @property
    def true_px_per_mm(self) -> float:
        """Pixels of a millimetre at 100 %."""
        return self.logicalDpiX() / MM_PER_INCH

    @property
    def percent(self) -> int:
        """How large the page is on the screen."""
        return round(self.scale.px_per_mm / self.true_px_per_mm * 100)

    def fit(self) -> None:
        """Show the whole page, also when the view changes its size."""
        self.fits = True
        self.set_scale(self._fitted())

    def show_true_size(self) -> None:
        """Show the page at 100 %."""
        self.zoom_by(self.true_px_per_mm / self.scale.px_per_mm)

    def zoom_by(self, factor: float, at: tuple[float, float] | None = None) -> None:
        """Change the scale about a place of the view, by default its middle."""
        self.fits = False
        middle = (self.viewport().width() / 2, self.viewport().height() / 2)
        self.set_scale(self._held(self.scale.zoomed(factor, at or middle)))

    def set_scale(self, scale: PaperScale) -> None:
        """Take another scale."""
        changed = scale != self.scale
        self.scale = scale
        self._sync()
        if changed:
            self.scale_changed.emit()
        self.viewport().update()

    def _view_size(self) -> tuple[float, float]:
        return float(self.viewport().width()), float(self.viewport().height())

    def _fitted(self) -> PaperScale:
        return fitted(self._view_size(), self.page)

    def _held(self, scale: PaperScale) -> PaperScale:
        return scale.held(self._view_size(), self.page)

    def _sync(self) -> None:
        """Let bars and rulers follow the scale."""
        self._syncing = True
        scale, page, view = self.scale, self.page, self._view_size()
        lengths = (page.width * scale.px_per_mm, page.height * scale.px_per_mm)
        bars = (self.horizontalScrollBar(), self.verticalScrollBar())
        for bar, length, room, start in zip(
            bars, lengths, view, (scale.left, scale.top), strict=True
        ):
            most, least = scale.bounds(length, room)
            bar.setRange(0, max(round(most - least), 0))
            bar.setPageStep(round(room))
            bar.setSingleStep(24)
            bar.setValue(round(most - start))
        self._syncing = False
        seen = self.seen
        self.across.show_scale(scale, page.width, from_right=seen is not None and seen.rtl)
        self.down.show_scale(scale, page.height, from_right=False)

    def _on_bar(self) -> None:
        if self._syncing:
            return
        scale, page, view = self.scale, self.page, self._view_size()
        starts = []
        for bar, length, room in (
            (self.horizontalScrollBar(), page.width * scale.px_per_mm, view[0]),
            (self.verticalScrollBar(), page.height * scale.px_per_mm, view[1]),
        ):
            starts.append(scale.bounds(length, room)[0] - bar.value())
        self.fits = False
        self.set_scale(self._held(PaperScale(scale.px_per_mm, *starts)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inner = self.viewport().geometry()
        self.across.setGeometry(QRect(inner.x(), 0, inner.width(), RULER_PX))
        self.down.setGeometry(QRect(0, inner.y(), RULER_PX, inner.height()))
        self.set_scale(self._fitted() if self.fits else self._held(self.scale))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Everything is painted anew."""

    # --- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._desk.theme.color("sunken"))
        seen = self.seen
        if seen is not None:
            paint = PaperPainter(painter, self.scale, self._desk.theme)
            paint.sheet(self.page.width, self.page.height)
            painter.setClipRect(paint.place(self.page))
            self._paint_picture(paint)
            painter.setClipping(False)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_marks(paint)
        painter.end()

    def _paint_picture(self, paint: PaperPainter) -> None:
        picture = self.picture
        if picture is None or picture.seen.layout.id != self._editing.layout_id:
            return
        paint.picture(picture)
        paint.moved(picture, picture.places, self.places)

    def _paint_marks(self, paint: PaperPainter) -> None:
        places, chosen = self.places, self._editing.chosen
        rtl = self._desk.words.is_rtl
        if self._hover in places and self._hover not in chosen and self._drag is None:
            paint.outline(places[self._hover], faint=True)
            paint.chip(places[self._hover], self._name_of(self._hover), rtl=rtl)
        for name in chosen:
            if name in places:
                paint.outline(places[name])
        if len(chosen) == 1 and chosen[0] in places:
            if self._editing.movable and not self._editing.refused:
                paint.handles(places[chosen[0]])
            paint.chip(places[chosen[0]], self._name_of(chosen[0]), rtl=rtl)
        if self._drag is not None:
            paint.guides(self._drag.guides)
            if self._drag.rubber is not None:
                paint.rubber(self._drag.rubber)

    # --- the hand -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        middle = event.button() == Qt.MouseButton.MiddleButton
        if middle or (self._space and event.button() == Qt.MouseButton.LeftButton):
            self._pan = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and self.seen is not None:
            at = self.scale.to_paper(event.position().x(), event.position().y())
            self._pressed, self._moved = event.position().toPoint(), False
            self._press(at, add=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self.viewport().update()

    def _press(self, at: tuple[float, float], *, add: bool) -> None:
        seen, editing = self.seen, self._editing
        assert seen is not None
        if editing.is_standard:
            self.standard_pressed.emit()
            return
        handle = self._handle_at(at)
        if handle is not None:
            self._drag = Stretch(seen, editing.movable[0], handle, at)
            return
        name = seen.at(*at)
        if not name or (add and name in editing.chosen):
            if name:
                editing.choose([name], add=True)
            else:
                if not add:
                    editing.choose([])
                self._drag = Rubber(seen, at, add=add)
            return
        if add or name not in editing.chosen:
            editing.choose([name], add=add)
        if editing.movable and not editing.refused:
            self._drag = MoveFrames(seen, editing.movable, at)

    def _handle_at(self, at: tuple[float, float]) -> Handle | None:
        editing, seen = self._editing, self.seen
        if seen is None or len(editing.chosen) != 1 or not editing.movable or editing.refused:
            return None
        rect, px = seen.rect(editing.movable[0]), self.scale.px_per_mm
        reach = min(HANDLE_PX / px, min(rect.width, rect.height) / 4)
        handle = handle_at(rect, at, max(reach, HANDLE_PX / 2 / px))
        return handle if handle in room_for_handles(rect, px) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        at = self.scale.to_paper(position.x(), position.y())
        self.across.show_pointer(at[0])
        self.down.show_pointer(at[1])
        if self._pan is not None:
            by = position.toPoint() - self._pan
            self._pan = position.toPoint()
            self.fits = False
            self.set_scale(self._held(self.scale.shifted(by.x(), by.y())))
        elif self._drag is not None and self._is_dragged(position.toPoint()):
            held = event.modifiers()
            self._drag.move(
                at,
                self.scale.px_per_mm,
                snap=not held & Qt.KeyboardModifier.ControlModifier,
                straight=bool(held & Qt.KeyboardModifier.ShiftModifier),
            )
            self._tell_reach()
        elif self._drag is None:
            self._point_at(at)
        self.viewport().update()

    def _is_dragged(self, position: QPoint) -> bool:
        """Whether the pointer went so far from the press that no trembling hand is meant."""
        far = (position - self._pressed).manhattanLength() >= LEAST_DRAG_PX
        self._moved = self._moved or far
        return self._moved

    def _point_at(self, at: tuple[float, float]) -> None:
        seen = self.seen
        self._hover = seen.at(*at) if seen is not None else ""
        handle = self._handle_at(at)
        cursor = Qt.CursorShape.ArrowCursor
        if handle is not None:
            cursor = _cursor(handle)
        elif self._hover in {frame.id for frame in self._editing.movable}:
            cursor = Qt.CursorShape.SizeAllCursor
        self.viewport().setCursor(cursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan is not None:
            self._pan = None
            self.viewport().unsetCursor()
        drag, self._drag = self._drag, None
        if drag is not None:
            drag.end(self._editing)
        self._tell_reach()
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._editing.chosen:
            self.fields_asked.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = ""
        self.across.show_pointer(None)
        self.down.show_pointer(None)
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        position = event.position()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.set_scale(self._held(self.scale.shifted(turned.y() or turned.x(), 0)))
        elif turned.y():
            factor = ZOOM_STEP ** (turned.y() / 120)
            self.zoom_by(factor, (position.x(), position.y()))
        event.accept()

    # --- keys -----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys of ours come before the shortcuts of the window."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (name_of(event) in self._keys or arrow_of(event) is not None)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = arrow_of(event)
        if step is not None:
            self._editing.nudge(
                step, far=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )
        elif name_of(event) in self._keys:
            self._keys[name_of(event)]()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()
        super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the frames, and on after the last of them."""
        if self._editing.step(1 if forward else -1):
            return True
        return super().focusNextPrevChild(forward)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the frame under the pointer, or with those chosen."""
        seen, places = self.seen, self.places
        if seen is None or self._editing.is_standard:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        if not by_key:
            name = seen.at(*self.scale.to_paper(event.pos().x(), event.pos().y()))
            if name and name not in self._editing.chosen:
                self._editing.choose([name])
        chosen = self._editing.chosen
        if chosen:
            rect = places[chosen[-1]]
            middle = self.scale.to_view(rect.x + rect.width / 2, rect.y + rect.height / 2)
            at = QPoint(*map(round, middle)) if by_key else event.pos()
            self.menu_asked.emit(self.viewport().mapToGlobal(at))

    def escape(self) -> None:
        """Let go what is dragged, else what is chosen, else go back to the map."""
        if self._drag is not None:
            self._drag = None
            self._tell_reach()
            self.viewport().update()
        elif self._editing.chosen:
            self._editing.choose([])
        elif not self._desk.jobs.cancel_shown():
            self.left.emit()


def _cursor(handle: Handle) -> Qt.CursorShape:
    x, y = SIDES[handle]
    return _CURSORS[(abs(x), abs(y))] if not (x and y) else _CURSORS[(1, x * y)]
