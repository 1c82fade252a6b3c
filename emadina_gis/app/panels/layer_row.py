"""One layer in the list: eye, name, menu, and under it the legend of what is drawn.

Owns how a row looks; the panel decides what its buttons do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QLineEdit, QStackedLayout, QWidget

from emadina_gis.app.controls import Text, Voice, column, plain_label, row, set_tone
from emadina_gis.domain.geometry import Kind
from emadina_gis.render.symbols import draw_swatch

if TYPE_CHECKING:
    from emadina_gis.app.models.legend import Item

SHOWN_CLASSES = 10
SWATCH_WIDTH_PX = 16
SWATCH_HEIGHT_PX = 12
MM_PER_PX = 25.4 / 96
SHARP = 2
#: A line lighter than this is shown on a ground, as on the map.
LIGHT_LINE = 205
GROUND = "#cfcac3"


class Elided(Text):
    """A label that ends in an ellipsis where the room is small, and says all in its tooltip."""

    def __init__(self, text: str = "", tone: str = "") -> None:
        super().__init__()
        self.setMinimumWidth(24)
        if tone:
            self.setProperty("tone", tone)
        self._full = ""
        self.set_full(text)

    @property
    def full(self) -> str:
        """The whole text."""
        return self._full

    def set_full(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self._elide()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._full) + 2
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._full, Qt.TextElideMode.ElideRight, max(self.width(), 24))
        super().setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class Swatch(QWidget):
    """The symbol of a class, drawn as on the map."""

    def __init__(self, item: Item) -> None:
        super().__init__()
        self._item = item
        self.setFixedSize(SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._item.kind == Kind.LINE and self._item.qcolor.lightness() > LIGHT_LINE:
            painter.fillRect(self.rect(), QColor(GROUND))
        draw_item(painter, self._item, self.width(), self.height())
        painter.end()


def draw_item(painter: QPainter, item: Item, width: int, height: int) -> None:
    """Draw the swatch of a class into a rectangle of pixels."""
    draw_swatch(
        painter,
        QRectF(0.5, 0.5, width - 1, height - 1),
        symbol=item.symbol,
        color=item.qcolor,
        kind=item.kind,
        mm_per_px=MM_PER_PX,
    )


def swatch_pixmap(item: Item) -> QPixmap:
    """Return the swatch as a picture."""
    pixmap = QPixmap(SWATCH_WIDTH_PX * SHARP, SWATCH_HEIGHT_PX * SHARP)
    pixmap.setDevicePixelRatio(SHARP)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_item(painter, item, SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX)
    painter.end()
    return pixmap


class LayerRow(QWidget):
    """Eye, name (or its editor), unfold, menu; classes below."""

    eye_clicked = Signal()
    menu_asked = Signal()
    unfold_clicked = Signal()
    renamed = Signal(str)
    rename_ended = Signal()

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice
        self.eye = voice.tool("layers.show-hide", "eye", self.eye_clicked.emit)
        self.title = Elided("", "")
        self.editor = QLineEdit()
        self.editor.installEventFilter(self)
        self.editor.editingFinished.connect(self._on_edited)
        self.fold = voice.tool("layers.fold", "chevron-down", self.unfold_clicked.emit, "secondary")
        self.more = voice.tool("layers.menu", "ellipsis", self.menu_asked.emit, "secondary")
        for button in (self.eye, self.fold, self.more):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setFixedSize(26, 26)
        name = QWidget()
        self._names = QStackedLayout(name)
        self._names.addWidget(self.title)
        self._names.addWidget(self.editor)
        self._swatch = QLabel()
        self._swatch.setFixedWidth(SWATCH_WIDTH_PX + 4)
        self._swatch.hide()
        head = row(spacing=2, margins=(4, 0, 4, 0))
        head.addWidget(self.eye)
        head.addWidget(self._swatch)
        head.addWidget(name, 1)
        head.addWidget(self.fold)
        head.addWidget(self.more)
        self._legend = column(spacing=3, margins=(0, 0, 0, 4))
        indented = row(spacing=0, margins=(8, 0, 8, 0))
        indented.addSpacing(28)
        indented.addLayout(self._legend, 1)
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

    def show_legend(self, items: tuple[Item, ...], *, folded: bool) -> None:
        """Show the classes that are drawn."""
        while self._legend.count():
            item = self._legend.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.fold.setVisible(bool(items))
        self._voice.paint_icon(
            self.fold, "chevron-down" if not folded else "chevron-up", "secondary"
        )
        shown = () if folded else items[:SHOWN_CLASSES]
        for shown_item in shown:
            self._legend.addWidget(_class_row(shown_item))
        rest = len(items) - len(shown)
        if rest > 0 and not folded:
            text = self._voice.speech.plural("layers.more-classes", rest)
            self._legend.addWidget(plain_label(text, "secondary"))

    def start_rename(self) -> None:
        """Let the person type another name."""
        self.editor.setText(self.title.full)
        self._names.setCurrentWidget(self.editor)
        self.editor.selectAll()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if watched is self.editor and event.type() == QEvent.Type.KeyPress and escape:
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


def _class_row(item: Item) -> QWidget:
    widget = QWidget()
    line = row(widget, spacing=8)
    line.addWidget(Swatch(item))
    line.addWidget(Elided(item.text, "secondary"), 1)
    return widget
