"""The leading side of the editor: the layouts of the project, and the frames of the one in hand.

Owns the two lists; what a choice does is `Editing`'s, what a button asks goes out as a signal.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu, QWidget

from emadina_gis.app.controls import column, hairline, row
from emadina_gis.app.layouts.kinds import KINDS, icon_of, kind_of
from emadina_gis.domain.title import Title
from emadina_gis.project.layout_arrange import Order
from emadina_gis.project.layouts import TextContent
from emadina_gis.session.commands.layouts import RenameLayout

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from emadina_gis.app.desk import Desk
    from emadina_gis.app.layouts.editing import Editing
    from emadina_gis.project import Layout
    from emadina_gis.project.layouts import Frame

ID = Qt.ItemDataRole.UserRole
#: Letters of a text frame that its line of the list shows.
MOST_LETTERS = 24


class Lists(QWidget):
    """Layouts above, frames below.

    Signals
    -------
    new_asked(QPoint)
        Pages to begin with are to be offered at a place of the screen.
    more_asked(QPoint)
        What can be done with the layout is to be offered.
    add_asked(str)
        A frame of a kind is to be added.
    """

    new_asked = Signal(object)
    more_asked = Signal(object)
    add_asked = Signal(str)

    def __init__(self, desk: Desk, editing: Editing) -> None:
        super().__init__()
        self._desk = desk
        self._editing = editing
        self._filling = False
        self._marks: dict[str, str] = {}
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        voice = desk.voice
        self.layouts = _list()
        self.layouts.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.frames = _list()
        self.frames.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.new_button = voice.tool("layout-editor.new", "plus", self._ask_new)
        self.more_button = voice.tool("layout-editor.more", "ellipsis", self._ask_more)
        self.add_button = voice.tool("layout-editor.add-frame", "plus", self.open_kinds)
        self.raise_button = voice.tool(
            "layout-editor.forward", "arrow-up", partial(editing.order, Order.FORWARD)
        )
        self.lower_button = voice.tool(
            "layout-editor.backward", "arrow-down", partial(editing.order, Order.BACKWARD)
        )
        self.hint = voice.label("layout-editor.standard", "secondary")
        self.hint.setWordWrap(True)
        self.compose_button = voice.button("layout-editor.compose", editing.compose)
        self._lay_out()
        self._connect()
        self._show_layouts()

    def _lay_out(self) -> None:
        voice = self._desk.voice
        whole = column(self, spacing=4, margins=(12, 10, 8, 8))
        head = row(spacing=2)
        head.addWidget(voice.label("layout-editor.layouts", "section"), 1)
        head.addWidget(self.new_button)
        head.addWidget(self.more_button)
        whole.addLayout(head)
        whole.addWidget(self.layouts, 2)
        whole.addWidget(hairline())
        below = row(spacing=2)
        below.addWidget(voice.label("layout-editor.frames", "section"), 1)
        for button in (self.raise_button, self.lower_button, self.add_button):
            below.addWidget(button)
        whole.addLayout(below)
        whole.addWidget(self.hint)
        whole.addWidget(self.compose_button)
        whole.addWidget(self.frames, 3)
        whole.addStretch(0)

    def _connect(self) -> None:
        desk, editing = self._desk, self._editing
        desk.speech.bind(self.layouts, "layout-editor.layouts", self.layouts.setAccessibleName)
        desk.speech.bind(self.frames, "layout-editor.frames", self.frames.setAccessibleName)
        self.layouts.currentItemChanged.connect(self._on_layout)
        self.layouts.itemChanged.connect(self._on_renamed)
        self.frames.itemSelectionChanged.connect(self._on_frames)
        editing.changed.connect(self._show_layouts)
        editing.chosen_changed.connect(self._show_chosen)
        desk.theme.changed.connect(self._show_layouts)

    def _ask_new(self) -> None:
        self.new_asked.emit(below(self.new_button))

    def _ask_more(self) -> None:
        self.more_asked.emit(below(self.more_button))

    def mark(self, told: dict[str, str]) -> None:
        """Mark frames that have something said about them, by id."""
        if told != self._marks:
            self._marks = told
            self._show_frames()

    def rename(self) -> None:
        """Let the title of the layout be typed."""
        item = self.layouts.currentItem()
        if self.layouts.count() and self._editing.can_edit:
            self.layouts.editItem(item)

    def open_kinds(self) -> None:
        """Offer the kinds of frames."""
        self.kinds_menu().popup(below(self.add_button))

    def kinds_menu(self) -> QMenu:
        """Return a menu of the kinds of frames."""
        menu = QMenu(self)
        for kind in KINDS:
            icon = self._desk.theme.icon(kind.icon, "text", 16)
            text = self._desk.speech.text(f"layout-editor.kind.{kind.name}")
            menu.addAction(icon, text, partial(self.add_asked.emit, kind.name))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    # --- layouts --------------------------------------------------------------------------------

    def _show_layouts(self) -> None:
        self._filling = True
        self.layouts.clear()
        editable = self._editing.can_edit
        for layout in self._desk.project.layouts:
            item = QListWidgetItem(self._desk.speech.title(layout.title))
            item.setData(ID, layout.id)
            item.setToolTip(self._told(layout))
            item.setIcon(self._desk.theme.icon("layout-template", "secondary", 16))
            if editable:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.layouts.addItem(item)
            if layout.id == self._editing.layout_id:
                self.layouts.setCurrentItem(item)
        self._filling = False
        self._show_frames()

    def _told(self, layout: Layout) -> str:
        say = self._desk.speech.text
        turned = say(f"layout-editor.{'landscape' if layout.landscape else 'portrait'}")
        return f"{self._desk.speech.title(layout.title)} · {layout.page} · {turned}"

    def _on_layout(self, item: QListWidgetItem | None) -> None:
        if not self._filling and item is not None:
            self._editing.open(str(item.data(ID)))

    def _on_renamed(self, item: QListWidgetItem) -> None:
        if self._filling:
            return
        layout = self._desk.project.layout(str(item.data(ID)))
        text = item.text().strip()
        if text == self._desk.speech.title(layout.title):
            return
        if not self._editing.do(RenameLayout(layout.id, self._titled(layout.title, text))):
            self._show_layouts()

    def _titled(self, title: Title, text: str) -> Title:
        return named_in(title, self._desk.speech.language, text)

    # --- frames ---------------------------------------------------------------------------------

    def _show_frames(self) -> None:
        self._filling = True
        self.frames.clear()
        layout = self._editing.layout
        for frame in reversed(layout.frames if layout is not None else ()):
            item = QListWidgetItem(self._line_of(frame))
            item.setData(ID, frame.id)
            name = "lock" if frame.locked else icon_of(frame.content)
            item.setIcon(self._desk.theme.icon(name, "secondary", 16))
            if frame.id in self._marks:
                item.setIcon(self._desk.theme.icon("triangle-alert", "amber", 16))
                item.setToolTip(self._marks[frame.id])
            self.frames.addItem(item)
        self._filling = False
        standard = self._editing.is_standard
        self.hint.setVisible(standard)
        self.compose_button.setVisible(standard)
        self.compose_button.setEnabled(self._editing.can_edit)
        self.frames.setVisible(not standard)
        self.new_button.setEnabled(not self._editing.refused)
        self.add_button.setEnabled(self._editing.can_edit)
        self.more_button.setEnabled(layout is not None)
        self._show_chosen()

    def _line_of(self, frame: Frame) -> str:
        kind = self._desk.speech.text(f"layout-editor.kind.{kind_of(frame.content)}")
        title = getattr(frame.content, "title", None) or getattr(frame.content, "text", None)
        text = self._desk.speech.title(title).split("\n")[0] if isinstance(title, Title) else ""
        if not text:
            return kind
        short = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
        return short if isinstance(frame.content, TextContent) else f"{kind} · {short}"

    def _show_chosen(self) -> None:
        self._filling = True
        chosen = set(self._editing.chosen)
        flags = QItemSelectionModel.SelectionFlag
        for at in range(self.frames.count()):
            item = self.frames.item(at)
            index = self.frames.indexFromItem(item)
            is_chosen = item.data(ID) in chosen
            self.frames.selectionModel().select(
                index, flags.Select if is_chosen else flags.Deselect
            )
        self._filling = False
        for button in (self.raise_button, self.lower_button):
            button.setEnabled(bool(chosen) and self._editing.can_edit)

    def _on_frames(self) -> None:
        if not self._filling:
            self._editing.choose([str(item.data(ID)) for item in self.frames.selectedItems()])


def named_in(title: Title, language: str, text: str) -> Title:
    """Return a title with its text in one language; one that read the same in all still does."""
    if title.fr == title.ar == title.en:
        return Title.plain(text)
    texts = {"fr": title.fr, "ar": title.ar, "en": title.en} | {language: text}
    return Title(**texts)


def _list() -> QListWidget:
    made = QListWidget()
    made.setIconSize(QSize(16, 16))
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


def below(button: QWidget) -> QPoint:
    """Return the place of the screen under a button."""
    return button.mapToGlobal(button.rect().bottomLeft())
