"""The panel of bookmarks: add the present view, go, rename, put in order, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
)

from emadina_gis.app.controls import add_all, plain_label, row
from emadina_gis.app.models.places import crs_title
from emadina_gis.app.models.positions import rounded_scale, scale_text
from emadina_gis.app.panels.side_page import SidePage
from emadina_gis.domain.viewport import Viewport
from emadina_gis.session.commands import MoveBookmark, RemoveBookmark, RenameBookmark

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.seen_views import SeenViews
    from emadina_gis.project import Bookmark

NAME = int(Qt.ItemDataRole.UserRole)


class BookmarksPanel(SidePage):
    """The bookmarks of the project; each change is a command."""

    def __init__(self, desk: Desk, views: SeenViews) -> None:
        super().__init__(desk, "bookmarks.title")
        self._views = views
        voice, say = desk.voice, desk.speech
        self.name = QLineEdit()
        say.bind(self.name, "bookmarks.name", self.name.setPlaceholderText,
                 self.name.setAccessibleName)  # fmt: skip
        self.name.returnPressed.connect(self.add_present)
        self.add = voice.button("bookmarks.add-short", self.add_present, icon="plus")
        self.with_layers = QCheckBox()
        say.bind(self.with_layers, "bookmarks.with-layers", self.with_layers.setText)
        self.list = QListWidget()
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setMinimumHeight(desk.theme.px(200))
        say.bind(self.list, "bookmarks.title", self.list.setAccessibleName)
        self.list.itemDoubleClicked.connect(lambda _item: self.go())
        self.list.itemChanged.connect(self._on_renamed)
        self.list.model().rowsMoved.connect(lambda *_moved: self._on_dragged())
        self.list.currentRowChanged.connect(lambda _row: self._show_about())
        self.list.installEventFilter(self)
        self.about = plain_label("", "secondary", wrap=True)
        self.hint = voice.label("bookmarks.none", "secondary")
        self.hint.setWordWrap(True)
        self.go_button = voice.button("bookmarks.go", self.go, icon="locate")
        self.buttons = (
            voice.tool("bookmarks.rename", "pencil", self.rename),
            voice.tool("bookmarks.update", "refresh-cw", self.update_chosen),
            voice.tool("bookmarks.up", "arrow-up", lambda: self.move_by(-1)),
            voice.tool("bookmarks.down", "arrow-down", lambda: self.move_by(1)),
            voice.tool("bookmarks.remove", "trash-2", self.remove),
        )
        self._lay_out()
        desk.watch(self, lambda project: project.bookmarks, lambda _marks: self._show())
        say.changed.connect(self._show)

    def _lay_out(self) -> None:
        typed = row()
        typed.addWidget(self.name, 1)
        typed.addWidget(self.add)
        self.content.addLayout(typed)
        add_all(self.content, self.with_layers, self.hint)
        self.content.addWidget(self.list, 1)
        self.content.addWidget(self.about)
        line = row(spacing=4)
        line.addWidget(self.go_button)
        line.addStretch(1)
        add_all(line, *self.buttons)
        self.content.addLayout(line)

    # --- showing ------------------------------------------------------------------------------

    def _show(self) -> None:
        bookmarks, chosen = self._desk.project.bookmarks, self.chosen_name
        self.list.blockSignals(True)
        self.list.clear()
        for bookmark in bookmarks:
            item = QListWidgetItem(self._desk.theme.icon("bookmark", "secondary", 16),
                                   bookmark.name)  # fmt: skip
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(NAME, bookmark.name)
            self.list.addItem(item)
        names = [bookmark.name for bookmark in bookmarks]
        self.list.setCurrentRow(names.index(chosen) if chosen in names else len(names) - 1)
        self.list.blockSignals(False)
        self.hint.setVisible(not bookmarks)
        for part in (self.list, self.about, self.go_button, *self.buttons):
            part.setVisible(bool(bookmarks))
        self._show_about()

    def _show_about(self) -> None:
        bookmark = self._chosen
        if bookmark is None:
            self.about.setText("")
            return
        words, project = self._desk.words, self._desk.project
        crs = bookmark.crs if bookmark.crs.is_known else project.crs
        view = Viewport(bookmark.x, bookmark.y, bookmark.units_per_px, 1, 1)
        denominator = rounded_scale(view.scale_denominator(crs.unit_m))
        scale = scale_text(denominator, words)
        lines = [words.text("bookmarks.about", scale=scale, crs=crs_title(crs, words))]
        if bookmark.layer_ids is not None:
            kept = [i for i in bookmark.layer_ids if project.has_layer(i)]
            lines.append(words.plural("bookmarks.about-layers", len(kept)))
        names = [s.name for s in project.scenarios if s.id == bookmark.scenario_id and s.name]
        lines += [words.isolated(name) for name in names]
        self.about.setText("\n".join(lines))

    @property
    def chosen_name(self) -> str:
        """Name of the bookmark that is chosen, empty for none."""
        row_number = self.list.currentRow()
        return str(self.list.item(row_number).data(NAME)) if row_number >= 0 else ""

    @property
    def _chosen(self) -> Bookmark | None:
        name = self.chosen_name
        return next((b for b in self._desk.project.bookmarks if b.name == name), None)

    # --- doing --------------------------------------------------------------------------------

    def add_present(self) -> None:
        """Keep the present view under the name that is typed, else under a usual one."""
        name = self.name.text().strip() or self._views.free_name()
        if self._views.add_bookmark(name, with_layers=self.with_layers.isChecked()):
            self.name.clear()
            self.choose(name)

    def choose(self, name: str) -> None:
        """Put the cursor on a bookmark."""
        for row_number in range(self.list.count()):
            if self.list.item(row_number).data(NAME) == name:
                self.list.setCurrentRow(row_number)

    def go(self) -> None:
        """Show the bookmark that is chosen."""
        self._views.go_to(self.chosen_name)

    def rename(self) -> None:
        """Let the person type another name."""
        item = self.list.item(self.list.currentRow())
        if item is not None:
            self.list.setFocus()
            self.list.editItem(item)

    def update_chosen(self) -> None:
        """Keep the present view under the name that is chosen."""
        bookmark = self._chosen
        if bookmark is not None:
            with_layers = bookmark.layer_ids is not None
            self._views.add_bookmark(bookmark.name, with_layers=with_layers)

    def move_by(self, by: int) -> None:
        """Put the bookmark that is chosen further up or down."""
        if self.chosen_name:
            index = max(self.list.currentRow() + by, 0)
            self._desk.do(MoveBookmark(self.chosen_name, index))

    def remove(self) -> None:
        """Take the bookmark that is chosen out of the project."""
        if self.chosen_name:
            self._desk.do(RemoveBookmark(self.chosen_name))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is self.list and pressed and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.go()
        elif key == Qt.Key.Key_Delete:
            self.remove()
        elif alt and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.move_by(-1 if key == Qt.Key.Key_Up else 1)
        else:
            return False
        return True

    def _on_renamed(self, item: QListWidgetItem) -> None:
        name = str(item.data(NAME))
        if item.text().strip() == name:
            return
        if self._desk.do(RenameBookmark(name, item.text())):
            self.choose(item.text().strip())
        else:
            self._show()

    def _on_dragged(self) -> None:
        """Make the order of the list that of the project."""
        order = [str(self.list.item(n).data(NAME)) for n in range(self.list.count())]
        known = [bookmark.name for bookmark in self._desk.project.bookmarks]
        moved = next((n for n in order if order.index(n) != known.index(n)), None)
        if moved is None:
            return
        for name in order:  # the one that was dragged is the one without which both agree
            if [n for n in order if n != name] == [n for n in known if n != name]:
                moved = name
        self._desk.do(MoveBookmark(moved, order.index(moved)))
