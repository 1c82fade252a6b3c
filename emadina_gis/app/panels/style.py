"""The style panel: one colour, categories or classes of a column or outcome; applied at once.

Owns the widgets; each change is an undoable command.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QPushButton,
    QSpinBox,
    QWidget,
)

from emadina_gis.app.controls import clear, column, plain_label, row, scrolling
from emadina_gis.app.models.columns import named_column, named_columns
from emadina_gis.app.models.legend import legend_items
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.layer_legend import Elided
from emadina_gis.app.panels.ramps import RAMP_SIZE, fill_ramps
from emadina_gis.app.panels.style_editor import (
    GRADUATED,
    KINDS,
    SINGLE,
    StyleChoices,
    choices_of,
    pattern_of,
    recolored_class,
    recolored_symbol,
    styled,
    with_labels,
    with_pattern,
    with_symbol,
)
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.layer import VectorLayer
from emadina_gis.domain.style import Categorized, Graduated, Method, PatternKind
from emadina_gis.errors import EmadinaError
from emadina_gis.session.commands.styles import SetLabels, SetLayerStyle

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.domain.style import Style
    from emadina_gis.render.derived import DerivedCache

METHODS = (Method.QUANTILE, Method.EQUAL, Method.NATURAL)
MOST_CLASSES = 12


class StylePanel(QWidget):
    """Style of one layer, live."""

    closed = Signal()

    def __init__(self, desk: Desk, cache: DerivedCache) -> None:
        super().__init__()
        self._desk = desk
        self._cache = cache
        self.layer_id = ""
        self._choices = StyleChoices()
        self._filling = False
        self.title = Elided("", "heading")
        self.kind = QComboBox()
        self.field = QComboBox()
        self.method = QComboBox()
        self.count = stand_like_text(QSpinBox())
        self.count.setRange(2, MOST_CLASSES)
        self.ramp = QComboBox()
        self.ramp.setIconSize(RAMP_SIZE)
        self.line_width = stand_like_text(QDoubleSpinBox())
        self.line_width.setRange(0.0, 10.0)
        self.line_width.setSingleStep(0.05)
        self.pattern = QComboBox()
        self.labels = QComboBox()
        self.error = plain_label("", "error", wrap=True)
        self.classes = column(spacing=4)
        self._form: QFormLayout
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        voice = self._desk.voice
        page = QWidget()
        content = column(page, spacing=12, margins=(16, 12, 16, 16))
        self._form = QFormLayout()
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for key, widget in (
            ("style.color-by", self.kind), ("style.field", self.field), ("style.how", self.method),
            ("style.count", self.count), ("style.ramp", self.ramp),
            ("style.width", self.line_width), ("style.area-pattern", self.pattern),
            ("style.labels", self.labels),
        ):  # fmt: skip
            self._desk.speech.bind(widget, key, widget.setAccessibleName)
            self._form.addRow(voice.label(key), widget)
        content.addLayout(self._form)
        content.addWidget(self.error)
        content.addWidget(voice.label("style.classes", "section"))
        content.addLayout(self.classes)
        content.addStretch(1)
        head = row(margins=(14, 12, 10, 4))
        head.addWidget(self.title, 1)
        head.addWidget(voice.tool("panel.close", "x", self.closed.emit))
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(scrolling(page), 1)

    def _connect(self) -> None:
        self.kind.activated.connect(lambda _index: self._on_kind())
        self.field.activated.connect(lambda _index: self._apply())
        self.method.activated.connect(lambda _index: self._apply())
        self.count.valueChanged.connect(lambda _value: self._apply())
        self.ramp.activated.connect(lambda _index: self._apply())
        self.line_width.valueChanged.connect(self._on_width)
        self.pattern.activated.connect(lambda _index: self._on_pattern())
        self.labels.activated.connect(lambda _index: self._on_labels())
        self._desk.watch(self, lambda project: project.layers, lambda _layers: self._show())
        self._desk.results.changed.connect(self._show)
        self._desk.speech.changed.connect(self._show)

    def edit(self, layer_id: str) -> None:
        """Show the style of a layer."""
        self.layer_id = layer_id
        self._choices = StyleChoices()
        self._show()

    @property
    def layer(self) -> VectorLayer | None:
        """The layer whose style is shown."""
        project = self._desk.project
        if not project.has_layer(self.layer_id):
            return None
        layer = project.layer(self.layer_id)
        return layer if isinstance(layer, VectorLayer) else None

    def _show(self) -> None:
        layer = self.layer
        if layer is None:
            self.title.set_full("")
            return
        self._filling = True
        self._choices = choices_of(layer.style, self._choices)
        self.title.set_full(self._desk.speech.title(layer.title))
        self._fill_kinds()
        self._fill_fields(layer)
        self._fill_methods()
        self.count.setValue(self._choices.count)
        self._fill_ramps()
        self._fill_patterns(layer)
        self.line_width.setSuffix(f" {self._desk.words.unit('mm')}")
        self.line_width.setValue(layer.style.symbol.stroke_mm)
        self._show_rows()
        self._show_classes(layer)
        self._filling = False

    def _fill_kinds(self) -> None:
        _fill(self.kind, [(kind, self._desk.speech.text(f"style.kind.{kind}")) for kind in KINDS],
              self._choices.kind)  # fmt: skip

    def _fill_fields(self, layer: VectorLayer) -> None:
        named = named_columns(self._desk, layer)
        numeric = self._choices.kind == GRADUATED
        offered = [(c.field, c.title) for c in named if c.is_number or not numeric]
        _fill(self.field, offered, self._choices.field)
        label = layer.style.label.field if layer.style.label else ""
        nothing = [("", self._desk.speech.text("style.no-labels"))]
        _fill(self.labels, nothing + [(c.field, c.title) for c in named if not c.is_outcome], label)

    def _fill_methods(self) -> None:
        say = self._desk.speech.text
        offered = [(method.value, say(f"style.method.{method.value}")) for method in METHODS]
        _fill(self.method, offered, self._choices.method.value)

    def _fill_ramps(self) -> None:
        fill_ramps(self.ramp, self._desk.words, self._choices.ramp_id)

    def _fill_patterns(self, layer: VectorLayer) -> None:
        say = self._desk.speech.text
        kinds = [(kind.value, say(f"style.pattern.{kind.value}")) for kind in PatternKind]
        _fill(self.pattern, [("", say("style.pattern.none")), *kinds], pattern_of(layer.style))
        self._form.setRowVisible(self.pattern, layer.table.main_kind == Kind.POLYGON)

    def _show_rows(self) -> None:
        kind = self._choices.kind
        self._form.setRowVisible(self.field, kind != SINGLE)
        for widget in (self.method, self.count, self.ramp):
            self._form.setRowVisible(widget, kind == GRADUATED)

    def _show_classes(self, layer: VectorLayer) -> None:
        clear(self.classes)
        symbology = layer.style.symbology
        if isinstance(symbology, Categorized):
            for index, category in enumerate(symbology.categories):
                text = category.label or str(category.value if category.value is not None else "–")
                self._add_class(index, category.color, self._desk.words.isolated(text))
        elif isinstance(symbology, Graduated):
            items = legend_items(
                layer, self._desk.results.columns_of(layer), self._cache, self._desk.words
            )
            texts = {item.color: item.text for item in items}
            for index, color in enumerate(symbology.colors):
                self._add_class(index, color, texts.get(color, ""))
        else:
            symbol = layer.style.symbol
            line = layer.table.main_kind == Kind.LINE
            color = (symbol.stroke if line else symbol.fill) or "#000000"
            self._add_class(-1, color, self._desk.speech.text("style.color"))

    def _add_class(self, index: int, color: str, text: str) -> None:
        button = QPushButton()
        button.setProperty("look", "row")
        button.setIcon(_color_icon(color))
        button.setIconSize(QSize(20, 14))
        button.setText(f" {text}")
        button.setToolTip(self._desk.speech.text("style.change-color"))
        button.setAccessibleName(self._desk.speech.text("style.color-of", name=text))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self._pick_color(index, color))
        line = row()
        line.addWidget(button)
        line.addStretch(1)
        self.classes.addLayout(line)

    def _pick_color(self, index: int, color: str) -> None:
        title = self._desk.speech.text("style.change-color")
        chosen = QColorDialog.getColor(QColor(color), self, title)
        if chosen.isValid():
            self.recolor(index, chosen.name())

    def recolor(self, index: int, color: str) -> None:
        """Give a class another colour; -1 is the single symbol."""
        layer = self.layer
        if layer is None:
            return
        if index < 0:
            self._set(recolored_symbol(layer.style, layer.table.main_kind, color))
        else:
            self._set(recolored_class(layer.style, index, color))

    def _on_kind(self) -> None:
        kind = str(self.kind.currentData())
        layer = self.layer
        if layer is None:
            return
        self._choices = replace(self._choices, kind=kind)
        field = self._choices.field
        named = named_column(self._desk, layer, field) if field else None
        wants_number = kind == GRADUATED
        if named is None or (wants_number and not named.is_number):
            self._choices = replace(self._choices, field=self._first_field(layer, wants_number))
        self._filling = True
        self._fill_fields(layer)
        self._filling = False
        self._show_rows()
        self._apply()

    def _first_field(self, layer: VectorLayer, numeric: bool) -> str:
        for named in named_columns(self._desk, layer):
            if named.is_number == numeric and (named.grouped or not numeric):
                return named.field
        return ""

    def _apply(self) -> None:
        layer = self.layer
        if self._filling or layer is None:
            return
        self._choices = StyleChoices(
            str(self.kind.currentData()),
            str(self.field.currentData() or ""),
            Method(str(self.method.currentData())),
            self.count.value(),
            str(self.ramp.currentData()),
        )
        named = named_column(self._desk, layer, self._choices.field)
        self.error.setText("")
        try:
            style = styled(layer, self._choices, named)
        except EmadinaError as error:
            self.error.setText(" ".join(self._desk.words.error(error)))
            return
        self._set(style)

    def _on_width(self, width_mm: float) -> None:
        layer = self.layer
        if not self._filling and layer is not None:
            self._set(with_symbol(layer.style, stroke_mm=round(width_mm, 2)))

    def _on_pattern(self) -> None:
        layer = self.layer
        if not self._filling and layer is not None:
            self._set(with_pattern(layer.style, str(self.pattern.currentData() or "")))

    def _on_labels(self) -> None:
        layer = self.layer
        if layer is not None:
            labels = with_labels(layer.style, str(self.labels.currentData() or ""))
            self._desk.do(SetLabels(layer.id, labels))

    def _set(self, style: Style) -> None:
        self._desk.do(SetLayerStyle(self.layer_id, style))


def _fill(box: QComboBox, offered: list[tuple[str, str]], chosen: str) -> None:
    box.clear()
    for value, text in offered:
        box.addItem(text, value)
    box.setCurrentIndex(box.findData(chosen))


def _color_icon(color: str) -> QIcon:
    pixmap = QPixmap(40, 28)
    pixmap.fill(QColor(color))
    return QIcon(pixmap)
