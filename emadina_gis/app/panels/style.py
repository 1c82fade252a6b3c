"""The style panel: one colour, categories, classes of values or rules; applied at once.

Owns the widgets and what is chosen in them; each change is an undoable command. Values of large
layers are classed in the background.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QComboBox, QFormLayout, QSpinBox, QWidget

from emadina_gis.app.controls import column, narrow_list, row, scrolling
from emadina_gis.app.models.columns import named_column, named_columns
from emadina_gis.app.models.style_check import remedied, warning_of
from emadina_gis.app.models.style_classes import (
    ALL,
    StyleRow,
    recolored_class,
    style_rows,
    with_class_symbol,
    without_class_symbol,
)
from emadina_gis.app.number_field import stand_like_text
from emadina_gis.app.panels.breaks_form import BreaksForm
from emadina_gis.app.panels.error_line import ErrorLine
from emadina_gis.app.panels.layer_legend import Elided
from emadina_gis.app.panels.opacity_form import OpacityForm
from emadina_gis.app.panels.ramps import RAMP_SIZE, fill_ramps
from emadina_gis.app.panels.rules_page import RulesPage
from emadina_gis.app.panels.style_check_bar import StyleCheckBar
from emadina_gis.app.panels.style_editor import (
    GRADUATED,
    KINDS,
    RULES,
    SINGLE,
    StyleChoices,
    choices_of,
    recolored_symbol,
    styled,
    with_labels,
)
from emadina_gis.app.panels.style_list import StyleList
from emadina_gis.app.panels.style_sharing import StyleSharing
from emadina_gis.app.panels.symbol_form import SymbolForm
from emadina_gis.domain.geometry import Kind
from emadina_gis.domain.style import Graduated, Method, Rules, Single
from emadina_gis.errors import EmadinaError
from emadina_gis.render.derived import DerivedCache
from emadina_gis.render.drawn_classes import known_classes, layer_classes
from emadina_gis.session.commands.styles import SetLabels, SetLayerStyle
from emadina_gis.session.jobs import NewestWins

if TYPE_CHECKING:
    from emadina_gis.app.desk import Desk
    from emadina_gis.app.models.style_check import Alike
    from emadina_gis.domain.layer import VectorLayer
    from emadina_gis.domain.style import FeatureOpacity, Style, Symbol

METHODS = (
    Method.QUANTILE, Method.EQUAL, Method.NATURAL, Method.PRETTY, Method.DEVIATION, Method.MANUAL,
)  # fmt: skip
MOST_CLASSES = 12
#: Layers of more rows are classed in the background.
MOST_AT_ONCE = 50_000


class StylePanel(QWidget):
    """Style of one layer, live.

    Signals
    -------
    closed()
    tried(str, Style or None)
        A layer is to be drawn in a style that is not in the project yet; None ends it.
    """

    closed = Signal()
    labels_asked = Signal(str)
    tried = Signal(str, object)

    def __init__(self, desk: Desk, cache: DerivedCache) -> None:
        super().__init__()
        self._desk = desk
        self._cache = cache
        self.layer_id = ""
        self._choices = StyleChoices()
        self._filling = False
        self._chosen = ALL
        self._language = ""
        #: Classes asked for; a column may have too few values for them.
        self._asked = StyleChoices().count
        self._rows: tuple[StyleRow, ...] = ()
        self._classing = NewestWins(desk.jobs)
        self._counting = NewestWins(desk.jobs)
        self.title = Elided("", "heading")
        self.kind = narrow_list()
        self.field = narrow_list()
        self.method = narrow_list()
        self.count = stand_like_text(QSpinBox())
        self.count.setRange(1, MOST_CLASSES)
        self.ramp = narrow_list()
        self.ramp.setIconSize(RAMP_SIZE)
        self.breaks = BreaksForm(desk)
        self.check = StyleCheckBar(desk)
        self.list = StyleList(desk)
        self.rules = RulesPage(desk)
        self.of_class = Elided("", "section")
        self.symbol = SymbolForm(desk)
        self.opacity = OpacityForm(desk)
        self.sharing = StyleSharing(desk, self)
        self.labels = narrow_list()
        self.error = ErrorLine()
        self.shared = desk.voice.button("style.shared-symbol", self._share_symbol, look="link")
        self._menu = desk.voice.tool("style.menu", "ellipsis", self._open_menu)
        self._form: QFormLayout
        self._lay_out()
        self._connect()

    @property
    def line_width(self) -> QWidget:
        """The width of the outline or line."""
        return self.symbol.line_width

    @property
    def pattern(self) -> QComboBox:
        """The pattern of areas."""
        return self.symbol.pattern

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
        ):  # fmt: skip
            self._desk.speech.bind(widget, key, widget.setAccessibleName)
            self._form.addRow(voice.label(key), widget)
        content.addLayout(self._form)
        content.addWidget(self.error)
        content.addWidget(self.breaks)
        content.addWidget(voice.label("style.classes", "section"))
        content.addWidget(self.list)
        content.addWidget(self.check)
        content.addWidget(self.rules)
        head = row(spacing=4)
        head.addWidget(self.of_class, 1)
        head.addWidget(self.shared)
        content.addLayout(head)
        content.addWidget(self.symbol)
        content.addWidget(voice.label("style.opacity-by", "section"))
        content.addWidget(self.opacity)
        labels = QFormLayout()
        labels.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._desk.speech.bind(self.labels, "style.labels", self.labels.setAccessibleName)
        labels.addRow(voice.label("style.labels"), self.labels)
        asked = voice.button("labels.more", lambda: self.labels_asked.emit(self.layer_id))
        labels.addRow(asked)
        content.addLayout(labels)
        content.addStretch(1)
        top = row(margins=(14, 12, 10, 4))
        top.addWidget(self.title, 1)
        top.addWidget(self._menu)
        top.addWidget(voice.tool("panel.close", "x", self.closed.emit))
        whole = column(self, spacing=0)
        whole.addLayout(top)
        whole.addWidget(scrolling(page), 1)

    def _connect(self) -> None:
        self.kind.activated.connect(lambda _index: self._on_kind())
        self.field.activated.connect(lambda _index: self._apply())
        self.method.activated.connect(lambda _index: self._apply())
        self.count.valueChanged.connect(self._on_count)
        self.ramp.activated.connect(lambda _index: self._apply())
        self.breaks.dragged.connect(self._on_dragged)
        self.breaks.released.connect(self._on_released)
        self.breaks.dropped.connect(self._on_dropped)
        self.list.chosen.connect(self._choose)
        self.list.color_asked.connect(self._pick_color)
        self.list.remove_asked.connect(self.rules.remove)
        self.rules.styled.connect(self._on_rules)
        self.symbol.changed.connect(self._on_symbol)
        self.opacity.changed.connect(self._on_opacity)
        self.check.help_asked.connect(self._on_help)
        self.labels.activated.connect(lambda _index: self._on_labels())
        self._desk.watch(self, lambda project: project.layers, lambda _layers: self._show())
        self._desk.results.changed.connect(self._show)
        self._desk.speech.changed.connect(self._show)

    def edit(self, layer_id: str) -> None:
        """Show the style of a layer."""
        if layer_id != self.layer_id:
            self._chosen = ALL
        self.layer_id = layer_id
        self._choices = StyleChoices()
        self._show()
        self._asked = self._choices.count

    @property
    def layer(self) -> VectorLayer | None:
        """The layer whose style is shown."""
        return self._desk.project.known_vector(self.layer_id)

    # --- showing ----------------------------------------------------------------------------------

    def _show(self) -> None:
        layer = self.layer
        if layer is None:
            self.title.set_full("")
            return
        self._filling = True
        self._choices = choices_of(layer.style, self._choices)
        self.title.set_full(self._desk.speech.title(layer.title))
        say = self._desk.speech.text
        kinds = [(kind, say(f"style.kind.{kind}")) for kind in KINDS]
        _fill(self.kind, kinds, self._choices.kind)
        self._fill_fields(layer)
        methods = [(method.value, say(f"style.method.{method.value}")) for method in METHODS]
        _fill(self.method, methods, self._choices.method.value)
        self.count.setValue(self._choices.count)
        if self.ramp.count() == 0 or self._desk.words.language != self._language:
            self._language = self._desk.words.language
            fill_ramps(self.ramp, self._desk.words, self._choices.ramp_id)
        self.ramp.setCurrentIndex(self.ramp.findData(self._choices.ramp_id))
        self.opacity.show_opacity(layer.style.opacity, named_columns(self._desk, layer))
        self._show_breaks(layer)
        self._show_parts()
        self._show_classes(layer)
        self._filling = False

    def _fill_fields(self, layer: VectorLayer) -> None:
        named = named_columns(self._desk, layer)
        numeric = self._choices.kind == GRADUATED
        offered = [(c.field, c.title) for c in named if c.is_number or not numeric]
        _fill(self.field, offered, self._choices.field)
        label = layer.style.label.field if layer.style.label else ""
        nothing = [("", self._desk.speech.text("style.no-labels"))]
        _fill(self.labels, nothing + [(c.field, c.title) for c in named if not c.is_outcome], label)

    def _show_breaks(self, layer: VectorLayer) -> None:
        symbology = layer.style.symbology
        self.breaks.setVisible(isinstance(symbology, Graduated))
        if isinstance(symbology, Graduated):
            named = named_column(self._desk, layer, symbology.field)
            self.breaks.show_classes(symbology, named)

    def _show_parts(self) -> None:
        kind = self._choices.kind
        self._form.setRowVisible(self.field, kind not in {SINGLE, RULES})
        for widget in (self.method, self.count, self.ramp):
            self._form.setRowVisible(widget, kind == GRADUATED)

    def _show_classes(self, layer: VectorLayer) -> None:
        columns = self._desk.results.columns_of(layer)
        self._rows = style_rows(layer, columns, self._cache, self._desk.words)
        if self._chosen >= len(self._rows) or (self._chosen == ALL and self._is_by_rules(layer)):
            self._chosen = 0 if self._is_by_rules(layer) and self._rows else ALL
        shared = None if self._is_by_rules(layer) else layer.style.symbol
        self.list.show_rows(self._rows, shared, layer.table.main_kind, self._chosen)
        self.check.show_warning(warning_of(layer, self._rows))
        self._show_symbol(layer)
        if self._rows and known_classes(layer, cache=self._cache, columns=columns) is None:
            self._counting.submit(
                lambda _ctx: layer_classes(layer, cache=self._cache, columns=columns),
                done=lambda _classes: self._show_counts(layer),
            )

    def _show_counts(self, layer: VectorLayer) -> None:
        if self.layer is layer:
            self._show_classes(layer)

    @staticmethod
    def _is_by_rules(layer: VectorLayer) -> bool:
        return isinstance(layer.style.symbology, Rules)

    def _show_symbol(self, layer: VectorLayer) -> None:
        """Show the symbol of the class that is chosen, and the rule it belongs to."""
        row_of = self._rows[self._chosen] if 0 <= self._chosen < len(self._rows) else None
        symbol = layer.style.symbol if row_of is None else row_of.symbol
        kind = layer.table.main_kind
        shares = row_of is None and bool(self._rows)
        self.symbol.show_symbol(symbol, kind, has_color=not shares)
        name = self._desk.speech.text("style.all-classes") if row_of is None else row_of.text
        is_single = isinstance(layer.style.symbology, Single)
        text = "style.symbol" if is_single else "style.symbol-of"
        self.of_class.set_full(self._desk.speech.text(text, name=name))
        own = row_of is not None and row_of.has_own and not self._is_by_rules(layer)
        self.shared.setVisible(own)
        self.rules.show_rules(layer, self._chosen, self._desk.results.columns_of(layer))

    def _choose(self, index: int) -> None:
        self._chosen = index
        self._desk.store.seal()
        layer = self.layer
        if layer is not None:
            self._filling = True
            self._show_symbol(layer)
            self._filling = False

    # --- changing ---------------------------------------------------------------------------------

    def _pick_color(self, index: int) -> None:
        layer = self.layer
        if layer is None:
            return
        symbol = layer.style.symbol if index == ALL else self._rows[index].symbol
        is_line = layer.table.main_kind == Kind.LINE
        color = (symbol.stroke if is_line else symbol.fill) or symbol.color or "#000000"
        title = self._desk.speech.text("style.change-color")
        chosen = QColorDialog.getColor(QColor(color), self, title)
        if chosen.isValid():
            self.recolor(index, chosen.name())

    def recolor(self, index: int, color: str) -> None:
        """Give a class another colour; -1 is the single symbol."""
        layer = self.layer
        if layer is None:
            return
        kind = layer.table.main_kind
        if index == ALL:
            self._set(recolored_symbol(layer.style, kind, color))
        else:
            self._set(recolored_class(layer.style, index, color, kind))

    def _on_symbol(self, symbol: Symbol) -> None:
        """Take another symbol; where only its colour changed the class goes on sharing the rest."""
        layer = self.layer
        if layer is None:
            return
        index = self._chosen
        if 0 <= index < len(self._rows) and not self._rows[index].has_own:
            part = "stroke" if layer.table.main_kind == Kind.LINE else "fill"
            color = getattr(symbol, part)
            before = self._rows[index].symbol
            if color is not None and replace(before, **{part: color}) == symbol:
                self._try(recolored_class(layer.style, index, color, layer.table.main_kind))
                return
        self._try(with_class_symbol(layer.style, index, symbol))

    def _share_symbol(self) -> None:
        layer = self.layer
        if layer is not None and self._chosen != ALL:
            self._set(without_class_symbol(layer.style, self._chosen))

    def _on_opacity(self, opacity: FeatureOpacity | None) -> None:
        layer = self.layer
        if layer is not None and not self._filling:
            self._try(replace(layer.style, opacity=opacity))

    def _on_rules(self, style: Style, chosen: int) -> None:
        self._chosen = chosen
        self._set(style)

    def _on_dragged(self, symbology: Graduated) -> None:
        layer = self.layer
        if layer is None:
            return
        style = replace(layer.style, symbology=symbology)
        self.tried.emit(layer.id, style)
        tried, kind = replace(layer, style=style), layer.table.main_kind
        rows = style_rows(
            tried, self._desk.results.columns_of(layer), DerivedCache(), self._desk.words
        )
        counts = self.breaks.class_counts() or (None,) * len(rows)
        counted = (replace(r, count=n) for r, n in zip(rows, counts, strict=False))
        self.list.show_rows(tuple(counted), style.symbol, kind, self._chosen)

    def _on_dropped(self) -> None:
        self.tried.emit(self.layer_id, None)
        self._show()

    def _on_released(self, symbology: Graduated) -> None:
        layer = self.layer
        if layer is not None:
            self._asked = len(symbology.colors)
            self._set(replace(layer.style, symbology=symbology))
            self.tried.emit(layer.id, None)

    def _on_help(self, found: Alike) -> None:
        layer = self.layer
        if layer is None:
            return
        style = remedied(layer, found)
        if style is None:
            self.count.setValue(int(found.remedy.value))
        else:
            self._set(style)

    def _on_count(self, count: int) -> None:
        if not self._filling:
            self._asked = count
            self._apply()

    def _on_kind(self) -> None:
        kind = str(self.kind.currentData())
        layer = self.layer
        if layer is None:
            return
        self._choices = replace(self._choices, kind=kind)
        self._chosen = ALL
        field = self._choices.field
        named = named_column(self._desk, layer, field) if field else None
        wants_number = kind == GRADUATED
        if named is None or (wants_number and not named.is_number):
            self._choices = replace(self._choices, field=self._first_field(layer, wants_number))
        self._filling = True
        self._fill_fields(layer)
        self._filling = False
        self._show_parts()
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
        self._choices = choices = StyleChoices(
            str(self.kind.currentData()),
            str(self.field.currentData() or ""),
            Method(str(self.method.currentData() or Method.QUANTILE)),
            self._asked,
            str(self.ramp.currentData() or ""),
        )
        named = named_column(self._desk, layer, choices.field)
        self.error.say("")
        if layer.table.row_count > MOST_AT_ONCE:
            self._classing.submit(
                lambda _ctx: styled(layer, choices, named), done=self._set, failed=self._on_failed
            )
            return
        try:
            style = styled(layer, choices, named)
        except EmadinaError as error:
            self._on_failed(error)
            return
        self._set(style)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EmadinaError):
            raise error
        self.error.say(" ".join(self._desk.words.error(error)))

    def _on_labels(self) -> None:
        layer = self.layer
        if layer is not None:
            labels = with_labels(layer.style, str(self.labels.currentData() or ""))
            self._desk.do(SetLabels(layer.id, labels))

    def _open_menu(self) -> None:
        below = self._menu.mapToGlobal(QPoint(0, self._menu.height()))
        self.sharing.menu_of(self.layer_id).popup(below)

    def _set(self, style: Style) -> None:
        self._desk.do(SetLayerStyle(self.layer_id, style))

    def _try(self, style: Style) -> None:
        """Set what is being tried in small steps: a width, a colour, an opacity."""
        self._desk.do(SetLayerStyle(self.layer_id, style, is_trial=True))


def _fill(box: QComboBox, offered: list[tuple[str, str]], chosen: str) -> None:
    if [(box.itemData(i), box.itemText(i)) for i in range(box.count())] != offered:
        box.clear()
        for value, text in offered:
            box.addItem(text, value)
    box.setCurrentIndex(box.findData(chosen))
