"""One layer in the list: eye, name, menu, and under it the legend of what is drawn.

Owns how a row looks; the panel decides what its buttons do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QStackedLayout, QWidget

from emadina_gis.app.controls import Voice, column, row, set_tone
from emadina_gis.app.panels.layer_legend import SWATCH_WIDTH_PX, Elided, LegendView
from emadina_gis.app.theme import TALL_PX

if TYPE_CHECKING:
    from emadina_gis.app.models.legend import Item

SHOWN_CLASSES = 10
#: What a field has around its line of text: the row does not grow while its name is typed.
AROUND_PX = 7


class LayerRow(QWidget):
    """Eye, name (or its editor), unfold, menu; classes below."""

    eye_clicked = Signal()
    menu_asked = Signal()
    unfold_clicked = Signal()
    renamed = Signal(str)
    rename_ended = Signal()
    unplaced_asked = Signal()

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice
        self.eye = voice.tool("layers.show-hide", "eye", self.eye_clicked.emit)
        self.title = Elided("", "")
        self._editor: QLineEdit | None = None
        self.fold = voice.tool("layers.fold", "chevron-down", self.unfold_clicked.emit, "secondary")
        self.more = voice.tool("layers.menu", "ellipsis", self.menu_asked.emit, "secondary")
        for button in (self.eye, self.fold, self.more):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setFixedSize(26, 26)
        name = QWidget()
        self._names = QStackedLayout(name)
        self._names.addWidget(self.title)
        theme = voice.theme
        theme.bind(name, lambda: name.setMinimumHeight(theme.px(TALL_PX) + AROUND_PX))
        self._swatch = QLabel()
        self._swatch.setFixedWidth(SWATCH_WIDTH_PX + 4)
        self._swatch.hide()
        head = row(spacing=2, margins=(4, 0, 4, 0))
        head.addWidget(self.eye)
        head.addWidget(self._swatch)
        head.addWidget(name, 1)
        head.addWidget(self.fold)
        head.addWidget(self.more)
        self.legend = LegendView()
        self.column = Elided("", "secondary")
        self.column.hide()
        indented = column(spacing=2, margins=(36, 0, 8, 0))
        indented.addWidget(self.column)
        indented.addWidget(self.legend, 1)
        self.unplaced = QPushButton()
        self.unplaced.setProperty("look", "link")
        self.unplaced.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.unplaced.setCursor(Qt.CursorShape.PointingHandCursor)
        self.unplaced.clicked.connect(lambda _on: self.unplaced_asked.emit())
        self.unplaced.hide()
        indented.addWidget(self.unplaced, 0, Qt.AlignmentFlag.AlignLeading)
        whole = column(self, spacing=0, margins=(0, 1, 0, 1))
        whole.addLayout(head)
        whole.addLayout(indented)

    def show_layer(self, name: str, *, visible: bool, active: bool) -> None:
        """Show the name and whether the layer is drawn."""
        self.title.set_full(name)
        set_tone(self.title, ("accentbold" if active else "") if visible else "muted")
        icon, token = ("eye", "text") if visible else ("eye-off", "secondary")
        self._voice.paint_icon(self.eye, icon, token)

    def show_swatch(self, picture: QPixmap | None) -> None:
        """Show the symbol of a layer without classes beside its name."""
        self._swatch.setVisible(picture is not None)
        if picture is not None:
            self._swatch.setPixmap(picture)

    def show_legend(self, items: tuple[Item, ...], *, folded: bool, coloured_by: str = "") -> None:
        """Show the classes that are drawn, under the name of the column they are of."""
        self.column.set_full(coloured_by)
        self.column.setVisible(bool(coloured_by and items) and not folded)
        self.fold.setVisible(bool(items))
        self._voice.paint_icon(
            self.fold, "chevron-down" if not folded else "chevron-up", "secondary"
        )
        shown = () if folded else items[:SHOWN_CLASSES]
        rest = 0 if folded else len(items) - len(shown)
        more = self._voice.speech.plural("layers.more-classes", rest) if rest else ""
        self.legend.show_items(shown, more)

    def show_limit(self, text: str) -> None:
        """Say from which scale on the layer is drawn, where it is not; nothing where empty."""
        if text:
            self.column.set_full(text)
            self.column.show()
            set_tone(self.title, "muted")

    def show_unplaced(self, text: str) -> None:
        """Say how many labels of the layer have no place; nothing where it is empty."""
        self.unplaced.setText(text)
        self.unplaced.setVisible(bool(text))

    @property
    def editor(self) -> QLineEdit:
        """The field in which the name is typed; made when it is first asked for."""
        if self._editor is None:
            self._editor = QLineEdit()
            self._editor.installEventFilter(self)
            self._editor.editingFinished.connect(self._on_edited)
            self._names.addWidget(self._editor)
        return self._editor

    def start_rename(self) -> None:
        """Let the person type another name."""
        self.editor.setText(self.title.full)
        self._names.setCurrentWidget(self.editor)
        self.editor.selectAll()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if watched is self._editor and event.type() == QEvent.Type.KeyPress and escape:
            self.editor.setText(self.title.full)
            self._end_rename()
            return True
        return super().eventFilter(watched, event)

    def _on_edited(self) -> None:
        if self._names.currentWidget() is not self.editor:
            return
        text = self.editor.text().strip()
        changed = text and text != self.title.full
        self._end_rename()
        if changed:
            self.renamed.emit(text)

    def _end_rename(self) -> None:
        self._names.setCurrentWidget(self.title)
        self.rename_ended.emit()
