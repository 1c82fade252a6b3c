"""Fields of the editor's panel: each shows a value and tells another one; no undo step while shown.

Owns how fields look and that showing is not changing. Knows no layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from emadina_gis.app.controls import column, narrow_list
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.domain.title import Title

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

    from emadina_gis.app.desk import Desk

LANGUAGES = ("fr", "ar", "en")
TEXT_PX = 62
ROW_PX = 26
MOST_ROWS = 7
Options = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Span:
    """What a number may be, and how it is stepped; `least_says` is a key of ``words``."""

    least: float
    most: float
    step: float = 1.0
    decimals: int = 1
    least_says: str = ""


class Form(QWidget):
    """Rows of fields under each other; `show` fills them without telling."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._readers: list[Callable[[], None]] = []
        self._showing = False
        self.rows = QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setVerticalSpacing(6)
        self.rows.setHorizontalSpacing(8)
        self.rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def show_values(self) -> None:
        """Fill all fields with what holds now; one that is being typed in is left alone."""
        self._showing = True
        for read in self._readers:
            read()
        self._showing = False

    def _tell(self, write: Callable[[], object]) -> None:
        if not self._showing:
            write()

    def add(self, key: str, field: QWidget, *, wide: bool = False) -> None:
        """Add a field under its name; a wide one stands below it."""
        label: QLabel = self._desk.voice.label(key, "secondary" if wide else "")
        label.setBuddy(field)
        self._desk.speech.bind(field, key, field.setAccessibleName)
        if wide:
            self.rows.addRow(label)
            self.rows.addRow(field)
        else:
            label.setWordWrap(True)
            self.rows.addRow(label, field)

    def number(
        self,
        key: str,
        read: Callable[[], float],
        write: Callable[[float], object],
        span: Span,
    ) -> QDoubleSpinBox:
        """Add a number; the least of a field may have a name of its own ("automatic")."""
        spin = stand_like_text(QDoubleSpinBox())
        spin.setRange(span.least, span.most)
        spin.setDecimals(span.decimals)
        spin.setSingleStep(span.step)
        spin.setKeyboardTracking(False)
        if span.least_says:
            self._desk.speech.bind(spin, span.least_says, spin.setSpecialValueText)
        spin.valueChanged.connect(lambda value: self._tell(lambda: write(value)))
        self._readers.append(lambda: spin.setValue(read()))
        self.add(key, spin)
        return spin

    def choice(
        self,
        key: str,
        options: Callable[[], Options],
        read: Callable[[], str],
        write: Callable[[str], object],
    ) -> QComboBox:
        """Add a choice of one among some, each a value and its name."""
        box = narrow_list()
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

        def fill() -> None:
            listed, present = list(options()), read()
            known = [(box.itemData(at), box.itemText(at)) for at in range(box.count())]
            if listed != known:
                box.clear()
                for value, name in listed:
                    box.addItem(name, value)
            box.setCurrentIndex(max(box.findData(present), 0))

        box.activated.connect(lambda _at: self._tell(lambda: write(str(box.currentData()))))
        self._readers.append(fill)
        self.add(key, box)
        return box

    def check(
        self, key: str, read: Callable[[], bool], write: Callable[[bool], object]
    ) -> QCheckBox:
        """Add something that is or is not."""
        box = QCheckBox()
        self._desk.speech.bind(box, key, box.setText, box.setAccessibleName)
        box.toggled.connect(lambda on: self._tell(lambda: write(on)))
        self._readers.append(lambda: box.setChecked(read()))
        self.rows.addRow(box)
        return box

    def line(self, key: str, read: Callable[[], str], write: Callable[[str], object]) -> QLineEdit:
        """Add a line of text, taken when it is left or by Enter."""
        field = QLineEdit()
        self._type(field, read, write)
        self.add(key, field)
        return field

    def title(
        self, key: str, read: Callable[[], Title], write: Callable[[Title], object]
    ) -> dict[str, QLineEdit]:
        """Add a name in three languages, a line each."""
        holder = QWidget()
        lines = column(holder, spacing=4)
        fields: dict[str, QLineEdit] = {}
        for language in LANGUAGES:
            field = QLineEdit()
            _speak(field, language)
            field.setPlaceholderText(_in_script(language))
            self._name(field, key, language)
            self._type(
                field,
                lambda name=language: read().text(name),  # type: ignore[misc]
                lambda text, name=language: write(_with(read(), name, text)),  # type: ignore[misc]
            )
            fields[language] = field
            lines.addWidget(field)
        self.add(key, holder, wide=True)
        return fields

    def text(
        self, key: str, read: Callable[[], Title], write: Callable[[Title], object]
    ) -> dict[str, QPlainTextEdit]:
        """Add a text of several lines in three languages, taken as it is typed."""
        holder = QWidget()
        lines = column(holder, spacing=4)
        fields: dict[str, QPlainTextEdit] = {}
        for language in LANGUAGES:
            field = QPlainTextEdit()
            field.setFixedHeight(self._desk.theme.px(TEXT_PX))
            field.setTabChangesFocus(True)
            _speak(field, language)
            field.document().setDefaultTextOption(_line_of(language))
            field.setPlaceholderText(_in_script(language))
            self._name(field, key, language)
            self._watch_text(field, language, read, write)
            fields[language] = field
            lines.addWidget(field)
        self.add(key, holder, wide=True)
        return fields

    def several(
        self,
        key: str,
        options: Callable[[], Options],
        read: Callable[[], tuple[str, ...]],
        write: Callable[[tuple[str, ...]], object],
    ) -> QListWidget:
        """Add a list of which some are ticked."""
        box = QListWidget()

        def fill() -> None:
            listed, ticked = list(options()), set(read())
            box.clear()
            for value, name in listed:
                item = QListWidgetItem(name)
                item.setData(Qt.ItemDataRole.UserRole, value)
                on = Qt.CheckState.Checked if value in ticked else Qt.CheckState.Unchecked
                item.setCheckState(on)
                box.addItem(item)
            box.setFixedHeight(self._desk.theme.px(ROW_PX) * min(max(len(listed), 1), MOST_ROWS))

        box.itemChanged.connect(lambda _item: self._tell(lambda: write(_ticked(box))))
        self._readers.append(fill)
        self.add(key, box, wide=True)
        return box

    def widget(self, widget: QWidget) -> None:
        """Add something else, over the whole width."""
        self.rows.addRow(widget)

    def on_show(self, read: Callable[[], None]) -> None:
        """Call `read` whenever the fields are filled."""
        self._readers.append(read)

    def _name(self, field: QWidget, key: str, language: str) -> None:
        named = self._desk.speech
        named.bind(
            field, key, lambda text: field.setAccessibleName(f"{text} ({_in_script(language)})")
        )

    def _type(
        self, field: QLineEdit, read: Callable[[], str], write: Callable[[str], object]
    ) -> None:
        def typed() -> None:
            if field.text() != read():
                self._tell(lambda: write(field.text()))

        def fill() -> None:
            if field.text() != read() and not (field.hasFocus() and field.isModified()):
                field.setText(read())

        field.editingFinished.connect(typed)
        self._readers.append(fill)

    def _watch_text(
        self,
        field: QPlainTextEdit,
        language: str,
        read: Callable[[], Title],
        write: Callable[[Title], object],
    ) -> None:
        def typed() -> None:
            text = field.toPlainText()
            if text != read().text(language):
                self._tell(lambda: write(_with(read(), language, text)))

        def fill() -> None:
            if field.toPlainText() != read().text(language):
                field.setPlainText(read().text(language))

        field.textChanged.connect(typed)
        self._readers.append(fill)


def _ticked(box: QListWidget) -> tuple[str, ...]:
    items = (box.item(at) for at in range(box.count()))
    return tuple(
        str(item.data(Qt.ItemDataRole.UserRole))
        for item in items
        if item.checkState() == Qt.CheckState.Checked
    )


def _with(title: Title, language: str, text: str) -> Title:
    return Title(**({"fr": title.fr, "ar": title.ar, "en": title.en} | {language: text}))


def _speak(field: QWidget, language: str) -> None:
    """Give a field the direction of its language, whatever that of the window."""
    rtl = language == "ar"
    field.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
    )


def _line_of(language: str) -> QTextOption:
    """Return how lines of a language stand in a field, whatever letters they begin with."""
    rtl = language == "ar"
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def _in_script(language: str) -> str:
    return {"fr": "Français", "ar": "العربية", "en": "English"}[language]
