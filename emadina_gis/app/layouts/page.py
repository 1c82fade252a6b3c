"""The page editor: lists, the paper, and the fields of what is chosen, in the room of the map.

Owns their arrangement and when the page is drawn again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QSplitter, QStackedWidget, QWidget

from emadina_gis.app.controls import column, hairline, plain_label, row
from emadina_gis.app.layouts.arrange import ArrangeBar
from emadina_gis.app.layouts.editing import Editing
from emadina_gis.app.layouts.empty import EmptyPage
from emadina_gis.app.layouts.fields import FieldsPanel
from emadina_gis.app.layouts.kinds import new_frame, with_kind
from emadina_gis.app.layouts.lists import Lists, below
from emadina_gis.app.layouts.paper_view import ZOOM_STEP, PaperView
from emadina_gis.app.layouts.picture_field import PATTERNS
from emadina_gis.app.layouts.preview import PageWish, Preview, is_enough, part_to_draw
from emadina_gis.app.notices import Offer
from emadina_gis.app.sheet_choosing import shown_choice
from emadina_gis.domain.title import Title
from emadina_gis.project.layout_arrange import Axis, Order
from emadina_gis.project.layouts import TextContent
from emadina_gis.project.paper import text_scale
from emadina_gis.session.phrase import Phrase
from emadina_gis.words import load_words

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.dialogs.choose import Choose
    from emadina_gis.app.layouts.preview import PagePicture
    from emadina_gis.errors import EmadinaError, Problem

LISTS_PX = 240
#: Sentences about the page that are told at once.
MOST_TOLD = 2
LANGUAGES = ("fr", "ar", "en")
FIELDS_PX = 312


class LayoutPage(QWidget):
    """The editor.

    Signals
    -------
    left()
        The map is to be shown again.
    new_asked(QPoint), more_asked(QPoint), print_asked(QPoint)
        Something is to be offered at a place of the screen.
    """

    left = Signal()
    new_asked = Signal(object)
    more_asked = Signal(object)
    print_asked = Signal(object)

    def __init__(self, desk: Desk, choose: Choose) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.editing = Editing(desk, self)
        self.preview = Preview(desk, self)
        self.lists = Lists(desk, self.editing)
        self.paper = PaperView(desk, self.editing)
        self.fields = FieldsPanel(
            desk,
            self.editing,
            lambda: choose.file_to_open("layout-editor.choose-picture", PATTERNS),
        )
        self.arrange = ArrangeBar(desk, self.editing)
        voice = desk.voice
        self.back_button = voice.button("layout-editor.back", self.left.emit, icon="arrow-left")
        desk.theme.bind(self.back_button, self._point_back)
        self.zoom_label = plain_label("", "secondary")
        self.fit_button = voice.tool("layout-editor.fit", "maximize", self.paper.fit)
        self.true_button = voice.button("layout-editor.true-size", self.paper.show_true_size)
        self.out_button = voice.tool("view.zoom-out", "zoom-out", self._zoom_out)
        self.in_button = voice.tool("view.zoom-in", "zoom-in", self._zoom_in)
        self.state = plain_label("", "secondary")
        self.trouble = plain_label("", "error", wrap=True)
        self.found = plain_label("", "amber", wrap=True)
        self.reason = voice.label("layout-editor.read-only", "amber")
        self.print_button = voice.button("layout-editor.print", self._ask_print, icon="printer")
        self._lay_out()
        self._order_stops()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        self.paper.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        middle = QWidget()
        middle.setObjectName("page")
        centre = column(middle, spacing=0)
        for told in (self.reason, self.trouble, self.found):
            told.setContentsMargins(16, 6, 16, 6)
            told.hide()
            centre.addWidget(told)
        centre.addWidget(self.paper, 1)
        self.empty = EmptyPage(self._desk)
        self.middle = QStackedWidget()
        self.middle.addWidget(middle)
        self.middle.addWidget(self.empty)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setHandleWidth(1)
        self.columns.setChildrenCollapsible(False)
        for part in (self.lists, self.middle, self.fields):
            self.columns.addWidget(part)
        self.columns.setStretchFactor(1, 1)
        self.lists.setMinimumWidth(180)
        self.fields.setMinimumWidth(250)
        scale = self._desk.theme.text_scale
        self.columns.setSizes([round(LISTS_PX * scale), 900, round(FIELDS_PX * scale)])
        whole = column(self, spacing=0)
        whole.addWidget(self._head())
        whole.addWidget(hairline())
        whole.addWidget(self.columns, 1)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setObjectName("page")
        line = row(head, spacing=6, margins=(10, 6, 12, 6))
        line.addWidget(self.back_button)
        line.addWidget(hairline(vertical=True))
        line.addWidget(self.arrange)
        line.addStretch(1)
        line.addWidget(self.state)
        for widget in (self.out_button, self.zoom_label, self.in_button, self.fit_button):
            line.addWidget(widget)
        line.addWidget(self.true_button)
        line.addWidget(self.print_button)
        return head

    def _order_stops(self) -> None:
        """Tab goes from the head to the lists, the paper, and the fields."""
        lists = self.lists
        stops = (
            self.back_button, *self.arrange.buttons.values(), self.out_button, self.in_button,
            self.fit_button, self.true_button, self.print_button, lists.new_button,
            lists.more_button, lists.layouts, lists.raise_button, lists.lower_button,
            lists.add_button, lists.compose_button, lists.frames, self.paper,
        )  # fmt: skip
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        desk = self._desk
        self.lists.new_asked.connect(self.new_asked)
        self.lists.more_asked.connect(self.more_asked)
        self.lists.add_asked.connect(self.add_frame)
        self.paper.left.connect(self.left)
        self.paper.scale_changed.connect(self._on_scale)
        self.paper.fields_asked.connect(self.fields.take_keys)
        self.paper.menu_asked.connect(self.open_frame_menu)
        self.paper.standard_pressed.connect(self._offer_frames)
        self.editing.changed.connect(self._on_changed)
        self.preview.drawn.connect(self._on_drawn)
        self.preview.failed.connect(self._on_failed)
        self.preview.busy_changed.connect(lambda _busy: self._show_state())
        desk.watch(self, lambda project: project, lambda _project: self.draw())
        desk.results.changed.connect(self.draw)
        desk.speech.changed.connect(self._show_state)
        desk.speech.changed.connect(self._point_back)

    # --- what is edited -------------------------------------------------------------------------

    def open(self, layout_id: str = "") -> None:
        """Edit a layout; that of before, else the first, where none is named."""
        self.editing.open(layout_id or self.editing.layout_id)

    def add_frame(self, name: str) -> None:
        """Add a frame of a kind in the middle of the page."""
        seen = self.editing.seen
        if seen is None:
            return
        frame = new_frame(name, seen.size_mm, text_scale(seen.layout.page))
        if isinstance(frame.content, TextContent):
            frame = replace(frame, content=replace(frame.content, text=_first_text()))
        self.editing.add(frame)
        self.paper.setFocus()

    def _offer_frames(self) -> None:
        """Say that the blocks of the page place themselves, and offer to take them in hand."""
        if self.editing.can_edit:
            offer = Offer("layout-editor.compose", self.editing.compose)
            self._desk.notices.tell(Phrase("layout-editor.standard"), None, offer)

    def open_frame_menu(self, position: QPoint) -> None:
        """Offer what can be done with the chosen frames."""
        self.frame_menu().popup(position)

    def frame_menu(self) -> QMenu:
        """Return a menu of what can be done with the chosen frames."""
        menu, say, editing = QMenu(self), self._desk.speech.text, self.editing
        menu.addAction(say("layout-editor.duplicate"), editing.duplicate)
        menu.addAction(say("layout-editor.front"), partial(editing.order, Order.FRONT))
        menu.addAction(say("layout-editor.back-most"), partial(editing.order, Order.BACK))
        menu.addSeparator()
        locked = all(frame.locked for frame in editing.frames)
        key = "layout-editor.unlock" if locked else "layout-editor.lock"
        menu.addAction(say(key), lambda: editing.dress(locked=not locked))
        if len(editing.chosen) > 1:
            for size in (Axis.X, Axis.Y):
                text = say(f"layout-editor.same.{size}")
                menu.addAction(text, partial(editing.same_size, size))
        menu.addSeparator()
        menu.addAction(say("layout-editor.remove"), editing.remove)
        for action in menu.actions():
            action.setEnabled(editing.can_edit)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _on_changed(self) -> None:
        self.middle.setCurrentIndex(0 if self.editing.layout is not None else 1)
        self.reason.setVisible(self.editing.refused)
        self.print_button.setEnabled(self.editing.layout is not None)
        self.draw()

    # --- the picture ----------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the page again as it is now."""
        seen, layout = self.editing.seen, self.editing.layout
        if seen is None or layout is None or not self.isVisible():
            self.preview.stop()
            return
        scale = self.paper.scale
        sharp = scale.px_per_mm * self.paper.devicePixelRatioF()
        choice = shown_choice(self._desk)
        part = part_to_draw(self.paper.part_seen, self.paper.page, sharp)
        self.preview.wish(PageWish(self._desk.project, seen, self._desk.words, choice, part, sharp))

    def _on_drawn(self, picture: PagePicture) -> None:
        self.trouble.hide()
        self.paper.show_picture(picture)
        self._tell_found(picture.drawn.problems)
        layout = self.editing.layout
        if layout is not None and layout.id == picture.seen.layout.id and not layout.frames:
            self.editing.note_drawn(picture.layout, picture.drawn_frames)

    def _on_failed(self, error: EmadinaError) -> None:
        self.trouble.setText(" ".join(self._desk.words.error(error)))
        self.trouble.show()
        self._tell_found(())
        self.paper.show_picture(None)

    def _tell_found(self, problems: tuple[Problem, ...]) -> None:
        """Say above the paper what drawing it found, and mark the frames in the list."""
        layout, speech = self.editing.layout, self._desk.speech
        frames = () if layout is None else layout.frames
        named = [with_kind(one, frames, speech) for one in problems]
        told = [" ".join(self._desk.words.problem(one)) for one in named]
        self.found.setText("\n".join(dict.fromkeys(told[:MOST_TOLD])))
        self.found.setVisible(bool(told))
        marks = zip(problems[::-1], told[::-1], strict=True)
        self.lists.mark({problem.where: text for problem, text in marks})

    def _point_back(self) -> None:
        """Point to where the map lies in the direction of the language."""
        back = "arrow-right" if self._desk.words.is_rtl else "arrow-left"
        self.back_button.setIcon(self._desk.theme.icon(back, "text", 16))

    def _on_scale(self) -> None:
        self._show_state()
        picture, scale = self.paper.picture, self.paper.scale
        sharp = scale.px_per_mm * self.paper.devicePixelRatioF()
        if picture is None or not is_enough(picture, self.paper.part_seen, sharp):
            self.draw()

    def _show_state(self) -> None:
        say = self._desk.speech.text
        self.zoom_label.setText(say("layout-editor.percent", value=self.paper.percent))
        self.state.setText(say("layout-editor.drawing") if self.preview.is_busy else "")

    def _zoom_in(self) -> None:
        self.paper.zoom_by(ZOOM_STEP)

    def _zoom_out(self) -> None:
        self.paper.zoom_by(1 / ZOOM_STEP)

    def _ask_print(self) -> None:
        self.print_asked.emit(below(self.print_button))

    # --- Qt -------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.draw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.preview.stop()


def _first_text() -> Title:
    """Return what a new text says, in three languages."""
    said = {name: load_words(name).text("layout-editor.first-text") for name in LANGUAGES}
    return Title(**said)
