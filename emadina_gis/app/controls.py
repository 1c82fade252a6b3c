"""Small widgets that all panels are made of: labels, buttons, rows, scrolling pages.

Owns how they look and speak; knows nothing of projects or panels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.speech import Speech
    from emadina_gis.app.theme import Theme

GRID_PX = 8


class Voice:
    """What a widget needs to speak and to take its colours."""

    def __init__(self, speech: Speech, theme: Theme) -> None:
        self.speech = speech
        self.theme = theme

    def label(self, key: str, tone: str = "") -> Text:
        """Return a label that says a sentence in the language of the moment."""
        made = plain_label("", tone)
        self.speech.bind(made, key, made.setText)
        return made

    def button(
        self, key: str, clicked: Callable[[], object], *, look: str = "", icon: str = ""
    ) -> QPushButton:
        """Return a push button."""
        made = QPushButton()
        made.setProperty("look", look)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.clicked.connect(_without_state(clicked))
        lead = " " if icon else ""
        self.speech.bind(made, key, lambda text: made.setText(lead + text), made.setAccessibleName)
        if icon:
            ink = "on_accent" if look == "accent" else "text"
            self.theme.bind(made, lambda: made.setIcon(self.theme.icon(icon, ink, 16)))
        return made

    def tool(
        self, key: str, icon: str, clicked: Callable[[], object] | None = None, ink: str = "text"
    ) -> QToolButton:
        """Return an icon button whose tooltip and accessible name say what it does."""
        made = QToolButton()
        made.setIconSize(QSize(18, 18))
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if clicked is not None:
            made.clicked.connect(_without_state(clicked))
        self.speech.bind(made, key, made.setToolTip, made.setAccessibleName)
        self.theme.bind(made, lambda: self.paint_icon(made, icon, ink))
        return made

    def paint_icon(self, button: QToolButton, icon: str, ink: str = "text") -> None:
        """Give a button its icon in the colours of the moment, or its text where there is none."""
        drawn = self.theme.icon(icon, ink)
        button.setIcon(drawn)
        if drawn.isNull():
            button.setText(button.toolTip()[:2])


def _without_state(callback: Callable[[], object]) -> Callable[[bool], None]:
    """Return a slot for ``clicked(bool)`` that does not hand the state on."""

    def slot(_checked: bool) -> None:
        callback()

    return slot


class Text(QLabel):
    """Plain text that stands at the side of the layout, whatever script it is written in.

    `QLabel` alone flips its alignment with the direction of the text: a French name would stand at
    the left of an Arabic panel.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._trailing = False
        self._top = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._align()

    def trail(self) -> None:
        """Stand at the trailing side, from the top."""
        self._trailing = self._top = True
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        right = self._trailing is not rtl
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        up = Qt.AlignmentFlag.AlignTop if self._top else Qt.AlignmentFlag.AlignVCenter
        self.setAlignment(Qt.AlignmentFlag.AlignAbsolute | side | up)


def plain_label(text: str = "", tone: str = "", *, wrap: bool = False) -> Text:
    """Return a label with text that is not a sentence of ours (names, numbers)."""
    made = Text(text)
    made.setWordWrap(wrap)
    if tone:
        made.setProperty("tone", tone)
    return made


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a label another tone."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        repolish(widget)


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def hairline(*, vertical: bool = False) -> QFrame:
    """Return a line of one pixel."""
    line = QFrame()
    line.setProperty("hairline", "true")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def framed(name: str, *, margins: tuple[int, int, int, int] = (12, 10, 12, 10)) -> QFrame:
    """Return a frame with an object name (its look) and a vertical layout."""
    frame = QFrame()
    frame.setObjectName(name)
    column(frame, spacing=4, margins=margins)
    return frame


def column(
    parent: QWidget | None = None,
    *,
    spacing: int = GRID_PX,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
) -> QVBoxLayout:
    """Return a vertical layout."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    return layout


def row(
    parent: QWidget | None = None,
    *,
    spacing: int = GRID_PX,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
) -> QHBoxLayout:
    """Return a horizontal layout; it mirrors with the language."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    return layout


def clear(layout: QLayout, keep: int = 0) -> None:
    """Remove and delete what is in a layout, but the first `keep` items."""
    while layout.count() > keep:
        item = layout.takeAt(layout.count() - 1)
        if item is None:
            return
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


def scrolling(content: QWidget) -> QScrollArea:
    """Return a scroll area that shows a page of the panel's width."""
    content.setObjectName("page")
    content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def labelled_form(voice: Voice, *rows: tuple[str, QWidget]) -> QFormLayout:
    """Return fields under one another, each with its label: a key, and the field it names."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for key, widget in rows:
        label = voice.label(key)
        label.setBuddy(widget)
        voice.speech.bind(widget, key, widget.setAccessibleName)
        form.addRow(label, widget)
    return form


def add_all(layout: QBoxLayout, *widgets: QWidget) -> None:
    """Add widgets one after another."""
    for widget in widgets:
        layout.addWidget(widget)


class Slider(QSlider):
    """A horizontal slider whose filled part is on the side where it begins, in every language."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._mirror()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._mirror()

    def _mirror(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self.property("mirrored") != str(rtl).lower():
            self.setProperty("mirrored", str(rtl).lower())
            repolish(self)


def narrow_list() -> QComboBox:
    """Return a list that may be narrower than its longest entry."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box
